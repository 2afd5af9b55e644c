//! What two machines counted apart and a third one merged is what one machine counts that has all logs: every view, every
//! shape, byte for byte.

use crate::harness::{Run, WEEK, file, folder, read, same, smtpauth};
use smtpauth::report::VIEWS;
use std::path::Path;

/// Views with their options; `inspect` is about files, single messages are not in cells, and for `unusual` cells lack EHLO
/// names by day.
const SHOWN: [&str; 14] = [
    "summary",
    "volume",
    "volume --details",
    "volume --by domain",
    "tls",
    "tls --details",
    "tls --by client",
    "auth",
    "auth --details",
    "sender erp@contoso.com",
    "sender 192.0.2.0/24 --interval day",
    "ready --for tls1.2,modern",
    "ready --since 30d --seen-within 2w",
    "export",
];

/// The rows of the quarter that a server of these logged.
fn rows_of(servers: &[&str]) -> String {
    let quarter = read("fixtures/csv/quarter.csv");
    let is_kept = |row: &&str| row.starts_with("time,") || servers.iter().any(|server| row.contains(server));
    quarter.lines().filter(is_kept).map(|row| format!("{row}\n")).collect()
}

fn logs(folder: &Path, files: &[(&str, &str)]) {
    std::fs::create_dir(folder.join("logs")).expect("a folder can be made");
    for (name, content) in files {
        file(&folder.join("logs"), name, content);
    }
}

fn show(view: &str, folder: &Path) -> Run {
    smtpauth(view).arg("logs").within(folder)
}

#[test]
fn every_view_is_that_of_the_logs_together() {
    let [whole, one, other, merged] = [folder(), folder(), folder(), folder()];
    let (first, second, week) = (rows_of(&[",mx1,"]), rows_of(&[",mx2,", ",old1,"]), read(WEEK));
    logs(whole.path(), &[("first.csv", &first), ("second.csv", &second), ("mail.log", &week)]);
    logs(one.path(), &[("first.csv", &first), ("mail.log", &week)]);
    logs(other.path(), &[("second.csv", &second)]);
    let cells = |machine: &tempfile::TempDir| show("export --all", machine.path()).ok().text();
    logs(merged.path(), &[("one.csv", &cells(&one)), ("other.csv", &cells(&other))]);
    for view in SHOWN {
        for format in ["table", "csv", "ndjson"] {
            if view == "export" && format == "table" {
                continue;
            }
            let view = format!("{view} --format {format}");
            let (wanted, got) = (show(&view, whole.path()).run(), show(&view, merged.path()).run());
            assert!(wanted.status < 2, "{}", wanted.everything());
            same(&wanted.everything(), &got.everything());
        }
        // What was read is another thing, of course.
        let json = |folder: &Path| {
            let mut json = show(&format!("{view} --format json"), folder).run().json();
            json.as_object_mut().expect("an object").remove("input");
            json
        };
        assert_eq!(json(whole.path()), json(merged.path()), "{view}");
    }
}

#[test]
fn no_view_is_forgotten() {
    for view in VIEWS.iter().filter(|view| !matches!(view.name, "inspect" | "unusual")) {
        assert!(SHOWN.iter().any(|shown| shown.split(' ').next() == Some(view.name)), "{}", view.name);
    }
}

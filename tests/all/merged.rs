//! What two machines counted apart and a third one merged is what one machine counts that has all logs: every view, every
//! shape, byte for byte.

use crate::harness::{Ran, Run, WEEK, file, folder, read, same, smtpauth};
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

/// Exchange Server's front ends hold sessions, its hubs messages: whoever logged in and sent nothing, with what, and that a
/// hub's log is missing, is known of the cells too.
#[test]
fn sessions_of_exchange_are_those_of_the_logs() {
    let front_and_hub = "fixtures/exchange-smtp/front-and-hub";
    let front = format!("{front_and_hub}/FrontEnd/ProtocolLog/SmtpReceive/RECV2026111208-1.LOG");
    let hub = format!("{front_and_hub}/Hub/ProtocolLog/SmtpReceive/RECV2026111208-1.LOG");
    let head = "time,server,sender,login,tls,mechanism,client_ip\n";
    // The server logs messages too, so that only the missing hub makes these sessions count.
    let own = "2026-11-12T10:00:00Z,EX1,scan-hr@contoso.com,contoso\\scan-hr,TLSv1.2,XOAUTH2,198.51.100.31\n";
    for with_hub in [false, true] {
        let [whole, one, other, merged] = [folder(), folder(), folder(), folder()];
        let (front, hub, own) = (read(&front), read(&hub), format!("{head}{own}"));
        let mut exchange = vec![("front.log", front.as_str())];
        exchange.extend(with_hub.then_some(("hub.log", hub.as_str())));
        logs(whole.path(), &[&exchange[..], &[("own.csv", &own)]].concat());
        logs(one.path(), &exchange);
        logs(other.path(), &[("own.csv", &own)]);
        let cells = |machine: &tempfile::TempDir| show("export --all", machine.path()).ok().text();
        logs(merged.path(), &[("one.csv", &cells(&one)), ("other.csv", &cells(&other))]);
        let views =
            ["summary", "auth", "auth --details", "auth --by client", "tls --by client", "tls", "ready"];
        for view in views {
            for format in ["table", "csv"] {
                let view = format!("{view} --format {format}");
                let (wanted, got) = (show(&view, whole.path()).run(), show(&view, merged.path()).run());
                assert!(wanted.status < 2, "{}", wanted.everything());
                same(&wanted.everything(), &got.everything());
            }
        }
    }
}

/// A filter leaves out those who show that a server can do better, and that it logs messages; the cells say it all the same.
#[test]
fn a_filtered_export_still_knows_the_servers() {
    let row = |at: &str, server: &str, who: &str, tls: &str| {
        format!("2026-11-{at}T08:00:00Z,{server},{who}@contoso.com,{who},{tls},LOGIN\n")
    };
    let log = format!(
        "time,server,sender,login,tls,mechanism\n{}{}{}{}",
        row("01", "mx1", "old", "TLSv1"),
        row("02", "mx1", "new", "TLSv1.2"),
        row("05", "mx1", "new", "TLSv1.3"),
        row("01", "mx2", "old", "TLSv1"),
    );
    let [whole, cells] = [folder(), folder()];
    logs(whole.path(), &[("log.csv", &log)]);
    let exported = show("export --all --login old", whole.path()).ok().text();
    logs(cells.path(), &[("cells.csv", &exported)]);
    let ready = |options: &str, folder: &tempfile::TempDir| {
        show(&format!("ready --format csv {options}"), folder.path()).run()
    };
    let verdicts = |ran: &Ran| -> Vec<String> {
        let rows = ran.csv();
        rows.iter().map(|row| format!("{} {} {}", row["server"], row["verdict"], row["reason"])).collect()
    };
    let filtered = ready("", &cells);
    assert_eq!(verdicts(&filtered), ["mx1 stops old_tls", "mx2 cannot_tell server_limit"]);
    assert_eq!(filtered.stdout, ready("--login old", &whole).stdout);
    // What was spoken in other days than those that are shown tells nothing, be it in logs or in cells.
    let early = ["--until 2026-11-01", "--until 2026-11-01 --login old"];
    assert_eq!(verdicts(&ready(early[0], &cells)), verdicts(&ready(early[1], &whole)));
    assert_eq!(verdicts(&ready(early[0], &cells))[0], "mx1 cannot_tell server_limit");
    // Nor does a condition on rows take it away, and a second export hands it on.
    let by_condition = show("export --all", whole.path()).arg("--where").arg("login is old").ok().text();
    assert_eq!(by_condition, exported);
    same(&exported, &show("export --all", cells.path()).ok().text());
}

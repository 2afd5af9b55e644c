//! Every format against every fixture: detected as itself, every line classified, the same messages found whichever way
//! they are looked for. What is right stands in `expect.toml` of each folder.

use crate::expect::{Expect, all, files, folders};
use crate::harness::{ROOT, Ran, WEEK, same, smtpauth};
use serde_json::Value;
use smtpauth::formats::{FORMATS, Shape};
use std::collections::BTreeMap;

/// A folder of fixtures that is about no single format.
const HOSTILE: &str = "hostile";

#[test]
fn every_format_has_a_folder_and_every_folder_a_format() {
    let mut names: Vec<_> = FORMATS.iter().map(|format| format.name.to_owned()).collect();
    names.push(HOSTILE.to_owned());
    names.sort();
    assert_eq!(names, folders());
}

#[test]
fn every_file_says_why_and_adds_up() {
    for (path, expect) in all() {
        assert!(expect.why.len() > 40, "{path}: why is it there?");
        assert_eq!(expect.lines, expect.used + expect.ignored + expect.skipped, "{path}: lines");
        assert!(expect.ignored + expect.skipped > 0, "{path} has no line that is not to be used");
        assert!(expect.messages() > 0, "{path} has no message");
        assert_eq!(expect.messages(), expect.senders.values().sum::<u64>(), "{path}: senders");
        assert_eq!(expect.messages(), expect.auth.values().sum::<u64>(), "{path}: auth");
    }
}

#[test]
fn each_is_detected_as_itself_and_as_no_other() {
    for folder in folders().iter().filter(|folder| *folder != HOSTILE) {
        for (path, expect) in files(folder) {
            assert_eq!(expect.format, *folder, "{path}");
        }
    }
    for (path, expect) in all() {
        let head = std::fs::read(format!("{ROOT}/{path}")).expect("a fixture can be read");
        let detected = smtpauth::formats::detect::detect(&head, None);
        assert_eq!(detected.map(|detected| detected.format), Ok(expect.format.clone()), "{path}");
        for other in FORMATS.iter().filter(|other| other.name != expect.format) {
            no_message_as(&path, other);
        }
    }
}

/// Told to be another format, a file is refused, or no message is found in it.
fn no_message_as(path: &str, other: &smtpauth::formats::Format) {
    let ran = smtpauth("tls --all --format json --input-format").arg(other.name).arg(path).run();
    match other.shape {
        Shape::Rows(_) => assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{}", ran.everything()),
        Shape::Messages(_) => assert_eq!(ran.json()["input"]["submissions"], 0, "{}", ran.everything()),
    }
}

#[test]
fn every_line_is_classified() {
    for (path, expect) in all() {
        let ran = smtpauth("inspect --format json").arg(&path).run();
        let row = &ran.json()["rows"][0];
        let got = ["lines", "used", "ignored", "skipped"].map(|name| number(&row[name]));
        assert_eq!(got, [expect.lines, expect.used, expect.ignored, expect.skipped], "{path}");
        assert_eq!(row["format"].as_str(), Some(expect.format.as_str()), "{path}");
        assert_eq!(row["first"].as_str(), expect.first.as_deref(), "{path}: first");
        assert_eq!(row["last"].as_str(), expect.last.as_deref(), "{path}: last");
        assert_eq!(number(&row["submissions"]), expect.messages(), "{path}: the slow reading");
        assert_eq!(row["status"], "read", "{path}");
        assert_eq!(ran.stderr, b"", "{path}: inspect shows what was skipped on standard output");
    }
}

#[test]
fn the_fast_search_finds_the_same() {
    for (path, expect) in all() {
        let ran = show("tls --format json --all", &path, &expect);
        let table = ran.json();
        assert_eq!(number(&table["input"]["submissions"]), expect.messages(), "{path}");
        assert_eq!(number(&table["input"]["skipped"]), expect.skipped, "{path}");
        let rows = table["rows"].as_array().expect("tls has rows");
        assert_eq!(by(rows, "tls", "messages"), expect.tls, "{path}");
        let sessions: u64 = rows.iter().map(|row| number(&row["sessions"])).sum();
        expect.sessions.iter().for_each(|wanted| assert_eq!(sessions, *wanted, "{path}: sessions"));
    }
}

#[test]
fn senders_and_logins() {
    for (path, expect) in all() {
        let senders = show("tls --details --all --format csv", &path, &expect);
        let counts = messages(&senders, "sender");
        assert_eq!(counts, expect.senders, "{path}");
        let columns =
            [("1.0", "tls1_0"), ("1.1", "tls1_1"), ("1.2", "tls1_2"), ("1.3", "tls1_3"), ("none", "none")];
        for (tls, column) in columns {
            let sum: u64 = senders.csv().iter().map(|row| count(&row[column])).sum();
            assert_eq!(sum, expect.tls.get(tls).copied().unwrap_or(0), "{path}: {column}");
        }
        if let Some(wanted) = &expect.logins {
            let logins = show("tls --by login --all --format csv", &path, &expect);
            assert_eq!(&messages(&logins, "login"), wanted, "{path}");
        }
    }
}

#[test]
fn classes_of_logins() {
    for (path, expect) in all() {
        let summary = show("summary --all --format json", &path, &expect).json();
        let rows = summary["auth"].as_array().expect("summary has logins");
        assert_eq!(by(rows, "auth", "messages"), expect.auth, "{path}");
        let failed: u64 = rows.iter().map(|row| number(&row["failed_logins"])).sum();
        assert_eq!(failed, expect.failed_logins, "{path}: failed logins");
    }
}

#[test]
fn single_messages_are_those_that_are_counted() {
    for (path, expect) in all().into_iter().filter(|(path, _)| !path.contains("/cells/")) {
        let rows = show("export --rows messages --all", &path, &expect).csv();
        // A row of a table may stand for many messages.
        if !path.ends_with("counts.csv") {
            assert_eq!(rows.len() as u64, expect.messages(), "{path}");
            let mut tls = BTreeMap::new();
            rows.iter().for_each(|row| *tls.entry(row["tls"].clone()).or_insert(0) += 1);
            assert_eq!(tls, expect.tls, "{path}");
        }
    }
}

/// What one machine exports, another merges: cells are as good as the log, for every view of the same window. (Of a window
/// that counts back, the cells know the newest submission, the log its newest line.)
#[test]
fn cells_are_as_good_as_the_log() {
    for (path, expect) in all() {
        let window = "--since 2026-11-08 --until 2026-11-16";
        let cells = show(&format!("export {window}"), &path, &expect).stdout;
        for view in ["summary", "volume --details", "tls --by client", "export"] {
            let view = format!("{view} {window} --format csv");
            let direct = show(&view, &path, &expect).text();
            let merged = smtpauth(&view).stdin(cells.clone()).run();
            assert_eq!(merged.status, 0, "{path}: {}", merged.everything());
            same(&format!("{path}: {view}\n{direct}"), &format!("{path}: {view}\n{}", merged.text()));
        }
    }
}

#[test]
fn the_cells_of_the_week_are_current() {
    let exported = smtpauth("export --all").arg(WEEK).ok().text();
    if std::env::var_os("SMTPAUTH_UPDATE").is_some() {
        std::fs::write(format!("{ROOT}/fixtures/cells/week.csv"), &exported)
            .expect("fixtures can be written");
    }
    same(&crate::harness::read("fixtures/cells/week.csv"), &exported);
}

#[test]
fn all_together_are_the_sum() {
    let sum: u64 =
        all().iter().filter(|(path, _)| path.contains("/postfix/")).map(|(_, e)| e.messages()).sum();
    let table = smtpauth("tls --all --format json fixtures/postfix").run().json();
    assert_eq!(number(&table["input"]["submissions"]), sum);
}

/// Runs a view on a fixture: it succeeds, and speaks of exactly what was skipped.
fn show(view: &str, path: &str, expect: &Expect) -> Ran {
    let ran = smtpauth(view).arg(path).run();
    assert_eq!(ran.status, 0, "{}", ran.everything());
    if expect.skipped > 0 {
        assert!(ran.said().contains(&format!("{path}:")), "{}", ran.everything());
    }
    ran
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

fn count(cell: &str) -> u64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is no count"))
}

/// Sums by a name, those of nothing left out.
fn by(rows: &[Value], name: &str, sum: &str) -> BTreeMap<String, u64> {
    let pair = |row: &Value| (row[name].as_str().expect("a name").to_owned(), number(&row[sum]));
    rows.iter().map(pair).filter(|(_, sum)| *sum > 0).collect()
}

/// Messages by the names of a column; rows without a name or a message left out.
fn messages(ran: &Ran, column: &str) -> BTreeMap<String, u64> {
    let pair = |row: BTreeMap<String, String>| (row[column].clone(), count(&row["messages"]));
    ran.csv().into_iter().map(pair).filter(|(name, sum)| !name.is_empty() && *sum > 0).collect()
}

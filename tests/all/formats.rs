//! Every format against every fixture: detected as itself, every line classified, the same messages found whichever way
//! they are looked for. What is right stands in `expect.toml` of each folder.

use crate::expect::{Expect, all, files, folders, logs};
use crate::harness::{ROOT, Ran, WEEK, same, smtpauth};
use serde_json::Value;
use smtpauth::formats::detect::{Told, detect};
use smtpauth::formats::mapping::NOTHING;
use smtpauth::formats::{FORMATS, Shape};
use smtpauth::input::encoding::Decoded;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

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
        assert_eq!(expect.messages(), expect.senders.values().sum::<u64>(), "{path}: senders");
        assert_eq!(expect.counted(), expect.auth.values().sum::<u64>(), "{path}: auth");
        if let Some(clients) = &expect.clients {
            assert_eq!(expect.counted(), clients.values().sum::<u64>(), "{path}: clients");
        }
        if expect.no_messages {
            assert_eq!(Some(expect.counted()), expect.sessions, "{path}: sessions are what it counts");
            let is_empty = expect.why.contains("counts nothing");
            assert_eq!(expect.counted() == 0, is_empty, "{path}: does it hold sessions, or nothing?");
        } else {
            assert!(expect.counted() > 0, "{path} has no message");
        }
        let logs = logs(&path);
        for name in expect.formats.keys() {
            assert!(logs.contains(&format!("{path}/{name}")), "{path} has no {name}");
        }
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
        for log in logs(&path) {
            let file = std::fs::File::open(format!("{ROOT}/{log}")).expect("a fixture can be opened");
            let mut head = Vec::new();
            Decoded::new(file).read_to_end(&mut head).expect("a fixture can be read");
            let detected = detect(&head, Told { format: None, columns: &NOTHING });
            let format = expect.format_of(&path, &log);
            assert_eq!(detected.map(|detected| detected.format), Ok(format.to_owned()), "{log}");
            for other in FORMATS.iter().filter(|other| other.name != format) {
                no_message_as(&log, other);
            }
        }
    }
}

/// Told to be another format, a file is refused, or no message is found in it.
fn no_message_as(path: &str, other: &smtpauth::formats::Format) {
    let ran = smtpauth("tls --all --format json --input-format").arg(other.name).arg(path).run();
    match other.shape {
        Shape::Rows(_) | Shape::Records(_) => {
            assert_eq!((ran.status, ran.stdout.len()), (2, 0), "{}", ran.everything())
        }
        Shape::Messages(_) => assert_eq!(ran.json()["input"]["submissions"], 0, "{}", ran.everything()),
    }
}

#[test]
fn every_line_is_classified() {
    for (path, expect) in all() {
        let rows = inspected(&path);
        let got = ["lines", "used", "ignored", "skipped"].map(|name| sum(&rows, name));
        assert_eq!(got, [expect.lines, expect.used, expect.ignored, expect.skipped], "{path}");
        assert_eq!(rows.len(), logs(&path).len(), "{path}: logs");
        for row in &rows {
            let log = row["file"].as_str().expect("a name").replace('\\', "/");
            assert_eq!(row["format"].as_str(), Some(expect.format_of(&path, &log)), "{log}");
            assert_eq!(row["status"], "read", "{log}");
        }
        let times = |name: &str| rows.iter().filter_map(|row| row[name].as_str()).collect::<BTreeSet<_>>();
        assert_eq!(times("first").first().copied(), expect.first.as_deref(), "{path}: first");
        assert_eq!(times("last").last().copied(), expect.last.as_deref(), "{path}: last");
        let submissions = sum(&rows, "submissions");
        if is_folder(&path) {
            // A log of a folder that holds no message shows its sessions.
            assert!(submissions >= expect.counted(), "{path}: the slow reading");
        } else {
            assert_eq!(submissions, expect.counted(), "{path}: the slow reading");
        }
    }
}

/// What `inspect` tells about each log of a fixture.
fn inspected(path: &str) -> Vec<Value> {
    let ran = smtpauth("inspect --format json").arg(path).run();
    assert_eq!(ran.stderr, b"", "{path}: inspect shows what was skipped on standard output");
    let table = ran.json();
    let rows = table["rows"].as_array().expect("inspect has rows");
    // What is not there is no file.
    rows.iter().filter(|row| row["status"] != "missing").cloned().collect()
}

fn is_folder(path: &str) -> bool {
    std::path::Path::new(ROOT).join(path).is_dir()
}

#[test]
fn the_fast_search_finds_the_same() {
    for (path, expect) in all() {
        let ran = show("tls --format json --all", &path, &expect);
        let table = ran.json();
        // Messages and sessions are never added up: of a front end and its hub, messages count.
        assert_eq!(number(&table["input"]["submissions"]), expect.counted(), "{path}: submissions");
        assert_eq!(number(&table["input"]["skipped"]), expect.skipped, "{path}");
        let rows = table["rows"].as_array().expect("tls has rows");
        assert_eq!(by(rows, "tls", expect.unit()), expect.tls, "{path}");
        assert_eq!(sum(rows, "messages"), expect.messages(), "{path}: messages");
        if let Some(wanted) = expect.sessions {
            assert_eq!(sum(rows, "sessions"), wanted, "{path}: sessions");
        }
    }
}

#[test]
fn senders_and_logins() {
    for (path, expect) in all() {
        let senders = show("tls --details --all --format csv", &path, &expect);
        // Sessions have no sender: their rows are accounts.
        let (column, wanted) = match &expect.logins {
            Some(logins) if expect.no_messages && expect.counted() > 0 => ("account", logins),
            _ => ("sender", &expect.senders),
        };
        assert_eq!(&counted(&senders, column, expect.unit()), wanted, "{path}");
        let columns =
            [("1.0", "tls1_0"), ("1.1", "tls1_1"), ("1.2", "tls1_2"), ("1.3", "tls1_3"), ("none", "none")];
        for (tls, column) in columns {
            let sum: u64 = senders.csv().iter().map(|row| count(&row[column])).sum();
            assert_eq!(sum, expect.tls.get(tls).copied().unwrap_or(0), "{path}: {column}");
        }
        if let Some(wanted) = &expect.logins {
            let logins = show("tls --by login --all --format csv", &path, &expect);
            assert_eq!(&counted(&logins, "login", expect.unit()), wanted, "{path}");
        }
    }
}

#[test]
fn clients_recipients_and_basis() {
    for (path, expect) in all() {
        if let Some(wanted) = &expect.clients {
            let clients = show("tls --by client --all --format csv", &path, &expect);
            assert_eq!(&counted(&clients, "client", expect.unit()), wanted, "{path}");
        }
        if let Some(wanted) = expect.recipients {
            let senders = show("volume --details --all --format csv", &path, &expect).csv();
            let known = senders.iter().map(|row| &row["recipients"]).filter(|cell| !cell.is_empty());
            let recipients: u64 = known.map(|cell| count(cell)).sum();
            assert_eq!(recipients, wanted, "{path}: recipients");
        }
        if let Some(wanted) = &expect.basis {
            let cells = show("export --all", &path, &expect).csv();
            for cell in cells.iter().filter(|cell| cell["messages"] != "0") {
                assert_eq!(&cell["basis"], wanted, "{path}");
            }
        }
    }
}

/// Exchange 2010 logs no sizes: their sum is missing, not 0.
#[test]
fn sizes_that_are_not_logged_are_missing() {
    let details = smtpauth("volume --details --all fixtures/exchange-smtp/direct-2010.log");
    let rows = details.arg("--format").arg("csv").ok().csv();
    assert!(rows.iter().all(|row| row["bytes"].is_empty() && row["recipients"] != "0"), "{rows:?}");
    // A session has neither.
    let details = smtpauth("volume --details --all fixtures/exchange-smtp/front-end.log");
    let rows = details.arg("--format").arg("json").ok().json();
    assert!(rows["rows"].as_array().is_some_and(|rows| rows.iter().all(|row| row["recipients"].is_null())));
}

#[test]
fn classes_of_logins() {
    for (path, expect) in all() {
        let summary = show("summary --all --format json", &path, &expect).json();
        let rows = summary["auth"].as_array().expect("summary has logins");
        assert_eq!(by(rows, "auth", expect.unit()), expect.auth, "{path}");
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
            assert_eq!(rows.len() as u64, expect.counted(), "{path}");
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
        let cells = show("export --all", &path, &expect).stdout;
        let views = ["summary", "volume --details", "tls --by client", "auth --details", "export"];
        for view in views {
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

/// Nothing in one fixture is about a session of another.
#[test]
fn all_of_exchange_together_are_the_sum() {
    for folder in ["exchange-smtp", "exchange-tracking"] {
        let wanted: u64 = files(folder).iter().map(|(_, expect)| expect.messages()).sum();
        let table = smtpauth("tls --all --format json").arg(&format!("fixtures/{folder}")).run().json();
        assert_eq!(sum(table["rows"].as_array().expect("tls has rows"), "messages"), wanted, "{folder}");
    }
}

/// Runs a view on a fixture: it succeeds, and speaks of exactly what was skipped.
fn show(view: &str, path: &str, expect: &Expect) -> Ran {
    let ran = smtpauth(view).arg(path).run();
    assert_eq!(ran.status, 0, "{}", ran.everything());
    if expect.skipped > 0 {
        let place = if is_folder(path) { path.to_owned() } else { format!("{path}:") };
        assert!(ran.said().contains(&place), "{}", ran.everything());
    }
    ran
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

fn count(cell: &str) -> u64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is no count"))
}

fn sum(rows: &[Value], column: &str) -> u64 {
    rows.iter().map(|row| number(&row[column])).sum()
}

/// Sums by a name, those of nothing left out.
fn by(rows: &[Value], name: &str, sum: &str) -> BTreeMap<String, u64> {
    let pair = |row: &Value| (row[name].as_str().expect("a name").to_owned(), number(&row[sum]));
    rows.iter().map(pair).filter(|(_, sum)| *sum > 0).collect()
}

/// What is counted, by the names of a column; rows without a name or a count left out.
fn counted(ran: &Ran, column: &str, unit: &str) -> BTreeMap<String, u64> {
    let pair = |row: BTreeMap<String, String>| (row[column].clone(), count(&row[unit]));
    ran.csv().into_iter().map(pair).filter(|(name, sum)| !name.is_empty() && *sum > 0).collect()
}

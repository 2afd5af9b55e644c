//! `--where` and `--min-messages` in the views whose rows are no table behind a chart: each has rows, and keeps those that the
//! condition keeps, on its screen and in its data alike.

use crate::harness::{Ran, WEEK, file, folder, read, same, smtpauth_with};
use std::collections::BTreeSet;

const QUARTER: &str = "fixtures/csv/quarter.csv";
const MONTH: [&str; 2] = ["fixtures/unusual/month.csv", "fixtures/unusual/many-clients.csv"];

fn run(words: &[&str]) -> Ran {
    smtpauth_with(words.iter().copied()).run()
}

/// The rows of all data that a predicate keeps are the data with the condition.
fn keeps(words: &[&str], condition: &str, is_kept: impl Fn(&dyn Fn(&str) -> String) -> bool) {
    let data = [words, &["--format", "csv"]].concat();
    let all = run(&data).csv();
    let kept: Vec<_> =
        all.iter().filter(|row| is_kept(&|column: &str| row[column].clone())).cloned().collect();
    assert!(!kept.is_empty() && kept.len() < all.len(), "{condition}: {} of {}", kept.len(), all.len());
    let shown = run(&[&data[..], &["--where", condition]].concat());
    assert_eq!(shown.csv(), kept, "{}", shown.everything());
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

#[test]
fn data_is_the_rows_that_are_kept() {
    let quarter = |name: &'static str| vec![name, QUARTER];
    keeps(&quarter("ready"), "messages >= 50 and verdict is stops", |row| {
        number(&row("messages")) >= 50 && row("verdict") == "stops"
    });
    keeps(&quarter("ready"), "last_seen < 2026-11-01", |row| row("last_seen").as_str() < "2026-11-01");
    keeps(&["sender", "erp@contoso.com", QUARTER], "tls = 1.0 and day > 2026-11-09", |row| {
        row("tls") == "1.0" && row("day").as_str() > "2026-11-09"
    });
    keeps(
        &["sender", "erp@contoso.com", QUARTER, "--interval", "month"],
        "messages > 100 and period >= 2026-09-01",
        |row| number(&row("messages")) > 100 && row("period").as_str() >= "2026-09-01",
    );
    keeps(&["inspect", WEEK, QUARTER], "format starts with csv", |row| row("format").starts_with("csv"));
    keeps(&["unusual", "--scores", MONTH[0], MONTH[1]], "clients > 3 or score > 2", |row| {
        number(&row("clients")) > 3 || row("score").parse::<f64>().is_ok_and(|score| score > 2.0)
    });
}

/// Accounts are judged by all that they do, whatever rows are shown of them; the exit code is of those.
#[test]
fn ready_judges_before_it_leaves_out() {
    let ready = |condition: &str| run(&["ready", "--width", "0", QUARTER, "--where", condition]);
    let erp = ready("account is erp and tls is 1.0");
    assert_eq!(erp.status, 1);
    let text = erp.text();
    assert!(text.contains("   1 STOP · 0 ready · 0 cannot tell\n"), "{text}");
    assert!(
        text.contains("TLS 1.3 from 192.0.2.11") && text.contains("only rows with account is erp"),
        "{text}"
    );
    assert!(!text.contains("--baseline"), "{text}");
    // Its other client goes on, the account stops all the same.
    let other = ready("account is erp and verdict is ready");
    assert_eq!(other.status, 0);
    assert!(other.text().contains("0 STOP · 0 ready") && other.text().contains("None of these rows stops."));
    let alarm = ready("account is alarm and last_seen >= 2026-11-18").text();
    assert!(alarm.contains("[192.0.2.81]  ") && alarm.contains("TLS 1.1 from 2 clients"), "{alarm}");
}

/// With a baseline there is one more column, and what is gone is a row too.
#[test]
fn a_baseline_is_a_column() {
    let folder = folder();
    let earlier = run(&["ready", "--format", "json", "--until", "2026-10-20", QUARTER]);
    let path = file(folder.path(), "ready.json", &earlier.stdout).display().to_string();
    let words = ["ready", QUARTER, "--baseline", &path];
    keeps(&words, "baseline is new", |row| row("baseline") == "new");
    let words = [&words[..], &["--until", "2026-08-30"]].concat();
    keeps(&words, "baseline is gone and last_seen > 2026-10-01", |row| {
        row("baseline") == "gone" && row("last_seen").as_str() > "2026-10-01"
    });
    let refused = run(&["ready", QUARTER, "--where", "baseline is new"]);
    assert!(
        refused.said().starts_with("smtpauth: --where: no column is called baseline\n"),
        "{}",
        refused.said()
    );
}

/// The summary is that of the accounts that are kept, as if there were no others.
#[test]
fn the_summary_counts_the_accounts_that_pass() {
    let by_account = run(&["tls", "--by", "account", "--format", "csv", WEEK, "--where", "tls1_0 > 0"]).csv();
    let names: BTreeSet<&str> = by_account.iter().map(|row| row["account"].as_str()).collect();
    assert_eq!(names, ["erp", "franking", "scan-hr"].into());
    let logins = names.into_iter().collect::<Vec<_>>().join(",");
    for format in ["table", "csv", "ndjson"] {
        let part = |option: &str, value: &str| {
            let ran = run(&["summary", "--format", format, WEEK, option, value]);
            let text = ran.text();
            if format == "table" { text.split_once('\n').expect("a title").1.to_owned() } else { text }
        };
        same(&part("--login", &logins), &part("--where", "tls1_0 > 0"));
    }
    let json = run(&["summary", "--format", "json", WEEK, "--min-messages", "4"]).json();
    assert_eq!((&json["accounts"], &json["messages"]), (&4.into(), &21.into()));
    assert_eq!(json["filters"]["where"][0], "messages >= 4");
    let nobody = run(&["summary", WEEK, "--min-messages", "100"]).text();
    assert!(nobody.contains(" · only accounts with messages >= 100 · "), "{nobody}");
    assert!(nobody.ends_with("\n\nNo account that the condition keeps.\n"), "{nobody}");
}

#[test]
fn screens_are_about_the_rows_that_are_kept() {
    let sender =
        run(&["sender", "erp@contoso.com", QUARTER, "--where", "tls = 1.0 and day >= 2026-11-02"]).text();
    assert!(sender.contains("\n  153 messages") && !sender.contains("192.0.2.11"), "{sender}");
    assert!(sender.contains("! WINCE-PC7 [192.0.2.61]"), "{sender}");
    let nothing = run(&["sender", "erp@contoso.com", QUARTER, "--min-messages", "1000"]).text();
    assert!(nothing.ends_with("\nNo row of this name that the condition keeps.\n"), "{nothing}");
    let files = run(&["inspect", WEEK, QUARTER, "--where", "format is postfix"]).text();
    assert!(files.starts_with("2 inputs read · only files with format is postfix · "), "{files}");
    assert!(files.contains(WEEK) && !files.contains(QUARTER), "{files}");
    let unusual = |condition: &str| run(&["unusual", MONTH[0], MONTH[1], "--where", condition]);
    let (kept, left) = (unusual("messages > 100"), unusual("messages > 500"));
    assert!(kept.status == 1 && kept.text().contains("\n1 of 10 accounts stands out"), "{}", kept.text());
    assert!(left.status == 0 && !left.text().contains("b.keller"), "{}", left.text());
    assert!(left.text().contains("; 1 more stands out on days that the condition leaves out\n"));
}

/// What a view cannot answer is said, with what it can, and who else can.
#[test]
fn a_name_of_another_view_is_said_to_be_one() {
    let said = |words: &[&str]| run(words).said();
    let ready = said(&["ready", QUARTER, "--where", "messages > 3 and tls1_0 > 0"]);
    let wanted = "smtpauth: --where: these rows have no column tls1_0; rows of these commands do: tls\n  \
                  messages > 3 and tls1_0 > 0\n                   ^^^^^^\nColumns of these rows:\n  switch_off account ";
    assert!(ready.starts_with(wanted), "{ready}");
    let inspect = said(&["inspect", WEEK, "--min-messages", "3"]);
    let wanted = "smtpauth: --min-messages is for rows that count messages\nColumns of these rows:\n  file format why ";
    assert!(inspect.starts_with(wanted), "{inspect}");
    let summary = said(&["summary", WEEK, "--where", "verdict is stops"]);
    assert!(summary.starts_with(
        "smtpauth: --where: these rows have no column verdict; rows of these commands do: ready\n"
    ));
}

/// A set of options that was asked for by name acts in every view; what is always set, in none that checks.
#[test]
fn saved_conditions_act_where_they_are_asked_for() {
    let folder = folder();
    let set = "where = \"messages >= 50\"\nmin-messages = 2\n";
    let path = file(folder.path(), "smtpauth.toml", format!("[defaults]\n{set}[saved.large]\n{set}"));
    let path = path.display().to_string();
    let title = |words: &[&str]| {
        let ran = smtpauth_with(words.iter().copied()).env("SMTPAUTH_CONFIG", &path).run();
        ran.text().lines().next().expect("a title").to_owned()
    };
    for view in ["ready", "summary"] {
        assert!(!title(&[view, QUARTER]).contains("messages >="), "{view}");
        let saved = title(&[view, QUARTER, "--saved", "large"]);
        assert!(saved.contains(" with messages >= 2 and messages >= 50 (saved large) · "), "{saved}");
    }
    let both = title(&["tls", QUARTER, "--saved", "large", "--where", "tls1_0 > 0 or tls1_1 > 0"]);
    assert!(
        both.contains(" · only rows with messages >= 2 (saved large) and (tls1_0 > 0 or tls1_1 > 0) · "),
        "{both}"
    );
    let by_default = title(&["tls", "--details", QUARTER]);
    assert!(by_default.contains(" with messages >= 2 and messages >= 50 (smtpauth.toml) · "), "{by_default}");
    assert!(read("README.md").contains("A condition in `[defaults]`"));
}

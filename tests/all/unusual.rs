//! Accounts that do not behave as they used to: each signal alone is found, a month in which nothing is wrong is silent, and
//! every day of every account has a score.

use crate::harness::{Ran, file, folder, read, same, smtpauth};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Twelve accounts over 33 days, in which nothing is wrong: people, one of whom moves between networks, scanners, programs, a
/// newsletter, a payroll at the end of the month, an account that fell asleep.
const MONTH: &str = "fixtures/unusual/month.csv";

/// What is added to the month, whose account stands out for it, and the reason.
const ALONE: [(&str, &str, &str); 8] = [
    ("volume.csv", "c.rossi@contoso.com", "volume"),
    ("recipients.csv", "c.rossi@contoso.com", "volume"),
    ("slow.csv", "d.lang@contoso.com", "volume"),
    ("many-clients.csv", "b.keller@contoso.com", "clients"),
    ("new-network.csv", "a.novak@contoso.com", "clients"),
    ("senders.csv", "c.rossi@contoso.com", "senders"),
    ("return.csv", "backup2@contoso.com", "return"),
    ("guessed.log", "b.keller@contoso.com", "failures"),
];

fn with(extra: &str, options: &str) -> Ran {
    smtpauth(&format!("unusual {options} {MONTH} fixtures/unusual/{extra}")).run()
}

#[test]
fn a_month_in_which_nothing_is_wrong_is_silent() {
    let ran = smtpauth("unusual --all").arg(MONTH).ok();
    assert!(ran.text().contains("0 of 12 accounts stand out"), "{}", ran.everything());
    let rows = smtpauth("unusual --format csv").arg(MONTH).ok();
    assert!(rows.csv().is_empty(), "{}", rows.everything());
}

#[test]
fn each_signal_alone_is_found_and_is_the_reason() {
    for (extra, account, reason) in ALONE {
        let ran = with(extra, "--format csv");
        let rows = ran.csv();
        let accounts: BTreeSet<&str> = rows.iter().map(|row| row["account"].as_str()).collect();
        assert_eq!((ran.status, accounts), (1, BTreeSet::from([account])), "{}", ran.everything());
        let is_reason = rows.iter().any(|row| row["reasons"].split(' ').any(|word| word == reason));
        assert!(is_reason, "{}", ran.everything());
        assert!(rows.iter().all(|row| row["incident"] == "1"), "{}", ran.everything());
    }
}

/// Another hour or program happens every day somewhere: it is seen, and makes nobody stand out.
#[test]
fn what_only_supports_is_seen_and_is_no_alarm() {
    for (extra, account, reason) in
        [("hours.csv", "a.novak@contoso.com", "hours"), ("login.csv", "scan-hr@contoso.com", "login")]
    {
        let ran = with(extra, "--scores");
        assert_eq!(ran.status, 0, "{}", ran.everything());
        let rows = ran.csv();
        let row = rows.iter().find(|row| row["account"] == account && row["day"] == "2026-11-18");
        assert!(row.is_some_and(|row| row["reasons"].contains(reason)), "{}", ran.everything());
    }
}

/// What a person sees of each, whole.
#[test]
fn screens_of_incidents() {
    let mut screens = String::new();
    for (extra, ..) in ALONE {
        let ran = with(extra, "--width 100");
        let _ = writeln!(screens, "{}", ran.everything());
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("unusual-incidents", screens));
}

#[test]
fn every_day_of_every_account_has_a_score() {
    let log = read("fixtures/unusual/month.csv");
    let days: BTreeSet<(String, String)> = log
        .lines()
        .skip(1)
        .map(|row| (row.split(',').nth(2).expect("a login").to_owned(), row[..10].to_owned()))
        .collect();
    let ran = smtpauth("unusual --all --scores").arg(MONTH).ok();
    let rows = ran.csv();
    let scored: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row["account"].clone(), row["day"].clone())).collect();
    assert_eq!((scored.len(), &scored), (rows.len(), &days));
    for row in &rows {
        let number = |name: &str| row[name].parse::<f64>().expect("a number");
        assert!((number("score") + number("p_value").log10()).abs() < 0.01, "{row:?}");
    }
    // A day with failed logins only is a day.
    let failed = with("guessed.log", "--scores").csv();
    assert!(
        failed.iter().any(|row| row["failed_logins"] == "79" && row["account"] == "b.keller@contoso.com")
    );
}

#[test]
fn threads_and_the_order_of_files_change_nothing() {
    for format in ["table", "csv"] {
        let one = with("many-clients.csv", &format!("-j 1 --format {format}"));
        for options in ["-j 2", "-j 5"] {
            let ran = with("many-clients.csv", &format!("{options} --format {format}"));
            assert_eq!(ran.stdout, one.stdout);
        }
        let paths = format!("fixtures/unusual/many-clients.csv {MONTH}");
        let turned = smtpauth(&format!("unusual -j 3 --format csv {paths}")).run();
        assert_eq!(turned.stdout, with("many-clients.csv", "--format csv").stdout);
    }
}

/// Cells tell all but EHLO names.
#[test]
fn exported_cells_are_judged_too() {
    let folder = folder();
    let logs = format!("{MONTH} fixtures/unusual/senders.csv");
    let cells = smtpauth(&format!("export --all {logs}")).ok();
    let cells = file(folder.path(), "cells.csv", &cells.stdout);
    let ran = smtpauth("unusual --format csv").arg(&cells.display().to_string()).run();
    let accounts: BTreeSet<String> = ran.csv().iter().map(|row| row["account"].clone()).collect();
    assert_eq!(accounts, BTreeSet::from(["c.rossi@contoso.com".to_owned()]), "{}", ran.everything());
    let screen = smtpauth("unusual").arg(&cells.display().to_string()).run();
    assert!(screen.text().contains("do not have them: EHLO names"), "{}", screen.everything());
}

#[test]
fn known_bulk_senders_are_excused_until_a_day() {
    let folder = folder();
    let allow = |until: &str| {
        let table = format!("[[allow]]\nlogin = \"C.Rossi@*\"\nuntil = {until}\nreason = \"price list\"\n");
        file(folder.path(), "allow.toml", table).display().to_string()
    };
    let ran = with("volume.csv", &format!("--allow {}", allow("2026-11-18")));
    assert_eq!(ran.status, 0, "{}", ran.everything());
    assert!(
        ran.text().contains("1 account is excused by the allow table: c.rossi@contoso.com"),
        "{}",
        ran.text()
    );
    assert_eq!(with("volume.csv", &format!("--allow {}", allow("2026-11-17"))).status, 1);
    let wrong = file(folder.path(), "wrong.toml", "[[allow]]\nlogin = \"a\"\n");
    let ran = with("volume.csv", &format!("--allow {}", wrong.display()));
    assert_eq!(ran.status, 2);
    assert!(ran.said().contains("wrong.toml") && ran.said().contains("reason"), "{}", ran.everything());
}

#[test]
fn sensitivity_is_a_budget_of_false_alarms() {
    let accounts = |sensitivity: &str| {
        let ran = with("volume.csv", &format!("--format csv --sensitivity {sensitivity}"));
        ran.csv().len()
    };
    let (few, usual, many) = (accounts("0.001"), accounts("1"), accounts("200"));
    assert!(few < usual && usual < many, "{few} {usual} {many}");
    for wrong in ["0", "-1", "1001", "nan"] {
        let ran = smtpauth(&format!("unusual --sensitivity={wrong} {MONTH}")).run();
        assert_eq!(ran.status, 2, "{}", ran.everything());
    }
}

#[test]
fn nothing_to_judge_is_exit_code_2() {
    let ran = smtpauth("unusual --login nobody").arg(MONTH).run();
    assert_eq!(ran.status, 2, "{}", ran.everything());
    assert!(ran.text().contains("No submission with SMTP AUTH in this window"), "{}", ran.everything());
}

#[test]
fn what_does_not_go_together_is_refused() {
    smtpauth("unusual --scores --format table")
        .arg(MONTH)
        .fails("--scores has no table for people: take --format csv, json or ndjson");
    let ran = smtpauth("unusual --tls 1.0").arg(MONTH).run();
    assert_eq!(ran.status, 2, "{}", ran.everything());
}

/// What needs no history stands in the summary.
#[test]
fn very_many_addresses_in_a_day_are_in_the_summary() {
    let quiet = smtpauth("summary").arg(MONTH).ok().text();
    assert!(!quiet.contains("client addresses in one day"), "{quiet}");
    let ran = smtpauth(&format!("summary {MONTH} fixtures/unusual/many-clients.csv")).ok();
    let line =
        ran.text().lines().find(|line| line.contains("client addresses in one day")).map(str::to_owned);
    let words: Vec<_> = line.as_deref().unwrap_or_default().split_whitespace().collect();
    same(
        "1 account 139 messages 133 client addresses in one day (Wed 18 Nov) smtpauth unusual",
        &words.join(" "),
    );
}

/// Sign-ins are sessions, and stand under their own name: nobody sent a message by logging in.
#[test]
fn sessions_are_no_messages() {
    let of = |input: &str| smtpauth("unusual --all --scores").arg(input).run().csv();
    let rows = of("fixtures/exchange-smtp/front-end.log");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["messages"] == "0"), "{rows:?}");
    assert!(rows.iter().any(|row| row["sessions"] == "1"), "{rows:?}");
    let rows = of("fixtures/unusual/month.csv");
    assert!(rows.iter().all(|row| row["messages"] != "0" && row["sessions"] == "0"), "{rows:?}");
}

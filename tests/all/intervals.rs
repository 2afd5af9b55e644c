//! `--interval`, and the change against the period before: stretches add up to the whole, and what the logs do not hold is
//! missing, never 0.

use crate::harness::{Ran, WEEK, smtpauth};
use serde_json::Value;

fn json(words: &str) -> Value {
    smtpauth(words).arg("--format").arg("json").arg(WEEK).ok().json()
}

fn rows(words: &str) -> Vec<Value> {
    json(words)["rows"].as_array().expect("rows").clone()
}

fn sum(rows: &[Value], column: &str) -> u64 {
    rows.iter().map(|row| row[column].as_u64().expect("a count")).sum()
}

#[test]
fn stretches_add_up_to_the_whole() {
    let versions = rows("tls --all");
    for interval in ["hour", "day", "week", "month", "auto"] {
        for zone in ["UTC", "Asia/Kolkata", "America/New_York"] {
            let words = format!("--all --timezone {zone} --interval {interval}");
            assert_eq!(sum(&rows(&format!("volume {words}")), "messages"), 37, "{words}");
            let over_time = rows(&format!("tls {words}"));
            assert_eq!(sum(&over_time, "messages"), 37, "{words}");
            assert_eq!(sum(&over_time, "tls1_0"), versions[0]["messages"], "{words}");
            let begins: Vec<_> = over_time
                .iter()
                .map(|row| row.as_object().expect("a row").values().next().cloned())
                .collect();
            let mut sorted = begins.clone();
            sorted.sort_by_key(|begin| begin.as_ref().map(ToString::to_string));
            assert_eq!(begins, sorted, "{words}");
        }
    }
}

/// Kinds of login over time are those of `auth`, and failed logins stand beside them.
#[test]
fn kinds_of_login_add_up_to_the_whole() {
    let classes = rows("auth --all");
    let of = |class: &str, column: &str| -> u64 {
        let row = classes.iter().find(|row| row["auth"] == class);
        row.and_then(|row| row[column].as_u64()).unwrap_or(0)
    };
    for interval in ["hour", "day", "week", "month", "auto"] {
        let over_time = rows(&format!("auth --all --interval {interval}"));
        assert_eq!(sum(&over_time, "messages"), 37, "{interval}");
        assert_eq!(sum(&over_time, "failed_logins"), sum(&classes, "failed_logins"), "{interval}");
        for class in ["basic", "modern", "integrated", "other", "unknown"] {
            assert_eq!(sum(&over_time, class), of(class, "messages"), "{class} {interval}");
        }
        // 0 of 0 is no percentage.
        let is_right = |row: &Value| row["basic_percent"].is_null() == (row["messages"] == 0);
        assert!(over_time.iter().all(is_right), "{interval}");
    }
}

#[test]
fn kinds_of_login_over_time_have_a_screen() {
    let mut screens = String::new();
    for words in [
        "auth --interval day",
        "auth --interval week --all --format csv",
        "auth --interval day --where messages>4",
        "tls --interval day --where messages>4",
        "auth --interval day --min-messages 6 --format csv",
    ] {
        screens += &smtpauth(words).arg(WEEK).ok().everything();
        screens.push('\n');
    }
    screens += &smtpauth("auth --interval day fixtures/exchange-smtp/front-end.log").ok().everything();
    crate::screens::snapshot("auth-over-time", &screens);
}

/// Periods of a name are those of the other views: hours, too.
#[test]
fn a_sender_has_any_periods() {
    let of = |interval: &str| {
        let words = format!("sender erp@contoso.com --format json --interval {interval}");
        smtpauth(&words).arg(WEEK).ok().json()["rows"].as_array().expect("rows").clone()
    };
    for interval in ["hour", "day", "week", "month", "auto"] {
        assert_eq!(sum(&of(interval), "messages"), 9, "{interval}");
    }
    let first = |interval: &str, column: &str| of(interval)[0][column].as_str().map(str::to_owned);
    assert_eq!(first("week", "period").as_deref(), Some("2026-11-09"));
    assert_eq!(first("hour", "period").map(|hour| hour.len()), Some("2026-11-09T00:00".len()));
}

#[test]
fn a_stretch_is_the_day_with_which_it_begins() {
    let first = |words: &str, column: &str| rows(words)[0][column].as_str().map(str::to_owned);
    assert_eq!(first("volume --interval week --since 2026-11-10", "period").as_deref(), Some("2026-11-09"));
    assert_eq!(first("volume --interval month", "period").as_deref(), Some("2026-11-01"));
    assert_eq!(first("tls --interval hour --since 1d", "period").as_deref(), Some("2026-11-15T00:00"));
    assert_eq!(first("tls --interval day", "day").as_deref(), Some("2026-11-09"));
    let csv = |words: &str| smtpauth(words).arg("--format").arg("csv").arg(WEEK).ok().text();
    assert_eq!(csv("volume --interval day"), csv("volume"));
}

/// Hours lie in the window, and none behind the newest record.
#[test]
fn auto_goes_by_the_length_of_the_window() {
    let hours = rows("tls --interval auto --since 12h");
    let period = |row: Option<&Value>| row.expect("an hour")["period"].as_str().expect("a period").to_owned();
    assert_eq!((hours.len(), period(hours.first())), (12, "2026-11-15T06:00".to_owned()));
    assert_eq!(period(hours.last()), "2026-11-15T17:00");
    let heading = |words: &str| {
        let text = smtpauth(words).arg(WEEK).ok().text();
        text.lines().nth(2).expect("a heading").split("  ").next().expect("a word").to_owned()
    };
    assert_eq!(heading("volume --interval auto --since 2d"), "MESSAGES PER HOUR");
    assert_eq!(heading("volume --interval auto"), "MESSAGES PER DAY");
    assert_eq!(heading("volume --interval auto --since 90d"), "MESSAGES PER WEEK");
    assert_eq!(heading("volume --interval auto --since 900d"), "MESSAGES PER MONTH");
}

#[test]
fn a_stretch_that_the_window_cuts_says_so() {
    let chart = smtpauth("volume --interval week --since 2026-11-10").arg(WEEK).ok().text();
    let week = chart.lines().find(|line| line.starts_with("9 - 15 Nov 2026")).expect("the week");
    assert!(week.ends_with("  from Tue 10 Nov  until Sun 15 Nov 2026 17:30"), "{week}");
}

#[test]
fn rows_are_of_time_or_of_something_else() {
    let message = "--interval is for rows of time: --details, --by, --sort and --top do not go with it";
    for words in ["tls --details", "tls --by client", "auth --by account", "tls --top 3", "auth --sort name"]
    {
        smtpauth(words).arg("--interval").arg("week").arg(WEEK).fails(message);
    }
    smtpauth("volume --interval week --where messages>1").arg(WEEK).fails(
        "--interval is for rows of time: --details, --by, --sort, --where and --min-messages do not go with it",
    );
    smtpauth("volume --interval hour fixtures/cells/week.csv").fails(
        "fixtures/cells/week.csv: cells are counted by day; hours, and a window that begins or ends within a day, need the logs",
    );
}

/// What is said of the period before is what a window over it says.
#[test]
fn the_change_is_against_the_period_before() {
    for window in [
        "--since 3d",
        "--since 2026-11-13",
        "--since 2026-11-13 --until 2026-11-15",
        "--since 3d --as-of 2026-11-15",
    ] {
        let before = "--since 2026-11-10 --until 2026-11-12";
        let previous = rows(&format!("tls {before}"));
        let of = |tls: &Value| {
            previous.iter().find(|row| row["tls"] == *tls).map_or(0.into(), |row| row["messages"].clone())
        };
        let now = rows(&format!("tls {window}"));
        for row in &now {
            assert_eq!(row["previous"], of(&row["tls"]), "{window} {row}");
        }
        assert_eq!(sum(&now, "previous"), 18, "{window}");
        let (summary, earlier) = (json(&format!("summary {window}")), json(&format!("summary {before}")));
        for name in ["accounts", "senders", "messages", "sessions", "domains", "clients"] {
            assert_eq!(summary["previous"][name], earlier[name], "{window} {name}");
        }
        assert_eq!(summary["tls"], json(&format!("tls {window}"))["rows"], "{window}");
    }
}

#[test]
fn what_the_logs_do_not_hold_is_missing() {
    for window in ["", "--since 4d", "--since 12h", "--all", "--since 2026-11-09"] {
        assert!(rows(&format!("tls {window}")).iter().all(|row| row["previous"].is_null()), "{window}");
        assert!(json(&format!("summary {window}"))["previous"].is_null(), "{window}");
        let table = smtpauth("tls").args_of(window).arg(WEEK).ok().text();
        assert!(!table.contains("change"), "{table}");
    }
}

#[test]
fn who_is_new_and_who_is_gone_is_named() {
    let accounts = |window: &str| {
        let ran = smtpauth("tls --by account --format csv").args_of(window).arg(WEEK).ok();
        ran.csv().iter().map(|row| row["account"].clone()).collect::<std::collections::BTreeSet<_>>()
    };
    let (now, before) = (accounts("--since 3d"), accounts("--since 2026-11-10 --until 2026-11-12"));
    let previous = &json("summary --since 3d")["previous"];
    let list = |name: &str| -> Vec<String> {
        let names = previous[name].as_array().expect("a list").iter();
        names.map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    let (new, gone): (Vec<_>, Vec<_>) =
        (now.difference(&before).cloned().collect(), before.difference(&now).cloned().collect());
    assert!(!new.is_empty() && !gone.is_empty());
    assert_eq!((list("new_accounts"), list("gone_accounts")), (new.clone(), gone.clone()));
    let screen = smtpauth("summary --since 3d").arg(WEEK).ok().text();
    let line = |start: &str| screen.lines().find(|line| line.starts_with(start)).expect("a line").to_owned();
    assert_eq!(line("NEW"), format!("NEW  2 accounts not seen 10 - 12 Nov 2026: {}", new.join(", ")));
    assert_eq!(line("GONE"), format!("GONE  4 accounts seen only 10 - 12 Nov 2026: {}", gone.join(", ")));
    let csv = smtpauth("summary --since 3d --format csv").arg(WEEK).ok();
    let value = |name: &str| counted(&csv, name);
    assert_eq!((value("new accounts").as_str(), value("gone accounts").as_str()), ("2", "4"));
}

fn counted(csv: &Ran, name: &str) -> String {
    csv.csv().iter().find(|row| row["name"] == name).expect("a row")["value"].clone()
}

impl crate::harness::Run {
    fn args_of(self, words: &str) -> Self {
        words.split_whitespace().fold(self, Self::arg)
    }
}

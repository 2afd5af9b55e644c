//! Which time is shown: `--since`, `--until`, `--all`, `--as-of`, `--timezone`, and what an empty window says.

use crate::harness::{ROOT, WEEK, smtpauth};
use serde_json::Value;

/// Three messages around midnight, one a minute.
const MIDNIGHT: &str = "time,sender,login\n\
    2026-11-10T22:59:30Z,before@contoso.com,a\n\
    2026-11-10T23:00:00Z,berlin@contoso.com,a\n\
    2026-11-10T23:59:59Z,last@contoso.com,a\n\
    2026-11-11T00:00:00Z,first@contoso.com,a\n\
    2026-11-11T23:30:00Z,late@contoso.com,a\n";

/// The senders that a window shows, by name.
fn senders(window: &str) -> Vec<String> {
    let ran = smtpauth("tls --by sender --sort name --format json").stdin(MIDNIGHT);
    let ran = window.split_whitespace().fold(ran, crate::harness::Run::arg).ok().json();
    let name =
        |row: &Value| row["sender"].as_str().expect("a sender").split('@').next().expect("a name").to_owned();
    ran["rows"].as_array().expect("rows").iter().map(name).collect()
}

fn window(arguments: &str) -> Value {
    smtpauth("tls --format json").stdin(MIDNIGHT).arg("--quiet").args(arguments).ok().json()["window"].clone()
}

impl crate::harness::Run {
    fn args(self, arguments: &str) -> Self {
        arguments.split_whitespace().fold(self, Self::arg)
    }
}

#[test]
fn days_are_whole_at_either_end() {
    assert_eq!(senders("--since 2026-11-11 --until 2026-11-11"), ["first", "late"]);
    assert_eq!(senders("--since 2026-11-10 --until 2026-11-10"), ["before", "berlin", "last"]);
    assert_eq!(senders("--since 2026-11-10 --until 2026-11-11").len(), 5);
    assert_eq!(senders("--until 2026-11-10"), ["before", "berlin", "last"]);
    assert_eq!(senders("--since 1d"), ["first", "late"]);
}

#[test]
fn days_are_those_of_the_zone_that_is_shown() {
    let berlin = "--timezone Europe/Berlin";
    assert_eq!(senders(&format!("{berlin} --since 2026-11-10 --until 2026-11-10")), ["before"]);
    assert_eq!(
        senders(&format!("{berlin} --since 2026-11-11 --until 2026-11-11")),
        ["berlin", "first", "last"]
    );
    assert_eq!(senders(&format!("{berlin} --since 1d")), ["late"], "23:30 UTC is the next day in Berlin");
    assert_eq!(senders("--timezone America/New_York --since 2026-11-10 --until 2026-11-10").len(), 4);
    // Half an hour east of the full hour.
    assert_eq!(senders("--timezone Asia/Kolkata --since 2026-11-12 --until 2026-11-12"), ["late"]);
}

#[test]
fn instants_are_exact() {
    assert_eq!(senders("--since 2026-11-10T23:59:59Z --until 2026-11-11T00:00:00Z"), ["last"]);
    assert_eq!(senders("--since 2026-11-11T00:59:59+01:00 --until 2026-11-11T00:00:00Z"), ["last"]);
    assert_eq!(
        senders("--timezone Europe/Berlin --since 2026-11-11T00:59:59 --until 2026-11-11T01:00:00"),
        ["last"]
    );
    assert_eq!(senders("--since @1794355199 --until @1794355200"), ["last"]);
}

#[test]
fn hours_count_back_from_the_newest_record() {
    assert_eq!(senders("--since 1h"), ["late"]);
    assert_eq!(senders("--since 24h"), ["first", "late"], "the hour of the newest record and the 23 before");
    assert_eq!(senders("--since 25h"), ["berlin", "first", "last", "late"]);
    assert_eq!(senders("--since 26h").len(), 5);
}

/// What the period before holds is the same, however the window is told.
#[test]
fn a_window_without_an_end_is_compared_too() {
    let previous = |window: &str| {
        let ran = smtpauth("summary --format json fixtures/postfix/week.log").args(window).ok().json();
        (ran["messages"].clone(), ran["previous"]["messages"].clone())
    };
    let [told, open, counted] = [
        previous("--since 2026-11-13 --until 2026-11-15"),
        previous("--since 2026-11-13"),
        previous("--since 3d"),
    ];
    assert_eq!((&told, &told), (&open, &counted));
    assert_eq!(told, (9.into(), 18.into()));
    // The logs do not hold all of the period before: nothing is said of it, and not that it was none.
    assert_eq!(previous("--since 2026-11-10").1, Value::Null);
}

#[test]
fn as_of_is_where_counting_back_begins() {
    assert_eq!(senders("--as-of 2026-11-10 --since 1d"), ["before", "berlin", "last"]);
    assert_eq!(senders("--as-of 2026-11-10T23:00:00Z --since 1h"), ["berlin"]);
    assert_eq!(senders("--as-of newest --since 1d"), ["first", "late"]);
    assert_eq!(senders("--as-of 2027-01-01"), Vec::<String>::new());
}

#[test]
fn all_is_no_limit() {
    let old = format!("{MIDNIGHT}2019-02-28T10:00:00Z,old@contoso.com,a\n");
    let count = |arguments: &str| {
        let ran = smtpauth("tls --by sender --format json").args(arguments).stdin(old.clone()).ok();
        ran.json()["rows"].as_array().expect("rows").len()
    };
    assert_eq!((count(""), count("--all"), count("--since 2019-01-01"), count("--since 500w")), (5, 6, 6, 6));
}

#[test]
fn the_window_stands_in_json() {
    let of = |since: &str, until: &str, zone: &str| serde_json::json!({ "since": since, "until": until, "timezone": zone, "as_of": "2026-11-11T23:30:00Z" });
    assert_eq!(window(""), of("2026-11-05", "2026-11-11", "UTC"));
    assert_eq!(window("--all"), of("2026-11-10", "2026-11-11", "UTC"));
    assert_eq!(window("--since 2d --until 1d")["since"], "2026-11-10");
    let berlin = window("--timezone Europe/Berlin");
    assert_eq!(berlin["as_of"], "2026-11-12T00:30:00+01:00");
    assert_eq!((&berlin["since"], &berlin["until"]), (&"2026-11-06".into(), &"2026-11-12".into()));
    let hours = window("--since 12h");
    assert_eq!(hours["since"], "2026-11-11T12:00:00Z");
}

/// The first line of a table.
fn title(arguments: &str) -> String {
    smtpauth(arguments).run().text().lines().next().expect("a title").to_owned()
}

#[test]
fn the_window_stands_in_the_title() {
    let week = |options: &str| title(&format!("volume {options} {WEEK}"));
    let newest = "messages · newest line Sun 15 Nov 2026 17:30, 6 days ago";
    assert_eq!(week(""), format!("Sending volume · 9 - 15 Nov 2026, 7 days, UTC · {newest}"));
    assert_eq!(
        week("--since 2026-11-11 --until 2026-11-11"),
        format!("Sending volume · Wed 11 Nov 2026, 1 day, UTC · {newest}")
    );
    assert_eq!(
        week("--since 12h"),
        format!("Sending volume · Sun 15 Nov 2026 06:00 - Sun 15 Nov 2026 17:30, UTC · {newest}")
    );
    assert_eq!(
        week("--timezone Europe/Berlin"),
        "Sending volume · 9 - 15 Nov 2026, 7 days, Europe/Berlin · messages · newest line Sun 15 Nov 2026 18:30, 6 days ago"
    );
    assert_eq!(
        week("--domain northwind.example"),
        format!("Sending volume · 9 - 15 Nov 2026, 7 days, UTC · only domain northwind.example · {newest}")
    );
}

#[test]
fn stamps_without_a_zone_are_log_time() {
    let bsd = "fixtures/postfix/deferred-retries.log-20261113";
    assert_eq!(
        title(&format!("tls --all {bsd}")),
        "TLS usage · 9 - 12 Nov 2026, 4 days, log time · share of messages · newest line Thu 12 Nov 2026 23:58, 8 days ago"
    );
    let day = |options: &str| {
        let ran = smtpauth("volume --all --format json").args(options).arg(bsd).ok().json();
        (ran["rows"][0]["day"].clone(), ran["window"]["timezone"].clone())
    };
    // 23:58 stays 23:58, whatever zone is shown, until somebody says which zone it was.
    assert_eq!(day(""), ("2026-11-09".into(), "log time".into()));
    assert_eq!(day("--timezone Asia/Kolkata"), ("2026-11-09".into(), "log time".into()));
    assert_eq!(
        day("--log-timezone UTC --timezone Asia/Kolkata"),
        ("2026-11-10".into(), "Asia/Kolkata".into())
    );
    assert_eq!(day("--log-timezone America/New_York"), ("2026-11-10".into(), "UTC".into()));
}

#[test]
fn zoned_and_zoneless_logs_together_are_a_warning() {
    let zoneless = "fixtures/postfix/deferred-retries.log-20261113";
    let ran = smtpauth("tls --format ndjson --all").arg(WEEK).arg(zoneless).run();
    let warning = format!(
        "stamps without a zone are taken as UTC in {zoneless}, beside others with a zone: --log-timezone says which it is\n"
    );
    assert!(ran.status == 0 && ran.said().starts_with(&warning), "{}", ran.everything());
    smtpauth("tls --log-timezone UTC --all").arg(WEEK).arg(zoneless).ok();
}

#[test]
fn an_empty_window_says_what_the_logs_cover() {
    let nothing = "\n\nNo submission with SMTP AUTH in this window.\nThe logs cover 9 - 15 Nov 2026: for all of it, add --all\n";
    for view in ["summary", "volume", "volume --details", "tls", "tls --details"] {
        let ran = smtpauth(view).arg("--until").arg("2026-10-01").arg(WEEK).ok();
        assert!(ran.text().ends_with(nothing), "{}", ran.everything());
        let csv = smtpauth(view).arg("--until").arg("2026-10-01").arg("--format").arg("csv").arg(WEEK).ok();
        assert!(view == "summary" || csv.text().lines().count() == 1, "{}", csv.everything());
    }
    let rows = &smtpauth("tls --until 2026-10-01 --format json").arg(WEEK).ok().json()["rows"];
    assert_eq!(*rows, Value::Array(Vec::new()));
}

#[test]
fn an_unfinished_day_says_until_when() {
    let chart = smtpauth("volume").arg(WEEK).ok().text();
    let last = chart.lines().find(|line| line.starts_with("Sun 15 Nov")).expect("the newest day");
    assert!(last.ends_with("  until 17:30"), "{last}");
    assert_eq!(chart.matches("until").count(), 1);
}

/// What lies outside of the window is not in any sum, and parts add up to the whole.
#[test]
fn parts_add_up() {
    let count = |window: &str| {
        let table = smtpauth("volume --format json").args(window).arg(WEEK).ok().json();
        let rows = table["rows"].as_array().expect("rows");
        rows.iter().map(|row| row["messages"].as_u64().expect("a count")).sum::<u64>()
    };
    let days = (9..=15).map(|day| count(&format!("--since 2026-11-{day:02} --until 2026-11-{day:02}")));
    assert_eq!(days.collect::<Vec<_>>(), [10, 7, 6, 5, 6, 2, 1]);
    assert_eq!(count("--all"), 37);
    let halves =
        [count("--until 2026-11-11T09:10:30Z --since 2026-11-01"), count("--since 2026-11-11T09:10:30Z")];
    assert_eq!(halves.iter().sum::<u64>(), 37, "{halves:?}");
}

/// Where nobody asks for days, most of what is counted has none: the numbers are those of a window that has them.
#[test]
fn all_of_time_is_the_sum_of_its_days() {
    let views = [
        "tls",
        "tls --details",
        "tls --by client",
        "tls --by server",
        "tls --tls 1.0,1.1,none,unknown",
        "auth --details",
        "auth --by login",
        "volume --details",
        "volume --by domain",
    ];
    // The exports of Exchange Online by themselves, servers by themselves, and all together.
    for paths in ["smtp-auth-report extended-trace sign-ins", "postfix", "exchange-smtp", "."] {
        for view in views {
            let rows = |window: &str| {
                let ran = smtpauth(view).args(window).args("--format csv --quiet").args(paths);
                let ran = ran.within(&std::path::Path::new(ROOT).join("fixtures")).run();
                (ran.status, ran.text())
            };
            let all = rows("--all");
            assert_eq!(all, rows("--since 1000-01-01"), "{view} {paths}");
            assert!(matches!(all.0, 0..=2) && !all.1.is_empty(), "{view} {paths}");
        }
    }
}

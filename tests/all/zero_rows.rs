//! Rows with 0 messages, in every view that has rows of accounts and the like: what is counted in them is what the README says.

use crate::harness::{WEEK, smtpauth};
use std::collections::BTreeMap;

/// Logs of which somebody has sessions and no messages, or failed logins alone: without messages at all, beside messages of
/// others, beside messages of the same server, and as sign-ins.
const INPUTS: [&[&str]; 6] = [
    &["fixtures/exchange-smtp/front-end.log"],
    &["fixtures/exchange-smtp/front-end.log", WEEK],
    &["fixtures/postfix/rejected-and-aborted.log"],
    &["fixtures/postfix/failed-logins.log"],
    &["fixtures/sign-ins/portal.csv"],
    &["fixtures/sign-ins/portal.csv", "fixtures/smtp-auth-report/whole-percent-utf-16.csv"],
];

type Row = BTreeMap<String, String>;

fn number(row: &Row, column: &str) -> u64 {
    row[column].parse().unwrap_or(0)
}

/// What a row is counted in adds up, and a percentage is one of that, or missing.
fn is_right(row: &Row, kinds: &[&str]) {
    let counted: u64 = kinds.iter().map(|kind| number(row, kind)).sum();
    let (messages, sessions) = (number(row, "messages"), number(row, "sessions"));
    assert!(counted == messages || (messages == 0 && counted == sessions), "{row:?}");
    for kind in kinds {
        let percent = row[&format!("{kind}_percent")].parse::<f64>().ok();
        assert_eq!(percent.is_none(), counted == 0, "{kind} of {row:?}");
        let wanted = percent.map(|_| number(row, kind) as f64 * 100.0 / counted as f64);
        let off = wanted.zip(percent).map(|(wanted, percent)| (wanted - percent).abs());
        assert!(off.is_none_or(|off| off < 0.001), "{kind} of {row:?}");
    }
}

#[test]
fn shares_are_of_what_counts_or_missing() {
    let versions = ["tls1_0", "tls1_1", "tls1_2", "tls1_3", "ssl3", "encrypted", "none", "unknown"];
    let classes = ["basic", "modern", "integrated", "other", "unknown"];
    let mut zeros = 0;
    for input in INPUTS {
        for by in ["account", "sender", "login", "client", "domain", "server"] {
            for (view, kinds) in [("tls", &versions[..]), ("auth", &classes)] {
                let run = smtpauth(&format!("{view} --all --format csv --by {by}"));
                let rows = input.iter().fold(run, |run, input| run.arg(input)).run().csv();
                rows.iter().for_each(|row| is_right(row, kinds));
                zeros += rows.iter().filter(|row| row["messages"] == "0").count();
            }
        }
        for (view, kinds) in [("tls", &versions[..]), ("auth", &classes)] {
            let run = smtpauth(&format!("{view} --all --format csv --interval day"));
            let rows = input.iter().fold(run, |run, input| run.arg(input)).run().csv();
            rows.iter().for_each(|row| is_right(row, kinds));
        }
    }
    assert!(zeros > 50, "{zeros} rows with 0 messages");
}

/// Who only failed has a row beside the others, and nothing in it is a percentage.
#[test]
fn failed_logins_alone_are_shares_of_nothing() {
    let rows =
        smtpauth("auth --by client --all --format json fixtures/postfix/failed-logins.log").run().json();
    let rows = rows["rows"].as_array().expect("rows").clone();
    let of_failures = |row: &&serde_json::Value| row["messages"] == 0 && row["sessions"] == 0;
    let failed: Vec<_> = rows.iter().filter(of_failures).collect();
    assert!(!failed.is_empty(), "{rows:?}");
    assert!(failed.iter().all(|row| row["basic"] == 0 && row["basic_percent"].is_null()), "{failed:?}");
    assert!(failed.iter().all(|row| row["failed_logins"].as_u64() > Some(0)), "{failed:?}");
}

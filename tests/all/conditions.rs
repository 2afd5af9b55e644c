//! `--where` and `--min-messages`: which rows are shown after counting, in tables and in data alike.

use crate::harness::{Ran, WEEK, smtpauth, smtpauth_with};

/// The senders of the week by TLS version, with a condition on the rows.
fn tls(condition: &str, more: &[&str]) -> Ran {
    let words = ["tls", "--by", "sender", WEEK, "--where", condition];
    smtpauth_with(words.into_iter().chain(more.iter().copied())).ok()
}

/// Names of rows, in CSV, JSON, NDJSON and the table alike.
fn names(condition: &str) -> Vec<String> {
    let csv: Vec<String> =
        tls(condition, &["--format", "csv"]).csv().iter().map(|row| row["sender"].clone()).collect();
    let name = |row: &serde_json::Value| row["sender"].as_str().expect("a name").to_owned();
    let json: Vec<String> = tls(condition, &["--format", "json"]).json()["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(name)
        .collect();
    let lines = tls(condition, &["--format", "ndjson"]).text();
    let lines = lines.lines().map(|line| name(&serde_json::from_str(line).expect("an object")));
    assert_eq!(lines.collect::<Vec<_>>(), csv, "{condition}");
    assert_eq!(json, csv, "{condition}");
    let table = tls(condition, &[]).text();
    let shown = table.lines().skip(4).take_while(|line| !line.starts_with('─') && !line.starts_with("0 of"));
    let shown: Vec<String> =
        shown.map(|line| line.split("  ").next().unwrap_or_default().to_owned()).collect();
    assert_eq!(shown, csv, "{condition}");
    csv
}

#[test]
fn a_condition_keeps_rows_in_every_shape() {
    assert_eq!(
        names("tls1_0_percent > 0"),
        ["scan-hr@contoso.com", "erp@contoso.com", "franking@contoso.com"]
    );
    assert_eq!(names("tls1_0_percent > 0 and messages >= 4"), ["scan-hr@contoso.com", "erp@contoso.com"]);
    assert_eq!(
        names("sender starts with 'scan' or sender ends with @fabrikam.example and tls1_1 > 0"),
        ["scan-hr@contoso.com", "fax@fabrikam.example"]
    );
    assert_eq!(names("not (messages < 4 or domain contains northwind)").len(), 3);
    assert_eq!(names("none_percent = 100").len(), 1);
    assert!(names("messages > 1000").is_empty());
}

/// Totals are those of all rows, and of those shown; shares stay those of all.
#[test]
fn the_table_says_what_it_shows() {
    let table = tls("tls1_0 > 0", &["--top", "1"]).text();
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].contains(" · only rows with tls1_0 > 0 · "), "{table}");
    assert!(lines.iter().any(|line| line.starts_with("2 others ")), "{table}");
    let total = |start: &str| *lines.iter().find(|line| line.starts_with(start)).expect(start);
    assert!(total("3 of 12 senders").ends_with(" 14") && total("all 12 senders").ends_with(" 37"), "{table}");
    let volume = smtpauth("volume --min-messages 9").arg(WEEK).ok().text();
    assert!(volume.contains("erp@contoso.com         9  24.3%"), "{volume}");
    assert!(volume.contains(" · only rows with messages >= 9 · "), "{volume}");
    let both =
        ["tls", WEEK, "--min-messages", "4", "--where", "tls1_0 > 0 or tls1_1 > 0", "--format", "json"];
    let json = smtpauth_with(both).ok().json();
    assert_eq!(json["filters"]["where"][0], "messages >= 4 and (tls1_0 > 0 or tls1_1 > 0)");
    assert_eq!(json["rows"].as_array().expect("rows").len(), 2);
}

/// Cells and messages are rows too; what settles cells is none.
#[test]
fn exports_have_rows_too() {
    let rows = |rows: &str, condition: &str| {
        smtpauth_with(["export", "--rows", rows, WEEK, "--where", condition]).ok().csv()
    };
    let all = smtpauth_with(["export", "--rows", "messages", WEEK]).ok().csv();
    let large: Vec<_> = all
        .iter()
        .filter(|row| row["size"].parse::<u64>().is_ok_and(|size| size > 30_000))
        .cloned()
        .collect();
    assert!(!large.is_empty() && large.len() < all.len());
    assert_eq!(rows("messages", "size > 30000"), large);
    let cells = rows("cells", "mechanism = XOAUTH2");
    assert!(
        cells.iter().any(|row| row["tls"] == "logged") && cells.iter().any(|row| row["tls"] == "covered")
    );
    assert!(cells.iter().filter(|row| row["messages"] != "0").all(|row| row["mechanism"] == "XOAUTH2"));
}

/// Rows by sender are rows by account where there are only sessions.
#[test]
fn the_name_of_a_row_may_be_another() {
    let words = ["tls", "--details", "--all", "fixtures/exchange-smtp/front-end.log", "--format", "csv"];
    let all = smtpauth_with(words).run().csv();
    let name = all[0]["account"].clone();
    let condition = format!("sender = '{name}'");
    let kept = smtpauth_with(words.into_iter().chain(["--where", &condition])).run().csv();
    assert_eq!((kept.len(), &kept[0]), (1, &all[0]));
}

#[test]
fn an_error_points_at_its_place_and_names_what_is_known() {
    smtpauth_with(["tls", WEEK, "--by", "client", "--where", "messages > 3 and sendr = x"]).fails(
        "--where: no column is called sendr\n  messages > 3 and sendr = x\n                   ^^^^^\nColumns of these rows:\n  \
         client messages sessions tls1_0 tls1_0_percent tls1_1 tls1_1_percent tls1_2 tls1_2_percent\n  tls1_3 \
         tls1_3_percent ssl3 ssl3_percent encrypted encrypted_percent none none_percent unknown\n  unknown_percent",
    );
    smtpauth_with(["volume", WEEK, "--where", "sender is \u{fc}\u{1f600} and messages > lots"]).fails(
        "--where: messages is a number: take digits, such as 100 or 12.5\n  sender is \u{fc}\u{1f600} and messages > lots\n  \
         \u{20}                            ^^^^",
    );
    smtpauth_with(["volume", WEEK, "--where", "messages >"])
        .fails("--where: a value is expected here\n  messages >\n            ^");
    let messages = smtpauth("export --rows messages --min-messages 3").arg(WEEK).run().said();
    let wanted =
        "smtpauth: --min-messages is for rows that count messages\nColumns of these rows:\n  time server ";
    assert!(messages.starts_with(wanted), "{messages}");
}

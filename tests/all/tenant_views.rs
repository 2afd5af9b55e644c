//! What views say of exports of Exchange Online: the clients that one lends another, who has to act, and titles.

use crate::harness::smtpauth;
use std::collections::{BTreeMap, BTreeSet};

/// What a view shows as the client of a report's messages is what `--client` asks for.
#[test]
fn a_filter_of_clients_sees_the_addresses_that_are_lent() {
    let inputs = ["fixtures/smtp-auth-report/whole-percent-utf-16.csv", "fixtures/sign-ins/portal.csv"];
    let run = |words: &str| inputs.iter().fold(smtpauth(words), |run, input| run.arg(input)).run();
    for view in ["tls --by client", "auth --by client", "volume --by client"] {
        let view = format!("{view} --all --format csv");
        let all = run(&view).csv();
        let clients: BTreeSet<String> = all.iter().map(|row| row["client"].clone()).collect();
        let clients: Vec<_> = clients.into_iter().filter(|client| !client.is_empty()).collect();
        assert!(clients.len() > 1, "{clients:?}");
        for client in clients {
            let wanted: Vec<_> = all.iter().filter(|row| row["client"] == client).cloned().collect();
            let kept = run(&format!("{view} --client {client}")).csv();
            // Where there are only sessions, those are counted.
            let is_of_messages = wanted.iter().any(|row| row["messages"] != "0");
            assert!(kept == wanted || !is_of_messages, "{view} {client}: {kept:?}");
            let counts = |rows: &[BTreeMap<String, String>]| -> Vec<[String; 3]> {
                rows.iter().map(|row| ["client", "messages", "sessions"].map(|c| row[c].clone())).collect()
            };
            assert_eq!(counts(&kept), counts(&wanted), "{view}");
        }
    }
    let messages = |words: &str| run(words).csv()[0]["messages"].clone();
    assert_eq!(messages("tls --by client --all --format csv --client 203.0.113.0/24"), "200");
    // An account with two addresses has none in the report, also where a filter leaves one of them.
    let ready = run("ready --for modern --format csv --client 203.0.113.7").csv();
    assert!(ready.iter().all(|row| row["client"] == "203.0.113.7"), "{ready:?}");
    // What an export says itself is what is exported.
    let cells = run("export --all --client 203.0.113.7").csv();
    assert!(cells.iter().all(|row| row["basis"] != "report"), "{cells:?}");
}

/// Basic ends in Exchange Online, not on one's own servers.
#[test]
fn the_summary_names_who_uses_basic_in_exchange_online() {
    let report = "fixtures/smtp-auth-report/new-center.csv";
    let text = smtpauth("summary").arg(report).run().text();
    let wanted =
        "log in with Basic, off by default in Exchange Online from the end of December 2026  smtpauth ready";
    let line = text.lines().find(|line| line.contains("log in with Basic")).expect("it needs action");
    let words: Vec<&str> = line.split_whitespace().collect();
    assert!(words.join(" ").ends_with(&wanted.replace("  ", " ")), "{text}");
    let stops = smtpauth("ready --for modern --format csv").arg(report).run().csv();
    let stops: Vec<_> = stops.iter().filter(|row| row["verdict"] == "stops").collect();
    let messages: u64 = stops.iter().map(|row| row["messages"].parse::<u64>().expect("a count")).sum();
    let accounts: BTreeSet<_> = stops.iter().map(|row| &row["account"]).collect();
    assert_eq!(
        words[..4],
        [&accounts.len().to_string(), "accounts", &messages.to_string(), "messages"],
        "{text}"
    );
    let sign_ins = smtpauth("summary").arg("fixtures/sign-ins/portal.csv").run().text();
    assert!(sign_ins.contains("log in with Basic"), "{sign_ins}");
    let own = smtpauth("summary fixtures/postfix/week.log").run().text();
    assert!(!own.contains("log in with Basic"), "{own}");
}

#[test]
fn titles_of_traces_that_do_not_say_who_authenticated_can_be_read_aloud() {
    let title = |words: &str| {
        let text = smtpauth(words).arg("fixtures/csv/unmarked.csv").run().text();
        text.lines().next().expect("a title").split(" · ").take(2).collect::<Vec<_>>().join(" · ")
    };
    assert!(title("tls").starts_with("TLS usage of a trace that does not say who used SMTP AUTH · "));
    assert!(title("ready").starts_with("Who stops working · "));
    let sender = title("sender contoso.com");
    assert_eq!(sender, "contoso.com · in a trace that does not say who used SMTP AUTH");
    let ready = smtpauth("ready fixtures/csv/unmarked.csv").run();
    let why = "A trace that does not say who used SMTP AUTH does not tell who stops.";
    assert!(ready.status == 2 && ready.text().contains(why), "{}", ready.everything());
}

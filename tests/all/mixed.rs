//! A server whose logs hold messages beside one whose logs hold sessions only: neither hides the other, and they are never
//! added up.

use crate::harness::{Ran, Run, WEEK, file, folder, read, smtpauth};
use std::collections::BTreeMap;

/// An Exchange front end without its hub: four accounts logged in, contoso\scan-hr over TLS 1.0.
const FRONT: &str = "fixtures/exchange-smtp/front-end.log";
/// An Exchange front end with its hub.
const LINKED: &str = "fixtures/exchange-smtp/front-and-hub";
/// Postfix, one message of a@contoso.com over TLS 1.2.
const POSTFIX: &str = "Nov  9 06:31:01 mx1 postfix/submission/smtpd[2]: connect from a[198.51.100.1]\n\
    Nov  9 06:31:02 mx1 postfix/submission/smtpd[2]: Anonymous TLS connection established from a[198.51.100.1]: TLSv1.2 with cipher X (256/256 bits)\n\
    Nov  9 06:31:03 mx1 postfix/submission/smtpd[2]: 4abcdefghi: client=a[198.51.100.1], sasl_method=PLAIN, sasl_username=a.novak@contoso.com\n\
    Nov  9 06:31:03 mx1 postfix/cleanup[3]: 4abcdefghi: message-id=<1@a>\n\
    Nov  9 06:31:04 mx1 postfix/qmgr[1]: 4abcdefghi: from=<a@contoso.com>, size=700, nrcpt=1 (queue active)\n\
    Nov  9 06:31:05 mx1 postfix/submission/smtpd[2]: disconnect from a[198.51.100.1]\n";
/// The same account logs in over TLS 1.0 and sends nothing.
const NOTHING_SENT: &str = "Nov  9 07:31:01 mx1 postfix/submission/smtpd[4]: connect from a[198.51.100.1]\n\
    Nov  9 07:31:02 mx1 postfix/submission/smtpd[4]: Anonymous TLS connection established from a[198.51.100.1]: TLSv1 with cipher X (256/256 bits)\n\
    Nov  9 07:31:03 mx1 postfix/submission/smtpd[4]: 4abcdefghj: client=a[198.51.100.1], sasl_method=PLAIN, sasl_username=a.novak@contoso.com\n\
    Nov  9 07:31:05 mx1 postfix/submission/smtpd[4]: disconnect from a[198.51.100.1]\n";

fn mixed(view: &str) -> Run {
    smtpauth(view).arg(FRONT).arg(WEEK)
}

/// A view of this log of Postfix beside the front end.
fn beside(postfix: &str, view: &str) -> Ran {
    let folder = folder();
    let path = file(folder.path(), "mail.log-20261110", postfix);
    let ran = smtpauth(view).arg("--log-timezone").arg("UTC").arg(FRONT);
    ran.arg(path.to_str().expect("a path of a test is UTF-8")).ok()
}

/// A line of the screen, its columns parted by one blank.
fn line(ran: &Ran, with: &str) -> String {
    let text = ran.text();
    let found = text.lines().find(|line| line.contains(with));
    let found = found.unwrap_or_else(|| panic!("no {with}: {}", ran.everything()));
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sums of the columns `messages` and `sessions`.
fn sums(rows: &[BTreeMap<String, String>]) -> [u64; 2] {
    ["messages", "sessions"]
        .map(|column| rows.iter().map(|row| row[column].parse::<u64>().expect("a count")).sum())
}

#[test]
fn an_account_known_by_its_sessions_needs_action() {
    let action = "stop when TLS 1.0 and 1.1 are switched off";
    let beside_new = beside(POSTFIX, "summary");
    assert_eq!(line(&beside_new, action), format!("1 account 1 session {action} smtpauth ready"));
    assert_eq!(
        line(&mixed("summary").ok(), action),
        format!("5 accounts 7 messages, 1 session {action} smtpauth ready")
    );
    // Who sent nothing is not hidden either where messages are logged; who sent messages has those.
    let by_another = NOTHING_SENT.replace("a.novak", "b.novak");
    let of = |log: &str| smtpauth("summary --log-year 2026").stdin(POSTFIX.to_owned() + log).ok();
    assert_eq!(line(&of(&by_another), action), format!("1 account 1 session {action} smtpauth ready"));
    assert!(!of(NOTHING_SENT).text().contains("NEEDS ACTION"));
}

/// Where a hub's log is missing, who sent messages by another hub may have sent some over the old version too.
#[test]
fn messages_over_a_new_version_hide_no_old_one() {
    let old_front = read(FRONT).replace("CONTOSO\\scan-hr", "a.novak@contoso.com");
    let folder = folder();
    file(folder.path(), "RECV2026110908-1.LOG", old_front);
    file(folder.path(), "mail.log-20261110", POSTFIX.to_owned() + NOTHING_SENT);
    let ran = smtpauth("tls --by account --format csv --log-timezone UTC .").within(folder.path()).ok();
    let of = |row: &&BTreeMap<String, String>| row["account"] == "a.novak@contoso.com";
    let cells = |row: &BTreeMap<String, String>| {
        ["messages", "sessions", "tls1_0", "tls1_2"].map(|cell| row[cell].clone())
    };
    let rows: Vec<_> = ran.csv().iter().filter(of).map(cells).collect();
    // At Postfix, one session in which a message came, and one in which none came; at the front end, one over each.
    assert_eq!(rows, [["0", "3", "2", "1"], ["1", "1", "0", "1"]]);
}

#[test]
fn rows_without_messages_are_of_sessions() {
    for view in ["tls --details", "tls --by account", "tls --by login"] {
        let rows = mixed(view).arg("--format").arg("csv").ok().csv();
        let named =
            |name: &str| rows.iter().find(|row| row.values().any(|cell| cell == name)).expect("a row");
        let row = named("contoso\\scan-hr");
        let cells = ["messages", "sessions", "tls1_0", "tls1_0_percent", "tls1_2", "tls1_2_percent"];
        assert_eq!(cells.map(|cell| row[cell].as_str()), ["0", "1", "1", "100", "0", "0"], "{view}");
        assert_eq!(sums(&rows)[0], 37, "{view}");
        assert!(rows.iter().all(|row| row["messages"] != "0" || row["sessions"] != "0"), "{view}");
    }
    let screen = mixed("tls --by account").ok();
    assert_eq!(line(&screen, "contoso\\scan-hr"), "contoso\\scan-hr 100% (1) - - - - - 1");
    assert_eq!(
        line(&screen, "all 11 accounts"),
        "all 11 accounts 16.2% (6) 2.7% (1) 40.5% (15) 35.1% (13) 5.4% (2) 37 -"
    );
    assert_eq!(line(&screen, "by sessions"), "all 5 by sessions 20.0% (1) - 80.0% (4) - - - 5");
}

/// An account that sent messages by one server and has sessions on another stands in two rows: each has its unit.
#[test]
fn an_account_of_both_servers_has_two_rows() {
    let rows = beside(POSTFIX, "tls --by account --format csv").csv();
    let of = |row: &&BTreeMap<String, String>| row["account"] == "a.novak@contoso.com";
    let cells = |row: &BTreeMap<String, String>| {
        ["messages", "sessions", "tls1_2", "tls1_2_percent"].map(|cell| row[cell].clone())
    };
    let rows: Vec<_> = rows.iter().filter(of).map(cells).collect();
    assert_eq!(rows, [["1", "1", "1", "100"], ["0", "1", "1", "100"]]);
}

#[test]
fn a_version_with_sessions_only_keeps_its_row() {
    let screen = beside(POSTFIX, "tls");
    assert_eq!(line(&screen, "TLS 1.0"), "TLS 1.0 0% 0 25.0% (1) 1");
    assert_eq!(
        line(&screen, "TLS 1.2").split(' ').take(7).collect::<Vec<_>>().join(" "),
        "TLS 1.2 100% 1 75.0% (3) 3"
    );
    assert_eq!(line(&screen, "all "), "all 100% 1 100% (4) 4");
    assert!(screen.text().contains(" · share of messages and sessions · "), "{}", screen.everything());
    let sslv3 = POSTFIX.to_owned() + &NOTHING_SENT.replace("TLSv1 ", "SSLv3 ").replace("a.novak", "b.novak");
    let rows = smtpauth("tls --format csv --log-year 2026").stdin(sslv3).ok().csv();
    let row = rows.iter().find(|row| row["tls"] == "ssl3").expect("a row of SSL 3.0");
    assert_eq!(
        ["messages", "sessions", "percent", "accounts"].map(|cell| row[cell].as_str()),
        ["0", "1", "0", "1"]
    );
}

#[test]
fn the_servers_that_log_sessions_only_are_named() {
    let remark = "EX1: sessions only, its messages are not in the logs that were read\n";
    for view in [
        "summary",
        "tls",
        "tls --details",
        "tls --by server",
        "tls --by client",
        "volume",
        "volume --details",
    ] {
        let text = mixed(view).ok().text();
        assert!(text.contains(remark), "{text}");
        let linked = smtpauth(view).arg(LINKED).arg(WEEK).ok().text();
        assert!(!linked.contains("sessions"), "{linked}");
        // Alone, its title says what is counted.
        let alone = smtpauth(view).arg(FRONT).ok().text();
        assert!(!alone.contains("sessions only"), "{alone}");
        assert!(alone.lines().next().is_some_and(|title| title.contains("sessions")), "{alone}");
    }
    let screen = mixed("tls --by server").ok();
    assert_eq!(line(&screen, "EX1  "), "EX1 25.0% (1) - 75.0% (3) - - - 4");
}

/// Where a server logs messages, its sessions stand beside them as ever, in whatever order they come.
#[test]
fn sessions_beside_messages_change_no_sum() {
    let folder = folder();
    let front = std::fs::read(FRONT).expect("a fixture");
    file(folder.path(), "z.log", &front);
    file(folder.path(), "a.log", std::fs::read(WEEK).expect("a fixture"));
    for view in [
        "summary",
        "tls",
        "tls --details",
        "tls --by account",
        "tls --by client",
        "volume",
        "volume --details",
    ] {
        let alone = smtpauth(view).arg("--format").arg("csv").arg(WEEK).ok().csv();
        let both = mixed(view).arg("--format").arg("csv").ok();
        let again =
            smtpauth(view).arg("--format").arg("csv").arg("-j").arg("1").arg(".").within(folder.path()).ok();
        assert_eq!(both.text(), again.text(), "{view}");
        if view != "summary" {
            assert_eq!(sums(&alone)[0], sums(&both.csv())[0], "{view}");
        }
        if view == "tls" || view == "tls --by client" {
            assert_eq!(sums(&both.csv())[1] - sums(&alone)[1], 4, "{view}");
        }
    }
    let json = mixed("summary --format json").ok().json();
    assert_eq!((&json["messages"], &json["accounts"]), (&37.into(), &15.into()));
}

#[test]
fn summaries_tell_the_shares_of_sessions_apart() {
    let rows = mixed("summary --format csv").ok().csv();
    let of = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}"));
        [row["value"].clone(), row["percent"].clone()]
    };
    assert_eq!(of("tls 1.0"), ["6", "16.2162"]);
    assert_eq!(of("tls 1.0 sessions"), ["1", "25"]);
    assert_eq!(of("auth basic sessions"), ["4", "100"]);
    assert_eq!(of("day 2026-11-09 sessions"), ["4", "100"]);
}

#[test]
fn others_are_of_one_unit() {
    let screen = mixed("tls --by account --top 6").ok();
    let text = screen.text();
    let others: Vec<_> = text.lines().filter(|line| line.contains(" others ")).collect();
    assert_eq!(others.len(), 2, "{text}");
    assert_eq!(
        others.iter().map(|line| line.split_whitespace().rev().take(2).collect()).collect::<Vec<Vec<_>>>(),
        [["-", "17"], ["4", "-"]]
    );
}

/// The first look at a file is a short one. Where it finds no mail server, or nothing at all, it is not the last.
#[test]
fn a_mail_server_is_found_behind_other_programs() {
    let folder = folder();
    let other = |at: usize| format!("Nov  9 06:30:{:02} mx1 cron[7]: job {at} of many\n", at % 60);
    let before: String = (0..900).map(other).collect();
    let long = format!("Nov  9 06:30:00 mx1 cron[7]: {}\n", "x".repeat(40 << 10));
    for (name, text) in [("syslog", before), ("syslog.1", long)] {
        let path = file(folder.path(), name, text + POSTFIX);
        let ran = smtpauth("inspect").arg(path.to_str().expect("a path of a test is UTF-8")).ok();
        let text = ran.text();
        assert!(
            text.contains("lines are of postfix in syslog") && text.contains("\n  1 submission,"),
            "{text}"
        );
    }
}

/// Nor where somebody has told the format, or where blanks stand before the first object.
#[test]
fn what_is_told_is_looked_for_further_on() {
    let folder = folder();
    let rejected = "2026-11-09 06:30:00 H=a [198.51.100.1] rejected EHLO or HELO x: no\n".repeat(400);
    let arrival = "2026-11-09 06:31:00 1xPTqi-000000002LB-6Z1g <= a@contoso.com H=a [198.51.100.1] P=esmtpsa \
                   X=TLS1.2:X:256 A=plain:a@contoso.com S=700 id=1@a\n";
    let exim = file(folder.path(), "mainlog", rejected + arrival);
    let object = r#"{"sender_address":"a@contoso.com","message_id":"<1@a>","date":"2026-11-09T06:31:00Z"}"#;
    let json = file(folder.path(), "trace.json", " ".repeat(40 << 10) + object);
    for (path, more) in [(exim, "--input-format=exim"), (json, "--strict")] {
        let ran = smtpauth("summary --all --format json").arg(more);
        let found = ran.arg(path.to_str().expect("a path of a test is UTF-8")).run().json();
        assert_eq!(found["input"]["submissions"], 1, "{more}: {found}");
    }
}

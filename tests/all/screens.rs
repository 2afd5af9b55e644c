//! Every table and every shape, whole, in `snapshots/`: what a reviewer reads is what a user sees.
//!
//! `INSTA_UPDATE=always cargo test` rewrites them; the difference belongs into the review.

use crate::harness::{Ran, WEEK, smtpauth};
use smtpauth::report::VIEWS;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// A log with six messages of two senders: versions, no TLS, unknown.
const SMALL: &str = "fixtures/postfix/no-tls-where-tls-is-logged.log";
/// The tables, and the names of their snapshots.
const TABLES: [(&str, &str); 12] = [
    ("summary", "summary"),
    ("volume", "volume"),
    ("volume --details", "volume-details"),
    ("tls", "tls"),
    ("tls --details", "tls-details"),
    ("tls --by client", "tls-by-client"),
    ("tls --by server", "tls-by-server"),
    ("auth", "auth"),
    ("auth --details", "auth-details"),
    ("auth --by client", "auth-by-client"),
    ("unusual", "unusual"),
    ("inspect", "inspect"),
];

/// Columns of the data of each view, as they are documented. Who needs another column adds it at the end.
const COLUMNS: [(&str, &str); 17] = [
    ("summary", "name,value,percent,previous"),
    ("volume", "day,domain,messages,sessions"),
    ("volume --details", "sender,domain,messages,sessions,recipients,bytes,first_seen,last_seen"),
    ("volume --by domain", "domain,messages,sessions,recipients,bytes,first_seen,last_seen"),
    ("tls", "tls,messages,sessions,percent,accounts,senders,previous"),
    (
        "tls --details",
        "sender,domain,messages,sessions,tls1_0,tls1_0_percent,tls1_1,tls1_1_percent,tls1_2,tls1_2_percent,tls1_3,\
         tls1_3_percent,ssl3,ssl3_percent,encrypted,encrypted_percent,none,none_percent,unknown,unknown_percent",
    ),
    (
        "tls --by client",
        "client,messages,sessions,tls1_0,tls1_0_percent,tls1_1,tls1_1_percent,tls1_2,tls1_2_percent,tls1_3,\
         tls1_3_percent,ssl3,ssl3_percent,encrypted,encrypted_percent,none,none_percent,unknown,unknown_percent",
    ),
    (
        "tls --by account",
        "account,domain,messages,sessions,tls1_0,tls1_0_percent,tls1_1,tls1_1_percent,tls1_2,tls1_2_percent,tls1_3,\
         tls1_3_percent,ssl3,ssl3_percent,encrypted,encrypted_percent,none,none_percent,unknown,unknown_percent",
    ),
    ("auth", "auth,messages,sessions,failed_logins,percent,accounts"),
    (
        "auth --details",
        "account,messages,sessions,failed_logins,basic,basic_percent,modern,modern_percent,integrated,integrated_percent,\
         other,other_percent,unknown,unknown_percent",
    ),
    (
        "auth --by client",
        "client,messages,sessions,failed_logins,basic,basic_percent,modern,modern_percent,integrated,integrated_percent,\
         other,other_percent,unknown,unknown_percent",
    ),
    (
        "sender ups@contoso.com",
        "day,server,client,client_name,helo,login,sender,tls,mechanism,messages,sessions,failed_logins,first_seen,last_seen",
    ),
    (
        "ready --fail-on empty",
        "switch_off,account,server,client,client_name,helo,verdict,reason,tls,auth,messages,sessions,first_seen,last_seen,\
         changed_on,also_seen,source",
    ),
    (
        "unusual --scores",
        "account,day,first_seen,last_seen,score,p_value,messages,expected_low,expected_high,clients,new_clients,recipients,\
         failed_logins,incident,reasons,sessions",
    ),
    ("inspect", "file,format,why,first,last,lines,used,ignored,skipped,submissions,known_tls_percent,status"),
    (
        "export",
        "schema,timezone,bucket,server,service,sender,domain,login,client,client_name,helo,tls,auth,mechanism,basis,\
         messages,sessions,failed_logins,recipients,bytes,hours,first_seen,last_seen",
    ),
    (
        "export --rows messages",
        "time,server,service,sender,domain,login,client,client_name,helo,tls,cipher,auth,mechanism,basis,recipients,\
         size,message_id,queue_id,format,source",
    ),
];

pub fn snapshot(name: &str, screens: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screens));
}

#[test]
fn tables_without_a_terminal_and_in_four_widths() {
    for (view, name) in TABLES {
        let mut screens = smtpauth(view).arg(WEEK).ok().everything();
        for width in ["80", "100", "120", "200"] {
            let ran = smtpauth(view).arg("--width").arg(width).arg(WEEK).ok();
            let _ = write!(screens, "\n{}", ran.everything());
        }
        snapshot(name, &screens);
    }
}

#[test]
fn special_screens() {
    for (name, command) in [
        ("top", "tls --details --top 3 fixtures/postfix/week.log"),
        ("sort-name", "volume --details --sort name fixtures/postfix/week.log"),
        ("domain", "summary --domain northwind.example fixtures/postfix/week.log"),
        ("unknown", "tls --details fixtures/postfix/no-tls-lines.log-20261116"),
        ("unmarked", "summary fixtures/csv/unmarked.csv"),
        ("without-days", "volume fixtures/csv/counts.csv"),
        ("all-versions", "tls --details fixtures/postfix/tls-wordings.log"),
        ("failed-logins", "summary fixtures/postfix/failed-logins.log"),
        ("not-understood", "tls fixtures/postfix/not-understood.log"),
        ("inspect-not-understood", "inspect fixtures/postfix/not-understood.log"),
        ("inspect-directory", "inspect fixtures/cells fixtures/postfix/xclient.log"),
        ("hostile", "tls --details fixtures/hostile/control-characters.log"),
        ("color", "tls --color always fixtures/postfix/xclient.log"),
        ("previous", "summary --since 2d fixtures/postfix/week.log"),
        ("mixed", "summary fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log"),
        (
            "mixed-accounts",
            "tls --by account --width 80 fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log",
        ),
        ("mixed-volume", "volume fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log"),
        (
            "mixed-volume-details",
            "volume --details fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log",
        ),
        (
            "mixed-auth",
            "auth --details --width 80 fixtures/exchange-smtp/front-end.log fixtures/postfix/week.log",
        ),
        ("auth-failed", "auth --details fixtures/postfix/failed-logins.log"),
        ("auth-unknown", "auth fixtures/exim/authenticator-names.log"),
        ("sessions", "summary fixtures/exchange-smtp/front-end.log"),
        ("hours", "tls --since 12h fixtures/postfix/week.log"),
    ] {
        snapshot(&format!("special-{name}"), &smtpauth(command).run().everything());
    }
}

#[test]
fn shapes_of_the_data() {
    for view in VIEWS {
        let mut screens = String::new();
        for (details, _) in COLUMNS.iter().filter(|(words, _)| words.split(' ').next() == Some(view.name)) {
            for format in ["csv", "json", "ndjson"] {
                let ran = smtpauth(details).arg("--format").arg(format).arg(SMALL).ok();
                let _ = writeln!(screens, "{}", ran.everything());
            }
        }
        snapshot(&format!("shape-{}", view.name), &screens);
    }
}

#[test]
fn columns_are_those_that_are_documented() {
    for (view, columns) in COLUMNS {
        let columns: Vec<_> = columns.split(',').collect();
        let csv = smtpauth(view).arg("--format").arg("csv").arg(SMALL).ok();
        assert_eq!(csv.text().lines().next(), Some(columns.join(",").as_str()), "{view}");
        let lines = smtpauth(view).arg("--format").arg("ndjson").arg(SMALL).ok().text();
        for line in lines.lines() {
            let row: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(line).expect("a line of ndjson is an object");
            assert_eq!(row.keys().collect::<Vec<_>>(), columns, "{view}");
        }
    }
}

#[test]
fn the_table_of_views_is_documented() {
    for view in VIEWS {
        for columns in view.columns {
            let joined = columns.join(",");
            assert!(COLUMNS.iter().any(|(_, known)| *known == joined), "{}: {joined}", view.name);
        }
    }
}

/// The frame of JSON is the same for every view.
#[test]
fn json_has_its_frame() {
    for (view, _) in COLUMNS {
        let json = smtpauth(view).arg("--format").arg("json").arg(SMALL).ok().json();
        let keys = |value: &serde_json::Value| {
            value.as_object().expect("an object").keys().map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys(&json["window"]), "since until timezone as_of", "{view}");
        assert_eq!(keys(&json["input"]), "files bytes lines submissions skipped complete", "{view}");
        let wanted = match view {
            "summary" => {
                "command window input accounts senders messages sessions domains clients tls auth days previous"
            }
            _ => "command window input rows",
        };
        assert_eq!(keys(&json), wanted, "{view}");
    }
}

/// Nothing is cut, and nothing that can be broken stands over.
#[test]
fn tables_fit() {
    for path in [
        WEEK,
        "fixtures/postfix/tls-wordings.log",
        "fixtures/hostile/control-characters.log",
        "fixtures/exim/quoted-senders.log",
        "fixtures/csv/counts.csv",
    ] {
        for (view, _) in TABLES {
            let whole = smtpauth(view).arg(path).run();
            for width in [60, 80, 120] {
                let ran = smtpauth(view).arg("--width").arg(&width.to_string()).arg(path).run();
                for line in ran.text().lines() {
                    let is_word = !line.trim_start().contains(' ');
                    assert!(line.width() <= width || is_word, "{}: {}: {line}", ran.shown, line.width());
                }
                assert_eq!(addresses(&ran), addresses(&whole), "{}", ran.shown);
            }
        }
    }
}

/// Addresses of a screen: they must be there in any width.
fn addresses(ran: &Ran) -> Vec<String> {
    let text = ran.text();
    let mut words: Vec<_> =
        text.split_whitespace().filter(|word| word.contains('@')).map(str::to_owned).collect();
    words.sort();
    words
}

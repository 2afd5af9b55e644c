//! `export --rows messages --schema ecs`: the same messages under the names of the Elastic Common Schema.

use crate::harness::{WEEK, read, smtpauth};
use serde_json::{Map, Value};
use smtpauth::report::ecs::FIELDS;

fn export(words: &str, log: &str) -> crate::harness::Ran {
    smtpauth("export --rows messages --all --quiet").arg_all(words).arg(log).run()
}

impl crate::harness::Run {
    fn arg_all(self, words: &str) -> Self {
        words.split_whitespace().fold(self, Self::arg)
    }
}

/// An object within objects as one with dots in its names.
fn flat(object: &Map<String, Value>, before: &str, into: &mut Map<String, Value>) {
    for (name, value) in object {
        match value {
            Value::Object(inner) => flat(inner, &format!("{before}{name}."), into),
            value => {
                into.insert(format!("{before}{name}"), value.clone());
            }
        }
    }
}

#[test]
fn every_shape_has_the_same_fields() {
    let lines: Vec<Map<String, Value>> = export("--schema ecs --format ndjson", WEEK)
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    let own = export("", WEEK).csv();
    assert_eq!(lines.len(), own.len());
    let json = export("--schema ecs --format json", WEEK).json();
    for (nested, line) in json["rows"].as_array().expect("rows").iter().zip(&lines) {
        let mut fields = Map::new();
        flat(nested.as_object().expect("an object"), "", &mut fields);
        assert_eq!(&fields, line);
    }
    let csv = export("--schema ecs --format csv", WEEK).csv();
    for ((cells, line), own) in csv.iter().zip(&lines).zip(&own) {
        assert_eq!((&cells["email.sender.address"], &cells["@timestamp"]), (&own["sender"], &own["time"]));
        assert_eq!(cells["event.category"], "email");
        for (name, cell) in cells {
            let value = line.get(name).map(|value| match value {
                Value::Array(list) => list[0].as_str().expect("a text").to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            assert_eq!(*cell, value.unwrap_or_default(), "{name}");
        }
    }
}

#[test]
fn a_message() {
    let line = smtpauth("export --rows messages --schema ecs --format ndjson --since 2026-11-15")
        .arg(WEEK)
        .ok()
        .text();
    let wanted = serde_json::json!({
        "@timestamp": "2026-11-15T17:30:13Z", "ecs.version": "8.17.0", "event.kind": "event", "event.category": ["email"],
        "event.type": ["info"], "event.action": "smtp-submission", "event.outcome": "success", "event.module": "smtpauth",
        "event.dataset": "smtpauth.messages", "network.protocol": "smtp", "network.transport": "tcp", "host.name": "mx1",
        "service.name": "postfix/submissions", "source.address": "2001:db8:20::a5", "source.ip": "2001:db8:20::a5",
        "user.name": "j.keller@contoso.com", "email.sender.address": "j.keller@contoso.com",
        "email.message_id": "7baa12e0f43.15@unknown", "email.local_id": "7BAA12E0F43", "tls.established": true,
        "tls.version": "1.3", "tls.version_protocol": "tls", "tls.cipher": "TLS_AES_256_GCM_SHA384",
        "log.file.path": WEEK, "smtpauth.format": "postfix", "smtpauth.basis": "proven", "smtpauth.domain": "contoso.com",
        "smtpauth.tls": "1.3", "smtpauth.auth": "basic", "smtpauth.mechanism": "PLAIN", "smtpauth.recipients": 1,
        "smtpauth.size": 34987,
    });
    assert_eq!(serde_json::from_str::<Value>(&line).expect("one object"), wanted);
}

/// What is not known is not there; an address that is none is no address.
#[test]
fn tls_as_the_schema_has_it() {
    let log = "time,sender,login,tls,client_ip\n\
               2026-11-10T10:00:00Z,a@b.example,a,SSLv3,scanner\n\
               2026-11-10T10:00:01Z,a@b.example,a,TLSv1,192.0.2.1\n\
               2026-11-10T10:00:02Z,a@b.example,a,none,::ffff:192.0.2.1\n\
               2026-11-10T10:00:03Z,a@b.example,a,,\n";
    let ran = smtpauth("export --rows messages --schema ecs --format csv").stdin(log).ok();
    let told: Vec<_> = ran
        .csv()
        .iter()
        .map(|row| {
            ["tls.established", "tls.version", "tls.version_protocol", "source.ip"]
                .map(|name| row[name].clone())
                .join(" ")
        })
        .collect();
    assert_eq!(told, ["true 3.0 ssl ", "true 1.0 tls 192.0.2.1", "false   ::ffff:192.0.2.1", "   "]);
}

/// A front end alone knows logins.
#[test]
fn sessions_are_logins() {
    let ran = export("--schema ecs --format csv", "fixtures/exchange-smtp/front-end.log");
    let rows = ran.csv();
    assert!(!rows.is_empty());
    for row in rows {
        let told = ["event.category", "event.action", "event.dataset"].map(|name| row[name].clone());
        assert_eq!(told, ["authentication", "smtp-login", "smtpauth.sessions"]);
    }
}

/// A trace that does not say who authenticated holds messages, not submissions.
#[test]
fn messages_of_a_trace_are_no_submissions() {
    let ran = export("--schema ecs --format csv", "fixtures/message-trace/get-messagetracev2.csv");
    let rows = ran.csv();
    assert!(!rows.is_empty());
    for row in rows {
        let told = ["event.action", "smtpauth.basis"].map(|name| row[name].clone());
        assert_eq!(told, ["smtp-message", "unmarked"]);
    }
}

#[test]
fn it_is_for_messages() {
    smtpauth("export --schema ecs")
        .arg(WEEK)
        .fails("--schema ecs is for single messages: add --rows messages");
}

#[test]
fn every_field_is_documented() {
    let readme = read("README.md");
    for field in FIELDS {
        assert!(readme.contains(&format!("`{}`", field.name)), "{}", field.name);
    }
}

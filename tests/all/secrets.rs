//! Passwords stand in logs. None of two hundred reaches an output, neither as it is nor as SMTP encodes it.

use crate::harness::{Ran, file, folder, read, smtpauth};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// Ten of each form.
const OF_EACH: usize = 10;

/// Every view, and every option that shows more of a log.
const COMMANDS: [&str; 13] = [
    "summary --all",
    "volume --all --details",
    "tls --all --details --by login",
    "tls --all --details --by client",
    "auth --all --details",
    "ready",
    "unusual --since 7d",
    "sender *",
    "sender contoso.com",
    "inspect",
    "inspect --strict",
    "export --all",
    "export --all --rows messages",
];

/// Lines of a log, and the texts in them that give a credential away.
type Form = (String, Vec<String>);

/// A credential as it is typed, and all the texts of a log that give it away.
struct Secret {
    word: String,
    given_away_by: Vec<String>,
}

fn encoded(bytes: &str) -> String {
    STANDARD.encode(bytes)
}

/// A line of Postfix 3.9 in syslog, of the process of one session.
fn postfix(minute: usize, pid: usize, text: &str) -> String {
    format!("2026-11-13T08:{minute:02}:00.000001+00:00 mx1 postfix/submission/smtpd[{pid}]: {text}\n")
}

/// The ways in which a client shows a password to a Postfix that logs what it hears (`smtpd -v`, `debug_peer_list`).
fn postfix_forms(word: &str, minute: usize, pid: usize) -> Vec<Form> {
    let peer = "printer.contoso.com[192.0.2.9]";
    let heard = |text: &str| postfix(minute, pid, &format!("< {peer}: {text}"));
    let asked = |text: &str| postfix(minute, pid, &format!("> {peer}: 334 {text}"));
    let failed = |text: &str| {
        postfix(minute, pid, &format!("warning: {peer}: SASL LOGIN authentication failed: {text}"))
    };
    let (plain, alone) = (encoded(&format!("\0scan\0{word}")), encoded(word));
    let cram = encoded(&format!("scan {word}"));
    let bearer = encoded(&format!("user=scan@contoso.com\u{1}auth=Bearer {word}\u{1}\u{1}"));
    let oauth =
        encoded(&format!("n,a=scan@contoso.com,\u{1}host=mx1\u{1}port=587\u{1}auth=Bearer {word}\u{1}\u{1}"));
    vec![
        (heard(&format!("AUTH PLAIN {plain}")), vec![plain.clone()]),
        (format!("{}{}{}", heard("AUTH PLAIN"), asked(""), heard(&plain)), vec![plain.clone()]),
        (
            format!(
                "{}{}{}{}",
                heard("AUTH LOGIN"),
                asked("VXNlcm5hbWU6"),
                asked("UGFzc3dvcmQ6"),
                heard(&alone)
            ),
            vec![alone.clone()],
        ),
        (heard(&format!("AUTH LOGIN {alone}")), vec![alone.clone()]),
        (format!("{}{}", asked(&encoded("<1@mx1>")), heard(&cram)), vec![cram]),
        (heard(&format!("AUTH XOAUTH2 {bearer}")), vec![bearer]),
        (heard(&format!("AUTH OAUTHBEARER {oauth}")), vec![oauth]),
        (failed(&format!("authentication failure, sasl_username={word}")), vec![]),
        (failed(&format!("UGFzc3dvcmQ6, sasl_username={word}")), vec![]),
        // The library's own words, and lines that nobody knows.
        (
            postfix(
                minute,
                pid,
                &format!("xsasl_cyrus_server_auth_response: uncoded client response {word}"),
            ),
            vec![],
        ),
        (format!("{word}\n"), vec![]),
        (
            format!(
                "2026-11-13T08:{minute:02}:00 mx1 postfix/submission/smtpd[{pid}]: ABCDEF12: client={plain}\n"
            ),
            vec![plain],
        ),
    ]
}

fn exim_forms(word: &str, minute: usize) -> Vec<Form> {
    let line = |text: &str| format!("2026-11-13 08:{minute:02}:00 {text}\n");
    let plain = encoded(&format!("\0scan\0{word}"));
    vec![
        (
            line(&format!(
                "login authenticator failed for (pc) [192.0.2.9]: 535 Incorrect authentication data (set_id={word})"
            )),
            vec![],
        ),
        (
            line(&format!(
                "SMTP command timeout on connection from (pc) [192.0.2.9] (last command: AUTH PLAIN {plain})"
            )),
            vec![plain.clone()],
        ),
        (
            line(&format!(
                "SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[192.0.2.9] input=\"AUTH PLAIN {plain}\""
            )),
            vec![plain],
        ),
        (line(&format!("no host name found for IP address 192.0.2.9 {word}")), vec![]),
    ]
}

/// Exchange Server hides what follows AUTH; other senders of such rows do not.
fn exchange_forms(word: &str, number: usize) -> Vec<Form> {
    let row = |event: &str, data: &str, sequence: usize| {
        format!(
            "2026-11-11T13:00:{sequence:02}.000Z,EX1\\Relay EX1,08DE1FB2C0B{number:05X},{sequence},192.0.2.10:587,\
             198.51.100.201:51200,{event},{data},\r\n"
        )
    };
    let (plain, alone) = (encoded(&format!("\0scan\0{word}")), encoded(word));
    let begun = |rest: String| format!("{}{}{rest}", row("+", "", 0), row("<", "EHLO pc", 1));
    vec![
        (begun(row("<", &format!("AUTH PLAIN {plain}"), 2)), vec![plain]),
        (
            begun(format!(
                "{}{}{}",
                row("<", "AUTH LOGIN", 2),
                row(">", "334 UGFzc3dvcmQ6", 3),
                row("<", &alone, 4)
            )),
            vec![alone],
        ),
        (begun(row(">", &format!("535 5.7.3 Authentication unsuccessful {word}"), 2)), vec![]),
        (row("<", &format!("AUTH LOGIN {word},,\""), 3), vec![]),
    ]
}

/// Writes a log that is a fixture with forms between its lines.
fn plant(secrets: &mut Vec<Secret>, forms: &dyn Fn(&str, usize) -> Vec<Form>) -> String {
    let mut text = String::new();
    for _ in 0..OF_EACH {
        let kinds = forms("", 0).len();
        for kind in 0..kinds {
            let number = secrets.len();
            let word = format!("Tr0ub4dor-{number:03}-hunter");
            let (lines, given_away_by) = forms(&word, number).swap_remove(kind);
            let _ = write!(text, "{lines}");
            secrets.push(Secret { word, given_away_by });
        }
    }
    text
}

fn shows(ran: &Ran, secret: &Secret) -> bool {
    let all = ran.everything();
    all.contains(&secret.word) || secret.given_away_by.iter().any(|text| all.contains(text))
}

#[test]
fn two_hundred_credentials_stay_where_they_are() {
    let folder = folder();
    let mut secrets = Vec::new();
    let planted = plant(&mut secrets, &|word, number| postfix_forms(word, number % 60, 1000 + number));
    file(folder.path(), "mail.log", format!("{}{planted}", read("fixtures/postfix/week.log")));
    let planted = plant(&mut secrets, &|word, number| exim_forms(word, number % 60));
    file(folder.path(), "mainlog", format!("{}{planted}", read("fixtures/exim/new-ids.log")));
    let planted = plant(&mut secrets, &exchange_forms);
    file(
        folder.path(),
        "RECV2026111113-1.LOG",
        format!("{}{planted}", read("fixtures/exchange-smtp/excerpt.log")),
    );
    assert_eq!(secrets.len(), 200);
    for command in COMMANDS {
        for format in ["table", "csv", "json", "ndjson"] {
            let is_table = !(command.starts_with("export") && format == "table");
            for path in ["mail.log", "mainlog", "RECV2026111113-1.LOG", "."] {
                let run = smtpauth(command).arg(path);
                let run = if is_table { run.arg("--format").arg(format) } else { run };
                let ran = run.within(folder.path()).run();
                let is_empty = ran.stdout.is_empty() && format != "ndjson";
                assert!(!is_empty, "{}", ran.everything());
                let shown: Vec<_> =
                    secrets.iter().filter(|secret| shows(&ran, secret)).map(|s| &s.word).collect();
                assert!(shown.is_empty(), "{shown:?}\n{}", ran.everything());
            }
        }
    }
}

//! Input that means harm, or nothing at all: nothing forged is believed, nothing reaches a terminal or a spreadsheet as it
//! is, nothing secret is printed, and the program neither panics nor hangs.

use crate::expect::files;
use crate::harness::{Ran, Run, file, folder, smtpauth};
use std::collections::BTreeSet;

/// Every command that reads logs, as a table where it has one.
const COMMANDS: [&str; 12] = [
    "summary --all",
    "volume --all",
    "volume --all --details",
    "tls --all",
    "tls --all --details",
    "tls --all --by login",
    "tls --all --by client",
    "tls --all --by domain",
    "tls --all --by server",
    "inspect",
    "export --all",
    "export --all --rows messages",
];

fn is_table(command: &str) -> bool {
    !command.starts_with("export")
}

/// What is printed for people holds nothing but characters that stand where they stand.
fn printable(ran: &Ran) {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).expect("output is UTF-8").to_owned();
    for char in format!("{}{}", text(&ran.stdout), text(&ran.stderr)).chars() {
        let code = u32::from(char);
        let moves = (char.is_control() && char != '\n')
            || matches!(code, 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe000..=0xf8ff);
        assert!(!moves, "{}: {char:?} is printed", ran.shown);
    }
}

#[test]
fn nothing_moves_the_cursor() {
    for (path, _) in files("hostile") {
        for command in COMMANDS.into_iter().filter(|command| is_table(command)) {
            let ran = smtpauth(command).arg(&path).run();
            assert_eq!(ran.status, 0, "{}", ran.everything());
            printable(&ran);
        }
    }
}

/// Names of files and of columns are chosen by strangers too.
#[cfg(unix)]
#[test]
fn nor_do_names_of_files() {
    let folder = folder();
    let name = "mail\u{1b}[2J\u{202e}.log";
    file(folder.path(), name, "Nov 12 10:00:00 mx1 postfix/qmgr[1]: cut\nnothing\n");
    file(folder.path(), "b\u{7}.csv", "time,\u{1b}[31mlogin,tls,login\n");
    for arguments in ["tls .", "inspect .", "tls --since 7d"] {
        let ran = smtpauth(arguments).arg(if arguments.ends_with('.') { "." } else { name });
        printable(&ran.within(folder.path()).run());
    }
    printable(&smtpauth("tls").arg("b\u{7}.csv").within(folder.path()).run());
    printable(&smtpauth("tls").arg("not\u{9b}there").within(folder.path()).run());
}

/// Random bytes, alone and behind beginnings that make a format of them.
#[test]
fn noise() {
    let heads: [&[u8]; 7] = [
        b"",
        b"Nov 12 10:00:00 mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n",
        b"2026-11-12T10:00:00Z mx1 postfix/qmgr[1]: ABCDEF: from=<a@b>, size=1, nrcpt=1 (queue active)\n",
        b"2026-11-12 10:00:00 1vHt2P-0000bT-2k <= a@b H=x [192.0.2.1] P=esmtpsa A=plain:a S=1\n",
        b"time,sender,login\n2026-11-12T10:00:00Z,a@b,a\n",
        b"\xef\xbb\xbftime;sender;login\r\n\"2026-11-12T10:00:00Z\";\"a",
        b"<22>1 2026-11-12T10:00:00Z mx1 postfix/smtpd 1 - [a b=\"",
    ];
    let mut random = Random(0x5EED);
    for head in heads {
        for alphabet in [&b""[..], b"\n,;\"'<>[]: =ABCDEFclientfromsasl_@10\xff\x00\x1b"] {
            let mut bytes = head.to_vec();
            bytes.extend((0..20_000).map(|_| random.byte(alphabet)));
            for command in ["tls --all --details", "inspect", "export --all --rows messages --format json"] {
                let ran = smtpauth(command).stdin(bytes.clone()).run();
                assert!(matches!(ran.status, 0 | 2), "{}: status {}", ran.shown, ran.status);
                assert!(!ran.said().contains("internal error"), "{}", ran.said());
                if is_table(command) {
                    printable(&ran);
                } else if ran.status == 0 {
                    assert_eq!(ran.json()["command"], "export");
                }
            }
        }
    }
}

/// A small generator: the same noise in every run.
pub struct Random(pub u64);

impl Random {
    /// A number below this one, which is at most 65,536.
    pub fn below(&mut self, limit: usize) -> usize {
        (usize::from(self.byte(b"")) * 256 + usize::from(self.byte(b""))) * limit / 65_536
    }

    fn byte(&mut self, alphabet: &[u8]) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let byte = u8::try_from(self.0 >> 56).expect("8 bits are left");
        if alphabet.is_empty() { byte } else { alphabet[usize::from(byte) % alphabet.len()] }
    }
}

/// Every line of a real log, with a few bytes changed: each is still read, or skipped, without harm.
#[test]
fn broken_lines_of_real_logs() {
    let mut random = Random(0xB10C);
    for folder in ["postfix", "exim", "csv", "cells"] {
        for (path, expect) in files(folder) {
            let mut bytes = std::fs::read(format!("{}/{path}", crate::harness::ROOT)).expect("a fixture");
            let head = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
            for _ in 0..bytes.len() / 200 {
                let at = head + usize::from(random.byte(b"")) * 256 + usize::from(random.byte(b""));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.byte(b"");
                }
            }
            let ran = smtpauth("inspect --format json").stdin(bytes).run();
            assert!(matches!(ran.status, 0 | 2), "{path}: {}", ran.everything());
            if ran.status == 0 {
                let row = &ran.json()["rows"][0];
                let sum: u64 =
                    ["used", "ignored", "skipped"].iter().filter_map(|name| row[name].as_u64()).sum();
                assert_eq!(row["lines"].as_u64(), Some(sum), "{path}");
            }
            assert!(expect.lines > 0);
        }
    }
}

/// `ceo`, `root` and their like stand only in what strangers wrote, never as who sent or logged in.
#[test]
fn nothing_forged_is_believed() {
    for name in ["forged-senders.log", "forged-subjects.log"] {
        let path = format!("fixtures/hostile/{name}");
        let rows = smtpauth("export --all").arg(&path).run().csv();
        assert!(!rows.is_empty());
        for row in &rows {
            for forged in ["ceo", "ceo@contoso.com", "victim@contoso.com", "spam@outside.example", "root"] {
                assert!(row["login"] != forged && row["sender"] != forged, "{path}: {row:?}");
            }
        }
        let recipients: u64 = rows.iter().filter_map(|row| row["recipients"].parse::<u64>().ok()).sum();
        assert!(recipients < 10, "{path}: the 99 recipients are a sender's invention");
    }
}

/// Who failed is told by the address that the server saw or not at all, never by one in a HELO.
#[test]
fn addresses_of_failed_logins_are_the_servers() {
    for (path, attacker) in [
        ("fixtures/hostile/forged-senders.log", "198.51.100.66"),
        ("fixtures/hostile/forged-subjects.log", "198.51.100.66"),
        ("fixtures/exim/authenticator-names.log", "198.51.100.4"),
    ] {
        let rows = smtpauth("export --all").arg(path).run().csv();
        let failed = rows.iter().filter(|row| row["failed_logins"] != "0");
        for client in failed.map(|row| row["client"].clone()) {
            assert!(client.is_empty() || client.starts_with(attacker), "{path}: {client}");
        }
    }
}

/// Text comes back from CSV as it was, whatever a spreadsheet would make of it.
#[test]
fn formulas_are_guarded_and_come_back() {
    let path = "fixtures/hostile/formulas.csv";
    let ran = smtpauth("tls --details --all --format csv").arg(path).ok();
    for line in ran.text().lines() {
        let cell = line.trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
    }
    let names: BTreeSet<_> = ran.csv().into_iter().map(|row| row["sender"].clone()).collect();
    let wanted =
        files("hostile").into_iter().find(|(file, _)| file == path).map(|(_, expect)| expect.senders);
    assert_eq!(names, wanted.expect("formulas.csv is expected").into_keys().collect());
    let raw = smtpauth("tls --details --all --format csv --csv-raw").arg(path).ok().text();
    assert!(raw.contains("\n=cmd|") && raw.contains("\n'quoted@"), "{raw}");
    let json = smtpauth("tls --details --all --format json").arg(path).ok().json();
    assert!(json["rows"].as_array().expect("rows").iter().any(|row| row["sender"] == "@sum@evil.example"));
    // Our own cells take the guard off again.
    let cells = smtpauth("export --all").arg(path).ok().stdout;
    let again = smtpauth("tls --details --all --format csv").stdin(cells).ok();
    assert_eq!(again.stdout, ran.stdout);
}

/// Passwords stand in logs: in verbose lines, as user names, in lines that nobody understands.
#[test]
fn no_credential_is_printed() {
    for command in COMMANDS {
        for format in ["table", "csv", "json", "ndjson"] {
            if format == "table" && !is_table(command) {
                continue;
            }
            let ran =
                smtpauth(command).arg("--format").arg(format).arg("fixtures/hostile/credentials.log").run();
            assert_eq!(ran.status, 0, "{}", ran.everything());
            for secret in ["AGphbmUAY29ycmVjdC1ob3JzZQ", "UGFzc3dvcmQ6", "correct-horse"] {
                assert!(!ran.everything().contains(secret), "{}", ran.everything());
            }
        }
    }
}

#[test]
fn a_stranger_has_no_name_anywhere() {
    for (path, strangers) in [
        ("fixtures/postfix/failed-logins.log", vec!["admin"]),
        ("fixtures/postfix/week.log", vec!["test", "admin", "scan"]),
        ("fixtures/exim/authenticator-names.log", vec!["nobody"]),
    ] {
        for by in ["login", "account"] {
            let rows = smtpauth("tls --all --format csv --by").arg(by).arg(path).run().csv();
            assert!(rows.iter().all(|row| !strangers.contains(&row[by].as_str())), "{path} --by {by}");
        }
        let cells = smtpauth("export --all").arg(path).run().csv();
        assert!(cells.iter().all(|row| !strangers.contains(&row["login"].as_str())), "{path}");
    }
}

/// What does not end is not waited for: lines and quoted cells of more than a mebibyte are skipped.
#[test]
fn endless_lines_and_quotes() {
    let line = "2026-11-12T10:00:00Z mx1 postfix/qmgr[1]: ABCDEF: removed\n";
    let mut bytes = line.as_bytes().to_vec();
    bytes.extend(vec![b'x'; 3 << 20]);
    bytes.extend(format!("\n{line}").into_bytes());
    let row = inspected(smtpauth("inspect --format json").stdin(bytes));
    assert_eq!((&row["lines"], &row["used"], &row["skipped"]), (&3.into(), &2.into(), &1.into()));
    let mut bytes = b"time,sender,login\n2026-11-12T10:00:00Z,a@contoso.com,\"".to_vec();
    bytes.extend(b"2026-11-12T10:00:00Z,a@contoso.com,a\n".repeat(60_000));
    let row = inspected(smtpauth("inspect --format json").stdin(bytes));
    assert!(row["skipped"].as_u64() >= Some(1) && row["used"].as_u64() >= Some(1), "{row}");
}

/// A hole that a crash left is no line, however long it is.
#[test]
fn holes_of_any_size() {
    let folder = folder();
    let line = "2026-11-12T10:00:00Z mx1 postfix/qmgr[1]: ABCDEF: removed\n";
    let hole = |size: usize| [line.as_bytes(), &vec![0; size]].concat();
    for size in [1, 1 << 20, 2 << 20, 5 << 20] {
        let bytes = [hole(size), hole(size), line.as_bytes().to_vec()].concat();
        file(folder.path(), "mail.log", bytes);
        let row = inspected(smtpauth("inspect --format json mail.log").within(folder.path()));
        assert_eq!((&row["lines"], &row["used"]), (&3.into(), &3.into()), "{size}");
    }
}

fn inspected(run: Run) -> serde_json::Value {
    run.run().json()["rows"][0].clone()
}

/// Numbers that do not fit anywhere.
#[test]
fn numbers_beyond_all_limits() {
    let huge = u64::MAX;
    let rows = format!(
        "sender,login,tls,count,size,recipients\na@b,a,1.2,{huge},{huge},{huge}\nc@d,c,1.0,{huge},1,1\n"
    );
    for view in COMMANDS.into_iter().filter(|view| *view != "export --all --rows messages") {
        let ran = smtpauth(view).stdin(rows.clone()).run();
        assert_eq!(ran.status, 0, "{}", ran.everything());
    }
    let more = smtpauth("tls --format json").stdin(format!("sender,login,count\na@b,a,{huge}0\n")).run();
    assert_eq!(more.json()["input"]["skipped"], 1);
}

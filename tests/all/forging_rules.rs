//! The rules against forging, one by one: what a line of each format may say, and what it says all the same.
//!
//! 1. Fields are read from left to right, behind words of the server; nobody looks for `key=` in a line.
//! 2. An address that begins with `<"` ends at its closing quote and `>`; without quotes, a line whose tail its address could
//!    have spelled is ambiguous, and counted as that.
//! 3. The login stands right behind the client and the mechanism, or it is none.
//! 4. Message-ID, subject and reply go on to the end; nothing behind them is read.
//! 5. That mail was delivered says nothing about who submitted it: such lines are not believed, whatever they hold.
//! 6. Nothing is decoded before lines and fields are cut: `#012`, `\n`, `%0a`, encoded words.
//! 7. A user name that was cut off is nobody's: failed logins of names that never log in have no name.
//! 8. Whose line it is, the program's name says, not its text.

use crate::attacks::cell;
use crate::corpora::oracles::reading::{FAST, cells, open_as, read_inputs, written};
use smtpauth::formats::by_name;
use std::collections::BTreeMap;

/// What a log must be taken for: its format, its lines, messages of each login (by sender, where there is none), lines left
/// out.
type Case = (&'static str, &'static str, &'static [&'static str], &'static [(&'static str, u64)], u64);

/// True lines of one message of `scan`.
const HONEST: [(&str, &[&str]); 2] = [
    (
        "postfix",
        &[
            "submission/smtpd[1]: connect from pc[192.0.2.31]",
            "submission/smtpd[1]: ABCDE1: client=pc[192.0.2.31], sasl_method=PLAIN, sasl_username=scan",
            "qmgr[2]: ABCDE1: from=<scan@contoso.com>, size=9, nrcpt=1 (queue active)",
        ],
    ),
    ("exim", &["1vHt2P-0000bT-2k <= scan@contoso.com H=pc [192.0.2.31] P=esmtpsa A=plain:scan S=9"]),
];

const CASES: [Case; 25] = [
    (
        "1",
        "postfix",
        &[
            "smtpd[3]: NOQUEUE: reject: RCPT from x[198.51.100.6]: 554 5.7.1 <b@c>: Relay access denied; from=<a sasl_username=ceo> to=<b@c> proto=ESMTP helo=<x>",
        ],
        &[("scan", 1)],
        0,
    ),
    (
        "1",
        "exim",
        &["1vHt2Q-0000bT-2k <= a@evil H=x [198.51.100.6] P=esmtp S=9 id=A=plain:ceo"],
        &[("scan", 1)],
        0,
    ),
    ("1", "exchange-smtp", &["<,EHLO ceo authenticated,", "<,MAIL FROM:<a@evil>,"], &[], 0),
    ("1", "csv", &["scan,10,login=ceo tls=1.0"], &[("scan", 1)], 0),
    ("1", "exchange-tracking", &["S:ProxiedClientHostname=x;S:AuthenticatedUser=ceo,Default EX1"], &[], 0),
    (
        "2",
        "postfix",
        &[
            "submission/smtpd[1]: ABCDE2: client=pc[192.0.2.31], sasl_method=PLAIN, sasl_username=scan",
            "qmgr[2]: ABCDE2: from=<\"a>, size=1, nrcpt=99 (queue active)\"@contoso.com>, size=9, nrcpt=1 (queue active)",
        ],
        &[("scan", 2)],
        0,
    ),
    (
        "2",
        "postfix",
        &[
            "submission/smtpd[1]: NOQUEUE: client=pc[192.0.2.31], sasl_method=PLAIN, sasl_username=scan",
            "submission/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok; from=<a> to=<b@c> proto=ESMTP helo=<d> sasl_username=ceo@evil> to=<b@c> proto=ESMTP helo=<x>",
        ],
        &[("scan", 1)],
        1,
    ),
    (
        "2",
        "exim",
        &["1vHt2Q-0000bT-2k <= \"x> A=plain:ceo\"@evil H=x [198.51.100.6] P=esmtp S=9"],
        &[("scan", 1)],
        0,
    ),
    ("2", "exchange-smtp", &["<,MAIL FROM:<\"a> AUTH=<ceo>\"@evil>,"], &[], 0),
    (
        "3",
        "postfix",
        &[
            "smtpd[3]: ABCDE2: client=sasl_method=PLAIN_sasl_username=ceo[198.51.100.6], sasl_sender=<x, sasl_method=PLAIN, sasl_username=ceo>",
        ],
        &[("scan", 1)],
        0,
    ),
    (
        "3",
        "exim",
        &["1vHt2Q-0000bT-2k <= a@evil H=(A=plain:ceo) [198.51.100.6] P=esmtp S=9"],
        &[("scan", 1)],
        0,
    ),
    ("3", "exchange-smtp", &["<,AUTH LOGIN ceo,", ">,535 5.7.3 Authentication unsuccessful,"], &[], 0),
    (
        "4",
        "postfix",
        &["cleanup[4]: ABCDE1: message-id=<x>: client=y[192.0.2.9], sasl_method=PLAIN, sasl_username=ceo"],
        &[("scan", 1)],
        0,
    ),
    (
        "4",
        "exim",
        &["1vHt2Q-0000bT-2k <= a@evil H=x [198.51.100.6] P=esmtp S=9 T=\"x\" A=plain:ceo P=esmtpsa\""],
        &[("scan", 1)],
        0,
    ),
    ("4", "csv", &["scan,10,\"x\"\",ceo,1.0\""], &[("scan", 1)], 0),
    ("4", "exchange-smtp", &[">,214 ceo,authenticated"], &[], 0),
    (
        "5",
        "postfix",
        &[
            "smtp[5]: ABCDE2: to=<y>, relay=fake[198.51.100.6]:25, delay=0, status=sent (250 ok: client=x[1.2.3.4], sasl_username=ceo)",
        ],
        &[("scan", 1)],
        0,
    ),
    (
        "5",
        "exim",
        &[
            "1vHt2Q-0000bT-2k => x@y R=r T=t H=mx [192.0.2.8] A=plain:ceo C=\"250 <= ceo@contoso.com A=plain:ceo\"",
        ],
        &[("scan", 1)],
        0,
    ),
    (
        "6",
        "postfix",
        &[
            "cleanup[4]: ABCDE1: message-id=x#012Nov 12 10:00:00 mx1 postfix/smtpd[9]: BB: client=x[1.2.3.4], sasl_method=PLAIN, sasl_username=ceo\\n",
        ],
        &[("scan", 1)],
        0,
    ),
    (
        "6",
        "exim",
        &[
            "1vHt2Q-0000bT-2k <= a@evil H=x [198.51.100.6] P=esmtp S=9 T=\"x\\n1vHt2R-0000bT-2k <= ceo@contoso.com A=plain:ceo\"",
        ],
        &[("scan", 1)],
        0,
    ),
    ("6", "csv", &["scan,10,=?utf-8?q?x=0Aceo=2C1?="], &[("scan", 1)], 0),
    (
        "7",
        "postfix",
        &[
            "smtpd[3]: warning: x[198.51.100.6]: SASL LOGIN authentication failed: x, sasl_username=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ],
        &[("scan", 1)],
        0,
    ),
    (
        "7",
        "exim",
        &["plain authenticator failed for x [198.51.100.6]: 535 Incorrect authentication data (set_id=ceo)"],
        &[("scan", 1)],
        0,
    ),
    (
        "8",
        "postfix",
        &["/evil[9]: postfix/smtpd[9]: BB: client=x[1.2.3.4], sasl_method=PLAIN, sasl_username=ceo"],
        &[("scan", 1)],
        0,
    ),
    (
        "8",
        "exim",
        &["rejected postfix/smtpd[9]: BB: client=x[1.2.3.4], sasl_method=PLAIN, sasl_username=ceo"],
        &[("scan", 1)],
        0,
    ),
];

/// A log with these lines behind honest ones.
fn log(format: &str, lines: &[&str]) -> String {
    let honest = HONEST.iter().find(|(name, _)| *name == format).map_or(&[][..], |(_, lines)| lines);
    let all = honest.iter().chain(lines).copied();
    let join = |head: &str, line: &dyn Fn(&str) -> String| {
        head.to_owned() + &all.clone().map(line).collect::<String>()
    };
    match format {
        "postfix" => join("", &|line| match line.strip_prefix('/') {
            Some(other) => format!("2026-11-12T10:00:00Z mx1 {other}\n"),
            None => format!("2026-11-12T10:00:00Z mx1 postfix/{line}\n"),
        }),
        "exim" => join("", &|line| format!("2026-11-12 10:00:00 {line}\n")),
        "exchange-smtp" => join(
            "#Software: Microsoft Exchange Server\n#Log-type: SMTP Receive Protocol Log\n#Fields: date-time,connector-id,\
             session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n",
            &|line| {
                format!(
                    "2026-11-12T10:00:00.000Z,EX1\\Client,08D1,0,192.0.2.10:587,198.51.100.6:5000,{line}\n"
                )
            },
        ),
        "exchange-tracking" => join(
            "#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n#Fields: date-time,source,event-id,\
             message-id,sender-address,return-path,client-ip,server-hostname,custom-data,connector-id\n",
            &|line| {
                let (custom, connector) = line.rsplit_once(',').expect("two fields");
                format!(
                    "2026-11-12T10:00:00.000Z,SMTP,RECEIVE,<x@y>,a@evil,a@evil,198.51.100.6,EX1,{},EX1\\{connector}\n",
                    cell(custom)
                )
            },
        ),
        _ => join("login,size,subject,sender,time\n", &|line| {
            format!("{line},scan@contoso.com,2026-11-12T10:00:00Z\n")
        }),
    }
}

#[test]
fn each_rule_holds_in_each_format() {
    for (rule, format, lines, wanted, left_out) in CASES {
        let log = log(format, lines);
        let file = written(log.as_bytes());
        let inputs = open_as(file.path(), by_name(format)).expect("it is such a log");
        let mut read = read_inputs(&inputs, 1 << 20, 1, FAST);
        read.collector.forget_strangers();
        let skipped: u64 = read.coverage.iter().map(|coverage| coverage.skipped).sum();
        assert_eq!(skipped, left_out, "rule {rule}, {format}: lines left out\n{log}");
        let cells = cells(&read.collector);
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        for row in csv::Reader::from_reader(cells.as_bytes()).deserialize::<BTreeMap<String, String>>() {
            let row = row.expect("cells are CSV");
            let is_about_ceo =
                row.values().any(|value| value.contains("ceo@") || value == "ceo" || value.contains("aaaa"));
            assert!(!is_about_ceo, "rule {rule}, {format}: {row:?}\n{log}");
            let messages = row["messages"].parse::<u64>().expect("a count");
            if messages > 0 {
                *counted.entry(row["login"].clone()).or_default() += messages;
            }
        }
        let wanted = wanted.iter().map(|(login, count)| ((*login).to_owned(), *count)).collect();
        assert_eq!(counted, wanted, "rule {rule}, {format}\n{log}");
    }
}

//! What strangers write into logs is never taken for what the server says.
//!
//! True lines of true sessions, in which senders, HELO names, message ids, subjects, replies and the user names of failed
//! logins are made of pieces of log lines. Logins, clients and TLS versions must be those of the sessions, and nothing more may
//! count; a line may be left out as ambiguous, which is counted.

use crate::attacks::{Forged, LOGINS, Session, cases, cell, quoted, sessions, true_client};
use crate::corpora::oracles::reading::{FAST, cells, open, read_inputs, written};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// An address as it stands in the queue.
fn unquoted(local: &str) -> String {
    format!("{local}@evil.example")
}

/// What Postfix makes of a HELO (`NEUTER_CHARACTERS` of smtpd.c).
fn neutered(helo: &str) -> String {
    helo.chars().map(|char| if "<>()\\\";@ ".contains(char) { '?' } else { char }).collect()
}

/// A log of Postfix. `internal`: addresses are logged as they are in the queue, without quotes, as before 3.5.
fn postfix(sessions: &[Session], internal: bool) -> String {
    let mut log = String::new();
    for (number, session) in sessions.iter().enumerate() {
        let Forged { sender, helo, message_id, recipient, user, .. } = &session.forged;
        let (client, tls) = true_client(session.login);
        let name = if session.login.is_some() { "pc.contoso.com" } else { "unknown" };
        let (peer, pid) = (format!("{name}[{client}]"), 100 + number);
        let (sender, recipient) = if internal {
            (unquoted(sender), unquoted(recipient))
        } else {
            (quoted(sender), quoted(recipient))
        };
        let queue_id = format!("AA{number:08X}");
        let version = if tls == "1.1" { "TLSv1.1".to_owned() } else { format!("TLSv{tls}") };
        let smtpd = format!("postfix/submission/smtpd[{pid}]");
        let auth = session
            .login
            .map_or_else(String::new, |login| format!(", sasl_method=PLAIN, sasl_username={login}"));
        let user: String = user.chars().take(100).collect();
        let helo = neutered(helo);
        let mut line = |text: String| {
            let _ = writeln!(log, "2026-11-12T10:{number:02}:00.000001+00:00 mx1 {text}");
        };
        line(format!("{smtpd}: connect from {peer}"));
        line(format!(
            "{smtpd}: Anonymous TLS connection established from {peer}: {version} with cipher X (256/256 bits)"
        ));
        line(format!(
            "{smtpd}: warning: {peer}: SASL LOGIN authentication failed: authentication failure, sasl_username={user}"
        ));
        line(format!(
            "{smtpd}: NOQUEUE: reject: RCPT from {peer}: 554 5.7.1 <{recipient}>: Relay access denied; from=<{sender}> \
             to=<{recipient}> proto=ESMTP helo=<{helo}>"
        ));
        line(format!("{smtpd}: {queue_id}: client={peer}{auth}"));
        line(format!("postfix/cleanup[9]: {queue_id}: message-id={}", session.forged.message_id));
        line(format!(
            "postfix/cleanup[9]: {queue_id}: warning: header Subject: {message_id} from {peer}; from=<{sender}> to=<{recipient}> proto=ESMTP helo=<{helo}>"
        ));
        line(format!("postfix/qmgr[8]: {queue_id}: from=<{sender}>, size=1000, nrcpt=1 (queue active)"));
        line(format!(
            "postfix/smtp[7]: {queue_id}: to=<{recipient}>, relay=mx[192.0.2.200]:25, delay=1, dsn=2.0.0, status=sent (250 {})",
            session.forged.subject
        ));
        line(format!("{smtpd}: disconnect from {peer} ehlo=1 auth=1 mail=1 commands=4"));
    }
    log
}

/// A log of Exim with the subject, SNI and received_recipients selectors, which takes any HELO.
fn exim(sessions: &[Session], _: bool) -> String {
    let mut log = String::new();
    for (number, session) in sessions.iter().enumerate() {
        let Forged { sender, helo, message_id, subject, recipient, user } = &session.forged;
        let (client, tls) = true_client(session.login);
        let auth = session.login.map_or_else(String::new, |login| format!(" A=plain:{login}"));
        let protocol = if session.login.is_some() { "esmtpsa" } else { "esmtps" };
        let id = format!("1vHt2{}-0000b{}-2k", (b'A' + number as u8) as char, (b'a' + number as u8) as char);
        let subject = subject.replace('"', "\\\"");
        let mut line = |text: String| {
            let _ = writeln!(log, "2026-11-12 10:{number:02}:00 {text}");
        };
        line(format!(
            "plain authenticator failed for ({helo}) [{client}]: 535 Incorrect authentication data (set_id={user})"
        ));
        line(format!(
            "H=({helo}) [{client}] F=<{}> rejected RCPT <{}>: relay not permitted",
            quoted(sender),
            quoted(recipient)
        ));
        line(format!(
            "{id} <= {} H=({helo}) [{client}] P={protocol} X=TLS{tls}:X:256 CV=no{auth} S=1000 id={message_id} T=\"{subject}\" \
             from <{}> for {}",
            quoted(sender),
            quoted(sender),
            quoted(recipient)
        ));
        line(format!(
            "{id} => x@y.example R=dnslookup T=remote_smtp H=mx [192.0.2.200] C=\"250 {message_id}\""
        ));
        line(format!("{id} Completed"));
    }
    log
}

/// A protocol log of Exchange Server: rows of CSV.
fn exchange(sessions: &[Session], _: bool) -> String {
    let mut log = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP Receive Protocol Log\r\n\
         #Date: 2026-11-12T10:00:00.000Z\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,\
         remote-endpoint,event,data,context\r\n"
        .to_owned();
    for (number, session) in sessions.iter().enumerate() {
        let (client, _) = true_client(session.login);
        for (sequence, (event, data, context)) in exchange_rows(number, session).into_iter().enumerate() {
            let _ = write!(
                log,
                "2026-11-12T10:{number:02}:{sequence:02}.000Z,EX1\\Client,08DE1FB2C0A0{number:04X},{sequence},192.0.2.10:587,\
                 {client}:5000{number},{event},{},{}\r\n",
                cell(&data),
                cell(context)
            );
        }
    }
    log
}

/// Event, data and context of each row of a session.
fn exchange_rows(number: usize, session: &Session) -> Vec<(&'static str, String, &'static str)> {
    let Forged { sender, helo, message_id, recipient, subject, user } = &session.forged;
    let (_, tls) = true_client(session.login);
    let said = |event, data: &str| (event, data.to_owned(), "");
    let negotiated: &'static str = match tls {
        "1.1" => "TLS protocol SP_PROT_TLS1_1_SERVER negotiation succeeded using bulk encryption algorithm X",
        "1.2" => "TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using bulk encryption algorithm X",
        _ => "TLS protocol SP_PROT_TLS1_3_SERVER negotiation succeeded using bulk encryption algorithm X",
    };
    let mut rows = vec![
        said("+", ""),
        said(">", "220 ex1 Microsoft ESMTP MAIL Service ready"),
        said("<", &format!("EHLO {helo}")),
        ("*", String::new(), negotiated),
        said("<", &format!("HELP {user}")),
        said(">", &format!("214 {subject}")),
    ];
    if let Some(login) = session.login {
        rows.extend([
            said("<", "AUTH LOGIN"),
            said(">", "334 <authentication response>"),
            ("*", login.to_owned(), "authenticated"),
            said(">", "235 2.7.0 Authentication successful"),
        ]);
    }
    let receiving = format!("08DE1FB2C0A0{number:04X};2026-11-12T10:{number:02}:09.000Z;1");
    rows.extend([
        said("<", &format!("MAIL FROM:<{}>", quoted(sender))),
        ("*", receiving, "receiving message"),
        said(">", "250 2.1.0 Sender OK"),
        said("<", &format!("RCPT TO:<{}>", quoted(recipient))),
        said(">", "250 2.1.5 Recipient OK"),
        said("<", "BDAT 1000 LAST"),
        said(">", &format!(
            "250 2.6.0 <{message_id}> [InternalId=7091234500006{number}, Hostname=ex1.contoso.com] 1000 bytes in 0.1, 19.8 \
             KB/sec Queued mail for delivery"
        )),
        said("<", "QUIT"),
        ("-", String::new(), "Local"),
    ]);
    rows
}

/// A trace as a table; its login column says who logged in.
fn table(sessions: &[Session], _: bool) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["time", "sender", "login", "client_ip", "helo", "tls", "subject"]).expect("memory");
    for (number, session) in sessions.iter().enumerate().filter(|(_, session)| session.login.is_some()) {
        let (client, tls) = true_client(session.login);
        let time = format!("2026-11-12T10:{number:02}:00Z");
        let sender = quoted(&session.forged.sender);
        let row = [
            &time,
            &sender,
            session.login.unwrap_or(""),
            client,
            &session.forged.helo,
            tls,
            &session.forged.subject,
        ];
        writer.write_record(row).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("text")
}

/// Reads a log and compares what it says with the sessions it was made of.
fn believed(name: &str, log: &str, sessions: &[Session]) -> Result<(), TestCaseError> {
    let file = written(log.as_bytes());
    let Some(inputs) = open(file.path()) else {
        prop_assert!(name == "table", "{} is not recognised:\n{}", name, log);
        return Ok(());
    };
    let mut read = read_inputs(&inputs, 1 << 20, 1, FAST);
    read.collector.forget_strangers();
    let left_out: u64 = read.coverage.iter().map(|coverage| coverage.skipped).sum();
    let cells = cells(&read.collector);
    let mut rows = csv::Reader::from_reader(cells.as_bytes());
    let mut messages: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("cells are CSV");
        // Evidence of TLS is of servers.
        if row["schema"].starts_with("evidence") {
            continue;
        }
        true_row(&row, sessions).map_err(|wrong| TestCaseError::fail(format!("{name}: {wrong}\n{log}")))?;
        *messages.entry(row["login"].clone()).or_default() += row["messages"].parse::<u64>().unwrap_or(0);
    }
    for login in LOGINS {
        let sent = sessions.iter().filter(|session| session.login == Some(login)).count() as u64;
        let told = messages.get(login).copied().unwrap_or(0);
        let is_right = told <= sent && told + left_out >= sent;
        prop_assert!(is_right, "{name}: {told} of {sent} of {login}, {left_out} left out\n{log}");
    }
    Ok(())
}

/// Whether a row of cells says only what is true of an account, or else what not.
fn true_row(row: &BTreeMap<String, String>, sessions: &[Session]) -> Result<(), String> {
    let (login, client, tls) = (row["login"].as_str(), row["client"].as_str(), row["tls"].as_str());
    if login.is_empty() {
        let is_known = ["", "192.0.2.31", "192.0.2.32", "192.0.2.33", "198.51.100.66"].contains(&client);
        let has_messages = !matches!(row["messages"].as_str(), "" | "0");
        return if is_known && !has_messages { Ok(()) } else { Err(format!("{row:?}")) };
    }
    let is_true = LOGINS.contains(&login) && (client, tls) == true_client(Some(login));
    let of = sessions.iter().filter(|session| session.login == Some(login));
    let senders = of.flat_map(|session| [quoted(&session.forged.sender), unquoted(&session.forged.sender)]);
    // Addresses are told in lower case; of a session without a message there is none.
    let is_sender = row["sender"].is_empty()
        || senders.into_iter().any(|sender| sender.eq_ignore_ascii_case(&row["sender"]));
    let is_right = is_true && is_sender;
    if is_right { Ok(()) } else { Err(format!("{login} from {client} over {tls} as {}", row["sender"])) }
}

/// A format: its name, and a log of it.
type Make = fn(&[Session], bool) -> String;

const FORMATS: [(&str, Make); 4] =
    [("postfix", postfix), ("exim", exim), ("exchange-smtp", exchange), ("table", table)];

/// Where nobody forges, every message counts: the logs above are logs.
#[test]
fn honest_sessions_count() {
    let word = |text: &str| text.to_owned();
    let forged = Forged {
        sender: word("a.b"),
        helo: word("pc"),
        message_id: word("x@pc"),
        subject: word("Offer [2026-11]"),
        recipient: word("c"),
        user: word("root"),
    };
    let of = |login| Session { login, forged: forged.clone() };
    let sessions = [of(Some("scan")), of(None), of(Some("erp")), of(Some("scan"))];
    for (name, make) in FORMATS {
        let file = written(make(&sessions, true).as_bytes());
        let inputs = open(file.path()).unwrap_or_default();
        let read = read_inputs(&inputs, 1 << 20, 1, FAST);
        let messages: u64 = read.counted.iter().map(|counted| counted.messages).sum();
        assert_eq!(
            (messages, read.coverage.iter().map(|coverage| coverage.skipped).sum()),
            (3, 0_u64),
            "{name}"
        );
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn only_servers_are_believed(sessions in sessions(), internal in any::<bool>()) {
        for (name, make) in FORMATS {
            believed(name, &make(&sessions, internal), &sessions)?;
        }
    }
}

//! The same for what administrators export: message tracking, the traces of Exchange Online, sign-ins. Accounts send from
//! their own addresses; what strangers choose is the sender of their own mail, recipients, HELO names, message ids, subjects,
//! user names and user agents.

use crate::attacks::{LOGINS, Session, cases, cell, quoted, sessions, true_client};
use crate::corpora::oracles::reading::{FAST, cells, open, read_inputs, written};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// The address of an account, or what a stranger calls himself.
fn sender(session: &Session) -> String {
    match session.login {
        Some(login) if login.contains('@') => login.to_owned(),
        Some(login) => format!("{login}@contoso.com"),
        None => quoted(&session.forged.sender),
    }
}

fn trace_id(number: usize) -> String {
    format!("91945af2-cab7-45ad-ba23-08d8ede2{number:04}")
}

/// Rows of CSV under a header.
fn csv(header: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |row: Vec<String>| row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n";
    format!("{header}\r\n") + &rows.map(line).collect::<String>()
}

fn tracking(sessions: &[Session]) -> String {
    let rows = sessions.iter().enumerate().map(|(number, session)| {
        let ((client, _), forged) = (true_client(session.login), &session.forged);
        let connector = if session.login.is_some() { "Client Proxy EX1" } else { "Default EX1" };
        // What ends an item of custom-data ends a HELO name too.
        let helo = forged.helo.replace(';', "?");
        vec![
            format!("2026-11-12T10:{number:02}:00.000Z"),
            "192.0.2.10".to_owned(),
            "ex1.contoso.com".to_owned(),
            "EX1".to_owned(),
            format!("08DE1FC1A000{number:04X};2026-11-12T10:00:00.000Z;0"),
            format!("EX1\\{connector}"),
            "SMTP".to_owned(),
            "RECEIVE".to_owned(),
            format!("8091234500{number:04}"),
            format!("<{}>", forged.message_id),
            quoted(&forged.recipient),
            forged.subject.clone(),
            "1000".to_owned(),
            "1".to_owned(),
            sender(session),
            sender(session),
            client.to_owned(),
            format!(
                "S:ProxiedClientIPAddress={client};S:ProxiedClientHostname={helo};S:DeliveryPriority=Normal"
            ),
        ]
    });
    let header = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: Message Tracking Log\r\n#Date: \
                  2026-11-12T10:00:00.000Z\r\n#Fields: date-time,client-ip,client-hostname,server-hostname,source-context,\
                  connector-id,source,event-id,internal-message-id,message-id,recipient-address,message-subject,total-bytes,\
                  recipient-count,sender-address,return-path,original-client-ip,custom-data";
    csv(header, rows)
}

fn extended(sessions: &[Session]) -> String {
    let rows = sessions.iter().enumerate().map(|(number, session)| {
        let ((client, tls), forged) = (true_client(session.login), &session.forged);
        let helo = forged.helo.replace(';', "?");
        let version = tls.replace('.', "_");
        vec![
            format!("2026-11-12T10:{number:02}:00.0000000Z"),
            "SMTP".to_owned(),
            "RECEIVE".to_owned(),
            format!("<{}>", forged.message_id),
            trace_id(number),
            quoted(&forged.recipient),
            "1000".to_owned(),
            "1".to_owned(),
            forged.subject.clone(),
            sender(session),
            sender(session),
            if session.login.is_some() { "Originating" } else { "Incoming" }.to_owned(),
            client.to_owned(),
            format!("S:tlsversion=SP_PROT_TLS{version}_SERVER;S:ProxiedClientHostname={helo}"),
        ]
    });
    let header = "date_time_utc,source,event_id,message_id,network_message_id,recipient_address,total_bytes,recipient_count,\
                  message_subject,sender_address,return_path,directionality,original_client_ip,custom_data";
    csv(header, rows)
}

fn summary(sessions: &[Session]) -> String {
    let rows = sessions.iter().enumerate().map(|(number, session)| {
        let (client, _) = true_client(session.login);
        vec![
            format!("2026-11-12T10:{number:02}:00.0000000Z"),
            sender(session),
            format!("{}##Receive, Deliver", quoted(&session.forged.recipient)),
            session.forged.subject.clone(),
            "1000".to_owned(),
            format!("<{}>", session.forged.message_id),
            trace_id(number),
            client.to_owned(),
            "Originating".to_owned(),
            session.forged.helo.clone(),
            "Normal".to_owned(),
        ]
    });
    let header = "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,network_message_id,\
                  original_client_ip,directionality,connector_id,delivery_priority";
    csv(header, rows)
}

fn graph(sessions: &[Session]) -> String {
    let rows: Vec<_> = (sessions.iter().enumerate())
        .map(|(number, session)| {
            json!({
                "id": trace_id(number), "senderAddress": sender(session),
                "recipientAddress": quoted(&session.forged.recipient), "messageId": session.forged.message_id,
                "receivedDateTime": format!("2026-11-12T10:{number:02}:00Z"), "subject": session.forged.subject,
                "size": 1000, "fromIP": true_client(session.login).0, "toIP": null, "status": "delivered",
            })
        })
        .collect();
    json!({ "value": rows }).to_string()
}

fn detail(sessions: &[Session]) -> String {
    let rows = sessions.iter().enumerate().map(|(number, session)| {
        let (client, tls) = true_client(session.login);
        let version = tls.replace('.', "_");
        let written = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let (helo, from) = (written(&session.forged.helo.replace(';', "?")), written(&sender(session)));
        vec![
            format!("2026-11-12T10:{number:02}:00Z"),
            "Receive".to_owned(),
            String::new(),
            session.forged.subject.clone(),
            format!(
                "<root><MEP Name=\"ClientIP\" String=\"{client}\" /><MEP Name=\"ReturnPath\" String=\"{from}\" /><MEP \
                 Name=\"CustomData\" Blob=\"S:tlsversion=TLS{version};S:ProxiedClientHostname={helo}\" /></root>"
            ),
            trace_id(number),
            format!("<{}>", session.forged.message_id),
        ]
    });
    csv("Date,Event,Action,Detail,Data,MessageTraceId,MessageId", rows)
}

fn sign_ins(sessions: &[Session]) -> String {
    let rows: Vec<_> = (sessions.iter().enumerate())
        .map(|(number, session)| {
            let (client, _) = true_client(session.login);
            let user = session.login.map_or(session.forged.user.clone(), |_| sender(session));
            let code = if session.login.is_some() { 0 } else { 50126 };
            json!({
                "id": format!("c1945af2-cab7-45ad-ba23-08d8ede2{number:04}"),
                "createdDateTime": format!("2026-11-12T10:{number:02}:00Z"),
                "userDisplayName": session.forged.subject, "userPrincipalName": user,
                "appDisplayName": "Office 365 Exchange Online", "ipAddress": client,
                "clientAppUsed": "Authenticated SMTP", "userAgent": session.forged.helo, "authenticationProtocol": "ropc",
                "status": {"errorCode": code, "failureReason": session.forged.message_id},
            })
        })
        .collect();
    json!({ "value": rows }).to_string()
}

/// An export: the format that it must be taken for, and what makes it.
type Make = fn(&[Session]) -> String;

const EXPORTS: [(&str, Make); 6] = [
    ("exchange-tracking", tracking),
    ("extended-trace", extended),
    ("message-trace", summary),
    ("message-trace", graph),
    ("message-trace-detail", detail),
    ("sign-ins", sign_ins),
];

/// Whether a row of cells says only what is true: a sender from where it sent, over what it sent.
fn true_row(row: &BTreeMap<String, String>, sessions: &[Session]) -> bool {
    let told = |name: &str| row[name].as_str();
    let is_of = |session: &&Session| {
        let (client, tls) = true_client(session.login);
        let from = sender(session);
        // Values of XML are kept as they stand there.
        let written = from.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        // Addresses are told in lower case.
        let is_sender = ["", &from, &written].iter().any(|from| from.eq_ignore_ascii_case(told("sender")));
        let is_login = told("login").is_empty() || told("login") == from || session.login.is_none();
        is_sender && is_login && told("client") == client && ["unknown", tls].contains(&told("tls"))
    };
    sessions.iter().any(|session| is_of(&session))
}

fn believed(format: &str, export: &str, sessions: &[Session]) -> Result<(), TestCaseError> {
    let file = written(export.as_bytes());
    let inputs = open(file.path()).unwrap_or_default();
    prop_assert!(inputs.len() == 1 && inputs[0].detected.format == format, "no {format}:\n{export}");
    let read = read_inputs(&inputs, 1 << 20, 1, FAST);
    let left_out: u64 = read.coverage.iter().map(|coverage| coverage.skipped).sum();
    let cells = cells(&read.collector);
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for row in csv::Reader::from_reader(cells.as_bytes()).deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("cells are CSV");
        // What is known of servers stands in rows that count nothing.
        let count =
            ["messages", "sessions", "failed_logins"].map(|name| row[name].parse::<u64>().unwrap_or(0));
        if count == [0; 3] {
            continue;
        }
        prop_assert!(true_row(&row, sessions), "{format}: {row:?}\n{export}");
        *counted.entry(row["client"].clone()).or_default() += count.iter().sum::<u64>();
    }
    for login in [None].into_iter().chain(LOGINS.map(Some)) {
        let sent = sessions.iter().filter(|session| session.login == login).count() as u64;
        let told = counted.get(true_client(login).0).copied().unwrap_or(0);
        // Tracking and the extended trace say of mail from outside that it is no submission.
        let is_outside = login.is_none() && ["exchange-tracking", "extended-trace"].contains(&format);
        let is_all = told + left_out >= sent || is_outside;
        prop_assert!(
            told <= sent && is_all,
            "{format}: {told} of {sent} of {login:?}, {left_out} left out\n{export}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn exports_are_believed_where_the_service_speaks(sessions in sessions()) {
        for (format, make) in EXPORTS {
            believed(format, &make(&sessions), &sessions)?;
        }
    }
}

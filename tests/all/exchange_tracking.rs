//! Rows of message tracking: those of messages that clients submitted, and those that look like them.

use crate::exchange_letter::Sent;
use crate::exchange_rows::{Dice, Log, Row, SINCE_2013, TRACKING, stamp};
use crate::exchange_servers::{SERVERS, host};

/// How a message came in.
pub struct Arrival<'a> {
    /// The number of the server.
    pub server: usize,
    /// The connector on it.
    pub connector: &'a str,
    /// The number of the front end, which message tracking takes for the client.
    pub front: usize,
    /// The address of the client.
    pub client: &'a str,
    /// What it calls itself.
    pub ehlo: &'a str,
}

/// Subjects that were chosen with care.
const SUBJECTS: [&str; 4] = [
    "Scan from MFP-2, 3 pages",
    "Fwd: \"EXCH01\\Client Proxy EXCH01\",SMTP,RECEIVE,1",
    "=?utf-8?B?w6RiYw==?=",
    "",
];

/// RECEIVE of a message by SMTP.
pub fn received(dice: &mut Dice, arrival: &Arrival<'_>, sent: &Sent) -> Row {
    let (server, front) = (&SERVERS[arrival.server], &SERVERS[arrival.front]);
    let letter = &sent.letter;
    let recipients: Vec<&str> =
        letter.recipients.iter().filter(|(_, accepted)| *accepted).map(|(name, _)| name.as_str()).collect();
    let return_path = if letter.sender.is_empty() { "<>" } else { &letter.sender };
    // The From field need not be the envelope's sender.
    let sender = if dice.chance(70) { return_path } else { "from-field@contoso.com" };
    let custom = format!(
        "S:ProxyHop1={}({});S:MessageValue=MediumHigh;S:FirstForestHop={};S:ProxiedClientIPAddress={};S:ProxiedClientHostname={};S:DeliveryPriority=Normal",
        host(front),
        front.address,
        host(server),
        arrival.client,
        arrival.ehlo
    );
    let at = sent.at + 1 + dice.below(400);
    let told = [
        ("client-ip", front.address.to_owned()),
        ("client-hostname", host(front)),
        ("server-ip", server.address.to_owned()),
        ("source-context", sent.context.clone()),
        ("connector-id", arrival.connector.to_owned()),
        ("source", "SMTP".to_owned()),
        ("event-id", "RECEIVE".to_owned()),
        ("internal-message-id", sent.internal_id.to_string()),
        ("message-id", letter.id.clone()),
        ("recipient-address", recipients.join(";")),
        ("total-bytes", letter.size.to_string()),
        ("recipient-count", recipients.len().to_string()),
        ("message-subject", dice.word(&SUBJECTS).to_owned()),
        ("sender-address", sender.to_owned()),
        ("return-path", return_path.to_owned()),
        ("message-info", "0cA: ".to_owned()),
        ("original-client-ip", arrival.client.to_owned()),
        ("original-server-ip", server.address.to_owned()),
        ("custom-data", custom),
    ];
    row(arrival.server, at, &told)
}

/// What else is told of the same message: its delivery, and copies of it that no client submitted.
pub fn aftermath(arrival: &Arrival<'_>, sent: &Sent) -> Vec<Row> {
    let other = |after: u64, source: &str, event: &str, connector: &str, context: &str| {
        let told = [
            ("source", source.to_owned()),
            ("event-id", event.to_owned()),
            ("connector-id", connector.to_owned()),
            ("source-context", context.to_owned()),
            ("internal-message-id", sent.internal_id.to_string()),
            ("message-id", sent.letter.id.clone()),
            ("total-bytes", sent.letter.size.to_string()),
            ("recipient-count", "1".to_owned()),
            ("sender-address", "mailbox@contoso.com".to_owned()),
            ("return-path", "mailbox@contoso.com".to_owned()),
            ("original-client-ip", arrival.client.to_owned()),
        ];
        row(arrival.server, sent.at + after, &told)
    };
    let server = SERVERS[arrival.server].name;
    let default = format!("{server}\\Default {server}");
    vec![
        other(500, "SMTP", "HAREDIRECT", arrival.connector, "08DF0000000000FF"),
        other(
            900,
            "STOREDRIVER",
            "DELIVER",
            "",
            "08DF0000000000FE;2026-11-10T09:00:00.000Z;ClientSubmitTime:",
        ),
        other(950, "STOREDRIVER", "RECEIVE", "", ""),
        other(
            980,
            "SMTP",
            "SEND",
            "Outbound to Internet",
            "250 2.6.0 <x> [InternalId=1] Queued mail for delivery",
        ),
        other(990, "SMTP", "RECEIVE", &default, "08DF0000000000FD;2026-11-10T09:00:00.000Z;0"),
    ]
}

fn row(server: usize, at: u64, told: &[(&str, String)]) -> Row {
    let always = |column: &str| match column {
        "date-time" => stamp(at),
        "server-hostname" => SERVERS[server].name.to_owned(),
        "network-message-id" => "1e6eb197-07c0-4b5c-a6d7-08dc1db12c34".to_owned(),
        "directionality" => "Originating".to_owned(),
        "transport-traffic-type" => "Email".to_owned(),
        "schema-version" => "15.02.0330.005".to_owned(),
        _ => String::new(),
    };
    let cell = |column: &str| {
        told.iter().find(|(name, _)| *name == column).map_or_else(|| always(column), |(_, cell)| cell.clone())
    };
    let cells = columns(server).map(cell).collect();
    Row { at, server, log: Log::Tracking, cells }
}

/// The columns that a server's message tracking has.
pub fn columns(server: usize) -> impl Iterator<Item = &'static str> {
    TRACKING.split(',').filter(move |column| !SERVERS[server].old || !SINCE_2013.contains(column))
}

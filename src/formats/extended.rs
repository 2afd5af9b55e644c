//! The extended message trace of Exchange Online (`Start-HistoricalSearch -ReportType MessageTraceDetail`): every event of
//! every message, in no order.
//!
//! The columns were seen in exports, and are those that Microsoft's own `Get-EXOMTLReport` asks for. Nothing in them marks
//! what a client submitted with SMTP AUTH; what came in by SMTP from within the tenant is *likely* that, unless it came over a
//! connector. TLS is told in the items `S:tlsversion` and `S:tlscipher` of the event RECEIVE.

use super::named::{Columns, Record, Records};
use super::scan::number;
use super::table::Row;
use super::{Format, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, Tls};
use crate::traced::{Arrival, OtherWay, RowSink, Traced};

pub(super) const FORMAT: Format = Format {
    name: "extended-trace",
    about: "the extended message trace of Exchange Online (Start-HistoricalSearch, MessageTraceDetail)",
    tells: "messages that came in by SMTP from within the tenant (likely SMTP AUTH), sender, client, TLS version and cipher, \
            recipients, size",
    silent: "login, Basic or OAuth, failed logins; who authenticated, for certain",
    shape: Shape::Records(RECORDS),
};

const RECORDS: Records =
    Records { fields: &FIELDS, fits, read, id: None, basis: Basis::Likely, has_several_rows: true };

/// Fields, by their numbers.
const TIME: usize = 0;
const SOURCE: usize = 1;
const EVENT: usize = 2;
const MESSAGE_ID: usize = 3;
const NETWORK_ID: usize = 4;
const RECIPIENTS: usize = 5;
const BYTES: usize = 6;
const SENDER: usize = 7;
const RETURN_PATH: usize = 8;
const DIRECTION: usize = 9;
const ORIGINAL_CLIENT: usize = 10;
const CLIENT: usize = 11;
const CUSTOM: usize = 12;

const FIELDS: [&[&str]; 13] = [
    &["datetimeutc"],
    &["source"],
    &["eventid"],
    &["messageid"],
    &["networkmessageid"],
    &["recipientcount"],
    &["totalbytes"],
    &["senderaddress"],
    &["returnpath"],
    &["directionality"],
    &["originalclientip"],
    &["clientip"],
    &["customdata"],
];

fn fits(columns: &Columns) -> bool {
    [TIME, SOURCE, EVENT, MESSAGE_ID, CUSTOM].into_iter().all(|field| columns.has(field))
}

fn read(record: &mut Record<'_>, sink: &mut dyn RowSink) -> Row {
    let seen = match record.time(TIME, true) {
        Ok(seen) => seen,
        Err(reason) => return Row::Issue(reason),
    };
    let (id, message_id) = (record.text(NETWORK_ID), record.text(MESSAGE_ID).map(without_brackets));
    if id.is_none() && message_id.is_none() {
        return Row::Ignored("event of no message");
    }
    let arrival = arrival(record);
    // Only there the connection is that of the client.
    let (tls, cipher) = match arrival {
        Arrival::Smtp => (custom(record, b"tlsversion"), custom(record, b"tlscipher")),
        _ => (None, None),
    };
    let version = tls.map(Tls::from_protocol);
    let count = |field| record.text(field).and_then(number).unwrap_or(0);
    sink.traced(&Traced {
        at: seen.at,
        place: record.place,
        id: id.unwrap_or_default(),
        message_id,
        sender: record.text(RETURN_PATH).or(record.text(SENDER)).map(without_brackets),
        client: client(record),
        client_name: None,
        helo: custom(record, b"proxiedclienthostname"),
        tls: version.flatten(),
        cipher,
        recipients: count(RECIPIENTS),
        recipient: None,
        bytes: count(BYTES),
        arrival,
    });
    if version == Some(None) { Row::UsedWithIssue(Some(seen), Reason::RowTls) } else { Row::Used(Some(seen)) }
}

/// What an event says of how its message came in.
fn arrival(record: &Record<'_>) -> Arrival {
    if record.is(SOURCE, b"STOREDRIVER") && (record.is(EVENT, b"RECEIVE") || record.is(EVENT, b"SUBMIT")) {
        return Arrival::Other(OtherWay::Mailbox);
    }
    if !record.is(SOURCE, b"SMTP") || !record.is(EVENT, b"RECEIVE") {
        return Arrival::Later;
    }
    let from = custom(record, b"fromentity");
    let comes_from = |place: &[u8]| from.is_some_and(|from| from.eq_ignore_ascii_case(place));
    if record.is(DIRECTION, b"Incoming") || comes_from(b"Internet") {
        Arrival::Other(OtherWay::Outside)
    } else if custom(record, b"inboundconnectordata").is_some() {
        Arrival::Other(OtherWay::Connector)
    } else if record.is(DIRECTION, b"Originating") || comes_from(b"Hosted") {
        Arrival::Smtp
    } else {
        Arrival::Untold
    }
}

/// The client's address: `client_ip` of a message that was proxied is the front end's.
fn client<'r>(record: &Record<'r>) -> Option<&'r [u8]> {
    let proxied = || custom(record, b"proxiedclientipaddress");
    record.text(ORIGINAL_CLIENT).or_else(proxied).or_else(|| record.text(CLIENT))
}

fn custom<'r>(record: &Record<'r>, name: &[u8]) -> Option<&'r [u8]> {
    item(record.text(CUSTOM)?, name)
}

/// The first item `S:Name=value` of this name, in whatever case: the server writes its own before those that clients choose.
pub(super) fn item<'r>(custom: &'r [u8], name: &[u8]) -> Option<&'r [u8]> {
    let mut items = custom.split(|byte| *byte == b';');
    items.find_map(|item| {
        let (key, value) = item.split_at_checked(memchr::memchr(b'=', item)?)?;
        let key = key.trim_ascii();
        let key = key.strip_prefix(b"S:").or(key.strip_prefix(b"s:")).unwrap_or(key);
        let value = value.get(1..)?.trim_ascii();
        (key.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
    })
}

/// `<id>` is id, `<>` the null sender.
pub(super) fn without_brackets(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")).unwrap_or(text)
}

//! Details of single messages of Exchange Online: `Get-MessageTraceDetailV2 | Export-Csv`, and the same from Microsoft Graph.
//!
//! What is known stands in `Data`, a list of properties in XML: `<root><MEP Name="CustomData" Blob="S:tlsversion=TLS1_3" /></root>`.
//! TLS of the client is that of the event of arrival; names of events are in the administrator's language, of which two were
//! seen. Nothing marks SMTP AUTH.

use super::extended::{item, without_brackets};
use super::named::{Columns, Record, Records};
use super::scan::find;
use super::table::Row;
use super::{Format, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, Tls};
use crate::traced::{Arrival, RowSink, Traced};

pub(super) const FORMAT: Format = Format {
    name: "message-trace-detail",
    about: "details of messages of Exchange Online (Get-MessageTraceDetailV2 | Export-Csv, Microsoft Graph)",
    tells: "TLS version and cipher of messages, beside a message trace also their senders; client",
    silent: "whether SMTP AUTH was used, login; alone, the sender where the envelope is not told",
    shape: Shape::Records(RECORDS),
};

const RECORDS: Records =
    Records { fields: &FIELDS, fits, read, id: None, basis: Basis::Unmarked, has_several_rows: true };

/// Fields, by their numbers. The `id` in what Graph answers is that of the detail: there, only the Message-ID names the message.
const TIME: usize = 0;
const NETWORK_ID: usize = 1;
const MESSAGE_ID: usize = 2;
const EVENT: usize = 3;
const DATA: usize = 4;
const SENDER: usize = 5;

const FIELDS: [&[&str]; 6] =
    [&["date", "datetime"], &["messagetraceid"], &["messageid"], &["event"], &["data"], &["senderaddress"]];

/// What the arrival of a message is called.
const ARRIVALS: [&[u8]; 2] = [b"Receive", b"Empfangen"];

fn fits(columns: &Columns) -> bool {
    [TIME, MESSAGE_ID, EVENT, DATA].into_iter().all(|field| columns.has(field))
}

fn read(record: &mut Record<'_>, sink: &mut dyn RowSink) -> Row {
    let seen = match record.time(TIME, true) {
        Ok(seen) => seen,
        Err(reason) => return Row::Issue(reason),
    };
    let (id, message_id) = (record.text(NETWORK_ID), record.text(MESSAGE_ID).map(without_brackets));
    if id.is_none() && message_id.is_none() {
        return Row::Ignored("row of no message");
    }
    let data = record.text(DATA).unwrap_or_default();
    let custom = property(data, b"CustomData").unwrap_or_default();
    let is_arrival = ARRIVALS.iter().any(|name| record.is(EVENT, name));
    let of_arrival = |name| item(custom, name).filter(|_| is_arrival);
    let (tls, cipher) = (of_arrival(b"tlsversion"), of_arrival(b"tlscipher"));
    let version = tls.map(Tls::from_protocol);
    let sender = record.text(SENDER).or(property(data, b"ReturnPath")).map(without_brackets);
    sink.traced(&Traced {
        at: seen.at,
        place: record.place,
        id: id.unwrap_or_default(),
        message_id,
        sender,
        client: property(data, b"ClientIP"),
        client_name: None,
        helo: item(custom, b"proxiedclienthostname"),
        tls: version.flatten(),
        cipher,
        recipients: 0,
        recipient: None,
        bytes: 0,
        arrival: Arrival::Later,
    });
    if version == Some(None) { Row::UsedWithIssue(Some(seen), Reason::RowTls) } else { Row::Used(Some(seen)) }
}

/// The value of a property: of `<MEP Name="NAME" String="VALUE" />`, the second attribute, whatever its type. Values that hold
/// what XML writes as an entity are not needed.
fn property<'r>(data: &'r [u8], name: &[u8]) -> Option<&'r [u8]> {
    let mut rest = data;
    while let Some(at) = find(rest, b"<MEP Name=\"") {
        rest = rest.get(at.saturating_add(11)..)?;
        let end = memchr::memchr(b'"', rest)?;
        let (found, behind) = rest.split_at_checked(end)?;
        rest = behind;
        if found == name {
            let mut parts = behind.split(|byte| *byte == b'"');
            let value = parts.nth(2)?;
            return Some(value).filter(|value| !value.is_empty());
        }
    }
    None
}

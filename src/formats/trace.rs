//! Message traces of Exchange Online that say nothing about how messages came in: the enhanced summary
//! (`Start-HistoricalSearch -ReportType MessageTrace`, a row per message), `Get-MessageTraceV2 | Export-Csv` and Microsoft
//! Graph (a row per recipient).
//!
//! The columns were seen in exports. Times are UTC; `Export-Csv` writes them as the administrator's language has them, without
//! saying so.

use super::extended::without_brackets;
use super::named::{Columns, Record, Records};
use super::scan::{find, number};
use super::table::Row;
use super::{Format, Shape};
use crate::issue::Reason;
use crate::submission::Basis;
use crate::traced::{Arrival, OtherWay, RowSink, Traced};

pub(super) const FORMAT: Format = Format {
    name: "message-trace",
    about: "message traces of Exchange Online (enhanced summary, Get-MessageTraceV2 | Export-Csv, Microsoft Graph)",
    tells: "messages, sender, address of the sender's client, recipients, size",
    silent: "whether SMTP AUTH was used, TLS version, login",
    shape: Shape::Records(RECORDS),
};

const RECORDS: Records =
    Records { fields: &FIELDS, fits, read, id: None, basis: Basis::Unmarked, has_several_rows: true };

/// Fields, by their numbers.
const TIME: usize = 0;
const SENDER: usize = 1;
const RECIPIENT: usize = 2;
const RECIPIENTS: usize = 3;
const MESSAGE_ID: usize = 4;
const NETWORK_ID: usize = 5;
const CLIENT: usize = 6;
const BYTES: usize = 7;
const STATUS: usize = 8;
const DIRECTION: usize = 9;

const FIELDS: [&[&str]; 10] = [
    &["origintimestamputc", "origintimestamp", "received", "receiveddatetime"],
    &["senderaddress"],
    &["recipientaddress"],
    &["recipientstatus"],
    &["messageid"],
    &["networkmessageid", "messagetraceid", "id"],
    &["originalclientip", "fromip"],
    &["totalbytes", "size"],
    &["status"],
    &["directionality"],
];

/// Whom and when, which message, and something that no other table has.
fn fits(columns: &Columns) -> bool {
    let has = |field| columns.has(field);
    let has_recipients = has(RECIPIENT) || has(RECIPIENTS);
    let is_trace = has(NETWORK_ID) || (has(CLIENT) && has(STATUS));
    has(TIME) && has(SENDER) && has(MESSAGE_ID) && has_recipients && is_trace
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
    let bytes = record.text(BYTES).map_or(Some(0), number);
    let is_incoming = record.is(DIRECTION, b"Incoming");
    sink.traced(&Traced {
        at: seen.at,
        place: record.place,
        id: id.unwrap_or_default(),
        message_id,
        sender: record.text(SENDER).map(without_brackets),
        client: record.text(CLIENT),
        client_name: None,
        helo: None,
        tls: None,
        cipher: None,
        recipients: record.text(RECIPIENTS).map_or(0, recipients),
        recipient: record.text(RECIPIENT),
        bytes: bytes.unwrap_or(0),
        arrival: if is_incoming { Arrival::Other(OtherWay::Outside) } else { Arrival::Untold },
    });
    if bytes.is_none() { Row::UsedWithIssue(Some(seen), Reason::RowNumber) } else { Row::Used(Some(seen)) }
}

/// How many stand in `a@b##Receive, Deliver;c@d##Receive, Fail`. An address may hold a semicolon, but no `##`.
fn recipients(list: &[u8]) -> u64 {
    let (mut count, mut rest) = (0_u64, list);
    while let Some(at) = find(rest, b"##") {
        count = count.saturating_add(1);
        rest = rest.get(at.saturating_add(2)..).unwrap_or_default();
    }
    count
}

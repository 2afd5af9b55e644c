//! Sign-in logs of Entra ID: who logged in with `Authenticated SMTP`, from where, with success or not.
//!
//! The columns are those of the portal's download (names come twice, and have blanks behind them), and of older exports of
//! legacy authentication. Exchange Online turns a Basic login into a sign-in, so the client app `Authenticated SMTP` (`SMTP`
//! in some lists) means Basic; clients that use OAuth sign in like any other program and cannot be told. A client may send
//! many messages after one sign-in: sign-ins are sessions, never messages.

use super::named::{Columns, Record, Records};
use super::table::Row;
use super::{Format, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, Counts, EXCHANGE_ONLINE, Submission, Tls};
use crate::traced::RowSink;
use serde_json::Value;
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "sign-ins",
    about: "sign-in logs of Entra ID (portal download, Microsoft Graph, diagnostic settings, legacy authentication)",
    tells: "logins with Authenticated SMTP (Basic) as sessions: account, address, success or not",
    silent: "messages, TLS versions of the devices, logins with OAuth",
    shape: Shape::Records(RECORDS),
};

const RECORDS: Records =
    Records { fields: &FIELDS, fits, read, id: Some(REQUEST), basis: Basis::Proven, has_several_rows: false };

/// What stands for the service of sign-ins with the flag "Legacy TLS": it is about the connection over which Entra was asked,
/// which is Exchange Online's own, and says nothing of the device's.
pub const LEGACY_TLS: &[u8] = b"legacy TLS to Entra";

/// Fields, by their numbers.
const TIME: usize = 0;
const LOGIN: usize = 1;
const APP: usize = 2;
const STATUS: usize = 3;
const ERROR: usize = 4;
const CLIENT: usize = 5;
const REQUEST: usize = 6;
const DETAILS: usize = 7;

const FIELDS: [&[&str]; 8] = [
    &["dateutc", "createddatetime", "timegenerated", "date", "time"],
    &["username", "userprincipalname", "accountupn"],
    &["clientapp", "clientappused"],
    &["status"],
    &["signinerrorcode", "statuserrorcode", "errorcode", "resulttype"],
    &["ipaddress", "calleripaddress"],
    &["requestid", "id"],
    &["authenticationprocessingdetails"],
];

fn fits(columns: &Columns) -> bool {
    let has_outcome = columns.has(STATUS) || columns.has(ERROR);
    [TIME, LOGIN, APP].into_iter().all(|field| columns.has(field)) && has_outcome
}

fn read(record: &mut Record<'_>, sink: &mut dyn RowSink) -> Row {
    let is_smtp = record.is(APP, b"Authenticated SMTP") || record.is(APP, b"SMTP");
    if !is_smtp {
        return Row::Ignored("sign-in of another client");
    }
    let seen = match record.time(TIME, true) {
        Ok(seen) => seen,
        Err(reason) => return Row::Issue(reason),
    };
    let Some(succeeded) = succeeded(record) else { return Row::Issue(Reason::RowStatus) };
    let counts = match succeeded {
        true => Counts::session(),
        false => Counts { failed_logins: 1, ..Counts::ZERO },
    };
    sink.submission(&Submission {
        time: Some(seen.at),
        place: record.place,
        server: Some(EXCHANGE_ONLINE),
        service: has_legacy_tls(record).then_some(LEGACY_TLS),
        login: record.text(LOGIN),
        client: record.text(CLIENT),
        // The connection that Entra sees is that of Exchange Online.
        tls: Some(Tls::Unknown),
        mechanism: Some(Cow::Borrowed(b"BASIC")),
        basis: Basis::Proven,
        queue_id: record.text(REQUEST),
        counts: Some(counts),
        ..Submission::default()
    });
    Row::Used(Some(seen))
}

/// Whether the flag is set that the connection to Entra used an old TLS version: `[{"key":"Legacy TLS (TLS 1.0, 1.1,
/// 3DES)","value":"True"}]`.
fn has_legacy_tls(record: &Record<'_>) -> bool {
    let details = record.text(DETAILS).and_then(|text| serde_json::from_slice::<Value>(text).ok());
    let details = details.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_set = |detail: &Value| {
        let text = |name| detail.get(name).and_then(Value::as_str).unwrap_or_default();
        text("key").starts_with("Legacy TLS") && text("value").eq_ignore_ascii_case("true")
    };
    details.iter().any(is_set)
}

/// Whether a login succeeded: error 0 is none.
fn succeeded(record: &Record<'_>) -> Option<bool> {
    let words: [(&[u8], bool); 3] = [(b"Success", true), (b"Failure", false), (b"Interrupted", false)];
    let word = words.into_iter().find(|(word, _)| record.is(STATUS, word)).map(|(_, success)| success);
    let code = |field| {
        let code = record.text(field).filter(|code| code.iter().all(u8::is_ascii_digit))?;
        Some(code.iter().all(|digit| *digit == b'0'))
    };
    word.or_else(|| code(STATUS)).or_else(|| code(ERROR))
}

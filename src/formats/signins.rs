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
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "sign-ins",
    about: "sign-in logs of Entra ID (portal download, export of legacy authentication)",
    tells: "logins with Authenticated SMTP (Basic) as sessions: account, address, success or not",
    silent: "messages, TLS versions of the devices, logins with OAuth",
    shape: Shape::Records(RECORDS),
};

const RECORDS: Records =
    Records { fields: &FIELDS, fits, read, id: Some(REQUEST), basis: Basis::Proven, has_several_rows: false };

/// Fields, by their numbers.
const TIME: usize = 0;
const LOGIN: usize = 1;
const APP: usize = 2;
const STATUS: usize = 3;
const ERROR: usize = 4;
const CLIENT: usize = 5;
const REQUEST: usize = 6;

const FIELDS: [&[&str]; 7] = [
    &["dateutc", "createddatetime", "timegenerated", "date"],
    &["username", "userprincipalname", "accountupn"],
    &["clientapp", "clientappused"],
    &["status"],
    &["signinerrorcode", "statuserrorcode", "errorcode", "resulttype"],
    &["ipaddress", "calleripaddress"],
    &["requestid", "id"],
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

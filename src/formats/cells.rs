//! The cells that `export` writes, read back: what one machine counted, another merges.

use super::fields::Fields;
use super::scan::number;
use super::table::{Row, RowContext, Seen};
use super::{Format, Rows, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, ClientName, Counts, Fact, Place, Sink, Submission, Tls};
use crate::time::{Clock, LOG_TIME, stamp};
use std::borrow::Cow;

/// So many days of evidence are told one by one: ten years.
const MOST_DAYS: usize = 3660;

pub(super) const FORMAT: Format = Format {
    name: "cells",
    about: "cells that smtpauth export wrote, as CSV",
    tells: "all that the logs told where they were counted, by day",
    silent: "single messages",
    shape: Shape::Rows(Rows::Cells),
};

/// Version of the shape.
pub const SCHEMA: &str = "1";

/// What stands under `tls` in the rows that say on which days a service logged TLS (`first_seen` to `last_seen`).
pub const EVIDENCE: &str = "logged";

/// What stands under `tls` in the row that says what the logs covered (`first_seen` to `last_seen`): a day without a
/// submission is covered too.
pub const COVERED: &str = "covered";

/// What stands under `tls` in the rows that say on which days a server spoke TLS 1.2 or newer with somebody.
pub const NEWER: &str = "newer";

/// What stands under `tls` in the rows that say which servers' logs hold messages.
pub const MESSAGES: &str = "messages";

/// What stands under `tls` in the rows that say what found no other half; `hours` says how much, as in no sum.
pub const APART: [&str; 3] = ["without_hub", "without_front", "tracked"];

/// The columns, in order.
pub const HEADER: [&str; 23] = [
    "schema",
    "timezone",
    "bucket",
    "server",
    "service",
    "sender",
    "domain",
    "login",
    "client",
    "client_name",
    "helo",
    "tls",
    "auth",
    "mechanism",
    "basis",
    "messages",
    "sessions",
    "failed_logins",
    "recipients",
    "bytes",
    "hours",
    "first_seen",
    "last_seen",
];

/// Marks the end of a list of names that is not complete.
pub const MORE: &[u8] = b"...";

/// The reader of such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cells;

impl Cells {
    /// Whether a header is ours.
    pub fn find(header: &[Vec<u8>]) -> Option<Self> {
        header.iter().map(Vec::as_slice).eq(HEADER.iter().map(|name| name.as_bytes())).then_some(Self)
    }

    pub(super) fn row(
        self,
        record: &Fields<'_, '_>,
        place: Place,
        context: &RowContext<'_>,
        sink: &mut impl Sink,
    ) -> Row {
        self.read(record, place, context, sink).unwrap_or(Row::Issue(Reason::CellRow))
    }

    fn read(
        self,
        record: &Fields<'_, '_>,
        place: Place,
        context: &RowContext<'_>,
        sink: &mut impl Sink,
    ) -> Option<Row> {
        let column = |name: &str| HEADER.iter().position(|known| *known == name);
        let get = |name: &str| column(name).map(|column| record.cell(column));
        if get("schema")? != SCHEMA.as_bytes() {
            return None;
        }
        let zone = get("timezone")?;
        let zoned = zone != LOG_TIME.as_bytes();
        if zoned && zone != context.zone().to_string().as_bytes() {
            return Some(Row::Issue(Reason::CellZone));
        }
        // Days are of the zone that is shown, whatever zone the logs of this run are in.
        let clock = Clock::new(context.zone(), None);
        // Names have the blanks that they have in the logs: what was merged must fall together with what was not.
        let text = |name: &str| {
            column(name).map(|column| unguard(record.whole(column))).filter(|text| !text.is_empty())
        };
        let instant = |name: &str| -> Option<Option<i64>> {
            let Some(text) = get(name).filter(|text| !text.is_empty()) else { return Some(None) };
            stamp::table(text, None).map(|stamp| Some(clock.instant(stamp)))
        };
        let seen = instant("first_seen")?.zip(instant("last_seen")?);
        if get("tls")? == COVERED.as_bytes() {
            let (first, last) = seen?;
            return Some(Row::Covered(Seen { at: first, zoned }, Seen { at: last, zoned }));
        }
        let names_of = [text("server"), text("service")].map(Option::unwrap_or_default);
        if let Some(row) = beside(get("tls")?, names_of, seen, || get("hours").and_then(number), sink) {
            return row;
        }
        let client = text("client");
        names(client, text("client_name"), true, sink);
        names(client, text("helo"), false, sink);
        let time = instant("bucket")?;
        let counts = counts(|name| get(name).and_then(number), seen)?;
        sink.submission(&Submission {
            time,
            place,
            server: text("server"),
            service: text("service"),
            sender: text("sender").map(|sender| if sender == b"<>" { &[] } else { sender }),
            login: text("login"),
            client,
            tls: Some(Tls::from_data(get("tls")?)?),
            mechanism: text("mechanism").map(Cow::Borrowed),
            basis: Basis::from_data(get("basis")?)?,
            counts: Some(counts),
            ..Submission::default()
        });
        let at = seen.map_or(time, |(_, last)| Some(last));
        Some(Row::Used(at.map(|at| Seen { at, zoned })))
    }
}

/// Tells what a row says that holds no submissions, going by what stands under `tls`; `None` if it holds some.
fn beside(
    what: &[u8],
    [server, service]: [&[u8]; 2],
    seen: Option<(i64, i64)>,
    count: impl Fn() -> Option<u64>,
    sink: &mut impl Sink,
) -> Option<Option<Row>> {
    let [without_hub, without_front, tracked] = APART.map(str::as_bytes);
    let days = || seen.map(|(first, last)| every_day(first, last));
    let used = match what {
        what if what == EVIDENCE.as_bytes() => {
            days().map(|days| days.for_each(|at| sink.tls_logged(server, service, at)))
        }
        what if what == NEWER.as_bytes() => {
            days().map(|days| days.for_each(|at| sink.fact(server, Fact::NewerTls(at))))
        }
        what if what == MESSAGES.as_bytes() => {
            sink.fact(server, Fact::Messages);
            Some(())
        }
        what if what == without_hub => count().map(|count| sink.fact(server, Fact::WithoutHub(count))),
        what if what == without_front => count().map(|count| sink.fact(server, Fact::WithoutFront(count))),
        what if what == tracked => count().map(|count| sink.fact(server, Fact::OnlyTracked(count))),
        _ => return None,
    };
    Some(used.map(|()| Row::Used(None)))
}

fn counts(sum: impl Fn(&str) -> Option<u64>, seen: Option<(i64, i64)>) -> Option<Counts> {
    Some(Counts {
        messages: sum("messages")?,
        sessions: sum("sessions")?,
        failed_logins: sum("failed_logins")?,
        recipients: sum("recipients")?,
        bytes: sum("bytes")?,
        seen,
        hours: u32::try_from(sum("hours")?).ok()?,
    })
}

/// Takes back the `'` that keeps a spreadsheet from reading a formula.
fn unguard(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"'").unwrap_or(text)
}

/// A list of names: parted by blanks, a blank in a name being `%20` and a percent sign `%25`.
fn names(client: Option<&[u8]>, list: Option<&[u8]>, host: bool, sink: &mut impl Sink) {
    let (Some(client), Some(list)) = (client, list) else { return };
    for name in list.split(|byte| *byte == b' ') {
        let plain = unescape(name);
        sink.client_name(
            client,
            match (host, name == MORE) {
                (true, false) => ClientName::Host(&plain),
                (false, false) => ClientName::Helo(&plain),
                (true, true) => ClientName::MoreHosts,
                (false, true) => ClientName::MoreHelos,
            },
        );
    }
}

fn unescape(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'%') {
        return Cow::Borrowed(name);
    }
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((byte, behind)) = rest.split_first() {
        let known =
            [(&b"%20"[..], b' '), (b"%25", b'%')].into_iter().find(|(code, _)| rest.starts_with(code));
        plain.push(known.map_or(*byte, |(_, plain)| plain));
        rest = if known.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    Cow::Owned(plain)
}

/// A name as it can stand in a list.
pub fn escape(name: &[u8]) -> Cow<'_, [u8]> {
    // Hardly any name holds one of these.
    if memchr::memchr2(b' ', b'%', name).is_none() {
        return Cow::Borrowed(name);
    }
    let mut escaped = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b' ' => escaped.extend_from_slice(b"%20"),
            b'%' => escaped.extend_from_slice(b"%25"),
            byte => escaped.push(*byte),
        }
    }
    Cow::Owned(escaped)
}

/// Both ends and all days between them: of a part of them, too, it can be said that TLS was logged.
fn every_day(first: i64, last: i64) -> impl Iterator<Item = i64> {
    (first..last).step_by(86_400).take(MOST_DAYS).chain([last])
}

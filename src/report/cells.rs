//! `smtpauth export`: the cells, as they are merged, and the evidence that settles them.

use super::subject::Subject;
use super::value::{Value, ValueOf, or_null};
use super::{Data, Report, Rows};
use crate::formats::{APART, CELL_HEADER, COVERED, EVIDENCE, MESSAGES, NEWER, SCHEMA, escape_name};
use crate::join::Apart;
use crate::submission::{Auth, Basis, domain_of};
use crate::tally::cell::Unit;
use crate::tally::clients::NameSet;
use crate::tally::{Cell, Table};
use std::borrow::Cow;

/// Columns of the data.
pub const COLUMNS: [&str; 23] = CELL_HEADER;

/// The view: rows only.
pub fn report<'a>(subject: &Subject<'a>) -> Report<'a> {
    let table = subject.table;
    let condition = subject.scope.condition;
    let zone = subject.zone_name();
    let row = move |of: Cell<'a>| {
        let row = cell(table, zone, &of);
        condition.is_none_or(|condition| condition.keeps(&COLUMNS, &row)).then_some(row)
    };
    let mut others = evidence(table, zone);
    others.extend(known(subject, zone));
    others.extend(covered(subject, zone));
    let rows = Rows::of(table.in_order(subject.scope.span), row).then(others);
    Report {
        command: "export",
        sections: Vec::new(),
        data: Data { columns: COLUMNS.to_vec(), rows, fields: None },
    }
}

fn cell<'t>(table: &'t Table, zone: &'static str, cell: &Cell<'t>) -> Vec<ValueOf<'t>> {
    let (row, names) = (table.row_of(cell), table.client_names_of(cell));
    let list = |set: Option<&'t NameSet>| ValueOf::of(set.and_then(joined));
    let seen = |pick: fn((i64, i64)) -> i64| {
        row.counts.seen.map_or(ValueOf::Missing, |seen| ValueOf::Instant(pick(seen)))
    };
    let counts = row.counts;
    vec![
        SCHEMA.into(),
        zone.into(),
        bucket(table, row.bucket),
        ValueOf::of(row.server),
        ValueOf::of(row.service),
        ValueOf::of(row.sender.map(or_null)),
        ValueOf::of(row.sender.and_then(domain_of)),
        ValueOf::of(row.login),
        ValueOf::of(row.client),
        list(names.map(|names| &names.hosts)),
        list(names.map(|names| &names.helos)),
        row.tls_counted.data().into(),
        Auth::of(row.mechanism).data().into(),
        ValueOf::of(row.mechanism),
        row.basis.data().into(),
        ValueOf::Count(counts.messages),
        ValueOf::Count(counts.sessions),
        ValueOf::Count(counts.failed_logins),
        ValueOf::Count(counts.recipients),
        ValueOf::Count(counts.bytes),
        ValueOf::Count(u64::from(counts.hours)),
        seen(|(first, _)| first),
        seen(|(_, last)| last),
    ]
}

fn bucket(table: &Table, bucket: Option<i64>) -> Value {
    match (bucket, table.unit()) {
        (None, _) => Value::Missing,
        (Some(day), Unit::Day) => Value::Day(day),
        (Some(hour), Unit::Hour) => Value::Hour(hour.saturating_mul(crate::time::HOUR)),
    }
}

/// The names of a client in one cell, if there are any.
pub fn joined(names: &NameSet) -> Option<Cow<'_, [u8]>> {
    let more = names.has_more().then_some(Cow::Borrowed(crate::formats::MORE));
    let mut names = names.iter().map(escape_name).chain(more);
    // Nearly all have one.
    let mut list = names.next()?;
    for name in names {
        let list = list.to_mut();
        if !list.is_empty() {
            list.push(b' ');
        }
        list.extend_from_slice(&name);
    }
    (!list.is_empty()).then_some(list)
}

/// The days on which services logged TLS, as rows of their own.
fn evidence(table: &Table, zone: &'static str) -> Vec<Vec<Value>> {
    let row = |(server, service, first, last): (&[u8], &[u8], i64, i64)| {
        let names = [Value::text(Some(server)), Value::text(Some(service))];
        fact(EVIDENCE, zone, names, [Value::Day(first), Value::Day(last)], 0)
    };
    table.evidence.iter().map(row).collect()
}

/// What the logs tell of servers, whoever is kept: newer versions of TLS, messages, and halves of what was not read.
fn known(subject: &Subject<'_>, zone: &'static str) -> Vec<Vec<Value>> {
    let of = |server: &[u8]| [Value::text(Some(server)), Value::Missing];
    let none = || [Value::Missing, Value::Missing];
    let newer = subject.table.newer_tls();
    let newer = newer
        .map(|(server, first, last)| fact(NEWER, zone, of(server), [Value::Day(first), Value::Day(last)], 0));
    let servers = subject.table.message_servers();
    let servers = servers.map(|server| fact(MESSAGES, zone, of(server), none(), 0));
    let Apart { sessions_without_hub, messages_without_front, only_tracked } = subject.scope.apart;
    let apart = APART.into_iter().zip([sessions_without_hub, messages_without_front, only_tracked]);
    let apart = apart.filter(|(_, count)| *count > 0);
    newer.chain(servers).chain(apart.map(|(what, count)| fact(what, zone, none(), none(), count))).collect()
}

/// What the logs covered of the window, as a row of its own.
fn covered(subject: &Subject<'_>, zone: &'static str) -> Option<Vec<Value>> {
    let (first, last) = subject.scope.covered?;
    let span = subject.scope.span;
    let first = span.since.map_or(first, |since| first.max(since));
    let last = span.until.map_or(last, |until| last.min(until.saturating_sub(1)));
    let times = [Value::Instant(first), Value::Instant(last)];
    (first <= last).then(|| fact(COVERED, zone, [Value::Missing, Value::Missing], times, 0))
}

/// A row that counts nothing that adds up.
fn fact(
    what: &'static str,
    zone: &'static str,
    [server, service]: [Value; 2],
    [first, last]: [Value; 2],
    count: u64,
) -> Vec<Value> {
    let of = |column: &&str| match *column {
        "schema" => SCHEMA.into(),
        "timezone" => zone.into(),
        "server" => server.clone(),
        "service" => service.clone(),
        "tls" => what.into(),
        "basis" => Basis::Proven.data().into(),
        "first_seen" => first.clone(),
        "last_seen" => last.clone(),
        "hours" => Value::Count(count),
        "messages" | "sessions" | "failed_logins" | "recipients" | "bytes" => Value::Count(0),
        _ => Value::Missing,
    };
    COLUMNS.iter().map(of).collect()
}

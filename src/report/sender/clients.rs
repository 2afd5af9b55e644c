//! From which clients, and from these clients as whom: the answer to "which printer is it?".

use super::who::Exact;
use crate::report::device::{calls_itself, device};
use crate::report::fold::ByTls;
use crate::report::ready::{Stopping, stopping};
use crate::report::subject::{MESSAGES, SESSIONS, Subject};
use crate::report::value::{Sentence, Value};
use crate::report::{Column, Table};
use crate::submission::{Counts, Tls};
use crate::tally::Row;
use std::collections::{BTreeMap, BTreeSet};

/// What one client did, or one account.
#[derive(Default)]
struct Sum<'a> {
    counts: Option<Counts>,
    messages: ByTls,
    sessions: ByTls,
    mechanisms: BTreeSet<&'a [u8]>,
    /// When it logged in: failures do not count.
    seen: Option<(i64, i64)>,
}

impl<'a> Sum<'a> {
    fn add(&mut self, row: &Row<'a>) {
        self.counts.get_or_insert(Counts::ZERO).add(row.counts);
        self.messages.add(row.tls, row.counts.messages);
        self.sessions.add(row.tls, row.counts.sessions);
        if row.counts.messages > 0 || row.counts.sessions > 0 {
            self.mechanisms.extend(row.mechanism.filter(|name| !name.is_empty()));
        }
    }

    fn counts(&self) -> Counts {
        self.counts.unwrap_or(Counts::ZERO)
    }

    /// "1.0 100%", "1.0 12.5%, 1.2 87.5%": of the messages, else of the sessions.
    fn tls(&self) -> Sentence {
        let by = if self.messages.total() > 0 { &self.messages } else { &self.sessions };
        let mut line: Sentence = Vec::new();
        for tls in Tls::SHOWN.into_iter().filter(|tls| by.get(*tls) > 0) {
            line.extend((!line.is_empty()).then(|| ", ".into()));
            let name = if tls.is_version() { tls.data() } else { tls.label() };
            let name = if tls == Tls::Ssl3 { tls.label() } else { name };
            line.extend([Value::words(format!("{name} ")), Value::Percent(by.get(tls), by.total())]);
        }
        line
    }

    fn mechanisms(&self) -> Sentence {
        let mut line: Sentence = Vec::new();
        for name in &self.mechanisms {
            line.extend((!line.is_empty()).then(|| ", ".into()));
            line.push(Value::text(Some(name)));
        }
        line
    }
}

/// The clients; a `!` stands before those that stop when TLS 1.0 and 1.1 are switched off, by all that they did.
pub fn table<'a>(subject: &Subject<'a>, exact: &Exact<'a>, rows: &[Row<'a>], top: Option<usize>) -> Table {
    let all = subject.rows().filter(|row| exact.holds(row));
    let stops: BTreeSet<Option<&[u8]>> =
        stopping(subject, all).into_iter().map(|client| client.client).collect();
    let name = |client: Option<&'a [u8]>| {
        let mark = if stops.contains(&client) { "! " } else { "  " };
        let mut name: Sentence = vec![mark.into()];
        name.extend(device(subject, client));
        Value::Sentence(name)
    };
    let key = |row: &Row<'a>| row.client;
    sums_table(subject, "clients", rows, &key, &name, top)
}

/// The accounts that these clients logged in as, and those they failed at.
pub fn accounts<'a>(subject: &Subject<'a>, rows: &[Row<'a>], top: Option<usize>) -> Table {
    let name = |account: Option<&'a [u8]>| match account {
        Some(account) => Value::sender(Some(account)),
        None => "no such account".into(),
    };
    let key = |row: &Row<'a>| row.login.or(row.sender);
    sums_table(subject, "accounts", rows, &key, &name, top)
}

fn sums_table<'a>(
    subject: &Subject<'a>,
    heading: &str,
    rows: &[Row<'a>],
    key: &dyn Fn(&Row<'a>) -> Option<&'a [u8]>,
    name: &dyn Fn(Option<&'a [u8]>) -> Value,
    top: Option<usize>,
) -> Table {
    let mut sums: BTreeMap<Option<&[u8]>, Sum<'a>> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(key(row)).or_default();
        sum.add(row);
        if row.counts.messages > 0 || row.counts.sessions > 0 {
            sum.seen = merged(sum.seen, row.counts.seen);
        }
    }
    let mut sums: Vec<_> = sums.into_iter().map(|(key, sum)| (key, sum.counts(), sum)).collect();
    sums.sort_by_key(|(key, c, _)| (std::cmp::Reverse((c.messages, c.sessions, c.failed_logins)), *key));
    let has_messages = sums.iter().any(|(_, counts, _)| counts.messages > 0);
    let has_alone = sums.iter().any(|(_, counts, _)| counts.messages == 0 && counts.sessions > 0);
    let has_failures = sums.iter().any(|(_, counts, _)| counts.failed_logins > 0);
    let mut columns = vec![Column::text(heading)];
    columns.extend(has_messages.then(|| Column::number(MESSAGES.heading)));
    columns.extend(has_alone.then(|| Column::number(SESSIONS.heading)));
    columns.extend(has_failures.then(|| Column::number("Failed")));
    // Who only failed logged in with nothing.
    let has_logins = has_messages || has_alone;
    let details = ["TLS", "Login with", "First - last"].into_iter().filter(|_| has_logins);
    columns.extend(details.map(Column::text));
    let newest = subject.newest_day();
    let row = |(key, counts, sum): &(Option<&'a [u8]>, Counts, Sum<'a>)| {
        let mut row = vec![name(*key)];
        row.extend(has_messages.then_some(Value::CountOrDash(counts.messages)));
        let alone = if counts.messages == 0 { counts.sessions } else { 0 };
        row.extend(has_alone.then_some(Value::CountOrDash(alone)));
        row.extend(has_failures.then_some(Value::CountOrDash(counts.failed_logins)));
        let seen = sum.seen.map_or_else(Vec::new, |(first, last)| {
            let date = |at: i64| Value::Date(subject.day_at(at), newest.unwrap_or(subject.day_at(at)));
            if subject.day_at(first) == subject.day_at(last) {
                return vec![date(first)];
            }
            vec![date(first), " - ".into(), date(last)]
        });
        let details = [sum.tls(), sum.mechanisms(), seen].into_iter().filter(|_| has_logins);
        row.extend(details.map(Value::Sentence));
        row
    };
    let shown = top.filter(|top| *top > 0 && sums.len() > top.saturating_add(1)).unwrap_or(sums.len());
    let mut rows: Vec<Vec<Value>> = sums.iter().take(shown).map(row).collect();
    let others = sums.len().saturating_sub(shown);
    if others > 0 {
        let blanks = std::iter::repeat_n(Value::Missing, columns.len().saturating_sub(1));
        let others = Value::Others(u64::try_from(others).unwrap_or(u64::MAX));
        rows.push(std::iter::once(others).chain(blanks).collect());
    }
    Table { columns, rows, totals: Vec::new(), ruled: false }
}

fn merged(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (seen, None) | (None, seen) => seen,
    }
}

/// How clients call themselves, where that is not their host name.
pub fn names(subject: &Subject<'_>, rows: &[Row<'_>]) -> Vec<Sentence> {
    let clients: BTreeSet<&[u8]> = rows.iter().filter_map(|row| row.client).collect();
    let line = |client: &&[u8]| {
        let mut line: Sentence = vec![Value::text(Some(client)), " calls itself ".into()];
        line.extend(calls_itself(subject, Some(client))?);
        Some(line)
    };
    clients.iter().filter_map(line).take(super::NAMED).collect()
}

/// "Stops when TLS 1.0 and 1.1 are switched off: only WINCE-PC7 [10.1.9.61], since 8 Oct."
pub fn stops<'a>(subject: &Subject<'a>, exact: &Exact<'a>, shown: &[Row<'a>]) -> Option<Sentence> {
    let rows = subject.rows().filter(|row| exact.holds(row));
    let all: BTreeSet<Option<&[u8]>> = shown.iter().map(|row| row.client).collect();
    let mut stopping: Vec<Stopping<'_>> = stopping(subject, rows);
    stopping.retain(|stopping| all.contains(&stopping.client));
    if stopping.is_empty() {
        return None;
    }
    let clients: BTreeSet<Option<&[u8]>> = stopping.iter().map(|stopping| stopping.client).collect();
    let mut line: Sentence = vec!["Stops when TLS 1.0 and 1.1 are switched off: ".into()];
    match clients.first() {
        Some(only) if clients.len() == 1 => {
            line.extend((all.len() > 1).then(|| "only ".into()));
            line.extend(device(subject, *only));
        }
        _ => line.push(Value::words(format!("{} of {} clients", clients.len(), all.len()))),
    }
    if let Some(first) = stopping.iter().filter_map(|stopping| stopping.since).min() {
        line.extend([
            " (since ".into(),
            Value::Date(first, subject.newest_day().unwrap_or(first)),
            ")".into(),
        ]);
    }
    Some(line)
}

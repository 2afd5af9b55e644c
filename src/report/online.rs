//! Exchange Online, of which a tenant has several exports that describe the same messages: which of them counts, and what one
//! lends another.
//!
//! For each account and period, messages are counted by the portal's report, else by the extended trace; they are never added
//! up. A trace that does not say who authenticated never counts beside either, and sign-ins are no messages: what they lend
//! is the address of the device. All of it is decided here, behind the last merge, so that neither the order of the exports
//! nor the way they were cut can matter.

pub mod about;

use crate::submission::{Basis, EXCHANGE_ONLINE};
use crate::tally::{Row, Table};
use crate::time::window::Span;
use std::collections::BTreeMap;

/// From where a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Logs of a server, or anybody's table.
    Logs,
    /// The report "SMTP AUTH clients" of the portal.
    Report,
    /// The extended message trace.
    ExtendedTrace,
    /// The sign-in log.
    SignIns,
    /// A message trace that does not say who authenticated.
    Trace,
}

impl Source {
    /// The source of a cell.
    pub fn of(row: &Row<'_>) -> Self {
        match (row.server == Some(EXCHANGE_ONLINE), row.basis) {
            (false, _) => Self::Logs,
            (true, Basis::Report) => Self::Report,
            (true, Basis::Likely) => Self::ExtendedTrace,
            (true, Basis::Unmarked) => Self::Trace,
            (true, Basis::Proven) => Self::SignIns,
        }
    }

    /// What it is called, for people and in data.
    pub fn label(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Report => "SMTP AUTH clients report",
            Self::ExtendedTrace => "extended trace",
            Self::Trace => "message trace",
            Self::SignIns => "sign-in log",
        }
    }
}

/// An export of the portal's report: what tells it from others, and the period that it counted, if that is known.
pub type Export<'a> = (Option<&'a [u8]>, Option<(i64, i64)>);

/// A client of an account, and when it was seen last (seconds since 1970).
pub type Device<'a> = (&'a [u8], Option<i64>);

/// The clients of an account.
type Seen<'a> = BTreeMap<&'a [u8], Option<i64>>;

/// The exports that counted a sender, and how many messages.
type Counted<'a> = BTreeMap<Option<&'a [u8]>, (u64, Option<(i64, i64)>)>;

/// What is decided about the exports of Exchange Online.
#[derive(Clone, Debug, Default)]
pub struct Online<'a> {
    /// There may be cells of its exports. Else each cell counts as it is: to ask all that took three times as long as to find
    /// the cell.
    is_any: bool,
    /// For each sender, the exports of the portal's report that count.
    reports: BTreeMap<&'a [u8], Vec<Export<'a>>>,
    /// The clients of each account, and when they were seen last: of sign-ins, of traces.
    devices: [BTreeMap<&'a [u8], Seen<'a>>; 2],
}

impl<'a> Online<'a> {
    /// Of the cells of a window.
    pub fn of(table: &'a Table, span: Span) -> Self {
        let mut reports: BTreeMap<&[u8], Counted<'a>> = BTreeMap::new();
        let mut online = Self { is_any: table.has_name(EXCHANGE_ONLINE), ..Self::default() };
        // Hardly any input is of Exchange Online, and a large table takes its time.
        if !online.is_any {
            return online;
        }
        for row in table.rows(span).filter(|row| row.server == Some(EXCHANGE_ONLINE)) {
            let [of_sign_ins, of_traces] = &mut online.devices;
            let devices = match (Source::of(&row), row.sender, row.login) {
                (Source::Report, Some(sender), _) => {
                    let exports = reports.entry(sender).or_default();
                    let (messages, _) = exports.entry(row.service).or_insert((0, row.counts.seen));
                    *messages = messages.saturating_add(row.counts.messages);
                    continue;
                }
                (Source::SignIns, _, Some(login)) if row.counts.sessions > 0 => of_sign_ins.entry(login),
                (Source::ExtendedTrace | Source::Trace, Some(sender), _) => of_traces.entry(sender),
                _ => continue,
            };
            if let Some(client) = row.client {
                let last = devices.or_default().entry(client).or_default();
                *last = (*last).max(row.counts.seen.map(|(_, last)| last));
            }
        }
        online.reports = reports.into_iter().map(|(sender, exports)| (sender, chosen(exports))).collect();
        online
    }

    /// Whether there may be cells of its exports.
    pub fn is_any(&self) -> bool {
        self.is_any
    }

    /// Whether the messages of a cell count: no better export has counted them.
    pub fn counts(&self, row: &Row<'a>) -> bool {
        if row.counts.messages == 0 {
            return true;
        }
        let exports = row.sender.map(|sender| self.reports(sender)).unwrap_or_default();
        match Source::of(row) {
            Source::Logs | Source::SignIns => true,
            Source::Report => exports.iter().any(|(label, _)| *label == row.service),
            Source::ExtendedTrace | Source::Trace => {
                !exports.iter().any(|(_, period)| is_both(*period, row.counts.seen))
            }
        }
    }

    /// The clients of an account, those of the sign-in log if it has any, else those of traces; and from where that is.
    pub fn devices(&self, account: &[u8]) -> Option<(Source, Vec<Device<'a>>)> {
        let sources = [Source::SignIns, Source::Trace].into_iter().zip(&self.devices);
        sources.filter_map(|(source, of)| Some((source, of.get(account)?))).find_map(|(source, devices)| {
            let devices: Vec<_> = devices.iter().map(|(client, last)| (*client, *last)).collect();
            (!devices.is_empty()).then_some((source, devices))
        })
    }

    /// A cell that counts, with what other exports lend it.
    pub fn row(&self, row: Row<'a>) -> Option<Row<'a>> {
        if !self.is_any {
            return Some(row);
        }
        self.counts(&row).then(|| self.with_client(row))
    }

    /// A cell of messages whose export knows no clients, with the client of its account, if that has only one.
    fn with_client(&self, row: Row<'a>) -> Row<'a> {
        let is_without = Source::of(&row) == Source::Report && row.client.is_none();
        let account = row.login.or(row.sender).filter(|_| is_without);
        match account.and_then(|account| self.devices(account)) {
            Some((_, devices)) if devices.len() == 1 => {
                Row { client: devices.first().map(|(client, _)| *client), ..row }
            }
            _ => row,
        }
    }

    /// The exports of the portal's report that count for a sender.
    pub fn reports(&self, sender: &[u8]) -> &[Export<'a>] {
        self.reports.get(sender).map_or(&[], Vec::as_slice)
    }
}

/// Of the exports that counted a sender, those that are added up: of two that may have counted the same messages, the one
/// with more of them.
fn chosen(exports: Counted<'_>) -> Vec<Export<'_>> {
    let mut exports: Vec<_> = exports.into_iter().collect();
    exports.sort_by_key(|(label, (messages, _))| (std::cmp::Reverse(*messages), *label));
    let mut chosen: Vec<Export<'_>> = Vec::new();
    for (label, (_, period)) in exports {
        if !chosen.iter().any(|(_, other)| is_both(*other, period)) {
            chosen.push((label, period));
        }
    }
    chosen
}

/// Whether two periods may share a day; one that is not known may be any.
fn is_both(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.0 <= other.1 && other.0 <= one.1,
        _ => true,
    }
}

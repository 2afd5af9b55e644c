//! What a piece of an input held: lines, their use, the time they cover. Pieces of one input merge in order.

use crate::issue::{Issues, Reason};
use std::collections::BTreeMap;

/// What a piece of an input held. Every line is used, ignored or skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Line feeds, for the numbers of later lines.
    pub feeds: u64,
    /// Lines of a log, or rows of a table with its header.
    pub lines: u64,
    /// Lines that said something about a submission.
    pub used: u64,
    /// Lines that are known and of no use here.
    pub ignored: u64,
    /// Lines that were not understood, or not believed.
    pub skipped: u64,
    /// Of the ignored ones, those of programs that are no mail server.
    pub foreign: u64,
    /// Issues, by reason.
    pub issues: Issues,
    /// First and last moment of the mail server's own lines, seconds since 1970 (UTC).
    pub seen: Option<(i64, i64)>,
    /// There were stamps with a zone.
    pub zoned: bool,
    /// There were stamps without a zone.
    pub zoneless: bool,
    /// Ignored lines by what they are; only filled when every line is read.
    pub kinds: BTreeMap<&'static str, u64>,
    /// The connectors that wrote to a protocol log of Exchange Server; only filled when every line is read.
    pub connectors: Connectors,
}

/// Connectors of Exchange servers: their sessions by server, name and port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connectors(BTreeMap<Connector, u64>);

/// Server, name and port of a connector.
pub type Connector = (Box<[u8]>, Box<[u8]>, Option<u16>);

impl Connectors {
    /// A connector wrote a row, with which perhaps a session began.
    pub fn add(&mut self, server: &[u8], name: &[u8], port: Option<u16>, begins: bool) {
        self.count((server.into(), name.into(), port), u64::from(begins));
    }

    fn count(&mut self, connector: Connector, more: u64) {
        let sum = self.0.entry(connector).or_default();
        *sum = sum.saturating_add(more);
    }

    /// Each with its number of sessions.
    pub fn iter(&self) -> impl Iterator<Item = (&Connector, u64)> {
        self.0.iter().map(|(connector, sessions)| (connector, *sessions))
    }
}

impl Coverage {
    /// Counts an ignored line.
    pub fn ignore(&mut self, what: &'static str, by_kind: bool) {
        self.ignored = self.ignored.saturating_add(1);
        if by_kind {
            let count = self.kinds.entry(what).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Counts a line that was not understood, at its number in this piece.
    pub fn skip(&mut self, reason: Reason, line: u64) {
        self.skipped = self.skipped.saturating_add(1);
        self.issues.add(reason, line);
    }

    /// A line of a mail server bears this time.
    pub fn see(&mut self, at: i64) {
        self.seen = Some(self.seen.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }

    /// Takes over the piece of the same input that follows.
    pub fn append(&mut self, later: &Self) {
        self.issues.append(&later.issues, self.feeds);
        let sums = [
            (&mut self.feeds, later.feeds),
            (&mut self.lines, later.lines),
            (&mut self.used, later.used),
            (&mut self.ignored, later.ignored),
            (&mut self.skipped, later.skipped),
            (&mut self.foreign, later.foreign),
        ];
        for (sum, more) in sums {
            *sum = sum.saturating_add(more);
        }
        for (kind, more) in &later.kinds {
            let count = self.kinds.entry(kind).or_default();
            *count = count.saturating_add(*more);
        }
        for (connector, sessions) in later.connectors.iter() {
            self.connectors.count(connector.clone(), sessions);
        }
        self.zoned |= later.zoned;
        self.zoneless |= later.zoneless;
        later.seen.into_iter().for_each(|(first, last)| {
            self.see(first);
            self.see(last);
        });
    }
}

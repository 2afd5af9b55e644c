//! What was left out of a run: lines that were not understood, counted by reason, the first few kept by place.
//!
//! No issue carries text of its line: logs of mail servers hold passwords, and the number of the line is enough to
//! look it up.

use std::collections::BTreeMap;

/// How many places are kept for each reason and input.
const KEPT: usize = 3;

/// Why a line was not understood, or not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// No time stamp and host at the beginning of a line of syslog.
    NoEnvelope,
    /// No time stamp at the beginning of a line of Exim's main log.
    NoEximStamp,
    /// The stamp lies more than a day after now.
    Future,
    /// A line of more than 1 MiB.
    Oversized,
    /// The input breaks off, or is damaged, within this line.
    CutOff,
    /// A Postfix `client=` line that does not follow its grammar.
    PostfixClient,
    /// A queue manager's `from=` line that does not follow its grammar, or was cut.
    PostfixFrom,
    /// A line about a TLS connection that does not follow its grammar.
    PostfixTls,
    /// A sender spells the rest of the line: nothing is taken from it.
    Ambiguous,
    /// An Exim `<=` line that does not follow its grammar.
    EximArrival,
    /// A row with more or fewer cells than the header.
    RowWidth,
    /// A time that is not understood, or may be read with day and month in either order.
    RowTime,
    /// A number that is none; the row is counted, the number is missing.
    RowNumber,
    /// A count of messages that is none.
    RowCount,
    /// A TLS value that is none; the row is counted, its TLS is unknown.
    RowTls,
    /// Shares of TLS versions that are none, or more than all; the row is counted, its TLS is unknown.
    RowShares,
    /// Text among JSON objects that is none.
    JsonObject,
    /// A sign-in that does not say whether it succeeded.
    RowStatus,
    /// A row under a line `#Fields` that lacks columns of the log that it belongs to.
    LogHeader,
    /// A row of an Exchange protocol log whose event, session or number is none.
    ExchangeRow,
    /// A row of exported cells that is damaged.
    CellRow,
    /// Cells that were counted in days of another zone.
    CellZone,
    /// Text behind a closing quote, a quote that is not closed within 1 MiB, or a longer row.
    OpenQuote,
}

impl Reason {
    /// What was found and what would have been taken, for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::NoEnvelope => {
                "no syslog line: a time stamp (Nov 21 19:45:10, 2026-11-21T19:45:10+01:00 or RFC 5424), a host and a \
                 program are expected"
            }
            Self::NoEximStamp => "no line of Exim's main log: it begins with 2026-11-21 19:45:10",
            Self::Future => "stamped more than a day after now: is the year right (--log-year)?",
            Self::Oversized => "longer than 1 MiB",
            Self::CutOff => "cut off: the input breaks off or is damaged here; the line was left out",
            Self::PostfixClient => "Postfix client= line: client=NAME[ADDRESS], sasl_method=... is expected",
            Self::PostfixFrom => "queue manager line: from=<...>, size=N, nrcpt=N (queue active) is expected",
            Self::PostfixTls => {
                "Postfix TLS line: ... from NAME[ADDRESS]: VERSION with cipher ... is expected"
            }
            Self::Ambiguous => {
                "ambiguous: an address in it spells the fields that follow; nothing was taken from it"
            }
            Self::EximArrival => "Exim arrival line: <= SENDER and fields are expected",
            Self::RowWidth => "row with more or fewer cells than the header",
            Self::RowTime => {
                "time that is not understood (2026-11-21T19:45:10Z; for 3/4/2026 give --date-order)"
            }
            Self::RowNumber => "number that is none: the row counts, the number is missing",
            Self::RowCount => "count of messages that is no number: the row was left out",
            Self::RowTls => {
                "TLS version that is none (1.2, TLSv1.2, none, ...): the row counts, its TLS is unknown"
            }
            Self::RowShares => {
                "percentages of TLS versions that are none, or over 100 % together: the messages count, their TLS is unknown"
            }
            Self::JsonObject => "no JSON object, or one that is not closed within 1 MiB",
            Self::RowStatus => {
                "sign-in that does not say whether it succeeded: a status or an error code is expected"
            }
            Self::ExchangeRow => {
                "row of a protocol log: a session-id, a sequence-number and one of + - < > * as event are expected"
            }
            Self::LogHeader => {
                "row under a #Fields line that lacks columns: those that Exchange Server writes are expected"
            }
            Self::CellRow => "damaged row of exported cells",
            Self::CellZone => "cells that were counted in another time zone: give that one (--timezone)",
            Self::OpenQuote => {
                "quotes that are no CSV, or are not closed within 1 MiB: the line was left out"
            }
        }
    }
}

/// Issues of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    by_reason: BTreeMap<Reason, Found>,
}

/// Issues of one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many.
    pub count: u64,
    /// The numbers of the first lines, from 1, ascending.
    pub lines: Vec<u64>,
}

impl Issues {
    /// Counts one issue at a line (numbered from 1 within this piece of the input).
    pub fn add(&mut self, reason: Reason, line: u64) {
        let found = self.by_reason.entry(reason).or_default();
        found.count = found.count.saturating_add(1);
        if found.lines.len() < KEPT {
            found.lines.push(line);
        }
    }

    /// Takes over the issues of a later piece of the same input, which begins `lines_before` lines into it.
    pub fn append(&mut self, later: &Self, lines_before: u64) {
        for (reason, theirs) in &later.by_reason {
            let found = self.by_reason.entry(*reason).or_default();
            found.count = found.count.saturating_add(theirs.count);
            let room = KEPT.saturating_sub(found.lines.len());
            let lines = theirs.lines.iter().take(room);
            found.lines.extend(lines.map(|line| line.saturating_add(lines_before)));
        }
    }

    /// All reasons, in the order of the enum.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, &Found)> {
        self.by_reason.iter().map(|(reason, found)| (*reason, found))
    }

    /// Whether there is an issue of this reason.
    pub fn has(&self, reason: Reason) -> bool {
        self.by_reason.contains_key(&reason)
    }

    /// How many issues there are.
    pub fn count(&self) -> u64 {
        self.by_reason.values().fold(0, |sum, found| sum.saturating_add(found.count))
    }
}

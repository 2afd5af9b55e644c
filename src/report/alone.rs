//! Which sessions count beside messages: those that no message speaks for.
//!
//! A server that logs messages logs the sessions in which they came too; there, messages are counted. Where a log holds
//! sessions only, those are all that is known of an account, and they are counted apart.

use super::fold::name_of;
use super::rows::By;
use super::subject::Subject;
use crate::map::Map;
use crate::submission::Tls;
use crate::tally::{Row, Table};
use crate::time::window::Span;
use std::sync::Arc;

/// What tells sessions that count from sessions that messages speak for.
#[derive(Clone, Debug)]
pub struct Alone<'a> {
    table: &'a Table,
    /// What a message and a session are compared by.
    by: By,
    /// Where sessions count at all, and somebody without messages has a row, his count too.
    has_row: bool,
    /// A hub's log is missing, so that who has sent messages may have sent others.
    is_hub_missing: bool,
    /// Of whom there are messages, and over which TLS: a bit for each. A table with days has ten times as many cells as names,
    /// and every cell asks here.
    sent: Arc<Map<Option<&'a [u8]>, u16>>,
}

impl<'a> Alone<'a> {
    /// For sums of all. The first who asks finds it out, and others wait for that: so none of it may be shared out, or a thread
    /// that helps could come to wait for itself.
    pub fn in_sums(subject: &Subject<'a>, span: Span) -> Self {
        let of = || Self::of(subject, span, By::Account);
        if span == subject.scope.span { subject.alone.get_or_init(of).clone() } else { of() }
    }

    /// For rows of this kind.
    pub fn in_rows(subject: &Subject<'a>, by: By) -> Self {
        match by {
            // A session has no sender, so its account is what it is compared by.
            By::Sender | By::Domain => Self::in_sums(subject, subject.scope.span),
            by => {
                let alone = Self::of(subject, subject.scope.span, by);
                let has_row = subject.rows().any(|row| alone.holds(&row));
                Self { has_row, ..alone }
            }
        }
    }

    fn of(subject: &Subject<'a>, span: Span, by: By) -> Self {
        let mut sent: Map<_, u16> = Map::default();
        // Where there is no session, none is compared.
        if subject.table.has_sessions() {
            let messages = subject.rows_in(span).filter(|row| row.counts.messages > 0);
            messages.for_each(|row| *sent.entry(name_of(&row, by)).or_default() |= bit(row.tls));
        }
        let is_hub_missing = subject.scope.apart.sessions_without_hub > 0;
        Self { table: subject.table, by, has_row: false, is_hub_missing, sent: Arc::new(sent) }
    }

    /// Whether a cell is of sessions that count: all, where there is no message; those of a server whose logs hold none;
    /// and those of somebody who sent nothing, over a version that is about to be switched off. Where there are any of these,
    /// so do all sessions of somebody who sent nothing, if he has a row.
    pub fn holds(&self, row: &Row<'a>) -> bool {
        if row.counts.messages > 0 || row.counts.sessions == 0 {
            return false;
        }
        let name = name_of(row, self.by);
        let goes = matches!(row.tls, Tls::Ssl3 | Tls::V1_0 | Tls::V1_1 | Tls::None);
        let sent_over = self.sent.get(&name).copied().unwrap_or(0);
        let sent_nothing = sent_over == 0;
        let sent_nothing_over = sent_over & bit(row.tls) == 0;
        let is_of_none = match goes {
            true => sent_nothing || (self.is_hub_missing && sent_nothing_over),
            false => sent_nothing && self.has_row,
        };
        // A session of nobody knows whom may be that of any message.
        let is_of_none = is_of_none && name.is_some();
        self.sent.is_empty() || is_of_none || !self.table.has_messages_of(row.server)
    }

    /// The sessions of a cell that count.
    pub fn sessions(&self, row: &Row<'a>) -> u64 {
        if self.holds(row) { row.counts.sessions } else { 0 }
    }
}

fn bit(tls: Tls) -> u16 {
    1_u16.wrapping_shl(u32::from(tls as u8))
}

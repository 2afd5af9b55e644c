//! Sessions whose rows are numbered: the numbers put them in order, wherever the rows stand.
//!
//! Rows are heard in the order of their numbers. One that comes too early waits for those before it; where they never come,
//! the gap is passed over when the session is over. A row whose number was heard is a repetition.

use super::HORIZON;
use super::conversation::{Conversation, Outcome};
use crate::event::SessionKey;
use crate::submission::Place;
use crate::turn::{Ends, Said, Turn};
use std::collections::BTreeMap;

/// Rows that wait for missing ones at most: then those are taken for lost.
const AHEAD: usize = 10_000;

/// A session, as far as its rows have come.
#[derive(Clone, Debug, Default)]
pub struct Numbered<'a> {
    /// What was heard.
    pub talk: Conversation<'a>,
    /// The number of the row that comes next.
    next: u64,
    /// Rows behind a gap.
    ahead: BTreeMap<u64, Waiting<'a>>,
    /// Time of the last row that was heard.
    heard_at: Option<i64>,
    /// Time of the last row that has come.
    pub last: Option<i64>,
    /// The row heard last says that the session is over.
    is_over: bool,
    /// The first place of the rows behind the gap.
    pub waits_from: Option<Place>,
}

/// A row that waits for those before it.
#[derive(Clone, Debug)]
struct Waiting<'a> {
    at: i64,
    place: Place,
    ends: Ends<'a>,
    said: Said<'a>,
}

impl<'a> Numbered<'a> {
    /// Takes in a row. `may_skip`: rows come in the order of the logs, so that a long wait is in vain.
    pub fn take(&mut self, turn: Turn<'_, 'a>, may_skip: bool, out: &mut impl FnMut(Outcome<'a>)) {
        if turn.number < self.next {
            return;
        }
        if turn.number > self.next {
            self.last = self.last.max(Some(turn.at));
            self.waits_from = Some(self.waits_from.map_or(turn.place, |first| first.min(turn.place)));
            let Turn { at, place, session, number, ends, said } = turn;
            let waiting = || Waiting { at, place, ends: ends.clone(), said };
            self.ahead.entry(number).or_insert_with(waiting);
            if may_skip && self.ahead.len() > AHEAD {
                self.skip_gap(session, out);
            }
            return;
        }
        let session = turn.session;
        self.hear(turn, out);
        self.go_on(session, out);
    }

    /// Whether the session is over, and nothing of it waits.
    pub fn is_done(&self) -> bool {
        self.is_over && self.ahead.is_empty()
    }

    fn hear(&mut self, turn: Turn<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        // A session lives an hour after its last row.
        if self.heard_at.is_some_and(|last| turn.at.saturating_sub(last) > HORIZON) {
            self.talk.end(turn.session, out);
            self.talk = Conversation::after_a_gap();
        }
        self.next = turn.number.saturating_add(1);
        self.heard_at = Some(turn.at);
        self.last = self.last.max(Some(turn.at));
        self.is_over = matches!(turn.said, Said::Closed);
        self.talk.hear(turn, out);
        if self.is_over {
            // It is forgotten: what comes now has lost its beginning.
            (self.talk, self.next, self.heard_at) = (Conversation::default(), 0, None);
        }
    }

    /// Hears the rows that have waited for the last one.
    fn go_on(&mut self, session: &SessionKey<'a>, out: &mut impl FnMut(Outcome<'a>)) {
        while let Some(waiting) = self.ahead.remove(&self.next) {
            self.hear_waiting(session, (self.next, waiting), out);
        }
        if self.ahead.is_empty() {
            self.waits_from = None;
        }
    }

    fn hear_waiting(
        &mut self,
        session: &SessionKey<'a>,
        (number, waiting): (u64, Waiting<'a>),
        out: &mut impl FnMut(Outcome<'a>),
    ) {
        let Waiting { at, place, ends, said } = waiting;
        self.hear(Turn { at, place, session, number, ends: &ends, said }, out);
    }

    fn skip_gap(&mut self, session: &SessionKey<'a>, out: &mut impl FnMut(Outcome<'a>)) {
        if let Some(waiting) = self.ahead.pop_first() {
            self.talk.pass_gap();
            self.hear_waiting(session, waiting, out);
            self.go_on(session, out);
        }
    }

    /// No row earlier than this comes any more: a gap in front of such a row stays.
    pub fn pass_gaps_before(
        &mut self,
        session: &SessionKey<'a>,
        limit: i64,
        out: &mut impl FnMut(Outcome<'a>),
    ) {
        while self.ahead.first_key_value().is_some_and(|(_, waiting)| waiting.at < limit) {
            self.skip_gap(session, out);
        }
    }

    /// Takes in what a later stretch of log knows of the same session.
    pub fn join(
        &mut self,
        session: &SessionKey<'a>,
        later: Self,
        may_skip: bool,
        out: &mut impl FnMut(Outcome<'a>),
    ) {
        let Self { talk, next, ahead, last, is_over, heard_at, waits_from: _ } = later;
        if next > self.next {
            (self.talk, self.next, self.heard_at, self.is_over) = (talk, next, heard_at, is_over);
        }
        self.last = self.last.max(last);
        self.ahead.retain(|number, _| *number >= self.next);
        self.go_on(session, out);
        for (number, Waiting { at, place, ends, said }) in ahead {
            self.take(Turn { at, place, session, number, ends: &ends, said }, may_skip, out);
        }
    }

    /// No more rows come: hears what has waited.
    pub fn end(&mut self, session: &SessionKey<'a>, out: &mut impl FnMut(Outcome<'a>)) {
        while !self.ahead.is_empty() {
            self.skip_gap(session, out);
        }
        self.talk.end(session, out);
    }

    /// The same with owned text.
    pub fn own(self) -> Numbered<'static> {
        Numbered {
            talk: self.talk.own(),
            next: self.next,
            ahead: self.ahead.into_iter().map(|(number, waiting)| (number, waiting.own())).collect(),
            last: self.last,
            is_over: self.is_over,
            heard_at: self.heard_at,
            waits_from: self.waits_from,
        }
    }
}

impl Waiting<'_> {
    fn own(self) -> Waiting<'static> {
        Waiting { at: self.at, place: self.place, ends: self.ends.own(), said: self.said.own() }
    }
}

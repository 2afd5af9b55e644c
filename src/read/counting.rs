//! What each input counts for, and the place where submissions that may stand in two inputs part from the others.

use crate::join::traces::Traces;
use crate::probe::Strangers;
use crate::repeats::{Completed, Held, Repeated, Repeats, Shared};
use crate::submission::{ClientName, EXCHANGE_ONLINE, Fact, Sink, Submission, Tls};
use crate::time::Clock;
use crate::time::zone::day_of;
use crate::traced::{RowSink, Traced};
use std::collections::BTreeMap;

/// What an input counted for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Messages.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
    /// Messages whose TLS version, or lack of TLS, the line itself tells.
    pub tls_known: u64,
    /// Messages without a TLS line, by server, service and day; only filled when every line is read.
    pub tls_unlogged: BTreeMap<Unlogged, u64>,
}

/// Server, service and day (days since 1970) of messages without a TLS line.
pub type Unlogged = (Box<[u8]>, Box<[u8]>, i64);

impl Counted {
    pub(super) fn add(&mut self, more: Self) {
        self.messages = self.messages.saturating_add(more.messages);
        self.sessions = self.sessions.saturating_add(more.sessions);
        self.tls_known = self.tls_known.saturating_add(more.tls_known);
        for (key, count) in more.tls_unlogged {
            let sum = self.tls_unlogged.entry(key).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// Messages, or sessions where the log has no messages.
    pub fn submissions(&self) -> u64 {
        if self.messages > 0 { self.messages } else { self.sessions }
    }

    /// Messages of all inputs, or sessions where none has messages: they are never added up.
    pub fn sum(all: &[Self]) -> u64 {
        let sum = |count: fn(&Self) -> u64| all.iter().map(count).fold(0, u64::saturating_add);
        match sum(|counted| counted.messages) {
            0 => sum(|counted| counted.sessions),
            messages => messages,
        }
    }
}

/// A collector, and the place where submissions that may stand in two inputs part from the others.
pub(super) struct Counting<'r, C> {
    pub(super) totals: Totals<C>,
    /// What several inputs share, if anything.
    pub(super) shared: Option<&'r Shared>,
    pub(super) repeats: Copies,
    /// Servers that the first look at the inputs did not find in them.
    pub(super) strangers: Strangers<'r>,
}

/// What counts goes into a collector, and what each input counts for is kept.
pub(super) struct Totals<C> {
    pub(super) inner: C,
    pub(super) counted: Vec<Counted>,
    /// The clock, where it is wanted which day has messages without a TLS line.
    pub(super) by_day: Option<Clock>,
    /// What traces say, and which messages they may say again; only where there are traces.
    pub(super) traces: Option<Traces>,
}

/// What becomes of a submission that may stand in two inputs.
pub(super) enum Copies {
    /// It waits for the ordered stage.
    Wait(Held),
    /// It is decided.
    Decide(Box<Repeats>),
}

impl<C: Sink> Sink for Counting<'_, C> {
    fn submission(&mut self, submission: &Submission<'_>) {
        self.strangers.see(submission);
        let compared = self.shared.and_then(|shared| Some((shared, shared.identity(submission)?)));
        let Self { totals, repeats, .. } = self;
        match (compared, repeats) {
            (None, _) => totals.submission(submission),
            (Some((_, identity)), Copies::Wait(held)) => held.push(identity, submission),
            (Some((shared, identity)), Copies::Decide(repeats)) => {
                repeats.decide(shared, identity, submission, &mut |one| totals.submission(one));
            }
        }
    }

    fn tls_logged(&mut self, server: &[u8], service: &[u8], at: i64) {
        self.totals.tls_logged(server, service, at);
    }

    fn client_name(&mut self, client: &[u8], name: ClientName<'_>) {
        self.totals.client_name(client, name);
    }

    fn fact(&mut self, server: &[u8], fact: Fact) {
        self.totals.fact(server, fact);
    }
}

impl<C: Sink> RowSink for Counting<'_, C> {
    fn traced(&mut self, traced: &Traced<'_>) {
        self.totals.traces.iter_mut().for_each(|traces| traces.row(traced));
    }
}

impl<C: Sink> Counting<'_, C> {
    /// What waits for the ordered stage since the last slice.
    pub(super) fn waiting(&mut self) -> Copies {
        std::mem::replace(&mut self.repeats, Copies::Wait(Held::default()))
    }

    /// What comes now waits beside what a worker found: some of it stands in the log behind that.
    pub(super) fn wait_too(&mut self, waiting: &mut Copies) {
        std::mem::swap(&mut self.repeats, waiting);
    }

    /// What waited for its turn is decided, in the order of the logs: copies are known by it.
    pub(super) fn take_over(&mut self, waiting: &mut Copies) {
        std::mem::swap(&mut self.repeats, waiting);
        let Copies::Wait(held) = waiting else { return };
        held.sort();
        let Self { totals, repeats, shared, .. } = self;
        for (identity, submission) in held.iter() {
            if let (Some(shared), Copies::Decide(repeats)) = (*shared, &mut *repeats) {
                repeats.decide(shared, identity, &submission, &mut |one| totals.submission(one));
            }
        }
    }

    /// Has several things told that end at once, in no order, and decides them in that of the logs.
    pub(super) fn sorted<R>(&mut self, tell: impl FnOnce(&mut Self) -> R) -> R {
        let mut waiting = Copies::Wait(Held::default());
        self.wait_too(&mut waiting);
        let told = tell(self);
        self.take_over(&mut waiting);
        told
    }

    /// An input of this chain is read.
    pub(super) fn enter_chain(&mut self, chain: usize) {
        let Self { totals, repeats, shared, .. } = self;
        if let (Some(shared), Copies::Decide(repeats)) = (*shared, repeats) {
            repeats.enter_chain(shared, chain, &mut |one| totals.submission(one));
        }
    }

    /// All is read: what was held counts.
    pub(super) fn finish(&mut self) -> (Completed, Repeated) {
        let Self { totals, repeats, .. } = self;
        match std::mem::replace(repeats, Copies::Wait(Held::default())) {
            Copies::Decide(repeats) => repeats.finish(&mut |one| totals.submission(one)),
            Copies::Wait(_) => (Completed::default(), Repeated::default()),
        }
    }
}

impl<C: Sink> Sink for Totals<C> {
    fn submission(&mut self, submission: &Submission<'_>) {
        let counts = submission.counted();
        let is_own = submission.server != Some(EXCHANGE_ONLINE) && counts.messages > 0;
        if let (Some(traces), Some(id)) = (&mut self.traces, submission.message_id.filter(|_| is_own)) {
            traces.counted(id);
        }
        let index = usize::try_from(submission.place.input).unwrap_or(usize::MAX);
        if let Some(counted) = self.counted.get_mut(index) {
            let tls = submission.tls();
            counted.messages = counted.messages.saturating_add(counts.messages);
            counted.sessions = counted.sessions.saturating_add(counts.sessions);
            if tls.is_version() || tls == Tls::None {
                counted.tls_known = counted.tls_known.saturating_add(counts.messages);
            } else if let Some(clock) = self.by_day.as_mut().filter(|_| tls == Tls::Unlogged) {
                let text = |text: Option<&[u8]>| Box::from(text.unwrap_or_default());
                let day = submission.time.map_or(i64::MIN, |at| day_of(clock.wall(at)));
                let key = (text(submission.server), text(submission.service), day);
                let sum = counted.tls_unlogged.entry(key).or_default();
                *sum = sum.saturating_add(counts.messages);
            }
        }
        self.inner.submission(submission);
    }

    fn tls_logged(&mut self, server: &[u8], service: &[u8], at: i64) {
        self.inner.tls_logged(server, service, at);
    }

    fn client_name(&mut self, client: &[u8], name: ClientName<'_>) {
        self.inner.client_name(client, name);
    }

    fn fact(&mut self, server: &[u8], fact: Fact) {
        self.inner.fact(server, fact);
    }
}

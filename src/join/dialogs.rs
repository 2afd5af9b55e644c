//! Everything that numbered sessions need to become submissions: their rows, front ends and hubs, message tracking.
//!
//! A slice knows its own rows only; what may have another half elsewhere is kept loose, and the ordered stage brings the
//! halves together. What needs no other half is told at once.

use super::HORIZON;
use super::conversation::Outcome;
use super::link::{Ask, Found, Front, Links, Offer, Way};
use super::numbered::Numbered;
use super::twin::{Logged, Twins};
use crate::event::{Named, SessionKey};
use crate::map::Map;
use crate::submission::{Place, Sink};
use crate::turn::{Relayed, Tracked, Turn};

/// Seconds that a message waits for its twin longer than others for their halves: those that have waited for their front end
/// come so much later.
const TWINS_WAIT: i64 = 2 * HORIZON;

/// Which logs are read together: what is not there is not waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// Protocol logs and message tracking: they tell the same messages.
    pub tracking: bool,
    /// Send logs of front ends.
    pub relays: bool,
}

/// What found no other half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// Sessions that a front end handed over, and no hub spoke of: their messages are in no log that was read.
    pub sessions_without_hub: u64,
    /// Messages of a hub without the session of their front end: their TLS version and login are in no log that was read.
    pub messages_without_front: u64,
    /// Messages that only message tracking tells: their TLS version and login are in no log that was read.
    pub only_tracked: u64,
}

/// What may have another half elsewhere.
#[derive(Clone, Debug)]
enum Loose<'a> {
    Logged(Logged<'a>),
    Asked(Ask<'a>),
    Offered(Offer<'a>),
    Relayed(Relayed<'a>),
    Tracked(Tracked<'a>),
}

/// Numbered sessions after a stretch of log.
#[derive(Clone, Debug, Default)]
pub struct Dialogs<'a> {
    anchored: bool,
    together: Together,
    sessions: Map<SessionKey<'a>, Box<Numbered<'a>>>,
    /// What this stretch could not decide; the ordered stage has none.
    loose: Vec<Loose<'a>>,
    /// What the row at hand came to.
    scratch: Vec<Loose<'a>>,
    links: Links,
    twins: Twins,
    apart: Apart,
}

impl<'a> Dialogs<'a> {
    /// Of the beginning of the logs (`anchored`), or of a stretch in the middle.
    pub fn new(anchored: bool, together: Together) -> Self {
        Self { anchored, together, ..Self::default() }
    }

    /// Takes a row in.
    pub fn turn(&mut self, turn: Turn<'_, 'a>, sink: &mut impl Sink) {
        let key = turn.session;
        let session = match self.sessions.get_mut(key) {
            Some(session) => session,
            None => self.sessions.entry(key.clone()).or_default(),
        };
        let loose = &mut self.scratch;
        session.take(turn, self.anchored, &mut |outcome| loose.extend(loose_of(key, outcome, sink)));
        if session.is_done() {
            self.sessions.remove(key);
        }
        // Nearly every row comes to nothing yet.
        if !self.scratch.is_empty() {
            let mut loose = std::mem::take(&mut self.scratch);
            loose.drain(..).for_each(|loose| self.settle(loose, sink));
            self.scratch = loose;
        }
    }

    /// Takes a row of a front end's send log in.
    pub fn relayed(&mut self, relayed: Relayed<'a>, sink: &mut impl Sink) {
        self.settle(Loose::Relayed(relayed), sink);
    }

    /// Takes a message of message tracking in.
    pub fn tracked(&mut self, tracked: Tracked<'a>, sink: &mut impl Sink) {
        self.settle(Loose::Tracked(tracked), sink);
    }

    /// Tells what needs no other half, and keeps the rest for the ordered stage.
    fn settle(&mut self, loose: Loose<'a>, sink: &mut impl Sink) {
        match loose {
            Loose::Logged(logged) if !self.together.tracking => logged.tell(sink),
            Loose::Tracked(tracked) if !self.together.tracking => self.only_tracked(&tracked, sink),
            Loose::Relayed(_) if !self.together.relays => {}
            loose if self.anchored => self.pair(loose, sink),
            loose => self.loose.push(loose),
        }
    }

    fn only_tracked(&mut self, tracked: &Tracked<'_>, sink: &mut impl Sink) {
        if tracked.is_marked {
            self.apart.only_tracked = self.apart.only_tracked.saturating_add(tracked.record.counts.messages);
            tracked.record.tell(sink);
        }
    }

    /// Brings halves together, in the ordered stage. Text is made to own itself only where a half has to wait.
    fn pair(&mut self, loose: Loose<'_>, sink: &mut impl Sink) {
        let found: Vec<Found> = match loose {
            Loose::Logged(logged) => return self.logged(logged, sink),
            Loose::Tracked(tracked) => {
                let whole = self.twins.tracked(tracked);
                return whole.iter().for_each(|logged| logged.tell(sink));
            }
            Loose::Offered(offer) => self.links.offer(offer),
            Loose::Relayed(relayed) => self.links.relay(relayed.own()),
            Loose::Asked(ask) => return self.asked(ask, sink),
        };
        found.into_iter().for_each(|(ask, front)| self.answered(ask, front, sink));
    }

    fn logged(&mut self, logged: Logged<'_>, sink: &mut impl Sink) {
        let whole = if self.together.tracking { self.twins.logged(logged) } else { Some(logged) };
        whole.iter().for_each(|logged| logged.tell(sink));
    }

    fn asked(&mut self, ask: Ask<'_>, sink: &mut impl Sink) {
        let mut front = ask.front.clone();
        if matches!(front, Front::Open) {
            front = self.links.front_of(&ask);
        }
        let can_come = self.together.relays || matches!(ask.way, Way::Session(_));
        match front {
            Front::Open if can_come => self.links.wait(ask.own()),
            Front::Open => self.answered(ask, Front::Missing, sink),
            front => self.answered(ask, front, sink),
        }
    }

    /// The front end of a hub's message or session was found, or is not there.
    fn answered(&mut self, ask: Ask<'_>, front: Front, sink: &mut impl Sink) {
        if let Some(session) = self.sessions.get_mut(&ask.session as &dyn Named) {
            session.talk.found(ask.said, &front);
        }
        let is_message = ask.record.counts.messages > 0;
        let is_clients = ask.is_clients();
        let SessionKey { host: server, id: session, .. } = ask.session;
        let logged = |front| Logged { context: ask.context, session, server, record: ask.record, front };
        match front {
            Front::Found(record) if is_message => self.logged(logged(Some(record)), sink),
            // The front end has counted the session.
            Front::Found(_) => {}
            Front::Missing | Front::Open if !is_clients => {}
            Front::Missing | Front::Open if is_message => {
                let without = &mut self.apart.messages_without_front;
                *without = without.saturating_add(1);
                self.logged(logged(None), sink);
            }
            Front::Missing | Front::Open => logged(None).tell(sink),
        }
    }

    /// How much is held.
    pub fn len(&self) -> usize {
        self.sessions.len().saturating_add(self.links.len()).saturating_add(self.twins.len())
    }

    /// How much of that is lost if it is given up: a session that a hub might have spoken of is told already.
    pub fn at_stake(&self) -> usize {
        self.len().saturating_sub(self.links.offered())
    }

    /// The times of what is held.
    pub fn ages(&self) -> impl Iterator<Item = i64> {
        let sessions = self.sessions.values().map(|session| session.last.unwrap_or(i64::MIN));
        let twins = self.twins.ages().map(|at| at.saturating_add(TWINS_WAIT));
        sessions.chain(self.links.ages()).chain(twins)
    }

    /// How many messages were left out since the last time, because their other half may have been told already.
    pub fn take_late(&mut self) -> usize {
        self.twins.take_late()
    }

    /// The first place at which a message waits to be told.
    pub fn first_waiting(&self) -> Option<Place> {
        let ahead = self.sessions.values().filter_map(|session| session.waits_from);
        let records = self.links.waiting().chain(self.twins.waiting()).map(|record| record.place);
        ahead.chain(records).min()
    }
}

impl Dialogs<'static> {
    /// Takes over the stretch of log that follows.
    pub fn tie(&mut self, later: Dialogs<'_>, sink: &mut impl Sink) {
        let mut loose = later.loose;
        for (key, session) in later.sessions {
            let key = key.own();
            let mine = self.sessions.entry(key.clone()).or_default();
            mine.join(&key, session.own(), self.anchored, &mut |outcome| {
                loose.extend(loose_of(&key, outcome, sink))
            });
            if mine.is_done() {
                self.sessions.remove(&key);
            }
        }
        self.settle_in_order(loose, sink);
        self.apart.add(later.apart);
    }

    /// In the order of the logs: where a half fits two others, that decides.
    fn settle_in_order(&mut self, mut loose: Vec<Loose<'_>>, sink: &mut impl Sink) {
        loose.sort_by_key(Loose::place);
        for loose in loose {
            if self.anchored {
                self.pair(loose, sink);
            } else {
                self.settle(loose.own(), sink);
            }
        }
    }

    /// Drops what cannot find its other half any more among lines from `limit` on.
    pub fn drop_before(&mut self, limit: i64, sink: &mut impl Sink) {
        let is_old = |session: &Numbered<'_>| session.last.is_none_or(|last| last < limit);
        let mut loose = Vec::new();
        for (key, mut session) in self.sessions.extract_if(|_, session| is_old(session)) {
            session.end(&key, &mut |outcome| loose.extend(loose_of(&key, outcome, sink)));
        }
        for (key, session) in &mut self.sessions {
            session.pass_gaps_before(key, limit, &mut |outcome| loose.extend(loose_of(key, outcome, sink)));
        }
        self.sessions.retain(|_, session| !session.is_done());
        self.settle_in_order(loose, sink);
        let (asks, silent) = self.links.drop_before(limit);
        self.apart.sessions_without_hub = self.apart.sessions_without_hub.saturating_add(silent);
        asks.into_iter().for_each(|(ask, front)| self.answered(ask, front, sink));
        let (logged, tracked) = self.twins.drop_before(limit.saturating_sub(TWINS_WAIT));
        logged.iter().for_each(|logged| logged.tell(sink));
        tracked.iter().for_each(|tracked| self.only_tracked(tracked, sink));
    }

    /// The logs are over.
    pub fn finish(mut self, sink: &mut impl Sink) -> Apart {
        self.drop_before(i64::MAX, sink);
        self.apart
    }
}

impl Apart {
    /// Adds what another stretch of the logs lacks.
    pub fn add(&mut self, more: Self) {
        let sums = [
            (&mut self.sessions_without_hub, more.sessions_without_hub),
            (&mut self.messages_without_front, more.messages_without_front),
            (&mut self.only_tracked, more.only_tracked),
        ];
        for (sum, more) in sums {
            *sum = sum.saturating_add(more);
        }
    }
}

/// What a session comes to: told, if nobody can know more of it.
fn loose_of<'a>(key: &SessionKey<'a>, outcome: Outcome<'a>, sink: &mut impl Sink) -> Option<Loose<'a>> {
    match outcome {
        Outcome::Told(record, _) if record.counts.messages == 0 => {
            record.tell(sink);
            None
        }
        Outcome::Told(record, context) => {
            let (session, server) = (key.id.clone(), key.host.clone());
            Some(Loose::Logged(Logged { context, session, server, record, front: None }))
        }
        Outcome::Asked(ask) => Some(Loose::Asked(ask)),
        Outcome::Offered(offer) => Some(Loose::Offered(offer)),
    }
}

impl Loose<'_> {
    fn place(&self) -> Place {
        match self {
            Self::Logged(logged) => logged.record.place,
            Self::Asked(ask) => ask.record.place,
            Self::Offered(offer) => offer.record.place,
            Self::Relayed(relayed) => relayed.place,
            Self::Tracked(tracked) => tracked.record.place,
        }
    }

    fn own(self) -> Loose<'static> {
        match self {
            Self::Logged(logged) => Loose::Logged(logged.own()),
            Self::Asked(ask) => Loose::Asked(ask.own()),
            Self::Offered(offer) => Loose::Offered(offer.own()),
            Self::Relayed(relayed) => Loose::Relayed(relayed.own()),
            Self::Tracked(tracked) => Loose::Tracked(tracked.own()),
        }
    }
}

#[cfg(test)]
mod tests;

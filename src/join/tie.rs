//! Two neighbouring stretches of log become one.

use super::queue::{Accepted, Draft, Entry, Fate, Held, Slot};
use super::session::{Pending, Session};
use super::{Apart, HORIZON, Joiner, PutOff, ToCome};
use crate::event::{Event, ProcessKey, QueueKey, own};
use crate::map::Map;
use crate::submission::Sink;

/// Open sessions and queue ids above which the ordered stage looks for what is too old to pair, for the first time. Then it
/// does so whenever they have doubled, and, for numbered sessions, whenever the logs have gone on by [`HORIZON`]. Some queue ids
/// are never closed, and those of each slice are looked for among them: a processor's cache holds them.
const SWEEP_AT: usize = 1_000;

/// Open sessions and queue ids that the ordered stage holds at most. Beyond it the oldest are given up and counted.
const CAP: usize = 200_000;

/// So many are held, whatever their age, where logs may follow that begin earlier.
const PATIENCE: usize = 100_000;

impl Joiner<'static> {
    /// Takes over the joiner of the stretch of log that follows: associative, and, for the beginning of the logs, the
    /// same as having read both stretches in one go.
    pub fn tie(&mut self, mut later: Joiner<'_>, sink: &mut impl Sink) {
        answer(self, &mut later);
        self.unsettled = Some(Vec::new());
        self.take_queue(later.queue);
        for put_off in later.put_off {
            match put_off {
                PutOff::Event(event) => {
                    let Event { head, mut kind } = event.own();
                    self.step(&head, &mut kind, sink);
                }
                PutOff::Entry(key, entry) => self.set(key, entry.own()),
                PutOff::Again(draft, accepted) => {
                    self.settle_or_ask(draft.own(), accepted.own(), sink);
                }
            }
        }
        for (key, session) in later.sessions {
            self.take_session(key, session, sink);
        }
        for (draft, accepted) in self.unsettled.take().into_iter().flatten() {
            self.settle(draft, accepted, sink);
        }
        self.dialogs.tie(later.dialogs, sink);
    }

    /// How much is open.
    fn held(&self) -> usize {
        self.queue.len().saturating_add(self.sessions.len()).saturating_add(self.dialogs.len())
    }

    /// What is under the queue ids now. The other map knows every id of its stretch, ours (at the beginning of the
    /// logs) only the open ones: those of ours that it has closed are looked for from the side that has fewer.
    fn take_queue(&mut self, later: Map<QueueKey, Slot<'_>>) {
        if self.anchored {
            let is_closed = |key: &QueueKey| later.get(key).is_some_and(|slot| !slot.is_open());
            let closed: Vec<QueueKey> = if self.queue.len() < later.len() {
                self.queue.keys().filter(|key| is_closed(key)).cloned().collect()
            } else {
                let ids = later.iter().filter(|(key, slot)| !slot.is_open() && self.queue.contains_key(*key));
                ids.map(|(key, _)| key.clone()).collect()
            };
            for key in closed {
                for entry in later.get(&key).into_iter().flat_map(Slot::entries) {
                    self.set(key.clone(), entry.clone().own());
                }
            }
        }
        for (key, slot) in later {
            if self.anchored && !slot.is_open() {
                continue;
            }
            for entry in slot.into_entries() {
                self.set(key.clone(), entry.own());
            }
        }
    }

    fn take_session(&mut self, key: ProcessKey, session: Option<Session<'_>>, sink: &mut impl Sink) {
        self.finish_session(&key, false, sink);
        match session {
            None if self.anchored => {
                self.sessions.remove(&key);
            }
            session => {
                self.sessions.insert(key, session.map(Session::own));
            }
        }
    }

    /// Drops what cannot pair any more with lines to come, and what exceeds the cap. Returns how many open sessions and
    /// queue ids were given up although they might have paired.
    pub fn evict(&mut self, to_come: ToCome, sink: &mut impl Sink) -> usize {
        let late = self.dialogs.take_late();
        late.saturating_add(self.sweep(to_come, sink))
    }

    fn sweep(&mut self, to_come: ToCome, sink: &mut impl Sink) -> usize {
        // Twice the horizon: stamps within a slice are not quite in order.
        let limit = to_come.at.saturating_sub(HORIZON.saturating_mul(2));
        let usual = if to_come.is_sure { SWEEP_AT } else { PATIENCE };
        let is_over = to_come.is_sure && limit.saturating_sub(self.given_up_before()) >= HORIZON;
        let is_full = self.held() >= self.sweep_at.max(usual);
        if !is_full && !is_over {
            return 0;
        }
        if to_come.is_sure {
            self.given_up_before = self.given_up_before.max(Some(limit));
        }
        if !is_full {
            // Only what holds back others. Lines of syslog may be hours out of order, and nobody reads them again.
            self.dialogs.drop_before(limit, sink);
            return 0;
        }
        self.drop_before(limit, sink);
        let held = self.held();
        if held <= CAP {
            self.sweep_at = held.saturating_mul(2).min(CAP);
            return 0;
        }
        let mut ages: Vec<i64> = self.ages().collect();
        let excess = held.saturating_sub(CAP.saturating_div(2));
        let (_, &mut limit, _) = ages.select_nth_unstable(excess.min(held.saturating_sub(1)));
        let at_stake = self.at_stake();
        // Those of the same second go too: else a flood within one would go past the cap.
        self.drop_before(limit.saturating_add(1), sink);
        at_stake.saturating_sub(self.at_stake())
    }

    /// Lines earlier than this come too late: what they might have paired with was given up.
    pub fn given_up_before(&self) -> i64 {
        self.given_up_before.unwrap_or(i64::MIN)
    }

    /// How much of that is lost if it is given up.
    fn at_stake(&self) -> usize {
        self.queue.len().saturating_add(self.sessions.len()).saturating_add(self.dialogs.at_stake())
    }

    fn ages(&self) -> impl Iterator<Item = i64> {
        let sessions = self.sessions.values().map(|session| session.as_ref().map_or(i64::MIN, |s| s.last));
        sessions.chain(self.queue.values().map(newest)).chain(self.dialogs.ages())
    }

    fn drop_before(&mut self, limit: i64, sink: &mut impl Sink) {
        self.queue.retain(|_, slot| newest(slot) >= limit);
        let is_old = |session: &Option<Session<'_>>| session.as_ref().is_none_or(|s| s.last < limit);
        let old: Vec<_> =
            self.sessions.iter().filter(|(_, s)| is_old(s)).map(|(key, _)| key.clone()).collect();
        for key in old {
            self.finish_session(&key, false, sink);
            self.sessions.remove(&key);
        }
        self.dialogs.drop_before(limit, sink);
    }

    /// The logs are over: what waited for the end of a session, or for another half, has waited long enough.
    pub fn finish(mut self, sink: &mut impl Sink) -> Apart {
        let keys: Vec<_> = self.sessions.keys().cloned().collect();
        for key in keys {
            self.finish_session(&key, false, sink);
        }
        self.dialogs.finish(sink)
    }

    /// The first place at which a message waits to be told: single messages before it can be written.
    pub fn first_waiting(&self) -> Option<crate::submission::Place> {
        let sessions = self.sessions.values().flatten();
        let pending = sessions.filter_map(|session| session.pending.as_deref());
        let accepted =
            pending.flat_map(|pending| &pending.waiting).filter_map(|(_, accepted)| accepted.as_ref());
        accepted.map(|accepted| accepted.place).chain(self.dialogs.first_waiting()).min()
    }
}

/// Answers the questions of the later stretch; for that, ours need not live longer than it.
fn answer<'l>(earlier: &Joiner<'l>, later: &mut Joiner<'l>) {
    earlier.answer(later);
}

/// When the newest message under a queue id was begun.
fn newest(slot: &Slot<'_>) -> i64 {
    slot.entries().filter_map(Entry::begun_at).max().unwrap_or(i64::MIN)
}

impl Session<'_> {
    fn own(self) -> Session<'static> {
        Session {
            began: self.began,
            headless: self.headless,
            last: self.last,
            tls: self.tls.map(|(tls, cipher)| (tls, cipher.map(own))),
            counted: self.counted,
            pending: self.pending.map(|pending| Box::new(pending.own())),
        }
    }
}

impl Pending<'_> {
    fn own(self) -> Pending<'static> {
        Pending {
            held: self.held.map(|draft| draft.own()),
            begun: self.begun,
            waiting: self.waiting.into_iter().map(|(d, a)| (d.own(), a.map(Accepted::own))).collect(),
        }
    }
}

impl Draft<'_> {
    fn own(self) -> Box<Draft<'static>> {
        Box::new(Draft {
            at: self.at,
            place: self.place,
            session: self.session,
            writer: self.writer.own(),
            queue: self.queue.map(own),
            login: Box::new(self.login.own()),
            message_id: self.message_id.map(own),
            fate: match self.fate {
                Fate::Known(tls, cipher) => Fate::Known(tls, cipher.map(own)),
                Fate::Waits(place) => Fate::Waits(place),
            },
        })
    }
}

impl Accepted<'_> {
    fn own(self) -> Accepted<'static> {
        Accepted { at: self.at, place: self.place, acceptance: self.acceptance.own() }
    }
}

impl Entry<'_> {
    fn own(self) -> Entry<'static> {
        let held = match self.held {
            Held::Nothing => Held::Nothing,
            Held::Plain(at) => Held::Plain(at),
            Held::Draft(draft) => Held::Draft(draft.own()),
        };
        Entry { instance: self.instance, held }
    }
}

//! Queue ids: from the line that begins a message to the line in which the queue manager takes it over.

use super::session::{Session, emit};
use super::{HORIZON, Joiner, PutOff};
use crate::event::{Acceptance, Former, Head, Id, Login, ProcessKey, QueueKey, Text, Writer};
use crate::submission::{Place, Sink, Tls};
use std::collections::hash_map;

/// A message that was begun: everything but its acceptance.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    pub at: i64,
    pub place: Place,
    pub session: ProcessKey,
    pub writer: Writer<'a>,
    pub queue: Option<Text<'a>>,
    pub login: Box<Login<'a>>,
    pub fate: Fate<'a>,
    pub message_id: Option<Text<'a>>,
}

/// Whether the TLS of a draft is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate<'a> {
    /// Settled, with the cipher.
    Known(Tls, Option<Text<'a>>),
    /// The session that began at this place has no TLS line yet; its end decides.
    Waits(Place),
}

/// The facts of a line that accepts one.
#[derive(Debug, Clone)]
pub struct Accepted<'a> {
    pub at: i64,
    pub place: Place,
    pub acceptance: Acceptance<'a>,
}

/// What one instance of a server holds under a queue id.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its number.
    pub instance: u32,
    pub held: Held<'a>,
}

/// The message under a queue id.
#[derive(Debug, Clone)]
pub enum Held<'a> {
    /// None: the id is free.
    Nothing,
    /// A message that nobody is to count any more, begun at this time.
    Plain(i64),
    /// A message of somebody who logged in.
    Draft(Box<Draft<'a>>),
}

impl<'a> Entry<'a> {
    /// The id is free.
    pub fn closed(instance: u32) -> Self {
        Self { instance, held: Held::Nothing }
    }

    pub fn draft_mut(&mut self) -> Option<&mut Draft<'a>> {
        match &mut self.held {
            Held::Draft(draft) => Some(draft),
            Held::Nothing | Held::Plain(_) => None,
        }
    }

    /// Whether it is this instance's, and holds a message.
    fn is_of(&self, instance: u32) -> bool {
        self.instance == instance && !matches!(self.held, Held::Nothing)
    }

    /// When the message under it was begun, if there is one.
    pub fn begun_at(&self) -> Option<i64> {
        match &self.held {
            Held::Nothing => None,
            Held::Plain(at) => Some(*at),
            Held::Draft(draft) => Some(draft.at),
        }
    }
}

/// A queue id of a host: one entry per instance, nearly always one.
#[derive(Debug, Clone, Default)]
pub struct Slot<'a> {
    first: Option<Entry<'a>>,
    more: Vec<Entry<'a>>,
    /// Earlier events of this id wait for the stretch of log before; so must what follows.
    pub waits: bool,
}

impl<'a> Slot<'a> {
    /// Whether this instance holds a message under the id. (If not, a line of its queue manager may be about a message of
    /// another one, which only the whole log knows.)
    pub fn holds(&self, instance: u32) -> bool {
        self.entries().any(|entry| entry.is_of(instance))
    }

    pub fn entries(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.first.iter().chain(&self.more)
    }

    pub fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry<'a>> {
        self.first.iter_mut().chain(&mut self.more)
    }

    pub fn drafts_mut(&mut self) -> impl Iterator<Item = &mut Draft<'a>> {
        self.entries_mut().filter_map(Entry::draft_mut)
    }

    pub fn into_entries(self) -> impl Iterator<Item = Entry<'a>> {
        self.first.into_iter().chain(self.more)
    }

    /// Replaces what an instance holds.
    pub fn set(&mut self, entry: Entry<'a>) {
        match &mut self.first {
            None => self.first = Some(entry),
            Some(first) if first.instance == entry.instance => *first = entry,
            Some(_) => match self.more.iter_mut().find(|old| old.instance == entry.instance) {
                Some(old) => *old = entry,
                None => self.more.push(entry),
            },
        }
    }

    /// Whether there is a message under it.
    pub fn is_open(&self) -> bool {
        self.entries().any(|entry| !matches!(entry.held, Held::Nothing))
    }

    /// The entry that a line of this instance's queue manager is about: its own, or, where a service logs under
    /// another name than its queue manager (`-o syslog_name=mailout`), the only draft there is.
    fn entry_for(&mut self, instance: u32) -> Option<&mut Entry<'a>> {
        if self.first.as_ref().is_some_and(|first| first.is_of(instance)) {
            return self.first.as_mut();
        }
        if self.holds(instance) {
            return self.entries_mut().find(|entry| entry.is_of(instance));
        }
        let mut drafts = self.entries_mut().filter(|entry| matches!(entry.held, Held::Draft(_)));
        let only = drafts.next();
        only.filter(|_| drafts.next().is_none())
    }
}

impl<'a> Entry<'a> {
    /// Takes the draft; the id stays in use until the message is gone.
    fn take(&mut self) -> Option<Box<Draft<'a>>> {
        let plain = self.begun_at().map_or(Held::Nothing, Held::Plain);
        match std::mem::replace(&mut self.held, plain) {
            Held::Draft(draft) => Some(draft),
            Held::Nothing | Held::Plain(_) => None,
        }
    }
}

/// Only the stretch of log before can tell.
struct Unknown;

impl<'a> Joiner<'a> {
    /// A message of somebody who logged in, who is taken out. Returns whether anything is known of its session.
    #[inline(never)]
    pub(super) fn begun(
        &mut self,
        head: &Head<'a>,
        queue: Option<&Text<'a>>,
        somebody: &mut Option<Box<Login<'a>>>,
        sink: &mut impl Sink,
    ) -> bool {
        let key = head.session();
        let (at, place, numbers) = (head.at, head.place, head.writer.numbers);
        let Some(login) = somebody.as_deref_mut() else { return true };
        if is_fresh(login) {
            if !self.anchored && !self.sessions.contains_key(&key) {
                return false;
            }
            if self.is_again(numbers.host, login, at) {
                return self.begun_by_nobody(&key, at, numbers.instance, queue.map(|id| head.queue(id)));
            }
        }
        // A content filter that logs in itself is no client.
        let (is_client, proxied) = (login.former == Former::Unnamed, login.proxied);
        let begin = |session: &mut Session<'a>| {
            let fate = match &session.tls {
                _ if proxied => Fate::Known(Tls::Unknown, None),
                Some((tls, cipher)) => Fate::Known(*tls, cipher.clone()),
                None => Fate::Waits(session.began),
            };
            (fate, is_client && !std::mem::replace(&mut session.counted, true))
        };
        let Some((fate, counts)) = self.in_session(&key, (at, place), sink, begin) else { return false };
        let Some(login) = somebody.take() else { return true };
        let (writer, queue) = (head.writer.clone(), queue.cloned());
        let draft = Box::new(Draft { at, place, session: key, writer, queue, login, fate, message_id: None });
        self.begin(draft, counts, sink);
        true
    }

    /// A message has begun; `counts`: and the session counts with it.
    fn begin(&mut self, draft: Box<Draft<'a>>, counts: bool, sink: &mut impl Sink) {
        let Writer { numbers, .. } = &draft.writer;
        let id = draft.queue.as_ref().map(|id| QueueKey { host: numbers.host, id: Id::of(id) });
        let instance = numbers.instance;
        match &draft.fate {
            Fate::Known(tls, cipher) if counts => emit(&draft, None, *tls, cipher.as_ref(), sink),
            Fate::Known(..) => {}
            Fate::Waits(_) => {
                if let Some(session) = self.sessions.get_mut(&draft.session).and_then(Option::as_mut) {
                    let pending = session.pending();
                    pending.waiting.extend(counts.then(|| (draft.clone(), None)));
                    pending.begun.extend(id.clone());
                }
            }
        }
        match id {
            Some(id) => self.set(id, Entry { instance, held: Held::Draft(draft) }),
            None => {
                if let Some(session) = self.sessions.get_mut(&draft.session).and_then(Option::as_mut) {
                    session.pending().held = Some(draft);
                }
            }
        }
    }

    /// A message that does not count takes the queue id, or the place of the one that the proxy held. Returns whether
    /// anything is known of its session.
    pub(super) fn begun_by_nobody(
        &mut self,
        key: &ProcessKey,
        at: i64,
        instance: u32,
        queue: Option<QueueKey>,
    ) -> bool {
        match self.sessions.get_mut(key) {
            None if !self.anchored => return false,
            Some(Some(session)) if session.is_live(at) => {
                session.last = session.last.max(at);
                if let Some(pending) = session.pending.as_deref_mut().filter(|_| queue.is_none()) {
                    pending.held = None;
                }
            }
            _ => {}
        }
        if let Some(key) = queue {
            self.set(key, Entry { instance, held: Held::Plain(at) });
        }
        true
    }

    /// What this instance's queue manager says of an id is about this slot; `Err` if the stretch before has to say what it
    /// is about.
    fn slot_for(&mut self, key: &QueueKey, instance: u32) -> Result<Option<&mut Slot<'a>>, Unknown> {
        let slot = self.queue.get_mut(key);
        let waits = |slot: &Slot<'a>| slot.waits || !slot.holds(instance);
        if !self.anchored && slot.as_deref().is_none_or(waits) { Err(Unknown) } else { Ok(slot) }
    }

    /// A message is accepted. Returns whether it is known which.
    pub(super) fn accepted(
        &mut self,
        key: &QueueKey,
        instance: u32,
        accepted: impl FnOnce() -> Accepted<'a>,
        sink: &mut impl Sink,
    ) -> bool {
        let Ok(slot) = self.slot_for(key, instance) else { return false };
        let draft = slot.and_then(|slot| slot.entry_for(instance)).and_then(Entry::take);
        if let Some(draft) = draft {
            let accepted = accepted();
            if accepted.at.saturating_sub(draft.at).saturating_abs() <= HORIZON {
                self.settle_or_ask(draft, accepted, sink);
            }
        }
        true
    }

    /// A message has this Message-ID. Returns whether it is known which.
    pub(super) fn named(&mut self, key: &QueueKey, instance: u32, message_id: &Text<'a>) -> bool {
        let Ok(slot) = self.slot_for(key, instance) else { return false };
        let entry = slot.and_then(|slot| slot.entry_for(instance));
        if let Some(draft) = entry.and_then(Entry::draft_mut) {
            draft.message_id = Some(message_id.clone());
        }
        true
    }

    /// The proxy took over the message that it held. Returns whether anything is known of its session.
    pub(super) fn proxied(&mut self, key: &ProcessKey, accepted: Accepted<'a>, sink: &mut impl Sink) -> bool {
        let Some(known) = self.sessions.get_mut(key) else { return self.anchored };
        let Some(session) = known else { return true };
        session.last = session.last.max(accepted.at);
        if let Some(draft) = session.pending.as_deref_mut().and_then(|pending| pending.held.take())
            && accepted.at.saturating_sub(draft.at).saturating_abs() <= HORIZON
        {
            self.settle_or_ask(draft, accepted, sink);
        }
        true
    }

    /// Tells an accepted message, unless the stretch before has to say whether it was taken in before.
    pub(super) fn settle_or_ask(
        &mut self,
        draft: Box<Draft<'a>>,
        accepted: Accepted<'a>,
        sink: &mut impl Sink,
    ) {
        if matches!(draft.login.former, Former::Asked(_)) {
            self.puts_off_drafts = true;
            self.put_off.push(PutOff::Again(draft, accepted));
        } else {
            self.settle(draft, accepted, sink);
        }
    }

    /// Says what an instance holds under a queue id from now on.
    pub(super) fn set(&mut self, key: QueueKey, entry: Entry<'a>) {
        if self.anchored && matches!(entry.held, Held::Nothing) {
            let Some(slot) = self.queue.get_mut(&key) else { return };
            slot.set(entry);
            if !slot.is_open() {
                self.queue.remove(&key);
            }
            return;
        }
        match self.queue.entry(key) {
            hash_map::Entry::Vacant(place) => {
                place.insert(Slot { first: Some(entry), ..Slot::default() });
            }
            hash_map::Entry::Occupied(place) if place.get().waits => {
                self.puts_off_drafts |= matches!(entry.held, Held::Draft(_));
                self.put_off.push(PutOff::Entry(place.key().clone(), entry));
            }
            hash_map::Entry::Occupied(place) => place.into_mut().set(entry),
        }
    }
}

/// Whether nothing has been asked about a former id yet.
fn is_fresh(login: &Login<'_>) -> bool {
    matches!(login.former, Former::Named(_))
}

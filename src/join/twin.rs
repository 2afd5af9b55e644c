//! Message tracking and protocol logs of the same server: one message, told by both.
//!
//! Both name it alike where they can: session id, time and number, in `source-context` and beside `receiving message`. Else
//! the Message-ID on one server is its name. The protocol log's message counts; tracking adds what that log lacks, and
//! counts itself only where no protocol log tells the message.
//!
//! Where halves had to be given up before the logs were over, one of the other kind that comes later may be the same message
//! told again. It is not told: too few is said, too many would not be noticed.

use super::HORIZON;
use crate::event::{Text, own};
use crate::map::Map;
use crate::submission::Sink;
use crate::turn::{Record, Tracked};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A message of a protocol log.
#[derive(Clone, Debug)]
pub struct Logged<'a> {
    /// The name by which message tracking knows it.
    pub context: Option<Text<'a>>,
    /// The session in which it was taken.
    pub session: Text<'a>,
    /// The server that took it, which need not be the one that the client spoke to.
    pub server: Text<'a>,
    /// What is known of it.
    pub record: Record<'a>,
    /// The client's session at the front end.
    pub front: Option<Arc<Record<'static>>>,
}

impl Logged<'_> {
    /// Tells it.
    pub fn tell(&self, sink: &mut impl Sink) {
        self.record.tell_of(self.front.as_deref().unwrap_or(&self.record), sink);
    }

    /// The same with owned text.
    pub fn own(self) -> Logged<'static> {
        let Self { context, session, server, record, front } = self;
        let context = context.map(own);
        Logged { context, session: own(session), server: own(server), record: record.own(), front }
    }
}

/// One kind of halves, found by either of their names.
#[derive(Clone, Debug)]
struct Halves<T> {
    all: BTreeMap<u64, T>,
    next: u64,
    by_name: Map<Vec<u8>, Vec<u64>>,
}

impl<T> Default for Halves<T> {
    fn default() -> Self {
        Self { all: BTreeMap::new(), next: 0, by_name: Map::default() }
    }
}

impl<T> Halves<T> {
    fn put(&mut self, half: T, names: Names) {
        let number = self.next;
        self.next = number.saturating_add(1);
        self.all.insert(number, half);
        for name in names.into_iter().flatten() {
            self.by_name.entry(name).or_default().push(number);
        }
    }

    /// Takes out the first half that bears one of these names and fits.
    fn take(&mut self, names: &Names, fits: impl Fn(&T) -> bool) -> Option<T> {
        for name in names.iter().flatten() {
            let Some(numbers) = self.by_name.get_mut(name) else { continue };
            numbers.retain(|number| self.all.contains_key(number));
            let found = numbers.iter().copied().find(|number| self.all.get(number).is_some_and(&fits));
            if let Some(half) = found.and_then(|number| self.all.remove(&number)) {
                return Some(half);
            }
        }
        None
    }

    /// Takes out all that fit.
    fn drain(&mut self, fits: impl Fn(&T) -> bool) -> Vec<T> {
        let drained = self.all.extract_if(.., |_, half| fits(half)).map(|(_, half)| half).collect();
        let all = &self.all;
        self.by_name.retain(|_, numbers| {
            numbers.retain(|number| all.contains_key(number));
            !numbers.is_empty()
        });
        drained
    }
}

/// The names of a message: the exact one first.
type Names = [Option<Vec<u8>>; 2];

fn names(context: Option<&Text<'_>>, server: &[u8], message_id: Option<&Text<'_>>) -> Names {
    let exact = context.map(|context| [b"context ", &**context].concat());
    let host = server.split(|byte| *byte == b'.').next().unwrap_or(server).to_ascii_lowercase();
    let id = message_id.filter(|id| !id.is_empty());
    [exact, id.map(|id| [host.as_slice(), b" ", &**id].concat())]
}

/// What waits for its other half.
#[derive(Clone, Debug, Default)]
pub struct Twins {
    logged: Halves<Logged<'static>>,
    tracked: Halves<Tracked<'static>>,
    /// The newest message of each kind that was told alone.
    told_logged: Option<i64>,
    told_tracked: Option<i64>,
    /// Messages that may have been told by their other half.
    late: usize,
}

impl Twins {
    /// How much waits.
    pub fn len(&self) -> usize {
        self.logged.all.len().saturating_add(self.tracked.all.len())
    }

    /// Takes in a message of a protocol log: the whole, if its other half is there.
    pub fn logged<'a>(&mut self, logged: Logged<'a>) -> Option<Logged<'a>> {
        let names = names(logged.context.as_ref(), &logged.server, logged.record.message_id.as_ref());
        match self.tracked.take(&names, |tracked| is_same(&logged, tracked)) {
            Some(tracked) => Some(completed(logged, tracked.record)),
            None if may_be_told(&logged.record, self.told_tracked) => {
                self.late = self.late.saturating_add(1);
                None
            }
            None => {
                self.logged.put(logged.own(), names);
                None
            }
        }
    }

    /// Takes in a message of message tracking: the whole, if its other half is there.
    pub fn tracked<'a>(&mut self, tracked: Tracked<'a>) -> Option<Logged<'a>> {
        let record = &tracked.record;
        let names = names(tracked.context.as_ref(), &record.server, record.message_id.as_ref());
        match self.logged.take(&names, |logged| is_same(logged, &tracked)) {
            Some(logged) => Some(completed(logged, tracked.record)),
            None if may_be_told(&tracked.record, self.told_logged) => {
                // Mail of strangers is not told anyway.
                self.late = self.late.saturating_add(usize::from(tracked.is_marked));
                None
            }
            None => {
                self.tracked.put(tracked.own(), names);
                None
            }
        }
    }

    /// Gives up what is older than an instant: messages of protocol logs, and those of message tracking.
    pub fn drop_before(&mut self, limit: i64) -> (Vec<Logged<'static>>, Vec<Tracked<'static>>) {
        let logged = self.logged.drain(|logged| logged.record.at < limit);
        let tracked = self.tracked.drain(|tracked| tracked.record.at < limit);
        let marked = tracked.iter().filter(|tracked| tracked.is_marked);
        self.told_logged = self.told_logged.max(logged.iter().map(|logged| logged.record.at).max());
        self.told_tracked = self.told_tracked.max(marked.map(|tracked| tracked.record.at).max());
        (logged, tracked)
    }

    /// How many messages were not told since the last time because they may have been told by their other half.
    pub fn take_late(&mut self) -> usize {
        std::mem::take(&mut self.late)
    }

    /// The times of what waits.
    pub fn ages(&self) -> impl Iterator<Item = i64> {
        self.waiting().map(|record| record.at)
    }

    /// The messages that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &Record<'static>> {
        let tracked = self.tracked.all.values().map(|tracked| &tracked.record);
        self.logged.all.values().map(|logged| &logged.record).chain(tracked)
    }
}

/// Whether a message may be one of those that were told up to an instant.
fn may_be_told(record: &Record<'_>, told: Option<i64>) -> bool {
    told.is_some_and(|newest| record.at.saturating_sub(newest) <= HORIZON)
}

fn is_same(logged: &Logged<'_>, tracked: &Tracked<'_>) -> bool {
    let is_near = logged.record.at.saturating_sub(tracked.record.at).saturating_abs() <= HORIZON;
    match (&logged.context, &tracked.context) {
        // The name holds the time: a table may be in another zone.
        (Some(one), Some(other)) => one == other,
        // They were found by the Message-ID, which anybody may choose, but nobody chooses the session.
        (None, Some(context)) => {
            is_near && context.split(|byte| *byte == b';').next() == Some(&logged.session)
        }
        (_, None) => is_near,
    }
}

/// What the protocol log knows, with what only message tracking knows.
fn completed<'a>(logged: Logged<'a>, tracked: Record<'a>) -> Logged<'a> {
    let record = logged.record;
    let mut counts = record.counts;
    let known = |count: u64, other: u64| if count > 0 { count } else { other };
    counts.recipients = known(counts.recipients, tracked.counts.recipients);
    counts.bytes = known(counts.bytes, tracked.counts.bytes);
    let record = Record {
        sender: record.sender.or(tracked.sender),
        client: record.client.or(tracked.client),
        helo: record.helo.or(tracked.helo),
        message_id: record.message_id.or(tracked.message_id),
        counts,
        ..record
    };
    Logged { record, ..logged }
}

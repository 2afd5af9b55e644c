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
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
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

/// One kind of halves, found by any of their names.
#[derive(Clone, Debug)]
struct Halves<T> {
    all: BTreeMap<u64, T>,
    next: u64,
    by_name: Map<Vec<u8>, Bearers>,
}

/// Who bears a name, by time. Those that are gone are left out when they are met.
#[derive(Clone, Debug)]
enum Bearers {
    /// Nearly always.
    One((i64, u64)),
    /// Anybody may choose a Message-ID, and some choose the same for all.
    Many(BTreeSet<(i64, u64)>),
}

impl Bearers {
    fn add(&mut self, bearer: (i64, u64)) {
        match self {
            Self::One(one) => *self = Self::Many(BTreeSet::from([*one, bearer])),
            Self::Many(many) => {
                many.insert(bearer);
            }
        }
    }

    /// Takes out the first between two instants.
    fn take(&mut self, (from, to): (i64, i64)) -> Option<u64> {
        match self {
            Self::One((at, number)) => {
                let number = Some(*number).filter(|_| (from..=to).contains(at))?;
                *self = Self::Many(BTreeSet::new());
                Some(number)
            }
            Self::Many(many) => {
                let bearer = *many.range((from, 0)..=(to, u64::MAX)).next()?;
                many.remove(&bearer);
                Some(bearer.1)
            }
        }
    }

    /// Keeps some; whether any is left.
    fn keep(&mut self, is_kept: impl Fn(u64) -> bool) -> bool {
        match self {
            Self::One((_, number)) => is_kept(*number),
            Self::Many(many) => {
                many.retain(|(_, number)| is_kept(*number));
                !many.is_empty()
            }
        }
    }
}

impl<T> Default for Halves<T> {
    fn default() -> Self {
        Self { all: BTreeMap::new(), next: 0, by_name: Map::default() }
    }
}

impl<T> Halves<T> {
    fn put(&mut self, half: T, at: i64, names: Vec<Vec<u8>>) {
        let bearer = (at, self.next);
        self.next = self.next.saturating_add(1);
        self.all.insert(bearer.1, half);
        for name in names {
            match self.by_name.entry(name) {
                Entry::Occupied(bearers) => bearers.into_mut().add(bearer),
                Entry::Vacant(place) => {
                    place.insert(Bearers::One(bearer));
                }
            }
        }
    }

    /// Takes out the first half that bears a name between two instants.
    fn take(&mut self, name: &[u8], within: (i64, i64)) -> Option<T> {
        let bearers = self.by_name.get_mut(name)?;
        let half = std::iter::from_fn(|| bearers.take(within)).find_map(|number| self.all.remove(&number));
        if matches!(bearers, Bearers::Many(many) if many.is_empty()) {
            self.by_name.remove(name);
        }
        half
    }

    /// Takes out all that fit.
    fn drain(&mut self, fits: impl Fn(&T) -> bool) -> Vec<T> {
        let drained = self.all.extract_if(.., |_, half| fits(half)).map(|(_, half)| half).collect();
        let all = &self.all;
        self.by_name.retain(|_, bearers| bearers.keep(|number| all.contains_key(&number)));
        drained
    }
}

/// How a message is called: by its exact name, and on one server by its Message-ID, together with its session or alone.
struct Names {
    exact: Option<Vec<u8>>,
    in_session: Option<Vec<u8>>,
    alone: Option<Vec<u8>>,
}

fn names(
    context: Option<&Text<'_>>,
    session: Option<&[u8]>,
    server: &[u8],
    message_id: Option<&Text<'_>>,
) -> Names {
    let host = server.split(|byte| *byte == b'.').next().unwrap_or(server).to_ascii_lowercase();
    let id = message_id.filter(|id| !id.is_empty());
    Names {
        exact: context.map(|context| [b"context ", &**context].concat()),
        in_session: id
            .zip(session)
            .map(|(id, session)| [host.as_slice(), b" in ", session, b" ", &**id].concat()),
        alone: id.map(|id| [host.as_slice(), b" ", &**id].concat()),
    }
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
        let (at, context) = (logged.record.at, logged.context.as_ref());
        let session = Some(&*logged.session).filter(|_| context.is_none());
        let names = names(context, session, &logged.server, logged.record.message_id.as_ref());
        // The exact name holds the time: a table may be in another zone.
        let exact = names.exact.as_ref().and_then(|name| self.tracked.take(name, EVER));
        // Anybody may choose a Message-ID, but nobody chooses the session.
        let mut near = |name: &Option<Vec<u8>>| self.tracked.take(name.as_ref()?, around(at));
        if let Some(tracked) = exact.or_else(|| near(&names.in_session)).or_else(|| near(&names.alone)) {
            return Some(completed(logged, tracked.record));
        }
        if may_be_told(&logged.record, self.told_tracked) {
            self.late = self.late.saturating_add(1);
            return None;
        }
        let names = [names.exact, names.in_session, names.alone];
        self.logged.put(logged.own(), at, names.into_iter().flatten().collect());
        None
    }

    /// Takes in a message of message tracking: the whole, if its other half is there.
    pub fn tracked<'a>(&mut self, tracked: Tracked<'a>) -> Option<Logged<'a>> {
        let record = &tracked.record;
        let (at, context) = (record.at, tracked.context.as_ref());
        let session = context.and_then(|context| context.split(|byte| *byte == b';').next());
        let mut names = names(context, session, &record.server, record.message_id.as_ref());
        if context.is_some() {
            // What bears another exact name is another message.
            names.alone = None;
        }
        let exact = names.exact.as_ref().and_then(|name| self.logged.take(name, EVER));
        let mut near = |name: &Option<Vec<u8>>| self.logged.take(name.as_ref()?, around(at));
        if let Some(logged) = exact.or_else(|| near(&names.in_session)).or_else(|| near(&names.alone)) {
            return Some(completed(logged, tracked.record));
        }
        if may_be_told(record, self.told_logged) {
            // Mail of strangers is not told anyway.
            self.late = self.late.saturating_add(usize::from(tracked.is_marked));
            return None;
        }
        let names = [names.exact, names.in_session, names.alone];
        self.tracked.put(tracked.own(), at, names.into_iter().flatten().collect());
        None
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

/// Whatever the time.
const EVER: (i64, i64) = (i64::MIN, i64::MAX);

/// When the other half of a message may have been taken.
fn around(at: i64) -> (i64, i64) {
    (at.saturating_sub(HORIZON), at.saturating_add(HORIZON))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::{Basis, Counts, Place, Tls};
    use std::borrow::Cow;

    fn text(text: &str) -> Text<'static> {
        Cow::Owned(text.as_bytes().to_vec())
    }

    fn record(at: i64) -> Record<'static> {
        Record {
            at,
            place: Place::default(),
            server: text("EXCH01"),
            service: text("Client Proxy EXCH01"),
            sender: None,
            login: None,
            client: None,
            helo: None,
            tls: Tls::Unknown,
            cipher: None,
            mechanism: None,
            basis: Basis::Likely,
            message_id: Some(text("same@for.all")),
            internal_id: None,
            counts: Counts::message(1, 1),
        }
    }

    fn logged(at: i64, context: Option<&str>) -> Logged<'static> {
        let context = context.map(text);
        Logged { context, session: text("08D0"), server: text("EXCH01"), record: record(at), front: None }
    }

    fn tracked(at: i64, context: Option<&str>) -> Tracked<'static> {
        Tracked { context: context.map(text), record: record(at), is_marked: true }
    }

    #[test]
    fn halves_meet_by_what_both_say() {
        let meet = |one: Option<&str>, other: Option<&str>, later: i64| {
            let (mut first, mut second) = (Twins::default(), Twins::default());
            assert!(
                first.logged(logged(0, one)).is_none() && second.tracked(tracked(later, other)).is_none()
            );
            let met = first.tracked(tracked(later, other)).is_some();
            assert_eq!(met, second.logged(logged(0, one)).is_some(), "{one:?} {other:?}");
            assert_eq!((first.len(), second.len()), if met { (0, 0) } else { (2, 2) });
            met
        };
        assert!(meet(Some("08D0;1"), Some("08D0;1"), 9 * HORIZON));
        assert!(!meet(Some("08D0;1"), Some("08D0;2"), 0));
        assert!(meet(None, Some("08D0;2"), HORIZON) && !meet(None, Some("08D0;2"), HORIZON + 1));
        assert!(!meet(None, Some("08D1;2"), 0));
        assert!(meet(None, None, HORIZON) && meet(Some("08D0;1"), None, HORIZON));
        assert!(!meet(Some("08D0;1"), None, HORIZON + 1));
    }

    /// One Message-ID for all messages makes no message look at all the others. How many are looked at cannot be seen from
    /// here, so time has to tell: a quadratic search would take minutes.
    #[test]
    fn one_name_for_all_costs_no_more_than_many() {
        let begin = std::time::Instant::now();
        let mut twins = Twins::default();
        for number in 0..40_000 {
            assert!(twins.logged(logged(number, None)).is_none());
        }
        for number in 0..40_000 {
            assert!(twins.tracked(tracked(number, None)).is_some());
        }
        // Those that are too far apart are not looked at either.
        for number in 0..40_000 {
            assert!(twins.logged(logged(number, None)).is_none());
            assert!(twins.tracked(tracked(number + 1_000_000, Some("08D0;1"))).is_none());
        }
        assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
    }
}

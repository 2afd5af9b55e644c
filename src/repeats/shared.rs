//! What of all inputs is compared, and by what.

use super::Completed;
use super::servers::Servers;
use crate::formats::detect::Reader;
use crate::probe::{Input, Pass};
use crate::submission::{Place, Submission};
use crate::time::HOUR;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

/// How many identities are remembered at most: 400 MB, or double that while the table grows.
pub(super) const MOST: usize = 5_000_000;

/// What a reading learnt that the next one of the same inputs needs.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// Identities are hashed with a seed of their own run: senders and logins are chosen by strangers, who could else make
    /// two messages look the same. 64 bits: among five million the odds of two alike are one in a million.
    seed: RandomState,
    /// The time that each input covers, by rank; none if it is not known.
    covers: Vec<Option<(i64, i64)>>,
    /// What copies know more than the first of them.
    pub completed: Option<Arc<Completed>>,
    /// How many identities are remembered at most.
    pub most: usize,
}

impl Default for Learnt {
    fn default() -> Self {
        Self { seed: RandomState::new(), covers: Vec::new(), completed: None, most: MOST }
    }
}

impl Learnt {
    /// The same, once it is known which time each input covers. `None`: that was known before.
    pub fn covering(&self, mut covers: Vec<Option<(i64, i64)>>) -> Option<Self> {
        // The stamps of two copies may be a little apart.
        for (from, to) in covers.iter_mut().flatten() {
            (*from, *to) = (from.saturating_sub(HOUR), to.saturating_add(HOUR));
        }
        (self.covers != covers).then(|| Self { covers, ..self.clone() })
    }

    /// The same, once all copies were seen.
    #[must_use]
    pub fn with(&self, completed: Completed) -> Self {
        Self { completed: Some(Arc::new(completed)), ..self.clone() }
    }
}

/// What is compared, of all inputs.
#[derive(Debug)]
pub struct Shared {
    pub(super) inputs: Vec<Compared>,
    /// The times that two inputs cover, or one twice; in order, apart from each other.
    twice: Vec<(i64, i64)>,
    /// For each chain, the time from the first to the last that inputs of later chains share.
    later: Vec<Option<(i64, i64)>>,
    servers: Servers,
    /// A log without host names is among them: the ids that Exim gives tell messages apart without the server's name.
    has_nameless: bool,
    seed: RandomState,
    pub(super) most: usize,
}

/// What is compared of an input.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    pub(super) chain: u32,
    pub(super) shared: Option<(i64, i64)>,
    pub(super) all_alike: bool,
    pub(super) is_log: bool,
    pub(super) has_hosts: bool,
    pub(super) stands_for: Option<Box<[u8]>>,
    pub(super) passes: Vec<Pass>,
}

/// A reading of a time: a chain, and which of them where an input holds a time twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    chain: u32,
    pass: u32,
    /// The input holds it again.
    is_last: bool,
}

impl Shared {
    /// Of these inputs.
    pub fn new(inputs: &[Input], learnt: &Learnt) -> Self {
        let compared = |(rank, input): (usize, &Input)| {
            let covers = learnt.covers.get(rank).copied().flatten();
            let within = |(from, to): (i64, i64)| match covers {
                Some((first, last)) => (from.max(first), to.min(last)),
                None => (from, to),
            };
            Compared {
                chain: u32::try_from(input.overlap.chain).unwrap_or(u32::MAX),
                shared: input.overlap.shared.map(within),
                all_alike: input.overlap.all_alike,
                is_log: matches!(input.detected.reader, Reader::Lines(_)),
                has_hosts: !input.ends.hosts.is_empty(),
                stands_for: input.overlap.stands_for.clone(),
                passes: input.ends.passes.clone(),
            }
        };
        let hosts = inputs.iter().flat_map(|input| &input.ends.hosts).map(AsRef::as_ref);
        Self::of(inputs.iter().enumerate().map(compared).collect(), Servers::of(hosts), learnt)
    }

    pub(super) fn of(inputs: Vec<Compared>, servers: Servers, learnt: &Learnt) -> Self {
        let chains = inputs.iter().map(|input| input.chain).max().map_or(0, |last| last.saturating_add(1));
        let mut later = vec![None; usize::try_from(chains).unwrap_or(0)];
        for input in &inputs {
            // First, those of the next chain; then all behind.
            let before = input.chain.checked_sub(1).and_then(|before| usize::try_from(before).ok());
            let place = before.and_then(|before| later.get_mut(before));
            place.into_iter().for_each(|place| *place = hull(*place, input.shared));
        }
        let mut behind = None;
        for place in later.iter_mut().rev() {
            behind = hull(behind, *place);
            *place = behind;
        }
        let is_nameless = |input: &Compared| input.is_log && input.shared.is_some() && !input.has_hosts;
        Self {
            twice: twice(&inputs),
            has_nameless: inputs.iter().any(is_nameless),
            later,
            inputs,
            servers,
            seed: learnt.seed.clone(),
            most: learnt.most,
        }
    }

    /// Whether anything is compared.
    pub fn is_any(&self) -> bool {
        !self.twice.is_empty()
    }

    /// The identity of a submission, if it is to be compared with others.
    pub fn identity(&self, submission: &Submission<'_>) -> Option<u64> {
        let input = self.input(submission.place)?;
        let time = submission.time?;
        let (from, to) = input.shared?;
        if !(from..=to).contains(&time) || !self.is_twice(time) {
            return None;
        }
        let counts = submission.counts();
        let is_message = counts.messages > 0;
        let is_countable = counts.messages.max(counts.sessions).max(counts.recipients) < u64::from(u32::MAX);
        let kind = (is_message, counts.sessions, counts.failed_logins > 0);
        let of_log = input.stands_for.as_deref();
        let server = submission.server.map(|server| self.servers.name(server)).or(of_log);
        // A sign-in of an export has an id too; a session of a log has that of a message at best.
        let id = submission.queue_id.or(submission.message_id).filter(|_| is_message || !input.is_log);
        if !is_countable {
            return None;
        }
        let Some(id) = id else {
            // Without an id it is compared by all that it says, if it is known whose it is.
            let is_known = input.all_alike && (server.is_some() || !input.is_log || input.has_hosts);
            let who = (submission.login, submission.client, submission.sender);
            let more =
                is_message.then_some((submission.helo, counts.messages, counts.recipients, counts.bytes));
            return is_known.then(|| self.hash((kind, server, submission.service, time, who, more)));
        };
        // The service of a sign-in is what one of its exports knows of it, and another does not.
        let service = submission.service.filter(|_| is_message || input.is_log);
        let who = (service, submission.sender);
        // Exim's ids hold the second and the process, and its own log may have no host and a stamp a second apart.
        if input.is_log && id.contains(&b'-') {
            return Some(self.hash((kind, server.filter(|_| !self.has_nameless), id, who)));
        }
        Some(self.hash((kind, server, id, time, who)))
    }

    pub(super) fn hash(&self, what: impl Hash) -> u64 {
        self.seed.hash_one(what)
    }

    fn input(&self, place: Place) -> Option<&Compared> {
        self.inputs.get(usize::try_from(place.input).ok()?)
    }

    /// In which turn a place is read.
    pub(super) fn turn(&self, place: Place) -> Option<Turn> {
        let input = self.input(place)?;
        let pass = input.passes.partition_point(|pass| pass.begins <= place.offset);
        let is_last = pass == input.passes.len();
        Some(Turn { chain: input.chain, pass: u32::try_from(pass).unwrap_or(u32::MAX), is_last })
    }

    fn is_twice(&self, time: i64) -> bool {
        let at = self.twice.partition_point(|(_, to)| *to < time);
        self.twice.get(at).is_some_and(|(from, _)| *from <= time)
    }

    /// Whether this time may come again behind a turn.
    pub(super) fn comes_again(&self, turn: Turn, time: i64) -> bool {
        !turn.is_last || self.is_later(turn.chain, time)
    }

    /// Whether an input of a later chain may cover this time.
    pub(super) fn is_later(&self, chain: u32, time: i64) -> bool {
        let later = usize::try_from(chain).ok().and_then(|chain| *self.later.get(chain)?);
        later.is_some_and(|(from, to)| (from..=to).contains(&time))
    }
}

fn hull(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}

/// The times that two of these cover.
fn twice(inputs: &[Compared]) -> Vec<(i64, i64)> {
    let mut covered: Vec<(i64, i64)> = Vec::new();
    for input in inputs {
        let Some((from, to)) = input.shared else { continue };
        let with_grace = |pass: &Pass| {
            let (first, last) = pass.covers;
            (from.max(first.saturating_sub(HOUR)), to.min(last.saturating_add(HOUR)))
        };
        if input.passes.is_empty() {
            covered.push((from, to));
        }
        covered.extend(input.passes.iter().map(with_grace));
    }
    covered.retain(|(from, to)| from <= to);
    covered.sort_unstable();
    let mut twice: Vec<(i64, i64)> = Vec::new();
    let mut until: Option<i64> = None;
    for (from, to) in covered {
        if let Some(last) = until.filter(|last| *last >= from) {
            match twice.last_mut() {
                Some(before) if before.1 >= from => before.1 = before.1.max(to.min(last)),
                _ => twice.push((from, to.min(last))),
            }
        }
        until = until.max(Some(to));
    }
    twice
}

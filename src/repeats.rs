//! The same message in two inputs counts once.
//!
//! Of inputs that overlap, the submissions that lie in the time of others are compared by *identity*: what they are, where and
//! when, and whose. Within one chain of inputs (`probe::Overlap`) the same identity may well come several times, as five
//! refused logins within a second do; so an identity counts as often as it stands in that chain which has it most often. The
//! first copies stay, in the order of the logs: workers hand what they find to the ordered stage, which decides.

mod record;

pub use record::Held;

use crate::map::Map;
use crate::probe::Input;
use crate::submission::Submission;
use crate::time::HOUR;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

/// How many identities are remembered at most: about 200 MB.
const CAP: usize = 5_000_000;

/// What is compared, of all inputs.
#[derive(Debug)]
pub struct Shared {
    inputs: Vec<Place>,
    /// For each chain, the times that inputs of later chains share.
    later: Vec<Vec<(i64, i64)>>,
    /// Identities are hashed with a seed of their own run: senders and logins are chosen by strangers, who could else make
    /// two messages look the same. 64 bits: among five million the odds of two alike are one in a million.
    seed: RandomState,
}

/// What is compared of an input.
#[derive(Clone, Copy, Debug)]
struct Place {
    chain: usize,
    shared: Option<(i64, i64)>,
    all_alike: bool,
}

impl Shared {
    /// Of these inputs.
    pub fn new(inputs: &[Input]) -> Self {
        let place = |input: &Input| Place {
            chain: input.overlap.chain,
            shared: input.overlap.shared,
            all_alike: input.overlap.all_alike,
        };
        let inputs: Vec<Place> = inputs.iter().map(place).collect();
        let chains = inputs.iter().map(|input| input.chain).max().map_or(0, |last| last.saturating_add(1));
        let later = |chain: usize| {
            inputs.iter().filter(|input| input.chain > chain).filter_map(|input| input.shared).collect()
        };
        Self { later: (0..chains).map(later).collect(), inputs, seed: RandomState::new() }
    }

    /// The identity of a submission, if it is to be compared with others.
    pub fn identity(&self, submission: &Submission<'_>) -> Option<u64> {
        let place = self.place(submission)?;
        let time = submission.time?;
        let (from, to) = place.shared?;
        if !(from..=to).contains(&time) {
            return None;
        }
        let counts = submission.counts();
        let id = submission.queue_id.or(submission.message_id);
        let is_message = counts.messages > 0;
        if is_message && id.is_none() && !place.all_alike {
            return None;
        }
        // What a message without an id says of itself beside who sent it.
        let more = (is_message && id.is_none()).then_some((
            submission.helo,
            submission.message_id,
            (counts.messages, counts.recipients, counts.bytes),
        ));
        let kind = (is_message, counts.sessions, counts.failed_logins > 0);
        let who = (submission.login, submission.client, submission.sender);
        Some(self.seed.hash_one((kind, submission.server, submission.service, id, time, who, more)))
    }

    /// The chain in which the input of a submission is read.
    fn place(&self, submission: &Submission<'_>) -> Option<Place> {
        self.inputs.get(usize::try_from(submission.place.input).ok()?).copied()
    }

    /// Whether an input of a later chain covers this time.
    fn comes_again(&self, chain: usize, time: i64) -> bool {
        self.later.get(chain).into_iter().flatten().any(|(from, to)| (*from..=*to).contains(&time))
    }
}

/// What was in two inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Messages, sessions and failed logins of an input that an earlier one holds too, by the ranks of both.
    pub by_pair: BTreeMap<(u32, u32), [u64; 3]>,
    /// More than could be remembered: some may have been counted twice.
    pub is_incomplete: bool,
}

/// Identities that were seen and may come again, by the hour.
#[derive(Debug, Default)]
pub struct Repeats {
    seen: BTreeMap<i64, Map<u64, Seen>>,
    len: usize,
    /// The chain at hand.
    chain: usize,
    /// What was left out so far.
    pub repeated: Repeated,
}

/// An identity that was seen.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The input that had it first.
    input: u32,
    /// The chain that has it at hand, and how often it had it.
    chain: u32,
    times: u32,
    /// How often it counts.
    counted: u32,
}

impl Repeats {
    /// How much of a submission counts: all of it, nothing, or of several refused logins some.
    pub fn decide(&mut self, shared: &Shared, identity: u64, submission: &Submission<'_>) -> u64 {
        let counts = submission.counts();
        let units = counts.failed_logins.max(1);
        let Some((place, time)) = shared.place(submission).zip(submission.time) else { return units };
        let chain = u32::try_from(place.chain).unwrap_or(u32::MAX);
        let times = u32::try_from(units).unwrap_or(u32::MAX);
        let hour = time.div_euclid(HOUR);
        if let Some(seen) = self.seen.get_mut(&hour).and_then(|hour| hour.get_mut(&identity)) {
            if seen.chain != chain {
                (seen.chain, seen.times) = (chain, 0);
            }
            seen.times = seen.times.saturating_add(times);
            let new = u64::from(seen.times.saturating_sub(seen.counted));
            seen.counted = seen.counted.max(seen.times);
            let pair = (submission.place.input, seen.input);
            if new < units {
                self.repeated.count(pair, submission, units.saturating_sub(new));
            }
            return new;
        }
        if shared.comes_again(place.chain, time) {
            if self.len >= CAP {
                self.repeated.is_incomplete = true;
                return units;
            }
            let seen = Seen { input: submission.place.input, chain, times, counted: times };
            self.seen.entry(hour).or_default().insert(identity, seen);
            self.len = self.len.saturating_add(1);
        }
        units
    }

    /// An input of this chain is read: if it is a new one, forgets what neither it nor a later one holds.
    pub fn enter_chain(&mut self, shared: &Shared, chain: usize) {
        if chain > self.chain {
            self.forget(shared, chain.saturating_sub(1));
            self.chain = chain;
        }
    }

    /// The chains up to this one are read: forgets what no later one holds.
    fn forget(&mut self, shared: &Shared, chain: usize) {
        let comes_again = |hour: i64| {
            let (from, to) = (hour.saturating_mul(HOUR), hour.saturating_add(1).saturating_mul(HOUR));
            shared.later.get(chain).into_iter().flatten().any(|(first, last)| *first < to && *last >= from)
        };
        self.seen.retain(|hour, _| comes_again(*hour));
        self.len = self.seen.values().map(Map::len).sum();
    }
}

impl Repeated {
    fn count(&mut self, pair: (u32, u32), submission: &Submission<'_>, units: u64) {
        let counts = submission.counts();
        let failed = if counts.failed_logins > 0 { units } else { 0 };
        let sums = self.by_pair.entry(pair).or_default();
        for (sum, more) in sums.iter_mut().zip([counts.messages, counts.sessions, failed]) {
            *sum = sum.saturating_add(more);
        }
    }

    /// Messages (else sessions, else failed logins) that were in two inputs.
    pub fn submissions(&self, of: impl Fn((u32, u32)) -> bool) -> (u64, (&'static str, &'static str)) {
        const WORDS: [(&str, &str); 3] =
            [("message", "messages"), ("session", "sessions"), ("failed login", "failed logins")];
        let mut sums = [0_u64; 3];
        for (_, counts) in self.by_pair.iter().filter(|(pair, _)| of(**pair)) {
            sums.iter_mut().zip(counts).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        }
        let found = sums.into_iter().zip(WORDS).find(|(sum, _)| *sum > 0);
        found.unwrap_or((0, ("message", "messages")))
    }
}

#[cfg(test)]
mod tests;

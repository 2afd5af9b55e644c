//! The same message in two inputs counts once.
//!
//! Of inputs that overlap, the submissions that lie in the time of others are compared by *identity*: what they are, where and
//! when, and whose. Within one chain of inputs (`probe::Overlap`) the same identity may well come several times, as five
//! refused logins within a second do; so an identity counts as often as it stands in that chain which has it most often.
//! Workers hand what they find to the ordered stage. There the first copies, in the order of the logs, are held until no
//! other can come; what another knows more is added, and then they count.

mod complete;
mod record;
pub mod servers;
mod shared;

pub use record::Held;
pub use shared::{Learnt, Shared};

use crate::map::Map;
use crate::submission::{Basis, Counts, Place, Submission, Tls};
use crate::tally::names::{NameId, Names};
use shared::Turn;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is held, at least, before it is looked through for what can be let go.
const MANY: usize = 1 << 12;

/// What was in two inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Messages, sessions and failed logins of an input that an earlier one holds too, by the ranks of both.
    pub by_pair: BTreeMap<(u32, u32), [u64; 3]>,
    /// More than could be remembered: some may have been counted twice.
    pub is_incomplete: bool,
}

/// First copies that know more than they say themselves.
#[derive(Debug, Default)]
pub struct Completed {
    by_identity: Map<u64, Kept>,
    profiles: Names,
}

/// Identities that were seen and may come again.
#[derive(Debug, Default)]
pub struct Repeats {
    seen: Map<u64, Seen>,
    /// Their texts without their queue ids: nearly always those of another message too.
    profiles: Names,
    /// Message-IDs are asked for.
    keeps_ids: bool,
    /// Buffer.
    text: Vec<u8>,
    /// The chain at hand.
    chain: u32,
    /// How many were held when it was last looked what can be let go.
    kept: usize,
    /// What an earlier reading found: nothing is held, each first copy counts as it comes. A report of single messages is
    /// written in the order of the logs.
    told: Option<Arc<Completed>>,
    completed: Completed,
    /// What was left out so far.
    pub repeated: Repeated,
}

/// An identity that was seen.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Who has it at hand, and how often it had it.
    turn: Turn,
    times: u32,
    /// How often it counts.
    counted: u32,
    /// Another copy knew more than the first.
    is_completed: bool,
    kept: Kept,
}

/// What is known of a first copy. Its queue id is left out: no table asks for it.
#[derive(Clone, Copy, Debug)]
struct Kept {
    time: i64,
    place: Place,
    profile: NameId,
    tls: Option<Tls>,
    basis: Basis,
    messages: u32,
    sessions: u32,
    recipients: u32,
    bytes: u64,
    is_failed: bool,
}

impl Repeats {
    /// With what an earlier reading learnt, if it did.
    pub fn new(learnt: &Learnt, keeps_ids: bool) -> Self {
        Self { told: learnt.completed.clone(), keeps_ids, ..Self::default() }
    }

    /// Decides how much of a submission counts: all of it, nothing, or of several refused logins some. `out` counts what can
    /// be counted already.
    pub fn decide(
        &mut self,
        shared: &Shared,
        identity: u64,
        submission: &Submission<'_>,
        out: &mut impl FnMut(&Submission<'_>),
    ) {
        let Some((turn, time)) = shared.turn(submission.place).zip(submission.time) else {
            return out(submission);
        };
        let failed = submission.counts().failed_logins;
        let key = if failed > 0 { identity } else { self.of_turn(shared, identity, turn) };
        if self.seen.contains_key(&key) {
            return self.meet_again(key, turn, submission, out);
        }
        if !shared.comes_again(turn, time) {
            return self.count_first(key, submission, out);
        }
        if self.seen.len() >= shared.most {
            self.repeated.is_incomplete = true;
            return self.count_first(key, submission, out);
        }
        let times = u32::try_from(failed.max(1)).unwrap_or(u32::MAX);
        let kept = self.keep(time, submission);
        self.seen.insert(key, Seen { turn, times, counted: times, is_completed: false, kept });
        if self.told.is_some() {
            self.count_first(key, submission, out);
        }
    }

    /// The first time, the second time that a turn has an identity: each is compared with that of other turns.
    fn of_turn(&mut self, shared: &Shared, identity: u64, turn: Turn) -> u64 {
        let Some(seen) = self.seen.get_mut(&identity) else { return identity };
        if seen.turn != turn {
            (seen.turn, seen.times) = (turn, 0);
        }
        let before = seen.times;
        seen.times = before.saturating_add(1);
        if before == 0 { identity } else { shared.hash((identity, before)) }
    }

    /// Another copy of what was seen.
    fn meet_again(
        &mut self,
        key: u64,
        turn: Turn,
        submission: &Submission<'_>,
        out: &mut impl FnMut(&Submission<'_>),
    ) {
        let Some(seen) = self.seen.get_mut(&key) else { return };
        let pair = (submission.place.input, seen.kept.place.input);
        if !seen.kept.is_failed {
            self.repeated.count(pair, submission, 1);
            self.complete(key, submission);
            return;
        }
        let failed = submission.counts().failed_logins;
        if seen.turn != turn {
            (seen.turn, seen.times) = (turn, 0);
        }
        seen.times = seen.times.saturating_add(u32::try_from(failed).unwrap_or(u32::MAX));
        let new = u64::from(seen.times.saturating_sub(seen.counted));
        seen.counted = seen.counted.max(seen.times);
        if new < failed {
            self.repeated.count(pair, submission, failed.saturating_sub(new));
        }
        if new > 0 && self.told.is_some() {
            let counts = Counts { failed_logins: new, ..submission.counts() };
            out(&Submission { counts: Some(counts), ..submission.clone() });
        }
        self.complete(key, submission);
    }

    /// What a copy knows more is added to the first.
    fn complete(&mut self, key: u64, copy: &Submission<'_>) {
        if self.told.is_some() {
            return;
        }
        let Some(seen) = self.seen.get(&key).copied() else { return };
        let profile = self.profiles.name(seen.kept.profile).unwrap_or_default();
        let first = seen.kept.submission(profile);
        let both = complete::complete(&first, copy);
        self.text.clear();
        record::pack_profile(&both, self.keeps_ids, &mut self.text);
        let (first, both) = (first.counts(), (both.counts(), both.tls, both.basis, both.time));
        let is_same = self.text == profile
            && (both.1, both.2, both.3) == (seen.kept.tls, seen.kept.basis, Some(seen.kept.time))
            && (both.0.recipients, both.0.bytes) == (first.recipients, first.bytes);
        if is_same {
            return;
        }
        let kept = Kept {
            time: both.3.unwrap_or(seen.kept.time),
            profile: self.profiles.id(&self.text),
            tls: both.1,
            basis: both.2,
            recipients: u32::try_from(both.0.recipients).unwrap_or(u32::MAX),
            bytes: both.0.bytes,
            ..seen.kept
        };
        self.seen.insert(key, Seen { is_completed: true, kept, ..seen });
    }

    fn keep(&mut self, time: i64, submission: &Submission<'_>) -> Kept {
        self.text.clear();
        if self.told.is_none() {
            record::pack_profile(submission, self.keeps_ids, &mut self.text);
        }
        let counts = submission.counts();
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Kept {
            time,
            place: submission.place,
            profile: self.profiles.id(&self.text),
            tls: submission.tls,
            basis: submission.basis,
            messages: number(counts.messages),
            sessions: number(counts.sessions),
            recipients: number(counts.recipients),
            bytes: counts.bytes,
            is_failed: counts.failed_logins > 0,
        }
    }

    /// Counts a first copy, with what an earlier reading found out about it.
    fn count_first(&self, key: u64, first: &Submission<'_>, out: &mut impl FnMut(&Submission<'_>)) {
        let told = self.told.as_ref().and_then(|told| Some((told, told.by_identity.get(&key)?)));
        let Some((told, kept)) = told else { return out(first) };
        let known = kept.submission(told.profiles.name(kept.profile).unwrap_or_default());
        let message_id = known.message_id.or(first.message_id);
        let (place, queue_id, counts) = (first.place, first.queue_id, first.counts);
        out(&Submission { place, message_id, queue_id, counts, ..known });
    }

    /// An input of this chain is read: if it is a new one, counts what neither it nor a later one holds.
    pub fn enter_chain(&mut self, shared: &Shared, chain: usize, out: &mut impl FnMut(&Submission<'_>)) {
        let chain = u32::try_from(chain).unwrap_or(u32::MAX);
        if chain <= self.chain {
            return;
        }
        let before = chain.saturating_sub(1);
        self.chain = chain;
        // A thousand tables are a thousand chains: not for each of them all is looked through.
        if self.seen.len() >= self.kept.saturating_mul(2).max(MANY) {
            self.let_go(|seen| !shared.is_later(before, seen.kept.time), out);
            self.kept = self.seen.len();
        }
    }

    /// All is read: counts what is held. What was found out about first copies, and what was left out.
    pub fn finish(mut self, out: &mut impl FnMut(&Submission<'_>)) -> (Completed, Repeated) {
        self.let_go(|_| true, out);
        (Completed { profiles: self.profiles, ..self.completed }, self.repeated)
    }

    /// Counts what is held and done, and forgets it.
    fn let_go(&mut self, is_done: impl Fn(&Seen) -> bool, out: &mut impl FnMut(&Submission<'_>)) {
        let (profiles, completed, is_held) = (&self.profiles, &mut self.completed, self.told.is_none());
        self.seen.retain(|key, seen| {
            if !is_done(seen) {
                return true;
            }
            if is_held {
                let known = seen.kept.submission(profiles.name(seen.kept.profile).unwrap_or_default());
                let mut counts = known.counts();
                if seen.kept.is_failed {
                    counts.failed_logins = u64::from(seen.counted);
                }
                out(&Submission { counts: Some(counts), ..known });
            }
            if seen.is_completed {
                completed.by_identity.insert(*key, seen.kept);
            }
            false
        });
    }
}

impl Kept {
    /// The submission, with these texts.
    fn submission<'t>(&self, profile: &'t [u8]) -> Submission<'t> {
        let counts = Counts {
            messages: u64::from(self.messages),
            sessions: u64::from(self.sessions),
            recipients: u64::from(self.recipients),
            bytes: self.bytes,
            ..Counts::ZERO
        };
        Submission {
            time: Some(self.time),
            place: self.place,
            tls: self.tls,
            basis: self.basis,
            counts: Some(counts),
            ..record::unpack_profile(profile)
        }
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

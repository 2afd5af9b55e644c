//! What an account does in a day: small facts that merge, from which `report::unusual` tells what is not as usual.
//!
//! Kept beside the cells, and only where a view asks for it. The facts of an account and a day take up a bounded amount of
//! memory, however many addresses, names or senders a stranger uses.

use super::lowest::{Lowest, Member, Sum};
use super::names::{NameId, Names};
use super::origin::{self, Origin};
use crate::map::Map;
use crate::submission::{Basis, Counts, Submission};
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// First and last moment, seconds since 1970 (UTC).
pub type Stretch = Option<(i64, i64)>;

/// What an account did in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// All that was counted.
    pub counts: Counts,
    /// First and last message, or login that succeeded.
    pub success: Stretch,
    /// The hours of those, bit 0 for 00:00 to 00:59 in the zone that is shown.
    pub hours: u32,
    /// Clients, those of failed logins too.
    pub clients: Lowest<Origin, Client>,
    /// Envelope senders: messages of each.
    pub senders: Lowest<Word, u64>,
    /// EHLO names: messages and sessions of each, where the log has them.
    pub helos: Lowest<Word, u64>,
    /// Mechanism and TLS version, as `PLAIN 1.2`: messages and sessions of each.
    pub ways: Lowest<Word, u64>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            counts: Counts::ZERO,
            success: None,
            hours: 0,
            clients: Lowest::default(),
            senders: Lowest::default(),
            helos: Lowest::default(),
            ways: Lowest::default(),
        }
    }
}

/// What an account did from one client in a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Messages.
    pub messages: u64,
    /// Sessions on which a login succeeded.
    pub sessions: u64,
    /// Logins that were refused.
    pub failures: u64,
    /// First and last message, or login that succeeded.
    pub success: Stretch,
    /// First and last login that was refused.
    pub failure: Stretch,
    /// The lowest hash of its EHLO names, where the log has them.
    pub helo: Option<u64>,
}

impl Sum for Client {
    fn add(&mut self, other: Self) {
        self.messages = self.messages.saturating_add(other.messages);
        self.sessions = self.sessions.saturating_add(other.sessions);
        self.failures = self.failures.saturating_add(other.failures);
        widen(&mut self.success, other.success);
        widen(&mut self.failure, other.failure);
        self.helo = match (self.helo, other.helo) {
            (Some(one), Some(another)) => Some(one.min(another)),
            (one, another) => one.or(another),
        };
    }
}

impl Client {
    /// Whether a login succeeded, or a message was sent.
    pub fn is_in(&self) -> bool {
        self.messages > 0 || self.sessions > 0
    }
}

fn widen(stretch: &mut Stretch, other: Stretch) {
    *stretch = match (*stretch, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, another) => one.or(another),
    };
}

/// A text from a log, and its hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    hash: u64,
    /// The text.
    pub text: Arc<[u8]>,
}

impl Member for Word {
    fn hash(&self) -> u64 {
        self.hash
    }
}

impl Word {
    fn of(text: &Arc<[u8]>) -> Self {
        Self { hash: origin::hash(text), text: Arc::clone(text) }
    }
}

/// What follows from names, by their numbers: worked out once.
#[derive(Clone, Debug)]
struct ByName<T>(Vec<Option<T>>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByName<T> {
    fn get(&mut self, id: NameId, names: &Names, work_out: impl FnOnce(&Arc<[u8]>) -> T) -> Option<&T> {
        let place = usize::try_from(id).ok()?;
        if self.0.len() <= place {
            self.0.resize_with(place.saturating_add(1), || None);
        }
        let known = self.0.get_mut(place)?;
        if known.is_none() {
            *known = names.shared(id).map(work_out);
        }
        known.as_ref()
    }
}

/// Days of an account (days since 1970, in the zone that is shown).
pub type Days = BTreeMap<i64, Facts>;

/// What accounts do, or a piece of it. Names are those of the table that it stands in.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// By account: the login, else the sender, in lower case (ASCII).
    accounts: Map<NameId, Days>,
    /// Of traces that do not say who authenticated.
    unmarked: Map<NameId, Days>,
    words: ByName<Word>,
    origins: ByName<Origin>,
    scratch: Vec<u8>,
}

impl Behaviour {
    /// Adds a submission of a day.
    pub fn add(&mut self, names: &mut Names, submission: &Submission<'_>, counts: &Counts, day: i64) {
        let Some(account) = submission.login.or(submission.sender) else { return };
        let Self { accounts, unmarked, words, origins, scratch } = self;
        let accounts = match submission.basis {
            Basis::Unmarked => unmarked,
            Basis::Proven | Basis::Likely | Basis::Report => accounts,
        };
        let mut folded = |text: &[u8]| names.id_folded(text, scratch);
        let is_in = counts.messages > 0 || counts.sessions > 0;
        let sender = submission.sender.filter(|_| counts.messages > 0).map(&mut folded);
        let helo = submission.helo.filter(|_| is_in).map(&mut folded);
        let client = submission.client.map(&mut folded);
        let days = accounts.entry(folded(account)).or_default();
        let facts = days.entry(day).or_default();
        facts.counts.add(counts);
        let times = counts.messages.max(counts.sessions);
        let helo = helo.and_then(|helo| words.get(helo, names, Word::of));
        if let Some(origin) = client.and_then(|client| origins.get(client, names, |text| Origin::of(text))) {
            facts.clients.add(origin, client_of(counts, helo));
        }
        if !is_in {
            return;
        }
        widen(&mut facts.success, counts.seen);
        facts.hours |= counts.hours;
        helo.into_iter().for_each(|helo| facts.helos.add(helo, times));
        let sender = sender.and_then(|sender| words.get(sender, names, Word::of));
        sender.into_iter().for_each(|sender| facts.senders.add(sender, counts.messages));
        scratch.clear();
        scratch.extend(submission.mechanism.as_deref().unwrap_or(b"?"));
        scratch.push(b' ');
        scratch.extend(submission.tls().data().as_bytes());
        let way = names.id(scratch);
        words.get(way, names, Word::of).into_iter().for_each(|way| facts.ways.add(way, times));
    }

    /// Adds another piece, whose names are renamed: commutative and associative.
    pub fn merge(&mut self, other: Self, renamed: impl Fn(NameId) -> NameId) {
        for (mine, theirs) in [(&mut self.accounts, other.accounts), (&mut self.unmarked, other.unmarked)] {
            for (account, days) in theirs {
                match mine.entry(renamed(account)) {
                    Entry::Vacant(place) => {
                        place.insert(days);
                    }
                    Entry::Occupied(mut mine) => {
                        for (day, facts) in days {
                            mine.get_mut().entry(day).or_default().merge(facts);
                        }
                    }
                }
            }
        }
    }

    /// After the last merge: drops days behind the last one that can be shown.
    pub fn clip(&mut self, last: Option<i64>) {
        for accounts in [&mut self.accounts, &mut self.unmarked] {
            accounts.values_mut().for_each(|days| days.retain(|day, _| last.is_none_or(|last| *day <= last)));
        }
    }

    /// Then: a login that never succeeded is a name that a stranger made up.
    pub fn forget_strangers(&mut self) {
        for accounts in [&mut self.accounts, &mut self.unmarked] {
            accounts.retain(|_, days| days.values().any(|facts| facts.success.is_some()));
        }
    }

    /// All accounts: those of traces that do not say who authenticated only where there are no others.
    pub fn accounts(&self) -> impl Iterator<Item = (NameId, &Days)> {
        let accounts = if self.accounts.is_empty() { &self.unmarked } else { &self.accounts };
        accounts.iter().map(|(name, days)| (*name, days))
    }
}

impl Facts {
    fn merge(&mut self, other: Self) {
        self.counts.add(&other.counts);
        widen(&mut self.success, other.success);
        self.hours |= other.hours;
        self.clients.merge(other.clients);
        self.senders.merge(other.senders);
        self.helos.merge(other.helos);
        self.ways.merge(other.ways);
    }
}

fn client_of(counts: &Counts, helo: Option<&Word>) -> Client {
    let is_in = counts.messages > 0 || counts.sessions > 0;
    Client {
        messages: counts.messages,
        sessions: counts.sessions,
        failures: counts.failed_logins,
        success: counts.seen.filter(|_| is_in),
        failure: counts.seen.filter(|_| counts.failed_logins > 0),
        helo: helo.map(Member::hash),
    }
}

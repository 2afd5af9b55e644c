//! The life of an account: what it has shown so far, and what a day adds to that.

use super::signals::{Aspect, PerAspect, PerSignal, Signal};
use crate::map::Map;
use crate::tally::behaviour::{Client, Days, Facts};
use crate::tally::lowest::{Lowest, Member, Sum};
use crate::tally::origin::Origin;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// For so many days, what is new is on probation: it counts once, and then neither for nor against its account.
const PROBATION: i64 = 7;
/// After a day that was unusual, for so many.
const LONG_PROBATION: i64 = 28;
/// The first days of an account, on which everything is new and nothing is on probation.
const FIRST_DAYS: i64 = 2;
/// An account that is first seen so many days behind the beginning of the logs was silent before.
const FIRST_SEEN_FROM: i64 = 14;
/// A network that another account has used on so many days belongs to the house.
const ESTABLISHED: usize = 3;
/// Hours count as new from so many active days on, and if less than this share of them used the hour.
const HOURS_FROM: usize = 5;
const HOURS_SHARE: f64 = 0.02;
/// What is on probation is a part of a day if it has this share of the messages.
const SHARE: f64 = 0.2;

/// How often an account is used: accounts that are used about as often are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// On fewer than one day in eight.
    Rare,
    /// On fewer than one day in two.
    Weekly,
    /// More often.
    Daily,
}

impl Use {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Rare, Self::Weekly, Self::Daily];

    /// Of so many active days among so many.
    fn of(active: usize, days: i64) -> Self {
        let share = (count_of(active) + 1.0) / (float(u64::try_from(days).unwrap_or(0)) + 2.0);
        if share < 0.125 {
            Self::Rare
        } else if share < 0.5 {
            Self::Weekly
        } else {
            Self::Daily
        }
    }
}

/// What a day adds.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Days since 1970.
    pub day: i64,
    /// A login succeeded or a message was sent.
    pub is_active: bool,
    /// On how many earlier days it was active.
    pub age: usize,
    /// How often it was used, since the logs began.
    pub used: Use,
    /// What each signal counts; `None` where it cannot tell.
    pub counts: PerSignal<Option<f64>>,
    /// Days since it was last active.
    pub silence: Option<Silence>,
    /// Aspects of which something is on probation.
    pub on_probation: PerAspect<bool>,
    /// It came from a new network, under a name that it had used before.
    pub is_known_device: bool,
}

/// A stretch of days without activity, and how it compares with earlier ones of the same account.
#[derive(Clone, Copy, Debug)]
pub struct Silence {
    /// Days from the day before it to the day behind it.
    pub days: i64,
    /// Earlier ones that were as long.
    pub as_long: usize,
    /// Earlier ones.
    pub earlier: usize,
}

/// Who has used which network on three days: since when, and which account (its place in the order of names).
#[derive(Debug, Default)]
pub struct House {
    networks: Map<u64, Vec<(i64, usize)>>,
    /// The first day of the logs.
    first: i64,
}

impl House {
    /// Of all accounts, in the order of their names.
    pub fn of(accounts: &[&Days]) -> Self {
        let established: Vec<Vec<(u64, i64)>> = accounts.par_iter().map(|days| established(days)).collect();
        let mut networks: Map<u64, Vec<(i64, usize)>> = Map::default();
        for (account, established) in established.into_iter().enumerate() {
            for (network, day) in established {
                networks.entry(network).or_default().push((day, account));
            }
        }
        let first = accounts.iter().filter_map(|days| days.keys().next()).min();
        Self { networks, first: first.copied().unwrap_or(i64::MAX) }
    }

    /// Whether another account had established a network before a day.
    fn knows(&self, network: u64, account: usize, day: i64) -> bool {
        let known = self.networks.get(&network);
        known.is_some_and(|known| known.iter().any(|(since, other)| *other != account && *since < day))
    }
}

/// The networks that an account has established, and the days on which it did.
fn established(days: &Days) -> Vec<(u64, i64)> {
    let mut established = Vec::new();
    let mut used: Map<u64, usize> = Map::default();
    for (day, facts) in days {
        let mut networks: Vec<u64> = places_in(facts).map(|(origin, _)| origin.network()).collect();
        networks.sort_unstable();
        networks.dedup();
        for network in networks {
            let times = used.entry(network).or_default();
            *times = times.saturating_add(1);
            if *times == ESTABLISHED {
                established.push((network, *day));
            }
        }
    }
    established
}

/// Clients from which a login succeeded.
fn places_in(facts: &Facts) -> impl Iterator<Item = &(Origin, Client)> {
    facts.clients.iter().filter(|(_, client)| client.is_in())
}

/// When things were first seen.
type First = Map<u64, i64>;

/// What an account has shown so far.
#[derive(Debug, Default)]
pub struct Life {
    networks: First,
    neighbourhoods: First,
    senders: First,
    names: First,
    ways: First,
    /// How many of the active days used an hour; older days count for less.
    hours: [f64; 24],
    silences: Vec<i64>,
    first: Option<i64>,
    last: Option<i64>,
    age: usize,
    /// It has messages; else its sessions are counted.
    has_messages: bool,
}

/// What is counted of an account in a day: messages, or sessions where it never has messages.
pub fn volume(facts: &Facts, has_messages: bool) -> u64 {
    if has_messages { facts.counts.messages } else { facts.counts.sessions }
}

/// Whether an account has messages at all.
pub fn has_messages(days: &Days) -> bool {
    days.values().any(|facts| facts.counts.messages > 0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a day fit the 53 bits of a float")]
fn float(count: u64) -> f64 {
    count as f64
}

fn count_of(members: usize) -> f64 {
    float(u64::try_from(members).unwrap_or(u64::MAX))
}

/// All days of an account, each seen from the days before it. `alarms`: days from which nothing is learnt as usual.
pub fn observe(days: &Days, (account, house): (usize, &House), alarms: &BTreeSet<i64>) -> Vec<Observed> {
    let mut life = Life { has_messages: has_messages(days), ..Life::default() };
    let mut observed = Vec::with_capacity(days.len());
    for (day, facts) in days {
        observed.push(life.look_at(*day, facts, (account, house), alarms));
        if facts.success.is_some() {
            life.live(*day, facts, alarms.contains(day));
        }
    }
    observed
}

/// What of a set is new, and of what.
#[derive(Clone, Copy, Debug, Default)]
struct New {
    members: f64,
    messages: f64,
    on_probation: f64,
}

impl Life {
    fn look_at(&self, day: i64, facts: &Facts, near: (usize, &House), alarms: &BTreeSet<i64>) -> Observed {
        let mut observed = Observed {
            day,
            is_active: facts.success.is_some(),
            age: self.age,
            used: Use::of(self.age, day.saturating_sub(near.1.first)),
            counts: PerSignal::all(None),
            silence: None,
            on_probation: PerAspect::all(false),
            is_known_device: false,
        };
        let mut set = |signal: Signal, count: f64| observed.counts.set(signal, Some(count));
        set(Signal::Failures, float(facts.counts.failed_logins));
        if !observed.is_active {
            return observed;
        }
        let sent = volume(facts, self.has_messages);
        set(Signal::Volume, float(sent.saturating_sub(1)));
        if facts.counts.recipients > 0 {
            set(Signal::Recipients, float(facts.counts.recipients.max(sent).saturating_sub(1)));
        }
        if self.age == 0 {
            let since_first = day.saturating_sub(near.1.first);
            if since_first >= FIRST_SEEN_FROM {
                observed.silence = Some(Silence { days: since_first, as_long: 0, earlier: 0 });
            }
            return observed;
        }
        let is_fresh = |first: &First, key: u64| self.is_on_probation(first, key, day, alarms);
        let senders = seen_first(&self.senders, &facts.senders, is_fresh);
        let ways = seen_first(&self.ways, &facts.ways, is_fresh);
        set(Signal::AsNew, senders.messages);
        set(Signal::NewSenders, senders.members);
        set(Signal::NewWays, ways.members);
        if self.age >= HOURS_FROM {
            set(Signal::NewHours, self.new_hours(facts.hours));
        }
        let mut names = New::default();
        if !self.names.is_empty() {
            names = seen_first(&self.names, &facts.helos, is_fresh);
            set(Signal::UnderNewName, names.messages);
        }
        self.look_at_clients(facts, near, alarms, &mut observed);
        let some = |of: New| of.on_probation > 0.0;
        observed.on_probation.set(Aspect::Senders, some(senders));
        observed.on_probation.set(Aspect::Login, some(ways) || some(names));
        observed.silence = self.last.map(|last| self.silence(day.saturating_sub(last)));
        observed
    }

    fn look_at_clients(
        &self,
        facts: &Facts,
        (account, house): (usize, &House),
        alarms: &BTreeSet<i64>,
        observed: &mut Observed,
    ) {
        let day = observed.day;
        let (mut networks, mut neighbourhoods) = (BTreeSet::new(), BTreeSet::new());
        let (mut places, mut messages, mut all, mut of_new_device, mut then_in) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut on_probation = 0.0;
        for (origin, client) in places_in(facts) {
            places += 1.0;
            let sent = float(client.messages.max(1));
            all += sent;
            let network = origin.network();
            if house.knows(network, account, day) {
                continue;
            }
            if self.networks.contains_key(&network) {
                on_probation +=
                    if self.is_on_probation(&self.networks, network, day, alarms) { sent } else { 0.0 };
                continue;
            }
            messages += sent;
            networks.insert(network);
            if !self.neighbourhoods.contains_key(&origin.neighbourhood()) {
                neighbourhoods.insert(origin.neighbourhood());
            }
            if client.helo.is_some_and(|name| !self.names.contains_key(&name)) {
                of_new_device += sent;
            }
            let is_first = client.failure.zip(client.success).is_some_and(|(failed, got)| failed.0 <= got.1);
            then_in += if is_first { 1.0 } else { 0.0 };
        }
        // Of very many clients a part is kept, and stands for all of them.
        let kept = facts.clients.iter().count();
        let times = float(facts.clients.count()) / count_of(kept).max(1.0);
        let mut set = |signal: Signal, count: f64| observed.counts.set(signal, Some((count * times).round()));
        set(Signal::FromNew, messages);
        set(Signal::NewNetworks, count_of(networks.len()));
        set(Signal::NewNeighbourhoods, count_of(neighbourhoods.len()));
        set(Signal::Addresses, (places - 1.0_f64).max(0.0));
        set(Signal::FailedThenIn, then_in);
        if !self.names.is_empty() {
            set(Signal::FromNewDevice, of_new_device);
            observed.is_known_device = messages > 0.0 && of_new_device == 0.0 && !facts.helos.is_empty();
        }
        observed.on_probation.set(Aspect::Clients, on_probation > SHARE * all);
    }

    /// Seen first less than a week ago, or on a day that was unusual, less than four.
    fn is_on_probation(&self, first: &First, key: u64, day: i64, alarms: &BTreeSet<i64>) -> bool {
        let (Some(since), Some(start)) = (first.get(&key), self.first) else { return false };
        let age = day.saturating_sub(*since);
        let is_young = age < PROBATION || (age < LONG_PROBATION && alarms.contains(since));
        is_young && *since > start.saturating_add(FIRST_DAYS)
    }

    /// Hours of a mask that are not used as a rule, nor are their neighbours.
    fn new_hours(&self, mask: u32) -> f64 {
        let days = count_of(self.age);
        let last = self.hours.iter().cycle().skip(23);
        let next = self.hours.iter().cycle().skip(1);
        let hours = self.hours.iter().zip(last).zip(next).enumerate();
        let is_used = |hour: usize| u32::try_from(hour).is_ok_and(|hour| mask & (1_u32 << (hour & 31)) != 0);
        let new = hours.filter(|(hour, ((own, last), next))| {
            is_used(*hour) && **own + 0.5 * (**last + **next) <= HOURS_SHARE * days
        });
        count_of(new.count())
    }

    fn silence(&self, days: i64) -> Silence {
        let as_long = self.silences.iter().filter(|earlier| **earlier >= days).count();
        Silence { days, as_long, earlier: self.silences.len() }
    }

    /// The day becomes a part of what was seen.
    fn live(&mut self, day: i64, facts: &Facts, is_alarm: bool) {
        for (origin, _) in places_in(facts) {
            self.networks.entry(origin.network()).or_insert(day);
            self.neighbourhoods.entry(origin.neighbourhood()).or_insert(day);
        }
        remember(&mut self.senders, &facts.senders, day);
        remember(&mut self.names, &facts.helos, day);
        remember(&mut self.ways, &facts.ways, day);
        if !is_alarm {
            for (hour, used) in self.hours.iter_mut().enumerate() {
                let now = u32::try_from(hour).is_ok_and(|hour| facts.hours & (1_u32 << (hour & 31)) != 0);
                *used = *used * 0.98 + if now { 1.0 } else { 0.0 };
            }
        }
        self.silences.extend(self.last.map(|last| day.saturating_sub(last)));
        self.first = self.first.or(Some(day));
        self.last = Some(day);
        self.age = self.age.saturating_add(1);
    }
}

fn remember<M: Member, T: Sum>(first: &mut First, seen: &Lowest<M, T>, day: i64) {
    for (member, _) in seen.iter() {
        first.entry(member.hash()).or_insert(day);
    }
}

/// What of a set was never seen before; of very many members a part is kept, and stands for all of them.
fn seen_first<M: Member>(
    first: &First,
    seen: &Lowest<M, u64>,
    is_fresh: impl Fn(&First, u64) -> bool,
) -> New {
    let mut new = New::default();
    let times = float(seen.count()) / count_of(seen.iter().count()).max(1.0);
    for (member, messages) in seen.iter() {
        if !first.contains_key(&member.hash()) {
            new.members += 1.0;
            new.messages += float(*messages);
        } else if is_fresh(first, member.hash()) {
            new.on_probation += 1.0;
        }
    }
    New { members: (new.members * times).round(), messages: (new.messages * times).round(), ..new }
}

impl Life {
    /// The networks from which an account got in before a day.
    pub fn networks_before(days: &Days, day: i64) -> BTreeSet<u64> {
        let before = days.range(..day).flat_map(|(_, facts)| places_in(facts));
        before.map(|(origin, _)| origin.network()).collect()
    }
}

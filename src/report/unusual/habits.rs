//! What an account does as a rule: what reasons are told beside.

use super::life::{self, volume};
use crate::tally::behaviour::{Days, Facts};
use crate::tally::lowest::{Lowest, Member};
use crate::tally::origin::Origin;
use std::collections::{BTreeMap, BTreeSet};

/// The share of days below and above what is as a rule.
const OUTSIDE: f64 = 0.05;
/// Days back that are looked at: a quarter of a year.
const BACK: i64 = 91;

/// The days of an account that lie before a day, back to a quarter of a year, without those that stood out.
#[derive(Debug)]
pub struct Habits<'a> {
    days: Vec<(i64, &'a Facts)>,
    before: i64,
    has_messages: bool,
}

/// From as a rule up to as a rule.
pub type Range = (u64, u64);

impl<'a> Habits<'a> {
    /// What was a habit before a day.
    pub fn before(days: &'a Days, before: i64, alarms: &BTreeSet<i64>) -> Self {
        let usual = days.range(before.saturating_sub(BACK)..before).filter(|(day, _)| !alarms.contains(day));
        Self {
            days: usual.map(|(day, facts)| (*day, facts)).collect(),
            before,
            has_messages: life::has_messages(days),
        }
    }

    /// The days on which it was active.
    fn active(&self) -> impl Iterator<Item = (i64, &'a Facts)> {
        self.days.iter().filter(|(_, facts)| facts.success.is_some()).copied()
    }

    /// Messages (or sessions) of a day, days without any being days too.
    pub fn volume(&self) -> Option<Range> {
        self.range(|facts| volume(facts, self.has_messages))
    }

    /// Recipients of a day.
    pub fn recipients(&self) -> Option<Range> {
        self.range(|facts| facts.counts.recipients)
    }

    /// Failed logins of a day.
    pub fn failures(&self) -> Option<Range> {
        self.range(|facts| facts.counts.failed_logins)
    }

    fn range(&self, count: impl Fn(&Facts) -> u64) -> Option<Range> {
        let (first, _) = self.active().next()?;
        let all = usize::try_from(self.before.saturating_sub(first)).ok()?;
        let mut counts: Vec<u64> = self.days.iter().map(|(_, facts)| count(facts)).collect();
        counts.resize(all.max(counts.len()), 0);
        counts.sort_unstable();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of the length of a list"
        )]
        let outside = (counts.len() as f64 * OUTSIDE) as usize;
        Some((*counts.get(outside)?, *counts.iter().rev().nth(outside)?))
    }

    /// Clients by the number of days, the most usual first: how many there were, and the first of them.
    pub fn clients(&self) -> Vec<Origin> {
        let places = self.active().flat_map(|(_, facts)| facts.clients.iter());
        most(places.filter(|(_, client)| client.is_in()).map(|(origin, _)| *origin))
    }

    /// The most clients of a day.
    pub fn most_clients(&self) -> u64 {
        let of_day = |facts: &Facts| facts.clients.iter().filter(|(_, client)| client.is_in()).count();
        let most = self.active().map(|(_, facts)| of_day(facts)).max();
        u64::try_from(most.unwrap_or(0)).unwrap_or(u64::MAX)
    }

    /// Members of a set by the number of days, the most usual first.
    pub fn words<M: Member + Clone + 'a>(&self, of: impl Fn(&'a Facts) -> &'a Lowest<M, u64>) -> Vec<M> {
        most(self.active().flat_map(|(_, facts)| of(facts).iter()).map(|(word, _)| word.clone()))
    }

    /// The hours that are used on at least one active day in twenty, bit 0 for 00:00.
    pub fn hours(&self) -> u32 {
        let days = self.active().count();
        let is_usual = |hour: &u32| {
            let bit = 1_u32.checked_shl(*hour).unwrap_or(0);
            let used = self.active().filter(|(_, facts)| facts.hours & bit != 0).count();
            used.saturating_mul(20) >= days.max(1)
        };
        (0..24).filter(is_usual).fold(0, |mask, hour| mask | 1_u32.checked_shl(hour).unwrap_or(0))
    }

    /// The longest stretch between two active days.
    pub fn longest_silence(&self) -> Option<i64> {
        let days: Vec<i64> = self.active().map(|(day, _)| day).collect();
        days.windows(2).filter_map(|pair| Some(pair.last()?.saturating_sub(*pair.first()?))).max()
    }
}

fn most<M: Ord>(members: impl Iterator<Item = M>) -> Vec<M> {
    let mut days: BTreeMap<M, usize> = BTreeMap::new();
    for member in members {
        let sum = days.entry(member).or_default();
        *sum = sum.saturating_add(1);
    }
    let mut members: Vec<(usize, M)> = days.into_iter().map(|(member, days)| (days, member)).collect();
    members.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    members.into_iter().map(|(_, member)| member).collect()
}

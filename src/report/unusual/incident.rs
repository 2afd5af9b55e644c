//! Incidents: days of an account that stand out, one behind the other.

use super::judge::Judged;
use super::life::Life;
use super::signals::{Aspect, Signal};
use crate::tally::behaviour::Days;

/// An aspect is a reason where it is as unusual as on one day in twenty.
const REASON: f64 = 0.05;

/// Days of an account that stand out, one behind the other, days without any activity left out.
#[derive(Clone, Debug)]
pub struct Incident<'a> {
    /// Its place among all of the window: 1 is the most unusual.
    pub number: u64,
    /// The account.
    pub account: &'a [u8],
    /// What it did on all days.
    pub days: &'a Days,
    /// The days that stand out.
    pub judged: Vec<&'a Judged>,
    /// The highest score.
    pub score: f64,
    /// First and last moment, seconds since 1970 (UTC).
    pub seen: Option<(i64, i64)>,
    /// It stood out when the logs ended.
    pub goes_on: bool,
}

/// The incidents of an account among its days in the window, all of them in order.
pub fn incidents<'a>(
    account: &'a [u8],
    days: &'a Days,
    judged: &'a [Judged],
    alarm: impl Fn(&Judged) -> bool,
    newest: i64,
) -> Vec<Incident<'a>> {
    let mut found: Vec<Vec<&Judged>> = Vec::new();
    let mut is_open = false;
    for day in judged {
        if alarm(day) {
            match found.last_mut().filter(|_| is_open) {
                Some(incident) => incident.push(day),
                None => found.push(vec![day]),
            }
            is_open = true;
        } else if day.observed.is_active {
            is_open = false;
        }
    }
    found.into_iter().map(|found| incident(account, days, found, newest)).collect()
}

fn incident<'a>(account: &'a [u8], days: &'a Days, judged: Vec<&'a Judged>, newest: i64) -> Incident<'a> {
    let score = judged.iter().map(|day| day.score()).fold(0.0, f64::max);
    let stretches = judged.iter().filter_map(|day| stretch(days, day));
    let seen = stretches.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)));
    let goes_on = judged.last().is_some_and(|day| day.observed.day >= newest);
    Incident { number: 0, account, days, judged, score, seen, goes_on }
}

/// When it was on a day: what came from new networks, if that is why, else all.
fn stretch(days: &Days, judged: &Judged) -> Option<(i64, i64)> {
    let facts = days.get(&judged.observed.day)?;
    let is_new = judged.observed.counts.get(Signal::FromNew).is_some_and(|messages| messages > 0.0);
    let networks = Life::networks_before(days, judged.observed.day);
    let strangers = facts.clients.iter().filter(|(origin, _)| !networks.contains(&origin.network()));
    let stretches = strangers.filter_map(|(_, client)| client.success);
    let strange = stretches.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)));
    strange.filter(|_| is_new).or(facts.success)
}

/// The aspects that are reasons, on any of some days.
pub fn reasons<'j>(judged: impl Iterator<Item = &'j Judged> + Clone) -> Vec<Aspect> {
    let is_reason = |aspect: &Aspect| judged.clone().any(|day| day.aspects.get(*aspect) <= REASON);
    Aspect::ALL.into_iter().filter(is_reason).collect()
}

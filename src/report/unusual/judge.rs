//! All accounts judged, day by day: how unusual each is.
//!
//! A day is judged by the days before it (and, as far as abuse goes on, by those behind it, see [`super::course`]). It is done
//! twice: the second time nothing is learnt from days that stood out in the first (Farrington 1996, Noufaily 2012).

use super::course::{self, Said};
use super::evidence;
use super::grid::{Belief, Grid, Prior};
use super::life::{House, Observed, Silence, Use, observe};
use super::null::Null;
use super::rhythm::{self, Told};
use super::signals::{Aspect, PerAspect, PerSignal, Signal};
use crate::map::Map;
use crate::tally::behaviour::Days;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A day counts for the history if its account was active on so many days before.
const KNOWN_FOR: usize = 3;
/// From so many days of history in front of the window on, the window is no part of the history.
const ENOUGH: usize = 150;
/// What a silence is compared with besides the account's own: as much as so many silences of others.
const SILENCES: f64 = 3.0;
/// How much more a day without anything unusual says for itself than its neighbours say against it.
const OWN: f64 = 1.5;
/// The same where something is used again that was new a few days ago.
const OWN_AGAIN: f64 = 0.5;
/// A score from which nothing is learnt as usual: one in 1,000.
const LEARNT_BELOW: f64 = 3.0;

/// How unusual a day of an account is.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was seen.
    pub observed: Observed,
    /// The p-value of each signal, as its model has it.
    pub signals: PerSignal<f64>,
    /// The logarithm of how much likelier its volume is of an account that sends several times as much as usual.
    pub ln_more: f64,
    /// The p-value of each aspect, corrected by the history.
    pub aspects: PerAspect<f64>,
    /// How often nothing is wrong and a day is as unusual all the same.
    pub p: f64,
}

impl Judged {
    /// Minus the decimal logarithm of `p`: 3 is one in 1,000 account-days.
    pub fn score(&self) -> f64 {
        (-self.p.log10()).max(0.0) + 0.0
    }
}

/// Judges all accounts. `since` is the first day of the window.
pub fn judge(accounts: &[&Days], since: i64) -> Vec<Vec<Judged>> {
    let house = House::of(accounts);
    let none = BTreeSet::new();
    let see = |(place, days): (usize, &&Days)| observe(days, (place, &house), &none);
    let observed: Vec<Vec<Observed>> = accounts.par_iter().enumerate().map(see).collect();
    let models = Models::of(&observed);
    let mut judged: Vec<Vec<Judged>> =
        observed.into_par_iter().map(|days| models.judge(days, &none)).collect();
    weigh(&mut judged, since);
    let stands_out = |judged: &&Judged| judged.score() >= LEARNT_BELOW;
    let again = |(place, (account, days)): (usize, (&mut Vec<Judged>, &&Days))| {
        let alarms: BTreeSet<i64> =
            account.iter().filter(stands_out).map(|judged| judged.observed.day).collect();
        let has_alarms = !alarms.is_empty();
        if has_alarms {
            *account = models.judge(observe(days, (place, &house), &alarms), &alarms);
        }
        has_alarms
    };
    // All of them, whatever the first says.
    let is_again =
        judged.par_iter_mut().zip(accounts).enumerate().map(again).reduce(|| false, |one, other| one | other);
    if is_again {
        weigh(&mut judged, since);
    }
    judged
}

/// What is expected of each signal, of accounts that are not known yet.
struct Models {
    grid: Grid,
    priors: Vec<(Signal, [Prior; Use::ALL.len()])>,
}

impl Models {
    fn of(observed: &[Vec<Observed>]) -> Self {
        let grid = Grid::default();
        let prior = |signal: Signal| {
            let all = alike(&grid, signal, observed);
            let of_all = grid.prior(&all.iter().map(Alike::weighed).collect::<Vec<_>>(), None);
            let of_use = |used: Use| {
                let of_use: Vec<_> =
                    all.iter().filter(|alike| alike.used == used).map(Alike::weighed).collect();
                grid.prior(&of_use, Some(&of_all))
            };
            (!all.is_empty()).then(|| (signal, Use::ALL.map(of_use)))
        };
        let priors = Signal::ALL.into_par_iter().filter_map(prior).collect();
        Self { grid, priors }
    }

    /// The p-values of all signals on all days of an account.
    fn judge(&self, days: Vec<Observed>, alarms: &BTreeSet<i64>) -> Vec<Judged> {
        let tell = |(signal, priors): &(Signal, [Prior; Use::ALL.len()])| {
            (*signal, rhythm::told(&self.grid, priors, *signal, &days, |day| alarms.contains(&day)))
        };
        let told: Vec<(Signal, Vec<Told>)> = self.priors.iter().map(tell).collect();
        let fresh = |observed: Observed| Judged {
            observed,
            signals: PerSignal::all(1.0),
            ln_more: f64::NEG_INFINITY,
            aspects: PerAspect::all(1.0),
            p: 1.0,
        };
        let mut judged: Vec<Judged> = days.into_iter().map(fresh).collect();
        for (signal, told) in told {
            for (day, told) in judged.iter_mut().zip(told) {
                day.signals.set(signal, told.p);
                if signal.aspect() == Aspect::Volume {
                    day.ln_more = day.ln_more.max(told.ln_more);
                }
            }
        }
        judged
    }
}

/// Accounts that have shown the same of a signal, and are used about as often. Most have shown nothing of most signals.
struct Alike {
    used: Use,
    belief: Belief,
    /// How many.
    accounts: f64,
}

impl Alike {
    fn weighed(&self) -> (&Belief, f64) {
        (&self.belief, self.accounts)
    }
}

/// What has been shown of a signal, and by how many accounts.
fn alike(grid: &Grid, signal: Signal, observed: &[Vec<Observed>]) -> Vec<Alike> {
    let mut places: Map<(Use, Vec<u64>), usize> = Map::default();
    let mut all: Vec<(Use, Vec<f64>, f64)> = Vec::new();
    for days in observed {
        let Some(used) = days.last().map(|last| last.used) else { continue };
        let counts = rhythm::shown(signal, days);
        if counts.is_empty() {
            continue;
        }
        let key = (used, counts.iter().map(|count| count.to_bits()).collect());
        let place = *places.entry(key).or_insert(all.len());
        match all.get_mut(place) {
            Some((_, _, accounts)) => *accounts += 1.0,
            None => all.push((used, counts, 1.0)),
        }
    }
    let learnt = |(used, counts, accounts): (Use, Vec<f64>, f64)| Alike {
        used,
        belief: rhythm::belief(grid, &counts),
        accounts,
    };
    all.into_par_iter().map(learnt).collect()
}

/// From the p-values of signals to those of days.
fn weigh(judged: &mut [Vec<Judged>], since: i64) {
    let is_known = |day: &&Judged| day.observed.is_active && day.observed.age >= KNOWN_FOR;
    let before = judged.iter().flatten().filter(is_known).filter(|day| day.observed.day < since).count();
    let is_history = |day: &&Judged| is_known(day) && (before < ENOUGH || day.observed.day < since);
    let raw = aspects(judged, is_history);
    let history = history(judged, is_history, |day| day.aspects);
    let null_of =
        |aspect: Aspect| (aspect, Null::of(history.iter().map(|aspects| -aspects.get(aspect).ln())));
    let nulls: Vec<(Aspect, Null)> = Aspect::ALL.into_par_iter().map(null_of).collect();
    judged.par_iter_mut().flatten().for_each(|day| {
        for (aspect, null) in &nulls {
            // The strongest of several is no surprise, either.
            day.aspects.set(*aspect, corrected(null, day.aspects.get(*aspect)));
        }
    });
    let of_account = |(days, raw): (&Vec<Judged>, &Vec<PerAspect<f64>>)| {
        let said = |(day, raw): (&Judged, &PerAspect<f64>)| Said {
            day: day.observed.day,
            evidence: evidence::evidence(&day.observed, raw, &day.aspects, day.ln_more),
            is_again: [Aspect::Clients, Aspect::Senders, Aspect::Login]
                .iter()
                .any(|aspect| day.observed.on_probation.get(*aspect)),
        };
        let said: Vec<Said> = days.iter().zip(raw).map(said).collect();
        let against = |said: &Said| {
            let most = said.evidence.iter().copied().fold(f64::MIN, f64::max).min(0.0);
            most * if said.is_again { OWN_AGAIN } else { OWN }
        };
        course::odds(&said).iter().zip(&said).map(|(odds, said)| odds + against(said)).collect()
    };
    let odds: Vec<Vec<f64>> = judged.par_iter().zip(&raw).map(of_account).collect();
    let all = judged.iter().flatten().zip(odds.iter().flatten());
    let null = Null::of(all.filter(|(day, _)| is_history(day)).map(|(_, odds)| *odds));
    judged.par_iter_mut().zip(&odds).for_each(|(days, odds)| {
        for (day, odds) in days.iter_mut().zip(odds) {
            day.p = if day.observed.is_active { null.p(*odds) } else { 1.0 };
        }
    });
}

/// A p-value, corrected by the history, which makes nothing more unusual than its model has it. Most are 1: nothing is new.
fn corrected(null: &Null, p: f64) -> f64 {
    if p < 1.0 { null.p(-p.ln()).max(p).min(1.0) } else { 1.0 }
}

/// What the days of the history show, side by side: to go over all that is known of them for each signal takes longer.
fn history<T: Send>(
    judged: &[Vec<Judged>],
    is_history: impl Fn(&&Judged) -> bool + Sync,
    shown: impl Fn(&Judged) -> T + Sync,
) -> Vec<T> {
    judged.par_iter().flat_map_iter(|days| days.iter().filter(&is_history).map(&shown)).collect()
}

/// The p-values of aspects: that of the strongest signal, each of which is first corrected by its own history. Returns them as
/// the models have them.
fn aspects(
    judged: &mut [Vec<Judged>],
    is_history: impl Fn(&&Judged) -> bool + Sync,
) -> Vec<Vec<PerAspect<f64>>> {
    let silences = lengths(judged);
    let history = history(judged, is_history, |day| day.signals);
    let null_of =
        |signal: Signal| (signal, Null::of(history.iter().map(|signals| -signals.get(signal).ln())));
    let nulls: Vec<(Signal, Null)> = Signal::ALL.into_par_iter().map(null_of).collect();
    let of_day = |day: &mut Judged| {
        let mut raw = PerAspect::all(1.0_f64);
        day.aspects = PerAspect::all(1.0);
        if !day.observed.is_active {
            return raw;
        }
        for (signal, null) in &nulls {
            let (aspect, p) = (signal.aspect(), day.signals.get(*signal));
            raw.set(aspect, raw.get(aspect).min(p));
            day.aspects.set(aspect, day.aspects.get(aspect).min(corrected(null, p)));
        }
        let silence = day.observed.silence.map_or(1.0, |silence| p_of_silence(silence, &silences));
        raw.set(Aspect::Silence, silence);
        day.aspects.set(Aspect::Silence, silence);
        raw
    };
    judged.par_iter_mut().map(|days| days.iter_mut().map(of_day).collect()).collect()
}

/// The lengths of all silences, in order.
fn lengths(judged: &[Vec<Judged>]) -> Vec<i64> {
    let silences = judged.iter().flatten().filter_map(|day| day.observed.silence);
    let mut lengths: Vec<i64> = silences.map(|silence| silence.days).collect();
    lengths.sort_unstable();
    lengths
}

/// How often a silence is as long as this one: of the account, and of all.
#[expect(clippy::cast_precision_loss, reason = "numbers of days fit the 53 bits of a float")]
fn p_of_silence(silence: Silence, all: &[i64]) -> f64 {
    let shorter = all.partition_point(|days| *days < silence.days);
    let of_all = all.len().saturating_sub(shorter) as f64 / all.len().max(1) as f64;
    ((silence.as_long as f64 + SILENCES * of_all) / (silence.earlier as f64 + SILENCES))
        .clamp(f64::MIN_POSITIVE, 1.0)
}

//! How likely each count of an account is, seen from the days before it.
//!
//! The week shows in volumes, but a profile for each day of the week, learnt from four weeks, costs more than it gains. So
//! three beliefs are held side by side (all days alike; working days and weekends apart; each day of the week apart), and
//! each is weighed by how well it has foretold the days so far (Bayesian model averaging).

use super::grid::{Belief, Grid, Lesson, Prior};
use super::life::{Observed, Use};
use super::signals::Signal;

/// Days of volume that are not learnt from yet: else a slow rise would hide itself.
const LAG: i64 = 5;
/// Days that stood out are not learnt from for so long: abuse is over by then, and a new habit is none.
const LAG_OF_ALARM: i64 = 14;
/// What foretold well long ago counts for less.
const FORGET: f64 = 0.985;
/// Logarithms of the odds that the beliefs begin with, of one against the two that follow the week.
const AT_FIRST: [f64; 3] = [0.0, -1.0, -4.0];
/// A belief that was wrong is given up, but not for ever.
const WORST: f64 = -12.0;

/// Which group a day (days since 1970) belongs to.
type OfDay = fn(i64) -> usize;

/// A way to tell days apart.
#[derive(Clone, Debug)]
struct Rhythm {
    /// Groups of days, and which of them a day belongs to.
    groups: Vec<Group>,
    of_day: OfDay,
    /// How well it has foretold, as a logarithm.
    merit: f64,
}

/// Days that are alike.
#[derive(Clone, Debug, Default)]
struct Group {
    belief: Belief,
    /// What is learnt when somebody asks. Of most signals nobody does: nothing new is seen.
    lessons: Vec<Lesson>,
}

impl Group {
    fn belief(&mut self, grid: &Grid) -> &Belief {
        grid.learn(&mut self.belief, &self.lessons);
        self.lessons.clear();
        &self.belief
    }
}

fn rhythms(has_rhythm: bool) -> Vec<Rhythm> {
    // 1 January 1970 was a Thursday: Monday is 0.
    let weekday = |day: i64| usize::try_from(day.saturating_add(3).rem_euclid(7)).unwrap_or(0);
    let ways: [(usize, OfDay); 3] =
        [(1, |_| 0), (2, |day| usize::from(day.saturating_add(3).rem_euclid(7) >= 5)), (7, weekday)];
    let count = if has_rhythm { ways.len() } else { 1 };
    let ways = ways.into_iter().zip(AT_FIRST).take(count);
    ways.map(|((groups, of_day), merit)| Rhythm { groups: vec![Group::default(); groups], of_day, merit })
        .collect()
}

/// What a day's count of a signal tells.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// How often it is as many or more.
    pub p: f64,
    /// The logarithm of how much likelier it is of an account that does several times as much as usual.
    pub ln_more: f64,
}

/// What each day's count of a signal tells, seen from the days before it; nothing where it was not counted.
pub fn told(
    grid: &Grid,
    priors: &[Prior; Use::ALL.len()],
    signal: Signal,
    days: &[Observed],
    is_alarm: impl Fn(i64) -> bool,
) -> Vec<Told> {
    const NOTHING: Told = Told { p: 1.0, ln_more: 0.0 };
    let mut rhythms = rhythms(signal.has_rhythm());
    let lag = if signal.has_rhythm() { LAG } else { 0 };
    let mut waiting: Vec<(i64, Lesson)> = Vec::new();
    let mut all = Vec::with_capacity(days.len());
    for observed in days {
        let counted = observed.counts.get(signal).zip(priors.get(observed.used as usize));
        let Some((count, prior)) = counted else {
            all.push(NOTHING);
            continue;
        };
        waiting.retain(|(day, lesson)| {
            let lag = if is_alarm(*day) { LAG_OF_ALARM } else { lag };
            let is_learnt = observed.day.saturating_sub(*day) > lag;
            if is_learnt {
                rhythms.iter_mut().for_each(|rhythm| rhythm.learn(*day, *lesson));
            }
            !is_learnt
        });
        let told = match count > 0.0 || signal.has_rhythm() {
            true => weighed(grid, prior, &mut rhythms, observed.day, count),
            false => NOTHING,
        };
        all.push(told);
        // What was unusual is learnt with less weight (Noufaily 2012).
        waiting.push((observed.day, Lesson { count, weight: (told.p / 0.01).sqrt().clamp(0.1, 1.0) }));
    }
    all
}

impl Rhythm {
    fn learn(&mut self, day: i64, lesson: Lesson) {
        self.groups.get_mut((self.of_day)(day)).into_iter().for_each(|group| group.lessons.push(lesson));
    }
}

/// The mixture of all beliefs, which then are judged by how likely they found what came.
fn weighed(grid: &Grid, prior: &Prior, rhythms: &mut [Rhythm], day: i64, count: f64) -> Told {
    let best = rhythms.iter().map(|rhythm| rhythm.merit).fold(f64::MIN, f64::max);
    let (mut tail, mut point, mut more, mut weights) = (0.0, 0.0, 0.0, 0.0);
    for rhythm in rhythms.iter_mut() {
        let Some(group) = rhythm.groups.get_mut((rhythm.of_day)(day)) else { continue };
        let expected = grid.foretell(group.belief(grid), prior, count);
        let weight = (rhythm.merit - best).exp();
        tail += weight * expected.tail;
        point += weight * expected.point;
        more += weight * expected.more;
        weights += weight;
        rhythm.merit = rhythm.merit * FORGET + expected.point.max(1e-6).ln();
    }
    let best = rhythms.iter().map(|rhythm| rhythm.merit).fold(f64::MIN, f64::max);
    rhythms.iter_mut().for_each(|rhythm| rhythm.merit = (rhythm.merit - best).max(WORST));
    Told {
        p: (tail / weights).clamp(f64::MIN_POSITIVE, 1.0),
        ln_more: (more.max(f64::MIN_POSITIVE) / point.max(f64::MIN_POSITIVE)).ln(),
    }
}

/// All that an account has shown of a signal.
pub fn shown(signal: Signal, days: &[Observed]) -> Vec<f64> {
    days.iter().filter_map(|observed| observed.counts.get(signal)).collect()
}

/// What is believed of an account that has shown this, for the prior.
pub fn belief(grid: &Grid, counts: &[f64]) -> Belief {
    let lessons: Vec<Lesson> = counts.iter().map(|count| Lesson { count: *count, weight: 1.0 }).collect();
    let mut belief = Belief::default();
    grid.learn(&mut belief, &lessons);
    belief
}

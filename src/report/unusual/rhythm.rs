//! How likely each count of an account is, seen from the days before it.
//!
//! The week shows in volumes, but a profile for each day of the week, learnt from four weeks, costs more than it gains. So
//! three beliefs are held side by side (all days alike; working days and weekends apart; each day of the week apart), and
//! each is weighed by how well it has foretold the days so far (Bayesian model averaging).

use super::grid::{Belief, Grid, Prior};
use super::life::Observed;
use super::signals::Signal;
use std::collections::VecDeque;

/// Days of volume that are not learnt from yet: else a slow rise would hide itself.
const LAG: i64 = 5;
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
    /// The beliefs, and which of them a day belongs to.
    beliefs: Vec<Belief>,
    of_day: OfDay,
    /// How well it has foretold, as a logarithm.
    merit: f64,
}

fn rhythms(has_rhythm: bool) -> Vec<Rhythm> {
    // 1 January 1970 was a Thursday: Monday is 0.
    let weekday = |day: i64| usize::try_from(day.saturating_add(3).rem_euclid(7)).unwrap_or(0);
    let ways: [(usize, OfDay); 3] =
        [(1, |_| 0), (2, |day| usize::from(day.saturating_add(3).rem_euclid(7) >= 5)), (7, weekday)];
    let count = if has_rhythm { ways.len() } else { 1 };
    let ways = ways.into_iter().zip(AT_FIRST).take(count);
    ways.map(|((beliefs, of_day), merit)| Rhythm { beliefs: vec![Belief::default(); beliefs], of_day, merit })
        .collect()
}

/// The p-value of each day's count of a signal (as many or more), seen from the days before; 1 where it was not counted.
pub fn p_values(
    grid: &Grid,
    prior: &Prior,
    signal: Signal,
    days: &[Observed],
    is_alarm: impl Fn(i64) -> bool,
) -> Vec<f64> {
    let mut rhythms = rhythms(signal.has_rhythm());
    let lag = if signal.has_rhythm() { LAG } else { 0 };
    let mut waiting: VecDeque<(i64, f64, f64)> = VecDeque::new();
    let mut p_values = Vec::with_capacity(days.len());
    for observed in days {
        let Some(count) = observed.counts.get(signal) else {
            p_values.push(1.0);
            continue;
        };
        while let Some((day, count, weight)) =
            waiting.pop_front_if(|(day, ..)| observed.day.saturating_sub(*day) > lag)
        {
            for rhythm in &mut rhythms {
                let place = (rhythm.of_day)(day);
                rhythm
                    .beliefs
                    .get_mut(place)
                    .into_iter()
                    .for_each(|belief| grid.learn(belief, count, weight));
            }
        }
        let p = if count > 0.0 || signal.has_rhythm() {
            weighed(grid, prior, &mut rhythms, observed.day, count)
        } else {
            1.0
        };
        p_values.push(p);
        // What was unusual is learnt with less weight (Noufaily 2012), what was abuse not at all.
        let weight = if is_alarm(observed.day) { 0.0 } else { (p / 0.01).sqrt().clamp(0.1, 1.0) };
        waiting.push_back((observed.day, count, weight));
    }
    p_values
}

/// The tail of the mixture of all beliefs, which then are judged by how likely they found what came.
fn weighed(grid: &Grid, prior: &Prior, rhythms: &mut [Rhythm], day: i64, count: f64) -> f64 {
    let best = rhythms.iter().map(|rhythm| rhythm.merit).fold(f64::MIN, f64::max);
    let (mut sum, mut weights) = (0.0, 0.0);
    for rhythm in rhythms.iter_mut() {
        let Some(belief) = rhythm.beliefs.get((rhythm.of_day)(day)) else { continue };
        let expected = grid.foretell(belief, prior, count);
        let weight = (rhythm.merit - best).exp();
        sum += weight * expected.tail;
        weights += weight;
        rhythm.merit = rhythm.merit * FORGET + expected.point.max(1e-6).ln();
    }
    let best = rhythms.iter().map(|rhythm| rhythm.merit).fold(f64::MIN, f64::max);
    rhythms.iter_mut().for_each(|rhythm| rhythm.merit = (rhythm.merit - best).max(WORST));
    (sum / weights).clamp(f64::MIN_POSITIVE, 1.0)
}

/// All that an account has shown of a signal, for the prior.
pub fn belief(grid: &Grid, signal: Signal, days: &[Observed]) -> Option<Belief> {
    let mut counts = days.iter().filter_map(|observed| observed.counts.get(signal)).peekable();
    counts.peek()?;
    let mut belief = Belief::default();
    counts.for_each(|count| grid.learn(&mut belief, count, 1.0));
    Some(belief)
}

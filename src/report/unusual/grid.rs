//! Counts that vary more than chance would have it: negative binomial distributions, and beliefs about which of them an
//! account follows.
//!
//! A belief is a weight for each point of a grid of means and sizes. It begins as the prior (how the accounts of these logs
//! are spread over the grid, see [`Grid::prior`]) and learns from each day; what is expected of the next day is the mixture.
//! So an account with little history is expected to behave like the others do, and one with much like itself.

use super::special::{beta_fraction, exp, ln_gamma};
use fearless_simd::{Level, dispatch};
use rayon::prelude::*;
use std::borrow::Cow;

/// Means: eight to the decade, from 0.001 to 10,000.
const MEANS: usize = 57;
/// Sizes (k): the variance is mean + mean² / k, so that small ones are wild and large ones nearly Poisson.
const SIZES: [f64; 7] = [0.08, 0.2, 0.5, 1.2, 3.0, 8.0, 40.0];
/// Points of the grid.
const POINTS: usize = MEANS * SIZES.len();
/// What a day counts for after another day: half after 46 days, so that slow change is followed.
const FORGET: f64 = 0.985;
/// What every prior holds before any account is looked at, in accounts.
const FIRST: f64 = 10.0;
/// Rounds in which the prior is fitted.
const ROUNDS: usize = 6;
/// Points that weigh less than this do not matter.
const NEGLIGIBLE: f64 = 1e-6;
/// What abuse multiplies the mean by, in steps of the grid: from 1.8 to 10,000 times.
const MORE: [usize; 12] = [2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32];
/// Counts below this are looked up: nearly all are.
const TABLED: u16 = 192;
/// Beliefs that one thread takes at once.
const AT_ONCE: usize = 128;

/// A point of the grid.
#[derive(Clone, Copy, Debug)]
struct Point {
    mean: f64,
    size: f64,
    /// p = mean / (mean + k).
    p: f64,
    ln_p: f64,
    /// k * ln(1 - p).
    k_ln_q: f64,
}

impl Point {
    /// P(Y >= y), the regularised incomplete beta function I_p(y, k); `front` is its factor p^y (1 - p)^k / B(y, k).
    fn tail(&self, count: f64, front: f64) -> f64 {
        let size = self.size;
        if self.p < (count + 1.0) / (count + size + 2.0) {
            front * beta_fraction(count, size, self.p) / count
        } else {
            1.0 - front * beta_fraction(size, count, 1.0 - self.p) / size
        }
    }
}

/// What all points say of one count.
#[derive(Clone, Debug)]
struct Row {
    /// Of each point, the logarithm of the probability of just as many.
    ln_points: Vec<f64>,
    /// The probability of just as many.
    points: Vec<f64>,
    /// The probability of as many or more.
    tails: Vec<f64>,
    /// The probability of just as many, if the mean is higher by one of the steps.
    more: Vec<f64>,
}

/// The grid of distributions.
#[derive(Clone, Debug)]
pub struct Grid {
    points: Vec<Point>,
    /// Their means.
    means: Vec<f64>,
    /// Of the counts from 0.
    rows: Vec<Row>,
}

/// What is believed of an account: the logarithm of the likelihood of each point; none before anything is learnt.
#[derive(Clone, Debug, Default)]
pub struct Belief(Vec<f64>);

/// How accounts are spread over the grid.
#[derive(Clone, Debug)]
pub struct Prior {
    /// Weights that add up to 1. Of whom nothing is known, as of everybody at first, this is expected.
    weights: Vec<f64>,
    /// Their logarithms.
    ln_weights: Vec<f64>,
}

impl Prior {
    fn of(weights: Vec<f64>) -> Self {
        let ln_weights = weights.iter().map(|weight| weight.ln()).collect();
        Self { weights, ln_weights }
    }
}

/// What is expected of a count.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The probability of as many or more.
    pub tail: f64,
    /// The probability of just as many.
    pub point: f64,
    /// The same if the mean is 1.8 to 10,000 times as high.
    pub more: f64,
}

impl Default for Grid {
    fn default() -> Self {
        let means = (0..57_u8).map(|step| 10_f64.powf(f64::from(step) / 8.0 - 3.0));
        let means: Vec<f64> = means.collect();
        let of_size = |size: f64| {
            means.iter().map(move |mean| {
                let p = mean / (mean + size);
                Point { mean: *mean, size, p, ln_p: p.ln(), k_ln_q: size * (size / (mean + size)).ln() }
            })
        };
        let points: Vec<Point> = SIZES.iter().flat_map(|size| of_size(*size).collect::<Vec<_>>()).collect();
        let means = points.iter().map(|point| point.mean).collect();
        let mut grid = Self { points, means, rows: Vec::new() };
        grid.rows = grid.tabled();
        grid
    }
}

impl Grid {
    /// The rows of small counts. Tails are added up from the far end, where they are smallest.
    fn tabled(&self) -> Vec<Row> {
        let mut behind = self.tails(f64::from(TABLED));
        let mut rows: Vec<Row> =
            (0..TABLED).rev().map(|count| self.row(f64::from(count), &mut behind)).collect();
        rows.reverse();
        rows
    }

    /// The probability that a count is as high or higher, for each point.
    fn tails(&self, count: f64) -> Vec<f64> {
        let of_size = |(size, points): (f64, &[Point])| -> Vec<f64> {
            let ways = ln_ways(count, size);
            let front = |point: &Point| count * (ways + count * point.ln_p + point.k_ln_q).exp();
            points.iter().map(|point| point.tail(count, front(point))).collect()
        };
        self.by_size().flat_map(of_size).collect()
    }

    /// What all points say of a count; `behind` are the tails of the next count, and become those of this one.
    fn row(&self, count: f64, behind: &mut [f64]) -> Row {
        let of_size = |(size, points): (f64, &[Point])| -> Vec<f64> {
            let ways = ln_ways(count, size);
            points.iter().map(|point| ways + count * point.ln_p + point.k_ln_q).collect()
        };
        let ln_points: Vec<f64> = self.by_size().flat_map(of_size).collect();
        let points: Vec<f64> = ln_points.iter().map(|ln_point| ln_point.exp()).collect();
        behind.iter_mut().zip(&points).for_each(|(tail, point)| *tail = (*tail + point).min(1.0));
        let more = more(&points);
        Row { ln_points, points, tails: behind.to_vec(), more }
    }

    /// The row of a count, if it is a small one.
    fn tabled_row(&self, count: f64) -> Option<&Row> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        let place = ((0.0..1e6).contains(&count) && count.fract() == 0.0).then_some(count as usize)?;
        self.rows.get(place)
    }

    /// The points of each size.
    fn by_size(&self) -> impl Iterator<Item = (f64, &[Point])> {
        SIZES.iter().copied().zip(self.points.chunks(MEANS))
    }

    /// Learns a count. A day that was unusual weighs less than 1, or else it would make the next one like it look usual.
    pub fn learn(&self, belief: &mut Belief, count: f64, weight: f64) {
        belief.0.resize(POINTS, 0.0);
        if let Some(row) = self.tabled_row(count) {
            for (known, ln_point) in belief.0.iter_mut().zip(&row.ln_points) {
                *known = *known * FORGET + weight * ln_point;
            }
            return;
        }
        for ((size, points), weights) in self.by_size().zip(belief.0.chunks_mut(MEANS)) {
            let ways = ln_ways(count, size);
            for (point, known) in points.iter().zip(weights) {
                *known = *known * FORGET + weight * (ways + count * point.ln_p + point.k_ln_q);
            }
        }
    }

    /// The mixture of what is believed: weights that add up to 1.
    fn mixture<'p>(belief: &Belief, prior: &'p Prior) -> Cow<'p, [f64]> {
        if belief.0.is_empty() {
            return Cow::Borrowed(&prior.weights);
        }
        let mut weights: Vec<f64> =
            belief.0.iter().zip(&prior.ln_weights).map(|(known, prior)| known + prior).collect();
        dispatch!(Level::new(), _simd => shares(&mut weights));
        Cow::Owned(weights)
    }

    /// What is expected of a count, under what is believed.
    pub fn foretell(&self, belief: &Belief, prior: &Prior, count: f64) -> Expected {
        let mixture = Self::mixture(belief, prior);
        let mean = dot(&self.means, &mixture);
        let row = self.tabled_row(count);
        let (points, more) = match row {
            Some(row) => (Cow::Borrowed(&row.points), Cow::Borrowed(&row.more)),
            None => {
                let points = self.chances(count);
                let more = more(&points);
                (Cow::Owned(points), Cow::Owned(more))
            }
        };
        // Below the mean nothing is unusual, and a rough tail will do.
        let tail = match row {
            _ if count <= 0.0 => 1.0,
            _ if count <= mean => 1.0 - 0.5 * count / mean,
            Some(row) => dot(&row.tails, &mixture),
            None => self.tail(&mixture, count, &points),
        };
        Expected {
            tail: tail.clamp(f64::MIN_POSITIVE, 1.0),
            point: dot(&points, &mixture).max(f64::MIN_POSITIVE),
            more: dot(&more, &mixture),
        }
    }

    /// The probability of just as many, for each point.
    fn chances(&self, count: f64) -> Vec<f64> {
        let of_size = |(size, points): (f64, &[Point])| -> Vec<f64> {
            let ways = ln_ways(count, size);
            points.iter().map(|point| (ways + count * point.ln_p + point.k_ln_q).exp()).collect()
        };
        self.by_size().flat_map(of_size).collect()
    }

    /// The probability of as many or more; `chances` are those of just as many.
    fn tail(&self, mixture: &[f64], count: f64, chances: &[f64]) -> f64 {
        let all = self.points.iter().zip(mixture).zip(chances);
        let heavy = all.filter(|((_, weight), _)| **weight > NEGLIGIBLE);
        heavy.map(|((point, weight), just)| weight * point.tail(count, just * count)).sum()
    }

    /// How accounts are spread, fitted to all of them (empirical Bayes: each account is divided among the points that explain
    /// it, a few rounds long), beside ten accounts that are like those of `wider`, or else are spread evenly. Each belief is
    /// that of so many accounts.
    pub fn prior(&self, accounts: &[(&Belief, f64)], wider: Option<&Prior>) -> Prior {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred points")]
        let even = 1.0 / POINTS as f64;
        let mut prior = wider.cloned().unwrap_or_else(|| Prior::of(vec![even; POINTS]));
        let first: Vec<f64> = prior.weights.iter().map(|weight| FIRST * weight).collect();
        for _ in 0..ROUNDS {
            let mut sums = first.clone();
            // Floats are added up in the same order whatever the number of threads.
            let of_some = |some: &[(&Belief, f64)]| divided(some, &prior);
            for some in accounts.par_chunks(AT_ONCE).map(of_some).collect::<Vec<_>>() {
                sums.iter_mut().zip(some).for_each(|(sum, weight)| *sum += weight);
            }
            let smooth: Vec<f64> = sums.chunks(MEANS).flat_map(smoothed).collect();
            let all: f64 = smooth.iter().sum();
            prior = Prior::of(smooth.iter().map(|sum| sum / all).collect());
        }
        prior
    }

    /// The mean that is believed in.
    pub fn mean(&self, belief: &Belief, prior: &Prior) -> f64 {
        dot(&self.means, &Self::mixture(belief, prior))
    }
}

/// Accounts divided among the points that explain them.
fn divided(accounts: &[(&Belief, f64)], prior: &Prior) -> Vec<f64> {
    let mut sums = vec![0.0; POINTS];
    for (belief, accounts) in accounts {
        for (sum, weight) in sums.iter_mut().zip(Grid::mixture(belief, prior).iter()) {
            *sum += accounts * weight;
        }
    }
    sums
}

/// The probability of a count at each point, if all means were higher by one of the steps; `points` are those of just as many.
fn more(points: &[f64]) -> Vec<f64> {
    let of_size = |points: &[f64]| -> Vec<f64> {
        let of_point = |at: usize| -> f64 {
            let behind = points.get(at..).unwrap_or_default();
            MORE.iter().filter_map(|step| behind.get(*step)).sum::<f64>() / 12.0
        };
        (0..points.len()).map(of_point).collect()
    };
    points.chunks(MEANS).flat_map(of_size).collect()
}

/// So many numbers are taken at once: one after the other, each would wait for the one before.
const LANES: usize = 8;

/// What all numbers come to, lane by lane.
#[inline(always)]
fn folded(numbers: &[f64], first: f64, with: impl Fn(f64, f64) -> f64) -> [f64; LANES] {
    let mut lanes = [first; LANES];
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, number)| *lane = with(*lane, *number));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, number)| *lane = with(*lane, *number));
    lanes
}

/// From logarithms of weights to weights that add up to 1: a third of the time in which accounts are judged, with the widest
/// instructions that the processor at hand has. They change no digit.
#[inline(always)]
fn shares(weights: &mut [f64]) {
    let most = most(weights);
    for weight in &mut *weights {
        let below = *weight - most;
        *weight = if below < -25.0 { 0.0 } else { exp(below.max(-25.0)) };
    }
    let all = sum(weights);
    weights.iter_mut().for_each(|weight| *weight /= all);
}

#[inline(always)]
fn sum(numbers: &[f64]) -> f64 {
    folded(numbers, 0.0, |sum, number| sum + number).iter().sum()
}

#[inline(always)]
fn most(numbers: &[f64]) -> f64 {
    folded(numbers, f64::MIN, f64::max).into_iter().fold(f64::MIN, f64::max)
}

/// The sum of what two numbers of the same place come to.
fn dot(one: &[f64], other: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let ((ones, last), (others, last_other)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    for (one, other) in ones.iter().zip(others) {
        lanes.iter_mut().zip(one).zip(other).for_each(|((lane, one), other)| *lane += one * other);
    }
    lanes.iter_mut().zip(last).zip(last_other).for_each(|((lane, one), other)| *lane += one * other);
    lanes.iter().sum()
}

/// The logarithm of the number of ways to such a count: its gamma functions.
fn ln_ways(count: f64, size: f64) -> f64 {
    if count > 0.0 { ln_gamma(count + size) - ln_gamma(size) - ln_gamma(count + 1.0) } else { 0.0 }
}

/// Each weight shared with its neighbours: half of it stays.
fn smoothed(weights: &[f64]) -> Vec<f64> {
    let first = weights.first().copied().unwrap_or_default();
    let last = weights.last().copied().unwrap_or_default();
    let before = std::iter::once(first).chain(weights.iter().copied());
    let behind = weights.iter().copied().skip(1).chain([last]);
    let all = weights.iter().zip(before).zip(behind);
    all.map(|((own, before), behind)| 0.5 * own + 0.25 * (before + behind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tails of mixtures are sums of points; below the mean, where nothing is unusual, they are only large.
    #[test]
    fn tails_are_sums() {
        let grid = Grid::default();
        let mut belief = Belief::default();
        [3.0, 5.0, 0.0, 8.0].into_iter().for_each(|count| grid.learn(&mut belief, count, 1.0));
        let prior = grid.prior(&[], None);
        let mean = grid.mean(&belief, &prior);
        let mut below = 0.0;
        for count in 0..40 {
            let expected = grid.foretell(&belief, &prior, f64::from(count));
            let is_right = match f64::from(count) > mean {
                true => (expected.tail - (1.0 - below)).abs() < 1e-4,
                false => expected.tail >= 0.5,
            };
            assert!(is_right, "{count}: {} {}", expected.tail, 1.0 - below);
            below += expected.point;
        }
    }

    /// What is added up beforehand, or several at once, is what it is one by one.
    #[test]
    fn shortcuts_lead_to_the_same() {
        let grid = Grid::default();
        let mut belief = Belief::default();
        [3.0, 5.0, 0.0, 8.0].into_iter().for_each(|count| grid.learn(&mut belief, count, 1.0));
        let other = Belief::default();
        let together = grid.prior(&[(&belief, 3.0), (&other, 1.0)], None);
        let apart = grid.prior(&[(&belief, 1.0), (&other, 1.0), (&belief, 1.0), (&belief, 1.0)], None);
        let same = |one: f64, other: f64| (one - other).abs() <= 1e-12 * other.abs();
        assert!(together.weights.iter().zip(&apart.weights).all(|(one, other)| same(*one, *other)));
        let logs: Vec<f64> =
            belief.0.iter().zip(&apart.ln_weights).map(|(known, prior)| known + prior).collect();
        let most = logs.iter().copied().fold(f64::MIN, f64::max);
        let weights: Vec<f64> = logs.iter().map(|ln_weight| (ln_weight - most).exp()).collect();
        let all: f64 = weights.iter().sum();
        let mixture = Grid::mixture(&belief, &apart);
        assert!(mixture.iter().zip(&weights).all(|(one, other)| (one - other / all).abs() < 1e-10));
        for count in [0.0, 4.0, 30.0, 500.0] {
            let points = grid.chances(count);
            let of_step = |step: &usize| -> f64 {
                let of_size = |(points, weights): (&[f64], &[f64])| -> f64 {
                    points.iter().skip(*step).zip(weights).map(|(point, weight)| point * weight).sum()
                };
                points.chunks(MEANS).zip(mixture.chunks(MEANS)).map(of_size).sum()
            };
            let one_by_one = MORE.iter().map(of_step).sum::<f64>() / 12.0;
            let more = grid.foretell(&belief, &apart, count).more;
            assert!((more - one_by_one).abs() <= 1e-9 * one_by_one, "{count}: {more} {one_by_one}");
        }
    }

    /// A long history speaks for itself, a short one for the others.
    #[test]
    fn little_is_known_of_the_new() {
        let grid = Grid::default();
        let learnt = |days: usize, count: f64| {
            let mut belief = Belief::default();
            (0..days).for_each(|_| grid.learn(&mut belief, count, 1.0));
            belief
        };
        let others: Vec<Belief> = (0..200).map(|_| learnt(30, 10.0)).collect();
        let others: Vec<(&Belief, f64)> = others.iter().map(|belief| (belief, 1.0)).collect();
        let prior = grid.prior(&others, None);
        let tail = |days, count| grid.foretell(&learnt(days, 2.0), &prior, count).tail;
        assert!(tail(60, 30.0) < 1e-6 && tail(60, 4.0) > 0.01);
        assert!(tail(0, 12.0) > 0.05, "a new one is like the others");
        let mean = grid.mean(&learnt(60, 2.0), &prior);
        assert!((1.5..2.6).contains(&mean), "{mean}");
    }
}

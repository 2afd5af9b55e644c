//! Counts that vary more than chance would have it: negative binomial distributions, and beliefs about which of them an
//! account follows.
//!
//! A belief is a weight for each point of a grid of means and sizes. It begins as the prior (how the accounts of these logs
//! are spread over the grid, see [`Grid::prior`]) and learns from each day; what is expected of the next day is the mixture.
//! So an account with little history is expected to behave like the others do, and one with much like itself.

use super::points::{Heavy, LnWeights, Points};
use super::special::{beta_fraction, ln_gamma};
use rayon::prelude::*;
use std::borrow::Cow;

/// Means: eight to the decade, from 0.001 to 10,000.
const MEANS: usize = 57;
/// Sizes (k): the variance is mean + mean² / k, so that small ones are wild and large ones nearly Poisson.
const SIZES: [f64; 7] = [0.08, 0.2, 0.5, 1.2, 3.0, 8.0, 40.0];
/// Points of the grid.
pub const POINTS: usize = MEANS * SIZES.len();
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
    ln_points: Points,
    /// The probability of just as many.
    points: Points,
    /// The probability of as many or more.
    tails: Points,
    /// The probability of just as many, if the mean is higher by one of the steps.
    more: Points,
}

/// The grid of distributions.
#[derive(Clone, Debug)]
pub struct Grid {
    points: Vec<Point>,
    /// Their means.
    means: Points,
    /// Of the counts from 0.
    rows: Vec<Row>,
}

/// What is believed of an account: the logarithm of the likelihood of each point; none before anything is learnt.
#[derive(Clone, Debug, Default)]
pub struct Belief(Option<Points>);

/// A count to learn from. A day that was unusual weighs less than 1, or else it would make the next one like it look usual.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// The count.
    pub count: f64,
    /// How much it weighs.
    pub weight: f64,
}

/// How accounts are spread over the grid.
#[derive(Clone, Debug)]
pub struct Prior {
    /// Weights that add up to 1. Of whom nothing is known, as of everybody at first, this is expected.
    weights: Points,
    /// Their logarithms.
    ln_weights: Points,
}

impl Prior {
    fn of(weights: Points) -> Self {
        Self { ln_weights: weights.map(f64::ln), weights }
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
        let means = Points::of(points.iter().map(|point| point.mean));
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
    fn tails(&self, count: f64) -> Points {
        let chances = self.ln_chances(count).map(f64::exp);
        let all = self.points.iter().zip(chances.get());
        Points::of(all.map(|(point, just)| point.tail(count, just * count)))
    }

    /// What all points say of a count; `behind` are the tails of the next count, and become those of this one.
    fn row(&self, count: f64, behind: &mut Points) -> Row {
        let ln_points = self.ln_chances(count);
        let points = ln_points.map(f64::exp);
        let tails = behind.get().iter().zip(points.get()).map(|(tail, point)| (tail + point).min(1.0));
        *behind = Points::of(tails);
        let more = more(&points);
        Row { ln_points, points, tails: behind.clone(), more }
    }

    /// The row of a count, if it is a small one.
    fn tabled_row(&self, count: f64) -> Option<&Row> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        let place = ((0.0..1e6).contains(&count) && count.fract() == 0.0).then_some(count as usize)?;
        self.rows.get(place)
    }

    /// The logarithm of the probability of just as many, for each point.
    fn ln_chances(&self, count: f64) -> Points {
        let of_size = |(size, points): (&f64, &[Point])| -> Vec<f64> {
            let ways = ln_ways(count, *size);
            points.iter().map(|point| ways + count * point.ln_p + point.k_ln_q).collect()
        };
        Points::of(SIZES.iter().zip(self.points.chunks(MEANS)).flat_map(of_size))
    }

    /// Learns counts, one after the other.
    pub fn learn(&self, belief: &mut Belief, lessons: &[Lesson]) {
        for lesson in lessons {
            let ln_points = match self.tabled_row(lesson.count) {
                Some(row) => Cow::Borrowed(&row.ln_points),
                None => Cow::Owned(self.ln_chances(lesson.count)),
            };
            let known = belief.0.get_or_insert_with(|| Points::all(0.0));
            known.fade_and_add(FORGET, &ln_points, lesson.weight);
        }
    }

    /// What is expected of a count, under what is believed.
    pub fn foretell(&self, belief: &Belief, prior: &Prior, count: f64) -> Expected {
        let Some(row) = self.tabled_row(count) else { return self.foretell_many(belief, prior, count) };
        let numbers = [&self.means, &row.points, &row.more, &row.tails];
        let [mean, point, more, tail] = match &belief.0 {
            Some(known) => LnWeights(known, &prior.ln_weights).means(numbers),
            None => numbers.map(|numbers| numbers.weighed_by(&prior.weights)),
        };
        Expected::of(point, more, tail_below(count, mean).unwrap_or(tail))
    }

    /// The same of a count that is not tabled.
    fn foretell_many(&self, belief: &Belief, prior: &Prior, count: f64) -> Expected {
        let mixture = match &belief.0 {
            Some(known) => Cow::Owned(LnWeights(known, &prior.ln_weights).scaled()),
            None => Cow::Borrowed(&prior.weights),
        };
        let points = self.ln_chances(count).map(f64::exp);
        let tail = || self.tail(mixture.get(), count, points.get());
        let tail = tail_below(count, self.means.weighed_by(&mixture)).unwrap_or_else(tail);
        Expected::of(points.weighed_by(&mixture), more(&points).weighed_by(&mixture), tail)
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
        let mut prior = wider.cloned().unwrap_or_else(|| Prior::of(Points::all(even)));
        let first = prior.weights.map(|weight| FIRST * weight);
        for _ in 0..ROUNDS {
            let mut sums = first.clone();
            // Floats are added up in the same order whatever the number of threads.
            let of_some = |some: &[(&Belief, f64)]| divided(some, &prior);
            for some in accounts.par_chunks(AT_ONCE).map(of_some).collect::<Vec<_>>() {
                sums.fade_and_add(1.0, &some, 1.0);
            }
            let smooth: Vec<f64> = sums.get().chunks(MEANS).flat_map(smoothed).collect();
            let all: f64 = smooth.iter().sum();
            prior = Prior::of(Points::of(smooth.iter().map(|sum| sum / all)));
        }
        prior
    }
}

impl Expected {
    fn of(point: f64, more: f64, tail: f64) -> Self {
        Self { tail: tail.clamp(f64::MIN_POSITIVE, 1.0), point: point.max(f64::MIN_POSITIVE), more }
    }
}

/// Below the mean nothing is unusual, and a rough tail will do.
fn tail_below(count: f64, mean: f64) -> Option<f64> {
    match count {
        _ if count <= 0.0 => Some(1.0),
        _ if count <= mean => Some(1.0 - 0.5 * count / mean),
        _ => None,
    }
}

/// Accounts divided among the points that explain them.
fn divided(accounts: &[(&Belief, f64)], prior: &Prior) -> Points {
    let (mut sums, mut heavy) = (Points::all(0.0), Heavy::default());
    for (belief, accounts) in accounts {
        match &belief.0 {
            Some(known) => LnWeights(known, &prior.ln_weights).add_to(&mut sums, *accounts, &mut heavy),
            None => sums.fade_and_add(1.0, &prior.weights, *accounts),
        }
    }
    sums
}

/// The probability of a count at each point, if all means were higher by one of the steps; `points` are those of just as many.
fn more(points: &Points) -> Points {
    let of_size = |points: &[f64]| -> Vec<f64> {
        let of_point = |at: usize| -> f64 {
            let behind = points.get(at..).unwrap_or_default();
            MORE.iter().filter_map(|step| behind.get(*step)).sum::<f64>() / 12.0
        };
        (0..points.len()).map(of_point).collect()
    };
    Points::of(points.get().chunks(MEANS).flat_map(of_size))
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

    fn learnt(grid: &Grid, counts: &[f64]) -> Belief {
        let lessons: Vec<Lesson> = counts.iter().map(|count| Lesson { count: *count, weight: 1.0 }).collect();
        let mut belief = Belief::default();
        grid.learn(&mut belief, &lessons);
        belief
    }

    fn mean(grid: &Grid, belief: &Belief, prior: &Prior) -> f64 {
        let known = belief.0.clone().unwrap_or_else(|| Points::all(0.0));
        LnWeights(&known, &prior.ln_weights).means([&grid.means])[0]
    }

    /// Tails of mixtures are sums of points; below the mean, where nothing is unusual, they are only large.
    #[test]
    fn tails_are_sums() {
        let grid = Grid::default();
        let belief = learnt(&grid, &[3.0, 5.0, 0.0, 8.0]);
        let prior = grid.prior(&[], None);
        let mean = mean(&grid, &belief, &prior);
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
        let belief = learnt(&grid, &[3.0, 5.0, 0.0, 8.0]);
        let other = Belief::default();
        let together = grid.prior(&[(&belief, 3.0), (&other, 1.0)], None);
        let apart = grid.prior(&[(&belief, 1.0), (&other, 1.0), (&belief, 1.0), (&belief, 1.0)], None);
        let same = |one: f64, other: f64, digits: f64| (one - other).abs() <= digits * other.abs();
        let of_both = together.weights.get().iter().zip(apart.weights.get());
        assert!(of_both.clone().all(|(one, other)| same(*one, *other, 1e-12)));
        let known = belief.0.as_ref().expect("something was learnt");
        let logs: Vec<f64> =
            known.get().iter().zip(apart.weights.get()).map(|(known, prior)| known + prior.ln()).collect();
        let most = logs.iter().copied().fold(f64::MIN, f64::max);
        let weights: Vec<f64> = logs.iter().map(|ln_weight| (ln_weight - most).exp()).collect();
        let all: f64 = weights.iter().sum();
        let mixture = LnWeights(known, &apart.ln_weights).scaled();
        let scaled = mixture.get().iter().zip(&weights);
        assert!(scaled.clone().all(|(one, other)| (one - other / all).abs() < 1e-10));
        assert!(same(mixture.get().iter().sum(), 1.0, 1e-12));
        for count in [0.0, 4.0, 30.0, 191.0, 192.0, 500.0] {
            let points = grid.ln_chances(count).map(f64::exp);
            let of_step = |step: &usize| -> f64 {
                let of_size = |(points, weights): (&[f64], &[f64])| -> f64 {
                    points.iter().skip(*step).zip(weights).map(|(point, weight)| point * weight).sum()
                };
                points.get().chunks(MEANS).zip(mixture.get().chunks(MEANS)).map(of_size).sum()
            };
            let one_by_one = MORE.iter().map(of_step).sum::<f64>() / 12.0;
            let more = grid.foretell(&belief, &apart, count).more;
            assert!((more - one_by_one).abs() <= 1e-9 * one_by_one, "{count}: {more} {one_by_one}");
        }
    }

    /// A count that is looked up is judged as one that is worked out, but for what is too light to be worked out.
    #[test]
    fn tables_hold_what_is_worked_out() {
        let grid = Grid::default();
        let prior = grid.prior(&[], None);
        for belief in [Belief::default(), learnt(&grid, &[3.0, 5.0, 0.0, 8.0]), learnt(&grid, &[150.0; 9])] {
            for count in (0..192).step_by(7).map(f64::from) {
                let (one, other) =
                    (grid.foretell(&belief, &prior, count), grid.foretell_many(&belief, &prior, count));
                let same = |one: f64, other: f64| (one - other).abs() <= 1e-3 * other.abs();
                let is_same = same(one.tail, other.tail) && same(one.point, other.point);
                assert!(is_same && same(one.more, other.more), "{count}: {one:?} {other:?}");
            }
        }
    }

    /// A long history speaks for itself, a short one for the others.
    #[test]
    fn little_is_known_of_the_new() {
        let grid = Grid::default();
        let learnt = |days: usize, count: f64| learnt(&grid, &vec![count; days]);
        let others: Vec<Belief> = (0..200).map(|_| learnt(30, 10.0)).collect();
        let others: Vec<(&Belief, f64)> = others.iter().map(|belief| (belief, 1.0)).collect();
        let prior = grid.prior(&others, None);
        let tail = |days, count| grid.foretell(&learnt(days, 2.0), &prior, count).tail;
        assert!(tail(60, 30.0) < 1e-6 && tail(60, 4.0) > 0.01);
        assert!(tail(0, 12.0) > 0.05, "a new one is like the others");
        let mean = mean(&grid, &learnt(60, 2.0), &prior);
        assert!((1.5..2.6).contains(&mean), "{mean}");
    }
}

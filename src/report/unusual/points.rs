//! A number for each point of the grid, and the arithmetic of all of them at once.
//!
//! Eight lanes are added up side by side whatever the processor has, so that the widest instructions of the one at hand
//! (`dispatch!`) change no digit. They are written out: what a compiler made of the same loops over arrays took two to nine
//! times as long.
#![expect(clippy::arithmetic_side_effects, reason = "lanes neither overflow nor panic")]

use super::grid::POINTS;
use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, f64x8, u64x8};

/// So many numbers are taken at once.
const LANES: usize = 8;
/// Blocks of so many.
const BLOCKS: usize = POINTS.div_ceil(LANES);
/// What lies so far (a logarithm) below the likeliest point has no weight.
const FAR: f64 = -25.0;

type Blocks = [[f64; LANES]; BLOCKS];

/// A number for each point. The lanes behind the last one begin as 0, and weights there stay 0: what stands in the others counts
/// for nothing.
#[derive(Clone, Debug)]
pub struct Points(Box<Blocks>);

impl Points {
    /// The same for each.
    pub fn all(number: f64) -> Self {
        Self::of(std::iter::repeat_n(number, POINTS))
    }

    /// As they come.
    pub fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let mut points = Self(Box::new([[0.0; LANES]; BLOCKS]));
        points.0.as_flattened_mut().iter_mut().zip(numbers).for_each(|(place, number)| *place = number);
        points
    }

    /// All of them.
    pub fn get(&self) -> &[f64] {
        self.0.as_flattened().get(..POINTS).unwrap_or_default()
    }

    /// What each comes to, in the lanes behind the last one too: of weights, the logarithm there is that of none.
    pub fn map(&self, number: impl Fn(f64) -> f64) -> Self {
        let mut points = self.clone();
        points.0.as_flattened_mut().iter_mut().for_each(|place| *place = number(*place));
        points
    }

    /// Keeps a share of each, and adds a share of another.
    pub fn fade_and_add(&mut self, kept: f64, other: &Self, share: f64) {
        dispatch!(Level::new(), simd => fade_and_add(simd, (&mut self.0, kept), (&other.0, share)));
    }

    /// Their sum, each weighed.
    pub fn weighed_by(&self, weights: &Self) -> f64 {
        dispatch!(Level::new(), simd => weighed(simd, &self.0, &weights.0))
    }
}

/// Weights that are not known but as a sum of two logarithms, and not scaled.
#[derive(Clone, Copy, Debug)]
pub struct LnWeights<'p>(pub &'p Points, pub &'p Points);

impl LnWeights<'_> {
    /// The means of some numbers, weighed by these weights. No weight is stored, and blocks of points without any are passed
    /// over: of an account that sends ten messages a day, half of them after a week.
    pub fn means<const N: usize>(self, numbers: [&Points; N]) -> [f64; N] {
        dispatch!(Level::new(), simd => means(simd, self, numbers))
    }

    /// Adds weights that add up to `share`.
    pub fn add_to(self, sums: &mut Points, share: f64, heavy: &mut Heavy) {
        dispatch!(Level::new(), simd => add_to(simd, self, (sums, share), heavy));
    }

    /// Weights that add up to 1.
    pub fn scaled(self) -> Points {
        let mut weights = Points::all(0.0);
        self.add_to(&mut weights, 1.0, &mut Heavy::default());
        weights
    }
}

/// Room for blocks with a weight in them, and their places.
#[derive(Clone, Debug, Default)]
pub struct Heavy(Vec<(usize, [f64; LANES])>);

#[inline(always)]
fn add_to<S: Simd>(simd: S, logs: LnWeights<'_>, (sums, share): (&mut Points, f64), heavy: &mut Heavy) {
    heavy.0.clear();
    let all = each(simd, logs, |place, weights| heavy.0.push((place, *weights.as_array())));
    let times = share / all;
    for (place, weights) in &heavy.0 {
        let Some(sums) = sums.0.get_mut(*place) else { continue };
        let more = f64x8::load_array_ref(simd, weights) * times;
        (f64x8::load_array_ref(simd, sums) + more).store_slice(sums);
    }
}

#[inline(always)]
fn fade_and_add<S: Simd>(simd: S, (own, kept): (&mut Blocks, f64), (other, share): (&Blocks, f64)) {
    for (own, other) in own.iter_mut().zip(other) {
        let (known, more) = (f64x8::load_array_ref(simd, own), f64x8::load_array_ref(simd, other));
        (known * kept + more * share).store_slice(own);
    }
}

#[inline(always)]
fn weighed<S: Simd>(simd: S, numbers: &Blocks, weights: &Blocks) -> f64 {
    let mut sums = f64x8::splat(simd, 0.0);
    for (numbers, weights) in numbers.iter().zip(weights) {
        sums += f64x8::load_array_ref(simd, numbers) * f64x8::load_array_ref(simd, weights);
    }
    total(sums)
}

#[inline(always)]
fn means<S: Simd, const N: usize>(simd: S, weights: LnWeights<'_>, numbers: [&Points; N]) -> [f64; N] {
    let mut sums = [f64x8::splat(simd, 0.0); N];
    let all = each(simd, weights, |place, weights| {
        for (sums, numbers) in sums.iter_mut().zip(numbers) {
            let numbers = numbers.0.get(place).into_iter();
            numbers.for_each(|numbers| *sums += f64x8::load_array_ref(simd, numbers) * weights);
        }
    });
    let mut means = [0.0; N];
    means.iter_mut().zip(sums).for_each(|(mean, sums)| *mean = total(sums) / all);
    means
}

/// Each block with a weight in it, and what all weights come to. The heaviest point weighs 1.
#[inline(always)]
fn each<S: Simd>(simd: S, logs: LnWeights<'_>, mut take: impl FnMut(usize, f64x8<S>)) -> f64 {
    let blocks = || logs.0.0.iter().zip(logs.1.0.iter());
    let mut most = f64x8::splat(simd, f64::MIN);
    for (one, other) in blocks() {
        most = most.max(f64x8::load_array_ref(simd, one) + f64x8::load_array_ref(simd, other));
    }
    let most = most.as_array().iter().copied().fold(f64::MIN, f64::max);
    let (far, none) = (f64x8::splat(simd, FAR), f64x8::splat(simd, 0.0));
    let mut sums = none;
    for (place, (one, other)) in blocks().enumerate() {
        let below = f64x8::load_array_ref(simd, one) + f64x8::load_array_ref(simd, other) - most;
        let is_near = below.simd_ge(far);
        if is_near.any_true() {
            let weights = is_near.select(exp(simd, below.max(far)), none);
            sums += weights;
            take(place, weights);
        }
    }
    total(sums)
}

#[inline(always)]
fn total<S: Simd>(lanes: f64x8<S>) -> f64 {
    lanes.as_array().iter().sum()
}

/// The exponential function of numbers from -700 to 0, to nine digits: a power of two, and the series of what is left.
#[inline(always)]
fn exp<S: Simd>(simd: S, numbers: f64x8<S>) -> f64x8<S> {
    /// ln 2 in two parts, the first of which has zeros at its end: products with small whole numbers are exact.
    const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
    /// Added to a small number, it leaves the nearest whole number in the lowest bits.
    const TO_WHOLE: f64 = 6_755_399_441_055_744.0;
    /// 1/8!, 1/7! and so on.
    const SERIES: [f64; 9] =
        [1.0 / 40_320.0, 1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let shifted = numbers * std::f64::consts::LOG2_E + TO_WHOLE;
    let power = shifted - TO_WHOLE;
    let left = numbers - power * LN_2[0] - power * LN_2[1];
    let mut series = f64x8::splat(simd, 0.0);
    for factor in SERIES {
        series = series * left + factor;
    }
    let bits: u64x8<S> = series.bitcast();
    let power: u64x8<S> = shifted.bitcast();
    (bits + (power << 52)).bitcast()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exps(level: Level, numbers: [f64; LANES]) -> [f64; LANES] {
        dispatch!(level, simd => *exp(simd, numbers.simd_into(simd)).as_array())
    }

    /// With the widest instructions at hand and with the narrowest, to the last digit.
    #[test]
    fn exponentials() {
        for step in 0..100_000 {
            let numbers =
                [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(|part| (f64::from(step) + part) * -0.007);
            let found = exps(Level::new(), numbers);
            assert_eq!(found, exps(Level::baseline(), numbers));
            for (number, found) in numbers.iter().zip(found) {
                assert!((found / number.exp() - 1.0).abs() < 1e-9, "{number}: {found}");
            }
        }
        assert_eq!(exps(Level::new(), [0.0; LANES]), [1.0; LANES]);
    }

    /// What has no weight, and what lies behind the last point, counts for nothing.
    #[test]
    fn means_are_those_of_all_points() {
        let known = Points::of(
            (0..POINTS).map(|point| -0.25 * ((point % 57) as f64 - 20.0).abs() * (point / 57) as f64),
        );
        let prior = Points::all(1.0).map(f64::ln);
        let numbers = Points::of((0..POINTS).map(|point| (point * point) as f64));
        let weights: Vec<f64> = known.get().iter().map(|known| known.exp()).collect();
        let all: f64 = weights.iter().sum();
        let mean =
            weights.iter().zip(numbers.get()).map(|(weight, number)| weight * number).sum::<f64>() / all;
        let [found] = LnWeights(&known, &prior).means([&numbers]);
        assert!((found / mean - 1.0).abs() < 1e-9, "{found} {mean}");
        let scaled = LnWeights(&known, &prior).scaled();
        assert!((scaled.weighed_by(&numbers) / mean - 1.0).abs() < 1e-9);
        assert!((scaled.get().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

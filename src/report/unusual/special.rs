//! Three functions of mathematics: the logarithm of the gamma function, the continued fraction of the incomplete beta
//! function, by which tails of the negative binomial distribution are summed up, and the exponential function of many
//! numbers at once.

/// The logarithm of the gamma function, for numbers above 0: Stirling's series, shifted to where it is exact to ten digits.
pub fn ln_gamma(number: f64) -> f64 {
    let (mut number, mut shift) = (number, 0.0);
    while number < 8.0 {
        shift += number.ln();
        number += 1.0;
    }
    let square = 1.0 / (number * number);
    let series = 1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0));
    (number - 0.5) * number.ln() - number + 0.918_938_533_204_672_8 + series / number - shift
}

/// The continued fraction of the incomplete beta function (Lentz; Press et al., Numerical Recipes, 6.4), to five digits.
/// It converges where `x < (a + 1) / (a + b + 2)`.
pub fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-30;
    let kept = |number: f64| if number.abs() < TINY { TINY } else { number };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..200 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        d = 1.0 / kept(1.0 + even * d);
        c = kept(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        d = 1.0 / kept(1.0 + odd * d);
        c = kept(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < 1e-6 {
            break;
        }
    }
    fraction
}

/// The exponential function of numbers from -700 to 0, to thirteen digits: a power of two, and the series of what is left.
/// There is no call and no branch in it, so that several numbers are computed at once: a third of the time that `f64::exp`
/// takes, which was a quarter of the time in which accounts are judged.
#[inline(always)]
pub fn exp(number: f64) -> f64 {
    /// ln 2 in two parts, the first of which has zeros at its end: products with small whole numbers are exact.
    const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];
    /// Added to a small number, it leaves the nearest whole number in the lowest bits.
    const TO_WHOLE: f64 = 6_755_399_441_055_744.0;
    /// 1/11!, 1/10! and so on.
    const SERIES: [f64; 12] = [
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let shifted = number * std::f64::consts::LOG2_E + TO_WHOLE;
    let power = shifted - TO_WHOLE;
    let left = number - power * LN_2[0] - power * LN_2[1];
    let series = SERIES.iter().fold(0.0, |sum, factor| sum * left + factor);
    f64::from_bits(series.to_bits().wrapping_add(shifted.to_bits() << 52))
}

#[cfg(test)]
mod tests {
    use super::{exp, ln_gamma};

    #[test]
    fn exponentials() {
        for step in 0..700_000 {
            let number = f64::from(step) * -0.001;
            assert!((exp(number) / number.exp() - 1.0).abs() < 1e-13, "{number}: {}", exp(number));
        }
        assert_eq!(exp(0.0).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn factorials() {
        let mut factorial = 1.0_f64;
        for number in 1..20 {
            factorial *= f64::from(number);
            assert!((ln_gamma(f64::from(number + 1)) - factorial.ln()).abs() < 1e-9, "{number}");
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-9);
    }
}

//! Two functions of mathematics: the logarithm of the gamma function, and the continued fraction of the incomplete beta
//! function, by which tails of the negative binomial distribution are summed up.

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

#[cfg(test)]
mod tests {
    use super::ln_gamma;

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

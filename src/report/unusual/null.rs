//! How often nothing is wrong and a number is this high all the same: told by the history itself.
//!
//! Probabilities that follow from a model are never quite right in the tail, and alarms happen there. So each statistic is
//! compared with its own values on all days of the history, of all accounts: below the highest fiftieth by counting, above
//! it by a generalised Pareto tail through three of their quantiles (peaks over threshold, Pickands 1975). The highest 0.3 %
//! have no part in it, because they may be abuse.

/// What the tail begins at: a fiftieth.
const TAIL: f64 = 0.02;
/// What of the history may be abuse: a share, and so many days at least.
const TRIMMED: f64 = 0.003;
const TRIMMED_DAYS: f64 = 5.0;
/// How much the model is believed beside the history: like a history of so many days.
const MODEL_DAYS: f64 = 300.0;
/// A short history says little about how heavy a tail is: so many days say half.
const SHAPE_DAYS: f64 = 1000.0;

/// The distribution of a statistic where nothing is wrong.
#[derive(Clone, Debug)]
pub struct Null {
    /// All values, in order.
    values: Vec<f64>,
    /// Where the tail begins, and how many values are above.
    from: f64,
    above: f64,
    /// Its scale and shape.
    scale: f64,
    shape: f64,
}

impl Null {
    /// Of the values of a history. Where the model is right, values above 0 are exponentially distributed (logarithms of
    /// p-values exactly, logarithms of likelihood ratios at most: Markov's inequality).
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_unstable_by(f64::total_cmp);
        let trimmed = TRIMMED.max(TRIMMED_DAYS * ratio(1, values.len())).min(0.125);
        let above = TAIL.max(4.0 * trimmed);
        let from = quantile(&values, above);
        let middle = (quantile(&values, (above * trimmed).sqrt()) - from).max(1e-3);
        let far = (quantile(&values, trimmed) - from).max(2e-3);
        // Three quantiles at equal steps of ln p settle both parameters.
        let step = (above / trimmed).ln() / 2.0;
        let shape = ((far / middle - 1.0).max(0.2).ln() / step).clamp(0.0, 0.5);
        let shape = shape / (1.0 + SHAPE_DAYS * ratio(1, values.len()));
        let scale =
            if shape < 1e-6 { far / (2.0 * step) } else { shape * far / ((2.0 * step * shape).exp() - 1.0) };
        // Without any history, all is tail.
        let above = if values.is_empty() { 1.0 } else { above };
        Self { values, from, above, scale: scale.max(0.3), shape }
    }

    /// How often a value is as high as this one or higher: in the bulk by counting, in the tail as the history tells and as the
    /// model has it, weighed by the length of the history.
    pub fn p(&self, value: f64) -> f64 {
        if value <= self.from {
            let below = self.values.partition_point(|known| *known < value);
            return ratio(
                self.values.len().saturating_sub(below).saturating_add(1),
                self.values.len().saturating_add(1),
            );
        }
        let over = (value - self.from) / self.scale;
        let of_history = if self.shape < 1e-6 { -over } else { -(self.shape * over).ln_1p() / self.shape };
        let of_model = (self.from.max(0.0) - value).min(0.0);
        let model_share = 1.0 / (1.0 + ratio(self.values.len(), 1) / MODEL_DAYS);
        let ln_tail = of_history * (1.0 - model_share) + of_model * model_share;
        (self.above * ln_tail.exp()).max(f64::MIN_POSITIVE)
    }
}

/// The value that a share of all exceed.
fn quantile(values: &[f64], share: f64) -> f64 {
    let behind = values.iter().rev().enumerate();
    let place = behind.take_while(|(index, _)| ratio(*index, values.len()) < share).last();
    place.map_or(0.0, |(_, value)| *value)
}

#[expect(clippy::cast_precision_loss, reason = "numbers of days fit the 53 bits of a float")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_models_stay_as_they_are_and_heavy_tails_are_seen() {
        let exponential =
            |factor: f64| (0..20_000).map(move |day| -((f64::from(day) + 0.5) / 20_000.0).ln() * factor);
        let right = Null::of(exponential(1.0));
        for p in [0.5_f64, 0.05, 0.001, 1e-6] {
            assert!((right.p(-p.ln()).ln() / p.ln() - 1.0).abs() < 0.1, "{p}: {}", right.p(-p.ln()));
        }
        let wild = Null::of(exponential(3.0));
        assert!(wild.p(7.0) > 0.05 && wild.p(7.0) < 0.2);
    }

    #[test]
    fn without_history_the_model_is_believed() {
        let none = Null::of(std::iter::empty());
        assert!(none.p(3.0) > 0.02 && none.p(12.0) < 1e-3);
        assert!(none.p(40.0) < none.p(30.0), "nothing ties at the end");
    }
}

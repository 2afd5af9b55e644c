//! What a day says for and against abuse: a likelihood ratio for each hypothesis.
//!
//! Each aspect has a p-value (how often the accounts of these logs are as unusual in it). Under abuse it is small with a
//! known share; the ratio of the two densities is the evidence (calibrators of p-values: Sellke, Bayarri and Berger 2001;
//! Vovk and Wang 2021). Ratios of aspects multiply, each up to a cap: no single aspect is beyond all doubt.

use super::life::Observed;
use super::signals::{Aspect, PerAspect};

/// The number of hypotheses.
pub const ABUSES: usize = 3;

/// What may be wrong with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abuse {
    /// Somebody else uses the password, from elsewhere.
    Elsewhere,
    /// The account's own device or program does what its owner does not want.
    OwnDevice,
    /// Somebody sends as others, from wherever.
    AsOthers,
}

impl Abuse {
    /// Every hypothesis.
    pub const ALL: [Self; ABUSES] = [Self::Elsewhere, Self::OwnDevice, Self::AsOthers];

    /// The share of such abuse that shows in an aspect.
    fn shows(self) -> PerAspect<f64> {
        PerAspect::of(match self {
            //                volume clients senders login hours failures silence
            Self::Elsewhere => [0.65, 0.97, 0.1, 0.4, 0.4, 0.12, 0.25],
            Self::OwnDevice => [0.95, 0.02, 0.05, 0.02, 0.3, 0.02, 0.3],
            Self::AsOthers => [0.4, 0.5, 0.98, 0.3, 0.35, 0.05, 0.2],
        })
    }
}

/// The logarithm of the most that an aspect can say.
const MOST: PerAspect<f64> = PerAspect::of([14.0, 12.0, 11.0, 3.0, 2.5, 2.0, 4.0]);
/// How fast evidence grows with a small p-value: as p to the power of minus this.
const GROWTH: f64 = 0.75;
/// The density of counts that are mostly 0, where they are not.
const RARE: f64 = 0.6;
/// Among takeovers that come from a new network, those that do not show under a known EHLO name.
const KNOWN_DEVICE: f64 = 0.6;
/// What a day without any login says.
const AWAY: f64 = -1.0;

/// The logarithms of likelihood ratios, for each of [`Abuse::ALL`].
pub type Evidence = [f64; ABUSES];

/// What a day says. `raw` are the p-values that models gave, `p` those that the history corrected; `ln_more` is the logarithm
/// of how much likelier the volume is of an account that sends several times as much as usual: an unusual volume that is
/// hardly higher is no abuse.
pub fn evidence(observed: &Observed, raw: &PerAspect<f64>, p: &PerAspect<f64>, ln_more: f64) -> Evidence {
    if !observed.is_active {
        return [AWAY; ABUSES];
    }
    let mut evidence = [0.0; ABUSES];
    for aspect in Aspect::ALL {
        let (raw, p) = (raw.get(aspect), p.get(aspect));
        let growth = if p < 1.0 { p.powf(-GROWTH) } else { 1.0 };
        for (sum, abuse) in evidence.iter_mut().zip(Abuse::ALL) {
            *sum += of_aspect(abuse, aspect, observed, (raw, growth, ln_more));
        }
    }
    evidence
}

/// Of one aspect; `growth` is what its p-value lets evidence grow to.
fn of_aspect(
    abuse: Abuse,
    aspect: Aspect,
    observed: &Observed,
    (raw, growth, ln_more): (f64, f64, f64),
) -> f64 {
    let is_told_by_name = aspect == Aspect::Login && abuse == Abuse::Elsewhere && observed.is_known_device;
    let share = if is_told_by_name { KNOWN_DEVICE } else { abuse.shows().get(aspect) };
    let ratio = if aspect == Aspect::Volume {
        let unusual = 1.0 - share + share * (1.0 - GROWTH) * growth;
        let much_more = 1.0 - share + share * ln_more.min(50.0).exp();
        unusual.min(much_more).ln()
    } else if raw < 0.999 {
        (1.0 - share + share * RARE * growth).ln()
    } else if observed.on_probation.get(aspect) {
        0.0
    } else {
        (1.0 - share).ln()
    };
    ratio.min(MOST.get(aspect))
}

//! How well scores tell abuse from usual days.

use crate::attack::{ATTACKS, Attack};

/// A day of an account: its score, and what was done to it.
pub type Scored = (f64, Option<Attack>);

/// What is measured of a method.
pub struct Measured {
    /// Average precision: the mean, over all abused days, of the share of abused days among those with a score as high.
    pub precision: f64,
    /// The share of abused days that score higher than all but one usual day in 1,000.
    pub recall: f64,
    /// The same for each kind of attack, and the number of its days.
    pub kinds: Vec<(Attack, f64, usize)>,
    /// Usual days with a score of 3 or more, of 1,000: that is where `unusual` alarms unless told otherwise.
    pub false_alarms: f64,
    /// Days.
    pub days: usize,
}

/// The score of an alarm.
const ALARM: f64 = 3.0;

/// Measures. Among equal scores, usual days stand in front: a tie is no merit.
pub fn measure(mut days: Vec<Scored>) -> Measured {
    days.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.is_some().cmp(&other.1.is_some())));
    let abused = days.iter().filter(|(_, attack)| attack.is_some()).count();
    let (mut found, mut sum) = (0, 0.0);
    for (place, _) in days.iter().enumerate().filter(|(_, (_, attack))| attack.is_some()) {
        found += 1;
        sum += f64::from(found) / (place + 1) as f64;
    }
    let usual: Vec<f64> =
        days.iter().filter(|(_, attack)| attack.is_none()).map(|(score, _)| *score).collect();
    let alarm = usual.get(usual.len() / 1000).copied().unwrap_or(f64::MIN);
    let recall = |is_meant: &dyn Fn(Attack) -> bool| {
        let meant = days.iter().filter(|(_, attack)| attack.is_some_and(is_meant));
        let (all, over) =
            meant.fold((0, 0), |(all, over), (score, _)| (all + 1, over + usize::from(*score > alarm)));
        (over as f64 / all.max(1) as f64, all)
    };
    let kinds = ATTACKS.map(|kind| {
        let (recall, all) = recall(&|attack| attack == kind);
        (kind, recall, all)
    });
    Measured {
        precision: sum / abused.max(1) as f64,
        recall: recall(&|_| true).0,
        false_alarms: usual.iter().filter(|score| **score >= ALARM).count() as f64 * 1000.0
            / usual.len().max(1) as f64,
        kinds: kinds.into_iter().filter(|(_, _, all)| *all > 0).collect(),
        days: days.len(),
    }
}

/// How many deviations the last count lies above the mean of those before it; nothing is said before there are four.
pub fn deviations(before: &[f64], count: f64) -> f64 {
    if before.len() < 4 {
        return 0.0;
    }
    let mean = before.iter().sum::<f64>() / before.len() as f64;
    let variance = before.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / (before.len() - 1) as f64;
    (count - mean) / variance.sqrt().max(0.5)
}

//! Abuse goes on for days: what a day says counts for its neighbours, too.
//!
//! A hidden Markov model of four states (nothing wrong, and three kinds of abuse) over the days of an account, smoothed in
//! both directions (Rabiner 1989): five days that are a little unusual weigh as much as one that is very unusual, and one
//! unusual day among usual ones weighs less.

use super::evidence::{ABUSES, Evidence};

/// How often abuse of each kind begins, a day. Whoever has a password has a computer, too: own devices come last.
const BEGINS: [f64; ABUSES] = [0.0035, 0.0025, 0.003];
/// How often abuse of any kind begins, a day.
const ANY_BEGINS: f64 = BEGINS[0] + BEGINS[1] + BEGINS[2];
/// How often it goes on the next day.
const GOES_ON: f64 = 0.8;
/// The same if what was new a few days ago is used again.
const STILL_GOES_ON: f64 = 0.95;

/// Weights of the states: nothing wrong, and each kind of abuse.
type States = (f64, [f64; ABUSES]);

/// A day, as it bears on abuse.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Days since 1970.
    pub day: i64,
    /// What it says.
    pub evidence: Evidence,
    /// Something is used again that was new a few days ago: if that was abuse, it is not over.
    pub is_again: bool,
}

/// The logarithm of how much likelier abuse is on each day than it was before anything was seen. Days are in order.
pub fn odds(days: &[Said]) -> Vec<f64> {
    let mut forward = Vec::with_capacity(days.len());
    let mut now: Option<(i64, States)> = None;
    for Said { day, evidence, is_again } in days {
        let (fine, abuse) = match now {
            None => (1.0 - ANY_BEGINS, BEGINS),
            Some((before, (fine, abuse))) => {
                let stays = stays(day.saturating_sub(before), *is_again);
                let over: f64 = abuse.iter().sum::<f64>() * (1.0 - stays);
                let mut weights = BEGINS.map(|begins| fine * begins);
                weights.iter_mut().zip(abuse).for_each(|(weight, before)| *weight += before * stays);
                (fine * (1.0 - ANY_BEGINS) + over, weights)
            }
        };
        let states = scaled((fine, times(abuse, *evidence)));
        forward.push(states);
        now = Some((*day, states));
    }
    let mut odds = Vec::with_capacity(days.len());
    let mut behind: States = (1.0, [1.0; ABUSES]);
    let mut next: Option<Said> = None;
    for (said, (fine, abuse)) in days.iter().zip(&forward).rev() {
        if let Some(later) = next {
            let stays = stays(later.day.saturating_sub(said.day), later.is_again);
            let (fine, abuse) = (behind.0, times(behind.1, later.evidence));
            let begins: f64 = abuse.iter().zip(BEGINS).map(|(weight, begins)| begins * weight).sum();
            behind = scaled((
                (1.0 - ANY_BEGINS) * fine + begins,
                abuse.map(|weight| (1.0 - stays) * fine + stays * weight),
            ));
        }
        next = Some(*said);
        let wrong: f64 = abuse.iter().zip(behind.1).map(|(weight, behind)| weight * behind).sum();
        let right = fine * behind.0;
        odds.push((wrong.max(1e-300) / right.max(1e-300)).ln() - ANY_BEGINS.ln());
    }
    odds.reverse();
    odds
}

fn stays(days: i64, is_again: bool) -> f64 {
    let stays: f64 = if is_again { STILL_GOES_ON } else { GOES_ON };
    stays.powi(i32::try_from(days.clamp(1, 30)).unwrap_or(1))
}

fn times(mut abuse: [f64; ABUSES], evidence: Evidence) -> [f64; ABUSES] {
    abuse.iter_mut().zip(evidence).for_each(|(weight, evidence)| *weight *= evidence.exp());
    abuse
}

fn scaled((fine, abuse): States) -> States {
    let all = fine + abuse.iter().sum::<f64>();
    (fine / all, abuse.map(|weight| weight / all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_add_up() {
        let run = |evidence: &[f64]| {
            let said =
                |(day, evidence): (i64, &f64)| Said { day, evidence: [*evidence; ABUSES], is_again: false };
            let days: Vec<_> = (0..).zip(evidence).map(said).collect();
            odds(&days)
        };
        let highest = |odds: Vec<f64>| odds.into_iter().fold(f64::MIN, f64::max);
        assert!(
            highest(run(&[-1.0, 2.0, 2.0, 2.0, 2.0, -1.0]))
                > highest(run(&[-1.0, 4.0, -1.0, -1.0, -1.0, -1.0]))
        );
        let both = run(&[3.0, 0.0, 3.0]);
        assert!(both[1] > run(&[3.0, 0.0, -3.0])[1], "later days tell about earlier ones");
        assert!(run(&[-2.0; 5]).iter().all(|odds| *odds < 0.0));
    }
}

//! Times of programs that are run in turn.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Trouble;
use crate::program::SMTPAUTH;

/// The seconds of both sides, of each pair.
pub struct Pairs {
    /// Those of `smtpauth`.
    pub ours: Vec<f64>,
    /// Those of what it is compared with.
    pub theirs: Vec<f64>,
}

/// Some numbers, in short.
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Pairs {
    /// How often the time of the other side goes into that of `smtpauth`, pair by pair.
    pub fn ratio(&self) -> Spread {
        let ratios: Vec<_> = self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs).collect();
        spread(&ratios)
    }
}

/// Times both sides in turn; which one begins alternates, so that a drift of the machine hits both alike.
/// That `smtpauth` fails is wrong, that the other side fails leaves nothing to compare with.
pub fn pairs(
    count: u64,
    mut ours: impl FnMut() -> Result<f64, String>,
    mut theirs: impl FnMut() -> Result<f64, String>,
) -> Result<Pairs, Trouble> {
    let mut ours = || ours().map_err(Trouble::Wrong);
    let mut theirs = || theirs().map_err(Trouble::Missing);
    let mut pairs = Pairs { ours: Vec::new(), theirs: Vec::new() };
    for pair in 0..count {
        if pair % 2 == 0 {
            pairs.ours.push(ours()?);
            pairs.theirs.push(theirs()?);
        } else {
            pairs.theirs.push(theirs()?);
            pairs.ours.push(ours()?);
        }
    }
    Ok(pairs)
}

/// Both sides are commands; the other one is run once before, so that what it reads is in memory. What
/// `smtpauth` reads is there, because its answer was looked at.
pub fn commands(count: u64, mut ours: Command, mut theirs: Command) -> Result<Pairs, Trouble> {
    timed(&mut theirs).map_err(Trouble::Missing)?;
    pairs(count, || timed(&mut ours), || timed(&mut theirs))
}

/// The seconds that a command takes, its output thrown away.
pub fn timed(command: &mut Command) -> Result<f64, String> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let seconds = start.elapsed().as_secs_f64();
    let name = command.get_program().to_string_lossy();
    match status {
        Ok(status) if status.success() => Ok(seconds),
        // `ready` has found somebody who stops.
        Ok(status) if name == SMTPAUTH && status.code() == Some(1) => Ok(seconds),
        Ok(status) => Err(format!("{name} ended with {status}")),
        Err(error) => Err(format!("{name} does not start: {error}")),
    }
}

/// Some numbers in short, of which there is at least one.
pub fn spread(numbers: &[f64]) -> Spread {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    };
    Spread { median, least: sorted[0], most: sorted[sorted.len() - 1] }
}

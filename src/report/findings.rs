//! What a check can find, and whether that is what the run is to fail for.

use super::alone::Alone;
use super::subject::Subject;
use crate::submission::Tls;
use clap::ValueEnum;

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Somebody uses what is switched off
    Stops,
    /// Of somebody it cannot be told
    Unknown,
    /// Somebody does not behave as he used to (smtpauth unusual)
    Unusual,
    /// Nothing was counted
    Empty,
    /// Somebody stops, or cannot be told, who did not before (with --baseline)
    New,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Findings {
    /// Accounts that stop.
    pub stops: u64,
    /// Accounts of which it cannot be told.
    pub unknown: u64,
    /// Those of both that the baseline does not have.
    pub new: u64,
    /// Something was judged that the baseline did not judge, so that nobody knows what of it is new.
    pub is_not_compared: bool,
    /// Those of them that stop.
    pub new_stops: u64,
    /// Accounts that do not behave as they used to; 1 stands for any number.
    pub unusual: u64,
    /// Nothing was counted.
    pub is_empty: bool,
}

impl Findings {
    /// What the window of a view holds that is no check of its own: versions that go, and unknown ones. Cells, not accounts.
    pub fn of(subject: &Subject<'_>) -> Self {
        let alone = Alone::in_sums(subject, subject.scope.span);
        let mut found = Self { is_empty: true, ..Self::default() };
        for row in subject.rows().filter(|row| row.counts.messages > 0 || alone.holds(row)) {
            found.is_empty = false;
            let sum = match row.tls {
                Tls::Ssl3 | Tls::V1_0 | Tls::V1_1 => &mut found.stops,
                Tls::Encrypted | Tls::Unknown | Tls::Unlogged => &mut found.unknown,
                Tls::V1_2 | Tls::V1_3 | Tls::None => continue,
            };
            *sum = sum.saturating_add(1);
        }
        found
    }

    /// Whether the run is to fail for it.
    pub fn fails(&self, on: &[FailOn]) -> bool {
        on.iter().any(|on| match on {
            FailOn::Stops => self.stops > 0,
            FailOn::Unknown => self.unknown > 0,
            FailOn::Unusual => self.unusual > 0,
            FailOn::Empty => self.is_empty,
            FailOn::New => self.new > 0,
        })
    }
}

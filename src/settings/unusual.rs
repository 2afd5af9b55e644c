//! `unusual`: what is taken for an alarm, and who is excused.

use super::{Settings, View, usage};
use crate::cli::{self, Format};
use crate::error::Error;
use std::path::PathBuf;

/// What is asked of the check.
#[derive(Clone, Debug)]
pub struct Check {
    /// False alarms that are accepted in 1,000 days of accounts.
    pub sensitivity: f64,
    /// Every day of every account is a row.
    pub scores: bool,
    /// The file with the table of those who are excused.
    pub allow: Option<PathBuf>,
}

impl Default for Check {
    fn default() -> Self {
        Self { sensitivity: 1.0, scores: false, allow: None }
    }
}

impl Settings {
    pub(super) fn unusual(typed: cli::Unusual, now: i64) -> Result<Self, Error> {
        let cli::Unusual { input, time, sensitivity, scores, allow, top, conditions, mut output } = typed;
        if !(sensitivity > 0.0 && sensitivity <= 1000.0) {
            return Err(usage(
                "--sensitivity takes a number of false alarms in 1,000 days: above 0, up to 1000",
            ));
        }
        if !time.filters.tls.is_empty() {
            return Err(usage(
                "unusual judges all that an account does: --tls does not apply (what a missing TLS line means is settled too \
                 late for it)",
            ));
        }
        let has_ending = output.output.as_ref().is_some_and(|path| path.extension().is_some());
        if scores && output.format.is_none() && !has_ending {
            output.format = Some(Format::Csv);
        }
        if scores && output.format == Some(Format::Table) {
            return Err(usage("--scores has no table for people: take --format csv, json or ndjson"));
        }
        let settings = Self::new(View::Unusual, input, &time, output, now)?;
        let unusual = Check { sensitivity, scores, allow };
        Self { unusual, check: crate::check::Check::unusual(), top, ..settings }.with_conditions(&conditions)
    }
}

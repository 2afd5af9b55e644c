//! What a check is told: what is switched off, what an earlier run found, and what makes the run fail.

use crate::cli;
use crate::error::{Error, name};
use crate::notes::Outcome;
use crate::report::findings::{FailOn, Findings};
use crate::report::ready::baseline::Baseline;
use crate::report::ready::{Asked, Switch};
use crate::time::Zone;
use crate::time::window::{self, Bound};
use std::path::PathBuf;

/// The options of a check, checked themselves.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// `--for`; empty: what concerns the servers that there are.
    pub switches: Vec<Switch>,
    /// `--seen-within`, in days.
    pub seen_within: Option<i64>,
    /// `--baseline`.
    pub baseline: Option<PathBuf>,
    /// `--fail-on`, or what the view fails on by itself.
    pub fail_on: Vec<FailOn>,
    /// The view is a check by itself: that there is nothing to check is an error.
    pub needs_input: bool,
}

impl Check {
    /// `--fail-on` of a view that is no check by itself.
    pub fn of_view(fail_on: Vec<FailOn>) -> Result<Self, Error> {
        if fail_on.contains(&FailOn::New) {
            return Err(Error::Usage("--fail-on new belongs to smtpauth ready --baseline FILE".to_owned()));
        }
        if fail_on.contains(&FailOn::Unusual) {
            return Err(Error::Usage("--fail-on unusual is what smtpauth unusual does by itself".to_owned()));
        }
        Ok(Self { fail_on, ..Self::default() })
    }

    /// What `smtpauth unusual` does by itself.
    pub fn unusual() -> Self {
        Self { fail_on: vec![FailOn::Unusual], needs_input: true, ..Self::default() }
    }

    /// `--fail-on` of the detailed report, which holds all views.
    pub fn of_report(fail_on: Vec<FailOn>) -> Result<Self, Error> {
        if fail_on.contains(&FailOn::New) {
            return Err(Error::Usage("--fail-on new belongs to smtpauth ready --baseline FILE".to_owned()));
        }
        Ok(Self { fail_on, ..Self::default() })
    }

    /// What was typed for `smtpauth ready`.
    pub fn ready(ready: &cli::Ready) -> Result<Self, Error> {
        let usage = |text: String| Err(Error::Usage(text));
        let fail_on = ready.output.fail_on.clone();
        if fail_on.contains(&FailOn::New) && ready.baseline.is_none() {
            return usage("--fail-on new needs --baseline FILE: new against what?".to_owned());
        }
        let seen_within = match ready.seen_within.as_deref() {
            None => None,
            Some(text) => match window::parse(text, Zone::Utc, 0) {
                Ok(Bound::DaysBack(days)) => Some(days),
                _ => {
                    return usage(format!(
                        "--seen-within {text}: take a number of days or weeks, such as 30d or 8w"
                    ));
                }
            },
        };
        Ok(Self {
            switches: ready.switches.clone(),
            seen_within,
            baseline: ready.baseline.clone(),
            fail_on: if fail_on.is_empty() { vec![FailOn::Stops, FailOn::Unknown] } else { fail_on },
            needs_input: true,
        })
    }

    /// The same with the baseline read.
    pub fn asked(&self) -> Result<Asked, Error> {
        let read = |path: &PathBuf| {
            let json = std::fs::read(path).map_err(|error| Error::io(path, error))?;
            Baseline::read(&json).map_err(|why| Error::Usage(format!("--baseline {}: {why}", name(path))))
        };
        Ok(Asked {
            switches: self.switches.clone(),
            seen_within: self.seen_within,
            baseline: self.baseline.as_ref().map(read).transpose()?,
            fail_on: self.fail_on.clone(),
        })
    }

    /// Whether it matters what a view finds.
    pub fn asks(&self) -> bool {
        self.needs_input || !self.fail_on.is_empty()
    }

    /// How a run ends that found this and is complete.
    pub fn outcome(&self, findings: &Findings) -> Outcome {
        match findings {
            found if self.needs_input && found.is_empty => Outcome::Incomplete,
            found if found.is_not_compared && self.fail_on.contains(&FailOn::New) => Outcome::Incomplete,
            found if found.fails(&self.fail_on) => Outcome::Found,
            _ => Outcome::Done,
        }
    }
}

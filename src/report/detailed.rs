//! `smtpauth report`: all views of a window beside each other, as plain data.

use super::findings::Findings;
use super::inspect::{File, Passed};
use super::ready::Asked;
use super::rows::By;
use super::subject::{Scope, Subject};
use super::unusual::{Options, Verdict};
use super::{Section, auth, inspect, ready, summary, tls, unusual, volume};
use crate::time::window::Span;

/// Rows that a table holds for those who cannot run its script; all others are one more.
const ROWS: usize = 50;

/// The detailed report.
#[derive(Debug)]
pub struct Detailed {
    /// Title, numbers, what needs action.
    pub head: Vec<Section>,
    /// What stands behind the numbers.
    pub flyout: Vec<Section>,
    /// Sending volume: per day and domain, then per sender.
    pub volume: [Vec<Section>; 2],
    /// TLS versions: of all, then per sender.
    pub tls: [Vec<Section>; 2],
    /// Kinds of login: of all, then per account.
    pub auth: [Vec<Section>; 2],
    /// Who stops, by all that the logs hold.
    pub ready: Vec<Section>,
    /// Who does not behave as he used to.
    pub unusual: Vec<Section>,
    /// What was read, and what was not.
    pub inspect: Vec<Section>,
    /// What a check finds in it.
    pub findings: Findings,
}

impl Detailed {
    /// All views of a window.
    pub fn of(subject: &Subject<'_>, options: &Options, files: &[File], passed: &[Passed]) -> Self {
        let summary::Parts { head, flyout, .. } = summary::parts(subject);
        let (ready, found) = ready::report(&all_days(subject), &Asked::default(), None);
        let (unusual, verdict) = unusual::report(subject, options, None);
        let findings = Findings {
            unusual: u64::from(verdict == Verdict::Found),
            is_empty: Findings::of(subject).is_empty,
            ..found
        };
        let top = Some(ROWS);
        Self {
            head,
            flyout,
            volume: [
                volume::report(subject, None, top).sections,
                volume::details(subject, By::Sender, None, top).sections,
            ],
            tls: [tls::report(subject).sections, tls::details(subject, By::Sender, None, top).sections],
            auth: [auth::report(subject).sections, auth::details(subject, By::Account, None, top).sections],
            ready: ready.sections,
            unusual: unusual.sections,
            inspect: inspect::report(files, passed, &subject.zone_name()).sections,
            findings,
        }
    }
}

/// Who sends once a month, or did long ago, stops too: all days up to the end of the window.
fn all_days<'a>(subject: &Subject<'a>) -> Subject<'a> {
    let span = Span { since: None, ..subject.scope.span };
    Subject::new(subject.table, Scope { span, ..subject.scope.clone() })
}

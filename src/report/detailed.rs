//! `smtpauth report`: all views of a window beside each other, as plain data.

use super::embedded::Embedded;
use super::findings::Findings;
use super::inspect::{File, Passed};
use super::ready::Asked;
use super::rows::By;
use super::stacked::Stacked;
use super::subject::{Scope, Subject, UnitOfCount};
use super::unusual::{Options, Verdict};
use super::value::Sentence;
use super::{Half, InputFacts, Section, Table, auth, inspect, ready, summary, tls, unusual, volume};
use crate::time::window::Span;

/// Rows that a table holds for those who cannot run the script of the page; all others are one more.
const ROWS: usize = 50;

/// The detailed report.
#[derive(Debug)]
pub struct Detailed {
    /// Title, numbers.
    pub head: Vec<Section>,
    /// What somebody has to do.
    pub action: Option<Table>,
    /// What stands behind the numbers.
    pub flyout: Vec<Section>,
    /// Sending volume, per sender.
    pub volume: Charted,
    /// TLS versions, per sender.
    pub tls: Charted,
    /// Kinds of login, per account.
    pub auth: Charted,
    /// Who stops, by all that the logs hold.
    pub ready: Vec<Section>,
    /// Who does not behave as he used to.
    pub unusual: Vec<Section>,
    /// What cannot be told, and how to make it known.
    pub unknowns: Vec<Sentence>,
    /// What was read, and what was not.
    pub inspect: Vec<Section>,
    /// What was read, in numbers.
    pub input: InputFacts,
    /// What is counted.
    pub unit: UnitOfCount,
    /// The zone of days and times.
    pub zone: &'static str,
    /// Now, seconds since 1970 (UTC).
    pub now: i64,
    /// The cells that the page holds to choose from.
    pub embedded: Embedded,
    /// What a check finds in it.
    pub findings: Findings,
}

/// A view that has columns of days.
#[derive(Debug)]
pub struct Charted {
    /// The columns.
    pub stacked: Stacked,
    /// The table behind them.
    pub details: Vec<Section>,
}

impl Detailed {
    /// All views of a window, and the cells of so many days (`None`: of all).
    pub fn of(
        subject: &Subject<'_>,
        embed: Option<i64>,
        options: &Options,
        files: &[File],
        passed: &[Passed],
    ) -> Self {
        let summary = || {
            let summary::Parts { head, action, flyout, .. } = summary::parts(subject);
            (head, action, flyout)
        };
        let checks = || {
            let (ready, found) = ready::report(&all_days(subject), &Asked::default(), None, Half::Screen);
            let (unusual, verdict) = unusual::report(subject, options, None);
            let unusual_accounts = u64::from(verdict == Verdict::Found);
            let is_empty = Findings::of(subject).is_empty;
            let findings = Findings { unusual: unusual_accounts, is_empty, ..found };
            (ready.sections, unusual.sections, findings)
        };
        let top = Some(ROWS);
        let charted = |stacked, sections| Charted { stacked, details: tables(sections) };
        let charts = || {
            let volume = volume::details(subject, By::Sender, None, top).sections;
            let tls = tls::details(subject, By::Sender, None, top).sections;
            let auth = auth::details(subject, By::Account, None, top).sections;
            (
                charted(Stacked::by_domain(subject), volume),
                charted(Stacked::by_tls(subject), tls),
                charted(Stacked::by_auth(subject), auth),
            )
        };
        let ((ready, unusual, findings), ((head, action, flyout), ((volume, tls, auth), embedded))) =
            rayon::join(checks, || {
                rayon::join(summary, || rayon::join(charts, || Embedded::of(subject, embed)))
            });
        Self {
            head,
            action,
            flyout,
            volume,
            tls,
            auth,
            ready,
            unusual,
            unknowns: subject.unknowns(),
            inspect: inspect::report(files, passed, None, subject.zone_name()).sections,
            input: subject.scope.input.clone(),
            unit: subject.unit(),
            zone: subject.zone_name(),
            now: subject.scope.now,
            embedded,
            findings,
        }
    }
}

/// Titles and commands that come next are for a terminal: the page has its own.
fn tables(sections: Vec<Section>) -> Vec<Section> {
    sections.into_iter().filter(|section| matches!(section, Section::Table(_))).collect()
}

/// Who sends once a month, or did long ago, stops too: all days up to the end of the window.
fn all_days<'a>(subject: &Subject<'a>) -> Subject<'a> {
    let span = Span { since: None, ..subject.scope.span };
    Subject::new(subject.table, Scope { span, ..subject.scope.clone() })
}

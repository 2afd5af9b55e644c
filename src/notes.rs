//! What is said on standard error: nothing without a terminal, unless something was skipped or wrong.

use crate::coverage::Coverage;
use crate::formats::detect::Reader;
use crate::issue::Reason;
use crate::probe::{Input, PassedOver};
use crate::read::{Counted, Read};
use crate::render::number::grouped;
use crate::repeats::Repeated;
use crate::settings::{Settings, View};
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was read and written.
    Done,
    /// So it was, and a check found something.
    Found,
    /// The report is there, but something is missing in it, and that was said.
    Incomplete,
}

/// How many places of lines that were not understood are named.
const NAMED: usize = 3;

/// Says what has to be said, and how the run ended.
pub fn write<C>(settings: &Settings, inputs: &[Input], passed: &[PassedOver], read: &Read<C>) -> Outcome {
    let mut lines = losses(inputs, passed, read);
    let issues =
        read.coverage.iter().fold(0_u64, |sum, coverage| sum.saturating_add(coverage.issues.count()));
    // Cells in days of another zone are no answer to anything that is asked of this one.
    let is_refused = |coverage: &Coverage| coverage.used == 0 && coverage.issues.has(Reason::CellZone);
    let refused = read.coverage.iter().any(is_refused);
    if refused {
        lines.push(
            "cells were counted in days of another time zone and left out: give it with --timezone"
                .to_owned(),
        );
    }
    let is_complete = lines.is_empty() && !(settings.strict && issues > 0);
    lines.extend(mixed_zones(settings, inputs, &read.coverage));
    if issues > 0 && settings.view != View::Inspect {
        lines.extend(first_issues(inputs, &read.coverage, issues));
    }
    lines.extend(repeated(inputs, &read.repeated));
    if settings.strict && issues > 0 {
        lines.push("--strict: lines that are not understood are an error".to_owned());
    }
    if !lines.is_empty() || std::io::stderr().is_terminal() {
        lines.extend(settings.set_in_file.clone());
        lines.push(closing(inputs, passed, read, issues));
    }
    if !settings.quiet || !is_complete {
        let mut err = std::io::stderr().lock();
        for line in lines {
            // Standard error may be closed; then there is nobody to tell.
            let _ = writeln!(err, "{line}");
        }
    }
    if is_complete { Outcome::Done } else { Outcome::Incomplete }
}

/// What is missing in the report.
fn losses<C>(inputs: &[Input], passed: &[PassedOver], read: &Read<C>) -> Vec<String> {
    let over = passed.iter().filter(|over| over.is_loss);
    let mut lines: Vec<String> = over.map(|over| format!("{}: {}", over.name, over.why)).collect();
    for (index, error) in &read.failures {
        let name = inputs.get(*index).map(|input| input.name.as_str()).unwrap_or_default();
        lines.push(format!("{name}: {error}; what was read before counts"));
    }
    if read.repeated.is_incomplete {
        lines.push(
            "more messages are in two inputs than can be remembered: some may count twice; give fewer of them at a time"
                .to_owned(),
        );
    }
    if read.traced.is_incomplete {
        lines.push(
            "traces hold more messages than can be kept: some are missing or count twice; give fewer of them at a time".to_owned(),
        );
    }
    if read.given_up > 0 {
        let count = grouped_len(read.given_up);
        lines.push(format!("{count} open sessions and messages were given up: there were too many"));
    }
    let nothing: Vec<&Input> = inputs
        .iter()
        .zip(&read.coverage)
        .filter(|(input, coverage)| !is_understood(input, coverage))
        .map(|(input, _)| input)
        .collect();
    let about = |name: &str| {
        format!(
            "{name}: no line of a mail server in it that could be used; smtpauth inspect tells what it is"
        )
    };
    let named = nothing.iter().filter(|input| input.named);
    lines.extend(named.map(|input| about(&input.name)));
    if nothing.len() == inputs.len() && nothing.iter().all(|input| !input.named) {
        lines.push(about("the input"));
    }
    lines
}

/// Whether an input held anything of a mail server, used or not.
fn is_understood(input: &Input, coverage: &Coverage) -> bool {
    match input.detected.reader {
        Reader::Lines(_) => coverage.seen.is_some(),
        // A header alone is the log of an hour without traffic.
        Reader::Headed(_) => coverage.seen.is_some() || (coverage.skipped == 0 && coverage.foreign == 0),
        Reader::Table(_) => coverage.skipped.saturating_add(1) < coverage.lines.max(2),
    }
}

fn grouped_len(count: usize) -> String {
    grouped(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Stamps with and without a zone in one report: their days may not be the same days.
fn mixed_zones(settings: &Settings, inputs: &[Input], coverage: &[Coverage]) -> Option<String> {
    let zoned = coverage.iter().any(|coverage| coverage.zoned);
    let zoneless: Vec<&str> = inputs
        .iter()
        .zip(coverage)
        .filter(|(_, c)| c.zoneless)
        .map(|(input, _)| input.name.as_str())
        .collect();
    if !zoned || zoneless.is_empty() || settings.clock.logs.is_some() {
        return None;
    }
    let mut names = zoneless.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if zoneless.len() > NAMED {
        names.push_str(", ...");
    }
    Some(format!(
        "stamps without a zone are taken as {} in {names}, beside others with a zone: --log-timezone says which it is",
        settings.clock.shown
    ))
}

/// `12 messages were in two inputs and count once: syslog, mail.log; --keep-duplicates counts them twice`.
fn repeated(inputs: &[Input], repeated: &Repeated) -> Option<String> {
    let (count, (one, many)) = repeated.submissions(|_| true);
    let ranks: BTreeSet<u32> =
        repeated.by_pair.keys().flat_map(|(later, earlier)| [*earlier, *later]).collect();
    let inputs = ranks.iter().filter_map(|rank| inputs.get(usize::try_from(*rank).ok()?));
    let names: Vec<&str> = inputs.map(|input| input.name.as_str()).collect();
    let mut named = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        named.push_str(", ...");
    }
    let (what, verbs, them) = if count == 1 {
        (one, "was in two inputs and counts", "it")
    } else {
        (many, "were in two inputs and count", "them")
    };
    (count > 0).then(|| {
        format!("{} {what} {verbs} once: {named}; --keep-duplicates counts {them} twice", grouped(count))
    })
}

fn first_issues(inputs: &[Input], coverage: &[Coverage], issues: u64) -> Vec<String> {
    let mut lines = Vec::new();
    let all = inputs.iter().zip(coverage).flat_map(|(input, coverage)| {
        coverage
            .issues
            .iter()
            .flat_map(move |(reason, found)| found.lines.iter().map(move |line| (input, *line, reason)))
    });
    for (input, line, reason) in all.take(NAMED) {
        lines.push(format!("{}:{line}: {}", input.name, reason.text()));
    }
    let (what, verb) = if issues == 1 { ("line", "was") } else { ("lines", "were") };
    lines.push(format!(
        "{} {what} {verb} not understood: smtpauth inspect shows them by reason",
        grouped(issues)
    ));
    lines
}

/// `16 files: 14 read, 2 passed over · 62,781 submissions · all understood`.
fn closing<C>(inputs: &[Input], passed: &[PassedOver], read: &Read<C>, issues: u64) -> String {
    let all = inputs.len().saturating_add(passed.len());
    let submissions = Counted::sum(&read.counted);
    let over = if passed.is_empty() {
        String::new()
    } else {
        format!(", {} passed over", grouped_len(passed.len()))
    };
    let understood =
        if issues == 0 { "all understood".to_owned() } else { format!("{} not understood", grouped(issues)) };
    let outside = inputs.iter().filter(|input| input.outside.is_some()).count();
    let unread = if outside == 0 {
        String::new()
    } else {
        format!(", {} outside of the window and not read", grouped_len(outside))
    };
    let files = if all == 1 { "1 input".to_owned() } else { format!("{} inputs", grouped_len(all)) };
    let noun = if submissions == 1 { "submission" } else { "submissions" };
    let read = grouped_len(inputs.len().saturating_sub(outside));
    format!("{files}: {read} read{over}{unread} · {} {noun} · {understood}", grouped(submissions))
}

//! The second pass, which writes single messages.

use super::{Run, how, is_cells};
use crate::error::Error;
use crate::messages::{Messages, Shape, Shared, Writer};
use crate::read::{Read, read};
use crate::render::Style;
use crate::render::output::Output;
use crate::report::Subject;
use crate::settings::Settings;
use crate::show;

/// The second pass: single messages, now that it is known what a missing TLS line means and where the window lies.
pub(super) fn messages(settings: &Settings, run: &Run, style: Style, out: Output) -> Result<(), Error> {
    if let Some(cells) = run.inputs.iter().find(|input| is_cells(input)) {
        return Err(Error::Usage(format!("{}: cells hold no single messages", cells.name)));
    }
    let table = &run.read.collector;
    let scope = run.scope(settings, &style, &[]);
    let span = scope.span;
    let subject = Subject::new(table, scope);
    let shape = Shape::new(settings.format, settings.schema, style);
    let writer = Writer::new(&shape, &show::frame(&subject, "export"), out)?;
    let mut plan = settings.plan();
    plan.filter.span = span;
    let shared = Shared {
        inputs: &run.inputs,
        evidence: &table.evidence,
        filter: plan.filter,
        condition: settings.condition.as_ref(),
        shape,
        clock: settings.clock,
        sessions: !run.has_messages(),
        writer: std::sync::Mutex::new(writer),
    };
    let hidden = indicatif::ProgressBar::hidden();
    let (how, survey) = (how(settings, &run.inputs), Some(&run.read.survey));
    let again = read(&run.inputs, &how, survey, &hidden, || Messages::new(&shared))?;
    same_as_before(run, &again)?;
    again.collector.finish()?;
    let writer = shared.writer.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    writer.finish()
}

/// What was read first decides what a missing TLS line means and where the window lies: an input that reads differently the
/// second time makes an answer of two halves, which is none.
fn same_as_before(run: &Run, again: &Read<Messages<'_>>) -> Result<(), Error> {
    let known = |index: usize| run.read.failures.iter().any(|(before, _)| *before == index);
    let named = |index: usize| run.inputs.get(index).map(|input| input.name.clone()).unwrap_or_default();
    let failed = again.failures.iter().find(|(index, _)| !known(*index));
    if let Some((index, error)) = failed {
        return Err(Error::ChangedBetween(named(*index), error.to_string()));
    }
    let mut lines = run.read.coverage.iter().zip(&again.coverage);
    match lines.position(|(before, now)| (before.lines, before.used) != (now.lines, now.used)) {
        Some(index) => Err(Error::ChangedBetween(named(index), "was changed meanwhile".to_owned())),
        None => Ok(()),
    }
}

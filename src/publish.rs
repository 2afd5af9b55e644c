//! The detailed report, put together from all views and written as a page.

use crate::error::Error;
use crate::render::output::Output;
use crate::render::{Style, html};
use crate::report::Subject;
use crate::report::detailed::Detailed;
use crate::report::findings::Findings;
use crate::report::inspect::{File, Passed};
use crate::report::unusual::Options;
use std::io::Write;

/// The page as a file holds it.
pub fn bytes(
    subject: &Subject<'_>,
    (embed, options): (Option<i64>, &Options),
    (files, passed): (&[File], &[Passed]),
    style: &Style,
) -> Vec<u8> {
    html::page(&Detailed::of(subject, embed, options, files, passed), style)
}

/// Writes the page; what a check finds in it.
pub fn page(
    subject: &Subject<'_>,
    (embed, options): (Option<i64>, &Options),
    (files, passed): (&[File], &[Passed]),
    style: &Style,
    mut out: Output,
) -> Result<Findings, Error> {
    let detailed = Detailed::of(subject, embed, options, files, passed);
    match out.write_all(&html::page(&detailed, style)) {
        Ok(()) => out.finish().map(|()| detailed.findings),
        Err(error) => Err(out.error(error)),
    }
}

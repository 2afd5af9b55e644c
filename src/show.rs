//! What a run shows: the view that is asked for, in the shape that is asked for.

use crate::cli::Format;
use crate::render::{self, Style, json::Frame};
use crate::report::findings::Findings;
use crate::report::inspect::{File, Passed};
use crate::report::over_time::What;
use crate::report::ready::Asked;
use crate::report::unusual::{Options, Verdict};
use crate::report::{self, Half, Only, Report, Subject, Value};
use crate::screen::top;
use crate::settings::{Settings, View};
use std::io::Write;

/// The view, and what it found.
pub fn view<'a>(
    settings: &'a Settings,
    subject: &Subject<'a>,
    (files, passed): (&'a [File], &'a [Passed]),
    asked: &'a Asked,
    options: &Options,
) -> (Report<'a>, Findings) {
    let top = top(settings);
    // What a view finds that is a check itself, and whether nobody is who was asked for.
    let (mut found, mut is_nobody) = (None, false);
    let report = match settings.view {
        View::Summary => report::summary::report(subject),
        View::Volume(None) => report::volume::report(subject, settings.interval, top),
        View::Volume(Some(by)) => report::volume::details(subject, by, settings.sort, top),
        View::Tls(None) => match settings.interval {
            Some(interval) => report::over_time::report(subject, What::Tls, interval),
            None => report::tls::report(subject),
        },
        View::Tls(Some(by)) => report::tls::details(subject, by, settings.sort, top),
        View::Auth(None) => match settings.interval {
            Some(interval) => report::over_time::report(subject, What::Auth, interval),
            None => report::auth::report(subject),
        },
        View::Auth(Some(by)) => report::auth::details(subject, by, settings.sort, top),
        View::Sender => {
            let (report, nobody) = report::sender::report(subject, &settings.sender, settings.interval, top);
            is_nobody = nobody;
            report
        }
        View::Ready => {
            let half = if settings.format == Format::Table { Half::Screen } else { Half::Rows };
            let (report, findings) = report::ready::report(subject, asked, top, half);
            found = Some(findings);
            report
        }
        View::Unusual => {
            let (report, verdict) = report::unusual::report(subject, options, top);
            let unusual = u64::from(verdict == Verdict::Found);
            let is_empty = verdict == Verdict::Nothing;
            found = Some(Findings { unusual, is_empty, ..Findings::default() });
            report
        }
        View::Cells | View::Messages | View::Report => report::cells::report(subject),
        View::Inspect => report::inspect::report(files, passed, subject.scope.condition, subject.zone_name()),
    };
    let of_cells = || if settings.check.asks() { Findings::of(subject) } else { Findings::default() };
    let mut findings = found.unwrap_or_else(of_cells);
    findings.is_empty |= is_nobody;
    (report, findings)
}

/// Writes a view in the shape that is asked for.
pub fn write(
    report: Report<'_>,
    frame: &Frame,
    format: Format,
    style: &Style,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    match format {
        Format::Table => render::text::write(&report, style, out),
        Format::Csv => render::csv::write(report, style, out),
        Format::Json => render::json::write(report, frame, style, out),
        Format::Ndjson => render::json::write_lines(report, style, out),
    }
}

/// What stands around the rows in JSON: whole days of the window, else instants.
pub fn frame(subject: &Subject<'_>, command: &'static str) -> Frame {
    let days = subject.days().filter(|_| subject.is_whole_days());
    let [since, until] = match days {
        Some((first, last)) => [Value::Day(first), Value::Day(last)],
        None => [subject.scope.span.since, subject.scope.span.until]
            .map(|end| end.map_or(Value::Missing, Value::Instant)),
    };
    let as_of = subject.newest().map_or(Value::Missing, Value::Instant);
    let (timezone, input) = (subject.zone_name(), subject.scope.input.clone());
    let mut filters = subject.scope.only.to_vec();
    filters.extend(subject.scope.condition.map(|condition| Only {
        option: "where",
        label: "rows",
        values: vec![condition.text()],
        origin: None,
    }));
    Frame { command, window: [since, until, as_of], timezone, input, filters }
}

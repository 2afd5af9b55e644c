//! The pipeline in words: find, probe, read, report, render.

use crate::cli::{Color, Format};
use crate::error::{Error, formats, name};
use crate::formats::Want;
use crate::formats::detect::Reader;
use crate::formats::headed::Section;
use crate::formats::table::Layout;
use crate::input::{Source, find, platform, progress};
use crate::messages::{Messages, Shared, Writer};
use crate::notes::{self, Outcome};
use crate::periods;
use crate::probe::{self, Input, PassedOver, Probe, probe};
use crate::reach;
use crate::read::{Collector, Counted, HowToRead, Read, read};
use crate::render::output::Output;
use crate::render::{self, Style, json::Frame};
use crate::report::absent::Log;
use crate::report::findings::Findings;
use crate::report::inspect::{File, Passed, Repeated};
use crate::report::ready::Asked;
use crate::report::unusual::{Options, Verdict};
use crate::report::{self, InputFacts, Only, Report, Scope, Subject, Value};
use crate::settings::{Settings, View};
use crate::submission::{Basis, Place, Tls};
use crate::tally::Table;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// What a run has read.
struct Run {
    inputs: Vec<Input>,
    passed: Vec<PassedOver>,
    read: Read<Table>,
}

/// Runs a command.
pub fn run(settings: &Settings) -> Result<Outcome, Error> {
    let spool = match settings.view {
        View::Messages => Some(tempfile::tempdir().map_err(|error| Error::io(&std::env::temp_dir(), error))?),
        _ => None,
    };
    let told = Probe {
        forced: settings.forced,
        columns: &settings.columns,
        log_year: settings.log_year,
        clock: settings.clock,
        now: settings.now,
        max_ratio: settings.max_ratio,
        keep_duplicates: settings.keep_duplicates,
        spool: spool.as_ref().map(tempfile::TempDir::path),
    };
    let asked = settings.check.asked()?;
    let options = usual(settings)?;
    let found = find::find(&settings.paths)?;
    let (mut inputs, passed) = probe(found.clone(), &told)?;
    if inputs.is_empty() {
        return Err(no_logs(&passed));
    }
    refuse_own_input(settings, &found, &inputs)?;
    refuse_cells_within_days(settings, &inputs)?;
    periods::tell(&settings.periods, &mut inputs)?;
    reach::leave_out(settings, &mut inputs);
    let plan = Arc::new(settings.plan());
    let (how, bar) = (how(settings, &inputs), bar(settings, &inputs));
    let empty = || Table::new(Arc::clone(&plan));
    let mut all = read(&inputs, &how, None, &bar, empty)?;
    if probe::learn(&mut inputs, &all.strangers, &told) {
        bar.reset();
        all = read(&inputs, &how, None, &bar, empty)?;
    }
    let mut run = Run { inputs, passed, read: all };
    let (first, last) = reach::days(settings, run.read.newest());
    run.read.collector.clip(first, last);
    run.read.collector.forget_strangers();
    run.read.collector.filter_whole(settings.view != View::Cells);
    let findings = write(settings, &run, &asked, &options)?;
    Ok(match notes::write(settings, &run.inputs, &run.passed, &run.read) {
        Outcome::Done => settings.check.outcome(&findings),
        outcome => outcome,
    })
}

/// What is usual by the word of the administrator, and what counts as an alarm.
fn usual(settings: &Settings) -> Result<Options, Error> {
    let check = &settings.unusual;
    let allowed = check.allow.as_deref().map(crate::allow::read).transpose()?.unwrap_or_default();
    Ok(Options { sensitivity: check.sensitivity, scores: check.scores, allowed })
}

fn how(settings: &Settings, inputs: &[Input]) -> HowToRead {
    let bytes = inputs.iter().map(content).fold(0, u64::saturating_add);
    let slices = bytes.checked_div(u64::try_from(settings.slice).unwrap_or(1)).unwrap_or(0).saturating_add(1);
    let useful = usize::try_from(slices).unwrap_or(usize::MAX);
    HowToRead {
        clock: settings.clock,
        order: settings.date_order,
        limit: settings.limit(),
        want: want(settings, inputs),
        slice: settings.slice,
        threads: settings.threads.min(useful),
    }
}

/// Where traces stand beside logs, a message of both is known by its Message-ID.
fn want(settings: &Settings, inputs: &[Input]) -> Want {
    let has_both = inputs.iter().any(Input::is_trace) && !inputs.iter().all(Input::is_trace);
    let want = settings.want();
    Want { message_ids: want.message_ids || has_both, ..want }
}

/// How many bytes there are to parse, roughly: compressed logs are five to twenty times as long as their files.
fn content(input: &Input) -> u64 {
    match &input.source {
        _ if input.outside.is_some() => 0,
        Source::File(file) => file.len,
        Source::Packed(packed) => packed.located.len.saturating_mul(10),
        Source::Stream(_) => u64::MAX,
    }
}

fn bar(settings: &Settings, inputs: &[Input]) -> indicatif::ProgressBar {
    let total = inputs.iter().filter(|input| input.outside.is_none()).map(Input::bytes).sum();
    progress::bar(total, settings.quiet)
}

fn no_logs(passed: &[PassedOver]) -> Error {
    let first = passed.first().map(|over| format!(", for example {}: {}", over.name, over.why));
    let looked = if passed.len() == 1 { "1 file".to_owned() } else { format!("{} files", passed.len()) };
    Error::NoLogs { looked, first: first.unwrap_or_default(), formats: formats() }
}

/// An output that is one of the inputs would destroy it.
fn refuse_own_input(settings: &Settings, found: &[find::Found], inputs: &[Input]) -> Result<(), Error> {
    let output = match &settings.output {
        Some(path) => std::fs::metadata(path).ok().map(|metadata| (path.clone(), metadata)),
        None => {
            platform::stdout_file().and_then(|file| Some((PathBuf::from("<stdout>"), file.metadata().ok()?)))
        }
    };
    let Some((path, metadata)) = output.filter(|(_, metadata)| metadata.is_file()) else { return Ok(()) };
    let identity = platform::identity(&path, &metadata);
    // Also one that is not read, because it is a copy of another.
    let is_found = |found: &find::Found| match found {
        find::Found::File { path, .. } => {
            std::fs::metadata(path).is_ok_and(|m| platform::identity(path, &m) == identity)
        }
        find::Found::Stdin => false,
    };
    if inputs.iter().any(|input| input.identity() == Some(&identity)) || found.iter().any(is_found) {
        Err(Error::OutputIsInput(path))
    } else {
        Ok(())
    }
}

/// Cells are counted by day: a window that begins or ends within one cannot be cut out of them.
fn refuse_cells_within_days(settings: &Settings, inputs: &[Input]) -> Result<(), Error> {
    match inputs.iter().find(|input| is_cells(input)) {
        Some(cells) if settings.needs_hours() => Err(Error::Usage(format!(
            "{}: cells are counted by day; hours, and a window that begins or ends within a day, need the logs",
            cells.name
        ))),
        _ => Ok(()),
    }
}

fn write(settings: &Settings, run: &Run, asked: &Asked, options: &Options) -> Result<Findings, Error> {
    let style = style(settings, run);
    let mut out = Output::open(settings.output.as_deref())?;
    if settings.view == View::Messages {
        return messages(settings, run, style, out).map(|()| Findings::default());
    }
    let paths: Vec<String> = settings.paths.iter().map(|path| name(path)).collect();
    let scope = run.scope(settings, &style, &paths);
    let subject = Subject::new(&run.read.collector, scope);
    let files: Vec<File> = run.files();
    let passed: Vec<Passed> =
        run.passed.iter().map(|p| Passed { name: p.name.clone(), why: p.why.clone() }).collect();
    let is_screen = settings.output.is_none() && std::io::stdout().is_terminal();
    let top = settings.top.or((is_screen && settings.format == Format::Table).then_some(20));
    let mut findings = if settings.check.asks() { Findings::of(&subject) } else { Findings::default() };
    let report = match settings.view {
        View::Summary => report::summary::report(&subject),
        View::Volume(None) => report::volume::report(&subject, settings.interval, top),
        View::Volume(Some(by)) => report::volume::details(&subject, by, settings.sort, top),
        View::Tls(None) => match settings.interval {
            Some(interval) => report::tls_over_time::report(&subject, interval),
            None => report::tls::report(&subject),
        },
        View::Tls(Some(by)) => report::tls::details(&subject, by, settings.sort, top),
        View::Auth(None) => report::auth::report(&subject),
        View::Auth(Some(by)) => report::auth::details(&subject, by, settings.sort, top),
        View::Sender => {
            let (report, is_nobody) = report::sender::report(&subject, &settings.sender, top);
            findings.is_empty |= is_nobody;
            report
        }
        View::Ready => {
            let (report, found) = report::ready::report(&subject, asked, top);
            findings = found;
            report
        }
        View::Unusual => {
            let (report, verdict) = report::unusual::report(&subject, options, top);
            let unusual = u64::from(verdict == Verdict::Found);
            findings = Findings { unusual, is_empty: verdict == Verdict::Nothing, ..Findings::default() };
            report
        }
        View::Cells | View::Messages => report::cells::report(&subject),
        View::Inspect => report::inspect::report(&files, &passed, &subject.zone_name()),
    };
    let frame = frame(&subject, report.command);
    match render(report, &frame, settings.format, &style, &mut out) {
        Ok(()) => out.finish().map(|()| findings),
        Err(error) => Err(out.error(error)),
    }
}

fn render(
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
fn frame(subject: &Subject<'_>, command: &'static str) -> Frame {
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
        values: vec![condition.text.clone()],
        origin: condition.origin.clone(),
    }));
    Frame { command, window: [since, until, as_of], timezone, input, filters }
}

/// The second pass: single messages, now that it is known what a missing TLS line means and where the window lies.
fn messages(settings: &Settings, run: &Run, style: Style, out: Output) -> Result<(), Error> {
    if let Some(cells) = run.inputs.iter().find(|input| is_cells(input)) {
        return Err(Error::Usage(format!("{}: cells hold no single messages", cells.name)));
    }
    let table = &run.read.collector;
    let scope = run.scope(settings, &style, &[]);
    let span = scope.span;
    let subject = Subject::new(table, scope);
    let writer = Writer::new(settings.format, settings.schema, style, frame(&subject, "export"), out)?;
    let mut plan = settings.plan();
    plan.filter.span = span;
    let shared = Shared {
        inputs: &run.inputs,
        evidence: &table.evidence,
        filter: plan.filter,
        condition: settings.condition.as_ref(),
        schema: settings.schema,
        clock: settings.clock,
        sessions: !run.has_messages(),
        writer: std::sync::Mutex::new(writer),
    };
    let hidden = indicatif::ProgressBar::hidden();
    let (how, survey) = (how(settings, &run.inputs), Some(&run.read.survey));
    let again = read(&run.inputs, &how, survey, &hidden, || Messages::new(&shared))?;
    again.collector.finish()?;
    let writer = shared.writer.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    writer.finish()
}

/// Whether an input says which messages used SMTP AUTH. Of cells, only the cells tell.
fn is_marked(input: &Input) -> bool {
    match &input.detected.reader {
        Reader::Lines(_) | Reader::Headed(_) => true,
        Reader::Table(table) => match &table.layout {
            Layout::Columns(columns) => columns.basis() != Basis::Unmarked,
            // Of an extended trace, only its messages tell.
            Layout::Named(named) => matches!(named.records.basis, Basis::Proven | Basis::Report),
            Layout::Cells(_) => false,
        },
    }
}

fn is_cells(input: &Input) -> bool {
    matches!(&input.detected.reader, Reader::Table(table) if matches!(table.layout, Layout::Cells(_)))
}

/// Which log of Exchange Server an input is.
fn exchange_log(reader: &Reader) -> Option<Log> {
    match reader {
        Reader::Headed(headed) => match &headed.section {
            Section::Smtp(smtp) if smtp.is_send => Some(Log::Send),
            Section::Smtp(_) => Some(Log::Receive),
            Section::Tracking(_) => Some(Log::Tracking),
            Section::Damaged | Section::Foreign => None,
        },
        Reader::Lines(_) | Reader::Table(_) => None,
    }
}

fn style(settings: &Settings, run: &Run) -> Style {
    let terminal = settings.output.is_none() && std::io::stdout().is_terminal();
    let width = terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
    let width = settings.width.or(width).filter(|width| *width > 0);
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match settings.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !set("NO_COLOR") && !dumb,
    };
    let any = |pick: fn(&crate::coverage::Coverage) -> bool| run.read.coverage.iter().any(pick);
    let log_time = settings.clock.logs.is_none() && any(|c| c.zoneless) && !any(|c| c.zoned);
    Style { width, color, csv_raw: settings.csv_raw, zone: settings.clock.shown, log_time }
}

impl Run {
    fn scope<'a>(&self, settings: &'a Settings, style: &Style, paths: &'a [String]) -> Scope<'a> {
        Scope {
            span: settings.window.resolve(self.read.newest(), settings.clock.shown),
            zone: settings.clock.shown,
            log_time: style.log_time,
            covered: self.covered(),
            now: settings.now,
            only: &settings.only,
            condition: settings.condition.as_ref(),
            paths,
            input: self.facts(),
            marked: self.inputs.iter().any(is_marked),
            apart: self.read.apart,
            traced: self.read.traced.clone(),
        }
    }

    fn covered(&self) -> Option<(i64, i64)> {
        let seen = || self.read.coverage.iter().filter_map(|coverage| coverage.seen);
        let first = seen().map(|(first, _)| first).min()?;
        Some((first, seen().map(|(_, last)| last).max()?))
    }

    fn has_messages(&self) -> bool {
        // A log of which a part was not read has messages.
        self.read.counted.iter().any(|counted| counted.messages > 0)
            || self.inputs.iter().any(|input| input.outside.is_some())
    }

    fn facts(&self) -> InputFacts {
        let sum = |values: &mut dyn Iterator<Item = u64>| values.fold(0, u64::saturating_add);
        let losses = self.passed.iter().any(|over| over.is_loss);
        let read = || self.inputs.iter().filter(|input| input.outside.is_none());
        InputFacts {
            files: u64::try_from(read().count()).unwrap_or(u64::MAX),
            bytes: read().map(Input::bytes).sum(),
            lines: sum(&mut self.read.coverage.iter().map(|coverage| coverage.lines)),
            submissions: Counted::sum(&self.read.counted),
            skipped: sum(&mut self.read.coverage.iter().map(|coverage| coverage.skipped)),
            complete: self.read.failures.is_empty()
                && self.read.given_up == 0
                && !self.read.repeated.is_incomplete
                && !self.read.traced.is_incomplete
                && !losses,
        }
    }

    fn files(&self) -> Vec<File> {
        let each = self.inputs.iter().zip(&self.read.coverage).zip(&self.read.counted).enumerate();
        each.map(|(index, ((input, coverage), counted))| File {
            name: input.name.clone(),
            format: input.detected.format.clone(),
            why: input.detected.why.clone(),
            log: exchange_log(&input.detected.reader),
            coverage: coverage.clone(),
            submissions: counted.submissions(),
            repeated: self.repeated(index),
            tls_known: (counted.messages, counted.tls_known.saturating_add(self.settled(counted))),
            years: input.assumed_years,
            failure: self
                .read
                .failures
                .iter()
                .find(|(at, _)| *at == index)
                .map(|(_, error)| error.to_string()),
        })
        .collect()
    }

    /// How much of an input was in others before, and in which.
    fn repeated(&self, index: usize) -> Vec<Repeated> {
        let is_own = |input: u32| usize::try_from(input).is_ok_and(|input| input == index);
        let pairs = self.read.repeated.by_pair.keys().filter(|(input, _)| is_own(*input));
        pairs
            .map(|pair| {
                let (count, words) = self.read.repeated.submissions(|other| other == *pair);
                let name = usize::try_from(pair.1).ok().and_then(|other| self.inputs.get(other));
                Repeated { count, words, of: name.map(|input| input.name.clone()).unwrap_or_default() }
            })
            .collect()
    }

    /// Of the messages without a TLS line, those that went without TLS.
    fn settled(&self, counted: &Counted) -> u64 {
        let evidence = &self.read.collector.evidence;
        let settled = counted
            .tls_unlogged
            .iter()
            .filter(|((server, service, day), _)| evidence.settle(server, service, *day) == Tls::None);
        settled.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

impl Collector for Table {
    fn advance(&mut self, newest: i64) {
        Self::advance(self, newest);
    }

    fn hand_over(&mut self, _: &mut Self, _: impl Fn() -> Option<Place>) -> Result<(), Error> {
        Ok(())
    }

    fn merge(&mut self, worker: Self) -> Result<(), Error> {
        Self::merge(self, worker);
        Ok(())
    }
}

//! The pipeline in words: find, probe, read, report, render.

mod second;

use crate::error::{Error, formats, name};
use crate::formats::Want;
use crate::formats::detect::Reader;
use crate::formats::headed::Section;
use crate::formats::table::Layout;
use crate::input::{Source, find, progress, unfinished};
use crate::join::Apart;
use crate::mailing::Mailing;
use crate::notes::{self, Outcome};
use crate::overwrite;
use crate::periods;
use crate::post;
use crate::probe::{self, Input, PassedOver, Probe, probe};
use crate::publish;
use crate::reach;
use crate::read::{Collector, Counted, HowToRead, Read, read};
use crate::render::Style;
use crate::render::output::Output;
use crate::report::absent::Log;
use crate::report::findings::Findings;
use crate::report::inspect::{File, Passed, Repeated};
use crate::report::ready::Asked;
use crate::report::unusual::Options;
use crate::report::{self, InputFacts, Scope, Subject};
use crate::screen::style;
use crate::settings::{Settings, View};
use crate::show;
use crate::submission::{Basis, Place, Tls};
use crate::tally::Table;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// What a run has read.
struct Run {
    inputs: Vec<Input>,
    passed: Vec<PassedOver>,
    read: Read<Table>,
}

/// What is settled before logs are read: what checks are asked, what is usual, and how a report is mailed.
struct Prepared {
    asked: Asked,
    options: Options,
    way: Option<post::Ready>,
}

/// Runs a command.
pub fn run(settings: &Settings) -> Result<Outcome, Error> {
    if settings.view != View::Messages {
        return run_with(settings, None);
    }
    // Messages need a second pass, and a pipe can be read only once.
    let spool = unfinished::begin(tempfile::tempdir, tempfile::TempDir::path)
        .map_err(|error| Error::io(&std::env::temp_dir(), error))?;
    let outcome = run_with(settings, Some(spool.path()))?;
    let path = spool.path().to_owned();
    // It may hold mail logs: who asked for the messages is to know that they lie there.
    spool.close().map_err(|error| Error::io(&path, error))?;
    Ok(outcome)
}

fn run_with(settings: &Settings, spool: Option<&Path>) -> Result<Outcome, Error> {
    let told = Probe {
        forced: settings.forced,
        columns: &settings.columns,
        log_year: settings.log_year,
        clock: settings.clock,
        now: settings.now,
        max_ratio: settings.max_ratio,
        keep_duplicates: settings.keep_duplicates,
        spool,
    };
    let way = settings.mail.as_ref().map(|mail| mail.way.prepare()).transpose()?;
    let prepared = Prepared { asked: settings.check.asked()?, options: usual(settings)?, way };
    let found = find::find(&settings.paths)?;
    let workers = workers(settings.threads)?;
    let (mut inputs, passed) = probe(&found, &told)?;
    if inputs.is_empty() {
        return Err(no_logs(&passed));
    }
    overwrite::refuse(settings, &found, &inputs)?;
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
    let findings = write(settings, &run, &prepared)?;
    drop(workers);
    let outcome = match notes::write(settings, &run.inputs, &run.passed, &run.read) {
        Outcome::Done => settings.check.outcome(&findings),
        outcome => outcome,
    };
    // The program ends, and its memory goes with it: nobody is to wait until a hundred thousand pieces are given back one by one.
    std::mem::forget(run.read.collector);
    Ok(outcome)
}

/// So many threads, from the first look at the inputs to the last row: one that has just worked finds its processor at once; one
/// that was made for later shared that of another for 60 ms, on a virtual machine of two. This one is among them, and goes on to
/// write the output: only one thread ever says something.
fn workers(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build();
    pool.map_err(|error| Error::Usage(format!("cannot start threads: {error}")))
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

fn write(settings: &Settings, run: &Run, prepared: &Prepared) -> Result<Findings, Error> {
    let style = style(settings, &run.read.coverage);
    let mut out = Output::open(settings.output.as_deref())?;
    if settings.view == View::Messages {
        return second::messages(settings, run, style, out).map(|()| Findings::default());
    }
    let paths: Vec<String> = settings.paths.iter().map(|path| name(path)).collect();
    let scope = run.scope(settings, &style, &paths);
    let mut subject = Subject::new(&run.read.collector, scope);
    if settings.view == View::Summary {
        let accounts = report::summary::kept(&subject);
        subject = subject.of_accounts(accounts);
    }
    if settings.view == View::Report {
        return publish(settings, run, prepared, &subject, &style, out);
    }
    let (files, passed) = (run.files(), run.passed());
    let (asked, options) = (&prepared.asked, &prepared.options);
    let (report, findings) = show::view(settings, &subject, (&files, &passed), asked, options);
    let frame = show::frame(&subject, report.command);
    match show::write(report, &frame, settings.format, &style, &mut out) {
        Ok(()) => out.finish().map(|()| findings),
        Err(error) => Err(out.error(error)),
    }
}

/// The detailed report as a file, unless it is only mailed; and as a mail, if it is.
fn publish(
    settings: &Settings,
    run: &Run,
    prepared: &Prepared,
    subject: &Subject<'_>,
    style: &Style,
    out: Output,
) -> Result<Findings, Error> {
    let (files, passed) = (run.files(), run.passed());
    let Prepared { asked, options, way } = prepared;
    let looked = (files.as_slice(), passed.as_slice());
    let told = (settings.embed, options);
    let is_written = way.is_none() || settings.output.is_some();
    let written = is_written.then(|| publish::page(subject, told, looked, style, out)).transpose()?;
    let mailed = settings.mail.as_ref().zip(way.as_ref()).map(|(mail, way)| {
        let mailing = Mailing { settings, mail, way, subject, asked, options, style };
        mailing.send(|| publish::bytes(subject, told, looked, style))
    });
    Ok(mailed.transpose()?.or(written).unwrap_or_default())
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
            passed_over: settings.passed_over.as_deref(),
            paths,
            input: self.facts(),
            marked: self.inputs.iter().any(is_marked),
            apart: self.apart(),
            traced: self.read.traced.clone(),
        }
    }

    /// What found no other half, here or where cells were counted.
    fn apart(&self) -> Apart {
        let mut apart = self.read.apart;
        apart.add(self.read.collector.apart());
        apart
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

    fn passed(&self) -> Vec<Passed> {
        self.passed.iter().map(|over| Passed { name: over.name.clone(), why: over.why.clone() }).collect()
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

    fn hand_over(
        &mut self,
        _: &mut Self,
        _: Range<Place>,
        _: impl Fn() -> Option<Place>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn merge(&mut self, worker: Self) -> Result<(), Error> {
        Self::merge(self, worker);
        Ok(())
    }
}

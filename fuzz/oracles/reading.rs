//! Reads bytes with the library, as `run` does.

use smtpauth::formats::mapping::NOTHING;
use smtpauth::formats::{Format, Want};
use smtpauth::input::find::Found;
use smtpauth::probe::{Input, Probe, probe};
use smtpauth::read::{HowToRead, Read, read};
use smtpauth::render::{self, Style};
use smtpauth::report::{self, InputFacts, Scope, Subject};
use smtpauth::tally::Table;
use smtpauth::tally::cell::Dims;
use smtpauth::tally::table::Plan;
use smtpauth::time::window::Span;
use smtpauth::time::{Clock, Zone};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// 2026-11-21T12:00:00Z.
pub const NOW: i64 = 1_795_262_400;
/// As a report reads.
pub const FAST: Want = Want { every_line: false, message_ids: false };
/// As `inspect` reads.
pub const EVERY_LINE: Want = Want { every_line: true, message_ids: true };

/// Writes bytes where they can be read quickly.
pub fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let mut file = tempfile::NamedTempFile::new_in(folder).expect("a temporary file");
    file.write_all(bytes).expect("it can be written");
    file
}

/// How files are looked at: nothing told, at this time.
pub fn told(now: i64) -> Probe<'static> {
    Probe {
        forced: None,
        columns: &NOTHING,
        log_year: None,
        clock: Clock::default(),
        now,
        max_ratio: 1100,
        keep_duplicates: false,
        spool: None,
    }
}

/// The input that a file is, if it is one.
pub fn open(path: &Path) -> Option<Vec<Input>> {
    open_as(path, None)
}

/// The same, perhaps told its format.
pub fn open_as(path: &Path, forced: Option<&'static Format>) -> Option<Vec<Input>> {
    // Files of the fuzzer are younger than what is in them.
    let told = Probe { forced, log_year: Some(2026), ..told(NOW) };
    let found = vec![Found::File { path: path.to_owned(), named: true }];
    probe(&found, &told).ok().map(|(inputs, _)| inputs).filter(|inputs| !inputs.is_empty())
}

/// All is counted, by day.
pub fn plan() -> Arc<Plan> {
    Arc::new(Plan { clock: Clock::default(), dims: Dims::ALL, behaviour: true, ..Plan::default() })
}

/// Reads inputs in slices of so many bytes.
pub fn read_inputs(inputs: &[Input], slice: usize, threads: usize, want: Want) -> Read<Table> {
    let how = HowToRead { clock: Clock::default(), order: None, limit: NOW + 86_400, want, slice, threads };
    let plan =
        Arc::new(Plan { clock: Clock::default(), dims: Dims::ALL, behaviour: true, ..Plan::default() });
    let hidden = indicatif::ProgressBar::hidden();
    read(inputs, &how, None, &hidden, || Table::new(Arc::clone(&plan))).expect("the workers come back")
}

/// What a report is about: all of a table.
pub fn subject(table: &Table) -> Subject<'_> {
    let scope = Scope {
        span: Span::default(),
        zone: Zone::Utc,
        log_time: false,
        covered: None,
        now: NOW,
        only: &[],
        condition: None,
        passed_over: None,
        paths: &[],
        input: InputFacts::default(),
        marked: true,
        apart: smtpauth::join::Apart::default(),
        traced: smtpauth::join::traces::TracedFacts::default(),
    };
    Subject::new(table, scope)
}

/// How data looks.
pub const STYLE: Style = Style { width: None, color: false, csv_raw: true, zone: Zone::Utc, log_time: false };

/// All that a table says: its cells, names and evidence as CSV.
pub fn cells(table: &Table) -> String {
    as_csv(table, &STYLE)
}

/// The same, so that it can be read again: names that look like formulas are guarded.
pub fn exported(table: &Table) -> String {
    as_csv(table, &Style { csv_raw: false, ..STYLE })
}

fn as_csv(table: &Table, style: &Style) -> String {
    let mut out = Vec::new();
    render::csv::write(report::cells::report(&subject(table)), style, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("CSV is UTF-8")
}

/// The same, and what accounts do in a day.
pub fn all(table: &Table) -> String {
    format!("{}\n{:?}", cells(table), table.accounts())
}

/// The whole state of a run: cells and coverage.
pub fn state(inputs: &[Input], slice: usize, threads: usize, want: Want) -> String {
    let read = read_inputs(inputs, slice, threads, want);
    format!(
        "{}\n{:?}\n{:?}\n{:?}\n{}\n{:?}",
        all(&read.collector),
        read.coverage,
        read.counted,
        read.failures,
        read.given_up,
        read.apart
    )
}

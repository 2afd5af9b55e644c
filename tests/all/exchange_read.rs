//! Reads logs with the library, as `run` does, in slices of any size and with any number of workers.

use smtpauth::formats::Want;
use smtpauth::formats::mapping::NOTHING;
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
use std::path::PathBuf;
use std::sync::Arc;

/// 2026-11-21T12:00:00Z.
const NOW: i64 = 1_795_262_400;
/// As a report reads.
pub const FAST: Want = Want { every_line: false, message_ids: false };
/// As `inspect` reads.
pub const EVERY_LINE: Want = Want { every_line: true, message_ids: true };

/// How the tests look at files: nothing told, at this time.
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

/// Opens files, which must all be logs.
pub fn open(paths: &[PathBuf]) -> Vec<Input> {
    let told = told(NOW);
    let found = paths.iter().map(|path| Found::File { path: path.clone(), named: true }).collect();
    let (inputs, passed) = probe(found, &told).expect("every file is a log");
    assert!(passed.is_empty(), "{passed:?}");
    inputs
}

/// Reads them.
pub fn read_inputs(inputs: &[Input], slice: usize, threads: usize, want: Want) -> Read<Table> {
    let how = HowToRead { clock: Clock::default(), order: None, limit: NOW + 86_400, want, slice, threads };
    let plan = Arc::new(Plan { clock: Clock::default(), dims: Dims::ALL, ..Plan::default() });
    let hidden = indicatif::ProgressBar::hidden();
    read(inputs, &how, None, &hidden, || Table::new(Arc::clone(&plan))).expect("the workers come back")
}

/// All that a table says: its cells, names and evidence as CSV.
pub fn cells(table: &Table) -> String {
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
    let subject = Subject::new(table, scope);
    let style = Style { width: None, color: false, csv_raw: true, zone: Zone::Utc, log_time: false };
    let mut out = Vec::new();
    render::csv::write(report::cells::report(&subject), &style, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("CSV is UTF-8")
}

/// The cells of some files.
pub fn cells_of(paths: &[PathBuf], slice: usize, threads: usize) -> String {
    cells(&read_inputs(&open(paths), slice, threads, FAST).collector)
}

/// The whole state of a run: cells and coverage.
pub fn state(inputs: &[Input], slice: usize, threads: usize, want: Want) -> String {
    let read = read_inputs(inputs, slice, threads, want);
    format!(
        "{}\n{:?}\n{:?}\n{:?}\n{}\n{:?}",
        cells(&read.collector),
        read.coverage,
        read.counted,
        read.failures,
        read.given_up,
        read.apart
    )
}

//! How well `smtpauth unusual` finds abused accounts, on generated histories with their truth.
//!
//! In: nothing but the program. Out: a table in Markdown: average precision and recall at one false alarm in 1,000 days of
//! accounts, in all and for each kind of attack, beside mean + 3 sigma and a fixed cap on messages a day. A day counts as
//! abused if at least one message of it was not the owner's.
//!
//! `cargo bench --bench unusual [-- SHAPE...]` measures all shapes of histories, or those named. Settings are read from the
//! environment:
//!
//! - `SMTPAUTH_BENCH_SEEDS`: the seeds of the histories (21 to 24; what was tuned was tuned on 1 to 4)
//! - `SMTPAUTH_BENCH_KEEP`: a folder in which the logs are kept, each with a file of what is true of it
//!
//! `cargo test --benches` does it for one small history.
#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "a benchmark writes for a person, and reads nothing but what it wrote itself"
)]

mod attack;
mod history;
mod measure;
mod rng;
mod shape;
mod world;

use history::History;
use measure::{Measured, Scored, deviations, measure};
use shape::{SHAPES, Shape, Written};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The methods, in the order of the table.
const METHODS: [&str; 3] = ["smtpauth unusual", "mean + 3 sigma", "fixed cap"];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // `cargo bench` says so; else this is a test, which is over soon.
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    if let Some(unknown) = named.iter().find(|name| SHAPES.iter().all(|shape| shape.name != ***name)) {
        let names: Vec<_> = SHAPES.iter().map(|shape| shape.name).collect();
        eprintln!("{unknown} is no shape of histories; there are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let is_meant = |shape: &&Shape| match is_bench {
        true => named.is_empty() || named.iter().any(|name| *name == shape.name),
        false => shape.name == "small",
    };
    let seeds = if is_bench { seeds() } else { vec![11] };
    println!("Seeds {seeds:?}; R is recall at one false alarm in 1,000 days of accounts.\n");
    println!(
        "| histories | method | days | average precision | R, in all | score >= 3 on 1,000 usual days | R, by kind of attack (abused \
         days) |"
    );
    println!("|---|---|---:|---:|---:|---:|---|");
    let mut sums = [(0.0, 0.0); METHODS.len()];
    let mut count = 0.0;
    for shape in SHAPES.iter().filter(is_meant) {
        let mut days: [Vec<Scored>; METHODS.len()] = [const { Vec::new() }; METHODS.len()];
        for seed in &seeds {
            let scored = scores(shape, *seed);
            days.iter_mut().zip(scored).for_each(|(all, more)| all.extend(more));
        }
        count += 1.0;
        for ((method, days), sum) in METHODS.iter().zip(days).zip(&mut sums) {
            let measured = measure(days);
            *sum = (sum.0 + measured.precision, sum.1 + measured.recall);
            row(shape.name, method, &measured);
        }
    }
    for (method, (precision, recall)) in METHODS.iter().zip(sums) {
        println!("| mean | {method} | | {:.3} | {:.3} | | |", precision / count, recall / count);
    }
    ExitCode::SUCCESS
}

fn seeds() -> Vec<u64> {
    let told = env::var("SMTPAUTH_BENCH_SEEDS").unwrap_or_else(|_| "21,22,23,24".to_owned());
    told.split(',').map(|seed| seed.trim().parse().expect("seeds are numbers, parted by commas")).collect()
}

fn row(shape: &str, method: &str, measured: &Measured) {
    let kinds: Vec<String> = measured
        .kinds
        .iter()
        .map(|(attack, recall, days)| format!("{} {recall:.2} ({days})", attack.name()))
        .collect();
    println!(
        "| {shape} | {method} | {} | {:.3} | {:.3} | {:.2} | {} |",
        measured.days,
        measured.precision,
        measured.recall,
        measured.false_alarms,
        kinds.join(", ")
    );
}

/// The days in which attacks can be, with the score that each method gives them.
fn scores(shape: &Shape, seed: u64) -> [Vec<Scored>; METHODS.len()] {
    let history = History::new(shape, seed);
    let kept = env::var_os("SMTPAUTH_BENCH_KEEP").map(PathBuf::from);
    let folder = kept.clone().unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned());
    fs::create_dir_all(&folder).expect("a folder can be made");
    let ending = if shape.written == Written::Csv { "csv" } else { "log" };
    let path = folder.join(format!("unusual-{}-{seed}.{ending}", shape.name));
    history.write(&path, shape.written).expect("the log can be written");
    let rows = run(&path, &history.since);
    if kept.is_none() {
        fs::remove_file(&path).expect("the log is there");
    } else {
        let truth = history
            .truth
            .iter()
            .map(|((account, day), attack)| format!("{account},{day},{}\n", attack.name()));
        fs::write(path.with_extension("truth"), truth.collect::<String>()).expect("the truth can be written");
    }
    judged(&history, &rows)
}

/// A row of the program: account, day, score.
type Row = (String, String, f64);

fn run(path: &Path, since: &str) -> Vec<Row> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smtpauth"));
    command.args(["unusual", "--scores", "--format", "csv", "--quiet", "--since", since]).arg(path);
    let output = command.env("SOURCE_DATE_EPOCH", "1795298400").output().expect("the program starts");
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let header = reader.headers().expect("there is a header").clone();
    let place = |name: &str| header.iter().position(|column| column == name).expect("the columns are known");
    let [account, day, score] = ["account", "day", "score"].map(place);
    let row = |row: csv::StringRecord| {
        (row[account].to_owned(), row[day].to_owned(), row[score].parse().expect("a score is a number"))
    };
    reader.records().map(|record| row(record.expect("the data is well-formed"))).collect()
}

fn judged(history: &History, rows: &[Row]) -> [Vec<Scored>; METHODS.len()] {
    let messages = history.messages();
    let nothing = BTreeMap::new();
    let mut scored: [Vec<Scored>; METHODS.len()] = [const { Vec::new() }; METHODS.len()];
    let mut left = history.truth.clone();
    for (account, day, score) in rows {
        let counts = messages.get(account).unwrap_or(&nothing);
        let before: Vec<f64> = counts.range::<String, _>(..day).map(|(_, count)| *count as f64).collect();
        let count = counts.get(day).copied().unwrap_or(0) as f64;
        let attack = left.remove(&(account.clone(), day.clone()));
        let scores = [*score, deviations(&before, count), count];
        scored.iter_mut().zip(scores).for_each(|(days, score)| days.push((score, attack)));
    }
    assert!(left.is_empty(), "days without a row: {left:?}");
    scored
}

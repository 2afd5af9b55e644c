//! How fast `smtpauth` reads logs, measured against `wc -l`.
//!
//! In: nothing but the program; the logs are written on the first run (300 MB each, below `target/tmp`).
//! Out: on standard output the machine, a table of medians and the peak memory. Before a log is timed, the
//! answer to `smtpauth tls --all` is compared with what is true of it; a wrong answer fails the run, a slow
//! one never does.
//!
//! `cargo bench [-- postfix|exim|csv|exchange]`. `SMTPAUTH_BENCH_MB` is the size of a log, `SMTPAUTH_BENCH_PAIRS` the
//! number of pairs. `cargo test --benches` runs everything once on 2 MB.
#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark writes for a person, and reads nothing but what it wrote itself"
)]

mod workload;

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use workload::{Kind, Workload, prepare};

/// The program that is measured.
const SMTPAUTH: &str = env!("CARGO_BIN_EXE_smtpauth");
/// Where logs are kept between runs.
const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");
/// What knows how much memory a program used.
const TIME: &str = "/usr/bin/time";
/// The heads of the table.
const HEADS: [&str; 8] = ["workload", "MB", "lines", "smtpauth s", "wc -l s", "MB/s", "ratio", "min .. max"];

/// What is to be done.
struct Plan {
    kinds: Vec<Kind>,
    megabytes: u64,
    pairs: u64,
}

/// What was measured on one log.
struct Measured {
    smtpauth: Vec<f64>,
    wc: Vec<f64>,
    memory: Result<f64, String>,
}

/// Does it, and says whether every answer was right.
fn main() -> ExitCode {
    let Some(plan) = plan(&env::args().skip(1).collect::<Vec<_>>()) else {
        return ExitCode::SUCCESS;
    };
    println!("{}", machine());
    println!(
        "pairs: {}, each `smtpauth tls --details --all --format csv FILE` and `wc -l FILE`, warm cache",
        plan.pairs
    );
    let mut memory = Vec::new();
    let mut wrong = false;
    println!("{}", line(&HEADS.map(str::to_owned)));
    for kind in &plan.kinds {
        match one(*kind, &plan) {
            Ok((row, peak)) => {
                println!("{}", line(&row));
                memory.push(format!("{} {peak}", kind.name()));
            }
            Err(error) => {
                wrong = true;
                println!("{:<9} not timed: {error}", kind.name());
            }
        }
    }
    println!("peak memory of smtpauth: {}", memory.join(", "));
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Reads arguments and environment. Cargo passes `--bench` for `cargo bench` and not for `cargo test`; a bare
/// word selects logs; other options of test harnesses are let pass. None: there is nothing to run.
fn plan(arguments: &[String]) -> Option<Plan> {
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if has("--list") {
        return None;
    }
    let words: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let wanted =
        |kind: &Kind| words.is_empty() || words.iter().any(|word| kind.name().contains(word.as_str()));
    let kinds = Kind::ALL.into_iter().filter(wanted).collect();
    if has("--test") || !has("--bench") {
        return Some(Plan { kinds, megabytes: 2, pairs: 1 });
    }
    Some(Plan {
        kinds,
        megabytes: setting("SMTPAUTH_BENCH_MB", 300),
        pairs: setting("SMTPAUTH_BENCH_PAIRS", 7),
    })
}

/// A number from the environment, at least 1.
fn setting(name: &str, default: u64) -> u64 {
    let Ok(text) = env::var(name) else {
        return default;
    };
    text.parse().ok().filter(|number| *number > 0).unwrap_or_else(|| {
        eprintln!("{name}={text} is not a number above 0, {default} is used");
        default
    })
}

/// Writes, checks and times one log: a row of the table, and the peak memory.
fn one(kind: Kind, plan: &Plan) -> Result<([String; 8], String), String> {
    let workload = prepare(Path::new(FOLDER), kind, plan.megabytes)
        .map_err(|error| format!("cannot write the log below {FOLDER}: {error}"))?;
    verify(&workload)?;
    let measured = measure(&workload.path, plan.pairs).map_err(|error| error.to_string())?;
    let megabytes = workload.bytes as f64 / 1e6;
    let seconds = median(&measured.smtpauth);
    let ratios: Vec<f64> = measured.smtpauth.iter().zip(&measured.wc).map(|(ours, wc)| ours / wc).collect();
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    let row = [
        kind.name().to_owned(),
        format!("{megabytes:.0}"),
        workload.lines.to_string(),
        format!("{seconds:.3}"),
        format!("{:.3}", median(&measured.wc)),
        format!("{:.0}", megabytes / seconds),
        format!("{:.2}", median(&ratios)),
        format!("{least:.2} .. {most:.2}"),
    ];
    let peak = measured.memory.map_or_else(|why| why, |mebibytes| format!("{mebibytes:.1} MiB"));
    Ok((row, peak))
}

/// Compares what `smtpauth tls` finds with what is true.
fn verify(workload: &Workload) -> Result<(), String> {
    let output = Command::new(SMTPAUTH)
        .args(["tls", "--all", "--format", "csv"])
        .arg(&workload.path)
        .output()
        .map_err(|error| format!("{SMTPAUTH} does not start: {error}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("smtpauth tls ended with {}: {}", output.status, errors.trim()));
    }
    let found = messages_by_tls(&String::from_utf8_lossy(&output.stdout))?;
    let mut differences = Vec::new();
    for (tls, expected) in workload.truth.rows() {
        let seen = found.iter().find(|(name, _)| name == tls).map_or(0, |(_, messages)| *messages);
        if seen != expected {
            differences.push(format!("tls {tls}: {seen} messages instead of {expected}"));
        }
    }
    for (name, messages) in &found {
        if *messages > 0 && workload.truth.rows().all(|(tls, _)| tls != name) {
            differences.push(format!("tls {name}: {messages} messages instead of none"));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!("the answer is wrong: {}. {}", differences.join("; "), errors.trim()))
}

/// The columns `tls` and `messages` of a CSV without quotes.
fn messages_by_tls(csv: &str) -> Result<Vec<(String, u64)>, String> {
    let mut rows = csv.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let heads = rows.next().unwrap_or_default();
    let column = |name: &str| {
        heads.iter().position(|head| *head == name).ok_or_else(|| format!("no column {name} in {heads:?}"))
    };
    let (tls, messages) = (column("tls")?, column("messages")?);
    rows.map(|row| {
        let cell = |at: usize| row.get(at).copied().unwrap_or_default();
        let number = cell(messages).parse().map_err(|_| format!("not a number of messages in {row:?}"))?;
        Ok((cell(tls).to_owned(), number))
    })
    .collect()
}

/// Times both programs in turn; which one begins alternates, so that a drift of the machine hits both alike.
fn measure(path: &Path, pairs: u64) -> io::Result<Measured> {
    let mut measured = Measured { smtpauth: Vec::new(), wc: Vec::new(), memory: memory(path) };
    let (mut ours, mut wc) = (subject(path), Command::new("wc"));
    wc.arg("-l").arg(path);
    timed(&mut wc)?;
    for pair in 0..pairs {
        if pair % 2 == 0 {
            measured.smtpauth.push(timed(&mut ours)?);
            measured.wc.push(timed(&mut wc)?);
        } else {
            measured.wc.push(timed(&mut wc)?);
            measured.smtpauth.push(timed(&mut ours)?);
        }
    }
    Ok(measured)
}

/// The command that is measured.
fn subject(path: &Path) -> Command {
    let mut command = Command::new(SMTPAUTH);
    command.args(["tls", "--details", "--all", "--format", "csv"]).arg(path);
    command
}

/// The seconds that a command takes, its output thrown away.
fn timed(command: &mut Command) -> io::Result<f64> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let seconds = start.elapsed().as_secs_f64();
    let name = command.get_program().to_string_lossy();
    match status {
        Ok(status) if status.success() => Ok(seconds),
        Ok(status) => Err(io::Error::other(format!("{name} ended with {status}"))),
        Err(error) => Err(io::Error::other(format!("{name} does not start: {error}"))),
    }
}

/// The most memory that the measured command held at a moment, in MiB, or why that is not known.
fn memory(path: &Path) -> Result<f64, String> {
    if !Path::new(TIME).exists() {
        return Err(format!("unknown ({TIME} is not installed)"));
    }
    let note = path.with_extension("memory");
    let command = subject(path);
    let mut time = Command::new(TIME);
    time.args(["-f", "%M", "-o"]).arg(&note).arg(command.get_program()).args(command.get_args());
    timed(&mut time).map_err(|error| format!("unknown ({error})"))?;
    let kibibytes: Option<f64> = fs::read_to_string(&note).ok().and_then(|text| text.trim().parse().ok());
    kibibytes.map(|number| number / 1024.0).ok_or_else(|| format!("unknown ({TIME} is not that of GNU)"))
}

/// The middle of some numbers, of which there is at least one.
fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

/// One line about the machine.
fn machine() -> String {
    let cores =
        std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |number| number.to_string());
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|row| row.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown model", |(_, model)| model);
    format!("machine: {model}, {cores} cores, {} {}", env::consts::OS, env::consts::ARCH)
}

/// A line of the table: the first column to the left, numbers to the right.
fn line(cells: &[String; 8]) -> String {
    let [name, megabytes, lines, ours, wc, speed, ratio, range] = cells;
    format!("{name:<9} {megabytes:>6} {lines:>10} {ours:>11} {wc:>8} {speed:>6} {ratio:>6}  {range:>14}")
}

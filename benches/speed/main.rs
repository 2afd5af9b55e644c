//! How fast `smtpauth` reads logs, in pairs with other programs on the same logs.
//!
//! In: nothing but the program; the logs are written on the first run, below `target/tmp`. Out: on standard
//! output the machine, and a table in Markdown with a ratio in each row; what was left out, and which package
//! would bring it in. Before a log is timed, the answer to `smtpauth tls --all` is compared with what is true
//! of it; a wrong answer fails the run, a slow one never does.
//!
//! `cargo bench --bench speed [-- NAME...]` measures all of it, or what is named; `-- --list` prints the names.
//! Settings are read from the environment:
//!
//! - `SMTPAUTH_BENCH_MB`: the size of a log (300)
//! - `SMTPAUTH_BENCH_PAIRS`: the number of pairs (7)
//! - `SMTPAUTH_BENCH_LONG_MB`: measures memory on a log of this size, too, with more days (3000, for example)
//! - `SMTPAUTH_BENCH_PYTHON`: the Python that has the packages duckdb and polars (`python3`)
//!
//! `cargo test --benches` runs everything once on 2 MB.
#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark writes for a person, and reads nothing but what it wrote itself"
)]

mod analysers;
mod compressed;
mod databases;
mod folder;
mod growth;
mod logs;
mod memory;
mod plan;
mod program;
mod start;
mod table;
mod timing;
mod truth;
mod views;
mod workload;

use std::env;
use std::fs;
use std::process::ExitCode;

use plan::{Plan, Request};
use table::Table;
use workload::Kind;

/// Why something was not measured.
enum Trouble {
    /// Something is missing here; the run goes on.
    Missing(String),
    /// The program does not do what it should; the run fails.
    Wrong(String),
}

impl From<String> for Trouble {
    fn from(why: String) -> Self {
        Trouble::Wrong(why)
    }
}

/// Measures something and adds it to the table.
type Measure = fn(&Plan, &mut Table) -> Result<(), Trouble>;

/// What is measured, in the order of the table.
const MEASURES: [(&str, Measure); 18] = [
    ("postfix", |plan, table| logs::measure(plan, table, Kind::Postfix)),
    ("exim", |plan, table| logs::measure(plan, table, Kind::Exim)),
    ("csv", |plan, table| logs::measure(plan, table, Kind::Csv)),
    ("exchange", |plan, table| logs::measure(plan, table, Kind::Exchange)),
    ("pflogsumm", |plan, table| analysers::measure(plan, table, &analysers::PFLOGSUMM)),
    ("eximstats", |plan, table| analysers::measure(plan, table, &analysers::EXIMSTATS)),
    ("duckdb", |plan, table| databases::measure(plan, table, &databases::DUCKDB)),
    ("polars", |plan, table| databases::measure(plan, table, &databases::POLARS)),
    ("gz", |plan, table| compressed::measure(plan, table, &compressed::GZ)),
    ("zst", |plan, table| compressed::measure(plan, table, &compressed::ZST)),
    ("xz", |plan, table| compressed::measure(plan, table, &compressed::XZ)),
    ("bz2", |plan, table| compressed::measure(plan, table, &compressed::BZ2)),
    ("threads", compressed::measure_threads),
    ("folder", folder::measure),
    ("views", views::measure),
    ("start", start::measure),
    ("memory", memory::measure),
    ("growth", growth::measure),
];

/// Measures what is asked for, and says whether every answer was right.
fn main() -> ExitCode {
    let names = MEASURES.map(|(name, _)| name);
    let plan = match plan::read(&env::args().skip(1).collect::<Vec<_>>(), &names) {
        Request::Measure(plan) => plan,
        Request::Nothing => return ExitCode::SUCCESS,
        Request::Unknown(name) => {
            eprintln!("{name} is not measured; there are {}", names.join(", "));
            return ExitCode::FAILURE;
        }
    };
    println!("{}", machine());
    println!(
        "Medians; pairs: {}; warm cache. Where no command is named, it is `smtpauth tls --details --all --format csv`.\n",
        plan.pairs
    );
    let mut table = Table::default();
    let mut wrong = false;
    for (name, measure) in MEASURES.iter().filter(|(name, _)| plan.wants(name)) {
        match measure(&plan, &mut table) {
            Ok(()) => {}
            Err(Trouble::Missing(why)) => table.leave_out(name, &why),
            Err(Trouble::Wrong(why)) => {
                wrong = true;
                table.leave_out(name, &why);
            }
        }
    }
    table.close();
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// One line about the machine.
fn machine() -> String {
    let cores =
        std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |number| number.to_string());
    let information = |path| fs::read_to_string(path).unwrap_or_default();
    let processor = information("/proc/cpuinfo");
    let model = processor
        .lines()
        .find_map(|row| row.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown model", |(_, model)| model);
    let load = information("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned();
    let load = if load.is_empty() { "unknown".to_owned() } else { load };
    format!("Machine: {model}, {cores} cores, {} {}, load {load} before.", env::consts::OS, env::consts::ARCH)
}

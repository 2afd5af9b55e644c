//! DuckDB and Polars, which read CSV fast, on the same question and with as many threads.
//!
//! Only their query is timed, inside of their process, which is kept from pair to pair; the whole process of
//! `smtpauth` is.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::Trouble;
use crate::plan::Plan;
use crate::program::smtpauth;
use crate::table::{Row, Table};
use crate::timing::{pairs, timed};
use crate::truth::{Found, verify};
use crate::workload::{Kind, Order};

/// The query, in Python.
const QUERY: &str = include_str!("query.py");
/// How many threads each side has.
const THREADS: &str = "2";

/// What is compared with.
pub struct Database {
    name: &'static str,
    package: &'static str,
    at_most: &'static str,
}

/// The database.
pub const DUCKDB: Database = Database { name: "DuckDB", package: "duckdb", at_most: "0.5" };
/// The data frames.
pub const POLARS: Database = Database { name: "Polars", package: "polars", at_most: "" };

/// The row of a database.
pub fn measure(plan: &Plan, table: &mut Table, database: &Database) -> Result<(), Trouble> {
    let workload = plan.log(Order::usual(Kind::Csv, plan.bytes()))?;
    let mut engine = Engine::start(database, workload.input())?;
    let (_, messages) = engine.ask().map_err(Trouble::Missing)?;
    verify(&messages, &workload.truth).map_err(|why| format!("{}: {why}", database.name))?;
    let arguments = ["tls", "--details", "--all", "--format", "csv", "--threads", THREADS];
    let mut ours = smtpauth(&arguments, [workload.input()]);
    let pairs = pairs(plan.pairs, || timed(&mut ours), || engine.ask().map(|(seconds, _)| seconds))?;
    let against = format!("{} {}, its query", database.name, engine.version);
    table.add(Row::of_pairs("csv, 2 threads", workload.bytes, against, &pairs, database.at_most));
    Ok(())
}

/// A process that answers the query as often as it is asked.
struct Engine {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    version: String,
}

impl Engine {
    /// Starts it, which fails if Python or its package is missing.
    fn start(database: &Database, file: &Path) -> Result<Self, Trouble> {
        let python = env::var("SMTPAUTH_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let why = || {
            let Database { name, package, .. } = database;
            let set = "SMTPAUTH_BENCH_PYTHON";
            Trouble::Missing(format!(
                "{python} has no {name}: Python package {package}; {set} names another Python"
            ))
        };
        let mut command = Command::new(&python);
        command.args(["-c", QUERY, database.package]).arg(file).arg(THREADS);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(|_| why())?;
        let (questions, answers) = (process.stdin.take(), process.stdout.take());
        let answers = BufReader::new(answers.ok_or_else(why)?);
        let mut engine = Engine { process, questions, answers, version: String::new() };
        engine.version = engine.line().map_err(|_| why())?;
        Ok(engine)
    }

    /// The next line that it prints.
    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err("the query ended".to_owned()),
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Asks once: the seconds that the query took, and what it found.
    fn ask(&mut self) -> Result<(f64, Found), String> {
        if let Some(questions) = &mut self.questions {
            questions.write_all(b"\n").map_err(|error| format!("the query does not listen: {error}"))?;
        }
        let answer = self.line()?;
        let strange = || format!("the query answers {answer:?}");
        let mut words = answer.split(' ');
        let seconds = words.next().and_then(|word| word.parse().ok()).ok_or_else(strange)?;
        let messages = words.map(|word| {
            let (tls, count) = word.split_once('=')?;
            Some((tls.to_owned(), count.parse().ok()?))
        });
        Ok((seconds, messages.collect::<Option<_>>().ok_or_else(strange)?))
    }
}

impl Drop for Engine {
    /// Without questions it ends by itself.
    fn drop(&mut self) {
        self.questions.take();
        if let Err(error) = self.process.wait() {
            eprintln!("the query does not end: {error}");
        }
    }
}

//! What is asked for: arguments and environment.

use std::env;
use std::path::Path;

use crate::Trouble;
use crate::truth;
use crate::workload::{Order, Workload, prepare};

/// Where logs are kept between runs.
pub const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/smtpauth-bench");

/// What is to be done.
pub struct Plan {
    names: Vec<String>,
    /// The size of a log in MB.
    pub megabytes: u64,
    /// The size of the long log, whose memory is measured, too.
    pub long_megabytes: Option<u64>,
    /// How often two programs are run in turn.
    pub pairs: u64,
}

/// What the command line says.
pub enum Request {
    /// Measure this.
    Measure(Plan),
    /// There is nothing to measure.
    Nothing,
    /// A name that nothing has.
    Unknown(String),
}

/// Reads arguments and environment. Cargo passes `--bench` for `cargo bench` and not for `cargo test`, whose
/// words may be names of tests; other options of test harnesses are let pass.
pub fn read(arguments: &[String], known: &[&str]) -> Request {
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if has("--list") {
        // As test harnesses list what they have.
        for name in known {
            println!("{name}: benchmark");
        }
        return Request::Nothing;
    }
    let names: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).cloned().collect();
    let stranger = names.iter().find(|name| !known.contains(&name.as_str()));
    if has("--test") || !has("--bench") {
        let plan = Plan { names, megabytes: 2, long_megabytes: None, pairs: 1 };
        return Request::Measure(plan);
    }
    if let Some(name) = stranger {
        return Request::Unknown(name.clone());
    }
    Request::Measure(Plan {
        names,
        megabytes: setting("SMTPAUTH_BENCH_MB").unwrap_or(300),
        long_megabytes: setting("SMTPAUTH_BENCH_LONG_MB"),
        pairs: setting("SMTPAUTH_BENCH_PAIRS").unwrap_or(7),
    })
}

/// A number from the environment, at least 1.
fn setting(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    let number = text.parse().ok().filter(|number| *number > 0);
    if number.is_none() {
        eprintln!("{name}={text} is not a number above 0 and not used");
    }
    number
}

impl Plan {
    /// Whether something is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
    }

    /// The size of a log in bytes.
    pub fn bytes(&self) -> u64 {
        self.megabytes * 1_000_000
    }

    /// A log of which `smtpauth` finds what is true.
    pub fn log(&self, order: Order) -> Result<Workload, Trouble> {
        let workload = prepare(Path::new(FOLDER), order)
            .map_err(|error| Trouble::Missing(format!("cannot write the log below {FOLDER}: {error}")))?;
        truth::verify(&truth::found(workload.input())?, &workload.truth)?;
        Ok(workload)
    }
}

//! The program: calls `run`, prints an error once, turns the outcome into an exit code.

#![forbid(unsafe_code)]

use smtpauth::cli::{Cli, Command, completions, man, parse};
use smtpauth::config::{self, Config};
use smtpauth::error::Error;
use smtpauth::input::unfinished::watch;
use smtpauth::notes::Outcome;
use smtpauth::render::escape::terminal;
use smtpauth::run::run;
use std::io::Write;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// A check found something.
const FOUND: u8 = 1;
/// Wrong use, an error, or a result that is not complete.
const FAILED: u8 = 2;

/// Now, seconds since 1970 (UTC): as `SOURCE_DATE_EPOCH` says, for output that can be reproduced, else by the clock.
fn now() -> i64 {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|told| told.parse().ok());
    told.unwrap_or_else(|| {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
    })
}

fn act(cli: Cli) -> Result<Outcome, Error> {
    match &cli.command {
        Some(Command::Saved(saved)) => {
            Config::load(saved.config.as_deref())?.list(&mut std::io::stdout())?;
            Ok(Outcome::Done)
        }
        Some(Command::Completions { shell }) => {
            completions(*shell, &mut std::io::stdout());
            Ok(Outcome::Done)
        }
        Some(Command::Man { dir }) => man(dir.as_deref(), &mut std::io::stdout()).map(|()| Outcome::Done),
        _ => run(&config::settings(cli, now())?),
    }
}

fn main() -> ExitCode {
    // Where that fails, an interruption may leave a temporary file behind: no reason to read nothing.
    let _ = watch();
    match act(parse()) {
        // Who reads our output had enough of it (`| head`).
        Ok(Outcome::Done) | Err(Error::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(FOUND),
        Ok(Outcome::Incomplete) => ExitCode::from(FAILED),
        Err(error) => {
            // Arguments may hold anything, and come back in messages.
            let message: Vec<_> = error.to_string().lines().map(|line| terminal(line.as_bytes())).collect();
            let _ = writeln!(std::io::stderr(), "smtpauth: {}", message.join("\n"));
            ExitCode::from(FAILED)
        }
    }
}

//! The program: calls `act`, prints an error once, turns the outcome into an exit code.

#![forbid(unsafe_code)]

use smtpauth::cli::parse;
use smtpauth::command::act;
use smtpauth::error::Error;
use smtpauth::input::unfinished::{let_interruption_end, watch};
use smtpauth::notes::Outcome;
use smtpauth::render::escape::terminal;
use std::io::Write;
use std::process::ExitCode;

/// A check found something.
const FOUND: u8 = 1;
/// Wrong use, an error, or a result that is not complete.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    // Where that fails, an interruption may leave a temporary file behind: no reason to read nothing.
    let _ = watch();
    let outcome = act(parse());
    let_interruption_end();
    match outcome {
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

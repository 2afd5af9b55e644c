//! The mail program of the local server: it takes a message on standard input, and answers with its exit status.

use super::{Envelope, Failure, process};
use crate::error::name;
use crate::render::escape::terminal;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long it may take to queue a message.
const PATIENCE: Duration = Duration::from_secs(120);
/// How much of what it says is shown.
const SHOWN: usize = 400;

/// Whether there is such a program.
pub(super) fn is_there(program: &Path) -> Result<(), Failure> {
    match std::fs::metadata(program) {
        Ok(found) if found.is_file() => Ok(()),
        _ => Err(failure(
            program,
            "there is no such program; --sendmail=PATH names it, --smtp-url a mail server".to_owned(),
        )),
    }
}

/// Hands a message over. There is no shell, a lone dot ends nothing, and no address can be taken for an option.
pub(super) fn send(program: &Path, envelope: &Envelope, message: Vec<u8>) -> Result<(), Failure> {
    let mut command = Command::new(program);
    command.args(["-i", "-f", envelope.from.as_ref(), "--"]);
    command.args(envelope.to.iter().map(AsRef::<str>::as_ref));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    // Line ends as programs of the system have them.
    let message =
        if cfg!(windows) { message } else { message.into_iter().filter(|byte| *byte != b'\r').collect() };
    let ended = process::run(command, message, PATIENCE).map_err(|why| failure(program, why))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = terminal(ended.stderr.trim_ascii());
    let said: String = said.chars().take(SHOWN).collect();
    let colon = if said.is_empty() { "" } else { ": " };
    Err(failure(program, format!("{}{colon}{said}", ended.status)))
}

fn failure(program: &Path, why: String) -> Failure {
    Failure::Sendmail { program: name(program), why }
}

//! Programs that are run: given their input, and a limit of time.

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

/// How often it is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(10);
/// How much of what a program prints is kept.
const LONGEST: u64 = 64 << 10;

/// How a program ended.
pub(super) struct Ended {
    /// Its exit status.
    pub(super) status: ExitStatus,
    /// Its standard output, if it was asked for.
    pub(super) stdout: Vec<u8>,
    /// Its standard error, if it was asked for.
    pub(super) stderr: Vec<u8>,
}

/// A line that is handed to the shell, as `--password-command` has it.
pub(super) fn shell(line: &str) -> Command {
    let (program, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(program);
    command.args([flag, line]);
    command
}

/// Runs a program to its end, or stops it after this time. The error says what went wrong.
pub(super) fn run(mut command: Command, input: Vec<u8>, patience: Duration) -> Result<Ended, String> {
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child = command.stdin(stdin).spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such program".to_owned(),
        _ => error.to_string(),
    })?;
    // Each pipe has a thread of its own, so that none of them waits for another. A program that ends early has its reasons,
    // which its exit status tells.
    let feeder = child.stdin.take().map(|mut pipe| spawn(move || drop(pipe.write_all(&input))));
    let stdout = child.stdout.take().map(kept);
    let stderr = child.stderr.take().map(kept);
    let status = wait(&mut child, patience)?;
    let text = |reader: Option<std::thread::JoinHandle<Vec<u8>>>| {
        reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
    };
    feeder.map(std::thread::JoinHandle::join);
    Ok(Ended { status, stdout: text(stdout), stderr: text(stderr) })
}

/// Reads a pipe to its end.
fn kept(pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is kept.
        let _ = pipe.take(LONGEST).read_to_end(&mut bytes);
        bytes
    })
}

fn wait(child: &mut Child, patience: Duration) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() < patience => sleep(LOOK),
            Ok(None) => {
                // It may have ended in this moment, which is as good.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it did not end within {} s and was stopped", patience.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

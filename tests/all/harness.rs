//! Runs the program in a fixed environment and compares exit code, standard output and standard error, all of them.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program.
pub const SMTPAUTH: &str = env!("CARGO_BIN_EXE_smtpauth");
/// The root of the repository, in which the program runs unless told otherwise.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// When all tests happen, for titles that tell how old the newest line is: 2026-11-21T22:00:00Z.
pub const NOW: &str = "1795298400";
/// The log that examples and screens are made of.
pub const WEEK: &str = "fixtures/postfix/week.log";

/// A run that is being prepared.
pub struct Run {
    command: Command,
    shown: String,
    stdin: Option<Vec<u8>>,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    /// The command, as one would type it.
    pub shown: String,
    /// The exit code.
    pub status: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// Prepares a run with these arguments, parted by blanks; without standard input.
pub fn smtpauth(arguments: &str) -> Run {
    smtpauth_with(arguments.split_whitespace())
}

/// The same with arguments that hold blanks.
pub fn smtpauth_with<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Run {
    let mut run = Run { command: Command::new(SMTPAUTH), shown: "smtpauth".to_owned(), stdin: None };
    run.command.env_clear().env("TZ", "UTC").env("SOURCE_DATE_EPOCH", NOW).current_dir(ROOT);
    // Not the settings of who runs the tests.
    run.command.env("SMTPAUTH_CONFIG", "");
    // Without it, nothing starts on Windows.
    run.command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    arguments.into_iter().fold(run, Run::arg)
}

impl Run {
    /// One argument more.
    pub fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        let _ = write!(self.shown, " {argument}");
        self
    }

    /// More arguments, parted by blanks.
    pub fn typed(self, arguments: &str) -> Self {
        arguments.split_whitespace().fold(self, Self::arg)
    }

    /// One more variable in the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs in this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives this on standard input, through a pipe.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// The command as it would be run, for what this harness cannot do.
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Runs it.
    pub fn run(mut self) -> Ran {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        let feeder = self.stdin.take().map(|bytes| {
            let mut pipe = child.stdin.take().expect("standard input is a pipe");
            // A run that fails early does not read all of it.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let output = child.wait_with_output().expect("the program ends");
        feeder.into_iter().for_each(|feeder| feeder.join().expect("the pipe is written"));
        let status = output.status.code().unwrap_or(-1);
        Ran { shown: self.shown, status, stdout: output.stdout, stderr: output.stderr }
    }

    /// Runs it; all must be well, and nothing be said on standard error.
    pub fn ok(self) -> Ran {
        let ran = self.run();
        assert!(ran.status == 0 && ran.stderr.is_empty(), "{}", ran.everything());
        ran
    }

    /// Runs it; it must fail with this message and print nothing else.
    pub fn fails(self, message: &str) {
        self.gives(2, "", &format!("smtpauth: {message}\n"));
    }

    /// Runs it and compares everything.
    pub fn gives(self, status: i32, stdout: &str, stderr: &str) {
        let ran = self.run();
        let wanted = everything(&ran.shown, status, stdout, stderr);
        same(&wanted, &ran.everything());
    }
}

impl Ran {
    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("standard output is UTF-8")
    }

    /// Standard error as text.
    pub fn said(&self) -> String {
        String::from_utf8(self.stderr.clone()).expect("standard error is UTF-8")
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}", self.everything()))
    }

    /// Standard output as CSV, each row by the names of its columns; the `'` that guards text is taken off again.
    pub fn csv(&self) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(self.stdout.as_slice());
        let header = reader.headers().expect("CSV has a header").clone();
        let unguard = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        let row = |row: csv::StringRecord| {
            header.iter().zip(row.iter()).map(|(name, cell)| (name.to_owned(), unguard(cell))).collect()
        };
        reader.records().map(|record| row(record.expect("CSV is well-formed"))).collect()
    }

    /// The command and everything that came back, for people and snapshots.
    pub fn everything(&self) -> String {
        everything(&self.shown, self.status, &String::from_utf8_lossy(&self.stdout), &self.said())
    }
}

fn everything(shown: &str, status: i32, stdout: &str, stderr: &str) -> String {
    let mut all = format!("$ {shown}\n{stdout}");
    if !stderr.is_empty() {
        let _ = write!(all, "[stderr]\n{stderr}");
    }
    if status != 0 {
        let _ = writeln!(all, "[exit status {status}]");
    }
    all
}

/// Two texts must be the same; else shows where they part.
pub fn same(wanted: &str, got: &str) {
    if wanted == got {
        return;
    }
    let lines = |text: &str| text.split('\n').map(str::to_owned).collect::<Vec<_>>();
    let (mut wanted, mut got) = (lines(wanted), lines(got));
    let common = wanted.iter().zip(&got).take_while(|(a, b)| a == b).count();
    let mut diff = wanted.drain(..common).map(|line| format!("  {line}\n")).collect::<String>();
    got.drain(..common);
    let tail = wanted.iter().rev().zip(got.iter().rev()).take_while(|(a, b)| a == b).count();
    let (wanted_tail, got_tail) = (wanted.len() - tail, got.len() - tail);
    diff.extend(wanted[..wanted_tail].iter().map(|line| format!("- {line}\n")));
    diff.extend(got[..got_tail].iter().map(|line| format!("+ {line}\n")));
    diff.extend(got[got_tail..].iter().map(|line| format!("  {line}\n")));
    panic!("wanted (-) and got (+) differ:\n{diff}");
}

/// A folder that goes away with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for temporary files")
}

/// Writes a file into a folder.
pub fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a temporary file can be written");
    path
}

/// A file of the repository.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

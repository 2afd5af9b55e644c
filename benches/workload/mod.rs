//! The logs that the benchmark reads, and what is true of them.
//!
//! In: a folder, a kind of log and a size. Out: a file that is the same on every machine, and the number of
//! authenticated and accepted messages per TLS version, counted while the file was written, not by reading
//! it. A file that is there from an earlier run is used again: its truth is kept beside it and names its
//! length.

mod csv;
mod delivery;
mod exchange;
mod exim;
mod postfix;
mod rng;
mod session;
mod stage;
mod visit;
mod world;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rng::Rng;
use stage::{Log, play};
use world::{Tls, World};

/// Changes whenever the generators write something else, so that files of an older benchmark are not used.
const VERSION: u64 = 3;

/// The kinds of logs.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A Postfix log with BSD stamps.
    Postfix,
    /// An Exim main log.
    Exim,
    /// A trace with one message a row.
    Csv,
    /// The SMTP protocol logs of an Exchange Server.
    Exchange,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Postfix, Kind::Exim, Kind::Csv, Kind::Exchange];

    /// What the table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Postfix => "postfix",
            Kind::Exim => "exim",
            Kind::Csv => "csv",
            Kind::Exchange => "exchange",
        }
    }

    /// The name of the file. That of Postfix tells the year, which its stamps leave out.
    fn file_name(self) -> &'static str {
        match self {
            Kind::Postfix => "mail.log-20261121",
            Kind::Exim => "mainlog",
            Kind::Csv => "trace.csv",
            Kind::Exchange => "RECV2026112100-1.LOG",
        }
    }
}

/// Messages per TLS version.
#[derive(Default, PartialEq, Eq)]
pub struct Counts([u64; Tls::ALL.len()]);

impl Counts {
    /// Counts one message.
    fn add(&mut self, tls: Tls) {
        self.0[tls as usize] += 1;
    }

    /// The versions as `smtpauth` names them, and the messages of each.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Tls::NAMES.into_iter().zip(self.0)
    }
}

/// A log that can be read.
pub struct Workload {
    /// Where it lies.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
    /// How many lines it has.
    pub lines: u64,
    /// What `smtpauth tls` has to find.
    pub truth: Counts,
}

/// The log of a kind and size in a folder: the one that is there, else a new one.
pub fn prepare(folder: &Path, kind: Kind, megabytes: u64) -> io::Result<Workload> {
    let folder = folder.join(format!("smtpauth-bench-{megabytes}mb"));
    fs::create_dir_all(&folder)?;
    let path = folder.join(kind.file_name());
    let note = folder.join(format!("{}.truth", kind.name()));
    if let Some(workload) = remembered(&path, &note) {
        return Ok(workload);
    }
    let workload = generate(path, kind, megabytes * 1_000_000)?;
    fs::write(note, remember(&workload))?;
    Ok(workload)
}

/// Writes a new log.
fn generate(path: PathBuf, kind: Kind, bytes: u64) -> io::Result<Workload> {
    let world = World::new(&mut Rng::new(0x5EED_0001));
    let rng = Rng::new(0x5EED_0002);
    let (lines, length, truth) = match kind {
        Kind::Postfix => {
            let mut log = Log::create(&path, postfix::Postfix::STAMP)?;
            let mut server = postfix::Postfix::new(&world);
            play(&mut server, &mut log, bytes, rng)?;
            (log.lines, log.close()?, server.counts())
        }
        Kind::Exim => {
            let mut log = Log::create(&path, exim::Exim::STAMP)?;
            let mut server = exim::Exim::new(&world);
            play(&mut server, &mut log, bytes, rng)?;
            (log.lines, log.close()?, server.counts())
        }
        Kind::Csv => {
            let mut log = Log::create(&path, csv::STAMP)?;
            let counts = csv::write(&world, &mut log, bytes, rng)?;
            (log.lines, log.close()?, counts)
        }
        Kind::Exchange => {
            let mut log = Log::create(&path, exchange::Exchange::STAMP)?;
            let mut server = exchange::Exchange::new(&world);
            for line in exchange::HEADER {
                log.bare(line)?;
            }
            play(&mut server, &mut log, bytes, rng)?;
            (log.lines, log.close()?, server.counts())
        }
    };
    Ok(Workload { path, bytes: length, lines, truth })
}

/// The numbers of a log as the note beside it holds them, one `name number` a line.
fn remember(workload: &Workload) -> String {
    let mut note = format!("version {VERSION}\nbytes {}\nlines {}\n", workload.bytes, workload.lines);
    for (tls, messages) in workload.truth.rows() {
        note.push_str(&format!("{tls} {messages}\n"));
    }
    note
}

/// The log of an earlier run, if its note is whole and speaks of a file of this length.
fn remembered(path: &Path, note: &Path) -> Option<Workload> {
    let note = fs::read_to_string(note).ok()?;
    let number = |name: &str| -> Option<u64> {
        let line = note.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        line.parse().ok()
    };
    let bytes = number("bytes")?;
    if number("version")? != VERSION || fs::metadata(path).ok()?.len() != bytes {
        return None;
    }
    let mut truth = Counts::default();
    for (count, tls) in truth.0.iter_mut().zip(Tls::NAMES) {
        *count = number(tls)?;
    }
    Some(Workload { path: path.to_owned(), bytes, lines: number("lines")?, truth })
}

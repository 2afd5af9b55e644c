//! The logs that the benchmark reads, and what is true of them.
//!
//! In: a folder and an [`Order`]: a kind of log, its size, its days and its files. Out: files that are the
//! same on every machine, and the number of authenticated and accepted messages per TLS version, counted while
//! the log was written, not by reading it. A log that is there from an earlier run is used again: its truth is
//! kept beside it and names its length.

mod clock;
mod csv;
mod delivery;
mod exchange;
mod exim;
mod kind;
mod log;
mod postfix;
mod rng;
mod session;
mod stage;
mod visit;
mod world;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use log::Log;
use rng::Rng;
use stage::play;
use world::{Tls, World};

pub use clock::MOST_DAYS;
pub use kind::Kind;

/// Changes whenever the generators write something else, so that files of an older benchmark are not used.
const VERSION: u64 = 5;

/// What is to be written.
#[derive(Clone, Copy)]
pub struct Order {
    /// The kind of log.
    pub kind: Kind,
    /// Its size, at least.
    pub bytes: u64,
    /// The days that it covers, of which the last is 20 November 2026.
    pub days: u64,
    /// The hours that each of its files covers.
    pub hours_per_file: u64,
}

impl Order {
    /// A log of two weeks as it is found: Exchange begins a file every hour, the others are one file.
    pub fn usual(kind: Kind, bytes: u64) -> Self {
        let days = 14;
        let hours_per_file = if let Kind::Exchange = kind { 1 } else { days * 24 };
        Self { kind, bytes, days, hours_per_file }
    }

    /// Where it lies.
    fn name(&self) -> String {
        let Self { kind, bytes, days, hours_per_file } = self;
        format!("{}-{bytes}-bytes-{days}-days-{hours_per_file}-hours", kind.name())
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
    /// The folder that holds its files and nothing else.
    pub folder: PathBuf,
    /// Its files in the order of time.
    pub files: Vec<PathBuf>,
    /// How long they are together.
    pub bytes: u64,
    /// What `smtpauth tls` has to find.
    pub truth: Counts,
}

impl Workload {
    /// What is given to `smtpauth`: the file, or the folder of many.
    pub fn input(&self) -> &Path {
        match self.files.as_slice() {
            [file] => file,
            _ => &self.folder,
        }
    }
}

/// The log of an order below a folder: the one that is there, else a new one.
pub fn prepare(below: &Path, order: Order) -> io::Result<Workload> {
    let folder = below.join(order.name());
    let note = below.join(format!("{}.truth", order.name()));
    if let Some(workload) = remembered(&folder, &note) {
        return Ok(workload);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let (bytes, truth) = generate(&folder, order)?;
    fs::write(note, remember(bytes, &truth))?;
    Ok(Workload { files: files(&folder)?, folder, bytes, truth })
}

/// Writes a new log: its length and its truth.
fn generate(folder: &Path, order: Order) -> io::Result<(u64, Counts)> {
    let world = World::new(&mut Rng::new(0x5EED_0001));
    let rng = Rng::new(0x5EED_0002);
    let Order { kind, bytes, days, hours_per_file } = order;
    let mut log = Log::new(folder.to_owned(), kind, hours_per_file);
    let truth = match kind {
        Kind::Postfix => {
            let mut server = postfix::Postfix::new(&world);
            play(&mut server, &mut log, bytes, days, rng)?;
            server.counts()
        }
        Kind::Exim => {
            let mut server = exim::Exim::new(&world);
            play(&mut server, &mut log, bytes, days, rng)?;
            server.counts()
        }
        Kind::Csv => csv::write(&world, &mut log, bytes, days, rng)?,
        Kind::Exchange => {
            let mut server = exchange::Exchange::new(&world);
            play(&mut server, &mut log, bytes, days, rng)?;
            server.counts()
        }
    };
    Ok((log.close()?, truth))
}

/// The files of a folder by their names, which is also the order of time.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// The numbers of a log as the note beside it holds them, one `name number` a line.
fn remember(bytes: u64, truth: &Counts) -> String {
    let mut note = format!("version {VERSION}\nbytes {bytes}\n");
    for (tls, messages) in truth.rows() {
        note.push_str(&format!("{tls} {messages}\n"));
    }
    note
}

/// The log of an earlier run, if its note is whole and speaks of files of this length.
fn remembered(folder: &Path, note: &Path) -> Option<Workload> {
    let note = fs::read_to_string(note).ok()?;
    let number = |name: &str| -> Option<u64> {
        let line = note.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        line.parse().ok()
    };
    let files = files(folder).ok()?;
    let bytes = number("bytes")?;
    let found: u64 = files.iter().filter_map(|file| Some(fs::metadata(file).ok()?.len())).sum();
    if number("version")? != VERSION || found != bytes {
        return None;
    }
    let mut truth = Counts::default();
    for (count, tls) in truth.0.iter_mut().zip(Tls::NAMES) {
        *count = number(tls)?;
    }
    Some(Workload { folder: folder.to_owned(), files, bytes, truth })
}

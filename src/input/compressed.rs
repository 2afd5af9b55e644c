//! Compressed input: the containers that are known, and a reader of what is in one.
//!
//! The libraries decompress. What they leave to their callers is decided here, once for all of them: members, frames and
//! streams may follow one another; zeros behind the last one are padding; what else follows is told; a file that breaks off
//! or is damaged gives what lies before that place, and then an error that names it; and nobody's few bytes become more than
//! a disk holds.

use bzip2::Decompress as Bzip2;
use flate2::{Decompress as Gzip, FlushDecompress};
use liblzma::stream::{Action, Stream as Xz};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zstd::stream::raw::{DParameter, Decoder as Zstd, Operation};

/// A compressed format.
#[derive(Debug)]
pub struct Container {
    /// Its name, which is the ending of its files too.
    pub name: &'static str,
    /// The command that decompresses it, for advice.
    tool: &'static str,
    /// Whether a member of it begins so.
    begins: fn(&[u8]) -> bool,
    engine: fn() -> io::Result<Engine>,
}

/// The known ones.
pub static CONTAINERS: [Container; 4] = [
    Container {
        name: "gz",
        tool: "gzip -dc",
        begins: |head| head.starts_with(b"\x1f\x8b"),
        engine: || Ok(Engine::Gzip(Gzip::new_gzip(15))),
    },
    Container { name: "zst", tool: "zstd -dc --long=31", begins: is_zstd, engine: zstd },
    Container {
        name: "xz",
        tool: "xz -dc",
        begins: |head| head.starts_with(b"\xfd7zXZ\0"),
        engine: || Ok(Engine::Xz(Xz::new_stream_decoder(MEMORY, 0)?)),
    },
    Container {
        name: "bz2",
        tool: "bzip2 -dc",
        begins: |head| head.starts_with(b"BZh"),
        engine: || Ok(Engine::Bzip2(Bzip2::new(false))),
    },
];

/// How far back a zst may refer, as a power of two: what `zstd -d` takes without being asked to take more.
const WINDOW_LOG: u32 = 27;
/// The same for xz: such a dictionary and what the decoder needs beside it, in bytes.
const MEMORY: u64 = (1 << WINDOW_LOG) + (8 << 20);
/// What may be lost in front of damage: the longest block of a zst (RFC 8878 section 3.1.1.2).
const BLOCK: usize = 128 << 10;
/// Up to so many bytes nobody asks how few they were before.
const HARMLESS: u64 = 256 << 20;
/// How much compressed data is read at once.
const INPUT: usize = 128 << 10;
/// So many bytes tell whether a member begins.
const MAGIC: usize = 6;

/// How often larger than its compressed data an input may be: the usual limit. Logs are 5 to 100 times; gz cannot exceed
/// 1,032.
pub const MAX_RATIO: u64 = 1100;

/// A frame, or one that decoders skip (RFC 8878 section 3.1).
fn is_zstd(head: &[u8]) -> bool {
    let is_skippable =
        head.first().is_some_and(|byte| byte & 0xf0 == 0x50) && head.get(1..4) == Some(b"\x2a\x4d\x18");
    head.starts_with(b"\x28\xb5\x2f\xfd") || is_skippable
}

fn zstd() -> io::Result<Engine> {
    let mut decoder = Zstd::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG))?;
    Ok(Engine::Zstd(decoder))
}

/// The container that begins like this.
pub fn container(head: &[u8]) -> Option<&'static Container> {
    CONTAINERS.iter().find(|container| (container.begins)(head))
}

/// The container that the ending of a file's name speaks of, and the name without that ending.
pub fn by_name(path: &Path) -> Option<(&'static Container, PathBuf)> {
    let ending = path.extension()?;
    let container = CONTAINERS.iter().find(|container| ending.eq_ignore_ascii_case(container.name))?;
    Some((container, path.with_extension("")))
}

/// When the content of a gz was last written, in seconds since 1970, if its header says so (RFC 1952 section 2.3).
pub fn modified(head: &[u8]) -> Option<i64> {
    let bytes = head.get(4..8).filter(|_| head.starts_with(b"\x1f\x8b"))?;
    let seconds = u32::from_le_bytes(bytes.try_into().ok()?);
    (seconds > 0).then_some(i64::from(seconds))
}

/// What decompresses.
enum Engine {
    Gzip(Gzip),
    Zstd(Zstd<'static>),
    Xz(Xz),
    Bzip2(Bzip2),
}

/// What one call of a library did.
struct Step {
    consumed: usize,
    produced: usize,
    /// Whether the member ended; or what is wrong.
    ended: Result<bool, Wrong>,
}

/// What a library finds wrong.
enum Wrong {
    Damaged,
    /// It would need more memory than it gets.
    Memory,
}

impl Engine {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        // Where a zst or a bz2 is damaged, the library forgets what this call wrote: no more than a block.
        let room = output.len().min(BLOCK);
        match self {
            Self::Gzip(engine) => {
                let before = (engine.total_in(), engine.total_out());
                let status = engine.decompress(input, output, FlushDecompress::None);
                let ended = status.map(|status| status == flate2::Status::StreamEnd);
                Step::of(before, (engine.total_in(), engine.total_out()), ended.map_err(|_| Wrong::Damaged))
            }
            Self::Xz(engine) => {
                let before = (engine.total_in(), engine.total_out());
                let status = engine.process(input, output, Action::Run);
                let ended = status.map(|status| status == liblzma::stream::Status::StreamEnd);
                let wrong = |error| match error {
                    liblzma::stream::Error::MemLimit | liblzma::stream::Error::Mem => Wrong::Memory,
                    _ => Wrong::Damaged,
                };
                Step::of(before, (engine.total_in(), engine.total_out()), ended.map_err(wrong))
            }
            Self::Bzip2(engine) => {
                let before = (engine.total_in(), engine.total_out());
                let status = engine.decompress(input, output.split_at_mut(room).0);
                let ended = status.map(|status| status == bzip2::Status::StreamEnd);
                Step::of(before, (engine.total_in(), engine.total_out()), ended.map_err(|_| Wrong::Damaged))
            }
            Self::Zstd(engine) => match engine.run_on_buffers(input, output.split_at_mut(room).0) {
                Ok(status) => Step {
                    consumed: status.bytes_read,
                    produced: status.bytes_written,
                    ended: Ok(status.remaining == 0),
                },
                Err(error) => {
                    // The library tells its errors by their texts only.
                    let is_memory = error.to_string().contains("too much memory");
                    let wrong = if is_memory { Wrong::Memory } else { Wrong::Damaged };
                    Step { consumed: 0, produced: 0, ended: Err(wrong) }
                }
            },
        }
    }
}

impl Step {
    fn of(before: (u64, u64), after: (u64, u64), ended: Result<bool, Wrong>) -> Self {
        let count = |before: u64, after: u64| usize::try_from(after.saturating_sub(before)).unwrap_or(0);
        Self { consumed: count(before.0, after.0), produced: count(before.1, after.1), ended }
    }
}

/// Reads what a container holds.
pub struct Decoder<R> {
    reader: R,
    container: &'static Container,
    /// The member at hand; none between members.
    engine: Option<Engine>,
    /// Compressed bytes; those from `start` on are not decompressed yet.
    input: Vec<u8>,
    start: usize,
    /// There is no more of them.
    is_all: bool,
    /// How many were decompressed, for whoever shows the progress.
    consumed: Arc<AtomicU64>,
    produced: u64,
    max_ratio: u64,
    /// What is wrong behind the bytes that were handed out last.
    wrong: Option<io::Error>,
}

impl<R: Read> Decoder<R> {
    /// For a reader at the beginning of a container. What expands to more than `max_ratio` times its size is not read to
    /// its end; 0 for no limit.
    pub fn new(container: &'static Container, reader: R, max_ratio: u64) -> Self {
        Self {
            reader,
            container,
            engine: None,
            input: Vec::new(),
            start: 0,
            is_all: false,
            consumed: Arc::default(),
            produced: 0,
            max_ratio,
            wrong: None,
        }
    }

    /// How many compressed bytes were decompressed, as it goes on.
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    fn rest(&self) -> &[u8] {
        self.input.get(self.start..).unwrap_or_default()
    }

    fn consume(&mut self, bytes: usize) {
        self.start = self.start.saturating_add(bytes);
        self.consumed.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    /// Reads on, until there are so many compressed bytes or no more.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        while self.rest().len() < wanted && !self.is_all {
            self.input.drain(..self.start);
            self.start = 0;
            let kept = self.input.len();
            self.input.resize(INPUT, 0);
            let read = self.reader.read(self.input.get_mut(kept..).unwrap_or_default());
            self.input.truncate(kept.saturating_add(*read.as_ref().unwrap_or(&0)));
            match read {
                Ok(read) => self.is_all = read == 0,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Goes to the next member. Returns whether there is one.
    fn next_member(&mut self) -> io::Result<bool> {
        loop {
            self.fill(MAGIC)?;
            // Some tools fill the last block of a tape or a disk.
            let zeros = self.rest().iter().take_while(|byte| **byte == 0).count();
            if zeros == 0 {
                break;
            }
            self.consume(zeros);
        }
        if self.rest().is_empty() {
            return Ok(false);
        }
        if !(self.container.begins)(self.rest()) {
            let name = self.container.name;
            return Err(self.error(format!("something else follows its {name} data")));
        }
        self.engine = Some((self.container.engine)()?);
        Ok(true)
    }

    /// Decompresses into a buffer that is not empty.
    fn decompress(&mut self, output: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.engine.is_none() && !self.next_member()? {
                return Ok(0);
            }
            self.fill(1)?;
            let input = self.input.get(self.start..).unwrap_or_default();
            let Some(engine) = &mut self.engine else { return Ok(0) };
            let step = engine.step(input, output);
            let is_stuck = step.consumed == 0 && step.produced == 0;
            self.consume(step.consumed);
            self.produced = self.produced.saturating_add(u64::try_from(step.produced).unwrap_or(0));
            let name = self.container.name;
            let wrong = match step.ended {
                Ok(true) => {
                    self.engine = None;
                    None
                }
                Ok(false) if is_stuck && self.is_all && self.rest().is_empty() => {
                    Some(self.error(format!("its {name} data breaks off")))
                }
                // A library that takes nothing and gives nothing would be asked for ever.
                Ok(false) if is_stuck && !self.rest().is_empty() => {
                    Some(self.error(format!("its {name} data is damaged")))
                }
                Ok(false) => None,
                Err(Wrong::Damaged) => Some(self.error(format!("its {name} data is damaged"))),
                Err(Wrong::Memory) => Some(self.too_large()),
            };
            self.wrong = wrong.or_else(|| self.is_bomb());
            if step.produced > 0 {
                return Ok(step.produced);
            }
            if let Some(wrong) = self.wrong.take() {
                return Err(wrong);
            }
        }
    }

    fn error(&self, what: String) -> io::Error {
        let place = self.consumed.load(Ordering::Relaxed);
        io::Error::new(io::ErrorKind::InvalidData, format!("{what} at byte {place}"))
    }

    fn too_large(&self) -> io::Error {
        io::Error::other(format!(
            "it needs more than 128 MiB of memory to be decompressed; decompress it and pipe it in, for example\n  {} FILE \
             | smtpauth",
            self.container.tool
        ))
    }

    /// Whether too little became too much.
    fn is_bomb(&self) -> Option<io::Error> {
        let consumed = self.consumed.load(Ordering::Relaxed);
        let is_bomb = self.max_ratio > 0
            && self.produced > HARMLESS
            && self.produced > consumed.saturating_mul(self.max_ratio);
        is_bomb.then(|| {
            io::Error::other(format!(
                "it expands to more than {} times its size, as no log does; --max-ratio 0 reads it all the same",
                self.max_ratio
            ))
        })
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        if output.is_empty() { Ok(0) } else { self.decompress(output) }
    }
}

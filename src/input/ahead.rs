//! Pipes and compressed files are read in threads of their own, ahead of the workers: decompressing, cutting and the walk
//! over the years go on while the blocks before are parsed.
//!
//! Such a thread is nobody's prisoner and holds nobody: it waits for room in its own short queue only, and ends when there
//! is nobody left who could take a block from it, or at the end of its input.

use super::Unit;
use super::crew::{Crew, Decoding};
use super::queue::{Giver, Taker, queue};
use super::stream::{Broken, Stream, StreamBlock};
use crate::time::stamp::{self, Yearless};
use crate::time::year::{Walk, Years};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Bytes of a block, unless slices are smaller.
const BLOCK: usize = 1 << 20;
/// How many blocks wait to be taken. With the one at hand, what is read beyond it and what the decoder holds, a stream
/// keeps to 8 MiB beside the decoder's window.
const QUEUED: usize = 4;

/// Lines of a day stand together. If the line so many bytes on has the day of the one at hand, those between are not looked at:
/// each line of a pipe or a compressed log passes one thread, which had a tenth of its work with them. One among them that is
/// hours out of order has its year from its neighbours.
const LEAP: usize = 64 << 10;

/// A block and the years of its lines.
#[derive(Debug)]
pub struct Piece {
    /// The block.
    pub block: StreamBlock,
    /// Years of its stamps.
    pub years: Years,
}

/// A stream, block by block; the last may be what is wrong with it.
#[derive(Debug)]
pub struct Blocks {
    stream: Stream,
    unit: Unit,
    size: usize,
    years: Years,
    /// The walk over its years, and whether its limit is that of the last line.
    walk: Option<(Walk, bool)>,
    ended: bool,
}

impl Blocks {
    /// The blocks of a stream, in slices of so many bytes; stamps without a year have these `years`, or those of the walk.
    pub fn new(stream: Stream, unit: Unit, slice: usize, years: Years, walk: Option<(Walk, bool)>) -> Self {
        Self { stream, unit, size: slice.min(BLOCK), years, walk, ended: false }
    }

    /// The years walked do not fit to when the file was written: more than one must lie between its first and last line.
    fn is_too_long(&self) -> Option<Broken> {
        let is_beyond = self.walk.is_some_and(|(walk, is_limit)| is_limit && walk.last.1 > walk.limit);
        is_beyond.then(|| {
            let why = "its stamps have no year, and run beyond the time at which the file was written; --log-year tells in \
                       which year it ends";
            Broken { error: io::Error::other(why), cut: false }
        })
    }
}

impl Iterator for Blocks {
    type Item = Result<Piece, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.stream.next(self.unit, self.size) {
            Ok(Some(block)) => {
                let years = match &mut self.walk {
                    Some((walk, _)) => walk.block(stamps_of(block.bytes.bytes(), block.offset)),
                    None => self.years.clone(),
                };
                Some(Ok(Piece { block, years }))
            }
            Ok(None) => {
                self.ended = true;
                self.is_too_long().map(Err)
            }
            Err(broken) => {
                self.ended = true;
                Some(Err(broken))
            }
        }
    }
}

/// The stamps of the lines in some bytes that have no year, with their places; the bytes lie at `place`. Of lines of one day
/// that follow each other, at least the first.
pub fn stamps_of(bytes: &[u8], mut place: u64) -> impl Iterator<Item = (u64, Yearless)> {
    let mut rest = bytes;
    let mut day: &[u8] = b"";
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let start = place;
            let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |feed| feed.saturating_add(1));
            let (line, behind) = rest.split_at_checked(len)?;
            rest = behind;
            place = place.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
            // `Nov 21 ` again: the walk learns nothing from it.
            if !day.is_empty() && line.starts_with(day) {
                if let Some(leap) = leap(rest, day) {
                    rest = rest.get(leap..).unwrap_or_default();
                    place = place.saturating_add(u64::try_from(leap).unwrap_or(u64::MAX));
                }
                continue;
            }
            if let Some(stamp) = stamp::yearless(line) {
                let is_name = |day: &&[u8]| day.first().is_some_and(u8::is_ascii_alphabetic);
                day = line.get(..7).filter(is_name).unwrap_or_default();
                return Some((start, stamp));
            }
        }
        None
    })
}

/// How far on the next line but many begins, if it is of this day.
fn leap(lines: &[u8], day: &[u8]) -> Option<usize> {
    let feed = memchr::memchr(b'\n', lines.get(LEAP..)?)?;
    let begin = LEAP.saturating_add(feed).saturating_add(1);
    lines.get(begin..).is_some_and(|line| line.starts_with(day)).then_some(begin)
}

/// A stream that is being read.
pub enum Ahead {
    /// By whoever asks for its next block.
    Here(Box<Blocks>),
    /// By a thread.
    There(Taker<<Blocks as Iterator>::Item>, Option<JoinHandle<()>>),
    /// It could not be opened.
    Not(Option<io::Error>),
}

impl Ahead {
    /// Opens it and begins to read, as one of a crew in a thread of its own.
    pub fn start(open: impl FnOnce() -> io::Result<Blocks>, crew: Option<&Arc<Crew>>) -> Self {
        let started = open().and_then(|blocks| {
            let Some(crew) = crew.map(Arc::clone) else { return Ok(Self::Here(Box::new(blocks))) };
            let (giver, taker) = queue(QUEUED);
            let thread = std::thread::Builder::new().name("reader".to_owned());
            let thread = thread.spawn(move || hand_out(blocks, &giver, &crew))?;
            Ok(Self::There(taker, Some(thread)))
        });
        started.unwrap_or_else(|error| Self::Not(Some(error)))
    }
}

/// All blocks, one after the other, as long as somebody takes them.
fn hand_out(blocks: Blocks, giver: &Giver<<Blocks as Iterator>::Item>, crew: &Arc<Crew>) {
    let mut decoding = Decoding::begin(crew);
    for block in blocks {
        if giver.is_full() {
            drop(decoding);
            giver.rest();
            decoding = Decoding::begin(crew);
        }
        if !giver.give(block) {
            return;
        }
    }
}

impl Iterator for Ahead {
    type Item = <Blocks as Iterator>::Item;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Here(blocks) => blocks.next(),
            // Behind its last block the thread is at its end. If it panicked, that is not the end of the input.
            Self::There(taker, thread) => taker.take().or_else(|| {
                thread.take()?.join().err().map(|_| Err(io::Error::other("its decoder panicked").into()))
            }),
            Self::Not(error) => error.take().map(|error| Err(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wherever days begin, the first line of each is found, and nothing is found that is not there.
    #[test]
    fn leaps_miss_no_day() {
        let line = |day: usize, text: usize| format!("Nov {day:2} 10:00:00 mx1 a: {}\n", "x".repeat(text));
        for lengths in [[1, 1, 1], [1500, 1, 700], [900, 1100, 1000], [3000, 2, 1], [1, 4000, 1300]] {
            let mut log = String::from("no stamp\n");
            let mut begins = Vec::new();
            for (day, count) in (1..).zip(lengths) {
                begins.push((u64::try_from(log.len()).unwrap(), day));
                (0..count).for_each(|number| log += &line(day, number % 97));
            }
            let found = stamps_of(log.as_bytes(), 5).map(|(place, stamp)| (place - 5, stamp.day as usize));
            let mut found: Vec<_> = found.collect();
            found.dedup_by_key(|(_, day)| *day);
            assert_eq!(found, begins, "{lengths:?}");
        }
    }
}

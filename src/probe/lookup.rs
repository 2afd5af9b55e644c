//! Whether lines of one log are in another: some are taken from the smaller file and looked up in the larger one, by their
//! stamps. Only a few blocks of either are read.

use super::Input;
use super::ends::lines_at;
use crate::formats::detect::Reader;
use crate::formats::lines::Glance;
use crate::formats::stamps::Stamps;
use crate::input::{Source, platform};
use crate::time::Clock;
use std::fs::File;
use std::io;

/// Bytes of a block: a hundred lines or so.
const BLOCK: usize = 16 << 10;
/// In how many places of the smaller file lines are taken.
const PLACES: u64 = 32;
/// How many lines are looked up at most.
const LINES: usize = 12;
/// How much of the larger file is read to find one line: a second of a very busy server.
const FAR: usize = 128;
/// Seconds by which a line may stand out of order.
const DISORDER: i64 = 2;

/// A plain file of lines, with what is needed to read its stamps.
pub struct Lookup<'i> {
    file: File,
    len: u64,
    glance: Glance<'i>,
}

/// A line of a mail server: its time, and what stands behind its stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    at: i64,
    said: [Vec<u8>; 4],
}

impl<'i> Lookup<'i> {
    /// Opens an input, if lines can be looked up in it. Records later than `limit` are not believed.
    pub fn open(input: &'i Input, clock: Clock, limit: i64) -> Option<Self> {
        let (Source::File(located), Reader::Lines(kind)) = (&input.source, &input.detected.reader) else {
            return None;
        };
        let file = located.open().ok()?;
        let glance = Glance::new(*kind, Stamps::new(clock, &input.years, limit));
        Some(Self { file, len: located.len, glance })
    }

    /// Whether any of its lines within this time is in the other log too; `None` if it has none to look for.
    pub fn shares(&mut self, other: &mut Lookup<'_>, (from, to): (i64, i64)) -> io::Result<Option<bool>> {
        let (start, end) = (self.seek(from)?, self.seek(to.saturating_add(1))?.max(self.seek(from)?));
        let end = end.saturating_add(u64::try_from(BLOCK).unwrap_or(0)).min(self.len);
        let step = end.saturating_sub(start).div_euclid(PLACES).max(u64::try_from(BLOCK).unwrap_or(1));
        let mut looked_up = 0_usize;
        let mut place = start;
        while place < end && looked_up < LINES {
            // Two of each place.
            for line in self.block(place)?.into_iter().filter(|line| (from..=to).contains(&line.at)).take(2) {
                looked_up = looked_up.saturating_add(1);
                if other.holds(&line)? {
                    return Ok(Some(true));
                }
            }
            place = place.saturating_add(step);
        }
        Ok((looked_up > 0).then_some(false))
    }

    /// Whether this line is in the log, at its time.
    fn holds(&mut self, line: &Line) -> io::Result<bool> {
        let mut place = self.seek(line.at.saturating_sub(DISORDER))?;
        for _ in 0..FAR {
            let block = self.block(place)?;
            if block.contains(line) {
                return Ok(true);
            }
            place = place.saturating_add(u64::try_from(BLOCK.div_euclid(2)).unwrap_or(1));
            let is_past = block.first().is_some_and(|first| first.at > line.at.saturating_add(DISORDER));
            if is_past || place >= self.len {
                break;
            }
        }
        Ok(false)
    }

    /// The mail server's lines that begin in the block at a place.
    fn block(&mut self, place: u64) -> io::Result<Vec<Line>> {
        let bytes = self.bytes(place)?;
        let mut found = Vec::new();
        for (place, line) in lines_at(&bytes, place) {
            if let Some((message, _)) = self.glance.mail(line, place) {
                let said = [message.host, message.program, message.pid, message.text].map(<[u8]>::to_vec);
                found.push(Line { at: message.at, said });
            }
        }
        Ok(found)
    }

    fn bytes(&self, place: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; BLOCK];
        let read = platform::read_at(&self.file, &mut bytes, place)?;
        let left = usize::try_from(self.len.saturating_sub(place)).unwrap_or(usize::MAX);
        bytes.truncate(read.min(left));
        Ok(bytes)
    }

    /// A place in front of the first line of this time, and not far in front of it.
    fn seek(&mut self, at: i64) -> io::Result<u64> {
        let (mut low, mut high) = (0_u64, self.len);
        while high.saturating_sub(low) > u64::try_from(BLOCK).unwrap_or(1) {
            let middle = low.midpoint(high);
            let bytes = self.bytes(middle)?;
            let first = lines_at(&bytes, middle).find_map(|(place, line)| self.glance.instant(line, place));
            match first {
                Some(first) if first < at => low = middle,
                Some(_) => high = middle,
                // Lines without stamps: what lies behind them is not known.
                None => break,
            }
        }
        Ok(low)
    }
}

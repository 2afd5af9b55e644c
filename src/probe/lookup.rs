//! Whether lines of one log are in another: some are taken from the smaller file and looked up in the larger one, by their
//! stamps. Only a few blocks of either are read. Only lines that can be in both are taken: of a server that both know.

use super::Input;
use super::ends::lines_at;
use crate::formats::detect::Reader;
use crate::formats::lines::Glance;
use crate::formats::stamps::Stamps;
use crate::input::{Source, platform};
use crate::repeats::servers::may_be_one;
use crate::time::Clock;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;

/// Bytes of a block: a hundred lines or so.
const BLOCK: usize = 16 << 10;
/// In how many places of the smaller file lines are taken, all along the time that both cover.
const PLACES: u64 = 16;
/// How many lines are looked up, if there are so many: one of each place, or more of fewer places.
const LINES: usize = 16;
/// How much of the larger file is read to find one line: a second of a very busy server.
const FAR: usize = 128;
/// Seconds by which a line may stand out of order.
const DISORDER: i64 = 2;

/// A plain file of lines, with what is needed to read its stamps.
pub struct Lookup<'i> {
    file: File,
    len: u64,
    glance: Glance<'i>,
    hosts: &'i BTreeSet<Box<[u8]>>,
}

/// What looking lines up comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// None of them is there.
    Nothing,
    /// There were none to look for, or no way to.
    Unknown,
    /// One is there, and this host wrote it; an empty name if neither log says which.
    Found(Box<[u8]>),
}

/// A line of a mail server: its time, and what stands behind its stamp.
#[derive(Clone, Debug)]
struct Line {
    at: i64,
    host: Vec<u8>,
    said: [Vec<u8>; 3],
}

impl Line {
    /// Whether this is the same line in another log. Without a host name only the id of a message tells: the same login may
    /// fail on two servers within a second.
    fn is(&self, other: &Self) -> bool {
        if self.host.is_empty() || other.host.is_empty() {
            let is_close = self.at.abs_diff(other.at) <= DISORDER.unsigned_abs();
            return is_close
                && self.behind_prefixes().is_some()
                && self.behind_prefixes() == other.behind_prefixes();
        }
        self.at == other.at && self.said == other.said && may_be_one(&self.host, &other.host)
    }

    /// What an Exim server writes of a message, from its id on: in syslog a stamp and a process may stand before it.
    fn behind_prefixes(&self) -> Option<&[u8]> {
        let [_, _, text] = &self.said;
        let is_id = |word: &[u8]| {
            let dashes: Vec<usize> = memchr::memchr_iter(b'-', word).collect();
            matches!((word.len(), dashes.as_slice()), (16, [6, 13]) | (23, [6, 18]))
        };
        let mut rest = text.as_slice();
        for _ in 0..4 {
            let end = memchr::memchr(b' ', rest)?;
            if is_id(rest.get(..end)?) {
                return Some(rest);
            }
            rest = rest.get(end.saturating_add(1)..)?;
        }
        None
    }

    /// Whether it can be in a log that names these hosts.
    fn may_be_of(&self, hosts: &BTreeSet<Box<[u8]>>) -> bool {
        if self.host.is_empty() || hosts.is_empty() {
            return self.behind_prefixes().is_some();
        }
        hosts.iter().any(|host| may_be_one(host, &self.host))
    }
}

impl<'i> Lookup<'i> {
    /// Opens an input, if lines can be looked up in it. Records later than `limit` are not believed.
    pub fn open(input: &'i Input, clock: Clock, limit: i64) -> Option<Self> {
        let (Source::File(located), Reader::Lines(kind)) = (&input.source, &input.detected.reader) else {
            return None;
        };
        let file = located.open().ok()?;
        let glance = Glance::new(*kind, Stamps::new(clock, &input.years, limit));
        Some(Self { file, len: located.len, glance, hosts: &input.ends.hosts })
    }

    /// Whether any of its lines within this time is in the other log too.
    pub fn shares(&mut self, other: &mut Lookup<'_>, (from, to): (i64, i64)) -> io::Result<Finding> {
        let (start, end) = (self.seek(from)?, self.seek(to.saturating_add(1))?.max(self.seek(from)?));
        let end = end.saturating_add(u64::try_from(BLOCK).unwrap_or(0)).min(self.len);
        let step = end.saturating_sub(start).div_euclid(PLACES).max(u64::try_from(BLOCK).unwrap_or(1));
        let places = usize::try_from(end.saturating_sub(start).div_ceil(step)).unwrap_or(LINES).max(1);
        let of_each = LINES.div_ceil(places);
        let mut looked_up = 0_usize;
        let mut place = start;
        while place < end {
            let can_be = |line: &Line| (from..=to).contains(&line.at) && line.may_be_of(other.hosts);
            let lines: Vec<Line> = self.block(place)?.into_iter().filter(can_be).collect();
            let apart = lines.len().div_ceil(of_each).max(1);
            for line in lines.into_iter().step_by(apart) {
                looked_up = looked_up.saturating_add(1);
                if let Some(found) = other.find(&line)? {
                    let host = if line.host.is_empty() { found.host } else { line.host };
                    return Ok(Finding::Found(host.into()));
                }
            }
            place = place.saturating_add(step);
        }
        Ok(if looked_up > 0 { Finding::Nothing } else { Finding::Unknown })
    }

    /// The same line in this log, at its time.
    fn find(&mut self, line: &Line) -> io::Result<Option<Line>> {
        let mut place = self.seek(line.at.saturating_sub(DISORDER))?;
        for _ in 0..FAR {
            let block = self.block(place)?;
            let is_past = block.first().is_some_and(|first| first.at > line.at.saturating_add(DISORDER));
            if let Some(found) = block.into_iter().find(|other| other.is(line)) {
                return Ok(Some(found));
            }
            place = place.saturating_add(u64::try_from(BLOCK.div_euclid(2)).unwrap_or(1));
            if is_past || place >= self.len {
                break;
            }
        }
        Ok(None)
    }

    /// The mail server's lines that begin in the block at a place.
    fn block(&mut self, place: u64) -> io::Result<Vec<Line>> {
        let bytes = self.bytes(place)?;
        let mut found = Vec::new();
        for (place, line) in lines_at(&bytes, place) {
            if let Some((message, _)) = self.glance.mail(line, place) {
                let said = [message.program, message.pid, message.text].map(<[u8]>::to_vec);
                found.push(Line { at: message.at, host: message.host.to_vec(), said });
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

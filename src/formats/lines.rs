//! Blocks of lines in, classes out: finds the lines, takes them out of their envelopes, asks the format.

use super::envelope::{self, Envelope};
use super::scan::Scan;
use super::{Class, Message, Messages, Want, messages};
use crate::coverage::Coverage;
use crate::input::MAX_LINE;
use crate::issue::Reason;
use crate::submission::Place;
use crate::time::stamp::{self, Time, Yearless};
use crate::time::{Clock, Stamp, year::Years};

/// The byte order mark with which some editors begin a file.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// Where the lines of an input come from.
#[derive(Clone, Copy, Debug)]
pub enum Lines {
    /// Syslog: every line in its envelope, of any host and program; of one format only, if told so.
    Syslog(Option<&'static Messages>),
    /// A file that one program writes itself: each line begins with its stamp.
    OwnFile(&'static Messages),
}

/// Whole lines of an input.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The lines, each but perhaps the last with its line feed.
    pub bytes: &'a [u8],
    /// Where they begin.
    pub place: Place,
}

/// What is needed to make instants of stamps.
#[derive(Clone, Debug)]
pub struct Stamps<'y> {
    /// Zones.
    pub clock: Clock,
    /// Years of stamps without one.
    pub years: &'y Years,
    /// Later records than this are not believed.
    pub limit: i64,
    memo: Memo,
    day: DayMemo,
}

/// The day last read without its year, and when it began: finding the year of a stamp is the dear part of reading it.
#[derive(Clone, Copy, Debug, Default)]
struct DayMemo {
    month: u32,
    day: u32,
    wall: i64,
    /// First byte of the input at which the memory does not hold.
    until: u64,
}

/// The stamp last read: in a busy log the next line has the same one.
#[derive(Clone, Debug, Default)]
struct Memo {
    text: Vec<u8>,
    found: Found,
    /// First byte of the input at which the memory does not hold.
    until: u64,
}

/// A stamp that was read.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    at: i64,
    zoned: bool,
    len: usize,
}

impl<'y> Stamps<'y> {
    /// For one input.
    pub fn new(clock: Clock, years: &'y Years, limit: i64) -> Self {
        Self { clock, years, limit, memo: Memo::default(), day: DayMemo::default() }
    }

    /// The instant of the stamp at the beginning of a line, and the length of the stamp.
    fn read(&mut self, line: &[u8], offset: u64) -> Option<Found> {
        let memo = &self.memo;
        if offset < memo.until && !memo.text.is_empty() && line.starts_with(&memo.text) {
            return Some(memo.found);
        }
        let (time, rest) = stamp::time(line)?;
        let len = line.len().saturating_sub(rest.len());
        let (stamp, until) = match time {
            Time::Full(stamp) => (stamp, u64::MAX),
            Time::Yearless(stamp) => {
                let (wall, until) = self.wall_of(stamp, offset);
                (Stamp { wall, offset: None }, until)
            }
        };
        let found = Found { at: self.clock.instant(stamp), zoned: stamp.offset.is_some(), len };
        self.memo.text.clear();
        // With the blank behind it, so that it is the whole stamp.
        self.memo.text.extend_from_slice(line.get(..len.saturating_add(1))?);
        self.memo.found = found;
        self.memo.until = until;
        Some(found)
    }
}

impl Stamps<'_> {
    /// The wall seconds of a stamp without a year, and the first byte at which it may mean another year.
    fn wall_of(&mut self, stamp: Yearless, offset: u64) -> (i64, u64) {
        let DayMemo { month, day, wall, until } = self.day;
        if offset < until && (stamp.month, stamp.day) == (month, day) {
            return (wall.saturating_add(stamp.second), until);
        }
        let (reference, until) = self.years.reference(offset);
        let midnight = Yearless { second: 0, ..stamp };
        let wall = crate::time::year::resolve(midnight, reference);
        self.day = DayMemo { month: stamp.month, day: stamp.day, wall, until };
        (wall.saturating_add(stamp.second), until)
    }
}

/// Reads a block.
pub fn read<'a>(
    lines: Lines,
    block: Block<'a>,
    stamps: &mut Stamps<'_>,
    want: Want,
    coverage: &mut Coverage,
    out: &mut impl FnMut(Class<'a>),
) {
    let mut offset = block.place.offset;
    let mut rest = block.bytes;
    while !rest.is_empty() {
        let feed = memchr::memchr(b'\n', rest);
        let len = feed.unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        rest = behind.get(1..).unwrap_or_default();
        coverage.lines = coverage.lines.saturating_add(1);
        let place = Place { offset, ..block.place };
        offset = offset.saturating_add(u64::try_from(len).unwrap_or(u64::MAX)).saturating_add(1);
        match class_of(lines, line, place, stamps, want, coverage) {
            Class::Ignored(what) => coverage.ignore(what, want.every_line),
            Class::Issue(reason) => coverage.skip(reason, coverage.feeds.saturating_add(1)),
            class => {
                coverage.used = coverage.used.saturating_add(1);
                out(class);
            }
        }
        coverage.feeds = coverage.feeds.saturating_add(u64::from(feed.is_some()));
    }
}

fn class_of<'a>(
    lines: Lines,
    line: &'a [u8],
    place: Place,
    stamps: &mut Stamps<'_>,
    want: Want,
    coverage: &mut Coverage,
) -> Class<'a> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = if place.offset == 0 { line.strip_prefix(BOM).unwrap_or(line) } else { line };
    // Holes that copytruncate leaves are zeros in front of the next line.
    let zeros = line.iter().take_while(|byte| **byte == 0).count();
    let line = line.get(zeros..).unwrap_or_default();
    if line.is_empty() {
        return Class::Ignored("empty line");
    }
    if line.len() > MAX_LINE {
        return Class::Issue(Reason::Oversized);
    }
    let Some((message, format, zoned)) = unwrap(lines, line, place, stamps) else {
        return Class::Issue(match lines {
            Lines::Syslog(_) => Reason::NoEnvelope,
            Lines::OwnFile(_) => Reason::NoEximStamp,
        });
    };
    let Some(format) = format else {
        coverage.foreign = coverage.foreign.saturating_add(1);
        return Class::Ignored("line of another program");
    };
    if message.at > stamps.limit {
        return Class::Issue(Reason::Future);
    }
    coverage.see(message.at);
    coverage.zoned |= zoned;
    coverage.zoneless |= !zoned;
    if !want.every_line && !(format.matters)(&message, want) {
        return Class::Ignored("");
    }
    (format.read)(&message)
}

/// `message repeated 4 times: [ TEXT]`, as rsyslog and others write it with a reduction of repeated messages: the text, and
/// how often.
fn repeated(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut scan = Scan(text);
    scan.tag(b"message repeated ")?;
    let times = scan.number()?;
    scan.tag(b" times: [")?;
    let text = scan.0.strip_prefix(b" ").unwrap_or(scan.0);
    Some((times, text.strip_suffix(b"]")?))
}

/// Takes a line out of its envelope; the format that answers for it, and whether its stamp has a zone.
fn unwrap<'a>(
    lines: Lines,
    line: &'a [u8],
    place: Place,
    stamps: &mut Stamps<'_>,
) -> Option<(Message<'a>, Option<&'static Messages>, bool)> {
    let Found { at, zoned, len } = stamps.read(line, place.offset)?;
    let behind = line.get(len..)?;
    let message = |envelope: Envelope<'a>| {
        let Envelope { host, program, pid, text } = envelope;
        let (times, text) = repeated(text).unwrap_or((1, text));
        Message { at, place, host, program, pid, text, times }
    };
    match lines {
        Lines::OwnFile(format) => {
            let text = behind.strip_prefix(b" ")?;
            Some((message(Envelope { host: &[], program: &[], pid: &[], text }), Some(format), zoned))
        }
        Lines::Syslog(only) => {
            let envelope =
                if stamp::is_5424(line) { envelope::rest_5424(behind) } else { envelope::rest(behind) };
            let message = message(envelope?);
            let format = match only {
                Some(format) => Some(format).filter(|format| (format.program)(message.program)),
                None => messages().map(|(_, format)| format).find(|format| (format.program)(message.program)),
            };
            Some((message, format, zoned))
        }
    }
}

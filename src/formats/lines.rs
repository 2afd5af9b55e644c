//! Blocks of lines in, classes out: finds the lines, takes them out of their envelopes, asks the format.

use super::envelope::{self, Envelope};
use super::feeds::Feeds;
use super::scan::Scan;
use super::speakers::{Register, Speaker, Speakers, Tag};
use super::stamps::{Found, Stamps};
use super::{Class, Message, Messages, Program, Want};
use crate::coverage::Coverage;
use crate::event::Numbers;
use crate::input::MAX_LINE;
use crate::issue::Reason;
use crate::submission::Place;
use crate::time::stamp;
use std::sync::Arc;

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

/// Reads a block.
pub fn read<'a>(
    lines: Lines,
    block: Block<'a>,
    (stamps, speakers): (&mut Stamps<'_>, &mut Speakers),
    want: Want,
    coverage: &mut Coverage,
    out: &mut impl FnMut(&Class<'a>),
) {
    let mut feeds = Feeds::new(block.bytes);
    let mut start = 0;
    while start < block.bytes.len() {
        let feed = feeds.next();
        let end = feed.unwrap_or(block.bytes.len());
        let line = block.bytes.get(start..end).unwrap_or_default();
        coverage.lines = coverage.lines.saturating_add(1);
        let offset = block.place.offset.saturating_add(u64::try_from(start).unwrap_or(u64::MAX));
        let place = Place { offset, ..block.place };
        start = end.saturating_add(1);
        let class = class_of(lines, line, place, (stamps, speakers), want, coverage);
        match &class {
            Class::Ignored(what) => coverage.ignore(what, want.every_line),
            Class::Issue(reason) => coverage.skip(*reason, coverage.feeds.saturating_add(1)),
            Class::Event(_) | Class::Submission(_) => {
                coverage.used = coverage.used.saturating_add(1);
                out(&class);
            }
        }
        coverage.feeds = coverage.feeds.saturating_add(u64::from(feed.is_some()));
    }
}

fn class_of<'a>(
    lines: Lines,
    line: &'a [u8],
    place: Place,
    (stamps, speakers): (&mut Stamps<'_>, &mut Speakers),
    want: Want,
    coverage: &mut Coverage,
) -> Class<'a> {
    let line = content(line, place);
    if line.is_empty() {
        return Class::Ignored("empty line");
    }
    if line.len() > MAX_LINE {
        return Class::Issue(Reason::Oversized);
    }
    let Some(spoken) = unwrap(lines, line, place, stamps, speakers) else {
        return Class::Issue(match lines {
            Lines::Syslog(_) => Reason::NoEnvelope,
            Lines::OwnFile(_) => Reason::NoEximStamp,
        });
    };
    let Some((format, known)) = spoken.speaker.format else {
        coverage.foreign = coverage.foreign.saturating_add(1);
        return Class::Ignored("line of another program");
    };
    if spoken.at > stamps.limit {
        return Class::Issue(Reason::Future);
    }
    coverage.see(spoken.at);
    coverage.zoned |= spoken.zoned;
    coverage.zoneless |= !spoken.zoned;
    if known.is_idle && !want.every_line {
        return Class::Ignored("");
    }
    (format.read)(&spoken.message(place, known), want)
}

/// A line without what does not belong to it.
fn content(line: &[u8], place: Place) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = if place.offset == 0 { line.strip_prefix(BOM).unwrap_or(line) } else { line };
    // Holes that copytruncate leaves are zeros in front of the next line.
    let zeros = line.iter().take_while(|byte| **byte == 0).count();
    line.get(zeros..).unwrap_or_default()
}

/// A look at single lines of an input, wherever they stand.
#[derive(Debug)]
pub struct Glance<'y> {
    lines: Lines,
    stamps: Stamps<'y>,
    speakers: Speakers,
}

impl<'y> Glance<'y> {
    /// At lines of this kind.
    pub fn new(lines: Lines, stamps: Stamps<'y>) -> Self {
        Self { lines, stamps, speakers: speakers(lines, Arc::default()) }
    }

    /// The instant of a line, whatever wrote it.
    pub fn instant(&mut self, line: &[u8], place: Place) -> Option<i64> {
        self.stamps.read(content(line, place), place.offset).map(|found| found.at)
    }

    /// The message in a line, if a mail server wrote it and its stamp is believed; and whether the stamp has a zone.
    pub fn mail<'a>(&mut self, line: &'a [u8], place: Place) -> Option<(Message<'a>, bool)> {
        let line = content(line, place);
        let spoken = unwrap(self.lines, line, place, &mut self.stamps, &mut self.speakers)?;
        let (_, known) = spoken.speaker.format?;
        (spoken.at <= self.stamps.limit).then(|| (spoken.message(place, known), spoken.zoned))
    }
}

/// Those who may speak in these lines.
pub fn speakers(lines: Lines, register: Arc<Register>) -> Speakers {
    let only = match lines {
        Lines::Syslog(only) => only,
        Lines::OwnFile(_) => None,
    };
    Speakers::new(only, register)
}

/// `message repeated 4 times: [ TEXT]`, as rsyslog and others write it with a reduction of repeated messages: the text, and
/// how often.
fn repeated(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut scan = Scan(text);
    // Hardly any line begins with this letter.
    if text.first() != Some(&b'm') {
        return None;
    }
    scan.tag(b"message repeated ")?;
    let times = scan.number()?;
    scan.tag(b" times: [")?;
    let text = scan.0.strip_prefix(b" ").unwrap_or(scan.0);
    Some((times, text.strip_suffix(b"]")?))
}

/// A line out of its envelope.
struct Spoken<'a> {
    /// Seconds since 1970 (UTC).
    at: i64,
    /// Its stamp has a zone.
    zoned: bool,
    envelope: Envelope<'a>,
    speaker: Speaker,
}

impl<'a> Spoken<'a> {
    /// What the format reads.
    #[inline]
    fn message(&self, place: Place, known: Program) -> Message<'a> {
        let Envelope { host, program, pid, text } = self.envelope;
        let (times, text) = repeated(text).unwrap_or((1, text));
        Message { at: self.at, place, host, program, known, numbers: self.speaker.numbers, pid, text, times }
    }
}

/// Takes a line out of its envelope. In one piece with its caller: a call of its own would hand over 150 bytes a line.
#[inline(always)]
fn unwrap<'a>(
    lines: Lines,
    line: &'a [u8],
    place: Place,
    stamps: &mut Stamps<'_>,
    speakers: &mut Speakers,
) -> Option<Spoken<'a>> {
    let Found { at, zoned, len } = stamps.read(line, place.offset)?;
    let behind = line.get(len..)?;
    let (envelope, speaker) = match lines {
        Lines::OwnFile(format) => {
            let text = behind.strip_prefix(b" ")?;
            let format = Some((format, Program::default()));
            let speaker = Speaker { host: 0, format, numbers: Numbers::default() };
            (Envelope { host: &[], program: &[], pid: &[], text }, speaker)
        }
        Lines::Syslog(_) => spoken(line, behind, speakers)?,
    };
    Some(Spoken { at, zoned, envelope, speaker })
}

/// The envelope of a line of syslog, and who speaks.
#[inline(always)]
fn spoken<'a>(line: &'a [u8], behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    if line.first() == Some(&b'<') && stamp::is_5424(line) {
        return spoken_in_5424(behind, speakers);
    }
    if let Some(tag) = Tag::of(behind)
        && let Some(speaker) = speakers.known(tag)
        && let Some(envelope) = envelope::behind_tag(behind, tag.text.len(), speaker.host)
    {
        return Some((envelope, speaker));
    }
    spoken_anew(behind, speakers)
}

#[inline(never)]
fn spoken_in_5424<'a>(behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    let envelope = envelope::rest_5424(behind)?;
    let names = memchr::memchr_iter(b' ', behind).nth(2).and_then(|end| behind.get(1..end));
    // Without the blank before them: here `-` is no host.
    let tag = names.and_then(Tag::whole);
    let known = tag.and_then(|tag| speakers.known(tag));
    Some((envelope, known.unwrap_or_else(|| speakers.find(tag, envelope.host, envelope.program))))
}

/// A line without a program has no tag, and a host may have a colon in its name.
#[inline(never)]
fn spoken_anew<'a>(behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    let envelope = envelope::rest(behind)?;
    let len = envelope.host.len().saturating_add(envelope.program.len()).saturating_add(2);
    let names = behind.get(..len).filter(|_| !envelope.program.is_empty());
    let tag = names.and_then(Tag::whole);
    let known = tag.and_then(|tag| speakers.known(tag));
    Some((envelope, known.unwrap_or_else(|| speakers.find(tag, envelope.host, envelope.program))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;
    use crate::time::year::Years;

    /// Who wrote each line, by number, as one reader finds it who reads them all.
    fn numbers(lines: &[&str], register: &Arc<Register>) -> Vec<Numbers> {
        let years = Years::around(1_795_262_400);
        let mut stamps = Stamps::new(Clock::default(), &years, i64::MAX);
        let mut speakers = speakers(Lines::Syslog(None), Arc::clone(register));
        let mut read = |line: &&str| {
            let (line, place) = (line.as_bytes(), Place::default());
            unwrap(Lines::Syslog(None), line, place, &mut stamps, &mut speakers).unwrap().speaker.numbers
        };
        lines.iter().map(&mut read).collect()
    }

    #[test]
    fn the_same_names_have_the_same_numbers() {
        let lines = [
            "Nov  7 19:45:10 mx1 postfix/smtpd[12]: connect",
            "Nov  7 19:45:10 mx1 postfix/submission/smtpd[12]: connect",
            "<22>1 2026-11-07T19:45:10Z mx1 postfix/smtpd 12 - - connect",
            "<22>1 2026-11-07T19:45:10Z - postfix/smtpd 12 - - connect",
            "Nov  7 19:45:10 - postfix/smtpd[12]: connect",
            "Nov  7 19:45:10 2001:db8::1 postfix/smtpd[12]: connect",
            "Nov  7 19:45:10 mx1 mailout/smtpd[12]: connect",
        ];
        let register = Arc::default();
        let of = numbers(&lines, &register);
        assert_eq!(of[0], of[2]);
        assert_eq!((of[0].host, of[0].instance), (of[1].host, of[1].instance));
        assert_ne!(of[0].service, of[1].service);
        assert_eq!((of[6].host, of[6].instance == of[0].instance), (of[0].host, false));
        let hosts = [0, 3, 4, 5].map(|line: usize| of[line].host);
        assert!(hosts.iter().enumerate().all(|(at, host)| !hosts[..at].contains(host)), "{hosts:?}");
        // Again, and by another worker, and in another order.
        let twice: Vec<_> = lines.iter().chain(&lines).copied().rev().collect();
        let again = numbers(&twice, &register);
        assert!(again.iter().rev().eq(of.iter().chain(&of)));
    }
}

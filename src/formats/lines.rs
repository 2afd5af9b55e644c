//! Blocks of lines in, classes out: finds the lines, takes them out of their envelopes, asks the format.

use super::envelope::{self, Envelope};
use super::scan::Scan;
use super::speakers::{Speaker, Speakers, Tag};
use super::stamps::{Found, Stamps};
use super::{Class, Message, Messages, Program, Want};
use crate::coverage::Coverage;
use crate::input::MAX_LINE;
use crate::issue::Reason;
use crate::submission::Place;
use crate::time::stamp;

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
    stamps: &mut Stamps<'_>,
    want: Want,
    coverage: &mut Coverage,
    out: &mut impl FnMut(Class<'a>),
) {
    let mut offset = block.place.offset;
    let mut rest = block.bytes;
    let mut speakers = speakers(lines);
    while !rest.is_empty() {
        let feed = memchr::memchr(b'\n', rest);
        let len = feed.unwrap_or(rest.len());
        let (line, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        rest = behind.get(1..).unwrap_or_default();
        coverage.lines = coverage.lines.saturating_add(1);
        let place = Place { offset, ..block.place };
        offset = offset.saturating_add(u64::try_from(len).unwrap_or(u64::MAX)).saturating_add(1);
        match class_of(lines, line, place, (stamps, &mut speakers), want, coverage) {
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
    let Spoken { message, format: Some(format), zoned } = spoken else {
        coverage.foreign = coverage.foreign.saturating_add(1);
        return Class::Ignored("line of another program");
    };
    if message.at > stamps.limit {
        return Class::Issue(Reason::Future);
    }
    coverage.see(message.at);
    coverage.zoned |= zoned;
    coverage.zoneless |= !zoned;
    if !want.every_line && (message.known.is_idle || !(format.matters)(&message, want)) {
        return Class::Ignored("");
    }
    (format.read)(&message)
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
        Self { lines, stamps, speakers: speakers(lines) }
    }

    /// The instant of a line, whatever wrote it.
    pub fn instant(&mut self, line: &[u8], place: Place) -> Option<i64> {
        self.stamps.read(content(line, place), place.offset).map(|found| found.at)
    }

    /// The message in a line, if a mail server wrote it and its stamp is believed; and whether the stamp has a zone.
    pub fn mail<'a>(&mut self, line: &'a [u8], place: Place) -> Option<(Message<'a>, bool)> {
        let line = content(line, place);
        let Spoken { message, format, zoned } =
            unwrap(self.lines, line, place, &mut self.stamps, &mut self.speakers)?;
        (format.is_some() && message.at <= self.stamps.limit).then_some((message, zoned))
    }
}

fn speakers(lines: Lines) -> Speakers {
    Speakers::new(match lines {
        Lines::Syslog(only) => only,
        Lines::OwnFile(_) => None,
    })
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
    message: Message<'a>,
    /// The format that answers for it.
    format: Option<&'static Messages>,
    /// Its stamp has a zone.
    zoned: bool,
}

/// Takes a line out of its envelope.
fn unwrap<'a>(
    lines: Lines,
    line: &'a [u8],
    place: Place,
    stamps: &mut Stamps<'_>,
    speakers: &mut Speakers,
) -> Option<Spoken<'a>> {
    let Found { at, zoned, len } = stamps.read(line, place.offset)?;
    let behind = line.get(len..)?;
    let (envelope, format, known) = match lines {
        Lines::OwnFile(format) => {
            let text = behind.strip_prefix(b" ")?;
            let envelope = Envelope { host: &[], program: &[], pid: &[], text };
            (envelope, Some(format), Program::default())
        }
        Lines::Syslog(_) => {
            let (envelope, speaker) = spoken(line, behind, speakers)?;
            let (format, known) = speaker.format.unzip();
            (envelope, format, known.unwrap_or_default())
        }
    };
    let Envelope { host, program, pid, text } = envelope;
    let (times, text) = repeated(text).unwrap_or((1, text));
    Some(Spoken { message: Message { at, place, host, program, known, pid, text, times }, format, zoned })
}

/// The envelope of a line of syslog, and who speaks.
fn spoken<'a>(line: &'a [u8], behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    if stamp::is_5424(line) {
        let envelope = envelope::rest_5424(behind)?;
        return Some((envelope, speakers.find(None, envelope.host, envelope.program)));
    }
    let tag = Tag::of(behind);
    if let Some(tag) = tag
        && let Some(speaker) = speakers.known(tag)
        && let Some(envelope) = envelope::behind_tag(behind, tag.text.len(), speaker.host)
    {
        return Some((envelope, speaker));
    }
    let envelope = envelope::rest(behind)?;
    let len = envelope.host.len().saturating_add(envelope.program.len()).saturating_add(2);
    // A line without a program has no such tag, and a host may have a colon in its name.
    let tag = tag.filter(|tag| tag.text.len() == len && !envelope.program.is_empty());
    Some((envelope, speakers.find(tag, envelope.host, envelope.program)))
}

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
    out: &mut impl FnMut(&Message<'a>, &mut Class<'a>),
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
        match take(lines, line, place, (stamps, speakers), (want, coverage, out)) {
            Use::Used => coverage.used = coverage.used.saturating_add(1),
            Use::Ignored(what) => coverage.ignore(what, want.every_line),
            Use::Issue(reason) => coverage.skip(reason, coverage.feeds.saturating_add(1)),
        }
        coverage.feeds = coverage.feeds.saturating_add(u64::from(feed.is_some()));
    }
}

/// What became of a line.
enum Use {
    Used,
    Ignored(&'static str),
    Issue(Reason),
}

/// Takes what a line says. What is called for nearly every line is one piece with this: of 610 instructions that led a line to
/// its format, 250 were copies of what these pieces hand to each other, and copies that a processor waits for.
#[inline(always)]
fn take<'a>(
    lines: Lines,
    line: &'a [u8],
    place: Place,
    (stamps, speakers): (&mut Stamps<'_>, &mut Speakers),
    (want, coverage, out): (Want, &mut Coverage, &mut impl FnMut(&Message<'a>, &mut Class<'a>)),
) -> Use {
    let line = content(line, place);
    if line.is_empty() {
        return Use::Ignored("empty line");
    }
    if line.len() > MAX_LINE {
        return Use::Issue(Reason::Oversized);
    }
    let found = stamps.read(line, place.offset);
    let stamped = found.and_then(|found| Some((found, line.get(found.len..)?)));
    if let Some((found, behind)) = stamped {
        let heard = (place, found, stamps.limit);
        if let Some((envelope, speaker)) = spoken_by_known(line, behind, speakers) {
            return hear((envelope, speaker), heard, (want, coverage, out));
        }
        if let Some((envelope, speaker)) = spoken(line, behind, speakers) {
            return hear((envelope, &speaker), heard, (want, coverage, out));
        }
    }
    Use::Issue(match lines {
        Lines::Syslog(_) => Reason::NoEnvelope,
        Lines::OwnFile(_) => Reason::NoEximStamp,
    })
}

/// Hears who said something at a place and a time, which is to be believed up to a limit.
#[inline(always)]
fn hear<'a>(
    (envelope, speaker): (Envelope<'a>, &Speaker),
    (place, found, limit): (Place, Found, i64),
    (want, coverage, out): (Want, &mut Coverage, &mut impl FnMut(&Message<'a>, &mut Class<'a>)),
) -> Use {
    let Some((format, known)) = &speaker.format else {
        coverage.foreign = coverage.foreign.saturating_add(1);
        return Use::Ignored("line of another program");
    };
    if found.at > limit {
        return Use::Issue(Reason::Future);
    }
    coverage.see(found.at);
    coverage.zoned |= found.zoned;
    coverage.zoneless |= !found.zoned;
    if known.is_idle && !want.every_line {
        return Use::Ignored("");
    }
    let message = message(envelope, (place, found.at), (*known, speaker.numbers));
    let mut class = (format.read)(&message, want);
    match &mut class {
        Class::Ignored(what) => Use::Ignored(what),
        Class::Issue(reason) => Use::Issue(*reason),
        Class::Event(_) | Class::Submission(_) => {
            out(&message, &mut class);
            Use::Used
        }
    }
}

/// A line without what does not belong to it.
#[inline(always)]
fn content(line: &[u8], place: Place) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = if place.offset == 0 { line.strip_prefix(BOM).unwrap_or(line) } else { line };
    match line.first() {
        Some(0) => behind_zeros(line),
        _ => line,
    }
}

/// Holes that copytruncate leaves are zeros in front of the next line.
#[cold]
fn behind_zeros(line: &[u8]) -> &[u8] {
    let zeros = line.iter().take_while(|byte| **byte == 0).count();
    line.get(zeros..).unwrap_or_default()
}

/// A look at single lines of an input, wherever they stand.
#[derive(Debug)]
pub struct Glance<'y> {
    stamps: Stamps<'y>,
    speakers: Speakers,
}

impl<'y> Glance<'y> {
    /// At lines of this kind.
    pub fn new(lines: Lines, stamps: Stamps<'y>) -> Self {
        Self { stamps, speakers: speakers(lines, Arc::default()) }
    }

    /// The instant of a line, whatever wrote it.
    pub fn instant(&mut self, line: &[u8], place: Place) -> Option<i64> {
        self.stamps.read(content(line, place), place.offset).map(|found| found.at)
    }

    /// The message in a line, if a mail server wrote it and its stamp is believed; and whether the stamp has a zone.
    pub fn mail<'a>(&mut self, line: &'a [u8], place: Place) -> Option<(Message<'a>, bool)> {
        let line = content(line, place);
        let Found { at, zoned, len } = self.stamps.read(line, place.offset)?;
        let behind = line.get(len..)?;
        let known = spoken_by_known(line, behind, &self.speakers).map(|(envelope, known)| (envelope, *known));
        let (envelope, speaker) = known.or_else(|| spoken(line, behind, &mut self.speakers))?;
        let (_, known) = speaker.format?;
        (at <= self.stamps.limit).then(|| (message(envelope, (place, at), (known, speaker.numbers)), zoned))
    }
}

/// Those who may speak in these lines.
pub fn speakers(lines: Lines, register: Arc<Register>) -> Speakers {
    match lines {
        Lines::Syslog(only) => Speakers::new(only, register),
        Lines::OwnFile(format) => Speakers::alone(format),
    }
}

/// `message repeated 4 times: [ TEXT]`, as rsyslog and others write it with a reduction of repeated messages: the text, and
/// how often.
#[cold]
fn repeated(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut scan = Scan(text);
    scan.tag(b"message repeated ")?;
    let times = scan.number()?;
    scan.tag(b" times: [")?;
    let text = scan.0.strip_prefix(b" ").unwrap_or(scan.0);
    Some((times, text.strip_suffix(b"]")?))
}

/// What the format reads.
#[inline(always)]
fn message<'a>(
    Envelope { host, program, pid, text }: Envelope<'a>,
    (place, at): (Place, i64),
    (known, numbers): (Program, Numbers),
) -> Message<'a> {
    let (times, text) = match text.first() {
        // Hardly any line begins with this letter.
        Some(b'm') => repeated(text).unwrap_or((1, text)),
        _ => (1, text),
    };
    Message { at, place, host, program, known, numbers, pid, text, times }
}

/// What stands behind a stamp taken out of its envelope, and who speaks, if he is remembered: nearly always. [`spoken`] finds
/// the same.
#[inline(always)]
fn spoken_by_known<'a, 's>(
    line: &'a [u8],
    behind: &'a [u8],
    speakers: &'s Speakers,
) -> Option<(Envelope<'a>, &'s Speaker)> {
    if let Some(speaker) = &speakers.alone {
        return Some((alone(behind)?, speaker));
    }
    if line.first() == Some(&b'<') && stamp::is_5424(line) {
        return None;
    }
    let tag = Tag::of(behind)?;
    let speaker = speakers.known(tag)?;
    Some((envelope::behind_tag(behind, tag.text.len(), speaker.host)?, speaker))
}

/// A file of one program has nothing between stamp and text.
fn alone(behind: &[u8]) -> Option<Envelope<'_>> {
    Some(Envelope { host: &[], program: &[], pid: &[], text: behind.strip_prefix(b" ")? })
}

/// What stands behind a stamp taken out of its envelope, and who speaks.
#[inline(never)]
fn spoken<'a>(line: &'a [u8], behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    match speakers.alone {
        Some(speaker) => Some((alone(behind)?, speaker)),
        None if line.first() == Some(&b'<') && stamp::is_5424(line) => spoken_in_5424(behind, speakers),
        None => spoken_anew(behind, speakers),
    }
}

fn spoken_in_5424<'a>(behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    let envelope = envelope::rest_5424(behind)?;
    let names = memchr::memchr_iter(b' ', behind).nth(2).and_then(|end| behind.get(1..end));
    // Without the blank before them: here `-` is no host.
    let tag = names.and_then(Tag::whole);
    let known = tag.and_then(|tag| speakers.known(tag)).copied();
    Some((envelope, known.unwrap_or_else(|| speakers.find(tag, envelope.host, envelope.program))))
}

/// A line without a program has no tag, and a host may have a colon in its name.
fn spoken_anew<'a>(behind: &'a [u8], speakers: &mut Speakers) -> Option<(Envelope<'a>, Speaker)> {
    let envelope = envelope::rest(behind)?;
    let len = envelope.host.len().saturating_add(envelope.program.len()).saturating_add(2);
    let names = behind.get(..len).filter(|_| !envelope.program.is_empty());
    let tag = names.and_then(Tag::whole);
    let known = tag.and_then(|tag| speakers.known(tag)).copied();
    Some((envelope, known.unwrap_or_else(|| speakers.find(tag, envelope.host, envelope.program))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;
    use crate::time::year::Years;
    use proptest::prelude::*;

    /// Who wrote each line, by number, as one reader finds it who reads them all.
    fn numbers(lines: &[&str], register: &Arc<Register>) -> Vec<Numbers> {
        let years = Years::around(1_795_262_400);
        let mut stamps = Stamps::new(Clock::default(), &years, i64::MAX);
        let kind = Lines::Syslog(None);
        let mut speakers = speakers(kind, Arc::clone(register));
        let mut read = |line: &&str| {
            let (line, place) = (line.as_bytes(), Place::default());
            let mut numbers = Numbers::default();
            let mut out = |message: &Message<'_>, _: &mut Class<'_>| numbers = message.numbers;
            let mut coverage = Coverage::default();
            let want = Want { every_line: true, message_ids: true };
            let of = (want, &mut coverage, &mut out);
            assert!(
                matches!(take(kind, line, place, (&mut stamps, &mut speakers), of), Use::Used),
                "{line:?}"
            );
            numbers
        };
        lines.iter().map(&mut read).collect()
    }

    #[test]
    fn the_same_names_have_the_same_numbers() {
        let lines = [
            "Nov  7 19:45:10 mx1 postfix/smtpd[12]: connect from a[::1]",
            "Nov  7 19:45:10 mx1 postfix/submission/smtpd[12]: connect from a[::1]",
            "<22>1 2026-11-07T19:45:10Z mx1 postfix/smtpd 12 - - connect from a[::1]",
            "<22>1 2026-11-07T19:45:10Z - postfix/smtpd 12 - - connect from a[::1]",
            "Nov  7 19:45:10 - postfix/smtpd[12]: connect from a[::1]",
            "Nov  7 19:45:10 2001:db8::1 postfix/smtpd[12]: connect from a[::1]",
            "Nov  7 19:45:10 mx1 mailout/smtpd[12]: connect from a[::1]",
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

    /// What may stand behind a stamp.
    fn behind() -> impl Strategy<Value = String> {
        let host = prop::sample::select(vec!["mx1", "mail.contoso.example", "-", "", "2001:db8::1", "a[b"]);
        let program =
            prop::sample::select(vec!["postfix/smtpd", "postfix/submission/smtpd", "exim", "cron", ""]);
        let pid = prop::sample::select(vec!["[12]: ", "[12]:", ": ", ":", " ", "[1 2]: ", "[12", "[]: ", ""]);
        let text = prop::sample::select(vec!["connect from a[::1]", "", "message repeated 2 times: [ a]"]);
        (host, program, pid, text)
            .prop_map(|(host, program, pid, text)| format!(" {host} {program}{pid}{text}"))
    }

    proptest! {
        /// Who is remembered says what he would say without it.
        #[test]
        fn memory_changes_nothing(lines in prop::collection::vec(behind(), 1..40)) {
            let mut remembering = speakers(Lines::Syslog(None), Arc::default());
            for line in &lines {
                let behind = line.as_bytes();
                let same = |(envelope, speaker): (Envelope<'_>, &Speaker)| {
                    let known = speaker.format.map(|(_, known)| known);
                    format!("{envelope:?} {} {known:?} {:?}", speaker.host, speaker.numbers)
                };
                let known = spoken_by_known(behind, behind, &remembering).map(same);
                let read = spoken(behind, behind, &mut remembering).map(|(envelope, speaker)| same((envelope, &speaker)));
                prop_assert!(known.is_none() || known == read, "{}: {:?} {:?}", line, known, read);
            }
        }
    }
}

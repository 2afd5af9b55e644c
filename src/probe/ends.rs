//! What the beginning and the end of an input tell about all of it: how it begins, which time it covers, whose lines it holds.

use super::order::Pass;
use super::samples::Samples;
use super::{Probe, written};
use crate::coverage::Coverage;
use crate::formats::detect::{Detected, Reader};
use crate::formats::headed::MARK;
use crate::formats::lines::{BOM, Glance, Lines};
use crate::formats::stamps::Stamps;
use crate::input::platform;
use crate::submission::Place;
use crate::time::DAY;
use crate::time::year::Years;
use std::collections::BTreeSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

/// How many lines of a mail server are looked at for their hosts, at either end.
const LOOKED_AT: usize = 64;
/// Bytes of the end of a file that are looked at for a line of a mail server, one size after the other.
const TAILS: [u64; 3] = [16 << 10, 64 << 10, 256 << 10];

/// The two ends of an input.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Stands for its first line, or the first row of a table: a copy begins with the same one.
    pub begin: Option<u64>,
    /// The mail server's lines at its ends: their time, and whether their stamps have a zone.
    pub coverage: Coverage,
    /// There is one at its beginning.
    pub has_first: bool,
    /// The last of them; only of a file whose end was looked at, and `None` where that holds none.
    pub last: Option<i64>,
    /// Its lines are not in the order of time, as far as samples along a file tell: its ends tell nothing of what it covers.
    pub is_disordered: bool,
    /// Then, the stretches within which they are.
    pub passes: Vec<Pass>,
    /// The hosts that wrote them; none where lines do not say.
    pub hosts: BTreeSet<Box<[u8]>>,
    /// Those of them that turned up while reading.
    pub strangers: BTreeSet<Box<[u8]>>,
    /// When the file was last written to, seconds since 1970 (UTC).
    pub modified: Option<i64>,
    /// When what a compressed file holds was last written to, as its own header says; copies of the file keep that.
    pub packed_at: Option<i64>,
}

impl Ends {
    fn see(&mut self, host: &[u8], at: i64, zoned: bool) {
        self.coverage.see(at);
        self.coverage.zoned |= zoned;
        self.coverage.zoneless |= !zoned;
        self.see_host(host);
    }

    /// A mail server's line bears this name.
    pub(super) fn see_host(&mut self, host: &[u8]) {
        if !host.is_empty() && !self.hosts.contains(host) {
            self.hosts.insert(host.into());
        }
    }

    fn see_head(&mut self, head: &[u8], glance: &mut Glance<'_>) {
        let mail = lines_at(head, 0).filter_map(|(place, line)| glance.mail(line, place));
        for (message, zoned) in mail.take(LOOKED_AT) {
            self.see(message.host, message.at, zoned);
            self.has_first = true;
        }
    }

    /// Looks at so many bytes of the end of a file; returns whether there is a line of a mail server in them.
    fn see_tail(
        &mut self,
        file: &File,
        (len, look): (u64, u64),
        glance: &mut Glance<'_>,
    ) -> io::Result<bool> {
        let from = len.saturating_sub(look);
        let mut bytes = vec![0; usize::try_from(len.saturating_sub(from)).unwrap_or(0)];
        let read = platform::read_at(file, &mut bytes, from)?;
        bytes.truncate(read);
        let lines: Vec<(Place, &[u8])> = lines_at(&bytes, from).collect();
        let mail = lines.into_iter().rev().filter_map(|(place, line)| glance.mail(line, place));
        for (message, zoned) in mail.take(LOOKED_AT) {
            self.see(message.host, message.at, zoned);
            self.last = self.last.max(Some(message.at));
        }
        Ok(self.last.is_some())
    }
}

impl Probe<'_> {
    /// Looks at the beginning of an input.
    pub(super) fn beginning(&self, detected: &Detected, head: &[u8], years: &Years) -> Ends {
        let mut ends = Ends { begin: begin(detected, head), ..Ends::default() };
        if let Reader::Lines(kind) = detected.reader {
            ends.see_head(head, &mut self.glance(kind, years));
        }
        ends
    }

    /// Looks at a plain file: its beginning, its end, and, if it holds lines, its samples.
    pub(super) fn ends(
        &self,
        detected: &Detected,
        (head, years): (&[u8], &Years),
        file: &File,
        samples: Option<&Samples<'_>>,
    ) -> io::Result<Ends> {
        let begin = begin(detected, head);
        let mut ends = Ends { begin, modified: written(file), ..Ends::default() };
        if let (Reader::Lines(kind), Some(samples)) = (&detected.reader, samples) {
            let mut glance = self.glance(*kind, years);
            ends.see_head(head, &mut glance);
            for look in TAILS {
                if ends.see_tail(file, (samples.len, look), &mut glance)? || look >= samples.len {
                    break;
                }
            }
            ends.see_samples(file, samples, &mut glance)?;
        }
        Ok(ends)
    }

    fn glance<'y>(&self, kind: Lines, years: &'y Years) -> Glance<'y> {
        Glance::new(kind, Stamps::new(self.clock, years, self.now.saturating_add(DAY)))
    }
}

/// Stands for the first line, or for the first row behind a header.
fn begin(detected: &Detected, head: &[u8]) -> Option<u64> {
    let data = match &detected.reader {
        Reader::Lines(_) => 0,
        Reader::Table(table) => table.data,
        Reader::Headed(headed) => headed.data,
    };
    let rows = head.get(usize::try_from(data).ok()?..)?;
    let rows = rows.strip_prefix(BOM).unwrap_or(rows);
    // Logs of Exchange Server all begin with the same lines.
    let is_header = |line: &[u8]| matches!(detected.reader, Reader::Headed(_)) && line.first() == Some(&MARK);
    let rows = rows.split(|byte| *byte == b'\n');
    let line = rows.map(<[u8]>::trim_ascii_end).find(|line| !line.is_empty() && !is_header(line))?;
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    Some(hasher.finish())
}

/// The lines that begin in these bytes, which lie at `offset`, with their places.
pub fn lines_at(bytes: &[u8], offset: u64) -> impl Iterator<Item = (Place, &[u8])> {
    let behind = |line: &[u8]| memchr::memchr(b'\n', line).map(|feed| feed.saturating_add(1));
    // The first line is the end of another one, except at the beginning of the file.
    let mut start = if offset == 0 { 0 } else { behind(bytes).unwrap_or(bytes.len()) };
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let offset = offset.saturating_add(u64::try_from(start).unwrap_or(u64::MAX));
        let line = rest.get(..behind(rest).unwrap_or(rest.len()))?;
        start = start.saturating_add(line.len());
        Some((Place { input: 0, offset }, line.strip_suffix(b"\n").unwrap_or(line)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_behind_the_first_feed() {
        let found = |text: &'static str, offset: u64| -> Vec<(u64, &str)> {
            let lines = lines_at(text.as_bytes(), offset);
            lines.map(|(place, line)| (place.offset, std::str::from_utf8(line).unwrap())).collect()
        };
        assert_eq!(found("a\n\nbc\nd", 0), [(0, "a"), (2, ""), (3, "bc"), (6, "d")]);
        assert_eq!(found("a\n\nbc\n", 7), [(9, ""), (10, "bc")]);
        assert_eq!(found("a\n", 7), []);
        assert_eq!([found("abc", 7), found("", 0), found("", 7)], [const { Vec::new() }; 3]);
    }
}

//! A look into inputs that are compressed or no UTF-8: what they hold is recognised by its own beginning.
//!
//! Only the years of stamps without one take another way: the last line of such a file is not to be had without
//! decompressing all of it. So the years of its beginning are settled, and the walk over the others goes on from there as it
//! does in a pipe; but a limit is known that the last line of the file must keep.

use super::{Input, Overlap, Probe, first_time, whole_lines, written};
use crate::formats::detect::{Detected, Unknown, detect};
use crate::input::ahead::stamps_of;
use crate::input::compressed::{self, Container, Decoder};
use crate::input::stream::Stream;
use crate::input::{HEAD, Packed, Source, Unit};
use crate::time::DAY;
use crate::time::stamp::{Time, Yearless};
use crate::time::year::{Walk, Years};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// So many bytes tell whether a pipe is compressed.
const MAGIC: u64 = 8;
/// Bytes of a block when a file is read for its years alone.
const BLOCK: usize = 1 << 20;

/// The beginning of a stream, whole lines of it if it is longer.
pub(super) fn head(stream: &Stream) -> &[u8] {
    if stream.is_all() {
        return stream.head();
    }
    let whole = whole_lines(stream.head());
    // Where the stream is broken, a line without an end is half a line.
    if stream.wrong().is_some() && !whole.ends_with(b"\n") { &[] } else { whole }
}

/// What is to be said of a file that is not recognised, and that its name calls compressed. Nothing compressed is some bytes,
/// too: one without any is what a full disk left.
pub(super) fn misnamed(path: &Path, why: &Unknown) -> Option<Unknown> {
    let (container, _) = compressed::by_name(path)?;
    let is = if *why == Unknown::Empty { "is empty, and" } else { "is" };
    Some(Unknown::Damaged(format!("{is} no {}, although its name says so", container.name)))
}

impl Probe<'_> {
    /// A pipe, decompressed if need be.
    pub(super) fn unpacked(
        &self,
        mut reader: Box<dyn Read + Send>,
    ) -> io::Result<(Stream, Option<&'static Container>)> {
        let mut begin = Vec::new();
        reader.by_ref().take(MAGIC).read_to_end(&mut begin)?;
        let container = compressed::container(&begin);
        let reader = Cursor::new(begin).chain(reader);
        let stream = match container {
            None => Stream::open(Box::new(reader), HEAD),
            Some(container) => {
                let decoder = Decoder::new(container, reader, self.max_ratio);
                let consumed = decoder.consumed();
                Stream::open_counted(Box::new(decoder), consumed, HEAD)
            }
        };
        Ok((stream, container))
    }

    /// What a stream is.
    pub(super) fn recognised(
        &self,
        stream: &Stream,
        container: Option<&'static Container>,
    ) -> Result<Detected, Unknown> {
        match (detect(head(stream), self.told()), stream.wrong()) {
            (Ok(mut detected), _) => {
                if let Some(container) = container {
                    detected.why = format!("{}; compressed ({})", detected.why, container.name);
                }
                if let Some(encoding) = stream.encoding() {
                    detected.why = format!("{}; {}", detected.why, encoding.name());
                }
                Ok(detected)
            }
            (Err(_), Some(wrong)) => {
                Err(Unknown::Damaged(format!("nothing in it can be recognised: {wrong}")))
            }
            (Err(why), None) => Err(why),
        }
    }

    /// A file that is compressed or no UTF-8. `modified`: when its content was last written, if it says so itself.
    pub(super) fn packed(
        &self,
        shown: &str,
        file: &File,
        packed: Packed,
        modified: Option<i64>,
    ) -> io::Result<Result<Input, Unknown>> {
        let mut stream = packed.stream(file.try_clone()?);
        let detected = match self.recognised(&stream, packed.container) {
            Ok(detected) => detected,
            Err(why) => return Ok(Err(why)),
        };
        // A copy: to find the years of all, the stream is read to its end.
        let begin = head(&stream).to_vec();
        let first = first_time(&detected, &begin);
        let limit = self.end_of(file, packed.located.path.as_deref());
        let (years, walk) = match (first, self.log_year) {
            (Some(Time::Yearless(_)), Some(year)) => (ending_in(year, &mut stream, limit), None),
            (Some(Time::Yearless(stamp)), None) => {
                let years = beginning_in(&begin, limit, modified);
                let last = (stamp, years.reference(0).0);
                (years, Some(Walk { last, limit }))
            }
            (Some(Time::Full(stamp)), _) => (Years::around(stamp.wall), None),
            (None, _) => (Years::around(self.now), None),
        };
        let assumed_years = years.span().filter(|_| matches!(first, Some(Time::Yearless(_))));
        let first = first.map(|time| self.instant(time, &years));
        let mut ends = self.beginning(&detected, &begin, &years);
        (ends.modified, ends.packed_at) = (written(file), modified);
        let source = Source::Packed(packed);
        Ok(Ok(Input {
            name: shown.to_owned(),
            named: true,
            detected,
            years,
            assumed_years,
            walk,
            first,
            source,
            ends,
            period: None,
            overlap: Overlap::default(),
            outside: None,
        }))
    }
}

/// The years of the beginning of a file that was written until `limit` at the latest. `modified`: when it was, if the file
/// itself says so.
fn beginning_in(head: &[u8], limit: i64, modified: Option<i64>) -> Years {
    let stamps = days(stamps_of(head, 0));
    let years = Years::of_file(&stamps, limit);
    // A file that was copied is younger than what it holds. A month, because that is said of its first member only, and
    // the beginning may hold some of the next.
    let copied =
        modified.filter(|at| years.reference(u64::MAX).0 > at.saturating_add(DAY.saturating_mul(31)));
    copied.map_or(years, |at| Years::of_file(&stamps, at.saturating_add(DAY)))
}

/// The years of a file that ends in this one: all of it is decompressed to find them.
fn ending_in(year: i32, stream: &mut Stream, limit: i64) -> Years {
    let mut stamps = Vec::new();
    // Where the stream breaks, its stamps end.
    while let Ok(Some(block)) = stream.next(Unit::Lines, BLOCK) {
        stamps.extend(days(stamps_of(block.bytes.bytes(), block.offset)));
    }
    let told = stamps.last().and_then(|(_, last)| last.in_year(year));
    Years::of_file(&stamps, told.unwrap_or(limit))
}

/// The stamps at which the day changes.
pub(super) fn days(stamps: impl Iterator<Item = (u64, Yearless)>) -> Vec<(u64, Yearless)> {
    let mut days: Vec<_> = stamps.collect();
    days.dedup_by_key(|(_, stamp)| (stamp.month, stamp.day));
    days
}

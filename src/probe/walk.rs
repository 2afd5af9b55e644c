//! In which years the lines of a plain file are: its stamps are looked at, all of a small file, at fixed distances of a large
//! one.

use super::ends::lines_at;
use super::packed::days;
use super::samples::Samples;
use super::{Probe, written};
use crate::input::ahead::stamps_of;
use crate::input::{compressed, platform};
use crate::time::DAY;
use crate::time::stamp::{self, Time, Yearless, yearless};
use crate::time::year::Years;
use std::fs::File;
use std::io;
use std::path::Path;

/// Up to this size every line of a file is an anchor of the year.
const WALKED_WHOLE: u64 = 1 << 20;
/// Anchors in a larger file.
const ANCHORS: u64 = 512;
/// And the least distance between them: more would be reading all of it.
const APART: u64 = 128 << 10;
/// Bytes in which a whole line is looked for.
const LINE: usize = 16 << 10;

impl Probe<'_> {
    /// The years of a file whose first stamp is this one, and the first and the last of those that had to be assumed.
    pub(super) fn years(
        &self,
        first: Option<Time>,
        (file, path): (&File, Option<&Path>),
        samples: Option<&Samples<'_>>,
    ) -> io::Result<(Years, Option<(i32, i32)>)> {
        Ok(match (first, samples) {
            (Some(Time::Yearless(_)), Some(samples)) => {
                let years = self.walk(file, samples, path)?;
                let assumed = years.span();
                (years, assumed)
            }
            (Some(Time::Full(stamp)), _) => (Years::around(stamp.wall), None),
            _ => (Years::around(self.now), None),
        })
    }

    /// Finds the years of a file.
    fn walk(&self, file: &File, samples: &Samples<'_>, path: Option<&Path>) -> io::Result<Years> {
        let len = samples.len;
        let stamps = match samples.whole() {
            Some(bytes) => days(stamps_of(bytes, 0)),
            None if len <= WALKED_WHOLE => {
                let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
                let read = platform::read_at(file, &mut bytes, 0)?;
                days(stamps_of(bytes.get(..read).unwrap_or_default(), 0))
            }
            None => at_distances(file, samples)?,
        };
        let limit = self.end_of(file, path);
        let told = self.log_year.zip(stamps.last()).and_then(|(year, (_, last))| last.in_year(year));
        Ok(Years::of_file(&stamps, told.unwrap_or(limit)))
    }

    /// The latest wall time that the last stamp of a file can have: a day after the date in its name (`-20261121`, as
    /// logrotate's `dateext` writes it), else after the file's own time, never after a day from now.
    pub(super) fn end_of(&self, file: &File, path: Option<&Path>) -> i64 {
        let latest = self.now.saturating_add(DAY);
        if let Some(date) = path.and_then(date_in_name) {
            return date.saturating_add(DAY.saturating_mul(2)).min(latest);
        }
        written(file).map_or(latest, |seconds| seconds.saturating_add(DAY).min(latest))
    }
}

/// `mail.log-20261121`, `mail-2026-11-21.log.gz`: midnight of that day.
pub(super) fn date_in_name(path: &Path) -> Option<i64> {
    let unpacked = compressed::by_name(path).map(|(_, name)| name);
    let name = unpacked.as_deref().unwrap_or(path).file_name()?.as_encoded_bytes();
    let digits: Vec<u8> = name.iter().copied().filter(u8::is_ascii_digit).collect();
    let has_date = |text: &[u8]| -> Option<i64> {
        let number = |range: std::ops::Range<usize>| -> Option<u32> {
            std::str::from_utf8(text.get(range)?).ok()?.parse().ok()
        };
        let year = i32::try_from(number(0..4)?).ok().filter(|year| (1990..=2100).contains(year))?;
        Some(stamp::days(year, number(4..6)?, number(6..8)?)?.saturating_mul(DAY))
    };
    if digits.len() == 8 { has_date(&digits) } else { None }
}

/// The stamps of the first whole lines at fixed distances of a large file, and of its last line.
fn at_distances(file: &File, samples: &Samples<'_>) -> io::Result<Vec<(u64, Yearless)>> {
    let len = samples.len;
    let mut buffer = vec![0; LINE];
    let mut look = |place: u64, piece: &[u8]| -> io::Result<Option<(u64, Yearless)>> {
        let mut found = stamps_in(piece, place).next();
        // Nearly always the first piece holds a whole line.
        for size in [2 << 10, LINE] {
            if found.is_none() {
                let read = platform::read_at(file, buffer.get_mut(..size).unwrap_or_default(), place)?;
                found = stamps_in(buffer.get(..read).unwrap_or_default(), place).next();
            }
        }
        Ok(found)
    };
    let mut stamps = Vec::new();
    let step = len.div_ceil(ANCHORS).max(APART);
    if samples.step <= step {
        for (place, piece) in samples.pieces() {
            stamps.extend(look(place, piece)?);
        }
    } else {
        for place in (0..len).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
            stamps.extend(look(place, &[])?);
        }
    }
    let end = samples.pieces().last();
    let last = end.and_then(|(place, piece)| stamps_in(piece, place).last());
    stamps.extend(match last {
        Some(last) => Some(last),
        None => {
            let tail = len.saturating_sub(u64::try_from(LINE).unwrap_or(0));
            let read = platform::read_at(file, &mut buffer, tail)?;
            stamps_in(buffer.get(..read).unwrap_or_default(), tail).last()
        }
    });
    stamps.dedup_by_key(|(place, _)| *place);
    Ok(stamps)
}

/// The stamps of the lines that begin in these bytes, which lie at `offset`, with their places.
fn stamps_in(bytes: &[u8], offset: u64) -> impl Iterator<Item = (u64, Yearless)> {
    lines_at(bytes, offset).filter_map(|(place, line)| Some((place.offset, yearless(line)?)))
}

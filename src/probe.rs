//! A look at every input before anything is parsed: what it is, when it begins, in which years.

mod copies;
mod ends;
mod input;
mod lookup;
mod open;
mod order;
mod overlap;
mod packed;
mod series;
mod strangers;

pub use ends::Ends;
pub use input::{Input, PassedOver};
pub use order::Pass;
pub use overlap::Overlap;
pub use series::Series;
pub use strangers::{Found as FoundServers, Strangers, learn};

use crate::error::{Error, name, why_passed_over};
use crate::formats::Format;
use crate::formats::detect::{Detected, Reader, Told, Unknown, detect};
use crate::formats::lines::BOM;
use crate::formats::mapping::Mapping;
use crate::input::compressed;
use crate::input::encoding::encoding;
use crate::input::find::Found;
use crate::input::objects;
use crate::input::platform::Identity;
use crate::input::{HEAD, Located, Packed, Source, Unit, became_shorter, platform};
use crate::time::stamp::{self, Time, Yearless, yearless};
use crate::time::year::{self, Walk, Years};
use crate::time::{Clock, DAY};
use input::unit_of;
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Up to this size every line of a file is an anchor of the year.
const WALKED_WHOLE: u64 = 1 << 20;
/// Anchors in a larger file.
const ANCHORS: u64 = 512;
/// And the least distance between them: more would be reading all of it.
const APART: u64 = 64 << 10;

/// What the probe is told.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'p> {
    /// `--input-format`.
    pub forced: Option<&'static Format>,
    /// `--log-year`: the year in which each file ends (a pipe: begins).
    pub log_year: Option<i32>,
    /// Zones.
    pub clock: Clock,
    /// Now, seconds since 1970 (UTC).
    pub now: i64,
    /// `--max-ratio`: how many times its size a compressed input may be; 0 for no limit.
    pub max_ratio: u64,
    /// `--keep-duplicates`: what is in two inputs counts twice.
    pub keep_duplicates: bool,
    /// `--columns`: which column of a table holds what.
    pub columns: &'p Mapping,
    /// A folder for copies of pipes: they are to be read twice.
    pub spool: Option<&'p Path>,
}

/// Opens and recognises everything that was found. The same file under two names is read once.
pub fn probe(found: Vec<Found>, probe: &Probe<'_>) -> Result<(Vec<Input>, Vec<PassedOver>), Error> {
    let mut inputs = Vec::new();
    let mut passed = Vec::new();
    let mut known = HashSet::new();
    let several = found.len() > 1;
    for one in found {
        match one {
            Found::Stdin => {
                let input = probe.stdin()?;
                let is_new = input.identity().is_none_or(|identity| known.insert(identity.clone()));
                if is_new {
                    inputs.push(input);
                } else {
                    passed.push(PassedOver::same(input.name));
                }
            }
            Found::File { path, named } => match probe.file(&path, named, several, &mut known) {
                Ok(Ok(input)) => inputs.push(input),
                Ok(Err(over)) => passed.push(over),
                // One file of many that cannot be read does not keep the others from being counted.
                Err(Error::Io { name, error }) if several => {
                    passed.push(PassedOver { name, why: error.to_string(), is_loss: true });
                }
                // It was there when it was found.
                Err(Error::Missing(path)) if several => passed.push(PassedOver::closed(&path, "is gone")),
                Err(error) => return Err(error),
            },
            Found::Closed { path, why } => passed.push(PassedOver::closed(&path, &why)),
        }
    }
    inputs.sort_by(|a: &Input, b| (a.first, &a.name).cmp(&(b.first, &b.name)));
    if !probe.keep_duplicates {
        copies::pass_over(&mut inputs, &mut passed);
    }
    overlap::settle(&mut inputs, probe);
    Ok((inputs, passed))
}

impl Probe<'_> {
    /// What the user says of all inputs.
    fn told(&self) -> Told<'_> {
        Told { format: self.forced, columns: self.columns }
    }

    fn stdin(&self) -> Result<Input, Error> {
        let name = "<stdin>".to_owned();
        let failed = |error| Error::Io { name: "<stdin>".to_owned(), error };
        let recognised = match platform::stdin_handle() {
            Some(file) if file.metadata().is_ok_and(|metadata| metadata.is_file()) => {
                self.open(&name, &file, None)
            }
            Some(file) if platform::is_device(&file) => device(file).map(Err),
            _ => self.stream(&name, Box::new(io::stdin())),
        };
        recognised.map_err(failed)?.map_err(|why| Error::Unrecognised { name, why })
    }

    /// A pipe: its end is not known, so its years are counted from its beginning.
    fn stream(
        &self,
        shown: &str,
        mut reader: Box<dyn io::Read + Send>,
    ) -> io::Result<Result<Input, Unknown>> {
        if let Some(folder) = self.spool {
            let why = format!("it is read twice, and cannot be copied to {}", name(folder));
            let told = |error: io::Error| io::Error::new(error.kind(), format!("{why}: {error}"));
            let (file, path) = copied(&mut reader, folder).map_err(told)?;
            return self.open(shown, &file, Some(&path));
        }
        let (mut stream, container) = self.unpacked(reader)?;
        let head = packed::head(&stream);
        let detected = match self.recognised(&stream, container) {
            Ok(detected) => detected,
            Err(why) => return Ok(Err(why)),
        };
        let first = first_time(&detected, head);
        let limit = self.now.saturating_add(DAY);
        let walk = match first {
            Some(Time::Yearless(stamp)) => {
                let told = self.log_year.and_then(|year| stamp.in_year(year));
                let wall = told.unwrap_or_else(|| year::latest_before(stamp, limit));
                Some(Walk { last: (stamp, wall), limit })
            }
            _ => None,
        };
        let years = Years::around(walk.map_or(limit, |walk| walk.last.1));
        let assumed_years = walk.and_then(|_| years.span());
        let ends = self.beginning(&detected, head, &years);
        if let Unit::Records { data, .. } = unit_of(&detected.reader) {
            stream.skip(data);
        }
        let first = first.map(|time| self.instant(time, &years));
        let source = Source::Stream(std::sync::Mutex::new(stream));
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

    fn file(
        &self,
        path: &Path,
        named: bool,
        several: bool,
        known: &mut HashSet<Identity>,
    ) -> Result<Result<Input, PassedOver>, Error> {
        let shown = name(path);
        let over = |why: String, is_loss| Ok(Err(PassedOver { name: shown.clone(), why, is_loss }));
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        let metadata = file.metadata().map_err(|error| Error::io(path, error))?;
        if !metadata.is_file() {
            // A named pipe (`<(...)`).
            let recognised = match platform::is_device(&file) {
                true => device(file).map(Err),
                false => self.stream(&shown, Box::new(file)),
            };
            let recognised = recognised.map_err(|error| Error::io(path, error))?;
            return recognised.map(Ok).map_err(|why| Error::Unrecognised { name: shown, why });
        }
        let identity = platform::identity(path, &metadata);
        if !known.insert(identity) {
            return Ok(Err(PassedOver::same(shown)));
        }
        match self.open(&shown, &file, Some(path)).map_err(|error| Error::io(path, error))? {
            Ok(input) => Ok(Ok(Input { named, ..input })),
            Err(Unknown::Empty) if several => over("is empty".to_owned(), false),
            // Broken before anything of it could be read: the others count all the same.
            Err(why @ Unknown::Damaged(_)) if several => {
                over(why_passed_over(&why), named || looks_like_mail(path))
            }
            Err(why) if named => Err(Error::Unrecognised { name: shown, why }),
            Err(why) => {
                let is_zip = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
                let is_loss = match why {
                    Unknown::LogHeader(_) | Unknown::Tracking(_) => true,
                    Unknown::Compressed(_) | Unknown::Damaged(_) | Unknown::Archive => looks_like_mail(path),
                    _ => is_zip && looks_like_mail(path),
                };
                over(why_passed_over(&why), is_loss)
            }
        }
    }

    fn open(&self, shown: &str, file: &File, path: Option<&Path>) -> io::Result<Result<Input, Unknown>> {
        let len = file.metadata()?.len();
        let (head, has_zero, whole) = head_of(file, len)?;
        let identity = Some(platform::identity(path.unwrap_or(Path::new("<stdin>")), &file.metadata()?));
        let located = Located { path: path.map(Path::to_owned), len, identity, has_zero };
        let container = compressed::container(&head);
        if container.is_some() || encoding(&head).is_some() || objects::begins(&head) {
            let packed = Packed { located, container, max_ratio: self.max_ratio };
            return self.packed(shown, file, packed, compressed::modified(&head));
        }
        let head = if whole { head.as_slice() } else { whole_lines(&head) };
        let detected = match detect(head, self.told()) {
            Ok(detected) => detected,
            Err(why) => {
                return Ok(Err(path.and_then(|path| packed::misnamed(path, &why)).unwrap_or(why)));
            }
        };
        let first = first_time(&detected, head);
        let mut assumed_years = None;
        let years = match first {
            Some(Time::Yearless(_)) => {
                let years = self.walk(file, len, path)?;
                assumed_years = years.span();
                years
            }
            Some(Time::Full(stamp)) => Years::around(stamp.wall),
            None => Years::around(self.now),
        };
        let first = first.map(|time| self.instant(time, &years));
        let ends = Ends { modified: written(file), ..self.beginning(&detected, head, &years) };
        let mut input = Input {
            name: shown.to_owned(),
            named: true,
            detected,
            years,
            assumed_years,
            walk: None,
            first,
            source: Source::File(located),
            ends,
            period: None,
            overlap: Overlap::default(),
            outside: None,
        };
        self.end(&mut input, file, len)?;
        Ok(Ok(input))
    }

    fn instant(&self, time: Time, years: &Years) -> i64 {
        match time {
            Time::Full(stamp) => self.clock.instant(stamp),
            Time::Yearless(stamp) => {
                let wall = year::resolve(stamp, years.reference(0).0);
                self.clock.instant(stamp::Stamp { wall, offset: None })
            }
        }
    }

    /// Finds the years of a file: reads its stamps, all of a small file, at fixed distances of a large one.
    fn walk(&self, file: &File, len: u64, path: Option<&Path>) -> io::Result<Years> {
        let stamps = if len <= WALKED_WHOLE { every_line(file, len)? } else { at_distances(file, len)? };
        let limit = self.end_of(file, path);
        let told = self.log_year.zip(stamps.last()).and_then(|(year, (_, last))| last.in_year(year));
        Ok(Years::of_file(&stamps, told.unwrap_or(limit)))
    }

    /// The latest wall time that the last stamp of a file can have: a day after the date in its name (`-20261121`, as
    /// logrotate's `dateext` writes it), else after the file's own time, never after a day from now.
    fn end_of(&self, file: &File, path: Option<&Path>) -> i64 {
        let latest = self.now.saturating_add(DAY);
        if let Some(date) = path.and_then(date_in_name) {
            return date.saturating_add(DAY.saturating_mul(2)).min(latest);
        }
        written(file).map_or(latest, |seconds| seconds.saturating_add(DAY).min(latest))
    }
}

/// A copy of a stream in a folder.
fn copied(reader: &mut dyn io::Read, folder: &Path) -> io::Result<(File, PathBuf)> {
    let (mut file, path) = tempfile::NamedTempFile::new_in(folder)?.keep().map_err(|error| error.error)?;
    io::copy(reader, &mut file)?;
    Ok((file, path))
}

/// What a device is to somebody who looks for logs: nothing (`/dev/null`), or without an end (`/dev/zero`).
fn device(mut device: impl io::Read) -> io::Result<Unknown> {
    match device.read(&mut [0])? {
        0 => Ok(Unknown::Empty),
        _ => Err(io::Error::other("is a device, which has no end; a file or a pipe has one")),
    }
}

/// When a file was last written to, seconds since 1970 (UTC).
fn written(file: &File) -> Option<i64> {
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok()?;
    i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Whether the name is one that mail logs have: what is broken cannot be recognised by what it holds.
fn looks_like_mail(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    ["mail", "exim", "postfix", "syslog", "messages", "recv20", "send20", "msgtrk"]
        .iter()
        .any(|word| name.contains(word))
}

/// The beginning of a file, behind the zeros that copytruncate may have left in front of it; whether there is one, and whether
/// that is all of the file.
fn head_of(file: &File, len: u64) -> io::Result<(Vec<u8>, bool, bool)> {
    let mut head = vec![0; HEAD];
    let mut offset = 0_u64;
    loop {
        let read = platform::read_at(file, &mut head, offset)?;
        offset = offset.saturating_add(u64::try_from(read).unwrap_or(0));
        let is_hole = head.iter().take(read).all(|byte| *byte == 0);
        if read < HEAD && offset < len {
            return Err(became_shorter());
        }
        if !is_hole || read < HEAD {
            head.truncate(read);
            let has_zero = offset > u64::try_from(read).unwrap_or(0) || head.first() == Some(&0);
            return Ok((head, has_zero, offset >= len));
        }
    }
}

/// Everything up to the last line feed, if there is one.
fn whole_lines(head: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', head).map_or(head.len(), |at| at.saturating_add(1));
    head.get(..end).unwrap_or(head)
}

/// The time of the first line that has one.
fn first_time(detected: &Detected, head: &[u8]) -> Option<Time> {
    match &detected.reader {
        Reader::Lines(_) => head
            .strip_prefix(BOM)
            .unwrap_or(head)
            .split(|byte| *byte == b'\n')
            .find_map(|line| Some(stamp::time(line)?.0)),
        // Rows need not be in order, and no row waits for another.
        Reader::Table(_) => None,
        Reader::Headed(headed) => {
            let rows = usize::try_from(headed.data).ok().and_then(|data| head.get(data..));
            rows.and_then(|rows| headed.first_time(rows)).map(Time::Full)
        }
    }
}

/// `mail.log-20261121`, `mail-2026-11-21.log.gz`: midnight of that day.
fn date_in_name(path: &Path) -> Option<i64> {
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

/// The stamps of a small file, where the day changes.
fn every_line(file: &File, len: u64) -> io::Result<Vec<(u64, Yearless)>> {
    let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
    let read = platform::read_at(file, &mut bytes, 0)?;
    bytes.truncate(read);
    let mut stamps: Vec<(u64, Yearless)> = Vec::new();
    let mut place = 0_u64;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(stamp) = yearless(line) {
            let is_same_day =
                |(_, last): &&(u64, Yearless)| (last.month, last.day) == (stamp.month, stamp.day);
            match stamps.last().filter(is_same_day) {
                Some(_) => {}
                None => stamps.push((place, stamp)),
            }
        }
        place = place.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
    }
    Ok(stamps)
}

/// The stamps of the first whole lines at fixed distances of a large file, and of its last line.
fn at_distances(file: &File, len: u64) -> io::Result<Vec<(u64, Yearless)>> {
    let mut buffer = vec![0; 16 << 10];
    let mut stamps = Vec::new();
    let step = usize::try_from(len.div_ceil(ANCHORS).max(APART)).unwrap_or(usize::MAX);
    for offset in (0..len).step_by(step.max(1)) {
        // Nearly always the first piece holds a whole line.
        for look in [2 << 10, buffer.len()] {
            let read = platform::read_at(file, buffer.get_mut(..look).unwrap_or_default(), offset)?;
            let stamp = stamps_in(buffer.get(..read).unwrap_or_default(), offset).next();
            let is_found = stamp.is_some();
            stamps.extend(stamp);
            if is_found {
                break;
            }
        }
    }
    let tail = len.saturating_sub(u64::try_from(buffer.len()).unwrap_or(0));
    let read = platform::read_at(file, &mut buffer, tail)?;
    stamps.extend(stamps_in(buffer.get(..read).unwrap_or_default(), tail).last());
    stamps.dedup_by_key(|(place, _)| *place);
    Ok(stamps)
}

/// The stamps of the lines that begin in these bytes, which lie at `offset`, with their places.
fn stamps_in(bytes: &[u8], offset: u64) -> impl Iterator<Item = (u64, Yearless)> {
    let mut place = offset;
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').enumerate();
    lines.filter_map(move |(index, line)| {
        let start = place;
        place = place.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        // The first line is the end of another one, except at the beginning of the file.
        (index > 0 || offset == 0).then(|| yearless(line).map(|stamp| (start, stamp))).flatten()
    })
}

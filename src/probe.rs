//! A look at every input before anything is parsed: what it is, when it begins, in which years.

mod copies;
mod ends;
mod input;
mod lookup;
mod open;
mod order;
mod overlap;
mod packed;
mod samples;
mod series;
mod strangers;
mod walk;

pub use ends::Ends;
pub use input::{Input, PassedOver};
pub use order::Pass;
pub use overlap::Overlap;
pub use series::Series;
pub use strangers::{Found as FoundServers, Strangers, learn};

use crate::error::{Error, name, why_passed_over};
use crate::formats::Format;
use crate::formats::detect::{Detected, Reader, SYSLOG, Told, Unknown, detect};
use crate::formats::lines::BOM;
use crate::formats::mapping::Mapping;
use crate::input::compressed::{self, Container};
use crate::input::encoding::encoding;
use crate::input::find::Found;
use crate::input::objects;
use crate::input::platform::Identity;
use crate::input::{HEAD, Located, Packed, Source, Unit, became_shorter, platform};
use crate::time::stamp::{self, Time};
use crate::time::year::{self, Walk, Years};
use crate::time::{Clock, DAY};
use input::unit_of;
use rayon::prelude::*;
use samples::Samples;
use std::collections::HashSet;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// How much of the beginning of a file is looked at, at first: nearly always it shows of which mail server it is, and a folder
/// has many.
const LOOK: usize = 16 << 10;

/// Room for what is read of a file, kept from one to the next: fresh memory costs more than reading into it.
#[derive(Debug, Default)]
struct Room {
    head: Vec<u8>,
    pieces: Vec<u8>,
}

/// What stands for the name of standard input.
const STDIN: &str = "<stdin>";

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

/// How many files are looked at before what was found out about them is put beside the others: by all threads, and in a folder
/// of which a few files are read this is most of the time.
const AT_ONCE: usize = 256;

/// What a file is.
enum What {
    /// Compressed, UTF-16 or JSON: read from its beginning to its end.
    Packed(Option<&'static Container>),
    /// Anything else, if it is known.
    Plain(Result<Detected, Unknown>),
}

/// How something that was found is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Beside others: a regular file.
    Beside,
    /// When its turn comes: a pipe waits for whoever writes it, and an error is told in its place.
    Alone,
    /// Not again: it was found under another name.
    Never,
}

/// Opens and recognises everything that was found. The same file under two names is read once.
pub fn probe(found: &[Found], probe: &Probe<'_>) -> Result<(Vec<Input>, Vec<PassedOver>), Error> {
    let mut inputs = Vec::new();
    let mut passed = Vec::new();
    let mut known = HashSet::new();
    let several = found.len() > 1;
    for some in found.chunks(AT_ONCE) {
        let turns: Vec<Turn> = some.iter().map(|one| turn(one, &mut known)).collect();
        let look = |room: &mut Room, (one, turn): (&Found, &Turn)| match one {
            Found::File { path, named } if *turn == Turn::Beside => {
                Some(probe.file(path, *named, several, room))
            }
            _ => None,
        };
        let looked: Vec<_> = some.par_iter().zip(&turns).map_init(Room::default, look).collect();
        for ((one, turn), looked) in some.iter().zip(turns).zip(looked) {
            match one {
                Found::Closed { path, why } => passed.push(PassedOver::closed(path, why)),
                Found::Stdin if turn == Turn::Never => passed.push(PassedOver::same(STDIN.to_owned())),
                Found::Stdin => inputs.push(probe.stdin()?),
                Found::File { path, .. } if turn == Turn::Never => passed.push(PassedOver::same(name(path))),
                Found::File { path, named } => {
                    let alone = || probe.file(path, *named, several, &mut Room::default());
                    match looked.unwrap_or_else(alone) {
                        Ok(Ok(input)) => inputs.push(input),
                        Ok(Err(over)) => passed.push(over),
                        // One file of many that cannot be read does not keep the others from being counted.
                        Err(Error::Io { name, error }) if several => {
                            passed.push(PassedOver { name, why: error.to_string(), is_loss: true });
                        }
                        // It was there when it was found.
                        Err(Error::Missing(path)) if several => {
                            passed.push(PassedOver::closed(&path, "is gone"));
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
        }
    }
    inputs.sort_by(|a: &Input, b| (a.first, &a.name).cmp(&(b.first, &b.name)));
    if !probe.keep_duplicates {
        copies::pass_over(&mut inputs, &mut passed);
    }
    overlap::settle(&mut inputs, probe);
    Ok((inputs, passed))
}

/// When it is its turn. `known` are the files that were found before.
fn turn(one: &Found, known: &mut HashSet<Identity>) -> Turn {
    let file = match one {
        Found::Stdin => {
            platform::stdin_file().and_then(|file| file.metadata().ok()).map(|file| (Path::new(STDIN), file))
        }
        Found::File { path, .. } => {
            path.metadata().ok().filter(Metadata::is_file).map(|file| (path.as_path(), file))
        }
        Found::Closed { .. } => None,
    };
    match file {
        Some((path, file)) if !known.insert(platform::identity(path, &file)) => Turn::Never,
        Some(_) if *one != Found::Stdin => Turn::Beside,
        _ => Turn::Alone,
    }
}

impl Probe<'_> {
    /// What the user says of all inputs.
    fn told(&self) -> Told<'_> {
        Told { format: self.forced, columns: self.columns }
    }

    fn stdin(&self) -> Result<Input, Error> {
        let name = STDIN.to_owned();
        let failed = |error| Error::Io { name: STDIN.to_owned(), error };
        let recognised = match platform::stdin_handle() {
            Some(file) if file.metadata().is_ok_and(|metadata| metadata.is_file()) => {
                self.open(&name, &file, None, &mut Room::default())
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
            return self.open(shown, &file, Some(&path), &mut Room::default());
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
        room: &mut Room,
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
        match self.open(&shown, &file, Some(path), room).map_err(|error| Error::io(path, error))? {
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

    fn open(
        &self,
        shown: &str,
        file: &File,
        path: Option<&Path>,
        room: &mut Room,
    ) -> io::Result<Result<Input, Unknown>> {
        let metadata = file.metadata()?;
        let len = metadata.len();
        let (has_zero, what) = self.what(file, len, &mut room.head)?;
        let head = room.head.as_slice();
        let located = || located(path, &metadata, has_zero);
        let detected = match what {
            What::Plain(Ok(detected)) => detected,
            What::Plain(Err(why)) => {
                return Ok(Err(path.and_then(|path| packed::misnamed(path, &why)).unwrap_or(why)));
            }
            What::Packed(container) => {
                let packed = Packed { located: located(), container, max_ratio: self.max_ratio };
                return self.packed(shown, file, packed, compressed::modified(head));
            }
        };
        let is_lines = matches!(detected.reader, Reader::Lines(_));
        let samples = is_lines.then(|| Samples::of(file, len, &mut room.pieces)).transpose()?;
        let first = first_time(&detected, head);
        let (years, assumed_years) = self.years(first, (file, path), samples.as_ref())?;
        let first = first.map(|time| self.instant(time, &years));
        let ends = self.ends(&detected, (head, &years), file, samples.as_ref())?;
        Ok(Ok(Input {
            name: shown.to_owned(),
            named: true,
            detected,
            years,
            assumed_years,
            walk: None,
            first,
            source: Source::File(located()),
            ends,
            period: None,
            overlap: Overlap::default(),
            outside: None,
        }))
    }

    /// What a file is, by its beginning, which stands in `head` then; and whether zeros stand in front of that. Where a short
    /// look shows no mail server, or nothing at all, and where somebody has told what to look for, a longer one follows.
    fn what(&self, file: &File, len: u64, head: &mut Vec<u8>) -> io::Result<(bool, What)> {
        let mut look = LOOK;
        loop {
            let (has_zero, is_all) = head_of(file, len, look, head)?;
            let container = compressed::container(head);
            if container.is_some() || encoding(head).is_some() || objects::begins(head) {
                return Ok((has_zero, What::Packed(container)));
            }
            if !is_all {
                head.truncate(whole_lines(head).len());
            }
            let detected = detect(head, self.told());
            let is_clear = detected.as_ref().is_ok_and(|detected| detected.format != SYSLOG);
            if is_all || look == HEAD || (is_clear && self.forced.is_none()) {
                return Ok((has_zero, What::Plain(detected)));
            }
            look = HEAD;
        }
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

fn located(path: Option<&Path>, metadata: &Metadata, has_zero: bool) -> Located {
    let identity = Some(platform::identity(path.unwrap_or(Path::new(STDIN)), metadata));
    Located { path: path.map(Path::to_owned), len: metadata.len(), identity, has_zero }
}

/// Reads so many bytes of the beginning of a file, behind the zeros that copytruncate may have left in front of it; whether there
/// are some, and whether that is all of the file.
fn head_of(file: &File, len: u64, look: usize, head: &mut Vec<u8>) -> io::Result<(bool, bool)> {
    head.resize(look, 0);
    let mut offset = 0_u64;
    loop {
        let read = platform::read_at(file, head, offset)?;
        offset = offset.saturating_add(u64::try_from(read).unwrap_or(0));
        let is_hole = head.iter().take(read).all(|byte| *byte == 0);
        if read < look && offset < len {
            return Err(became_shorter());
        }
        if !is_hole || read < look {
            head.truncate(read);
            let has_zero = offset > u64::try_from(read).unwrap_or(0) || head.first() == Some(&0);
            return Ok((has_zero, offset >= len));
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

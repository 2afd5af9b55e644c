//! Slices of all inputs, handed to workers in one order.
//!
//! Files are read by position, in slices, by whichever worker asks next. No memory map: a log that is truncated while it
//! is read must not kill the program, and reading costs a twentieth of what parsing does.

use super::ahead::{Ahead, Blocks, Piece};
use super::buffer::{Buffer, Spare};
use super::crew::{AtWork, Crew};
use super::records::{Cut, Header, Shape};
use super::stream::Broken;
use super::{Located, MAX_LINE, Source, Unit, was_emptied};
use crate::time::year::{Walk, Years};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

/// How much more is read when the end of a line is not in the slice: at first as much as a line has, then more at once.
const FEW: usize = 4 << 10;
const MORE: usize = 64 << 10;

/// Hands out slices.
pub struct Feed<'i> {
    inputs: Vec<Fed<'i>>,
    spans: &'i [Span],
    slice: usize,
    /// How many inputs are read ahead at once; 0: none, the worker reads itself.
    ahead: usize,
    /// All that read, and how many of them at once.
    crew: Arc<Crew>,
    cursor: Mutex<Cursor>,
    /// What the workers are done with.
    spare: Spare,
}

/// A stretch of an input: these slices of it, as far as it has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which input.
    pub input: usize,
    /// Which slices.
    pub slices: std::ops::Range<u64>,
}

/// An input while it is read.
struct Fed<'i> {
    source: &'i Source,
    unit: Unit,
    years: &'i Years,
    /// The open file, as long as a worker reads it.
    file: Mutex<Weak<File>>,
    /// For tables in files: the slice whose turn it is.
    rows: Mutex<RowTurn>,
    turned: Condvar,
    /// For streams: the walk over its years.
    walk: Option<Walk>,
}

/// The slice of a table whose turn it is.
struct RowTurn {
    /// Its number.
    slice: u64,
    /// Where its first row begins.
    first: u64,
    /// The header that is in force there.
    header: Header,
}

#[derive(Default)]
struct Cursor {
    /// Number of the next slice over all inputs.
    sequence: u64,
    /// The stretch at hand.
    span: usize,
    /// How many of its slices are taken.
    taken: u64,
    /// The streams that are being read, by input.
    streams: BTreeMap<usize, Ahead>,
}

/// A slice that a worker has taken.
#[derive(Debug)]
pub struct Claim {
    /// Its number over all inputs: the order of the logs.
    pub sequence: u64,
    /// Which input.
    pub input: usize,
    /// In which stretch of the schedule it lies.
    pub span: usize,
    work: Work,
}

#[derive(Debug)]
enum Work {
    /// Slice of a file: its number.
    File(u64),
    /// A block of a stream, already read, and its years.
    Stream(Piece),
    /// A stream that failed.
    Failed(Broken),
}

/// What a worker keeps from slice to slice.
#[derive(Debug, Default)]
pub struct SliceReader {
    /// The bytes of the slice at hand.
    pub buffer: Buffer,
    /// The file it was read from, kept open for the next slice.
    file: Option<Arc<File>>,
}

/// The whole lines or rows of a slice.
#[derive(Debug)]
pub struct Loaded {
    /// Where they are in the buffer.
    pub range: std::ops::Range<usize>,
    /// Where they are in the input.
    pub offset: u64,
    /// Rows that are broken.
    pub broken: Vec<(usize, usize)>,
    /// The header that is in force where they begin, if the table repeats it.
    pub header: Header,
    /// How far the input is read with this slice, for the progress.
    pub read: u64,
    /// For streams, the years of this block.
    pub years: Option<Years>,
}

impl<'i> Feed<'i> {
    /// For these inputs, stretch by stretch, in slices of so many bytes. The stretches of an input are in its order. So many
    /// `threads` ask for slices: as many streams are read ahead of them, in threads of their own. One thread reads them
    /// itself, because one is what the user asked for.
    pub fn new(
        inputs: impl Iterator<Item = (&'i Source, Unit, &'i Years, Option<Walk>)>,
        spans: &'i [Span],
        slice: usize,
        threads: usize,
    ) -> Self {
        let fed = |(source, unit, years, walk)| Fed {
            source,
            unit,
            years,
            file: Mutex::new(Weak::new()),
            rows: Mutex::new(RowTurn { slice: 0, first: data_of(unit), header: Header::default() }),
            turned: Condvar::new(),
            walk,
        };
        let ahead = if threads > 1 { threads } else { 0 };
        Self {
            inputs: inputs.map(fed).collect(),
            spans,
            slice: slice.max(1),
            ahead,
            crew: Arc::new(Crew::new(threads)),
            cursor: Mutex::default(),
            spare: Spare::default(),
        }
    }

    /// Somebody begins to take slices.
    pub fn work(&self) -> AtWork<'_> {
        self.crew.work()
    }

    /// The next slice; `None` when all inputs are handed out.
    pub fn claim(&self) -> Option<Claim> {
        let mut cursor = lock(&self.cursor);
        loop {
            let span = self.spans.get(cursor.span)?;
            let slice = span.slices.start.saturating_add(cursor.taken);
            let work = match self.inputs.get(span.input).map(|fed| fed.source) {
                _ if slice >= span.slices.end => None,
                Some(Source::File(file)) => (self.start(slice) < file.len).then_some(Work::File(slice)),
                Some(Source::Packed(_) | Source::Stream(_)) => self.next_of_stream(&mut cursor),
                None => None,
            };
            let Some(work) = work else {
                cursor.span = cursor.span.saturating_add(1);
                cursor.taken = 0;
                continue;
            };
            let claim = Claim { sequence: cursor.sequence, input: span.input, span: cursor.span, work };
            cursor.sequence = cursor.sequence.saturating_add(1);
            cursor.taken = cursor.taken.saturating_add(1);
            return Some(claim);
        }
    }

    fn next_of_stream(&self, cursor: &mut Cursor) -> Option<Work> {
        let spans = self.spans.get(cursor.span..).unwrap_or_default();
        let at_hand = spans.first()?.input;
        if cursor.taken == 0 {
            let streams = spans.iter().map(|span| span.input).filter(|input| self.is_stream(*input));
            for input in streams.take(self.ahead.max(1)) {
                let fed = self.inputs.get(input)?;
                let crew = (self.ahead > 0).then_some(&self.crew);
                let start = || Ahead::start(|| fed.blocks(self.slice, &self.spare), crew);
                cursor.streams.entry(input).or_insert_with(start);
            }
        }
        let next = cursor.streams.get_mut(&at_hand)?.next();
        if !matches!(next, Some(Ok(_))) {
            // After a failure nothing more is asked of a stream.
            cursor.streams.remove(&at_hand);
        }
        Some(match next? {
            Ok(piece) => Work::Stream(piece),
            Err(broken) => Work::Failed(broken),
        })
    }

    fn is_stream(&self, input: usize) -> bool {
        self.inputs.get(input).is_some_and(|fed| !matches!(fed.source, Source::File(_)))
    }

    fn start(&self, slice: u64) -> u64 {
        slice.saturating_mul(u64::try_from(self.slice).unwrap_or(u64::MAX))
    }

    /// Reads a slice into the buffer. Of a table, the slices of one input are walked in order.
    pub fn load(&self, claim: Claim, reader: &mut SliceReader) -> Result<Loaded, Broken> {
        let Some(fed) = self.inputs.get(claim.input) else {
            return Err(io::Error::other("no such input").into());
        };
        match claim.work {
            Work::Failed(broken) => Err(broken),
            Work::Stream(Piece { block, years }) => {
                let range = 0..block.bytes.bytes().len();
                self.spare.give(std::mem::replace(&mut reader.buffer, block.bytes));
                Ok(Loaded {
                    range,
                    offset: block.offset,
                    broken: block.broken,
                    header: block.header,
                    read: block.read,
                    years: Some(years),
                })
            }
            Work::File(slice) => {
                let Source::File(located) = fed.source else {
                    return Err(io::Error::other("no file").into());
                };
                let (start, end) = (self.start(slice), self.start(slice.saturating_add(1)).min(located.len));
                let opened = fed.open(located);
                reader.file = opened.as_ref().ok().map(Arc::clone);
                let buffer = &mut reader.buffer;
                let loaded = match fed.unit {
                    Unit::Lines => lines(&*opened?, start, end, located.len, buffer)?,
                    Unit::Records { shape, .. } => {
                        fed.rows(opened, shape, slice, (start, end, located.len), buffer)?
                    }
                    Unit::Objects => return Err(io::Error::other("JSON is read as a stream").into()),
                };
                match &reader.file {
                    Some(file) if located.was_emptied(file) => Err(was_emptied().into()),
                    _ => Ok(loaded),
                }
            }
        }
    }
}

fn data_of(unit: Unit) -> u64 {
    match unit {
        Unit::Records { data, .. } => data,
        Unit::Lines | Unit::Objects => 0,
    }
}

/// The lines that begin in `[start, end)`. A line that is too long is cut: its rest is nobody's. A hole, which a crash or
/// copytruncate left, is none: it is passed over, however long it is.
fn lines(file: &File, start: u64, end: u64, len: u64, buffer: &mut Buffer) -> io::Result<Loaded> {
    // With the byte before: a line begins behind a line feed.
    let from = start.saturating_sub(1);
    let ahead = usize::from(start > 0);
    buffer.clear();
    buffer.read(file, from, end)?;
    let first = match ahead {
        0 => 0,
        _ => match memchr::memchr(b'\n', buffer.bytes()) {
            Some(feed) => feed.saturating_add(1),
            None => buffer.bytes().len(),
        },
    };
    let mut at = end;
    let mut more = FEW;
    let begins = first < buffer.bytes().len();
    let last_line = memchr::memrchr(b'\n', buffer.bytes()).map_or(0, |feed| feed.saturating_add(1));
    while begins && at < len && buffer.bytes().last() != Some(&b'\n') {
        let begun = last_line.max(first);
        if buffer.bytes().iter().skip(begun).all(|byte| *byte == 0) {
            buffer.truncate(begun);
        } else if buffer.bytes().len().saturating_sub(last_line) > MAX_LINE.saturating_add(1) {
            break;
        }
        let kept = buffer.bytes().len();
        let to = at.saturating_add(u64::try_from(more).unwrap_or(0)).min(len);
        buffer.read(file, at, to)?;
        more = MORE;
        if let Some(feed) = memchr::memchr(b'\n', buffer.bytes().get(kept..).unwrap_or_default()) {
            buffer.truncate(kept.saturating_add(feed).saturating_add(1));
        }
        at = to;
    }
    let offset = from.saturating_add(u64::try_from(first).unwrap_or(0));
    Ok(Loaded {
        range: first..buffer.bytes().len(),
        offset,
        broken: Vec::new(),
        header: Header::default(),
        read: end.saturating_sub(start),
        years: None,
    })
}

impl Fed<'_> {
    /// The file, opened by the first worker that needs it and closed by the last.
    fn open(&self, located: &Located) -> io::Result<Arc<File>> {
        let mut known = lock(&self.file);
        if let Some(file) = known.upgrade() {
            return Ok(file);
        }
        let file = Arc::new(located.open()?);
        *known = Arc::downgrade(&file);
        Ok(file)
    }

    /// The blocks of a stream.
    fn blocks(&self, slice: usize, spare: &Spare) -> io::Result<Blocks> {
        let is_whole_file = matches!(self.source, Source::Packed(_));
        let stream = match self.source {
            Source::Stream(stream) => lock(stream).take(),
            Source::Packed(packed) => {
                let mut stream = packed.stream(packed.located.open()?);
                stream.skip(data_of(self.unit));
                stream
            }
            Source::File(_) => return Err(io::Error::other("a file is read in slices")),
        };
        let stream = stream.with(spare);
        let walk = self.walk.map(|walk| (walk, is_whole_file));
        Ok(Blocks::new(stream, self.unit, slice, self.years.clone(), walk))
    }

    /// The rows that begin in `[start, end)`: the slice before says where the first of them begins.
    fn rows(
        &self,
        opened: io::Result<Arc<File>>,
        shape: Shape,
        slice: u64,
        (start, end, len): (u64, u64, u64),
        buffer: &mut Buffer,
    ) -> io::Result<Loaded> {
        buffer.clear();
        let filled = opened.and_then(|file| buffer.read(&file, start, end).map(|()| file));
        let within = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
        let mut turn = lock(&self.rows);
        while turn.slice < slice {
            turn = self.turned.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        let first = turn.first.max(start);
        let walked = filled.and_then(|file| walk(&file, shape, first, (start, end, len), buffer));
        let next =
            walked.as_ref().map_or(end, |cut| start.saturating_add(u64::try_from(cut.end).unwrap_or(0)));
        let header = turn.header.clone();
        walked.iter().for_each(|cut| turn.header.pass(buffer.bytes(), cut));
        turn.slice = slice.saturating_add(1);
        turn.first = next.max(turn.first);
        drop(turn);
        self.turned.notify_all();
        let cut = walked?;
        let skip = within(first).min(cut.end);
        let broken =
            cut.broken.iter().map(|(a, b)| (a.saturating_sub(skip), b.saturating_sub(skip))).collect();
        Ok(Loaded {
            range: skip..cut.end,
            offset: first,
            broken,
            header,
            read: end.saturating_sub(start),
            years: None,
        })
    }
}

/// Walks the rows of a slice from its first one, reading on as long as the last has no end.
fn walk(
    file: &File,
    shape: Shape,
    first: u64,
    (start, end, len): (u64, u64, u64),
    buffer: &mut Buffer,
) -> io::Result<Cut> {
    let within = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
    if first >= end {
        return Ok(Cut::from(within(first)));
    }
    let mut at = end;
    let mut cut = Cut::from(within(first));
    loop {
        if cut.go_on(buffer.bytes(), within(end), shape, at < len).is_some() {
            return Ok(cut);
        }
        let to = at.saturating_add(u64::try_from(MORE).unwrap_or(0)).min(len);
        buffer.read(file, at, to)?;
        at = to;
    }
}

/// Locks, also after a panic elsewhere: the panic itself ends the run.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

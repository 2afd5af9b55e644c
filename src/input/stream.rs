//! What can only be read from its beginning to its end, a pipe or the content of a compressed file, as UTF-8, cut into blocks
//! of whole lines or rows as it comes.

use super::buffer::{Buffer, Spare};
use super::encoding::Decoded;
use super::{MAX_LINE, Unit, objects, records};
use encoding_rs::Encoding;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much more than a block is read, so that the end of its last line is there.
const MORE: usize = 64 << 10;

/// A reader and what has been read but not handed out.
pub struct Stream {
    reader: Decoded<Box<dyn Read + Send>>,
    /// Read, not handed out.
    pending: Buffer,
    /// From where the next buffer comes.
    spare: Spare,
    /// Where `pending` begins in the stream.
    offset: u64,
    ended: bool,
    /// What went wrong behind `pending`.
    wrong: Option<io::Error>,
    header: records::Header,
    /// How much of the input was read to have what was handed out and what is pending.
    consumed: Arc<AtomicU64>,
    /// How much of it was at the block before.
    told: u64,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("offset", &self.offset)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// A block of a stream.
#[derive(Debug)]
pub struct StreamBlock {
    /// Whole lines or rows.
    pub bytes: Buffer,
    /// Where they begin.
    pub offset: u64,
    /// Rows in it that are broken (see [`records::Cut`]).
    pub broken: Vec<(usize, usize)>,
    /// The header that is in force where they begin, if the table repeats it.
    pub header: records::Header,
    /// How much more of the input is read with this block, for the progress, in bytes as they lie there.
    pub read: u64,
}

/// A stream cannot be read to its end.
#[derive(Debug)]
pub struct Broken {
    /// Why.
    pub error: io::Error,
    /// A line or row was read in part, and is left out: half a line may say something else than the whole.
    pub cut: bool,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self { error, cut: false }
    }
}

impl Stream {
    /// Begins to read; `head` bytes are read ahead for the detection. Zeros in front, which copytruncate leaves, are
    /// passed over if they are more than that.
    pub fn open(reader: Box<dyn Read + Send>, head: usize) -> Self {
        let reader = Decoded::new(reader);
        let mut stream = Self {
            consumed: reader.consumed(),
            reader,
            pending: Buffer::default(),
            spare: Spare::default(),
            offset: 0,
            ended: false,
            wrong: None,
            header: records::Header::default(),
            told: 0,
        };
        stream.fill(head);
        let is_hole = |bytes: &[u8]| bytes.len() == head && bytes.iter().all(|byte| *byte == 0);
        while head > 0 && is_hole(stream.pending.bytes()) {
            stream.pending.clear();
            stream.fill(head);
        }
        stream
    }

    /// The same for a compressed input, which counts what of it was decompressed.
    pub fn open_counted(reader: Box<dyn Read + Send>, consumed: Arc<AtomicU64>, head: usize) -> Self {
        Self { consumed, ..Self::open(reader, head) }
    }

    /// The same, with buffers that are given back.
    #[must_use]
    pub fn with(self, spare: &Spare) -> Self {
        Self { spare: spare.clone(), ..self }
    }

    /// Takes the stream out of its place.
    pub fn take(&mut self) -> Self {
        std::mem::replace(self, Self::open(Box::new(io::empty()), 0))
    }

    /// From which encoding it is decoded, if from any.
    pub fn encoding(&self) -> Option<&'static Encoding> {
        self.reader.encoding()
    }

    /// What has been read and not handed out.
    pub fn head(&self) -> &[u8] {
        self.pending.bytes()
    }

    /// Whether that is known to be all there is.
    pub fn is_all(&self) -> bool {
        self.ended
    }

    /// What went wrong behind the head.
    pub fn wrong(&self) -> Option<&io::Error> {
        self.wrong.as_ref()
    }

    /// Leaves out the first bytes (the header of a table), which lie within the head.
    pub fn skip(&mut self, bytes: u64) {
        self.pending.skip(usize::try_from(bytes).unwrap_or(usize::MAX));
        self.offset = self.offset.saturating_add(bytes);
    }

    /// Reads on until there are so many bytes, or no more.
    fn fill(&mut self, target: usize) {
        while self.head().len() < target && !self.ended && self.wrong.is_none() {
            match self.reader.read(self.pending.room(target)) {
                Ok(0) => self.ended = true,
                Ok(read) => self.pending.grow(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.wrong = Some(error),
            }
        }
    }

    /// The next block of about `size` bytes; `None` at the end.
    pub fn next(&mut self, unit: Unit, size: usize) -> Result<Option<StreamBlock>, Broken> {
        let size = size.max(1);
        let most = size.saturating_add(MAX_LINE.saturating_mul(2)).saturating_add(1);
        let mut target = size.saturating_add(MORE);
        loop {
            self.fill(target);
            if self.wrong.is_some() {
                return self.before_the_break(unit, size);
            }
            if self.head().is_empty() {
                return Ok(None);
            }
            if let Some(cut) = self.cut(unit, size) {
                return Ok(Some(self.hand_out(cut, 0)));
            }
            if target >= most {
                return Ok(Some(self.overlong(unit)));
            }
            target = target.saturating_mul(2).min(most);
        }
    }

    fn hand_out(&mut self, cut: records::Cut, left_out: u64) -> StreamBlock {
        let header = self.header.clone();
        self.header.pass(self.pending.bytes(), &cut);
        let mut rest = self.spare.take();
        // A new one is made as large as this at once.
        rest.room(self.head().len());
        rest.push(self.head().get(cut.end..).unwrap_or_default());
        self.pending.truncate(cut.end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let len = u64::try_from(bytes.bytes().len()).unwrap_or(u64::MAX);
        let offset = self.offset;
        self.offset = offset.saturating_add(len).saturating_add(left_out);
        let now = self.consumed.load(Ordering::Relaxed);
        let read = now.saturating_sub(std::mem::replace(&mut self.told, now));
        StreamBlock { bytes, offset, broken: cut.broken, header, read }
    }

    /// What is whole in front of the place where the stream breaks; then what went wrong.
    fn before_the_break(&mut self, unit: Unit, size: usize) -> Result<Option<StreamBlock>, Broken> {
        let mut size = size.min(self.head().len());
        while size > 0 {
            if let Some(cut) = self.cut(unit, size) {
                return Ok(Some(self.hand_out(cut, 0)));
            }
            // The last unit has no end: half the bytes may hold only units that have one.
            size /= 2;
        }
        let error = self.wrong.take().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into());
        let cut = !std::mem::take(&mut self.pending).bytes().is_empty();
        Err(Broken { error, cut })
    }

    /// A block that ends with a line or row that is too long: its rest, perhaps a disk full of it, is passed over.
    fn overlong(&mut self, unit: Unit) -> StreamBlock {
        let mut left_out = 0_u64;
        let kept = std::mem::take(&mut self.pending);
        let feed = loop {
            self.pending.clear();
            self.fill(MORE);
            let feed = memchr::memchr(b'\n', self.head());
            let passed = feed.unwrap_or(self.head().len());
            left_out = left_out.saturating_add(u64::try_from(passed).unwrap_or(0));
            if feed.is_some() || self.ended || self.wrong.is_some() {
                break feed;
            }
        };
        let end = kept.bytes().len().saturating_add(usize::from(feed.is_some()));
        let behind = std::mem::replace(&mut self.pending, kept);
        self.pending.push(feed.and_then(|feed| behind.bytes().get(feed..)).unwrap_or_default());
        let line = records::Cut { end, broken: Vec::new(), header: records::HeaderLines::default() };
        let cut = match unit {
            Unit::Lines | Unit::Objects => line,
            Unit::Records { shape, .. } => {
                records::cut(self.head().get(..end).unwrap_or_default(), 0, end, shape, false).unwrap_or(line)
            }
        };
        self.hand_out(cut, left_out)
    }

    /// Where the next block ends, if that is known yet.
    fn cut(&self, unit: Unit, size: usize) -> Option<records::Cut> {
        let bytes = self.head();
        match unit {
            Unit::Lines => {
                let start = size.saturating_sub(1).min(bytes.len());
                let feed = memchr::memchr(b'\n', bytes.get(start..)?);
                let end = match feed {
                    Some(feed) => start.saturating_add(feed).saturating_add(1),
                    None if self.ended => bytes.len(),
                    None => return None,
                };
                Some(records::Cut { end, broken: Vec::new(), header: records::HeaderLines::default() })
            }
            Unit::Records { shape, .. } => records::cut(bytes, 0, size, shape, !self.ended),
            Unit::Objects => objects::cut(bytes, 0, size, !self.ended),
        }
    }
}

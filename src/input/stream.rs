//! What can only be read from its beginning to its end, a pipe or the content of a compressed file, as UTF-8, cut into blocks
//! of whole lines or rows as it comes.

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
    pending: Vec<u8>,
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
    pub bytes: Vec<u8>,
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
            pending: Vec::new(),
            offset: 0,
            ended: false,
            wrong: None,
            header: records::Header::default(),
            told: 0,
        };
        stream.fill(head);
        while stream.pending.len() == head && head > 0 && stream.pending.iter().all(|byte| *byte == 0) {
            stream.pending.clear();
            stream.fill(head);
        }
        stream
    }

    /// The same for a compressed input, which counts what of it was decompressed.
    pub fn open_counted(reader: Box<dyn Read + Send>, consumed: Arc<AtomicU64>, head: usize) -> Self {
        Self { consumed, ..Self::open(reader, head) }
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
        &self.pending
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
        let count = usize::try_from(bytes).unwrap_or(usize::MAX).min(self.pending.len());
        self.pending.drain(..count);
        self.offset = self.offset.saturating_add(bytes);
    }

    /// Reads on until there are so many bytes, or no more.
    fn fill(&mut self, target: usize) {
        let mut kept = self.pending.len();
        if kept >= target || self.ended || self.wrong.is_some() {
            return;
        }
        self.pending.reserve_exact(target.saturating_sub(kept));
        self.pending.resize(target, 0);
        while let Some(room) = self.pending.get_mut(kept..).filter(|room| !room.is_empty()) {
            match self.reader.read(room) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => kept = kept.saturating_add(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.wrong = Some(error);
                    break;
                }
            }
        }
        self.pending.truncate(kept);
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
            if self.pending.is_empty() {
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
        self.header.pass(&self.pending, &cut);
        let rest = self.pending.split_off(cut.end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let offset = self.offset;
        self.offset = offset.saturating_add(len).saturating_add(left_out);
        let now = self.consumed.load(Ordering::Relaxed);
        let read = now.saturating_sub(std::mem::replace(&mut self.told, now));
        StreamBlock { bytes, offset, broken: cut.broken, header, read }
    }

    /// What is whole in front of the place where the stream breaks; then what went wrong.
    fn before_the_break(&mut self, unit: Unit, size: usize) -> Result<Option<StreamBlock>, Broken> {
        let mut size = size.min(self.pending.len());
        while size > 0 {
            if let Some(cut) = self.cut(unit, size) {
                return Ok(Some(self.hand_out(cut, 0)));
            }
            // The last unit has no end: half the bytes may hold only units that have one.
            size /= 2;
        }
        let error = self.wrong.take().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into());
        let cut = !std::mem::take(&mut self.pending).is_empty();
        Err(Broken { error, cut })
    }

    /// A block that ends with a line or row that is too long: its rest, perhaps a disk full of it, is passed over.
    fn overlong(&mut self, unit: Unit) -> StreamBlock {
        let mut left_out = 0_u64;
        let kept = self.pending.split_off(0);
        let feed = loop {
            self.pending.clear();
            self.fill(MORE);
            let feed = memchr::memchr(b'\n', &self.pending);
            let passed = feed.unwrap_or(self.pending.len());
            left_out = left_out.saturating_add(u64::try_from(passed).unwrap_or(0));
            if feed.is_some() || self.ended || self.wrong.is_some() {
                break feed;
            }
        };
        let behind = self.pending.split_off(feed.unwrap_or(self.pending.len()));
        self.pending = kept;
        let end = self.pending.len().saturating_add(usize::from(feed.is_some()));
        self.pending.extend_from_slice(&behind);
        let line = records::Cut { end, broken: Vec::new(), header: records::HeaderLines::default() };
        let cut = match unit {
            Unit::Lines | Unit::Objects => line,
            Unit::Records { shape, .. } => {
                records::cut(self.pending.get(..end).unwrap_or_default(), 0, end, shape, false)
                    .unwrap_or(line)
            }
        };
        self.hand_out(cut, left_out)
    }

    /// Where the next block ends, if that is known yet.
    fn cut(&self, unit: Unit, size: usize) -> Option<records::Cut> {
        let bytes = &self.pending;
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

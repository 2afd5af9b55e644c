//! A pipe, cut into blocks of whole lines or rows as it comes.

use super::{Unit, records};
use std::io::{self, Read};

/// A pipe and what has been read of it but not handed out.
pub struct Stream {
    reader: Box<dyn Read + Send + Sync>,
    /// Read, not handed out.
    pending: Vec<u8>,
    /// Where `pending` begins in the stream.
    offset: u64,
    ended: bool,
    header: records::Header,
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
}

impl Stream {
    /// Begins to read; `head` bytes are read ahead for the detection.
    pub fn open(reader: Box<dyn Read + Send + Sync>, head: usize) -> io::Result<Self> {
        let mut stream =
            Self { reader, pending: Vec::new(), offset: 0, ended: false, header: records::Header::default() };
        stream.fill(head)?;
        Ok(stream)
    }

    /// What has been read and not handed out.
    pub fn head(&self) -> &[u8] {
        &self.pending
    }

    /// Leaves out the first bytes (the header of a table).
    pub fn skip(&mut self, bytes: u64) {
        let count = usize::try_from(bytes).unwrap_or(usize::MAX).min(self.pending.len());
        self.pending.drain(..count);
        self.offset = self.offset.saturating_add(bytes);
    }

    fn fill(&mut self, target: usize) -> io::Result<()> {
        while self.pending.len() < target && !self.ended {
            let wanted = target.saturating_sub(self.pending.len());
            let limit = u64::try_from(wanted).unwrap_or(u64::MAX);
            let before = self.pending.len();
            // `read_to_end` tries again when it is interrupted.
            self.reader.by_ref().take(limit).read_to_end(&mut self.pending)?;
            self.ended = self.pending.len() == before;
        }
        Ok(())
    }

    /// The next block of about `size` bytes; `None` at the end.
    pub fn next(&mut self, unit: Unit, size: usize) -> io::Result<Option<StreamBlock>> {
        let mut target = size.max(1);
        loop {
            self.fill(target)?;
            if self.pending.is_empty() {
                return Ok(None);
            }
            if let Some(cut) = self.cut(unit, size) {
                let header = self.header.clone();
                self.header.pass(&self.pending, 0, &cut);
                let rest = self.pending.split_off(cut.end);
                let bytes = std::mem::replace(&mut self.pending, rest);
                let offset = self.offset;
                self.offset = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                return Ok(Some(StreamBlock { bytes, offset, broken: cut.broken, header }));
            }
            target = target.saturating_mul(2);
        }
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
                Some(records::Cut { end, broken: Vec::new(), header: None })
            }
            Unit::Records { shape, .. } => records::cut(bytes, 0, size, shape, !self.ended),
        }
    }
}

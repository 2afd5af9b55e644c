//! Paths in, blocks of whole lines or records out.
//!
//! `find` turns what was typed into files; `feed` hands slices of all of them to the workers, `stream` cuts pipes and what
//! `compressed` decompresses or `encoding` decodes, `ahead` reads those before they are asked for (through a `queue`, while `crew`
//! says who works at once), `records` knows where the records of a table end, `objects` where those of a JSON text do. What
//! the bytes mean is nothing to this folder.

pub mod ahead;
pub mod buffer;
pub mod compressed;
pub mod crew;
pub mod encoding;
pub mod feed;
pub mod find;
pub mod marks;
pub mod objects;
pub mod platform;
pub mod progress;
pub mod queue;
pub mod records;
pub mod stream;
pub mod unfinished;

use compressed::{Container, Decoder};
use encoding::Decoded;
use platform::Identity;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Mutex;
use stream::Stream;

/// Lines and records longer than this are not read.
pub const MAX_LINE: usize = 1 << 20;

/// How much of the beginning of an input is looked at to find out what it is.
pub const HEAD: usize = 256 << 10;

/// Where bytes come from.
#[derive(Debug)]
pub enum Source {
    /// A file that can be read at any place.
    File(Located),
    /// A file that is compressed or no UTF-8, read from its beginning to its end.
    Packed(Packed),
    /// A pipe.
    Stream(Mutex<Stream>),
}

impl Source {
    /// Where the file is, if it is one.
    pub fn located(&self) -> Option<&Located> {
        match self {
            Self::File(located) | Self::Packed(Packed { located, .. }) => Some(located),
            Self::Stream(_) => None,
        }
    }

    /// All that a file holds, decompressed and as UTF-8, from its beginning to its end; `None` for a pipe, which is read only once.
    pub fn content(&self) -> Option<io::Result<Box<dyn Read>>> {
        let open = |located: &Located| located.open().map(|file| located.bytes(file));
        Some(match self {
            Self::File(located) => open(located).map(|bytes| Box::new(bytes) as Box<dyn Read>),
            Self::Packed(packed) => open(&packed.located).map(|bytes| match packed.container {
                Some(container) => {
                    let decoder = Decoder::new(container, bytes, packed.max_ratio);
                    Box::new(Decoded::new(decoder)) as Box<dyn Read>
                }
                None => Box::new(Decoded::new(bytes)) as Box<dyn Read>,
            }),
            Self::Stream(_) => return None,
        })
    }
}

/// A file that was looked at and closed again: a hundred thousand of them cannot be open at once.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its path; `None` is standard input.
    pub path: Option<PathBuf>,
    /// Its length when it was looked at: what is appended later is not read.
    pub len: u64,
    /// What it was then.
    pub identity: Option<Identity>,
    /// It began with a zero then: a hole, or UTF-16.
    pub has_zero: bool,
}

impl Located {
    /// Opens it again. Another file that took its place meanwhile is an error.
    pub fn open(&self) -> io::Result<File> {
        let file = match &self.path {
            Some(path) => File::open(path)?,
            None => platform::stdin_file().ok_or_else(|| io::Error::other("standard input is gone"))?,
        };
        if let (Some(path), Some(identity)) = (&self.path, &self.identity)
            && platform::identity(path, &file.metadata()?) != *identity
        {
            return Err(io::Error::other("was replaced by another file while it was to be read"));
        }
        Ok(file)
    }

    /// Its bytes, from the first on.
    fn bytes(&self, file: File) -> Bytes {
        Bytes { file, at: 0, located: self.clone() }
    }

    /// Whether its content was taken away since, although it is as long as it was: copytruncate, where a server goes on
    /// writing at the same place, leaves a hole.
    pub fn was_emptied(&self, file: &File) -> bool {
        let mut first = [1];
        !self.has_zero && platform::read_at(file, &mut first, 0).is_ok() && first == [0]
    }
}

/// A file that is compressed or no UTF-8. It is never written out: it is unpacked as it is read, for each pass again.
#[derive(Clone, Debug)]
pub struct Packed {
    /// Where it is.
    pub located: Located,
    /// How it is compressed, if it is.
    pub container: Option<&'static Container>,
    /// What expands to more than so many times its size is not read to its end; 0 for no limit.
    pub max_ratio: u64,
}

impl Packed {
    /// Begins to read its content.
    pub fn stream(&self, file: File) -> Stream {
        let bytes = self.located.bytes(file);
        match self.container {
            Some(container) => {
                let decoder = Decoder::new(container, bytes, self.max_ratio);
                let consumed = decoder.consumed();
                Stream::open_counted(Box::new(decoder), consumed, HEAD)
            }
            None => Stream::open(Box::new(bytes), HEAD),
        }
    }
}

/// A file from its beginning to the end that it had when it was looked at, wherever its own cursor stands.
struct Bytes {
    file: File,
    at: u64,
    located: Located,
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.located.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let read = platform::read_at(&self.file, buffer.get_mut(..wanted).unwrap_or_default(), self.at)?;
        // The end that a reader would take this for is not the end that the file had.
        if read == 0 && wanted > 0 {
            return Err(became_shorter());
        }
        if self.located.was_emptied(&self.file) {
            return Err(was_emptied());
        }
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(0));
        Ok(read)
    }
}

/// The error of a file that ends before the end that it had when it was looked at.
pub fn became_shorter() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "became shorter while it was read")
}

/// The error of a file whose content was taken away although it is as long as it was.
pub fn was_emptied() -> io::Error {
    io::Error::other("was emptied while it was read")
}

/// What must not be cut apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Lines.
    Lines,
    /// Records of a table, behind its header.
    Records {
        /// How they look.
        shape: records::Shape,
        /// The first byte behind the header.
        data: u64,
    },
    /// JSON objects.
    Objects,
}

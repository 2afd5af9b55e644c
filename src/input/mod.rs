//! Paths in, blocks of whole lines or records out.
//!
//! `find` turns what was typed into files; `feed` hands slices of all of them to the workers, `stream` cuts pipes, `records`
//! knows where the records of a table end. What the bytes mean is nothing to this folder.

pub mod buffer;
pub mod feed;
pub mod find;
pub mod marks;
pub mod platform;
pub mod progress;
pub mod records;
pub mod stream;

use platform::Identity;
use std::path::PathBuf;
use std::sync::Mutex;
use stream::Stream;

/// Lines and records longer than this are not read.
pub const MAX_LINE: usize = 1 << 20;

/// Where bytes come from.
#[derive(Debug)]
pub enum Source {
    /// A file that can be read at any place.
    File(Located),
    /// A pipe.
    Stream(Mutex<Stream>),
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
}

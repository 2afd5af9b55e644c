//! An input that was looked at: what it is, where its bytes are, and which of it is read.

use super::{Ends, Overlap};
use crate::coverage::Coverage;
use crate::error::name;
use crate::formats::detect::{Detected, Reader};
use crate::formats::table::Layout;
use crate::input::platform::Identity;
use crate::input::records::Shape;
use crate::input::{Source, Unit};
use crate::time::window::Period;
use crate::time::year::{Walk, Years};
use std::path::Path;

/// An input that was opened and recognised.
#[derive(Debug)]
pub struct Input {
    /// Its name for people: the path as found, or `<stdin>`; escaped.
    pub name: String,
    /// The user named it: it must be a mail log.
    pub named: bool,
    /// What it is.
    pub detected: Detected,
    /// Years of its stamps, if they have none of their own.
    pub years: Years,
    /// Such years were assumed: first and last.
    pub assumed_years: Option<(i32, i32)>,
    /// The walk over the years of a pipe or of a file that is compressed or no UTF-8.
    pub walk: Option<Walk>,
    /// Its first stamp, seconds since 1970 (UTC); `None` for tables, whose rows need not be in order.
    pub first: Option<i64>,
    /// Where its bytes are.
    pub source: Source,
    /// What its beginning and its end tell.
    pub ends: Ends,
    /// `--period`: the days for which an export of counts was made.
    pub period: Option<Period>,
    /// How it overlaps with others.
    pub overlap: Overlap,
    /// It lies outside of what is shown and is not read; this is known of it all the same.
    pub outside: Option<Coverage>,
}

impl Input {
    /// Its length in bytes, as it lies there, if that is known.
    pub fn bytes(&self) -> Option<u64> {
        self.source.located().map(|file| file.len)
    }

    /// Which file it is, if it is one.
    pub fn identity(&self) -> Option<&Identity> {
        self.source.located()?.identity.as_ref()
    }

    /// Whether its messages have several rows, so that they are told when everything was read.
    pub fn is_trace(&self) -> bool {
        match &self.detected.reader {
            Reader::Table(table) => {
                matches!(&table.layout, Layout::Named(named) if named.records.has_several_rows)
            }
            Reader::Lines(_) | Reader::Headed(_) => false,
        }
    }

    /// What of it must not be cut apart.
    pub fn unit(&self) -> Unit {
        unit_of(&self.detected.reader)
    }
}

pub(super) fn unit_of(reader: &Reader) -> Unit {
    match reader {
        Reader::Lines(_) => Unit::Lines,
        Reader::Table(table) if table.objects.is_some() => Unit::Objects,
        Reader::Table(table) => {
            Unit::Records { shape: Shape { delimiter: table.delimiter, mark: None }, data: table.data }
        }
        Reader::Headed(headed) => Unit::Records { shape: headed.shape(), data: headed.data },
    }
}

/// An input that was not read, and why.
#[derive(Clone, Debug)]
pub struct PassedOver {
    /// Its name for people.
    pub name: String,
    /// Why.
    pub why: String,
    /// Something of it is missing in the result, which is therefore not complete.
    pub is_loss: bool,
}

impl PassedOver {
    /// A place that cannot be read.
    pub(super) fn closed(path: &Path, why: &str) -> Self {
        Self { name: name(path), why: why.to_owned(), is_loss: true }
    }

    pub(super) fn same(name: String) -> Self {
        Self { name, why: "is the same file as another input, and read once".to_owned(), is_loss: false }
    }
}

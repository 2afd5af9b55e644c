//! Records with named fields. A format of such records is a table of the names that its fields may have, a question whether
//! a header is one of its own, and a function from a record to what it says; how the record lies in its file is nothing to
//! it.

use super::Format;
use super::fields::Fields;
use super::headed::folded;
use super::table::{Row, RowContext, Seen};
use crate::issue::Reason;
use crate::submission::{Basis, Place};
use crate::time::stamp::TableStamps;
use crate::traced::RowSink;

/// A format of records.
#[derive(Clone, Copy, Debug)]
pub struct Records {
    /// What its fields may be called, by their numbers: lower case, letters and digits only.
    pub fields: &'static [&'static [&'static str]],
    /// Whether a header with these columns is of this format.
    pub fits: fn(&Columns) -> bool,
    /// What a record is.
    pub read: for<'r> fn(&mut Record<'r>, &mut dyn RowSink) -> Row,
    /// The field by which a record in two inputs is known to be the same one.
    pub id: Option<usize>,
    /// How sure it is at best that what it tells used SMTP AUTH.
    pub basis: Basis,
    /// Whether its messages have several rows, so that they are kept until everything was read.
    pub has_several_rows: bool,
}

/// Where the fields of a format are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// By field: the columns that bear one of its names, in the order of these.
    by_field: Vec<Vec<usize>>,
}

impl Columns {
    /// Finds the columns of a header. Names may come twice, and may have blanks around them.
    pub fn find(records: &Records, header: &[&[u8]]) -> Self {
        let header: Vec<Vec<u8>> = header.iter().map(|name| folded(name)).collect();
        let columns_of = |names: &&[&str]| {
            let of = |name: &&str| {
                let name = name.as_bytes().to_vec();
                let found = header.iter().enumerate().filter(move |(_, column)| **column == name);
                found.map(|(column, _)| column).collect::<Vec<_>>()
            };
            names.iter().flat_map(of).collect::<Vec<usize>>()
        };
        Self { by_field: records.fields.iter().map(columns_of).collect() }
    }

    /// How many columns bear a name of a field.
    pub fn count(&self, field: usize) -> usize {
        self.by_field.get(field).map_or(0, Vec::len)
    }

    /// Whether there is a column of a field.
    pub fn has(&self, field: usize) -> bool {
        self.count(field) > 0
    }
}

/// How the records of an input are read.
#[derive(Clone, Debug)]
pub struct Named {
    /// The format, for its name.
    pub format: &'static Format,
    /// The same, for reading.
    pub records: &'static Records,
    /// Where its fields are.
    pub columns: Columns,
}

impl Named {
    /// Whether its records can be told from each other.
    pub fn has_ids(&self) -> bool {
        self.records.id.is_some_and(|field| self.columns.has(field))
    }

    pub(super) fn row(
        &self,
        fields: Fields<'_, '_>,
        place: Place,
        (context, stamps): (&RowContext<'_>, &mut TableStamps),
        sink: &mut dyn RowSink,
    ) -> Row {
        (self.records.read)(&mut Record { fields, columns: &self.columns, place, context, stamps }, sink)
    }
}

/// A record.
pub struct Record<'r> {
    fields: Fields<'r, 'r>,
    columns: &'r Columns,
    /// Where it stands.
    pub place: Place,
    /// How it is read.
    pub context: &'r RowContext<'r>,
    stamps: &'r mut TableStamps,
}

impl<'r> Record<'r> {
    /// The text of a field; none if it is missing or empty.
    pub fn text(&self, field: usize) -> Option<&'r [u8]> {
        let columns = self.columns.by_field.get(field)?;
        columns.iter().map(|column| self.fields.cell(*column)).find(|text| !text.is_empty())
    }

    /// Whether the text of a field is this, without regard to case.
    pub fn is(&self, field: usize, text: &[u8]) -> bool {
        self.text(field).is_some_and(|cell| cell.eq_ignore_ascii_case(text))
    }

    /// The time in a field. `utc`: what has no zone is UTC, as the documentation of the format says.
    pub fn time(&mut self, field: usize, utc: bool) -> Result<Seen, Reason> {
        let text = self.text(field).ok_or(Reason::RowTime)?;
        // Milliseconds, as services of Microsoft's write them into JSON.
        let inner = text.strip_prefix(b"/Date(").and_then(|text| text.strip_suffix(b")/"));
        let stamp = self.stamps.read(inner.unwrap_or(text)).ok_or(Reason::RowTime)?;
        let zoned = stamp.offset.is_some() || utc;
        let offset = stamp.offset.or(utc.then_some(0));
        let at = self.context.clock.instant(crate::time::Stamp { offset, ..stamp });
        if at > self.context.limit { Err(Reason::Future) } else { Ok(Seen { at, zoned }) }
    }

    /// Place of the nth submission of this record: each has one of its own.
    pub fn place_of(&self, nth: usize) -> Place {
        let offset = self.place.offset.saturating_add(u64::try_from(nth).unwrap_or(0));
        Place { offset, ..self.place }
    }
}

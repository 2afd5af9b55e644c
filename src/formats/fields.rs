//! Records of a table in, their fields out (RFC 4180).
//!
//! Fields are borrowed from the record; only one with a doubled quote in it is put together anew. Quotes mean what they mean
//! to the `csv` crate, against which the tests hold this: that crate copies every byte through its state machine, which was
//! a third of the time that a trace took.

use crate::event::Text;
use crate::input::marks::Marks;
use crate::input::records::{self, Shape};
use std::borrow::Cow;

/// The records of a block that was cut, one after the other.
#[derive(Debug)]
pub struct Records<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    marks: Marks<'a>,
    at: usize,
    /// The fields of the record at hand, if it was split.
    split: Vec<Text<'a>>,
}

/// A record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r, 'a> {
    /// Its first byte in the block.
    pub start: usize,
    /// Line feeds in it, with the one that ends it.
    pub feeds: u64,
    /// Its fields.
    pub fields: Fields<'r, 'a>,
}

/// The fields of a record.
#[derive(Clone, Copy, Debug)]
pub enum Fields<'r, 'a> {
    /// Of a record without a quote: each stands behind one of these places and before the next. A field is looked for when it
    /// is asked for: most tables have some that nobody wants.
    Between(&'a [u8], &'r [usize]),
    /// One by one.
    Split(&'r [Text<'a>]),
}

impl<'a> Fields<'_, 'a> {
    /// All of them, as they stand.
    pub fn all(&self, cells: &mut Vec<Text<'a>>) {
        cells.clear();
        match self {
            Self::Between(bytes, places) => {
                let field = |[before, end]: &[usize; 2]| bytes.get(before.wrapping_add(1)..*end);
                let fields = places.array_windows().map(|ends| field(ends).unwrap_or_default());
                cells.extend(fields.map(Cow::Borrowed));
                if let Some(Cow::Borrowed(last)) = cells.last_mut() {
                    *last = last.strip_suffix(b"\r").unwrap_or(last);
                }
            }
            Self::Split(fields) => cells.extend_from_slice(fields),
        }
    }
}

impl<'a> Fields<'_, 'a> {
    /// A field as it stands; one that is missing is empty.
    #[inline(always)]
    pub fn text(&self, column: usize) -> Text<'a> {
        match self {
            Self::Between(bytes, places) => Cow::Borrowed(between(bytes, places, column)),
            Self::Split(fields) => fields.get(column).cloned().unwrap_or_default(),
        }
    }
}

/// What stands between two marks; nothing, if there are none.
#[inline(always)]
fn span<'a>(bytes: &'a [u8], places: &[usize], column: usize) -> &'a [u8] {
    let ends = places.get(column..).and_then(<[usize]>::first_chunk::<2>);
    ends.and_then(|[before, end]| bytes.get(before.wrapping_add(1)..*end)).unwrap_or_default()
}

/// A field of a record without a quote, as it stands; one that is missing is empty.
#[inline(always)]
pub fn between<'a>(bytes: &'a [u8], places: &[usize], column: usize) -> &'a [u8] {
    match span(bytes, places, column) {
        [text @ .., b'\r'] if column.wrapping_add(2) == places.len() => text,
        field => field,
    }
}

impl<'r> Fields<'r, '_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Between(_, places) => places.len().saturating_sub(1),
            Self::Split(fields) => fields.len(),
        }
    }

    /// Whether these are the fields of an empty line.
    pub fn is_empty(&self) -> bool {
        self.len() == 1 && self.cell(0).is_empty()
    }

    /// A field without the blanks around it; one that is missing is empty. A row asks for ten: calls
    /// took 170 instructions a row more.
    #[inline(always)]
    pub fn cell(&self, column: usize) -> &'r [u8] {
        match self.whole(column) {
            field @ [first, .., last] if *first > b' ' && *last > b' ' => field,
            field => field.trim_ascii(),
        }
    }

    /// A field as it stands there; one that is missing is empty.
    #[inline(always)]
    pub fn whole(&self, column: usize) -> &'r [u8] {
        match self {
            Self::Between(bytes, places) => span(bytes, places, column),
            Self::Split(fields) => fields.get(column).map(AsRef::as_ref).unwrap_or_default(),
        }
    }
}

/// How a record ends that is read from mark to mark.
enum End {
    /// With its line feed, which stands here.
    Feed(usize),
    /// With the bytes.
    Bytes,
    /// It has a doubled quote, or text behind a closing one.
    Odd,
}

impl<'a> Records<'a> {
    /// Of these bytes.
    pub fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self { bytes, delimiter, marks: Marks::new(bytes, delimiter), at: 0, split: Vec::new() }
    }

    /// Where the next record begins.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Leaves out what stands before a place.
    pub fn skip_to(&mut self, place: usize) {
        self.at = place;
        self.marks.go_to(place);
    }

    /// The next record.
    pub fn read(&mut self) -> Option<Record<'_, 'a>> {
        let (bytes, start) = (self.bytes, self.at);
        if start >= bytes.len() {
            return None;
        }
        // Without a quote that is the whole record, and nothing is done for each field: a list of them took 220 instructions a
        // row more.
        let number = self.marks.delimiters();
        match self.marks.known().get(number).copied() {
            Some(feed) if bytes.get(feed) == Some(&b'\n') => {
                self.at = feed.saturating_add(1);
                let places = self.marks.pass(number.saturating_add(1));
                Some(Record { start, feeds: 1, fields: Fields::Between(bytes, places) })
            }
            // There is a quote, or no line feed any more.
            _ => {
                let feeds = self.split();
                Some(Record { start, feeds, fields: Fields::Split(&self.split) })
            }
        }
    }

    /// Splits a record; its number of line feeds.
    fn split(&mut self) -> u64 {
        let mut fields = std::mem::take(&mut self.split);
        fields.clear();
        let mut feeds = 0;
        match self.between_marks(&mut fields, &mut feeds) {
            End::Feed(feed) => self.at = feed.saturating_add(1),
            End::Bytes => self.at = self.bytes.len(),
            End::Odd => feeds = self.odd(&mut fields),
        }
        self.split = fields;
        feeds
    }

    /// Reads a record from mark to mark, as nearly all with quotes can be read.
    fn between_marks(&mut self, fields: &mut Vec<Text<'a>>, feeds: &mut u64) -> End {
        let bytes = self.bytes;
        let mut start = self.at;
        let mut push = |from: usize, to: usize| {
            fields.push(Cow::Borrowed(bytes.get(from..to).unwrap_or_default()));
        };
        while let Some(mark) = self.marks.next() {
            let Some(byte) = bytes.get(mark).copied() else { return End::Odd };
            if byte == self.delimiter {
                push(start, mark);
                start = mark.saturating_add(1);
            } else if byte == b'\n' {
                *feeds = feeds.saturating_add(1);
                push(start, before_return(bytes, start, mark));
                return End::Feed(mark);
            } else if mark == start {
                let Some(closing) = self.closing(feeds) else { return End::Odd };
                push(start.saturating_add(1), closing);
                let behind = closing.saturating_add(1);
                let Some(next) = self.marks.next() else {
                    return if behind == bytes.len() { End::Bytes } else { End::Odd };
                };
                match bytes.get(next) {
                    Some(byte) if *byte == self.delimiter && next == behind => start = next.saturating_add(1),
                    Some(b'\n') if before_return(bytes, behind, next) == behind => {
                        *feeds = feeds.saturating_add(1);
                        return End::Feed(next);
                    }
                    _ => return End::Odd,
                }
            }
            // Any other quote is text.
        }
        push(start, before_return(bytes, start, bytes.len()));
        End::Bytes
    }

    /// The next quote.
    fn closing(&mut self, feeds: &mut u64) -> Option<usize> {
        loop {
            let mark = self.marks.next()?;
            match self.bytes.get(mark)? {
                b'"' => return Some(mark),
                b'\n' => *feeds = feeds.saturating_add(1),
                _ => {}
            }
        }
    }

    /// Reads a record in any shape; its number of line feeds.
    #[cold]
    fn odd(&mut self, fields: &mut Vec<Text<'a>>) -> u64 {
        let shape = Shape { delimiter: self.delimiter, mark: None };
        let end = records::next(self.bytes, self.at, shape);
        let record = self.bytes.get(self.at..end).unwrap_or_default();
        let text = record.strip_suffix(b"\n").unwrap_or(record);
        split(text.strip_suffix(b"\r").unwrap_or(text), self.delimiter, fields);
        self.skip_to(end);
        u64::try_from(memchr::memchr_iter(b'\n', record).count()).unwrap_or(u64::MAX)
    }
}

/// Where a text ends that begins and ends here, without a carriage return at its end.
fn before_return(bytes: &[u8], start: usize, end: usize) -> usize {
    match bytes.get(start..end) {
        Some([.., b'\r']) => end.saturating_sub(1),
        _ => end,
    }
}

/// Splits a record, without the line end, into fields.
pub fn split<'a>(record: &'a [u8], delimiter: u8, fields: &mut Vec<Text<'a>>) {
    fields.clear();
    let mut rest = Some(record);
    while let Some(text) = rest {
        let (field, behind) = match text.strip_prefix(b"\"") {
            Some(quoted) => unquoted(quoted, delimiter),
            None => {
                let (field, behind) = before(text, delimiter);
                (Cow::Borrowed(field), behind)
            }
        };
        fields.push(field);
        rest = behind.strip_prefix(&[delimiter]);
    }
}

/// The text up to a delimiter, and what follows: that delimiter, or nothing.
fn before(text: &[u8], delimiter: u8) -> (&[u8], &[u8]) {
    let end = memchr::memchr(delimiter, text).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}

/// The field whose opening quote was taken, and what follows it.
fn unquoted(text: &[u8], delimiter: u8) -> (Text<'_>, &[u8]) {
    let (mut field, behind) = up_to_quote(text);
    match behind.first() {
        None => {}
        Some(byte) if *byte == delimiter => {}
        // A quote ends with its field, but a carriage return may stand between: what does is part of the field as it is.
        Some(_) => {
            let (more, behind) = before(behind, delimiter);
            field.to_mut().extend_from_slice(more);
            return (field, behind);
        }
    }
    (field, behind)
}

/// The text up to the quote that closes it, and what follows.
fn up_to_quote(text: &[u8]) -> (Text<'_>, &[u8]) {
    let mut owned: Option<Vec<u8>> = None;
    let mut rest = text;
    loop {
        let end = memchr::memchr(b'"', rest);
        let (part, behind) = end.and_then(|end| rest.split_at_checked(end)).unwrap_or((rest, &[]));
        let behind = behind.get(1..).unwrap_or_default();
        let doubled = behind.strip_prefix(b"\"");
        match (&mut owned, doubled) {
            (None, None) => return (Cow::Borrowed(part), behind),
            (Some(text), None) => {
                text.extend_from_slice(part);
                return (Cow::Owned(std::mem::take(text)), behind);
            }
            (_, Some(more)) => {
                let text = owned.get_or_insert_default();
                text.extend_from_slice(part);
                text.push(b'"');
                rest = more;
            }
        }
    }
}

/// What records are made of in tests.
#[cfg(test)]
pub(super) const PARTS: &[&[u8]] = &[
    b"\"",
    b"\"",
    b"\"\"",
    b",",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\0",
    b"\xff",
    b" ",
    b"a",
    b"a field that is longer than a register of the processor",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(record: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
        // What was in the list before does not matter.
        let mut fields = vec![Cow::Borrowed(&b"old"[..])];
        split(record, delimiter, &mut fields);
        fields.into_iter().map(Cow::into_owned).collect()
    }

    /// What the `csv` crate makes of a record that is not the first of its input: there it would take a byte order mark off.
    fn oracle(record: &[u8], delimiter: u8) -> Option<Vec<Vec<u8>>> {
        let text = [b"before\n", record].concat();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(text.as_slice());
        let record = reader.byte_records().nth(1)?.unwrap();
        Some(record.iter().map(<[u8]>::to_vec).collect())
    }

    #[test]
    fn fields_honour_quotes() {
        let texts = |record: &[u8]| {
            fields(record, b',')
                .into_iter()
                .map(|field| String::from_utf8(field).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(b"a,,\"b,c\",\"d\"\"e\"\"\",f\"g"), ["a", "", "b,c", "d\"e\"", "f\"g"]);
        assert_eq!(texts(b"\"\",\"\"\"\""), ["", "\""]);
        assert_eq!(texts(b"a,"), ["a", ""]);
        assert_eq!(texts(b"\"a\"\r,\"b\""), ["a\r", "b"]);
        assert_eq!(texts(b"a,\"open"), ["a", "open"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

        #[test]
        fn fields_are_those_of_the_csv_crate(
            parts in proptest::collection::vec(
                proptest::sample::select(PARTS),
                0..24,
            ),
            delimiter in proptest::sample::select(&b",;\t"[..]),
        ) {
            let record = parts.concat();
            // A line feed outside of quotes ends the record. How a broken one would be split is nobody's business.
            let shape = Shape { delimiter, mark: None };
            let cut = records::cut(&record, 0, 1, shape, false).unwrap();
            prop_assume!(cut.broken.is_empty());
            let record = &record[..cut.end];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if !record.is_empty() {
                prop_assert_eq!(fields(record, delimiter), oracle(record, delimiter).unwrap());
            }
        }
    }
}

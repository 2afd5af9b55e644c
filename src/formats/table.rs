//! Tables with a header in, submissions out: CSV with commas, semicolons or tabs.
//!
//! Blocks hold whole records (`input::records` cuts them); the `csv` crate reads them.

use super::cells::Cells;
use super::columns::Columns;
use super::lines::{BOM, Block};
use crate::coverage::Coverage;
use crate::issue::Reason;
use crate::submission::{Place, Sink};
use crate::time::stamp::DateOrder;
use crate::time::{Clock, Zone};

/// A table: where its cells are.
#[derive(Clone, Debug)]
pub struct Table {
    /// Between cells.
    pub delimiter: u8,
    /// The first byte behind the header.
    pub data: u64,
    /// Line feeds in the header.
    pub header_feeds: u64,
    /// Number of columns.
    pub width: usize,
    /// What the columns mean.
    pub layout: Layout,
}

/// What the columns of a table mean.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Columns of anybody's table, by their names.
    Columns(Columns),
    /// Our own cells.
    Cells(Cells),
}

/// What is needed to read a row.
#[derive(Clone, Copy, Debug)]
pub struct RowContext {
    /// Zones.
    pub clock: Clock,
    /// Which number comes first in dates with slashes.
    pub order: Option<DateOrder>,
    /// Later records than this are not believed.
    pub limit: i64,
    /// What is ignored is named.
    pub every_line: bool,
}

/// What a row is.
pub enum Row {
    /// It was told to the sink, with the time it bears.
    Used(Option<Seen>),
    /// It says what the logs covered: first and last record.
    Covered(Seen, Seen),
    /// As `Used`, but a cell of it was not understood.
    UsedWithIssue(Option<Seen>, Reason),
    /// Known, and of no use.
    Ignored(&'static str),
    /// Not understood.
    Issue(Reason),
}

/// The time that a row bears.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// The cell said in which zone.
    pub zoned: bool,
}

/// Reads the records of a block that was cut.
pub fn read(
    table: &Table,
    block: Block<'_>,
    broken: &[(usize, usize)],
    context: &RowContext,
    coverage: &mut Coverage,
    sink: &mut impl Sink,
) {
    let mut start = 0;
    for (from, to) in broken {
        records(table, block, (start, *from), context, coverage, sink);
        coverage.lines = coverage.lines.saturating_add(1);
        coverage.skip(Reason::OpenQuote, coverage.feeds.saturating_add(1));
        coverage.feeds =
            coverage.feeds.saturating_add(feeds(block.bytes.get(*from..*to).unwrap_or_default()));
        start = *to;
    }
    records(table, block, (start, block.bytes.len()), context, coverage, sink);
}

/// Line feeds in these bytes.
pub fn feeds(bytes: &[u8]) -> u64 {
    u64::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u64::MAX)
}

fn records(
    table: &Table,
    block: Block<'_>,
    (from, to): (usize, usize),
    context: &RowContext,
    coverage: &mut Coverage,
    sink: &mut impl Sink,
) {
    let bytes = block.bytes.get(from..to).unwrap_or_default();
    let base = block.place.offset.saturating_add(u64::try_from(from).unwrap_or(u64::MAX));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(table.delimiter)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail, and of a ByteRecord nothing is refused.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let (byte, line) = record.position().map_or((0, 1), |position| (position.byte(), position.line()));
        // The reader takes empty lines for the beginning of the record behind them.
        let empty = empty_lines(bytes, byte);
        let place = Place { offset: base.saturating_add(byte).saturating_add(empty), ..block.place };
        let line = coverage.feeds.saturating_add(line).saturating_add(empty);
        if record.len() == 1 && cell(&record, 0).is_empty() {
            continue;
        }
        coverage.lines = coverage.lines.saturating_add(1);
        let class = match &table.layout {
            Layout::Columns(columns) if fits(&record, table.width) => {
                columns.row(&record, place, context, sink)
            }
            // Our own rows are whole, or damaged.
            Layout::Cells(cells) if record.len() == table.width => cells.row(&record, place, context, sink),
            _ => Row::Issue(Reason::RowWidth),
        };
        count(class, line, context, coverage);
    }
    coverage.feeds = coverage.feeds.saturating_add(feeds(bytes));
}

/// How many line feeds stand at a place.
fn empty_lines(bytes: &[u8], at: u64) -> u64 {
    let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    u64::try_from(rest.iter().take_while(|byte| **byte == b'\n').count()).unwrap_or(u64::MAX)
}

/// Whether a row can be one of a table of so many columns. Who writes tables leaves out empty cells at the end of a row, or
/// adds some: missing cells are empty, and more are nothing if they are empty. But a row that has less than half of its
/// cells, or a single one, is a remark, a sum or a line that was cut, and a cell too many with text in it has moved the
/// cells behind it.
fn fits(record: &csv::ByteRecord, width: usize) -> bool {
    let len = record.len();
    let is_short = len < 2 || len.saturating_mul(2) < width;
    !is_short && (width..len).all(|column| cell(record, column).is_empty())
}

fn count(class: Row, line: u64, context: &RowContext, coverage: &mut Coverage) {
    match class {
        Row::Used(seen) | Row::UsedWithIssue(seen, _) => {
            coverage.used = coverage.used.saturating_add(1);
            if let Some(Seen { at, zoned }) = seen {
                coverage.see(at);
                coverage.zoned |= zoned;
                coverage.zoneless |= !zoned;
            }
            if let Row::UsedWithIssue(_, reason) = class {
                coverage.issues.add(reason, line);
            }
        }
        Row::Covered(first, last) => {
            coverage.used = coverage.used.saturating_add(1);
            for Seen { at, zoned } in [first, last] {
                coverage.see(at);
                coverage.zoned |= zoned;
                coverage.zoneless |= !zoned;
            }
        }
        Row::Ignored(what) => coverage.ignore(what, context.every_line),
        Row::Issue(reason) => coverage.skip(reason, line),
    }
}

/// A cell, without the carriage return that ends a line.
pub fn cell(record: &csv::ByteRecord, column: usize) -> &[u8] {
    let cell = record.get(column).unwrap_or_default();
    let is_last = column.saturating_add(1) == record.len();
    let cell = if is_last { cell.strip_suffix(b"\r").unwrap_or(cell) } else { cell };
    cell.trim_ascii()
}

/// The header of a table: the delimiter that divides it into most cells (or that a line `sep=` before it names), its
/// cells, and the first byte behind it.
pub fn header(head: &[u8]) -> Option<(u8, Vec<Vec<u8>>, u64)> {
    let (told, before) = preamble(head);
    let text = head.get(before..)?;
    let read = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(text);
        let mut record = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut record).unwrap_or(false) && record.len() > 1;
        let end = reader.position().byte();
        let cells = (0..record.len()).map(|column| cell(&record, column).to_vec()).collect::<Vec<_>>();
        found.then_some((delimiter, cells, end))
    };
    let (delimiter, cells, end) = match told {
        Some(delimiter) => read(delimiter)?,
        None => [b',', b';', b'\t'].into_iter().filter_map(read).max_by_key(|(_, cells, _)| cells.len())?,
    };
    Some((delimiter, cells, end.saturating_add(u64::try_from(before).ok()?)))
}

/// What may stand before a header: a byte order mark, the line `#TYPE ...` of `Export-Csv` of Windows PowerShell 5, the
/// line `sep=;` that tells a spreadsheet the delimiter. Returns that delimiter, and where the header begins.
fn preamble(head: &[u8]) -> (Option<u8>, usize) {
    let mut rest = head.strip_prefix(BOM).unwrap_or(head);
    let mut told = None;
    loop {
        let (line, behind) =
            rest.split_at(memchr::memchr(b'\n', rest).map_or(rest.len(), |feed| feed.saturating_add(1)));
        let delimiter = separator(line);
        // The name of a type has no delimiter behind it: `#TYPE,sender` is a header.
        if delimiter.is_none() && !line.starts_with(b"#TYPE ") {
            return (told, head.len().saturating_sub(rest.len()));
        }
        told = delimiter.or(told);
        rest = behind;
    }
}

/// `sep=;`
fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.split_at_checked(4)? {
        (name, [delimiter]) if name.eq_ignore_ascii_case(b"sep=") => (*delimiter == b'\t'
            || delimiter.is_ascii_punctuation() && *delimiter != b'"')
            .then_some(*delimiter),
        _ => None,
    }
}

impl RowContext {
    /// The zone in which days are shown.
    pub fn zone(&self) -> Zone {
        self.clock.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let (delimiter, cells, end) = header(b"\xef\xbb\xbfa;\"b;\r\nc\";d\r\n1;2;3\r\n").unwrap();
        assert_eq!((delimiter, cells.len(), end), (b';', 3, 16));
        assert!(header(b"no table\n").is_none());
    }

    #[test]
    fn lines_before_a_header() {
        let sep = b"sep=|\r\na,b|c,d|e\r\n";
        assert_eq!(header(sep).map(|(mark, cells, end)| (mark, cells.len(), end)), Some((b'|', 3, 18)));
        let mark = b"\xef\xbb\xbf#TYPE Selected.System,Object\r\nSep=;\n\"a\";b\r\n1;2\r\n";
        assert_eq!(header(mark).map(|(mark, cells, end)| (mark, cells.len(), end)), Some((b';', 2, 46)));
        let kind = b"#TYPE x\n\"a\",\"b\"\n";
        assert_eq!(header(kind).map(|(mark, cells, end)| (mark, cells.len(), end)), Some((b',', 2, 16)));
        for text in [&b"sep=;\n"[..], b"sep=;", b"#TYPE x", b"sep=;\na,b\n"] {
            assert!(header(text).is_none(), "{text:?}");
        }
        assert_eq!(header(b"sep=,b\n1,2\n").map(|(_, cells, end)| (cells.len(), end)), Some((2, 7)));
    }

    #[test]
    fn rows_that_fit() {
        for (width, row, fit) in [
            (4, "a,b", true),
            (5, "a,b", false),
            (5, "a,b,c", true),
            (2, "a", false),
            (2, "a,b", true),
            (2, "a,b,, ,\r", true),
            (2, "a,b,c", false),
        ] {
            assert_eq!(fits(&row.split(',').collect::<Vec<_>>().into(), width), fit, "{row} of {width}");
        }
    }
}

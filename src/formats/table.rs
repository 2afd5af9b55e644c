//! Tables with a header in, submissions out: CSV with commas, semicolons or tabs.
//!
//! Blocks hold whole records (`input::records` cuts them), `fields` splits them. The `csv` crate reads headers, and is the
//! measure of the rest in tests.

use super::cells::Cells;
use super::columns::Columns;
use super::fields::{Fields, Records};
use super::json::{self, Paths};
use super::lines::{BOM, Block};
use super::named::Named;
use crate::coverage::Coverage;
use crate::issue::Reason;
use crate::submission::Place;
use crate::time::stamp::{DateOrder, TableStamps};
use crate::time::window::Period;
use crate::time::{Clock, Zone};
use crate::traced::RowSink;

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
    /// It is no table, but JSON objects, whose fields have these columns.
    pub objects: Option<Paths>,
}

/// What the columns of a table mean.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Columns of anybody's table, by their names.
    Columns(Box<Columns>),
    /// Our own cells.
    Cells(Cells),
    /// Fields of a known export, by their names.
    Named(Named),
}

/// What is needed to read a row.
#[derive(Clone, Copy, Debug)]
pub struct RowContext<'c> {
    /// Zones.
    pub clock: Clock,
    /// Which number comes first in dates with slashes.
    pub order: Option<DateOrder>,
    /// Later records than this are not believed.
    pub limit: i64,
    /// What is ignored is named.
    pub every_line: bool,
    /// What is known of an export that does not say it itself.
    pub export: Export<'c>,
}

/// What is known of an export of counts, beside what stands in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Export<'c> {
    /// The name of its file.
    pub name: &'c [u8],
    /// `--period`: the days for which it was made.
    pub period: Option<Period>,
}

impl Export<'_> {
    /// What tells it from another one: exports of one tenant are never added up.
    pub fn label(&self) -> Vec<u8> {
        self.period.map_or_else(|| self.name.to_vec(), |period| period.to_string().into_bytes())
    }

    /// The first and last second of its period.
    pub fn span(&self, zone: Zone) -> Option<(i64, i64)> {
        self.period.map(|period| period.span(zone))
    }
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

/// Reads the records of a block that was cut; `broken` are its lines that are no record.
pub fn read(
    table: &Table,
    block: Block<'_>,
    broken: &[(usize, usize)],
    context: &RowContext<'_>,
    coverage: &mut Coverage,
    sink: &mut impl RowSink,
) {
    if let Some(paths) = &table.objects {
        return json::read(&table.layout, paths, block, context, coverage, sink);
    }
    let mut stamps = TableStamps::new(context.order);
    walk(table.delimiter, block, broken, |fields, place, feeds| {
        let line = coverage.feeds.saturating_add(1);
        coverage.feeds = coverage.feeds.saturating_add(feeds);
        let class = match fields {
            None => Row::Issue(Reason::OpenQuote),
            Some(fields) if fields.is_empty() => return,
            Some(fields) => match &table.layout {
                Layout::Columns(columns) if fits(fields, table.width) => {
                    columns.row(fields, place, (context, &mut stamps), sink)
                }
                Layout::Named(named) if fits(fields, table.width) => {
                    named.row(*fields, place, (context, &mut stamps), sink)
                }
                // Our own rows are whole, or damaged.
                Layout::Cells(cells) if fields.len() == table.width => {
                    cells.row(fields, place, context, sink)
                }
                _ => Row::Issue(Reason::RowWidth),
            },
        };
        coverage.lines = coverage.lines.saturating_add(1);
        count(class, line, context, coverage);
    });
}

/// Goes over the records of a block: tells the fields of each (none of a broken one), its place and its line feeds.
fn walk(
    delimiter: u8,
    block: Block<'_>,
    broken: &[(usize, usize)],
    mut tell: impl FnMut(Option<&Fields<'_, '_>>, Place, u64),
) {
    let mut records = Records::new(block.bytes, delimiter);
    let mut broken = broken.iter().peekable();
    let place = |at: usize| {
        let offset = block.place.offset.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
        Place { offset, ..block.place }
    };
    loop {
        let at = records.at();
        if let Some((from, to)) = broken.next_if(|(from, _)| *from == at) {
            records.skip_to(*to);
            tell(None, place(at), feeds(block.bytes.get(*from..*to).unwrap_or_default()));
            continue;
        }
        let Some(record) = records.read() else { break };
        tell(Some(&record.fields), place(record.start), record.feeds);
    }
}

/// Line feeds in these bytes.
pub fn feeds(bytes: &[u8]) -> u64 {
    u64::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u64::MAX)
}

/// Whether a row can be one of a table of so many columns. Who writes tables leaves out empty cells at the end of a row, or
/// adds some: missing cells are empty, and more are nothing if they are empty. But a row that has less than half of its
/// cells, or a single one, is a remark, a sum or a line that was cut, and a cell too many with text in it has moved the
/// cells behind it.
fn fits(fields: &Fields<'_, '_>, width: usize) -> bool {
    let len = fields.len();
    let is_short = len < 2 || len.saturating_mul(2) < width;
    !is_short && (width..len).all(|column| fields.cell(column).is_empty())
}

pub(super) fn count(class: Row, line: u64, context: &RowContext<'_>, coverage: &mut Coverage) {
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
        let cells = record.iter().map(|cell| cell.trim_ascii().to_vec()).collect::<Vec<_>>();
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

impl RowContext<'_> {
    /// The zone in which days are shown.
    pub fn zone(&self) -> Zone {
        self.clock.shown
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::PARTS;
    use super::*;
    use crate::input::records::{self, Shape};
    use proptest::prelude::*;

    /// A record: where it stands, the number of its line, and its cells if it is not broken.
    type Told = (u64, u64, Option<Vec<Vec<u8>>>);

    /// The records of a block that are not empty, as they are told.
    fn records_of(bytes: &[u8], delimiter: u8, broken: &[(usize, usize)]) -> Vec<Told> {
        let block = Block { bytes, place: Place::default() };
        let (mut told, mut line) = (Vec::new(), 1);
        walk(delimiter, block, broken, |fields, place, feeds| {
            let is_told = fields.is_none_or(|fields| !fields.is_empty());
            let owned =
                |fields: &Fields| (0..fields.len()).map(|column| fields.cell(column).to_vec()).collect();
            told.extend(is_told.then(|| (place.offset, line, fields.map(owned))));
            line += feeds;
        });
        assert_eq!(line, feeds(bytes) + 1);
        told
    }

    /// The same by the `csv` crate, which reads what stands between broken records.
    fn oracle(bytes: &[u8], delimiter: u8, broken: &[(usize, usize)]) -> Vec<Told> {
        let mut told = Vec::new();
        let mut start = 0;
        for (from, to) in broken.iter().copied().chain([(bytes.len(), bytes.len())]) {
            // Behind a line feed the crate takes no byte order mark off.
            let text = [b"\n", &bytes[start..from]].concat();
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(delimiter)
                .terminator(csv::Terminator::Any(b'\n'))
                .from_reader(text.as_slice());
            for record in reader.byte_records().map(Result::unwrap) {
                let cells: Vec<_> = record.iter().map(|cell| cell.trim_ascii().to_vec()).collect();
                // The crate takes empty lines for the beginning of the record behind them.
                let at = usize::try_from(record.position().unwrap().byte()).unwrap();
                let at = at + text[at..].iter().take_while(|byte| **byte == b'\n').count() - 1;
                let line = feeds(&bytes[..start + at]) + 1;
                if cells != [b""] {
                    told.push(((start + at) as u64, line, Some(cells)));
                }
            }
            if from < to {
                told.push((from as u64, feeds(&bytes[..from]) + 1, None));
            }
            start = to;
        }
        told
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

        #[test]
        fn records_are_those_of_the_csv_crate(
            parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..60),
            delimiter in proptest::sample::select(&b",;\t"[..]),
        ) {
            let bytes = parts.concat();
            let shape = Shape { delimiter, mark: None };
            let cut = records::cut(&bytes, 0, bytes.len(), shape, false).unwrap();
            let broken = &cut.broken;
            prop_assert_eq!(records_of(&bytes, delimiter, broken), oracle(&bytes, delimiter, broken));
        }
    }

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
            let mut records = Records::new(row.as_bytes(), b',');
            let fields = records.read().unwrap().fields;
            assert_eq!(fits(&fields, width), fit, "{row} of {width}");
        }
    }
}

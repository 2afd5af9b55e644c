//! Rows under lines such as `#Fields: date-time,session-id,...`, which come again wherever a server began to log anew, and
//! under the header of a table: cells in, words of sessions out.
//!
//! Cells are borrowed from the block: what a session says has to outlive its row. Where records end, `input::records` knows.

use super::Format;
use super::exchange_smtp::{self, Sessions, Smtp};
use super::exchange_tracking::{self, Tracking};
use super::fields::{Fields, Records, between, split};
use super::lines::{BOM, Block};
use super::table::{RowContext, feeds};
use crate::coverage::Coverage;
use crate::event::Text;
use crate::input::records::{self, Shape};
use crate::issue::Reason;
use crate::submission::Place;
use crate::time::stamp::{self, DateOrder, TableStamps};
use crate::turn::{Relayed, Tracked, Turn};
use std::borrow::Cow;

/// With what lines of a header begin.
pub const MARK: u8 = b'#';

/// How rows lie in an input.
#[derive(Clone, Debug)]
pub struct Headed {
    /// Between cells.
    pub delimiter: u8,
    /// The first byte behind the header of a table; 0 where headers begin with [`MARK`].
    pub data: u64,
    /// Line feeds in the header of a table.
    pub header_feeds: u64,
    /// Headers begin with [`MARK`], and may stand anywhere.
    pub is_marked: bool,
    /// What the first rows are.
    pub section: Section,
}

/// What rows are, until another header comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// Of an SMTP protocol log.
    Smtp(Smtp),
    /// Of message tracking.
    Tracking(Tracking),
    /// Of a log that is read here, by what it calls itself, under a line `#Fields` that lacks columns.
    Damaged,
    /// Of something else.
    Foreign,
}

/// Which logs of Exchange Server there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Protocol logs of what came in.
    pub receive: bool,
    /// Protocol logs of what went out.
    pub send: bool,
    /// Message tracking.
    pub tracking: bool,
}

impl Kinds {
    /// Every kind.
    pub const ALL: Self = Self { receive: true, send: true, tracking: true };

    /// The kind of a section.
    pub fn of(section: &Section) -> Self {
        Self {
            receive: matches!(section, Section::Smtp(smtp) if !smtp.is_send),
            send: matches!(section, Section::Smtp(smtp) if smtp.is_send),
            tracking: matches!(section, Section::Tracking(_)),
        }
    }

    /// These and others.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self {
            receive: self.receive || more.receive,
            send: self.send || more.send,
            tracking: self.tracking || more.tracking,
        }
    }
}

/// The cells of a row.
pub type Cells<'a> = [Text<'a>];

/// What a row is.
#[derive(Debug)]
pub enum Word<'r, 'a> {
    /// A word of a session whose rows are numbered.
    Turn(Turn<'r, 'a>),
    /// A front end hands a session over to a hub.
    Relayed(Relayed<'a>),
    /// Message tracking saw a message come in.
    Tracked(Box<Tracked<'a>>),
    /// Known, and of no use here. The text says what it is.
    Ignored(&'static str),
    /// Not understood, or not believed.
    Issue(Reason),
}

/// The time and place of a row.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Where the row stands.
    pub place: Place,
}

impl Headed {
    /// How its records look.
    pub fn shape(&self) -> Shape {
        Shape { delimiter: self.delimiter, mark: self.is_marked.then_some(MARK) }
    }

    /// The stamp of the first row of these lines. Order of days and months does not matter for what it is used for: the
    /// order of inputs.
    pub fn first_time(&self, lines: &[u8]) -> Option<stamp::Stamp> {
        let mut in_force = InForce::new(self.section.clone());
        let mut cells = Vec::new();
        lines.split(|byte| *byte == b'\n').find_map(|line| {
            let line = line.strip_prefix(BOM).unwrap_or(line).trim_ascii_end();
            if self.is_marked && line.first() == Some(&MARK) {
                in_force.line(line);
                return None;
            }
            split(line, self.delimiter, &mut cells);
            stamp_of(cells.get(in_force.section.time_column())?, None)
        })
    }

    /// Whether a record that begins here may be no row, or has a mark before its first cell.
    fn is_other(&self, record: &[u8]) -> bool {
        (self.is_marked && record.first() == Some(&MARK)) || record.starts_with(BOM)
    }

    /// The format of its first rows.
    pub fn format(&self) -> Option<&'static Format> {
        match self.section {
            Section::Smtp(_) => Some(&exchange_smtp::FORMAT),
            Section::Tracking(_) => Some(&exchange_tracking::FORMAT),
            Section::Damaged | Section::Foreign => None,
        }
    }
}

impl Section {
    /// What rows under these fields are. `kind` is what the log calls itself (`#Log-type`).
    pub fn of(kind: Option<&[u8]>, fields: &[&[u8]]) -> Self {
        let smtp = || Smtp::find(kind, fields).map(Self::Smtp);
        let other = if kind.is_some_and(is_read) { Self::Damaged } else { Self::Foreign };
        smtp().or_else(|| Tracking::find(fields).map(Self::Tracking)).unwrap_or(other)
    }

    fn width(&self) -> Option<usize> {
        match self {
            Self::Smtp(smtp) => Some(smtp.width),
            Self::Tracking(tracking) => Some(tracking.width),
            Self::Damaged | Self::Foreign => None,
        }
    }

    fn time_column(&self) -> usize {
        match self {
            Self::Smtp(smtp) => smtp.time(),
            Self::Tracking(tracking) => tracking.time(),
            Self::Damaged | Self::Foreign => 0,
        }
    }
}

/// Whether logs that call themselves so (`#Log-type`) are read.
fn is_read(kind: &[u8]) -> bool {
    const KINDS: [&[u8]; 3] =
        [b"SMTP Receive Protocol Log", b"SMTP Send Protocol Log", b"Message Tracking Log"];
    KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// The header that is in force, while lines are read.
#[derive(Clone, Debug)]
pub struct InForce {
    kind: Option<Vec<u8>>,
    /// What rows are.
    pub section: Section,
    /// What rows have been.
    kinds: Kinds,
}

impl InForce {
    /// Before any header line.
    pub fn new(section: Section) -> Self {
        Self { kind: None, kinds: Kinds::of(&section), section }
    }

    /// Takes in header lines.
    pub fn lines(&mut self, lines: &[u8]) {
        lines.split(|byte| *byte == b'\n').for_each(|line| self.line(line));
    }

    /// Takes in a header line: `#Fields: a,b`, `#Log-type: SMTP Receive Protocol Log`. A line `#Software` begins another log.
    fn line(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        let value = |name: &[u8]| {
            let (begin, rest) = line.split_at_checked(name.len())?;
            begin.eq_ignore_ascii_case(name).then(|| rest.trim_ascii_start())
        };
        if value(b"#Software:").is_some() {
            self.kind = None;
        } else if let Some(kind) = value(b"#Log-type:") {
            self.kind = Some(kind.to_vec());
        } else if let Some(fields) = value(b"#Fields:") {
            let fields: Vec<&[u8]> = fields.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
            self.section = Section::of(self.kind.as_deref(), &fields);
            self.kinds = self.kinds.and(Kinds::of(&self.section));
        }
    }

    /// What the log calls itself.
    pub fn kind(&self) -> Option<&[u8]> {
        self.kind.as_deref()
    }
}

/// A row under the header of a log that is not read.
const OTHER_LOG: &str = "row of another log";

/// Reads a block that was cut. `header` is what is in force where it begins, `broken` are its lines that are no record.
/// Returns which logs stand in it.
pub fn read<'a>(
    headed: &Headed,
    block: Block<'a>,
    (header, broken): (&[u8], &[(usize, usize)]),
    context: &RowContext<'_>,
    coverage: &mut Coverage,
    out: &mut impl FnMut(Word<'_, 'a>),
) -> Kinds {
    let mut in_force = InForce::new(headed.section.clone());
    in_force.lines(header);
    let (mut row, mut cells) = (Row::new(context.order), Vec::new());
    let mut broken = broken.iter().peekable();
    let mut records = Records::new(block.bytes, headed.delimiter);
    while records.at() < block.bytes.len() {
        let at = records.at();
        let offset = block.place.offset.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
        let place = Place { offset, ..block.place };
        let rest = block.bytes.get(at..).unwrap_or_default();
        let (class, more) = if let Some((from, to)) = broken.next_if(|(from, _)| *from == at) {
            records.skip_to(*to);
            (Word::Issue(Reason::OpenQuote), feeds(block.bytes.get(*from..*to).unwrap_or_default()))
        } else if headed.is_other(rest) {
            let end = records::next(block.bytes, at, headed.shape());
            records.skip_to(end);
            let record = block.bytes.get(at..end).unwrap_or_default();
            let around = (&mut row, &mut cells);
            (class_of(headed, record, place, &mut in_force, around, (context, coverage)), feeds(record))
        } else {
            let Some(record) = records.read() else { break };
            let is_empty = matches!(record.fields, Fields::Between(bytes, places)
                if places.len() == 2 && between(bytes, places, 0).is_empty());
            let class = match is_empty {
                true => Word::Ignored("empty line"),
                false => row_of(place, &in_force, &mut row, record.fields, (context, coverage)),
            };
            (class, record.feeds)
        };
        coverage.lines = coverage.lines.saturating_add(1);
        match class {
            Word::Ignored(what) => coverage.ignore(what, context.every_line),
            Word::Issue(reason) => coverage.skip(reason, coverage.feeds.saturating_add(1)),
            class => {
                coverage.used = coverage.used.saturating_add(1);
                out(class);
            }
        }
        coverage.feeds = coverage.feeds.saturating_add(more);
    }
    in_force.kinds
}

/// What a record is that may be a header line, or begins with a mark of its encoding: which is no part of its first cell.
fn class_of<'r, 'a>(
    headed: &Headed,
    record: &'a [u8],
    place: Place,
    in_force: &mut InForce,
    (row, cells): (&'r mut Row<'a>, &mut Vec<Text<'a>>),
    (context, coverage): (&RowContext<'_>, &mut Coverage),
) -> Word<'r, 'a> {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    // Also within an input: logs with a mark may have been put together.
    let record = record.strip_prefix(BOM).unwrap_or(record);
    if record.is_empty() {
        return Word::Ignored("empty line");
    }
    if headed.is_marked && record.first() == Some(&MARK) {
        in_force.line(record);
        return Word::Ignored("header");
    }
    split(record, headed.delimiter, cells);
    row_of(place, in_force, row, Fields::Split(cells), (context, coverage))
}

/// What a row is whose cells are known. In one piece with its caller, because a word has a hundred bytes.
#[inline(always)]
fn row_of<'r, 'a>(
    place: Place,
    in_force: &InForce,
    row: &'r mut Row<'a>,
    fields: Fields<'_, 'a>,
    (context, coverage): (&RowContext<'_>, &mut Coverage),
) -> Word<'r, 'a> {
    let Some(width) = in_force.section.width() else {
        let is_damaged = in_force.section == Section::Damaged;
        if !is_damaged {
            coverage.foreign = coverage.foreign.saturating_add(1);
        }
        return if is_damaged { Word::Issue(Reason::LogHeader) } else { Word::Ignored(OTHER_LOG) };
    };
    if fields.len() != width {
        return Word::Issue(Reason::RowWidth);
    }
    let time = fields.text(in_force.section.time_column());
    let Some(stamp) = row.stamps.read(&time) else {
        return Word::Issue(Reason::RowTime);
    };
    let when = When { at: context.clock.instant(stamp), place };
    if when.at > context.limit {
        return Word::Issue(Reason::Future);
    }
    let class = match &in_force.section {
        Section::Smtp(smtp) => {
            let connectors = context.every_line.then_some(&mut coverage.connectors);
            let sessions = &mut row.sessions;
            match fields {
                // Nearly every row: its cells are borrowed, and nobody asks each of them whether it is.
                Fields::Between(bytes, places) => {
                    let cell = |column| Text::Borrowed(between(bytes, places, column));
                    smtp.row(cell, when, sessions, connectors)
                }
                Fields::Split(_) => smtp.row(|column| fields.text(column), when, sessions, connectors),
            }
        }
        Section::Tracking(tracking) => {
            fields.all(&mut row.cells);
            tracking.row(&row.cells, when)
        }
        Section::Damaged | Section::Foreign => Word::Ignored(OTHER_LOG),
    };
    if !matches!(class, Word::Issue(_)) {
        coverage.see(when.at);
        coverage.zoned |= stamp.offset.is_some();
        coverage.zoneless |= stamp.offset.is_none();
    }
    class
}

/// A row, and what was read in those before it: the next one has nearly always the same minute, and is of the session of one
/// of them.
struct Row<'a> {
    cells: Vec<Text<'a>>,
    stamps: TableStamps,
    sessions: Sessions<'a>,
}

impl Row<'_> {
    fn new(order: Option<DateOrder>) -> Self {
        Self { cells: Vec::new(), stamps: TableStamps::new(order), sessions: Sessions::default() }
    }
}

/// Logs have ISO stamps, tables what the administrator's language writes.
fn stamp_of(text: &[u8], order: Option<DateOrder>) -> Option<stamp::Stamp> {
    match stamp::iso(text) {
        Some((stamp, [])) => Some(stamp),
        _ => stamp::table(text, order),
    }
}

/// A part of a cell: borrowed where the cell is.
pub fn part<'a>(cell: &Text<'a>, pick: impl for<'x> FnOnce(&'x [u8]) -> &'x [u8]) -> Text<'a> {
    match cell {
        Cow::Borrowed(text) => Cow::Borrowed(pick(text)),
        Cow::Owned(text) => Cow::Owned(pick(text).to_vec()),
    }
}

/// The name of a connector. Servers of old versions write it in the code page of Windows, and do not say in which: then the
/// Western one is assumed, so that at least the same name is always the same text.
pub fn name<'a>(cell: &Text<'a>) -> Text<'a> {
    if std::str::from_utf8(cell).is_ok() {
        return cell.clone();
    }
    let (decoded, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell);
    Cow::Owned(decoded.into_owned().into_bytes())
}

/// The name of a field without case, blanks and punctuation: logs write `date-time`, cmdlets `DateTime`.
pub fn folded(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}

/// The column of a name.
pub fn column(fields: &[&[u8]], names: &[&[u8]]) -> Option<usize> {
    let find = |name: &&[u8]| fields.iter().position(|field| folded(field) == **name);
    names.iter().find_map(find)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_header_changes_what_rows_are() {
        let mut in_force = InForce::new(Section::Foreign);
        in_force.lines(b"#Software: x\r\n#Log-type: SMTP Receive Protocol Log\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n");
        assert!(matches!(in_force.section, Section::Smtp(_)));
        in_force.lines(b"#Fields: date-time,session,source\n");
        assert_eq!(in_force.section, Section::Damaged);
        in_force.lines(b"#Software: y\n#Fields: date-time,session,source\n");
        assert_eq!(in_force.section, Section::Foreign);
    }
}

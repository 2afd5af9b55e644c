//! What an input is, decided by its beginning.

use super::cells::Cells;
use super::columns::{self, Columns};
use super::envelope;
use super::exchange_smtp::Smtp;
use super::exchange_tracking::{self, Tracking};
use super::fields;
use super::guess;
use super::headed::{Headed, InForce, MARK, Section};
use super::json;
use super::lines::{BOM, Lines};
use super::mapping::Mapping;
use super::named::{self, Named};
use super::table::{Layout, Table, feeds, header};
use super::{Format, Rows, Shape, messages, records};
use crate::input::compressed::container;
use crate::input::objects;
use crate::submission::Basis;
use crate::time::stamp;

/// How many lines of the beginning are looked at: all files of a folder are, before it is known which of them matter.
const LOOKED_AT: usize = 1000;

/// The format of lines in syslog of which none at the beginning is a mail server's.
pub const SYSLOG: &str = "syslog";

/// In how many lines at the beginning of a log without its header a row is looked for.
const EXCERPT: usize = 10;

/// How an input is read.
#[derive(Clone, Debug)]
pub enum Reader {
    /// Line by line.
    Lines(Lines),
    /// Row by row.
    Table(Table),
    /// Row by row, under headers that may come again.
    Headed(Headed),
}

/// What an input was found to be.
#[derive(Clone, Debug)]
pub struct Detected {
    /// How it is read.
    pub reader: Reader,
    /// The name of its format; several, joined by `+`, where one file holds lines of several; [`SYSLOG`] where the
    /// beginning holds lines of other programs only.
    pub format: String,
    /// Why, for `inspect`.
    pub why: String,
}

/// What may be told with `--columns`: fields, and the names of the columns that seem to hold them.
pub type Proposal = Option<Vec<(&'static str, Vec<u8>)>>;

/// What the user says of all inputs.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// `--input-format`.
    pub format: Option<&'static Format>,
    /// `--columns`.
    pub columns: &'t Mapping,
}

/// Why an input was not recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Nothing in it.
    Empty,
    /// Compressed, in this container, within another.
    Compressed(&'static str),
    /// A tar archive.
    Archive,
    /// Compressed, and so broken that nothing in it can be recognised: why.
    Damaged(String),
    /// JSON whose fields are not understood: their paths.
    Json(Vec<Vec<u8>>, Proposal),
    /// Its beginning is no text.
    Binary,
    /// A table of mail without a sender column: its columns.
    NoSender(Vec<Vec<u8>>, Proposal),
    /// A table whose columns are not understood: its columns.
    Columns(Vec<Vec<u8>>, Proposal),
    /// A log under header lines that is none of mail: what it calls itself.
    OtherLog(Vec<u8>),
    /// A log of Exchange Server whose `#Fields` lack columns: what it calls itself.
    LogHeader(Vec<u8>),
    /// An export of message tracking without these properties.
    Tracking(Vec<&'static str>),
    /// Text that no format knows.
    Text,
    /// Not what `--input-format` says.
    NotAs(&'static str),
}

/// Decides what an input is. `head` is its beginning, ending with a whole line if the input is longer; `told` is
/// what the user says.
pub fn detect(head: &[u8], told: Told<'_>) -> Result<Detected, Unknown> {
    if head.is_empty() {
        return Err(Unknown::Empty);
    }
    // One container is taken off before; a file that needs more is no log as anybody keeps it.
    if let Some(container) = container(head) {
        return Err(Unknown::Compressed(container.name));
    }
    // What is in it would be read as lines of a log, and the headers between them as broken ones.
    if head.get(257..262) == Some(b"ustar") {
        return Err(Unknown::Archive);
    }
    if let Some(format) = told.format {
        return as_told(head, format, told.columns);
    }
    if objects::begins(head) {
        return objects_of(head, told.columns);
    }
    if let Some(detected) = headed_of(head) {
        return detected;
    }
    let lines = lines_of(head, messages().map(|(format, _)| format));
    if let Some(detected) = lines {
        return Ok(detected);
    }
    // A name full of zeros makes no table something else: cells have such a name if a log has it.
    rows_of(head, false, told.columns)
        .map_err(|unknown| if is_binary(head) { Unknown::Binary } else { unknown })
}

fn is_binary(head: &[u8]) -> bool {
    let sample = head.get(..head.len().min(4096)).unwrap_or_default();
    memchr::memchr_iter(0, sample).count() > sample.len() / 8
}

/// JSON objects.
fn objects_of(head: &[u8], columns: &Mapping) -> Result<Detected, Unknown> {
    let table = json::find(head, columns).map_err(|(names, rows)| {
        let proposal = guess::propose(&names, &rows);
        Unknown::Json(names, proposal)
    })?;
    let (format, why) = match &table.layout {
        Layout::Named(named) => {
            (named.format.name, format!("JSON; its fields are those of {}", named.format.about))
        }
        Layout::Columns(_) | Layout::Cells(_) => ("csv", "JSON objects with a sender".to_owned()),
    };
    Ok(Detected { reader: Reader::Table(table), format: format.to_owned(), why })
}

/// `--input-format`: nothing is guessed, but a table must have its columns.
fn as_told(head: &[u8], format: &'static Format, columns: &Mapping) -> Result<Detected, Unknown> {
    let told = |reader| Detected {
        reader,
        format: format.name.to_owned(),
        why: "told by --input-format".to_owned(),
    };
    match &format.shape {
        Shape::Messages(messages) => {
            let is_own = messages.own_file && own_lines(&lines_in(head), messages) > 0;
            let lines = if is_own { Lines::OwnFile(messages) } else { Lines::Syslog(Some(messages)) };
            Ok(told(Reader::Lines(lines)))
        }
        Shape::Rows(_) | Shape::Records(_) => {
            let is_any_table = matches!(format.shape, Shape::Rows(Rows::Table));
            let found = match headed_of(head) {
                Some(found) => found,
                None if objects::begins(head) => objects_of(head, columns),
                None => rows_of(head, is_any_table, columns),
            }?;
            if found.format != format.name {
                return Err(Unknown::NotAs(format.name));
            }
            Ok(told(found.reader))
        }
    }
}

/// A log whose rows stand under lines such as `#Fields: a,b,c`, or that lost those lines.
fn headed_of(head: &[u8]) -> Option<Result<Detected, Unknown>> {
    let text = head.strip_prefix(BOM).unwrap_or(head);
    let headed = |section| Headed { delimiter: b',', data: 0, header_feeds: 0, is_marked: true, section };
    let found = |headed: Headed, why: String| {
        let format = headed.format()?.name.to_owned();
        Some(Ok(Detected { reader: Reader::Headed(headed), format, why }))
    };
    if text.first() == Some(&MARK) {
        let mut in_force = InForce::new(Section::Foreign);
        let lines =
            text.split_inclusive(|byte| *byte == b'\n').take_while(|line| line.first() == Some(&MARK));
        let header = text.get(..lines.map(<[u8]>::len).sum()).unwrap_or(text);
        memchr::memmem::find(header, b"#Fields:")?;
        in_force.lines(header);
        let kind = in_force.kind().unwrap_or(b"a log with #Fields").to_vec();
        return match in_force.section {
            Section::Foreign => Some(Err(Unknown::OtherLog(kind))),
            Section::Damaged => Some(Err(Unknown::LogHeader(kind))),
            section => found(headed(section), "its #Fields are those of such a log".to_owned()),
        };
    }
    // An excerpt may begin in the middle of a row.
    let mut cells = Vec::new();
    let smtp = text.split(|byte| *byte == b'\n').take(EXCERPT).find_map(|row| {
        fields::split(row.trim_ascii_end(), b',', &mut cells);
        Smtp::of_row(&cells)
    })?;
    found(
        headed(Section::Smtp(smtp)),
        "its first rows are those of such a log, the header is missing".to_owned(),
    )
}

/// The first lines. They were a quarter of the time in which a folder of logs was looked at, byte by byte and several times.
fn lines_in(head: &[u8]) -> Vec<&[u8]> {
    let head = head.strip_prefix(BOM).unwrap_or(head);
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', head).chain([head.len()]);
    let lines = ends.filter_map(|end| head.get(std::mem::replace(&mut start, end.saturating_add(1))..end));
    lines.filter(|line| !line.is_empty()).take(LOOKED_AT).collect()
}

/// How many lines of the beginning are of a program's own file.
fn own_lines(lines: &[&[u8]], format: &super::Messages) -> usize {
    let is_own = |line: &&&[u8]| {
        let behind = stamp::iso(line).and_then(|(_, rest)| rest.strip_prefix(b" "));
        behind.is_some_and(|text| (format.own_line)(text))
    };
    lines.iter().filter(is_own).count()
}

fn lines_of<'f>(head: &[u8], formats: impl Iterator<Item = &'f Format>) -> Option<Detected> {
    let lines = lines_in(head);
    let total = lines.len();
    let mut names = Vec::new();
    let mut found = 0_usize;
    let programs: Vec<&[u8]> =
        lines.iter().filter_map(|line| program(line)).filter(|program| !program.is_empty()).collect();
    for format in formats {
        let Shape::Messages(messages) = &format.shape else { continue };
        let own = if messages.own_file { own_lines(&lines, messages) } else { 0 };
        let logged = programs.iter().filter(|program| (messages.program)(program).is_some()).count();
        if own > logged {
            let why = format!("{own} of the first {total} lines are {}'s own", format.name);
            let own: &'static super::Messages = messages_of(format.name)?;
            return Some(Detected {
                reader: Reader::Lines(Lines::OwnFile(own)),
                format: format.name.to_owned(),
                why,
            });
        }
        if logged > 0 {
            names.push(format.name);
            found = found.saturating_add(logged);
        }
    }
    // A quarter: a log may begin with lines that somebody cut.
    if programs.is_empty() || programs.len().saturating_mul(4) < total {
        return None;
    }
    let (format, why) = if names.is_empty() {
        (SYSLOG.to_owned(), format!("syslog; no mail server in the first {total} lines"))
    } else {
        (
            names.join("+"),
            format!("{found} of the first {total} lines are of {} in syslog", names.join(" and ")),
        )
    };
    Some(Detected { reader: Reader::Lines(Lines::Syslog(None)), format, why })
}

fn messages_of(name: &str) -> Option<&'static super::Messages> {
    messages().find(|(format, _)| format.name == name).map(|(_, messages)| messages)
}

/// The program of a line of syslog, empty if the line names none.
fn program(line: &[u8]) -> Option<&[u8]> {
    let zeros = line.iter().take_while(|byte| **byte == 0).count();
    let line = line.get(zeros..)?;
    let (_, rest) = stamp::time(line)?;
    let envelope = if stamp::is_5424(line) { envelope::rest_5424(rest) } else { envelope::rest(rest) };
    envelope.map(|envelope| envelope.program)
}

/// `is_told`: that it is a table is not to be doubted.
fn rows_of(head: &[u8], is_told: bool, told: &Mapping) -> Result<Detected, Unknown> {
    let (delimiter, cells, data) = header(head).ok_or(Unknown::Text)?;
    let width = cells.len();
    let header = head.get(..usize::try_from(data).unwrap_or(0)).unwrap_or(head);
    let header_feeds = feeds(header);
    let names: Vec<&[u8]> = cells.iter().map(Vec::as_slice).collect();
    let table = |layout| Reader::Table(Table { delimiter, data, header_feeds, width, layout, objects: None });
    let is_mapped = told.is_of(&cells);
    if let Some(named) = named_of(&names).filter(|_| !is_mapped) {
        let (format, why) =
            (named.format.name.to_owned(), format!("its columns are those of {}", named.format.about));
        return Ok(Detected { reader: table(Layout::Named(named)), format, why });
    }
    if let Some(tracking) = Tracking::find(&names).filter(|_| !is_mapped) {
        let section = Section::Tracking(tracking);
        let headed = Headed { delimiter, data, header_feeds, is_marked: false, section };
        let why = "its columns are those of Get-MessageTrackingLog".to_owned();
        return Ok(Detected {
            reader: Reader::Headed(headed),
            format: exchange_tracking::FORMAT.name.to_owned(),
            why,
        });
    }
    // Read as any table, all of its events would be messages, and none of them of a client that logged in.
    if let Some(missing) = exchange_tracking::missing(&names).filter(|_| !is_told && !is_mapped) {
        return Err(Unknown::Tracking(missing));
    }
    if let Some(own) = Cells::find(&cells) {
        let why = "its header is that of smtpauth export".to_owned();
        return Ok(Detected { reader: table(Layout::Cells(own)), format: "cells".to_owned(), why });
    }
    let proposal = |cells: &[Vec<u8>]| {
        let rows = head.get(usize::try_from(data).unwrap_or(0)..).unwrap_or_default();
        guess::propose(cells, &first_rows(rows, delimiter))
    };
    match Columns::find(&cells, told) {
        Some(Ok(found)) => {
            let unmarked =
                if found.basis() == Basis::Unmarked { "; it does not say who authenticated" } else { "" };
            let why = format!("a header of {width} columns with a sender{unmarked}");
            Ok(Detected { reader: table(Layout::Columns(Box::new(found))), format: "csv".to_owned(), why })
        }
        Some(Err(())) => {
            let proposal = proposal(&cells);
            Err(Unknown::NoSender(cells, proposal))
        }
        None if looks_like_header(&cells) => {
            let proposal = proposal(&cells);
            Err(Unknown::Columns(cells, proposal))
        }
        None => Err(Unknown::Text),
    }
}

/// The cells of the first rows.
fn first_rows(bytes: &[u8], delimiter: u8) -> Vec<Vec<Vec<u8>>> {
    let mut records = fields::Records::new(bytes, delimiter);
    let mut rows = Vec::new();
    while let Some(record) = records.read().filter(|_| rows.len() < guess::LOOKED_AT) {
        rows.push((0..record.fields.len()).map(|column| record.fields.cell(column).to_vec()).collect());
    }
    rows
}

/// The export of which a header is.
fn named_of(header: &[&[u8]]) -> Option<Named> {
    records().find_map(|(format, records)| {
        let columns = named::Columns::find(records, header);
        (records.fits)(&columns).then_some(Named { format, records, columns })
    })
}

/// A header has short cells without control characters.
fn looks_like_header(cells: &[Vec<u8>]) -> bool {
    let is_name = |cell: &Vec<u8>| (1..=40).contains(&cell.len()) && cell.iter().all(|b| *b >= b' ');
    cells.len() >= 3 && cells.iter().all(is_name)
}

/// The names of sender columns, for errors.
pub fn sender_columns() -> String {
    let sender = columns::aliases().find(|(first, _)| *first == "sender");
    sender.map(|(first, others)| format!("{first}, {}", others.join(", "))).unwrap_or_default()
}

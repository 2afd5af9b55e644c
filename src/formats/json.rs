//! JSON in, records with named fields out: a field is named by its path (`status.errorCode`), so that the formats of tables
//! read what services answer with in JSON as they read their exports.

use super::columns::Columns as AnyColumns;
use super::fields::Fields;
use super::headed::folded;
use super::lines::Block;
use super::mapping::Mapping;
use super::named::{Columns, Named, Records};
use super::records;
use super::table::{Layout, Row, RowContext, Table, count, feeds};
use crate::coverage::Coverage;
use crate::event::Text;
use crate::input::objects::{self, Next};
use crate::issue::Reason;
use crate::submission::Place;
use crate::time::stamp::TableStamps;
use crate::traced::RowSink;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many objects at the beginning tell which fields there are.
const LOOKED_AT: usize = 20;

/// The paths of fields, folded, and their columns.
#[derive(Clone, Debug, Default)]
pub struct Paths(BTreeMap<Vec<u8>, usize>);

/// What stands in front of a record in what a log service sends; its fields are those of the record.
const WRAPPER: &str = "properties";

/// Paths of fields, and what stands in those of the first objects.
type Unread = (Vec<Vec<u8>>, Vec<Vec<Vec<u8>>>);

/// Finds out what the objects at the beginning of a text are; `told` is `--columns`. `Err`: their fields are those of no format.
pub fn find(head: &[u8], told: &Mapping) -> Result<Table, Unread> {
    let (names, rows) = first_objects(head);
    let header: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    let table = |paths: Paths, layout| Table {
        delimiter: b',',
        data: 0,
        header_feeds: 0,
        width: paths.0.len(),
        layout,
        objects: Some(paths),
    };
    let fits = |records: &Records| (records.fits)(&Columns::find(records, &header));
    let known = records().find(|(_, records)| fits(records)).filter(|_| !told.is_of(&names));
    if let Some((format, records)) = known {
        // Also fields that the first objects do not have.
        let all: Vec<&[u8]> = records.fields.iter().copied().flatten().map(|name| name.as_bytes()).collect();
        let named = Named { format, records, columns: Columns::find(records, &all) };
        return Ok(table(Paths::of(&all), Layout::Named(named)));
    }
    match AnyColumns::find(&names, told) {
        Some(Ok(found)) => Ok(table(Paths::of(&header), Layout::Columns(Box::new(found)))),
        _ => Err((names, rows)),
    }
}

/// The paths of the fields that the first objects have, and what stands there.
fn first_objects(head: &[u8]) -> Unread {
    let mut names: Vec<Vec<u8>> = Vec::new();
    let mut rows = Vec::new();
    let mut at = 0;
    for _ in 0..LOOKED_AT {
        // The last one may be cut.
        let (Next::Object(_, end) | Next::Broken(_, end)) = objects::next(head, at, true) else { break };
        let value = head.get(at..end).and_then(object_in);
        at = end;
        let Some(value) = value else { continue };
        let mut row: Vec<Vec<u8>> = Vec::new();
        flatten(&value, &mut Vec::new(), &mut |name, text| {
            let column = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_vec());
                names.len().saturating_sub(1)
            });
            row.resize(row.len().max(column.saturating_add(1)), Vec::new());
            row.get_mut(column).into_iter().for_each(|cell| *cell = text.to_vec());
        });
        rows.push(row);
    }
    (names, rows)
}

fn object_in(text: &[u8]) -> Option<Value> {
    match objects::next(text, 0, false) {
        Next::Object(start, end) => parsed(text.get(start..end)),
        Next::Broken(..) | Next::End | Next::Unknown => None,
    }
}

impl Paths {
    fn of(names: &[&[u8]]) -> Self {
        let mut paths = BTreeMap::new();
        for (column, name) in names.iter().enumerate() {
            paths.entry(name.to_vec()).or_insert(column);
        }
        Self(paths)
    }

    /// Puts the fields of an object into their columns.
    fn cells(&self, object: &Value, cells: &mut Vec<Text<'static>>) {
        cells.clear();
        cells.resize(self.0.values().max().map_or(0, |last| last.saturating_add(1)), Cow::Borrowed(b""));
        flatten(object, &mut Vec::new(), &mut |name, text| {
            let cell = self.0.get(name).and_then(|column| cells.get_mut(*column));
            cell.into_iter().filter(|_| !text.is_empty()).for_each(|cell| *cell = Cow::Owned(text.to_vec()));
        });
    }
}

/// Reads a block that was cut.
pub fn read(
    layout: &Layout,
    paths: &Paths,
    block: Block<'_>,
    context: &RowContext<'_>,
    coverage: &mut Coverage,
    sink: &mut impl RowSink,
) {
    let mut stamps = TableStamps::new(context.order);
    let (mut at, mut counted, mut cells) = (0, 0, Vec::new());
    loop {
        let (start, end, object) = match objects::next(block.bytes, at, false) {
            Next::Object(start, end) => (start, end, parsed(block.bytes.get(start..end))),
            Next::Broken(start, end) => (start, end, None),
            Next::End | Next::Unknown => break,
        };
        at = end;
        coverage.feeds =
            coverage.feeds.saturating_add(feeds(block.bytes.get(counted..start).unwrap_or_default()));
        counted = start;
        let offset = block.place.offset.saturating_add(u64::try_from(start).unwrap_or(u64::MAX));
        let place = Place { offset, ..block.place };
        let row = match &object {
            None => Row::Issue(Reason::JsonObject),
            Some(object) => {
                paths.cells(object, &mut cells);
                let fields = Fields::Split(&cells);
                match layout {
                    Layout::Columns(columns) => columns.row(&fields, place, (context, &mut stamps), sink),
                    Layout::Named(named) => named.row(fields, place, (context, &mut stamps), sink),
                    Layout::Cells(cells) => cells.row(&fields, place, context, sink),
                }
            }
        };
        coverage.lines = coverage.lines.saturating_add(1);
        count(row, coverage.feeds.saturating_add(1), context, coverage);
    }
    coverage.feeds = coverage.feeds.saturating_add(feeds(block.bytes.get(counted..).unwrap_or_default()));
}

fn parsed(text: Option<&[u8]>) -> Option<Value> {
    serde_json::from_slice(text?).ok().filter(Value::is_object)
}

/// Tells the fields of an object by their paths; lists as the JSON that they are. What is null is missing.
fn flatten(value: &Value, path: &mut Vec<u8>, tell: &mut impl FnMut(&[u8], &[u8])) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let len = path.len();
                if name != WRAPPER {
                    path.extend(folded(name.as_bytes()));
                }
                flatten(value, path, tell);
                path.truncate(len);
            }
        }
        Value::Null => tell(path, b""),
        Value::String(text) => tell(path, text.as_bytes()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => tell(path, value.to_string().as_bytes()),
    }
}

//! JSON: one object, or one row a line.

use super::{Style, dates, escape, number};
use crate::report::{Batch, InputFacts, Only, Report, Value, ValueOf};
use serde_json::{Map, Number, Value as Json, json};
use std::io::{self, Write};

/// What stands around the rows.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The command.
    pub command: &'static str,
    /// `since`, `until` and `as_of` of the window, as values.
    pub window: [Value; 3],
    /// The zone of days and times.
    pub timezone: &'static str,
    /// What was read.
    pub input: InputFacts,
    /// What was kept of it, by the name of the option.
    pub filters: Vec<Only>,
}

impl Frame {
    /// The fields in front of the rows.
    fn head(&self, style: &Style) -> Map<String, Json> {
        let [since, until, as_of] = &self.window;
        let mut head = Map::new();
        head.insert("command".to_owned(), json!(self.command));
        head.insert(
            "window".to_owned(),
            json!({
                "since": of(since, style),
                "until": of(until, style),
                "timezone": self.timezone,
                "as_of": of(as_of, style),
            }),
        );
        head.insert("input".to_owned(), json!(self.input));
        if !self.filters.is_empty() {
            let filters = self.filters.iter().map(|only| (only.option.replace('-', "_"), json!(only.values)));
            head.insert("filters".to_owned(), Json::Object(filters.collect()));
        }
        head
    }
}

/// Writes a report as one object.
pub fn write(report: Report<'_>, frame: &Frame, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if let Some(fields) = &report.data.fields {
        let mut object = frame.head(style);
        object.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), of(value, style))));
        serde_json::to_writer_pretty(&mut *out, &object)?;
        return writeln!(out);
    }
    let mut rows = Rows::open(frame, style, &mut *out)?;
    let columns = report.data.columns;
    for text in report.data.rows.turned(|some| records(&columns, some, style, b",\n")) {
        let text = text?;
        if !text.is_empty() {
            rows.begin(&mut *out)?;
            out.write_all(&text)?;
        }
    }
    rows.close(&mut *out)
}

/// Writes the rows of a report, one a line.
pub fn write_lines(report: Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let columns = report.data.columns;
    for text in report.data.rows.turned(|some| records(&columns, some, style, b"\n")) {
        let text = text?;
        if !text.is_empty() {
            out.write_all(&text)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

/// Some rows, and something between them.
fn records(columns: &[&str], rows: Batch<'_>, style: &Style, between: &[u8]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for row in rows {
        if !text.is_empty() {
            text.extend_from_slice(between);
        }
        serde_json::to_writer(&mut text, &record(columns, &row, style))?;
    }
    Ok(text)
}

/// Writes a row as a line.
pub fn line(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    writeln!(out)
}

/// A row by the names of its columns.
pub type Record = Map<String, Json>;

/// The rows of an object, written one by one.
#[derive(Debug)]
pub struct Rows {
    is_first: bool,
}

impl Rows {
    /// Writes what stands in front of the rows.
    pub fn open(frame: &Frame, style: &Style, out: &mut dyn Write) -> io::Result<Self> {
        let head = serde_json::to_string(&frame.head(style))?;
        write!(out, "{},\"rows\":[", head.strip_suffix('}').unwrap_or(&head))?;
        Ok(Self { is_first: true })
    }

    /// Writes what stands in front of a row.
    pub fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if std::mem::take(&mut self.is_first) { b"\n" } else { b",\n" })
    }

    /// Writes what stands behind the rows.
    pub fn close(self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n]}}")
    }
}

/// A row by the names of its columns.
pub fn record(columns: &[&str], row: &[ValueOf<'_>], style: &Style) -> Record {
    columns.iter().zip(row).map(|(name, value)| ((*name).to_owned(), of(value, style))).collect()
}

/// The same without what is missing.
pub fn present(columns: &[&str], row: &[ValueOf<'_>], style: &Style) -> Record {
    let mut record = record(columns, row, style);
    record.retain(|_, value| !value.is_null());
    record
}

/// The same as objects within each other: `source.ip` is `ip` in `source`.
pub fn nested(columns: &[&str], row: &[ValueOf<'_>], style: &Style) -> Record {
    let mut nested = Record::new();
    for (name, value) in present(columns, row, style) {
        put(&mut nested, &name, value);
    }
    nested
}

/// Names have a few dots at most.
fn put(within: &mut Record, name: &str, value: Json) {
    let Some((outer, inner)) = name.split_once('.') else {
        within.insert(name.to_owned(), value);
        return;
    };
    let entry = within.entry(outer).or_insert_with(|| Json::Object(Record::new()));
    if let Json::Object(object) = entry {
        put(object, inner, value);
    }
}

fn of(value: &ValueOf<'_>, style: &Style) -> Json {
    match value {
        ValueOf::Missing | ValueOf::Bar(..) | ValueOf::Change(..) => Json::Null,
        ValueOf::Words(words) => json!(words),
        ValueOf::Text(text) => json!(escape::json(text)),
        ValueOf::Count(count)
        | ValueOf::CountOrDash(count)
        | ValueOf::Bytes(count)
        | ValueOf::Share(count, _) => {
            json!(count)
        }
        ValueOf::Flag(is) => json!(is),
        ValueOf::Others(count) => json!(format!("{count} others")),
        ValueOf::Percent(part, whole) => {
            number::decimals(*part, *whole).and_then(Number::from_f64).map_or(Json::Null, Json::Number)
        }
        ValueOf::Decimal(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        ValueOf::Day(day) | ValueOf::IsoDay(day) | ValueOf::Date(day, _) | ValueOf::Month(day) => {
            json!(dates::iso_day(*day))
        }
        ValueOf::Days(first, last) => json!([dates::iso_day(*first), dates::iso_day(*last)]),
        ValueOf::Hour(wall) => json!(dates::iso_hour(*wall)),
        ValueOf::Instant(instant) | ValueOf::Moment(instant) | ValueOf::TimeOfDay(instant) => {
            json!(style.rfc3339(*instant))
        }
        ValueOf::Sentence(values) => json!(values.iter().map(|value| of(value, style)).collect::<Vec<_>>()),
        ValueOf::Records(columns, rows) => {
            json!(rows.iter().map(|row| record(columns, row, style)).collect::<Vec<_>>())
        }
        ValueOf::Record(fields) => {
            Json::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), of(value, style))).collect())
        }
    }
}

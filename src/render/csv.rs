//! CSV (RFC 4180): a header, numbers as numbers, missing values empty, text guarded against spreadsheets.

use super::{Style, dates, escape, number};
use crate::report::{Report, Value};
use std::io::{self, Write};

/// Writes the data of a report.
pub fn write(report: Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new(out);
    writer.header(&report.data.columns)?;
    for row in report.data.rows {
        writer.row(&row, style)?;
    }
    writer.finish()
}

/// Writes rows one by one.
pub struct Writer<W: Write> {
    inner: ::csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Onto this.
    pub fn new(out: W) -> Self {
        Self { inner: ::csv::WriterBuilder::new().from_writer(out) }
    }

    /// Writes the names of the columns.
    pub fn header(&mut self, columns: &[&str]) -> io::Result<()> {
        self.inner.write_record(columns).map_err(io_error)
    }

    /// Writes a row.
    pub fn row(&mut self, row: &[Value], style: &Style) -> io::Result<()> {
        self.inner.write_record(row.iter().map(|value| cell(value, style))).map_err(io_error)
    }

    /// Writes what is still held.
    pub fn finish(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn cell(value: &Value, style: &Style) -> String {
    match value {
        Value::Missing | Value::Records(..) | Value::Record(_) | Value::Bar(..) | Value::Change(..) => {
            String::new()
        }
        Value::Words(words) => words.clone().into_owned(),
        Value::Text(text) => escape::csv(text, style.csv_raw),
        Value::Count(count) | Value::CountOrDash(count) | Value::Bytes(count) => count.to_string(),
        Value::Flag(is) => is.to_string(),
        Value::Others(count) => format!("{count} others"),
        Value::Percent(part, whole) => {
            number::decimals(*part, *whole).map_or_else(String::new, |p| p.to_string())
        }
        Value::Share(part, _) => part.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Day(day) | Value::IsoDay(day) | Value::Date(day, _) | Value::Month(day) => {
            dates::iso_day(*day)
        }
        Value::Days(first, last) => format!("{}/{}", dates::iso_day(*first), dates::iso_day(*last)),
        Value::Hour(wall) => dates::iso_hour(*wall),
        Value::Instant(instant) | Value::Moment(instant) | Value::TimeOfDay(instant) => {
            style.rfc3339(*instant)
        }
        Value::Sentence(values) => values.iter().map(|value| cell(value, style)).collect(),
    }
}

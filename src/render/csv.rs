//! CSV (RFC 4180): a header, numbers as numbers, missing values empty, text guarded against spreadsheets.

use super::{Style, dates, escape, number};
use crate::report::{Report, Value};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Bytes for a row.
pub const OF_A_ROW: usize = 512;
/// Bytes for some.
const OF_SOME: usize = 32 << 10;

/// Writes the data of a report.
pub fn write(report: Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&header(&report.data.columns)?)?;
    let mut texts = report.data.rows.turned(|rows| text(rows, OF_SOME, style));
    texts.try_for_each(|text| out.write_all(&text?))
}

/// The names of the columns, as a line.
pub fn header(columns: &[&str]) -> io::Result<Vec<u8>> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).map_err(io_error)?;
    writer.into_inner().map_err(|error| error.into_error())
}

/// Rows as lines, of which so many bytes are gathered at a time.
pub fn text(rows: impl IntoIterator<Item = Vec<Value>>, bytes: usize, style: &Style) -> io::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new().buffer_capacity(bytes).from_writer(Vec::new());
    let mut room = String::new();
    for row in rows {
        for value in &row {
            writer.write_field(cell(value, style, &mut room).as_bytes()).map_err(io_error)?;
        }
        writer.write_record(None::<&[u8]>).map_err(io_error)?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The text of a cell; `room` is for one that has to be made.
fn cell<'v>(value: &'v Value, style: &Style, room: &'v mut String) -> Cow<'v, str> {
    room.clear();
    let mut digits = itoa::Buffer::new();
    // Writing to a String does not fail.
    let _ = match value {
        Value::Missing | Value::Records(..) | Value::Record(_) | Value::Bar(..) | Value::Change(..) => Ok(()),
        Value::Words(words) => return Cow::Borrowed(words),
        Value::Text(text) => return escape::csv(text, style.csv_raw),
        Value::Count(count) | Value::CountOrDash(count) | Value::Bytes(count) => {
            room.write_str(digits.format(*count))
        }
        Value::Flag(is) => write!(room, "{is}"),
        Value::Others(count) => write!(room, "{count} others"),
        // Nearly all are one of these two, and a number with decimals takes its time.
        Value::Percent(0, 1..) => return Cow::Borrowed("0"),
        Value::Percent(part, whole) if part == whole && *whole > 0 => return Cow::Borrowed("100"),
        Value::Percent(part, whole) => match number::decimals(*part, *whole) {
            Some(percent) => write!(room, "{percent}"),
            None => Ok(()),
        },
        Value::Share(part, _) => room.write_str(digits.format(*part)),
        Value::Decimal(number) => write!(room, "{number}"),
        Value::Day(day) | Value::IsoDay(day) | Value::Date(day, _) | Value::Month(day) => {
            dates::put_iso_day(room, *day);
            Ok(())
        }
        Value::Days(first, last) => {
            write!(room, "{}/{}", dates::iso_day(*first), dates::iso_day(*last))
        }
        Value::Hour(wall) => room.write_str(&dates::iso_hour(*wall)),
        Value::Instant(instant) | Value::Moment(instant) | Value::TimeOfDay(instant) => {
            style.put_rfc3339(room, *instant);
            Ok(())
        }
        Value::Sentence(values) => {
            let mut part = String::new();
            values.iter().try_for_each(|value| room.write_str(&cell(value, style, &mut part)))
        }
    };
    Cow::Borrowed(room)
}

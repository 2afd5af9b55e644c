//! CSV (RFC 4180): a header, numbers as numbers, missing values empty, text guarded against spreadsheets.

use super::{Style, dates, escape, number};
use crate::report::{Report, ValueOf};
use std::io::{self, Write};

/// Bytes for a row.
pub const OF_A_ROW: usize = 512;
/// Bytes for some hundred rows.
const OF_SOME: usize = 256 << 10;

/// Writes the data of a report.
pub fn write(report: Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&header(&report.data.columns, style))?;
    let mut texts = report.data.rows.turned(|rows| text(rows, OF_SOME, style));
    texts.try_for_each(|text| out.write_all(&text))
}

/// The names of the columns, as a line.
pub fn header(columns: &[&str], style: &Style) -> Vec<u8> {
    text([columns.iter().map(|name| ValueOf::words(*name)).collect()], OF_A_ROW, style)
}

/// Rows as lines, for which so many bytes are asked for at first.
///
/// They are what the `csv` crate writes (see the tests), but that looks at each byte of numbers and times too, which need no
/// quotes: a row of `export` took two fifths more instructions.
pub fn text<'r>(rows: impl IntoIterator<Item = Vec<ValueOf<'r>>>, bytes: usize, style: &Style) -> Vec<u8> {
    let mut lines = String::with_capacity(bytes);
    for row in rows {
        put_row(&mut lines, &row, style);
    }
    lines.into_bytes()
}

fn put_row(lines: &mut String, row: &[ValueOf<'_>], style: &Style) {
    let start = lines.len();
    for (column, value) in row.iter().enumerate() {
        if column > 0 {
            lines.push(',');
        }
        let field = lines.len();
        put(lines, value, style);
        if matches!(value, ValueOf::Words(_) | ValueOf::Text(_) | ValueOf::Sentence(_)) {
            quote(lines, field);
        }
    }
    // An empty line would be no row.
    if lines.len() == start {
        lines.push_str("\"\"");
    }
    lines.push('\n');
}

/// Puts a field that begins here into quotes, if it needs them.
fn quote(lines: &mut String, start: usize) {
    let field = lines.as_bytes().get(start..).unwrap_or_default();
    if field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        let doubled = lines.split_off(start).replace('"', "\"\"");
        lines.extend(["\"", &doubled, "\""]);
    }
}

/// Appends the text of a cell.
fn put(text: &mut String, value: &ValueOf<'_>, style: &Style) {
    let mut digits = itoa::Buffer::new();
    match value {
        ValueOf::Missing
        | ValueOf::Records(..)
        | ValueOf::Record(_)
        | ValueOf::Bar(..)
        | ValueOf::Change(..) => {}
        ValueOf::Words(words) => text.push_str(words),
        ValueOf::Text(name) => text.push_str(&escape::csv(name, style.csv_raw)),
        ValueOf::Count(count) | ValueOf::CountOrDash(count) | ValueOf::Bytes(count) => {
            text.push_str(digits.format(*count));
        }
        ValueOf::Flag(is) => text.push_str(if *is { "true" } else { "false" }),
        ValueOf::Others(count) => text.extend([digits.format(*count), " others"]),
        // Nearly all are one of these two, and a number with decimals takes its time.
        ValueOf::Percent(0, 1..) => text.push('0'),
        ValueOf::Percent(part, whole) if part == whole && *whole > 0 => text.push_str("100"),
        ValueOf::Percent(part, whole) => {
            text.extend(number::decimals(*part, *whole).map(|percent| percent.to_string()));
        }
        ValueOf::Share(part, _) => text.push_str(digits.format(*part)),
        ValueOf::Decimal(number) => text.push_str(&number.to_string()),
        ValueOf::Day(day) | ValueOf::IsoDay(day) | ValueOf::Date(day, _) | ValueOf::Month(day) => {
            dates::put_iso_day(text, *day);
        }
        ValueOf::Days(first, last) => {
            dates::put_iso_day(text, *first);
            text.push('/');
            dates::put_iso_day(text, *last);
        }
        ValueOf::Hour(wall) => text.push_str(&dates::iso_hour(*wall)),
        ValueOf::Instant(instant) | ValueOf::Moment(instant) | ValueOf::TimeOfDay(instant) => {
            style.put_rfc3339(text, *instant);
        }
        ValueOf::Sentence(values) => values.iter().for_each(|value| put(text, value, style)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;

    /// All texts of so many characters, among them all that mean something to CSV.
    fn texts(longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            let longer = |text: &String| {
                ["a", ",", "\"", "\r", "\n", " ", "\\", "é"].map(|next| format!("{text}{next}"))
            };
            last = last.iter().flat_map(longer).collect();
            all.extend_from_slice(&last);
        }
        all
    }

    /// Each field alone, in front of another and behind it, is as the `csv` crate writes it.
    #[test]
    fn fields_are_as_the_csv_crate_writes_them() {
        let style = Style { width: None, color: false, csv_raw: true, zone: Zone::default(), log_time: true };
        let (all, some) = (texts(4), texts(2));
        let alone = all.iter().map(|text| vec![text.as_str()]);
        let beside = some.iter().flat_map(|a| some.iter().map(|b| vec![a.as_str(), b.as_str()]));
        for record in alone.chain(beside) {
            let row: Vec<_> = record.iter().map(|text| ValueOf::of(Some(text.as_bytes()))).collect();
            let mut writer = ::csv::Writer::from_writer(Vec::new());
            writer.write_record(&record).unwrap();
            let expected = writer.into_inner().unwrap();
            assert_eq!(
                text([row], OF_A_ROW, &style).escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
        }
    }
}

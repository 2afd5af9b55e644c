//! For people: titles, numbers, tables with bars, aligned and fitted to the width of the terminal.

use super::{Style, dates, escape, number};
use crate::report::{Figure, Report, Section, Sentence, Table, Value};
use comfy_table::{CellAlignment, ContentArrangement, presets};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// The width that bars are drawn for where there is no terminal.
const PLAIN_WIDTH: usize = 100;
/// Between columns.
const GAP: &str = "  ";
/// The longest and the shortest bar.
const BARS: (usize, usize) = (58, 8);

/// Writes a report.
pub fn write(report: &Report<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut follows_line = true;
    let mut follows_heading = false;
    for (index, section) in report.sections.iter().enumerate() {
        let is_line = matches!(section, Section::Line(_));
        let is_note = matches!(section, Section::Note(_));
        let is_joined = is_note || follows_heading || (is_line && follows_line);
        if index > 0 && !is_joined {
            writeln!(out)?;
        }
        follows_heading = matches!(section, Section::Heading(_));
        follows_line = is_line || is_note || matches!(section, Section::Attention(_));
        match section {
            Section::Title(title) => bold(&sentence(title, style, 0), style, out)?,
            Section::Heading(text) | Section::Attention(text) => bold(&sentence(text, style, 0), style, out)?,
            Section::Line(text) | Section::Note(text) => {
                for line in wrap(&sentence(text, style, 0), style.width) {
                    writeln!(out, "{line}")?;
                }
            }
            Section::Figures { figures, than } => write_figures(figures, than.as_ref(), style, out)?,
            Section::Table(table) => write_table(table, style, out)?,
        }
    }
    Ok(())
}

fn bold(text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for line in wrap(text, style.width) {
        writeln!(out, "{}", painted(&line, style))?;
    }
    Ok(())
}

/// Bold, where colours are wanted. The only escape sequences that this program writes.
fn painted(line: &str, style: &Style) -> String {
    if style.color { format!("\u{1b}[1m{line}\u{1b}[0m") } else { line.to_owned() }
}

/// What a sentence looks like; `bar` is the width of the longest bar.
pub fn sentence(sentence: &Sentence, style: &Style, bar: usize) -> String {
    sentence.iter().map(|value| shown(value, style, bar)).collect()
}

/// What a value looks like; `bar` is the width of the longest bar.
pub fn shown(value: &Value, style: &Style, bar: usize) -> String {
    match value {
        Value::Missing | Value::Records(..) | Value::Record(_) => String::new(),
        Value::Words(words) => words.clone().into_owned(),
        Value::Text(text) => escape::shown(text),
        Value::Count(count) => number::grouped(*count),
        Value::Flag(is) => is.to_string(),
        Value::Bytes(bytes) => number::size(*bytes),
        Value::Others(count) => format!("{} others", number::grouped(*count)),
        Value::CountOrDash(0) => "-".to_owned(),
        Value::CountOrDash(count) => number::grouped(*count),
        Value::Percent(part, whole) => number::share(*part, *whole),
        Value::Share(0, _) => "-".to_owned(),
        Value::Share(part, whole) => format!("{} ({})", number::share(*part, *whole), number::grouped(*part)),
        Value::Bar(part, whole) => bar_of(*part, *whole, bar),
        Value::Decimal(number) => number.to_string(),
        Value::Day(day) => dates::day(*day),
        Value::Date(day, now) => dates::short(*day, *now),
        Value::IsoDay(day) => dates::iso_day(*day),
        Value::Days(first, last) => dates::range(*first, *last),
        Value::Month(day) => dates::month(*day),
        Value::Change(now, before) => number::change(*now, *before, false),
        Value::Hour(wall) => dates::hour(*wall),
        Value::Instant(instant) => style.minute(*instant),
        Value::Moment(instant) => style.moment(*instant),
        Value::TimeOfDay(instant) => style.time_of_day(*instant),
        Value::Sentence(values) => sentence(values, style, bar),
    }
}

/// A bar to an eighth of a character; what is there at all has a bar.
fn bar_of(part: u64, whole: u64, width: usize) -> String {
    let Some(eighths) = u64::try_from(width).ok().and_then(|width| {
        let scaled = u128::from(part).saturating_mul(u128::from(width)).saturating_mul(8);
        u64::try_from(scaled.checked_div(u128::from(whole))?).ok()
    }) else {
        return String::new();
    };
    let eighths = if part > 0 { eighths.max(1) } else { 0 };
    let mut bar = "█".repeat(usize::try_from(eighths.div_euclid(8)).unwrap_or(0));
    bar.push_str(match eighths.rem_euclid(8) {
        1 => "▏",
        2 => "▎",
        3 => "▍",
        4 => "▌",
        5 => "▋",
        6 => "▊",
        7 => "▉",
        _ => "",
    });
    bar
}

/// Lines of our own words, broken where they are too long.
pub fn lines(lines: &[String], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    lines.iter().flat_map(|line| wrap(line, style.width)).try_for_each(|line| writeln!(out, "{line}"))
}

/// A number with what it counts, and its change.
pub fn figure(figure: &Figure) -> (String, String) {
    let (one, many) = figure.what;
    let what = if figure.value == 1 { one } else { many };
    let change = figure.previous.map(|before| number::change(figure.value, before, figure.as_share));
    (format!("{} {what}", number::grouped(figure.value)), change.unwrap_or_default())
}

/// Numbers side by side, their changes below.
fn write_figures(
    figures: &[Figure],
    than: Option<&Sentence>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut columns: Vec<(String, String)> = figures.iter().map(figure).collect();
    columns.extend(than.map(|than| (String::new(), sentence(than, style, 0))));
    let widths: Vec<usize> = columns.iter().map(|(a, b)| a.width().max(b.width())).collect();
    let line = |pick: fn(&(String, String)) -> &String| {
        let cells = columns.iter().zip(&widths).map(|(column, width)| pad(pick(column), *width, false));
        format!("{GAP}{}", cells.collect::<Vec<_>>().join("    ")).trim_end().to_owned()
    };
    let (numbers, changes) = (line(|column| &column.0), line(|column| &column.1));
    let too_wide = style.width.is_some_and(|width| numbers.width().max(changes.width()) > width);
    if too_wide {
        for (number, change) in &columns {
            writeln!(out, "{}", format!("{GAP}{number}  {change}").trim_end())?;
        }
        return Ok(());
    }
    writeln!(out, "{numbers}")?;
    if than.is_some() {
        writeln!(out, "{changes}")?;
    }
    Ok(())
}

fn pad(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

/// The cells of a table as text.
struct Cells {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
    totals: Vec<Vec<String>>,
    right: Vec<bool>,
}

fn write_table(table: &Table, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let bar = bar_width(table, style);
    let of_row = |row: &Vec<Value>| row.iter().map(|value| shown(value, style, bar)).collect::<Vec<_>>();
    let heading = |(index, column): (usize, &crate::report::Column)| match (index, table.ruled) {
        (0, false) => column.heading.to_uppercase(),
        _ => column.heading.clone(),
    };
    let cells = Cells {
        heading: table.columns.iter().enumerate().map(heading).collect(),
        rows: table.rows.iter().map(of_row).collect(),
        totals: table.totals.iter().map(of_row).collect(),
        right: table.columns.iter().map(|column| column.is_number).collect(),
    };
    let lines = aligned(&cells, true);
    let width = lines.iter().map(|line| line.width()).max().unwrap_or(0);
    match style.width {
        Some(limit) if width > limit => write_stacked(table, &cells, limit, style, out),
        _ => write_lines(table, &cells, &lines, width, style, out),
    }
}

/// The table as lines: the heading, the rows, the totals.
fn aligned(cells: &Cells, with_first: bool) -> Vec<String> {
    let skip = usize::from(!with_first);
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let all = std::iter::once(&cells.heading).chain(&cells.rows).chain(&cells.totals);
    for row in all {
        drawn.add_row(row.iter().skip(skip));
    }
    for (index, right) in cells.right.iter().skip(skip).enumerate() {
        if let Some(column) = drawn.column_mut(index) {
            column.set_padding((0, 2));
            column.set_cell_alignment(if *right { CellAlignment::Right } else { CellAlignment::Left });
        }
    }
    drawn.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn write_lines(
    table: &Table,
    cells: &Cells,
    lines: &[String],
    width: usize,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = "─".repeat(width);
    let first_total = lines.len().saturating_sub(cells.totals.len());
    for (index, line) in lines.iter().enumerate() {
        if table.ruled && (index == 1 || (index == first_total && !cells.totals.is_empty())) {
            writeln!(out, "{rule}")?;
        }
        let line = if index == 0 { painted(line, style) } else { line.clone() };
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Where the columns do not fit: the name on a line of its own, its numbers below, and if those do not fit either, one
/// behind the other with their headings. Nothing is cut.
fn write_stacked(
    table: &Table,
    cells: &Cells,
    limit: usize,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = aligned(cells, false);
    let fits = lines.iter().all(|line| line.width().saturating_add(GAP.len()) <= limit);
    let names = || std::iter::once(&cells.heading).chain(&cells.rows).chain(&cells.totals);
    let rule = "─".repeat(limit);
    let first_total = cells.rows.len().saturating_add(1);
    for (index, row) in names().enumerate() {
        if table.ruled && (index == 1 || (index == first_total && !cells.totals.is_empty())) {
            writeln!(out, "{rule}")?;
        }
        let name = row.first().map(String::as_str).unwrap_or_default();
        if index == 0 && !fits {
            writeln!(out, "{}", painted(name, style))?;
            continue;
        }
        if index > 0 || !name.is_empty() {
            writeln!(out, "{}", if index == 0 { painted(name, style) } else { name.to_owned() })?;
        }
        if fits {
            let line = lines.get(index).map(String::as_str).unwrap_or_default();
            writeln!(out, "{}", format!("{GAP}{line}").trim_end())?;
        } else {
            for line in listed(&cells.heading, row, limit.saturating_sub(GAP.len())) {
                writeln!(out, "{GAP}{line}")?;
            }
        }
    }
    Ok(())
}

/// `TLS 1.0 12.5% (40) · Messages 320`: what there is, behind its heading, in lines of at most this width.
fn listed(heading: &[String], row: &[String], width: usize) -> Vec<String> {
    let cells = heading.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty() && cell.as_str() != "-");
    let mut lines: Vec<String> = Vec::new();
    for (heading, cell) in cells {
        let item = format!("{heading} {cell}").trim().to_owned();
        match lines.last_mut() {
            Some(line) if line.width().saturating_add(item.width()).saturating_add(3) <= width => {
                line.push_str(" · ");
                line.push_str(&item);
            }
            _ => lines.push(item),
        }
    }
    lines
}

/// How long the longest bar may be: what the other columns leave.
fn bar_width(table: &Table, style: &Style) -> usize {
    let width = |value: &Value| shown(value, style, 0).width();
    let mut used = 0_usize;
    for (index, column) in table.columns.iter().enumerate() {
        let rows = table.rows.iter().chain(&table.totals);
        let is_bar = |row: &Vec<Value>| matches!(row.get(index), Some(Value::Bar(..) | Value::Sentence(_)));
        // A total beside bars may stand over.
        let cells = rows.filter(|row| index.saturating_add(1) < table.columns.len() || is_bar(row));
        let cells = cells.filter_map(|row| row.get(index)).map(width);
        used = used
            .saturating_add(cells.max().unwrap_or(0).max(column.heading.width()))
            .saturating_add(GAP.len());
    }
    let (longest, shortest) = BARS;
    style.width.unwrap_or(PLAIN_WIDTH).saturating_sub(used).clamp(shortest, longest)
}

/// Breaks a line at blanks; a word that is too long stands over.
fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.filter(|width| text.width() > *width) else { return vec![text.to_owned()] };
    let indent: String = text.chars().take_while(|char| *char == ' ').collect();
    let mut lines = Vec::new();
    let mut line = indent.clone();
    for word in text.trim_start().split(' ') {
        let is_first = line.trim().is_empty();
        let longer = line.width().saturating_add(word.width()).saturating_add(usize::from(!is_first));
        if !is_first && longer > width {
            lines.push(std::mem::replace(&mut line, format!("{indent}{GAP}")));
            line.push_str(word);
        } else {
            if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_a_scale() {
        assert_eq!(bar_of(8, 8, 4), "████");
        assert_eq!(bar_of(1, 8, 4), "▌");
        assert_eq!(bar_of(1, 1_000_000, 4), "▏");
        assert_eq!(bar_of(0, 8, 4), "");
        assert_eq!(bar_of(0, 0, 4), "");
        assert_eq!(bar_of(u64::MAX, u64::MAX, 58).chars().count(), 58);
    }

    #[test]
    fn long_lines_break_at_blanks() {
        assert_eq!(wrap("  ab cd ef", Some(7)), ["  ab cd", "    ef"]);
        assert_eq!(wrap("abcdefghij", Some(4)), ["abcdefghij"]);
        assert_eq!(wrap("ab cd", None), ["ab cd"]);
    }
}

//! The sections of a view as what a template shows: texts, tables, numbers.

use crate::render::{Style, number, text};
use crate::report::{Figure, Section, Sentence, Table, Value};

/// A part of the page.
pub enum Part {
    /// A heading.
    Title(String),
    /// A smaller heading.
    Heading(String),
    /// A few numbers, each with what it counts and its change.
    Figures(Vec<[String; 3]>, String),
    /// A table.
    Table(Rows),
    /// A line.
    Line(String),
    /// A line that asks for something to be done.
    Attention(String),
}

/// A table.
pub struct Rows {
    /// Headings.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// Rows below a line.
    pub totals: Vec<Vec<Cell>>,
}

/// A column.
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Numbers stand to the right.
    pub is_number: bool,
}

/// A cell.
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Numbers stand to the right.
    pub is_number: bool,
}

/// The parts of a view.
pub fn of(sections: &[Section], style: &Style) -> Vec<Part> {
    sections.iter().map(|section| part(section, style)).collect()
}

fn part(section: &Section, style: &Style) -> Part {
    let text = |sentence: &Sentence| text::sentence(sentence, style, 0);
    match section {
        Section::Title(title) => Part::Title(text(title)),
        Section::Heading(heading) => Part::Heading(text(heading)),
        Section::Figures { figures, than } => {
            Part::Figures(figures.iter().map(figure).collect(), than.as_ref().map(text).unwrap_or_default())
        }
        Section::Table(table) => Part::Table(rows(table, style)),
        Section::Line(line) | Section::Note(line) => Part::Line(text(line)),
        Section::Attention(line) => Part::Attention(text(line)),
    }
}

fn figure(figure: &Figure) -> [String; 3] {
    let (one, many) = figure.what;
    let what = if figure.value == 1 { one } else { many };
    let change = figure.previous.map(|before| number::change(figure.value, before, figure.as_share));
    [number::grouped(figure.value), what.to_owned(), change.unwrap_or_default()]
}

fn rows(table: &Table, style: &Style) -> Rows {
    let column = |column: &crate::report::Column| Column {
        heading: column.heading.clone(),
        is_number: column.is_number,
    };
    let cell = |(value, column): (&Value, &crate::report::Column)| Cell {
        text: text::shown(value, style, 0),
        is_number: column.is_number,
    };
    let row = |row: &Vec<Value>| row.iter().zip(&table.columns).map(cell).collect();
    Rows {
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(row).collect(),
        totals: table.totals.iter().map(row).collect(),
    }
}

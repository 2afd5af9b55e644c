//! The sections of a view as what a template shows: texts, tables, numbers.

use crate::render::{Style, number, text};
use crate::report::{self, Figure, Section, Sentence, Value};

/// A part of the page.
pub enum Part {
    /// A heading, and what is said behind it.
    Title(Vec<Piece>, Vec<Vec<Piece>>),
    /// A smaller heading.
    Heading(Vec<Piece>),
    /// A few numbers, and against what they changed.
    Figures(Vec<Number>, Vec<Piece>),
    /// A table.
    Table(Rows),
    /// A line, perhaps behind a word that says what it is about.
    Line(String, Vec<Piece>),
    /// A line that tells a command which comes next.
    Next(Vec<Piece>),
    /// A line that asks for something to be done.
    Attention(Vec<Piece>),
}

/// A piece of a sentence. Text from a log stands by itself: the direction in which it is read is its own.
pub struct Piece {
    /// What it says.
    pub text: String,
    /// It is from a log.
    pub is_log: bool,
}

/// One of a few numbers.
pub struct Number {
    /// The number.
    pub value: String,
    /// What is counted.
    pub what: &'static str,
    /// By how much it changed.
    pub change: String,
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
    pub pieces: Vec<Piece>,
    /// How long its bar is, if it is one: a part of 1000.
    pub bar: Option<u64>,
    /// Numbers stand to the right.
    pub is_number: bool,
}

/// Something to do.
pub struct Task {
    /// How many accounts and messages, and why.
    pub why: Vec<Vec<Piece>>,
    /// The part of the page that shows who, and what the link to it says.
    pub link: Option<(&'static str, &'static str)>,
}

/// What there is to do: the last column names the command that shows who.
pub fn tasks(table: &report::Table, style: &Style) -> Vec<Task> {
    let task = |row: &Vec<Value>| {
        let (command, why) = row.split_last()?;
        let links = [("ready", "who stops"), ("unusual", "what is unusual"), ("inspect", "where")];
        let named = |(part, _): &(&str, &str)| *command == Value::words(format!("smtpauth {part}"));
        let why = why.iter().map(|value| pieces(std::slice::from_ref(value), style)).collect();
        Some(Task { why, link: links.into_iter().find(named) })
    };
    table.rows.iter().filter_map(task).collect()
}

/// The parts of a view.
pub fn of(sections: &[Section], style: &Style) -> Vec<Part> {
    sections.iter().map(|section| part(section, style)).collect()
}

fn part(section: &Section, style: &Style) -> Part {
    match section {
        Section::Title(title) => {
            let mut parts = titles(title, style).into_iter();
            Part::Title(parts.next().unwrap_or_default(), parts.collect())
        }
        Section::Heading(heading) => Part::Heading(pieces(heading, style)),
        Section::Figures { figures, than } => {
            // Behind the word "than", the days.
            let than = than.as_ref().map(|than| pieces(than.get(1..).unwrap_or_default(), style));
            let than = than.unwrap_or_default();
            Part::Figures(figures.iter().map(figure).collect(), than)
        }
        Section::Table(table) => Part::Table(rows(table, style)),
        Section::Line(line) | Section::Note(line) => self::line(line, style),
        Section::Attention(line) => Part::Attention(pieces(line, style)),
    }
}

/// What is indented on a terminal stands behind a word.
fn line(line: &Sentence, style: &Style) -> Part {
    let is_command = |value: &Value| matches!(value, Value::Words(words) if words.starts_with("smtpauth "));
    if line.iter().any(is_command) {
        return Part::Next(pieces(line, style));
    }
    match line.split_first() {
        Some((Value::Words(word), rest)) if word.starts_with("   ") && is_word(word.trim()) => {
            Part::Line(word.trim().to_owned(), pieces(rest, style))
        }
        _ => Part::Line(String::new(), pieces(line, style)),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}

/// A title in its parts.
fn titles(title: &Sentence, style: &Style) -> Vec<Vec<Piece>> {
    let is_gap = |value: &Value| matches!(value, Value::Words(words) if words == " · ");
    title.split(is_gap).map(|part| pieces(part, style)).collect()
}

/// A sentence in its pieces.
pub fn pieces(sentence: &[Value], style: &Style) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for value in sentence {
        if let Value::Sentence(inner) = value {
            pieces.extend(self::pieces(inner, style));
            continue;
        }
        // A bar is drawn, not written.
        if matches!(value, Value::Bar(..)) {
            continue;
        }
        let is_log = matches!(value, Value::Text(_));
        let text = text::shown(value, style, 0);
        match pieces.last_mut() {
            Some(last) if !last.is_log && !is_log => last.text.push_str(&text),
            _ => pieces.push(Piece { text, is_log }),
        }
    }
    pieces
}

fn figure(figure: &Figure) -> Number {
    let (one, many) = figure.what;
    let change = figure.previous.map(|before| number::change(figure.value, before, figure.as_share));
    Number {
        value: number::grouped(figure.value),
        what: if figure.value == 1 { one } else { many },
        change: change.unwrap_or_default(),
    }
}

/// A table of a view.
fn rows(table: &report::Table, style: &Style) -> Rows {
    let column =
        |column: &report::Column| Column { heading: column.heading.clone(), is_number: column.is_number };
    let cell = |(value, column): (&Value, &report::Column)| Cell {
        pieces: pieces(std::slice::from_ref(value), style),
        bar: bar(value),
        is_number: column.is_number,
    };
    // Totals have no bars.
    let missing = Value::Missing;
    let row = |row: &Vec<Value>| {
        row.iter().chain(std::iter::repeat(&missing)).zip(&table.columns).map(cell).collect()
    };
    Rows {
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(row).collect(),
        totals: table.totals.iter().map(row).collect(),
    }
}

/// How long a bar is, also where words stand beside it.
fn bar(value: &Value) -> Option<u64> {
    match value {
        Value::Bar(part, whole) => {
            u64::try_from(u128::from(*part).saturating_mul(1000).checked_div(u128::from(*whole))?).ok()
        }
        Value::Sentence(values) => values.first().and_then(bar),
        _ => None,
    }
}

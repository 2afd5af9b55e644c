//! Cells in, views out: numbers and words, no layout.
//!
//! A [`Report`] is what every renderer takes: for people, sections in order; for programs, columns and rows. What a
//! number looks like, what is aligned how and what fits is decided in `render`.

pub mod absent;
pub mod alone;
pub mod auth;
pub mod cells;
pub mod change;
pub mod condition;
pub mod cut;
pub mod data;
pub mod detailed;
pub mod device;
pub mod ecs;
pub mod embedded;
pub mod findings;
pub mod fold;
pub mod inspect;
pub mod interval;
pub mod messages;
pub mod online;
pub mod only;
pub mod over_time;
pub mod ready;
pub mod rows;
pub mod sender;
pub mod stacked;
pub mod subject;
pub mod summary;
pub mod tls;
pub mod unusual;
pub mod value;
pub mod volume;

pub use condition::Condition;
pub use data::{Batch, Data, Rows};
pub use interval::Interval;
pub use only::Only;
pub use rows::{By, Sort};
pub use subject::{InputFacts, Scope, Subject};
pub use value::{Sentence, Value, ValueOf};

/// A view of the table of views.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its command.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The columns of its data, without and with `--details` (or `--rows messages`).
    pub columns: &'static [&'static [&'static str]],
}

/// Every view.
pub const VIEWS: [View; 9] = [
    View { name: "summary", about: "the week at a glance", columns: &[&summary::COLUMNS] },
    View {
        name: "volume",
        about: "sending volume per day and domain",
        columns: &[&volume::COLUMNS, &volume::DETAILS],
    },
    View { name: "tls", about: "TLS versions", columns: &[&tls::COLUMNS, &tls::DETAILS] },
    View { name: "auth", about: "kinds of login", columns: &[&auth::COLUMNS, &auth::DETAILS] },
    View { name: "sender", about: "everything about one name", columns: &[&sender::COLUMNS] },
    View { name: "ready", about: "who stops working", columns: &[&ready::COLUMNS] },
    View {
        name: "unusual",
        about: "accounts that do not behave as they used to",
        columns: &[&unusual::COLUMNS],
    },
    View { name: "inspect", about: "what is read, what is not, and why", columns: &[&inspect::COLUMNS] },
    View {
        name: "export",
        about: "cells or single messages",
        columns: &[&cells::COLUMNS, &messages::COLUMNS],
    },
];

/// What of a view is made: the one who reads a screen sees no rows, and a program sees no screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Titles, lines and tables.
    Screen,
    /// The rows of the data.
    Rows,
}

/// What a view says.
pub struct Report<'a> {
    /// The command, for `"command"` in JSON.
    pub command: &'static str,
    /// For people, in order.
    pub sections: Vec<Section>,
    /// For programs.
    pub data: Data<'a>,
}

/// A part of a view, for people.
#[derive(Clone, Debug)]
pub enum Section {
    /// What it is, for which time.
    Title(Sentence),
    /// A few numbers side by side, each perhaps with its change.
    Figures {
        /// The numbers.
        figures: Vec<Figure>,
        /// Than what they changed.
        than: Option<Sentence>,
    },
    /// What the table below it is about.
    Heading(Sentence),
    /// A table.
    Table(Table),
    /// A line of text.
    Line(Sentence),
    /// A line that belongs to the table above it.
    Note(Sentence),
    /// A line that asks for something to be done.
    Attention(Sentence),
}

/// One of a few numbers.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The number.
    pub value: u64,
    /// What is counted, for one and for several.
    pub what: (&'static str, &'static str),
    /// The same number in the period before.
    pub previous: Option<u64>,
    /// The change is shown as a share, not as a number.
    pub as_share: bool,
}

/// A table for people.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Columns, the first of which is what a row is about.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Vec<Value>>,
    /// Rows below a line: the others, and all.
    pub totals: Vec<Vec<Value>>,
    /// It has a line below its heading.
    pub ruled: bool,
}

/// A column of a table for people.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Numbers stand to the right.
    pub is_number: bool,
}

impl Column {
    /// A column of text.
    pub fn text(heading: &str) -> Self {
        Self { heading: heading.to_owned(), is_number: false }
    }

    /// A column of numbers.
    pub fn number(heading: &str) -> Self {
        Self { heading: heading.to_owned(), is_number: true }
    }
}

//! Which of the options that were typed a settings file may fill in.

use super::{Cli, Command, Conditions, Input, Output, Time};
use crate::report::Sort;

/// Where a value that was not typed comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The option.
    pub option: &'static str,
    /// Where it was set.
    pub origin: String,
}

/// The options of a command that others may fill in.
#[derive(Debug)]
pub struct Adjustable<'c> {
    /// Its name.
    pub command: &'static str,
    /// What to read.
    pub input: &'c mut Input,
    /// Which time, and of whom.
    pub time: &'c mut Time,
    /// How to show it.
    pub output: &'c mut Output,
    /// Order of rows, if there are any.
    pub sort: Option<&'c mut Option<Sort>>,
    /// Number of rows.
    pub top: Option<&'c mut Option<usize>>,
    /// Which of them.
    pub conditions: Option<&'c mut Conditions>,
    /// A condition that nobody asked for by name acts here: not in a check, which it would make blind, nor in views whose rows
    /// have columns of their own.
    pub has_table: bool,
    /// It shows some days, unless told otherwise; else all that the logs hold.
    pub has_window: bool,
    /// It counts, so that filters keep something.
    pub has_filters: bool,
    /// It was not asked for the table behind its chart.
    pub is_chart: bool,
}

/// The options that every command has under the same names.
macro_rules! adjustable {
    ($command:expr, $name:literal, $conditions:expr) => {
        Adjustable {
            command: $name,
            input: &mut $command.input,
            time: &mut $command.time,
            output: &mut $command.output,
            conditions: $conditions,
            sort: None,
            top: None,
            has_table: false,
            has_window: true,
            has_filters: true,
            is_chart: false,
        }
    };
    ($command:expr, $name:literal) => {
        adjustable!($command, $name, Some(&mut $command.conditions))
    };
}

/// The same of a command with a table behind its chart.
macro_rules! with_rows {
    ($command:expr, $name:literal) => {{
        let command = $command;
        let rows = &mut command.rows;
        let asks = rows.details || rows.by.is_some() || rows.sort.is_some() || rows.conditions.is_some();
        Adjustable {
            command: $name,
            input: &mut command.input,
            time: &mut command.time,
            output: &mut command.output,
            conditions: Some(&mut rows.conditions),
            sort: Some(&mut rows.sort),
            top: Some(&mut rows.top),
            has_table: true,
            has_window: true,
            has_filters: true,
            is_chart: !asks,
        }
    }};
}

impl Cli {
    /// The options of the command that others may fill in.
    pub fn adjustable(&mut self) -> Option<Adjustable<'_>> {
        use Command as C;
        Some(match &mut self.command {
            None => adjustable!(self.summary, "summary"),
            Some(C::Summary(c)) => adjustable!(c, "summary"),
            Some(C::Volume(c)) => with_rows!(c, "volume"),
            Some(C::Tls(c)) => with_rows!(c, "tls"),
            Some(C::Auth(c)) => with_rows!(c, "auth"),
            Some(C::Sender(c)) => {
                Adjustable { top: Some(&mut c.top), has_window: false, ..adjustable!(c, "sender") }
            }
            Some(C::Unusual(c)) => Adjustable { top: Some(&mut c.top), ..adjustable!(c, "unusual") },
            Some(C::Ready(c)) => {
                Adjustable { top: Some(&mut c.top), has_window: false, ..adjustable!(c, "ready") }
            }
            Some(C::Report(c)) => adjustable!(c, "report", None),
            Some(C::Export(c)) => Adjustable { has_table: true, ..adjustable!(c, "export") },
            Some(C::Inspect(c)) => {
                Adjustable { has_window: false, has_filters: false, ..adjustable!(c, "inspect") }
            }
            Some(C::Saved(_) | C::Completions { .. } | C::Man { .. }) => return None,
        })
    }
}

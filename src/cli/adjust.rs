//! Which of the options that were typed a settings file may fill in.

use super::{Cli, Command, Conditions, Input, Output, RowOptions, Time};
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
    /// It shows some days, unless told otherwise; else all that the logs hold.
    pub has_window: bool,
    /// It counts, so that filters keep something.
    pub has_filters: bool,
    /// It was not asked for the table behind its chart.
    pub is_chart: bool,
}

impl Cli {
    /// The options of the command that others may fill in.
    pub fn adjustable(&mut self) -> Option<Adjustable<'_>> {
        use Command as C;
        Some(match &mut self.command {
            None => {
                plain("summary", &mut self.summary.input, &mut self.summary.time, &mut self.summary.output)
            }
            Some(C::Summary(c)) => plain("summary", &mut c.input, &mut c.time, &mut c.output),
            Some(C::Volume(c)) => plain("volume", &mut c.input, &mut c.time, &mut c.output).with(&mut c.rows),
            Some(C::Tls(c)) => plain("tls", &mut c.input, &mut c.time, &mut c.output).with(&mut c.rows),
            Some(C::Auth(c)) => plain("auth", &mut c.input, &mut c.time, &mut c.output).with(&mut c.rows),
            Some(C::Sender(c)) => Adjustable {
                top: Some(&mut c.top),
                has_window: false,
                ..plain("sender", &mut c.input, &mut c.time, &mut c.output)
            },
            Some(C::Unusual(c)) => Adjustable {
                top: Some(&mut c.top),
                ..plain("unusual", &mut c.input, &mut c.time, &mut c.output)
            },
            Some(C::Ready(c)) => Adjustable {
                top: Some(&mut c.top),
                has_window: false,
                ..plain("ready", &mut c.input, &mut c.time, &mut c.output)
            },
            Some(C::Report(c)) => plain("report", &mut c.input, &mut c.time, &mut c.output),
            Some(C::Export(c)) => Adjustable {
                conditions: Some(&mut c.conditions),
                ..plain("export", &mut c.input, &mut c.time, &mut c.output)
            },
            Some(C::Inspect(c)) => Adjustable {
                has_window: false,
                has_filters: false,
                ..plain("inspect", &mut c.input, &mut c.time, &mut c.output)
            },
            Some(C::Saved(_) | C::Completions { .. } | C::Man { .. }) => return None,
        })
    }
}

fn plain<'c>(
    command: &'static str,
    input: &'c mut Input,
    time: &'c mut Time,
    output: &'c mut Output,
) -> Adjustable<'c> {
    Adjustable {
        command,
        input,
        time,
        output,
        sort: None,
        top: None,
        conditions: None,
        has_window: true,
        has_filters: true,
        is_chart: false,
    }
}

impl<'c> Adjustable<'c> {
    fn with(self, rows: &'c mut RowOptions) -> Self {
        let asks = rows.details || rows.by.is_some() || rows.sort.is_some() || rows.conditions.is_some();
        Self {
            is_chart: !asks,
            sort: Some(&mut rows.sort),
            top: Some(&mut rows.top),
            conditions: Some(&mut rows.conditions),
            ..self
        }
    }
}

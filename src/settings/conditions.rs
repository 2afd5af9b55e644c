//! `--where` and `--min-messages`: which rows are shown after counting.

use super::{Settings, View};
use crate::cli::Conditions;
use crate::error::Error;
use crate::render::escape::terminal;
use crate::report::condition::{Comparison, Condition, Order, Part, Test, Wrong, parse};
use crate::report::over_time::What;
use crate::report::{
    self, auth, cells, fold, inspect, messages, ready, sender, summary, tls, unusual, volume,
};
use unicode_width::UnicodeWidthStr;

/// How wide the list of known names may be.
const WIDTH: usize = 96;

/// The condition that was typed.
pub(super) fn condition_of(settings: &Settings, typed: &Conditions) -> Result<Option<Condition>, Error> {
    let columns = columns(settings);
    let mut parts = Vec::new();
    let mut tests = Vec::new();
    if let Some(least) = typed.min_messages {
        if !columns.contains(&"messages") {
            let what = "--min-messages is for rows that count messages";
            return Err(Error::Usage(format!("{what}{}", listed(&columns))));
        }
        // Counts of messages fit the 53 bits that a float has.
        #[expect(clippy::cast_precision_loss, reason = "a comparison needs no more than 53 bits")]
        let number = Comparison::Number(Order::AtLeast, least as f64);
        tests.push(Test::Column("messages".to_owned(), number));
        let text = format!("messages >= {least}");
        parts.push(Part { text, origin: typed.min_messages_origin.clone() });
    }
    if let Some(text) = &typed.where_ {
        let test = parse(text, &columns, settings.clock.shown, settings.now)
            .map_err(|wrong| Error::Usage(pointed(text, &wrong, &columns)))?;
        let text = text.trim();
        // What `and` joins binds more than what `or` does.
        let is_loose = matches!(test, Test::Any(_)) && !tests.is_empty();
        let text = if is_loose { format!("({text})") } else { text.to_owned() };
        parts.push(Part { text, origin: typed.origin.clone() });
        tests.push(test);
    }
    let test = if tests.len() > 1 { Some(Test::All(tests)) } else { tests.pop() };
    Ok(test.map(|test| Condition { rows: rows(settings.view), parts, test }))
}

/// What a row is called.
fn rows(view: View) -> &'static str {
    match view {
        View::Summary => "accounts",
        View::Inspect => "files",
        View::Unusual => "days",
        _ => "rows",
    }
}

/// The columns of the rows of a view: those of its data, but for the summary, whose data are sums over accounts.
fn columns(settings: &Settings) -> Vec<&'static str> {
    match settings.view {
        View::Summary => summary::ACCOUNTS.to_vec(),
        View::Volume(by) => by.map_or(volume::COLUMNS.to_vec(), |by| fold::columns_by(by, &volume::DETAILS)),
        View::Tls(Some(by)) => fold::columns_by(by, &tls::DETAILS),
        View::Auth(Some(by)) => fold::columns_by(by, &auth::DETAILS),
        View::Tls(None) => What::Tls.columns(settings.interval.unwrap_or_default()),
        View::Auth(None) => What::Auth.columns(settings.interval.unwrap_or_default()),
        View::Sender => sender::columns(settings.interval),
        View::Ready => ready::columns(settings.check.baseline.is_some()),
        View::Unusual => unusual::COLUMNS.to_vec(),
        View::Cells => cells::COLUMNS.to_vec(),
        View::Messages => messages::COLUMNS.to_vec(),
        View::Report => Vec::new(),
        View::Inspect => inspect::COLUMNS.to_vec(),
    }
}

/// What is wrong, with a caret below the place, and what is known here.
fn pointed(text: &str, wrong: &Wrong, columns: &[&str]) -> String {
    let before = text.get(..wrong.at.start).unwrap_or_default();
    let there = text.get(wrong.at.clone()).unwrap_or_default();
    let width = |text: &str| terminal(text.as_bytes()).width();
    let pointer = format!("{}{}", " ".repeat(width(before)), "^".repeat(width(there).max(1)));
    let what = elsewhere(there).filter(|_| wrong.is_name).unwrap_or_else(|| wrong.what.clone());
    let mut message = format!("--where: {what}\n  {}\n  {pointer}", terminal(text.as_bytes()));
    if wrong.is_name {
        message.push_str(&listed(columns));
    }
    message
}

/// "these rows have no column expected_low, those of smtpauth unusual do", where others have it.
fn elsewhere(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let has = |view: &&report::View| view.columns.iter().copied().flatten().any(|column| **column == *name);
    let views: Vec<&str> = report::VIEWS.iter().filter(has).map(|view| view.name).collect();
    (!views.is_empty())
        .then(|| format!("these rows have no column {name}; rows of these commands do: {}", views.join(", ")))
}

fn listed(columns: &[&str]) -> String {
    let mut message = "\nColumns of these rows:".to_owned();
    let mut line = String::new();
    for name in columns {
        if line.len().saturating_add(name.len()) > WIDTH {
            message.push_str(&format!("\n {}", std::mem::take(&mut line)));
        }
        line.push(' ');
        line.push_str(name);
    }
    message.push_str(&format!("\n {line}"));
    message
}

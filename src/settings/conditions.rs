//! `--where` and `--min-messages`: which rows are shown after counting.

use super::{View, usage};
use crate::cli::Conditions;
use crate::error::Error;
use crate::render::escape::terminal;
use crate::report::condition::{Comparison, Condition, Order, Test, Wrong, parse};
use crate::report::{auth, cells, fold, inspect, messages, ready, sender, summary, tls, unusual, volume};
use crate::time::Zone;
use unicode_width::UnicodeWidthStr;

/// How wide the list of known names may be.
const WIDTH: usize = 96;

/// The condition that was typed. `zone` and `now` are for days that stand in it.
pub(super) fn condition_of(
    view: View,
    typed: &Conditions,
    zone: Zone,
    now: i64,
) -> Result<Option<Condition>, Error> {
    let columns = columns(view);
    let least = typed.min_messages.map(|least| {
        // Counts of messages fit the 53 bits that a float has.
        #[expect(clippy::cast_precision_loss, reason = "a comparison needs no more than 53 bits")]
        let number = Comparison::Number(Order::AtLeast, least as f64);
        (format!("messages >= {least}"), Test::Column("messages".to_owned(), number))
    });
    if least.is_some() && !columns.contains(&"messages") {
        return Err(usage("--min-messages is for rows that count messages"));
    }
    let asked = match &typed.where_ {
        None => None,
        Some(text) => match parse(text, &columns, zone, now) {
            Ok(test) => Some((text.trim().to_owned(), test)),
            Err(wrong) => return Err(Error::Usage(pointed(text, &wrong, &columns))),
        },
    };
    Ok(match (least, asked) {
        (None, None) => None,
        (Some((text, test)), None) => Some(Condition { text, test, origin: None }),
        (None, Some((text, test))) => Some(Condition { text, test, origin: typed.origin.clone() }),
        (Some((least, one)), Some((text, other))) => {
            let text = if matches!(other, Test::Any(_)) { format!("({text})") } else { text };
            let text = format!("{least} and {text}");
            Some(Condition { text, test: Test::All(vec![one, other]), origin: typed.origin.clone() })
        }
    })
}

/// The columns of the data of a view.
fn columns(view: View) -> Vec<&'static str> {
    match view {
        View::Summary => summary::COLUMNS.to_vec(),
        View::Volume(by) => by.map_or(volume::COLUMNS.to_vec(), |by| fold::columns_by(by, &volume::DETAILS)),
        View::Tls(by) => by.map_or(tls::COLUMNS.to_vec(), |by| fold::columns_by(by, &tls::DETAILS)),
        View::Auth(by) => by.map_or(auth::COLUMNS.to_vec(), |by| fold::columns_by(by, &auth::DETAILS)),
        View::Sender => sender::COLUMNS.to_vec(),
        View::Ready => ready::COLUMNS.to_vec(),
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
    let mut message = format!("--where: {}\n  {}\n  {pointer}", wrong.what, terminal(text.as_bytes()));
    if wrong.is_name {
        message.push_str("\nColumns of these rows:");
        let mut line = String::new();
        for name in columns {
            if line.len().saturating_add(name.len()) > WIDTH {
                message.push_str(&format!("\n {}", std::mem::take(&mut line)));
            }
            line.push(' ');
            line.push_str(name);
        }
        message.push_str(&format!("\n {line}"));
    }
    message
}

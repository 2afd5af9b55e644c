//! The data of the view: a row for each day of an incident, or (with `--scores`) of every account.

use super::Account;
use super::habits::Habits;
use super::incident::{Incident, reasons};
use super::signals::Signal;
use crate::report::Data;
use crate::report::condition::Condition;
use crate::report::cut::cut;
use crate::report::unusual::judge::Judged;
use crate::report::value::Value;
use crate::tally::behaviour::Facts;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of the data.
pub const COLUMNS: [&str; 16] = [
    "account",
    "day",
    "first_seen",
    "last_seen",
    "score",
    "p_value",
    "messages",
    "expected_low",
    "expected_high",
    "clients",
    "new_clients",
    "recipients",
    "failed_logins",
    "incident",
    "reasons",
    "sessions",
];

/// A day of an account.
pub(super) struct Row {
    score: f64,
    /// The number of the incident that it is a part of.
    pub incident: Option<u64>,
    cells: Vec<Value>,
}

impl Row {
    /// Whether a condition, if there is one, keeps it.
    pub fn is_kept(&self, condition: Option<&Condition>) -> bool {
        condition.is_none_or(|condition| condition.keeps(&COLUMNS, &self.cells))
    }
}

/// The days of incidents, or all (`is_all`). Rows stand in the order of accounts and days.
pub(super) fn rows(
    accounts: &[Account<'_>],
    window: (i64, i64),
    incidents: &[Incident<'_>],
    is_all: bool,
) -> Vec<Row> {
    let mut numbers: BTreeMap<(&[u8], i64), u64> = BTreeMap::new();
    for incident in incidents {
        numbers.extend(
            incident.judged.iter().map(|day| ((incident.account, day.observed.day), incident.number)),
        );
    }
    let mut rows = Vec::new();
    for account in accounts {
        for day in account.in_window(window) {
            let incident = numbers.get(&(account.name, day.observed.day)).copied();
            if let Some(facts) = account.days.get(&day.observed.day)
                && (is_all || incident.is_some())
            {
                let cells = row(account, day, facts, incident);
                rows.push(Row { score: day.score(), incident, cells });
            }
        }
    }
    rows
}

/// The data: the days of the first incidents, or (`is_all`) the days with the highest scores, and the others in one row.
pub(super) fn data<'a>(mut rows: Vec<Row>, is_all: bool, top: Option<usize>) -> Data<'a> {
    let top = top.filter(|top| *top > 0).filter(|top| {
        let incidents: BTreeSet<_> = rows.iter().map(|row| row.incident).collect();
        *top < if is_all { rows.len() } else { incidents.len() }
    });
    let mut kept = top;
    if let Some(top) = top {
        if is_all {
            rows.sort_by(|one, other| other.score.total_cmp(&one.score));
        } else {
            rows.sort_by_key(|row| row.incident);
            let incidents: BTreeSet<_> = rows.iter().map(|row| row.incident).collect();
            let first: BTreeSet<_> = incidents.into_iter().take(top).collect();
            kept = Some(rows.iter().filter(|row| first.contains(&row.incident)).count());
        }
    }
    let rows = rows.into_iter().map(|row| row.cells).collect();
    let rows = cut(rows, &COLUMNS, "account", kept);
    Data { columns: COLUMNS.to_vec(), rows: rows.into(), fields: None }
}

fn row(account: &Account<'_>, day: &Judged, facts: &Facts, incident: Option<u64>) -> Vec<Value> {
    let seen = |pick: fn((i64, i64)) -> i64| {
        facts.counts.seen.map_or(Value::Missing, |seen| Value::Instant(pick(seen)))
    };
    let habits = Habits::before(account.days, day.observed.day, &account.alarms);
    let [low, high] = match habits.volume() {
        Some((low, high)) => [low, high].map(Value::Count),
        None => [Value::Missing, Value::Missing],
    };
    let new = day.observed.counts.get(Signal::NewNetworks);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of networks")]
    let new = new.map_or(Value::Missing, |networks| Value::Count(networks as u64));
    let words: Vec<&str> = match day.observed.is_active {
        true => reasons(std::iter::once(day)).into_iter().map(super::signals::Aspect::name).collect(),
        false => Vec::new(),
    };
    vec![
        Value::text(Some(account.name)),
        Value::Day(day.observed.day),
        seen(|(first, _)| first),
        seen(|(_, last)| last),
        Value::Decimal((day.score() * 10_000.0).round() / 10_000.0),
        Value::Decimal(three_digits(day.p)),
        Value::Count(facts.counts.messages),
        low,
        high,
        Value::Count(facts.clients.count()),
        new,
        Value::Count(facts.counts.recipients),
        Value::Count(facts.counts.failed_logins),
        incident.map_or(Value::Missing, Value::Count),
        Value::words(words.join(" ")),
        Value::Count(facts.counts.sessions),
    ]
}

/// A probability with three digits that count.
fn three_digits(p: f64) -> f64 {
    let places = 10_f64.powi(2).max(10_f64.powf(2.0 - p.log10().floor()));
    if places.is_finite() { (p * places).round() / places } else { p }
}

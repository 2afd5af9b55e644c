//! What a part of a name fits: which names there are, to choose from.

use super::who::{Kind, Parts};
use crate::report::subject::{MESSAGES, SESSIONS, Subject};
use crate::report::value::{Sentence, Value, counted};
use crate::report::{Column, Section, Table};
use crate::submission::Counts;
use crate::tally::Row;
use std::collections::BTreeMap;

/// The names, those with the most messages first.
pub fn sections<'a>(
    subject: &Subject<'a>,
    parts: &Parts<'a>,
    rows: &[Row<'a>],
    typed: Value,
    top: Option<usize>,
) -> Vec<Section> {
    let mut sums: BTreeMap<(Kind, &[u8]), Counts> = BTreeMap::new();
    for row in rows {
        for name in parts.of(row) {
            sums.entry(name).or_insert(Counts::ZERO).add(row.counts);
        }
    }
    let mut names: Vec<_> = sums.into_iter().collect();
    names.sort_by_key(|(name, counts)| (std::cmp::Reverse((counts.messages, counts.sessions)), *name));
    let mut line: Sentence = vec!["No name is exactly ".into(), typed, "; it is a part of ".into()];
    line.extend(counted(u64::try_from(names.len()).unwrap_or(u64::MAX), ("name", "names")));
    let mut next: Sentence = vec!["All about one of them: ".into()];
    let first = names.first().map(|((_, name), _)| *name).unwrap_or_default();
    next.extend(subject.command_about("sender", first));
    vec![Section::Line(line), Section::Table(table(subject, &names, top)), Section::Note(next)]
}

fn table(subject: &Subject<'_>, names: &[((Kind, &[u8]), Counts)], top: Option<usize>) -> Table {
    let newest = subject.newest_day();
    let units = if subject.has_messages { MESSAGES } else { SESSIONS };
    let has_failures = names.iter().any(|(_, counts)| counts.failed_logins > 0);
    let mut columns = vec![Column::text("Name"), Column::text("Is a"), Column::number(units.heading)];
    columns.extend(has_failures.then(|| Column::number("Failed logins")));
    columns.push(Column::number("Last seen"));
    let row = |((kind, name), counts): &((Kind, &[u8]), Counts)| {
        let units = if subject.has_messages { counts.messages } else { counts.sessions };
        let mut row = vec![Value::sender(Some(name)), kind.label().into(), Value::CountOrDash(units)];
        row.extend(has_failures.then_some(Value::CountOrDash(counts.failed_logins)));
        let last = counts.seen.map(|(_, last)| subject.day_at(last));
        row.push(last.map_or(Value::Missing, |day| Value::Date(day, newest.unwrap_or(day))));
        row
    };
    let shown = top.filter(|top| *top > 0 && names.len() > top.saturating_add(1)).unwrap_or(names.len());
    let mut rows: Vec<Vec<Value>> = names.iter().take(shown).map(row).collect();
    let others = names.len().saturating_sub(shown);
    if others > 0 {
        let blanks = std::iter::repeat_n(Value::Missing, columns.len().saturating_sub(1));
        let others = Value::Others(u64::try_from(others).unwrap_or(u64::MAX));
        rows.push(std::iter::once(others).chain(blanks).collect());
    }
    Table { columns, rows, totals: Vec::new(), ruled: true }
}

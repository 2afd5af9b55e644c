//! `smtpauth volume`: how much is sent, per day and sender domain, or per sender.

use super::fold::{self, Details, Group};
use super::rows::{By, Sort};
use super::subject::Subject;
use super::value::{Sentence, Value};
use super::{Column, Data, Report, Section, Table};
use crate::submission::Counts;
use std::collections::BTreeMap;

/// Columns of the data.
pub const COLUMNS: [&str; 4] = ["day", "domain", "messages", "sessions"];

/// Columns of the data of `--details`.
pub const DETAILS: [&str; 8] =
    ["sender", "domain", "messages", "sessions", "recipients", "bytes", "first_seen", "last_seen"];

/// Messages and sessions per day, every day of the window.
pub fn days(subject: &Subject<'_>) -> BTreeMap<i64, (u64, u64)> {
    let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    if let Some((first, last)) = subject.days() {
        // A day without a message is a fact too; a thousand years of them are not.
        if last.saturating_sub(first) < 4000 {
            days.extend((first..=last).map(|day| (day, (0, 0))));
        }
    }
    for row in subject.rows() {
        let Some(bucket) = row.bucket else { continue };
        let day = days.entry(subject.day_of(bucket)).or_default();
        day.0 = day.0.saturating_add(row.counts.messages);
        day.1 = day.1.saturating_add(row.counts.sessions);
    }
    days
}

/// The chart per day.
pub fn chart(subject: &Subject<'_>, days: &BTreeMap<i64, (u64, u64)>) -> Table {
    let units = |counts: &(u64, u64)| if subject.has_messages { counts.0 } else { counts.1 };
    let largest = days.values().map(units).max().unwrap_or(0);
    let unfinished = subject.unfinished();
    let mut total = 0_u64;
    let mut rows = Vec::new();
    for (day, counts) in days {
        let count = units(counts);
        total = total.saturating_add(count);
        let mut bar = vec![Value::Bar(count, largest)];
        if let Some((_, newest)) = unfinished.filter(|(unfinished, _)| unfinished == day) {
            bar.extend(["  until ".into(), Value::TimeOfDay(newest)]);
        }
        rows.push(vec![Value::Day(*day), Value::CountOrDash(count), Value::Sentence(bar)]);
    }
    let undated = undated(subject);
    if undated > 0 {
        total = total.saturating_add(undated);
        rows.push(vec!["without a day".into(), Value::Count(undated), Value::Missing]);
    }
    let unit = subject.unit().many;
    Table {
        columns: vec![Column::text(&format!("{unit} per day")), Column::number(unit), Column::text("")],
        rows,
        totals: vec![vec!["all".into(), Value::Count(total), Value::Missing]],
        ruled: false,
    }
}

/// Messages of input that was counted without days.
fn undated(subject: &Subject<'_>) -> u64 {
    let rows = subject.rows().filter(|row| row.bucket.is_none());
    rows.fold(0, |sum, row| sum.saturating_add(subject.units(&row)))
}

/// The view without `--details`.
pub fn report<'a>(subject: &Subject<'a>, top: Option<usize>) -> Report<'a> {
    let days = days(subject);
    let unit = subject.unit();
    let mut sections = vec![Section::Title(subject.title("Sending volume", [vec![Value::words(unit.many)]]))];
    if fold::groups(subject, By::Domain).is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        sections.push(Section::Table(chart(subject, &days)));
        sections.push(Section::Table(domain_table(subject, top)));
        sections.extend(subject.about_halves().into_iter().map(Section::Line));
        sections.extend(subject.about_left_out().map(Section::Line));
        let mut next: Sentence = vec!["Per sender: ".into()];
        next.extend(subject.command("volume --details"));
        sections.push(Section::Line(next));
    }
    let rows = per_day_and_domain(subject);
    Report {
        command: "volume",
        sections,
        data: Data { columns: COLUMNS.to_vec(), rows: Box::new(rows.into_iter()), fields: None },
    }
}

fn domain_table(subject: &Subject<'_>, top: Option<usize>) -> Table {
    let details = Details::of(subject, By::Domain, Sort::Messages, top);
    let total = details.all.tls.total();
    let columns = vec![Column::number(subject.unit().many), Column::number("share"), Column::text("")];
    let table = details.table(columns, |group| {
        let count = group.tls.total();
        vec![Value::Count(count), Value::Percent(count, total), Value::Bar(count, total)]
    });
    Table { ruled: false, totals: Vec::new(), ..table }
}

fn per_day_and_domain(subject: &Subject<'_>) -> Vec<Vec<Value>> {
    let mut sums: BTreeMap<(Option<i64>, Option<&[u8]>), Counts> = BTreeMap::new();
    for row in subject.rows().filter(|row| fold::belongs(subject, row, By::Domain)) {
        let day = row.bucket.map(|bucket| subject.day_of(bucket));
        sums.entry((day, fold::name_of(&row, By::Domain))).or_insert(Counts::ZERO).add(row.counts);
    }
    let rows = sums.into_iter().map(|((day, domain), counts)| {
        let day = day.map_or(Value::Missing, Value::Day);
        vec![day, Value::text(domain), Value::Count(counts.messages), Value::Count(counts.sessions)]
    });
    rows.collect()
}

/// The view with `--details`: a row per sender, or per what `--by` says.
pub fn details<'a>(subject: &Subject<'a>, by: By, order: Option<Sort>, top: Option<usize>) -> Report<'a> {
    let details = Details::of(subject, by, order.unwrap_or(Sort::Messages), top);
    let (_, (one, _), _) = fold::words(details.by);
    let unit = subject.unit();
    let title = subject.title(&format!("Sending volume per {one}"), [vec![Value::words(unit.many)]]);
    let mut sections = vec![Section::Title(title)];
    if details.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        let headings = [unit.heading, "Share", "Recipients", "Bytes", "First", "Last"];
        let columns = headings.iter().map(|heading| Column::number(heading)).collect();
        let total = details.all.tls.total();
        sections.push(Section::Table(details.table(columns, |group| table_row(group, total))));
        let mut next: Sentence = details.how_to_see_all().into_iter().collect();
        next.push("TLS versions: ".into());
        next.extend(subject.command("tls --details"));
        sections.push(Section::Line(next));
    }
    Report { command: "volume", sections, data: details.data(&DETAILS, data_row) }
}

fn table_row(group: &Group<'_>, total: u64) -> Vec<Value> {
    let [first, last] = fold::seen(group);
    let count = group.tls.total();
    vec![
        Value::Count(count),
        Value::Percent(count, total),
        Value::CountOrDash(group.counts.recipients),
        Value::CountOrDash(group.counts.bytes),
        first,
        last,
    ]
}

fn data_row(group: &Group<'_>) -> Vec<Value> {
    let counts = &group.counts;
    let sums = [counts.messages, counts.sessions, counts.recipients, counts.bytes];
    sums.into_iter().map(Value::Count).chain(fold::seen(group)).collect()
}

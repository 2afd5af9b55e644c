//! `smtpauth volume`: how much is sent, per day and sender domain, or per sender.

use super::alone::Alone;
use super::fold::{self, Details, Group};
use super::interval::{self, Interval, Periods};
use super::rows::{By, Sort};
use super::subject::{SESSIONS, Subject};
use super::tls;
use super::value::{Sentence, Value};
use super::{Column, Data, Report, Section, Table};
use crate::submission::Counts;
use crate::tally::Row;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of the data.
pub const COLUMNS: [&str; 4] = ["day", "domain", "messages", "sessions"];

/// Columns of the data of `--details`.
pub const DETAILS: [&str; 8] =
    ["sender", "domain", "messages", "sessions", "recipients", "bytes", "first_seen", "last_seen"];

/// What is counted in a day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Day {
    /// Messages.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
    /// Those of them that no message speaks for.
    pub alone: u64,
}

impl Day {
    fn add<'a>(&mut self, row: &Row<'a>, alone: &Alone<'a>) {
        self.messages = self.messages.saturating_add(row.counts.messages);
        self.sessions = self.sessions.saturating_add(row.counts.sessions);
        self.alone = self.alone.saturating_add(alone.sessions(row));
    }
}

/// What is counted in every stretch of the window, and in none where input was counted without days.
pub fn periods(subject: &Subject<'_>, interval: Interval) -> Periods<Day> {
    let mut periods = Periods::<Day>::new(subject, interval);
    let alone = Alone::in_sums(subject, subject.scope.span);
    subject.rows().for_each(|row| periods.of(subject, row.bucket).add(&row, &alone));
    periods
}

/// Whether sessions that count stand beside messages.
pub fn is_mixed(subject: &Subject<'_>, periods: &Periods<Day>) -> bool {
    subject.has_messages && periods.sums().any(|day| day.alone > 0)
}

/// The chart per day. Sessions that stand beside messages have a column of their own.
pub fn chart(subject: &Subject<'_>, periods: &Periods<Day>) -> Table {
    let units = |day: &Day| if subject.has_messages { day.messages } else { day.sessions };
    let is_mixed = is_mixed(subject, periods);
    let beside = |sessions: u64| is_mixed.then_some(Value::CountOrDash(sessions));
    let largest = periods.dated().map(|(.., counts)| units(counts)).max().unwrap_or(0);
    let row = |name: Value, count: Value, alone: u64, bar: Value| -> Vec<Value> {
        [name, count].into_iter().chain(beside(alone)).chain([bar]).collect()
    };
    let mut rows = Vec::new();
    for (name, cut, counts) in periods.dated() {
        let count = units(counts);
        let bar = std::iter::once(Value::Bar(count, largest)).chain(cut).collect();
        rows.push(row(name, Value::CountOrDash(count), counts.alone, Value::Sentence(bar)));
    }
    let undated = periods.undated().copied().unwrap_or_default();
    if units(&undated) > 0 || (is_mixed && undated.alone > 0) {
        let name = if subject.is_of_report() { "period of the export" } else { "without a day" };
        rows.push(row(name.into(), Value::Count(units(&undated)), undated.alone, Value::Missing));
    }
    let (unit, per) = (subject.unit().many, periods.interval().per());
    let heading = if is_mixed { per.to_owned() } else { format!("{unit} {per}") };
    let mut columns = vec![Column::text(&heading), Column::number(unit)];
    columns.extend(is_mixed.then(|| Column::number(SESSIONS.many)));
    columns.push(Column::text(""));
    let sum = |count: &dyn Fn(&Day) -> u64| periods.sums().map(count).fold(0, u64::saturating_add);
    let all = row("all".into(), Value::Count(sum(&units)), sum(&|day| day.alone), Value::Missing);
    Table { columns, rows, totals: vec![all], ruled: false }
}

/// The view without `--details`.
pub fn report<'a>(subject: &Subject<'a>, interval: Option<Interval>, top: Option<usize>) -> Report<'a> {
    let periods = periods(subject, interval.unwrap_or_default());
    let is_mixed = is_mixed(subject, &periods);
    let mut sections = vec![Section::Title(subject.title("Sending volume", [subject.units(is_mixed)]))];
    let domains = Details::of(subject, By::Domain, Sort::Messages, top);
    if domains.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        sections.push(Section::Table(chart(subject, &periods)));
        sections.push(Section::Table(domain_table(subject, &domains)));
        sections.extend(tls::about_sessions(domains.is_mixed(), Some(By::Domain)).map(Section::Note));
        sections.extend(subject.about_halves().into_iter().map(Section::Line));
        sections.extend(subject.about_online().into_iter().map(Section::Line));
        sections.extend(subject.about_left_out().map(Section::Line));
        let mut next: Sentence = vec!["Per sender: ".into()];
        next.extend(subject.command("volume --details"));
        sections.push(Section::Line(next));
    }
    let shown = top.filter(|top| *top > 0).map(|_| domains.names());
    let rows = per_period_and_domain(subject, interval.unwrap_or_default(), shown);
    let columns = std::iter::once(interval::column(interval)).chain(COLUMNS.into_iter().skip(1)).collect();
    Report { command: "volume", sections, data: Data { columns, rows: rows.into(), fields: None } }
}

fn domain_table(subject: &Subject<'_>, domains: &Details<'_>) -> Table {
    let columns = domains.unit_columns(subject).into_iter();
    let columns = columns.map(|column| Column { heading: column.heading.to_lowercase(), ..column });
    let columns = columns.chain([Column::number("share"), Column::text("")]).collect();
    let table = domains.table(columns, |group| {
        let (count, total) = (group.tls.total(), domains.total(group));
        let mut cells = domains.units(group);
        cells.extend([Value::Percent(count, total), Value::Bar(count, total)]);
        cells
    });
    Table { ruled: false, totals: Vec::new(), ..table }
}

/// A row for every domain that is shown in every stretch of time, and one for the others in it.
fn per_period_and_domain<'a>(
    subject: &Subject<'a>,
    interval: Interval,
    shown: Option<BTreeSet<Option<&'a [u8]>>>,
) -> Vec<Vec<Value>> {
    let is_shown = |domain: &Option<&'a [u8]>| shown.as_ref().is_none_or(|shown| shown.contains(domain));
    let alone = Alone::in_rows(subject, By::Domain);
    let mut sums: Periods<BTreeMap<Option<&[u8]>, Counts>> = Periods::new(subject, interval);
    for row in subject.rows().filter(|row| fold::is_by_sessions(&alone, row, By::Domain).is_some()) {
        let domains = sums.of(subject, row.bucket);
        domains.entry(fold::name_of(&row, By::Domain)).or_insert(Counts::ZERO).add(row.counts);
    }
    let mut rows = Vec::new();
    for (begin, domains) in sums.data() {
        let row = |name: Value, counts: &Counts| {
            let units = [counts.messages, counts.sessions].map(Value::Count);
            [begin.clone(), name].into_iter().chain(units).collect()
        };
        let (first, others): (Vec<_>, Vec<_>) = domains.iter().partition(|(domain, _)| is_shown(domain));
        rows.extend(first.into_iter().map(|(domain, counts)| row(Value::text(*domain), counts)));
        let mut sum = Counts::ZERO;
        others.iter().for_each(|(_, counts)| sum.add(counts));
        let count = u64::try_from(others.len()).unwrap_or(u64::MAX);
        rows.extend((count > 0).then(|| row(Value::Others(count), &sum)));
    }
    rows
}

/// The view with `--details`: a row per sender, or per what `--by` says.
pub fn details<'a>(subject: &Subject<'a>, by: By, order: Option<Sort>, top: Option<usize>) -> Report<'a> {
    let details = Details::of(subject, by, order.unwrap_or(Sort::Messages), subject.top(top));
    let details = details.only(subject, top, &DETAILS, data_row);
    let (_, (one, _), _) = fold::words(details.by);
    let title = subject.title(&format!("Sending volume per {one}"), [subject.units(details.is_mixed())]);
    let mut sections = vec![Section::Title(title)];
    if details.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        let headings = ["Share", "Recipients", "Bytes", "First", "Last"].map(Column::number);
        let columns = details.unit_columns(subject).into_iter().chain(headings).collect();
        sections.push(Section::Table(details.table(columns, |group| table_row(&details, group))));
        if details.is_mixed() {
            sections.extend(tls::about_sessions(true, Some(details.by)).map(Section::Note));
            sections.extend(subject.about_halves().into_iter().map(Section::Line));
        }
        sections.extend(subject.about_online().into_iter().map(Section::Line));
        let mut next: Sentence = details.how_to_see_all().into_iter().collect();
        next.push("TLS versions: ".into());
        next.extend(subject.command("tls --details"));
        sections.push(Section::Line(next));
    }
    Report { command: "volume", sections, data: details.data(&DETAILS, data_row) }
}

fn table_row(details: &Details<'_>, group: &Group<'_>) -> Vec<Value> {
    let mut cells = details.units(group);
    cells.extend([
        Value::Percent(group.tls.total(), details.total(group)),
        Value::CountOrDash(group.counts.recipients),
        Value::CountOrDash(group.counts.bytes),
    ]);
    cells.extend(fold::seen(group));
    cells
}

fn data_row(group: &Group<'_>) -> Vec<Value> {
    let counts = &group.counts;
    // A message has recipients and a size: where their sum is 0, the log has neither.
    let known = |sum: u64| if sum > 0 { Value::Count(sum) } else { Value::Missing };
    let units = [counts.messages, counts.sessions].map(Value::Count);
    units.into_iter().chain([counts.recipients, counts.bytes].map(known)).chain(fold::seen(group)).collect()
}

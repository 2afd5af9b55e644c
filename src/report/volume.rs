//! `smtpauth volume`: how much is sent, per day and sender domain, or per sender.

use super::fold::{self, Group};
use super::rows::{By, Sort};
use super::subject::Subject;
use super::value::{Sentence, Value};
use super::{Column, Data, Report, Section, Table};
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
        rows.push(vec![
            "without a day".into(),
            Value::Count(undated),
            Value::Bar(undated, largest.max(undated)),
        ]);
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
    let mut domains = fold::groups(subject, By::Domain);
    if domains.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        sections.push(Section::Table(chart(subject, &days)));
        fold::sort(&mut domains, Sort::Messages);
        sections.push(Section::Table(domain_table(subject, domains, top)));
        sections.extend(
            subject.unknowns().into_iter().skip_while(|_| subject.left_out() == 0).map(Section::Line),
        );
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

fn domain_table<'a>(subject: &Subject<'a>, domains: Vec<Group<'a>>, top: Option<usize>) -> Table {
    let all = fold::sum(&domains);
    let total = all.tls.total();
    let largest = domains.iter().map(|group| group.tls.total()).max().unwrap_or(0);
    let (domains, others) = fold::top(domains, top);
    let row = |name: Value, group: &Group<'_>| {
        let count = group.tls.total();
        vec![name, Value::Count(count), Value::Percent(count, total), Value::Bar(count, largest)]
    };
    let name = |group: &Group<'_>| match group.name {
        Some(domain) => Value::text(Some(domain)),
        None => "no domain".into(),
    };
    let mut rows: Vec<_> = domains.iter().map(|group| row(name(group), group)).collect();
    rows.extend(others.map(|(count, group)| {
        vec![
            Value::Others(count),
            Value::Count(group.tls.total()),
            Value::Percent(group.tls.total(), total),
            Value::Missing,
        ]
    }));
    Table {
        columns: vec![
            Column::text("sender domain"),
            Column::number(subject.unit().many),
            Column::number("share"),
            Column::text(""),
        ],
        rows,
        totals: Vec::new(),
        ruled: false,
    }
}

fn per_day_and_domain(subject: &Subject<'_>) -> Vec<Vec<Value>> {
    let mut sums: BTreeMap<(Option<i64>, Option<&[u8]>), (u64, u64)> = BTreeMap::new();
    for row in subject.rows().filter(|row| row.counts.messages > 0 || row.counts.sessions > 0) {
        let domain = fold::name_of(&row, By::Domain);
        if subject.has_messages && row.counts.messages == 0 {
            continue;
        }
        let day = row.bucket.map(|bucket| subject.day_of(bucket));
        let sum = sums.entry((day, domain)).or_default();
        sum.0 = sum.0.saturating_add(row.counts.messages);
        sum.1 = sum.1.saturating_add(row.counts.sessions);
    }
    let row = |((day, domain), (messages, sessions)): ((Option<i64>, Option<&[u8]>), (u64, u64))| {
        vec![
            day.map_or(Value::Missing, Value::Day),
            Value::text(domain),
            Value::Count(messages),
            Value::Count(sessions),
        ]
    };
    sums.into_iter().map(row).collect()
}

/// The view with `--details`: a row per sender, or per what `--by` says.
pub fn details<'a>(subject: &Subject<'a>, by: By, order: Option<Sort>, top: Option<usize>) -> Report<'a> {
    let mut groups = fold::groups(subject, by);
    fold::sort(&mut groups, order.unwrap_or(Sort::Messages));
    let all = fold::sum(&groups);
    let total = all.tls.total();
    let count = u64::try_from(groups.len()).unwrap_or(u64::MAX);
    let (groups, others) = fold::top(groups, top);
    let (heading, (one, many), column) = fold::words(by);
    let unit = subject.unit();
    let title = subject.title(&format!("Sending volume per {one}"), [vec![Value::words(unit.many)]]);
    let mut sections = vec![Section::Title(title)];
    if count == 0 {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        let cells = |name: Value, group: &Group<'_>| table_row(name, group, total);
        let mut rows: Vec<_> =
            groups.iter().map(|group| cells(fold::name_value(group.name), group)).collect();
        rows.extend(others.iter().map(|(count, group)| cells(Value::Others(*count), group)));
        let name = if count == 1 { format!("all, 1 {one}") } else { format!("all {count} {many}") };
        sections.push(Section::Table(Table {
            columns: vec![
                Column::text(heading),
                Column::number(unit.heading),
                Column::number("Share"),
                Column::number("Recipients"),
                Column::number("Bytes"),
                Column::number("First"),
                Column::number("Last"),
            ],
            rows,
            totals: vec![cells(Value::words(name), &all)],
            ruled: true,
        }));
        let mut next: Sentence =
            if others.is_some() { vec!["All rows: --top 0 · ".into()] } else { Vec::new() };
        next.push("TLS versions: ".into());
        next.extend(subject.command("tls --details"));
        sections.push(Section::Line(next));
    }
    let without_domain = matches!(by, By::Client | By::Domain | By::Server);
    let mut columns = DETAILS.to_vec();
    columns.iter_mut().take(1).for_each(|first| *first = column);
    if without_domain {
        columns.remove(1);
    }
    let others = others.map(|(count, group)| data_row(Value::Others(count), &group, without_domain));
    let rows: Vec<_> =
        groups.iter().map(|group| data_row(fold::name_value(group.name), group, without_domain)).collect();
    Report {
        command: "volume",
        sections,
        data: Data { columns, rows: Box::new(rows.into_iter().chain(others)), fields: None },
    }
}

fn table_row(name: Value, group: &Group<'_>, total: u64) -> Vec<Value> {
    let [first, last] = match group.counts.seen {
        Some((first, last)) => [Value::Instant(first), Value::Instant(last)],
        None => [Value::Missing, Value::Missing],
    };
    let count = group.tls.total();
    vec![
        name,
        Value::Count(count),
        Value::Percent(count, total),
        Value::CountOrDash(group.counts.recipients),
        Value::CountOrDash(group.counts.bytes),
        first,
        last,
    ]
}

fn data_row(name: Value, group: &Group<'_>, without_domain: bool) -> Vec<Value> {
    let counts = &group.counts;
    let mut row = vec![name];
    if !without_domain {
        row.push(Value::text(group.domain));
    }
    let sums = [counts.messages, counts.sessions, counts.recipients, counts.bytes];
    row.extend(sums.map(Value::Count));
    row.extend(fold::seen(group));
    row
}

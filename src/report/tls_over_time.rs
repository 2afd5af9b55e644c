//! `smtpauth tls --interval`: TLS versions over time.

use super::fold::ByTls;
use super::interval::{self, Interval, Periods};
use super::subject::Subject;
use super::tls::{DATA_ORDER, DETAILS, is_shown};
use super::value::{Sentence, Value};
use super::{Column, Data, Report, Section, Table};
use crate::submission::{Counts, Tls};

/// What is counted in a stretch of time: in messages, or in sessions where the logs hold no messages.
#[derive(Clone, Copy, Debug)]
struct Sum {
    tls: ByTls,
    counts: Counts,
}

impl Default for Sum {
    fn default() -> Self {
        Self { tls: ByTls::default(), counts: Counts::ZERO }
    }
}

/// The view.
pub fn report<'a>(subject: &Subject<'a>, asked: Interval) -> Report<'a> {
    let mut periods = Periods::<Sum>::new(subject, asked);
    for row in subject.rows().filter(|row| row.counts.messages > 0 || row.counts.sessions > 0) {
        let sum = periods.of(subject, row.bucket);
        sum.tls.add(row.tls, if subject.has_messages { row.counts.messages } else { row.counts.sessions });
        sum.counts.add(row.counts);
    }
    let mut all = Sum::default();
    for sum in periods.sums() {
        all.tls.merge(&sum.tls);
        all.counts.add(&sum.counts);
    }
    let per = periods.interval().per();
    let share = vec![Value::words(format!("share of {} (number)", subject.unit().many))];
    let mut sections = vec![Section::Title(subject.title(&format!("TLS usage {per}"), [share]))];
    if all.tls.total() == 0 {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        sections.push(Section::Table(table(subject, &periods, &all)));
        sections.extend(subject.unknowns().into_iter().map(Section::Note));
        let mut next: Sentence = vec!["Per sender: ".into()];
        next.extend(subject.command("tls --details"));
        sections.push(Section::Note(next));
    }
    let column = interval::column(Some(asked));
    let columns = DETAILS.into_iter().filter(|name| !matches!(*name, "sender" | "domain"));
    let rows = periods.data().filter(|_| all.tls.total() > 0).map(|(begin, sum)| {
        let units = [sum.counts.messages, sum.counts.sessions].map(Value::Count);
        let total = sum.tls.total();
        let shares = DATA_ORDER.into_iter().flat_map(|tls| {
            let count = sum.tls.get(tls);
            [Value::Count(count), Value::Percent(count, total)]
        });
        std::iter::once(begin).chain(units).chain(shares).collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.collect();
    Report {
        command: "tls",
        sections,
        data: Data {
            columns: std::iter::once(column).chain(columns).collect(),
            rows: Box::new(rows.into_iter()),
            fields: None,
        },
    }
}

fn table(subject: &Subject<'_>, periods: &Periods<Sum>, all: &Sum) -> Table {
    let shown: Vec<Tls> = Tls::SHOWN.into_iter().filter(|tls| is_shown(*tls, all.tls.get(*tls))).collect();
    let row = |name: Value, sum: &Sum, cut: Vec<Value>| -> Vec<Value> {
        let total = sum.tls.total();
        let shares = shown.iter().map(|tls| Value::Share(sum.tls.get(*tls), total));
        let units = [Value::CountOrDash(total), Value::Sentence(cut)];
        std::iter::once(name).chain(shares).chain(units).collect()
    };
    let mut rows: Vec<_> = periods.dated().map(|(name, cut, sum)| row(name, sum, cut)).collect();
    let undated = periods.undated().filter(|sum| sum.tls.total() > 0);
    rows.extend(undated.map(|sum| row("without a day".into(), sum, Vec::new())));
    let shares = shown.iter().map(|tls| Column::number(tls.label()));
    let columns = std::iter::once(Column::text("")).chain(shares);
    let columns = columns.chain([Column::number(subject.unit().heading), Column::text("")]).collect();
    Table { columns, rows, totals: vec![row("all".into(), all, Vec::new())], ruled: true }
}

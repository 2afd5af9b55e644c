//! `smtpauth tls --interval` and `auth --interval`: TLS versions and kinds of login over time.

use super::fold::{ByAuth, ByTls};
use super::interval::{self, Interval, Periods};
use super::subject::Subject;
use super::value::{Sentence, Value};
use super::{Column, Data, Report, Section, Table};
use super::{auth, tls};
use crate::submission::{Auth, Counts, Tls};

/// What is told apart in each stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// TLS versions.
    Tls,
    /// Classes of login, and failed ones.
    Auth,
}

/// What is counted in a stretch of time: in messages, or in sessions where the logs hold no messages.
#[derive(Clone, Copy, Debug)]
struct Sum {
    tls: ByTls,
    auth: ByAuth,
    counts: Counts,
}

impl Default for Sum {
    fn default() -> Self {
        Self { tls: ByTls::default(), auth: ByAuth::default(), counts: Counts::ZERO }
    }
}

impl Sum {
    fn merge(&mut self, other: &Self) {
        self.tls.merge(&other.tls);
        self.auth.merge(&other.auth);
        self.counts.add(&other.counts);
    }

    fn total(&self) -> u64 {
        self.tls.total()
    }
}

impl What {
    fn command(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Auth => "auth",
        }
    }

    /// The columns of the data: the stretch, and what `--details` has from `messages` on.
    pub fn columns(self, interval: Interval) -> Vec<&'static str> {
        let details = match self {
            Self::Tls => &tls::DETAILS[..],
            Self::Auth => &auth::DETAILS[..],
        };
        let counted = details.iter().copied().skip_while(|name| *name != "messages");
        std::iter::once(interval::column(Some(interval))).chain(counted).collect()
    }

    /// Columns of the table: their headings, and what they count.
    fn shown(self, all: &Sum) -> Vec<(&'static str, Kind)> {
        match self {
            Self::Tls => {
                let shown = Tls::SHOWN.into_iter().filter(|tls| tls::is_shown(*tls, all.tls.get(*tls)));
                shown.map(|tls| (tls.label(), Kind::Tls(tls))).collect()
            }
            Self::Auth => {
                let shown = Auth::ALL.into_iter().filter(|auth| auth::is_shown(*auth, all.auth.get(*auth)));
                shown.map(|auth| (auth.label(), Kind::Auth(auth))).collect()
            }
        }
    }

    /// The same of the data, in their order.
    fn of_data(self) -> Vec<Kind> {
        match self {
            Self::Tls => tls::DATA_ORDER.into_iter().map(Kind::Tls).collect(),
            Self::Auth => Auth::ALL.into_iter().map(Kind::Auth).collect(),
        }
    }
}

/// What a column counts.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Tls(Tls),
    Auth(Auth),
}

impl Kind {
    fn of(self, sum: &Sum) -> u64 {
        match self {
            Self::Tls(tls) => sum.tls.get(tls),
            Self::Auth(auth) => sum.auth.get(auth),
        }
    }
}

/// The view.
pub fn report<'a>(subject: &Subject<'a>, what: What, asked: Interval) -> Report<'a> {
    let periods = periods(subject, what, asked);
    let mut all = Sum::default();
    periods.sums().for_each(|sum| all.merge(sum));
    let per = periods.interval().per();
    let share = vec![Value::words(format!("share of {} (number)", subject.unit().many))];
    let name = match what {
        What::Tls => "TLS usage",
        What::Auth => "Kinds of login",
    };
    let mut sections = vec![Section::Title(subject.title(&format!("{name} {per}"), [share]))];
    let is_empty = all.total() == 0;
    if is_empty {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
        let failures = auth::failures(subject).filter(|_| what == What::Auth);
        sections.extend(failures.map(Section::Line));
    } else {
        sections.push(Section::Table(table(subject, what, &periods, &all)));
        sections.extend(notes(subject, what).into_iter().map(Section::Note));
    }
    let columns = what.columns(asked);
    let rows = periods.data().filter(|_| !is_empty).map(|(begin, sum)| data_row(what, begin, sum));
    let rows: Vec<_> = rows.filter(|row| is_kept(subject, &columns, row)).collect();
    Report { command: what.command(), sections, data: Data { columns, rows: rows.into(), fields: None } }
}

fn periods(subject: &Subject<'_>, what: What, asked: Interval) -> Periods<Sum> {
    let mut periods = Periods::<Sum>::new(subject, asked);
    for row in subject.rows() {
        let units = if subject.has_messages { row.counts.messages } else { row.counts.sessions };
        let has_failed = what == What::Auth && row.counts.failed_logins > 0;
        if row.counts.messages == 0 && row.counts.sessions == 0 && !has_failed {
            continue;
        }
        let sum = periods.of(subject, row.bucket);
        sum.tls.add(row.tls, units);
        sum.auth.add(Auth::of(row.mechanism), units);
        sum.counts.add(row.counts);
    }
    periods
}

fn data_row(what: What, begin: Value, sum: &Sum) -> Vec<Value> {
    let counts = [sum.counts.messages, sum.counts.sessions].map(Value::Count);
    let failed = (what == What::Auth).then_some(Value::Count(sum.counts.failed_logins));
    let shares = what.of_data().into_iter().flat_map(|kind| {
        let count = kind.of(sum);
        [Value::Count(count), Value::Percent(count, sum.total())]
    });
    std::iter::once(begin).chain(counts).chain(failed).chain(shares).collect()
}

fn is_kept(subject: &Subject<'_>, columns: &[&str], row: &[Value]) -> bool {
    subject.scope.condition.is_none_or(|condition| condition.keeps(columns, row))
}

fn table(subject: &Subject<'_>, what: What, periods: &Periods<Sum>, all: &Sum) -> Table {
    let shown = what.shown(all);
    let has_failures = what == What::Auth && all.counts.failed_logins > 0;
    let row = |name: Value, sum: &Sum, cut: Vec<Value>| -> Vec<Value> {
        let total = sum.total();
        let shares = shown.iter().map(|(_, kind)| Value::Share(kind.of(sum), total));
        let failed = has_failures.then_some(Value::CountOrDash(sum.counts.failed_logins));
        let units = std::iter::once(Value::CountOrDash(total)).chain(failed).chain([Value::Sentence(cut)]);
        std::iter::once(name).chain(shares).chain(units).collect()
    };
    let columns = what.columns(periods.interval());
    let mut rows = Vec::new();
    let mut part = (0_u64, Sum::default());
    let mut show = |name: Value, begin: Value, sum: &Sum, cut: Vec<Value>| {
        if is_kept(subject, &columns, &data_row(what, begin, sum)) {
            part.0 = part.0.saturating_add(1);
            part.1.merge(sum);
            rows.push(row(name, sum, cut));
        }
    };
    for ((name, cut, sum), (begin, _)) in periods.dated().zip(periods.data_dated()) {
        show(name, begin, sum, cut);
    }
    let is_something = |sum: &&Sum| sum.total() > 0 || (has_failures && sum.counts.failed_logins > 0);
    if let Some(sum) = periods.undated().filter(is_something) {
        show("without a day".into(), Value::Missing, sum, Vec::new());
    }
    let of_all = format!("{} of {}", part.0, periods.sums().count());
    let kept = subject.scope.condition.map(|_| row(of_all.into(), &part.1, Vec::new()));
    let totals = kept.into_iter().chain([row("all".into(), all, Vec::new())]).collect();
    let shares = shown.iter().map(|(label, _)| Column::number(label));
    let columns = std::iter::once(Column::text("")).chain(shares);
    let columns = columns.chain([Column::number(subject.unit().heading)]);
    let columns = columns.chain(has_failures.then(|| Column::number("Failed logins")));
    Table { columns: columns.chain([Column::text("")]).collect(), rows, totals, ruled: true }
}

/// What cannot be told, and what comes next.
fn notes(subject: &Subject<'_>, what: What) -> Vec<Sentence> {
    let mut lines = match what {
        What::Tls => subject.unknowns(),
        What::Auth => auth::notes(subject),
    };
    let (per, command) = match what {
        What::Tls => ("Per sender: ", "tls --details"),
        What::Auth => ("Per account: ", "auth --details"),
    };
    let mut next: Sentence = vec![per.into()];
    next.extend(subject.command(command));
    lines.push(next);
    lines
}

//! Folds over cells that several views need: sums by TLS version, by class of login and by name.

use super::alone::Alone;
use super::rows::{By, Sort};
use super::subject::{MESSAGES, SESSIONS, Subject};
use super::value::Value;
use super::{Column, Data, Table};
use crate::map::Map;
use crate::submission::{Auth, Counts, Tls, domain_of};
use crate::tally::Row;
use std::collections::BTreeSet;

/// Sums by TLS version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByTls([u64; 8]);

impl ByTls {
    /// Adds to a version.
    pub fn add(&mut self, tls: Tls, count: u64) {
        let index = Tls::SHOWN.iter().position(|shown| *shown == tls).unwrap_or(7);
        if let Some(sum) = self.0.get_mut(index) {
            *sum = sum.saturating_add(count);
        }
    }

    /// The sum of a version.
    pub fn get(&self, tls: Tls) -> u64 {
        Tls::SHOWN.iter().zip(self.0).find(|(shown, _)| **shown == tls).map_or(0, |(_, sum)| sum)
    }

    /// The sum of all.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The sum of the versions that go: SSL 3.0, TLS 1.0 and 1.1.
    pub fn old(&self) -> u64 {
        [Tls::Ssl3, Tls::V1_0, Tls::V1_1].iter().fold(0, |sum, tls| sum.saturating_add(self.get(*tls)))
    }

    /// Adds another one.
    pub fn merge(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(count);
        }
    }
}

/// Sums by class of login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByAuth([u64; 5]);

impl ByAuth {
    /// Adds to a class.
    pub fn add(&mut self, auth: Auth, count: u64) {
        if let Some((_, sum)) = Auth::ALL.iter().zip(&mut self.0).find(|(class, _)| **class == auth) {
            *sum = sum.saturating_add(count);
        }
    }

    /// The sum of a class.
    pub fn get(&self, auth: Auth) -> u64 {
        Auth::ALL.iter().zip(self.0).find(|(class, _)| **class == auth).map_or(0, |(_, sum)| sum)
    }

    /// Adds another one.
    pub fn merge(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(count);
        }
    }
}

/// What a row of a details table adds up to.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// What it is about; `None` where the logs do not say.
    pub name: Option<&'a [u8]>,
    /// The domain of the sender, where that is the same for the whole row.
    pub domain: Option<&'a [u8]>,
    /// It is counted in sessions; else in messages.
    pub by_sessions: bool,
    /// What is counted, by TLS.
    pub tls: ByTls,
    /// The same, by class of login.
    pub auth: ByAuth,
    /// All counts.
    pub counts: Counts,
}

impl<'a> Group<'a> {
    /// Nothing yet.
    fn new(name: Option<&'a [u8]>, by: By, by_sessions: bool) -> Self {
        let domain = match by {
            By::Sender | By::Account | By::Login => name.and_then(domain_of),
            By::Client | By::Domain | By::Server => None,
        };
        let (tls, auth) = (ByTls::default(), ByAuth::default());
        Self { name, domain, by_sessions, tls, auth, counts: Counts::ZERO }
    }

    /// Failed logins with names that never succeeded, and nothing else.
    fn is_of_strangers(&self) -> bool {
        self.name.is_none() && self.tls.total() == 0 && self.counts.failed_logins > 0
    }
}

/// What a cell is about.
pub fn name_of<'a>(row: &Row<'a>, by: By) -> Option<&'a [u8]> {
    // A session has no sender: who logged in stands for it.
    let sender = row.sender.or(row.login.filter(|_| row.counts.messages == 0));
    match by {
        By::Account => row.login.or(row.sender),
        By::Sender => sender,
        By::Login => row.login,
        By::Client => row.client,
        By::Domain => sender.and_then(domain_of),
        By::Server => row.server,
    }
}

/// The unit in which a cell belongs into rows of this kind, if it does: sessions that count stand apart, others beside the
/// messages that speak for them, but not where rows are senders.
pub fn is_by_sessions<'a>(alone: &Alone<'a>, row: &Row<'a>, by: By) -> Option<bool> {
    let has_rows = !matches!(by, By::Sender | By::Domain);
    let is_beside = row.counts.messages > 0 || (row.counts.sessions > 0 && has_rows);
    if alone.holds(row) { Some(true) } else { is_beside.then_some(false) }
}

/// Groups by name and unit: in sessions, or in messages.
type Groups<'a> = Map<(Option<&'a [u8]>, bool), Group<'a>>;

/// Sums up the cells of the window by name and unit, in no order.
fn groups<'a>(subject: &Subject<'a>, by: By) -> Groups<'a> {
    let alone = Alone::in_rows(subject, by);
    let mut groups = Groups::default();
    subject.rows().for_each(|row| {
        let Some(by_sessions) = is_by_sessions(&alone, &row, by) else { return };
        let name = name_of(&row, by);
        let group = groups.entry((name, by_sessions)).or_insert_with(|| Group::new(name, by, by_sessions));
        let units = if by_sessions { row.counts.sessions } else { row.counts.messages };
        group.tls.add(row.tls, units);
        group.auth.add(Auth::of(row.mechanism), units);
        group.counts.add(&Counts { failed_logins: 0, ..*row.counts });
    });
    groups
}

/// Puts failed logins beside what those of the same name did. Who did nothing else has a row too.
fn add_failures<'a>(groups: &mut Groups<'a>, subject: &Subject<'a>, by: By) {
    let by_sessions = !subject.has_messages;
    for row in subject.rows().filter(|row| row.counts.failed_logins > 0) {
        let name = name_of(&row, by);
        let unit = [false, true].into_iter().find(|unit| groups.contains_key(&(name, *unit)));
        let unit = unit.unwrap_or(by_sessions);
        let group = groups.entry((name, unit)).or_insert_with(|| Group::new(name, by, unit));
        let failed = &mut group.counts.failed_logins;
        *failed = failed.saturating_add(row.counts.failed_logins);
    }
}

/// Puts groups in order; the name decides between equals, so that the order is always the same. A group is large, and its sums
/// are looked at once.
pub fn sort<'a>(groups: &mut [Group<'a>], order: Sort) {
    // Messages and sessions are not to be compared, but whoever uses what goes stands first.
    let units = |group: &Group<'_>| (group.by_sessions, std::cmp::Reverse(group.tls.total()));
    let name = |group: &Group<'a>| (group.name, group.by_sessions);
    match order {
        Sort::Tls => {
            groups.sort_by_cached_key(|group| (std::cmp::Reverse(group.tls.old()), units(group), name(group)))
        }
        Sort::Auth => groups.sort_by_cached_key(|group| {
            (std::cmp::Reverse(group.auth.get(Auth::Basic)), units(group), name(group))
        }),
        Sort::Messages => groups.sort_by_cached_key(|group| (units(group), name(group))),
        Sort::Name => groups.sort_by_cached_key(name),
    }
}

/// The rows of a details table: the first ones, the others in one, and all. Messages and sessions are never added up: of
/// both there are others and all.
#[derive(Debug)]
pub struct Details<'a> {
    /// What a row is.
    pub by: By,
    groups: Vec<Group<'a>>,
    /// What the rows add up to that a condition keeps.
    shown: Option<Vec<Sum<'a>>>,
    others: Vec<Sum<'a>>,
    all: Vec<Sum<'a>>,
}

/// Sessions have no sender.
fn by_what(subject: &Subject<'_>, by: By) -> By {
    if by == By::Sender && !subject.has_messages { By::Account } else { by }
}

/// How many rows, and what they add up to.
type Sum<'a> = (u64, Group<'a>);

impl<'a> Details<'a> {
    /// Sums up the window, puts the rows in order and keeps the first ones.
    pub fn of(subject: &Subject<'a>, by: By, order: Sort, top: Option<usize>) -> Self {
        let by = by_what(subject, by);
        Self::kept(groups(subject, by), by, order, top)
    }

    /// The same, with failed logins, and with rows of those who did nothing else.
    pub fn with_failures(subject: &Subject<'a>, by: By, order: Sort, top: Option<usize>) -> Self {
        let by = by_what(subject, by);
        let mut groups = groups(subject, by);
        add_failures(&mut groups, subject, by);
        Self::kept(groups, by, order, top)
    }

    fn kept(groups: Groups<'a>, by: By, order: Sort, top: Option<usize>) -> Self {
        let mut groups: Vec<_> = groups.into_values().collect();
        sort(&mut groups, order);
        groups.sort_by_key(Group::is_of_strangers);
        let all = sums(&groups);
        let top = top.filter(|top| *top > 0).unwrap_or(usize::MAX);
        // One row for one other would save nothing.
        let others = if groups.len() > top.saturating_add(1) { groups.split_off(top) } else { Vec::new() };
        Self { by, groups, shown: None, others: sums(&others), all }
    }

    /// Of rows none of which are left out yet, those that `--where` asks for, going by their data, and of these the first.
    #[must_use]
    pub fn only(
        mut self,
        subject: &Subject<'a>,
        top: Option<usize>,
        columns: &[&'static str],
        cells: impl Fn(&Group<'a>) -> Vec<Value>,
    ) -> Self {
        let Some(condition) = subject.scope.condition else { return self };
        let columns = columns_by(self.by, columns);
        let named = |group: &Group<'a>| group.name.map_or(Value::Missing, |name| Value::sender(Some(name)));
        let row = |group: &Group<'a>| data_row(&columns, (named(group), group), cells(group));
        self.groups.retain(|group| condition.keeps(&columns, &row(group)));
        self.shown = Some(sums(&self.groups));
        let top = top.filter(|top| *top > 0).unwrap_or(usize::MAX);
        if self.groups.len() > top.saturating_add(1) {
            self.others = sums(&self.groups.split_off(top));
        }
        self
    }

    /// What the rows are about.
    pub fn names(&self) -> BTreeSet<Option<&'a [u8]>> {
        self.groups.iter().map(|group| group.name).collect()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The first row.
    pub fn first(&self) -> Option<&Group<'a>> {
        self.groups.first()
    }

    /// Some rows are counted in messages, others in sessions.
    pub fn is_mixed(&self) -> bool {
        self.all.len() > 1
    }

    /// Whether any row has something over this.
    pub fn has(&self, tls: Tls) -> bool {
        self.all.iter().any(|(_, sum)| sum.tls.get(tls) > 0)
    }

    /// All that is counted in the unit of this row.
    pub fn total(&self, group: &Group<'_>) -> u64 {
        let all = self.all.iter().find(|(_, sum)| sum.by_sessions == group.by_sessions);
        all.map_or(0, |(_, sum)| sum.tls.total())
    }

    /// What all rows add up to, of each unit.
    pub fn sums(&self) -> impl Iterator<Item = &Group<'a>> {
        self.all.iter().map(|(_, sum)| sum)
    }

    /// The headings of what is counted: both units, where there are both.
    pub fn unit_columns(&self, subject: &Subject<'_>) -> Vec<Column> {
        let units = if self.is_mixed() { vec![MESSAGES, SESSIONS] } else { vec![subject.unit()] };
        units.iter().map(|unit| Column::number(unit.heading)).collect()
    }

    /// The numbers of what is counted in a row.
    pub fn units(&self, group: &Group<'_>) -> Vec<Value> {
        let total = group.tls.total();
        match (self.is_mixed(), group.by_sessions) {
            (false, _) => vec![Value::Count(total)],
            (true, false) => vec![Value::Count(total), Value::CountOrDash(0)],
            (true, true) => vec![Value::CountOrDash(0), Value::Count(total)],
        }
    }

    /// "All rows: --top 0", where rows are left out.
    pub fn how_to_see_all(&self) -> Option<Value> {
        (!self.others.is_empty()).then(|| "All rows: --top 0 · ".into())
    }

    /// The rows with their names, `nameless` being that of what the logs do not name.
    fn rows(&self, nameless: Value) -> impl Iterator<Item = (Value, &Group<'a>)> {
        let is_data = nameless == Value::Missing;
        let nameless_failures = if is_data { Value::Missing } else { "no such account".into() };
        let name = move |group: &Group<'a>| match group.name {
            Some(name) => Value::sender(Some(name)),
            None if group.is_of_strangers() => nameless_failures.clone(),
            None => nameless.clone(),
        };
        let groups = self.groups.iter().map(move |group| (name(group), group));
        groups.chain(self.others.iter().map(|(count, group)| (Value::Others(*count), group)))
    }

    /// "4 of 12 senders": what the rows that a condition keeps add up to.
    fn part_of_all(&self) -> Vec<(Value, Group<'a>)> {
        let Some(shown) = &self.shown else { return Vec::new() };
        let (_, (one, many), _) = words(self.by);
        let part = |(of, sum): &Sum<'a>| {
            let none = || (0, Group::new(None, self.by, sum.by_sessions));
            let found = shown.iter().find(|(_, shown)| shown.by_sessions == sum.by_sessions).cloned();
            let (count, group) = found.unwrap_or_else(none);
            let unit = match (self.is_mixed() && group.by_sessions, of) {
                (false, 1) => one,
                (false, _) => many,
                (true, _) => "by sessions",
            };
            (Value::words(format!("{count} of {of} {unit}")), group)
        };
        self.all.iter().map(part).collect()
    }

    /// The table for people: `cells` gives the numbers of a row.
    pub fn table(&self, columns: Vec<Column>, cells: impl Fn(&Group<'a>) -> Vec<Value>) -> Table {
        let (heading, (one, many), _) = words(self.by);
        let row = |(name, group): (Value, &Group<'a>)| std::iter::once(name).chain(cells(group)).collect();
        let nameless = if self.by == By::Domain { "no domain" } else { "not logged" };
        let all = |(count, group): &Sum<'a>| match (self.is_mixed() && group.by_sessions, count) {
            (false, 1) => format!("all, 1 {one}"),
            (false, count) => format!("all {count} {many}"),
            (true, 1) => "all, 1 by sessions".to_owned(),
            (true, count) => format!("all {count} by sessions"),
        };
        let part = self.part_of_all();
        let part = part.iter().map(|(name, group)| row((name.clone(), group)));
        let totals = part.chain(self.all.iter().map(|sum| row((all(sum).into(), &sum.1))));
        Table {
            columns: std::iter::once(Column::text(heading)).chain(columns).collect(),
            rows: self.rows(nameless.into()).map(row).collect(),
            totals: totals.collect(),
            ruled: true,
        }
    }

    /// The data: the first column has the name of what a row is, and rows that have many domains have no such column.
    pub fn data(&self, columns: &[&'static str], cells: impl Fn(&Group<'a>) -> Vec<Value>) -> Data<'a> {
        let columns = columns_by(self.by, columns);
        let row = |(name, group): (Value, &Group<'a>)| data_row(&columns, (name, group), cells(group));
        let rows: Vec<_> = self.rows(Value::Missing).map(row).collect();
        Data { columns, rows: rows.into(), fields: None }
    }
}

/// The columns of the data with rows of this kind.
pub fn columns_by(by: By, columns: &[&'static str]) -> Vec<&'static str> {
    let (_, _, name) = words(by);
    // The senders of a row have one domain, or many.
    let has_domain = !matches!(by, By::Client | By::Domain | By::Server);
    let kept = columns.iter().skip(1).copied().filter(|column| has_domain || *column != "domain");
    std::iter::once(name).chain(kept).collect()
}

/// A row of the data with these columns.
fn data_row(columns: &[&str], (name, group): (Value, &Group<'_>), cells: Vec<Value>) -> Vec<Value> {
    let has_domain = columns.get(1) == Some(&"domain");
    let domain = has_domain.then(|| Value::text(group.domain));
    std::iter::once(name).chain(domain).chain(cells).collect()
}

/// Adds groups up: those that are counted in messages, and those that are counted in sessions.
fn sums<'a>(groups: &[Group<'a>]) -> Vec<Sum<'a>> {
    let of = |by_sessions: bool| {
        let mut sum = Group::new(None, By::Account, by_sessions);
        let mut count = 0_u64;
        for group in groups.iter().filter(|group| group.by_sessions == by_sessions) {
            count = count.saturating_add(u64::from(!group.is_of_strangers()));
            sum.tls.merge(&group.tls);
            sum.auth.merge(&group.auth);
            sum.counts.add(&group.counts);
        }
        groups.iter().any(|group| group.by_sessions == by_sessions).then_some((count, sum))
    };
    [false, true].into_iter().filter_map(of).collect()
}

/// The heading of the first column, what one and several of them are called, and the name of the column in data.
pub fn words(by: By) -> (&'static str, (&'static str, &'static str), &'static str) {
    match by {
        By::Account => ("Account", ("account", "accounts"), "account"),
        By::Sender => ("Sender address", ("sender", "senders"), "sender"),
        By::Login => ("Login", ("login", "logins"), "login"),
        By::Client => ("Client address", ("client address", "client addresses"), "client"),
        By::Domain => ("Sender domain", ("domain", "domains"), "domain"),
        By::Server => ("Server", ("server", "servers"), "server"),
    }
}

/// When a group was seen: first and last.
pub fn seen(group: &Group<'_>) -> [Value; 2] {
    match group.counts.seen {
        Some((first, last)) => [Value::Instant(first), Value::Instant(last)],
        None => [Value::Missing, Value::Missing],
    }
}

//! `smtpauth auth`: with which class of login, of all messages or per account, and which logins failed.

use super::alone::Alone;
use super::fold::{self, Details, Group};
use super::rows::{By, Sort};
use super::subject::{SESSIONS, Subject};
use super::tls::about_sessions;
use super::value::{Sentence, Value, counted};
use super::{Column, Data, Report, Section, Table};
use crate::map::Set;
use crate::submission::Auth;
use std::collections::BTreeMap;

/// Columns of the data.
pub const COLUMNS: [&str; 6] = ["auth", "messages", "sessions", "failed_logins", "percent", "accounts"];

/// Columns of the data of `--details`.
pub const DETAILS: [&str; 14] = [
    "account",
    "messages",
    "sessions",
    "failed_logins",
    "basic",
    "basic_percent",
    "modern",
    "modern_percent",
    "integrated",
    "integrated_percent",
    "other",
    "other_percent",
    "unknown",
    "unknown_percent",
];

/// What a class of login counts for.
#[derive(Clone, Debug, Default)]
pub struct Logins<'a> {
    /// Messages.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
    /// Those of them that no message speaks for.
    pub alone: u64,
    /// Logins that the server refused.
    pub failed: u64,
    /// Accounts that logged in.
    pub accounts: Set<&'a [u8]>,
    /// Messages (of a log of sessions: sessions) by mechanism.
    mechanisms: BTreeMap<&'a [u8], u64>,
}

impl Logins<'_> {
    fn units(&self, subject: &Subject<'_>) -> u64 {
        if subject.has_messages { self.messages } else { self.sessions }
    }

    fn size(&self) -> u64 {
        u64::try_from(self.accounts.len()).unwrap_or(u64::MAX)
    }
}

/// Sums up the window by class of login.
pub fn logins<'a>(subject: &Subject<'a>) -> BTreeMap<Auth, Logins<'a>> {
    let alone = Alone::in_sums(subject, subject.scope.span);
    let mut logins: BTreeMap<Auth, Logins<'a>> = BTreeMap::new();
    subject.rows().for_each(|row| {
        let entry = logins.entry(Auth::of(row.mechanism)).or_default();
        let counts = row.counts;
        entry.messages = entry.messages.saturating_add(counts.messages);
        entry.sessions = entry.sessions.saturating_add(counts.sessions);
        entry.alone = entry.alone.saturating_add(alone.sessions(&row));
        entry.failed = entry.failed.saturating_add(counts.failed_logins);
        if counts.messages > 0 || counts.sessions > 0 {
            entry.accounts.extend(row.login.or(row.sender));
        }
        let units = if subject.has_messages { counts.messages } else { counts.sessions };
        if let Some(mechanism) = row.mechanism.filter(|name| units > 0 && !name.is_empty()) {
            let sum = entry.mechanisms.entry(mechanism).or_default();
            *sum = sum.saturating_add(units);
        }
    });
    logins
}

/// Classes of logins, a table with bars. Sessions that stand beside messages have a column of their own.
pub fn chart(subject: &Subject<'_>, logins: &BTreeMap<Auth, Logins<'_>>, is_mixed: bool) -> Table {
    let sum = |count: &dyn Fn(&Logins<'_>) -> u64| logins.values().map(count).fold(0, u64::saturating_add);
    let (total, alone) = (sum(&|logins| logins.units(subject)), sum(&|logins| logins.alone));
    let rows = logins.iter().filter(|(_, logins)| logins.units(subject) > 0 || logins.alone > 0);
    let rows = rows.map(|(auth, logins)| {
        let count = logins.units(subject);
        let mut row = vec![auth.label().into(), Value::Percent(count, total), Value::Count(count)];
        row.extend(is_mixed.then_some(Value::Share(logins.alone, alone)));
        row.extend([Value::Count(logins.size()), Value::Bar(count, total)]);
        row
    });
    let mut columns =
        vec![Column::text("login with"), Column::number("share"), Column::number(subject.unit().many)];
    columns.extend(is_mixed.then(|| Column::number(SESSIONS.many)));
    columns.extend([Column::number("accounts"), Column::text("")]);
    Table { columns, rows: rows.collect(), ..Table::default() }
}

/// The same with failed logins beside the others, and all.
fn chart_with_failures(subject: &Subject<'_>, logins: &BTreeMap<Auth, Logins<'_>>, is_mixed: bool) -> Table {
    let table = chart(subject, logins, is_mixed);
    let shown = logins.iter().filter(|(_, logins)| logins.units(subject) > 0 || logins.alone > 0);
    let failed: Vec<u64> = shown.map(|(_, logins)| logins.failed).collect();
    let at = table.columns.len().saturating_sub(1);
    let mut columns = table.columns;
    columns.insert(at, Column::number("failed"));
    let mut rows = table.rows;
    for (row, failed) in rows.iter_mut().zip(failed) {
        row.insert(at, Value::CountOrDash(failed));
    }
    let sum = |count: &dyn Fn(&Logins<'_>) -> u64| logins.values().map(count).fold(0, u64::saturating_add);
    let total = sum(&|logins| logins.units(subject));
    let accounts: Set<&[u8]> = logins.values().flat_map(|l| l.accounts.iter().copied()).collect();
    let mut all = vec!["all".into(), Value::Percent(total, total), Value::Count(total)];
    let alone = sum(&|logins| logins.alone);
    all.extend(is_mixed.then_some(Value::Share(alone, alone)));
    all.push(Value::Count(u64::try_from(accounts.len()).unwrap_or(u64::MAX)));
    all.push(Value::CountOrDash(sum(&|logins| logins.failed)));
    Table { columns, rows, totals: vec![all], ..table }
}

/// Which classes have a row or column: Basic and modern always, others where there are any.
pub(super) fn is_shown(auth: Auth, count: u64) -> bool {
    matches!(auth, Auth::Basic | Auth::Modern) || count > 0
}

/// The view without `--details`.
pub fn report<'a>(subject: &Subject<'a>) -> Report<'a> {
    let logins = logins(subject);
    let is_mixed = subject.has_messages && logins.values().any(|logins| logins.alone > 0);
    let mut share = vec!["share of ".into()];
    share.extend(subject.units(is_mixed));
    let mut sections = vec![Section::Title(subject.title("Kinds of login", [share]))];
    let is_empty = logins.values().all(|logins| logins.messages == 0 && logins.sessions == 0);
    if is_empty {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
        sections.extend(failures(subject).map(Section::Line));
    } else {
        sections.push(Section::Table(chart_with_failures(subject, &logins, is_mixed)));
        sections.extend(about_accounts(&logins).map(Section::Note));
        sections.extend(about_sessions(is_mixed, None).map(Section::Note));
        sections.extend(mechanisms(&logins).map(Section::Line));
        sections.extend(failures(subject).map(Section::Line));
        sections.extend(notes(subject).into_iter().map(Section::Line));
        let mut next: Sentence = vec!["Per account: ".into()];
        next.extend(subject.command("auth --details"));
        sections.push(Section::Line(next));
    }
    let total = logins.values().map(|logins| logins.units(subject)).fold(0, u64::saturating_add);
    let rows = if logins.is_empty() { Vec::new() } else { data(subject, &logins, total) };
    Report {
        command: "auth",
        sections,
        data: Data { columns: COLUMNS.to_vec(), rows: rows.into(), fields: None },
    }
}

fn data(subject: &Subject<'_>, logins: &BTreeMap<Auth, Logins<'_>>, total: u64) -> Vec<Vec<Value>> {
    let empty = Logins::default();
    let rows = Auth::ALL.into_iter().filter_map(|auth| {
        let one = logins.get(&auth).unwrap_or(&empty);
        let any = one.units(subject).max(one.alone).max(one.failed);
        is_shown(auth, any).then(|| record(auth, one, total, subject.has_messages))
    });
    rows.collect()
}

fn record(auth: Auth, logins: &Logins<'_>, total: u64, has_messages: bool) -> Vec<Value> {
    let units = if has_messages { logins.messages } else { logins.sessions };
    vec![
        Value::words(auth.data()),
        Value::Count(logins.messages),
        Value::Count(logins.sessions),
        Value::Count(logins.failed),
        Value::Percent(units, total),
        Value::Count(logins.size()),
    ]
}

/// The classes that there are, for the summary.
pub fn records(logins: &BTreeMap<Auth, Logins<'_>>, total: u64, has_messages: bool) -> Value {
    let rows = logins.iter().map(|(auth, logins)| record(*auth, logins, total, has_messages));
    Value::Records(COLUMNS.to_vec(), rows.collect())
}

/// The view with `--details`: a row per account, or per what `--by` says.
pub fn details<'a>(subject: &Subject<'a>, by: By, order: Option<Sort>, top: Option<usize>) -> Report<'a> {
    let details = Details::with_failures(subject, by, order.unwrap_or(Sort::Auth), subject.top(top));
    let details = details.only(subject, top, &DETAILS, data_row);
    let (_, (one, _), _) = fold::words(details.by);
    let unit = if details.is_mixed() { "messages or sessions" } else { subject.unit().many };
    let share = vec![Value::words(format!("share of the {one}'s {unit} (number)"))];
    let mut sections = vec![Section::Title(subject.title(&format!("Kinds of login per {one}"), [share]))];
    if details.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        let has = |auth: Auth| details.sums().any(|sum| sum.auth.get(auth) > 0);
        let shown: Vec<Auth> =
            Auth::ALL.into_iter().filter(|auth| is_shown(*auth, u64::from(has(*auth)))).collect();
        let columns = shown.iter().map(|auth| Column::number(auth.label()));
        let columns = columns.chain(details.unit_columns(subject)).chain([Column::number("Failed logins")]);
        sections.push(Section::Table(details.table(columns.collect(), |group| {
            let total = group.tls.total();
            let shares = shown.iter().map(|auth| Value::Share(group.auth.get(*auth), total));
            let failed = Value::CountOrDash(group.counts.failed_logins);
            shares.chain(details.units(group)).chain([failed]).collect()
        })));
        sections.extend(about_sessions(details.is_mixed(), Some(details.by)).map(Section::Note));
        sections.extend(about_unknown(&logins(subject)).map(Section::Note));
        sections.extend(subject.about_online().into_iter().map(Section::Note));
        let mut next: Sentence = details.how_to_see_all().into_iter().collect();
        let other = if by == By::Client {
            ("which accounts: ", "account")
        } else {
            ("from which addresses: ", "client")
        };
        next.push(other.0.into());
        next.extend(subject.command(&format!("auth --by {}", other.1)));
        sections.push(Section::Note(next));
    }
    Report { command: "auth", sections, data: details.data(&DETAILS, data_row) }
}

fn data_row(group: &Group<'_>) -> Vec<Value> {
    let (counts, total) = (&group.counts, group.tls.total());
    let counts = [counts.messages, counts.sessions, counts.failed_logins].map(Value::Count);
    let shares = Auth::ALL.into_iter().flat_map(|auth| {
        let count = group.auth.get(auth);
        [Value::Count(count), Value::Percent(count, total)]
    });
    counts.into_iter().chain(shares).collect()
}

/// "Basic: PLAIN 23, LOGIN 12 · modern: XOAUTH2 2".
fn mechanisms(logins: &BTreeMap<Auth, Logins<'_>>) -> Option<Sentence> {
    let mut line: Sentence = Vec::new();
    for (auth, logins) in logins.iter().filter(|(_, logins)| !logins.mechanisms.is_empty()) {
        let mut mechanisms: Vec<_> = logins.mechanisms.iter().collect();
        mechanisms.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
        line.push(if line.is_empty() { "MECHANISMS  ".into() } else { " · ".into() });
        line.push(Value::words(format!("{}: ", auth.label())));
        for (index, (name, count)) in mechanisms.into_iter().enumerate() {
            line.extend((index > 0).then(|| ", ".into()));
            line.extend([Value::text(Some(name)), " ".into(), Value::Count(*count)]);
        }
    }
    (!line.is_empty()).then_some(line)
}

/// Why the accounts of the chart do not add up, if they do not.
fn about_accounts(logins: &BTreeMap<Auth, Logins<'_>>) -> Option<Sentence> {
    let accounts: Set<&[u8]> = logins.values().flat_map(|l| l.accounts.iter().copied()).collect();
    let sum = logins.values().fold(0_usize, |sum, logins| sum.saturating_add(logins.accounts.len()));
    (sum > accounts.len()).then(|| vec!["An account that logs in both ways is in both rows.".into()])
}

/// What words mean, and what is not there or left out.
pub(super) fn notes(subject: &Subject<'_>) -> Vec<Sentence> {
    let lines = about_unknown(&logins(subject)).into_iter().chain(subject.about_halves());
    lines.chain(subject.about_left_out()).chain(subject.about_online()).collect()
}

/// What a word in the table means, if it stands there.
fn about_unknown(logins: &BTreeMap<Auth, Logins<'_>>) -> Option<Sentence> {
    let used = |auth: Auth| logins.get(&auth).is_some_and(|l| l.messages > 0 || l.sessions > 0);
    let words = match (used(Auth::Unknown), used(Auth::Other)) {
        (false, false) => return None,
        (true, false) => "unknown: the log names no mechanism",
        (false, true) => "other: the log names something that does not tell which mechanism it is",
        (true, true) => {
            "unknown: the log names no mechanism; other: what it names does not tell which mechanism it is"
        }
    };
    Some(vec![words.into()])
}

/// "FAILED LOGINS  18,442 from 1,906 addresses, 131 of them at 12 accounts that exist".
pub fn failures(subject: &Subject<'_>) -> Option<Sentence> {
    let (mut failures, mut at_accounts) = (0_u64, 0_u64);
    let (mut clients, mut accounts) = (Set::default(), Set::default());
    subject.rows().filter(|row| row.counts.failed_logins > 0).for_each(|row| {
        failures = failures.saturating_add(row.counts.failed_logins);
        clients.extend(row.client);
        if let Some(login) = row.login {
            at_accounts = at_accounts.saturating_add(row.counts.failed_logins);
            accounts.insert(login);
        }
    });
    if failures == 0 {
        return None;
    }
    let size = |set: &Set<&[u8]>| u64::try_from(set.len()).unwrap_or(u64::MAX);
    let mut line: Sentence = vec!["FAILED LOGINS  ".into(), Value::Count(failures), " from ".into()];
    line.extend(counted(size(&clients), ("address", "addresses")));
    if at_accounts > 0 {
        line.extend([", ".into(), Value::Count(at_accounts), " of them at ".into()]);
        line.extend(counted(size(&accounts), ("account that exists", "accounts that exist")));
    }
    Some(line)
}

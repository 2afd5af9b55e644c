//! `smtpauth tls`: TLS versions, of all messages or per sender.

use super::alone::Alone;
use super::change;
use super::fold::{self, Details, Group};
use super::online::Source;
use super::rows::{By, Sort};
use super::subject::{SESSIONS, Subject};
use super::value::{Sentence, Value};
use super::{Column, Data, Report, Section, Table};
use crate::map::Set;
use crate::submission::Tls;
use crate::time::window::Span;
use std::collections::BTreeMap;

/// Columns of the data.
pub const COLUMNS: [&str; 7] = ["tls", "messages", "sessions", "percent", "accounts", "senders", "previous"];

/// Columns of the data of `--details`.
pub const DETAILS: [&str; 20] = [
    "sender",
    "domain",
    "messages",
    "sessions",
    "tls1_0",
    "tls1_0_percent",
    "tls1_1",
    "tls1_1_percent",
    "tls1_2",
    "tls1_2_percent",
    "tls1_3",
    "tls1_3_percent",
    "ssl3",
    "ssl3_percent",
    "encrypted",
    "encrypted_percent",
    "none",
    "none_percent",
    "unknown",
    "unknown_percent",
];

/// The order of TLS values in the data of `--details`.
pub(super) const DATA_ORDER: [Tls; 8] =
    [Tls::V1_0, Tls::V1_1, Tls::V1_2, Tls::V1_3, Tls::Ssl3, Tls::Encrypted, Tls::None, Tls::Unknown];

/// What one TLS value counts for.
#[derive(Clone, Debug, Default)]
pub struct Usage<'a> {
    /// Messages.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
    /// Those of them that no message speaks for.
    pub alone: u64,
    /// Accounts.
    pub accounts: Set<&'a [u8]>,
    /// Envelope senders.
    pub senders: Set<&'a [u8]>,
}

/// Sums up a stretch of time by TLS value.
pub fn usage<'a>(subject: &Subject<'a>, span: Span) -> BTreeMap<Tls, Usage<'a>> {
    let alone = Alone::in_sums(subject, span);
    let mut usage: BTreeMap<Tls, Usage<'a>> = BTreeMap::new();
    let used = subject.rows_in(span).filter(|row| row.counts.messages > 0 || row.counts.sessions > 0);
    used.for_each(|row| {
        let entry = usage.entry(row.tls).or_default();
        entry.messages = entry.messages.saturating_add(row.counts.messages);
        entry.sessions = entry.sessions.saturating_add(row.counts.sessions);
        entry.alone = entry.alone.saturating_add(alone.sessions(&row));
        // Who logged in without sending a message uses SMTP AUTH too. But a sign-in log knows no TLS version: beside messages
        // it says nothing of it.
        if row.counts.messages > 0 || Source::of(&row) != Source::SignIns || alone.holds(&row) {
            entry.accounts.extend(row.login.or(row.sender));
        }
        entry.senders.extend(row.sender);
    });
    usage
}

/// Which TLS values have a row or column: 1.0 to 1.2 always, others where there are any.
pub(super) fn is_shown(tls: Tls, count: u64) -> bool {
    matches!(tls, Tls::V1_0 | Tls::V1_1 | Tls::V1_2) || count > 0
}

fn size(set: &Set<&[u8]>) -> u64 {
    u64::try_from(set.len()).unwrap_or(u64::MAX)
}

/// Whether sessions that count stand beside messages.
pub fn is_mixed(subject: &Subject<'_>, usage: &BTreeMap<Tls, Usage<'_>>) -> bool {
    subject.has_messages && usage.values().any(|usage| usage.alone > 0)
}

/// The same of the period before, if the logs hold it.
pub type Before<'u, 'a> = Option<&'u BTreeMap<Tls, Usage<'a>>>;

/// The data of the chart.
pub fn data(
    subject: &Subject<'_>,
    usage: &BTreeMap<Tls, Usage<'_>>,
    before: Before<'_, '_>,
) -> Vec<Vec<Value>> {
    let units = |usage: &Usage<'_>| if subject.has_messages { usage.messages } else { usage.sessions };
    let total = usage.values().fold(0_u64, |sum, usage| sum.saturating_add(units(usage)));
    let empty = Usage::default();
    let rows = Tls::SHOWN.into_iter().filter_map(|tls| {
        let one = usage.get(&tls).unwrap_or(&empty);
        let previous = before.map(|before| before.get(&tls).map_or(0, units));
        is_shown(tls, units(one).max(one.alone).max(previous.unwrap_or(0))).then(|| {
            vec![
                Value::words(tls.data()),
                Value::Count(one.messages),
                Value::Count(one.sessions),
                Value::Percent(units(one), total),
                Value::Count(size(&one.accounts)),
                Value::Count(size(&one.senders)),
                previous.map_or(Value::Missing, Value::Count),
            ]
        })
    });
    rows.collect()
}

/// The chart, a table with bars. Sessions that stand beside messages have a column of their own, and so has the change against
/// the period before.
pub fn chart(subject: &Subject<'_>, usage: &BTreeMap<Tls, Usage<'_>>, before: Before<'_, '_>) -> Table {
    let units = |usage: &Usage<'_>| if subject.has_messages { usage.messages } else { usage.sessions };
    let sum = |count: &dyn Fn(&Usage<'_>) -> u64| usage.values().map(count).fold(0, u64::saturating_add);
    let (total, alone) = (sum(&units), sum(&|usage| usage.alone));
    let is_mixed = is_mixed(subject, usage);
    let beside = |count: u64| is_mixed.then_some(Value::Share(count, alone));
    let empty = Usage::default();
    let mut accounts: Set<&[u8]> = Set::default();
    let mut rows = Vec::new();
    for tls in Tls::SHOWN {
        let one = usage.get(&tls).unwrap_or(&empty);
        accounts.extend(one.accounts.iter().copied());
        let previous = before.map(|before| before.get(&tls).map_or(0, units));
        if is_shown(tls, units(one).max(one.alone).max(previous.unwrap_or(0))) {
            let mut row =
                vec![tls.label().into(), Value::Percent(units(one), total), Value::Count(units(one))];
            row.extend(beside(one.alone));
            row.extend(previous.map(|previous| Value::Change(units(one), previous)));
            row.extend([Value::Count(size(&one.accounts)), Value::Bar(units(one), total)]);
            rows.push(row);
        }
    }
    let mut all = vec!["all".into(), Value::Percent(total, total), Value::Count(total)];
    all.extend(beside(alone));
    let previous = before.map(|before| before.values().map(units).fold(0, u64::saturating_add));
    all.extend(previous.map(|previous| Value::Change(total, previous)));
    all.push(Value::Count(size(&accounts)));
    let mut columns = vec![Column::text("TLS"), Column::number("share"), Column::number(subject.unit().many)];
    columns.extend(is_mixed.then(|| Column::number(SESSIONS.many)));
    columns.extend(before.map(|_| Column::number("change")));
    columns.extend([Column::number("accounts"), Column::text("")]);
    Table { columns, rows, totals: vec![all], ruled: false }
}

/// The view without `--details`.
pub fn report<'a>(subject: &Subject<'a>) -> Report<'a> {
    let span = change::period_before(subject);
    let before = span.map(|span| usage(subject, span));
    let usage = usage(subject, subject.scope.span);
    let is_mixed = is_mixed(subject, &usage);
    let mut share = vec!["share of ".into()];
    share.extend(subject.units(is_mixed));
    let mut sections = vec![Section::Title(subject.title("TLS usage", [share]))];
    if usage.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        sections.push(Section::Table(chart(subject, &usage, before.as_ref())));
        sections.extend(about_change(subject, span).map(Section::Note));
        sections.extend(about_accounts(&usage).map(Section::Note));
        sections.extend(about_sessions(is_mixed, None).map(Section::Note));
        sections.extend(about_encrypted(usage.contains_key(&Tls::Encrypted)).map(Section::Note));
        sections.extend(subject.unknowns().into_iter().map(Section::Line));
        let mut next: Sentence = vec!["Per sender: ".into()];
        next.extend(subject.command("tls --details"));
        sections.push(Section::Line(next));
        if !old_versions(&usage).accounts.is_empty() {
            let mut who: Sentence = vec!["Who stops when old versions are switched off: ".into()];
            who.extend(subject.command("ready"));
            sections.push(Section::Line(who));
        }
    }
    let rows = if usage.is_empty() { Vec::new() } else { data(subject, &usage, before.as_ref()) };
    Report {
        command: "tls",
        sections,
        data: Data { columns: COLUMNS.to_vec(), rows: rows.into(), fields: None },
    }
}

/// The view with `--details`: a row per sender, or per what `--by` says.
pub fn details<'a>(subject: &Subject<'a>, by: By, order: Option<Sort>, top: Option<usize>) -> Report<'a> {
    let details = Details::of(subject, by, order.unwrap_or(Sort::Tls), subject.top(top));
    let details = details.only(subject, top, &DETAILS, data_row);
    let (_, (one, _), _) = fold::words(details.by);
    let unit = if details.is_mixed() { "messages or sessions" } else { subject.unit().many };
    let share = vec![Value::words(format!("share of the {one}'s {unit} (number)"))];
    let mut sections = vec![Section::Title(subject.title(&format!("TLS usage per {one}"), [share]))];
    if details.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        let shown: Vec<Tls> =
            Tls::SHOWN.into_iter().filter(|tls| is_shown(*tls, u64::from(details.has(*tls)))).collect();
        let columns = shown.iter().map(|tls| Column::number(tls.label()));
        let columns = columns.chain(details.unit_columns(subject)).collect();
        sections.push(Section::Table(details.table(columns, |group| {
            let total = group.tls.total();
            let shares = shown.iter().map(|tls| Value::Share(group.tls.get(*tls), total));
            shares.chain(details.units(group)).collect()
        })));
        sections.extend(notes(subject, by, &details).into_iter().map(Section::Note));
    }
    Report { command: "tls", sections, data: details.data(&DETAILS, data_row) }
}

fn data_row(group: &Group<'_>) -> Vec<Value> {
    let total = group.tls.total();
    let counts = [Value::Count(group.counts.messages), Value::Count(group.counts.sessions)];
    let shares = DATA_ORDER.into_iter().flat_map(|tls| {
        let count = group.tls.get(tls);
        [Value::Count(count), Value::Percent(count, total)]
    });
    counts.into_iter().chain(shares).collect()
}

/// Why the accounts of the chart do not add up, if they do not.
pub fn about_accounts(usage: &BTreeMap<Tls, Usage<'_>>) -> Option<Sentence> {
    let accounts: Set<&[u8]> = usage.values().flat_map(|usage| usage.accounts.iter().copied()).collect();
    let sum = usage.values().fold(0, |sum: u64, usage| sum.saturating_add(size(&usage.accounts)));
    (sum > size(&accounts)).then(|| vec!["An account that uses two versions is in both rows.".into()])
}

/// What sessions are that stand beside messages, and what bears their names in rows of this kind.
pub fn about_sessions(is_mixed: bool, by: Option<By>) -> Option<Sentence> {
    let named = match by {
        Some(By::Sender) => "; they have no sender, their rows bear the login",
        Some(By::Domain) => "; they have no sender, their rows bear the domain of the login",
        Some(By::Account | By::Login | By::Client | By::Server) => "",
        None => "; shares are of each, bars of messages",
    };
    is_mixed.then(|| vec![Value::words(format!("sessions: logins of which no message is logged{named}"))])
}

/// What the change is against.
fn about_change(subject: &Subject<'_>, before: Option<Span>) -> Option<Sentence> {
    let days = change::days(subject, before?)?;
    let unit = subject.unit().many;
    Some(vec![Value::words(format!("change: {unit}, against ")), days])
}

/// What a word in the table means, if it stands there.
fn about_encrypted(is_there: bool) -> Option<Sentence> {
    is_there.then(|| vec!["encrypted: TLS was used, its version was not logged".into()])
}

/// What is left out, what cannot be told, and what comes next.
fn notes(subject: &Subject<'_>, by: By, details: &Details<'_>) -> Vec<Sentence> {
    let hidden: Vec<&str> = Tls::SHOWN
        .into_iter()
        .filter(|tls| !is_shown(*tls, u64::from(details.has(*tls))))
        .map(Tls::label)
        .collect();
    let mut lines = Vec::new();
    if !hidden.is_empty() {
        let unit = if details.is_mixed() { "messages or sessions" } else { subject.unit().many };
        let hidden = hidden.join(", ");
        lines.push(vec![Value::words(format!(
            "No {unit} with: {hidden} (columns left out; csv and json keep them)"
        ))]);
    }
    lines.extend(about_sessions(details.is_mixed(), Some(details.by)));
    lines.extend(about_encrypted(details.has(Tls::Encrypted)));
    lines.extend(subject.unknowns());
    let mut next: Sentence = details.how_to_see_all().into_iter().collect();
    let other =
        if by == By::Client { ("which accounts: ", "account") } else { ("from which addresses: ", "client") };
    next.push(other.0.into());
    next.extend(subject.command(&format!("tls --by {}", other.1)));
    lines.push(next);
    lines.extend(which_device(subject, details));
    lines
}

/// Of the first who uses a version that goes, the command that names the device.
fn which_device(subject: &Subject<'_>, details: &Details<'_>) -> Option<Sentence> {
    let first = details.first().filter(|group| group.tls.old() > 0)?;
    let name = first.name.filter(|_| !matches!(details.by, By::Domain | By::Server))?;
    let mut line: Sentence = vec!["Which device it is: ".into()];
    line.extend(subject.command_about("sender", name));
    Some(line)
}

/// "7 accounts, 612 messages, 3 sessions" that use versions that go, for the summary.
pub fn old_versions<'a>(usage: &BTreeMap<Tls, Usage<'a>>) -> Usage<'a> {
    let mut old = Usage::default();
    for usage in [Tls::Ssl3, Tls::V1_0, Tls::V1_1].into_iter().filter_map(|tls| usage.get(&tls)) {
        old.messages = old.messages.saturating_add(usage.messages);
        old.alone = old.alone.saturating_add(usage.alone);
        old.sessions = old.sessions.saturating_add(usage.sessions);
        old.accounts.extend(usage.accounts.iter().copied());
        old.senders.extend(usage.senders.iter().copied());
    }
    old
}

//! `smtpauth sender WHO`: everything about one sender, login, client address, network, host name or EHLO name.

mod clients;
mod many;
mod who;

use super::cut::cut;
use super::device;
use super::fold::ByTls;
use super::interval::{self, Interval, Periods};
use super::subject::{MESSAGES, SESSIONS, Subject};
use super::value::{Sentence, Value, counted};
use super::{Column, Data, Report, Section, Table};
use crate::submission::{Counts, EXCHANGE_ONLINE, Tls};
use crate::tally::Row;
use std::collections::{BTreeMap, BTreeSet};
use who::{Exact, Kind, Meaning, meaning};

/// Columns of the data. With an `--interval` other than a day, `day` is `period`.
pub const COLUMNS: [&str; 14] = [
    "day",
    "server",
    "client",
    "client_name",
    "helo",
    "login",
    "sender",
    "tls",
    "mechanism",
    "messages",
    "sessions",
    "failed_logins",
    "first_seen",
    "last_seen",
];

/// Names in a line.
const NAMED: usize = 5;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Who, as typed.
    pub who: String,
}

/// The view. The second part says whether there is nothing of that name.
pub fn report<'a>(
    subject: &Subject<'a>,
    asked: &Asked,
    interval: Option<Interval>,
    top: Option<usize>,
) -> (Report<'a>, bool) {
    let meaning = meaning(subject, &asked.who);
    let is_about = |row: &Row<'a>| match &meaning {
        None => false,
        Some(Meaning::Exactly(exact)) => exact.holds(row),
        Some(Meaning::PartOf(parts)) => parts.holds(row),
    };
    let rows: Vec<Row<'a>> = subject.rows().filter(is_about).collect();
    let rows = shown(subject, rows, interval);
    let typed = Value::text(Some(asked.who.as_bytes()));
    let mut title = vec![typed.clone(), " · ".into()];
    let what = match subject.is_marked() {
        true => "SMTP AUTH",
        false => "in a trace that does not say who used SMTP AUTH",
    };
    title.extend(subject.title_of(what, subject.all_there_is()));
    let mut sections = vec![Section::Title(title)];
    match &meaning {
        None => sections.extend(nobody(subject, typed).into_iter().map(Section::Line)),
        Some(_) if rows.is_empty() => {
            sections.push(Section::Line(vec!["No row of this name that the condition keeps.".into()]));
        }
        Some(Meaning::PartOf(parts)) => sections.extend(many::sections(subject, parts, &rows, typed, top)),
        Some(Meaning::Exactly(exact)) => {
            sections.extend(one(subject, asked, exact, &rows, (interval, top)));
        }
    }
    let data = data(subject, &rows, interval, top);
    (Report { command: "sender", sections, data }, meaning.is_none())
}

fn nobody(subject: &Subject<'_>, typed: Value) -> Vec<Sentence> {
    let mut line: Sentence = vec!["Nothing in these logs is called ".into(), typed];
    line.push(", nor is it a part of a login, sender, client address, host name or EHLO name.".into());
    let mut next: Sentence = vec!["Who there is: ".into()];
    next.extend(subject.command("volume --details --by account --all"));
    vec![line, next]
}

/// All about one name.
fn one<'a>(
    subject: &Subject<'a>,
    asked: &Asked,
    exact: &Exact<'a>,
    rows: &[Row<'a>],
    (interval, top): (Option<Interval>, Option<usize>),
) -> Vec<Section> {
    let mut sections: Vec<Section> = facts(subject, exact, rows).into_iter().map(Section::Line).collect();
    let is_of_client = exact.kinds.iter().any(|kind| kind.is_of_client());
    if is_of_client {
        sections.push(Section::Table(clients::accounts(subject, rows, top)));
    }
    sections.push(Section::Table(clients::table(subject, exact, rows, top)));
    sections.extend(clients::names(subject, rows).into_iter().map(Section::Note));
    sections.push(Section::Table(periods(subject, rows, interval.unwrap_or(Interval::Week))));
    sections.extend(clients::stops(subject, exact, rows).map(Section::Line));
    if rows.iter().any(|row| row.server == Some(EXCHANGE_ONLINE)) {
        sections.extend(subject.about_online().into_iter().map(Section::Line));
    }
    let mut next: Sentence = Vec::new();
    if interval != Some(Interval::Day) {
        next.push("Per day: --interval day · ".into());
    }
    next.push("single messages: ".into());
    let option = match exact.kinds.first() {
        Some(Kind::Login) => "--login",
        Some(Kind::Sender) => "--sender",
        _ => "--client",
    };
    next.extend(
        subject.command_about(&format!("export --rows messages --all {option}"), asked.who.as_bytes()),
    );
    sections.push(Section::Line(next));
    sections
}

/// "54,902 messages · 58,089 recipients · 1.9 GB · first ... · last ...", and who and where.
fn facts<'a>(subject: &Subject<'a>, exact: &Exact<'a>, rows: &[Row<'a>]) -> Vec<Sentence> {
    let mut sum = Counts::ZERO;
    rows.iter().for_each(|row| sum.add(row.counts));
    let mut line: Sentence = Vec::new();
    let mut say = |part: Sentence| {
        line.push(if line.is_empty() { "  ".into() } else { " · ".into() });
        line.extend(part);
    };
    if sum.messages > 0 || sum.sessions == 0 {
        say(counted(sum.messages, (MESSAGES.one, MESSAGES.many)).into());
    } else {
        say(counted(sum.sessions, (SESSIONS.one, SESSIONS.many)).into());
    }
    if sum.recipients > 0 {
        say(counted(sum.recipients, ("recipient", "recipients")).into());
    }
    if sum.bytes > 0 {
        say(vec![Value::Bytes(sum.bytes)]);
    }
    if let Some((first, last)) = sum.seen {
        say(vec!["first ".into(), Value::Instant(first)]);
        say(vec!["last ".into(), Value::Instant(last)]);
    }
    let kinds: Vec<&str> = exact.kinds.iter().map(|kind| kind.label()).collect();
    let mut names: Sentence = vec![Value::words(format!("  {}", kinds.join(", ")))];
    names.extend(relations(subject, exact, rows));
    let servers: BTreeSet<&[u8]> = rows.iter().filter_map(|row| row.server).collect();
    if !servers.is_empty() {
        names.push(if servers.len() == 1 { " · server ".into() } else { " · servers ".into() });
        names.extend(listed(servers.into_iter().map(|name| vec![Value::text(Some(name))])));
    }
    names.push(" · ".into());
    names.extend(failures(rows, sum.failed_logins));
    vec![line, names]
}

/// "3 failed logins from 2 addresses".
fn failures(rows: &[Row<'_>], failed: u64) -> Sentence {
    let mut line: Sentence = counted(failed, ("failed login", "failed logins")).into();
    let failing = rows.iter().filter(|row| row.counts.failed_logins > 0);
    let from: BTreeSet<&[u8]> = failing.filter_map(|row| row.client).collect();
    if !from.is_empty() {
        line.push(" from ".into());
        line.extend(counted(u64::try_from(from.len()).unwrap_or(u64::MAX), ("address", "addresses")));
    }
    line
}

/// Of a sender, its logins and what else those send as; of a login, its senders.
fn relations<'a>(subject: &Subject<'a>, exact: &Exact<'a>, rows: &[Row<'a>]) -> Sentence {
    let mut line: Sentence = Vec::new();
    if exact.kinds.iter().all(|kind| kind.is_of_client()) {
        return line;
    }
    let logins: BTreeSet<&[u8]> = rows.iter().filter_map(|row| row.login).collect();
    if !logins.is_empty() && !exact.kinds.contains(&Kind::Login) {
        line.push(if logins.len() == 1 { " · login ".into() } else { " · logins ".into() });
        line.extend(listed(logins.iter().map(|name| vec![Value::text(Some(name))])));
    }
    let own: BTreeSet<&[u8]> = rows.iter().filter_map(|row| row.sender).collect();
    let mut senders: BTreeMap<&[u8], u64> = BTreeMap::new();
    for row in subject.rows().filter(|row| row.login.is_some_and(|login| logins.contains(login))) {
        if let Some(sender) = row.sender {
            let sum = senders.entry(sender).or_default();
            *sum = sum.saturating_add(row.counts.messages);
        }
    }
    let is_login = exact.kinds.contains(&Kind::Login);
    senders.retain(|sender, _| is_login || !own.contains(sender));
    // Who sends under his own name alone needs no word about it.
    if senders.keys().all(|sender| logins.contains(sender)) {
        senders.clear();
    }
    let mut senders: Vec<_> = senders.into_iter().collect();
    senders.sort_by_key(|(sender, count)| (std::cmp::Reverse(*count), *sender));
    if !senders.is_empty() {
        line.push(if is_login { " · sends as ".into() } else { " (also sends as ".into() });
        line.extend(listed(senders.into_iter().map(|(sender, count)| {
            let messages = counted(count, (MESSAGES.one, MESSAGES.many));
            [Value::sender(Some(sender)), ": ".into()].into_iter().chain(messages).collect()
        })));
        line.extend((!is_login).then(|| ")".into()));
    }
    line
}

/// "a, b and 3 more".
fn listed(names: impl ExactSizeIterator<Item = Sentence>) -> Sentence {
    let more = names.len().saturating_sub(NAMED);
    let mut line: Sentence = Vec::new();
    for (index, name) in names.take(NAMED).enumerate() {
        line.extend((index > 0).then(|| ", ".into()));
        line.extend(name);
    }
    line.extend((more > 0).then(|| Value::words(format!(" and {more} more"))));
    line
}

/// What counts in a period.
#[derive(Default)]
struct Period {
    tls: ByTls,
    failed: u64,
}

/// Messages (else sessions) per week or day, by TLS version. Periods in which there is nothing have a row too.
fn periods(subject: &Subject<'_>, rows: &[Row<'_>], interval: Interval) -> Table {
    let has_messages = rows.iter().any(|row| row.counts.messages > 0);
    let unit = if has_messages { MESSAGES } else { SESSIONS };
    let buckets = rows.iter().filter_map(|row| row.bucket);
    let mut periods = Periods::<Period>::since_first(subject, interval, buckets);
    for row in rows {
        let period = periods.of(subject, row.bucket);
        period.tls.add(row.tls, if has_messages { row.counts.messages } else { row.counts.sessions });
        period.failed = period.failed.saturating_add(row.counts.failed_logins);
    }
    let mut all = Period::default();
    for period in periods.sums() {
        all.tls.merge(&period.tls);
        all.failed = all.failed.saturating_add(period.failed);
    }
    let shown: Vec<Tls> = Tls::SHOWN.into_iter().filter(|tls| all.tls.get(*tls) > 0).collect();
    let largest = periods.sums().map(|period| period.tls.total()).max().unwrap_or(0);
    let row = |name: Value, period: &Period, bar: Value| -> Vec<Value> {
        let total = period.tls.total();
        let shares = shown.iter().map(|tls| Value::Share(period.tls.get(*tls), total));
        let failed = (all.failed > 0).then_some(Value::CountOrDash(period.failed));
        [name, Value::CountOrDash(total)].into_iter().chain(shares).chain(failed).chain([bar]).collect()
    };
    let mut columns = vec![Column::text(periods.interval().per_from()), Column::number(unit.heading)];
    columns.extend(shown.iter().map(|tls| Column::number(tls.label())));
    columns.extend((all.failed > 0).then(|| Column::number("failed")));
    columns.push(Column::text(""));
    let bar = |period: &Period| Value::Bar(period.tls.total(), largest);
    let begun = periods.begun(subject.newest_day()).map(|(name, period)| row(name, period, bar(period)));
    let undated = periods.undated().map(|period| row("without a day".into(), period, bar(period)));
    let rows = undated.into_iter().chain(begun).collect();
    let totals = vec![row("all".into(), &all, Value::Missing)];
    Table { columns, rows, totals, ruled: false }
}

/// What a row of the data is about: beginning of the day (or period), server, client, login, sender, TLS and mechanism.
type Key<'a> = (
    Option<i64>,
    Option<&'a [u8]>,
    Option<&'a [u8]>,
    Option<&'a [u8]>,
    Option<&'a [u8]>,
    Tls,
    Option<&'a [u8]>,
);

fn key<'a>(subject: &Subject<'a>, row: &Row<'a>, interval: Interval) -> Key<'a> {
    (
        interval.begin_of(subject, row.bucket),
        row.server,
        row.client,
        row.login,
        row.sender,
        row.tls,
        row.mechanism,
    )
}

fn sums<'a>(subject: &Subject<'a>, rows: &[Row<'a>], interval: Interval) -> BTreeMap<Key<'a>, Counts> {
    let mut sums = BTreeMap::new();
    for row in rows {
        sums.entry(key(subject, row, interval)).or_insert(Counts::ZERO).add(row.counts);
    }
    sums
}

/// The cells of which rows of the data are made that a condition keeps: screens are about the same rows as the data.
fn shown<'a>(subject: &Subject<'a>, mut rows: Vec<Row<'a>>, interval: Option<Interval>) -> Vec<Row<'a>> {
    if let Some(condition) = subject.scope.condition {
        let columns = columns(interval);
        let interval = interval.unwrap_or_default().settled(subject);
        let mut sums = sums(subject, &rows, interval);
        sums.retain(|key, counts| condition.keeps(&columns, &data_row(subject, interval, key, counts)));
        rows.retain(|row| sums.contains_key(&key(subject, row, interval)));
    }
    rows
}

fn data<'a>(
    subject: &Subject<'a>,
    rows: &[Row<'a>],
    asked: Option<Interval>,
    top: Option<usize>,
) -> Data<'a> {
    let interval = asked.unwrap_or_default().settled(subject);
    let sums = sums(subject, rows, interval);
    let mut sums: Vec<_> = sums.iter().collect();
    if top.is_some_and(|top| top > 0) {
        sums.sort_by_key(|(_, c)| std::cmp::Reverse((c.messages, c.sessions, c.failed_logins)));
    }
    let rows = sums.into_iter().map(|(key, counts)| data_row(subject, interval, key, counts)).collect();
    let columns = columns(asked);
    let rows = cut(rows, &columns, "client", top);
    Data { columns, rows: rows.into(), fields: None }
}

/// The columns of the data with this `--interval`.
pub fn columns(interval: Option<Interval>) -> Vec<&'static str> {
    std::iter::once(interval::column(interval)).chain(COLUMNS.into_iter().skip(1)).collect()
}

fn data_row(subject: &Subject<'_>, interval: Interval, key: &Key<'_>, counts: &Counts) -> Vec<Value> {
    let (begin, server, client, login, sender, tls, mechanism) = *key;
    let [hosts, helos] = device::names(subject, client);
    let seen =
        |pick: fn((i64, i64)) -> i64| counts.seen.map_or(Value::Missing, |seen| Value::Instant(pick(seen)));
    vec![
        interval.datum(begin),
        Value::text(server),
        Value::text(client),
        hosts,
        helos,
        Value::text(login),
        Value::sender(sender),
        tls.data().into(),
        Value::text(mechanism),
        Value::Count(counts.messages),
        Value::Count(counts.sessions),
        Value::Count(counts.failed_logins),
        seen(|(first, _)| first),
        seen(|(_, last)| last),
    ]
}

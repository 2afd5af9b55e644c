//! `smtpauth summary`: the week at a glance.

mod accounts;

use super::alone::Alone;
use super::auth::{self, Logins};
use super::change::{self, Accounts};
use super::interval::{Interval, Periods};
use super::subject::{MESSAGES, SESSIONS, Subject};
use super::tls::{self, Usage, usage};
use super::unusual::many::{self, Many};
use super::value::{Sentence, Value, counted};
use super::volume::{self, Day};
use super::{Column, Data, Figure, Report, Section, Table};
use crate::map::{Map, Set};
use crate::submission::{Auth, EXCHANGE_ONLINE, Tls, domain_of};
use crate::tally::Row;
use crate::time::window::Span;
use std::collections::BTreeMap;

/// Columns of the data.
pub const COLUMNS: [&str; 4] = ["name", "value", "percent", "previous"];

pub use accounts::{COLUMNS as ACCOUNTS, kept};

/// How many of the largest senders are named.
const LARGEST: usize = 3;

/// The numbers of the widget.
#[derive(Clone, Debug, Default)]
struct Widget<'a> {
    accounts: Set<&'a [u8]>,
    senders: Map<&'a [u8], u64>,
    domains: Set<&'a [u8]>,
    clients: Set<&'a [u8]>,
    messages: u64,
    sessions: u64,
    /// Sessions that no message speaks for.
    alone: u64,
}

impl<'a> Widget<'a> {
    fn of(subject: &Subject<'a>, span: Span) -> Self {
        let alone = Alone::in_sums(subject, span);
        let mut widget = Self::default();
        let used = subject.rows_in(span).filter(|row| row.counts.messages > 0 || row.counts.sessions > 0);
        used.for_each(|row| {
            widget.accounts.extend(row.login.or(row.sender));
            widget.clients.extend(row.client);
            if let Some(sender) = row.sender {
                let sum = widget.senders.entry(sender).or_default();
                *sum = sum.saturating_add(row.counts.messages);
                widget.domains.extend(domain_of(sender));
            }
            widget.messages = widget.messages.saturating_add(row.counts.messages);
            widget.sessions = widget.sessions.saturating_add(row.counts.sessions);
            widget.alone = widget.alone.saturating_add(alone.sessions(&row));
        });
        widget
    }

    fn figures(&self) -> [(&'static str, u64); 6] {
        let size = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
        [
            ("accounts", size(self.accounts.len())),
            ("senders", size(self.senders.len())),
            ("messages", self.messages),
            ("sessions", self.sessions),
            ("domains", size(self.domains.len())),
            ("clients", size(self.clients.len())),
        ]
    }
}

/// The view.
pub fn report<'a>(subject: &Subject<'a>) -> Report<'a> {
    let Parts { mut head, action, flyout, data } = parts(subject);
    head.extend(action.map(Section::Table));
    head.extend(flyout);
    Report { command: "summary", sections: head, data }
}

/// The view in parts: how much there is, what somebody has to do, and what else there is to know.
pub struct Parts<'a> {
    /// Title, numbers.
    pub head: Vec<Section>,
    /// Needs action.
    pub action: Option<Table>,
    /// TLS versions, kinds of login, days, who is new.
    pub flyout: Vec<Section>,
    /// For programs.
    pub data: Data<'a>,
}

/// All parts.
pub fn parts<'a>(subject: &Subject<'a>) -> Parts<'a> {
    let span = subject.scope.span;
    // Which sessions count is found out by the first who asks. Who would have to wait for it does something else before.
    let ((widget, usage), ((many, failures), (logins, days))) = rayon::join(
        || rayon::join(|| Widget::of(subject, span), || usage(subject, span)),
        || {
            let first = || rayon::join(|| many::many_clients(subject), || auth::failures(subject));
            let sums = || rayon::join(|| auth::logins(subject), || volume::periods(subject, Interval::Day));
            rayon::join(first, sums)
        },
    );
    let before = change::period_before(subject);
    let previous = before.map(|span| Widget::of(subject, span));
    let usage_before = before.map(|span| tls::usage(subject, span));
    let is_mixed = tls::is_mixed(subject, &usage);
    let what = if subject.is_marked() { "SMTP AUTH clients" } else { "Senders" };
    let units = (is_mixed || !subject.has_messages).then(|| subject.units(is_mixed));
    let mut head = vec![Section::Title(subject.title(what, units))];
    let mut flyout = Vec::new();
    if usage.is_empty() {
        head.extend(subject.nothing().into_iter().map(Section::Line));
    } else {
        head.push(figures(subject, &widget, previous.as_ref().zip(before)));
        flyout.push(Section::Table(tls::chart(subject, &usage, None)));
        flyout.extend(tls::about_accounts(&usage).map(Section::Note));
        flyout.extend(tls::about_sessions(is_mixed, None).map(Section::Note));
        flyout.push(Section::Table(auth::chart(subject, &logins, is_mixed)));
        flyout.push(Section::Table(volume::chart(subject, &days)));
        flyout.extend(largest(&widget).map(Section::Line));
        flyout.extend(
            new_and_gone(subject, &widget, previous.as_ref().zip(before)).into_iter().map(Section::Line),
        );
    }
    flyout.extend(failures.map(Section::Line));
    flyout.extend(subject.unknowns().into_iter().map(Section::Line));
    let found = Found {
        widget: &widget,
        previous: previous.as_ref(),
        usage: &usage,
        usage_before: usage_before.as_ref(),
        logins: &logins,
        days: &days,
    };
    let data = data(subject, &found);
    let action = needs_action(subject, &usage, many).filter(|_| subject.is_marked());
    Parts { head, action, flyout, data }
}

/// Accounts that are new since the period before, and those that are gone.
fn new_and_gone<'a>(
    subject: &Subject<'a>,
    widget: &Widget<'a>,
    previous: Option<(&Widget<'a>, Span)>,
) -> Vec<Sentence> {
    let lines = previous
        .map(|(previous, span)| Accounts::of(&widget.accounts, &previous.accounts).lines(subject, span));
    lines.unwrap_or_default()
}

fn figures(subject: &Subject<'_>, widget: &Widget<'_>, previous: Option<(&Widget<'_>, Span)>) -> Section {
    let words = [
        ("account", "accounts"),
        ("sender", "senders"),
        ("message", "messages"),
        ("session", "sessions"),
        ("domain", "domains"),
        ("client address", "client addresses"),
    ];
    let before = previous.map(|(widget, _)| widget.figures());
    let figure = |index: usize| {
        let (_, value) = *widget.figures().get(index)?;
        let what = *words.get(index)?;
        let previous = before.as_ref().and_then(|before| before.get(index)).map(|(_, value)| *value);
        Some(Figure { value, what, previous, as_share: matches!(index, 2 | 3) })
    };
    // Beside messages, only those sessions that no message speaks for.
    let beside = Some(widget.alone).filter(|sessions| subject.has_messages && *sessions > 0).map(|value| {
        let previous = previous.map(|(widget, _)| widget.alone);
        Figure { value, what: ("session", "sessions"), previous, as_share: true }
    });
    let unit = if subject.has_messages { 2 } else { 3 };
    let figures = [0, unit].into_iter().filter_map(figure).chain(beside);
    let figures = figures.chain([1, 4, 5].into_iter().filter_map(figure));
    // Sessions have no senders and no domains.
    let figures =
        figures.filter(|figure| subject.has_messages || !matches!(figure.what.0, "sender" | "domain"));
    let than = previous.and_then(|(_, span)| Some(vec!["than ".into(), change::days(subject, span)?]));
    Section::Figures { figures: figures.collect(), than }
}

/// What somebody has to do, and the command that shows who.
fn needs_action(
    subject: &Subject<'_>,
    usage: &BTreeMap<Tls, Usage<'_>>,
    many: Option<Many>,
) -> Option<Table> {
    let row = |usage: Option<&Usage<'_>>, why: Sentence, command: &'static str| {
        let usage = usage?;
        let accounts = u64::try_from(usage.accounts.len()).unwrap_or(u64::MAX);
        Some(vec![
            Value::Sentence(counted(accounts, ("account", "accounts")).into()),
            Value::Sentence(units(usage)?),
            Value::Sentence(why),
            Value::words(format!("smtpauth {command}")),
        ])
    };
    let mut cannot_tell: Sentence = vec!["cannot tell".into()];
    if let Some(Some(server)) = subject.silent_servers().first() {
        cannot_tell.extend([": ".into(), Value::text(Some(server)), " logs no TLS versions".into()]);
    }
    let old = vec!["stop when TLS 1.0 and 1.1 are switched off".into()];
    let plain = vec!["log in without TLS: the password is in clear".into()];
    let rows = [
        row(Some(&tls::old_versions(usage)), old, "ready"),
        row(usage.get(&Tls::None), plain, "ready"),
        row(usage.get(&Tls::Unknown), cannot_tell, "inspect"),
    ];
    let rows =
        rows.into_iter().chain([row(basic_online(subject).as_ref(), vec![BASIC_ENDS.into()], "ready")]);
    let rows: Vec<_> = rows.chain([many.map(|many| many_clients(subject, many))]).flatten().collect();
    (!rows.is_empty()).then(|| Table {
        columns: vec![
            Column::number("needs action"),
            Column::number(""),
            Column::text(""),
            Column::text("TO SEE WHO"),
        ],
        rows,
        ..Table::default()
    })
}

/// What is done with Basic authentication in Exchange Online.
const BASIC_ENDS: &str = "log in with Basic, off by default in Exchange Online from the end of December 2026";

/// Who logs in with Basic at Exchange Online.
fn basic_online<'a>(subject: &Subject<'a>) -> Option<Usage<'a>> {
    if !subject.online.is_any() {
        return None;
    }
    let is_basic =
        |row: &Row<'_>| row.server == Some(EXCHANGE_ONLINE) && Auth::of(row.mechanism) == Auth::Basic;
    let mut basic = Usage::default();
    let alone = Alone::in_sums(subject, subject.scope.span);
    for row in subject.rows().filter(is_basic) {
        if row.counts.messages > 0 || row.counts.sessions > 0 {
            basic.accounts.extend(row.login.or(row.sender));
            basic.messages = basic.messages.saturating_add(row.counts.messages);
            basic.sessions = basic.sessions.saturating_add(row.counts.sessions);
            basic.alone = basic.alone.saturating_add(alone.sessions(&row));
        }
    }
    if basic.messages == 0 {
        // Sign-ins are all that tells it.
        basic.alone = basic.sessions;
    }
    (!basic.accounts.is_empty()).then_some(basic)
}

/// "1 account  912 messages  132 client addresses in one day (Fri 20 Nov)".
fn many_clients(subject: &Subject<'_>, many: Many) -> Vec<Value> {
    let mut why: Sentence = vec![if many.accounts == 1 { "".into() } else { "up to ".into() }];
    why.extend([
        Value::Count(many.addresses),
        " client addresses in one day (".into(),
        Value::Day(many.day),
        ")".into(),
    ]);
    let (count, unit) =
        if subject.has_messages { (many.messages, MESSAGES) } else { (many.sessions, SESSIONS) };
    vec![
        Value::Sentence(counted(many.accounts, ("account", "accounts")).into()),
        Value::Sentence(counted(count, (unit.one, unit.many)).into()),
        Value::Sentence(why),
        "smtpauth unusual".into(),
    ]
}

/// "612 messages", "3 sessions", or both one behind the other, if there is either.
fn units(usage: &Usage<'_>) -> Option<Sentence> {
    let units = [(usage.messages, MESSAGES), (usage.alone, SESSIONS)];
    let mut sentence: Sentence = Vec::new();
    for (count, unit) in units.into_iter().filter(|(count, _)| *count > 0) {
        sentence.extend((!sentence.is_empty()).then(|| ", ".into()));
        sentence.extend(counted(count, (unit.one, unit.many)));
    }
    (!sentence.is_empty()).then_some(sentence)
}

/// "MOST MESSAGES  newsletter@contoso.com 9,120 · ...".
fn largest(widget: &Widget<'_>) -> Option<Sentence> {
    let mut senders: Vec<_> = widget.senders.iter().filter(|(_, count)| **count > 0).collect();
    senders.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut line: Sentence = vec!["MOST MESSAGES  ".into()];
    for (index, (sender, count)) in senders.iter().take(LARGEST).enumerate() {
        if index > 0 {
            line.push(" · ".into());
        }
        line.extend([Value::sender(Some(sender)), " ".into(), Value::Count(**count)]);
    }
    (!senders.is_empty()).then_some(line)
}

/// What the data is made of.
struct Found<'s, 'a> {
    widget: &'s Widget<'a>,
    previous: Option<&'s Widget<'a>>,
    usage: &'s BTreeMap<Tls, Usage<'a>>,
    usage_before: tls::Before<'s, 'a>,
    logins: &'s BTreeMap<Auth, Logins<'a>>,
    days: &'s Periods<Day>,
}

fn data<'a>(subject: &Subject<'_>, found: &Found<'_, '_>) -> Data<'a> {
    let Found { widget, previous, usage, usage_before, logins, days } = *found;
    let before = previous.map(Widget::figures);
    let figures = widget.figures();
    let mut fields: Vec<(&'static str, Value)> =
        figures.iter().map(|(name, value)| (*name, Value::Count(*value))).collect();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (index, (name, value)) in figures.iter().enumerate() {
        let before = before.as_ref().and_then(|before| before.get(index)).map(|(_, value)| *value);
        let before = before.map_or(Value::Missing, Value::Count);
        rows.push(vec![Value::words(*name), Value::Count(*value), Value::Missing, before]);
    }
    if let Some(previous) = previous {
        let accounts = Accounts::of(&widget.accounts, &previous.accounts);
        for (name, names) in [("new accounts", &accounts.new), ("gone accounts", &accounts.gone)] {
            let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
            rows.push(vec![name.into(), Value::Count(count), Value::Missing, Value::Missing]);
        }
    }
    rows.extend(shares(subject, found));
    let total = if subject.has_messages { widget.messages } else { widget.sessions };
    let tls_rows = if usage.is_empty() { Vec::new() } else { tls::data(subject, usage, usage_before) };
    fields.push(("tls", Value::Records(tls::COLUMNS.to_vec(), tls_rows)));
    fields.push(("auth", auth::records(logins, total, subject.has_messages)));
    let day = |(day, counts): (Value, &Day)| {
        vec![day, Value::Count(counts.messages), Value::Count(counts.sessions)]
    };
    let days = days.data().filter(|(day, _)| *day != Value::Missing).map(day).collect();
    fields.push(("days", Value::Records(vec!["day", "messages", "sessions"], days)));
    let accounts = previous.map(|previous| Accounts::of(&widget.accounts, &previous.accounts));
    let lists = accounts.iter().flat_map(|accounts| {
        [("new_accounts", change::list(&accounts.new)), ("gone_accounts", change::list(&accounts.gone))]
    });
    let before = before.map(|before| {
        before.iter().map(|(name, value)| (*name, Value::Count(*value))).chain(lists).collect()
    });
    fields.push(("previous", before.map_or(Value::Missing, Value::Record)));
    Data { columns: COLUMNS.to_vec(), rows: rows.into(), fields: Some(fields) }
}

/// "tls 1.0", "auth basic", "day 2026-11-09" with their shares; of sessions beside messages, "tls 1.0 sessions".
fn shares(subject: &Subject<'_>, found: &Found<'_, '_>) -> Vec<Vec<Value>> {
    let Found { widget, usage, logins, days, .. } = *found;
    let mut counts: Vec<(String, [u64; 3])> = Vec::new();
    counts.extend(
        usage.iter().map(|(tls, u)| (format!("tls {}", tls.data()), [u.messages, u.sessions, u.alone])),
    );
    counts.extend(
        logins.iter().map(|(auth, l)| (format!("auth {}", auth.data()), [l.messages, l.sessions, l.alone])),
    );
    counts.extend(days.data().filter_map(|(day, counts)| {
        let Value::Day(day) = day else { return None };
        let name = crate::time::stamp::date(day).map_or_else(String::new, |date| format!("day {date}"));
        Some((name, [counts.messages, counts.sessions, counts.alone]))
    }));
    let share = |name: String, count: u64, total: u64| {
        vec![name.into(), Value::Count(count), Value::Percent(count, total), Value::Missing]
    };
    let mut rows = Vec::new();
    for (name, [messages, sessions, alone]) in counts {
        if !subject.has_messages {
            rows.push(share(name, sessions, widget.sessions));
            continue;
        }
        let beside = (alone > 0).then(|| share(format!("{name} sessions"), alone, widget.alone));
        rows.push(share(name, messages, widget.messages));
        rows.extend(beside);
    }
    rows
}

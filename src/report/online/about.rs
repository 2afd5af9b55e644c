//! From which exports of Exchange Online the numbers of a view are, in words.

use super::Source;
use crate::formats::LEGACY_TLS;
use crate::report::subject::Subject;
use crate::report::value::{Sentence, Value, counted};
use crate::submission::EXCHANGE_ONLINE;
use crate::time::window::day_at;
use std::collections::{BTreeMap, BTreeSet};

/// What is said of Exchange Online, if anything is.
pub fn lines(subject: &Subject<'_>) -> Vec<Sentence> {
    if !subject.online.is_any() {
        return other_ways(subject).into_iter().collect();
    }
    let lines =
        [messages(subject), addresses(subject), legacy_tls(subject), not_added(subject), other_ways(subject)];
    lines.into_iter().flatten().collect()
}

/// "Exchange Online: messages of 12 accounts from the SMTP AUTH clients report (9 - 15 Nov 2026), of 3 from the extended trace".
fn messages(subject: &Subject<'_>) -> Option<Sentence> {
    let mut accounts: BTreeMap<Source, BTreeSet<&[u8]>> = BTreeMap::new();
    let mut periods = BTreeSet::new();
    for row in subject.rows().filter(|row| row.server == Some(EXCHANGE_ONLINE) && row.counts.messages > 0) {
        accounts.entry(Source::of(&row)).or_default().extend(row.login.or(row.sender));
        if Source::of(&row) == Source::Report {
            periods.insert(row.counts.seen);
        }
    }
    let mut line: Sentence = Vec::new();
    for (source, accounts) in accounts {
        line.push(if line.is_empty() { "Exchange Online: messages of ".into() } else { ", of ".into() });
        line.extend(counted(u64::try_from(accounts.len()).unwrap_or(u64::MAX), ("account", "accounts")));
        line.push(Value::words(format!(" from the {}", source.label())));
        match source {
            Source::Report => line.extend(of_periods(subject, &periods)),
            Source::ExtendedTrace => line.push(" (likely SMTP AUTH)".into()),
            Source::Logs | Source::Trace | Source::SignIns => {}
        }
    }
    (!line.is_empty()).then_some(line)
}

/// "(period of the export)", "(18 Aug - 15 Nov 2026, beyond this window)".
fn of_periods(subject: &Subject<'_>, periods: &BTreeSet<Option<(i64, i64)>>) -> Sentence {
    let known: Vec<(i64, i64)> = periods.iter().copied().flatten().collect();
    let (zone, span) = (subject.scope.zone, subject.scope.span);
    let first = known.iter().map(|(first, _)| *first).min();
    let last = known.iter().map(|(_, last)| *last).max();
    match first.zip(last).filter(|_| known.len() == periods.len()) {
        Some((first, last)) => {
            let is_within = span.contains(first) && span.contains(last);
            let beyond = if is_within { ")" } else { ", beyond this window)" };
            vec![" (".into(), Value::Days(day_at(first, zone), day_at(last, zone)), beyond.into()]
        }
        None => vec![" (period of the export; --period FILE=FROM..TO tells which)".into()],
    }
}

/// "Exchange Online: addresses of 9 accounts from the sign-in log".
fn addresses(subject: &Subject<'_>) -> Option<Sentence> {
    let mut lent: BTreeMap<Source, BTreeSet<&[u8]>> = BTreeMap::new();
    for row in subject.rows().filter(|row| row.server == Some(EXCHANGE_ONLINE)) {
        let account = row.login.or(row.sender);
        let source = match Source::of(&row) {
            Source::SignIns if row.counts.sessions > 0 && row.client.is_some() => Some(Source::SignIns),
            Source::Report => {
                account.and_then(|account| subject.online.devices(account)).map(|(source, _)| source)
            }
            _ => None,
        };
        if let Some(source) = source {
            lent.entry(source).or_default().extend(account);
        }
    }
    let mut line: Sentence = Vec::new();
    for (source, accounts) in lent {
        line.push(if line.is_empty() { "Exchange Online: addresses of ".into() } else { ", of ".into() });
        line.extend(counted(u64::try_from(accounts.len()).unwrap_or(u64::MAX), ("account", "accounts")));
        line.push(Value::words(format!(" from the {}", source.label())));
    }
    (!line.is_empty()).then_some(line)
}

/// "Exchange Online: 3 sign-ins with the flag Legacy TLS, ...".
fn legacy_tls(subject: &Subject<'_>) -> Option<Sentence> {
    let rows =
        subject.rows().filter(|row| Source::of(row) == Source::SignIns && row.service == Some(LEGACY_TLS));
    let count = rows.fold(0_u64, |sum, row| sum.saturating_add(row.counts.sessions));
    let mut line: Sentence = vec!["Exchange Online: ".into()];
    line.extend(counted(count, ("sign-in", "sign-ins")));
    line.push(
        " with the flag Legacy TLS, which is about the connection to Entra and not the device's".into(),
    );
    (count > 0).then_some(line)
}

/// "Exchange Online: 40 messages are in another export too, and not added".
fn not_added(subject: &Subject<'_>) -> Option<Sentence> {
    let rows = subject.table.rows(subject.scope.span).filter(|row| !subject.online.counts(row));
    let rows = rows.filter(|row| !matches!(Source::of(row), Source::Trace) && subject.shows(row));
    let count = rows.fold(0_u64, |sum, row| sum.saturating_add(row.counts.messages));
    let mut line: Sentence = vec!["Exchange Online: ".into()];
    line.extend(counted(count, ("message", "messages")));
    line.push(" of another export not added: their senders are counted above".into());
    (count > 0).then_some(line)
}

/// "In all traces, whatever the window: 12 messages from mailboxes, 3 from outside left out".
fn other_ways(subject: &Subject<'_>) -> Option<Sentence> {
    let traced = &subject.scope.traced;
    let ways = traced.other_ways.iter().map(|(way, count)| (*count, way.words()));
    let own = (traced.own, "that servers of your own counted");
    let mut line: Sentence = Vec::new();
    for (count, words) in ways.chain([own]).filter(|(count, _)| *count > 0) {
        if line.is_empty() {
            line.push("In all traces, whatever the window, left out: ".into());
            line.extend(counted(count, ("message", "messages")));
        } else {
            line.extend([", ".into(), Value::Count(count)]);
        }
        line.push(Value::words(format!(" {words}")));
    }
    (!line.is_empty()).then_some(line)
}

//! What `smtpauth ready` says to people: who has to do what, on which device, first.

use super::baseline::Mark;
use super::client::{Judged, Key, Use};
use super::exit::{exit, nothing_to_check};
use super::verdict::{Reason, Switch, Verdict};
use super::{Account, Asked, Part, days_since, label, short_of_days};
use crate::report::device::device;
use crate::report::findings::Findings;
use crate::report::subject::Subject;
use crate::report::value::{Sentence, Value, counted};
use crate::report::{Column, Section, Table};
use crate::submission::Tls;
use std::collections::{BTreeMap, BTreeSet};

/// Names in a line.
const NAMED: usize = 5;
/// Who was silent for so many days may be gone.
const SILENT: i64 = 30;
const ACCOUNTS: (&str, &str) = ("account", "accounts");

/// All of it.
pub fn sections(
    subject: &Subject<'_>,
    asked: &Asked,
    parts: &[Part<'_>],
    findings: &Findings,
    top: Option<usize>,
) -> Vec<Section> {
    let seen = asked.seen_within.map(|days| vec![Value::words(format!("seen in the last {days} days"))]);
    let title = subject.title_of("Who stops working", subject.all_there_is().into_iter().chain(seen));
    let mut sections = vec![Section::Title(title)];
    if findings.is_empty && parts.iter().all(|part| part.silent == 0) {
        if subject.is_marked() {
            sections.extend(subject.nothing().into_iter().map(Section::Line));
        } else {
            sections.push(Section::Line(vec![
                "A trace that does not say who used SMTP AUTH does not tell who stops.".into(),
            ]));
        }
        sections.push(Section::Line(vec![nothing_to_check(asked).into()]));
        return sections;
    }
    for part in parts {
        sections.push(Section::Heading(heading(part)));
        match table(subject, asked, part, top) {
            Some(table) => sections.push(Section::Table(table)),
            None => {
                let is_known = part.count(Verdict::CannotTell) == 0;
                let who = if subject.scope.condition.is_some() { "None of these rows" } else { "Nobody" };
                let how = if is_known { "." } else { ", as far as the logs tell." };
                sections.push(Section::Note(vec![Value::words(format!("{who} stops{how}"))]));
            }
        }
        sections.extend(lines(subject, asked, part).into_iter().map(Section::Line));
    }
    sections.extend(closing(subject, asked, parts, findings).into_iter().map(Section::Line));
    sections
}

/// "TLS 1.0 and 1.1 switched off on mx1, mx2   9 STOP · 201 ready · 18 cannot tell".
fn heading(part: &Part<'_>) -> Sentence {
    let what = match part.switch {
        Switch::Tls12 => "TLS 1.0 and 1.1 switched off",
        Switch::Modern => "Basic authentication switched off",
    };
    let mut line: Sentence = vec![what.into()];
    let servers: Vec<Value> = part.servers.iter().flatten().map(|name| Value::text(Some(name))).collect();
    line.extend((!servers.is_empty()).then(|| " on ".into()));
    line.extend(listed(servers, 3));
    line.push("   ".into());
    line.extend([Value::Count(part.count(Verdict::Stops)), " STOP · ".into()]);
    line.extend([Value::Count(part.count(Verdict::Ready)), " ready · ".into()]);
    line.extend([Value::Count(part.count(Verdict::CannotTell)), " cannot tell".into()]);
    let apart = part.count(Verdict::NotAffected);
    if apart > 0 {
        line.extend([" · ".into(), Value::Count(apart), " without TLS".into()]);
    }
    line
}

/// "a, b, c and 4 more".
fn listed(names: Vec<Value>, most: usize) -> Sentence {
    let more = names.len().saturating_sub(most);
    let mut line: Sentence = Vec::new();
    for name in names.into_iter().take(most) {
        line.extend((!line.is_empty()).then(|| ", ".into()));
        line.push(name);
    }
    line.extend((more > 0).then(|| Value::words(format!(" and {more} more"))));
    line
}

/// The accounts that stop: those that are new against the baseline first, then those still seen, then most messages.
fn stopping<'p, 'a>(part: &'p Part<'a>, asked: &Asked, newest: Option<i64>) -> Vec<(&'p Account<'a>, Use)> {
    let mut stops: Vec<_> =
        part.of_verdict(Verdict::Stops).map(|account| (account, account.count())).collect();
    stops.sort_by_key(|(account, count)| {
        let units = std::cmp::Reverse((count.messages, count.sessions));
        (!is_new(part, asked, account), silent_days(count, newest).is_some(), units, account.name)
    });
    stops
}

/// Whether the baseline does not have it, or not this client of it.
fn is_new(part: &Part<'_>, asked: &Asked, account: &Account<'_>) -> bool {
    let baseline = asked.baseline.as_ref();
    baseline.is_some_and(|baseline| {
        let marks = account.deciding().map(|c| baseline.mark(part.switch, &c.key, c.verdict));
        marks.into_iter().any(|mark| matches!(mark, Mark::New | Mark::NewClient))
    })
}

/// Their table. What is new is never left out.
fn table(subject: &Subject<'_>, asked: &Asked, part: &Part<'_>, top: Option<usize>) -> Option<Table> {
    let newest = subject.newest_day();
    let stops = stopping(part, asked, newest);
    let new = stops.iter().take_while(|(account, _)| is_new(part, asked, account)).count();
    let top = top.filter(|top| *top > 0).map(|top| top.max(new));
    let has_messages = stops.iter().any(|(_, count)| count.messages > 0);
    let has_sessions = stops.iter().any(|(_, count)| count.messages == 0 && count.sessions > 0);
    let mut columns = vec![Column::text("Account"), Column::text("Client"), Column::number("Last seen")];
    columns.extend(has_messages.then(|| Column::number("Messages")));
    columns.extend(has_sessions.then(|| Column::number("Sessions")));
    columns.extend([Column::text("Uses"), Column::text("Besides")]);
    let baseline = asked.baseline.as_ref().filter(|baseline| baseline.judged(part.switch));
    columns.extend(baseline.map(|_| Column::text("Baseline")));
    let row = |(account, count): &(&Account<'_>, Use)| {
        let last = count.seen.map(|(_, last)| subject.day_at(last));
        let mut row = vec![
            named(account.name),
            Value::Sentence(clients(subject, account)),
            last.map_or(Value::Missing, |day| Value::Date(day, newest.unwrap_or(day))),
        ];
        row.extend(has_messages.then_some(Value::CountOrDash(count.messages)));
        let alone = if count.messages == 0 { count.sessions } else { 0 };
        row.extend(has_sessions.then_some(Value::CountOrDash(alone)));
        let uses = account.deciding().map(|client| client.way).min();
        row.push(uses.map_or(Value::Missing, |way| label(part.switch, &way).into()));
        row.push(Value::Sentence(besides(part.switch, account, count, newest)));
        row.extend(baseline.map(|baseline| {
            let marks = account.deciding().map(|c| baseline.mark(part.switch, &c.key, c.verdict).data());
            // "new" and "new client" before "as before".
            marks.max().flatten().map_or(Value::Missing, Value::from)
        }));
        row
    };
    let shown = top.filter(|top| stops.len() > top.saturating_add(1)).unwrap_or(stops.len());
    let others = u64::try_from(stops.len().saturating_sub(shown)).unwrap_or(u64::MAX);
    let mut rows: Vec<_> = stops.iter().take(shown).map(row).collect();
    if others > 0 {
        let width = columns.len();
        let blanks = std::iter::repeat_n(Value::Missing, width.saturating_sub(1));
        rows.push(std::iter::once(Value::Others(others)).chain(blanks).collect());
    }
    (!stops.is_empty()).then_some(Table { columns, rows, totals: Vec::new(), ruled: true })
}

/// "KMBT-C258 [10.1.4.20] +3 more": of the clients that decide, the one with the most messages.
fn clients(subject: &Subject<'_>, account: &Account<'_>) -> Sentence {
    let addresses: BTreeSet<_> = account.deciding().map(|client| client.key.client).collect();
    let mut line = account
        .deciding()
        .max_by_key(|client| size(client))
        .map_or_else(Vec::new, |c| device(subject, c.key.client));
    let more = addresses.len().saturating_sub(1);
    line.extend((more > 0).then(|| Value::words(format!(" +{more} more"))));
    line
}

/// Most messages first, then the name.
fn size<'a>(client: &Judged<'a>) -> (u64, u64, std::cmp::Reverse<Key<'a>>) {
    (client.count.messages, client.count.sessions, std::cmp::Reverse(client.key))
}

/// What else the account uses, and how often it is seen: "TLS 1.2 from 10.1.2.11", "nothing; once a month".
fn besides(switch: Switch, account: &Account<'_>, count: &Use, newest: Option<i64>) -> Sentence {
    let own = account.deciding().map(|client| client.way).min().map(|way| label(switch, &way));
    let deciding: BTreeSet<_> = account.deciding().map(|client| client.key.client).collect();
    let mut others: BTreeMap<(Tls, &str), BTreeSet<Option<&[u8]>>> = BTreeMap::new();
    for client in account.clients.iter().chain(&account.hidden) {
        for way in client.ways.keys().filter(|way| Some(label(switch, way)) != own) {
            // The order is that of versions; of logins, there is one entry for each.
            let order = if switch == Switch::Tls12 { way.tls } else { Tls::None };
            others.entry((order, label(switch, way))).or_default().insert(client.key.client);
        }
    }
    let mut line: Sentence = Vec::new();
    for ((_, label), from) in others {
        line.extend((!line.is_empty()).then(|| "; ".into()));
        line.push(label.into());
        match from.iter().copied().collect::<Vec<_>>().as_slice() {
            all if all.iter().all(|client| deciding.contains(client)) => {
                line.push(if deciding.len() == 1 { ", same client".into() } else { ", same clients".into() });
            }
            [Some(one)] => line.extend([" from ".into(), Value::text(Some(one))]),
            many => line.push(Value::words(format!(" from {} clients", many.len()))),
        }
    }
    let silent = silent_days(count, newest).map(|days| Value::words(format!("silent {days} days: gone?")));
    let rhythm = if is_monthly(count) { Some("once a month".into()) } else { silent.clone() };
    if line.is_empty() && silent.is_none() {
        line.push("nothing".into());
    }
    if let Some(rhythm) = rhythm {
        line.extend((!line.is_empty()).then(|| "; ".into()));
        line.push(rhythm);
    }
    line
}

/// Seen twice or more, every time a month after the last time.
fn is_monthly(count: &Use) -> bool {
    let days: Vec<i64> = count.days.iter().copied().collect();
    let gaps = days.windows(2).filter_map(|pair| Some(pair.last()?.saturating_sub(*pair.first()?)));
    days.len() > 1 && gaps.into_iter().all(|gap| (25..=35).contains(&gap))
}

/// For how many days nobody was seen, if they are many.
fn silent_days(count: &Use, newest: Option<i64>) -> Option<i64> {
    let silent = days_since(newest?, *count.days.last()?);
    (silent >= SILENT && !(is_monthly(count) && silent <= 35)).then_some(silent)
}

/// What stands below the table of a switch.
fn lines(subject: &Subject<'_>, asked: &Asked, part: &Part<'_>) -> Vec<Sentence> {
    let mut lines = cannot_tell(part);
    lines.extend(new_untold(part, asked));
    lines.extend(in_clear(part));
    lines.extend(changed(subject, part));
    if part.silent > 0 {
        let mut line: Sentence = vec!["LEFT OUT  ".into()];
        line.extend(counted(part.silent, ACCOUNTS));
        let days = asked.seen_within.unwrap_or_default();
        line.push(Value::words(format!(" not seen in the last {days} days (--seen-within)")));
        lines.push(line);
    }
    let is_shown = |row: &[Value]| super::is_shown(subject, asked, row);
    let baseline = asked.baseline.as_ref();
    if !super::is_compared(part.switch, asked) {
        let what =
            "NOT COMPARED  the baseline does not say who stops here; one that does is made with --for ";
        lines.push(vec![Value::words(format!("{what}{}", part.switch.option()))]);
    }
    let gone = baseline.map(|baseline| baseline.gone_accounts(part, is_shown)).unwrap_or_default();
    if !gone.is_empty() {
        let mut line: Sentence = vec!["GONE  ".into()];
        line.extend(counted(u64::try_from(gone.len()).unwrap_or(u64::MAX), ACCOUNTS));
        line.push(" in the baseline, and not among those that stop here: ".into());
        line.extend(listed(gone, NAMED));
        lines.push(line);
    }
    lines
}

/// Those of whom it cannot be told, and whom the baseline does not have: all of them.
fn new_untold(part: &Part<'_>, asked: &Asked) -> Option<Sentence> {
    let new = part.of_verdict(Verdict::CannotTell).filter(|account| is_new(part, asked, account));
    let new: Vec<Value> = new.map(|account| named(account.name)).collect();
    if new.is_empty() {
        return None;
    }
    let mut line: Sentence = vec!["NEW  ".into()];
    line.extend(counted(u64::try_from(new.len()).unwrap_or(u64::MAX), ACCOUNTS));
    line.push(" of whom it cannot be told, and whom the baseline does not have: ".into());
    let all = new.len();
    line.extend(listed(new, all));
    Some(line)
}

/// Why, whether the log says nothing about TLS at all, and on which server.
type Untold<'a> = (Reason, bool, Option<&'a [u8]>);

/// Whose servers' logs do not tell, and what to switch on there.
fn cannot_tell(part: &Part<'_>) -> Vec<Sentence> {
    let mut untold: BTreeMap<Untold<'_>, BTreeSet<Option<&[u8]>>> = BTreeMap::new();
    for client in part.of_verdict(Verdict::CannotTell).flat_map(Account::deciding) {
        let key = (client.reason, client.way.is_unlogged, client.key.server);
        untold.entry(key).or_default().insert(client.key.account);
    }
    let line = |((reason, is_unlogged, server), accounts): (Untold<'_>, BTreeSet<_>)| {
        let mut line: Sentence = vec!["CANNOT TELL  ".into()];
        line.extend(counted(u64::try_from(accounts.len()).unwrap_or(u64::MAX), ACCOUNTS));
        if let Some(server) = server {
            line.extend([" on ".into(), Value::text(Some(server))]);
        }
        let (why, remedy) = why_untold(reason, is_unlogged);
        line.extend([" (".into(), why.into(), "): ".into()]);
        line.extend(names(accounts));
        line.extend([". ".into(), remedy.into()]);
        line
    };
    untold.into_iter().map(line).collect()
}

fn names<'a>(accounts: impl IntoIterator<Item = Option<&'a [u8]>>) -> Sentence {
    listed(accounts.into_iter().map(named).collect(), NAMED)
}

fn named(account: Option<&[u8]>) -> Value {
    account.map_or("not logged".into(), |name| Value::sender(Some(name)))
}

/// Why it cannot be told, and what makes it known.
fn why_untold(reason: Reason, is_unlogged: bool) -> (&'static str, &'static str) {
    match reason {
        Reason::TlsNotLogged if is_unlogged => {
            ("it logs no TLS versions", "To know next time, on it: postconf -e smtpd_tls_loglevel=1")
        }
        Reason::VersionNotLogged => (
            "it logs that TLS was used, not which version",
            "To know next time: postconf -e smtpd_tls_loglevel=1 (Postfix), log_selector = +tls_cipher (Exim)",
        ),
        Reason::ServerLimit => (
            "it never spoke anything newer with anybody: the server's limit",
            "Let it offer TLS 1.2, and look again",
        ),
        Reason::OtherMechanism => (
            "what it logs does not tell which mechanism it is",
            "Exim: names of authenticators such as plain, login, xoauth2 tell",
        ),
        Reason::MechanismNotLogged => {
            ("its log names no mechanism", "smtpauth inspect says what each log tells")
        }
        Reason::IntegratedOnline => {
            ("NTLM or Kerberos, which Exchange Online does not offer", "Look at the device itself")
        }
        Reason::TlsNotLogged | Reason::OldTls | Reason::NewTls | Reason::PasswordInClear => {
            ("its log does not tell the TLS version", "smtpauth inspect says what each log tells")
        }
        Reason::Basic | Reason::Modern | Reason::Integrated => {
            ("its log does not tell", "See smtpauth inspect")
        }
    }
}

/// Who logs in without TLS at all: no switch-off of versions stops that, which is worse.
fn in_clear(part: &Part<'_>) -> Option<Sentence> {
    let is_clear = |client: &Judged<'_>| client.ways.keys().any(|way| way.tls == Tls::None);
    let accounts: BTreeSet<_> = part
        .accounts
        .iter()
        .filter(|account| part.switch == Switch::Tls12 && account.clients.iter().any(is_clear))
        .map(|account| account.name)
        .collect();
    if accounts.is_empty() {
        return None;
    }
    let mut line: Sentence = vec!["PASSWORD IN CLEAR  ".into()];
    line.extend(counted(u64::try_from(accounts.len()).unwrap_or(u64::MAX), ACCOUNTS));
    line.push(" without TLS, which this does not stop: ".into());
    line.extend(names(accounts));
    Some(line)
}

/// Who has changed: "scan-hr used TLS 1.0 until 3 Oct, and since 4 Oct only newer versions: counts as ready".
fn changed(subject: &Subject<'_>, part: &Part<'_>) -> Vec<Sentence> {
    let newest = subject.newest_day();
    let date = |day: i64| Value::Date(day, newest.unwrap_or(day));
    let changed: Vec<_> = part
        .of_verdict(Verdict::Ready)
        .filter_map(|account| {
            let changes = || account.clients.iter().filter_map(|client| client.change);
            let (from, until) = (changes().map(|c| c.from).min()?, changes().map(|c| c.until).max()?);
            Some((account, from, until, changes().map(|c| c.since).max()?))
        })
        .collect();
    let mut lines: Vec<Sentence> = Vec::new();
    for (account, from, until, since) in changed.iter().take(NAMED) {
        let mut line: Sentence = vec!["CHANGED  ".into()];
        line.extend(names([account.name]));
        line.extend([" used ".into(), label(part.switch, from).into(), " until ".into(), date(*until)]);
        line.extend([" and no more since ".into(), date(*since), ": counts as ready".into()]);
        lines.push(line);
    }
    let more = changed.len().saturating_sub(NAMED);
    lines.extend(
        (more > 0).then(|| vec![Value::words(format!("CHANGED  {more} more (csv and json name them)"))]),
    );
    lines
}

/// What holds for all switches, and what comes next.
fn closing(subject: &Subject<'_>, asked: &Asked, parts: &[Part<'_>], findings: &Findings) -> Vec<Sentence> {
    let mut lines: Vec<Sentence> = Vec::new();
    if let Some(days) = short_of_days(subject) {
        let mut line: Sentence = vec!["These are ".into()];
        line.extend(counted(days, ("day", "days")));
        line.push(": who sends once a month may not be in them. Take 35 days of logs or more.".into());
        lines.push(line);
    }
    lines.extend(subject.about_halves());
    lines.extend(subject.about_online());
    lines.extend(subject.about_left_out());
    if asked.switches.is_empty() && parts.iter().all(|part| part.switch != Switch::Modern) {
        lines.push(vec![
            "Basic authentication: Exchange Online switches it off, your own servers do not; to ask for them too: \
             --for modern"
                .into(),
        ]);
    }
    let mut stopping = parts.iter().flat_map(|part| stopping(part, asked, subject.newest_day()));
    if let Some(first) = stopping.find_map(|(account, _)| account.name) {
        let mut next: Sentence = vec!["All about one of them: ".into()];
        next.extend(subject.command_about("sender", first));
        lines.push(next);
    }
    let asked_about = |switch: Switch| parts.iter().any(|part| part.switch == switch);
    for switch in [Switch::Tls12, Switch::Modern].into_iter().filter(|switch| !asked_about(*switch)) {
        if asked.baseline.as_ref().is_some_and(|baseline| baseline.judged(switch)) {
            let option = switch.option();
            lines.push(vec![Value::words(format!(
                "NOT COMPARED  the baseline also says who stops with --for {option}, which is not asked here"
            ))]);
        }
    }
    // A baseline compares all accounts.
    let is_all = subject.scope.only.is_empty() && subject.scope.condition.is_none();
    if asked.baseline.is_none() && is_all {
        let mut next: Sentence = vec!["To see next time what is new: ".into()];
        next.extend(subject.command("ready -o ready.json"));
        next.push(", then --baseline ready.json".into());
        lines.push(next);
    }
    lines.extend(exit(asked, findings));
    lines
}

//! `smtpauth ready`: who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off.
//!
//! Every client of an account has a verdict (`client`, by the table in `verdict`), an account the worst of its clients', and
//! `screen` says it to people.

pub mod baseline;
mod client;
mod exit;
mod screen;
mod verdict;

use super::cut::cut;
use super::device;
use super::findings::{FailOn, Findings};
use super::subject::Subject;
use super::value::Value;
use super::{Data, Half, Report};
use crate::map::Map;
use crate::submission::{Auth, EXCHANGE_ONLINE, Tls};
use crate::tally::{Row, Share};
use baseline::Baseline;
use client::{Judged, Key, Use, Way, Ways, judged};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
pub use verdict::Switch;
use verdict::{Server, Verdict};

/// Columns of the data; with a baseline, there is one more.
pub const COLUMNS: [&str; 17] = [
    "switch_off",
    "account",
    "server",
    "client",
    "client_name",
    "helo",
    "verdict",
    "reason",
    "tls",
    "auth",
    "messages",
    "sessions",
    "first_seen",
    "last_seen",
    "changed_on",
    "also_seen",
    "source",
];

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What is switched off; empty: TLS 1.0 and 1.1 everywhere, Basic in Exchange Online.
    pub switches: Vec<Switch>,
    /// Clients that were not seen within so many days back from the newest record are left out.
    pub seen_within: Option<i64>,
    /// What an earlier run found.
    pub baseline: Option<Baseline>,
    /// What makes the run fail.
    pub fail_on: Vec<FailOn>,
}

/// What is found for one switch.
struct Part<'a> {
    switch: Switch,
    /// The servers that take part.
    servers: BTreeSet<Option<&'a [u8]>>,
    accounts: Vec<Account<'a>>,
    /// Accounts of which every client was silent for too long.
    silent: u64,
}

/// An account and its clients.
struct Account<'a> {
    name: Option<&'a [u8]>,
    /// The worst of its clients'.
    verdict: Verdict,
    /// Those that are shown.
    clients: Vec<Judged<'a>>,
    /// Those that a condition leaves out. What they use is used besides.
    hidden: Vec<Judged<'a>>,
}

impl<'a> Account<'a> {
    /// The clients that decide.
    fn deciding(&self) -> impl Iterator<Item = &Judged<'a>> {
        self.clients.iter().filter(|client| client.verdict == self.verdict)
    }

    /// All that those did that decide.
    fn count(&self) -> Use {
        let mut count = Use::default();
        self.deciding().for_each(|client| count.merge(&client.count));
        count
    }
}

impl<'a> Part<'a> {
    /// Its accounts with a verdict, as far as a client is shown that decides so.
    fn of_verdict(&self, verdict: Verdict) -> impl Iterator<Item = &Account<'a>> {
        let is_it =
            move |account: &&Account<'a>| account.verdict == verdict && account.deciding().next().is_some();
        self.accounts.iter().filter(is_it)
    }

    fn count(&self, verdict: Verdict) -> u64 {
        u64::try_from(self.of_verdict(verdict).count()).unwrap_or(u64::MAX)
    }
}

/// Half of the view, and what it found.
pub fn report<'a>(
    subject: &Subject<'a>,
    asked: &Asked,
    top: Option<usize>,
    half: Half,
) -> (Report<'a>, Findings) {
    let mut parts = parts(subject, asked);
    let is_empty = parts.iter().all(|part| part.accounts.is_empty());
    parts.iter_mut().for_each(|part| part.keep_shown(subject, asked));
    let findings = Findings { is_empty, ..findings(&parts, asked) };
    let (sections, rows) = match half {
        Half::Screen => (screen::sections(subject, asked, &parts, &findings, top), Vec::new()),
        Half::Rows => (Vec::new(), rows(subject, asked, &parts, top)),
    };
    // A hundred thousand clients, each with a list of its own: all threads give them back.
    parts.into_par_iter().flat_map(|part| part.accounts).for_each(drop);
    let data = Data { columns: columns(asked.baseline.is_some()), rows: rows.into(), fields: None };
    (Report { command: "ready", sections, data }, findings)
}

/// The rows of the data.
fn rows(subject: &Subject<'_>, asked: &Asked, parts: &[Part<'_>], top: Option<usize>) -> Vec<Vec<Value>> {
    let baseline = asked.baseline.as_ref();
    let columns = columns(baseline.is_some());
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for part in parts {
        let mut clients: Vec<_> = part.accounts.iter().flat_map(|account| &account.clients).collect();
        if top.is_some_and(|top| top > 0) {
            // What is left out must not be what stops.
            clients.sort_by_key(|c| std::cmp::Reverse((c.verdict, c.count.messages, c.count.sessions)));
        }
        let clients = clients.into_iter().map(|client| data_row(subject, asked, part.switch, client));
        let gone = baseline.into_iter().flat_map(|baseline| baseline.gone_rows(part));
        let gone = gone.filter(|row| is_shown(subject, asked, row));
        rows.extend(cut(clients.chain(gone).collect(), &columns, "account", top));
    }
    rows
}

/// The columns of the data.
pub fn columns(has_baseline: bool) -> Vec<&'static str> {
    COLUMNS.into_iter().chain(has_baseline.then_some("baseline")).collect()
}

/// Whether the condition, if there is one, keeps a row of the data.
fn is_shown(subject: &Subject<'_>, asked: &Asked, row: &[Value]) -> bool {
    let columns = columns(asked.baseline.is_some());
    subject.scope.condition.is_none_or(|condition| condition.keeps(&columns, row))
}

impl Part<'_> {
    /// Accounts are judged by all that they do; a condition then chooses among the rows.
    fn keep_shown(&mut self, subject: &Subject<'_>, asked: &Asked) {
        for account in self.accounts.iter_mut().filter(|_| subject.scope.condition.is_some()) {
            let is_shown = |client: &Judged<'_>| {
                is_shown(subject, asked, &data_row(subject, asked, self.switch, client))
            };
            (account.clients, account.hidden) =
                std::mem::take(&mut account.clients).into_iter().partition(is_shown);
        }
    }
}

fn findings(parts: &[Part<'_>], asked: &Asked) -> Findings {
    // Who stops by two switches is one account.
    let sum = |verdict| {
        let names: BTreeSet<_> =
            parts.iter().flat_map(|part| part.of_verdict(verdict)).map(|a| a.name).collect();
        u64::try_from(names.len()).unwrap_or(u64::MAX)
    };
    let is_new = |part: &Part<'_>, account: &Account<'_>| {
        asked.baseline.as_ref().is_some_and(|b| b.is_new(part.switch, account.name, account.verdict))
    };
    let new = |part: &Part<'_>, least: Verdict| {
        let verdicts = [Verdict::CannotTell, Verdict::Stops].into_iter().filter(|verdict| *verdict >= least);
        let bad = verdicts.flat_map(|verdict| part.of_verdict(verdict));
        u64::try_from(bad.filter(|account| is_new(part, account)).count()).unwrap_or(u64::MAX)
    };
    let all_new = |least| parts.iter().map(|part| new(part, least)).fold(0, u64::saturating_add);
    Findings {
        stops: sum(Verdict::Stops),
        unknown: sum(Verdict::CannotTell),
        new: all_new(Verdict::CannotTell),
        new_stops: all_new(Verdict::Stops),
        is_not_compared: parts.iter().any(|part| !is_compared(part.switch, asked)),
        ..Findings::default()
    }
}

/// Whether the baseline, if there is one, says anything of this.
fn is_compared(switch: Switch, asked: &Asked) -> bool {
    asked.baseline.as_ref().is_none_or(|baseline| baseline.judged(switch))
}

fn parts<'a>(subject: &Subject<'a>, asked: &Asked) -> Vec<Part<'a>> {
    let is_default = asked.switches.is_empty();
    let switches = if is_default { &[Switch::Tls12, Switch::Modern][..] } else { &asked.switches };
    let parts = switches.par_iter().map(|switch| {
        // When Exchange Online switches Basic off, one's own servers go on as before.
        let is_online_only = is_default && *switch == Switch::Modern;
        part(subject, *switch, is_online_only, asked.seen_within)
    });
    parts.filter(|part| !is_default || part.switch == Switch::Tls12 || !part.servers.is_empty()).collect()
}

fn part<'a>(
    subject: &Subject<'a>,
    switch: Switch,
    is_online_only: bool,
    seen_within: Option<i64>,
) -> Part<'a> {
    // A trace that does not say who authenticated says nothing about who stops.
    let is_any = subject.is_marked() && (!is_online_only || subject.online.is_any());
    let is_asked = |row: &Row<'_>| !is_online_only || is_online(row.server);
    let judged = if is_any { judge_rows(subject, is_asked, switch) } else { Vec::new() };
    let servers = judged.iter().map(|client| client.key.server).collect();
    let oldest = seen_within.zip(subject.newest_day()).map(|(days, newest)| newest.saturating_sub(days));
    let is_silent = |client: &Judged<'_>| {
        let last = client.ways.values().filter_map(|used| used.days.last()).max();
        oldest.zip(last).is_some_and(|(oldest, last)| *last <= oldest)
    };
    let mut accounts: BTreeMap<Option<&[u8]>, Vec<Judged<'a>>> = BTreeMap::new();
    for client in judged {
        accounts.entry(client.key.account).or_default().push(client);
    }
    let mut part = Part { switch, servers, accounts: Vec::new(), silent: 0 };
    for (name, mut clients) in accounts {
        clients.retain(|client| !is_silent(client));
        match clients.iter().map(|client| client.verdict).max() {
            Some(verdict) => {
                part.accounts.push(Account { name, verdict, clients, hidden: Vec::new() });
            }
            None => part.silent = part.silent.saturating_add(1),
        }
    }
    part
}

/// What clients use, and the servers that speak TLS 1.2 or newer with any of them.
#[derive(Default)]
struct Found<'a> {
    clients: Map<Key<'a>, Ways>,
    newer: BTreeSet<Option<&'a [u8]>>,
}

impl<'a> Found<'a> {
    /// In these cells.
    fn of(subject: &Subject<'a>, rows: impl Iterator<Item = Row<'a>>) -> Self {
        let mut found = Self::default();
        rows.filter(|row| row.counts.messages > 0 || row.counts.sessions > 0).for_each(|row| {
            if matches!(row.tls, Tls::V1_2 | Tls::V1_3) {
                found.newer.insert(row.server);
            }
            let key = Key { account: row.login.or(row.sender), server: row.server, client: row.client };
            let is_unlogged = row.tls_counted == Tls::Unlogged;
            let way = Way { tls: row.tls, auth: Auth::of(row.mechanism), is_unlogged };
            let day = row.bucket.map(|bucket| subject.day_of(bucket));
            found.clients.entry(key).or_default().add(way, |used| used.add(&row, day));
        });
        found
    }

    /// What becomes of these clients, in their order.
    fn judged(
        self,
        subject: &Subject<'_>,
        newer: &BTreeSet<Option<&[u8]>>,
        switch: Switch,
    ) -> Vec<Judged<'a>> {
        // Compared once each, not once for every cell.
        let mut clients: BTreeMap<Key<'a>, Ways> = self.clients.into_iter().collect();
        let server = |name: Option<&[u8]>| Server {
            speaks_newer: is_online(name) || subject.table.speaks_newer_tls(name) || newer.contains(&name),
            is_online: is_online(name),
        };
        if switch == Switch::Tls12 {
            let online = clients.iter_mut().filter(|(key, _)| is_online(key.server));
            online.for_each(|(_, ways)| lend_sign_ins(ways));
            leave_out_sign_ins(&mut clients);
        }
        let judged =
            clients.into_iter().filter_map(|(key, ways)| judged(key, ways, switch, server(key.server)));
        judged.collect()
    }
}

/// What becomes of the clients that some cells are about: those of an account stand together, in their order. Each thread looks
/// after the accounts of its share.
fn judge_rows<'a>(
    subject: &Subject<'a>,
    is_asked: impl Fn(&Row<'a>) -> bool + Sync,
    switch: Switch,
) -> Vec<Judged<'a>> {
    let of = rayon::current_num_threads();
    let of_share = |number: usize| {
        let rows = subject.rows_of_share(Share { number, of });
        Found::of(subject, rows.filter(|row| is_asked(row)))
    };
    let found: Vec<Found<'a>> = (0..of).into_par_iter().map(of_share).collect();
    let newer = found.iter().flat_map(|found| &found.newer).copied().collect();
    found.into_par_iter().flat_map_iter(|found| found.judged(subject, &newer, switch)).collect()
}

/// A client that stops when TLS 1.0 and 1.1 are switched off, for other views.
#[derive(Clone, Copy, Debug)]
pub struct Stopping<'a> {
    /// Its address.
    pub client: Option<&'a [u8]>,
    /// The first day on which it used what goes, as far as the logs reach.
    pub since: Option<i64>,
}

/// Which of the clients that these cells are about stop.
pub fn stopping<'a>(subject: &Subject<'a>, rows: impl Iterator<Item = Row<'a>>) -> Vec<Stopping<'a>> {
    let found = Found::of(subject, rows);
    let newer = found.newer.clone();
    let judged = found.judged(subject, &newer, Switch::Tls12).into_iter();
    let stops = judged.filter(|client| subject.is_marked() && client.verdict == Verdict::Stops);
    stops.map(|c| Stopping { client: c.key.client, since: c.count.days.first().copied() }).collect()
}

fn data_row(subject: &Subject<'_>, asked: &Asked, switch: Switch, client: &Judged<'_>) -> Vec<Value> {
    let [hosts, helos] = device::names(subject, client.key.client);
    let seen = |pick: fn((i64, i64)) -> i64| {
        client.count.seen.map_or(Value::Missing, |seen| Value::Instant(pick(seen)))
    };
    let also: BTreeSet<&str> = client.ways.keys().map(|way| word(switch, way)).collect();
    let also: Vec<&str> = also.into_iter().filter(|word| *word != self::word(switch, &client.way)).collect();
    let mut row = vec![
        switch.data().into(),
        Value::sender(client.key.account),
        Value::text(client.key.server),
        Value::text(client.key.client),
        hosts,
        helos,
        client.verdict.data().into(),
        client.reason.data().into(),
        client.way.tls.data().into(),
        client.way.auth.data().into(),
        Value::Count(client.count.messages),
        Value::Count(client.count.sessions),
        seen(|(first, _)| first),
        seen(|(_, last)| last),
        client.change.map_or(Value::Missing, |change| Value::Day(change.since)),
        if also.is_empty() { Value::Missing } else { also.join(" ").into() },
        sources(&client.count).into(),
    ];
    let baseline = asked.baseline.as_ref();
    row.extend(baseline.map(|b| b.mark(switch, &client.key, client.verdict).value()));
    row
}

/// From where the numbers are.
fn sources(count: &Use) -> String {
    count.sources.iter().map(|source| source.label()).collect::<Vec<_>>().join(", ")
}

/// What a way is called in data, as far as a switch goes by it.
fn word(switch: Switch, way: &Way) -> &'static str {
    match switch {
        Switch::Tls12 => way.tls.data(),
        Switch::Modern => way.auth.data(),
    }
}

/// What a way is called in tables.
fn label(switch: Switch, way: &Way) -> &'static str {
    match switch {
        Switch::Tls12 => way.tls.label(),
        Switch::Modern => way.auth.label(),
    }
}

/// How many days of logs a monthly run needs to be seen.
const MONTHLY: i64 = 35;

/// The days of the window, if they are too few to have seen everybody.
fn short_of_days(subject: &Subject<'_>) -> Option<u64> {
    let (first, last) = subject.days()?;
    let days = last.saturating_sub(first).saturating_add(1);
    u64::try_from(days).ok().filter(|_| days < MONTHLY)
}

/// How many days lie between two of them.
fn days_since(newest: i64, last: i64) -> i64 {
    newest.saturating_sub(last).max(0)
}

/// A sign-in log knows no TLS version. Of a client whose messages are known it tells when it was seen, and nothing of TLS.
fn lend_sign_ins(ways: &mut Ways) {
    if ways.values().all(|used| used.messages == 0) {
        return;
    }
    let is_sign_in = |way: &Way, used: &Use| way.tls == Tls::Unknown && used.messages == 0;
    let mut sign_ins = Use::default();
    let all = ways.iter().filter(|(way, used)| is_sign_in(way, used));
    all.for_each(|(_, used)| sign_ins.merge(used));
    ways.retain(|way, used| !is_sign_in(way, used));
    ways.values_mut().filter(|used| used.is_undated).for_each(|used| used.see_with(&sign_ins));
}

/// Nor does it make unknown what a report knows of the account, whose messages are of no client where there are several.
fn leave_out_sign_ins<'a>(clients: &mut BTreeMap<Key<'a>, Ways>) {
    let has_messages = |ways: &Ways| ways.values().any(|used| used.messages > 0);
    let online = clients.iter().filter(|(key, ways)| is_online(key.server) && has_messages(ways));
    let known: BTreeSet<Option<&'a [u8]>> = online.map(|(key, _)| key.account).collect();
    clients.retain(|key, ways| {
        let is_sign_in = ways.iter().all(|(way, used)| way.tls == Tls::Unknown && used.messages == 0);
        !(is_online(key.server) && is_sign_in && known.contains(&key.account))
    });
}

/// Whether a server is Exchange Online, and not one's own.
fn is_online(server: Option<&[u8]>) -> bool {
    server == Some(EXCHANGE_ONLINE)
}

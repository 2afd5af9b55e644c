//! The table of cells.

mod any;
mod ordered;
mod whole;

pub use ordered::Cell;

use super::behaviour::{Behaviour, Days};
use super::buckets::{Buckets, Cells};
use super::cell::{Bucket, Dims, Key, UNDATED, Unit};
use super::clients::ClientNames;
use super::evidence::Evidence;
use super::filter::Filter;
use super::names::{NameId, Names};
use crate::event::is_same;
use crate::join::Apart;
use crate::map::Map;
use crate::submission::{Basis, ClientName, Counts, EXCHANGE_ONLINE, Fact, Sink, Submission, Tls};
use crate::time::Clock;
use crate::time::window::Span;
use crate::time::zone::{day_of, hour_of};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What decides how submissions become cells; the same for every piece of a run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Zones.
    pub clock: Clock,
    /// Dimensions of cells.
    pub dims: Dims,
    /// Length of buckets.
    pub unit: Unit,
    /// How many buckets back from the newest record can be shown, that one included; `None`: all.
    pub reach: Option<i64>,
    /// What is counted.
    pub filter: Filter,
    /// What accounts do in a day is kept too.
    pub behaviour: bool,
}

/// A line of TLS evidence that was told: server, service, day.
type Told = (Box<[u8]>, Box<[u8]>, i64);

/// How many of them are remembered.
const TOLD: usize = 8;

/// A table of cells, or a piece of one.
#[derive(Clone, Debug)]
pub struct Table {
    plan: Arc<Plan>,
    clock: Clock,
    names: Names,
    buckets: Buckets,
    clients: Map<NameId, ClientNames>,
    /// When which service logged TLS.
    pub evidence: Evidence,
    /// What accounts do, where the plan asks for it.
    behaviour: Option<Behaviour>,
    /// Servers, services and days of TLS lines that were told lately: the next line is nearly always about one of them.
    told: Vec<Told>,
    /// Servers whose logs hold messages, in whatever window and of whomever; the empty name where no server is named.
    message_servers: BTreeSet<Box<[u8]>>,
    /// The server of the message last told: nearly always that of the next one.
    last_message_server: Option<Box<[u8]>>,
    /// On which days a server spoke TLS 1.2 or newer with anybody, whoever is counted.
    newer: Evidence,
    /// The server and day last told of that.
    last_newer: Option<(Box<[u8]>, i64)>,
    /// What found no other half where exported cells were counted.
    apart: Apart,
    /// What was ever counted.
    ever: any::Ever,
    /// Buckets before this one are out of reach.
    floor: Bucket,
    /// The client of the submission that comes next goes by a name that the filter keeps.
    is_named: bool,
    scratch: Vec<u8>,
}

/// One of so many shares of the accounts.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// Which one, from 0 on.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Share {
    fn has(self, account: NameId) -> bool {
        any::index(account).checked_rem(self.of) == Some(self.number)
    }
}

/// A cell, with its names and its TLS settled.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    /// Days or hours since 1970; `None` without days.
    pub bucket: Option<Bucket>,
    /// Server.
    pub server: Option<&'t [u8]>,
    /// Service on it.
    pub service: Option<&'t [u8]>,
    /// Envelope sender; empty is the null sender.
    pub sender: Option<&'t [u8]>,
    /// Login.
    pub login: Option<&'t [u8]>,
    /// Address of the client.
    pub client: Option<&'t [u8]>,
    /// SASL mechanism.
    pub mechanism: Option<&'t [u8]>,
    /// TLS, settled.
    pub tls: Tls,
    /// TLS as counted: [`Tls::Unlogged`] where the settled value follows from the evidence.
    pub tls_counted: Tls,
    /// How sure.
    pub basis: Basis,
    /// What was counted.
    pub counts: &'t Counts,
}

impl Table {
    /// An empty table.
    pub fn new(plan: Arc<Plan>) -> Self {
        Self {
            clock: plan.clock,
            behaviour: plan.behaviour.then(Behaviour::default),
            plan,
            names: Names::default(),
            buckets: Buckets::default(),
            clients: Map::default(),
            evidence: Evidence::default(),
            told: Vec::new(),
            message_servers: BTreeSet::new(),
            last_message_server: None,
            newer: Evidence::default(),
            last_newer: None,
            apart: Apart::default(),
            ever: any::Ever::default(),
            floor: i64::MIN,
            is_named: false,
            scratch: Vec::new(),
        }
    }

    /// Length of its buckets.
    pub fn unit(&self) -> Unit {
        self.plan.unit
    }

    /// The newest record is at least this late: what falls out of reach is dropped. As the newest only grows, a bucket
    /// that a piece drops is dropped by the whole.
    pub fn advance(&mut self, newest: i64) {
        let Some(reach) = self.plan.reach else { return };
        let bucket = self.bucket(newest);
        let floor = bucket.saturating_sub(reach).saturating_add(1);
        if floor > self.floor {
            self.floor = floor;
            self.buckets.retain(|bucket| bucket >= floor || bucket == UNDATED);
        }
    }

    fn bucket(&mut self, instant: i64) -> Bucket {
        self.plan.unit.bucket(self.clock.wall(instant))
    }

    /// The bucket of a submission, given in wall seconds. Where nobody asks for days, most cells need none, and fewer are to be
    /// merged and summed up.
    fn bucket_of(&self, submission: &Submission<'_>, wall: i64) -> Bucket {
        // By the day it is decided what an unlogged session means, and which export of Exchange Online counts.
        let is_settled = submission.tls() != Tls::Unlogged && submission.server != Some(EXCHANGE_ONLINE);
        if !self.plan.dims.time && is_settled { UNDATED } else { self.plan.unit.bucket(wall) }
    }

    fn key(&mut self, submission: &Submission<'_>) -> Key {
        let dims = self.plan.dims;
        let tls = submission.tls();
        // What an unlogged session means depends on its server, and whether a session counts beside messages too.
        let is_session = submission.counted().sessions > 0;
        // Which export of Exchange Online counts is decided for each account, and one lends another its addresses.
        let online = submission.server == Some(EXCHANGE_ONLINE);
        let asks_server = dims.server || tls == Tls::Unlogged || is_session || online;
        // Sessions have no sender: where senders are asked for, who logged in stands for it.
        let asks_login = dims.login || (dims.sender && submission.sender.is_none()) || online;
        let wanted = |is_wanted: bool, name| if is_wanted { name } else { None };
        let (names, scratch) = (&mut self.names, &mut self.scratch);
        let mut id = |name: Option<&[u8]>| name.map_or(0, |name| names.id(name));
        let server = wanted(asks_server, submission.server);
        let (server, service) = (id(server), id(wanted(asks_server, submission.service)));
        let mechanism = id(wanted(dims.mechanism, submission.mechanism.as_deref()));
        let mut folded = |name: Option<&[u8]>| name.map_or(0, |name| names.id_folded(name, scratch));
        let sender = wanted(dims.sender || online, submission.sender);
        let login = wanted(asks_login, submission.login);
        let sender_id = folded(sender);
        // Most people send under the name with which they log in: it is looked for once.
        let is_one = sender.zip(login).is_some_and(|(sender, login)| is_same(sender, login));
        Key {
            server,
            service,
            sender: sender_id,
            login: if is_one { sender_id } else { folded(login) },
            client: folded(wanted(dims.client || online, submission.client)),
            mechanism,
            tls,
            basis: submission.basis,
        }
    }

    /// Adds another piece of the same run: commutative and associative. So the smaller one is added to the larger.
    pub fn merge(&mut self, mut other: Self) {
        if self.buckets.len() < other.buckets.len() {
            std::mem::swap(self, &mut other);
        }
        let ids = self.names.adopt(&other.names);
        let renamed = |id| ids.get(any::index(id)).copied().unwrap_or(0);
        self.floor = self.floor.max(other.floor);
        let Self { buckets, clients, behaviour, .. } = self;
        let merge_buckets = || buckets.merge(other.buckets, |key| key.renamed(&ids));
        let merge_others = || {
            for (client, names) in other.clients {
                clients.entry(renamed(client)).or_default().merge(&names);
            }
            if let (Some(mine), Some(theirs)) = (behaviour, other.behaviour) {
                mine.merge(theirs, renamed);
            }
        };
        rayon::join(merge_others, merge_buckets);
        self.evidence.merge(&other.evidence);
        self.message_servers.extend(other.message_servers);
        self.newer.merge(&other.newer);
        self.apart.add(other.apart);
        self.ever.merge(other.ever);
        let floor = self.floor;
        self.buckets.retain(|bucket| bucket >= floor || bucket == UNDATED);
    }

    /// After the last merge: drops what lies before the first or behind the last day that can be shown (days since 1970, in
    /// the zone that is shown). Else a report would depend on whether the files of other days lie beside those it needs.
    pub fn clip(&mut self, first: Option<i64>, last: Option<i64>) {
        let unit = self.plan.unit.seconds();
        self.buckets.retain(|bucket| {
            let day = day_of(bucket.saturating_mul(unit));
            let is_shown = first.is_none_or(|first| day >= first) && last.is_none_or(|last| day <= last);
            bucket == UNDATED || is_shown
        });
        self.evidence.clip(first, last);
        self.newer.clip(first, last);
        self.behaviour.iter_mut().for_each(|behaviour| behaviour.clip(last));
    }

    /// Then: a login that never succeeded is a name that a stranger made up, so its failures are kept as a count per client
    /// only.
    pub fn forget_strangers(&mut self) {
        self.behaviour.iter_mut().for_each(Behaviour::forget_strangers);
        let succeeded = |counts: &Counts| counts.messages > 0 || counts.sessions > 0;
        let cells = || self.buckets.iter().flat_map(|(_, cells)| cells);
        // Most logs that are no session logs hold no failures.
        if cells().all(|(_, counts)| succeeded(counts)) {
            return;
        }
        let logins = |mut known: Vec<bool>, (_, cells): (Bucket, &Cells)| {
            let cells = cells.iter().filter(|(_, counts)| succeeded(counts));
            cells.for_each(|(key, _)| any::set(&mut known, key.login));
            known
        };
        let known = self.buckets.par_iter().fold(|| self.flags(), logins);
        let mut known = known.reduce(|| self.flags(), any::either);
        // Nobody's failures are kept as they are.
        any::set(&mut known, 0);
        let is_strange = |key: &Key| known.get(any::index(key.login)) == Some(&false);
        // Nobody is who was asked for.
        let is_asked = self.plan.filter.asks_for_login();
        self.buckets.par_iter_mut().for_each(|cells| {
            let strange: Vec<Key> = cells.keys().filter(|key| is_strange(key)).copied().collect();
            for key in strange {
                let Some(counts) = cells.swap_remove(&key).filter(|_| !is_asked) else { continue };
                cells.entry(Key { login: 0, ..key }).or_insert(Counts::ZERO).add(&counts);
            }
        });
    }

    /// The cells of a span of time, in no order.
    pub fn rows(&self, span: Span) -> impl Iterator<Item = Row<'_>> {
        self.rows_where(span, |_, _| true)
    }

    /// A share of them, for one of several threads: what an account did is in the same share.
    pub fn rows_of_share(&self, span: Span, share: Share) -> impl Iterator<Item = Row<'_>> {
        self.rows_where(span, move |key, _| share.has(if key.login == 0 { key.sender } else { key.login }))
    }

    /// Some of them.
    fn rows_where(
        &self,
        span: Span,
        is_wanted: impl Fn(&Key, &Counts) -> bool + Copy,
    ) -> impl Iterator<Item = Row<'_>> {
        let cells = self.cells(span).filter(move |(_, key, counts)| is_wanted(key, counts));
        cells.map(|(bucket, key, counts)| self.row(bucket, key, counts))
    }

    fn cells(&self, span: Span) -> impl Iterator<Item = (Bucket, &Key, &Counts)> {
        let buckets = self.buckets.iter().filter(move |(bucket, _)| self.is_in(*bucket, span));
        buckets.flat_map(move |(bucket, cells)| of_bucket(bucket, cells, span))
    }

    /// Whether a bucket lies in a span of time. One that the window cuts holds only what lies in the window: that was filtered
    /// before it was counted.
    fn is_in(&self, bucket: Bucket, span: Span) -> bool {
        let start =
            |bucket: Bucket| self.plan.clock.shown.instant(bucket.saturating_mul(self.plan.unit.seconds()));
        let begins_before_end = || span.until.is_none_or(|until| start(bucket) < until);
        let ends_after_start = || span.since.is_none_or(|since| start(bucket.saturating_add(1)) > since);
        bucket == UNDATED || (begins_before_end() && ends_after_start())
    }

    fn row<'t>(&'t self, bucket: Bucket, key: &Key, counts: &'t Counts) -> Row<'t> {
        let name = |id| self.names.name(id);
        let (server, service) = (name(key.server), name(key.service));
        let dated = (bucket != UNDATED).then_some(bucket);
        let tls = match key.tls {
            Tls::Unlogged => {
                let day = dated.map_or(i64::MIN, |bucket| bucket.saturating_mul(self.plan.unit.seconds()));
                self.evidence.settle(server.unwrap_or_default(), service.unwrap_or_default(), day_of(day))
            }
            tls => tls,
        };
        Row {
            bucket: dated,
            server,
            service,
            sender: name(key.sender),
            login: name(key.login),
            client: name(key.client),
            mechanism: name(key.mechanism),
            tls,
            tls_counted: key.tls,
            basis: key.basis,
            counts,
        }
    }

    /// What accounts do, in the order of their names; of none unless the plan asks for it.
    pub fn accounts(&self) -> Vec<(&[u8], &Days)> {
        let all = self.behaviour.iter().flat_map(Behaviour::accounts);
        let mut accounts: Vec<_> = all.filter_map(|(id, days)| Some((self.names.name(id)?, days))).collect();
        accounts.sort_unstable_by_key(|(name, _)| *name);
        accounts
    }

    /// The names of a client.
    pub fn client_names(&self, client: &[u8]) -> Option<&ClientNames> {
        self.clients.get(&self.names.find(client)?)
    }

    /// Whether the logs of a server hold messages at all, be it outside of the window; else they hold sessions only.
    pub fn has_messages_of(&self, server: Option<&[u8]>) -> bool {
        self.message_servers.contains(server.unwrap_or_default())
    }

    /// Whether a server spoke TLS 1.2 or newer with anybody on a day that can be shown, whoever is counted; told only where
    /// servers are asked for.
    pub fn speaks_newer_tls(&self, server: Option<&[u8]>) -> bool {
        self.newer.has(server.unwrap_or_default(), b"")
    }

    /// What found no other half where exported cells were counted.
    pub fn apart(&self) -> Apart {
        self.apart
    }

    fn see_newer_tls(&mut self, server: &[u8], at: i64) {
        let day = day_of(self.clock.wall(at));
        let is_told = |(host, on): &(Box<[u8]>, i64)| *on == day && **host == *server;
        if !self.last_newer.as_ref().is_some_and(is_told) {
            self.newer.add(server, b"", day);
            self.last_newer = Some((server.into(), day));
        }
    }

    fn name_client(&mut self, submission: &Submission<'_>) {
        let Some(client) = submission.client.filter(|_| self.plan.dims.client_names) else { return };
        submission.client_name.into_iter().for_each(|name| self.client_name(client, ClientName::Host(name)));
        submission.helo.into_iter().for_each(|name| self.client_name(client, ClientName::Helo(name)));
    }

    fn see_message_of(&mut self, server: &[u8]) {
        if !self.last_message_server.as_deref().is_some_and(|last| is_same(last, server)) {
            self.message_servers.insert(server.into());
            self.last_message_server = Some(server.into());
        }
    }
}

/// The cells of a bucket that were counted in a span of time: what was counted without days may have been counted for some.
fn of_bucket(bucket: Bucket, cells: &Cells, span: Span) -> impl Iterator<Item = (Bucket, &Key, &Counts)> {
    let overlaps = move |(first, last): (i64, i64)| {
        span.until.is_none_or(|until| first < until) && span.since.is_none_or(|since| last >= since)
    };
    let is_counted = move |counts: &Counts| bucket != UNDATED || counts.seen.is_none_or(overlaps);
    let cells = cells.iter().filter(move |(_, counts)| is_counted(counts));
    cells.map(move |(key, counts)| (bucket, key, counts))
}

impl Sink for Table {
    fn submission(&mut self, submission: &Submission<'_>) {
        if submission.counts.is_some_and(|counts| counts.messages > 0) {
            self.see_message_of(submission.server.unwrap_or_default());
        }
        if self.plan.dims.server
            && matches!(submission.tls, Some(Tls::V1_2 | Tls::V1_3))
            && let Some(at) = submission.time
        {
            self.see_newer_tls(submission.server.unwrap_or_default(), at);
        }
        let is_named = std::mem::take(&mut self.is_named);
        if !self.plan.filter.keeps(submission, is_named) {
            return;
        }
        let mut counts = *submission.counted();
        let bucket = match submission.time {
            None => UNDATED,
            Some(instant) => {
                let wall = self.clock.wall(instant);
                counts.seen = counts.seen.or(Some((instant, instant)));
                if counts.hours == 0 {
                    counts.hours = 1_u32.checked_shl(hour_of(wall)).unwrap_or(0);
                }
                // What an account does is judged as each export tells it: nothing is lent there.
                let is_own = || self.plan.filter.clients.keep(submission, is_named);
                if let Some(behaviour) = self.behaviour.as_mut().filter(|_| is_own()) {
                    behaviour.add(&mut self.names, submission, &counts, day_of(wall));
                }
                self.bucket_of(submission, wall)
            }
        };
        // Names are told whenever they were heard: else it would matter what was read first.
        self.name_client(submission);
        if bucket < self.floor && bucket != UNDATED {
            return;
        }
        let key = self.key(submission);
        self.ever.add(&key, &counts);
        self.buckets.add(bucket, key, &counts);
    }

    fn tls_logged(&mut self, server: &[u8], service: &[u8], at: i64) {
        let day = day_of(self.clock.wall(at));
        let is_told = |(host, name, on): &Told| *on == day && **name == *service && **host == *server;
        if !self.told.iter().any(is_told) {
            self.evidence.add(server, service, day);
            self.told.truncate(TOLD.saturating_sub(1));
            self.told.insert(0, (server.into(), service.into(), day));
        }
    }

    fn client_name(&mut self, client: &[u8], name: ClientName<'_>) {
        if let ClientName::Host(name) | ClientName::Helo(name) = name {
            self.is_named |= self.plan.filter.clients.have(name);
        }
        if self.plan.dims.client_names {
            let id = self.names.id_folded(client, &mut self.scratch);
            self.clients.entry(id).or_default().add(name);
        }
    }

    fn fact(&mut self, server: &[u8], fact: Fact) {
        let none = Apart::default();
        match fact {
            Fact::NewerTls(at) if self.plan.dims.server => self.see_newer_tls(server, at),
            Fact::NewerTls(_) => {}
            Fact::Messages => self.see_message_of(server),
            Fact::WithoutHub(count) => self.apart.add(Apart { sessions_without_hub: count, ..none }),
            Fact::WithoutFront(count) => self.apart.add(Apart { messages_without_front: count, ..none }),
            Fact::OnlyTracked(count) => self.apart.add(Apart { only_tracked: count, ..none }),
        }
    }
}

//! What was typed for `smtpauth sender WHO`, and what in the logs it means: a name exactly, else what it is a part of.

use crate::report::subject::Subject;
use crate::tally::Row;
use crate::tally::pattern::address_of;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// What a name is. The order is that of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The user name that authenticated.
    Login,
    /// The envelope sender.
    Sender,
    /// The address of a client.
    Client,
    /// Its host name, by reverse lookup.
    Host,
    /// What it called itself.
    Helo,
    /// A network of clients.
    Network,
}

impl Kind {
    /// The word for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Client => "client address",
            Self::Host => "host name",
            Self::Helo => "EHLO name",
            Self::Network => "network",
        }
    }

    /// It is about clients, not about who sends.
    pub fn is_of_client(self) -> bool {
        matches!(self, Self::Client | Self::Host | Self::Helo | Self::Network)
    }
}

/// What it means in these logs.
#[derive(Clone, Debug)]
pub enum Meaning<'a> {
    /// These kinds of name, all spelled like this.
    Exactly(Exact<'a>),
    /// Names of which it is a part.
    PartOf(Parts<'a>),
}

/// Several names, each with its kind and, of names of clients, the addresses behind it.
#[derive(Clone, Debug, Default)]
pub struct Parts<'a> {
    /// The names.
    pub names: BTreeSet<(Kind, &'a [u8])>,
    clients: BTreeMap<&'a [u8], BTreeSet<(Kind, &'a [u8])>>,
}

impl<'a> Parts<'a> {
    /// Whether a cell is about any of them.
    pub fn holds(&self, row: &Row<'a>) -> bool {
        self.of(row).next().is_some()
    }

    /// The names that a cell is about.
    pub fn of(&self, row: &Row<'a>) -> impl Iterator<Item = (Kind, &'a [u8])> {
        let own = [(Kind::Login, row.login), (Kind::Sender, row.sender)];
        let own = own.into_iter().filter_map(|(kind, name)| Some((kind, name?)));
        let own = own.filter(|name| self.names.contains(name));
        own.chain(row.client.and_then(|client| self.clients.get(client)).into_iter().flatten().copied())
    }
}

/// One name, which may be login, sender and more at once.
#[derive(Clone, Debug, Default)]
pub struct Exact<'a> {
    /// What it is.
    pub kinds: BTreeSet<Kind>,
    /// Logins that are meant: those of this name, and those that sent as this sender.
    logins: BTreeSet<&'a [u8]>,
    senders: BTreeSet<&'a [u8]>,
    clients: BTreeSet<&'a [u8]>,
    /// Logins of which only what has no sender belongs here: sessions and failures.
    besides: BTreeSet<&'a [u8]>,
}

impl<'a> Exact<'a> {
    /// Whether a cell is about it.
    pub fn holds(&self, row: &Row<'a>) -> bool {
        let is_in = |set: &BTreeSet<&[u8]>, name: Option<&[u8]>| name.is_some_and(|name| set.contains(name));
        is_in(&self.logins, row.login)
            || is_in(&self.senders, row.sender)
            || is_in(&self.clients, row.client)
            || (row.sender.is_none() && is_in(&self.besides, row.login))
    }

    fn add(&mut self, kind: Kind, name: &'a [u8]) {
        self.kinds.insert(kind);
        let set = match kind {
            Kind::Login => &mut self.logins,
            Kind::Sender => &mut self.senders,
            Kind::Client | Kind::Host | Kind::Helo | Kind::Network => &mut self.clients,
        };
        set.insert(name);
    }
}

/// Every name that the cells have, with its kind; for names of clients, with the address too.
fn names<'a>(subject: &Subject<'a>) -> BTreeSet<(Kind, &'a [u8], &'a [u8])> {
    let mut names = BTreeSet::new();
    let table = subject.table;
    for row in subject.rows() {
        names.extend(row.login.map(|name| (Kind::Login, name, name)));
        names.extend(row.sender.map(|name| (Kind::Sender, name, name)));
        if let Some(client) = row.client.filter(|client| names.insert((Kind::Client, client, client))) {
            let known = table.client_names(client);
            let hosts = known.iter().flat_map(|names| names.hosts.iter());
            names.extend(hosts.map(|name| (Kind::Host, name, client)));
            let helos = known.iter().flat_map(|names| names.helos.iter());
            names.extend(helos.map(|name| (Kind::Helo, name, client)));
        }
    }
    names
}

/// What was typed means this, if anything.
pub fn meaning<'a>(subject: &Subject<'a>, typed: &str) -> Option<Meaning<'a>> {
    let names = names(subject);
    if let Ok(network) = typed.parse::<IpNet>() {
        let mut exact = Exact::default();
        let in_it = |client: &[u8]| address_of(client).is_some_and(|address| network.contains(&address));
        let clients = names.iter().filter(|(kind, name, _)| *kind == Kind::Client && in_it(name));
        clients.for_each(|(_, name, _)| exact.add(Kind::Network, name));
        return (!exact.kinds.is_empty()).then_some(Meaning::Exactly(exact));
    }
    let wanted = if typed == "<>" { "" } else { typed };
    let address = address_of(typed.as_bytes());
    let is_it = |kind: Kind, name: &[u8]| {
        let is_address = kind == Kind::Client && address.is_some() && address == address_of(name);
        is_address || name.eq_ignore_ascii_case(wanted.as_bytes())
    };
    exactly(subject, &names, &is_it).map(Meaning::Exactly).or_else(|| part_of(subject, &names, typed))
}

fn exactly<'a>(
    subject: &Subject<'a>,
    names: &BTreeSet<(Kind, &'a [u8], &'a [u8])>,
    is_it: &dyn Fn(Kind, &[u8]) -> bool,
) -> Option<Exact<'a>> {
    let mut exact = Exact::default();
    for (kind, name, own) in names.iter().filter(|(kind, name, _)| is_it(*kind, name)) {
        exact.add(*kind, if kind.is_of_client() { own } else { name });
    }
    // What a sender's logins did without a sender, sessions and failures, is part of the story.
    let rows = subject.rows().filter(|row| row.sender.is_some_and(|sender| exact.senders.contains(sender)));
    let besides: BTreeSet<&[u8]> = rows.filter_map(|row| row.login).collect();
    exact.besides = besides;
    (!exact.kinds.is_empty()).then_some(exact)
}

fn part_of<'a>(
    subject: &Subject<'a>,
    names: &BTreeSet<(Kind, &'a [u8], &'a [u8])>,
    typed: &str,
) -> Option<Meaning<'a>> {
    let part = typed.to_ascii_lowercase();
    let has = |name: &[u8]| memchr::memmem::find(&name.to_ascii_lowercase(), part.as_bytes()).is_some();
    let found: Vec<_> = names.iter().filter(|(_, name, _)| !part.is_empty() && has(name)).collect();
    let different: BTreeSet<Vec<u8>> = found.iter().map(|(_, name, _)| name.to_ascii_lowercase()).collect();
    match different.first() {
        None => None,
        Some(only) if different.len() == 1 => {
            let is_it = |_: Kind, name: &[u8]| name.eq_ignore_ascii_case(only);
            exactly(subject, names, &is_it).map(Meaning::Exactly)
        }
        Some(_) => {
            let mut parts = Parts {
                names: found.iter().map(|(kind, name, _)| (*kind, *name)).collect(),
                ..Parts::default()
            };
            for (kind, name, client) in found.iter().filter(|(kind, _, _)| kind.is_of_client()) {
                parts.clients.entry(client).or_default().insert((*kind, name));
            }
            Some(Meaning::PartOf(parts))
        }
    }
}

//! Front end and hub of Exchange Server: the front end knows who logged in, over which TLS and from where, and hands the
//! session over; the hub knows the messages. The hub's XPROXY names the front end's session, and so does the front end's
//! send log.
//!
//! Both halves begin within [`HORIZON`] of each other, whatever the order of the files: whichever comes first waits.

use super::HORIZON;
use crate::event::{SessionKey, Text, own};
use crate::map::Map;
use crate::submission::Place;
use crate::turn::{Peer, Proxied, Record, Relayed};
use core::net::IpAddr;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Seconds between a connection of the front end's send log and the same one in the hub's log: no port is used again within
/// that time (RFC 9293 section 3.6.1), and clocks that somebody keeps differ by less.
const SAME_CONNECTION: i64 = 120;

/// The same for clocks that nobody keeps: in a domain, servers whose clocks differ by more than 5 minutes do not let each other
/// in (the default of Kerberos), and a minute for the words before the row.
const SAME_DOMAIN: i64 = 360;

/// A session of a client that logged in at this server.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// Its session id.
    pub session: Text<'a>,
    /// The client's end.
    pub client: Peer<'a>,
    /// The server's address, as the client knows it.
    pub own_address: Text<'a>,
    /// The server handed it over to a hub.
    pub is_front_end: bool,
    /// What is known of it; its time is that of the login.
    pub record: Record<'a>,
}

/// How a hub's session leads to its front end.
#[derive(Clone, Debug)]
pub enum Way<'a> {
    /// It named the session.
    Session(Box<Proxied<'a>>),
    /// It named none.
    Connection {
        /// The front end's end of the connection, which its send log may name.
        from: Peer<'a>,
        /// Even if no send log names it, it is likely a client's.
        is_likely: bool,
    },
}

/// A message or session of a hub that waits for its front end.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// How to find it.
    pub way: Way<'a>,
    /// When the hub's session (or its XPROXY) began.
    pub begun: i64,
    /// Where it said for whom it speaks.
    pub said: Place,
    /// The send log of a front end names its connection.
    pub is_relayed: bool,
    /// The hub's session.
    pub session: SessionKey<'a>,
    /// What was found for an earlier message of the same session.
    pub front: Front,
    /// The name by which message tracking knows the message.
    pub context: Option<Text<'a>>,
    /// What the hub knows.
    pub record: Record<'a>,
}

/// What is known of the front end's part of a proxied session.
#[derive(Clone, Debug, Default)]
pub enum Front {
    /// Not looked for, or it may still come.
    #[default]
    Open,
    /// This one.
    Found(Arc<Record<'static>>),
    /// It is not in the logs.
    Missing,
}

/// An ask that waited, and what was found for it.
pub type Found = (Ask<'static>, Front);

/// A session that was offered, in the ordered stage.
#[derive(Clone, Debug)]
struct Known {
    session: Text<'static>,
    client: Peer<'static>,
    own_address: Text<'static>,
    /// The server handed it over to a hub.
    is_front_end: bool,
    /// A hub has to speak of it: nobody has yet.
    is_awaited: bool,
    record: Arc<Record<'static>>,
}

/// What waits for its other half.
#[derive(Debug, Clone, Default)]
pub struct Links {
    offers: Map<Text<'static>, Vec<Known>>,
    /// Rows of send logs, by the connection and by the session that it carries.
    relayed: Map<Peer<'static>, Vec<Relayed<'static>>>,
    carried: Map<Text<'static>, Vec<Relayed<'static>>>,
    by_session: Map<Text<'static>, Vec<Ask<'static>>>,
    by_connection: Map<Peer<'static>, Vec<Ask<'static>>>,
    held: usize,
    /// How many of them are sessions that were offered.
    offered: usize,
}

impl Links {
    /// How many sessions are known in case that a hub speaks of them.
    pub fn offered(&self) -> usize {
        self.offered
    }

    /// How much waits.
    pub fn len(&self) -> usize {
        self.held
    }

    /// Takes in a front end's session; what waited for it.
    pub fn offer(&mut self, offer: Offer<'_>) -> Vec<Found> {
        let Offer { session, client, own_address, is_front_end, record } = offer.own();
        let record = Arc::new(record);
        let is_awaited = is_front_end;
        let mut known = Known { session, client, own_address, is_front_end, is_awaited, record };
        let mut found = Vec::new();
        if let Some(asks) = self.by_session.get_mut(&known.session) {
            found.extend(take(asks, |ask| fits(ask, &known)));
        }
        let relayed = self.carried.get(&known.session).into_iter().flatten();
        for relayed in relayed.filter(|relayed| is_same_server(relayed, &known)) {
            if let Some(asks) = self.by_connection.get_mut(&relayed.from) {
                found.extend(take(asks, |ask| is_same_connection(ask, relayed) && is_near(ask, &known)));
            }
        }
        known.is_awaited &= found.is_empty();
        self.offered = self.offered.saturating_add(1);
        self.held = self.held.saturating_add(1).saturating_sub(found.len());
        let front = Front::Found(Arc::clone(&known.record));
        self.offers.entry(known.session.clone()).or_default().push(known);
        found.into_iter().map(|ask| (ask, front.clone())).collect()
    }

    /// Takes in a row of a front end's send log; what waited for it.
    pub fn relay(&mut self, relayed: Relayed<'static>) -> Vec<Found> {
        let mut answers = Vec::new();
        if let (Some(offers), Some(asks)) =
            (self.offers.get_mut(&relayed.session), self.by_connection.get_mut(&relayed.from))
        {
            for known in offers.iter_mut().filter(|known| is_same_server(&relayed, known)) {
                let found = take(asks, |ask| is_same_connection(ask, &relayed) && is_near(ask, known));
                known.is_awaited &= found.is_empty();
                answers.extend(found.into_iter().map(|ask| (ask, Front::Found(Arc::clone(&known.record)))));
            }
        }
        for ask in self.by_connection.get_mut(&relayed.from).into_iter().flatten() {
            ask.is_relayed |= is_same_connection(ask, &relayed);
        }
        self.held = self.held.saturating_add(2).saturating_sub(answers.len());
        self.carried.entry(relayed.session.clone()).or_default().push(relayed.clone());
        self.relayed.entry(relayed.from.clone()).or_default().push(relayed);
        answers
    }

    /// The front end of a hub's message, if it is known by now.
    pub fn front_of(&mut self, ask: &Ask<'_>) -> Front {
        let known = match &ask.way {
            Way::Session(proxied) => {
                let offers = self.offers.get_mut(&*proxied.session);
                offers.and_then(|offers| offers.iter_mut().find(|known| fits(ask, known)))
            }
            Way::Connection { from, .. } => {
                let relayed = self.relayed.get(&from.clone().own()).into_iter().flatten();
                let near = relayed.filter(|relayed| is_same_connection(ask, relayed));
                near.min_by_key(|relayed| ask.begun.abs_diff(relayed.at)).and_then(|relayed| {
                    let mut offers = self.offers.get_mut(&relayed.session)?.iter_mut();
                    offers.find(|known| is_near(ask, known) && is_same_server(relayed, known))
                })
            }
        };
        known.map_or(Front::Open, |known| {
            known.is_awaited = false;
            Front::Found(Arc::clone(&known.record))
        })
    }

    /// Lets an ask wait for its front end.
    pub fn wait(&mut self, mut ask: Ask<'static>) {
        self.held = self.held.saturating_add(1);
        match &ask.way {
            Way::Session(proxied) => self.by_session.entry(proxied.session.clone()).or_default().push(ask),
            Way::Connection { from, .. } => {
                let mut relayed = self.relayed.get(from).into_iter().flatten();
                ask.is_relayed = relayed.any(|relayed| is_same_connection(&ask, relayed));
                self.by_connection.entry(from.clone()).or_default().push(ask);
            }
        }
    }

    /// The front end of an ask that has waited in vain for one that fits in everything: a server may have several addresses,
    /// and clocks differ. Of all that may be meant, there must be one only.
    fn likely_front(&mut self, ask: &mut Ask<'static>) -> Front {
        let Way::Connection { from, .. } = &ask.way else { return Front::Missing };
        let is_in_domain = |at: i64| ask.begun.saturating_sub(at).saturating_abs() <= SAME_DOMAIN;
        let rows = self.relayed.get(from).into_iter().flatten().filter(|relayed| is_in_domain(relayed.at));
        let sessions: BTreeSet<&Text<'static>> = rows.map(|relayed| &relayed.session).collect();
        let mut sessions = sessions.into_iter();
        let (Some(session), None) = (sessions.next(), sessions.next()) else { return Front::Missing };
        let offers = self.offers.get_mut(session).into_iter().flatten();
        let mut near = offers.filter(|known| known.is_front_end && is_near(ask, known));
        let front = match (near.next(), near.next()) {
            (Some(known), None) => {
                known.is_awaited = false;
                Front::Found(Arc::clone(&known.record))
            }
            _ => Front::Missing,
        };
        ask.is_relayed = true;
        front
    }

    /// Gives up what began before an instant: the asks, and how many sessions of front ends no hub spoke of.
    pub fn drop_before(&mut self, limit: i64) -> (Vec<Found>, u64) {
        let mut given_up = Vec::new();
        self.by_session.retain(|_, asks| keep(asks, |ask| ask.begun >= limit, &mut given_up));
        self.by_connection.retain(|_, asks| keep(asks, |ask| ask.begun >= limit, &mut given_up));
        given_up.sort_by_key(|ask| ask.record.place);
        let with_front = |mut ask| {
            let front = self.likely_front(&mut ask);
            (ask, front)
        };
        let given_up: Vec<Found> = given_up.into_iter().map(with_front).collect();
        // What an ask may mean stays as long as the ask.
        let limit = limit.saturating_sub(HORIZON);
        let (mut old, mut rows) = (Vec::new(), Vec::new());
        self.offers.retain(|_, offers| keep(offers, |known| known.record.at >= limit, &mut old));
        self.carried.retain(|_, relayed| keep(relayed, |relayed| relayed.at >= limit, &mut rows));
        self.relayed.retain(|_, relayed| keep(relayed, |relayed| relayed.at >= limit, &mut rows));
        let dropped = given_up.len().saturating_add(old.len()).saturating_add(rows.len());
        self.held = self.held.saturating_sub(dropped);
        self.offered = self.offered.saturating_sub(old.len());
        let silent = old.iter().filter(|known| known.is_awaited).count();
        (given_up, u64::try_from(silent).unwrap_or(u64::MAX))
    }

    /// The times of what waits.
    pub fn ages(&self) -> impl Iterator<Item = i64> {
        let asks = self.by_session.values().chain(self.by_connection.values()).flatten();
        let offers = self.offers.values().flatten().map(|known| known.record.at);
        let rows = self.relayed.values().chain(self.carried.values()).flatten();
        let others = offers.chain(rows.map(|relayed| relayed.at)).map(|at| at.saturating_add(HORIZON));
        asks.map(|ask| ask.begun).chain(others)
    }

    /// The messages and sessions that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &Record<'static>> {
        self.by_session.values().chain(self.by_connection.values()).flatten().map(|ask| &ask.record)
    }
}

/// Moves what is not to be kept to `dropped`; whether anything is left.
fn keep<T>(list: &mut Vec<T>, is_kept: impl Fn(&T) -> bool, dropped: &mut Vec<T>) -> bool {
    dropped.extend(list.extract_if(.., |item| !is_kept(item)));
    !list.is_empty()
}

/// Takes out what fits, in its order.
fn take<T>(list: &mut Vec<T>, fits: impl FnMut(&mut T) -> bool) -> Vec<T> {
    list.extract_if(.., fits).collect()
}

fn is_near(ask: &Ask<'_>, known: &Known) -> bool {
    ask.begun.saturating_sub(known.record.at).saturating_abs() <= HORIZON
}

/// Whether the server that hands over a connection may be the one that offered a session. Two servers may give the same id.
fn is_same_server(relayed: &Relayed<'_>, known: &Known) -> bool {
    is_same_address(&relayed.from.address, &known.own_address)
}

fn is_same_connection(ask: &Ask<'_>, relayed: &Relayed<'_>) -> bool {
    ask.begun.saturating_sub(relayed.at).saturating_abs() <= SAME_CONNECTION
}

/// Whether this is the session that XPROXY names. Two servers may give the same id, so the client has to be the same too.
fn fits(ask: &Ask<'_>, known: &Known) -> bool {
    let Way::Session(proxied) = &ask.way else { return false };
    let (said, seen) = (&proxied.client, &known.client);
    let is_same_port = said.port.is_none() || seen.port.is_none() || said.port == seen.port;
    is_near(ask, known) && is_same_port && is_same_address(&said.address, &seen.address)
}

/// Addresses have many spellings: `2001:DB8:0::5`, `::ffff:192.0.2.5`, `fe80::1%4`.
fn is_same_address(one: &[u8], other: &[u8]) -> bool {
    let parsed = |text: &[u8]| {
        let text = std::str::from_utf8(text.split(|byte| *byte == b'%').next()?).ok()?;
        text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
    };
    one.eq_ignore_ascii_case(other) || parsed(one).is_some_and(|address| parsed(other) == Some(address))
}

impl Offer<'_> {
    /// The same with owned text.
    pub fn own(self) -> Offer<'static> {
        Offer {
            session: own(self.session),
            client: self.client.own(),
            own_address: own(self.own_address),
            is_front_end: self.is_front_end,
            record: self.record.own(),
        }
    }
}

impl Way<'_> {
    /// The same with owned text.
    pub fn own(self) -> Way<'static> {
        match self {
            Self::Session(proxied) => Way::Session(Box::new(proxied.own())),
            Self::Connection { from, is_likely } => Way::Connection { from: from.own(), is_likely },
        }
    }
}

impl Ask<'_> {
    /// Whether it is a client's, even if its front end is not there.
    pub fn is_clients(&self) -> bool {
        match self.way {
            Way::Session(_) => true,
            Way::Connection { is_likely, .. } => is_likely || self.is_relayed,
        }
    }

    /// The same with owned text.
    pub fn own(self) -> Ask<'static> {
        Ask {
            way: self.way.own(),
            begun: self.begun,
            said: self.said,
            is_relayed: self.is_relayed,
            session: self.session.own(),
            front: self.front,
            context: self.context.map(own),
            record: self.record.own(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::{Basis, Counts, Tls};
    use std::borrow::Cow;

    fn text(text: &str) -> Text<'static> {
        Cow::Owned(text.as_bytes().to_vec())
    }

    fn peer(address: &str, port: u16) -> Peer<'static> {
        Peer { address: text(address), port: Some(port) }
    }

    fn record(at: i64, login: Option<&str>) -> Record<'static> {
        Record {
            at,
            place: Place::default(),
            server: text("EXCH01"),
            service: text("Client Frontend EXCH01"),
            sender: None,
            login: login.map(text),
            client: None,
            helo: None,
            tls: Tls::Unknown,
            cipher: None,
            mechanism: None,
            basis: Basis::Proven,
            message_id: None,
            internal_id: None,
            counts: Counts::message(1, 1),
        }
    }

    fn offer(own_address: &str, login: &str) -> Offer<'static> {
        Offer {
            session: text("08D0"),
            client: peer("192.0.2.9", 50_000),
            own_address: text(own_address),
            is_front_end: true,
            record: record(0, Some(login)),
        }
    }

    fn relayed(at: i64, session: &str) -> Relayed<'static> {
        Relayed { at, place: Place::default(), from: peer("10.0.0.2", 4000), session: text(session) }
    }

    fn ask() -> Ask<'static> {
        let session =
            SessionKey { host: text("EXCH03"), service: text("Client Proxy EXCH03"), id: text("1") };
        Ask {
            way: Way::Connection { from: peer("10.0.0.2", 4000), is_likely: false },
            begun: 0,
            said: Place::default(),
            is_relayed: false,
            session,
            front: Front::Open,
            context: None,
            record: record(0, None),
        }
    }

    /// Who is found, and whether the ask is a client's, with these rows and sessions in any order.
    fn found(rows: &[Relayed<'static>], offers: &[Offer<'static>]) -> (Option<String>, bool) {
        let mut answers = Vec::new();
        let count = rows.len() + offers.len() + 1;
        for turn in 0..count {
            let mut links = Links::default();
            let mut all = Vec::new();
            for index in (0..count).map(|index| (index + turn) % count) {
                if let Some(row) = rows.get(index) {
                    all.extend(links.relay(row.clone()));
                } else if let Some(offer) = offers.get(index - rows.len()) {
                    all.extend(links.offer(offer.clone()));
                } else {
                    match links.front_of(&ask()) {
                        Front::Open => links.wait(ask()),
                        front => all.push((ask(), front)),
                    }
                }
            }
            all.extend(links.drop_before(i64::MAX).0);
            assert_eq!((all.len(), links.len()), (1, 0), "one answer, and nothing is left");
            let (ask, front) = &all[0];
            let login = match front {
                Front::Found(record) => record.login.as_ref(),
                Front::Open | Front::Missing => None,
            };
            let login = login.map(|login| String::from_utf8_lossy(login).into_owned());
            answers.push((login.clone(), login.is_some() || ask.is_clients()));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers.remove(0)
    }

    fn is(login: &str) -> (Option<String>, bool) {
        (Some(login.to_owned()), true)
    }

    #[test]
    fn of_two_servers_with_the_same_session_id_the_one_that_hands_over_is_meant() {
        let both = [offer("10.0.0.1", "one"), offer("10.0.0.2", "two")];
        assert_eq!(found(&[relayed(1, "08D0")], &both), is("two"));
        assert_eq!(
            found(&[relayed(1, "08D0")], &[offer("10.0.0.1", "one"), offer("10.0.0.3", "three")]),
            (None, true)
        );
    }

    #[test]
    fn a_server_may_have_several_addresses() {
        assert_eq!(found(&[relayed(1, "08D0")], &[offer("fe80::1%4", "one")]), is("one"));
    }

    #[test]
    fn clocks_of_a_domain_may_differ_by_minutes() {
        let offers = [offer("10.0.0.2", "two")];
        assert_eq!(found(&[relayed(300, "08D0")], &offers), is("two"));
        assert_eq!(found(&[relayed(-300, "08D0")], &offers), is("two"));
        assert_eq!(found(&[relayed(301, "08D0"), relayed(-200, "08D1")], &offers), (None, false));
        assert_eq!(found(&[relayed(400, "08D0")], &offers), (None, false));
    }
}

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
use std::sync::Arc;

/// Seconds between a connection of the front end's send log and the same one in the hub's log: no port is used again within
/// that time (RFC 9293 section 3.6.1), and clocks of one domain differ by less.
const SAME_CONNECTION: i64 = 120;

/// A session of a client that logged in at this server.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// Its session id.
    pub session: Text<'a>,
    /// The client's end.
    pub client: Peer<'a>,
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
        let Offer { session, client, is_front_end, record } = offer.own();
        let mut known = Known { session, client, is_awaited: is_front_end, record: Arc::new(record) };
        let mut found = Vec::new();
        if let Some(asks) = self.by_session.get_mut(&known.session) {
            found.extend(take(asks, |ask| fits(ask, &known)));
        }
        for relayed in self.carried.get(&known.session).into_iter().flatten() {
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
            for known in offers {
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
                let session = near.min_by_key(|relayed| ask.begun.abs_diff(relayed.at));
                let offers = session.and_then(|relayed| self.offers.get_mut(&relayed.session));
                offers.and_then(|offers| offers.iter_mut().find(|known| is_near(ask, known)))
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

    /// Gives up what began before an instant: the asks, and how many sessions of front ends no hub spoke of.
    pub fn drop_before(&mut self, limit: i64) -> (Vec<Found>, u64) {
        let mut given_up = Vec::new();
        self.by_session.retain(|_, asks| keep(asks, |ask| ask.begun >= limit, &mut given_up));
        self.by_connection.retain(|_, asks| keep(asks, |ask| ask.begun >= limit, &mut given_up));
        let (mut old, mut rows) = (Vec::new(), Vec::new());
        self.offers.retain(|_, offers| keep(offers, |known| known.record.at >= limit, &mut old));
        self.carried.retain(|_, relayed| keep(relayed, |relayed| relayed.at >= limit, &mut rows));
        self.relayed.retain(|_, relayed| keep(relayed, |relayed| relayed.at >= limit, &mut rows));
        let dropped = given_up.len().saturating_add(old.len()).saturating_add(rows.len());
        self.held = self.held.saturating_sub(dropped);
        self.offered = self.offered.saturating_sub(old.len());
        let silent = old.iter().filter(|known| known.is_awaited).count();
        given_up.sort_by_key(|ask| ask.record.place);
        let given_up = given_up.into_iter().map(|ask| (ask, Front::Missing)).collect();
        (given_up, u64::try_from(silent).unwrap_or(u64::MAX))
    }

    /// The times of what waits.
    pub fn ages(&self) -> impl Iterator<Item = i64> {
        let asks = self.by_session.values().chain(self.by_connection.values()).flatten();
        let offers = self.offers.values().flatten().map(|known| known.record.at);
        let rows = self.relayed.values().chain(self.carried.values()).flatten();
        asks.map(|ask| ask.begun).chain(offers).chain(rows.map(|relayed| relayed.at))
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

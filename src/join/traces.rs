//! Rows of message traces in, one submission per message out.
//!
//! Rows of one message stand anywhere: traces are not sorted, and exports overlap. So all messages are kept until everything
//! was read. What is kept of a message does not depend on the order of its rows, and pieces merge in any grouping.
//!
//! Only then it is known, too, which messages were counted by servers of one's own: those are not counted again.

use crate::map::Map;
use crate::submission::{Basis, Counts, EXCHANGE_ONLINE, Place, Sink, Submission, Tls};
use crate::traced::{Arrival, OtherWay, Traced};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

/// How many messages are kept at most: about 500 MB.
const CAP: usize = 1_000_000;

/// How many messages of own servers are remembered at most: about 100 MB.
const OWN_CAP: usize = 5_000_000;

/// The messages of traces in a stretch of input.
#[derive(Clone, Debug)]
pub struct Traces {
    messages: Map<u64, Message>,
    /// Message-IDs that servers of one's own counted.
    own: BTreeSet<u64>,
    /// Ids are chosen by strangers, and are hashed with a seed of their own run.
    seed: RandomState,
    is_incomplete: bool,
}

/// What became of the messages of all traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TracedFacts {
    /// Messages that came on a way on which no client comes that logs in.
    pub other_ways: BTreeMap<OtherWay, u64>,
    /// Messages that a server of one's own counted before.
    pub own: u64,
    /// There were more messages than can be kept: some are missing or count twice.
    pub is_incomplete: bool,
}

/// What is known of a message.
#[derive(Clone, Debug)]
struct Message {
    arrival: Arrival,
    /// The row that says most, and the first of those.
    row: Row,
    /// The first row that says over which TLS it came.
    tls: Option<Secured>,
    recipients: u64,
    /// Only its Message-ID tells it from others.
    is_without_id: bool,
    /// Recipients that had rows of their own, hashed.
    addresses: BTreeSet<u64>,
    bytes: u64,
}

/// When and where it was told over which TLS and with which cipher a message came.
type Secured = ((i64, Place), Tls, Option<Box<[u8]>>);

/// What the best row says.
#[derive(Clone, Debug)]
struct Row {
    /// Rows of an arrival come first, then the earliest.
    rank: (std::cmp::Reverse<Arrival>, i64, Place),
    sender: Option<Box<[u8]>>,
    client: Option<Box<[u8]>>,
    client_name: Option<Box<[u8]>>,
    helo: Option<Box<[u8]>>,
    message_id: Option<Box<[u8]>>,
}

impl Row {
    fn of(traced: &Traced<'_>) -> Self {
        let text = |text: Option<&[u8]>| text.map(Box::from);
        Self {
            rank: (std::cmp::Reverse(traced.arrival), traced.at, traced.place),
            sender: text(traced.sender),
            client: text(traced.client),
            client_name: text(traced.client_name),
            helo: text(traced.helo),
            message_id: text(traced.message_id),
        }
    }
}

impl Message {
    fn of(traced: &Traced<'_>, recipient: Option<u64>) -> Self {
        let tls = traced.tls.map(|tls| ((traced.at, traced.place), tls, traced.cipher.map(Box::from)));
        Self {
            arrival: traced.arrival,
            row: Row::of(traced),
            tls,
            recipients: traced.recipients,
            is_without_id: traced.id.is_empty(),
            addresses: recipient.into_iter().collect(),
            bytes: traced.bytes,
        }
    }

    /// Adds what another piece knows: commutative and associative.
    fn merge(&mut self, other: Self) {
        self.arrival = self.arrival.max(other.arrival);
        if other.row.rank < self.row.rank {
            self.row = other.row;
        }
        self.tls = match (self.tls.take(), other.tls) {
            (Some(one), Some(two)) => Some(if two.0 < one.0 { two } else { one }),
            (one, two) => one.or(two),
        };
        self.recipients = self.recipients.max(other.recipients);
        self.addresses.extend(other.addresses);
        self.bytes = self.bytes.max(other.bytes);
    }

    fn tell(&self, basis: Basis, sink: &mut impl Sink) {
        let (_, at, place) = self.row.rank;
        let rows = u64::try_from(self.addresses.len()).unwrap_or(u64::MAX);
        let (tls, cipher) = match &self.tls {
            Some((_, tls, cipher)) => (*tls, cipher.as_deref()),
            None => (Tls::Unknown, None),
        };
        sink.submission(&Submission {
            time: Some(at),
            place,
            server: Some(EXCHANGE_ONLINE),
            sender: self.row.sender.as_deref(),
            client: self.row.client.as_deref(),
            client_name: self.row.client_name.as_deref(),
            helo: self.row.helo.as_deref(),
            tls: Some(tls),
            cipher,
            basis,
            message_id: self.row.message_id.as_deref(),
            counts: Some(Counts::message(self.recipients.max(rows), self.bytes)),
            ..Submission::default()
        });
    }
}

impl Traces {
    /// Of nothing yet; pieces of one run have the same seed.
    pub fn new(seed: RandomState) -> Self {
        Self { messages: Map::default(), own: BTreeSet::new(), seed, is_incomplete: false }
    }

    /// Takes a row in.
    pub fn row(&mut self, traced: &Traced<'_>) {
        let id = match traced.id {
            // A message that goes to many has the same Message-ID everywhere, but devices give all of theirs the same. Of
            // what happened later, not every row names the sender.
            [] => {
                let sender = traced.sender.filter(|_| traced.arrival > Arrival::Later);
                self.seed.hash_one((traced.message_id, sender.map(<[u8]>::to_ascii_lowercase)))
            }
            id => self.seed.hash_one(id.to_ascii_lowercase()),
        };
        let recipient = traced.recipient.map(|address| self.seed.hash_one(address.to_ascii_lowercase()));
        self.add(id, Message::of(traced, recipient));
    }

    fn add(&mut self, id: u64, message: Message) {
        if let Some(known) = self.messages.get_mut(&id) {
            known.merge(message);
        } else if self.messages.len() < CAP {
            self.messages.insert(id, message);
        } else {
            self.is_incomplete = true;
        }
    }

    /// A server of one's own counted a message.
    pub fn counted(&mut self, message_id: &[u8]) {
        if self.own.len() < OWN_CAP {
            self.own.insert(self.seed.hash_one(without_brackets(message_id)));
        } else {
            self.is_incomplete = true;
        }
    }

    /// Adds another piece of the same run.
    pub fn merge(&mut self, other: Self) {
        self.is_incomplete |= other.is_incomplete;
        self.own.extend(other.own);
        for (id, message) in other.messages {
            self.add(id, message);
        }
    }

    /// Everything was read: tells each message once, in the order of places.
    pub fn finish(self, sink: &mut impl Sink) -> TracedFacts {
        let mut facts = TracedFacts { is_incomplete: self.is_incomplete, ..TracedFacts::default() };
        let mut messages: Vec<&Message> = self.messages.values().collect();
        messages.sort_by_key(|message| (message.row.rank.2, message.row.rank.1));
        let hash = |message: &Message| {
            message.row.message_id.as_deref().map(|id| self.seed.hash_one(without_brackets(id)))
        };
        let arrived = messages.iter().filter(|message| message.arrival > Arrival::Later);
        let arrived: BTreeSet<u64> = arrived.filter_map(|message| hash(message)).collect();
        for message in messages {
            let id = hash(message);
            // Details that do not say of which message they are, beside a trace of that message.
            let is_detail = message.arrival == Arrival::Later && message.is_without_id;
            if is_detail && id.is_some_and(|id| arrived.contains(&id)) {
                continue;
            }
            if id.is_some_and(|id| self.own.contains(&id)) {
                facts.own = facts.own.saturating_add(1);
                continue;
            }
            match message.arrival {
                Arrival::Later | Arrival::Untold => message.tell(Basis::Unmarked, sink),
                Arrival::Smtp => message.tell(Basis::Likely, sink),
                Arrival::Other(way) => {
                    let sum = facts.other_ways.entry(way).or_default();
                    *sum = sum.saturating_add(1);
                }
            }
        }
        facts
    }
}

fn without_brackets(id: &[u8]) -> &[u8] {
    id.strip_prefix(b"<").and_then(|id| id.strip_suffix(b">")).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::ClientName;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Told(Vec<String>);

    impl Sink for Told {
        fn submission(&mut self, submission: &Submission<'_>) {
            self.0.push(format!("{submission:?}"));
        }

        fn tls_logged(&mut self, _: &[u8], _: &[u8], _: i64) {}

        fn client_name(&mut self, _: &[u8], _: ClientName<'_>) {}
    }

    /// A row: message, time, way, TLS, recipient.
    type Shape = (usize, i64, usize, usize, usize);

    fn row(offset: usize, (message, at, way, tls, recipient): Shape) -> Traced<'static> {
        let ways = [OtherWay::Outside, OtherWay::Connector, OtherWay::Mailbox];
        let arrivals = [Arrival::Later, Arrival::Untold, Arrival::Smtp, Arrival::Smtp];
        Traced {
            at,
            place: Place { input: 0, offset: offset as u64 },
            id: [&b"guid-1"[..], b"GUID-1", b"guid-2", b""][message],
            message_id: [None, Some(&b"<own@contoso.com>"[..]), Some(b"<a@b>")][message % 3],
            sender: [Some(&b"scan@contoso.com"[..]), None, Some(b"Scan@contoso.com")][way % 3],
            client: [None, Some(&b"192.0.2.7"[..])][tls % 2],
            client_name: None,
            helo: None,
            tls: [None, Some(Tls::V1_0), Some(Tls::V1_2)][tls],
            cipher: None,
            recipients: recipient as u64,
            recipient: [None, Some(&b"a@b"[..]), Some(b"c@d")][recipient],
            bytes: 10,
            arrival: if way == 3 { Arrival::Other(ways[tls]) } else { arrivals[way] },
        }
    }

    fn shape() -> impl Strategy<Value = Shape> {
        (0..4_usize, 0..3_i64, 0..4_usize, 0..3_usize, 0..3_usize)
    }

    fn finished(traces: Traces) -> (Vec<String>, TracedFacts) {
        let mut told = Told::default();
        let facts = traces.finish(&mut told);
        (told.0, facts)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        #[test]
        fn any_order_and_grouping_tells_the_same(
            rows in proptest::collection::vec((shape(), 0..3_usize), 0..24),
            order in proptest::sample::select(&[[0_usize, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]][..]),
            right_first: bool,
        ) {
            let seed = RandomState::new();
            let mut whole = Traces::new(seed.clone());
            let mut parts = [0, 1, 2].map(|_| Traces::new(seed.clone()));
            for (offset, (shape, part)) in rows.iter().enumerate() {
                whole.row(&row(offset, *shape));
                parts[*part].row(&row(offset, *shape));
            }
            whole.counted(b"own@contoso.com");
            parts[0].counted(b"<own@contoso.com>");
            let [mut a, mut b, c] = order.map(|part| parts[part].clone());
            if right_first {
                b.merge(c);
                a.merge(b);
            } else {
                a.merge(b);
                a.merge(c);
            }
            prop_assert_eq!(finished(a), finished(whole));
        }
    }

    #[test]
    fn what_a_server_of_ones_own_counted_is_not_told() {
        let mut traces = Traces::new(RandomState::new());
        traces.row(&row(0, (1, 0, 2, 1, 0)));
        traces.row(&row(1, (2, 0, 2, 1, 0)));
        let (told, facts) = finished(traces.clone());
        assert_eq!((told.len(), facts.own), (2, 0));
        traces.counted(b"own@contoso.com");
        let (told, facts) = finished(traces);
        assert_eq!((told.len(), facts.own), (1, 1));
    }

    #[test]
    fn details_without_the_id_of_their_message_are_no_other_message() {
        let detail =
            |sender| Traced { sender, message_id: Some(b"own@contoso.com"), ..row(5, (3, 1, 0, 0, 0)) };
        let mut traces = Traces::new(RandomState::new());
        traces.row(&detail(None));
        traces.row(&detail(Some(b"scan@contoso.com")));
        assert_eq!(finished(traces.clone()).0.len(), 1);
        traces.row(&row(0, (1, 0, 1, 0, 0)));
        assert_eq!(finished(traces).0.len(), 1);
    }
}

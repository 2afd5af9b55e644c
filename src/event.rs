//! The words that session formats speak and the joiner understands.
//!
//! A session format (Postfix, and later Exchange protocol logs and Sendmail) turns one line into one [`Event`]. Its
//! text is borrowed from the slice being read; the few events that wait for the slice before are made to own it.

use crate::submission::{Place, Tls};
use std::borrow::{Borrow, Cow};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Text of an event: borrowed from a slice, or owned.
pub type Text<'a> = Cow<'a, [u8]>;

/// One SMTP session of a log that numbers its rows, by its names.
#[derive(Clone, Debug)]
pub struct SessionKey<'a> {
    /// Host that logged it.
    pub host: Text<'a>,
    /// Service (`postfix/submission`).
    pub service: Text<'a>,
    /// Process id or session id, as text.
    pub id: Text<'a>,
}

/// Who wrote a line of a session log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer<'a> {
    /// Host that logged it.
    pub host: Text<'a>,
    /// Service (`postfix/submission`).
    pub service: Text<'a>,
    /// Numbers for these names.
    pub numbers: Numbers,
}

/// Numbers that stand for the names of who wrote a line: the same name has the same number in all that is read. A line of
/// Postfix asks four times whether it is about the same server as another; comparing and hashing their names took a tenth
/// of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Numbers {
    /// The host.
    pub host: u32,
    /// The host and the service.
    pub service: u32,
    /// The part of the server that owns the queue: queue ids of two instances may be equal.
    pub instance: u32,
}

/// The server process that holds one SMTP session, for as long as it holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessKey {
    /// Number of host and service.
    pub service: u32,
    /// Its process id.
    pub id: Id,
}

/// One place in a mail queue. Ids are reused, so a key alone names no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueKey {
    /// Number of the host that logged it.
    pub host: u32,
    /// Queue id, case as logged.
    pub id: Id,
}

/// A process id or queue id, in a shape that is compared and hashed at once: they have 3 to 20 bytes, for which `memcmp` takes
/// longer than the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    /// Up to 24 bytes: how many, and words that hold them all; words may overlap.
    Short(u8, [u64; 3]),
    /// A longer one.
    Long(Arc<[u8]>),
}

impl Id {
    /// The id that is spelled like this.
    #[inline]
    pub fn of(text: &[u8]) -> Self {
        let len = text.len();
        let word = |at: usize| {
            text.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word))
        };
        let last = || word(len.saturating_sub(8));
        let words = match len {
            0..=3 => [text.iter().fold(0, |word: u64, byte| (word << 8) | u64::from(*byte)), 0, 0],
            4..=7 => {
                let half =
                    |half: Option<&[u8; 4]>| half.map_or(0, |half| u64::from(u32::from_le_bytes(*half)));
                [half(text.first_chunk()) | (half(text.last_chunk()) << 32), 0, 0]
            }
            8..=16 => [word(0), last(), 0],
            17..=24 => [word(0), last(), word(8)],
            _ => return Self::Long(text.into()),
        };
        Self::Short(u8::try_from(len).unwrap_or(u8::MAX), words)
    }

    fn words(&self) -> [u64; 2] {
        match self {
            Self::Short(_, [first, last, middle]) => [first ^ middle.rotate_left(29), *last],
            Self::Long(text) => {
                let halves = text
                    .rchunks(8)
                    .map(|part| part.iter().fold(0, |word: u64, byte| (word << 8) | u64::from(*byte)));
                let mixed = halves.fold(0_u64, |mixed, word| {
                    (mixed ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
                });
                [mixed, 0]
            }
        }
    }
}

/// As words, and seeded: an id is chosen by the server.
impl Hash for ProcessKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [first, last] = self.id.words();
        state.write_u64(first ^ u64::from(self.service).rotate_left(40));
        state.write_u64(last);
    }
}

/// Two hosts seldom have the same queue id.
impl Hash for QueueKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [first, last] = self.id.words();
        state.write_u64(first);
        state.write_u64(last);
    }
}

/// Two servers seldom have a session of the same id: the hash need not tell them apart, and a key is looked up for each row.
impl Hash for SessionKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let word = |word: &[u8; 8]| u64::from_le_bytes(*word);
        match (self.id.first_chunk(), self.id.last_chunk()) {
            // Ids have 16 bytes. What a longer one has between is left to the comparison.
            (Some(first), Some(last)) => {
                state.write_u64(word(first));
                state.write_u64(word(last));
            }
            _ => self.id.hash(state),
        }
    }
}

impl PartialEq for SessionKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        // The rows of a session nearly always borrow one text, and then it need not be read.
        let is_one = |one: &[u8], other: &[u8]| std::ptr::eq(one, other) || is_same(one, other);
        is_one(&self.id, &other.id)
            && is_one(&self.service, &other.service)
            && is_one(&self.host, &other.host)
    }
}

impl Eq for SessionKey<'_> {}

/// A session's key, whoever owns its text: by this it is looked up without a copy.
pub trait Named {
    /// The key.
    fn key(&self) -> &SessionKey<'_>;
}

impl Named for SessionKey<'_> {
    fn key(&self) -> &SessionKey<'_> {
        self
    }
}

impl<'n, 'a: 'n> Borrow<dyn Named + 'n> for SessionKey<'a> {
    fn borrow(&self) -> &(dyn Named + 'n) {
        self
    }
}

impl Hash for dyn Named + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialEq for dyn Named + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for dyn Named + '_ {}

/// Whether two short texts are equal. The parts of keys have 3 to 20 bytes, for which a call of `memcmp` costs more than the
/// comparison (a tenth of the time in which a log of Postfix was read).
#[inline]
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let words = |text: &[u8]| Some((*text.first_chunk::<8>()?, *text.last_chunk::<8>()?));
    let halves = |text: &[u8]| Some((*text.first_chunk::<4>()?, *text.last_chunk::<4>()?));
    let blocks = |text: &[u8]| Some((*text.first_chunk::<16>()?, *text.last_chunk::<16>()?));
    let pairs = |text: &[u8]| Some((*text.first_chunk::<32>()?, *text.last_chunk::<32>()?));
    match one.len() {
        len if len != other.len() => false,
        0..=3 => one.iter().eq(other),
        4..=7 => halves(one) == halves(other),
        8..=16 => words(one) == words(other),
        17..=32 => blocks(one) == blocks(other),
        33..=64 => pairs(one) == pairs(other),
        _ => one == other,
    }
}

/// What the server knew when a client began a message.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Login<'a> {
    /// SASL mechanism as logged.
    pub mechanism: Option<Text<'a>>,
    /// The user name that authenticated.
    pub login: Option<Text<'a>>,
    /// Address of the client.
    pub client: Option<Text<'a>>,
    /// Its host name by reverse lookup.
    pub client_name: Option<Text<'a>>,
    /// The login came through a proxy (XCLIENT): the client's own TLS is in the proxy's log.
    pub proxied: bool,
    /// Whether the client says that the message was taken in before.
    pub former: Former<'a>,
}

/// The queue id that a message had when it was taken in before (XFORWARD IDENT), as the client says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Former<'a> {
    /// The client names none.
    #[default]
    Unnamed,
    /// It names this one.
    Named(Text<'a>),
    /// It names one that was not in use as far as this stretch of log can tell.
    Asked(Box<Question<'a>>),
    /// It names one that was not in use.
    Unseen,
}

/// What a stretch of log knows about a queue id at the moment of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The queue id.
    pub id: Text<'a>,
    /// Which instances have said something about it, by number, and when the message that they hold was begun.
    pub known: Vec<(u32, Option<i64>)>,
}

/// What the server logged when it took responsibility for a message.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Acceptance<'a> {
    /// Envelope sender; empty is the null sender.
    pub sender: Option<Text<'a>>,
    /// Bytes.
    pub size: Option<u64>,
    /// Envelope recipients.
    pub recipients: Option<u64>,
    /// EHLO name, where this line has it.
    pub helo: Option<Text<'a>>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A client connected.
    Opened,
    /// TLS began on the client's connection.
    TlsEstablished {
        /// Its version.
        tls: Tls,
        /// The cipher suite.
        cipher: Option<Text<'a>>,
    },
    /// The server refused a login, so often.
    LoginFailed(Box<Login<'a>>, u64),
    /// A message got a queue id. Without a login it only says that the id is taken.
    MessageBegun {
        /// The queue id; `None` where a proxy in front of the queue holds the message.
        queue: Option<Text<'a>>,
        /// Who is logged in, if anybody.
        login: Option<Box<Login<'a>>>,
    },
    /// A message came in without an SMTP session (the `sendmail` command): the id is taken.
    MessageInjected {
        /// The queue id.
        queue: Text<'a>,
    },
    /// The queue manager took a message over.
    MessageAccepted {
        /// The queue id.
        queue: Text<'a>,
        /// What was logged about it.
        acceptance: Acceptance<'a>,
    },
    /// The Message-ID of a queued message.
    MessageNamed {
        /// The queue id.
        queue: Text<'a>,
        /// The header field's value.
        message_id: Text<'a>,
    },
    /// The proxy behind this session took the session's message over.
    MessageProxied(Acceptance<'a>),
    /// A queue id is free again.
    MessageGone {
        /// The queue id.
        queue: Text<'a>,
    },
    /// The client is gone.
    Closed {
        /// Whether the server's closing counters say that STARTTLS succeeded.
        starttls: bool,
    },
}

/// When, where and by whom a line of a session log was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Where the line stands.
    pub place: Place,
    /// Who wrote it.
    pub writer: Writer<'a>,
    /// Its process id, which is that of the session.
    pub process: Id,
}

/// One line of a session log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// When, where and by whom it was written.
    pub head: Head<'a>,
    /// What happened.
    pub kind: Kind<'a>,
}

/// Owned copy of a text.
pub fn own(text: Text<'_>) -> Text<'static> {
    Cow::Owned(text.into_owned())
}

impl SessionKey<'_> {
    /// The same key with owned text.
    pub fn own(self) -> SessionKey<'static> {
        SessionKey { host: own(self.host), service: own(self.service), id: own(self.id) }
    }
}

impl Writer<'_> {
    /// The same with owned text.
    pub fn own(self) -> Writer<'static> {
        Writer { host: own(self.host), service: own(self.service), numbers: self.numbers }
    }
}

impl Head<'_> {
    /// The session's key.
    #[inline]
    pub fn session(&self) -> ProcessKey {
        ProcessKey { service: self.writer.numbers.service, id: self.process.clone() }
    }

    /// The key of a queue id of its host.
    #[inline]
    pub fn queue(&self, id: &[u8]) -> QueueKey {
        QueueKey { host: self.writer.numbers.host, id: Id::of(id) }
    }

    /// The same with owned text.
    pub fn own(self) -> Head<'static> {
        Head { at: self.at, place: self.place, writer: self.writer.own(), process: self.process }
    }
}

impl Login<'_> {
    /// The same with owned text.
    pub fn own(self) -> Login<'static> {
        Login {
            mechanism: self.mechanism.map(own),
            login: self.login.map(own),
            client: self.client.map(own),
            client_name: self.client_name.map(own),
            proxied: self.proxied,
            former: match self.former {
                Former::Unnamed => Former::Unnamed,
                Former::Named(id) => Former::Named(own(id)),
                Former::Asked(question) => {
                    Former::Asked(Box::new(Question { id: own(question.id), known: question.known }))
                }
                Former::Unseen => Former::Unseen,
            },
        }
    }
}

impl Acceptance<'_> {
    /// The same with owned text.
    pub fn own(self) -> Acceptance<'static> {
        let Self { sender, size, recipients, helo } = self;
        Acceptance { sender: sender.map(own), size, recipients, helo: helo.map(own) }
    }
}

impl Kind<'_> {
    fn own(self) -> Kind<'static> {
        match self {
            Self::Opened => Kind::Opened,
            Self::TlsEstablished { tls, cipher } => Kind::TlsEstablished { tls, cipher: cipher.map(own) },
            Self::LoginFailed(login, times) => Kind::LoginFailed(Box::new(login.own()), times),
            Self::MessageBegun { queue, login } => {
                Kind::MessageBegun { queue: queue.map(own), login: login.map(|login| Box::new(login.own())) }
            }
            Self::MessageInjected { queue } => Kind::MessageInjected { queue: own(queue) },
            Self::MessageAccepted { queue, acceptance } => {
                Kind::MessageAccepted { queue: own(queue), acceptance: acceptance.own() }
            }
            Self::MessageNamed { queue, message_id } => {
                Kind::MessageNamed { queue: own(queue), message_id: own(message_id) }
            }
            Self::MessageProxied(acceptance) => Kind::MessageProxied(acceptance.own()),
            Self::MessageGone { queue } => Kind::MessageGone { queue: own(queue) },
            Self::Closed { starttls } => Kind::Closed { starttls },
        }
    }
}

impl Event<'_> {
    /// The same event with owned text, for the way to another slice.
    pub fn own(self) -> Event<'static> {
        Event { head: self.head.own(), kind: self.kind.own() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, is_same};

    #[test]
    fn texts_are_the_same_if_all_their_bytes_are() {
        let text: Vec<u8> = (0..80).collect();
        for len in 0..text.len() {
            let one = &text[..len];
            assert!(is_same(one, one), "{len}");
            assert!(!is_same(one, &text[..=len]), "{len}");
            let elsewhere = one.to_vec();
            assert_eq!(Id::of(one), Id::of(&elsewhere), "{len}");
            assert_ne!(Id::of(one), Id::of(&text[..=len]), "{len}");
            for at in 0..len {
                let mut other = one.to_vec();
                other[at] ^= 1;
                assert!(!is_same(one, &other), "{len} {at}");
                assert_ne!(Id::of(one), Id::of(&other), "{len} {at}");
            }
        }
    }
}

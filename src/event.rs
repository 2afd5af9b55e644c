//! The words that session formats speak and the joiner understands.
//!
//! A session format (Postfix, and later Exchange protocol logs and Sendmail) turns one line into one [`Event`]. Its
//! text is borrowed from the slice being read; the few events that wait for the slice before are made to own it.

use crate::submission::{Place, Tls};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

/// Text of an event: borrowed from a slice, or owned.
pub type Text<'a> = Cow<'a, [u8]>;

/// One SMTP session: the server process that holds it, for as long as it holds it.
#[derive(Clone, Debug)]
pub struct SessionKey<'a> {
    /// Host that logged it.
    pub host: Text<'a>,
    /// Service (`postfix/submission`).
    pub service: Text<'a>,
    /// Process id or session id, as text.
    pub id: Text<'a>,
}

/// One place in a mail queue. Ids are reused, so a key alone names no message.
#[derive(Clone, Debug)]
pub struct QueueKey<'a> {
    /// Host that logged it.
    pub host: Text<'a>,
    /// Queue id, case as logged.
    pub id: Text<'a>,
}

/// Two services of a host seldom have a process of the same id: the hash need not tell them apart, and a key is looked up
/// several times a line.
impl Hash for SessionKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
        self.host.hash(state);
    }
}

impl PartialEq for SessionKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.id, &other.id)
            && is_same(&self.service, &other.service)
            && is_same(&self.host, &other.host)
    }
}

impl Eq for SessionKey<'_> {}

impl PartialEq for QueueKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.id, &other.id) && is_same(&self.host, &other.host)
    }
}

impl Eq for QueueKey<'_> {}

/// Whether two short texts are equal. The parts of keys have 3 to 20 bytes, for which a call of `memcmp` costs more than the
/// comparison (a tenth of the time in which a log of Postfix was read).
#[inline]
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let words = |text: &[u8]| Some((*text.first_chunk::<8>()?, *text.last_chunk::<8>()?));
    let halves = |text: &[u8]| Some((*text.first_chunk::<4>()?, *text.last_chunk::<4>()?));
    match one.len() {
        len if len != other.len() => false,
        0..=3 => one.iter().eq(other),
        4..=7 => halves(one) == halves(other),
        8..=16 => words(one) == words(other),
        17..=64 => {
            let pairs = || one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
            pairs().all(|(one, other)| u64::from_ne_bytes(*one) == u64::from_ne_bytes(*other))
                && one.last_chunk::<8>() == other.last_chunk::<8>()
        }
        _ => one == other,
    }
}

/// Two hosts seldom have the same queue id.
impl Hash for QueueKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
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
    /// Which instances have said something about it, and when the message that they hold was begun.
    pub known: Vec<(Text<'a>, Option<i64>)>,
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
    LoginFailed(Login<'a>, u64),
    /// A message got a queue id. Without a login it only says that the id is taken.
    MessageBegun {
        /// The queue id; `None` where a proxy in front of the queue holds the message.
        queue: Option<Text<'a>>,
        /// The part of the server that owns the queue: queue ids of two instances may be equal.
        instance: Text<'a>,
        /// Who is logged in, if anybody.
        login: Option<Box<Login<'a>>>,
    },
    /// A message came in without an SMTP session (the `sendmail` command): the id is taken.
    MessageInjected {
        /// The queue id.
        queue: Text<'a>,
        /// The instance, as above.
        instance: Text<'a>,
    },
    /// The queue manager took a message over.
    MessageAccepted {
        /// The queue id.
        queue: Text<'a>,
        /// The instance, as above.
        instance: Text<'a>,
        /// What was logged about it.
        acceptance: Acceptance<'a>,
    },
    /// The Message-ID of a queued message.
    MessageNamed {
        /// The queue id.
        queue: Text<'a>,
        /// The instance, as above.
        instance: Text<'a>,
        /// The header field's value.
        message_id: Text<'a>,
    },
    /// The proxy behind this session took the session's message over.
    MessageProxied(Acceptance<'a>),
    /// A queue id is free again.
    MessageGone {
        /// The queue id.
        queue: Text<'a>,
        /// The instance, as above.
        instance: Text<'a>,
    },
    /// The client is gone.
    Closed {
        /// Whether the server's closing counters say that STARTTLS succeeded.
        starttls: bool,
    },
}

/// One line of a session log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Where the line stands.
    pub place: Place,
    /// The session (for events of the queue only its host counts).
    pub session: SessionKey<'a>,
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

impl QueueKey<'_> {
    /// The same key with owned text.
    pub fn own(self) -> QueueKey<'static> {
        QueueKey { host: own(self.host), id: own(self.id) }
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
                Former::Asked(question) => Former::Asked(Box::new(Question {
                    id: own(question.id),
                    known: question.known.into_iter().map(|(instance, at)| (own(instance), at)).collect(),
                })),
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
            Self::LoginFailed(login, times) => Kind::LoginFailed(login.own(), times),
            Self::MessageBegun { queue, instance, login } => Kind::MessageBegun {
                queue: queue.map(own),
                instance: own(instance),
                login: login.map(|login| Box::new(login.own())),
            },
            Self::MessageInjected { queue, instance } => {
                Kind::MessageInjected { queue: own(queue), instance: own(instance) }
            }
            Self::MessageAccepted { queue, instance, acceptance } => Kind::MessageAccepted {
                queue: own(queue),
                instance: own(instance),
                acceptance: acceptance.own(),
            },
            Self::MessageNamed { queue, instance, message_id } => {
                Kind::MessageNamed { queue: own(queue), instance: own(instance), message_id: own(message_id) }
            }
            Self::MessageProxied(acceptance) => Kind::MessageProxied(acceptance.own()),
            Self::MessageGone { queue, instance } => {
                Kind::MessageGone { queue: own(queue), instance: own(instance) }
            }
            Self::Closed { starttls } => Kind::Closed { starttls },
        }
    }
}

impl Event<'_> {
    /// The same event with owned text, for the way to another slice.
    pub fn own(self) -> Event<'static> {
        Event { at: self.at, place: self.place, session: self.session.own(), kind: self.kind.own() }
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn texts_are_the_same_if_all_their_bytes_are() {
        let text: Vec<u8> = (0..80).collect();
        for len in 0..text.len() {
            let one = &text[..len];
            assert!(is_same(one, one), "{len}");
            assert!(!is_same(one, &text[..=len]), "{len}");
            for at in 0..len {
                let mut other = one.to_vec();
                other[at] ^= 1;
                assert!(!is_same(one, &other), "{len} {at}");
            }
        }
    }
}

//! The words of conversations whose rows are numbered: SMTP protocol logs of Exchange Server, in which any number of
//! sessions share a file, and every row bears its session's id and its number within it.
//!
//! A format turns a row into a [`Turn`], and message tracking into [`Tracked`]; the joiner turns them into submissions.
//! Text is borrowed from the slice being read, until a piece is handed to the ordered stage.

use crate::event::{SessionKey, Text, own};
use crate::submission::{Basis, Counts, Place, Sink, Submission, Tls, mechanism};

/// One row of a session. Whose it is is borrowed from what was found in the rows before: a row that bore these texts itself
/// had 300 bytes, and was copied four times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn<'r, 'a> {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Where the row stands.
    pub place: Place,
    /// The session: server, connector and session id.
    pub session: &'r SessionKey<'a>,
    /// The row's number in its session, from 0.
    pub number: u64,
    /// The ends of its connection.
    pub ends: &'r Ends<'a>,
    /// What was said.
    pub said: Said<'a>,
}

/// The ends of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ends<'a> {
    /// The server's end.
    pub local: Peer<'a>,
    /// The other end.
    pub remote: Peer<'a>,
}

/// An end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Peer<'a> {
    /// Its address, without brackets.
    pub address: Text<'a>,
    /// Its port.
    pub port: Option<u16>,
}

/// Whether a connector is a hub's for the clients of front ends, by the name that Exchange Server gives it (2013 and later,
/// in English): `EXCH01\Client Proxy EXCH01`.
pub fn is_client_proxy(server: &[u8], connector: &[u8]) -> bool {
    const NAME: &[u8] = b"Client Proxy ";
    let (name, rest) = connector.split_at_checked(NAME.len()).unwrap_or_default();
    !server.is_empty() && name.eq_ignore_ascii_case(NAME) && rest.eq_ignore_ascii_case(server)
}

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// `+`: a client connected.
    Opened,
    /// `-`: it is gone.
    Closed,
    /// `<`: a command of the client.
    Command(Command<'a>),
    /// `>`: a reply of the server.
    Reply(Reply<'a>),
    /// `*`: TLS began.
    TlsEstablished(Tls, Option<Text<'a>>),
    /// `*`: the server knows who it is.
    Authenticated(Text<'a>),
    /// `*`: the server refused the login.
    LoginRefused,
    /// `*`: who was refused.
    RefusedName(Text<'a>),
    /// `*`: a message begins; message tracking knows it by this name.
    Receiving(Text<'a>),
    /// `*`: a front end has found a hub for the client that logged in.
    HandedOver,
    /// Nothing that matters here.
    Nothing,
}

/// A command of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// EHLO or HELO, with the name.
    Greet(Text<'a>),
    /// STARTTLS, X-ANONYMOUSTLS.
    StartTls,
    /// AUTH, with the mechanism.
    Login(Text<'a>),
    /// X-EXPS: another Exchange server logs in.
    ServerLogin,
    /// MAIL FROM; `None` if the address cannot be read.
    Mail(Option<Text<'a>>),
    /// RCPT TO.
    Recipient,
    /// DATA or BDAT.
    Data,
    /// RSET.
    Reset,
    /// XPROXY: a front end says for whom it speaks.
    Proxy(Box<Proxied<'a>>),
    /// Another one.
    Other,
}

/// Whom a front end speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxied<'a> {
    /// The session id at the front end.
    pub session: Text<'a>,
    /// The client's end of the connection to the front end.
    pub client: Peer<'a>,
    /// What the client called itself.
    pub helo: Option<Text<'a>>,
}

/// A reply of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The three digits (RFC 5321 section 4.2).
    pub code: u16,
    /// What it replies to, as far as it says so itself.
    pub to: Answer<'a>,
}

/// What a reply says about the command that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Status 2.1.0: the sender is taken.
    Sender,
    /// Status 2.1.5: a recipient is taken.
    Recipient,
    /// Status 2.6.0 with the server's own id: the message is taken.
    Message(Box<Receipt<'a>>),
    /// It does not say.
    Any,
}

/// What the server says of a message that it took.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Receipt<'a> {
    /// The Message-ID header field.
    pub message_id: Option<Text<'a>>,
    /// The server's own id of the message.
    pub internal_id: Option<Text<'a>>,
    /// Bytes; Exchange 2010 does not say.
    pub size: Option<u64>,
}

/// A front end's send log: the connection with this local end carries this session of the receive log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relayed<'a> {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// Where the row stands.
    pub place: Place,
    /// The local end, which is the remote end at the hub.
    pub from: Peer<'a>,
    /// The session id at the front end.
    pub session: Text<'a>,
}

/// A message that message tracking saw coming in by SMTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked<'a> {
    /// The name by which protocol logs know it: session id, time and number.
    pub context: Option<Text<'a>>,
    /// What is known of it.
    pub record: Record<'a>,
    /// It came in where only clients that logged in are let in.
    pub is_marked: bool,
}

/// A message, a session or a failed login of which more may be learnt elsewhere. Fields as in [`Submission`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Submission documents the same fields")]
pub struct Record<'a> {
    pub at: i64,
    pub place: Place,
    pub server: Text<'a>,
    pub service: Text<'a>,
    pub sender: Option<Text<'a>>,
    pub login: Option<Text<'a>>,
    pub client: Option<Text<'a>>,
    pub helo: Option<Text<'a>>,
    pub tls: Tls,
    pub cipher: Option<Text<'a>>,
    pub mechanism: Option<Text<'a>>,
    pub basis: Basis,
    pub message_id: Option<Text<'a>>,
    pub internal_id: Option<Text<'a>>,
    pub counts: Counts,
}

impl Record<'_> {
    /// Tells it as it stands.
    pub fn tell(&self, sink: &mut impl Sink) {
        self.tell_of(self, sink);
    }

    /// Tells it as a message of a client whose session `front` is: who, from where, over which TLS, to which connector.
    pub fn tell_of(&self, front: &Record<'_>, sink: &mut impl Sink) {
        sink.submission(&Submission {
            time: Some(self.at),
            place: self.place,
            server: Some(&front.server).filter(|server| !server.is_empty()).map(AsRef::as_ref),
            service: Some(&front.service).filter(|service| !service.is_empty()).map(AsRef::as_ref),
            sender: self.sender.as_deref(),
            login: front.login.as_deref(),
            client: front.client.as_deref(),
            client_name: None,
            helo: front.helo.as_deref(),
            tls: Some(front.tls),
            cipher: front.cipher.as_deref(),
            mechanism: front.mechanism.as_deref().map(mechanism),
            basis: front.basis,
            message_id: self.message_id.as_deref(),
            queue_id: self.internal_id.as_deref(),
            counts: Some(self.counts),
        });
    }

    /// The same with owned text.
    pub fn own(self) -> Record<'static> {
        Record {
            at: self.at,
            place: self.place,
            server: own(self.server),
            service: own(self.service),
            sender: self.sender.map(own),
            login: self.login.map(own),
            client: self.client.map(own),
            helo: self.helo.map(own),
            tls: self.tls,
            cipher: self.cipher.map(own),
            mechanism: self.mechanism.map(own),
            basis: self.basis,
            message_id: self.message_id.map(own),
            internal_id: self.internal_id.map(own),
            counts: self.counts,
        }
    }
}

impl Ends<'_> {
    /// The same with owned text.
    pub fn own(self) -> Ends<'static> {
        Ends { local: self.local.own(), remote: self.remote.own() }
    }
}

impl Peer<'_> {
    /// The same with owned text.
    pub fn own(self) -> Peer<'static> {
        Peer { address: own(self.address), port: self.port }
    }
}

impl Said<'_> {
    /// The same with owned text.
    pub fn own(self) -> Said<'static> {
        match self {
            Self::Opened => Said::Opened,
            Self::Closed => Said::Closed,
            Self::Command(command) => Said::Command(command.own()),
            Self::Reply(reply) => Said::Reply(reply.own()),
            Self::TlsEstablished(tls, cipher) => Said::TlsEstablished(tls, cipher.map(own)),
            Self::Authenticated(name) => Said::Authenticated(own(name)),
            Self::LoginRefused => Said::LoginRefused,
            Self::RefusedName(name) => Said::RefusedName(own(name)),
            Self::Receiving(context) => Said::Receiving(own(context)),
            Self::HandedOver => Said::HandedOver,
            Self::Nothing => Said::Nothing,
        }
    }
}

impl Command<'_> {
    /// The same with owned text.
    pub fn own(self) -> Command<'static> {
        match self {
            Self::Greet(name) => Command::Greet(own(name)),
            Self::StartTls => Command::StartTls,
            Self::Login(mechanism) => Command::Login(own(mechanism)),
            Self::ServerLogin => Command::ServerLogin,
            Self::Mail(sender) => Command::Mail(sender.map(own)),
            Self::Recipient => Command::Recipient,
            Self::Data => Command::Data,
            Self::Reset => Command::Reset,
            Self::Proxy(proxied) => Command::Proxy(Box::new(proxied.own())),
            Self::Other => Command::Other,
        }
    }
}

impl Proxied<'_> {
    /// The same with owned text.
    pub fn own(self) -> Proxied<'static> {
        Proxied { session: own(self.session), client: self.client.own(), helo: self.helo.map(own) }
    }
}

impl Reply<'_> {
    fn own(self) -> Reply<'static> {
        let to = match self.to {
            Answer::Sender => Answer::Sender,
            Answer::Recipient => Answer::Recipient,
            Answer::Any => Answer::Any,
            Answer::Message(receipt) => Answer::Message(Box::new(Receipt {
                message_id: receipt.message_id.map(own),
                internal_id: receipt.internal_id.map(own),
                size: receipt.size,
            })),
        };
        Reply { code: self.code, to }
    }
}

impl Relayed<'_> {
    /// The same with owned text.
    pub fn own(self) -> Relayed<'static> {
        Relayed { at: self.at, place: self.place, from: self.from.own(), session: own(self.session) }
    }
}

impl Tracked<'_> {
    /// The same with owned text.
    pub fn own(self) -> Tracked<'static> {
        Tracked { context: self.context.map(own), record: self.record.own(), is_marked: self.is_marked }
    }
}

//! One SMTP session, row by row: who logged in, over which TLS, and which messages the server took.
//!
//! Commands wait in a queue for their replies (RFC 5321 section 4.2; with PIPELINING, RFC 2920, several at once). Where rows
//! are missing, a reply that says what it answers skips the commands before it.

mod owned;

use super::link::{Ask, Front, Offer, Way};
use crate::event::{SessionKey, Text};
use crate::submission::{Basis, Counts, Place, Tls};
use crate::turn::{Answer, Command, Peer, Receipt, Record, Reply, Said, Turn, is_client_proxy};
use std::collections::VecDeque;

/// Commands without a reply that are kept at most: of more, the replies are taken for missing.
const IN_FLIGHT: usize = 200;

/// What a session comes to.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// A message, a session or a refused login of a client of this server.
    Told(Record<'a>, Option<Text<'a>>),
    /// A message or session of a front end's client: it knows more.
    Asked(Ask<'a>),
    /// A client logged in here: who speaks for this session speaks for it.
    Offered(Offer<'a>),
}

/// A session as far as it was heard.
#[derive(Clone, Debug, Default)]
pub struct Conversation<'a> {
    /// Rows are missing: that no TLS was seen proves nothing.
    has_gap: bool,
    /// Where the front end's part was found, once it was looked for.
    front: Front,
    helo: Option<Text<'a>>,
    tls: Option<(Tls, Option<Text<'a>>)>,
    /// STARTTLS was granted.
    starts_tls: bool,
    in_flight: VecDeque<Command<'a>>,
    attempt: Option<Attempt<'a>>,
    login: Option<Login<'a>>,
    /// When it was first heard of.
    began: Option<i64>,
    /// A front end handed it over to a hub.
    is_front_end: bool,
    /// The session was counted.
    is_counted: bool,
    /// Another server logged in, or tries to.
    is_server: bool,
    /// The server's replies are in the log.
    has_replies: bool,
    /// The row in which it did: when, where, between which ends.
    server_login: Option<(i64, Place, Peer<'a>, Option<u16>)>,
    /// For whom it speaks.
    way: Option<Proxying<'a>>,
    transaction: Option<Option<Text<'a>>>,
    recipients: u64,
    context: Option<Text<'a>>,
}

/// A login that has no answer yet.
#[derive(Clone, Debug, Default)]
struct Attempt<'a> {
    mechanism: Option<Text<'a>>,
    login: Option<Text<'a>>,
    /// When and where it was refused, and from where it came.
    refused: Option<(i64, Place, Peer<'a>)>,
    refused_name: Option<Text<'a>>,
}

#[derive(Clone, Debug)]
struct Login<'a> {
    mechanism: Option<Text<'a>>,
    login: Option<Text<'a>>,
}

/// For whom a session speaks, since when, and where it said so.
#[derive(Clone, Debug)]
struct Proxying<'a> {
    way: Way<'a>,
    begun: i64,
    said: Place,
}

/// The facts of a row beside what was said.
struct Row<'r, 'a> {
    at: i64,
    place: Place,
    session: &'r SessionKey<'a>,
    remote: &'r Peer<'a>,
    local: &'r Peer<'a>,
}

/// Ports on which the client proxy of a hub listens: its connector's name is localised, the port is not.
const CLIENT_PROXY_PORT: u16 = 465;

impl<'a> Conversation<'a> {
    /// A session whose beginning nobody heard.
    pub fn after_a_gap() -> Self {
        Self { has_gap: true, ..Self::default() }
    }

    /// Rows are missing here.
    pub fn pass_gap(&mut self) {
        self.has_gap = true;
    }

    /// What an earlier message asked for was found, or is not there.
    pub fn found(&mut self, asked: Place, front: &Front) {
        if self.way.as_ref().is_some_and(|proxying| proxying.said == asked) {
            self.front = front.clone();
        }
    }

    fn set_way(&mut self, way: Way<'a>, begun: i64, said: Place) {
        self.way = Some(Proxying { way, begun, said });
        self.front = Front::Open;
    }

    /// Hears the next row.
    pub fn hear(&mut self, turn: Turn<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        let Turn { at, place, session, ends, said, .. } = turn;
        let row = Row { at, place, session, remote: &ends.remote, local: &ends.local };
        self.began.get_or_insert(at);
        match said {
            Said::Command(command) => self.command(command, &row, out),
            Said::Reply(reply) => self.reply(reply, &row, out),
            Said::TlsEstablished(tls, cipher) => self.begin_tls(tls, cipher),
            Said::Authenticated(name) => self.authenticated(name),
            Said::LoginRefused => {
                if let Some(attempt) = &mut self.attempt {
                    attempt.refused = Some((row.at, row.place, row.remote.clone()));
                }
            }
            Said::RefusedName(name) => {
                if let Some(attempt) = &mut self.attempt {
                    attempt.refused_name = Some(name);
                }
            }
            Said::Receiving(context) => self.context = Some(context),
            Said::HandedOver => self.is_front_end = true,
            Said::Closed => self.end(session, out),
            Said::Opened | Said::Nothing => {}
        }
    }

    /// Nothing more is heard of it.
    pub fn end(&mut self, session: &SessionKey<'a>, out: &mut impl FnMut(Outcome<'a>)) {
        if let Some((at, place, remote, local_port)) = self.server_login.take() {
            // A server that spoke for nobody's message spoke for somebody's session.
            let local = Peer { port: local_port, ..Peer::default() };
            let row = Row { at, place, session, remote: &remote, local: &local };
            self.ask_for_connection(&row);
            self.count_proxied(&row, out);
        }
        self.refuse(session, out);
    }

    /// After STARTTLS a session begins anew (RFC 3207 section 4.2).
    fn begin_tls(&mut self, tls: Tls, cipher: Option<Text<'a>>) {
        self.tls = Some((tls, cipher));
        self.login = None;
        self.transaction = None;
    }

    fn tls(&self) -> (Tls, Option<Text<'a>>) {
        match &self.tls {
            Some((tls, cipher)) => (*tls, cipher.clone()),
            None if self.starts_tls => (Tls::Encrypted, None),
            None if self.has_gap => (Tls::Unknown, None),
            None => (Tls::None, None),
        }
    }

    /// The name belongs to the login that is being tried: a client's (AUTH) or a server's (X-EXPS).
    fn authenticated(&mut self, name: Text<'a>) {
        let tried = self.in_flight.iter().find(|c| matches!(c, Command::Login(_) | Command::ServerLogin));
        match (tried, &mut self.attempt) {
            (Some(Command::Login(_)), Some(attempt)) => attempt.login = Some(name),
            // The row of its AUTH is missing, but a client that logs in again is still a client.
            (None, None) if self.has_gap && self.login.is_some() => {
                self.attempt = Some(Attempt { login: Some(name), ..Attempt::default() });
            }
            _ => {}
        }
    }

    fn command(&mut self, command: Command<'a>, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        if self.in_flight.back().is_some_and(is_last_of_its_group) || self.in_flight.len() >= IN_FLIGHT {
            self.forget(self.in_flight.len());
        }
        let is_clients = self.way.is_some() && is_of_servers(&command);
        let command = if is_clients { Command::Other } else { command };
        match &command {
            Command::Greet(name) => {
                self.helo = Some(name.clone());
                self.end_transaction();
            }
            Command::Login(mechanism) => {
                self.refuse(row.session, out);
                self.attempt = Some(Attempt { mechanism: Some(mechanism.clone()), ..Attempt::default() });
            }
            Command::ServerLogin => {
                self.is_server = true;
                self.server_login = Some((row.at, row.place, row.remote.clone(), row.local.port));
            }
            // Anywhere else, and without a server's login, anybody may type it.
            Command::Proxy(proxied) if self.is_server && is_on_client_proxy(row) => {
                self.set_way(Way::Session(Box::new((**proxied).clone())), row.at, row.place);
            }
            Command::Reset => self.end_transaction(),
            Command::Mail(_) => self.begins_message(row, out),
            _ => {}
        }
        if !matches!(command, Command::Proxy(_)) {
            self.count_proxied(row, out);
        }
        self.in_flight.push_back(command);
    }

    fn begins_message(&mut self, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        // The reply to the login is missing, yet the client goes on.
        if self.attempt.as_ref().is_some_and(|attempt| attempt.login.is_some()) {
            self.log_in(row, out);
        }
        self.ask_for_connection(row);
    }

    /// Where nobody has said for whom a server speaks, the send log of a front end may name the connection.
    fn ask_for_connection(&mut self, row: &Row<'_, 'a>) {
        let is_open = self.login.is_none() && self.way.is_none();
        if is_open && is_on_client_proxy(row) && (self.is_server || self.has_gap) {
            // If it does not, and the words may be among the missing rows, the connector's name is a mark.
            let is_named = is_client_proxy(&row.session.host, &row.session.service);
            let way = Way::Connection { from: row.remote.clone(), is_likely: self.has_gap && is_named };
            self.set_way(way, self.began.unwrap_or(row.at), row.place);
        }
    }

    fn end_transaction(&mut self) {
        self.transaction = None;
        self.recipients = 0;
        self.context = None;
    }

    /// The replies to the oldest commands are missing.
    fn forget(&mut self, count: usize) {
        for lost in self.in_flight.drain(..count) {
            // Who does not wait for the reply to X-EXPS is no server.
            if lost == Command::ServerLogin && self.has_replies && !self.has_gap {
                self.is_server = false;
            }
            // What comes later says that the sender was taken.
            if let Command::Mail(sender) = lost {
                self.transaction = Some(sender);
                self.recipients = 0;
            }
        }
    }

    /// Takes the oldest command that this reply can answer, and forgets those before it.
    fn answered(&mut self, reply: &Reply<'a>) -> Option<Command<'a>> {
        let fits = |command: &Command<'a>| match (&reply.to, reply.code) {
            (Answer::Sender, _) => matches!(command, Command::Mail(_)),
            (Answer::Recipient, _) => matches!(command, Command::Recipient),
            (Answer::Message(_), _) => matches!(command, Command::Data),
            (Answer::Any, 235 | 535) => matches!(command, Command::Login(_) | Command::ServerLogin),
            (Answer::Any, _) => true,
        };
        let index = self.in_flight.iter().position(fits);
        let says_what = reply.to != Answer::Any;
        self.forget(index.unwrap_or(if says_what { self.in_flight.len() } else { 0 }));
        index.and_then(|_| self.in_flight.pop_front())
    }

    fn reply(&mut self, reply: Reply<'a>, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        self.has_replies = true;
        if (300..400).contains(&reply.code) {
            return;
        }
        let command = self.answered(&reply);
        let is_positive = (200..300).contains(&reply.code);
        match (command, reply.to) {
            (command, Answer::Message(receipt)) => {
                drop(command);
                self.accepted(*receipt, row, out);
            }
            (Some(Command::Mail(sender)), _) if is_positive => {
                self.transaction = Some(sender);
                self.recipients = 0;
            }
            // The row of the command is missing: a message of somebody.
            (None, Answer::Sender) if self.transaction.is_none() => {
                self.transaction = Some(None);
                self.recipients = 0;
            }
            (_, Answer::Recipient) => self.recipients = self.recipients.saturating_add(1),
            (Some(Command::StartTls), _) => self.starts_tls = is_positive,
            (Some(Command::Login(_)), _) if is_positive => self.log_in(row, out),
            (Some(Command::Login(_)), _) => self.refused(reply.code, row, out),
            (Some(Command::ServerLogin), _) => {
                self.is_server = is_positive;
                self.way.take_if(|_| !is_positive);
            }
            (Some(Command::Proxy(_)), _) if is_positive => self.count_proxied(row, out),
            (Some(Command::Proxy(_)), _) => self.way = None,
            // The row of the command is missing.
            (None, _) if reply.code == 235 && self.attempt.is_some() => self.log_in(row, out),
            // Somebody did not wait for the refusal of X-EXPS. (Later, it is the client's login that is refused.)
            (None, _) if reply.code == 535 && !self.is_counted => {
                self.is_server = false;
                self.way = None;
            }
            _ => {}
        }
    }

    /// The login was taken. The first one of a session counts it.
    fn log_in(&mut self, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        let Some(Attempt { mechanism, login, .. }) = self.attempt.take() else { return };
        self.login = Some(Login { mechanism, login });
        let session = self.record(row, Counts::session());
        if std::mem::replace(&mut self.is_counted, true) {
            return;
        }
        out(Outcome::Told(session.clone(), None));
        out(Outcome::Offered(Offer {
            session: row.session.id.clone(),
            client: row.remote.clone(),
            own_address: row.local.address.clone(),
            is_front_end: self.is_front_end,
            record: session,
        }));
    }

    fn refused(&mut self, code: u16, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        if let Some(attempt) = &mut self.attempt
            // Other codes are about the mechanism, or about the server.
            && code == 535
        {
            attempt.refused.get_or_insert((row.at, row.place, row.remote.clone()));
        }
        self.refuse(row.session, out);
        self.attempt = None;
    }

    /// Tells a refused login, if there is one that was not told.
    fn refuse(&mut self, session: &SessionKey<'a>, out: &mut impl FnMut(Outcome<'a>)) {
        let Some(attempt) = self.attempt.take_if(|attempt| attempt.refused.is_some()) else { return };
        let Some((at, place, remote)) = attempt.refused else { return };
        let local = Peer::default();
        let row = Row { at, place, session, remote: &remote, local: &local };
        let record = Record {
            login: attempt.refused_name,
            mechanism: attempt.mechanism,
            tls: Tls::Unknown,
            cipher: None,
            ..self.record(&row, Counts { failed_logins: 1, ..Counts::ZERO })
        };
        out(Outcome::Told(record, None));
    }

    /// The first word after XPROXY that is not a refusal: the session counts.
    fn count_proxied(&mut self, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        if self.is_counted || self.way.is_none() {
            return;
        }
        self.is_counted = true;
        let record = self.record(row, Counts::session());
        out(self.outcome(record, row, None));
    }

    /// The server took a message.
    fn accepted(&mut self, receipt: Receipt<'a>, row: &Row<'_, 'a>, out: &mut impl FnMut(Outcome<'a>)) {
        let sender = self.transaction.take().flatten();
        let context = self.context.take();
        let recipients = std::mem::take(&mut self.recipients);
        if self.login.is_none() && self.way.is_none() {
            return;
        }
        let Receipt { message_id, internal_id, size } = receipt;
        let counts = Counts::message(recipients, size.unwrap_or(0));
        let record = Record { sender, message_id, internal_id, ..self.record(row, counts) };
        out(self.outcome(record, row, context));
    }

    fn outcome(&self, record: Record<'a>, row: &Row<'_, 'a>, context: Option<Text<'a>>) -> Outcome<'a> {
        match &self.way {
            Some(proxying) => Outcome::Asked(Ask {
                way: proxying.way.clone(),
                begun: proxying.begun,
                said: proxying.said,
                is_relayed: false,
                session: row.session.clone(),
                front: self.front.clone(),
                context,
                record,
            }),
            None => Outcome::Told(record, context),
        }
    }

    /// What is known now, for a message, a session or a failed login.
    fn record(&self, row: &Row<'_, 'a>, counts: Counts) -> Record<'a> {
        let empty = |text: &Text<'a>| text.is_empty();
        let mut record = Record {
            at: row.at,
            place: row.place,
            server: row.session.host.clone(),
            service: row.session.service.clone(),
            sender: None,
            login: None,
            client: Some(row.remote.address.clone()).filter(|address| !empty(address)),
            helo: self.helo.clone(),
            tls: Tls::Unknown,
            cipher: None,
            mechanism: None,
            basis: Basis::Proven,
            message_id: None,
            internal_id: None,
            counts,
        };
        match self.way.as_ref().map(|proxying| &proxying.way) {
            Some(Way::Session(proxied)) => {
                record.client = Some(proxied.client.address.clone()).filter(|address| !empty(address));
                record.helo.clone_from(&proxied.helo);
            }
            // The other end is the front end, and its words are its own.
            Some(Way::Connection { .. }) => {
                record.client = None;
                record.helo = None;
                record.basis = Basis::Likely;
            }
            None => {
                let login = &self.login;
                (record.tls, record.cipher) = self.tls();
                record.mechanism = login.as_ref().and_then(|login| login.mechanism.clone());
                record.login = login.as_ref().and_then(|login| login.login.clone());
            }
        }
        record
    }
}

/// Whether a row is of a hub's connector for the clients of front ends.
fn is_on_client_proxy(row: &Row<'_, '_>) -> bool {
    row.local.port == Some(CLIENT_PROXY_PORT) || is_client_proxy(&row.session.host, &row.session.service)
}

/// Commands of servers, and logins. Once a front end has said for whom it speaks, a client's own words follow, and it may type
/// these: they change nothing.
fn is_of_servers(command: &Command<'_>) -> bool {
    matches!(command, Command::Login(_) | Command::ServerLogin | Command::Proxy(_) | Command::StartTls)
}

/// Whether a client waits for the reply to a command before it goes on, even with PIPELINING.
fn is_last_of_its_group(command: &Command<'_>) -> bool {
    match command {
        Command::Greet(_)
        | Command::StartTls
        | Command::Login(_)
        | Command::ServerLogin
        | Command::Proxy(_) => true,
        Command::Mail(_) | Command::Recipient | Command::Data | Command::Reset | Command::Other => false,
    }
}

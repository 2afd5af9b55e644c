//! SMTP protocol logs of Exchange Server: SmtpReceive of front end, hub and edge, and SmtpSend of the front end.
//!
//! Microsoft documents the fields (`protocol-logging.md`); what rows say was seen in logs of 2010 to 2019. A row is one
//! word of a session: `<` of the client, `>` of the server, `*` a remark. Only the columns that the server fills decide how
//! a row is read; what the client typed stands in `data` of `<`, and its Message-ID in the reply that accepts the message.

use super::headed::{Cells, When, Word, column, name, part};
use super::scan::{Scan, number};
use super::{Format, Rows, Shape};
use crate::coverage::Connectors;
use crate::event::{SessionKey, Text, is_same, own};
use crate::issue::Reason;
use crate::submission::Tls;
use crate::turn::{Answer, Command, Ends, Peer, Proxied, Receipt, Relayed, Reply, Said, Turn};
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "exchange-smtp",
    about: "SMTP protocol logs of Exchange Server (SmtpReceive; SmtpSend of the front end)",
    tells: "front end: login, mechanism, TLS version, client, EHLO name, failed logins, of sessions; hub: messages, sender, \
            size, recipients; both together: everything",
    silent: "messages, where only the front end's log is given; TLS version and login, where only the hub's is",
    shape: Shape::Rows(Rows::ExchangeSmtp),
};

/// The fields of a log that lost its header lines.
const FIELDS: [&[u8]; 9] = [
    b"date-time",
    b"connector-id",
    b"session-id",
    b"sequence-number",
    b"local-endpoint",
    b"remote-endpoint",
    b"event",
    b"data",
    b"context",
];

/// The columns of a protocol log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Number of columns.
    pub width: usize,
    /// It is a send log: the server is the client.
    pub is_send: bool,
    columns: [usize; 9],
}

impl Smtp {
    /// Finds the columns. `kind` is what the log calls itself.
    pub fn find(kind: Option<&[u8]>, fields: &[&[u8]]) -> Option<Self> {
        let mut columns = [0; 9];
        for (found, name) in columns.iter_mut().zip(FIELDS) {
            *found = column(fields, &[&super::headed::folded(name)])?;
        }
        let is_send = kind.is_some_and(|kind| memchr::memmem::find(kind, b"Send").is_some());
        Some(Self { width: fields.len(), is_send, columns })
    }

    /// The columns of a log without header lines, if this can be a row of one.
    pub fn of_row(cells: &Cells<'_>) -> Option<Self> {
        let [time, .., session, sequence, _, _, event, _, _] = cells else { return None };
        let is_row = cells.len() == FIELDS.len()
            && crate::time::stamp::iso(time).is_some_and(|(_, rest)| rest.is_empty())
            && session.len() == 16
            && session.iter().all(u8::is_ascii_hexdigit)
            && number(sequence).is_some()
            && matches!(&**event, b"+" | b"-" | b"<" | b">" | b"*");
        if is_row { Self::find(None, &FIELDS) } else { None }
    }

    /// The column of the time.
    pub fn time(&self) -> usize {
        let [time, ..] = self.columns;
        time
    }

    /// What a row is. `sessions` are those of the rows before, `connectors` collects who logs.
    pub fn row<'r, 'a>(
        &self,
        cell: impl Fn(usize) -> Text<'a>,
        when: When,
        sessions: &'r mut Sessions<'a>,
        connectors: Option<&mut Connectors>,
    ) -> Word<'r, 'a> {
        let [_, connector, session, sequence, local, remote, event, data, context] = self.columns;
        let When { at, place } = when;
        if self.is_send {
            return relayed(when, &cell(local), &cell(event), &cell(context));
        }
        let session = cell(session);
        let Some(number) = number(&cell(sequence)).filter(|_| !session.is_empty()) else {
            return Word::Issue(Reason::ExchangeRow);
        };
        let Some(said) = said(&cell(event), &cell(data), &cell(context)) else {
            return Word::Issue(Reason::ExchangeRow);
        };
        let others = [&cell(remote), &cell(local), &cell(connector)];
        let Some(Known { session, ends, .. }) = sessions.find(&session, others) else {
            return Word::Issue(Reason::ExchangeRow);
        };
        if let Some(connectors) = connectors {
            connectors.add(&session.host, &session.service, ends.local.port, matches!(said, Said::Opened));
        }
        Word::Turn(Turn { at, place, session, number, ends, said })
    }
}

/// The sessions of the rows before: those that go on side by side take turns, and each row of one says the same of it.
#[derive(Debug, Default)]
pub struct Sessions<'a> {
    /// Each in a place that its id tells; of two with the same place, the one seen last.
    places: Vec<Option<Known<'a>>>,
}

/// A session, and the cells that tell it: its id (and that as two words), the other end, the server's end, the connector.
#[derive(Debug)]
struct Known<'a> {
    tag: [u64; 2],
    others: [Text<'a>; 3],
    session: SessionKey<'a>,
    ends: Ends<'a>,
}

/// How many places there are; a power of two. A server with hundreds of rows in a minute has dozens of sessions at a time: when the
/// last eight were kept, every third row was that of another one.
const PLACES: usize = 256;

impl<'a> Sessions<'a> {
    /// The session that these cells tell.
    #[inline]
    fn find(&mut self, id: &Text<'a>, others: [&Text<'a>; 3]) -> Option<&Known<'a>> {
        let tag = tag(id);
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let place = self.places.get_mut(place(tag))?;
        let is_it = |known: &Known<'_>| {
            known.tag == tag
                && known.session.id.len() == id.len()
                && (id.len() == ID || is_same(&known.session.id, id))
                && known.others.iter().zip(others).all(|(one, other)| is_same(one, other))
        };
        if !place.as_ref().is_some_and(is_it) {
            *place = Some(Known::new(tag, id, others));
        }
        place.as_ref()
    }
}

impl<'a> Known<'a> {
    #[cold]
    #[inline(never)]
    fn new(tag: [u64; 2], id: &Text<'a>, others: [&Text<'a>; 3]) -> Self {
        let [remote, local, connector] = others;
        let (host, service) = names(connector);
        let session = SessionKey { host, service, id: id.clone() };
        let ends = Ends { local: peer(local), remote: peer(remote) };
        Self { tag, others: others.map(Clone::clone), session, ends }
    }
}

/// The place of a session. Ids that follow each other differ in their last letters, which are the highest bytes: so is what is
/// taken of the product.
fn place([first, last]: [u64; 2]) -> usize {
    let mixed = (first ^ last).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 56).unwrap_or(0) & (PLACES - 1)
}

/// Bytes of a session id, as a rule.
const ID: usize = 16;

/// An id of that length as two words: they differ at one glance.
fn tag(id: &[u8]) -> [u64; 2] {
    let word =
        |at: usize| id.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word));
    [word(0), word(8)]
}

/// `EXCH01\Client Frontend EXCH01`: the server and its connector. Connectors of Edge and of send logs may lack the server.
pub(super) fn names<'a>(connector: &Text<'a>) -> (Text<'a>, Text<'a>) {
    let connector = name(connector);
    match memchr::memchr(b'\\', &connector) {
        Some(at) => (
            part(&connector, |text| text.get(..at).unwrap_or_default()),
            part(&connector, |text| text.get(at.saturating_add(1)..).unwrap_or_default()),
        ),
        None => (Text::default(), connector),
    }
}

/// `192.0.2.5:50100`, `[2001:db8::5]:50100`; the port stands behind the last colon.
fn peer<'a>(endpoint: &Text<'a>) -> Peer<'a> {
    let port = port(endpoint);
    let address =
        part(endpoint, |text| address_of(port.and_then(|(colon, _)| text.get(..colon)).unwrap_or(text)));
    Peer { address, port: port.map(|(_, port)| port) }
}

/// The port behind the last colon, and where that colon stands.
fn port(endpoint: &[u8]) -> Option<(usize, u16)> {
    // A port has five digits at most.
    let colon = endpoint.iter().rev().take(6).position(|byte| *byte == b':')?;
    let colon = endpoint.len().checked_sub(colon)?.checked_sub(1)?;
    let port = number(endpoint.get(colon.saturating_add(1)..)?)?;
    Some((colon, u16::try_from(port).ok()?))
}

/// A row of a send log: the front end says which session it hands over on this connection.
fn relayed<'r, 'a>(
    When { at, place }: When,
    local: &Text<'a>,
    event: &[u8],
    context: &Text<'a>,
) -> Word<'r, 'a> {
    const WORDS: &[u8] = b"Proxying inbound session with session id ";
    if event != b"*" || !context.starts_with(WORDS) {
        return Word::Ignored("row of a send log");
    }
    let session = part(context, |text| text.get(WORDS.len()..).unwrap_or_default().trim_ascii());
    Word::Relayed(Relayed { at, place, from: peer(local), session })
}

/// What a row says; `None` if its event is none.
fn said<'a>(event: &[u8], data: &Text<'a>, context: &Text<'a>) -> Option<Said<'a>> {
    Some(match event {
        b"+" => Said::Opened,
        b"-" => Said::Closed,
        b"<" => Said::Command(match data {
            Cow::Borrowed(text) => command(text),
            Cow::Owned(text) => command(text).own(),
        }),
        b">" => Said::Reply(reply(data)),
        b"*" => remark(data, context),
        _ => return None,
    })
}

/// No verb that is known has more letters.
const LONGEST_VERB: usize = 16;

/// A command and its argument (RFC 5321 section 4.1.1), without regard to case.
fn command(text: &[u8]) -> Command<'_> {
    let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    let (verb, argument) = text.split_at_checked(end).unwrap_or((text, &[]));
    let argument = argument.trim_ascii();
    let mut upper = [0; LONGEST_VERB];
    upper.iter_mut().zip(verb).for_each(|(to, from)| *to = from.to_ascii_uppercase());
    match upper.get(..verb.len()).unwrap_or_default() {
        b"EHLO" | b"HELO" => Command::Greet(Cow::Borrowed(argument)),
        b"STARTTLS" | b"X-ANONYMOUSTLS" => Command::StartTls,
        b"AUTH" => {
            let end = argument.iter().position(|byte| *byte == b' ').unwrap_or(argument.len());
            Command::Login(Cow::Borrowed(argument.get(..end).unwrap_or(argument)))
        }
        b"X-EXPS" => Command::ServerLogin,
        b"MAIL" => Command::Mail(path(argument, b"FROM:").map(Cow::Borrowed)),
        b"RCPT" => Command::Recipient,
        b"DATA" | b"BDAT" => Command::Data,
        b"RSET" => Command::Reset,
        b"XPROXY" => proxied(argument).map_or(Command::Other, |proxied| Command::Proxy(Box::new(proxied))),
        _ => Command::Other,
    }
}

/// The address of `FROM:<address> SIZE=2048`, also without brackets, as some devices send it.
fn path<'a>(argument: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (begin, rest) = argument.split_at_checked(word.len())?;
    if !begin.eq_ignore_ascii_case(word) {
        return None;
    }
    let mut scan = Scan(rest.trim_ascii_start());
    match scan.tag(b"<") {
        Some(()) => scan.address(),
        None => Some(scan.while_(|byte| byte != b' ')).filter(|address| !address.is_empty()),
    }
}

/// `SID=08DF... IP=192.0.2.70 PORT=50100 DOMAIN=scanner CAPABILITIES=0`: the client chose the domain, so nothing behind it
/// is read, and of the others the first counts.
fn proxied(argument: &[u8]) -> Option<Proxied<'_>> {
    let (mut session, mut address, mut port, mut helo) = (None, None, None, None);
    let mut scan = Scan(argument);
    while helo.is_none() && !scan.is_done() {
        let key = scan.until_byte(b'=')?;
        if key.eq_ignore_ascii_case(b"DOMAIN") {
            let end = memchr::memmem::rfind(scan.0, b" CAPABILITIES=").unwrap_or(scan.0.len());
            helo = scan.0.get(..end);
            break;
        }
        let value = scan.while_(|byte| byte != b' ');
        scan.0 = scan.0.trim_ascii_start();
        match key.to_ascii_uppercase().as_slice() {
            b"SID" => session = session.or(Some(value)),
            b"IP" => address = address.or(Some(address_of(value))),
            b"PORT" => port = port.or(number(value)),
            _ => {}
        }
    }
    let address = Cow::Borrowed(address.unwrap_or_default());
    let client = Peer { address, port: port.and_then(|port| u16::try_from(port).ok()) };
    let helo = helo.filter(|helo| !helo.is_empty()).map(Cow::Borrowed);
    Some(Proxied { session: Cow::Borrowed(session.filter(|session| !session.is_empty())?), client, helo })
}

/// An address without what some write around those of IPv6: `[2001:db8::5]`, `IPv6:2001:db8::5` (RFC 5321 section 4.1.3).
fn address_of(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text);
    let (tag, rest) = text.split_at_checked(5).unwrap_or_default();
    if tag.eq_ignore_ascii_case(b"IPv6:") { rest } else { text }
}

/// A reply: three digits, an enhanced status (RFC 3463) in most, a text.
fn reply<'a>(data: &Text<'a>) -> Reply<'a> {
    let code = data.get(..3).and_then(number).and_then(|code| u16::try_from(code).ok()).unwrap_or(0);
    let to = match data.get(3..10) {
        Some(b" 2.1.0 ") if code == 250 => Answer::Sender,
        Some(b" 2.1.5 ") if code == 250 => Answer::Recipient,
        Some(b" 2.6.0 ") if code == 250 => match data {
            Cow::Borrowed(text) => {
                receipt(text).map_or(Answer::Any, |receipt| Answer::Message(Box::new(receipt)))
            }
            Cow::Owned(text) => receipt(text).map_or(Answer::Any, |receipt| {
                Answer::Message(Box::new(Receipt {
                    message_id: receipt.message_id.map(own),
                    internal_id: receipt.internal_id.map(own),
                    size: receipt.size,
                }))
            }),
        },
        _ => Answer::Any,
    };
    Reply { code, to }
}

/// `250 2.6.0 <id> [InternalId=5450313518243, Hostname=exch01] 141301 bytes in 0.101, 1361.827 KB/sec Queued mail for
/// delivery`, older `[InternalId=110] Queued mail for delivery`. The client chose the id, so it is the last bracket that the
/// server wrote. A chunk that was taken (`250 2.6.0 CHUNK received OK, 2048 octets`) has none.
fn receipt(text: &[u8]) -> Option<Receipt<'_>> {
    const BRACKET: &[u8] = b" [InternalId=";
    // With the blank before the id, which may be missing.
    let behind = text.get(9..)?;
    let at = memchr::memmem::rfind(behind, BRACKET)?;
    let (id, rest) = behind.split_at_checked(at)?;
    let mut scan = Scan(rest);
    scan.tag(BRACKET)?;
    let internal_id = scan.while_(|byte| byte.is_ascii_digit());
    let mut size = scan;
    let size = size.until(b"] ").and_then(|_| {
        size.0 = size.0.strip_prefix(b"(").unwrap_or(size.0);
        let bytes = size.number()?;
        size.tag(b" bytes").map(|()| bytes)
    });
    let id = id.trim_ascii();
    let id = id.strip_prefix(b"<").and_then(|id| id.strip_suffix(b">")).unwrap_or(id);
    Some(Receipt {
        message_id: Some(Cow::Borrowed(id)).filter(|id| !id.is_empty()),
        internal_id: Some(Cow::Borrowed(internal_id)).filter(|id| !id.is_empty()),
        size,
    })
}

/// A remark of the server.
fn remark<'a>(data: &Text<'a>, context: &Text<'a>) -> Said<'a> {
    const USER_NAME: &[u8] = b"User Name: ";
    match &**context {
        b"authenticated" => Said::Authenticated(data.clone()),
        b"receiving message" => Said::Receiving(data.clone()),
        text if text.starts_with(b"TLS protocol ") => {
            let algorithm = part(context, bulk_algorithm);
            let tls = tls(text).unwrap_or(Tls::Encrypted);
            Said::TlsEstablished(tls, Some(algorithm).filter(|algorithm| !algorithm.is_empty()))
        }
        text if text.starts_with(USER_NAME) => Said::RefusedName(part(context, |text| {
            text.get(USER_NAME.len()..).unwrap_or_default().trim_ascii()
        })),
        text if text.starts_with(b"Proxy session was successfully set up") => Said::HandedOver,
        text if is_refusal(text) => Said::LoginRefused,
        _ => Said::Nothing,
    }
}

/// `Inbound AUTH LOGIN failed because of LogonDenied`.
fn is_refusal(text: &[u8]) -> bool {
    let mut scan = Scan(text);
    let is_login = scan.tag(b"Inbound AUTH ").and_then(|()| scan.until_byte(b' '));
    is_login.is_some() && scan.0.starts_with(b"failed")
}

/// `TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using ...`: the name that Schannel gives the version, or its
/// number.
fn tls(text: &[u8]) -> Option<Tls> {
    let mut scan = Scan(text);
    scan.tag(b"TLS protocol ")?;
    let version = scan.while_(|byte| byte != b' ');
    match number(version) {
        Some(0x10) => Some(Tls::Ssl3),
        Some(0x40) => Some(Tls::V1_0),
        Some(0x100) => Some(Tls::V1_1),
        Some(0x400) => Some(Tls::V1_2),
        Some(0x1000) => Some(Tls::V1_3),
        Some(_) => None,
        None => Tls::from_protocol(version),
    }
}

/// The cipher without its suite, which is not logged.
fn bulk_algorithm(text: &[u8]) -> &[u8] {
    let mut scan = Scan(text);
    match scan.until(b"bulk encryption algorithm ") {
        Some(_) => scan.while_(|byte| byte != b' '),
        None => &[],
    }
}

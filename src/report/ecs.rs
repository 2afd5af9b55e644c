//! `--schema ecs`: single messages under the names of the Elastic Common Schema (elastic.co/guide/en/ecs, 8.17).
//!
//! What the schema has no name for stands below `smtpauth.`, as it asks for. Where the logs hold only sessions, a row is a
//! login.

use super::messages;
use super::value::ValueOf;
use crate::submission::{Basis, Tls};
use core::net::IpAddr;

/// A field: its name, what stands in it, and whether that is a column of our own or something else.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the schema.
    pub name: &'static str,
    /// Where its value comes from.
    from: From,
}

#[derive(Clone, Copy, Debug)]
enum From {
    /// Always this.
    Fixed(&'static str),
    /// Always a list of this; of sessions, of the other.
    List(&'static str, &'static str),
    /// This; of sessions, the other.
    Either(&'static str, &'static str),
    /// What happened: a message of a trace that does not say who authenticated is no submission.
    Action,
    /// A column of `export --rows messages`.
    Column(&'static str),
    /// The address of the client, if it is one.
    Ip,
    /// The TLS version.
    Version,
    /// The protocol that it is a version of.
    Protocol,
    /// Whether there was TLS, where that is known.
    Established,
}

const fn field(name: &'static str, from: From) -> Field {
    Field { name, from }
}

/// Every field, in order.
pub const FIELDS: [Field; 34] = [
    field("@timestamp", From::Column("time")),
    field("ecs.version", From::Fixed("8.17.0")),
    field("event.kind", From::Fixed("event")),
    field("event.category", From::List("email", "authentication")),
    field("event.type", From::List("info", "start")),
    field("event.action", From::Action),
    field("event.outcome", From::Fixed("success")),
    field("event.module", From::Fixed("smtpauth")),
    field("event.dataset", From::Either("smtpauth.messages", "smtpauth.sessions")),
    field("network.protocol", From::Fixed("smtp")),
    field("network.transport", From::Fixed("tcp")),
    field("host.name", From::Column("server")),
    field("service.name", From::Column("service")),
    field("source.address", From::Column("client")),
    field("source.ip", From::Ip),
    field("source.domain", From::Column("client_name")),
    field("user.name", From::Column("login")),
    field("email.sender.address", From::Column("sender")),
    field("email.message_id", From::Column("message_id")),
    field("email.local_id", From::Column("queue_id")),
    field("tls.established", From::Established),
    field("tls.version", From::Version),
    field("tls.version_protocol", From::Protocol),
    field("tls.cipher", From::Column("cipher")),
    field("log.file.path", From::Column("source")),
    field("smtpauth.format", From::Column("format")),
    field("smtpauth.basis", From::Column("basis")),
    field("smtpauth.domain", From::Column("domain")),
    field("smtpauth.helo", From::Column("helo")),
    field("smtpauth.tls", From::Column("tls")),
    field("smtpauth.auth", From::Column("auth")),
    field("smtpauth.mechanism", From::Column("mechanism")),
    field("smtpauth.recipients", From::Column("recipients")),
    field("smtpauth.size", From::Column("size")),
];

/// Their names.
pub fn columns() -> Vec<&'static str> {
    FIELDS.iter().map(|field| field.name).collect()
}

/// The row of a message, or of a session, made of that of `export --rows messages`.
pub fn row<'t>(row: &[ValueOf<'t>], is_session: bool) -> Vec<ValueOf<'t>> {
    FIELDS.iter().map(|field| value(field.from, row, is_session)).collect()
}

fn value<'t>(from: From, row: &[ValueOf<'t>], is_session: bool) -> ValueOf<'t> {
    let either = |message, session| if is_session { session } else { message };
    let tls = || match column(row, "tls") {
        ValueOf::Words(words) => Tls::from_data(words.as_bytes()),
        _ => None,
    };
    match from {
        From::Fixed(words) => words.into(),
        From::List(message, session) => ValueOf::Sentence(vec![either(message, session).into()]),
        From::Either(message, session) => either(message, session).into(),
        From::Action => match column(row, "basis") {
            ValueOf::Words(words) if *words == Basis::Unmarked.data() => "smtp-message".into(),
            _ => either("smtp-submission", "smtp-login").into(),
        },
        From::Column(name) => column(row, name).clone(),
        From::Ip => match column(row, "client") {
            ValueOf::Text(text) => ip(text.bytes()).map_or(ValueOf::Missing, ValueOf::words),
            _ => ValueOf::Missing,
        },
        From::Version => match tls() {
            Some(Tls::Ssl3) => "3.0".into(),
            Some(tls) if tls.is_version() => tls.data().into(),
            _ => ValueOf::Missing,
        },
        From::Protocol => match tls() {
            Some(Tls::Ssl3) => "ssl".into(),
            Some(tls) if tls.is_version() || tls == Tls::Encrypted => "tls".into(),
            _ => ValueOf::Missing,
        },
        From::Established => match tls() {
            Some(Tls::None) => ValueOf::Flag(false),
            None | Some(Tls::Unknown | Tls::Unlogged) => ValueOf::Missing,
            Some(_) => ValueOf::Flag(true),
        },
    }
}

fn column<'r, 't>(row: &'r [ValueOf<'t>], name: &str) -> &'r ValueOf<'t> {
    let index = messages::COLUMNS.iter().position(|column| *column == name);
    index.and_then(|index| row.get(index)).unwrap_or(&ValueOf::Missing)
}

/// An address in its usual spelling: the field takes nothing else.
fn ip(client: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(client).ok()?;
    text.parse::<IpAddr>().ok().map(|address| address.to_string())
}

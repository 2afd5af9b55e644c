//! A table of anybody's: columns are found by their names, a row is a message (or as many as its count says).

use super::table::{Row, RowContext, Seen, cell};
use super::{Format, Rows, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, Counts, Place, Sink, Submission, Tls, mechanism};
use crate::time::stamp;

pub(super) const FORMAT: Format = Format {
    name: "csv",
    about: "CSV, TSV or semicolons with a header",
    tells: "what its columns say; a sender is needed; a row with empty login and mechanism was not authenticated",
    silent: "whether SMTP AUTH was used, if it has neither a login nor a mechanism column",
    shape: Shape::Rows(Rows::Table),
};

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Time,
    Sender,
    Login,
    Tls,
    Cipher,
    Mechanism,
    Client,
    ClientName,
    Helo,
    Recipients,
    Size,
    MessageId,
    Server,
    Count,
}

/// Names of columns: compared without case, blanks and punctuation. The first is the one to recommend.
const ALIASES: [(Field, &str, &[&str]); 14] = [
    (
        Field::Time,
        "time",
        &["timestamp", "date", "datetime", "when", "received", "datereceived", "eventtime", "logtime"],
    ),
    (
        Field::Sender,
        "sender",
        &["from", "senderaddress", "mailfrom", "envelopefrom", "envelopesender", "returnpath", "fromaddress"],
    ),
    (
        Field::Login,
        "login",
        &[
            "user",
            "username",
            "account",
            "saslusername",
            "authuser",
            "authid",
            "authenticateduser",
            "loginname",
        ],
    ),
    (Field::Tls, "tls", &["tlsversion", "tlsprotocol", "sslversion", "sslprotocol", "smtptlsversion"]),
    (Field::Cipher, "cipher", &["tlscipher", "ciphersuite", "sslcipher"]),
    (
        Field::Mechanism,
        "mechanism",
        &["mech", "auth", "authmechanism", "authmethod", "authtype", "saslmethod", "saslmechanism"],
    ),
    (
        Field::Client,
        "client_ip",
        &["client", "ip", "ipaddress", "clientaddress", "sourceip", "remoteip", "remoteaddress"],
    ),
    (
        Field::ClientName,
        "client_name",
        &["clienthost", "clienthostname", "hostname", "rdns", "ptr", "remotehost"],
    ),
    (Field::Helo, "helo", &["ehlo", "heloname", "ehloname"]),
    (Field::Recipients, "recipients", &["nrcpt", "nrcpts", "rcpts", "rcptcount", "recipientcount"]),
    (Field::Size, "size", &["bytes", "messagesize", "totalbytes"]),
    (Field::MessageId, "message_id", &["msgid", "internetmessageid"]),
    (Field::Server, "server", &["servername", "mailserver", "mta"]),
    (Field::Count, "count", &["messages", "messagecount"]),
];

/// Which column holds what.
#[derive(Clone, Debug)]
pub struct Columns {
    fields: Vec<(Field, usize)>,
    basis: Basis,
}

impl Columns {
    /// Finds the columns of a header. `Err`: it looks like a table of mail, but has no sender.
    pub fn find(header: &[Vec<u8>]) -> Option<Result<Self, ()>> {
        let mut fields = Vec::new();
        for (column, name) in header.iter().enumerate() {
            if let Some(field) = field_of(name)
                && !fields.iter().any(|(known, _)| *known == field)
            {
                fields.push((field, column));
            }
        }
        let has = |field| fields.iter().any(|(known, _)| *known == field);
        let is_marked = has(Field::Login) || has(Field::Mechanism);
        let basis = if is_marked { Basis::Proven } else { Basis::Unmarked };
        match (has(Field::Sender), fields.len()) {
            (true, 2..) => Some(Ok(Self { fields, basis })),
            (false, 3..) => Some(Err(())),
            _ => None,
        }
    }

    /// Whether the table says which messages used SMTP AUTH.
    pub fn basis(&self) -> Basis {
        self.basis
    }

    fn get<'r>(&self, record: &'r csv::ByteRecord, field: Field) -> Option<&'r [u8]> {
        let (_, column) = self.fields.iter().find(|(known, _)| *known == field)?;
        Some(cell(record, *column))
    }

    /// As `get`, an empty cell being none.
    fn text<'r>(&self, record: &'r csv::ByteRecord, field: Field) -> Option<&'r [u8]> {
        self.get(record, field).filter(|text| !text.is_empty())
    }

    fn number(&self, record: &csv::ByteRecord, field: Field, missing: u64) -> Option<u64> {
        self.text(record, field).map_or(Some(missing), super::scan::number)
    }

    pub(super) fn row(
        &self,
        record: &csv::ByteRecord,
        place: Place,
        context: &RowContext,
        sink: &mut impl Sink,
    ) -> Row {
        let login = self.text(record, Field::Login);
        let method = self.text(record, Field::Mechanism);
        if self.basis == Basis::Proven && login.is_none() && method.is_none() {
            return Row::Ignored("row without a login");
        }
        let seen = match self.get(record, Field::Time) {
            None => None,
            Some(text) => match stamp::table(text, context.order) {
                None => return Row::Issue(Reason::RowTime),
                Some(stamp) => Some(Seen { at: context.clock.instant(stamp), zoned: stamp.offset.is_some() }),
            },
        };
        let time = seen.map(|seen| seen.at);
        if time.is_some_and(|time| time > context.limit) {
            return Row::Issue(Reason::Future);
        }
        let number = |field, missing| self.number(record, field, missing);
        let (Some(messages), Some(recipients), Some(bytes)) =
            (number(Field::Count, 1), number(Field::Recipients, 0), number(Field::Size, 0))
        else {
            return Row::Issue(Reason::RowNumber);
        };
        let tls = tls(self.text(record, Field::Tls));
        sink.submission(&Submission {
            time,
            place,
            server: self.text(record, Field::Server),
            service: None,
            sender: self.text(record, Field::Sender).map(without_brackets),
            login,
            client: self.text(record, Field::Client).map(without_square_brackets),
            client_name: self.text(record, Field::ClientName),
            helo: self.text(record, Field::Helo),
            tls: Some(tls.unwrap_or(Tls::Unknown)),
            cipher: self.text(record, Field::Cipher),
            mechanism: method.map(mechanism),
            basis: self.basis,
            message_id: self.text(record, Field::MessageId),
            queue_id: None,
            counts: Some(Counts { messages, ..Counts::message(recipients, bytes) }),
        });
        if tls.is_none() { Row::UsedWithIssue(seen, Reason::RowTls) } else { Row::Used(seen) }
    }
}

fn field_of(name: &[u8]) -> Option<Field> {
    let folded: Vec<u8> =
        name.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    let is_name = |known: &str| known.bytes().filter(|b| *b != b'_').eq(folded.iter().copied());
    let matches = |(_, first, others): &&(Field, &str, &[&str])| {
        is_name(first) || others.iter().any(|other| is_name(other))
    };
    ALIASES.iter().find(matches).map(|(field, _, _)| *field)
}

/// The names of columns that are understood, for the README and for errors.
pub fn aliases() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ALIASES.iter().map(|(_, first, others)| (*first, *others))
}

/// `None`: a value that is no TLS version.
fn tls(text: Option<&[u8]>) -> Option<Tls> {
    let Some(text) = text else { return Some(Tls::Unknown) };
    match text.to_ascii_lowercase().as_slice() {
        b"none" | b"no" | b"-" | b"plain" | b"false" => Some(Tls::None),
        b"unknown" | b"n/a" => Some(Tls::Unknown),
        b"encrypted" | b"yes" | b"true" | b"tls" | b"ssl" => Some(Tls::Encrypted),
        _ => Tls::from_protocol(text),
    }
}

/// `<a@b>` is a@b, `<>` the null sender.
fn without_brackets(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")).unwrap_or(text)
}

fn without_square_brackets(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text)
}

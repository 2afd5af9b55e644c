//! Message tracking of Exchange Server: `MSGTRK*.LOG`, and what `Get-MessageTrackingLog | Export-Csv` makes of it.
//!
//! Microsoft documents the fields (`message-tracking.md`), and that the connector `Client Proxy` takes the mail of clients
//! that logged in at a front end: that is the mark, since Exchange 2013. Logs of 2010 have none. Which TLS version and which
//! login was used stands in no field.

use super::exchange_smtp::names;
use super::headed::{Cells, When, Word, column, part};
use super::scan::number;
use super::{Format, Rows, Shape};
use crate::event::Text;
use crate::submission::{Basis, Counts, Tls};
use crate::turn::{Record, Tracked, is_client_proxy};

pub(super) const FORMAT: Format = Format {
    name: "exchange-tracking",
    about: "message tracking of Exchange Server, as logs or from Get-MessageTrackingLog | Export-Csv",
    tells: "messages that came in on Client Proxy (2013 and later), sender, client, EHLO name, size, recipients",
    silent: "TLS version, login, mechanism, failed logins; in logs of Exchange 2010, who authenticated",
    shape: Shape::Rows(Rows::ExchangeTracking),
};

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Time,
    Source,
    Event,
    Connector,
    Context,
    ServerName,
    ClientAddress,
    OriginalAddress,
    MessageId,
    Bytes,
    Recipients,
    Sender,
    ReturnPath,
    Custom,
}

/// Names of fields without punctuation: of logs, and of the properties of the cmdlet.
const NAMES: [(Field, &[&[u8]]); 14] = [
    (Field::Time, &[b"datetime", b"timestamp"]),
    (Field::Source, &[b"source"]),
    (Field::Event, &[b"eventid"]),
    (Field::Connector, &[b"connectorid"]),
    (Field::Context, &[b"sourcecontext"]),
    (Field::ServerName, &[b"serverhostname"]),
    (Field::ClientAddress, &[b"clientip"]),
    (Field::OriginalAddress, &[b"originalclientip"]),
    (Field::MessageId, &[b"messageid"]),
    (Field::Bytes, &[b"totalbytes"]),
    (Field::Recipients, &[b"recipientcount"]),
    (Field::Sender, &[b"senderaddress", b"sender"]),
    (Field::ReturnPath, &[b"returnpath"]),
    (Field::Custom, &[b"customdata"]),
];

/// The properties without which nothing is known, as the cmdlet spells them.
const NEEDED: [(Field, &str); 5] = [
    (Field::Time, "Timestamp"),
    (Field::Source, "Source"),
    (Field::Event, "EventId"),
    (Field::Connector, "ConnectorId"),
    (Field::MessageId, "MessageId"),
];

/// What a table lacks that is an export of message tracking by its other columns.
pub fn missing(fields: &[&[u8]]) -> Option<Vec<&'static str>> {
    let has = |wanted: Field| {
        NAMES.iter().any(|(field, names)| *field == wanted && column(fields, names).is_some())
    };
    // No other table has the kind of an event beside these.
    let others = [
        Field::Source,
        Field::Connector,
        Field::Context,
        Field::ServerName,
        Field::OriginalAddress,
        Field::Recipients,
    ];
    let is_tracking = has(Field::Event) && others.into_iter().any(has);
    let lacks = NEEDED.into_iter().filter(|(field, _)| !has(*field)).map(|(_, name)| name);
    Some(lacks.collect()).filter(|lacks: &Vec<_>| is_tracking && !lacks.is_empty())
}

/// The columns of message tracking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// Number of columns.
    pub width: usize,
    columns: Vec<(Field, usize)>,
}

impl Tracking {
    /// Finds the columns: without the event, its source and the connector nothing is known.
    pub fn find(fields: &[&[u8]]) -> Option<Self> {
        let found = NAMES.iter().filter_map(|(field, names)| Some((*field, column(fields, names)?)));
        let columns: Vec<_> = found.collect();
        let has = |field: Field| columns.iter().any(|(known, _)| *known == field);
        NEEDED.into_iter().all(|(field, _)| has(field)).then_some(Self { width: fields.len(), columns })
    }

    /// The column of the time.
    pub fn time(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| *column)
    }

    fn get<'c, 'a>(&self, cells: &'c Cells<'a>, field: Field) -> Option<&'c Text<'a>> {
        let (_, column) = self.columns.iter().find(|(known, _)| *known == field)?;
        cells.get(*column).filter(|cell| !cell.is_empty())
    }

    /// What a row is: only a message that comes in by SMTP says something of its client.
    pub fn row<'r, 'a>(&self, cells: &Cells<'a>, when: When) -> Word<'r, 'a> {
        let is =
            |field, word: &[u8]| self.get(cells, field).is_some_and(|cell| cell.eq_ignore_ascii_case(word));
        if !is(Field::Source, b"SMTP") || !is(Field::Event, b"RECEIVE") {
            return Word::Ignored("another event of message tracking");
        }
        let count = |field| self.get(cells, field).and_then(|cell| number(cell)).unwrap_or(0);
        let counts = Counts::message(count(Field::Recipients), count(Field::Bytes));
        let (server, service) = self.get(cells, Field::Connector).map(names).unwrap_or_default();
        let is_marked = is_client_proxy(&server, &service);
        let server = match self.get(cells, Field::ServerName) {
            Some(name) if server.is_empty() => name.clone(),
            _ => server,
        };
        let record = Record {
            at: when.at,
            place: when.place,
            server,
            service,
            sender: self.sender(cells),
            login: None,
            client: self.client(cells, is_marked),
            helo: self.custom(cells, b"S:ProxiedClientHostname="),
            tls: Tls::Unknown,
            cipher: None,
            mechanism: None,
            basis: Basis::Likely,
            message_id: self.get(cells, Field::MessageId).map(without_brackets),
            internal_id: None,
            counts,
        };
        let context = self.get(cells, Field::Context).cloned();
        Word::Tracked(Box::new(Tracked { context, record, is_marked }))
    }

    /// The envelope sender (`return-path`); `<>` is the null sender.
    fn sender<'a>(&self, cells: &Cells<'a>) -> Option<Text<'a>> {
        let cell = self.get(cells, Field::ReturnPath).or_else(|| self.get(cells, Field::Sender))?;
        Some(without_brackets(cell))
    }

    /// The client's address: `client-ip` of a proxied message is the front end's.
    fn client<'a>(&self, cells: &Cells<'a>, is_proxied: bool) -> Option<Text<'a>> {
        let original = self.get(cells, Field::OriginalAddress).cloned();
        let proxied = || self.custom(cells, b"S:ProxiedClientIPAddress=");
        let direct = || self.get(cells, Field::ClientAddress).filter(|_| !is_proxied).cloned();
        original.or_else(proxied).or_else(direct)
    }

    /// The first item `S:Name=value` of this name: the server writes its own before those that clients choose.
    fn custom<'a>(&self, cells: &Cells<'a>, name: &[u8]) -> Option<Text<'a>> {
        let cell = self.get(cells, Field::Custom)?;
        let value = part(cell, |text| {
            let mut items = text.split(|byte| *byte == b';');
            items.find_map(|item| item.strip_prefix(name)).unwrap_or_default()
        });
        Some(value).filter(|value| !value.is_empty())
    }
}

fn without_brackets<'a>(cell: &Text<'a>) -> Text<'a> {
    part(cell, |text| text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")).unwrap_or(text))
}

//! A table of anybody's: columns are found by their names, a row is a message (or as many as its count says).

use super::fields::Fields;
use super::mapping::Mapping;
use super::scan::number;
use super::table::{Row, RowContext, Seen};
use super::words::{Method, method, says_nothing, tls};
use super::{Format, Rows, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, Counts, Place, Sink, Submission, Tls, mechanism};
use crate::time::stamp::TableStamps;

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
    /// By [`Field`]; [`MISSING`] is none.
    columns: [usize; ALIASES.len()],
    /// The column `date`, where the time of day has a column of its own, `time`.
    day: Option<usize>,
    basis: Basis,
}

/// No table has such a column: its cell is missing.
const MISSING: usize = usize::MAX;

impl Columns {
    /// Finds the columns of a header. `Err`: it looks like a table of mail, but has no sender.
    pub fn find(header: &[Vec<u8>], told: &Mapping) -> Option<Result<Self, ()>> {
        let mut columns = [MISSING; ALIASES.len()];
        for (column, name) in header.iter().enumerate() {
            if let Some(place) = field_of(name).and_then(|field| columns.get_mut(field as usize)) {
                *place = column.min(*place);
            }
        }
        // The name to recommend counts, whatever other names of the field stand before it: our own rows have `auth` too. Times
        // may be told in two columns, and the first counts.
        for (field, name, _) in ALIASES.iter().filter(|(field, ..)| *field != Field::Time) {
            if let Some(column) = header.iter().position(|column| folded(column) == folded(name.as_bytes()))
                && let Some(place) = columns.get_mut(*field as usize)
            {
                *place = column;
            }
        }
        // What was told counts, whatever the names say.
        for (field, column) in told.columns(header) {
            let place = field_of(field.as_bytes()).and_then(|field| columns.get_mut(field as usize));
            place.into_iter().for_each(|place| *place = column);
        }
        let is_time_told =
            told.columns(header).any(|(field, _)| field_of(field.as_bytes()) == Some(Field::Time));
        let day = if is_time_told { None } else { day_beside_time(header, &mut columns) };
        let has = |field: Field| columns.get(field as usize).is_some_and(|column| *column != MISSING);
        let is_marked = has(Field::Login) || has(Field::Mechanism);
        let basis = if is_marked { Basis::Proven } else { Basis::Unmarked };
        match (has(Field::Sender), columns.iter().filter(|column| **column != MISSING).count()) {
            (true, 2..) => Some(Ok(Self { columns, day, basis })),
            (false, 3..) => Some(Err(())),
            _ => None,
        }
    }

    /// Whether the table says which messages used SMTP AUTH.
    pub fn basis(&self) -> Basis {
        self.basis
    }

    /// Whether its rows can be told from each other: they bear the Message-ID.
    pub fn has_message_ids(&self) -> bool {
        self.column(Field::MessageId) != MISSING
    }

    fn column(&self, field: Field) -> usize {
        self.columns.get(field as usize).copied().unwrap_or(MISSING)
    }

    /// A cell; empty if there is none.
    #[inline(always)]
    fn cell<'r>(&self, record: &Fields<'r, '_>, field: Field) -> &'r [u8] {
        record.cell(self.column(field))
    }

    /// As `cell`, an empty one being none.
    #[inline(always)]
    fn text<'r>(&self, record: &Fields<'r, '_>, field: Field) -> Option<&'r [u8]> {
        let text = self.cell(record, field);
        if text.is_empty() { None } else { Some(text) }
    }

    /// As `text`, what stands for nothing being none.
    #[inline(always)]
    fn said<'r>(&self, record: &Fields<'r, '_>, field: Field) -> Option<&'r [u8]> {
        let text = self.cell(record, field);
        if says_nothing(text) { None } else { Some(text) }
    }

    fn seen(
        &self,
        record: &Fields<'_, '_>,
        context: &RowContext<'_>,
        stamps: &mut TableStamps,
    ) -> Result<Option<Seen>, Reason> {
        if self.column(Field::Time) == MISSING {
            return Ok(None);
        }
        let text = self.cell(record, Field::Time);
        let joined = self.day.and_then(|day| {
            let joined = [record.cell(day), b" ", text].concat();
            stamps.read(&joined)
        });
        // Beside a column `date`, `time` may hold both.
        let stamp = joined.or_else(|| stamps.read(text)).ok_or(Reason::RowTime)?;
        let at = context.clock.instant(stamp);
        if at > context.limit {
            return Err(Reason::Future);
        }
        Ok(Some(Seen { at, zoned: stamp.offset.is_some() }))
    }

    /// Recipients and bytes; a number that is none is none.
    fn numbers(&self, record: &Fields<'_, '_>) -> [Option<u64>; 2] {
        let recipients = self
            .said(record, Field::Recipients)
            .map_or(Some(0), |text| number(text).or_else(|| text.contains(&b'@').then(|| addresses(text))));
        [recipients, self.said(record, Field::Size).map_or(Some(0), number)]
    }

    pub(super) fn row(
        &self,
        record: &Fields<'_, '_>,
        place: Place,
        (context, stamps): (&RowContext<'_>, &mut TableStamps),
        sink: &mut impl Sink,
    ) -> Row {
        let login = self.said(record, Field::Login);
        let mechanism_cell = self.cell(record, Field::Mechanism);
        let method = method(mechanism_cell);
        if self.basis == Basis::Proven && login.is_none() && method == Method::None {
            return Row::Ignored("row without a login");
        }
        let seen = match self.seen(record, context, stamps) {
            Ok(seen) => seen,
            Err(reason) => return Row::Issue(reason),
        };
        // Without its count a row may stand for any number of messages; without the other numbers it is still a message.
        let Some(messages) = self.text(record, Field::Count).map_or(Some(1), number) else {
            return Row::Issue(Reason::RowCount);
        };
        let numbers = self.numbers(record);
        let [recipients, bytes] = numbers.map(Option::unwrap_or_default);
        let tls = tls(self.cell(record, Field::Tls));
        sink.submission(&Submission {
            time: seen.map(|seen| seen.at),
            place,
            server: self.said(record, Field::Server),
            service: None,
            sender: self.text(record, Field::Sender).map(without_brackets),
            login,
            client: self.said(record, Field::Client).map(without_square_brackets),
            client_name: self.said(record, Field::ClientName),
            helo: self.said(record, Field::Helo),
            tls: Some(tls.unwrap_or(Tls::Unknown)),
            cipher: self.text(record, Field::Cipher),
            mechanism: (method == Method::Named).then(|| mechanism(mechanism_cell)),
            basis: self.basis,
            message_id: self.said(record, Field::MessageId),
            queue_id: None,
            counts: Some(Counts { messages, ..Counts::message(recipients, bytes) }),
        });
        if tls.is_none() {
            Row::UsedWithIssue(seen, Reason::RowTls)
        } else if numbers.contains(&None) {
            Row::UsedWithIssue(seen, Reason::RowNumber)
        } else {
            Row::Used(seen)
        }
    }
}

/// Where the first time is told by a pair of columns `date` and `time`: makes `time` the column of times, and returns
/// that of days.
fn day_beside_time(header: &[Vec<u8>], columns: &mut [usize]) -> Option<usize> {
    let column_of = |wanted: &[u8]| header.iter().position(|name| folded(name) == wanted);
    let (day, time) = (column_of(b"date")?, column_of(b"time")?);
    let first = columns.get_mut(Field::Time as usize)?;
    if *first != day && *first != time {
        return None;
    }
    *first = time;
    Some(day)
}

/// The name of a column without case, blanks and punctuation.
fn folded(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}

/// How many addresses stand in a list; names beside them are none.
fn addresses(list: &[u8]) -> u64 {
    let parts = list.split(|byte| matches!(byte, b';' | b',') || byte.is_ascii_whitespace());
    u64::try_from(parts.filter(|part| part.contains(&b'@')).count()).unwrap_or(u64::MAX)
}

fn field_of(name: &[u8]) -> Option<Field> {
    let folded = folded(name);
    let is_name = |known: &str| known.bytes().filter(|b| *b != b'_').eq(folded.iter().copied());
    let matches = |(_, first, others): &&(Field, &str, &[&str])| {
        is_name(first) || others.iter().any(|other| is_name(other))
    };
    ALIASES.iter().find(matches).map(|(field, _, _)| *field)
}

/// The field of a name, by the name to recommend for it.
pub(super) fn field_named(name: &[u8]) -> Option<&'static str> {
    let field = field_of(name)?;
    ALIASES.iter().find(|(known, _, _)| *known == field).map(|(_, first, _)| *first)
}

/// The names of columns that are understood, for the README and for errors.
pub fn aliases() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ALIASES.iter().map(|(_, first, others)| (*first, *others))
}

/// `<a@b>` is a@b, `<>` the null sender.
fn without_brackets(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")).unwrap_or(text)
}

fn without_square_brackets(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::fields::Records;
    use super::super::mapping::NOTHING;
    use super::super::table::Export;
    use super::*;
    use crate::submission::ClientName;
    use crate::time::Clock;

    /// Time, login, mechanism, recipients, bytes.
    type Message = (Option<i64>, Option<String>, Option<String>, u64, u64);

    /// What a row told.
    #[derive(Default)]
    struct Told(Vec<Message>);

    impl Sink for Told {
        fn submission(&mut self, submission: &Submission<'_>) {
            let text = |text: Option<&[u8]>| text.map(|text| String::from_utf8_lossy(text).into_owned());
            let counts = submission.counts();
            self.0.push((
                submission.time,
                text(submission.login),
                text(submission.mechanism.as_deref()),
                counts.recipients,
                counts.bytes,
            ));
        }

        fn tls_logged(&mut self, _: &[u8], _: &[u8], _: i64) {}

        fn client_name(&mut self, _: &[u8], _: ClientName<'_>) {}
    }

    fn read(header: &str, row: &str) -> (Row, Told) {
        let header: Vec<_> = header.split('|').map(|name| name.as_bytes().to_vec()).collect();
        let columns = Columns::find(&header, &NOTHING).unwrap().unwrap();
        let context = RowContext {
            clock: Clock::default(),
            order: None,
            limit: i64::MAX,
            every_line: false,
            export: Export::default(),
        };
        let (mut told, mut stamps) = (Told::default(), TableStamps::default());
        let mut records = Records::new(row.as_bytes(), b'|');
        let fields = records.read().unwrap().fields;
        let row = columns.row(&fields, Place::default(), (&context, &mut stamps), &mut told);
        (row, told)
    }

    #[test]
    fn cells_that_say_nothing() {
        for nothing in ["", "-", "NULL", "None", "n/a", "(null)", "(none)"] {
            let (row, told) = read("sender|login|auth", &format!("a@b|{nothing}|{nothing}"));
            assert!(matches!(row, Row::Ignored(_)) && told.0.is_empty(), "{nothing}");
        }
        for no in ["no", "False", "0"] {
            assert!(matches!(read("sender|login|auth", &format!("a@b|-|{no}")).0, Row::Ignored(_)), "{no}");
        }
        for yes in ["yes", "True", "1"] {
            let (row, told) = read("sender|login|auth", &format!("a@b|-|{yes}"));
            assert!(matches!(row, Row::Used(None)), "{yes}");
            assert_eq!(told.0, [(None, None, None, 0, 0)], "{yes}");
        }
        let (_, told) = read("sender|login|auth", "a@b|null|login");
        assert_eq!(told.0, [(None, None, Some("LOGIN".to_owned()), 0, 0)]);
    }

    #[test]
    fn numbers_that_are_none_do_not_drop_a_message() {
        for (recipients, size, expect, understood) in [
            ("3", "100", (3, 100), true),
            ("", "-", (0, 0), true),
            ("one", "100", (0, 100), false),
            ("2", "1,024", (2, 0), false),
            ("a@b;C <c@d>, e@f  g@h;", "1", (4, 1), true),
        ] {
            let (row, told) = read("sender|recipients|size", &format!("a@b|{recipients}|{size}"));
            assert_eq!((told.0[0].3, told.0[0].4), expect, "{recipients} {size}");
            assert_eq!(matches!(row, Row::Used(_)), understood, "{recipients} {size}");
            assert_eq!(matches!(row, Row::UsedWithIssue(_, Reason::RowNumber)), !understood, "{recipients}");
        }
        let (row, told) = read("sender|count|size", "a@b|1,024|1");
        assert!(matches!(row, Row::Issue(Reason::RowCount)) && told.0.is_empty());
    }

    #[test]
    fn a_date_and_a_time() {
        // 2026-11-21T19:45:10Z.
        let at = Some(1_795_290_310);
        for (header, row) in [
            ("Date|Time|sender", "2026-11-21|19:45:10|a@b"),
            ("time|sender|date", "7:45:10 PM|a@b|21.11.2026"),
            ("time|sender|date", "2026-11-21T19:45:10Z|a@b|Sat, 21 Nov 2026 19:45:10 GMT"),
            ("timestamp|date|time|sender", "2026-11-21 19:45:10|1999-01-01|00:00:00|a@b"),
        ] {
            assert_eq!(read(header, row).1.0.first().map(|told| told.0), Some(at), "{header}");
        }
        for (date, time) in [("", "19:45:10"), ("yesterday", "19:45:10"), ("", "")] {
            let (row, _) = read("date|time|sender", &format!("{date}|{time}|a@b"));
            assert!(matches!(row, Row::Issue(Reason::RowTime)), "{date} {time}");
        }
        let (_, told) = read("date|time|sender", "2026-11-21||a@b");
        assert_eq!(told.0[0].0, Some(1_795_219_200));
    }
}

//! Bytes of one input in, events and submissions out.
//!
//! [`FORMATS`] is the only list of formats: `--input-format`, `inspect`, the README and the tests follow from it. A
//! format that servers write to syslog registers the program names it answers for and sees only text; the envelope
//! around it is read in `envelope`. `detect` decides what an input is, `lines` and `table` walk through its blocks.

pub mod detect;
pub mod envelope;
pub mod fields;
mod guess;
pub mod headed;
pub mod json;
pub mod lines;
pub mod mapping;
pub mod named;
pub mod scan;
pub mod speakers;
pub mod stamps;
pub mod table;

mod cells;
mod columns;
mod detail;
mod exchange_smtp;
mod exchange_tracking;
mod exim;
mod extended;
mod feeds;
mod portal;
mod postfix;
mod signins;
mod trace;
mod words;

pub use cells::{
    APART, COVERED, EVIDENCE, HEADER as CELL_HEADER, MESSAGES, MORE, NEWER, SCHEMA, escape as escape_name,
};
pub use columns::aliases as columns;
pub use signins::LEGACY_TLS;

use crate::event::{Head, Id, Kind, Numbers, Writer};
use crate::issue::Reason;
use crate::submission::{Place, Submission};
use std::borrow::Cow;

/// What one line is.
#[derive(Debug)]
pub enum Class<'a> {
    /// Something happened in a session or a queue.
    Event(Kind<'a>),
    /// The line says all there is about a message, a session or a failed login.
    Submission(Submission<'a>),
    /// Known, and of no use here. The text says what it is.
    Ignored(&'static str),
    /// Not understood, or not believed.
    Issue(Reason),
}

/// One message of a program, without its envelope.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// When: seconds since 1970 (UTC).
    pub at: i64,
    /// Where the line stands.
    pub place: Place,
    /// The host that logged it; empty where the file does not say.
    pub host: &'a [u8],
    /// The program's name in the log (`postfix/submission/smtpd`).
    pub program: &'a [u8],
    /// What the format knows of the program by its name.
    pub known: Program,
    /// Numbers for the names of host, service and instance.
    pub numbers: Numbers,
    /// Its process id.
    pub pid: &'a [u8],
    /// What it said.
    pub text: &'a [u8],
    /// How often: syslog may write `message repeated 4 times: [ ... ]` in place of four lines.
    pub times: u64,
}

impl<'a> Message<'a> {
    /// The service, which is a part of the program's name.
    pub fn service(&self) -> &'a [u8] {
        self.program.get(..usize::from(self.known.service)).unwrap_or(self.program)
    }

    /// When, where and by whom it was written.
    #[inline]
    pub fn head(&self) -> Head<'a> {
        let (process, service) = (Id::of(self.pid), self.service());
        let writer =
            Writer { host: Cow::Borrowed(self.host), service: Cow::Borrowed(service), numbers: self.numbers };
        Head { at: self.at, place: self.place, writer, process }
    }
}

/// What a format knows of a program by its name alone: found out once for a name, not once for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Program {
    /// Which of its programs it is, by a number of the format's own.
    pub part: u8,
    /// How many bytes of the name are the service.
    pub service: u16,
    /// How many bytes of the name are the instance of the server.
    pub instance: u16,
    /// Nothing that it says matters, unless every line is wanted.
    pub is_idle: bool,
}

/// What the reader of a message needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// Every line by its grammar, with a name for what is ignored (`inspect`); else lines that cannot matter are left
    /// aside at the first glance.
    pub every_line: bool,
    /// Message ids, which take lines of their own.
    pub message_ids: bool,
}

/// How a format lies in a file.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Lines of programs that log to syslog, and perhaps to files of their own.
    Messages(Messages),
    /// Rows under a header.
    Rows(Rows),
    /// Records with named fields.
    Records(named::Records),
}

/// A format of lines.
#[derive(Clone, Copy, Debug)]
pub struct Messages {
    /// What the format knows of a program by its name; `None` if it does not answer for it.
    pub program: fn(&[u8]) -> Option<Program>,
    /// What a message is. One that would change nothing that is wanted may be ignored without a name.
    pub read: for<'a> fn(&Message<'a>, Want) -> Class<'a>,
    /// Whether the program also writes files of its own, in which each line begins with an ISO stamp.
    pub own_file: bool,
    /// Whether a line of such a file, behind its stamp, looks like one of the program's.
    pub own_line: fn(&[u8]) -> bool,
}

/// A format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Any table with a header whose names are known.
    Table,
    /// Cells that `export` wrote.
    Cells,
    /// SMTP protocol logs of Exchange Server.
    ExchangeSmtp,
    /// Message tracking of Exchange Server.
    ExchangeTracking,
}

/// A row of the table of formats.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name for `--input-format`, and of its folder in `fixtures/`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// What it can tell.
    pub tells: &'static str,
    /// What it cannot tell.
    pub silent: &'static str,
    /// How it lies in a file.
    pub shape: Shape,
}

/// Every format, in the order in which they are tried.
pub const FORMATS: [Format; 11] = [
    cells::FORMAT,
    exchange_smtp::FORMAT,
    exchange_tracking::FORMAT,
    portal::FORMAT,
    extended::FORMAT,
    trace::FORMAT,
    detail::FORMAT,
    signins::FORMAT,
    columns::FORMAT,
    postfix::FORMAT,
    exim::FORMAT,
];

/// The formats that log to syslog.
pub fn messages() -> impl Iterator<Item = (&'static Format, &'static Messages)> {
    FORMATS.iter().filter_map(|format| match &format.shape {
        Shape::Messages(messages) => Some((format, messages)),
        Shape::Rows(_) | Shape::Records(_) => None,
    })
}

/// The formats of records with named fields.
pub fn records() -> impl Iterator<Item = (&'static Format, &'static named::Records)> {
    FORMATS.iter().filter_map(|format| match &format.shape {
        Shape::Records(records) => Some((format, records)),
        Shape::Messages(_) | Shape::Rows(_) => None,
    })
}

/// The format of a name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

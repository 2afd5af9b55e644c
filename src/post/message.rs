//! A message: headers of our own words, text for every mail program, the same as HTML, and what is attached.

use super::Failure;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{self, Body, Mailbox, Message, MultiPart, SinglePart};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, UNIX_EPOCH};

/// What is to be mailed.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Who sends it.
    pub from: Mailbox,
    /// Who gets it.
    pub to: Vec<Mailbox>,
    /// The subject: options and our own words, nothing from a log.
    pub subject: String,
    /// When, seconds since 1970 (UTC).
    pub date: i64,
    /// What it says, as plain text.
    pub text: String,
    /// What it says, as HTML.
    pub html: String,
    /// What is attached.
    pub attachments: Vec<Attachment>,
}

/// What is attached to a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Name of the file, of our own words.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The report as a page.
    Html,
    /// A table.
    Csv,
}

impl Kind {
    fn content_type(self) -> Result<ContentType, Failure> {
        let text = match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        };
        ContentType::parse(text).map_err(|error| Failure::Message(error.to_string()))
    }
}

/// A program sent it: out-of-office messages and their like are not wanted (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Puts a message together.
pub(super) fn build(letter: &Letter) -> Result<Message, Failure> {
    let since_1970 = Duration::from_secs(u64::try_from(letter.date).unwrap_or(0));
    let date = UNIX_EPOCH.checked_add(since_1970).unwrap_or(UNIX_EPOCH);
    let mut headers = Message::builder()
        .from(letter.from.clone())
        .subject(letter.subject.clone())
        .date(date)
        .message_id(Some(message_id(letter)))
        .header(AutoSubmitted);
    for to in &letter.to {
        headers = headers.to(to.clone());
    }
    let words = MultiPart::alternative()
        .singlepart(text(&letter.text, ContentType::TEXT_PLAIN)?)
        .singlepart(text(&letter.html, ContentType::TEXT_HTML)?);
    let mut whole = if letter.attachments.is_empty() { words } else { MultiPart::mixed().multipart(words) };
    for attachment in &letter.attachments {
        let body = body(attachment.bytes.clone(), ContentTransferEncoding::Base64)?;
        let name = message::Attachment::new(attachment.name.clone());
        whole = whole.singlepart(name.body(body, attachment.kind.content_type()?));
    }
    headers.multipart(whole).map_err(|error| Failure::Message(error.to_string()))
}

/// Lines of a mail hold 998 bytes at most, and some ways still lose the eighth bit: quoted-printable has neither trouble.
fn text(text: &str, kind: ContentType) -> Result<SinglePart, Failure> {
    let body = body(text.to_owned(), ContentTransferEncoding::QuotedPrintable)?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn body(
    content: impl Into<message::MaybeString>,
    encoding: ContentTransferEncoding,
) -> Result<Body, Failure> {
    Body::new_with_encoding(content, encoding)
        .map_err(|_| Failure::Message("a part of it cannot be encoded".to_owned()))
}

/// No two messages have the same, and it tells nothing but the domain of the sender.
fn message_id(letter: &Letter) -> String {
    let [one, other] = [0, 1].map(|seed: u8| RandomState::new().hash_one((letter.date, seed)));
    format!("<{one:016x}{other:016x}@{}>", letter.from.email.domain())
}

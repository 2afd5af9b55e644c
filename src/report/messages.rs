//! `smtpauth export --rows messages`: one row per message, session or failed login, in the order of the logs.

use super::value::{ValueOf, or_null};
use crate::submission::{Auth, Submission, Tls, domain_of};
use std::borrow::Cow;

/// Columns of the data.
pub const COLUMNS: [&str; 20] = [
    "time",
    "server",
    "service",
    "sender",
    "domain",
    "login",
    "client",
    "client_name",
    "helo",
    "tls",
    "cipher",
    "auth",
    "mechanism",
    "basis",
    "recipients",
    "size",
    "message_id",
    "queue_id",
    "format",
    "source",
];

/// The row of a message. `tls` is settled, `format` and `source` name the input.
pub fn row<'r>(message: &'r Submission<'_>, tls: Tls, format: &'r str, source: &'r str) -> Vec<ValueOf<'r>> {
    let counts = message.counts();
    let known = |count: u64| if count > 0 { ValueOf::Count(count) } else { ValueOf::Missing };
    let folded = |text: Option<&'r [u8]>| ValueOf::of(text.map(lower_case));
    vec![
        message.time.map_or(ValueOf::Missing, ValueOf::Instant),
        ValueOf::of(message.server),
        ValueOf::of(message.service),
        folded(message.sender.map(or_null)),
        folded(message.sender.and_then(domain_of)),
        folded(message.login),
        folded(message.client),
        ValueOf::of(message.client_name),
        ValueOf::of(message.helo),
        tls.data().into(),
        ValueOf::of(message.cipher),
        Auth::of(message.mechanism.as_deref()).data().into(),
        ValueOf::of(message.mechanism.as_deref()),
        message.basis.data().into(),
        known(counts.recipients),
        known(counts.bytes),
        ValueOf::of(message.message_id),
        ValueOf::of(message.queue_id),
        ValueOf::words(format),
        ValueOf::words(source),
    ]
}

/// A name as it is counted.
fn lower_case(name: &[u8]) -> Cow<'_, [u8]> {
    if name.iter().any(u8::is_ascii_uppercase) { name.to_ascii_lowercase().into() } else { name.into() }
}

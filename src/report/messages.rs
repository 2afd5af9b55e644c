//! `smtpauth export --rows messages`: one row per message, session or failed login, in the order of the logs.

use super::value::Value;
use crate::submission::{Auth, Submission, Tls, domain_of};

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
pub fn row(message: &Submission<'_>, tls: Tls, format: &str, source: &str) -> Vec<Value> {
    let counts = message.counts();
    let known = |count: u64| if count > 0 { Value::Count(count) } else { Value::Missing };
    let folded = |text: Option<&[u8]>| text.map(<[u8]>::to_ascii_lowercase);
    let (sender, login, client) = (folded(message.sender), folded(message.login), folded(message.client));
    vec![
        message.time.map_or(Value::Missing, Value::Instant),
        Value::text(message.server),
        Value::text(message.service),
        Value::sender(sender.as_deref()),
        Value::text(sender.as_deref().and_then(domain_of)),
        Value::text(login.as_deref()),
        Value::text(client.as_deref()),
        Value::text(message.client_name),
        Value::text(message.helo),
        tls.data().into(),
        Value::text(message.cipher),
        Auth::of(message.mechanism.as_deref()).data().into(),
        Value::text(message.mechanism.as_deref()),
        message.basis.data().into(),
        known(counts.recipients),
        known(counts.bytes),
        Value::text(message.message_id),
        Value::text(message.queue_id),
        format.to_owned().into(),
        source.to_owned().into(),
    ]
}

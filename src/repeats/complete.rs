//! Two copies of a message, of which each may know what the other does not: a log without the lines about TLS, a name in full.

use crate::submission::{Submission, Tls};
use std::borrow::Cow;

/// All that is known of a message of which there are two copies; whichever is the first. It stands in the place of the first.
pub fn complete<'a>(first: &Submission<'a>, other: &Submission<'a>) -> Submission<'a> {
    let is_better = |tls: &Submission<'_>| (told(tls.tls()), std::cmp::Reverse(tls.tls()));
    let (tls, cipher) = match is_better(first).cmp(&is_better(other)) {
        std::cmp::Ordering::Greater => (first.tls, first.cipher),
        std::cmp::Ordering::Equal => (first.tls, fuller(first.cipher, other.cipher)),
        std::cmp::Ordering::Less => (other.tls, other.cipher),
    };
    let mechanism = fuller(first.mechanism.as_deref(), other.mechanism.as_deref()).map(<[u8]>::to_vec);
    let counts = first.counts.map(|mut counts| {
        counts.recipients = counts.recipients.max(other.counts().recipients);
        counts.bytes = counts.bytes.max(other.counts().bytes);
        counts
    });
    Submission {
        time: first.time.min(other.time),
        place: first.place,
        server: fuller(first.server, other.server),
        service: fuller(first.service, other.service),
        sender: fuller(first.sender, other.sender),
        login: fuller(first.login, other.login),
        client: fuller(first.client, other.client),
        client_name: fuller(first.client_name, other.client_name),
        helo: fuller(first.helo, other.helo),
        tls,
        cipher,
        mechanism: mechanism.map(Cow::Owned),
        basis: first.basis.min(other.basis),
        message_id: fuller(first.message_id, other.message_id),
        queue_id: fuller(first.queue_id, other.queue_id),
        counts,
    }
}

/// How much a value says: a version more than that there was TLS, a log that says "none" more than one without a line.
fn told(tls: Tls) -> u8 {
    match tls {
        Tls::Unknown => 0,
        Tls::Unlogged => 1,
        Tls::None => 2,
        Tls::Encrypted => 3,
        Tls::Ssl3 | Tls::V1_0 | Tls::V1_1 | Tls::V1_2 | Tls::V1_3 => 4,
    }
}

/// The name that is there, else the longer one: `mx1.contoso.com` and not `mx1`.
fn fuller<'t>(one: Option<&'t [u8]>, other: Option<&'t [u8]>) -> Option<&'t [u8]> {
    let rank = |text: Option<&'t [u8]>| text.map(|text| (text.len(), text));
    if rank(one) >= rank(other) { one } else { other }
}

//! Submissions that are kept for a while: on their way from a worker to the ordered stage, and there until no copy of them can
//! come any more.

use crate::submission::{Basis, Counts, Place, Submission, Tls};
use std::borrow::Cow;

/// What of a submission is no text.
#[derive(Clone, Copy, Debug)]
struct Fixed {
    time: Option<i64>,
    place: Place,
    tls: Option<Tls>,
    basis: Basis,
    counts: Option<Counts>,
}

/// Submissions of a slice that wait for the ordered stage. Their text lies in one buffer: none of them is allocated.
#[derive(Debug, Default)]
pub struct Held {
    text: Vec<u8>,
    /// Identity, numbers, and where the text is.
    records: Vec<(u64, Fixed, (usize, usize))>,
}

impl Held {
    /// One more.
    pub fn push(&mut self, identity: u64, submission: &Submission<'_>) {
        let start = self.text.len();
        pack(&profile(submission), &mut self.text);
        pack(&[submission.message_id, submission.queue_id], &mut self.text);
        let fixed = Fixed {
            time: submission.time,
            place: submission.place,
            tls: submission.tls,
            basis: submission.basis,
            counts: submission.counts,
        };
        self.records.push((identity, fixed, (start, self.text.len())));
    }

    /// Brings them into the order of the logs.
    pub fn sort(&mut self) {
        self.records.sort_by_key(|(_, fixed, _)| fixed.place);
    }

    /// All of them, with their identities.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Submission<'_>)> {
        self.records.iter().map(|(identity, fixed, (start, end))| {
            let (texts, behind) = unpack(self.text.get(*start..*end).unwrap_or_default());
            let ([message_id, queue_id], _) = unpack(behind);
            let of_profile = of_profile(texts);
            let submission = Submission {
                time: fixed.time,
                place: fixed.place,
                tls: fixed.tls,
                basis: fixed.basis,
                counts: fixed.counts,
                message_id,
                queue_id,
                ..of_profile
            };
            (*identity, submission)
        })
    }
}

/// How many texts tell who sent a message to whom and how: they come again with the next message, its ids do not.
const PROFILE: usize = 9;

fn profile<'a>(submission: &'a Submission<'_>) -> [Option<&'a [u8]>; PROFILE] {
    [
        submission.server,
        submission.service,
        submission.sender,
        submission.login,
        submission.client,
        submission.client_name,
        submission.helo,
        submission.cipher,
        submission.mechanism.as_deref(),
    ]
}

fn of_profile(texts: [Option<&[u8]>; PROFILE]) -> Submission<'_> {
    let [server, service, sender, login, client, client_name, helo, cipher, mechanism] = texts;
    Submission {
        server,
        service,
        sender,
        login,
        client,
        client_name,
        helo,
        cipher,
        mechanism: mechanism.map(Cow::Borrowed),
        ..Submission::default()
    }
}

/// The texts of a submission as one, without its queue id, and with its Message-ID if that is asked for.
pub fn pack_profile(submission: &Submission<'_>, with_id: bool, out: &mut Vec<u8>) {
    pack(&profile(submission), out);
    pack(&[submission.message_id.filter(|_| with_id)], out);
}

/// A submission that has these texts, and nothing else.
pub fn unpack_profile(bytes: &[u8]) -> Submission<'_> {
    let (texts, behind) = unpack(bytes);
    let ([message_id], _) = unpack(behind);
    Submission { message_id, ..of_profile(texts) }
}

/// Texts one after the other, each behind its length.
fn pack(texts: &[Option<&[u8]>], out: &mut Vec<u8>) {
    for text in texts {
        // No line is that long.
        let len = text.map_or(u32::MAX, |text| u32::try_from(text.len()).unwrap_or(0));
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(text.unwrap_or_default());
    }
}

/// The texts, and what stands behind them.
fn unpack<const N: usize>(mut bytes: &[u8]) -> ([Option<&[u8]>; N], &[u8]) {
    let texts = std::array::from_fn(|_| {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        bytes = rest;
        let len = u32::from_le_bytes(*len);
        if len == u32::MAX {
            return None;
        }
        let (text, rest) = bytes.split_at_checked(usize::try_from(len).ok()?)?;
        bytes = rest;
        Some(text)
    });
    (texts, bytes)
}

//! Submissions on their way from a worker to the ordered stage.

use crate::submission::{Basis, Counts, Place, Submission, Tls};
use std::borrow::Cow;

/// Submissions of a slice that wait for the ordered stage. Their text lies in one buffer: none of them is allocated.
#[derive(Debug, Default)]
pub struct Held {
    text: Vec<u8>,
    records: Vec<Record>,
}

/// Where a text is in the buffer.
type Part = Option<(usize, usize)>;

#[derive(Clone, Copy, Debug)]
struct Record {
    identity: u64,
    time: Option<i64>,
    place: Place,
    /// Server, service, sender, login, client, its name, HELO, cipher, mechanism, message id, queue id.
    parts: [Part; 11],
    tls: Option<Tls>,
    basis: Basis,
    counts: Option<Counts>,
}

impl Held {
    /// One more.
    pub fn push(&mut self, identity: u64, submission: &Submission<'_>) {
        let texts = [
            submission.server,
            submission.service,
            submission.sender,
            submission.login,
            submission.client,
            submission.client_name,
            submission.helo,
            submission.cipher,
            submission.mechanism.as_deref(),
            submission.message_id,
            submission.queue_id,
        ];
        let mut keep = |text: &[u8]| {
            let start = self.text.len();
            self.text.extend_from_slice(text);
            (start, self.text.len())
        };
        let parts = texts.map(|text| text.map(&mut keep));
        self.records.push(Record {
            identity,
            time: submission.time,
            place: submission.place,
            parts,
            tls: submission.tls,
            basis: submission.basis,
            counts: submission.counts,
        });
    }

    /// All of them, with their identities, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Submission<'_>)> {
        let text = |(start, end): (usize, usize)| self.text.get(start..end).unwrap_or_default();
        self.records.iter().map(move |record| {
            let [
                server,
                service,
                sender,
                login,
                client,
                client_name,
                helo,
                cipher,
                mechanism,
                message_id,
                queue_id,
            ] = record.parts.map(|part| part.map(text));
            let submission = Submission {
                time: record.time,
                place: record.place,
                server,
                service,
                sender,
                login,
                client,
                client_name,
                helo,
                tls: record.tls,
                cipher,
                mechanism: mechanism.map(Cow::Borrowed),
                basis: record.basis,
                message_id,
                queue_id,
                counts: record.counts,
            };
            (record.identity, submission)
        })
    }

    /// Makes room for the next slice.
    pub fn clear(&mut self) {
        self.text.clear();
        self.records.clear();
    }
}

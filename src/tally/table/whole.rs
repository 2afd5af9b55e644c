//! What only the whole input can decide of a filter, and what it knows beside its cells.

use super::{Row, Table};
use crate::submission::{Counts, Submission};
use std::sync::Arc;

impl Table {
    /// Whether the filter keeps the client of a cell, once it is known which one that is: addresses may be lent.
    pub fn keeps_client_of(&self, row: &Row<'_>) -> bool {
        let filter = &self.plan.filter;
        let client = || Submission { client: row.client, ..Submission::default() };
        !filter.is_lent(row.server) || filter.clients.keep(&client(), false)
    }

    /// The servers whose logs hold messages, in whatever window and of whomever.
    pub fn message_servers(&self) -> impl Iterator<Item = &[u8]> {
        self.message_servers.iter().map(|server| &**server)
    }

    /// On which days servers spoke TLS 1.2 or newer with anybody: first and last of days without a gap.
    pub fn newer_tls(&self) -> impl Iterator<Item = (&[u8], i64, i64)> {
        self.newer.iter().map(|(server, _, first, last)| (server, first, last))
    }

    /// After the last merge, `clip` and `forget_strangers`: drops what the filter does not keep, now that it is known.
    ///
    /// What a missing TLS line means stays open if another machine may merge these cells with its own (`is_last`: none
    /// will): its evidence may settle them in another way.
    pub fn filter_whole(&mut self, is_last: bool) {
        let plan = Arc::clone(&self.plan);
        let filter = &plan.filter;
        if filter.tls.is_empty() && !filter.asks_for_sender() {
            return;
        }
        let mut buckets = std::mem::take(&mut self.buckets);
        for (bucket, cells) in buckets.iter_mut() {
            cells.retain(|key, counts| {
                let row = self.row(bucket, key, counts);
                let is_kept = !is_last || filter.keeps_tls(row.tls);
                // The messages of a session may bear any sender; where they are logged, they are what is asked for.
                let is_spoken_for = filter.asks_for_sender() && self.has_messages_of(row.server);
                if is_spoken_for && counts.messages == 0 {
                    counts.sessions = 0;
                }
                let is_empty = Counts { seen: None, hours: 0, ..*counts } == Counts::ZERO;
                is_kept && !is_empty
            });
        }
        self.buckets = buckets;
    }
}

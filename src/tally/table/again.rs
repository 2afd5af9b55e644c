//! Submissions that are like an earlier one: their cell is known by a number.

use super::Table;
use crate::submission::{Again, Counts, Tls};
use crate::tally::buckets::Buckets;
use crate::tally::cell::{Bucket, Key};
use crate::time::zone::{day_of, hour_of};

/// The cells of submissions that bear a number, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Likes(Vec<Option<Like>>);

/// A cell, and what was counted since it was looked up: a sum here takes a fifth of the instructions of one in the map.
#[derive(Clone, Copy, Debug)]
struct Like {
    key: Key,
    bucket: Bucket,
    counts: Counts,
}

impl Likes {
    /// Another one bears this number now.
    pub(super) fn forget(&mut self, number: Option<u32>, buckets: &mut Buckets) {
        if let Some(like) = number.and_then(|number| self.0.get_mut(usize::try_from(number).ok()?)) {
            like.take().into_iter().for_each(|mut like| like.settle(buckets));
        }
    }

    /// The one that bears it was counted in this cell, and nothing else would be learnt from it again.
    pub(super) fn put(&mut self, number: Option<u32>, bucket: Bucket, key: Key) {
        let Some(index) = number.and_then(|number| usize::try_from(number).ok()) else { return };
        if self.0.len() <= index {
            self.0.resize(index.saturating_add(1), None);
        }
        if let Some(place) = self.0.get_mut(index) {
            *place = Some(Like { key, bucket, counts: Counts::ZERO });
        }
    }

    /// Puts all that was counted into the cells.
    pub(super) fn settle(&mut self, buckets: &mut Buckets) {
        self.0.iter_mut().flatten().for_each(|like| like.settle(buckets));
    }
}

impl Like {
    fn settle(&mut self, buckets: &mut Buckets) {
        if self.counts != Counts::ZERO {
            buckets.add(self.bucket, self.key, &self.counts);
            self.counts = Counts::ZERO;
        }
    }
}

impl Table {
    /// As `submission`, of which only what depends on the time is left: its names are known, and it passed the filter.
    pub(super) fn count_again(&mut self, again: &Again) -> bool {
        let index = usize::try_from(again.like).unwrap_or(usize::MAX);
        let Some(like) = self.likes.0.get_mut(index).and_then(Option::as_mut) else { return false };
        let mut counts = again.counts;
        let is_plain = counts.messages > 0 && self.behaviour.is_none() && !self.is_named;
        let Some(instant) = again.time.filter(|_| is_plain) else { return false };
        let wall = self.clock.wall(instant);
        if self.plan.dims.server && matches!(again.tls, Tls::V1_2 | Tls::V1_3) {
            let server = self.names.name(like.key.server).unwrap_or_default();
            let is_told = |(known, on): &(Box<[u8]>, i64)| *on == day_of(wall) && **known == *server;
            if !self.last_newer.as_ref().is_some_and(is_told) {
                return false;
            }
        }
        let bucket = self.plan.unit.bucket(wall);
        if !self.plan.filter.span.contains(instant) || bucket < self.floor {
            return true;
        }
        if bucket != like.bucket {
            like.settle(&mut self.buckets);
            like.bucket = bucket;
        }
        counts.seen = counts.seen.or(Some((instant, instant)));
        if counts.hours == 0 {
            counts.hours = 1_u32.checked_shl(hour_of(wall)).unwrap_or(0);
        }
        like.counts.add(&counts);
        true
    }
}

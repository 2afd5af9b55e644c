//! The cells of a table, by bucket.

use super::cell::{Bucket, Key};
use crate::map::DenseMap;
use crate::submission::Counts;
use rayon::prelude::*;

/// The cells of a bucket.
pub type Cells = DenseMap<Key, Counts>;

/// Buckets in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    buckets: Vec<(Bucket, Cells)>,
    /// The place of the bucket last counted in: nearly always that of the next submission.
    last: usize,
}

impl Buckets {
    /// Counts in a cell.
    pub fn add(&mut self, bucket: Bucket, key: Key, counts: &Counts) {
        if self.buckets.get(self.last).is_none_or(|(known, _)| *known != bucket) {
            self.last = self.place(bucket);
        }
        let Some((_, cells)) = self.buckets.get_mut(self.last) else { return };
        add(cells, key, counts);
    }

    /// Adds other buckets; `renamed` gives the key that a cell of theirs has here. Several threads do so: each takes other
    /// buckets.
    pub fn merge(&mut self, other: Self, renamed: impl Fn(Key) -> Key + Sync) {
        for (bucket, _) in &other.buckets {
            self.place(*bucket);
        }
        // Both are in the order of time.
        let mut theirs = other.buckets.into_iter().peekable();
        let pairs: Vec<_> = self
            .buckets
            .iter_mut()
            .filter_map(|(bucket, mine)| Some((mine, theirs.next_if(|(other, _)| other == bucket)?.1)))
            .collect();
        pairs.into_par_iter().for_each(|(mine, theirs)| {
            mine.reserve(theirs.len().saturating_sub(mine.len()));
            theirs.into_iter().for_each(|(key, counts)| add(mine, renamed(key), &counts));
        });
    }

    /// Keeps only some buckets.
    pub fn retain(&mut self, is_kept: impl Fn(Bucket) -> bool) {
        self.buckets.retain(|(bucket, _)| is_kept(*bucket));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Bucket, &Cells)> {
        self.buckets.iter().map(|(bucket, cells)| (*bucket, cells))
    }

    /// All of them, for several threads.
    pub fn par_iter(&self) -> impl ParallelIterator<Item = (Bucket, &Cells)> {
        self.buckets.par_iter().map(|(bucket, cells)| (*bucket, cells))
    }

    /// The same, to change their cells.
    pub fn par_iter_mut(&mut self) -> impl ParallelIterator<Item = &mut Cells> {
        self.buckets.par_iter_mut().map(|(_, cells)| cells)
    }

    /// All of them, to change their cells.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Bucket, &mut Cells)> {
        self.buckets.iter_mut().map(|(bucket, cells)| (*bucket, cells))
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.iter().map(|(_, cells)| cells.len()).sum()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a bucket, made if it is new.
    fn place(&mut self, bucket: Bucket) -> usize {
        self.buckets.binary_search_by_key(&bucket, |(known, _)| *known).unwrap_or_else(|place| {
            self.buckets.insert(place, (bucket, Cells::default()));
            place
        })
    }
}

fn add(cells: &mut Cells, key: Key, counts: &Counts) {
    match cells.get_mut(&key) {
        Some(sum) => sum.add(counts),
        None => drop(cells.insert(key, *counts)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::{Basis, Tls};

    #[test]
    fn any_order_of_buckets_gives_the_same_cells() {
        let key = |sender| Key {
            server: 0,
            service: 0,
            sender,
            login: 0,
            client: 0,
            mechanism: 0,
            tls: Tls::None,
            basis: Basis::Proven,
        };
        let told = [(3, 1), (1, 1), (1, 2), (3, 1), (2, 1), (1, 1), (3, 2)];
        let mut buckets = Buckets::default();
        told.iter().for_each(|(bucket, sender)| buckets.add(*bucket, key(*sender), &Counts::message(0, 1)));
        let seen = |buckets: &Buckets| {
            let cells = buckets.iter().flat_map(|(bucket, cells)| {
                cells.iter().map(move |(key, sum)| (bucket, key.sender, sum.messages))
            });
            let mut cells: Vec<_> = cells.collect();
            cells.sort_unstable();
            cells
        };
        assert_eq!(seen(&buckets), [(1, 1, 2), (1, 2, 1), (2, 1, 1), (3, 1, 2), (3, 2, 1)]);
        // A bucket that is gone is not the one last counted in.
        buckets.retain(|bucket| bucket > 1);
        buckets.add(3, key(2), &Counts::message(0, 1));
        buckets.merge(buckets.clone(), |key| Key { sender: 3 - key.sender, ..key });
        assert_eq!(seen(&buckets), [(2, 1, 1), (2, 2, 1), (3, 1, 4), (3, 2, 4)]);
    }
}

//! Cells in an order that never changes.

use super::{Bucket, ClientNames, Counts, Key, NameId, Row, Span, Table, of_bucket};
use crate::submission::{Basis, Tls};
use rayon::prelude::*;

/// A cell, and its place among the others.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'t> {
    bucket: Bucket,
    key: &'t Key,
    counts: &'t Counts,
    /// The places that its names have in the order of all names: to compare the names themselves took three times as many
    /// instructions.
    names: [u32; 5],
    mechanism: u32,
}

impl Cell<'_> {
    /// Among those of its time: server, service, sender, login, client, TLS as it was counted, mechanism, and how sure.
    fn place(&self) -> ([u32; 5], Tls, u32, Basis) {
        (self.names, self.key.tls, self.mechanism, self.key.basis)
    }
}

impl Table {
    /// The cells of a span of time: by time and names, cells without them first.
    pub fn in_order(&self, span: Span) -> impl Iterator<Item = Cell<'_>> {
        let ranks = self.names.ranks();
        let rank =
            |id: NameId| usize::try_from(id).ok().and_then(|id| ranks.get(id)).copied().unwrap_or(u32::MAX);
        let buckets = self.buckets.par_iter().filter(|(bucket, _)| self.is_in(*bucket, span));
        let ordered = |(bucket, cells)| {
            let cells = of_bucket(bucket, cells, span).map(|cell| placed(cell, rank));
            let mut cells: Vec<_> = cells.collect();
            cells.par_sort_unstable_by_key(Cell::place);
            cells
        };
        // Buckets are in the order of time.
        let buckets: Vec<_> = buckets.map(ordered).collect();
        buckets.into_iter().flatten()
    }

    /// What stands in a cell.
    pub fn row_of<'t>(&'t self, cell: &Cell<'t>) -> Row<'t> {
        self.row(cell.bucket, cell.key, cell.counts)
    }

    /// The names of its client.
    pub fn client_names_of(&self, cell: &Cell<'_>) -> Option<&ClientNames> {
        self.clients.get(&cell.key.client)
    }
}

/// A cell among the others, `rank` being the place of a name.
fn placed<'t>(
    (bucket, key, counts): (Bucket, &'t Key, &'t Counts),
    rank: impl Fn(NameId) -> u32,
) -> Cell<'t> {
    let Key { server, service, sender, login, client, mechanism, .. } = *key;
    let names = [server, service, sender, login, client].map(&rank);
    Cell { bucket, key, counts, names, mechanism: rank(mechanism) }
}

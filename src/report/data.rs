//! What a view says, for programs: columns, and rows that are made where they are written.

use super::value::{Value, ValueOf};
use rayon::prelude::*;
use std::sync::Arc;

/// So many rows are made at once by one thread.
const OF_A_BATCH: usize = 512;
/// So many batches are in memory.
const AT_ONCE: usize = 16;

/// Columns and rows.
pub struct Data<'a> {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Rows.
    pub rows: Rows<'a>,
    /// Where JSON has fields of its own in place of rows.
    pub fields: Option<Vec<(&'static str, Value)>>,
}

/// Rows, each as long as the columns, in their order. To make and to write them is most of what a view of a hundred thousand rows
/// does, so several threads do it, and whoever makes a row writes it and gives its memory back before the next one: where 8,000
/// were kept for another thread, asking for memory took 4,200 instructions more a row of `export`.
pub struct Rows<'a>(Box<dyn Iterator<Item = Batch<'a>> + 'a>);

/// Some rows, each made when its turn comes.
pub type Batch<'a> = Box<dyn Iterator<Item = Vec<ValueOf<'a>>> + Send + 'a>;

impl<'a> Rows<'a> {
    /// The rows of some items: `row` makes one, or none.
    pub fn of<T: Send + 'a>(
        items: impl IntoIterator<Item = T, IntoIter: 'a>,
        row: impl Fn(T) -> Option<Vec<ValueOf<'a>>> + Send + Sync + 'a,
    ) -> Self {
        let row = Arc::new(row);
        let mut left = items.into_iter();
        Self(Box::new(std::iter::from_fn(move || {
            let some: Vec<T> = left.by_ref().take(OF_A_BATCH).collect();
            let (row, is_end) = (Arc::clone(&row), some.is_empty());
            let batch: Batch<'a> = Box::new(some.into_iter().filter_map(move |item| row(item)));
            (!is_end).then_some(batch)
        })))
    }

    /// These, and others behind them.
    pub fn then(self, others: Vec<Vec<Value>>) -> Self {
        Self(Box::new(self.0.chain(Self::from(others).0)))
    }

    /// What `into` makes of them, a piece for some rows at a time, in their order; several threads make it.
    pub fn turned<T: Send>(self, into: impl Fn(Batch<'a>) -> T + Sync) -> impl Iterator<Item = T> {
        let mut batches = self.0;
        let some = move || {
            let some: Vec<_> = batches.by_ref().take(AT_ONCE).collect();
            let is_end = some.is_empty();
            let turned: Vec<T> = some.into_par_iter().map(&into).collect();
            (!is_end).then_some(turned)
        };
        std::iter::from_fn(some).flatten()
    }
}

impl From<Vec<Vec<Value>>> for Rows<'_> {
    fn from(rows: Vec<Vec<Value>>) -> Self {
        Self::of(rows, Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_order() {
        for count in [0, 1, 511, 512, 513, 512 * 16, 512 * 16 + 1, 20_000] {
            let row = |number: u64| (!number.is_multiple_of(3)).then(|| vec![Value::Count(number)]);
            let rows = Rows::of(0..count, row).then(vec![vec![Value::Missing]]);
            let all: Vec<_> = rows.turned(|rows| rows.collect::<Vec<_>>()).flatten().collect();
            let expected = (0..count).filter_map(row).chain([vec![Value::Missing]]);
            assert_eq!(all, expected.collect::<Vec<_>>(), "{count}");
        }
    }
}

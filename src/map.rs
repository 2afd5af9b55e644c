//! The one hash map of the program, and its set: fast, and seeded per process, because most keys are chosen by strangers
//! (an unseeded fast hash lets 60,000 chosen senders cost as much as 100 million honest ones).

#[expect(clippy::disallowed_types, reason = "this alias is the place that the lint points to")]
mod alias {
    /// A hash map with a seeded fast hash. Its order is random: sort before anything leaves the program.
    pub type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

    /// The same with its entries side by side, for large ones that are gone through again and again: `export` took a seventh less
    /// memory, `report` a tenth less time.
    pub type DenseMap<K, V> = indexmap::IndexMap<K, V, foldhash::fast::RandomState>;

    /// The same of keys alone.
    pub type Set<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;
}
pub use alias::{DenseMap, Map, Set};

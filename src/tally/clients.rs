//! By which names clients go: a few per client, because a stranger may use as many as he likes.

use crate::event::is_same;
use crate::submission::ClientName;

/// Names that are kept for each client and kind: those with the lowest hashes, so that every order of merging keeps the
/// same ones.
pub const KEPT: usize = 8;

/// The names of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameSet {
    /// By their hashes.
    kept: Vec<(u64, Box<[u8]>)>,
    more: bool,
}

impl NameSet {
    /// Adds a name.
    pub fn add(&mut self, name: &[u8]) {
        // Nearly every client comes again under the name that it had before.
        if self.kept.iter().any(|(_, known)| is_same(known, name)) {
            return;
        }
        let hash = hash(name);
        let place = self.kept.partition_point(|(known, other)| (*known, &**other) < (hash, name));
        if place < KEPT {
            self.kept.insert(place, (hash, name.into()));
        }
        if self.kept.len() > KEPT || place >= KEPT {
            self.kept.truncate(KEPT);
            self.more = true;
        }
    }

    /// There are more than are kept.
    pub fn add_more(&mut self) {
        self.more = true;
    }

    fn merge(&mut self, other: &Self) {
        self.more |= other.more;
        other.iter().for_each(|name| self.add(name));
    }

    /// The names that are kept, in an order that never changes.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.kept.iter().map(|(_, name)| &**name)
    }

    /// Whether there are more.
    pub fn has_more(&self) -> bool {
        self.more
    }
}

/// The names of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientNames {
    /// By reverse lookup.
    pub hosts: NameSet,
    /// By EHLO.
    pub helos: NameSet,
}

impl ClientNames {
    /// Adds a name.
    pub fn add(&mut self, name: ClientName<'_>) {
        match name {
            ClientName::Host(name) => self.hosts.add(name),
            ClientName::Helo(name) => self.helos.add(name),
            ClientName::MoreHosts => self.hosts.add_more(),
            ClientName::MoreHelos => self.helos.add_more(),
        }
    }

    /// Adds the names that another piece knows.
    pub fn merge(&mut self, other: &Self) {
        self.hosts.merge(&other.hosts);
        self.helos.merge(&other.helos);
    }
}

/// FNV-1a: it decides which names are kept, so it has to be the same on every machine and in every version.
fn hash(name: &[u8]) -> u64 {
    name.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_order_keeps_the_same_names() {
        let names: Vec<Vec<u8>> = (0..40_u8).map(|i| vec![b'a', i]).collect();
        let set = |names: &[Vec<u8>]| {
            let mut set = NameSet::default();
            names.iter().for_each(|name| set.add(name));
            set
        };
        let whole = set(&names);
        let (left, right) = names.split_at(13);
        let mut merged = set(right);
        merged.merge(&set(left));
        assert_eq!(whole, merged);
        assert_eq!((whole.iter().count(), whole.has_more()), (KEPT, true));
    }
}

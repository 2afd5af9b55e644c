//! Names as numbers: a name is stored once, cells hold its number.

use crate::event::is_same;
use crate::map::Map;
use std::sync::Arc;

/// The number of a name in one table; 0 is no name.
pub type NameId = u32;

/// The names of one table.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: Map<Arc<[u8]>, NameId>,
    names: Vec<Arc<[u8]>>,
    recent: Recent,
    recent_folded: Recent,
}

/// The number last asked for at each place: the same few thousand names come again and again, and the map takes three times
/// as long (a fifth of the time in which a trace was read).
#[derive(Clone, Debug, Default)]
struct Recent(Vec<NameId>);

/// How many places it has; a power of two. With 4,096 every third of 2,000 senders shared his with another.
const PLACES: usize = 16_384;

impl Recent {
    /// The number that a name may have.
    fn at(&self, place: usize) -> NameId {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn put(&mut self, place: usize, id: NameId) {
        if self.0.is_empty() {
            self.0 = vec![0; PLACES];
        }
        if let Some(recent) = self.0.get_mut(place) {
            *recent = id;
        }
    }
}

impl Names {
    /// The number of a name, given to it if it is new.
    pub fn id(&mut self, name: &[u8]) -> NameId {
        let place = place(name);
        let id = self.recent.at(place);
        if self.name(id).is_some_and(|known| is_same(known, name)) {
            return id;
        }
        let id = self.id_by_map(name);
        self.recent.put(place, id);
        id
    }

    /// The number of a name in lower case (ASCII): addresses and logins group without regard to case.
    pub fn id_folded(&mut self, name: &[u8], scratch: &mut Vec<u8>) -> NameId {
        let place = place(name);
        let id = self.recent_folded.at(place);
        // Only names in lower case stand there: one that is the same is too, and nobody has to look at its letters.
        if self.name(id).is_some_and(|known| is_same(known, name)) {
            return id;
        }
        scratch.clear();
        scratch.extend(name.iter().map(u8::to_ascii_lowercase));
        let id = self.id(scratch);
        self.recent_folded.put(place, id);
        id
    }

    fn id_by_map(&mut self, name: &[u8]) -> NameId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let name: Arc<[u8]> = name.into();
        self.names.push(Arc::clone(&name));
        // 2^32 names would need more memory than any machine of today has for them.
        let id = NameId::try_from(self.names.len()).unwrap_or(NameId::MAX);
        self.ids.insert(name, id);
        id
    }

    /// The number of a name that is known.
    pub fn find(&self, name: &[u8]) -> Option<NameId> {
        self.ids.get(name).copied()
    }

    /// The name of a number.
    pub fn name(&self, id: NameId) -> Option<&[u8]> {
        let index = usize::try_from(id.checked_sub(1)?).ok()?;
        self.names.get(index).map(AsRef::as_ref)
    }

    /// The numbers that the names of another table have in this one, by their numbers there.
    pub fn adopt(&mut self, other: &Self) -> Vec<NameId> {
        self.ids.reserve(other.names.len());
        std::iter::once(0).chain(other.names.iter().map(|name| self.id(name))).collect()
    }
}

/// The place of a name in [`Recent`]: by its length, its beginning and its end. Two that share it take turns.
fn place(name: &[u8]) -> usize {
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let (begin, end) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => {
            let middle = name.get(4..).and_then(<[u8]>::first_chunk).map_or(0, word);
            (word(first) ^ middle.rotate_left(23), word(last))
        }
        _ => (name.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)), 0),
    };
    let mixed = (begin ^ end.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 40).unwrap_or(0).wrapping_add(name.len()) & (PLACES - 1)
}

#[cfg(test)]
mod tests {
    use super::Names;
    use proptest::prelude::*;

    proptest! {
        /// Names keep their numbers, however many share a place, and whatever is asked for as it is written.
        #[test]
        fn names_keep_their_numbers(asked in prop::collection::vec(("[abAB]{0,20}", any::<bool>()), 1..200)) {
            let (mut names, mut scratch) = (Names::default(), Vec::new());
            for (name, is_folded) in &asked {
                let (id, stored) = match is_folded {
                    true => (names.id_folded(name.as_bytes(), &mut scratch), name.to_lowercase()),
                    false => (names.id(name.as_bytes()), name.clone()),
                };
                prop_assert_eq!(names.name(id), Some(stored.as_bytes()));
                prop_assert_eq!(names.find(stored.as_bytes()), Some(id));
            }
        }
    }
}

//! Names as numbers: a name is stored once, cells hold its number.

use crate::event::is_same;
use crate::map::Map;
use rayon::prelude::*;
use std::sync::Arc;

/// The number of a name in one table; 0 is no name.
pub type NameId = u32;

/// The names of one table.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: Map<Arc<[u8]>, NameId>,
    names: Vec<Arc<[u8]>>,
    recent: Recent,
    /// As they are written, with the numbers that they have in lower case.
    recent_folded: Recent,
}

/// The names last asked for, with their numbers: the same few thousand come again and again, and the map takes three times as
/// long (a fifth of the time in which a trace was read). Their text stands here once more, because to wait for a place,
/// a pointer and a text one after the other took two thirds of the rest.
#[derive(Clone, Debug, Default)]
struct Recent(Vec<[Known; WAYS]>);

/// A name, in one line of a processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Known {
    id: NameId,
    len: u8,
    text: [u8; LONGEST],
}

/// Longer names are left to the map.
const LONGEST: usize = 59;

/// How many names share a place.
const WAYS: usize = 2;

/// How many places there are; a power of two.
const PLACES: usize = 4096;

impl Known {
    const NONE: Self = Self { id: 0, len: 0, text: [0; LONGEST] };

    fn text(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl Recent {
    /// The number of a name, if it was asked for lately.
    fn find(&self, place: usize, name: &[u8]) -> Option<NameId> {
        let known = self.0.get(place)?.iter().find(|known| is_same(known.text(), name) && known.id != 0)?;
        Some(known.id)
    }

    fn put(&mut self, place: usize, name: &[u8], id: NameId) {
        if self.0.is_empty() {
            self.0 = vec![[Known::NONE; WAYS]; PLACES];
        }
        let mut known = Known { id, ..Known::NONE };
        let (Ok(len), Some(text)) = (u8::try_from(name.len()), known.text.get_mut(..name.len())) else {
            return;
        };
        text.copy_from_slice(name);
        known.len = len;
        if let Some(ways) = self.0.get_mut(place) {
            ways.rotate_right(1);
            ways[0] = known;
        }
    }
}

impl Names {
    /// The number of a name, given to it if it is new.
    pub fn id(&mut self, name: &[u8]) -> NameId {
        let place = place(name);
        if let Some(id) = self.recent.find(place, name) {
            return id;
        }
        let id = self.id_by_map(name);
        self.recent.put(place, name, id);
        id
    }

    /// The number of a name in lower case (ASCII): addresses and logins group without regard to case.
    pub fn id_folded(&mut self, name: &[u8], scratch: &mut Vec<u8>) -> NameId {
        let place = place(name);
        if let Some(id) = self.recent_folded.find(place, name) {
            return id;
        }
        scratch.clear();
        scratch.extend(name.iter().map(u8::to_ascii_lowercase));
        let id = self.id_by_map(scratch);
        self.recent_folded.put(place, name, id);
        id
    }

    fn id_by_map(&mut self, name: &[u8]) -> NameId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        self.put(name.into())
    }

    /// A name that is new.
    fn put(&mut self, name: Arc<[u8]>) -> NameId {
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

    /// How many names there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// The name of a number.
    pub fn name(&self, id: NameId) -> Option<&[u8]> {
        self.shared(id).map(AsRef::as_ref)
    }

    /// The name of a number, to be kept.
    pub fn shared(&self, id: NameId) -> Option<&Arc<[u8]>> {
        self.names.get(usize::try_from(id.checked_sub(1)?).ok()?)
    }

    /// Of each number, the place of its name in the order of all names; no name stands first.
    pub fn ranks(&self) -> Vec<NameId> {
        let mut ids: Vec<NameId> = (0..).take(self.names.len().saturating_add(1)).collect();
        ids.par_sort_unstable_by_key(|id| self.name(*id));
        let mut ranks = vec![0; ids.len()];
        for (rank, id) in (0..).zip(ids) {
            let place = usize::try_from(id).ok().and_then(|id| ranks.get_mut(id));
            place.into_iter().for_each(|place| *place = rank);
        }
        ranks
    }

    /// The numbers that the names of another table have in this one, by their numbers there. Most of them are known, and all
    /// threads look them up.
    pub fn adopt(&mut self, other: &Self) -> Vec<NameId> {
        let known: Vec<Option<NameId>> = other.names.par_iter().map(|name| self.find(name)).collect();
        let of =
            |(name, known): (&Arc<[u8]>, Option<NameId>)| known.unwrap_or_else(|| self.put(Arc::clone(name)));
        std::iter::once(0).chain(other.names.iter().zip(known).map(of)).collect()
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

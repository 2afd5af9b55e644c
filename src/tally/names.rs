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
    /// The number last asked for at each place: the same few thousand names come again and again, and the map takes three
    /// times as long (a fifth of the time in which a trace was read).
    recent: Vec<NameId>,
}

/// How many places `recent` has; a power of two.
const PLACES: usize = 4096;

impl Names {
    /// The number of a name, given to it if it is new.
    pub fn id(&mut self, name: &[u8]) -> NameId {
        let place = place(name);
        if let Some(id) = self.recent.get(place).copied()
            && self.name(id).is_some_and(|known| is_same(known, name))
        {
            return id;
        }
        let id = self.id_by_map(name);
        if self.recent.is_empty() {
            self.recent = vec![0; PLACES];
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = id;
        }
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

    /// The number of a name that may be missing.
    pub fn id_of(&mut self, name: Option<&[u8]>) -> NameId {
        name.map_or(0, |name| self.id(name))
    }

    /// The number of a name in lower case (ASCII): addresses and logins group without regard to case.
    pub fn id_folded(&mut self, name: Option<&[u8]>, scratch: &mut Vec<u8>) -> NameId {
        let Some(name) = name else { return 0 };
        if !has_upper(name) {
            return self.id(name);
        }
        scratch.clear();
        scratch.extend(name.iter().map(u8::to_ascii_lowercase));
        self.id(scratch)
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

/// The place of a name in `recent`: by its length, its beginning and its end. Two that share it take turns.
fn place(name: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (first, last) = (word(name.first_chunk()), word(name.last_chunk()));
    let middle = word(name.get(4..).and_then(<[u8]>::first_chunk)).rotate_left(23);
    let short = name.iter().take(7).fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
    let begin = if name.len() < 8 { short } else { first ^ middle };
    let mixed = (begin ^ last.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 40).unwrap_or(0).wrapping_add(name.len()) & (PLACES - 1)
}

/// Whether there is a letter in upper case, eight bytes at a time.
fn has_upper(name: &[u8]) -> bool {
    let (words, rest) = name.as_chunks::<8>();
    let is_upper = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let low = word & LOW_BITS;
        // The high bit of each byte of these says whether it is over '@', or over 'Z'.
        let over_at = low.wrapping_add(LANES.wrapping_mul(0x80 - 0x41));
        let over_z = low.wrapping_add(LANES.wrapping_mul(0x80 - 0x5b));
        (over_at & !over_z & !word & !LOW_BITS) != 0
    };
    words.iter().any(is_upper) || rest.iter().any(u8::is_ascii_uppercase)
}

/// One in each byte.
const LANES: u64 = u64::from_ne_bytes([1; 8]);
/// All bits but the high one of each byte.
const LOW_BITS: u64 = u64::from_ne_bytes([0x7f; 8]);

#[cfg(test)]
mod tests {
    use super::{Names, has_upper};
    use proptest::prelude::*;

    #[test]
    fn every_byte_in_every_place() {
        for byte in 0..=u8::MAX {
            for at in 0..12 {
                let mut name = *b"a@[`{z\xff\x800.-_";
                name[at] = byte;
                assert_eq!(has_upper(&name), byte.is_ascii_uppercase(), "{byte} at {at}");
            }
        }
    }

    proptest! {
        /// Names keep their numbers, however many share a place.
        #[test]
        fn names_keep_their_numbers(asked in prop::collection::vec("[ab]{0,20}", 1..200)) {
            let mut names = Names::default();
            for name in &asked {
                let id = names.id(name.as_bytes());
                prop_assert_eq!(names.name(id), Some(name.as_bytes()));
                prop_assert_eq!(names.find(name.as_bytes()), Some(id));
            }
        }
    }
}

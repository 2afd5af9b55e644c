//! Names as numbers: a name is stored once, cells hold its number.

use crate::map::Map;
use std::sync::Arc;

/// The number of a name in one table; 0 is no name.
pub type NameId = u32;

/// The names of one table.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: Map<Arc<[u8]>, NameId>,
    names: Vec<Arc<[u8]>>,
}

impl Names {
    /// The number of a name, given to it if it is new.
    pub fn id(&mut self, name: &[u8]) -> NameId {
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
        if !name.iter().any(u8::is_ascii_uppercase) {
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

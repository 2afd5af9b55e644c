//! Questions about all cells at once. Keys and counts answer them without the names: a report asks here before it looks at
//! the cells one by one, which takes ten times as long.

use super::{Counts, Key, NameId, Table};
use crate::submission::{Basis, Tls};

/// What cells were ever counted, be it that they are dropped by now: what never was need not be looked for in a hundred
/// thousand of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ever {
    /// A bit for each basis.
    bases: u8,
    sessions: bool,
    /// TLS that was not logged.
    unlogged: bool,
}

impl Ever {
    pub(super) fn add(&mut self, key: &Key, counts: &Counts) {
        self.bases |= bit(key.basis);
        self.sessions |= counts.sessions > 0;
        self.unlogged |= key.tls == Tls::Unlogged;
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.bases |= other.bases;
        self.sessions |= other.sessions;
        self.unlogged |= other.unlogged;
    }
}

fn bit(basis: Basis) -> u8 {
    1_u8.wrapping_shl(u32::from(basis as u8))
}

impl Table {
    fn any(&self, is_asked: impl Fn(&Key, &Counts) -> bool) -> bool {
        self.buckets.iter().any(|(_, cells)| cells.iter().any(|(key, counts)| is_asked(key, counts)))
    }

    /// Whether nothing was counted in any time that is within reach.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Whether any cell may bear this name: of a server, a sender, a login or a client.
    pub fn has_name(&self, name: &[u8]) -> bool {
        self.names.find(name).is_some()
    }

    /// Whether a session stands in a cell without messages.
    pub fn has_sessions(&self) -> bool {
        self.ever.sessions && self.any(|_, counts| counts.sessions > 0 && counts.messages == 0)
    }

    /// Whether what a cell holds is as sure as this.
    pub fn has_basis(&self, basis: Basis) -> bool {
        self.ever.bases & bit(basis) != 0 && self.any(|key, _| key.basis == basis)
    }

    /// Whether the TLS of a cell cannot be told, because its server logged none.
    pub fn has_silent_servers(&self) -> bool {
        if !self.ever.unlogged {
            return false;
        }
        let mut rows = self.rows_where(Default::default(), |key, _| key.tls == Tls::Unlogged);
        rows.any(|row| row.tls == Tls::Unknown)
    }

    /// Whether a session is of a server whose logs hold no messages.
    pub fn has_servers_of_sessions_only(&self) -> bool {
        if !self.ever.sessions {
            return false;
        }
        let mut has_messages = self.flags();
        for id in self.message_servers.iter().filter_map(|server| self.names.find(server)) {
            set(&mut has_messages, id);
        }
        set(&mut has_messages, 0);
        let is_known = |id: NameId| has_messages.get(index(id)).copied().unwrap_or(false);
        self.any(|key, counts| counts.sessions > 0 && !is_known(key.server))
    }

    /// A flag for each name, and one for none.
    pub(super) fn flags(&self) -> Vec<bool> {
        vec![false; self.names.count().saturating_add(1)]
    }
}

/// Sets the flag of a name.
pub(super) fn set(flags: &mut [bool], id: NameId) {
    flags.get_mut(index(id)).into_iter().for_each(|flag| *flag = true);
}

/// Flags that are set in one of two.
pub(super) fn either(mut some: Vec<bool>, others: Vec<bool>) -> Vec<bool> {
    some.iter_mut().zip(others).for_each(|(flag, other)| *flag |= other);
    some
}

/// The place of its flag.
pub(super) fn index(id: NameId) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

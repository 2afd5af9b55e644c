//! The key of a cell: what distinguishes submissions, as far as the requested views ask for it.

use super::names::NameId;
use crate::submission::{Basis, Tls};
use crate::time::{DAY, HOUR};
use std::hash::{Hash, Hasher};

/// A bucket of time: days or hours since 1970 in the zone that is shown; [`UNDATED`] for input without days.
pub type Bucket = i64;

/// The bucket of what is counted without days: nobody asks for them, or the input has none.
pub const UNDATED: Bucket = i64::MIN;

/// How long a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unit {
    /// A day of the zone that is shown.
    #[default]
    Day,
    /// An hour.
    Hour,
}

impl Unit {
    /// The bucket in which a moment lies, given in wall seconds. Divisors that are known here become multiplications.
    pub fn bucket(self, wall: i64) -> Bucket {
        match self {
            Self::Day => wall.div_euclid(DAY),
            Self::Hour => wall.div_euclid(HOUR),
        }
    }

    /// Seconds on the wall clock.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Day => DAY,
            Self::Hour => HOUR,
        }
    }
}

/// Which dimensions cells have. One that no requested view needs is left out of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Dims {
    /// The day, or the hour, in which it happened.
    pub time: bool,
    /// Server and service.
    pub server: bool,
    /// Envelope sender.
    pub sender: bool,
    /// Login.
    pub login: bool,
    /// Address of the client.
    pub client: bool,
    /// SASL mechanism.
    pub mechanism: bool,
    /// Names of clients, beside the cells.
    pub client_names: bool,
}

impl Dims {
    /// Every dimension.
    pub const ALL: Self = Self {
        time: true,
        server: true,
        sender: true,
        login: true,
        client: true,
        mechanism: true,
        client_names: true,
    };
}

/// The key of a cell within its bucket. 0 is a name that is missing, or not asked for.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Server.
    pub server: NameId,
    /// Service on it.
    pub service: NameId,
    /// Envelope sender; the null sender is the empty name.
    pub sender: NameId,
    /// Login.
    pub login: NameId,
    /// Address of the client.
    pub client: NameId,
    /// SASL mechanism.
    pub mechanism: NameId,
    /// TLS, perhaps not settled yet.
    pub tls: Tls,
    /// How sure.
    pub basis: Basis,
}

/// In whole words: to compare and to hash eight fields one by one took longer than the rest of the look-up.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.words().into_iter().for_each(|word| state.write_u64(word));
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        let ([a, b, c, d], [e, f, g, h]) = (self.words(), other.words());
        (a ^ e) | (b ^ f) | (c ^ g) | (d ^ h) == 0
    }
}

impl Eq for Key {}

impl Key {
    /// All of it.
    fn words(&self) -> [u64; 4] {
        let pair = |one: NameId, other: NameId| (u64::from(one) << 32) | u64::from(other);
        let kind = u16::from_le_bytes([self.tls as u8, self.basis as u8]);
        [
            pair(self.sender, self.login),
            pair(self.server, self.service),
            pair(self.client, self.mechanism),
            u64::from(kind),
        ]
    }

    /// The same key, with the numbers that names have in another table.
    pub fn renamed(mut self, ids: &[NameId]) -> Self {
        let fields = [
            &mut self.server,
            &mut self.service,
            &mut self.sender,
            &mut self.login,
            &mut self.client,
            &mut self.mechanism,
        ];
        for field in fields {
            let index = usize::try_from(*field).unwrap_or(usize::MAX);
            *field = ids.get(index).copied().unwrap_or(0);
        }
        self
    }
}

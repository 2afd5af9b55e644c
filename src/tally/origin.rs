//! Where a client is: its address as a number, from which its network follows.

use super::lowest::Member;
// Only the words of addresses: nothing here opens a connection.
use core::net::{IpAddr, Ipv4Addr};

/// Marks an IPv4 address; no IPv6 address in use begins like this.
const V4: u64 = 4 << 32;
/// Marks the hash of a text that is no address (ff00::/8 are groups, not clients).
const TEXT: u64 = 0xff << 56;

/// The place of a client: an IPv4 address, the /64 of an IPv6 address (in which a client changes its address at will), or
/// the hash of any other text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    hash: u64,
    place: u64,
}

impl Member for Origin {
    fn hash(&self) -> u64 {
        self.hash
    }
}

impl Origin {
    /// The place of a client as a log names it.
    pub fn of(client: &[u8]) -> Self {
        let address = std::str::from_utf8(client).ok().and_then(|text| text.parse::<IpAddr>().ok());
        let place = match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => V4 | u64::from(u32::from(address)),
            Some(IpAddr::V6(address)) => {
                let high = u128::from(address) >> 64;
                u64::try_from(high).unwrap_or_default()
            }
            None => TEXT | (hash(client) >> 8),
        };
        Self { hash: mixed(place), place }
    }

    /// Its network: the /24 of an IPv4 address, the /48 of an IPv6 address.
    pub fn network(self) -> u64 {
        match self.kind() {
            Kind::V4 => self.place & !0xff,
            Kind::V6 => self.place & !0xffff,
            Kind::Text => self.place,
        }
    }

    /// What a provider holds, roughly: the /16 of an IPv4 address, the /32 of an IPv6 address.
    pub fn neighbourhood(self) -> u64 {
        match self.kind() {
            Kind::V4 => self.place & !0xffff,
            Kind::V6 => self.place & !0xffff_ffff,
            Kind::Text => self.place,
        }
    }

    /// How it is written, if it is an address: `192.0.2.7`, `2001:db8:1:2::/64`.
    pub fn text(self) -> Option<String> {
        match self.kind() {
            Kind::V4 => {
                let address = u32::try_from(self.place ^ V4).unwrap_or_default();
                Some(Ipv4Addr::from(address).to_string())
            }
            Kind::V6 => Some(format!("{}/64", core::net::Ipv6Addr::from(u128::from(self.place) << 64))),
            Kind::Text => None,
        }
    }

    fn kind(self) -> Kind {
        if self.place >> 32 == V4 >> 32 {
            Kind::V4
        } else if self.place & TEXT == TEXT {
            Kind::Text
        } else {
            Kind::V6
        }
    }
}

enum Kind {
    V4,
    V6,
    Text,
}

/// FNV-1a, mixed: it decides what is kept, so it has to be the same on every machine and in every version.
pub fn hash(text: &[u8]) -> u64 {
    mixed(
        text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        }),
    )
}

/// Spreads neighbours over all 64 bits (the end of splitmix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_their_networks() {
        let of = |text: &str| Origin::of(text.as_bytes());
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.7"));
        assert_eq!(of("192.0.2.7").text().as_deref(), Some("192.0.2.7"));
        assert_eq!(of("2001:db8:1:2::a5").text().as_deref(), Some("2001:db8:1:2::/64"));
        assert_eq!(of("2001:db8:1:2::a5"), of("2001:db8:1:2:ffff::1"));
        assert_eq!(of("unknown").text(), None);
        let same = |one: &str, other: &str| {
            let (one, other) = (of(one), of(other));
            (one.network() == other.network(), one.neighbourhood() == other.neighbourhood())
        };
        assert_eq!(same("192.0.2.7", "192.0.2.250"), (true, true));
        assert_eq!(same("192.0.2.7", "192.0.3.7"), (false, true));
        assert_eq!(same("192.0.2.7", "192.1.2.7"), (false, false));
        assert_eq!(same("2001:db8:1:2::1", "2001:db8:1:3::1"), (true, true));
        assert_eq!(same("2001:db8:1:2::1", "2001:db8:2:2::1"), (false, true));
        assert_eq!(same("2001:db8:1:2::1", "2001:db9:1:2::1"), (false, false));
        assert_eq!(same("one", "other"), (false, false));
    }
}

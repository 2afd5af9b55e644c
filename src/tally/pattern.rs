//! What a name is compared with: text in which `*` stands for any, and addresses and networks of clients.

use crate::submission::Submission;
use core::net::IpAddr;
use ipnet::IpNet;
use memchr::memmem;

/// Text to compare names with, without regard to ASCII case; `*` stands for any text, also for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What stands between the stars, in lower case; one part is a whole name.
    parts: Vec<Box<[u8]>>,
}

impl Pattern {
    /// Reads a pattern; only `*` is special.
    pub fn new(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        Self { parts: lower.split('*').map(|part| part.as_bytes().into()).collect() }
    }

    /// Whether a name fits.
    pub fn fits(&self, name: &[u8]) -> bool {
        let [first, rest @ ..] = self.parts.as_slice() else { return false };
        let Some((last, middle)) = rest.split_last() else { return name.eq_ignore_ascii_case(first) };
        let name = name.to_ascii_lowercase();
        let Some(name) = name.strip_prefix(&**first).and_then(|name| name.strip_suffix(&**last)) else {
            return false;
        };
        // The first place where a part fits leaves most for those behind it.
        let behind = |name: &[u8], part: &[u8]| -> Option<usize> {
            memmem::find(name, part).map(|at| at.saturating_add(part.len()))
        };
        let mut left = name;
        middle.iter().all(|part| {
            let found = behind(left, part).and_then(|at| left.get(at..));
            left = found.unwrap_or_default();
            found.is_some()
        })
    }
}

/// Several patterns, of which one has to fit; of none, any name and none at all are kept.
#[derive(Clone, Debug, Default)]
pub struct Patterns(pub Vec<Pattern>);

impl Patterns {
    /// Whether anything is asked.
    pub fn is_asked(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a name is kept. One that is missing fits nothing, not even `*`.
    pub fn keep(&self, name: Option<&[u8]>) -> bool {
        !self.is_asked() || name.is_some_and(|name| self.0.iter().any(|pattern| pattern.fits(name)))
    }
}

/// What a client is compared with.
#[derive(Clone, Debug)]
pub enum Client {
    /// Its address lies in this network; a single address is the smallest one.
    Network(IpNet),
    /// Its address, host name or EHLO name is spelled like this.
    Name(Pattern),
}

impl Client {
    /// Reads an address, a network (`10.1.0.0/16`, `2001:db8::/32`) or a name; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(address) = address_of(text.as_bytes()) {
            return Ok(Self::Network(address.into()));
        }
        if let Ok(network) = text.parse() {
            return Ok(Self::Network(network));
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number || text.contains('/') {
            return Err("is no address and no network; a network is written 10.1.4.0/24 or 2001:db8::/32, and 10.1.4.* \
                        is taken too"
                .to_owned());
        }
        Ok(Self::Name(Pattern::new(text)))
    }

    fn fits_name(&self, name: Option<&[u8]>) -> bool {
        matches!(self, Self::Name(pattern) if name.is_some_and(|name| pattern.fits(name)))
    }

    fn fits(&self, submission: &Submission<'_>) -> bool {
        match self {
            Self::Network(network) => {
                submission.client.and_then(address_of).is_some_and(|address| network.contains(&address))
            }
            Self::Name(_) => [submission.client, submission.client_name, submission.helo]
                .into_iter()
                .any(|name| self.fits_name(name)),
        }
    }
}

/// The address of a client as logs spell it; an IPv4 address in IPv6 clothes is one of IPv4.
pub fn address_of(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let plain = text.split_once('%').map_or(text, |(address, _zone)| address);
    plain.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Several of them, of which one has to fit; of none, every client is kept.
#[derive(Clone, Debug, Default)]
pub struct Clients(pub Vec<Client>);

impl Clients {
    /// Whether the client of a submission is kept; `is_named`: by a name that was told beside it.
    pub fn keep(&self, submission: &Submission<'_>, is_named: bool) -> bool {
        self.0.is_empty() || is_named || self.0.iter().any(|client| client.fits(submission))
    }

    /// Whether a client of this name is kept.
    pub fn have(&self, name: &[u8]) -> bool {
        self.0.iter().any(|client| client.fits_name(Some(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by trying everything.
    fn slowly(pattern: &[u8], name: &[u8]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|at| slowly(rest, &name[at..])),
            Some((byte, rest)) => name
                .split_first()
                .is_some_and(|(first, name)| first.eq_ignore_ascii_case(byte) && slowly(rest, name)),
        }
    }

    proptest! {
        #[test]
        fn a_star_is_any_text(pattern in "[aB*]{0,7}", name in "[Ab]{0,9}") {
            prop_assert_eq!(Pattern::new(&pattern).fits(name.as_bytes()), slowly(pattern.as_bytes(), name.as_bytes()));
        }
    }

    #[test]
    fn only_the_star_is_special() {
        let fits = |pattern: &str, name: &str| Pattern::new(pattern).fits(name.as_bytes());
        assert!(fits(r"contoso\scan", r"CONTOSO\Scan") && fits("*[1]?", "a[1]?"));
        assert!(!fits("c?ntoso.com", "contoso.com") && !fits("a*a", "a"));
        assert!(Pattern::new("*").fits(b"\xff\xfe") && Pattern::new("*").fits(b""));
    }

    #[test]
    fn clients() {
        let keeps = |pattern: &str, client: &str| {
            let submission = Submission { client: Some(client.as_bytes()), ..Submission::default() };
            Clients(vec![Client::parse(pattern).unwrap()]).keep(&submission, false)
        };
        assert!(keeps("10.1.4.20", "10.1.4.20") && !keeps("10.1.4.2", "10.1.4.20"));
        assert!(keeps("10.1.4.99/24", "10.1.4.20") && !keeps("10.1.4.0/24", "10.1.5.20"));
        assert!(keeps("10.1.4.*", "10.1.4.20") && keeps("10.1.4.20", "::ffff:10.1.4.20"));
        assert!(keeps("2001:db8::/32", "2001:DB8:0:0::1") && keeps("2001:db8:0::1", "2001:db8::1"));
        assert!(keeps("fe80::/10", "fe80::1%eth0") && !keeps("2001:db8::/32", "10.1.4.20"));
        assert!(keeps("0.0.0.0/0", "10.1.4.20") && !keeps("0.0.0.0/0", "scanner"));
        for wrong in ["10.1.4", "10.1.4.0/33", "10.1.4.300", "host/24"] {
            assert!(Client::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_client_is_kept_by_any_of_its_names() {
        let submission = Submission {
            client: Some(b"10.1.4.20"),
            client_name: Some(b"scan.contoso.com"),
            helo: Some(b"KMBT-C258"),
            ..Submission::default()
        };
        let keeps = |pattern: &str| Clients(vec![Client::parse(pattern).unwrap()]).keep(&submission, false);
        assert!(keeps("scan.contoso.com") && keeps("kmbt-*") && keeps("*.4.20") && !keeps("contoso.com"));
    }
}

//! One server under two names: `mx1` in one log, `mx1.contoso.com` in another.

use std::collections::BTreeMap;

/// Full names by their first label, where only one has that label.
#[derive(Clone, Debug, Default)]
pub struct Servers(BTreeMap<Box<[u8]>, Option<Box<[u8]>>>);

impl Servers {
    /// Of these host names.
    pub fn of<'h>(hosts: impl Iterator<Item = &'h [u8]>) -> Self {
        let mut known: BTreeMap<Box<[u8]>, Option<Box<[u8]>>> = BTreeMap::new();
        for host in hosts {
            let Some(label) = first_label(host) else { continue };
            let full = known.entry(label.into()).or_insert_with(|| Some(host.into()));
            if full.as_deref() != Some(host) {
                *full = None;
            }
        }
        Self(known)
    }

    /// The name under which a server is compared.
    pub fn name<'n>(&'n self, host: &'n [u8]) -> &'n [u8] {
        self.0.get(host).and_then(Option::as_deref).unwrap_or(host)
    }
}

/// Whether these may be names of one server.
pub fn may_be_one(one: &[u8], other: &[u8]) -> bool {
    one == other || first_label(one) == Some(other) || first_label(other) == Some(one)
}

/// What all names that may be of one server have in common.
pub fn label(host: &[u8]) -> &[u8] {
    first_label(host).unwrap_or(host)
}

/// `mx1` of `mx1.contoso.com`; addresses have none.
fn first_label(host: &[u8]) -> Option<&[u8]> {
    let dot = memchr::memchr(b'.', host)?;
    let is_name = host.iter().any(|byte| byte.is_ascii_alphabetic()) && !host.contains(&b':');
    host.get(..dot).filter(|label| is_name && !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_full_names() {
        let hosts: [&[u8]; 6] =
            [b"mx1", b"mx1.contoso.com", b"mx2", b"mx2.a.example", b"mx2.b.example", b"192.0.2.1"];
        let servers = Servers::of(hosts.into_iter());
        assert_eq!(servers.name(b"mx1"), b"mx1.contoso.com");
        assert_eq!(servers.name(b"mx1.contoso.com"), b"mx1.contoso.com");
        assert_eq!(servers.name(b"mx2"), b"mx2", "which of the two it is cannot be told");
        assert_eq!(servers.name(b"192"), b"192");
        assert!(may_be_one(b"mx1", b"mx1.contoso.com") && may_be_one(b"mx1.contoso.com", b"mx1"));
        assert!(!may_be_one(b"mx1", b"mx10.contoso.com") && !may_be_one(b"192", b"192.0.2.1"));
        assert!(!may_be_one(b"mx1.a.example", b"mx1.b.example"));
        let names: [&[u8]; 8] =
            [b"mx1", b"mx1.a.example", b"mx1.b.example", b"mx2", b"192.0.2.1", b"192", b".", b""];
        for (one, other) in names.iter().flat_map(|one| names.map(|other| (one, other))) {
            assert!(!may_be_one(one, other) || label(one) == label(other));
        }
    }
}

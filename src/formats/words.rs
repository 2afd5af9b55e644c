//! Words in the cells of anybody's table: what stands for nothing, for a TLS version, for a way to log in.

use crate::submission::Tls;

/// How a client logged in, as far as a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Not at all.
    None,
    /// Somehow.
    Unnamed,
    /// By the mechanism that the cell names.
    Named,
}

/// What a cell says of the mechanism.
pub fn method(text: &[u8]) -> Method {
    match text.first().map(u8::to_ascii_lowercase) {
        // The words below begin with these. Nearly all mechanisms do not: to compare them took 80 instructions a row.
        None | Some(b'-' | b'(' | b'n' | b'f' | b'0' | b'u' | b'y' | b't' | b'1') => method_in(text),
        Some(_) => Method::Named,
    }
}

fn method_in(text: &[u8]) -> Method {
    if says_nothing(text) || is_any(text, &[b"no", b"false", b"0", b"unknown"]) {
        Method::None
    } else if is_any(text, &[b"yes", b"true", b"1"]) {
        Method::Unnamed
    } else {
        Method::Named
    }
}

/// What a cell says of TLS. `None`: a value that is no TLS version.
pub fn tls(text: &[u8]) -> Option<Tls> {
    let words: [(&[&[u8]], Tls); 4] = [
        (&[b""], Tls::Unknown),
        (&[b"none", b"(none)", b"no", b"-", b"plain", b"false"], Tls::None),
        (&[b"unknown", b"n/a", b"null", b"(null)"], Tls::Unknown),
        (&[b"encrypted", b"yes", b"true", b"tls", b"ssl"], Tls::Encrypted),
    ];
    let word = || words.iter().find(|(words, _)| is_any(text, words)).map(|(_, tls)| *tls);
    Tls::from_protocol(text).or_else(word)
}

/// What programs and databases write into a cell that has no value.
#[inline]
pub fn says_nothing(text: &[u8]) -> bool {
    // Nearly every cell says something, and nearly every one of those by its first byte.
    match text.first() {
        None => true,
        Some(b'-' | b'n' | b'N' | b'(') => {
            is_any(text, &[b"-", b"null", b"none", b"n/a", b"(null)", b"(none)"])
        }
        Some(_) => false,
    }
}

/// Whether a text is one of these, without regard to case.
fn is_any(text: &[u8], known: &[&[u8]]) -> bool {
    known.iter().any(|known| text.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_mechanisms_are_told_by_their_first_byte() {
        let words =
            "PLAIN LOGIN CRAM-MD5 XOAUTH2 NTLM none NULL - n/a (none) no False 0 Unknown Yes TRUE 1 basic";
        for word in words.split(' ').chain([""]).map(str::as_bytes) {
            assert_eq!(method(word), method_in(word), "{word:?}");
        }
    }
}

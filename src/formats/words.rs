//! Words in the cells of anybody's table: what stands for nothing, for a TLS version, for a way to log in.

use crate::event::is_same;
use crate::submission::Tls;

/// What the words of a column mean, remembered: it has a handful of them, and to read one again takes 140 instructions where
/// to find it takes 35.
#[derive(Clone, Debug)]
pub struct Meanings<T> {
    read: fn(&[u8]) -> T,
    places: Vec<Option<(Box<[u8]>, T)>>,
}

/// How many are remembered; a power of two.
const PLACES: usize = 32;

/// Longer texts are no words.
const LONGEST: usize = 32;

impl<T: Copy> Meanings<T> {
    /// What this reads.
    pub fn new(read: fn(&[u8]) -> T) -> Self {
        Self { read, places: vec![None; PLACES] }
    }

    /// What a word means.
    #[inline]
    pub fn of(&mut self, word: &[u8]) -> T {
        let place = match word {
            [first, .., last] => usize::from(first.wrapping_add(*last)).wrapping_add(word.len()),
            _ => 0,
        };
        let known = self.places.get_mut(place & (PLACES - 1));
        if let Some(Some((text, meaning))) = &known
            && is_same(text, word)
        {
            return *meaning;
        }
        let meaning = (self.read)(word);
        if let Some(known) = known.filter(|_| word.len() <= LONGEST) {
            *known = Some((word.into(), meaning));
        }
        meaning
    }
}

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
    if says_nothing(text) || is_any(text, &[b"no", b"false", b"0"]) {
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
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

        #[test]
        fn what_is_remembered_is_what_is_read(
            words in prop::collection::vec("(TLS|tls|SSL)?v?[123]?[._]?[0-3]?|none|no|PLAIN|LOGIN|yes|1|-||[a-c]{0,40}", 0..60),
        ) {
            let (mut versions, mut methods) = (Meanings::new(tls), Meanings::new(method));
            for word in &words {
                prop_assert_eq!(versions.of(word.as_bytes()), tls(word.as_bytes()));
                prop_assert_eq!(methods.of(word.as_bytes()), method(word.as_bytes()));
            }
        }
    }
}

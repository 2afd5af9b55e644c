//! Who speaks in a line of syslog. A log has a few dozen hosts and programs on millions of lines: what was found out about
//! them once is remembered for the next line that begins with the same host and program.

use super::{Messages, Program, messages};
use crate::event::is_same;

/// How many places there are to remember one; a power of two. Where two fall on the same place, the second takes the next
/// one, and a third its turn with it, which costs time only.
const PLACES: usize = 256;

/// A program on a host.
#[derive(Clone, Copy, Debug)]
pub struct Speaker {
    /// Bytes of the host's name.
    pub host: usize,
    /// The format that answers for the program, and what that knows of it by its name.
    pub format: Option<(&'static Messages, Program)>,
}

/// Those that are remembered.
#[derive(Debug)]
pub struct Speakers {
    only: Option<&'static Messages>,
    places: Vec<(Vec<u8>, Speaker)>,
}

impl Speakers {
    /// None yet. `only` is the one format that is to be read.
    pub fn new(only: Option<&'static Messages>) -> Self {
        let nobody = (Vec::new(), Speaker { host: 0, format: None });
        Self { only, places: vec![nobody; PLACES] }
    }

    /// The one of this tag, if it is remembered.
    #[inline]
    pub fn known(&self, tag: Tag<'_>) -> Option<Speaker> {
        let known = |place: usize| self.places.get(place).filter(|(known, _)| is_same(known, tag.text));
        known(tag.place).or_else(|| known(tag.place ^ 1)).map(|(_, speaker)| *speaker)
    }

    /// Who speaks under these names. If `tag` consists of them, it is remembered.
    pub fn find(&mut self, tag: Option<Tag<'_>>, host: &[u8], program: &[u8]) -> Speaker {
        let answers = |messages: &'static Messages| Some((messages, (messages.program)(program)?));
        let format = match self.only {
            Some(only) => answers(only),
            None => messages().find_map(|(_, messages)| answers(messages)),
        };
        let speaker = Speaker { host: host.len(), format };
        if let Some(Tag { text, place }) = tag
            && !text.is_empty()
        {
            let is_free = self.places.get(place).is_some_and(|(known, _)| known.is_empty());
            if let Some(place) = self.places.get_mut(if is_free { place } else { place ^ 1 }) {
                *place = (text.to_vec(), speaker);
            }
        }
        speaker
    }
}

/// What looks like ` HOST PROGRAM` at the beginning of what stands behind a stamp.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'a> {
    /// The text, with the blank before it.
    pub text: &'a [u8],
    /// Where it is remembered.
    place: usize,
}

impl<'a> Tag<'a> {
    /// Up to the first `[` or `:`. Found and hashed in one walk, a word at a time: every line goes through here.
    #[inline]
    pub fn of(behind: &'a [u8]) -> Option<Self> {
        if behind.first() != Some(&b' ') {
            return None;
        }
        let mut hash = 0;
        let (words, rest) = behind.as_chunks::<8>();
        for (word, at) in words.iter().map(|word| u64::from_le_bytes(*word)).zip((0_usize..).step_by(8)) {
            let ends = zeros(word ^ LANES.wrapping_mul(0x5b)) | zeros(word ^ LANES.wrapping_mul(0x3a));
            if ends != 0 {
                let bits = ends.trailing_zeros() & !7;
                let kept = word & !(u64::MAX << bits);
                let len = at.saturating_add(usize::try_from(bits / 8).unwrap_or(0));
                return Self::hashed(behind.get(..len)?, mix(hash, kept));
            }
            hash = mix(hash, word);
        }
        let end = rest.iter().position(|byte| matches!(byte, b'[' | b':'))?;
        let tail = rest.iter().take(end).rev().fold(0, |word: u64, byte| (word << 8) | u64::from(*byte));
        let whole = behind.len().saturating_sub(rest.len()).saturating_add(end);
        Self::hashed(behind.get(..whole)?, mix(hash, tail))
    }

    fn hashed(text: &'a [u8], hash: u64) -> Option<Self> {
        Some(Self { text, place: usize::try_from(hash >> 32).ok()? & (PLACES - 1) })
    }
}

/// One in each byte.
const LANES: u64 = u64::from_ne_bytes([1; 8]);

/// The high bit of the first byte that is zero (and perhaps of others behind it).
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LANES) & !word & LANES.wrapping_mul(0x80)
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::Tag;
    use proptest::prelude::*;

    proptest! {
        /// The end of a tag and its place do not depend on what stands behind it.
        #[test]
        fn tags_end_at_a_bracket_or_colon(tag in "[ -9;-Z\\\\-~\u{e4}]{0,40}", end in "[\\[:]", behind in "[ -~]{0,20}") {
            let line = format!(" {tag}{end}{behind}");
            let found = Tag::of(line.as_bytes()).unwrap();
            prop_assert_eq!(found.text, &line.as_bytes()[..tag.len() + 1]);
            let alone = format!(" {tag}[");
            prop_assert_eq!(found.place, Tag::of(alone.as_bytes()).unwrap().place);
        }
    }
}

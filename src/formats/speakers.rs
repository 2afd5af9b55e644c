//! Who speaks in a line of syslog. A log has a few dozen hosts and programs on millions of lines: what was found out about
//! them once is remembered for the next line that begins with the same host and program.

use super::scan::either;
use super::{Messages, Program, messages};
use crate::event::{Numbers, is_same};
use crate::map::Map;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// Numbers for their names; without a format, none.
    pub numbers: Numbers,
}

/// A host and a service or instance on it.
type Name = (Box<[u8]>, Box<[u8]>);

/// The numbers of names: the same for all who read the same logs.
#[derive(Debug, Default)]
pub struct Register(Mutex<Map<Name, u32>>);

impl Register {
    fn numbers(&self, host: &[u8], service: &[u8], instance: &[u8]) -> Numbers {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut number = |one: &[u8], other: &[u8]| {
            // 2^32 names would need more memory than any machine of today has for them.
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            *known.entry((one.into(), other.into())).or_insert(next)
        };
        Numbers { host: number(host, b""), service: number(host, service), instance: number(b"", instance) }
    }
}

/// Those that are remembered.
#[derive(Debug)]
pub struct Speakers {
    /// The one program that writes a file of its own.
    pub alone: Option<Speaker>,
    only: Option<&'static Messages>,
    register: Arc<Register>,
    places: Vec<(Vec<u8>, Speaker)>,
}

impl Speakers {
    /// None yet. `only` is the one format that is to be read.
    pub fn new(only: Option<&'static Messages>, register: Arc<Register>) -> Self {
        let nobody = (Vec::new(), Speaker { host: 0, format: None, numbers: Numbers::default() });
        Self { alone: None, only, register, places: vec![nobody; PLACES] }
    }

    /// The program of this format, and nobody else.
    pub fn alone(format: &'static Messages) -> Self {
        let format = Some((format, Program::default()));
        let alone = Some(Speaker { host: 0, format, numbers: Numbers::default() });
        Self { alone, only: None, register: Arc::default(), places: Vec::new() }
    }

    /// The one of this tag, if it is remembered.
    #[inline(always)]
    pub fn known(&self, tag: Tag<'_>) -> Option<&Speaker> {
        let known = |place: usize| self.places.get(place).filter(|(known, _)| is_same(known, tag.text));
        known(tag.place).or_else(|| known(tag.place ^ 1)).map(|(_, speaker)| speaker)
    }

    /// Who speaks under these names. If `tag` consists of them, it is remembered.
    pub fn find(&mut self, tag: Option<Tag<'_>>, host: &[u8], program: &[u8]) -> Speaker {
        let answers = |messages: &'static Messages| Some((messages, (messages.program)(program)?));
        let format = match self.only {
            Some(only) => answers(only),
            None => messages().find_map(|(_, messages)| answers(messages)),
        };
        let numbers = format.map(|(_, known)| {
            let name = |len: u16| program.get(..usize::from(len)).unwrap_or(program);
            self.register.numbers(host, name(known.service), name(known.instance))
        });
        let speaker = Speaker { host: host.len(), format, numbers: numbers.unwrap_or_default() };
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
    /// Up to the first `[` or `:`.
    #[inline(always)]
    pub fn of(behind: &'a [u8]) -> Option<Self> {
        if behind.first() != Some(&b' ') {
            return None;
        }
        Self::whole(behind.get(..either(behind, b'[', b':')?)?)
    }

    /// All of a text.
    #[inline(always)]
    pub fn whole(text: &'a [u8]) -> Option<Self> {
        let (words, rest) = text.as_chunks::<8>();
        let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
        // The last word may overlap the one before.
        let last = match text.last_chunk() {
            Some(word) => u64::from_le_bytes(*word),
            None => rest.iter().fold(0, |word: u64, byte| (word << 8) | u64::from(*byte)),
        };
        Self::hashed(text, mix(hash, last))
    }

    fn hashed(text: &'a [u8], hash: u64) -> Option<Self> {
        Some(Self { text, place: usize::try_from(hash >> 32).ok()? & (PLACES - 1) })
    }
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

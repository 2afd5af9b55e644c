//! Who speaks in a line of syslog. A log has a few dozen hosts and programs on millions of lines: what was found out about
//! them once is remembered for the next line that begins with the same host and program.

use super::{Messages, Program, messages};

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

    /// The one whose ` HOST PROGRAM` this is, if it is remembered.
    pub fn known(&self, tag: &[u8]) -> Option<Speaker> {
        let place = place(tag);
        let known = |place: usize| self.places.get(place).filter(|(known, _)| known == tag);
        known(place).or_else(|| known(place ^ 1)).map(|(_, speaker)| *speaker)
    }

    /// The one whose ` HOST PROGRAM` this is.
    pub fn find(&mut self, tag: &[u8], host: &[u8], program: &[u8]) -> Speaker {
        if let Some(known) = self.known(tag) {
            return known;
        }
        let answers = |messages: &'static Messages| Some((messages, (messages.program)(program)?));
        let format = match self.only {
            Some(only) => answers(only),
            None => messages().find_map(|(_, messages)| answers(messages)),
        };
        let speaker = Speaker { host: host.len(), format };
        let place = place(tag);
        let is_free = self.places.get(place).is_some_and(|(known, _)| known.is_empty());
        if let Some(place) = self.places.get_mut(if is_free { place } else { place ^ 1 }) {
            *place = (tag.to_vec(), speaker);
        }
        speaker
    }
}

/// Where it is remembered.
fn place(tag: &[u8]) -> usize {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (words, rest) = tag.as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, byte| (hash << 8) ^ hash.rotate_right(9) ^ u64::from(*byte));
    usize::try_from(mix(hash, 0)).unwrap_or(0) & (PLACES - 1)
}

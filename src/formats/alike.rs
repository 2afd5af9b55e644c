//! Rows that are like an earlier one in all but time, size and the like: an account sends from one client, day after day.
//! What such a row means is looked up by its cells as they stand, and not read again.
//!
//! Measured on a trace of 160 bytes a row, of which nine in ten are like one that is remembered: from its fields to its
//! cell a row took 1,380 instructions, and takes 910.

use super::fields::Fields;
use crate::event::is_same;
use crate::submission::Tls;
use std::hash::{BuildHasher, Hasher};

/// What is remembered of the rows of a table: a part of them, so that a stranger who makes up names fills no memory.
#[derive(Debug, Default)]
pub struct Alike {
    seed: foldhash::fast::RandomState,
    /// A part of the hash of each row that is remembered, so that nearly always only its own text is looked at.
    tags: Vec<[u32; WAYS]>,
    known: Vec<Known>,
    /// Which of those that share a place goes next.
    oldest: usize,
}

/// A row that is remembered: its cells, and what they mean.
#[derive(Clone, Copy, Debug)]
struct Known {
    len: u8,
    text: [u8; LONGEST],
    meaning: Meaning,
}

/// What the cells of a row mean, beside time, size and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It was not authenticated.
    Nobodys,
    /// It is a message; over this TLS.
    Message(Tls),
}

/// The cells of a row that are compared, and where they are looked for.
#[derive(Debug)]
pub struct Likeness<'r> {
    bytes: &'r [u8],
    places: &'r [usize],
    runs: &'r [Run],
    set: usize,
    tag: u32,
    /// The number and the meaning of the row that it is like, if that is remembered.
    pub known: Option<(u32, Meaning)>,
}

/// Neighbouring columns: the first and the last.
pub type Run = (usize, usize);

/// Rows whose cells are longer together are not remembered.
const LONGEST: usize = 246;

/// How many rows share a place.
const WAYS: usize = 4;

/// How many places there are; a power of two.
const SETS: usize = 2048;

/// The runs of these columns.
pub fn runs(columns: impl IntoIterator<Item = usize>) -> Vec<Run> {
    let mut columns: Vec<_> = columns.into_iter().collect();
    columns.sort_unstable();
    let mut runs: Vec<Run> = Vec::new();
    for column in columns {
        match runs.last_mut() {
            Some((_, last)) if column <= last.saturating_add(1) => *last = column,
            _ => runs.push((column, column)),
        }
    }
    runs
}

impl Alike {
    /// Looks for the row that this one is like. `None`: it has quotes, or not as many cells as the table has columns.
    #[inline]
    pub fn look<'r>(&self, fields: &Fields<'r, 'r>, width: usize, runs: &'r [Run]) -> Option<Likeness<'r>> {
        let Fields::Between(bytes, places) = *fields else { return None };
        if fields.len() != width {
            return None;
        }
        let mut hasher = self.seed.build_hasher();
        let mut likeness = Likeness { bytes, places, runs, set: 0, tag: 0, known: None };
        likeness.parts().for_each(|part| hasher.write(part));
        let hash = hasher.finish();
        likeness.set = usize::try_from(hash).unwrap_or(0) & (SETS - 1);
        // 0 is the tag of none.
        likeness.tag = u32::try_from(hash >> 32).unwrap_or(0) | 1;
        likeness.known = self.find(&likeness);
        Some(likeness)
    }

    #[inline]
    fn find(&self, likeness: &Likeness<'_>) -> Option<(u32, Meaning)> {
        let way = self.tags.get(likeness.set)?.iter().position(|tag| *tag == likeness.tag)?;
        let number = likeness.set.wrapping_mul(WAYS).wrapping_add(way);
        let known = self.known.get(number).filter(|known| likeness.is(known.text()))?;
        Some((u32::try_from(number).ok()?, known.meaning))
    }

    /// Remembers what a row means, perhaps in the place of another one; the number by which that is found again.
    pub fn put(&mut self, likeness: &Likeness<'_>, meaning: Meaning) -> Option<u32> {
        if let Some((number, _)) = likeness.known {
            return Some(number);
        }
        let mut known = Known { len: 0, text: [0; LONGEST], meaning };
        let mut len = 0_usize;
        for part in likeness.parts() {
            let end = len.saturating_add(part.len());
            known.text.get_mut(len..end)?.copy_from_slice(part);
            len = end;
        }
        known.len = u8::try_from(len).ok()?;
        if self.tags.is_empty() {
            self.tags = vec![[0; WAYS]; SETS];
            self.known = vec![Known { len: 0, text: [0; LONGEST], meaning: Meaning::Nobodys }; SETS * WAYS];
        }
        let ways = self.tags.get_mut(likeness.set)?;
        // One with the same tag is never found behind it.
        let same = ways.iter().position(|tag| *tag == likeness.tag || *tag == 0);
        let way = same.unwrap_or(self.oldest & (WAYS - 1));
        self.oldest = self.oldest.wrapping_add(1);
        let number = likeness.set.wrapping_mul(WAYS).wrapping_add(way);
        *ways.get_mut(way)? = likeness.tag;
        *self.known.get_mut(number)? = known;
        u32::try_from(number).ok()
    }
}

impl Known {
    fn text(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl<'r> Likeness<'r> {
    /// Each run as it stands, with the mark behind it, so that it matters which cell a text stands in.
    #[inline]
    fn parts(&self) -> impl Iterator<Item = &'r [u8]> + use<'r> {
        let (bytes, places) = (self.bytes, self.places);
        self.runs.iter().map(move |(first, last)| {
            let ends = places.get(*first).zip(places.get(last.saturating_add(1)));
            ends.and_then(|(before, end)| bytes.get(before.wrapping_add(1)..=*end)).unwrap_or_default()
        })
    }

    #[inline]
    fn is(&self, text: &[u8]) -> bool {
        let mut rest = text;
        for part in self.parts() {
            match rest.split_at_checked(part.len()) {
                Some((begin, behind)) if is_same(begin, part) => rest = behind,
                _ => return false,
            }
        }
        rest.is_empty()
    }
}

//! Where the lines of a block end: all line feeds of a stretch in one pass.
//!
//! A call of `memchr` for each line took a twelfth of the time in which a log of Postfix was read: for the call, and for the
//! guess, mostly wrong, of where the search ends. To compare all bytes takes 80 instructions for a line of 155
//! if 16 are compared at once, and 52 as the processor at hand can do it.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x64};

/// How many bytes are looked at at once: few enough to stay in the nearest cache until their lines are read.
const WINDOW: usize = 8192;

/// How many bytes have their line feeds in one number.
const CHUNK: usize = 64;

/// The places of line feeds in some bytes, in order.
#[derive(Debug)]
pub struct Feeds<'a> {
    bytes: &'a [u8],
    /// How much was looked at.
    scanned: usize,
    /// Where the window begins; the line feeds in it, counted from there, so many; and how many of them are taken.
    begin: usize,
    places: Vec<u16>,
    found: usize,
    taken: usize,
}

impl<'a> Feeds<'a> {
    /// Of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, scanned: 0, begin: 0, places: vec![0; WINDOW], found: 0, taken: 0 }
    }

    /// Finds the line feeds of the next window; `None` at the end.
    #[inline(never)]
    fn look_on(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.scanned..).filter(|rest| !rest.is_empty())?;
        let window = rest.get(..WINDOW).unwrap_or(rest);
        let places = &mut self.places;
        let found = dispatch!(Level::new(), simd => find(simd, window, places));
        (self.begin, self.found, self.taken) = (self.scanned, found, 0);
        self.scanned = self.scanned.saturating_add(window.len());
        Some(())
    }
}

/// Writes the places of line feeds down; how many there are.
#[inline(always)]
fn find<S: Simd>(simd: S, window: &[u8], places: &mut [u16]) -> usize {
    let feed = u8x64::splat(simd, b'\n');
    let (chunks, tail) = window.as_chunks::<CHUNK>();
    let (mut base, mut found) = (0_u16, 0_usize);
    // The first of a chunk is written whether there is one or not: nobody can guess whether there is.
    let mut write = |mask: u64, base: u16| {
        if let Some(place) = places.get_mut(found) {
            *place = base.wrapping_add(u16::try_from(mask.trailing_zeros()).unwrap_or(0));
        }
        found = found.wrapping_add(usize::from(mask != 0));
    };
    for chunk in chunks {
        let mut mask = u8x64::from_slice(simd, chunk).simd_eq(feed).to_bitmask();
        write(mask, base);
        mask &= mask.wrapping_sub(1);
        while mask != 0 {
            write(mask, base);
            mask &= mask.wrapping_sub(1);
        }
        base = base.wrapping_add(64);
    }
    for (_, at) in tail.iter().zip(base..).filter(|(byte, _)| **byte == b'\n') {
        write(1, at);
    }
    found
}

impl Iterator for Feeds<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.taken >= self.found {
            self.look_on()?;
        }
        let place = *self.places.get(self.taken)?;
        self.taken = self.taken.wrapping_add(1);
        Some(self.begin.saturating_add(usize::from(place)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_feeds_of_any_block() {
        let bytes: Vec<u8> =
            (0..3 * WINDOW as u32 + 100).map(|at| b"\nabcdefg"[(at * at / 7 % 8) as usize]).collect();
        for len in (0..200).chain([WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW, bytes.len()]) {
            let block = &bytes[..len];
            assert!(Feeds::new(block).eq(memchr::memchr_iter(b'\n', block)), "{len} bytes");
        }
        assert!(Feeds::new(&[b'\n'; 150]).eq(0..150));
        assert_eq!(Feeds::new(&[b'x'; 3 * WINDOW]).next(), None);
    }
}

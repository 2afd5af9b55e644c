//! Pieces of a plain file, from places all along it. In which years its lines are and whether they are in order is seen from
//! them, and each is read once for both: a folder has many files of which few are to be read, and to ask the system for a
//! piece takes longer than to look at it.

use crate::input::platform;
use std::fs::File;
use std::io;

/// Up to this size a file is one piece.
const WHOLE: u64 = 256 << 10;
/// At how many places a larger one is looked at.
const PLACES: u64 = 32;
/// How many bytes there: a dozen lines.
const PIECE: usize = 2 << 10;

/// The pieces of a file.
pub struct Samples<'r> {
    /// One behind the other.
    bytes: &'r [u8],
    /// Where each lies in the file, and how many bytes it has.
    places: Vec<(u64, usize)>,
    /// Bytes from the beginning of one to that of the next.
    pub step: u64,
    /// Bytes of the file.
    pub len: u64,
}

impl<'r> Samples<'r> {
    /// Of a file of this length.
    pub fn of(file: &File, len: u64, room: &'r mut Vec<u8>) -> io::Result<Self> {
        let piece = if len <= WHOLE { len } else { u64::try_from(PIECE).unwrap_or(u64::MAX) };
        let step = len.div_ceil(PLACES).max(piece).max(1);
        let end = (len > WHOLE).then(|| len.saturating_sub(piece));
        let piece = usize::try_from(piece).unwrap_or(PIECE);
        let offsets = (0..len).step_by(usize::try_from(step).unwrap_or(usize::MAX)).chain(end);
        let mut places: Vec<(u64, usize)> = offsets.map(|offset| (offset, piece)).collect();
        room.resize(places.len().saturating_mul(piece).max(room.len()), 0);
        let mut filled = 0;
        for (place, size) in &mut places {
            let free = room.get_mut(filled..).unwrap_or_default();
            *size = platform::read_at(file, free.get_mut(..piece).unwrap_or_default(), *place)?;
            filled = filled.saturating_add(*size);
        }
        Ok(Self { bytes: room.get(..filled).unwrap_or_default(), places, step, len })
    }

    /// All of them with their places, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = self.bytes;
        self.places.iter().map(move |(place, size)| {
            let (piece, behind) = rest.split_at_checked(*size).unwrap_or((rest, &[]));
            rest = behind;
            (*place, piece)
        })
    }

    /// The whole file, if it is a small one.
    pub fn whole(&self) -> Option<&[u8]> {
        (self.len <= WHOLE).then_some(self.bytes)
    }
}

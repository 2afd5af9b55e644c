//! Slices of any size and any number of threads give the answer that one slice and one thread give.

use super::reading::{EVERY_LINE, open, state, written};

/// The first byte is the size of a slice, the second the number of threads.
pub fn check(bytes: &[u8]) {
    let [size, threads, log @ ..] = bytes else { return };
    let file = written(log);
    let Some(inputs) = open(file.path()) else { return };
    let whole = state(&inputs, 1 << 20, 1, EVERY_LINE);
    let cut = state(&inputs, usize::from(*size) + 1, usize::from(threads % 3) + 1, EVERY_LINE);
    assert_eq!(whole, cut);
}

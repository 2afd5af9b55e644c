//! Memory for the bytes of a slice, used again for the next one.

use super::platform;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that were read. What an earlier slice left behind is overwritten and not cleared, which would cost a walk over the
/// memory more.
#[derive(Debug, Default)]
pub struct Buffer {
    memory: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// Forgets what was read.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Keeps only the first bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// What was read.
    pub fn bytes(&self) -> &[u8] {
        self.memory.get(..self.len).unwrap_or_default()
    }

    /// Forgets the first bytes.
    pub fn skip(&mut self, bytes: usize) {
        let bytes = bytes.min(self.len);
        self.memory.copy_within(bytes..self.len, 0);
        self.len = self.len.saturating_sub(bytes);
    }

    /// Adds bytes behind what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.room(self.len.saturating_add(bytes.len())).copy_from_slice(bytes);
        self.grow(bytes.len());
    }

    /// Room behind what was read, up to so many bytes in all; [`Buffer::grow`] says how many of them were written.
    pub fn room(&mut self, target: usize) -> &mut [u8] {
        if self.memory.is_empty() {
            // The kernel has zeros: here they are not written once more.
            self.memory = vec![0; target];
        } else if self.memory.len() < target {
            self.memory.resize(target, 0);
        }
        self.memory.get_mut(self.len..target).unwrap_or_default()
    }

    /// So many bytes of the room were written.
    pub fn grow(&mut self, bytes: usize) {
        self.len = self.len.saturating_add(bytes).min(self.memory.len());
    }

    /// Reads the bytes of a file from `start` to `end` behind what was read. A file that became shorter while it was read is
    /// an error.
    pub fn read(&mut self, file: &File, start: u64, end: u64) -> io::Result<()> {
        let wanted = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        let target = self.room(self.len.saturating_add(wanted));
        if platform::read_at(file, target, start)? < wanted {
            return Err(super::became_shorter());
        }
        self.grow(wanted);
        Ok(())
    }
}

/// Buffers that somebody is done with, for whoever needs the next one: the blocks of a stream pass from the thread that fills
/// them to those that parse them, and fresh memory for each took a tenth of the processor time of a run over two gz.
#[derive(Clone, Debug, Default)]
pub struct Spare(Arc<Mutex<Vec<Buffer>>>);

impl Spare {
    /// A buffer with nothing in it.
    pub fn take(&self) -> Buffer {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        buffer.clear();
        buffer
    }

    /// Gives one back.
    pub fn give(&self, buffer: Buffer) {
        if !buffer.memory.is_empty() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A buffer that was used holds what a new one would.
        #[test]
        fn what_was_there_does_not_show(
            steps in prop::collection::vec((0..5_u8, 0..40_usize, any::<u8>()), 0..60),
        ) {
            let spare = Spare::default();
            let (mut buffer, mut bytes) = (spare.take(), Vec::new());
            for (step, count, byte) in steps {
                match step {
                    0 => {
                        buffer.push(&vec![byte; count]);
                        bytes.extend(vec![byte; count]);
                    }
                    1 => {
                        // Room is larger than what is written to it.
                        let written = buffer.room(bytes.len() + count).iter_mut().take(count / 2);
                        written.for_each(|place| *place = byte);
                        buffer.grow(count / 2);
                        bytes.extend(vec![byte; count / 2]);
                    }
                    2 => {
                        buffer.skip(count);
                        bytes.drain(..count.min(bytes.len()));
                    }
                    3 => {
                        buffer.truncate(count);
                        bytes.truncate(count);
                    }
                    _ => {
                        spare.give(buffer);
                        (buffer, bytes) = (spare.take(), Vec::new());
                    }
                }
                prop_assert_eq!(buffer.bytes(), &bytes);
            }
        }
    }
}

//! Memory for the bytes of a slice, used again for the next one.

use super::platform;
use std::fs::File;
use std::io;

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

    /// Reads the bytes of a file from `start` to `end` behind what was read. A file that became shorter while it was read is
    /// an error.
    pub fn read(&mut self, file: &File, start: u64, end: u64) -> io::Result<()> {
        let wanted = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        let filled = self.len.saturating_add(wanted);
        if self.memory.len() < filled {
            self.memory.resize(filled, 0);
        }
        let target = self.memory.get_mut(self.len..filled).unwrap_or_default();
        if platform::read_at(file, target, start)? < wanted {
            return Err(super::became_shorter());
        }
        self.len = filled;
        Ok(())
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(memory: Vec<u8>) -> Self {
        Self { len: memory.len(), memory }
    }
}

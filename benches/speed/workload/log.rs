//! The file, or the files, that a log is written to.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::clock::{Clock, Stamp};
use super::kind::Kind;

/// A log that is being written.
pub struct Log {
    folder: PathBuf,
    kind: Kind,
    hours_per_file: u64,
    file: Option<(u64, File)>,
    /// When the last line was written, in seconds since 1970.
    last: u64,
    buffer: Vec<u8>,
    /// Bytes written so far.
    pub bytes: u64,
}

impl Log {
    /// A log in a folder that is there. Each of its files covers so many hours.
    pub fn new(folder: PathBuf, kind: Kind, hours_per_file: u64) -> Self {
        let buffer = Vec::with_capacity(1 << 21);
        Self { folder, kind, hours_per_file, file: None, last: 0, buffer, bytes: 0 }
    }

    /// How the log writes its times.
    pub fn stamp(&self) -> Stamp {
        self.kind.stamp()
    }

    /// Writes one line: what `fill` appends behind the time.
    pub fn line(&mut self, clock: &Clock, fill: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.turn(clock)?;
        let before = self.buffer.len();
        clock.stamp(self.stamp(), &mut self.buffer);
        self.last = clock.epoch();
        fill(&mut self.buffer);
        self.buffer.extend_from_slice(self.stamp().end());
        self.bytes += (self.buffer.len() - before) as u64;
        if self.buffer.len() >= 1 << 20 { self.write() } else { Ok(()) }
    }

    /// Goes on to the next file if the time of this one is over.
    fn turn(&mut self, clock: &Clock) -> io::Result<()> {
        let number = clock.elapsed() / 3_600_000 / self.hours_per_file;
        if self.file.as_ref().is_some_and(|(current, _)| *current == number) {
            return Ok(());
        }
        self.end()?;
        let name = self.kind.file_name(clock, number, self.hours_per_file);
        self.file = Some((number, File::create(self.folder.join(name))?));
        self.kind.head(clock, &mut self.buffer);
        self.bytes += self.buffer.len() as u64;
        Ok(())
    }

    /// Writes what is buffered.
    fn write(&mut self) -> io::Result<()> {
        if let Some((_, file)) = &mut self.file {
            file.write_all(&self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }

    /// Ends the current file, down to the disk, so that nothing is written behind the back of a measurement. Its time is that of
    /// its last line, as with any log: what compresses it writes that down, and it tells which files can overlap.
    fn end(&mut self) -> io::Result<()> {
        self.write()?;
        let Some((_, file)) = self.file.take() else { return Ok(()) };
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(self.last))?;
        file.sync_all()
    }

    /// Ends the log: its bytes.
    pub fn close(mut self) -> io::Result<u64> {
        self.end()?;
        Ok(self.bytes)
    }
}

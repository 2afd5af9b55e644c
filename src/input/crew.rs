//! Who works at once: the threads that decompress, and beside them as many workers as were asked for and are left.
//!
//! A stream is decompressed by one thread, and nobody is done before it is. If there are more threads at work than processors,
//! it shares its own with a worker, while another worker waits for what it decompresses: half a processor stood still, and a
//! log in zst took a quarter longer. So a worker steps back while such a thread has something to do. It does not while
//! blocks wait to be parsed, for then that thread is at rest.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// All threads that read.
#[derive(Debug, Default)]
pub struct Crew {
    threads: usize,
    busy: Mutex<Busy>,
    changed: Condvar,
}

/// How many there are at work.
#[derive(Debug, Default)]
struct Busy {
    workers: usize,
    decoders: usize,
}

impl Busy {
    /// One worker is always at work: somebody has to take what is decompressed.
    fn has_too_many(&self, threads: usize) -> bool {
        self.workers > threads.saturating_sub(self.decoders).max(1)
    }
}

impl Crew {
    /// So many threads were asked for.
    pub fn new(threads: usize) -> Self {
        Self { threads, ..Self::default() }
    }

    /// A worker begins.
    pub fn work(&self) -> AtWork<'_> {
        self.change(|busy| busy.workers = busy.workers.saturating_add(1));
        AtWork(self)
    }

    fn change(&self, how: impl FnOnce(&mut Busy)) {
        how(&mut self.lock());
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Busy> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker, until it is dropped.
#[derive(Debug)]
pub struct AtWork<'c>(&'c Crew);

impl AtWork<'_> {
    /// Whether it should step back.
    pub fn is_one_too_many(&self) -> bool {
        self.0.lock().has_too_many(self.0.threads)
    }

    /// Waits until there is room for it. Nobody may wait for what it does.
    pub fn step_back(&mut self) {
        let mut busy = self.0.lock();
        while busy.has_too_many(self.0.threads) {
            busy.workers = busy.workers.saturating_sub(1);
            busy = self.0.changed.wait(busy).unwrap_or_else(PoisonError::into_inner);
            busy.workers = busy.workers.saturating_add(1);
        }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.change(|busy| busy.workers = busy.workers.saturating_sub(1));
    }
}

/// A thread that has something to decompress, until this is dropped.
#[derive(Debug)]
pub struct Decoding(Arc<Crew>);

impl Decoding {
    /// It has.
    pub fn begin(crew: &Arc<Crew>) -> Self {
        crew.change(|busy| busy.decoders = busy.decoders.saturating_add(1));
        Self(Arc::clone(crew))
    }
}

impl Drop for Decoding {
    fn drop(&mut self) {
        self.0.change(|busy| busy.decoders = busy.decoders.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_are_those_that_are_left() {
        let crew = Arc::new(Crew::new(3));
        let workers = [crew.work(), crew.work(), crew.work()];
        let [first, ..] = &workers;
        assert!(!first.is_one_too_many());
        let decoders = [Decoding::begin(&crew), Decoding::begin(&crew)];
        assert!(first.is_one_too_many());
        drop(decoders);
        assert!(!first.is_one_too_many());
    }

    #[test]
    fn one_worker_stays() {
        let crew = Arc::new(Crew::new(2));
        let _decoders = [Decoding::begin(&crew), Decoding::begin(&crew), Decoding::begin(&crew)];
        let (mut one, other) = (crew.work(), crew.work());
        assert!(one.is_one_too_many());
        std::thread::scope(|scope| {
            let stepping = scope.spawn(|| {
                one.step_back();
                one.is_one_too_many()
            });
            // Whether it has stepped back by now or not: there is room for it as soon as the other is gone.
            drop(other);
            assert!(!stepping.join().unwrap());
        });
    }
}

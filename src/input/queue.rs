//! The blocks of a stream between the thread that reads it and the worker that takes them.
//!
//! When it is full, the thread rests until nearly all are taken. A queue that lets it go on at the first place that is free, as
//! that of the standard library, has it begin and stop for each block, and with it the worker that makes room for it: a log
//! in zst took 2 to 6 % longer.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Who rests goes on when so many are left: enough for the workers until there is a next one.
const NEARLY_NONE: usize = 1;

/// A queue of so many, by both its ends.
pub fn queue<T>(room: usize) -> (Giver<T>, Taker<T>) {
    let line = Line { items: VecDeque::with_capacity(room), is_over: false, is_left: false };
    let queue = Arc::new(Queue { line: Mutex::new(line), changed: Condvar::new(), room });
    (Giver(Arc::clone(&queue)), Taker(queue))
}

struct Queue<T> {
    line: Mutex<Line<T>>,
    changed: Condvar,
    room: usize,
}

struct Line<T> {
    items: VecDeque<T>,
    /// Nothing is put in any more.
    is_over: bool,
    /// Nothing is taken any more.
    is_left: bool,
}

impl<T> Queue<T> {
    fn lock(&self) -> MutexGuard<'_, Line<T>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as long as something holds.
    fn wait_while(&self, holds: impl FnMut(&mut Line<T>) -> bool) -> MutexGuard<'_, Line<T>> {
        self.changed.wait_while(self.lock(), holds).unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, how: impl FnOnce(&mut Line<T>) -> R) -> R {
        let result = how(&mut self.lock());
        self.changed.notify_all();
        result
    }
}

/// The end at which items are put in.
pub struct Giver<T>(Arc<Queue<T>>);

impl<T> Giver<T> {
    /// Whether the next one has to wait.
    pub fn is_full(&self) -> bool {
        let line = self.0.lock();
        line.items.len() >= self.0.room && !line.is_left
    }

    /// Waits until nearly all are taken, or nobody takes them any more.
    pub fn rest(&self) {
        drop(self.0.wait_while(|line| line.items.len() > NEARLY_NONE && !line.is_left));
    }

    /// Puts one in; whether there is somebody to take it.
    pub fn give(&self, item: T) -> bool {
        self.0.change(|line| {
            line.items.push_back(item);
            !line.is_left
        })
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        self.0.change(|line| line.is_over = true);
    }
}

/// The end at which they are taken, in their order.
pub struct Taker<T>(Arc<Queue<T>>);

impl<T> Taker<T> {
    /// The next one, when it is there; `None`: there will be none any more.
    pub fn take(&self) -> Option<T> {
        let mut line = self.0.wait_while(|line| line.items.is_empty() && !line.is_over);
        let item = line.items.pop_front();
        drop(line);
        self.0.changed.notify_all();
        item
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        self.0.change(|line| line.is_left = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_in_its_order() {
        let (giver, taker) = queue(4);
        let giving = std::thread::spawn(move || {
            for number in 0..1000 {
                if giver.is_full() {
                    giver.rest();
                }
                assert!(giver.give(number));
            }
        });
        let taken: Vec<_> = std::iter::from_fn(|| taker.take()).collect();
        giving.join().unwrap();
        assert_eq!(taken, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn who_rests_goes_on_when_nearly_all_are_taken() {
        let (giver, taker) = queue(3);
        assert!((0..3).all(|number| !giver.is_full() && giver.give(number)));
        assert!(giver.is_full());
        assert_eq!((taker.take(), taker.take()), (Some(0), Some(1)));
        giver.rest();
        drop(giver);
        assert_eq!((taker.take(), taker.take()), (Some(2), None));
    }

    #[test]
    fn nobody_waits_for_who_is_gone() {
        let (giver, taker) = queue(1);
        assert!(giver.give(1));
        drop(taker);
        assert!(!giver.is_full());
        giver.rest();
        assert!(!giver.give(2));
        let (giver, taker) = queue::<u8>(1);
        drop(giver);
        assert_eq!(taker.take(), None);
    }
}

//! The turn of a slice, in which it is tied to what came before it in the logs.

use super::counting::{Copies, Counting};
use super::ordered::{Ordered, Stop};
use super::{Collector, Run};
use crate::coverage::Coverage;
use crate::formats::detect::Reader;
use crate::formats::headed::Kinds;
use crate::input::feed::Loaded;
use crate::join::{Joiner, ToCome};
use crate::submission::Place;
use std::io;
use std::ops::Range;
use std::sync::PoisonError;

/// What was read of a slice.
pub(super) struct ReadSlice<'b> {
    pub(super) turn: (u64, usize),
    pub(super) index: usize,
    /// The places in it.
    pub(super) places: Range<Place>,
    pub(super) joiner: Joiner<'b>,
    /// What may stand in two inputs.
    pub(super) copies: Copies,
    pub(super) coverage: Coverage,
    pub(super) kinds: Kinds,
    pub(super) failure: Option<io::Error>,
}

impl<'r, C: Collector> Run<'r, C> {
    /// Whether the turn of a slice has come. If not, somebody may be at the ordered stage.
    pub(super) fn has_turn(&self, read: &ReadSlice<'_>) -> bool {
        self.ordered.try_lock().is_ok_and(|ordered| ordered.next == read.turn.0)
    }

    /// Waits for the turn of a slice and ties it to what came before. Returns whether to go on.
    pub(super) fn in_turn(&self, read: ReadSlice<'_>, worker: &mut Counting<'r, C>) -> bool {
        let ReadSlice { turn: (sequence, span), index, places, joiner, mut copies, coverage, kinds, failure } =
            read;
        let mut guard = self.ordered.lock().unwrap_or_else(PoisonError::into_inner);
        while guard.next != sequence && guard.stop.is_none() {
            guard = self.turned.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        if guard.stop.is_some() {
            return false;
        }
        let ordered = &mut *guard;
        let is_late = coverage.seen.is_some_and(|(first, _)| first < ordered.joiner.given_up_before());
        if let Some(learnt) = self.survey.learn(index, kinds, is_late) {
            ordered.stop = Some(Stop::Again(learnt));
            drop(guard);
            self.turned.notify_all();
            return false;
        }
        self.enter_chain(index, ordered);
        ordered.collector.wait_too(&mut copies);
        ordered.joiner.tie(joiner, &mut ordered.collector);
        ordered.collector.take_over(&mut copies);
        if let Some(sum) = ordered.coverage.get_mut(index) {
            sum.append(&coverage);
        }
        if let Some((first, last)) = coverage.seen {
            ordered.collector.totals.inner.advance(last);
            if self.is_lines(index) {
                ordered.chain.1 = ordered.chain.1.max(last);
            }
            let behind = self.schedule.behind(span);
            let to_come = ToCome { at: first.min(behind.at), ..behind };
            let Ordered { joiner, collector, .. } = ordered;
            let given_up = collector.sorted(|collector| joiner.evict(to_come, collector));
            ordered.given_up = ordered.given_up.saturating_add(given_up);
        }
        ordered.failures.extend(failure.map(|error| (index, error)));
        let joiner = &ordered.joiner;
        let (collector, worker) = (&mut ordered.collector.totals.inner, &mut worker.totals.inner);
        let handed = collector.hand_over(worker, places, || joiner.first_waiting());
        ordered.stop = handed.err().map(Stop::Failed);
        ordered.next = sequence.saturating_add(1);
        drop(guard);
        self.turned.notify_all();
        true
    }

    /// Where another chain of logs begins, and goes back in time, what was open is over: under the same process and queue ids
    /// it would meet copies of itself.
    fn enter_chain(&self, index: usize, ordered: &mut Ordered<'_, C>) {
        let Some(input) = self.inputs.get(index) else { return };
        ordered.collector.enter_chain(input.overlap.chain);
        let (chain, latest) = ordered.chain;
        if !self.is_lines(index) || input.overlap.chain == chain {
            return;
        }
        if input.first.is_some_and(|first| first < latest) {
            let joiner = std::mem::replace(&mut ordered.joiner, Joiner::anchored(self.together));
            ordered.apart.add(ordered.collector.sorted(|collector| joiner.finish(collector)));
            ordered.chain.1 = i64::MIN;
        }
        ordered.chain.0 = input.overlap.chain;
    }

    /// Whether an input is a log of lines, whose sessions go on from one file to the next.
    fn is_lines(&self, index: usize) -> bool {
        self.inputs.get(index).is_some_and(|input| matches!(input.detected.reader, Reader::Lines(_)))
    }
}

/// The places in a slice of an input.
pub(super) fn places_of(index: usize, loaded: &Loaded) -> Range<Place> {
    let input = u32::try_from(index).unwrap_or(u32::MAX);
    let len = u64::try_from(loaded.range.len()).unwrap_or(u64::MAX);
    let place = |offset: u64| Place { input, offset };
    place(loaded.offset)..place(loaded.offset.saturating_add(len))
}

/// A worker that panics would let the others wait for ever.
pub(super) struct StopOnPanic<'s, 'r, C>(pub(super) &'s Run<'r, C>);

impl<C> Drop for StopOnPanic<'_, '_, C> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.ordered.lock().unwrap_or_else(PoisonError::into_inner).stop = Some(Stop::Panicked);
            self.0.turned.notify_all();
        }
    }
}

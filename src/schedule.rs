//! In which order the slices of all inputs are read: chain after chain (`probe::Overlap`), input after input, by the time of
//! their first line. Logs of Exchange
//! Server, whose sessions have a half in another file, are read side by side, slice by slice in the order of time, so that
//! no half waits longer than the logs are apart. Those whose rows may be in any order come first: only behind their end is it
//! known that nothing earlier comes.

use crate::formats::detect::Reader;
use crate::formats::headed::Headed;
use crate::input::feed::Span;
use crate::input::{Located, Source, platform};
use crate::join::ToCome;
use crate::probe::Input;
use crate::survey::{Order, Survey};
use crate::time::Clock;
use std::fs::File;

/// How much of a slice is looked at for its first stamp.
const LOOK: usize = 16 << 10;

/// The stretches of inputs in the order in which they are read, and for each the earliest time of those behind it in its
/// chain.
#[derive(Debug)]
pub struct Schedule {
    /// The stretches.
    pub spans: Vec<Span>,
    behind: Vec<ToCome>,
}

impl Schedule {
    /// For these inputs, in slices of so many bytes.
    pub fn new(inputs: &[Input], survey: &Survey, slice: usize, clock: &Clock) -> Self {
        let mut timed: Vec<((usize, i64), Span)> = Vec::new();
        for (index, input) in inputs.iter().enumerate().filter(|(_, input)| input.outside.is_none()) {
            let (chain, order) = (input.overlap.chain, survey.order(index));
            let first = input.first.filter(|_| order != Order::Unknown).unwrap_or(i64::MIN);
            match (&input.source, &input.detected.reader) {
                (Source::File(file), Reader::Headed(headed))
                    if order == Order::Rising && file.len > u64::try_from(slice).unwrap_or(0) =>
                {
                    let marks = marks(file, headed, slice, clock, first).map(|at| (chain, at));
                    timed.extend(marks.zip(spans(index)));
                }
                _ => timed.push(((chain, first), Span { input: index, slices: 0..u64::MAX })),
            }
        }
        timed.sort_by_key(|(at, _)| *at);
        let nothing = ToCome { at: i64::MAX, is_sure: true };
        let (mut later, mut in_chain) = (nothing, usize::MAX);
        let behind = timed.iter().rev().map(|((chain, at), span)| {
            // Where another chain begins, nothing of this one goes on.
            if *chain != in_chain {
                (later, in_chain) = (nothing, *chain);
            }
            let order = survey.order(span.input);
            later.is_sure &= order != Order::Hoped;
            let own = if order == Order::Unknown { i64::MIN } else { i64::MAX };
            let behind = ToCome { at: later.at.min(own), ..later };
            later.at = later.at.min(*at);
            behind
        });
        let mut behind: Vec<ToCome> = behind.collect();
        behind.reverse();
        Self { spans: timed.into_iter().map(|(_, span)| span).collect(), behind }
    }

    /// The earliest time of what is behind one of the stretches, and of its own rest where that may hold anything.
    pub fn behind(&self, span: usize) -> ToCome {
        self.behind.get(span).copied().unwrap_or(ToCome { at: i64::MAX, is_sure: true })
    }
}

/// One stretch for each slice of an input.
fn spans(input: usize) -> impl Iterator<Item = Span> {
    (0_u64..).map(move |slice| Span { input, slices: slice..slice.saturating_add(1) })
}

/// The time of the first row of each slice of a file; never falling, so that the slices of a file keep their order.
fn marks<'f>(
    located: &'f Located,
    headed: &'f Headed,
    slice: usize,
    clock: &'f Clock,
    first: i64,
) -> impl Iterator<Item = i64> + use<'f> {
    // A file that cannot be opened now will fail when it is read.
    let file = located.path.as_ref().and_then(|path| File::open(path).ok());
    let mut buffer = vec![0; LOOK];
    let step = u64::try_from(slice).unwrap_or(u64::MAX).max(1);
    let slices = located.len.div_ceil(step);
    (0..slices).scan(first, move |latest, index| {
        let read = match &file {
            Some(file) if index > 0 => platform::read_at(file, &mut buffer, index.saturating_mul(step)),
            _ => Ok(0),
        };
        let bytes = buffer.get(..read.unwrap_or(0)).unwrap_or_default();
        // The first line is the end of another one.
        let rows = memchr::memchr(b'\n', bytes).and_then(|feed| bytes.get(feed.saturating_add(1)..));
        let stamp = rows.and_then(|rows| headed.first_time(rows));
        *latest = stamp.map_or(*latest, |stamp| (*latest).max(clock.instant(stamp)));
        Some(*latest)
    })
}

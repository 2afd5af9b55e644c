//! The ordered stage: what slices have in common comes together here, in the order of the logs.

use super::counting::{Counting, Totals};
use super::{Collector, Read};
use crate::coverage::Coverage;
use crate::error::Error;
use crate::join::{Apart, Joiner, Together};
use crate::probe::Input;
use crate::survey::Survey;
use std::io;

/// The ordered stage.
pub(super) struct Ordered<'r, C> {
    /// The slice whose turn it is.
    pub(super) next: u64,
    pub(super) joiner: Joiner<'static>,
    /// The chain of the log that it has read last, and the latest time since the joiner began.
    pub(super) chain: (usize, i64),
    pub(super) apart: Apart,
    pub(super) collector: Counting<'r, C>,
    pub(super) coverage: Vec<Coverage>,
    pub(super) failures: Vec<(usize, io::Error)>,
    pub(super) given_up: usize,
    /// Nobody's turn will come any more.
    pub(super) stop: Option<Stop>,
}

/// Why reading ends before the logs do.
pub(super) enum Stop {
    /// The output failed.
    Failed(Error),
    /// A worker is gone.
    Panicked,
    /// The logs are to be read in another way.
    Again(Survey),
}

impl<'r, C: Collector> Ordered<'r, C> {
    pub(super) fn new(inputs: &[Input], together: Together, collector: Counting<'r, C>) -> Self {
        Self {
            next: 0,
            joiner: Joiner::anchored(together),
            chain: (0, i64::MIN),
            apart: Apart::default(),
            collector,
            coverage: inputs.iter().map(|input| input.outside.clone().unwrap_or_default()).collect(),
            failures: Vec::new(),
            given_up: 0,
            stop: None,
        }
    }

    /// All slices are done: one result out of what this stage and the workers have.
    pub(super) fn gather(mut self, workers: Vec<Counting<'r, C>>, survey: Survey) -> Result<Read<C>, Stop> {
        if let Some(stop) = self.stop {
            return Err(stop);
        }
        let joiner = self.joiner;
        self.apart.add(self.collector.sorted(|collector| joiner.finish(collector)));
        let (completed, repeated) = self.collector.finish();
        if repeated.is_incomplete
            && let Some(learnt) = survey.learn_times(&self.coverage)
        {
            return Err(Stop::Again(learnt));
        }
        let survey = survey.with_copies(completed);
        let Counting { mut totals, mut strangers, .. } = self.collector;
        let mut traces = totals.traces.take();
        for worker in workers {
            let Totals { inner, counted, traces: more, .. } = worker.totals;
            if let (Some(traces), Some(more)) = (&mut traces, more) {
                traces.merge(more);
            }
            totals.inner.merge(inner).map_err(Stop::Failed)?;
            strangers.add(worker.strangers);
            for (sum, more) in totals.counted.iter_mut().zip(counted) {
                sum.add(more);
            }
        }
        let traced = traces.map(|traces| traces.finish(&mut totals)).unwrap_or_default();
        let Totals { inner: collector, counted, .. } = totals;
        let strangers = strangers.found();
        let Self { coverage, failures, given_up, apart, .. } = self;
        Ok(Read {
            collector,
            coverage,
            counted,
            failures,
            given_up,
            apart,
            repeated,
            traced,
            survey,
            strangers,
        })
    }
}

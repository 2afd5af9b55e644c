//! All inputs in, one result out: the workers, and the ordered stage in which neighbouring slices meet.
//!
//! Every worker takes slices, reads them with a joiner that knows nothing of what came before, and counts what is
//! complete in a collector of its own. Then it waits for its turn: in the order of the logs, the joiner of each slice is
//! tied to what is open so far. What that completes is counted by the collector of the ordered stage. At the end the
//! collectors merge.

use crate::coverage::Coverage;
use crate::error::Error;
use crate::formats::detect::Reader;
use crate::formats::headed::{self, Kinds, Word};
use crate::formats::lines::{self, Block};
use crate::formats::stamps::Stamps;
use crate::formats::table::{self, RowContext};
use crate::formats::{Class, Want};
use crate::input::feed::{Claim, Feed, Loaded, SliceReader};
use crate::issue::Reason;
use crate::join::{Apart, Joiner, ToCome, Together};
use crate::probe::Input;
use crate::schedule::Schedule;
use crate::submission::{ClientName, Place, Sink, Submission, Tls};
use crate::survey::Survey;
use crate::time::Clock;
use crate::time::stamp::DateOrder;
use crate::time::zone::day_of;
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, PoisonError};

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct HowToRead {
    /// Zones.
    pub clock: Clock,
    /// Which number comes first in dates with slashes.
    pub order: Option<DateOrder>,
    /// Records later than this are not believed.
    pub limit: i64,
    /// What is wanted of each line.
    pub want: Want,
    /// Bytes of a slice.
    pub slice: usize,
    /// Workers.
    pub threads: usize,
}

/// What counts or writes submissions: one of each worker, one of the ordered stage.
pub trait Collector: Sink + Send + Sized {
    /// The newest record is at least this late.
    fn advance(&mut self, newest: i64);

    /// A slice is done and its turn has come: what the worker collected may be handed to the ordered stage (`self`).
    /// Messages at or behind `waiting` may still come.
    fn hand_over(&mut self, worker: &mut Self, waiting: impl Fn() -> Option<Place>) -> Result<(), Error>;

    /// All slices are done.
    fn merge(&mut self, worker: Self) -> Result<(), Error>;
}

/// What was read.
#[derive(Debug)]
pub struct Read<C> {
    /// What was collected.
    pub collector: C,
    /// What each input held.
    pub coverage: Vec<Coverage>,
    /// What each input counted for.
    pub counted: Vec<Counted>,
    /// Inputs that could not be read to the end: which, and why.
    pub failures: Vec<(usize, io::Error)>,
    /// Open sessions and queue ids that were given up.
    pub given_up: usize,
    /// What found no other half.
    pub apart: Apart,
    /// How it had to be read.
    pub survey: Survey,
}

/// What an input counted for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Messages.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
    /// Messages whose TLS version, or lack of TLS, the line itself tells.
    pub tls_known: u64,
    /// Messages without a TLS line, by server, service and day; only filled when every line is read.
    pub tls_unlogged: BTreeMap<Unlogged, u64>,
}

/// Server, service and day (days since 1970) of messages without a TLS line.
pub type Unlogged = (Box<[u8]>, Box<[u8]>, i64);

impl Counted {
    fn add(&mut self, more: Self) {
        self.messages = self.messages.saturating_add(more.messages);
        self.sessions = self.sessions.saturating_add(more.sessions);
        self.tls_known = self.tls_known.saturating_add(more.tls_known);
        for (key, count) in more.tls_unlogged {
            let sum = self.tls_unlogged.entry(key).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// Messages, or sessions where the log has no messages.
    pub fn submissions(&self) -> u64 {
        if self.messages > 0 { self.messages } else { self.sessions }
    }

    /// Messages of all inputs, or sessions where none has messages: they are never added up.
    pub fn sum(all: &[Self]) -> u64 {
        let sum = |count: fn(&Self) -> u64| all.iter().map(count).fold(0, u64::saturating_add);
        match sum(|counted| counted.messages) {
            0 => sum(|counted| counted.sessions),
            messages => messages,
        }
    }
}

impl<C> Read<C> {
    /// The newest record of the mail logs.
    pub fn newest(&self) -> Option<i64> {
        self.coverage.iter().filter_map(|coverage| coverage.seen).map(|(_, last)| last).max()
    }
}

/// The ordered stage.
struct Ordered<C> {
    /// The slice whose turn it is.
    next: u64,
    joiner: Joiner<'static>,
    collector: Counting<C>,
    coverage: Vec<Coverage>,
    failures: Vec<(usize, io::Error)>,
    given_up: usize,
    /// Nobody's turn will come any more.
    stop: Option<Stop>,
}

/// Why reading ends before the logs do.
enum Stop {
    /// The output failed.
    Failed(Error),
    /// A worker is gone.
    Panicked,
    /// The logs are to be read in another way.
    Again(Survey),
}

/// A collector, and what each input counts for.
struct Counting<C> {
    inner: C,
    counted: Vec<Counted>,
    /// The clock, where it is wanted which day has messages without a TLS line.
    by_day: Option<Clock>,
}

impl<C: Sink> Sink for Counting<C> {
    fn submission(&mut self, submission: &Submission<'_>) {
        let index = usize::try_from(submission.place.input).unwrap_or(usize::MAX);
        if let Some(counted) = self.counted.get_mut(index) {
            let counts = submission.counts();
            let tls = submission.tls();
            counted.messages = counted.messages.saturating_add(counts.messages);
            counted.sessions = counted.sessions.saturating_add(counts.sessions);
            if tls.is_version() || tls == Tls::None {
                counted.tls_known = counted.tls_known.saturating_add(counts.messages);
            } else if let Some(clock) = self.by_day.as_mut().filter(|_| tls == Tls::Unlogged) {
                let text = |text: Option<&[u8]>| Box::from(text.unwrap_or_default());
                let day = submission.time.map_or(i64::MIN, |at| day_of(clock.wall(at)));
                let key = (text(submission.server), text(submission.service), day);
                let sum = counted.tls_unlogged.entry(key).or_default();
                *sum = sum.saturating_add(counts.messages);
            }
        }
        self.inner.submission(submission);
    }

    fn tls_logged(&mut self, server: &[u8], service: &[u8], at: i64) {
        self.inner.tls_logged(server, service, at);
    }

    fn client_name(&mut self, client: &[u8], name: ClientName<'_>) {
        self.inner.client_name(client, name);
    }
}

struct Run<'r, C> {
    inputs: &'r [Input],
    survey: &'r Survey,
    together: Together,
    feed: Feed<'r>,
    how: &'r HowToRead,
    ordered: Mutex<Ordered<C>>,
    turned: Condvar,
    progress: &'r ProgressBar,
    schedule: &'r Schedule,
}

/// Reads all inputs; `collector` makes an empty collector. `survey` is what an earlier reading learnt; without it, a
/// collector may be thrown away and made anew.
pub fn read<C: Collector>(
    inputs: &[Input],
    how: &HowToRead,
    survey: Option<&Survey>,
    progress: &ProgressBar,
    collector: impl Fn() -> C + Sync,
) -> Result<Read<C>, Error> {
    let mut survey = survey.map_or_else(|| Survey::of(inputs), Survey::settled);
    loop {
        match read_once(inputs, how, survey, progress, &collector) {
            Ok(read) => {
                progress.finish_and_clear();
                return Ok(read);
            }
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Panicked) => return Err(Error::Panicked),
            Err(Stop::Again(learnt)) => {
                progress.reset();
                survey = learnt;
            }
        }
    }
}

fn read_once<C: Collector>(
    inputs: &[Input],
    how: &HowToRead,
    survey: Survey,
    progress: &ProgressBar,
    collector: impl Fn() -> C + Sync,
) -> Result<Read<C>, Stop> {
    let counting = || Counting {
        inner: collector(),
        counted: vec![Counted::default(); inputs.len()],
        by_day: how.want.every_line.then_some(how.clock),
    };
    let together = survey.together();
    let schedule = Schedule::new(inputs, &survey, how.slice, &how.clock);
    let run = Run {
        inputs,
        survey: &survey,
        together,
        feed: Feed::new(
            inputs.iter().map(|input| (&input.source, input.unit(), &input.years, input.walk)),
            &schedule.spans,
            how.slice,
            how.threads,
        ),
        how,
        ordered: Mutex::new(Ordered {
            next: 0,
            joiner: Joiner::anchored(together),
            collector: counting(),
            coverage: vec![Coverage::default(); inputs.len()],
            failures: Vec::new(),
            given_up: 0,
            stop: None,
        }),
        turned: Condvar::new(),
        progress,
        schedule: &schedule,
    };
    let workers = run.work(counting).map_err(Stop::Failed)?;
    let mut ordered = run.ordered.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(stop) = ordered.stop {
        return Err(stop);
    }
    let apart = ordered.joiner.finish(&mut ordered.collector);
    let Counting { inner: mut collector, mut counted, .. } = ordered.collector;
    for worker in workers {
        collector.merge(worker.inner).map_err(Stop::Failed)?;
        for (sum, more) in counted.iter_mut().zip(worker.counted) {
            sum.add(more);
        }
    }
    let Ordered { coverage, failures, given_up, .. } = ordered;
    Ok(Read { collector, coverage, counted, failures, given_up, apart, survey })
}

impl<C: Collector> Run<'_, C> {
    /// Lets the workers loose; what each of them collected.
    fn work(&self, collector: impl Fn() -> Counting<C> + Sync) -> Result<Vec<Counting<C>>, Error> {
        let work = || {
            let mut collector = collector();
            self.take_slices(&mut collector);
            collector
        };
        if self.how.threads <= 1 {
            return Ok(vec![work()]);
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.how.threads).build();
        let pool = pool.map_err(|error| Error::Usage(format!("cannot start threads: {error}")))?;
        Ok(pool.broadcast(|_| work()))
    }

    fn take_slices(&self, collector: &mut Counting<C>) {
        let guard = StopOnPanic(self);
        let mut reader = SliceReader::default();
        let mut queue_ids = 0;
        while let Some(claim) = self.feed.claim() {
            if !self.slice(claim, &mut reader, &mut queue_ids, collector) {
                break;
            }
        }
        drop(guard);
    }

    /// Reads one slice. Returns whether to go on.
    fn slice(
        &self,
        claim: Claim,
        reader: &mut SliceReader,
        queue_ids: &mut usize,
        collector: &mut Counting<C>,
    ) -> bool {
        let (turn, index) = ((claim.sequence, claim.span), claim.input);
        let mut coverage = Coverage::default();
        let mut joiner = Joiner::of_slice(*queue_ids, self.together);
        let mut kinds = Kinds::default();
        let loaded = self.feed.load(claim, reader);
        let failure = match &loaded {
            Ok(loaded) => {
                let bytes = reader.buffer.bytes().get(loaded.range.clone()).unwrap_or_default();
                kinds = self.parse(index, loaded, bytes, &mut joiner, &mut coverage, collector);
                self.progress.inc(loaded.read);
                None
            }
            Err(broken) => {
                if broken.cut {
                    coverage.lines = coverage.lines.saturating_add(1);
                    coverage.skip(Reason::CutOff, 1);
                }
                Some(io::Error::new(broken.error.kind(), broken.error.to_string()))
            }
        };
        *queue_ids = joiner.queue_ids();
        if let Some((_, last)) = coverage.seen {
            collector.inner.advance(last);
        }
        self.in_turn(turn, index, joiner, (&coverage, kinds), failure, collector)
    }

    /// Reads the lines of a slice. Returns which logs of Exchange Server stand in it.
    fn parse<'b>(
        &self,
        index: usize,
        loaded: &Loaded,
        bytes: &'b [u8],
        joiner: &mut Joiner<'b>,
        coverage: &mut Coverage,
        collector: &mut Counting<C>,
    ) -> Kinds {
        let Some(input) = self.inputs.get(index) else { return Kinds::default() };
        let place = Place { input: u32::try_from(index).unwrap_or(u32::MAX), offset: loaded.offset };
        let block = Block { bytes, place };
        match &input.detected.reader {
            Reader::Lines(kind) => {
                let years = loaded.years.as_ref().unwrap_or(&input.years);
                let mut stamps = Stamps::new(self.how.clock, years, self.how.limit);
                let mut out = |class| take(class, joiner, collector);
                lines::read(*kind, block, &mut stamps, self.how.want, coverage, &mut out);
            }
            Reader::Table(table) => {
                if loaded.offset == table.data && !bytes.is_empty() {
                    header(table.header_feeds, coverage);
                }
                table::read(table, block, &loaded.broken, &self.row_context(), coverage, collector);
            }
            Reader::Headed(headed) => {
                if headed.data > 0 && loaded.offset == headed.data && !bytes.is_empty() {
                    header(headed.header_feeds, coverage);
                }
                let around = (loaded.header.lines(), loaded.broken.as_slice());
                let mut out = |word| hear(word, joiner, collector);
                return headed::read(headed, block, around, &self.row_context(), coverage, &mut out);
            }
        }
        Kinds::default()
    }

    fn row_context(&self) -> RowContext {
        RowContext {
            clock: self.how.clock,
            order: self.how.order,
            limit: self.how.limit,
            every_line: self.how.want.every_line,
        }
    }

    /// Waits for the turn of a slice and ties it to what came before. Returns whether to go on.
    fn in_turn(
        &self,
        (sequence, span): (u64, usize),
        index: usize,
        joiner: Joiner<'_>,
        (coverage, kinds): (&Coverage, Kinds),
        failure: Option<io::Error>,
        worker: &mut Counting<C>,
    ) -> bool {
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
        ordered.joiner.tie(joiner, &mut ordered.collector);
        if let Some(sum) = ordered.coverage.get_mut(index) {
            sum.append(coverage);
        }
        if let Some((first, last)) = coverage.seen {
            ordered.collector.inner.advance(last);
            let behind = self.schedule.behind(span);
            let to_come = ToCome { at: first.min(behind.at), ..behind };
            let given_up = ordered.joiner.evict(to_come, &mut ordered.collector);
            ordered.given_up = ordered.given_up.saturating_add(given_up);
        }
        ordered.failures.extend(failure.map(|error| (index, error)));
        let joiner = &ordered.joiner;
        let handed = ordered.collector.inner.hand_over(&mut worker.inner, || joiner.first_waiting());
        ordered.stop = handed.err().map(Stop::Failed);
        ordered.next = sequence.saturating_add(1);
        drop(guard);
        self.turned.notify_all();
        true
    }
}

/// What a line said goes to the joiner, if it is a part of something, else to the collector.
fn take<'b, C: Sink>(class: Class<'b>, joiner: &mut Joiner<'b>, collector: &mut C) {
    match class {
        Class::Event(event) => joiner.apply(event, collector),
        Class::Submission(submission) => collector.submission(&submission),
        Class::Ignored(_) | Class::Issue(_) => {}
    }
}

/// Rows of sessions go to the joiner.
fn hear<'b, C: Sink>(word: Word<'b>, joiner: &mut Joiner<'b>, collector: &mut C) {
    match word {
        Word::Turn(turn) => joiner.turn(turn, collector),
        Word::Relayed(relayed) => joiner.relayed(relayed, collector),
        Word::Tracked(tracked) => joiner.tracked(*tracked, collector),
        Word::Ignored(_) | Word::Issue(_) => {}
    }
}

/// The header of a table is a line of it too.
fn header(feeds: u64, coverage: &mut Coverage) {
    coverage.lines = coverage.lines.saturating_add(1);
    coverage.ignore("header", true);
    coverage.feeds = coverage.feeds.saturating_add(feeds);
}

/// A worker that panics would let the others wait for ever.
struct StopOnPanic<'s, 'r, C>(&'s Run<'r, C>);

impl<C> Drop for StopOnPanic<'_, '_, C> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.ordered.lock().unwrap_or_else(PoisonError::into_inner).stop = Some(Stop::Panicked);
            self.0.turned.notify_all();
        }
    }
}

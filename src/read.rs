//! All inputs in, one result out: the workers, and the ordered stage in which neighbouring slices meet.
//!
//! Every worker takes slices, reads them with a joiner that knows nothing of what came before, and counts what is
//! complete in a collector of its own. In the order of the logs, the joiner of each slice is then tied to what is open so
//! far; until its turn comes, the worker reads some more. What a tie completes is counted by the collector of the ordered
//! stage. At the end the collectors merge.

mod counting;
mod ordered;
mod turn;

pub use counting::{Counted, Unlogged};

use crate::coverage::Coverage;
use crate::error::Error;
use crate::formats::detect::Reader;
use crate::formats::headed::{self, Kinds, Word};
use crate::formats::lines::{self, Block};
use crate::formats::speakers::{Register, Speakers};
use crate::formats::stamps::Stamps;
use crate::formats::table::{self, Export, RowContext};
use crate::formats::{Class, Message, Want};
use crate::input::crew::AtWork;
use crate::input::feed::{Feed, Loaded, SliceReader};
use crate::input::stream::Broken;
use crate::issue::Reason;
use crate::join::traces::{TracedFacts, Traces};
use crate::join::{Apart, Joiner, Size, Together};
use crate::probe::{FoundServers, Input, Strangers};
use crate::repeats::{Held, Repeated, Repeats, Shared};
use crate::schedule::Schedule;
use crate::submission::{Place, Sink};
use crate::survey::Survey;
use crate::time::Clock;
use crate::time::stamp::DateOrder;
use counting::{Copies, Counting, Totals};
use indicatif::ProgressBar;
use ordered::{Ordered, Stop};
use std::hash::RandomState;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use turn::{ReadSlice, StopOnPanic, places_of};

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
    /// Workers: at most so many of the threads of the pool in which it is called.
    pub threads: usize,
}

/// What counts or writes submissions: one of each worker, one of the ordered stage.
pub trait Collector: Sink + Send + Sized {
    /// The newest record is at least this late.
    fn advance(&mut self, newest: i64);

    /// A slice is done and its turn has come: what the worker collected of its places may be handed to the ordered stage
    /// (`self`). Messages at or behind `waiting` may still come.
    fn hand_over(
        &mut self,
        worker: &mut Self,
        slice: Range<Place>,
        waiting: impl Fn() -> Option<Place>,
    ) -> Result<(), Error>;

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
    /// What was in two inputs and counts once.
    pub repeated: Repeated,
    /// What became of the messages of traces.
    pub traced: TracedFacts,
    /// Servers that were found in an input where nobody looked for them.
    pub strangers: FoundServers,
}

impl<C> Read<C> {
    /// The newest record of the mail logs.
    pub fn newest(&self) -> Option<i64> {
        self.coverage.iter().filter_map(|coverage| coverage.seen).map(|(_, last)| last).max()
    }
}

struct Run<'r, C> {
    inputs: &'r [Input],
    survey: &'r Survey,
    together: Together,
    feed: Feed<'r>,
    how: &'r HowToRead,
    ordered: Mutex<Ordered<'r, C>>,
    turned: Condvar,
    progress: &'r ProgressBar,
    schedule: &'r Schedule,
    /// Numbers of the names of hosts and services.
    register: Arc<Register>,
}

/// What a worker keeps from slice to slice.
struct Worker<'r, C> {
    collector: Counting<'r, C>,
    /// How much the joiner of the last slice knew.
    size: Size,
    /// Who speaks in the input that it read last.
    speakers: Option<(usize, Speakers)>,
}

/// A slice that was loaded.
struct Slice {
    /// Its number over all inputs, and the stretch of the schedule in which it lies.
    turn: (u64, usize),
    /// Which input.
    index: usize,
    loaded: Result<Loaded, Broken>,
}

/// Slices that a worker reads at most before the first of them has its turn. Files of an hour are slices of their own and
/// of unequal length: with one, a thread stood still for a seventh of the time in which logs of Exchange Server were read.
const AT_ONCE: usize = 4;

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
    let shared = Shared::new(inputs, &survey.copies);
    let seed = RandomState::new();
    let has_traces = inputs.iter().any(Input::is_trace);
    let counting = |repeats| Counting {
        totals: Totals {
            inner: collector(),
            counted: vec![Counted::default(); inputs.len()],
            by_day: how.want.every_line.then_some(how.clock),
            traces: has_traces.then(|| Traces::new(seed.clone())),
        },
        shared: shared.is_any().then_some(&shared),
        repeats,
        strangers: Strangers::of(inputs),
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
        ordered: Mutex::new(Ordered::new(
            inputs,
            together,
            counting(Copies::Decide(Box::new(Repeats::new(&survey.copies, how.want.message_ids)))),
        )),
        turned: Condvar::new(),
        progress,
        schedule: &schedule,
        register: Arc::default(),
    };
    let workers = run.work(|| counting(Copies::Wait(Held::default())));
    let ordered = run.ordered.into_inner().unwrap_or_else(PoisonError::into_inner);
    ordered.gather(workers, survey.clone())
}

impl<'r, C: Collector> Run<'r, C> {
    /// Lets the workers loose; what each of them collected.
    fn work(&self, collector: impl Fn() -> Counting<'r, C> + Sync) -> Vec<Counting<'r, C>> {
        let work = || {
            let mut worker = Worker { collector: collector(), size: Size::default(), speakers: None };
            self.take_slices(&mut worker);
            worker.collector
        };
        if self.how.threads <= 1 {
            return vec![work()];
        }
        let workers = rayon::broadcast(|thread| (thread.index() < self.how.threads).then(work));
        workers.into_iter().flatten().collect()
    }

    fn take_slices(&self, worker: &mut Worker<'r, C>) {
        let guard = StopOnPanic(self);
        let mut readers: [SliceReader; AT_ONCE] = Default::default();
        let mut at_work = self.feed.work();
        while self.take_some(&mut readers, &at_work, worker) {
            at_work.step_back();
        }
        drop(guard);
    }

    /// Reads a slice, and more of them while the slices before it are not done; then ties them. Returns whether to go on.
    fn take_some(
        &self,
        readers: &mut [SliceReader],
        at_work: &AtWork<'_>,
        worker: &mut Worker<'r, C>,
    ) -> bool {
        let mut waiting: Vec<ReadSlice<'_>> = Vec::with_capacity(readers.len());
        for reader in readers {
            let Some(slice) = self.next_slice(reader) else { break };
            waiting.push(self.slice(slice, reader, worker));
            let has_turn = waiting.first().is_some_and(|first| self.has_turn(first));
            if has_turn || at_work.is_one_too_many() {
                break;
            }
        }
        let is_some = !waiting.is_empty();
        is_some && waiting.into_iter().all(|read| self.in_turn(read, &mut worker.collector))
    }

    /// Loads the next slice that nobody has taken; `None` when there is none.
    fn next_slice(&self, reader: &mut SliceReader) -> Option<Slice> {
        let claim = self.feed.claim()?;
        let (turn, index) = ((claim.sequence, claim.span), claim.input);
        Some(Slice { turn, index, loaded: self.feed.load(claim, reader) })
    }

    /// Reads a slice that stands in the buffer of a reader.
    fn slice<'b>(
        &self,
        Slice { turn, index, loaded }: Slice,
        reader: &'b SliceReader,
        worker: &mut Worker<'r, C>,
    ) -> ReadSlice<'b> {
        let mut coverage = Coverage::default();
        let mut joiner = Joiner::of_slice(worker.size, self.together);
        let mut kinds = Kinds::default();
        let mut places = Range::default();
        let failure = match loaded {
            Ok(loaded) => {
                let bytes = reader.buffer.bytes().get(loaded.range.clone()).unwrap_or_default();
                places = places_of(index, &loaded);
                kinds = self.parse(index, &loaded, bytes, &mut joiner, &mut coverage, worker);
                self.progress.inc(loaded.read);
                None
            }
            Err(broken) => {
                if broken.cut {
                    coverage.lines = coverage.lines.saturating_add(1);
                    coverage.skip(Reason::CutOff, 1);
                }
                Some(broken.error)
            }
        };
        worker.size = joiner.size();
        if let Some((_, last)) = coverage.seen {
            worker.collector.totals.inner.advance(last);
        }
        let copies = worker.collector.waiting();
        ReadSlice { turn, index, places, joiner, copies, coverage, kinds, failure }
    }

    /// Reads the lines of a slice. Returns which logs of Exchange Server stand in it.
    fn parse<'b>(
        &self,
        index: usize,
        loaded: &Loaded,
        bytes: &'b [u8],
        joiner: &mut Joiner<'b>,
        coverage: &mut Coverage,
        worker: &mut Worker<'r, C>,
    ) -> Kinds {
        let collector = &mut worker.collector;
        let Some(input) = self.inputs.get(index) else { return Kinds::default() };
        let block = Block { bytes, place: places_of(index, loaded).start };
        match &input.detected.reader {
            Reader::Lines(kind) => {
                let years = loaded.years.as_ref().unwrap_or(&input.years);
                let mut stamps = Stamps::new(self.how.clock, years, self.how.limit);
                let mut out = |message: &Message<'b>, class: &mut Class<'b>| {
                    take(message, class, joiner, collector);
                };
                let known = worker.speakers.take().filter(|(of, _)| *of == index);
                let new = || (index, lines::speakers(*kind, Arc::clone(&self.register)));
                let (_, speakers) = worker.speakers.insert(known.unwrap_or_else(new));
                lines::read(*kind, block, (&mut stamps, speakers), self.how.want, coverage, &mut out);
            }
            Reader::Table(table) => {
                if table.objects.is_none() && loaded.offset == table.data && !bytes.is_empty() {
                    header(table.header_feeds, coverage);
                }
                table::read(table, block, &loaded.broken, &self.row_context(input), coverage, collector);
            }
            Reader::Headed(headed) => {
                if headed.data > 0 && loaded.offset == headed.data && !bytes.is_empty() {
                    header(headed.header_feeds, coverage);
                }
                let around = (loaded.header.lines(), loaded.broken.as_slice());
                let mut out = |word: Word<'_, 'b>| hear(word, joiner, collector);
                return headed::read(headed, block, around, &self.row_context(input), coverage, &mut out);
            }
        }
        Kinds::default()
    }

    fn row_context<'i>(&self, input: &'i Input) -> RowContext<'i> {
        // The name without its folders: it is to be the same on every machine.
        let name = input.name.rsplit(['/', '\\']).next().unwrap_or_default();
        RowContext {
            export: Export { name: name.as_bytes(), period: input.period },
            clock: self.how.clock,
            order: self.how.order,
            limit: self.how.limit,
            every_line: self.how.want.every_line,
        }
    }
}

/// What a line said goes to the joiner, if it is a part of something, else to the collector.
fn take<'b, C: Sink>(
    message: &Message<'b>,
    class: &mut Class<'b>,
    joiner: &mut Joiner<'b>,
    collector: &mut C,
) {
    match class {
        Class::Event(kind) => joiner.apply(&message.head(), kind, collector),
        Class::Submission(submission) => collector.submission(submission),
        Class::Ignored(_) | Class::Issue(_) => {}
    }
}

/// Rows of sessions go to the joiner.
fn hear<'b, C: Sink>(word: Word<'_, 'b>, joiner: &mut Joiner<'b>, collector: &mut C) {
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

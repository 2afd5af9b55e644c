//! What has to be known of all logs of Exchange Server before the first of them is read: which kinds there are, and whose
//! rows are in the order of time. A message that two logs tell counts once only if the first of them waits for the other.
//!
//! The beginnings of the inputs nearly always tell. Somebody may have put logs together in one file, though: what
//! contradicts the survey is found while reading, and then all is read once more with what was learnt.

use crate::coverage::Coverage;
use crate::formats::detect::Reader;
use crate::formats::headed::Kinds;
use crate::input::Source;
use crate::join::Together;
use crate::probe::Input;
use crate::repeats::{Completed, Learnt};

/// Whether the times of an input only grow, seconds aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A log is written so.
    Rising,
    /// Logs may follow one another in a pipe, which cannot be read once more.
    Hoped,
    /// A table may be sorted by anything, and a file that several logs were put into begins again and again.
    Unknown,
}

/// What is known of all inputs.
#[derive(Clone, Debug)]
pub struct Survey {
    kinds: Kinds,
    orders: Vec<Order>,
    /// Inputs that are logs under header lines.
    marked: Vec<bool>,
    /// All inputs can be read once more.
    is_repeatable: bool,
    /// The order of an input was not what it seemed.
    was_wrong: bool,
    /// About what stands in two inputs.
    pub copies: Learnt,
}

impl Survey {
    /// What the beginnings of the inputs tell.
    pub fn of(inputs: &[Input]) -> Self {
        let headed = || {
            inputs.iter().filter_map(|input| match &input.detected.reader {
                Reader::Headed(headed) => Some(headed),
                Reader::Lines(_) | Reader::Table(_) => None,
            })
        };
        let is_marked =
            |input: &Input| matches!(&input.detected.reader, Reader::Headed(headed) if headed.is_marked);
        let is_pipe = |input: &Input| matches!(input.source, Source::Stream(_));
        let is_repeatable = !inputs.iter().any(is_pipe);
        let kinds = if !is_repeatable && inputs.iter().any(is_marked) {
            Kinds::ALL
        } else {
            headed().map(|headed| Kinds::of(&headed.section)).fold(Kinds::default(), Kinds::and)
        };
        let order = |input: &Input| match &input.detected.reader {
            Reader::Headed(headed) if !headed.is_marked => Order::Unknown,
            Reader::Headed(_) if !is_repeatable => Order::Hoped,
            _ => Order::Rising,
        };
        Self {
            kinds,
            orders: inputs.iter().map(order).collect(),
            marked: inputs.iter().map(is_marked).collect(),
            is_repeatable,
            was_wrong: false,
            copies: Learnt::default(),
        }
    }

    /// Which logs are read together.
    pub fn together(&self) -> Together {
        let Kinds { receive, send, tracking } = self.kinds;
        Together { tracking: tracking && (receive || send), relays: send }
    }

    /// The order of an input.
    pub fn order(&self, input: usize) -> Order {
        self.orders.get(input).copied().unwrap_or(Order::Rising)
    }

    /// The same for a second reading, which writes as it reads: nothing is learnt from it any more.
    #[must_use]
    pub fn settled(&self) -> Self {
        Self { is_repeatable: false, ..self.clone() }
    }

    /// What a reading taught about copies, for the next one.
    #[must_use]
    pub fn with_copies(self, completed: Completed) -> Self {
        Self { copies: self.copies.with(completed), ..self }
    }

    /// More stands in two inputs than can be remembered, as far as their beginnings and ends tell which times they share:
    /// now that all was read, that is known. `None`: it was before.
    pub fn learn_times(&self, coverage: &[Coverage]) -> Option<Self> {
        let covers = coverage.iter().map(|coverage| coverage.seen).collect();
        let copies = self.copies.covering(covers).filter(|_| self.is_repeatable)?;
        Some(Self { copies, ..self.clone() })
    }

    /// What a slice of an input taught: which logs stand in it, and whether it has rows that should have come before others
    /// that were given up. `None`: nothing that would have to be read in another way.
    pub fn learn(&self, input: usize, kinds: Kinds, is_late: bool) -> Option<Self> {
        if !self.is_repeatable {
            return None;
        }
        let mut learnt = Self { kinds: self.kinds.and(kinds), ..self.clone() };
        if is_late && self.order(input) == Order::Rising && self.marked.get(input) == Some(&true) {
            let others = learnt.orders.iter_mut().zip(&self.marked).enumerate();
            // One such file is an accident, several are a habit: not all of them are found one by one.
            others.filter(|(index, (_, marked))| *index == input || (self.was_wrong && **marked)).for_each(
                |(_, (order, _))| {
                    *order = Order::Unknown;
                },
            );
            learnt.was_wrong = true;
        }
        let is_new = learnt.together() != self.together() || learnt.orders != self.orders;
        is_new.then_some(learnt)
    }
}

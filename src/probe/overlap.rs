//! Which inputs cover the same time of the same server, so that the same message may stand in two of them, and in which order
//! they are read.
//!
//! Inputs that overlap lie in different *chains*. A chain is read from its beginning to its end before the next one begins, so
//! that a session that goes on in the next rotated file is joined with it, and not with the copy of itself in a third file.
//! Inputs that overlap with no other are all in the first chain, in the order of time.

use super::lookup::Lookup;
use super::series::{Series, stem};
use super::{Input, Probe};
use crate::formats::detect::Reader;
use crate::formats::table::Layout;
use crate::time::{Clock, DAY, HOUR};
use std::collections::BTreeSet;

/// How an input overlaps with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// The chain in which it is read.
    pub chain: usize,
    /// The time that others cover too, both ends included, with an hour of grace.
    pub shared: Option<(i64, i64)>,
    /// Also records that bear no id are compared, by all that they say.
    pub all_alike: bool,
}

/// What is known about the time that an input covers.
#[derive(Clone, Copy, Debug)]
struct Covers {
    from: i64,
    /// Not later than this.
    to: i64,
}

/// Two inputs, by their ranks, and the time that both cover.
type Pair = (usize, usize, (i64, i64));

/// Finds the inputs that overlap, and puts all into the order in which they are read.
pub(super) fn settle(inputs: &mut [Input], probe: &Probe<'_>) {
    if !probe.keep_duplicates && inputs.len() > 1 {
        let pairs = pairs(inputs, probe.clock, probe.now.saturating_add(DAY));
        if !pairs.is_empty() {
            chain(inputs, &pairs);
        }
        tables(inputs);
    }
    // Messages of traces are told when everything was read.
    let rank = |input: &Input| (input.is_trace(), input.overlap.chain, input.first, input.name.clone());
    inputs.sort_by_cached_key(rank);
}

fn pairs(inputs: &[Input], clock: Clock, limit: i64) -> Vec<Pair> {
    let covered = covered(inputs, limit);
    let mut pairs = Vec::new();
    // Those that began before the one at hand and may not be over.
    let mut open: Vec<usize> = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let Some(own) = covered.get(index).copied().flatten() else { continue };
        open.retain(|other| covered.get(*other).copied().flatten().is_some_and(|other| other.to >= own.from));
        for other in &open {
            let Some((earlier, theirs)) = inputs.get(*other).zip(covered.get(*other).copied().flatten())
            else {
                continue;
            };
            let both = (own.from.max(theirs.from), own.to.min(theirs.to));
            if both.0 <= both.1 && overlap(earlier, input, both, clock, limit) {
                pairs.push((*other, index, both));
            }
        }
        open.push(index);
    }
    pairs
}

/// The time that each input covers; `None` for one that is compared with no other.
fn covered(inputs: &[Input], limit: i64) -> Vec<Option<Covers>> {
    let series = Series::of(inputs);
    let covers = |input: &Input| match &input.detected.reader {
        Reader::Lines(_) => {
            if input.ends.is_disordered {
                return Some(Covers { from: i64::MIN, to: i64::MAX });
            }
            let from = input.first?;
            let to = input.ends.last.unwrap_or_else(|| series.last_possible(input, limit));
            Some(Covers { from, to: to.max(from) })
        }
        // Sessions of Exchange Server are told by their ids, whatever file they are in.
        Reader::Table(_) | Reader::Headed(_) => None,
    };
    inputs.iter().map(covers).collect()
}

/// Whether the same message may stand in both.
fn overlap(one: &Input, other: &Input, both: (i64, i64), clock: Clock, limit: i64) -> bool {
    let begins_alike = one.ends.begin.is_some() && one.ends.begin == other.ends.begin;
    // In a log out of order no line can be looked up by its time.
    let is_disordered = one.ends.is_disordered || other.ends.is_disordered;
    begins_alike
        || (may_share_a_host(one, other) && (is_disordered || share_lines(one, other, both, clock, limit)))
}

/// Tables with a message-id column may overlap wherever their times do, and their rows need not be in order: all of them are
/// compared, each in a chain of its own. Those without are compared with none.
fn tables(inputs: &mut [Input]) {
    let has_ids = |input: &Input| match &input.detected.reader {
        Reader::Table(table) => match &table.layout {
            Layout::Columns(columns) => columns.has_message_ids(),
            Layout::Named(named) => named.has_ids(),
            Layout::Cells(_) => false,
        },
        Reader::Lines(_) | Reader::Headed(_) => false,
    };
    if inputs.iter().filter(|input| has_ids(input)).count() < 2 {
        return;
    }
    let behind = inputs.iter().map(|input| input.overlap.chain).max().unwrap_or(0).saturating_add(1);
    for (input, chain) in inputs.iter_mut().filter(|input| has_ids(input)).zip(behind..) {
        input.overlap = Overlap { chain, shared: Some((i64::MIN, i64::MAX)), all_alike: false };
    }
}

/// Whether both hold lines of one server, as far as their ends tell. Where an end has lines of several, there may be more.
fn may_share_a_host(one: &Input, other: &Input) -> bool {
    let (a, b) = (&one.ends.hosts, &other.ends.hosts);
    a.len() != 1 || b.len() != 1 || a == b
}

/// Looks lines of the smaller one up in the larger. What is compressed or a pipe cannot be looked up: that its time overlaps
/// has to do, unless only its last second is the other's first.
fn share_lines(one: &Input, other: &Input, both: (i64, i64), clock: Clock, limit: i64) -> bool {
    let (small, large) = if one.bytes() <= other.bytes() { (one, other) } else { (other, one) };
    match (Lookup::open(small, clock, limit), Lookup::open(large, clock, limit)) {
        (Some(mut small), Some(mut large)) => small.shares(&mut large, both).ok().flatten().unwrap_or(true),
        _ => both.0 < both.1,
    }
}

/// Parts the inputs into chains within which none overlaps with another.
fn chain(inputs: &mut [Input], pairs: &[Pair]) {
    let stems: Vec<_> = inputs
        .iter()
        .map(|input| input.source.located().and_then(|file| file.path.as_deref()).map(stem))
        .collect();
    let mut partners: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); inputs.len()];
    for (a, b, _) in pairs {
        partners.get_mut(*a).into_iter().for_each(|of| _ = of.insert(*b));
        partners.get_mut(*b).into_iter().for_each(|of| _ = of.insert(*a));
    }
    let mut chains: Vec<Vec<usize>> = vec![Vec::new()];
    for (index, (stem, partners)) in stems.iter().zip(&partners).enumerate() {
        let is_free = |chain: &Vec<usize>| chain.iter().all(|member| !partners.contains(member));
        let is_of_series = |chain: &Vec<usize>| {
            stem.is_some() && chain.iter().any(|member| stems.get(*member) == Some(stem))
        };
        let own = chains.iter().position(|chain| is_of_series(chain) && is_free(chain));
        let found = own.or_else(|| chains.iter().position(is_free));
        match found.and_then(|found| chains.get_mut(found)) {
            Some(chain) => chain.push(index),
            None => chains.push(vec![index]),
        }
    }
    for (number, chain) in chains.iter().enumerate() {
        for index in chain {
            inputs.get_mut(*index).into_iter().for_each(|input| input.overlap.chain = number);
        }
    }
    for (a, b, both) in pairs {
        for index in [a, b] {
            let Some(input) = inputs.get_mut(*index) else { continue };
            let with_grace = (both.0.saturating_sub(HOUR), both.1.saturating_add(HOUR));
            let known = input.overlap.shared.unwrap_or(with_grace);
            input.overlap.shared = Some((known.0.min(with_grace.0), known.1.max(with_grace.1)));
            input.overlap.all_alike = true;
        }
    }
}

//! Which inputs cover the same time of the same server, so that the same message may stand in two of them, and in which order
//! they are read.
//!
//! Inputs that overlap lie in different *chains*. A chain is read from its beginning to its end before the next one begins, so
//! that a session that goes on in the next rotated file is joined with it, and not with the copy of itself in a third file.
//! Inputs that overlap with no other are all in the first chain, in the order of time.

use super::lookup::{Finding, Lookup};
use super::open::Open;
use super::series::{Series, stem};
use super::{Ends, Input, Probe};
use crate::formats::detect::{Reader, SYSLOG};
use crate::formats::table::Layout;
use crate::input::Source;
use crate::repeats::servers::may_be_one;
use crate::time::{Clock, DAY, HOUR};
use std::collections::BTreeSet;
use std::path::Path;

/// How an input overlaps with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// The chain in which it is read.
    pub chain: usize,
    /// The time that others cover too, both ends included, with an hour of grace.
    pub shared: Option<(i64, i64)>,
    /// Also records that bear no id are compared, by all that they say.
    pub all_alike: bool,
    /// Its lines bear no host name: the server whose they are, as another log has it. Where none has, a name that is no host's
    /// stands for it.
    pub stands_for: Option<Box<[u8]>>,
}

/// What is known about the time that an input covers.
#[derive(Clone, Copy, Debug)]
struct Covers {
    from: i64,
    /// Not later than this.
    to: i64,
}

/// Two inputs that overlap.
struct Pair {
    /// Their ranks.
    ranks: [usize; 2],
    /// The time that both cover.
    both: (i64, i64),
    /// A line was found in both, under this host in the one that names hosts.
    host: Option<Box<[u8]>>,
}

/// Finds the inputs that overlap, and puts all into the order in which they are read.
pub(super) fn settle(inputs: &mut [Input], probe: &Probe<'_>) {
    inputs.iter_mut().for_each(|input| input.overlap = Overlap::default());
    if !probe.keep_duplicates {
        let pairs = pairs(inputs, probe.clock, probe.now.saturating_add(DAY));
        if !pairs.is_empty() {
            chain(inputs, &pairs);
            name_servers(inputs, &pairs);
        }
        tables(inputs);
        for input in inputs.iter_mut().filter(|input| input.ends.is_disordered) {
            // It holds a time twice itself.
            input.overlap.shared = Some((i64::MIN, i64::MAX));
            input.overlap.all_alike = true;
        }
    }
    // Messages of traces are told when everything was read.
    let rank = |input: &Input| (input.is_trace(), input.overlap.chain, input.first, input.name.clone());
    inputs.sort_by_cached_key(rank);
}

fn pairs(inputs: &[Input], clock: Clock, limit: i64) -> Vec<Pair> {
    let covered = covered(inputs, limit);
    let is_pipe = |input: &Input| matches!(input.source, Source::Stream(_));
    let with_pipe = inputs.iter().any(is_pipe);
    let mut pairs = Vec::new();
    let mut open = Open::default();
    for (index, input) in inputs.iter().enumerate() {
        let Some(own) = covered.get(index).copied().flatten() else { continue };
        let covers = |other: usize| covered.get(other).copied().flatten();
        let is_open = |other| covers(other).is_some_and(|other| other.to >= own.from.saturating_sub(ZONES));
        for other in open.beside(input, with_pipe, is_open) {
            let Some((earlier, theirs)) = inputs.get(other).zip(covers(other)) else { continue };
            let slack = slack(earlier, input);
            let both = (own.from.max(theirs.from), own.to.min(theirs.to));
            if both.0.saturating_sub(slack) > both.1 {
                continue;
            }
            let ranks = [other, index];
            match overlap(earlier, input, both, (clock, limit, with_pipe)) {
                Finding::Nothing => {}
                Finding::Unknown => pairs.push(Pair { ranks, both, host: None }),
                Finding::Found(host) => pairs.push(Pair { ranks, both, host: Some(host) }),
            }
        }
        open.push(index, input);
    }
    pairs
}

/// How far stamps with and without a zone may be apart.
const ZONES: i64 = 14 * HOUR;

/// By how much the stamps of the same line may differ in two logs: Exim writes its own log in the time of its place, and syslog
/// may add the zone.
fn slack(one: &Input, other: &Input) -> i64 {
    let (a, b) = (&one.ends, &other.ends);
    let is_nameless = a.hosts.is_empty() || b.hosts.is_empty();
    if is_nameless && a.coverage.zoned != b.coverage.zoned { ZONES } else { 0 }
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
fn overlap(
    one: &Input,
    other: &Input,
    both: (i64, i64),
    (clock, limit, with_pipe): (Clock, i64, bool),
) -> Finding {
    let begins_alike = one.ends.begin.is_some() && one.ends.begin == other.ends.begin;
    let found = if !may_share_a_server(one, other) {
        // What turns up while reading is of no use where all cannot be read once more.
        if with_pipe { Finding::Unknown } else { Finding::Nothing }
    } else if one.ends.is_disordered || other.ends.is_disordered || is_surprise(one, other) {
        // In a log out of order no line can be looked up by its time, and few lines are not met by chance.
        Finding::Unknown
    } else {
        share_lines(one, other, both, clock, limit)
    };
    match found {
        Finding::Nothing if begins_alike || slack(one, other) > 0 => Finding::Unknown,
        found => found,
    }
}

/// Whether both may hold lines of one server, as far as is known. What turns up while reading is learnt (`strangers`).
fn may_share_a_server(one: &Input, other: &Input) -> bool {
    let (a, b) = (&one.ends.hosts, &other.ends.hosts);
    if a.is_empty() || b.is_empty() {
        return has_format(one, &other.detected.format);
    }
    a.iter().any(|host| b.iter().any(|other| may_be_one(host, other)))
}

/// Whether a server of both turned up in one of them while reading.
fn is_surprise(one: &Input, other: &Input) -> bool {
    let knows = |ends: &Ends, server: &[u8]| ends.hosts.iter().any(|host| may_be_one(host, server));
    let is_in = |ends: &Ends, strangers: &Ends| strangers.strangers.iter().any(|server| knows(ends, server));
    is_in(&one.ends, &other.ends) || is_in(&other.ends, &one.ends)
}

/// A log without host names is one program's own: whether what is known of another says that it has no line of that.
fn has_format(one: &Input, other: &str) -> bool {
    let own: Vec<&str> = one.detected.format.split(" + ").collect();
    other.split(" + ").any(|format| format == SYSLOG || own.contains(&SYSLOG) || own.contains(&format))
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
        input.overlap = Overlap { chain, shared: Some((i64::MIN, i64::MAX)), ..Overlap::default() };
    }
}

/// Looks lines of the smaller one up in the larger. What is compressed or a pipe cannot be looked up: that its time overlaps
/// has to do, unless only its last second is the other's first.
fn share_lines(one: &Input, other: &Input, both: (i64, i64), clock: Clock, limit: i64) -> Finding {
    let (small, large) = if one.bytes() <= other.bytes() { (one, other) } else { (other, one) };
    match (Lookup::open(small, clock, limit), Lookup::open(large, clock, limit)) {
        (Some(mut small), Some(mut large)) => small.shares(&mut large, both).unwrap_or(Finding::Unknown),
        _ if both.0 < both.1 => Finding::Unknown,
        _ => Finding::Nothing,
    }
}

/// Finds out whose lines those without host names are.
fn name_servers(inputs: &mut [Input], pairs: &[Pair]) {
    let is_nameless =
        |inputs: &[Input], rank: usize| inputs.get(rank).is_some_and(|input| input.ends.hosts.is_empty());
    let proven = || pairs.iter().filter_map(|pair| Some((pair.ranks, pair.host.as_ref()?)));
    for (ranks, host) in proven().filter(|(_, host)| !host.is_empty()) {
        for rank in ranks {
            if is_nameless(inputs, rank) {
                inputs
                    .get_mut(rank)
                    .into_iter()
                    .for_each(|input| input.overlap.stands_for = Some(host.clone()));
            }
        }
    }
    // Two without names: what is known of one holds for the other. Each round carries it one file further.
    for round in 0..=inputs.len() {
        let mut is_changed = false;
        for (ranks @ [a, b], _) in proven().filter(|(_, host)| host.is_empty()) {
            let name = |rank: usize| inputs.get(rank).and_then(|input| input.overlap.stands_for.clone());
            // No host has a slash in its name.
            let own = (round > 0).then(|| format!("/{a}").into_bytes().into_boxed_slice());
            let Some(known) = name(a).or(name(b)).or(own) else { continue };
            for rank in ranks {
                let place = inputs.get_mut(rank).map(|input| &mut input.overlap.stands_for);
                if let Some(place @ None) = place {
                    *place = Some(known.clone());
                    is_changed = true;
                }
            }
        }
        if !is_changed && round > 0 {
            break;
        }
    }
}

/// Parts the inputs into chains within which none overlaps with another.
fn chain(inputs: &mut [Input], pairs: &[Pair]) {
    let stems: Vec<_> = inputs
        .iter()
        .map(|input| input.source.located().and_then(|file| file.path.as_deref()).map(stem))
        .collect();
    let mut partners: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); inputs.len()];
    for Pair { ranks: [a, b], .. } in pairs {
        partners.get_mut(*a).into_iter().for_each(|of| _ = of.insert(*b));
        partners.get_mut(*b).into_iter().for_each(|of| _ = of.insert(*a));
    }
    // Of each chain, the series that its members are of.
    let mut chains: Vec<BTreeSet<&Path>> = vec![BTreeSet::new()];
    let mut chain_of: Vec<usize> = Vec::new();
    for (stem, partners) in stems.iter().zip(&partners) {
        let taken: BTreeSet<usize> =
            partners.iter().filter_map(|other| chain_of.get(*other)).copied().collect();
        let is_free = |number: &usize| !taken.contains(number);
        let stem = stem.as_deref();
        let is_of_series =
            |(_, stems): &(usize, &BTreeSet<&Path>)| stem.is_some_and(|stem| stems.contains(stem));
        let own = chains.iter().enumerate().filter(is_of_series).map(|(number, _)| number).find(is_free);
        let number = own.or_else(|| (0..chains.len()).find(is_free)).unwrap_or(chains.len());
        if number == chains.len() {
            chains.push(BTreeSet::new());
        }
        if let Some(chain) = chains.get_mut(number) {
            chain.extend(stem);
        }
        chain_of.push(number);
    }
    for (input, number) in inputs.iter_mut().zip(chain_of) {
        input.overlap.chain = number;
    }
    for Pair { ranks, both, .. } in pairs {
        let slack = match ranks.map(|rank| inputs.get(rank)) {
            [Some(one), Some(other)] => slack(one, other).saturating_add(HOUR),
            _ => HOUR,
        };
        for index in ranks {
            let Some(input) = inputs.get_mut(*index) else { continue };
            let with_grace = (both.0.saturating_sub(slack), both.1.saturating_add(slack));
            let known = input.overlap.shared.unwrap_or(with_grace);
            input.overlap.shared = Some((known.0.min(with_grace.0), known.1.max(with_grace.1)));
            input.overlap.all_alike = true;
        }
    }
}

//! Servers that turn up in an input although neither its beginning nor its end nor samples of it show them. Another log of
//! such a server was not compared with this one: that is found while reading, and then all is read once more.

use super::{Input, Probe, overlap};
use crate::formats::detect::Reader;
use crate::input::Source;
use crate::submission::Submission;
use std::collections::BTreeSet;

/// Servers, each with the rank of the input in which it turned up.
pub type Found = BTreeSet<(u32, Box<[u8]>)>;

/// More than anybody has: who writes another name into each line is not followed.
const MANY: usize = 4096;

/// Who keeps an eye on the servers of submissions.
#[derive(Debug)]
pub struct Strangers<'i> {
    inputs: &'i [Input],
    /// The input and the server of the submission before: nearly always those of the next one.
    last: (u32, Vec<u8>),
    found: Found,
}

impl<'i> Strangers<'i> {
    /// In these inputs.
    pub fn of(inputs: &'i [Input]) -> Self {
        Self { inputs, last: (u32::MAX, Vec::new()), found: Found::new() }
    }

    /// A submission was read.
    pub fn see(&mut self, submission: &Submission<'_>) {
        let (input, Some(server)) = (submission.place.input, submission.server) else { return };
        if self.inputs.len() < 2 || (self.last.0 == input && self.last.1 == server) {
            return;
        }
        self.last.0 = input;
        self.last.1.clear();
        self.last.1.extend_from_slice(server);
        let known = usize::try_from(input).ok().and_then(|index| self.inputs.get(index));
        let is_stranger = known.is_some_and(|input| {
            matches!(input.detected.reader, Reader::Lines(_)) && !input.ends.hosts.contains(server)
        });
        if is_stranger && self.found.len() < MANY {
            self.found.insert((input, server.into()));
        }
    }

    /// What another one has found.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Those that were found.
    pub fn found(self) -> Found {
        self.found
    }
}

/// Puts the inputs into order once more, with the servers that were found in them while reading. Returns whether they are to
/// be read once more.
pub fn learn(inputs: &mut [Input], found: &Found, probe: &Probe<'_>) -> bool {
    let is_pipe = |input: &Input| matches!(input.source, Source::Stream(_));
    if found.is_empty() || probe.keep_duplicates || inputs.iter().any(is_pipe) {
        return false;
    }
    for (rank, server) in found {
        let input = usize::try_from(*rank).ok().and_then(|rank| inputs.get_mut(rank));
        if let Some(ends) = input.map(|input| &mut input.ends) {
            ends.hosts.insert(server.clone());
            ends.strangers.insert(server.clone());
        }
    }
    let order = |inputs: &[Input]| -> Vec<_> {
        inputs.iter().map(|input| (input.name.clone(), input.overlap.clone())).collect()
    };
    let before = order(inputs);
    inputs.sort_by(|a, b| (a.first, &a.name).cmp(&(b.first, &b.name)));
    overlap::settle(inputs, probe);
    order(inputs) != before
}

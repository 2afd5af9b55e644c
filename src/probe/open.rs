//! Inputs that began before the one at hand and may not be over, by what another one may have in common with them. A folder of
//! many servers has thousands of files of one day: compared each with each, 8,000 took 4 seconds.

use super::Input;
use crate::repeats::servers::label;
use std::collections::BTreeMap;

/// The ranks of those that are open.
#[derive(Debug, Default)]
pub struct Open {
    all: Vec<usize>,
    /// By the first label of the names of their hosts.
    by_host: BTreeMap<Box<[u8]>, Vec<usize>>,
    /// Whose they are is not known.
    nameless: Vec<usize>,
    /// By what stands for their first line.
    by_begin: BTreeMap<u64, Vec<usize>>,
}

impl Open {
    /// Another one.
    pub fn push(&mut self, rank: usize, input: &Input) {
        self.all.push(rank);
        for host in &input.ends.hosts {
            let of_label = self.by_host.entry(label(host).into()).or_default();
            // A log has a server under both of its names.
            if of_label.last() != Some(&rank) {
                of_label.push(rank);
            }
        }
        if input.ends.hosts.is_empty() {
            self.nameless.push(rank);
        }
        if let Some(begin) = input.ends.begin {
            self.by_begin.entry(begin).or_default().push(rank);
        }
    }

    /// Those that may hold a line that this input holds too, in their order; others are forgotten where they are met, if they
    /// are over. `any`: whatever is known of their servers.
    pub fn beside(&mut self, input: &Input, any: bool, is_open: impl Fn(usize) -> bool) -> Vec<usize> {
        let Self { all, by_host, nameless, by_begin } = self;
        if any || input.ends.hosts.is_empty() {
            all.retain(|rank| is_open(*rank));
            return all.clone();
        }
        let mut found = Vec::new();
        let mut look = |ranks: &mut Vec<usize>| {
            ranks.retain(|rank| is_open(*rank));
            found.extend_from_slice(ranks);
        };
        look(nameless);
        for host in &input.ends.hosts {
            by_host.get_mut(label(host)).into_iter().for_each(&mut look);
        }
        input.ends.begin.and_then(|begin| by_begin.get_mut(&begin)).into_iter().for_each(look);
        found.sort_unstable();
        found.dedup();
        found
    }
}

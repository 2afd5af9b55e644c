//! The same log under two names, plain or compressed: a copy is not read twice, nor is the beginning of a log that was copied
//! while it grew.
//!
//! Inputs that begin with the same line are compared byte by byte: that costs less than parsing one of them.

use super::{Input, PassedOver};
use crate::input::Source;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Bytes that are compared at a time.
const BLOCK: usize = 256 << 10;

/// How two contents relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// They are the same.
    Same,
    /// The first is the beginning of the second.
    Begins,
    /// The second is the beginning of the first.
    Continues,
    /// Neither.
    Differs,
}

/// Takes out of the inputs what others hold too, and says so.
pub(super) fn pass_over(inputs: &mut Vec<Input>, passed: &mut Vec<PassedOver>) {
    let mut alike: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, input) in inputs.iter().enumerate() {
        if let (Some(begin), Some(_)) = (input.ends.begin, input.source.located()) {
            alike.entry(begin).or_default().push(index);
        }
    }
    let mut over: BTreeMap<usize, PassedOver> = BTreeMap::new();
    for mut group in alike.into_values().filter(|group| group.len() > 1) {
        // The plain ones stay, and the longest of them.
        group.sort_by_key(|index| inputs.get(*index).map(rank));
        let mut kept: Vec<usize> = Vec::new();
        for candidate in group {
            let verdict = kept.iter().find_map(|other| Some((*other, verdict(inputs, *other, candidate)?)));
            match verdict {
                None => kept.push(candidate),
                Some((_, (index, notice))) => {
                    over.insert(index, notice);
                    if index != candidate {
                        kept.retain(|other| *other != index);
                        kept.push(candidate);
                    }
                }
            }
        }
    }
    passed.extend(over.values().cloned());
    let mut index = 0_usize;
    inputs.retain(|_| {
        let stays = !over.contains_key(&index);
        index = index.saturating_add(1);
        stays
    });
}

/// Plain before compressed, long before short, then as inputs are ordered.
fn rank(input: &Input) -> (bool, Reverse<u64>, String) {
    let is_packed = !matches!(input.source, Source::File(_));
    (is_packed, Reverse(input.bytes().unwrap_or(0)), input.name.clone())
}

/// Which of two inputs is not to be read, and why.
fn verdict(inputs: &[Input], kept: usize, candidate: usize) -> Option<(usize, PassedOver)> {
    let (ours, theirs) = (inputs.get(kept)?, inputs.get(candidate)?);
    // A file that cannot be compared is read: it will fail there.
    let (relation, breaks) = relation(ours.source.content()?.ok()?, theirs.source.content()?.ok()?);
    let about = |over: &Input, why: String, breaks: bool| {
        let why = if breaks { format!("is damaged or cut; as far as it goes, it {why}") } else { why };
        PassedOver { name: over.name.clone(), why, is_loss: breaks }
    };
    Some(match relation {
        Relation::Same => {
            (candidate, about(theirs, format!("is a copy of {}, and read once", ours.name), breaks.1))
        }
        Relation::Continues => (
            candidate,
            about(theirs, format!("is the beginning of {}, and read with it", ours.name), breaks.1),
        ),
        Relation::Begins => {
            (kept, about(ours, format!("is the beginning of {}, and read with it", theirs.name), breaks.0))
        }
        Relation::Differs => return None,
    })
}

/// Reads both as long as they are the same. What breaks off ends there: what lies before counts as its content. Beside the
/// relation it says of each whether it breaks off.
fn relation(mut first: Box<dyn Read>, mut second: Box<dyn Read>) -> (Relation, (bool, bool)) {
    let (mut a, mut b) = (vec![0; BLOCK], vec![0; BLOCK]);
    loop {
        let ((read_a, breaks_a), (read_b, breaks_b)) = (fill(&mut first, &mut a), fill(&mut second, &mut b));
        let breaks = (breaks_a, breaks_b);
        let common = read_a.min(read_b);
        if a.get(..common) != b.get(..common) {
            return (Relation::Differs, breaks);
        }
        if common < BLOCK {
            let relation = match read_a.cmp(&read_b) {
                Ordering::Equal => Relation::Same,
                Ordering::Less => Relation::Begins,
                Ordering::Greater => Relation::Continues,
            };
            return (relation, breaks);
        }
    }
}

/// Fills the buffer, unless the content ends or breaks off before; whether it breaks off.
fn fill(reader: &mut Box<dyn Read>, buffer: &mut [u8]) -> (usize, bool) {
    let mut filled = 0_usize;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(read) if read > 0 => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) => break,
            Err(_) => return (filled, true),
        }
    }
    (filled, false)
}

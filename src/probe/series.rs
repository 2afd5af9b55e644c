//! Rotated files of one log: `mail.log`, `mail.log.1`, `mail.log.2.gz`, `mail.log-20261121.zst`, `mail-2026-11-21.log`.

use super::Input;
use super::walk::date_in_name;
use crate::input::compressed;
use crate::time::DAY;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files of each series.
pub struct Series(BTreeMap<PathBuf, Vec<Member>>);

/// A file of a series.
struct Member {
    turn: Turn,
    /// Its number, or the time of its date.
    rank: i64,
    /// When it begins.
    first: i64,
    hosts: BTreeSet<Box<[u8]>>,
}

impl Series {
    /// Of these inputs.
    pub fn of(inputs: &[Input]) -> Self {
        let mut series = Self(BTreeMap::new());
        for input in inputs {
            if let (Some(path), Some(first)) = (path_of(input), input.first) {
                let (turn, hosts) = (turn(path), input.ends.hosts.clone());
                let rank = rank(path, turn);
                series.0.entry(stem(path)).or_default().push(Member { turn, rank, first, hosts });
            }
        }
        series
    }

    /// No line of an input whose end is not to be seen, because it is compressed, is later than this: the log was rotated
    /// before the next file of its series begins, and not written to after the file's own time. Later than `limit` is
    /// nothing.
    pub fn last_possible(&self, input: &Input, limit: i64) -> i64 {
        // A file that was written to before it begins has lost its time.
        let written = input.ends.modified.map(|at| at.saturating_add(DAY));
        let written = written.filter(|at| input.first.is_none_or(|first| *at >= first));
        let written = written.map_or(limit, |at| at.min(limit));
        let next = self.next(input).filter(|next| {
            // It says itself that it was written when the next one was: it is another kind of copy.
            input.ends.packed_at.is_none_or(|at| at <= next.saturating_add(DAY))
        });
        next.filter(|_| self.is_rotated(input)).unwrap_or(written)
    }

    /// Whether the files of its series are what their names say, one log cut by time: in the order of their numbers or dates,
    /// and of one server. Logs of several servers, or pieces of a dump, may be numbered too.
    fn is_rotated(&self, input: &Input) -> bool {
        let Some(path) = path_of(input) else { return false };
        let turn = turn(path);
        let mut files: Vec<&Member> = self.0.get(&stem(path)).into_iter().flatten().collect();
        files.retain(|file| file.turn == turn);
        // The highest number and the earliest date come first.
        files.sort_by_key(|file| if turn == Turn::Numbered { file.rank.saturating_neg() } else { file.rank });
        files.array_windows().all(|[earlier, later]| {
            let is_same_server = earlier.hosts.is_empty() || !earlier.hosts.is_disjoint(&later.hosts);
            // A file is dated when it ends.
            let is_over = turn != Turn::Dated || later.first.saturating_add(DAY) >= earlier.rank;
            earlier.first <= later.first && is_same_server && is_over
        })
    }

    /// When the next file of the series begins.
    pub fn next(&self, input: &Input) -> Option<i64> {
        let (path, own) = (path_of(input)?, input.first?);
        let turn = turn(path);
        let files = self.0.get(&stem(path))?.iter().filter(|other| {
            let is_in_turn = other.turn == turn || other.turn == Turn::Current || turn == Turn::Current;
            other.first > own && is_in_turn
        });
        files.map(|other| other.first).min()
    }
}

fn path_of(input: &Input) -> Option<&Path> {
    input.source.located()?.path.as_deref()
}

/// What the files of a series have in common: their folder, and the name without its number, date and compression.
pub fn stem(path: &Path) -> PathBuf {
    let unpacked = compressed::by_name(path).map_or_else(|| path.to_owned(), |(_, name)| name);
    let name = unpacked.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    unpacked.with_file_name(without_date(without_number(&name)))
}

/// How a file got its place in its series: two ways beside each other are two series, of which one may repeat the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It is the log that is being written, and the next one in any way.
    Current,
    /// By a number.
    Numbered,
    /// By a date.
    Dated,
}

/// How a file got its place.
pub fn turn(path: &Path) -> Turn {
    let unpacked = compressed::by_name(path).map_or_else(|| path.to_owned(), |(_, name)| name);
    let name = unpacked.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match without_number(&name) {
        stem if stem != name => Turn::Numbered,
        stem if without_date(stem) != stem => Turn::Dated,
        _ => Turn::Current,
    }
}

/// The number of a file, or the time of the date in its name.
fn rank(path: &Path, turn: Turn) -> i64 {
    match turn {
        Turn::Dated => date_in_name(path).unwrap_or(0),
        Turn::Current | Turn::Numbered => {
            let unpacked = compressed::by_name(path).map_or_else(|| path.to_owned(), |(_, name)| name);
            let number = unpacked.extension().and_then(|number| number.to_str()?.parse().ok());
            number.unwrap_or(0)
        }
    }
}

/// `mail.log.12` is number 12 of `mail.log`.
fn without_number(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, number)) if (1..=4).contains(&number.len()) && is_number(number) => stem,
        _ => name,
    }
}

/// A date (`20261121`, `2026-11-21`) and what parts it from the rest of the name are left out.
fn without_date(name: &str) -> String {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let mut kept = String::new();
    let mut rest = name;
    while let Some(at) = rest.bytes().position(|byte| is_digit(&byte)) {
        let (before, from) = rest.split_at(at);
        let len = date(from.as_bytes()).unwrap_or_else(|| from.bytes().take_while(is_digit).count());
        let (digits, behind) = from.split_at(len);
        kept.push_str(if date(from.as_bytes()).is_some() {
            before.trim_end_matches(['.', '-', '_'])
        } else {
            before
        });
        kept.push_str(if date(from.as_bytes()).is_some() { "" } else { digits });
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// The length of the date with which this begins.
fn date(text: &[u8]) -> Option<usize> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let shape: Vec<u8> =
        text.iter().take(10).map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte }).collect();
    let behind = text.get(10).is_none_or(|byte| !byte.is_ascii_digit());
    match digits {
        8 => Some(8),
        4 if shape == b"0000-00-00" && behind => Some(10),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_log() {
        for name in [
            "mail.log",
            "mail.log.1",
            "mail.log.12",
            "mail.log.2.gz",
            "mail.log-20261121",
            "mail.log-20261121.zst",
            "mail.log.20261121.xz",
            "mail.log-2026-11-21.bz2",
        ] {
            assert_eq!(stem(&Path::new("/var/log").join(name)), Path::new("/var/log/mail.log"), "{name}");
        }
        assert_eq!(stem(Path::new("mail-2026-11-21.log")), Path::new("mail.log"));
        let turns = ["mail.log", "mail.log.2.gz", "mail.log-20261121.xz"].map(|name| turn(Path::new(name)));
        assert_eq!(turns, [Turn::Current, Turn::Numbered, Turn::Dated]);
        for (one, other) in [
            ("mx1.log", "mx2.log"),
            ("mail.log", "mail.warn"),
            ("a/mail.log", "b/mail.log"),
            ("mainlog", "mainlog4"),
        ] {
            assert_ne!(stem(Path::new(one)), stem(Path::new(other)), "{one} {other}");
        }
    }
}

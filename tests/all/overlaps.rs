//! Which inputs overlap, and that what they share counts once for any slices, threads and order of arguments.

use crate::exchange_read::{FAST, cells, read_inputs, told};
use crate::harness::{file, folder};
use crate::rotated::{Log, log, packed};
use proptest::prelude::*;
use smtpauth::input::find::Found;
use smtpauth::probe::{Input, probe};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 2026-11-28T12:00:00Z.
const NOW: i64 = 1_795_867_200;

/// Opens files, in the order given.
fn open(paths: &[PathBuf]) -> Vec<Input> {
    let told = told(NOW);
    let found: Vec<Found> =
        paths.iter().map(|path| Found::File { path: path.clone(), named: true }).collect();
    probe(&found, &told).expect("every file is a log").0
}

/// The names of inputs, in the order in which they are read: their chains, and whether they are compared with others.
fn chains(folder: &Path, names: &[&str]) -> Vec<(String, usize, bool)> {
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    let name = |input: &Input| input.name.rsplit('/').next().expect("a name").to_owned();
    let inputs = open(&paths);
    inputs.iter().map(|input| (name(input), input.overlap.chain, input.overlap.shared.is_some())).collect()
}

fn expect(wanted: &[(&str, usize, bool)]) -> Vec<(String, usize, bool)> {
    wanted.iter().map(|(name, chain, shares)| ((*name).to_owned(), *chain, *shares)).collect()
}

#[test]
fn neighbours_and_other_servers_are_not_compared() {
    let folder = folder();
    let (one, other) = (log("mx1", 6), log("mx2", 6));
    for (name, content) in ["mx1.log.1", "mx1.log"].iter().zip(one.cut(one.start + 200_000, 1 << 40)) {
        file(folder.path(), name, content);
    }
    file(folder.path(), "mx2.log", other.text());
    // Also where both were written by way of one server, and name several.
    for (name, [first, second]) in [("relay-a.log", ["mx3", "mx4"]), ("relay-b.log", ["mx5", "mx3"])] {
        file(
            folder.path(),
            name,
            log(first, 2).text() + &log(second, 3).within(one.start + 2 * 86_400, i64::MAX),
        );
    }
    let found = chains(folder.path(), &["mx1.log", "mx2.log", "mx1.log.1", "relay-a.log", "relay-b.log"]);
    assert!(found.iter().all(|(_, chain, shares)| *chain == 0 && !shares), "{found:?}");
    assert_eq!(found.len(), 5);
}

#[test]
fn rotated_files_are_read_one_after_the_other() {
    let folder = folder();
    let log = log("mx1", 12);
    let day = 86_400;
    let [a, b, c] = log.cut(log.start + 4 * day, 4 * day).try_into().expect("three files");
    file(folder.path(), "mail.log.2.gz", packed("gz", a.as_bytes()));
    file(folder.path(), "mail.log.1", b);
    file(folder.path(), "mail.log", c);
    let [_, d, e] = log.cut(log.start + 7 * day, 3 * day + 100).try_into().expect("three files");
    file(folder.path(), "syslog.1", d);
    file(folder.path(), "syslog", e);
    assert_eq!(
        chains(folder.path(), &["syslog", "mail.log", "syslog.1", "mail.log.2.gz", "mail.log.1"]),
        expect(&[
            ("mail.log.2.gz", 0, false),
            ("mail.log.1", 0, true),
            ("mail.log", 0, true),
            ("syslog.1", 1, true),
            ("syslog", 1, true),
        ])
    );
}

/// What some files come to: messages, sessions and failed logins; messages and sessions by TLS; all of it.
struct Sums {
    all: [u64; 3],
    by_tls: BTreeMap<String, [u64; 2]>,
    text: String,
}

fn counted(paths: &[PathBuf], slice: usize, threads: usize) -> Sums {
    let read = read_inputs(&open(paths), slice, threads, FAST);
    let text = cells(&read.collector);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let (columns, tls) = (["messages", "sessions", "failed_logins"].map(column), column("tls"));
    let (mut all, mut by_tls) = ([0; 3], BTreeMap::<String, [u64; 2]>::new());
    for row in reader.records().map(|row| row.expect("a row")) {
        let counts = columns.map(|column| row[column].parse::<u64>().unwrap_or(0));
        let of_tls = by_tls.entry(row[tls].to_owned()).or_default();
        all.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        of_tls.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    by_tls.retain(|_, sums| *sums != [0; 2]);
    Sums { all, by_tls, text: format!("{text}{:?}{:?}", read.repeated, read.failures) }
}

fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(told.unwrap_or(usual)) }
}

/// How a copy of a log is not like the log.
#[derive(Clone, Copy, Debug)]
struct Copied {
    is_packed: bool,
    /// Lines about TLS are missing.
    is_bare: bool,
    /// The server has its full name.
    is_named: bool,
}

impl Copied {
    fn write(self, text: &str, folder: &Path, name: &str) -> PathBuf {
        let lines = text.lines().filter(|line| !self.is_bare || !line.contains("TLS connection"));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let text = if self.is_named { text.replace("+00:00 mx1 ", "+00:00 mx1.contoso.com ") } else { text };
        match self.is_packed {
            true => file(folder, &format!("{name}.gz"), packed("gz", text.as_bytes())),
            false => file(folder, name, text),
        }
    }
}

fn copied() -> impl Strategy<Value = Copied> {
    any::<[bool; 3]>().prop_map(|[is_packed, is_bare, is_named]| Copied { is_packed, is_bare, is_named })
}

/// Stretches of a log: from which half hour, how many of them, and how they are copied. The log is whole in one file or in
/// several; where those lack lines, a file of any name has them all.
fn pieces(
    log: &Log,
    folder: &Path,
    stretches: &[(i64, i64, Copied)],
    (whole, is_bare): (i64, bool),
) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut copied = Copied { is_packed: false, is_bare, is_named: false };
    for (age, piece) in log.cut(log.start + whole * 1800 + 1000, whole * 1800).iter().rev().enumerate() {
        paths.push(copied.write(piece, folder, &format!("mail.log.{age}")));
    }
    if is_bare {
        copied.is_bare = false;
        paths.push(copied.write(&log.text(), folder, ["a.log", "z.log"][usize::from(whole % 2 == 0)]));
    }
    for (number, (from, len, copied)) in stretches.iter().enumerate() {
        // Between two sessions: one that is cut counts as two.
        let from = log.start + from * 2880 + 1000;
        let text = log.within(from, from + len * 2880);
        let name = ["copy", "backup", "syslog", "mail.log-202611"][number % 4];
        paths.push(copied.write(&text, folder, &format!("{name}{number:02}")));
    }
    paths
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_stretches_of_a_log_count_once(
        stretches in proptest::collection::vec((0..80_i64, 1..60_i64, copied()), 1..5),
        whole in (20..200_i64, any::<bool>()),
        slice in 300..20_000_usize,
        threads in 1..4_usize,
        turn in 0..5_usize,
    ) {
        let folder = folder();
        let log = log("mx1", 3);
        let alone = counted(&[file(folder.path(), "alone", log.text())], 1 << 20, 1);
        let mut paths = pieces(&log, folder.path(), &stretches, whole);
        let sums = counted(&paths, 1 << 20, 1);
        prop_assert_eq!(sums.all, log.truth());
        prop_assert_eq!(sums.by_tls, alone.by_tls);
        let turn = turn % paths.len();
        paths.rotate_left(turn);
        prop_assert_eq!(counted(&paths, slice, threads).text, sums.text);
    }
}

//! Which inputs overlap, and that what they share counts once for any slices, threads and order of arguments.

use crate::exchange_read::{FAST, cells, read_inputs, told};
use crate::harness::{file, folder};
use crate::rotated::{Log, log, packed};
use proptest::prelude::*;
use smtpauth::input::find::Found;
use smtpauth::probe::{Input, probe};
use std::path::{Path, PathBuf};

/// 2026-11-28T12:00:00Z.
const NOW: i64 = 1_795_867_200;

/// Opens files, in the order given.
fn open(paths: &[PathBuf]) -> Vec<Input> {
    let told = told(NOW);
    let found = paths.iter().map(|path| Found::File { path: path.clone(), named: true }).collect();
    probe(found, &told).expect("every file is a log").0
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

/// Messages, sessions and failed logins of some files, and all that they come to.
fn counted(paths: &[PathBuf], slice: usize, threads: usize) -> ([u64; 3], String) {
    let read = read_inputs(&open(paths), slice, threads, FAST);
    let text = cells(&read.collector);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let columns = ["messages", "sessions", "failed_logins"].map(column);
    let mut sums = [0; 3];
    for row in reader.records().map(|row| row.expect("a row")) {
        let add = |(sum, column): (&mut u64, &usize)| *sum += row[*column].parse().unwrap_or(0);
        sums.iter_mut().zip(&columns).for_each(add);
    }
    (sums, format!("{text}{:?}{:?}", read.repeated, read.failures))
}

fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(told.unwrap_or(usual)) }
}

/// Stretches of a log: from which half hour, how many of them, packed or not. The log is whole in one file or in several.
fn pieces(log: &Log, folder: &Path, stretches: &[(i64, i64, bool)], whole: i64) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for (age, piece) in log.cut(log.start + whole * 1800 + 1000, whole * 1800).iter().rev().enumerate() {
        paths.push(file(folder, &format!("mail.log.{age}"), piece));
    }
    for (number, (from, len, is_packed)) in stretches.iter().enumerate() {
        // Between two sessions: one that is cut counts as two.
        let from = log.start + from * 2880 + 1000;
        let text = log.within(from, from + len * 2880);
        let name = ["copy", "backup", "syslog", "mail.log-202611"][number % 4];
        paths.push(match is_packed {
            true => file(folder, &format!("{name}{number:02}.gz"), packed("gz", text.as_bytes())),
            false => file(folder, &format!("{name}{number:02}"), text),
        });
    }
    paths
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_stretches_of_a_log_count_once(
        stretches in proptest::collection::vec((0..80_i64, 1..60_i64, any::<bool>()), 1..5),
        whole in 20..200_i64,
        slice in 300..20_000_usize,
        threads in 1..4_usize,
        turn in 0..5_usize,
    ) {
        let folder = folder();
        let log = log("mx1", 3);
        let mut paths = pieces(&log, folder.path(), &stretches, whole);
        let (sums, all) = counted(&paths, 1 << 20, 1);
        prop_assert_eq!(sums, log.truth());
        let turn = turn % paths.len();
        paths.rotate_left(turn);
        prop_assert_eq!(counted(&paths, slice, threads).1, all);
    }
}

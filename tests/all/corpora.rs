//! What fuzzing found and kept, replayed: each file of `fuzz/corpus` and `fuzz/regressions` through its oracle, and every
//! fixture through all that read logs.

#[path = "../../fuzz/oracles/mod.rs"]
pub mod oracles;

use crate::harness::ROOT;
use oracles::ORACLES;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn replay(folder: &str) -> usize {
    let mut count = 0;
    for (name, check) in ORACLES {
        for path in files(&Path::new(ROOT).join(folder).join(name)) {
            let bytes = std::fs::read(&path).expect("a file");
            let checked = std::panic::catch_unwind(|| check(&bytes));
            assert!(checked.is_ok(), "{}", path.display());
            count += 1;
        }
    }
    count
}

#[test]
fn what_was_found_stays_mended() {
    replay("fuzz/regressions");
}

#[test]
fn every_corpus_holds() {
    assert!(replay("fuzz/corpus") > 100);
}

/// The corpora of what reads logs begin with these.
#[test]
fn fixtures_hold() {
    let mut count = 0;
    for folder in
        ["postfix", "exim", "csv", "cells", "exchange-smtp", "exchange-tracking", "hostile", "message-trace"]
    {
        for path in files(&Path::new(ROOT).join("fixtures").join(folder)) {
            let bytes = std::fs::read(&path).expect("a fixture");
            for (front, check) in
                [(&b"\x06\x01"[..], oracles::slices::check as fn(&[u8])), (b"\x50", oracles::views::check)]
            {
                check(&[front, &bytes].concat());
            }
            count += 1;
        }
    }
    assert!(count > 50);
}

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

/// The corpora begin with these: each through the oracle of its format, and some through all that read logs.
#[test]
fn fixtures_hold() {
    let mut count = 0;
    for (name, check) in ORACLES {
        for path in files(&Path::new(ROOT).join("fixtures").join(name)) {
            check(&std::fs::read(&path).expect("a fixture"));
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
    for folder in ["hostile", "exim", "message-trace"] {
        for path in files(&Path::new(ROOT).join("fixtures").join(folder)) {
            let bytes = std::fs::read(&path).expect("a fixture");
            oracles::slices::check(&[b"\x06\x01", &*bytes].concat());
            oracles::views::check(&[b"\x50", &*bytes].concat());
            oracles::pages::check(&bytes);
        }
    }
}

/// A format without an oracle would not be fuzzed.
#[test]
fn every_format_has_an_oracle() {
    for format in &smtpauth::formats::FORMATS {
        assert!(ORACLES.iter().any(|(name, _)| *name == format.name), "{}", format.name);
    }
    for (name, _) in ORACLES {
        let target = Path::new(ROOT).join(format!("fuzz/fuzz_targets/{name}.rs"));
        assert!(target.is_file(), "{name}");
    }
}

//! Reads files that must all be logs with the library, as `run` does.

pub use crate::corpora::oracles::reading::{EVERY_LINE, FAST, cells, read_inputs, state, told};

use crate::corpora::oracles::reading::NOW;
use smtpauth::input::find::Found;
use smtpauth::probe::{Input, probe};
use std::path::PathBuf;

/// Opens files, which must all be logs.
pub fn open(paths: &[PathBuf]) -> Vec<Input> {
    let told = told(NOW);
    let found: Vec<Found> =
        paths.iter().map(|path| Found::File { path: path.clone(), named: true }).collect();
    let (inputs, passed) = probe(&found, &told).expect("every file is a log");
    assert!(passed.is_empty(), "{passed:?}");
    inputs
}

/// The cells of some files.
pub fn cells_of(paths: &[PathBuf], slice: usize, threads: usize) -> String {
    cells(&read_inputs(&open(paths), slice, threads, FAST).collector)
}

//! What must hold for any bytes. `fuzz_targets/` lets a fuzzer look for bytes for which it does not;
//! `tests/all/corpora.rs` replays those that were kept.
#![allow(dead_code, reason = "each fuzz target is a program that uses one oracle")]

pub mod decode;
pub mod escapes;
pub mod fields;
pub mod filters;
pub mod lines;
pub mod reading;
pub mod slices;
pub mod stamps;
pub mod tables;
pub mod views;

/// Panics where the bytes show a fault.
type Oracle = fn(&[u8]);

/// Every oracle, by the name of its fuzz target and of its folder in `corpus/`.
pub const ORACLES: [(&str, Oracle); 9] = [
    ("lines", lines::check),
    ("tables", tables::check),
    ("slices", slices::check),
    ("decode", decode::check),
    ("fields", fields::check),
    ("stamps", stamps::check),
    ("filters", filters::check),
    ("escapes", escapes::check),
    ("views", views::check),
];

//! The program, run as a user runs it: one binary for all integration tests.
//!
//! `harness` runs it and compares everything that comes back; each other module is about one promise.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test that goes wrong is to stop, and to say where"
)]

mod completions;
mod errors;
mod expect;
mod formats;
mod harness;
mod hostile;
mod layout;
mod readme;
mod screens;
mod slices;
mod windows;

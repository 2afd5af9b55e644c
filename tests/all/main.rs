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

mod absent;
mod absent_halves;
mod attacks;
#[cfg(target_os = "linux")]
mod bounds;
mod browser;
#[cfg(target_os = "linux")]
mod changing;
mod columns;
mod completions;
mod compressed;
mod conditions;
mod conditions_everywhere;
mod config;
mod copies;
mod corpora;
mod counters;
mod ecs;
mod encodings;
#[cfg(target_os = "linux")]
mod ended;
mod errors;
mod exchange;
mod exchange_cases;
mod exchange_files;
mod exchange_headers;
mod exchange_letter;
mod exchange_order;
mod exchange_pair;
mod exchange_program;
mod exchange_read;
mod exchange_rows;
mod exchange_servers;
mod exchange_strangers;
mod exchange_tracking;
mod exchange_truth;
mod expect;
mod failing;
#[cfg(target_os = "linux")]
mod faults;
mod filters;
mod folders;
mod forging;
mod forging_exports;
mod forging_rules;
mod formats;
mod harness;
mod hostile;
mod intervals;
#[cfg(target_os = "linux")]
mod kinds;
mod layout;
#[cfg(target_os = "linux")]
mod limits;
mod mail;
mod mail_failures;
mod mail_options;
mod mail_server;
mod mail_smtp;
mod merged;
mod mixed;
mod overlaps;
mod pack;
mod page;
mod page_hostile;
mod periods;
mod pictures;
mod readme;
mod ready;
mod rotated;
mod screens;
mod secrets;
mod sender;
mod shells;
mod slices;
mod spreadsheet;
mod tenant;
mod tenant_views;
mod top;
mod unusual;
mod windows;
mod zero_rows;

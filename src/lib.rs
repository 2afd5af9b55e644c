//! smtpauth: who still submits mail with SMTP AUTH, how much, over which TLS version.
//!
//! Data flows from left to right, and a stage knows only the shared words and the stages before it:
//!
//! ```text
//! input -> formats -> join -> tally -> report -> render
//! ```
//!
//! * `input`: paths, pipes, slices of bytes.
//! * `formats`: one file per log format: a line becomes an event or a submission.
//! * `join`: events of one session or queue id become submissions, however the log was cut.
//! * `tally`: submissions become cells of one small, mergeable table.
//! * `report`: cells become views: numbers without layout.
//! * `render`: views become text, CSV, JSON, HTML, mail: layout without arithmetic.
//! * `post`: a rendered report leaves the machine; nothing else knows the network.
//!
//! `command` is what is done with what was typed, `run` the pipeline in words, `probe` its first look at every input, `survey` what follows from all of them, `schedule` the order of reading, `periods` the days of exports that do not tell them, `read` its parallel part, `publish` the detailed report, `screen` what is shown on, `show` what is shown there; `cli` is what a person types, `config` what a file says where nothing is typed, `settings` and `check` what it means.

#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::arithmetic_side_effects, reason = "a test that overflows fails, as it should")
)]

pub mod allow;
pub mod check;
pub mod cli;
pub mod command;
pub mod config;
pub mod coverage;
pub mod error;
pub mod event;
pub mod formats;
pub mod input;
pub mod issue;
pub mod join;
pub mod mailing;
pub mod map;
pub mod messages;
pub mod notes;
pub mod overwrite;
pub mod periods;
pub mod post;
pub mod probe;
pub mod publish;
pub mod reach;
pub mod read;
pub mod render;
pub mod repeats;
pub mod report;
pub mod run;
pub mod schedule;
pub mod screen;
pub mod settings;
pub mod show;
pub mod submission;
pub mod survey;
pub mod tally;
pub mod time;
pub mod traced;
pub mod turn;

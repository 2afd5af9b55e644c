//! `smtpauth ready`: who stops.

use crate::report::ready::Switch;
use clap::Args;
use std::path::PathBuf;

/// Options of `smtpauth ready`.
#[derive(Debug, Clone, Args, Default)]
pub struct Ready {
    /// What to read.
    #[command(flatten)]
    pub input: super::Input,
    /// Ask for this, of every server [default: tls1.2 of every server, modern of Exchange Online]
    #[arg(long = "for", value_name = "WHAT", value_delimiter = ',', help_heading = "Check")]
    pub switches: Vec<Switch>,
    /// Leave out who was not seen in the last 30d, 8w and the like
    #[arg(long, value_name = "DAYS", help_heading = "Check")]
    pub seen_within: Option<String>,
    /// What an earlier `ready --format json` wrote: rows are marked new, new client, as before or gone
    #[arg(long, value_name = "FILE", help_heading = "Check")]
    pub baseline: Option<PathBuf>,
    /// So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]
    #[arg(long, value_name = "N", help_heading = "Rows")]
    pub top: Option<usize>,
    /// Which time.
    #[command(flatten)]
    pub time: super::Time,
    /// Which rows.
    #[command(flatten)]
    pub conditions: super::Conditions,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

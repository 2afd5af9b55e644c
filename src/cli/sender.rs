//! `smtpauth sender`: everything about one name.

use crate::report::Interval;
use clap::Args;

/// Options of `smtpauth sender`.
#[derive(Debug, Clone, Args, Default)]
pub struct Sender {
    /// A sender, login, client address, network (10.1.0.0/16), host name or EHLO name; a part of one lists what it fits
    #[arg(value_name = "WHO")]
    pub who: String,
    /// What to read.
    #[command(flatten)]
    pub input: super::Input,
    /// Which time.
    #[command(flatten)]
    pub time: super::Time,
    /// Length of the periods [default: week in tables, day in data]
    #[arg(long, value_name = "LENGTH", help_heading = "Rows")]
    pub interval: Option<Interval>,
    /// So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]
    #[arg(long, value_name = "N", help_heading = "Rows")]
    pub top: Option<usize>,
    /// Which rows.
    #[command(flatten)]
    pub conditions: super::Conditions,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

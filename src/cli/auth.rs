//! `smtpauth auth`: kinds of login.

use crate::report::Interval;
use clap::Args;

/// Options of `smtpauth auth`.
#[derive(Debug, Clone, Args, Default)]
pub struct Auth {
    /// What to read.
    #[command(flatten)]
    pub input: super::Input,
    /// Which time.
    #[command(flatten)]
    pub time: super::Time,
    /// Rows of so long stretches of time, instead of classes alone
    #[arg(long, value_name = "LENGTH", help_heading = "Rows")]
    pub interval: Option<Interval>,
    /// Which rows.
    #[command(flatten)]
    pub rows: super::RowOptions,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

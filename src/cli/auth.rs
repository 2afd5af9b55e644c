//! `smtpauth auth`: kinds of login.

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
    /// Which rows.
    #[command(flatten)]
    pub rows: super::RowOptions,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

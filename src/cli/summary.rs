//! `smtpauth summary`: the week at a glance.

use clap::Args;

/// Options of `smtpauth summary`.
#[derive(Debug, Clone, Args, Default)]
pub struct Summary {
    /// What to read.
    #[command(flatten)]
    pub input: super::Input,
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

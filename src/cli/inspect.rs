//! `smtpauth inspect`: what is read, what is not, and why.

use clap::Args;

/// Options of `smtpauth inspect`.
#[derive(Debug, Clone, Args, Default)]
pub struct Inspect {
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

//! `smtpauth export`: what was counted.

use clap::Args;

/// Options of `smtpauth export`.
#[derive(Debug, Clone, Args)]
pub struct Export {
    /// What to read.
    #[command(flatten)]
    pub input: super::Input,
    /// Which time.
    #[command(flatten)]
    pub time: super::Time,
    /// What a row is
    #[arg(long, value_name = "WHAT", default_value = "cells", help_heading = "Rows")]
    pub rows: Rows,
    /// Names of columns of single messages [default: own]
    #[arg(long, value_name = "NAMES", help_heading = "Rows")]
    pub schema: Option<Schema>,
    /// Which of them.
    #[command(flatten)]
    pub conditions: super::Conditions,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

/// What a row of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Rows {
    /// One per day, server, sender, login, client, TLS and mechanism: mergeable
    Cells,
    /// One per message
    Messages,
}

/// Names of columns of single messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Schema {
    /// Those of the other views
    #[default]
    Own,
    /// Elastic Common Schema
    Ecs,
}

//! `smtpauth unusual`: accounts that do not behave as they used to.

use clap::Args;
use std::path::PathBuf;

/// Options of `smtpauth unusual`.
#[derive(Debug, Clone, Args)]
pub struct Unusual {
    /// What to read: the more weeks, the better it knows what is usual.
    #[command(flatten)]
    pub input: super::Input,
    /// Which time is judged; all that lies before it is what it is compared with.
    #[command(flatten)]
    pub time: super::Time,
    /// False alarms that one accepts in 1,000 days of accounts
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Check")]
    pub sensitivity: f64,
    /// Every day of every account with its score, alarm or not; implies --format csv
    #[arg(long, help_heading = "Check")]
    pub scores: bool,
    /// A TOML file of logins that may do what they do: [[allow]] with login, until and reason
    #[arg(long, value_name = "FILE", help_heading = "Check")]
    pub allow: Option<PathBuf>,
    /// So many incidents, the others as a number; 0 for all [default: 20 on a terminal, else all]
    #[arg(long, value_name = "N", help_heading = "Rows")]
    pub top: Option<usize>,
    /// Which rows.
    #[command(flatten)]
    pub conditions: super::Conditions,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

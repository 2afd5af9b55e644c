//! `smtpauth report`: the detailed report as one HTML file, or mailed.

use clap::Args;
use std::path::PathBuf;

/// Options of `smtpauth report`.
#[derive(Debug, Clone, Args, Default)]
pub struct Report {
    /// What to read.
    #[command(flatten)]
    pub input: super::Input,
    /// Which time it opens on.
    #[command(flatten)]
    pub time: super::Time,
    /// How many days the page holds, to choose from: 30d, 8w, or all that the logs hold [default: 90d]
    #[arg(long, value_name = "DAYS", help_heading = "Page")]
    pub embed: Option<String>,
    /// A TOML file of logins that may do what they do, for unusual activity: [[allow]] with login, until and reason
    #[arg(long, value_name = "FILE", help_heading = "Check")]
    pub allow: Option<PathBuf>,
    /// To whom to mail it.
    #[command(flatten)]
    pub mail: super::Mail,
    /// How to show it.
    #[command(flatten)]
    pub output: super::Output,
}

//! What a person types. Nothing is checked here but the shape; what it means is decided in `settings`.

mod adjust;
mod auth;
mod export;
mod filters;
mod help;
mod inspect;
mod mail;
mod man;
mod ready;
mod report;
mod saved;
mod sender;
mod shared;
mod summary;
mod tls;
mod unusual;
mod volume;

pub use adjust::{Adjustable, Taken};
pub use auth::Auth;
pub use export::{Export, Rows, Schema};
pub use filters::{Conditions, Filters};
pub use help::{command, parse};
pub use inspect::Inspect;
pub use mail::{Attach, Mail, OnlyIf};
pub use man::man;
pub use ready::Ready;
pub use report::Report;
pub use saved::Saved;
pub use sender::Sender;
pub use shared::{Color, Format, Input, Order, Output, RowOptions, Time};
pub use summary::Summary;
pub use tls::Tls;
pub use unusual::Unusual;
pub use volume::Volume;

use clap::{Parser, Subcommand};

/// Who still submits mail with SMTP AUTH, how much, over which TLS version: read from mail server logs
#[derive(Debug, Parser)]
#[command(name = "smtpauth", version, about, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Cli {
    /// What to show; without it, the summary.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `summary`.
    #[command(flatten)]
    pub summary: Summary,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The week at a glance: accounts, messages, TLS, login methods, what needs action
    Summary(Summary),
    /// Sending volume per day and sender domain
    Volume(Volume),
    /// TLS versions: of all messages, or per sender
    Tls(Tls),
    /// Kinds of login (Basic, modern, integrated), and failed ones
    Auth(Auth),
    /// Everything about one sender, login, client, network or name
    #[command(visible_alias = "show")]
    Sender(Sender),
    /// Who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off
    Ready(Ready),
    /// Accounts that do not behave as they used to
    Unusual(Unusual),
    /// The detailed report, as one HTML file, or mailed
    Report(Box<Report>),
    /// What was counted, as cells that can be merged, or message by message
    Export(Export),
    /// What each file is, what it covers, what was skipped and why
    Inspect(Inspect),
    /// What the settings file sets: defaults, and what --saved NAME stands for
    Saved(Saved),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands
    Man {
        /// Write smtpauth.1, smtpauth-tls.1 and so on into this directory
        #[arg(long, value_name = "DIR")]
        dir: Option<std::path::PathBuf>,
    },
}

/// Names of the commands, for "did you mean".
pub const COMMANDS: [&str; 13] = [
    "summary",
    "volume",
    "tls",
    "auth",
    "sender",
    "ready",
    "unusual",
    "report",
    "export",
    "inspect",
    "saved",
    "completions",
    "man",
];

/// The completion script of a shell. It is made in memory: the library panics where nobody reads what it writes.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "smtpauth", &mut script);
    script
}

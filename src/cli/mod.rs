//! What a person types. Nothing is checked here but the shape; what it means is decided in `settings`.

mod adjust;
mod auth;
mod export;
mod filters;
mod inspect;
mod ready;
mod saved;
mod shared;
mod summary;
mod tls;
mod volume;

pub use adjust::{Adjustable, Taken};
pub use auth::Auth;
pub use export::{Export, Rows, Schema};
pub use filters::{Conditions, Filters};
pub use inspect::Inspect;
pub use ready::Ready;
pub use saved::Saved;
pub use shared::{Color, Format, Input, Order, Output, RowOptions, Time};
pub use summary::Summary;
pub use tls::Tls;
pub use volume::Volume;

use clap::{Parser, Subcommand};

/// Who still submits mail with SMTP AUTH, how much, and over which TLS version: read from mail server logs
#[derive(Debug, Parser)]
#[command(
    name = "smtpauth",
    version,
    about,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = "Examples:\n  smtpauth /var/log                       the week at a glance\n  smtpauth tls --details /var/log         \
                  TLS versions per sender\n  smtpauth tls --since 90d -o tls.csv LOGS   the same as a file\n  \
                  smtpauth inspect /var/log               what is read, what is not, and why\n\nA command tells its own \
                  options: smtpauth tls --help"
)]
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
    /// Kinds of login (Basic, modern, integrated) and failed ones: of all messages, or per account
    Auth(Auth),
    /// Who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off
    Ready(Ready),
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
}

/// Names of the commands, for "did you mean".
pub const COMMANDS: [&str; 9] =
    ["summary", "volume", "tls", "auth", "ready", "export", "inspect", "saved", "completions"];

/// Writes the completion script of a shell.
pub fn completions(shell: clap_complete::Shell, out: &mut impl std::io::Write) {
    let mut command = <Cli as clap::CommandFactory>::command();
    clap_complete::generate(shell, &mut command, "smtpauth", out);
}

//! Mailing a report: to whom, by which server, and when not.

use crate::post::Mechanism;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Options of mailing.
#[derive(Debug, Clone, Args, Default)]
pub struct Mail {
    /// Mail the report to these addresses; a comma parts them, and the option may be given several times
    #[arg(long, value_name = "ADDRESS", help_heading = "Mail")]
    pub mail_to: Vec<String>,

    /// Who sends it: noc@contoso.com, or Mail team <noc@contoso.com>
    #[arg(long, value_name = "ADDRESS", help_heading = "Mail")]
    pub mail_from: Option<String>,

    /// Its subject [default: the numbers of accounts, of those who stop, and the days]
    #[arg(long, value_name = "TEXT", help_heading = "Mail")]
    pub subject: Option<String>,

    /// What is attached [default: html,csv; over 7 MB without the page]
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "Mail")]
    pub attach: Vec<Attach>,

    /// Mail only if somebody stops, is unusual, or is new (with --baseline); else say so and end
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "Mail")]
    pub only_if: Vec<OnlyIf>,

    /// What an earlier `ready --format json` wrote: those who are in it are no reason to mail
    #[arg(long, value_name = "FILE", help_heading = "Mail")]
    pub baseline: Option<PathBuf>,

    /// The mail server: smtp://HOST for STARTTLS (port 587), smtps://HOST for TLS from the beginning (port 465); never without TLS
    #[arg(long, value_name = "URL", help_heading = "Mail")]
    pub smtp_url: Option<String>,

    /// As whom to log in. The password is never an argument: --password-file, --password-command or the variable
    /// SMTPAUTH_SMTP_PASSWORD
    #[arg(long, value_name = "NAME", help_heading = "Mail")]
    pub smtp_user: Option<String>,

    /// How to log in [default: plain or login, as the server offers; with --token-command: xoauth2]
    #[arg(long, value_name = "KIND", help_heading = "Mail")]
    pub smtp_auth: Option<Mechanism>,

    /// The password is the first line of this file, which nobody else may read
    #[arg(long, value_name = "FILE", help_heading = "Mail")]
    pub password_file: Option<PathBuf>,

    /// The password is the first line that this command prints
    #[arg(long, value_name = "COMMAND", help_heading = "Mail")]
    pub password_command: Option<String>,

    /// The token for xoauth2 is the first line that this command prints
    #[arg(long, value_name = "COMMAND", help_heading = "Mail")]
    pub token_command: Option<String>,

    /// Certificates (PEM) that are trusted beside those of the system
    #[arg(long, value_name = "FILE", help_heading = "Mail")]
    pub smtp_ca: Option<PathBuf>,

    /// How long to wait for a connection and for each reply; the whole may take ten times as long [default: 60]
    #[arg(long, value_name = "SECONDS", help_heading = "Mail")]
    pub smtp_timeout: Option<u64>,

    /// Hand it to the mail program of this machine instead of a mail server [default: /usr/sbin/sendmail]
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, default_missing_value = "/usr/sbin/sendmail", help_heading = "Mail")]
    pub sendmail: Option<PathBuf>,

    /// Write the message to this file instead (`-` is standard output)
    #[arg(long, value_name = "FILE", help_heading = "Mail")]
    pub eml: Option<PathBuf>,
}

/// What is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Attach {
    /// The page
    Html,
    /// The table of senders
    Csv,
    /// Nothing
    None,
}

/// What is a reason to mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnlyIf {
    /// Somebody stops when TLS 1.0 and 1.1 are switched off
    Stops,
    /// Somebody does not behave as he used to
    Unusual,
    /// Somebody stops, or cannot be told, who is not in the baseline
    New,
}

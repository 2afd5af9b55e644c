//! Options that several commands share.

use crate::report::findings::FailOn;
use crate::report::{By, Sort};
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// What to read, and how.
#[derive(Debug, Clone, Args, Default)]
pub struct Input {
    /// Log files, directories or patterns; `-` is standard input (read by itself if it is a pipe)
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Read every input as this format, instead of finding out.
    #[arg(long, value_name = "NAME", help_heading = "Reading", help = about_formats())]
    pub input_format: Option<String>,

    /// Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand
    #[arg(long, value_name = "ZONE", help_heading = "Reading")]
    pub log_timezone: Option<String>,

    /// Year in which each file without years in its stamps ends (a pipe: begins)
    #[arg(long, value_name = "YEAR", help_heading = "Reading")]
    pub log_year: Option<i32>,

    /// Order in dates such as 3/4/2026
    #[arg(long, value_name = "ORDER", help_heading = "Reading")]
    pub date_order: Option<Order>,

    /// Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto
    #[arg(long, value_name = "FIELD=COLUMN,...", help_heading = "Reading")]
    pub columns: Option<String>,

    /// The days for which an export without days was made: report.csv=2026-11-09..2026-11-15
    #[arg(long, value_name = "FILE=FROM..TO", help_heading = "Reading")]
    pub period: Vec<String>,

    /// A line that is not understood is an error (exit code 2)
    #[arg(long, help_heading = "Reading")]
    pub strict: bool,

    /// Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog
    #[arg(long, help_heading = "Reading")]
    pub keep_duplicates: bool,

    /// How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default:
    /// 1100]
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub max_ratio: Option<u64>,

    /// Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the
    /// system keeps settings]
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub config: Option<OsString>,

    /// What the settings file sets, and which it is.
    #[arg(skip)]
    pub set_in_file: Option<String>,

    /// Worker threads; the result is the same for any number
    #[arg(short = 'j', long, value_name = "N", help_heading = "Reading")]
    pub threads: Option<usize>,
}

/// Day or month first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// Day, month, year
    Dmy,
    /// Month, day, year
    Mdy,
}

/// Which time to show, and of whom.
#[derive(Debug, Clone, Args, Default)]
pub struct Time {
    /// Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w
    /// [default: the last 7 days]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub since: Option<String>,

    /// End, the day included [default: the newest record]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub until: Option<String>,

    /// No limit: all that the logs hold
    #[arg(long, conflicts_with_all = ["since", "until"], help_heading = "Time")]
    pub all: bool,

    /// What 7d and its like count back from: newest (record), now, or a date [default: newest]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub as_of: Option<String>,

    /// Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    pub timezone: Option<String>,

    /// Of whom.
    #[command(flatten)]
    pub filters: super::Filters,

    /// Where a start or an end is set that does not act here.
    #[arg(skip)]
    pub passed_over: Option<String>,
}

/// Which rows to show.
#[derive(Debug, Clone, Args, Default)]
pub struct RowOptions {
    /// The table behind the chart
    #[arg(long, help_heading = "Rows")]
    pub details: bool,

    /// What a row is; implies --details [default: sender]
    #[arg(long, value_name = "WHAT", help_heading = "Rows")]
    pub by: Option<By>,

    /// Order of the rows; implies --details
    #[arg(long, value_name = "ORDER", help_heading = "Rows")]
    pub sort: Option<Sort>,

    /// Which of them.
    #[command(flatten)]
    pub conditions: super::Conditions,

    /// So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]
    #[arg(long, value_name = "N", help_heading = "Rows")]
    pub top: Option<usize>,
}

/// How to show it.
#[derive(Debug, Clone, Args, Default)]
pub struct Output {
    /// Shape of the output [default: table, or by the ending of -o]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<Format>,

    /// Write to this file, whole or not at all
    #[arg(short = 'o', long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '
    #[arg(long, help_heading = "Output")]
    pub csv_raw: bool,

    /// Colours [default: auto]
    #[arg(long, value_name = "WHEN", help_heading = "Output")]
    pub color: Option<Color>,

    /// Fit tables into so many columns, instead of those of the terminal; 0 for no limit
    #[arg(long, value_name = "COLUMNS", help_heading = "Output")]
    pub width: Option<usize>,

    /// Exit code 1 for this [default: none; ready: stops,unknown]
    #[arg(long, value_name = "WHAT", value_delimiter = ',', help_heading = "Output")]
    pub fail_on: Vec<FailOn>,

    /// Nothing on standard error but errors
    #[arg(short = 'q', long, help_heading = "Output")]
    pub quiet: bool,
}

/// Shape of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// Comma-separated, with a header
    Csv,
    /// One object
    Json,
    /// One row per line
    Ndjson,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What `--input-format` takes.
fn about_formats() -> String {
    let names: Vec<_> = crate::formats::FORMATS.iter().map(|format| format.name).collect();
    format!("Read every input as this format, instead of finding out: {}", names.join(", "))
}

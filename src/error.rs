//! What stops a run.

use crate::formats::detect::{Unknown, sender_columns};
use std::io;
use std::path::{Path, PathBuf};

/// What stops a run, or keeps one input out of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Options that do not go together, or a value that is not taken.
    #[error("{0}")]
    Usage(String),
    /// No input, and standard input is a terminal.
    #[error(
        "nothing to read: name log files or directories, for example\n  smtpauth /var/log\nor give a log on standard \
         input (`-` where it is not a pipe)"
    )]
    NoInput,
    /// Nothing at a path.
    #[error("{}: no such file or directory", name(.0))]
    Missing(PathBuf),
    /// Nothing at a path that was given as an input, perhaps a mistyped command.
    #[error("{}: no such file or directory{}", name(.0), if_mistyped(.0))]
    NoInputAt(PathBuf),
    /// A pattern that fits nothing.
    #[error("{}: no file matches this pattern", name(.0))]
    NoMatch(PathBuf),
    /// Directories without logs.
    #[error(
        "no mail log found: {looked} looked at and passed over{first}\nRecognised are {formats}; name a file to hear why \
         it is not one"
    )]
    NoLogs {
        /// "12 files" or the like.
        looked: String,
        /// An example of them, or nothing.
        first: String,
        /// The formats.
        formats: String,
    },
    /// A file that the user named and nobody understands.
    #[error("{}: {}", .name, why_unknown(.why))]
    Unrecognised {
        /// The input.
        name: String,
        /// Why.
        why: Unknown,
    },
    /// Reading or writing failed.
    #[error("{name}: {error}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// An input that is read twice was not the same the second time: its name, and what became of it.
    #[error("{0}: {1}; single messages need it twice and unchanged, so the export was stopped")]
    ChangedBetween(String, String),
    /// A row of a table counts more than is written one by one: the input, where the row begins, and how many of what.
    #[error(
        "{0}: the row at byte {1} counts {2} {3}; a row of up to {MOST_OF_A_ROW} is written as single ones, `smtpauth export` \
         without --rows writes counts",
        MOST_OF_A_ROW = crate::messages::MOST_OF_A_ROW
    )]
    TooManyInARow(String, u64, u64, &'static str),
    /// The output is one of the inputs.
    #[error("{}: is read in this run; write the output somewhere else", name(.0))]
    OutputIsInput(PathBuf),
    /// Standard output was closed by who reads it: no error for the user.
    #[error("broken pipe")]
    BrokenPipe,
    /// The report could not be mailed.
    #[error(transparent)]
    Post(#[from] crate::post::Failure),
    /// A bug: a worker gave up.
    #[error("internal error: a worker panicked; no result is printed. Please report this")]
    Panicked,
}

impl Error {
    /// An input or output error of a file.
    pub fn io(path: &Path, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            return Self::Missing(path.to_owned());
        }
        Self::Io { name: name(path), error }
    }

    /// An error of standard output: a reader that had enough is none.
    pub fn output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Io { name: "standard output".to_owned(), error },
        }
    }
}

/// A single word may have been meant as a command.
fn if_mistyped(path: &Path) -> String {
    let is_word = path.as_os_str().as_encoded_bytes().iter().all(u8::is_ascii_lowercase);
    if is_word { format!("; the commands are {}", crate::cli::COMMANDS.join(", ")) } else { String::new() }
}

/// A path as it is shown: file names are untrusted too.
pub fn name(path: &Path) -> String {
    crate::render::escape::terminal(path.as_os_str().as_encoded_bytes())
}

/// Why an input was not recognised, and what would be.
pub fn why_unknown(why: &Unknown) -> String {
    let columns = |cells: &[Vec<u8>]| {
        let names: Vec<_> = cells.iter().map(|cell| crate::render::escape::terminal(cell)).collect();
        names.join(", ")
    };
    match why {
        Unknown::Empty => "is empty".to_owned(),
        Unknown::Compressed(container) => format!(
            "is compressed more than once; take one layer off and pipe it in: what is within begins like {container}"
        ),
        Unknown::Archive => "is a tar archive; unpack it, for example\n  tar -xOf FILE | smtpauth".to_owned(),
        Unknown::Damaged(why) => why.clone(),
        Unknown::Json(names, proposal) => format!(
            "is JSON, but its fields are not those of a mail log: {}{}",
            columns(names),
            proposed(proposal.as_deref())
        ),
        Unknown::Binary => "is no text".to_owned(),
        Unknown::NoSender(cells, proposal) => format!(
            "is a table without a sender column: it has {}; one of these names is needed: {}{}",
            columns(cells),
            sender_columns(),
            proposed(proposal.as_deref())
        ),
        Unknown::Columns(cells, proposal) => format!(
            "is a table, but its columns are not those of a mail log: {}{}",
            columns(cells),
            proposed(proposal.as_deref())
        ),
        Unknown::OtherLog(kind) => format!(
            "calls itself {}; of Exchange Server, SMTP protocol logs and message tracking are read",
            crate::render::escape::terminal(kind)
        ),
        Unknown::LogHeader(kind) => format!(
            "calls itself {}, but columns are missing in its #Fields line: put it back as Exchange Server wrote it",
            crate::render::escape::terminal(kind)
        ),
        Unknown::Tracking(missing) => format!(
            "is an export of message tracking without {}; for example\n  Get-MessageTrackingLog -ResultSize Unlimited | \
             Export-Csv tracking.csv -NoTypeInformation -Encoding UTF8\nexports all columns",
            missing.join(", ")
        ),
        Unknown::Text => format!("is not recognised as a mail log; recognised are {}", formats()),
        Unknown::NotAs(format) => format!("cannot be read as --input-format {format}: its header is another"),
    }
}

/// The same in a few words, for files that nobody named.
pub fn why_passed_over(why: &Unknown) -> String {
    match why {
        Unknown::Compressed(_) => "is compressed more than once".to_owned(),
        Unknown::Archive => "is a tar archive; unpack it".to_owned(),
        Unknown::NoSender(_, proposal) => {
            format!("is a table without a sender column{}", proposed(proposal.as_deref()))
        }
        Unknown::Json(_, proposal) => {
            format!("is JSON whose fields are not those of a mail log{}", proposed(proposal.as_deref()))
        }
        Unknown::Columns(_, proposal) => {
            format!("is a table whose columns are not those of a mail log{}", proposed(proposal.as_deref()))
        }
        Unknown::OtherLog(kind) => {
            format!("calls itself {}, which is no log of SMTP", crate::render::escape::terminal(kind))
        }
        Unknown::LogHeader(kind) => format!(
            "calls itself {}, but columns are missing in its #Fields line",
            crate::render::escape::terminal(kind)
        ),
        Unknown::Tracking(missing) => {
            format!("is an export of message tracking without {}", missing.join(", "))
        }
        Unknown::Empty | Unknown::Damaged(_) | Unknown::Binary | Unknown::NotAs(_) => why_unknown(why),
        Unknown::Text => "is not recognised as a mail log".to_owned(),
    }
}

/// What may be typed, if that can be guessed from what stands in the columns.
fn proposed(proposal: Option<&[(&'static str, Vec<u8>)]>) -> String {
    let Some(columns) = proposal else { return String::new() };
    let part = |(field, column): &(&'static str, Vec<u8>)| {
        format!("{field}={}", crate::render::escape::terminal(column))
    };
    let parts: Vec<_> = columns.iter().map(part).collect();
    let parts = parts.join(",");
    let quoted = if parts.contains([' ', '(', ')']) { format!("'{parts}'") } else { parts };
    format!("; by what stands in it, perhaps --columns {quoted}")
}

/// The formats, for messages.
pub fn formats() -> String {
    let about: Vec<_> = crate::formats::FORMATS.iter().map(|format| format.about).collect();
    about.join("; ")
}

//! What a set of logs of Exchange Server lacks: hours without a file, connectors that do not log, the other half.
//!
//! Files in, sentences out. `series` goes by the names of files, `connectors` by what their rows name.

mod connectors;
mod series;

use super::inspect::{File, Passed};
use crate::submission::Untrusted;

/// Which log of Exchange Server an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// SMTP protocol log of receive connectors.
    Receive,
    /// SMTP protocol log of send connectors.
    Send,
    /// Message tracking.
    Tracking,
}

/// Something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The folder of the logs that lack it, safe to show.
    pub folder: String,
    /// The format of those logs.
    pub format: String,
    /// What it is: words of our own around names from logs, all of it as untrusted as those.
    pub what: Untrusted<'static>,
    /// How that can be, the same for all of its kind.
    pub because: Option<&'static str>,
    /// Commands that end it.
    pub remedies: Vec<Untrusted<'static>>,
}

impl Absence {
    /// All that is said about it, in one piece.
    pub fn sentence(&self) -> Untrusted<'static> {
        let mut text = self.what.bytes().to_vec();
        if let Some(because) = self.because {
            text.extend_from_slice(b". ");
            text.extend_from_slice(because.as_bytes());
        }
        for (index, remedy) in self.remedies.iter().enumerate() {
            text.extend_from_slice(if index == 0 { b" " } else { b"; " });
            text.extend_from_slice(remedy.bytes());
        }
        text.into()
    }
}

/// What the logs of Exchange Server among these files lack, by folder.
pub fn absences(files: &[File], passed: &[Passed]) -> Vec<Absence> {
    let mut absences = series::gaps(files, passed);
    absences.extend(connectors::silent(files));
    absences.sort_by(|a, b| a.folder.cmp(&b.folder));
    absences
}

/// The folder and the name of a file, as either system writes paths.
fn parted(path: &str) -> (&str, &str) {
    match path.rsplit_once(['/', '\\']) {
        Some(("", name)) => ("/", name),
        Some(parted) => parted,
        // Standard input lies nowhere.
        None if path.starts_with('<') => (path, ""),
        None => (".", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_either_system() {
        assert_eq!(parted("logs/Hub/RECV2026111208-1.LOG"), ("logs/Hub", "RECV2026111208-1.LOG"));
        assert_eq!(parted("D:\\logs\\Hub\\RECV2026111208-1.LOG"), ("D:\\logs\\Hub", "RECV2026111208-1.LOG"));
        assert_eq!(parted("logs\\Hub/RECV2026111208-1.LOG"), ("logs\\Hub", "RECV2026111208-1.LOG"));
        assert_eq!(parted("/RECV2026111208-1.LOG"), ("/", "RECV2026111208-1.LOG"));
        assert_eq!(parted("RECV2026111208-1.LOG"), (".", "RECV2026111208-1.LOG"));
        assert_eq!(parted("<stdin>"), ("<stdin>", ""));
    }
}

//! What is true about the fixtures: `expect.toml` of every folder.

use crate::harness::{ROOT, read};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is true about one file, or about the logs of one folder that are read together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The trap, and where it was seen.
    pub why: String,
    /// The format as which it is detected; of a folder, that of every log in it but those in `formats`.
    pub format: String,
    /// Logs of a folder that are of another format, by their path in it.
    #[serde(default)]
    pub formats: BTreeMap<String, String>,
    /// Rightly, it holds no message. What is counted then are sessions: those are what `tls`, `auth`, `logins` and
    /// `clients` hold, and `senders` is empty. If there is no session either, `why` says that it counts nothing.
    #[serde(default)]
    pub no_messages: bool,
    /// Lines, or rows with the header; of a folder, those of all its logs, like the next three.
    pub lines: u64,
    /// Lines that say something about a submission.
    pub used: u64,
    /// Lines that are known and of no use.
    pub ignored: u64,
    /// Lines that are not understood or not believed.
    pub skipped: u64,
    /// First moment of the mail server's own lines, if they have times.
    pub first: Option<String>,
    /// The last one.
    pub last: Option<String>,
    /// Sessions with a login, where the rules tell their number.
    pub sessions: Option<u64>,
    /// Logins that were refused.
    pub failed_logins: u64,
    /// Recipients that were accepted, where it matters who is one.
    pub recipients: Option<u64>,
    /// How sure every message is to have used SMTP AUTH, where it is not proven.
    pub basis: Option<String>,
    /// Messages by TLS.
    pub tls: BTreeMap<String, u64>,
    /// Messages by class of login.
    pub auth: BTreeMap<String, u64>,
    /// Messages by envelope sender.
    pub senders: BTreeMap<String, u64>,
    /// Messages by login, those without one left out; missing where the log does not decide it.
    pub logins: Option<BTreeMap<String, u64>>,
    /// Messages by address of the client, where it matters which is the client's.
    pub clients: Option<BTreeMap<String, u64>>,
}

impl Expect {
    /// All messages; of a log without any, all sessions.
    pub fn counted(&self) -> u64 {
        self.tls.values().sum()
    }

    /// All messages.
    pub fn messages(&self) -> u64 {
        if self.no_messages { 0 } else { self.counted() }
    }

    /// The column that holds what is counted.
    pub fn unit(&self) -> &'static str {
        if self.no_messages { "sessions" } else { "messages" }
    }

    /// The format of a log of this fixture.
    pub fn format_of(&self, fixture: &str, log: &str) -> &str {
        let inner = log.strip_prefix(fixture).and_then(|inner| inner.strip_prefix('/')).unwrap_or_default();
        self.formats.get(inner).unwrap_or(&self.format)
    }
}

/// The folders of fixtures.
pub fn folders() -> Vec<String> {
    let mut folders = names(&Path::new(ROOT).join("fixtures"));
    folders.retain(|folder| folder != HISTORIES);
    folders
}

/// The folder of histories for `unusual`: what is right about them stands in `unusual.rs`.
const HISTORIES: &str = "unusual";

/// The fixtures of a format, files and folders, with what is true about each.
pub fn files(folder: &str) -> Vec<(String, Expect)> {
    let table = read(format!("fixtures/{folder}/expect.toml"));
    let mut known: BTreeMap<String, Expect> =
        toml::from_str(&table).unwrap_or_else(|error| panic!("fixtures/{folder}/expect.toml: {error}"));
    let mut found = Vec::new();
    for name in names(&Path::new(ROOT).join("fixtures").join(folder)) {
        if name != "expect.toml" {
            let expect = known.remove(&name);
            let expect = expect.unwrap_or_else(|| panic!("fixtures/{folder}/{name} is not in expect.toml"));
            found.push((format!("fixtures/{folder}/{name}"), expect));
        }
    }
    assert!(
        known.is_empty(),
        "fixtures/{folder}/expect.toml names files that are not there: {:?}",
        known.keys()
    );
    found
}

/// The logs of a fixture: the file itself, or all files below the folder.
pub fn logs(fixture: &str) -> Vec<String> {
    let path: PathBuf = Path::new(ROOT).join(fixture);
    if path.is_file() {
        return vec![fixture.to_owned()];
    }
    names(&path).iter().flat_map(|name| logs(&format!("{fixture}/{name}"))).collect()
}

/// Every fixture.
pub fn all() -> Vec<(String, Expect)> {
    folders().iter().flat_map(|folder| files(folder)).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("a folder can be listed").file_name();
    let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

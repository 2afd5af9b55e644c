//! What `smtpauth` finds, against what is true.

use std::path::Path;

use crate::program::{SMTPAUTH, smtpauth};
use crate::workload::Counts;

/// Messages per TLS version, as a program counts them.
pub type Found = Vec<(String, u64)>;

/// What `smtpauth tls` finds in a file or folder.
pub fn found(input: &Path) -> Result<Found, String> {
    let output = smtpauth(&["tls", "--all", "--format", "csv"], [input])
        .output()
        .map_err(|error| format!("{SMTPAUTH} does not start: {error}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("smtpauth ended with {}: {}", output.status, errors.trim()));
    }
    messages_by_tls(&String::from_utf8_lossy(&output.stdout))
}

/// The columns `tls` and `messages` of a CSV without quotes.
fn messages_by_tls(csv: &str) -> Result<Found, String> {
    let mut rows = csv.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let heads = rows.next().unwrap_or_default();
    let column = |name: &str| {
        heads.iter().position(|head| *head == name).ok_or_else(|| format!("no column {name} in {heads:?}"))
    };
    let (tls, messages) = (column("tls")?, column("messages")?);
    rows.map(|row| {
        let cell = |at: usize| row.get(at).copied().unwrap_or_default();
        let number = cell(messages).parse().map_err(|_| format!("not a number of messages in {row:?}"))?;
        Ok((cell(tls).to_owned(), number))
    })
    .collect()
}

/// Says how what was found differs from what is true.
pub fn verify(found: &Found, truth: &Counts) -> Result<(), String> {
    let mut differences = Vec::new();
    for (tls, expected) in truth.rows() {
        let seen = found.iter().find(|(name, _)| name == tls).map_or(0, |(_, messages)| *messages);
        if seen != expected {
            differences.push(format!("tls {tls}: {seen} messages instead of {expected}"));
        }
    }
    for (name, messages) in found {
        if *messages > 0 && truth.rows().all(|(tls, _)| tls != name) {
            differences.push(format!("tls {name}: {messages} messages instead of none"));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!("the answer is wrong: {}", differences.join("; ")))
}

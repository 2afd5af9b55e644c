//! An output that is one of the inputs would destroy it.

use crate::error::Error;
use crate::input::{find, platform};
use crate::probe::Input;
use crate::settings::Settings;
use std::fs::Metadata;
use std::path::PathBuf;

/// Refuses outputs that are read in this run.
pub fn refuse(settings: &Settings, found: &[find::Found], inputs: &[Input]) -> Result<(), Error> {
    for (path, metadata) in outputs(settings) {
        let identity = platform::identity(&path, &metadata);
        // Also one that is not read, because it is a copy of another.
        let is_found = |found: &find::Found| match found {
            find::Found::File { path, .. } => {
                std::fs::metadata(path).is_ok_and(|m| platform::identity(path, &m) == identity)
            }
            find::Found::Stdin | find::Found::Closed { .. } => false,
        };
        if inputs.iter().any(|input| input.identity() == Some(&identity)) || found.iter().any(is_found) {
            return Err(Error::OutputIsInput(path));
        }
    }
    Ok(())
}

/// The files that are there and will be written.
fn outputs(settings: &Settings) -> Vec<(PathBuf, Metadata)> {
    let there = |path: &PathBuf| Some((path.clone(), std::fs::metadata(path).ok()?));
    let stdout = || Some((PathBuf::from("<stdout>"), platform::stdout_file()?.metadata().ok()?));
    let output = settings.output.as_ref().map_or_else(stdout, there);
    let message = settings.mail.as_ref().and_then(|mail| there(mail.way.file()?));
    output.into_iter().chain(message).filter(|(_, metadata)| metadata.is_file()).collect()
}

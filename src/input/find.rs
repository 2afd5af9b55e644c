//! What was typed in, files out: paths, directories, patterns, standard input.

use super::platform;
use crate::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file; `named` if the user named it, so that it must be recognised.
    File {
        /// Where.
        path: PathBuf,
        /// Named, not found in a directory.
        named: bool,
    },
    /// Standard input.
    Stdin,
    /// A place within a directory that cannot be looked into.
    Closed {
        /// Where.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
}

/// Finds what is to be read. Standard input is read where nothing is named and it is a pipe or a file.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Found>, Error> {
    if paths.is_empty() {
        return if platform::stdin_is_given() { Ok(vec![Found::Stdin]) } else { Err(Error::NoInput) };
    }
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Found::Stdin);
        } else if path.is_dir() {
            found.extend(walk(path));
        } else if path.exists() || path.is_symlink() {
            found.push(Found::File { path: path.clone(), named: true });
        } else if is_pattern(path) {
            found.extend(expand(path)?);
        } else {
            return Err(Error::NoInputAt(path.clone()));
        }
    }
    match found.as_slice() {
        // Nothing else is there that could be counted all the same.
        [Found::Closed { path, why }] => Err(Error::io(path, io::Error::other(why.clone()))),
        _ => Ok(found),
    }
}

/// All regular files below a directory, in the order of their names; links are not followed, so that none leads in a
/// circle or out of the tree.
fn walk(directory: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                found.push(Found::File { path: entry.into_path(), named: false });
            }
            Ok(_) => {}
            Err(error) => found.push(closed(error, directory)),
        }
    }
    found
}

/// What cannot be listed may hold logs: it is no reason not to count the others, and none to be silent.
fn closed(error: walkdir::Error, directory: &Path) -> Found {
    let path = error.path().unwrap_or(directory).to_owned();
    let why = error.into_io_error().map_or_else(|| "cannot be listed".to_owned(), |error| error.to_string());
    Found::Closed { path, why }
}

fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// Expands a pattern, as the shells of Unix do and that of Windows does not.
fn expand(pattern: &Path) -> Result<Vec<Found>, Error> {
    let text = pattern.to_str().ok_or_else(|| Error::NoMatch(pattern.to_owned()))?;
    let glob = globset::GlobBuilder::new(text).literal_separator(true).build();
    let glob =
        glob.map_err(|error| Error::Usage(format!("{text:?} is no pattern: {error}")))?.compile_matcher();
    let fixed: PathBuf = pattern.components().take_while(|part| !is_pattern(Path::new(part))).collect();
    let root = if fixed.as_os_str().is_empty() { Path::new(".") } else { &fixed };
    let mut found = Vec::new();
    let depth = pattern.components().count().saturating_sub(fixed.components().count());
    let depth = if text.contains("**") { usize::MAX } else { depth };
    // The root itself is not what the pattern asks for.
    let walked = WalkDir::new(root).sort_by_file_name().min_depth(1).max_depth(depth);
    for entry in walked {
        match entry {
            Ok(entry) => {
                let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
                if glob.is_match(path) {
                    found.extend(matched(path));
                }
            }
            Err(error) if error.depth() == 0 => {}
            Err(error) => found.push(closed(error, root)),
        }
    }
    if found.is_empty() { Err(Error::NoMatch(pattern.to_owned())) } else { Ok(found) }
}

/// What a pattern gives for a path that fits it. A pipe or a device was not meant: whoever waits for it may wait for ever.
fn matched(path: &Path) -> Vec<Found> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => walk(path),
        Ok(metadata) if !metadata.is_file() => Vec::new(),
        _ => vec![Found::File { path: path.to_owned(), named: true }],
    }
}

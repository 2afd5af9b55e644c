//! What was typed in, files out: paths, directories, patterns, standard input.

use super::platform;
use crate::error::Error;
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
            found.extend(walk(path)?);
        } else if path.exists() || path.is_symlink() {
            found.push(Found::File { path: path.clone(), named: true });
        } else if is_pattern(path) {
            found.extend(expand(path)?);
        } else {
            return Err(Error::NoInputAt(path.clone()));
        }
    }
    Ok(found)
}

/// All regular files below a directory, in the order of their names; links are not followed, so that none leads in a
/// circle or out of the tree.
fn walk(directory: &Path) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                found.push(Found::File { path: entry.into_path(), named: false });
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(directory).to_owned();
                let error = error.into_io_error().unwrap_or_else(|| std::io::Error::other("cannot be read"));
                return Err(Error::io(&path, error));
            }
        }
    }
    Ok(found)
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
    for entry in WalkDir::new(root).sort_by_file_name().max_depth(depth).into_iter().filter_map(Result::ok) {
        let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
        if !glob.is_match(path) {
            continue;
        }
        match entry.file_type() {
            kind if kind.is_dir() => found.extend(walk(path)?),
            _ => found.push(Found::File { path: path.to_owned(), named: true }),
        }
    }
    if found.is_empty() { Err(Error::NoMatch(pattern.to_owned())) } else { Ok(found) }
}

//! The programs that are run.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Trouble;

/// The program that is measured.
pub const SMTPAUTH: &str = env!("CARGO_BIN_EXE_smtpauth");
/// The command that is measured where no other one is named.
const SUBJECT: [&str; 5] = ["tls", "--details", "--all", "--format", "csv"];

/// The command that is measured, on inputs.
pub fn subject(inputs: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    smtpauth(&SUBJECT, inputs)
}

/// A command of `smtpauth` on inputs.
pub fn smtpauth(
    arguments: &[impl AsRef<OsStr>],
    inputs: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let mut command = Command::new(SMTPAUTH);
    command.args(arguments).args(inputs);
    command
}

/// `wc -l` on files.
pub fn wc(files: &[PathBuf]) -> Result<Command, Trouble> {
    let mut command = Command::new(find("wc", "coreutils")?);
    command.arg("-l").args(files);
    Ok(command)
}

/// Where a program is. Debian keeps some in a folder that is not everybody's.
pub fn find(program: &str, package: &str) -> Result<PathBuf, Trouble> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| Trouble::Missing(format!("{program} is not installed: Debian package {package}")))
}

/// The name of a file.
pub fn file_name(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

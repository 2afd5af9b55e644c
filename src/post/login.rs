//! As whom to log in, and from where the password or token is: never from an argument, which other users of a machine see.

use super::failure::Failure;
use super::process;
use crate::error::name;
use lettre::transport::smtp::authentication::Credentials;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// The variable that may hold the password.
pub const VARIABLE: &str = "SMTPAUTH_SMTP_PASSWORD";

/// A login.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name.
    pub user: String,
    /// The mechanism, if it is not for the server to choose.
    pub mechanism: Option<Mechanism>,
    /// From where the secret is.
    pub source: Source,
}

/// How to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mechanism {
    /// User name and password in one
    Plain,
    /// User name and password one after the other
    Login,
    /// A token of Entra ID or Google
    Xoauth2,
}

/// From where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The first line of a file.
    File(PathBuf),
    /// The environment.
    Environment,
    /// The first line that a command prints.
    Command(String),
}

/// A password or token: nothing shows it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// What a login says.
    pub(super) fn credentials(&self, user: &str) -> Credentials {
        Credentials::new(user.to_owned(), self.0.clone())
    }

    /// Text without the secret, in case a server sends back what it was sent.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl Login {
    /// The secret, if it is there already: in a file, or in the environment.
    pub(super) fn stored(&self) -> Result<Option<Secret>, Failure> {
        match &self.source {
            Source::File(path) => of_file(path).map(Some),
            Source::Environment => {
                let value = std::env::var(VARIABLE).map_err(|_| {
                    Failure::Secret(format!(
                        "--smtp-user needs its password: --password-file FILE, --password-command COMMAND, or the \
                         variable {VARIABLE}"
                    ))
                })?;
                secret(&value, VARIABLE).map(Some)
            }
            Source::Command(_) => Ok(None),
        }
    }

    /// The secret, asked for now: a token is good for an hour, and logs may take long.
    pub(super) fn fetched(&self, patience: Duration) -> Result<Secret, Failure> {
        let Source::Command(line) = &self.source else {
            return self.stored()?.ok_or_else(|| Failure::Secret("there is no password".to_owned()));
        };
        let option = match self.mechanism {
            Some(Mechanism::Xoauth2) => "--token-command",
            _ => "--password-command",
        };
        let mut command = process::shell(line);
        // What it says is for who runs this; what it prints is not.
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let ended = process::run(command, Vec::new(), patience)
            .map_err(|why| Failure::Secret(format!("{option}: {why}")))?;
        if !ended.status.success() {
            return Err(Failure::Secret(format!("{option} failed ({})", ended.status)));
        }
        let printed = String::from_utf8(ended.stdout)
            .map_err(|_| Failure::Secret(format!("{option} printed what is no text")))?;
        secret(&printed, option)
    }
}

/// The first line of a file that nobody else can read.
fn of_file(path: &Path) -> Result<Secret, Failure> {
    let wrong = |why: String| Failure::Secret(format!("--password-file {}: {why}", name(path)));
    let metadata = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?;
    if let Some(mode) = crate::input::platform::readable_by_others(&metadata) {
        return Err(wrong(format!(
            "other users can read it (mode {mode:o}), so it is no secret; chmod 600 it and change the password"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    secret(&text, &format!("--password-file {}", name(path)))
}

/// The first line.
fn secret(text: &str, origin: &str) -> Result<Secret, Failure> {
    let line = text.lines().next().unwrap_or_default();
    match line {
        "" => Err(Failure::Secret(format!("{origin}: the first line is empty"))),
        line if line.contains('\0') => Err(Failure::Secret(format!("{origin}: holds a byte 0"))),
        line => Ok(Secret(line.to_owned())),
    }
}

//! The report leaves the machine: a message, and the three ways by which it can go.
//!
//! This is the only folder that knows the network, and it speaks to nobody but the mail server that it is told. Nothing here
//! reads a log: what is sent is told to it, and what stands in headers are options and our own words.

pub mod address;
mod connection;
pub mod failure;
mod login;
mod message;
mod process;
mod sendmail;
mod smtp;
mod tls;

pub use failure::Failure;
pub use login::{Login, Mechanism, Secret, Source, VARIABLE};
pub use message::{Attachment, Kind, Letter};

use crate::error::Error;
use crate::render::output::Output;
use lettre::Address;
pub use lettre::message::Mailbox;
use rustls::ClientConfig;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How a message goes.
#[derive(Clone, Debug)]
pub enum Way {
    /// To a mail server.
    Smtp(Server),
    /// To the program of the local one.
    Sendmail(PathBuf),
    /// Into a file, or to standard output.
    File(Option<PathBuf>),
}

/// A mail server, and how to speak to it.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name or address; its certificate must be for that.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// TLS from the first byte, else after STARTTLS; never none.
    pub is_implicit: bool,
    /// A file of certificates that are trusted beside those of the system.
    pub ca: Option<PathBuf>,
    /// As whom to log in.
    pub login: Option<Login>,
    /// How long to wait for a connection, and for a reply. The whole may take ten times as long.
    pub patience: Duration,
}

/// A way that is ready to be gone: what could be checked before a log is read was.
pub enum Ready {
    /// To a mail server, with the certificates that are trusted, and the secret if it lies in a file or the environment.
    Smtp(Server, Arc<ClientConfig>, Option<Secret>),
    /// To the program of the local one.
    Sendmail(PathBuf),
    /// Into a file, or to standard output.
    File(Option<PathBuf>),
}

/// Who sends, and who gets it.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Who hears when it cannot be delivered.
    pub from: Address,
    /// Who gets it.
    pub to: Vec<Address>,
}

impl Way {
    /// The file that is written.
    pub fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => path.as_ref(),
            Self::Smtp(_) | Self::Sendmail(_) => None,
        }
    }

    /// Reads passwords and certificates, so that what is wrong with them is said before logs are read.
    pub fn prepare(&self) -> Result<Ready, Failure> {
        match self {
            Self::Smtp(server) => {
                let trust = tls::config(server.ca.as_deref())?;
                let secret = server.login.as_ref().map(Login::stored).transpose()?.flatten();
                Ok(Ready::Smtp(server.clone(), trust, secret))
            }
            Self::Sendmail(program) => sendmail::is_there(program).map(|()| Ready::Sendmail(program.clone())),
            Self::File(path) => Ok(Ready::File(path.clone())),
        }
    }
}

impl Ready {
    /// Sends a message; the answer says how it went, if anybody is to be told.
    pub fn send(&self, letter: &Letter) -> Result<Option<String>, Error> {
        let message = message::build(letter)?;
        let bytes = message.formatted();
        let envelope = Envelope {
            from: letter.from.email.clone(),
            to: letter.to.iter().map(|to| to.email.clone()).collect(),
        };
        match self {
            Self::Smtp(server, trust, secret) => {
                let secret = match (secret, &server.login) {
                    (Some(secret), _) => Some(secret.clone()),
                    (None, Some(login)) => Some(login.fetched(server.patience)?),
                    (None, None) => None,
                };
                let reply = smtp::send(server, trust, secret.as_ref(), &envelope, &bytes)?;
                Ok(Some(format!("{}:{}: {reply}", server.host, server.port)))
            }
            Self::Sendmail(program) => {
                sendmail::send(program, &envelope, bytes)?;
                Ok(Some(crate::error::name(program)))
            }
            Self::File(path) => {
                let mut out = Output::open(path.as_deref())?;
                match out.write_all(&bytes) {
                    Ok(()) => out.finish().map(|()| path.as_deref().map(crate::error::name)),
                    Err(error) => Err(out.error(error)),
                }
            }
        }
    }
}

//! Every way in which mailing can fail, in one message: where, at which step, what was said, and what can be done.

use crate::render::escape::terminal;
use std::fmt;
use std::time::Duration;

/// How long what a server says may be in a message.
const LONGEST: usize = 400;

/// Why a report was not mailed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A mail server did not take it.
    #[error("{}: {server}, {step}: {trouble}{}", outcome(*.step, .trouble), advice(*.step, .trouble))]
    Smtp {
        /// `mail.contoso.com:587`.
        server: String,
        /// How far it came.
        step: Step,
        /// What happened there.
        trouble: Trouble,
    },
    /// The server does not want some of the recipients: then nobody gets it.
    #[error(
        "not mailed, to nobody: {server} refuses {}\n{}",
        listed(.refused), about_refused(.refused)
    )]
    Recipients {
        /// `mail.contoso.com:587`.
        server: String,
        /// Addresses, and what the server says about each.
        refused: Vec<(String, Trouble)>,
    },
    /// The local program did not take it.
    #[error("not mailed: {program}: {why}")]
    Sendmail {
        /// Its path.
        program: String,
        /// What it says.
        why: String,
    },
    /// A password or token could not be had.
    #[error("not mailed: {0}")]
    Secret(String),
    /// Certificates that cannot be read.
    #[error("not mailed: {0}")]
    Trust(String),
    /// The message could not be put together.
    #[error("not mailed: the message could not be built: {0}")]
    Message(String),
}

/// A step of an SMTP session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Name and TCP connection.
    Connect,
    /// What the server says first.
    Greeting,
    /// What the server can do.
    Ehlo,
    /// The change to TLS.
    StartTls,
    /// The TLS handshake.
    Tls,
    /// The login.
    Auth,
    /// The sender.
    MailFrom,
    /// A recipient.
    RcptTo,
    /// Leave to send the message.
    Data,
    /// The message itself.
    Content,
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Connect => "connecting",
            Self::Greeting => "greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Tls => "TLS handshake",
            Self::Auth => "AUTH",
            Self::MailFrom => "MAIL FROM",
            Self::RcptTo => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "end of the message",
        })
    }
}

/// What happened at a step.
#[derive(Debug)]
pub enum Trouble {
    /// The server answered no: code, and what it said.
    Refused(u16, String),
    /// It did not answer in time.
    Silent(Duration),
    /// It closed the connection.
    Closed,
    /// What it said is no SMTP.
    NotSmtp(String),
    /// The system says this.
    System(std::io::Error),
    /// TLS failed, for this reason.
    Tls(rustls::Error),
    /// The server does not offer what is needed.
    Missing(String),
    /// It sent text behind its answer to STARTTLS, which somebody may have slipped in.
    Injected,
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code, text) => write!(out, "{code} {}", shown(text)),
            Self::Silent(time) => write!(out, "no answer within {} s", time.as_secs()),
            Self::Closed => out.write_str("the server closed the connection"),
            Self::NotSmtp(text) if text.is_empty() => out.write_str("the answer is no SMTP"),
            Self::NotSmtp(text) => write!(out, "the answer is no SMTP: {}", shown(text)),
            Self::System(error) => write!(out, "{error}"),
            Self::Tls(error) => out.write_str(&super::tls::about(error)),
            Self::Missing(what) => out.write_str(what),
            Self::Injected => out.write_str(
                "the server said more than was asked before TLS was on: somebody in between may have put it there",
            ),
        }
    }
}

/// What a server says, on one line.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST).collect();
    terminal(cut.trim().as_bytes())
}

/// What can be done about recipients.
fn about_refused(refused: &[(String, Trouble)]) -> &'static str {
    if refused.iter().all(|(_, trouble)| matches!(trouble, Trouble::Refused(400..=499, _))) {
        "The server may take it later: run the command again"
    } else {
        "Take the address out of --mail-to, or log in (--smtp-user) if the server wants that"
    }
}

/// "a@b: 550 no such user; c@d: 450 try later".
fn listed(refused: &[(String, Trouble)]) -> String {
    refused.iter().map(|(address, trouble)| format!("{address}: {trouble}")).collect::<Vec<_>>().join("; ")
}

/// Whether it is certain that nobody gets the message.
fn outcome(step: Step, trouble: &Trouble) -> &'static str {
    match (step, trouble) {
        (Step::Content, Trouble::Silent(_) | Trouble::Closed | Trouble::System(_) | Trouble::NotSmtp(_)) => {
            "perhaps not mailed (the server had the message, and did not say whether it took it)"
        }
        _ => "not mailed",
    }
}

/// What can be done about it, on a line of its own.
fn advice(step: Step, trouble: &Trouble) -> String {
    let advice = match (step, trouble) {
        (_, Trouble::Tls(error)) => super::tls::advice(error),
        (_, Trouble::Refused(400..=499, _)) => "The server may take it later: run the command again",
        (Step::Connect, _) => {
            "Is it the right name and port in --smtp-url, and does a firewall let it through?"
        }
        (Step::Greeting, Trouble::Silent(_) | Trouble::Closed) => {
            "A port that begins with TLS (465) is written smtps:// in --smtp-url"
        }
        (Step::Greeting | Step::Ehlo, Trouble::Refused(..)) => {
            "The server takes no mail from this machine: is it the one for submission?"
        }
        (Step::Ehlo | Step::StartTls, Trouble::Missing(_)) => {
            "Without TLS nothing is sent: take smtps:// if the server has it, or --sendmail on the server itself"
        }
        (Step::StartTls, Trouble::Refused(..)) => {
            "Without TLS nothing is sent: the server must be set up for it"
        }
        (Step::StartTls, Trouble::Injected) => "Nothing was said to it after that; is it the right server?",
        (Step::Auth, Trouble::Refused(..)) => {
            "Check --smtp-user and its password or token; Exchange Online refuses passwords where Basic is switched off: \
             --smtp-auth xoauth2"
        }
        (Step::MailFrom, Trouble::Refused(530 | 550, _)) => {
            "The server wants a login (--smtp-user), or another --mail-from for it"
        }
        (Step::MailFrom, Trouble::Refused(..)) => "May this login send as --mail-from?",
        (Step::Content, Trouble::Refused(552, _)) => {
            "It may be too large for the server: --attach none sends it without attachments"
        }
        _ => return String::new(),
    };
    format!("\n{advice}")
}

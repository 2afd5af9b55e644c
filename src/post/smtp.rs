//! A message to a mail server: greeting, TLS, login, sender, recipients, content. Nothing but EHLO and STARTTLS is said
//! before TLS is on and the certificate is right.

use super::connection::Connection;
use super::failure::{Failure, Step, Trouble};
use super::login::{Mechanism, Secret};
use super::{Envelope, Server};
use crate::render::escape::terminal;
use crate::render::number::size;
use lettre::transport::smtp::authentication as sasl;
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailParameter};
use lettre::transport::smtp::response::Response;
use rustls::ClientConfig;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many times a single wait the whole may take.
const WHOLE: u32 = 10;
/// How many questions a login may have.
const CHALLENGES: usize = 4;

/// Sends a message; gives what the server said when it took it.
pub(super) fn send(
    server: &Server,
    trust: &Arc<ClientConfig>,
    secret: Option<&Secret>,
    envelope: &Envelope,
    message: &[u8],
) -> Result<String, Failure> {
    let end = Instant::now().checked_add(server.patience.saturating_mul(WHOLE)).unwrap_or_else(Instant::now);
    let at = |step| move |trouble| server.failure(step, trouble);
    let connection =
        Connection::open(&server.host, server.port, server.patience, end).map_err(at(Step::Connect))?;
    let mut session = Session { server, connection, offers: Vec::new() };
    session.begin(trust)?;
    let sent = session.log_in(secret).and_then(|()| session.deliver(envelope, message, end));
    session.quit();
    sent
}

impl Server {
    /// `mail.contoso.com:587`.
    fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn failure(&self, step: Step, trouble: Trouble) -> Failure {
        Failure::Smtp { server: self.name(), step, trouble }
    }
}

struct Session<'s> {
    server: &'s Server,
    connection: Connection,
    /// The lines with which the server answered EHLO, behind the first.
    offers: Vec<String>,
}

impl Session<'_> {
    /// Up to EHLO under TLS.
    fn begin(&mut self, trust: &Arc<ClientConfig>) -> Result<(), Failure> {
        if self.server.is_implicit {
            self.encrypt(trust)?;
            self.greeting()?;
            return self.ehlo();
        }
        self.greeting()?;
        self.ehlo()?;
        if self.offer("STARTTLS").is_none() {
            self.quit();
            return Err(self.failure(Step::Ehlo, Trouble::Missing("it does not offer STARTTLS".to_owned())));
        }
        self.ask(Step::StartTls, Starttls, 220)?;
        if self.connection.has_rest() {
            return Err(self.failure(Step::StartTls, Trouble::Injected));
        }
        self.encrypt(trust)?;
        self.ehlo()
    }

    fn greeting(&mut self) -> Result<(), Failure> {
        let reply = self.connection.greeting();
        self.judged(Step::Greeting, reply, 220).map(|_| ())
    }

    fn encrypt(&mut self, trust: &Arc<ClientConfig>) -> Result<(), Failure> {
        let done = self.connection.encrypt(trust, &self.server.host);
        done.map_err(|trouble| self.failure(Step::Tls, trouble))
    }

    fn ehlo(&mut self) -> Result<(), Failure> {
        let reply = self.ask(Step::Ehlo, Ehlo::new(own_name()), 250)?;
        self.offers = reply.message().skip(1).map(str::to_owned).collect();
        Ok(())
    }

    /// What the server says behind a keyword of EHLO.
    fn offer(&self, keyword: &str) -> Option<&str> {
        self.offers.iter().find_map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            word.eq_ignore_ascii_case(keyword).then_some(rest)
        })
    }

    fn failure(&self, step: Step, trouble: Trouble) -> Failure {
        self.server.failure(step, trouble)
    }

    /// Says this; the answer must have this code.
    fn ask(&mut self, step: Step, command: impl ToString, wanted: u16) -> Result<Response, Failure> {
        let reply = self.connection.ask(command.to_string().as_bytes());
        self.judged(step, reply, wanted)
    }

    fn judged(&self, step: Step, reply: Result<Response, Trouble>, wanted: u16) -> Result<Response, Failure> {
        reply.and_then(|reply| positive(reply, wanted)).map_err(|trouble| self.failure(step, trouble))
    }

    fn log_in(&mut self, secret: Option<&Secret>) -> Result<(), Failure> {
        let Some((login, secret)) = self.server.login.as_ref().zip(secret) else { return Ok(()) };
        let mechanism =
            self.mechanism(login.mechanism).map_err(|trouble| self.failure(Step::Auth, trouble))?;
        let credentials = secret.credentials(&login.user);
        let internal =
            |error: lettre::transport::smtp::Error| Failure::Secret(terminal(error.to_string().as_bytes()));
        let mut line = Auth::new(mechanism, credentials.clone(), None).map_err(internal)?.to_string();
        for _ in 0..CHALLENGES {
            let reply = self.connection.ask(line.as_bytes());
            let is_question = reply.as_ref().is_ok_and(|reply| reply.has_code(334));
            if !is_question {
                let hide = |text: &str| {
                    // An empty answer hides nothing.
                    let sent = line.split_whitespace().last();
                    secret.hidden_in(&sent.map_or_else(|| text.to_owned(), |sent| text.replace(sent, "***")))
                };
                return match self.judged(Step::Auth, reply, 235) {
                    Ok(_) => Ok(()),
                    Err(Failure::Smtp { server, step, trouble: Trouble::Refused(code, text) }) => {
                        Err(Failure::Smtp { server, step, trouble: Trouble::Refused(code, hide(&text)) })
                    }
                    Err(other) => Err(other),
                };
            }
            let answer = reply.ok().and_then(|reply| {
                // The question after a token is why it is not taken; an empty answer asks for the refusal itself.
                let is_token = mechanism == sasl::Mechanism::Xoauth2;
                let answer = || Auth::new_from_response(mechanism, credentials.clone(), &reply).ok();
                if is_token { Some("\r\n".to_owned()) } else { answer().map(|answer| answer.to_string()) }
            });
            // A star ends it.
            line = answer.unwrap_or_else(|| "*\r\n".to_owned());
        }
        Err(self.failure(Step::Auth, Trouble::NotSmtp("it does not stop to ask".to_owned())))
    }

    /// A mechanism that the server offers and that was asked for.
    fn mechanism(&self, asked: Option<Mechanism>) -> Result<sasl::Mechanism, Trouble> {
        let offered = self.offer("AUTH").unwrap_or_default();
        let wanted = match asked {
            Some(Mechanism::Plain) => &[sasl::Mechanism::Plain][..],
            Some(Mechanism::Login) => &[sasl::Mechanism::Login],
            Some(Mechanism::Xoauth2) => &[sasl::Mechanism::Xoauth2],
            None => &[sasl::Mechanism::Plain, sasl::Mechanism::Login],
        };
        let is_offered = |mechanism: &&sasl::Mechanism| {
            offered.split_whitespace().any(|word| word.eq_ignore_ascii_case(&mechanism.to_string()))
        };
        wanted.iter().find(is_offered).copied().ok_or_else(|| {
            let wanted: Vec<_> = wanted.iter().map(ToString::to_string).collect();
            let wanted = wanted.join(" or ");
            Trouble::Missing(match offered {
                "" => format!("it offers no login, wanted is {wanted}"),
                offered => format!("it offers {}, wanted is {wanted}", terminal(offered.as_bytes())),
            })
        })
    }

    fn deliver(&mut self, envelope: &Envelope, message: &[u8], end: Instant) -> Result<String, Failure> {
        self.ask(
            Step::MailFrom,
            Mail::new(Some(envelope.from.clone()), self.parameters(message.len())?),
            250,
        )?;
        let mut refused = Vec::new();
        for to in &envelope.to {
            match self.ask(Step::RcptTo, Rcpt::new(to.clone(), Vec::new()), 250) {
                Ok(_) => {}
                Err(Failure::Smtp { trouble: trouble @ Trouble::Refused(..), .. }) => {
                    refused.push((to.to_string(), trouble));
                }
                Err(other) => return Err(other),
            }
        }
        if !refused.is_empty() {
            return Err(Failure::Recipients { server: self.server.name(), refused });
        }
        self.ask(Step::Data, Data, 354)?;
        // Servers look at the whole message before they take it: this answer has all the time that is left.
        let left = end.saturating_duration_since(Instant::now());
        let reply = self.connection.ask_within(&stuffed(message), left);
        let reply = self.judged(Step::Content, reply, 250)?;
        Ok(terminal(format!("{} {}", reply.code(), reply.message().collect::<Vec<_>>().join(" ")).as_bytes()))
    }

    /// The size of the message, if the server wants to know it; it may be too large for it.
    fn parameters(&self, len: usize) -> Result<Vec<MailParameter>, Failure> {
        let Some(most) = self.offer("SIZE") else { return Ok(Vec::new()) };
        let most = most.trim().parse::<usize>().unwrap_or(0);
        if most > 0 && len > most {
            let shown = |len: usize| size(u64::try_from(len).unwrap_or(u64::MAX));
            let what = format!(
                "it takes messages of up to {}, and this one has {}; --attach none sends it without attachments",
                shown(most),
                shown(len)
            );
            return Err(self.failure(Step::MailFrom, Trouble::Missing(what)));
        }
        Ok(vec![MailParameter::Size(len)])
    }

    /// Says good-bye. Whatever comes back, the message is sent or it is not.
    fn quit(&mut self) {
        let patience = self.server.patience.min(Duration::from_secs(5));
        let _ = self.connection.ask_within(Quit.to_string().as_bytes(), patience);
    }
}

/// A reply with the code that it must have; of what is fine, the second and third digits do not matter.
fn positive(reply: Response, wanted: u16) -> Result<Response, Trouble> {
    let code = u16::from(reply.code());
    if code.checked_div(100) == wanted.checked_div(100) && (code == wanted || wanted == 250) {
        Ok(reply)
    } else {
        Err(Trouble::Refused(code, reply.message().collect::<Vec<_>>().join(" ")))
    }
}

/// The name of this machine, if it is one that servers take: else its address.
fn own_name() -> ClientId {
    match ClientId::default() {
        ClientId::Domain(name)
            if name.contains('.')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) =>
        {
            ClientId::Domain(name)
        }
        _ => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
    }
}

/// A message as it is transferred: each line ends with CR LF, a dot in front of a line is doubled, and a dot alone ends it.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len().saturating_add(64));
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'.') {
            bytes.push(b'.');
        }
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_and_lines_end_with_cr_lf() {
        assert_eq!(stuffed(b"a\r\n.b\r\n..\nc"), b"a\r\n..b\r\n...\r\nc\r\n.\r\n");
        assert_eq!(stuffed(b".\r\nMAIL FROM:<a@b>\r\n"), b"..\r\nMAIL FROM:<a@b>\r\n.\r\n");
        assert_eq!(stuffed(b""), b".\r\n");
    }
}

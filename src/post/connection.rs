//! A connection that says something and waits for the reply, with a limit of time for each wait.
//!
//! The library for messages has connections too. They keep what a server sent before TLS was on, and take it for a reply
//! given under TLS, by which somebody in between can answer in its place; and they start their clock again with each byte.

use super::failure::Trouble;
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest reply that is read.
const LONGEST: usize = 64 << 10;

/// A connection to a mail server.
pub(super) struct Connection {
    stream: Stream,
    /// What was read behind the last reply.
    rest: Vec<u8>,
    /// How long one reply may take.
    patience: Duration,
    /// When the whole must be over.
    end: Instant,
}

enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
    /// Between the two; it stays so when the handshake fails.
    Broken,
}

/// A socket on which everything must be over at a time, however small the pieces are in which it comes.
struct Timed {
    socket: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        self.socket.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

impl Connection {
    /// Connects to the first address of a host that answers.
    pub(super) fn open(host: &str, port: u16, patience: Duration, end: Instant) -> Result<Self, Trouble> {
        let until = end.min(soon(patience));
        let bare = host.trim_matches(['[', ']']);
        let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
        for address in (bare, port).to_socket_addrs().map_err(Trouble::System)? {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                last = ErrorKind::TimedOut.into();
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(socket) => {
                    let stream = Stream::Plain(Timed { socket, until });
                    return Ok(Self { stream, rest: Vec::new(), patience, end });
                }
                Err(error) => last = error,
            }
        }
        Err(trouble(last, patience))
    }

    /// Changes to TLS; the certificate must be for this host. What the server said before does not count.
    pub(super) fn encrypt(&mut self, config: &Arc<ClientConfig>, host: &str) -> Result<(), Trouble> {
        let bare = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_| Trouble::Missing(format!("{host} is no name that a certificate can have")))?;
        let mut tls = ClientConnection::new(Arc::clone(config), name).map_err(Trouble::Tls)?;
        let Stream::Plain(mut socket) = std::mem::replace(&mut self.stream, Stream::Broken) else {
            return Err(Trouble::Closed);
        };
        socket.until = self.end.min(soon(self.patience));
        while tls.is_handshaking() {
            tls.complete_io(&mut socket).map_err(|error| trouble(error, self.patience))?;
        }
        self.stream = Stream::Tls(Box::new(StreamOwned::new(tls, socket)));
        Ok(())
    }

    /// Whether the server has said more than it was asked.
    pub(super) fn has_rest(&self) -> bool {
        !self.rest.is_empty()
    }

    /// The time for one answer begins now.
    fn wait(&mut self, patience: Duration) {
        let until = self.end.min(soon(patience));
        match &mut self.stream {
            Stream::Plain(socket) => socket.until = until,
            Stream::Tls(tls) => tls.sock.until = until,
            Stream::Broken => {}
        }
    }

    /// Says this and waits for the reply.
    pub(super) fn ask(&mut self, bytes: &[u8]) -> Result<Response, Trouble> {
        self.ask_within(bytes, self.patience)
    }

    /// The same with another limit of time.
    pub(super) fn ask_within(&mut self, bytes: &[u8], patience: Duration) -> Result<Response, Trouble> {
        self.wait(patience);
        let written = match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes).and_then(|()| socket.flush()),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
            Stream::Broken => Err(ErrorKind::NotConnected.into()),
        };
        match written {
            // Who refuses and hangs up at once has said why.
            Err(error) => self.reply(patience).map_err(|_| trouble(error, patience)),
            Ok(()) => self.reply(patience),
        }
    }

    /// The first reply, for which nothing was asked.
    pub(super) fn greeting(&mut self) -> Result<Response, Trouble> {
        self.wait(self.patience);
        self.reply(self.patience)
    }

    fn reply(&mut self, patience: Duration) -> Result<Response, Trouble> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(end) = end_of_reply(&self.rest)? {
                let behind = self.rest.split_off(end);
                return parsed(&std::mem::replace(&mut self.rest, behind));
            }
            if self.rest.len() > LONGEST {
                return Err(Trouble::NotSmtp("it does not end".to_owned()));
            }
            let read = match &mut self.stream {
                Stream::Plain(socket) => socket.read(&mut buffer),
                Stream::Tls(tls) => tls.read(&mut buffer),
                Stream::Broken => Ok(0),
            };
            match read {
                Ok(0) => return Err(Trouble::Closed),
                Ok(count) => self.rest.extend(buffer.iter().take(count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(trouble(error, patience)),
            }
        }
    }
}

fn soon(patience: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(patience).unwrap_or(now)
}

/// Behind the line of a reply that says that it is the last: a code, and no `-`.
fn end_of_reply(bytes: &[u8]) -> Result<Option<usize>, Trouble> {
    let mut end = 0_usize;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        end = end.saturating_add(line.len());
        if line.last() != Some(&b'\n') {
            return Ok(None);
        }
        let is_code = line.iter().take(3).filter(|byte| byte.is_ascii_digit()).count() == 3;
        match line.get(3) {
            Some(b'-') if is_code => {}
            Some(b' ' | b'\r' | b'\n') if is_code => return Ok(Some(end)),
            _ => return Err(Trouble::NotSmtp(text(line))),
        }
    }
    Ok(None)
}

/// A reply that is whole. Some servers leave out what the parser wants: the blank behind the code, the CR.
fn parsed(bytes: &[u8]) -> Result<Response, Trouble> {
    let whole = text(bytes);
    let line = |line: &str| {
        let blank = if line.len() == 3 { " " } else { "" };
        format!("{line}{blank}\r\n")
    };
    let normal: String = whole.lines().map(|l| line(l.trim_end_matches('\r'))).collect();
    normal.parse().map_err(|_| Trouble::NotSmtp(whole))
}

/// What was said, as text.
fn text(bytes: &[u8]) -> String {
    bytes
        .utf8_chunks()
        .map(|chunk| format!("{}{}", chunk.valid(), "\u{fffd}".repeat(chunk.invalid().len())))
        .collect()
}

/// What an error of the system means.
fn trouble(error: io::Error, patience: Duration) -> Trouble {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Trouble::Tls(tls.clone());
    }
    match error.kind() {
        // The one on Unix, the other on Windows.
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Trouble::Silent(patience),
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected => Trouble::Closed,
        _ => Trouble::System(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Option<(u16, String)> {
        let end = end_of_reply(text.as_bytes()).ok()??;
        let reply = parsed(text.as_bytes().get(..end)?).ok()?;
        Some((reply.code().into(), reply.message().collect::<Vec<_>>().join("|")))
    }

    #[test]
    fn replies_end_with_the_line_without_a_dash() {
        assert_eq!(reply("220 mx ESMTP\r\n"), Some((220, "mx ESMTP".to_owned())));
        assert_eq!(
            reply("250-mx\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n"),
            Some((250, "mx|SIZE 1|AUTH PLAIN".to_owned()))
        );
        assert_eq!(reply("250 a\r\n250 b\r\n"), Some((250, "a".to_owned())));
        assert_eq!(reply("354\r\n"), Some((354, String::new())));
        assert_eq!(reply("250-a\n250 b\n"), Some((250, "a|b".to_owned())));
        for part in ["", "2", "220", "220 mx", "220 mx\r", "250-a\r\n", "250-a\r\n250 b"] {
            assert_eq!(reply(part), None, "{part:?}");
            assert!(end_of_reply(part.as_bytes()).is_ok(), "{part:?}");
        }
        for other in ["SSH-2.0-OpenSSH\r\n", "\r\n", "HTTP/1.1 400\r\n", "22 a\r\n", "2200 a\r\n"] {
            assert!(matches!(end_of_reply(other.as_bytes()), Err(Trouble::NotSmtp(_))), "{other:?}");
        }
        assert!(parsed(b"250-a\r\n550 b\r\n").is_err());
    }
}

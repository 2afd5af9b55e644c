//! A mail server on loopback that plays a part: any of its replies can be another, it can hang, hang up, slip text in, and
//! show a certificate that is not to be trusted. What it was told, in clear and under TLS, is recorded.

use crate::harness::file;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does in place of its usual reply.
#[derive(Clone, Debug)]
pub enum Play {
    /// Says this.
    Says(String),
    /// Says nothing any more.
    Hangs,
    /// Never comes to an end, a letter at a time.
    Drips,
    /// Hangs up.
    Cuts,
}

/// Which certificate it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// One for localhost, of the authority that is trusted.
    Good,
    /// One of an authority that nobody knows.
    Unknown,
    /// One that vouches for itself.
    SelfSigned,
    /// One for another host.
    OtherHost,
    /// One of the year 2020.
    Expired,
}

/// A part to play.
#[derive(Clone, Debug)]
pub struct Part {
    /// TLS from the first byte.
    pub implicit: bool,
    /// The certificate.
    pub shown: Shown,
    /// What EHLO says under TLS, or in clear where there is no STARTTLS.
    pub offers: Vec<&'static str>,
    /// STARTTLS is offered in clear.
    pub starttls: bool,
    /// What becomes of a verb: `greeting`, `EHLO`, `TLS EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `end`, `QUIT`; of
    /// an address: `RCPT a@b`.
    pub plays: Vec<(String, Play)>,
}

impl Default for Part {
    fn default() -> Self {
        let offers = vec!["PIPELINING", "SIZE 20000000", "AUTH PLAIN LOGIN XOAUTH2"];
        Self { implicit: false, shown: Shown::Good, offers, starttls: true, plays: Vec::new() }
    }
}

impl Part {
    /// The usual part, but for one verb.
    pub fn with(verb: &str, play: Play) -> Self {
        Self { plays: vec![(verb.to_owned(), play)], ..Self::default() }
    }

    /// The usual part, but that it says this to one verb.
    pub fn says(verb: &str, reply: &str) -> Self {
        Self::with(verb, Play::Says(reply.to_owned()))
    }

    fn play(&self, verb: &str) -> Option<&Play> {
        self.plays.iter().find(|(played, _)| played == verb).map(|(_, play)| play)
    }
}

/// What the server was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Lines in clear.
    pub clear: Vec<String>,
    /// Lines under TLS, messages left out.
    pub under_tls: Vec<String>,
    /// Messages that were taken, as they came, dots undone.
    pub messages: Vec<Vec<u8>>,
    /// Connections.
    pub connections: usize,
}

/// The server.
pub struct Server {
    /// Its port.
    pub port: u16,
    /// The certificate of the authority that is trusted.
    pub ca: PathBuf,
    told: Arc<Mutex<Told>>,
}

/// Starts a server; its files lie in this folder.
pub fn serve(folder: &Path, part: Part) -> Server {
    let (config, ca) = tls(part.shown);
    let ca = file(folder, "ca.pem", ca);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    let told = Arc::new(Mutex::new(Told::default()));
    let record = Arc::clone(&told);
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let (part, config, record) = (part.clone(), Arc::clone(&config), Arc::clone(&record));
            record.lock().expect("nobody panicked").connections += 1;
            // A session that breaks off is what some parts are about.
            std::thread::spawn(move || drop(session(socket.expect("a connection"), &part, &config, &record)));
        }
    });
    Server { port, ca, told }
}

impl Server {
    /// What it was told up to now.
    pub fn told(&self) -> Told {
        // What was sent last may still be on its way.
        std::thread::sleep(Duration::from_millis(50));
        self.told.lock().expect("nobody panicked").clone()
    }
}

/// A certificate, and the authority that is to be trusted, as PEM.
fn tls(shown: Shown) -> (Arc<ServerConfig>, String) {
    let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, key()).expect("an authority")
    };
    let trusted = authority("trusted");
    let host = if shown == Shown::OtherHost { "other.example" } else { "localhost" };
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
    if shown == Shown::Expired {
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 12, 31));
    }
    let own = key();
    let certificate = match shown {
        Shown::SelfSigned => params.self_signed(&own),
        Shown::Unknown => params.signed_by(&own, &authority("stranger")),
        Shown::Good | Shown::OtherHost | Shown::Expired => params.signed_by(&own, &trusted),
    };
    let chain = vec![CertificateDer::from(certificate.expect("a certificate").der().to_vec())];
    let secret = PrivateKeyDer::try_from(own.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .expect("a certificate and its key");
    (Arc::new(config), trusted.pem())
}

/// What a session is held over.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// Why a session ends.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

fn session(
    socket: TcpStream,
    part: &Part,
    config: &Arc<ServerConfig>,
    told: &Mutex<Told>,
) -> Result<(), Over> {
    // No test waits that long.
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    let under_tls = |socket: TcpStream| {
        let tls = ServerConnection::new(Arc::clone(config)).expect("a connection");
        StreamOwned::new(tls, socket)
    };
    if part.implicit {
        let mut talk = Talk { wire: BufReader::new(under_tls(socket)), part, told, is_clear: false };
        talk.reply("greeting", "220 localhost ESMTP")?;
        return talk.commands().map(|_| ());
    }
    let mut talk = Talk { wire: BufReader::new(socket), part, told, is_clear: true };
    talk.reply("greeting", "220 localhost ESMTP")?;
    if talk.commands()? {
        let socket = talk.wire.into_inner();
        let mut talk = Talk { wire: BufReader::new(under_tls(socket)), part, told, is_clear: false };
        talk.commands()?;
    }
    Ok(())
}

struct Talk<'p, W: Wire> {
    wire: BufReader<W>,
    part: &'p Part,
    told: &'p Mutex<Told>,
    is_clear: bool,
}

impl<W: Wire> Talk<'_, W> {
    fn send(&mut self, text: &str) -> Result<(), Over> {
        let wire = self.wire.get_mut();
        wire.write_all(text.as_bytes())?;
        Ok(wire.flush()?)
    }

    /// Replies as the part has it, else as usual; whether it was as usual.
    fn reply(&mut self, verb: &str, usual: &str) -> Result<bool, Over> {
        let play = self.part.play(verb).cloned();
        match play {
            None => self.send(&format!("{usual}\r\n")).map(|()| true),
            Some(Play::Says(text)) => {
                self.send(&format!("{text}\r\n")).map(|()| text.starts_with(['2', '3']))
            }
            Some(Play::Cuts) => Err(Over),
            Some(Play::Drips) => loop {
                self.send("2")?;
                std::thread::sleep(Duration::from_millis(100));
            },
            Some(Play::Hangs) => {
                std::thread::sleep(Duration::from_secs(30));
                Err(Over)
            }
        }
    }

    fn line(&mut self) -> Result<String, Over> {
        let mut line = String::new();
        if self.wire.read_line(&mut line)? == 0 {
            return Err(Over);
        }
        let line = line.trim_end().to_owned();
        let mut told = self.told.lock().expect("nobody panicked");
        let lines = if self.is_clear { &mut told.clear } else { &mut told.under_tls };
        lines.push(line.clone());
        Ok(line)
    }

    /// Commands up to the end of the session, or to STARTTLS: then it is true.
    fn commands(&mut self) -> Result<bool, Over> {
        loop {
            let line = self.line()?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.ehlo()?,
                "STARTTLS" => {
                    if self.reply("STARTTLS", "220 go ahead")? {
                        return Ok(true);
                    }
                }
                "AUTH" => self.auth(&line)?,
                "RCPT" => {
                    let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                    let own = format!("RCPT {address}");
                    let verb = if self.part.play(&own).is_some() { own.as_str() } else { "RCPT" };
                    self.reply(verb, "250 ok")?;
                }
                "DATA" => self.data()?,
                "QUIT" => {
                    self.reply("QUIT", "221 bye")?;
                    return Ok(false);
                }
                verb => {
                    self.reply(verb, "250 ok")?;
                }
            }
        }
    }

    fn ehlo(&mut self) -> Result<(), Over> {
        let offers = match (self.is_clear, self.part.starttls) {
            (true, true) => vec!["SIZE 20000000", "STARTTLS"],
            _ => self.part.offers.clone(),
        };
        let mut lines = vec!["localhost greets you"];
        lines.extend(offers);
        let last = lines.len() - 1;
        let reply = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at < last { '-' } else { ' ' }));
        let verb = if self.is_clear { "EHLO" } else { "TLS EHLO" };
        self.reply(verb, &reply.collect::<Vec<_>>().join("\r\n")).map(|_| ())
    }

    fn auth(&mut self, line: &str) -> Result<(), Over> {
        if line.eq_ignore_ascii_case("AUTH LOGIN") {
            // "Username:" and "Password:".
            for question in ["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"] {
                self.send(question)?;
                self.line()?;
            }
        }
        if let Some(Play::Says(text)) = self.part.play("AUTH").cloned()
            && let Some((question, verdict)) = text.split_once("\r\n")
            && question.starts_with("334")
        {
            self.send(&format!("{question}\r\n"))?;
            self.line()?;
            return self.send(&format!("{verdict}\r\n"));
        }
        self.reply("AUTH", "235 welcome").map(|_| ())
    }

    fn data(&mut self) -> Result<(), Over> {
        if !self.reply("DATA", "354 go on")? {
            return Ok(());
        }
        let mut message = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.wire.read_until(b'\n', &mut line)? == 0 {
                return Err(Over);
            }
            if line == b".\r\n" {
                break;
            }
            message.extend(line.strip_prefix(b".").unwrap_or(&line));
        }
        if self.reply("end", "250 2.0.0 queued as 4ABC")? {
            self.told.lock().expect("nobody panicked").messages.push(message);
        }
        Ok(())
    }
}

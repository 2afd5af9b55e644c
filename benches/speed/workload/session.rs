//! What one session writes into the protocol log of Exchange Server.
//!
//! In: a connector, a session id and the far end. Out: the rows of the session, numbered from 0, in a script
//! that other sessions may share: greeting, TLS, messages, end.

use std::fmt::{self, Display};

use super::clock::{Clock, Stamp};
use super::rng::Rng;
use super::stage::{Script, put};
use super::world::{MessageId, Outside, Tls};

/// The name of the server.
pub const HOST: &str = "EXCH01.contoso.com";
/// Its address.
pub const ADDRESS: &str = "10.0.0.11";
/// What its certificate says.
const CERTIFICATE: &str = "*,\" CN=mail.contoso.com, OU=IT, O=Contoso CN=Contoso Issuing CA 2, DC=contoso, \
    DC=com 6D00000012F0C3A1B2D4E5F60718000000000012 3F2A9C0D1B4E5F60718293A4B5C6D7E8F9010203 \
    2026-01-15T00:00:00.000Z 2028-01-15T00:00:00.000Z mail.contoso.com;autodiscover.contoso.com\",Sending \
    certificate Subject Issuer name Serial number Thumbprint Not before Not after Subject alternate names";
/// What all connectors offer.
const OFFERS: &str = "SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES";

/// What a session is accepted by.
pub struct Connector {
    name: &'static str,
    port: u64,
    /// What it offers beside what all do, as long as the session is in clear text.
    clear: &'static str,
    /// The same under TLS.
    secure: &'static str,
}

/// Of the front end: clients that log in.
pub const CLIENT_FRONTEND: Connector =
    Connector { name: "Client Frontend", port: 587, clear: "STARTTLS AUTH LOGIN", secure: "AUTH NTLM LOGIN" };
/// Of the front end: everybody else.
pub const DEFAULT_FRONTEND: Connector = Connector {
    name: "Default Frontend",
    port: 25,
    clear: "STARTTLS",
    secure: "AUTH NTLM LOGIN X-EXPS NTLM",
};
/// Of the hub: what the front end hands over of clients that have logged in.
pub const CLIENT_PROXY: Connector = Connector {
    name: "Client Proxy",
    port: 465,
    clear: "X-ANONYMOUSTLS AUTH NTLM X-EXPS EXCHANGEAUTH GSSAPI NTLM",
    secure: "AUTH NTLM LOGIN X-EXPS EXCHANGEAUTH GSSAPI NTLM",
};
/// Of the hub: what the front end hands over of everybody else.
pub const DEFAULT: Connector = Connector { name: "Default", port: 2525, ..CLIENT_PROXY };

/// The other end of a connection.
#[derive(Clone, Copy)]
pub struct Peer<'a> {
    /// The address.
    pub ip: &'a str,
    /// The port.
    pub port: u64,
}

/// As Exchange writes it: `192.0.2.5:50100`, `[2001:db8::5]:50100`.
impl fmt::Display for Peer<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ip, port } = self;
        if ip.contains(':') { write!(out, "[{ip}]:{port}") } else { write!(out, "{ip}:{port}") }
    }
}

/// A message as the server sees it.
pub struct Mail<'a> {
    /// Who sends it.
    pub from: &'a dyn Display,
    /// What the server calls it.
    pub internal: u64,
    id: MessageId,
    size: u64,
}

impl<'a> Mail<'a> {
    /// A message of a common size.
    pub fn draw(rng: &mut Rng, from: &'a dyn Display, internal: u64) -> Self {
        let size = 700 + rng.below(1 << 10) * rng.below(1 << 10);
        Self { from, internal, id: MessageId::draw(rng), size }
    }
}

/// A session as the log sees it.
pub struct Session<'a> {
    connector: &'static Connector,
    /// Which no other session has.
    pub id: u64,
    /// Who came.
    pub peer: Peer<'a>,
    begun: String,
    rows: u64,
    messages: u64,
}

/// Appends a row of a session: event, data and context behind the columns that its rows have in common.
macro_rules! row {
    ($session:expr, $script:expr, $($format:tt)+) => {{
        $session.head(&mut $script.text);
        $crate::workload::stage::say!($script, $($format)+);
    }};
}
pub(crate) use row;

impl<'a> Session<'a> {
    /// A session that has not begun.
    pub fn new(connector: &'static Connector, id: u64, peer: Peer<'a>, clock: &Clock) -> Self {
        let mut begun = Vec::new();
        clock.stamp(Stamp::Exchange, &mut begun);
        let begun = String::from_utf8(begun).expect("a time is ASCII");
        Self { connector, id, peer, begun, rows: 0, messages: 0 }
    }

    /// Begins a row.
    pub fn head(&mut self, out: &mut Vec<u8>) {
        let Self { connector: Connector { name, port, .. }, id, peer, rows, .. } = self;
        put!(out, "EXCH01\\{name} EXCH01,{id:016X},{rows},{ADDRESS}:{port},{peer},");
        *rows += 1;
    }

    /// The client connects and is greeted. The banner tells the time of the server's wall clock.
    pub fn opens(&mut self, script: &mut Script, clock: &Clock) {
        row!(self, script, "+,,");
        self.head(&mut script.text);
        put!(&mut script.text, ">,\"220 {HOST} Microsoft ESMTP MAIL Service ready at ");
        clock.stamp(Stamp::Mail, &mut script.text);
        put!(&mut script.text, "\",");
        script.end_line();
    }

    /// The client says what it is, and hears what the server can do.
    pub fn greets(&mut self, script: &mut Script, helo: &str, tls: Tls) {
        let offer = if tls == Tls::Off { self.connector.clear } else { self.connector.secure };
        let ip = self.peer.ip;
        row!(self, script, "<,EHLO {helo},");
        row!(
            self,
            script,
            ">,250  {HOST} Hello [{ip}] {OFFERS} {offer} 8BITMIME BINARYMIME CHUNKING SMTPUTF8,"
        );
    }

    /// TLS begins, unless there is none.
    pub fn secures(&mut self, script: &mut Script, verb: &str, tls: Tls) {
        if tls == Tls::Off {
            return;
        }
        row!(self, script, "<,{verb},");
        row!(self, script, ">,220 2.0.0 SMTP server ready,");
        row!(self, script, "{CERTIFICATE}");
        let (version, bulk, mac, keys) = schannel(tls);
        row!(
            self,
            script,
            "*,,\"TLS protocol SP_PROT_{version}_SERVER negotiation succeeded using bulk encryption algorithm \
             {bulk} bits, MAC hash algorithm {mac} bits and key exchange algorithm {keys} bits\""
        );
    }

    /// The client says goodbye.
    pub fn quits(&mut self, script: &mut Script) {
        row!(self, script, "<,QUIT,");
        row!(self, script, ">,221 2.0.0 Service closing transmission channel,");
        self.closes(script, "Local");
    }

    /// The connection ends.
    pub fn closes(&mut self, script: &mut Script, how: &str) {
        row!(self, script, "-,,{how}");
    }

    /// One transaction; whether its message was accepted.
    pub fn message(&mut self, rng: &mut Rng, script: &mut Script, mail: &Mail<'_>) -> bool {
        self.messages += 1;
        let fate = rng.share(&[91, 3, 3, 3]);
        self.envelope(rng, script, mail, fate == 1);
        match fate {
            0 => {
                self.content(rng, script, mail.size);
                self.accepts(rng, script, mail);
                return true;
            }
            1 | 2 => {
                row!(self, script, "<,RSET,");
                row!(self, script, ">,250 2.0.0 Resetting,");
            }
            _ => {
                self.content(rng, script, mail.size);
                let why = rng.pick(&[
                    "552 5.3.4 Message size exceeds fixed maximum message size",
                    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
                    "550 5.7.1 Message rejected as spam by Content Filtering.",
                ]);
                row!(self, script, ">,{why},");
            }
        }
        false
    }

    /// Sender and recipients, in one go (the client knows of `PIPELINING`); the last one may be refused.
    fn envelope(&mut self, rng: &mut Rng, script: &mut Script, mail: &Mail<'_>, refused: bool) {
        let recipients = 1 + rng.share(&[75, 20, 5]);
        let (id, number, Mail { from, size, .. }) = (self.id, self.messages, mail);
        row!(self, script, "<,MAIL FROM:<{from}> SIZE={size},");
        self.head(&mut script.text);
        put!(&mut script.text, "*,{id:016X};{};{number},receiving message", self.begun);
        script.end_line();
        for _ in 0..recipients {
            row!(self, script, "<,RCPT TO:<{}>,", Outside::draw(rng));
        }
        row!(self, script, ">,250 2.1.0 Sender OK,");
        for number in 1..=recipients {
            if number == recipients && (refused || recipients > 1 && rng.chance(5)) {
                row!(self, script, ">,550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain,");
            } else {
                row!(self, script, ">,250 2.1.5 Recipient OK,");
            }
        }
    }

    /// The message itself, which is not logged, in one piece or in chunks.
    fn content(&mut self, rng: &mut Rng, script: &mut Script, size: u64) {
        const CHUNK: u64 = 65_536;
        if rng.chance(60) {
            row!(self, script, "<,DATA,");
            row!(self, script, ">,354 Start mail input; end with <CRLF>.<CRLF>,");
            return;
        }
        let chunks = if rng.chance(30) { (size / CHUNK).min(2) } else { 0 };
        for _ in 0..chunks {
            row!(self, script, "<,BDAT {CHUNK},");
            row!(self, script, ">,\"250 2.6.0 CHUNK received OK, {CHUNK} octets\",");
        }
        row!(self, script, "<,BDAT {} LAST,", size - chunks * CHUNK);
    }

    /// The server takes the message. Some ids hold what makes doubled quotes necessary.
    fn accepts(&mut self, rng: &mut Rng, script: &mut Script, mail: &Mail<'_>) {
        let Mail { id, size, internal, .. } = mail;
        let (millis, odd) = (rng.range(40, 400), if rng.chance(2) { "\"\"a b\"\"." } else { "" });
        let rate = size * 1_000_000 / 1024 / millis;
        row!(
            self,
            script,
            ">,\"250 2.6.0 <{odd}{id}> [InternalId={internal}, Hostname={HOST}] {size} bytes in 0.{millis:03}, \
             {}.{:03} KB/sec Queued mail for delivery\",",
            rate / 1000,
            rate % 1000
        );
    }
}

/// Protocol, bulk cipher, hash and key exchange as Schannel names them.
fn schannel(tls: Tls) -> (&'static str, &'static str, &'static str, &'static str) {
    const SHA1: &str = "CALG_SHA1 with strength 160";
    const ECDHE: &str = "CALG_ECDHE with strength 256";
    match tls {
        Tls::V1_0 => ("TLS1_0", "CALG_AES_256 with strength 256", SHA1, ECDHE),
        Tls::V1_1 => ("TLS1_1", "CALG_AES_128 with strength 128", SHA1, ECDHE),
        _ => (
            "TLS1_2",
            "CALG_AES_256 with strength 256",
            "CALG_SHA_384 with strength 0",
            "CALG_ECDH_EPHEM with strength 255",
        ),
    }
}

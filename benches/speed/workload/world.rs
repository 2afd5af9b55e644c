//! The people, devices and strangers that the logs speak of.
//!
//! In: a random generator. Out: 2,000 senders, each with a login, its devices, its usual TLS version and its
//! mechanism, and 3,000 clients that never log in.

use std::fmt;

use super::rng::Rng;

/// How many senders there are.
const SENDERS: u64 = 2_000;
/// How many of them (programs and devices) send half of all mail.
const BUSY: u64 = 100;
/// How many clients without a login there are.
const STRANGERS: u64 = 3_000;
/// The domains of the senders.
const OWN: [&str; 8] = [
    "contoso.example",
    "fabrikam.example",
    "tailspin.example",
    "north.contoso.example",
    "adventure-works.example",
    "litware.example",
    "wingtip-toys.example",
    "proseware.example",
];
/// The domains of the rest of the world.
pub const OTHERS: [&str; 10] = [
    "gmx.example",
    "mailbox.example",
    "customers.example.net",
    "partner-one.example",
    "hotelgroup.example.org",
    "university.example.edu",
    "logistics.example.com",
    "bank.example",
    "city.example.gov",
    "shop.example.net",
];
/// What mailboxes are called, before their number.
const NAMES: [&str; 12] = [
    "anna.larsson",
    "scan",
    "o'brien",
    "noreply",
    "crm+prod",
    "printer",
    "j.schmidt",
    "svc.backup",
    "monitoring",
    "maria.rossi",
    "sales",
    "erp-batch",
];

/// The protection of a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS 1.0
    V1_0,
    /// TLS 1.1
    V1_1,
    /// TLS 1.2
    V1_2,
    /// TLS 1.3
    V1_3,
    /// Clear text
    Off,
}

impl Tls {
    /// All of them, oldest first.
    pub const ALL: [Tls; 5] = [Tls::V1_0, Tls::V1_1, Tls::V1_2, Tls::V1_3, Tls::Off];
    /// What `smtpauth` calls them.
    pub const NAMES: [&str; 5] = ["1.0", "1.1", "1.2", "1.3", "none"];

    /// The one that is drawn: 5 % 1.0, 3 % 1.1, 40 % 1.2, 44 % 1.3, 8 % none.
    pub fn draw(rng: &mut Rng) -> Tls {
        Self::ALL[rng.share(&[5, 3, 40, 44, 8])]
    }
}

/// Where a session comes from.
pub struct Client {
    /// The name of its address, if it has one.
    pub host: Option<String>,
    /// Its address.
    pub ip: String,
    /// What it says it is.
    pub helo: String,
}

impl Client {
    /// A client in a network of one's own or in the rest of the world.
    fn draw(rng: &mut Rng, own: bool) -> Self {
        let number = rng.below(60_000);
        let (low, high) = (number % 250 + 1, number / 250);
        let ip = match (rng.below(10), own) {
            (0, true) => format!("2001:db8:40:{high:x}::{low:x}"),
            (0, false) => format!("2001:db8:{number:x}:1::19"),
            (_, true) => format!("10.20.{high}.{low}"),
            (1..5, false) => format!("198.51.{high}.{low}"),
            (_, false) => format!("203.0.{high}.{low}"),
        };
        let host = match (rng.below(3), own) {
            (0, _) => None,
            (_, true) => Some(format!("pc-{number}.lan.contoso.example")),
            (_, false) => Some(format!("mail{}.{}", number % 90, rng.pick(&OTHERS))),
        };
        let helo = match rng.below(4) {
            0 => format!("[{}]", ip.replacen("2001", "IPv6:2001", 1)),
            1 => format!("MFP-{low:02}"),
            2 => host.clone().unwrap_or_else(|| "localhost.localdomain".to_owned()),
            _ => format!("DESKTOP-{number:05X}"),
        };
        Self { host, ip, helo }
    }
}

/// As Postfix writes it: `name[ip]`.
impl fmt::Display for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}[{}]", self.host.as_deref().unwrap_or("unknown"), self.ip)
    }
}

/// Somebody, or something, that submits mail.
pub struct Person {
    /// The envelope sender.
    pub sender: String,
    /// The user name of SMTP AUTH: the sender, a bare name, or another mailbox.
    pub login: String,
    /// As SMTP spells it.
    pub mechanism: &'static str,
    /// The devices.
    pub clients: Vec<Client>,
    /// What they speak, most of the time.
    tls: Tls,
}

impl Person {
    /// The person with a number.
    fn draw(rng: &mut Rng, number: u64) -> Self {
        let name = NAMES[(number % NAMES.len() as u64) as usize];
        let sender = format!("{name}{number}@{}", rng.pick(&OWN));
        let login = match rng.below(20) {
            0..12 => sender.clone(),
            12..17 => format!("{name}{number}"),
            _ => format!("relay{}@{}", number % 40, OWN[0]),
        };
        let mechanism = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"][rng.share(&[55, 33, 5, 7])];
        let clients = (0..rng.range(1, 3)).map(|_| Client::draw(rng, true)).collect();
        Self { sender, login, mechanism, clients, tls: Tls::draw(rng) }
    }

    /// One of the devices.
    pub fn client(&self, rng: &mut Rng) -> &Client {
        &self.clients[rng.index(self.clients.len())]
    }

    /// What this session speaks.
    pub fn tls(&self, rng: &mut Rng) -> Tls {
        if rng.chance(90) { self.tls } else { Tls::draw(rng) }
    }
}

/// Everybody.
pub struct World {
    people: Vec<Person>,
    strangers: Vec<Client>,
}

impl World {
    /// Invents everybody.
    pub fn new(rng: &mut Rng) -> Self {
        let people = (0..SENDERS).map(|number| Person::draw(rng, number)).collect();
        let strangers = (0..STRANGERS).map(|_| Client::draw(rng, false)).collect();
        Self { people, strangers }
    }

    /// Somebody who submits: half of the time one of the busy ones.
    pub fn person(&self, rng: &mut Rng) -> &Person {
        let among = if rng.chance(50) { BUSY } else { SENDERS };
        &self.people[rng.below(among) as usize]
    }

    /// A client without a login.
    pub fn stranger(&self, rng: &mut Rng) -> &Client {
        &self.strangers[rng.index(self.strangers.len())]
    }
}

/// An address of the rest of the world.
pub struct Outside(u64, &'static str);

impl Outside {
    /// One of many.
    pub fn draw(rng: &mut Rng) -> Self {
        Self(rng.below(40_000), rng.pick(&OTHERS))
    }

    /// The domain.
    pub fn domain(&self) -> &'static str {
        self.1
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "user.{}@{}", self.0, self.1)
    }
}

/// What a client writes as message id, without the brackets.
pub struct MessageId(u64, u64, &'static str);

impl MessageId {
    /// One of so many that it never comes back.
    pub fn draw(rng: &mut Rng) -> Self {
        Self(rng.next(), rng.below(4), rng.pick(&OWN))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, style, domain) = self;
        match style {
            0 => write!(out, "{:08X}.{:08X}@{domain}", number >> 32, number & 0xFFFF_FFFF),
            1 => write!(out, "{:011}@mail.{domain}", Base62(*number)),
            2 => write!(out, "{number}.{}.JavaMail.app@erp01.{domain}", number >> 44),
            _ => write!(out, "AM9PR04MB{}{number:016X}@eurprd04.{domain}", number >> 50),
        }
    }
}

/// A number to base 62 with leading zeros up to the width, as Exim writes its message ids.
pub struct Base62(pub u64);

impl fmt::Display for Base62 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut buffer = [b'0'; 11];
        let mut start = buffer.len();
        let mut number = self.0;
        while number > 0 {
            start -= 1;
            buffer[start] = DIGITS[(number % 62) as usize];
            number /= 62;
        }
        let start = start.min(buffer.len() - out.width().unwrap_or(1));
        out.write_str(str::from_utf8(&buffer[start..]).unwrap_or_default())
    }
}

//! The main log of an Exim submission server (GnuTLS, message ids of 4.97 and later).
//!
//! In: a world and a size. Out: the file, and how many authenticated messages were accepted per TLS version.
//!
//! One line with `<=` and `A=` is one message that counts. About 60 % of the received messages are
//! authenticated; the lines of deliveries, which also have `X=`, and those of refused clients, which also
//! have `A=`, do not count.

use std::fmt;

use super::Counts;
use super::clock::{Clock, Stamp};
use super::rng::Rng;
use super::stage::{Script, Source, put, say};
use super::world::{Base62, Client, MessageId, Outside, Person, Tls, World};

/// A message id: `1x5dJQ-00000002ksM-1pMm`.
#[derive(Clone, Copy)]
struct Id {
    second: u64,
    pid: u64,
    fraction: u64,
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:06}-{:011}-{:04}", Base62(self.second), Base62(self.pid), Base62(self.fraction))
    }
}

/// As Exim writes it: `H=name (helo) [ip]`, without the `H=`.
struct Host<'a>(&'a Client);

impl fmt::Display for Host<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Client { host, ip, helo } = self.0;
        match host {
            Some(host) if host == helo => write!(out, "{host} [{ip}]"),
            Some(host) => write!(out, "{host} ({helo}) [{ip}]"),
            None => write!(out, "({helo}) [{ip}]"),
        }
    }
}

/// How a far server is reached.
const FAR: &str = "[203.0.113.77] X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=yes";

/// ` X=... CV=no`, or nothing.
fn cipher(tls: Tls) -> &'static str {
    match tls {
        Tls::V1_0 => " X=TLS1.0:ECDHE_SECP256R1__RSA_SHA1__AES_256_CBC__SHA1:256 CV=no",
        Tls::V1_1 => " X=TLS1.1:ECDHE_SECP256R1__RSA_SHA1__AES_256_CBC__SHA1:256 CV=no",
        Tls::V1_2 => " X=TLS1.2:ECDHE_SECP256R1__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no",
        Tls::V1_3 => " X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no",
        Tls::Off => "",
    }
}

/// The server.
pub struct Exim<'a> {
    world: &'a World,
    next_pid: u64,
    counts: Counts,
}

impl<'a> Exim<'a> {
    /// How the log writes its times.
    pub const STAMP: Stamp = Stamp::Dashed;

    /// A server that has not seen anybody yet.
    pub fn new(world: &'a World) -> Self {
        Self { world, next_pid: 9_000, counts: Counts::default() }
    }

    /// The messages that count.
    pub fn counts(self) -> Counts {
        self.counts
    }

    /// The messages of one connection, one to three.
    fn connection(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        let person = rng.chance(60).then(|| self.world.person(rng));
        let (client, tls) = match person {
            Some(person) => (person.client(rng), person.tls(rng)),
            None => (self.world.stranger(rng), if rng.chance(15) { Tls::Off } else { Tls::V1_3 }),
        };
        let mut script = Script::default();
        if client.host.is_none() {
            say!(script, "no host name found for IP address {}", client.ip);
        }
        self.next_pid += 1;
        for number in 0..=rng.share(&[75, 15, 10]) as u64 {
            let fraction = number * 3_000_000 + rng.below(3_000_000);
            let id = Id { second: clock.epoch(), pid: self.next_pid, fraction };
            match person {
                Some(person) => {
                    self.counts.add(tls);
                    submitted(rng, &mut script, id, person, client, tls);
                    script.begin(outgoing(rng, id));
                }
                None => {
                    received(rng, &mut script, id, client, tls);
                    script.begin(incoming(rng, id));
                }
            }
        }
        script
    }
}

impl Source for Exim<'_> {
    fn next(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        match rng.below(100) {
            0..80 => self.connection(rng, clock),
            80..90 => refused(rng, self.world),
            _ => background(rng, self.world),
        }
    }

    fn release(&mut self, _token: u32) {}
}

/// The line of a message that somebody submitted who had logged in.
fn submitted(rng: &mut Rng, script: &mut Script, id: Id, person: &Person, client: &Client, tls: Tls) {
    let sender = if rng.chance(1) { "<>" } else { &person.sender };
    let protocol = if tls == Tls::Off { "esmtpa" } else { "esmtpsa" };
    let (host, cipher, login) = (Host(client), cipher(tls), Login(person));
    put!(&mut script.text, "{id} <= {sender} H={host} P={protocol}{cipher} {login}");
    tail(rng, script);
}

/// The line of a message from elsewhere.
fn received(rng: &mut Rng, script: &mut Script, id: Id, client: &Client, tls: Tls) {
    let protocol = if tls == Tls::Off { "esmtp" } else { "esmtps" };
    let (from, host, cipher) = (Outside::draw(rng), Host(client), cipher(tls));
    if rng.chance(70) {
        let how = "c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]";
        say!(script, "{id} DKIM: d={} s=mail {how}", from.domain());
    }
    put!(&mut script.text, "{id} <= {from} H={host} P={protocol}{cipher}");
    tail(rng, script);
}

/// The end of a `<=` line: chunking, size and message id.
fn tail(rng: &mut Rng, script: &mut Script) {
    let chunking = if rng.chance(30) { " K" } else { "" };
    put!(&mut script.text, "{chunking} S={}", 700 + rng.below(1 << 10) * rng.below(1 << 10));
    if rng.chance(97) {
        put!(&mut script.text, " id={}", MessageId::draw(rng));
    }
    script.end_line();
}

/// `A=authenticator:login`; a site gives its authenticators names of its own.
struct Login<'a>(&'a Person);

impl fmt::Display for Login<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "A={}:{}", authenticator(self.0), self.0.login)
    }
}

/// What the site calls the mechanism.
fn authenticator(person: &Person) -> &'static str {
    match person.mechanism {
        "PLAIN" => "plain_server",
        "LOGIN" => "login_server",
        "CRAM-MD5" => "cram_md5_server",
        _ => "xoauth2_server",
    }
}

/// Deliveries to the rest of the world: most at once, some later, some never.
fn outgoing(rng: &mut Rng, id: Id) -> Script {
    const SAID: &str = "SMTP error from remote mail server after RCPT TO";
    let mut script = Script::default();
    let to = Outside::draw(rng);
    let domain = to.domain();
    match rng.below(100) {
        0..4 => {
            let why = "451 4.7.1 Greylisting in action, please come back later";
            say!(
                script,
                "{id} == {to} R=dnslookup T=remote_smtp defer (-44) H=mx1.{domain} [203.0.113.77]: \
                 {SAID}:<{to}>: {why}"
            );
            script.pause(rng.range(300, 7_200));
            delivered(rng, &mut script, id, "=>");
        }
        4..6 => {
            let why = "550 5.1.1 The email account that you tried to reach does not exist";
            say!(script, "{id} ** {to} R=dnslookup T=remote_smtp H=mx1.{domain} {FAR}: {SAID}:<{to}>: {why}");
            let bounce = Id { pid: id.pid + 1_000_000, ..id };
            say!(script, "{bounce} <= <> R={id} U=Debian-exim P=local S={}", rng.range(1_500, 9_000));
            script.begin(incoming(rng, bounce));
        }
        _ => {
            delivered(rng, &mut script, id, "=>");
            for _ in 0..rng.share(&[75, 20, 5]) {
                delivered(rng, &mut script, id, "->");
            }
        }
    }
    say!(script, "{id} Completed");
    script
}

/// One delivery to a far server.
fn delivered(rng: &mut Rng, script: &mut Script, id: Id, arrow: &str) {
    let (to, there) = (Outside::draw(rng), rng.next() >> 24);
    let domain = to.domain();
    say!(
        script,
        "{id} {arrow} {to} R=dnslookup T=remote_smtp H=mx1.{domain} {FAR} \
         C=\"250 2.0.0 Ok: queued as {there:010X}\""
    );
}

/// Deliveries to mailboxes of this server.
fn incoming(rng: &mut Rng, id: Id) -> Script {
    let mut script = Script::default();
    for _ in 0..=rng.share(&[75, 20, 5]) {
        let user = rng.below(2_000);
        say!(script, "{id} => user{user} <user{user}@contoso.example> R=local_user T=maildir_home");
    }
    say!(script, "{id} Completed");
    script
}

/// A client that is not let in, or whose message is not taken.
fn refused(rng: &mut Rng, world: &World) -> Script {
    let mut script = Script::default();
    let person = world.person(rng);
    let (login, cipher) = (Login(person), cipher(person.tls(rng)));
    let (host, stranger) = (Host(person.client(rng)), Host(world.stranger(rng)));
    let (from, to) = (Outside::draw(rng), Outside::draw(rng));
    match rng.below(5) {
        0 => {
            let sender = &person.sender;
            say!(script, "H={host}{cipher} F=<{sender}> {login} rejected RCPT <{to}>: Unrouteable address");
        }
        1 => say!(script, "H={stranger} F=<{from}> rejected RCPT <{to}>: relay not permitted"),
        2 => {
            let (name, login) = (authenticator(person), &person.login);
            let why = "535 Incorrect authentication data";
            say!(script, "{name} authenticator failed for {stranger}: {why} (set_id={login})");
        }
        3 => {
            let verbs = "EHLO,STARTTLS,EHLO,AUTH,QUIT";
            say!(script, "no MAIL in SMTP connection from {host} D=0.4s {login}{cipher} C={verbs}");
        }
        _ => {
            let why = "An unexpected TLS packet was received.";
            say!(script, "TLS error on connection from {stranger} (gnutls_handshake): {why}");
        }
    }
    script
}

/// What is logged beside messages.
fn background(rng: &mut Rng, world: &World) -> Script {
    let mut script = Script::default();
    let (stranger, number) = (world.stranger(rng), rng.range(1, 90_000));
    match rng.below(3) {
        0 => {
            say!(script, "Start queue run: pid={number}");
            say!(script, "End queue run: pid={number}");
        }
        1 => {
            let host = Host(stranger);
            say!(script, "unexpected disconnection while reading SMTP command from {host} D={}s", number % 9);
        }
        _ => say!(
            script,
            "SMTP protocol synchronization error (input sent without waiting for greeting): \
             rejected connection from H=[{}] input=\"\\026\\003\\001\"",
            stranger.ip
        ),
    }
    script
}

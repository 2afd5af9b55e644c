//! The protocol logs of an Exchange Server: those of its front end and of its hub, put together in the order
//! of time.
//!
//! In: a world and a size. Out: the file, and how many messages were accepted of clients that had logged in,
//! per TLS version of the connection between client and front end.
//!
//! A login stands in a session of the front end, the messages stand in a session of the hub that names it
//! (`XPROXY SID=`). A message counts when the hub takes it. TLS between front end and hub does not count, nor
//! does mail of strangers, which both of them log. Exchange has no TLS 1.3 for SMTP: who could speak it
//! speaks 1.2.

use super::Counts;
use super::clock::{Clock, Stamp};
use super::rng::Rng;
use super::session::{
    ADDRESS, CLIENT_FRONTEND, CLIENT_PROXY, Connector, DEFAULT, DEFAULT_FRONTEND, HOST, Mail, Peer, Session,
    row,
};
use super::stage::{Script, Source, put};
use super::world::{Client, Outside, Person, Tls, World};

/// The columns.
const FIELDS: &str =
    "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context";
/// What a client may do that has logged in.
const PERMISSIONS: &str = "SMTPSubmit SMTPAcceptAnyRecipient BypassAntiSpam AcceptRoutingHeaders";
/// What anybody may do.
const ANONYMOUS: &str =
    "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders";

/// Appends the lines with which a file begins that is begun now.
pub fn head(clock: &Clock, out: &mut Vec<u8>) {
    put!(out, "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n");
    put!(out, "#Log-type: SMTP Receive Protocol Log\r\n#Date: ");
    clock.stamp(Stamp::Exchange, out);
    put!(out, "\r\n#Fields: {FIELDS}\r\n");
}

/// The server.
pub struct Exchange<'a> {
    world: &'a World,
    next_session: u64,
    next_mail: u64,
    next_port: u64,
    counts: Counts,
}

impl<'a> Exchange<'a> {
    /// How the log writes its times.
    pub const STAMP: Stamp = Stamp::Exchange;

    /// A server that has not seen anybody yet.
    pub fn new(world: &'a World) -> Self {
        Self {
            world,
            next_session: 0x08DE_1FB2_C0A1_53F5,
            next_mail: 70_912_345_003_001,
            next_port: 0,
            counts: Counts::default(),
        }
    }

    /// The messages that count.
    pub fn counts(self) -> Counts {
        self.counts
    }

    /// A session with an id of its own.
    fn session<'b>(&mut self, connector: &'static Connector, peer: Peer<'b>, clock: &Clock) -> Session<'b> {
        self.next_session += 1;
        Session::new(connector, self.next_session, peer, clock)
    }

    /// What the server calls its next message.
    fn mail(&mut self) -> u64 {
        self.next_mail += 1;
        self.next_mail
    }

    /// Somebody logs in at the front end, and the hub takes the messages.
    fn submits(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        let person = self.world.person(rng);
        let (client, tls) = (person.client(rng), spoken(person.tls(rng)));
        let mut script = Script::default();
        let mut front = self.session(&CLIENT_FRONTEND, from(rng, client), clock);
        begins(&mut front, &mut script, clock, client, tls);
        if rng.chance(3) {
            fails(rng, &mut front, &mut script, &login(person));
        }
        logs_in(rng, &mut front, &mut script, person);
        let mut hub = self.hands_over(rng, &mut script, clock, ("XPROXY", &CLIENT_PROXY), &front, client);
        let login = login(person);
        row!(
            front,
            script,
            "*,,Proxy session was successfully set up. Session for{login} will now be proxied"
        );
        row!(front, script, ">,235 2.7.0 Authentication successful,");
        for _ in 0..=rng.share(&[75, 15, 10]) {
            let from = if rng.chance(1) { "" } else { &person.sender };
            let mail = Mail::draw(rng, &from, self.mail());
            if hub.message(rng, &mut script, &mail) {
                self.counts.add(tls);
            }
        }
        ends(rng, front, hub, &mut script);
        script
    }

    /// The front end logs in at the hub as what it is, and says whose session it brings.
    fn hands_over(
        &mut self,
        rng: &mut Rng,
        script: &mut Script,
        clock: &Clock,
        (verb, connector): (&str, &'static Connector),
        front: &Session<'_>,
        client: &Client,
    ) -> Session<'static> {
        self.next_port += 1;
        let peer = Peer { ip: ADDRESS, port: 10_000 + self.next_port % 50_000 };
        let mut hub = self.session(connector, peer, clock);
        let tls = if rng.chance(60) { Tls::V1_2 } else { Tls::Off };
        hub.opens(script, clock);
        hub.greets(script, HOST, Tls::Off);
        hub.secures(script, "X-ANONYMOUSTLS", tls);
        if tls != Tls::Off {
            hub.greets(script, HOST, tls);
        }
        row!(hub, script, "<,X-EXPS EXCHANGEAUTH SHA256,");
        row!(hub, script, "*,CONTOSO\\EXCH01$,authenticated");
        row!(hub, script, ">,235 <authentication response>,");
        let (Peer { ip, port }, helo) = (front.peer, &client.helo);
        let rest = if verb == "XPROXY" { "CAPABILITIES=0" } else { "SEQNUM=1 PERMS=1077" };
        row!(hub, script, "<,{verb} SID={:016X} IP={ip} PORT={port} DOMAIN={helo} {rest},", front.id);
        row!(hub, script, ">,250 XProxy accepted and authenticated,");
        hub
    }

    /// Somebody, or somebody else, does not know the password.
    fn guesses(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        let victim = self.world.person(rng);
        let own = rng.chance(30);
        let client = if own { victim.client(rng) } else { self.world.stranger(rng) };
        let tls = if own { spoken(victim.tls(rng)) } else { Tls::Off };
        let mut script = Script::default();
        let mut front = self.session(&CLIENT_FRONTEND, from(rng, client), clock);
        begins(&mut front, &mut script, clock, client, tls);
        for _ in 0..rng.range(1, 3) {
            fails(rng, &mut front, &mut script, &login(victim));
        }
        match rng.below(3) {
            0 => front.quits(&mut script),
            1 => front.closes(&mut script, "Remote(ConnectionReset)"),
            _ => front.closes(&mut script, "Local"),
        }
        script
    }

    /// Mail from outside, which the front end hands over, too; the hub logs it beside the front end.
    fn inbound(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        let client = self.world.stranger(rng);
        let tls = if rng.chance(15) { Tls::Off } else { Tls::V1_2 };
        let mut script = Script::default();
        let mut front = self.session(&DEFAULT_FRONTEND, from(rng, client), clock);
        begins(&mut front, &mut script, clock, client, tls);
        let mut behind = Script::default();
        let mut hub = self.hands_over(rng, &mut behind, clock, ("XPROXYFROM", &DEFAULT), &front, client);
        let sender = Outside::draw(rng);
        let mail = Mail::draw(rng, &sender, self.mail());
        let mut twin = rng.clone();
        front.message(rng, &mut script, &mail);
        hub.message(&mut twin, &mut behind, &mail);
        hub.quits(&mut behind);
        script.begin(behind);
        front.quits(&mut script);
        script
    }

    /// A load balancer or the server itself looks whether it answers.
    fn probes(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        let (ip, helo) = [("10.0.0.5", "lb01"), ("127.0.0.1", HOST), ("::1", HOST)][rng.index(3)];
        let connector = if rng.chance(70) { &DEFAULT_FRONTEND } else { &CLIENT_FRONTEND };
        let mut script = Script::default();
        let mut front = self.session(connector, Peer { ip, port: rng.range(1024, 65_535) }, clock);
        front.opens(&mut script, clock);
        if rng.chance(30) {
            front.closes(&mut script, "Remote(ConnectionReset)");
            return script;
        }
        front.greets(&mut script, helo, Tls::Off);
        front.quits(&mut script);
        script
    }
}

impl Source for Exchange<'_> {
    fn next(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        match rng.below(100) {
            0..48 => self.submits(rng, clock),
            48..55 => self.guesses(rng, clock),
            55..80 => self.inbound(rng, clock),
            _ => self.probes(rng, clock),
        }
    }

    fn release(&mut self, _token: u32) {}
}

/// Where a client comes from this time.
fn from<'a>(rng: &mut Rng, client: &'a Client) -> Peer<'a> {
    Peer { ip: &client.ip, port: rng.range(1024, 65_535) }
}

/// What Exchange makes of the version that a client could speak.
fn spoken(tls: Tls) -> Tls {
    if tls == Tls::V1_3 { Tls::V1_2 } else { tls }
}

/// The login as Exchange writes it: a bare name has a domain.
fn login(person: &Person) -> String {
    let login = &person.login;
    if login.contains('@') { login.clone() } else { format!("CONTOSO\\{login}") }
}

/// From the connection to the last greeting.
fn begins(front: &mut Session<'_>, script: &mut Script, clock: &Clock, client: &Client, tls: Tls) {
    front.opens(script, clock);
    row!(front, script, "*,{ANONYMOUS},Set Session Permissions");
    front.greets(script, &client.helo, Tls::Off);
    if tls == Tls::Off {
        return;
    }
    front.secures(script, "STARTTLS", tls);
    front.greets(script, &client.helo, tls);
    row!(front, script, "*,,Client certificate chain validation status: 'EmptyCertificate'");
    row!(front, script, "*,,TlsDomainCapabilities='None'; Status='NoRemoteCertificate'");
}

/// The right password; the reply comes once the hub is there.
fn logs_in(rng: &mut Rng, front: &mut Session<'_>, script: &mut Script, person: &Person) {
    let (verb, login) = (rng.pick(&["LOGIN", "LOGIN", "LOGIN", "login", "NTLM"]), login(person));
    row!(front, script, "<,AUTH {verb},");
    row!(front, script, ">,334 <authentication response>,");
    row!(front, script, "*,{PERMISSIONS},Set Session Permissions");
    row!(front, script, "*,{login},authenticated");
    row!(front, script, "*,,Setting up client proxy session to destination(s): {HOST}");
}

/// A wrong password.
fn fails(rng: &mut Rng, front: &mut Session<'_>, script: &mut Script, login: &str) {
    const NO: &str = "535 5.7.3 Authentication unsuccessful";
    let why = rng.pick(&["LogonDenied", "LogonDenied", "UserAccountLockedOut"]);
    row!(front, script, "<,AUTH LOGIN,");
    row!(front, script, ">,334 <authentication response>,");
    row!(front, script, "*,,Inbound AUTH LOGIN failed because of {why}");
    row!(front, script, "*,,User Name: {login}");
    row!(front, script, "*,Tarpit for '0.00:00:05' due to '{NO}',");
    row!(front, script, ">,{NO},");
}

/// The client goes: with a word, which the hub hears, or without.
fn ends(rng: &mut Rng, mut front: Session<'_>, mut hub: Session<'_>, script: &mut Script) {
    match rng.below(10) {
        0..6 => {
            hub.quits(script);
            front.closes(script, "Local");
        }
        6..8 => {
            hub.closes(script, "Remote(ConnectionReset)");
            front.closes(script, "Remote(ConnectionReset)");
        }
        _ => {
            front.closes(script, "Remote(SocketError)");
            hub.closes(script, "Local");
        }
    }
}

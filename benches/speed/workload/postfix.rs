//! The log of a Postfix submission server, with three services and BSD stamps.
//!
//! In: a world and a size. Out: the file, and how many authenticated messages were accepted per TLS version.
//!
//! About 60 % of the messages are authenticated. One counts when the queue manager first names its sender;
//! those that were rejected or broken off after their `client=` line do not, nor do retries and bounces.
//! Queue ids come back after a while (an inode is used again), processes serve up to 100 sessions, a session
//! has up to three messages.

use std::fmt;

use super::clock::{Clock, Stamp};
use super::rng::Rng;
use super::stage::{Script, Source, put, say};
use super::visit::{AUTH, DATA, MAIL, QUIT, RCPT, RSET, Visit, smtpd};
use super::world::{Client, MessageId, Outside, Person, Tls, World};
use super::{Counts, delivery};

/// The processes that serve sessions.
const SLOTS: u64 = 30;
/// The first inode of the queue; smaller tokens are numbers of processes.
const FIRST_INODE: u32 = 0xF_4000;
/// Why no recipient of a session is taken.
const DENIALS: [&str; 4] = [
    "454 4.7.1 <x@remote.example>: Relay access denied",
    "550 5.1.1 <nobody@contoso.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "450 4.7.25 Client host rejected: cannot find your hostname",
    "554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org",
];
/// Why one recipient of a message is not taken.
const NO_DOMAIN: &str = "450 4.1.2 <x@remote.invalid>: Recipient address rejected: Domain not found";

/// A process that serves sessions one after another.
struct Slot {
    service: &'static str,
    pid: u64,
    visits: u64,
}

/// A queue id.
#[derive(Clone, Copy)]
pub struct QueueId {
    micros: u64,
    /// Which is free again when the message is gone.
    pub inode: u32,
}

impl fmt::Display for QueueId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:05X}{:X}", self.micros, self.inode)
    }
}

/// The server.
pub struct Postfix<'a> {
    world: &'a World,
    slots: Vec<Slot>,
    free_slots: Vec<u32>,
    free_inodes: Vec<u32>,
    next_inode: u32,
    next_pid: u64,
    counts: Counts,
}

impl<'a> Postfix<'a> {
    /// How the log writes its times.
    pub const STAMP: Stamp = Stamp::Bsd;

    /// A server that has not seen anybody yet.
    pub fn new(world: &'a World) -> Self {
        let slot = |number| {
            let service = match number {
                0..11 => "submission/smtpd",
                11..16 => "smtps/smtpd",
                _ => "smtpd",
            };
            Slot { service, pid: 3_000 + number * 7, visits: 0 }
        };
        Self {
            world,
            slots: (0..SLOTS).map(slot).collect(),
            free_slots: (0..SLOTS as u32).collect(),
            free_inodes: Vec::new(),
            next_inode: FIRST_INODE,
            next_pid: 10_000,
            counts: Counts::default(),
        }
    }

    /// The messages that count.
    pub fn counts(self) -> Counts {
        self.counts
    }

    /// A queue id that no living message has.
    pub fn queue_id(&mut self, rng: &mut Rng) -> QueueId {
        let inode = if self.free_inodes.is_empty() {
            self.next_inode += 1;
            self.next_inode
        } else {
            let at = rng.index(self.free_inodes.len());
            self.free_inodes.swap_remove(at)
        };
        QueueId { micros: rng.below(1_000_000), inode }
    }

    /// A session on a free process.
    fn session(&mut self, rng: &mut Rng, number: u32) -> Script {
        let (service, pid) = self.process(number);
        let person = (service != "smtpd" || rng.chance(8)).then(|| self.world.person(rng));
        let (client, tls) = match person {
            Some(person) => (person.client(rng), person.tls(rng)),
            None => (self.world.stranger(rng), if rng.chance(15) { Tls::Off } else { Tls::V1_3 }),
        };
        let tls = if service == "smtps/smtpd" && tls == Tls::Off { Tls::V1_2 } else { tls };
        let mut visit = Visit::new(service, pid, client, tls);
        match (rng.below(100), person) {
            (0..4, _) => visit.leaves_early(rng),
            (4..9, _) => {
                let victim = self.world.person(rng);
                visit.fails_to_log_in(rng, victim);
            }
            (9..25, None) => denied(rng, &mut visit),
            _ => self.messages(rng, &mut visit, person),
        }
        let mut script = visit.script;
        script.release(number);
        script
    }

    /// Service and process number of a slot; a process that served 100 sessions is replaced by a new one.
    fn process(&mut self, number: u32) -> (&'static str, u64) {
        let slot = &mut self.slots[number as usize];
        slot.visits += 1;
        if slot.visits > 100 {
            self.next_pid += 3;
            slot.pid = self.next_pid;
            slot.visits = 1;
        }
        (slot.service, slot.pid)
    }

    /// One to three messages in one session.
    fn messages(&mut self, rng: &mut Rng, visit: &mut Visit<'_>, person: Option<&Person>) {
        visit.opens(rng);
        if person.is_some() {
            visit.count(AUTH, true);
        }
        for _ in 0..=rng.share(&[75, 15, 10]) {
            if !self.message(rng, visit, person) {
                visit.closes();
                return;
            }
        }
        visit.count(QUIT, true);
        visit.closes();
    }

    /// One transaction, which gets a queue id; false if the connection breaks in it.
    fn message(&mut self, rng: &mut Rng, visit: &mut Visit<'_>, person: Option<&Person>) -> bool {
        let (id, client) = (self.queue_id(rng), visit.client);
        visit.count(MAIL, true);
        match person {
            Some(Person { mechanism, login, .. }) => {
                smtpd!(visit, "{id}: client={client}, sasl_method={mechanism}, sasl_username={login}");
            }
            None => smtpd!(visit, "{id}: client={client}"),
        }
        match rng.below(100) {
            0..4 => {
                visit.rejects(rng, &id.to_string(), NO_DOMAIN, person);
                visit.count(RSET, true);
            }
            4..6 => filtered(rng, visit, id),
            6..8 => {
                visit.count(RCPT, true);
                visit.count(DATA, false);
                let how = rng.pick(&["lost connection", "timeout"]);
                smtpd!(visit, "{how} after DATA ({} bytes) from {client}", rng.below(90_000));
                visit.script.release(id.inode);
                return false;
            }
            _ => {
                self.accepted(rng, visit, person, id);
                return true;
            }
        }
        visit.script.release(id.inode);
        true
    }

    /// The message reaches the queue: it counts if somebody had logged in.
    fn accepted(&mut self, rng: &mut Rng, visit: &mut Visit<'_>, person: Option<&Person>, id: QueueId) {
        visit.count(RCPT, true);
        if rng.chance(3) {
            visit.rejects(rng, &id.to_string(), NO_DOMAIN, person);
        }
        visit.count(DATA, true);
        cleanup(rng, &mut visit.script, id);
        let delivery = if let Some(person) = person {
            self.counts.add(visit.tls);
            let sender = if rng.chance(1) { "" } else { &person.sender };
            delivery::outgoing(self, rng, id, &sender)
        } else {
            let sender = Outside::draw(rng);
            delivery::incoming(rng, id, &sender)
        };
        visit.script.begin(delivery);
    }
}

impl Source for Postfix<'_> {
    fn next(&mut self, rng: &mut Rng, clock: &Clock) -> Script {
        if rng.chance(10) {
            return background(self, rng, clock);
        }
        if self.free_slots.is_empty() {
            return screened(self.world.stranger(rng), rng);
        }
        let at = rng.index(self.free_slots.len());
        let number = self.free_slots.swap_remove(at);
        self.session(rng, number)
    }

    fn release(&mut self, token: u32) {
        if token < FIRST_INODE {
            self.free_slots.push(token);
        } else {
            self.free_inodes.push(token);
        }
    }
}

/// The process that writes queue files names the message id.
pub fn cleanup(rng: &mut Rng, script: &mut Script, id: QueueId) {
    let (pid, message_id) = (30_412 + rng.below(3) * 271, MessageId::draw(rng));
    say!(script, "mx1 postfix/cleanup[{pid}]: {id}: message-id=<{message_id}>");
}

/// A message that a filter refuses at its end.
fn filtered(rng: &mut Rng, visit: &mut Visit<'_>, id: QueueId) {
    visit.count(RCPT, true);
    visit.count(DATA, false);
    cleanup(rng, &mut visit.script, id);
    let (client, helo) = (visit.client, &visit.client.helo);
    let (from, to) = (Outside::draw(rng), Outside::draw(rng));
    let why = "5.7.1 Spam message rejected";
    say!(
        visit.script,
        "mx1 postfix/cleanup[30412]: {id}: milter-reject: END-OF-MESSAGE from {client}: {why}; \
         from=<{from}> to=<{to}> proto=ESMTP helo=<{helo}>"
    );
}

/// A session in which no recipient is taken.
fn denied(rng: &mut Rng, visit: &mut Visit<'_>) {
    visit.opens(rng);
    visit.count(MAIL, true);
    let why = rng.pick(&DENIALS);
    visit.rejects(rng, "NOQUEUE", why, None);
    visit.count(QUIT, true);
    visit.closes();
}

/// What is logged beside sessions.
fn background(server: &mut Postfix<'_>, rng: &mut Rng, clock: &Clock) -> Script {
    let mut script = Script::default();
    let stranger = server.world.stranger(rng);
    match rng.share(&[50, 15, 15, 20]) {
        0 => return screened(stranger, rng),
        1 => statistics(stranger, rng, clock, &mut script),
        2 => {
            let id = server.queue_id(rng);
            say!(script, "mx1 postfix/pickup[2106]: {id}: uid=0 from=<root>");
            cleanup(rng, &mut script, id);
            script.begin(delivery::incoming(rng, id, &"root@mx1.contoso.example"));
        }
        _ => {
            let host = stranger.host.as_deref().unwrap_or("static.example.net");
            say!(
                script,
                "mx1 postfix/smtpd[2991]: warning: hostname {host} does not resolve to address {}: \
                 Name or service not known",
                stranger.ip
            );
        }
    }
    script
}

/// What anvil says from time to time.
fn statistics(client: &Client, rng: &mut Rng, clock: &Clock, script: &mut Script) {
    let of = format!(" for (submission:{})", client.ip);
    for (what, unit, of) in
        [("connection rate", "/60s", of.as_str()), ("connection count", "", &of), ("cache size", "", "")]
    {
        let most = rng.range(1, 30);
        put!(&mut script.text, "mx1 postfix/anvil[2990]: statistics: max {what} {most}{unit}{of} at ");
        clock.stamp(Postfix::STAMP, &mut script.text);
        script.end_line();
    }
}

/// What postscreen says of a client.
fn screened(client: &Client, rng: &mut Rng) -> Script {
    const HEAD: &str = "mx1 postfix/postscreen[2101]:";
    let mut script = Script::default();
    let Client { ip, helo, .. } = client;
    let peer = format!("[{ip}]:{}", rng.range(1024, 65_535));
    say!(script, "{HEAD} CONNECT from {peer} to [198.51.100.10]:25");
    match rng.below(4) {
        0 => say!(script, "{HEAD} PASS OLD {peer}"),
        1 => {
            say!(script, "{HEAD} PREGREET 14 after 0.05 from {peer}: EHLO ylmf-pc\\r\\n");
            say!(script, "{HEAD} DISCONNECT {peer}");
        }
        2 => {
            say!(script, "{HEAD} DNSBL rank {} for {peer}", rng.range(3, 9));
            let from = Outside::draw(rng);
            let why = format!("550 5.7.1 Service unavailable; client [{ip}] blocked using zen.spamhaus.org");
            say!(
                script,
                "{HEAD} NOQUEUE: reject: RCPT from {peer}: {why}; from=<{from}>, to=<info@contoso.example>, \
                 proto=ESMTP, helo=<{helo}>"
            );
            say!(script, "{HEAD} DISCONNECT {peer}");
        }
        _ => say!(script, "{HEAD} HANGUP after 1.4 from {peer} in tests before SMTP handshake"),
    }
    script
}

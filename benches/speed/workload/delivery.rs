//! What Postfix says of a message between the queue and its recipients.
//!
//! In: a queue id and a sender. Out: a script from `from=<...> (queue active)` to `removed`: most are sent,
//! some are deferred and tried again (which logs `from=` again), some bounce (which makes another message).

use std::fmt::Display;

use super::postfix::{Postfix, QueueId, cleanup};
use super::rng::Rng;
use super::stage::{Script, put, say};
use super::visit::protocol;
use super::world::{Outside, Tls};

/// What a far server says when it wants to be asked again.
const LATER: &str = "dsn=4.7.1, status=deferred (host mx1.gmx.example[203.0.113.77] said: \
    451 4.7.1 Greylisting in action, please come back later (in reply to RCPT TO command))";
/// What a far server says when it does not want the mail.
const NEVER: &str = "dsn=5.1.1, status=bounced (host mx1.gmx.example[203.0.113.77] said: \
    550 5.1.1 The email account that you tried to reach does not exist (in reply to RCPT TO command))";

/// A message as the queue knows it.
struct Mail<'a> {
    id: QueueId,
    sender: &'a dyn Display,
    size: u64,
    recipients: u64,
}

impl<'a> Mail<'a> {
    /// A message of a common size.
    fn draw(rng: &mut Rng, id: QueueId, sender: &'a dyn Display) -> Self {
        let size = 700 + rng.below(1 << 10) * rng.below(1 << 10);
        Self { id, sender, size, recipients: 1 + rng.share(&[75, 20, 5]) as u64 }
    }

    /// It comes into the active queue.
    fn active(&self, script: &mut Script) {
        let Self { id, sender, size, recipients } = self;
        say!(
            script,
            "mx1 postfix/qmgr[2107]: {id}: from=<{sender}>, size={size}, nrcpt={recipients} (queue active)"
        );
    }

    /// It is gone, and its inode free.
    fn removed(&self, script: &mut Script) {
        say!(script, "mx1 postfix/qmgr[2107]: {}: removed", self.id);
        script.release(self.id.inode);
    }

    /// One recipient of a far server; `problem` is empty if it takes the mail.
    fn far(&self, rng: &mut Rng, script: &mut Script, problem: &str) {
        let (pid, to) = (5_200 + rng.below(8) * 3, Outside::draw(rng));
        let relay = format!("mx1.{}[203.0.113.77]:25", to.domain());
        if rng.chance(60) {
            let tls = protocol(if rng.chance(80) { Tls::V1_3 } else { Tls::V1_2 });
            say!(script, "mx1 postfix/smtp[{pid}]: Trusted TLS connection established to {relay}: {tls}");
        }
        put!(&mut script.text, "mx1 postfix/smtp[{pid}]: ");
        self.delivery(rng, script, &to, &relay);
        if problem.is_empty() {
            let there = rng.next() >> 24;
            put!(&mut script.text, "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {there:010X})");
        }
        say!(script, "{problem}");
    }

    /// One recipient of this server.
    fn near(&self, rng: &mut Rng, script: &mut Script) {
        let (pid, number, there) = (6_100 + rng.below(3), rng.below(2_000), rng.next());
        let to = format!("user{number}@contoso.example");
        put!(&mut script.text, "mx1 postfix/lmtp[{pid}]: ");
        self.delivery(rng, script, &to, "mx1.contoso.example[private/dovecot-lmtp]");
        say!(script, "dsn=2.0.0, status=sent (250 2.0.0 <{to}> {there:016X}/mail Saved)");
    }

    /// The middle of a delivery line.
    fn delivery(&self, rng: &mut Rng, script: &mut Script, to: &dyn Display, relay: &str) {
        let (id, a, b) = (self.id, rng.range(10, 49), rng.range(10, 49));
        let (sum, text) = (a + b, &mut script.text);
        put!(text, "{id}: to=<{to}>, relay={relay}, delay=1.{sum}, delays=0.{a}/0.01/0.{b}/0.99, ");
    }
}

/// Mail of somebody who logged in, for the rest of the world.
pub fn outgoing(server: &mut Postfix<'_>, rng: &mut Rng, id: QueueId, sender: &dyn Display) -> Script {
    let mut script = Script::default();
    let mail = Mail::draw(rng, id, sender);
    mail.active(&mut script);
    match rng.below(100) {
        0..4 => {
            mail.far(rng, &mut script, LATER);
            script.pause(rng.range(300, 7_200));
            mail.active(&mut script);
            mail.far(rng, &mut script, "");
        }
        4..6 => {
            mail.far(rng, &mut script, NEVER);
            bounce(server, rng, &mut script, &mail);
        }
        _ => {
            for _ in 0..mail.recipients {
                mail.far(rng, &mut script, "");
            }
        }
    }
    mail.removed(&mut script);
    script
}

/// Mail for the people of this server.
pub fn incoming(rng: &mut Rng, id: QueueId, sender: &dyn Display) -> Script {
    let mut script = Script::default();
    let sender: &dyn Display = if rng.chance(3) { &"" } else { sender };
    let mail = Mail::draw(rng, id, sender);
    mail.active(&mut script);
    for _ in 0..mail.recipients {
        mail.near(rng, &mut script);
    }
    mail.removed(&mut script);
    script
}

/// The sender is told that a message cannot be delivered.
fn bounce(server: &mut Postfix<'_>, rng: &mut Rng, script: &mut Script, mail: &Mail<'_>) {
    let id = server.queue_id(rng);
    say!(script, "mx1 postfix/bounce[5300]: {}: sender non-delivery notification: {id}", mail.id);
    cleanup(rng, script, id);
    script.begin(incoming(rng, id, &""));
}

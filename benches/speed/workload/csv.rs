//! A trace as CSV, one message a row.
//!
//! In: a world and a size. Out: the file, and how many of its rows are authenticated, per TLS version.
//!
//! Every twentieth row has neither login nor mechanism and does not count. Every tenth message id is quoted,
//! and some of those hold what makes quotes necessary: a comma, a doubled quote.

use std::io;

use super::Counts;
use super::clock::{Clock, Stamp};
use super::log::Log;
use super::rng::Rng;
use super::stage::put;
use super::world::{MessageId, Person, Tls, World};

/// How the trace writes its times.
pub const STAMP: Stamp = Stamp::Rfc3339;
/// The first line.
const HEADER: &str = "time,sender,login,tls,mechanism,client_ip,recipients,size,message_id\n";

/// Appends the line with which the file begins.
pub fn head(out: &mut Vec<u8>) {
    out.extend_from_slice(HEADER.as_bytes());
}

/// Writes a trace of at least so many bytes, each day as much as any other.
pub fn write(world: &World, log: &mut Log, bytes: u64, days: u64, mut rng: Rng) -> io::Result<Counts> {
    let mut clock = Clock::new(bytes, days);
    let mut counts = Counts::default();
    for day in 0..days {
        clock.start(day);
        while log.bytes < bytes * (day + 1) / days {
            clock.tick(&mut rng);
            let person = world.person(&mut rng);
            let tls = person.tls(&mut rng);
            let known = !rng.chance(5);
            if known {
                counts.add(tls);
            }
            log.line(&clock, |out| row(out, &mut rng, person, tls, known))?;
        }
    }
    Ok(counts)
}

/// Appends the cells behind the time.
fn row(out: &mut Vec<u8>, rng: &mut Rng, person: &Person, tls: Tls, known: bool) {
    let (login, mechanism) = if known { (person.login.as_str(), person.mechanism) } else { ("", "") };
    let recipients = 1 + rng.share(&[75, 20, 5]) as u64;
    let size = 700 + rng.below(1 << 10) * rng.below(1 << 10);
    let (sender, ip, tls) = (&person.sender, &person.client(rng).ip, Tls::NAMES[tls as usize]);
    put!(out, ",{sender},{login},{tls},{mechanism},{ip},{recipients},{size},");
    let id = MessageId::draw(rng);
    match rng.below(100) {
        0..8 => put!(out, "\"<{id}>\""),
        8 => put!(out, "\"<a,b.{id}>\""),
        9 => put!(out, "\"<\"\"a b\"\".{id}>\""),
        _ => put!(out, "<{id}>"),
    }
}

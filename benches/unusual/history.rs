//! A history with its truth: a log, and which account was abused on which day.

use crate::attack::{Attack, attack};
use crate::rng::Rng;
use crate::shape::{Shape, Written};
use crate::world::{DAY, Event, accounts};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The first day of every history: Monday, 1 June 2026 (days since 1970).
const FIRST: i64 = 20_605;

/// Mechanisms and TLS versions.
const WAYS: [(&str, &str); 6] = [
    ("PLAIN", "1.2"),
    ("PLAIN", "1.3"),
    ("LOGIN", "1.2"),
    ("LOGIN", "1.3"),
    ("PLAIN", "1.0"),
    ("LOGIN", "1.1"),
];

/// A history.
pub struct History {
    events: Vec<(u64, Event)>,
    /// What was done to which account on which day, as the data of the program names them.
    pub truth: BTreeMap<(String, String), Attack>,
    /// The first day on which attacks can be.
    pub since: String,
}

impl History {
    /// A history of a shape.
    pub fn new(shape: &Shape, seed: u64) -> Self {
        let mut rng = Rng::new(seed * 7919 + shape.accounts as u64 + shape.days.0 as u64 * 131);
        let (history, test) = shape.days;
        let mut all = Vec::new();
        let mut truth = BTreeMap::new();
        for mut account in accounts(shape, &mut rng) {
            let mut events = Vec::new();
            let counts: Vec<u64> =
                (0..history + test).map(|day| account.live(day, shape, &mut rng, &mut events)).collect();
            if rng.chance(shape.attacked) {
                let usual = &counts[..history as usize];
                for (day, attack) in attack(&account, usual, shape, &mut rng, &mut events) {
                    truth.insert((login(account.id), date(day)), attack);
                }
            }
            all.extend(events.into_iter().map(|event| (account.id, event)));
        }
        all.sort_by_key(|(id, event)| (event.at, *id));
        Self { events: all, truth, since: date(history) }
    }

    /// Messages of every account on every day on which it sent any, in the order of days.
    pub fn messages(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for (id, event) in self.events.iter().filter(|(_, event)| event.is_message) {
            let day = date(event.at.div_euclid(DAY));
            *counts.entry(login(*id)).or_default().entry(day).or_default() += 1;
        }
        counts
    }

    /// Writes the log.
    pub fn write(&self, path: &Path, written: Written) -> io::Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        if written == Written::Csv {
            writeln!(out, "time,sender,login,client_ip,helo,tls,mechanism,recipients")?;
        }
        for (number, (id, event)) in self.events.iter().enumerate() {
            match written {
                Written::Csv => row(&mut out, *id, event)?,
                Written::Postfix => lines(&mut out, *id, event, number)?,
            }
        }
        out.flush()
    }
}

fn row(out: &mut impl Write, id: u64, event: &Event) -> io::Result<()> {
    if !event.is_message {
        return Ok(());
    }
    let (login, (mechanism, tls)) = (login(id), way(event));
    let (stamp, sender, client) = (stamp(event.at), sender(id, event), address(event.client));
    writeln!(
        out,
        "{stamp}Z,{sender},{login},{client},h{:x}.example,{tls},{mechanism},{}",
        event.name, event.recipients
    )
}

fn lines(out: &mut impl Write, id: u64, event: &Event, number: usize) -> io::Result<()> {
    let (login, (mechanism, tls)) = (login(id), way(event));
    let (stamp, client) = (stamp(event.at), address(event.client));
    let smtpd = format!("{stamp}+00:00 mx1 postfix/submission/smtpd[{}]:", 1000 + number % 30_000);
    if !event.is_message {
        let why = "SASL LOGIN authentication failed: UGFzc3dvcmQ6";
        return writeln!(out, "{smtpd} warning: unknown[{client}]: {why}, sasl_username={login}");
    }
    let (queue_id, sender) = (format!("4{number:014X}"), sender(id, event));
    writeln!(out, "{smtpd} connect from unknown[{client}]")?;
    writeln!(
        out,
        "{smtpd} Anonymous TLS connection established from unknown[{client}]: TLSv{tls} with cipher X (256/256 bits)"
    )?;
    writeln!(
        out,
        "{smtpd} {queue_id}: client=unknown[{client}], sasl_method={mechanism}, sasl_username={login}"
    )?;
    let recipients = event.recipients;
    writeln!(
        out,
        "{stamp}+00:00 mx1 postfix/qmgr[7]: {queue_id}: from=<{sender}>, size=1000, nrcpt={recipients} (queue active)"
    )?;
    writeln!(
        out,
        "{smtpd} disconnect from unknown[{client}] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1"
    )
}

fn login(id: u64) -> String {
    format!("user{id}@contoso.example")
}

fn sender(id: u64, event: &Event) -> String {
    if event.sender == id { login(id) } else { format!("s{:x}@contoso.example", event.sender) }
}

fn way(event: &Event) -> (&'static str, &'static str) {
    WAYS[event.way as usize % WAYS.len()]
}

fn address(client: u32) -> String {
    std::net::Ipv4Addr::from(client).to_string()
}

fn date(day: i64) -> String {
    stamp(day * DAY)[..10].to_owned()
}

fn stamp(at: i64) -> String {
    let stamp = chrono::DateTime::from_timestamp(FIRST * DAY + at, 0).expect("a day of this century");
    stamp.format("%Y-%m-%dT%H:%M:%S").to_string()
}

//! A message as the protocol log of Exchange Server shows it, from MAIL FROM to what became of it.

use crate::exchange_rows::{Dice, Talk, stamp};
use std::fmt::Write as _;

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server takes it over.
    Accepted,
    /// Its sender is refused.
    RefusedSender,
    /// It is refused after its text came.
    RefusedText,
    /// The client thinks better of it.
    Reset,
    /// The connection breaks.
    Aborted,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Envelope sender; empty is the null sender.
    pub sender: String,
    /// Recipients, and whether each is accepted.
    pub recipients: Vec<(String, bool)>,
    /// Bytes.
    pub size: u64,
    /// Message-ID, with its brackets.
    pub id: String,
    /// What becomes of it.
    pub fate: Fate,
    /// The command that tells its sender.
    mail: String,
    /// Sent in chunks of these sizes, the last one not named; else with DATA.
    chunks: Option<Vec<u64>>,
    /// How the server's answer is spelled.
    ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// With size and speed, as newer versions write it.
    Measured,
    /// Without.
    Named,
    /// As Exchange 2010 writes it.
    Old,
}

/// A message that was accepted.
#[derive(Clone, Debug)]
pub struct Sent {
    /// When, in milliseconds since 2026-11-01.
    pub at: u64,
    /// The message.
    pub letter: Letter,
    /// What message tracking calls it.
    pub context: String,
    /// The server's own number of it.
    pub internal_id: u64,
}

impl Letter {
    /// Some message of this sender.
    pub fn roll(dice: &mut Dice, sender: &str, old: bool) -> Self {
        let fates = [Fate::RefusedSender, Fate::RefusedText, Fate::Reset, Fate::Aborted];
        let fate = if dice.chance(70) { Fate::Accepted } else { *dice.pick(&fates) };
        let count = 1 + dice.below(4);
        let mut recipients: Vec<_> =
            (0..count).map(|n| (format!("r{n}@northwind.example"), dice.chance(80))).collect();
        if fate == Fate::Accepted {
            recipients[0].1 = true;
        }
        let size = 300 + dice.below(90_000);
        let ending = match dice.below(5) {
            _ if old => Ending::Old,
            0 => Ending::Named,
            _ => Ending::Measured,
        };
        let mail = mail_from(dice, sender, size, ending != Ending::Measured);
        let chunks = dice.chance(25).then(|| (0..dice.below(3)).map(|_| 2048).collect());
        let id = format!("<{:x}.{size}@client.contoso.com>", dice.below(u64::MAX));
        Self { sender: sender.to_owned(), recipients, size, id, fate, mail, chunks, ending }
    }

    /// How many recipients were accepted.
    pub fn accepted(&self) -> u64 {
        u64::try_from(self.recipients.iter().filter(|(_, accepted)| *accepted).count()).expect("a few")
    }

    /// Its size, if the protocol log tells what the server measured. What the client declared is not that.
    pub fn measured(&self) -> Option<u64> {
        (self.ending == Ending::Measured).then_some(self.size)
    }

    /// Writes it down. `number` counts the messages of the session; `context` begins with session id and time.
    pub fn write(&self, talk: &mut Talk, context: &str, number: &mut u64, internal_id: u64) -> Option<Sent> {
        if self.fate == Fate::RefusedSender {
            talk.asks(&self.mail, "501 5.1.7 Invalid address");
            return None;
        }
        *number += 1;
        let context = format!("{context};{number}");
        talk.row("<", &self.mail, "");
        talk.row("*", &context, "receiving message");
        talk.row(">", "250 2.1.0 Sender OK", "");
        for (index, (recipient, accepted)) in self.recipients.iter().enumerate() {
            let reply = if *accepted { "250 2.1.5 Recipient OK" } else { "550 5.1.1 User unknown" };
            let verb = if index % 2 == 0 { "RCPT TO:" } else { "rcpt to: " };
            talk.asks(&format!("{verb}<{recipient}>"), reply);
        }
        if self.fate == Fate::Reset {
            talk.asks("RSET", "250 2.0.0 Resetting");
            return None;
        }
        if self.accepted() == 0 {
            talk.asks("DATA", "503 5.5.2 Need rcpt command");
            return None;
        }
        self.write_text(talk, context, internal_id)
    }

    fn write_text(&self, talk: &mut Talk, context: String, internal_id: u64) -> Option<Sent> {
        match &self.chunks {
            Some(chunks) => {
                for chunk in chunks {
                    talk.asks(
                        &format!("BDAT {chunk}"),
                        &format!("250 2.6.0 CHUNK received OK, {chunk} octets"),
                    );
                }
                if self.fate == Fate::Aborted {
                    return None;
                }
                talk.row("<", "BDAT 512 LAST", "");
            }
            None => {
                talk.asks("DATA", "354 Start mail input; end with <CRLF>.<CRLF>");
                if self.fate == Fate::Aborted {
                    return None;
                }
            }
        }
        if self.fate == Fate::RefusedText {
            talk.row(">", "550 5.7.1 Message rejected as spam by Content Filtering.", "");
            return None;
        }
        if self.size.is_multiple_of(3) {
            talk.row("*", "Tarpit for '0.00:00:25.639' due to 'DelayedAck'", "Delivered");
        }
        let at = talk.at;
        talk.row(">", &self.answer(internal_id), "");
        Some(Sent { at, letter: self.clone(), context, internal_id })
    }

    fn answer(&self, internal_id: u64) -> String {
        let (id, size) = (&self.id, self.size);
        let hostname = match self.ending {
            Ending::Old => String::new(),
            _ => ", Hostname=exch01.contoso.test".to_owned(),
        };
        let measured = match self.ending {
            Ending::Measured => format!("{size} bytes in 0.101, 1361.827 KB/sec "),
            _ => String::new(),
        };
        format!("250 2.6.0 {id} [InternalId={internal_id}{hostname}] {measured}Queued mail for delivery")
    }

    /// The same with another Message-ID.
    pub fn named(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    /// The same from somebody else.
    pub fn from(self, dice: &mut Dice, sender: &str) -> Self {
        let mail = mail_from(dice, sender, self.size, true);
        Self { sender: sender.to_owned(), mail, ..self }
    }
}

/// The ways in which clients spell it. Where the answer does not tell the size, this does.
fn mail_from(dice: &mut Dice, sender: &str, size: u64, must_tell_size: bool) -> String {
    let verb = dice.word(&["MAIL FROM:", "MAIL FROM:", "mail from: ", "Mail From:", "MAIL FROM: "]);
    let mut mail = format!("{verb}<{sender}>");
    if must_tell_size || dice.chance(50) {
        let _ = write!(mail, " SIZE={size}");
    }
    for (percent, parameter) in
        [(30, " BODY=8BITMIME"), (15, " XOORG=contoso.com"), (10, " AUTH=<>"), (10, " RET=HDRS ENVID=1")]
    {
        if dice.chance(percent) {
            mail.push_str(parameter);
        }
    }
    mail
}

/// The first part of what message tracking calls the messages of a session.
pub fn context(session: &str, at: u64) -> String {
    format!("{session};{}", stamp(at))
}

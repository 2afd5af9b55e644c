//! What is done with stolen passwords, in six ways.

use crate::rng::Rng;
use crate::shape::Shape;
use crate::world::{Account, Event, Kind, at};
use std::collections::BTreeMap;

/// A kind of attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attack {
    /// 5 to 50 times the usual volume within hours.
    Burst,
    /// 2 to 4 times the usual volume for days.
    Slow,
    /// A hundred and more addresses, each at a low rate.
    Botnet,
    /// One new address, at the usual volume.
    Stolen,
    /// Messages of others.
    AsOthers,
    /// An account that nobody used.
    Idle,
}

/// Every kind.
pub const ATTACKS: [Attack; 6] =
    [Attack::Burst, Attack::Slow, Attack::Botnet, Attack::Stolen, Attack::AsOthers, Attack::Idle];

impl Attack {
    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Burst => "burst",
            Self::Slow => "slow",
            Self::Botnet => "botnet",
            Self::Stolen => "new address",
            Self::AsOthers => "as others",
            Self::Idle => "idle account",
        }
    }
}

/// How an attack is carried out.
struct Campaign {
    attack: Attack,
    clients: Vec<u32>,
    is_elsewhere: bool,
    name: u64,
    way: u64,
    hour: f64,
    usual: f64,
    days: i64,
}

/// Attacks an account: adds what it does, and returns the days with what was done.
pub fn attack(
    account: &Account,
    usual: &[u64],
    shape: &Shape,
    rng: &mut Rng,
    events: &mut Vec<Event>,
) -> BTreeMap<i64, Attack> {
    let is_idle = account.kind == Kind::Idle && rng.chance(0.6);
    let attack = if is_idle { Attack::Idle } else { ATTACKS[rng.range(0, 4) as usize] };
    let (history, test) = shape.days;
    let start = history + rng.range(0, (test - 2).max(0) as u64) as i64;
    let campaign = plan(attack, account, usual, shape, rng);
    if shape.guesses > 0.0 && campaign.is_elsewhere && rng.chance(0.3) {
        let times = rng.range(3, 40);
        let before = Event {
            at: (at(start, campaign.hour) - 600).max(start * crate::world::DAY),
            is_message: false,
            client: campaign.clients[0],
            name: campaign.name,
            sender: account.id,
            way: campaign.way,
            recipients: 0,
        };
        events.extend((0..times).map(|_| before));
    }
    let mut days = BTreeMap::new();
    for day in start..(start + campaign.days).min(history + test) {
        if campaign.day(day, account, rng, events) > 0 {
            days.insert(day, attack);
        }
    }
    days
}

fn plan(attack: Attack, account: &Account, usual: &[u64], shape: &Shape, rng: &mut Rng) -> Campaign {
    let active: Vec<u64> = usual.iter().copied().filter(|count| *count > 0).collect();
    let mean = active.iter().sum::<u64>() as f64 / active.len().max(1) as f64;
    let near = rng.chance(shape.from_near);
    let elsewhere = |rng: &mut Rng| {
        if near { (account.home[0] & 0xffff_0000) | (rng.next() as u32 & 0xffff) } else { rng.address() }
    };
    let one = vec![elsewhere(rng)];
    let (days, clients, share) = match attack {
        Attack::Burst => {
            let count = rng.range(1, 4);
            (rng.range(1, 2), (0..count).map(|_| elsewhere(rng)).collect(), shape.from_elsewhere)
        }
        Attack::Slow => (rng.range(3, 7), one, shape.from_elsewhere),
        Attack::Botnet => {
            let count = rng.range(100, 400);
            (rng.range(1, 3), (0..count).map(|_| rng.address()).collect(), 1.0)
        }
        Attack::Stolen => (rng.range(1, 5), one, 1.0),
        Attack::AsOthers => (rng.range(1, 3), one, 0.6),
        Attack::Idle => (rng.range(1, 3), one, 0.9),
    };
    let is_elsewhere = rng.chance(share);
    Campaign {
        attack,
        clients: if is_elsewhere { clients } else { vec![account.home[0]] },
        is_elsewhere,
        name: if !is_elsewhere || rng.chance(shape.same_name) { account.name } else { rng.next() | 1 },
        way: if is_elsewhere { rng.range(1, 4) } else { account.way },
        hour: rng.part() * 24.0,
        usual: mean.max(1.0),
        days: days as i64,
    }
}

impl Campaign {
    /// Adds a day; returns how many messages that is.
    fn day(&self, day: i64, account: &Account, rng: &mut Rng, events: &mut Vec<Event>) -> u64 {
        let count = match self.attack {
            Attack::Burst => (self.usual * rng.between(5.0, 50.0)).max(60.0),
            // With what the owner sends himself, 2 to 4 times the usual.
            Attack::Slow => (self.usual * (1.0 + 2.0 * rng.part())).max(12.0),
            Attack::Botnet => self.clients.len() as f64 * (1.0 + 2.0 * rng.part()) / self.days as f64,
            Attack::Stolen => (self.usual * (0.5 + rng.part())).max(4.0),
            Attack::AsOthers => (self.usual * (0.3 + rng.part())).clamp(5.0, 60.0),
            Attack::Idle => rng.between(15.0, 200.0),
        };
        let hours = match self.attack {
            Attack::Burst => rng.range(1, 4),
            Attack::Slow => rng.range(8, 24),
            Attack::Botnet => rng.range(2, 12),
            Attack::Stolen | Attack::AsOthers | Attack::Idle => rng.range(1, 10),
        };
        let fan_out = match self.attack {
            Attack::Burst | Attack::Idle => rng.between(1.0, 30.0),
            _ => rng.between(1.0, 6.0),
        };
        let others: Vec<u64> = (0..rng.range(2, 20)).map(|_| rng.next() | 1).collect();
        let count = count.min(3000.0) as u64;
        for _ in 0..count {
            let is_own_hour = self.attack == Attack::Slow && !self.is_elsewhere;
            let hour = if is_own_hour {
                account.hours.0 + rng.part() * account.hours.1
            } else {
                self.hour + rng.part() * hours as f64
            };
            events.push(Event {
                at: at(day, hour),
                is_message: true,
                client: rng.pick(&self.clients),
                name: if self.attack == Attack::Botnet { rng.next() | 1 } else { self.name },
                sender: if self.attack == Attack::AsOthers { rng.pick(&others) } else { account.id },
                way: self.way,
                recipients: 1 + rng.poisson(fan_out - 1.0),
            });
        }
        count
    }
}

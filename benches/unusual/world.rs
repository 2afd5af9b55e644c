//! Accounts and their usual days: people, laptops that roam, printers, applications, newsletters, nearly idle accounts,
//! month-end ones, and the harmless oddities of all of them.

use crate::rng::Rng;
use crate::shape::Shape;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A kind of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody at a desk.
    Person,
    /// Somebody with a laptop.
    Roamer,
    /// A printer or scanner.
    Printer,
    /// An application.
    App,
    /// A newsletter, once a week.
    Newsletter,
    /// Hardly ever used.
    Idle,
    /// Used at the end of the month.
    MonthEnd,
}

const KINDS: [Kind; 7] =
    [Kind::Person, Kind::Roamer, Kind::Printer, Kind::App, Kind::Newsletter, Kind::Idle, Kind::MonthEnd];

/// Something that the log holds: a message, or a login that failed.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Seconds since the first day.
    pub at: i64,
    /// It is a message.
    pub is_message: bool,
    /// Address of the client.
    pub client: u32,
    /// A number for its EHLO name.
    pub name: u64,
    /// A number for the sender; that of the account, plus 1, is its own.
    pub sender: u64,
    /// A number for mechanism and TLS version.
    pub way: u64,
    /// Recipients.
    pub recipients: u64,
}

/// An account.
pub struct Account {
    /// Its kind.
    pub kind: Kind,
    /// Its number, from 1.
    pub id: u64,
    /// Messages of a working day.
    mean: f64,
    wildness: f64,
    /// Addresses of its clients: the first is the most usual.
    pub home: Vec<u32>,
    roaming: f64,
    provider: u32,
    /// Its EHLO name.
    pub name: u64,
    /// Its mechanism and TLS version.
    pub way: u64,
    /// The hours it uses: first, and how many.
    pub hours: (f64, f64),
    at_night: f64,
    recipients: f64,
    weekday: i64,
    new_lease: f64,
    inertia: f64,
    level: f64,
    away: i64,
    trip: Option<(i64, u32)>,
}

/// The accounts of a shape.
pub fn accounts(shape: &Shape, rng: &mut Rng) -> Vec<Account> {
    let house: Vec<u32> = (0..4).map(|network| 0x0a01_0005 + network * 256).collect();
    let providers: Vec<u32> = (0..3).map(|_| rng.address() & 0xffff_0000).collect();
    (1..=shape.accounts as u64).map(|id| account(shape, id, &house, &providers, rng)).collect()
}

fn account(shape: &Shape, id: u64, house: &[u32], providers: &[u32], rng: &mut Rng) -> Account {
    let mut share = rng.part();
    let is_it = |part: &f64| {
        share -= part;
        share < 0.0
    };
    let kind = KINDS[shape.mix.iter().position(is_it).unwrap_or(0)];
    let mean = match kind {
        Kind::Person | Kind::Roamer => rng.between(3.0, 40.0),
        Kind::Printer => rng.between(2.0, 60.0),
        Kind::App => rng.between(20.0, 400.0),
        Kind::Newsletter => rng.between(100.0, 1500.0),
        Kind::Idle => rng.between(0.02, 0.4),
        Kind::MonthEnd => rng.between(20.0, 300.0),
    };
    let is_human = matches!(kind, Kind::Person | Kind::Roamer);
    let mut home = vec![if shape.house { rng.pick(house) + rng.range(0, 199) as u32 } else { rng.address() }];
    home.extend((is_human && rng.chance(0.6)).then(|| rng.address()));
    let hours = match kind {
        Kind::App => (0.0, 24.0),
        Kind::Newsletter => (rng.range(6, 16) as f64, 2.0),
        Kind::MonthEnd => (rng.range(6, 20) as f64, 4.0),
        _ => (rng.range(6, 10) as f64, rng.range(7, 12) as f64),
    };
    Account {
        kind,
        id,
        mean,
        wildness: rng.between(shape.wildness.0, shape.wildness.1),
        home,
        roaming: match kind {
            Kind::Roamer => shape.roaming * (0.5 + rng.part()),
            Kind::Person => 0.01,
            _ => 0.0,
        },
        provider: rng.pick(providers),
        name: rng.next() | 1,
        way: rng.range(1, 4),
        hours,
        at_night: if rng.chance(0.1) { 0.1 } else { 0.01 },
        recipients: if rng.chance(0.3) { rng.between(1.5, 8.0) } else { 1.2 },
        weekday: rng.range(0, 4) as i64,
        new_lease: if (is_human || kind == Kind::Idle) && rng.chance(0.5) { shape.new_lease } else { 0.0 },
        inertia: 0.0,
        level: 1.0,
        away: 0,
        trip: None,
    }
}

impl Account {
    fn is_human(&self) -> bool {
        matches!(self.kind, Kind::Person | Kind::Roamer)
    }

    /// Adds a usual day. Returns the number of its messages.
    pub fn live(&mut self, day: i64, shape: &Shape, rng: &mut Rng, events: &mut Vec<Event>) -> u64 {
        if self.away > 0 {
            self.away -= 1;
            return 0;
        }
        if self.is_human() && rng.chance(0.004 * shape.oddities) {
            self.away = rng.range(4, 14) as i64;
            return 0;
        }
        let count = self.count(day, shape, rng);
        self.change(shape, rng);
        let roams = rng.chance(self.roaming).then(|| {
            let of_provider = shape.providers && rng.chance(0.8);
            if of_provider { self.provider | (rng.next() as u32 & 0xffff) } else { rng.address() }
        });
        let trip = self.trip.map(|(_, client)| client);
        self.trip = self.trip.map(|(left, client)| (left - 1, client)).filter(|(left, _)| *left > 0);
        self.fail(day, shape, rng, events);
        for _ in 0..count {
            let hour = if rng.chance(self.at_night) {
                rng.part() * 24.0
            } else {
                self.hours.0 + rng.part() * self.hours.1
            };
            let client = match (trip, roams.filter(|_| rng.chance(0.5))) {
                (Some(client), _) | (None, Some(client)) => client,
                (None, None) => self.home[usize::from(self.home.len() > 1 && rng.chance(0.3))],
            };
            let has_senders = self.kind == Kind::App && self.id.is_multiple_of(3);
            events.push(Event {
                at: at(day, hour),
                is_message: true,
                client,
                name: self.name,
                sender: if has_senders { self.id * 1000 + rng.range(0, 4) } else { self.id },
                way: self.way,
                recipients: 1 + rng.poisson(self.recipients - 1.0),
            });
        }
        count
    }

    fn count(&mut self, day: i64, shape: &Shape, rng: &mut Rng) -> u64 {
        let (weekday, of_month) = (day.rem_euclid(7), day.rem_euclid(30));
        let keeps = (1.0 - shape.inertia * shape.inertia).sqrt();
        self.inertia = shape.inertia * self.inertia + keeps * rng.normal();
        let mut mean = self.mean * self.level;
        match self.kind {
            Kind::Person | Kind::Roamer if weekday >= 5 => mean *= shape.weekend,
            Kind::Printer if weekday >= 5 => mean *= shape.weekend * 0.3,
            Kind::App if weekday >= 5 => mean *= f64::midpoint(1.0, shape.weekend),
            Kind::Newsletter if weekday != self.weekday => mean = if rng.chance(0.1) { 2.0 } else { 0.0 },
            Kind::MonthEnd if of_month < 27 || rng.chance(0.3) => {
                mean = if rng.chance(0.01) { 1.0 } else { 0.0 }
            }
            _ => {}
        }
        if rng.chance(shape.missing) {
            return 0;
        }
        // A mailing to all customers, an invitation.
        if self.is_human() && rng.chance(0.004 * shape.oddities) {
            mean = mean.max(5.0) * rng.between(4.0, 15.0);
        }
        if self.kind == Kind::App && rng.chance(0.0008 * shape.oddities) {
            self.level *= rng.between(1.3, 2.0);
        }
        let wildness = self.wildness;
        let factor = match (shape.lognormal, shape.inertia > 0.0) {
            (true, true) => (wildness * self.inertia - wildness * wildness / 2.0).exp(),
            (true, false) => (wildness * rng.normal() - wildness * wildness / 2.0).exp(),
            (false, true) => (0.6 * self.inertia / wildness.sqrt()).exp() * rng.gamma(wildness * 2.0),
            (false, false) => rng.gamma(wildness),
        };
        rng.poisson(mean * factor)
    }

    /// What changes for good, or for a trip: a laptop, a lease, a flat, a server.
    fn change(&mut self, shape: &Shape, rng: &mut Rng) {
        let last = self.home.len() - 1;
        let oddities = shape.oddities;
        if self.is_human() && rng.chance(0.003 * oddities) {
            self.name = rng.next() | 1;
            if rng.chance(0.3) {
                self.way = rng.range(1, 6);
            }
        }
        if rng.chance(self.new_lease) {
            self.home[last] = (self.home[last] & 0xffff_0000) | (rng.next() as u32 & 0xffff);
        }
        if self.is_human() && rng.chance(0.0015 * oddities) {
            self.home[last] = rng.address();
        }
        if !self.is_human() && rng.chance(0.0005 * oddities) {
            let near = (self.home[0] & 0xffff_ff00) | (rng.next() as u32 & 0xff);
            self.home[0] = if rng.chance(0.5) { near } else { rng.address() };
        }
        if self.is_human() && self.trip.is_none() && rng.chance(0.003 * oddities) {
            self.trip = Some((rng.range(1, 5) as i64, rng.address()));
        }
    }

    /// A new password that a telephone does not know yet, and guesses of strangers.
    fn fail(&self, day: i64, shape: &Shape, rng: &mut Rng, events: &mut Vec<Event>) {
        let failed = |at: i64, client: u32| Event {
            at,
            is_message: false,
            client,
            name: self.name,
            sender: self.id,
            way: self.way,
            recipients: 0,
        };
        if self.is_human() && rng.chance(0.004 * shape.oddities) {
            let times = rng.range(3, 25);
            events.extend((0..times).map(|_| failed(at(day, 8.0 + rng.part()), self.home[0])));
        }
        if rng.chance(shape.guesses) {
            let times = rng.range(1, 30);
            events.extend((0..times).map(|_| failed(at(day, rng.part() * 24.0), rng.address())));
        }
    }
}

/// An hour of a day in seconds since the first day.
pub fn at(day: i64, hour: f64) -> i64 {
    day * DAY + ((hour * 3600.0) as i64).rem_euclid(DAY)
}

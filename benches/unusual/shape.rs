//! The shapes of histories: who is there, how counts vary, where clients are, what the log tells.

/// What the log is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Postfix in syslog: failed logins, no EHLO names.
    Postfix,
    /// A table: EHLO names, no failed logins.
    Csv,
}

/// A shape of histories.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Its name.
    pub name: &'static str,
    /// Number of accounts.
    pub accounts: usize,
    /// Shares of the kinds of accounts, in the order of [`crate::world::Kind`].
    pub mix: [f64; 7],
    /// Days before the first attack, and days with attacks.
    pub days: (i64, i64),
    /// Counts vary like a log-normal distribution; else like a gamma one.
    pub lognormal: bool,
    /// How much of a day's deviation is that of the day before.
    pub inertia: f64,
    /// Mail of people at weekends, as a share of other days.
    pub weekend: f64,
    /// Days without anything.
    pub missing: f64,
    /// How wild counts are: from and to (of gamma, the shape; of log-normal, the deviation).
    pub wildness: (f64, f64),
    /// How often a laptop is in another network.
    pub roaming: f64,
    /// Other networks are mostly those of three mobile providers.
    pub providers: bool,
    /// How often half of all home addresses change.
    pub new_lease: f64,
    /// Harmless oddities, as a multiple of the usual.
    pub oddities: f64,
    /// Share of the accounts that are attacked.
    pub attacked: f64,
    /// Share of bursts and slow abuse that come from elsewhere.
    pub from_elsewhere: f64,
    /// Attackers that happen to be in the same /16.
    pub from_near: f64,
    /// Most accounts sit in four networks of the house.
    pub house: bool,
    /// Attackers that use the account's EHLO name.
    pub same_name: f64,
    /// How often passwords of an account are guessed at, a day.
    pub guesses: f64,
    /// What the log is written as.
    pub written: Written,
}

/// The usual shape.
const OFFICE: Shape = Shape {
    name: "office",
    accounts: 400,
    mix: [0.45, 0.15, 0.12, 0.08, 0.04, 0.12, 0.04],
    days: (28, 7),
    lognormal: false,
    inertia: 0.0,
    weekend: 0.15,
    missing: 0.0,
    wildness: (1.5, 6.0),
    roaming: 0.3,
    providers: true,
    new_lease: 0.02,
    oddities: 1.0,
    attacked: 0.06,
    from_elsewhere: 0.7,
    from_near: 0.0,
    house: true,
    same_name: 0.0,
    guesses: 0.02,
    written: Written::Postfix,
};

/// All shapes. The last one was not looked at while the check was made.
pub const SHAPES: [Shape; 6] = [
    OFFICE,
    Shape {
        name: "log-normal",
        accounts: 300,
        mix: [0.4, 0.1, 0.15, 0.15, 0.05, 0.1, 0.05],
        days: (60, 14),
        lognormal: true,
        missing: 0.1,
        weekend: 0.6,
        wildness: (0.4, 0.9),
        roaming: 0.15,
        providers: false,
        new_lease: 0.05,
        house: false,
        attacked: 0.08,
        written: Written::Csv,
        ..OFFICE
    },
    Shape {
        name: "mobile",
        accounts: 250,
        mix: [0.15, 0.6, 0.03, 0.05, 0.02, 0.12, 0.03],
        days: (42, 7),
        roaming: 0.7,
        new_lease: 0.15,
        oddities: 1.5,
        same_name: 0.3,
        from_near: 0.1,
        attacked: 0.08,
        written: Written::Csv,
        ..OFFICE
    },
    Shape {
        name: "machines",
        accounts: 300,
        mix: [0.1, 0.02, 0.4, 0.33, 0.08, 0.05, 0.02],
        days: (83, 7),
        inertia: 0.6,
        weekend: 0.8,
        wildness: (2.0, 20.0),
        roaming: 0.1,
        providers: false,
        new_lease: 0.01,
        from_elsewhere: 0.5,
        attacked: 0.08,
        guesses: 0.1,
        ..OFFICE
    },
    Shape {
        name: "small",
        accounts: 40,
        mix: [0.5, 0.2, 0.1, 0.05, 0.03, 0.1, 0.02],
        days: (56, 28),
        attacked: 0.25,
        roaming: 0.4,
        ..OFFICE
    },
    Shape {
        name: "campus",
        accounts: 350,
        mix: [0.6, 0.1, 0.08, 0.05, 0.02, 0.1, 0.05],
        days: (49, 10),
        lognormal: true,
        wildness: (0.5, 0.7),
        inertia: 0.3,
        weekend: 0.4,
        missing: 0.05,
        roaming: 0.2,
        new_lease: 0.08,
        oddities: 1.3,
        from_elsewhere: 0.8,
        from_near: 0.05,
        guesses: 0.05,
        ..OFFICE
    },
];

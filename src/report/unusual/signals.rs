//! The signals: what is counted of an account in a day, and which aspect of its behaviour each belongs to.

/// What a signal counts in a day. Everything that is new was never seen of the account on an earlier day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Messages (or sessions, of an account that has no messages), less one.
    Volume,
    /// Recipients, less one.
    Recipients,
    /// Messages from networks that are new.
    FromNew,
    /// Networks that are new.
    NewNetworks,
    /// Neighbourhoods (/16, /32) that are new.
    NewNeighbourhoods,
    /// Client addresses, less one.
    Addresses,
    /// Messages from new networks under an EHLO name that is new, too.
    FromNewDevice,
    /// Messages with a sender that is new.
    AsNew,
    /// Senders that are new.
    NewSenders,
    /// Messages under an EHLO name that is new.
    UnderNewName,
    /// New pairs of mechanism and TLS version.
    NewWays,
    /// Hours that it does not use as a rule.
    NewHours,
    /// Failed logins.
    Failures,
    /// Clients in new networks that failed first and then got in.
    FailedThenIn,
}

/// The number of signals.
pub const SIGNALS: usize = 14;

impl Signal {
    /// Every signal, in the order of [`PerSignal`].
    pub const ALL: [Self; SIGNALS] = [
        Self::Volume,
        Self::Recipients,
        Self::FromNew,
        Self::NewNetworks,
        Self::NewNeighbourhoods,
        Self::Addresses,
        Self::FromNewDevice,
        Self::AsNew,
        Self::NewSenders,
        Self::UnderNewName,
        Self::NewWays,
        Self::NewHours,
        Self::Failures,
        Self::FailedThenIn,
    ];

    /// What it tells about.
    pub fn aspect(self) -> Aspect {
        match self {
            Self::Volume | Self::Recipients => Aspect::Volume,
            Self::FromNew
            | Self::NewNetworks
            | Self::NewNeighbourhoods
            | Self::Addresses
            | Self::FromNewDevice => Aspect::Clients,
            Self::AsNew | Self::NewSenders => Aspect::Senders,
            Self::UnderNewName | Self::NewWays => Aspect::Login,
            Self::NewHours => Aspect::Hours,
            Self::Failures | Self::FailedThenIn => Aspect::Failures,
        }
    }

    /// Whether its counts follow the week and take days to tell from a change.
    pub fn has_rhythm(self) -> bool {
        matches!(self, Self::Volume | Self::Recipients)
    }
}

/// An aspect of what an account does. Signals of one aspect tell the same thing in several ways; the strongest speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// How much it sends, to how many.
    Volume,
    /// From where.
    Clients,
    /// As whom.
    Senders,
    /// With which program: EHLO name, TLS version, mechanism.
    Login,
    /// At which hours.
    Hours,
    /// Failed logins.
    Failures,
    /// After how long a silence.
    Silence,
}

/// The number of aspects.
pub const ASPECTS: usize = 7;

impl Aspect {
    /// Every aspect, in the order of [`PerAspect`] and of reasons.
    pub const ALL: [Self; ASPECTS] =
        [Self::Volume, Self::Clients, Self::Senders, Self::Login, Self::Hours, Self::Failures, Self::Silence];

    /// Its name, in tables and data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Clients => "clients",
            Self::Senders => "senders",
            Self::Login => "login",
            Self::Hours => "hours",
            Self::Failures => "failures",
            Self::Silence => "return",
        }
    }
}

/// Something for each signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerSignal<T>([T; SIGNALS]);

impl<T: Copy> PerSignal<T> {
    /// The same for each.
    pub fn all(value: T) -> Self {
        Self([value; SIGNALS])
    }

    /// Of a signal.
    pub fn get(&self, signal: Signal) -> T {
        let [first, ..] = self.0;
        self.0.get(signal as usize).copied().unwrap_or(first)
    }

    /// Sets that of a signal.
    pub fn set(&mut self, signal: Signal, value: T) {
        if let Some(place) = self.0.get_mut(signal as usize) {
            *place = value;
        }
    }
}

/// Something for each aspect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerAspect<T>([T; ASPECTS]);

impl<T: Copy> PerAspect<T> {
    /// The same for each.
    pub fn all(value: T) -> Self {
        Self([value; ASPECTS])
    }

    /// In the order of [`Aspect::ALL`].
    pub const fn of(values: [T; ASPECTS]) -> Self {
        Self(values)
    }

    /// Of an aspect.
    pub fn get(&self, aspect: Aspect) -> T {
        let [first, ..] = self.0;
        self.0.get(aspect as usize).copied().unwrap_or(first)
    }

    /// Sets that of an aspect.
    pub fn set(&mut self, aspect: Aspect, value: T) {
        if let Some(place) = self.0.get_mut(aspect as usize) {
            *place = value;
        }
    }
}

//! The table of verdicts: what happens to a login when something is switched off. One total function, so that no combination
//! is forgotten.

use crate::submission::{Auth, Tls};
use clap::ValueEnum;

/// What is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Switch {
    /// TLS 1.0 and 1.1: TLS 1.2 is needed
    #[value(name = "tls1.2")]
    Tls12,
    /// Basic authentication: modern authentication (OAuth) is needed
    #[value(name = "modern", alias = "oauth")]
    Modern,
}

impl Switch {
    /// What `--for` calls it.
    pub fn option(self) -> &'static str {
        match self {
            Self::Tls12 => "tls1.2",
            Self::Modern => "modern",
        }
    }

    /// The spelling in data.
    pub fn data(self) -> &'static str {
        match self {
            Self::Tls12 => "tls1.0-1.1",
            Self::Modern => "basic",
        }
    }
}

/// What becomes of a login. The order is that of an account's worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Goes on as before.
    Ready,
    /// The switch does not touch it, but something else is wrong with it.
    NotAffected,
    /// The logs do not tell.
    CannotTell,
    /// Stops working.
    Stops,
}

impl Verdict {
    /// The spelling in data.
    pub fn data(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotAffected => "not_affected",
            Self::CannotTell => "cannot_tell",
            Self::Stops => "stops",
        }
    }
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// SSL 3.0, TLS 1.0 or 1.1.
    OldTls,
    /// The same, on a server that never spoke anything newer with anybody: perhaps the client could.
    ServerLimit,
    /// TLS 1.2 or newer.
    NewTls,
    /// Without TLS: the password is in clear.
    PasswordInClear,
    /// TLS was used, its version is not logged.
    VersionNotLogged,
    /// Nothing about TLS is logged.
    TlsNotLogged,
    /// A password.
    Basic,
    /// A token.
    Modern,
    /// The domain vouches, and the server is one's own.
    Integrated,
    /// The domain vouches, which Exchange Online does not know.
    IntegratedOnline,
    /// A mechanism that tells nothing.
    OtherMechanism,
    /// No mechanism is logged.
    MechanismNotLogged,
}

impl Reason {
    /// The spelling in data.
    pub fn data(self) -> &'static str {
        match self {
            Self::OldTls => "old_tls",
            Self::ServerLimit => "server_limit",
            Self::NewTls => "new_tls",
            Self::PasswordInClear => "password_in_clear",
            Self::VersionNotLogged => "tls_version_not_logged",
            Self::TlsNotLogged => "tls_not_logged",
            Self::Basic => "basic",
            Self::Modern => "modern",
            Self::Integrated => "integrated",
            Self::IntegratedOnline => "integrated_online",
            Self::OtherMechanism => "other_mechanism",
            Self::MechanismNotLogged => "mechanism_not_logged",
        }
    }
}

/// What matters of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// It spoke TLS 1.2 or newer with anybody.
    pub speaks_newer: bool,
    /// It is Exchange Online, not one's own.
    pub is_online: bool,
}

/// The verdict on a login.
pub fn judge(switch: Switch, tls: Tls, auth: Auth, server: Server) -> (Verdict, Reason) {
    match switch {
        Switch::Tls12 => match tls {
            Tls::Ssl3 | Tls::V1_0 | Tls::V1_1 if server.speaks_newer => (Verdict::Stops, Reason::OldTls),
            Tls::Ssl3 | Tls::V1_0 | Tls::V1_1 => (Verdict::CannotTell, Reason::ServerLimit),
            Tls::V1_2 | Tls::V1_3 => (Verdict::Ready, Reason::NewTls),
            Tls::None => (Verdict::NotAffected, Reason::PasswordInClear),
            Tls::Encrypted => (Verdict::CannotTell, Reason::VersionNotLogged),
            Tls::Unknown | Tls::Unlogged => (Verdict::CannotTell, Reason::TlsNotLogged),
        },
        Switch::Modern => match auth {
            Auth::Basic => (Verdict::Stops, Reason::Basic),
            Auth::Modern => (Verdict::Ready, Reason::Modern),
            Auth::Integrated if server.is_online => (Verdict::CannotTell, Reason::IntegratedOnline),
            Auth::Integrated => (Verdict::Ready, Reason::Integrated),
            Auth::Other => (Verdict::CannotTell, Reason::OtherMechanism),
            Auth::Unknown => (Verdict::CannotTell, Reason::MechanismNotLogged),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of issue 6, cell by cell.
    #[test]
    fn every_cell() {
        let own = Server { speaks_newer: true, is_online: false };
        let limited = Server { speaks_newer: false, ..own };
        let online = Server { is_online: true, ..own };
        for auth in Auth::ALL {
            let tls = |tls, server| judge(Switch::Tls12, tls, auth, server).0;
            for old in [Tls::Ssl3, Tls::V1_0, Tls::V1_1] {
                assert_eq!(tls(old, own), Verdict::Stops);
                assert_eq!(tls(old, limited), Verdict::CannotTell);
            }
            for server in [own, limited, online] {
                assert_eq!([Tls::V1_2, Tls::V1_3].map(|new| tls(new, server)), [Verdict::Ready; 2]);
                assert_eq!(tls(Tls::None, server), Verdict::NotAffected);
                let untold = [Tls::Encrypted, Tls::Unknown, Tls::Unlogged];
                assert_eq!(untold.map(|untold| tls(untold, server)), [Verdict::CannotTell; 3]);
            }
        }
        for tls in Tls::SHOWN {
            let auth = |auth, server| judge(Switch::Modern, tls, auth, server).0;
            for server in [own, limited, online] {
                assert_eq!(auth(Auth::Basic, server), Verdict::Stops);
                assert_eq!(auth(Auth::Modern, server), Verdict::Ready);
                let untold = [Auth::Other, Auth::Unknown].map(|untold| auth(untold, server));
                assert_eq!(untold, [Verdict::CannotTell; 2]);
            }
            assert_eq!(auth(Auth::Integrated, own), Verdict::Ready);
            assert_eq!(auth(Auth::Integrated, online), Verdict::CannotTell);
        }
    }
}

//! What a row of a table can be, and in which order rows stand.

use clap::ValueEnum;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Login, else envelope sender
    Account,
    /// Envelope sender
    Sender,
    /// Login
    Login,
    /// Client address
    Client,
    /// Domain of the sender
    Domain,
    /// Server
    Server,
}

/// Order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// Oldest TLS versions first, then most messages
    Tls,
    /// Most Basic logins first, then most messages
    Auth,
    /// Most messages first
    Messages,
    /// By name
    Name,
}

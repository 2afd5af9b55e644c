//! Who and what there is in worlds of Exchange servers: servers, their connectors, people with passwords.

use crate::exchange_rows::endpoint;

/// A server.
pub struct Server {
    /// Its name.
    pub name: &'static str,
    /// Its address.
    pub address: &'static str,
    /// It is of 2010: one log, no front end.
    pub old: bool,
}

/// The servers of all worlds.
pub const SERVERS: [Server; 3] = [
    Server { name: "EXCH01", address: "10.0.0.1", old: false },
    Server { name: "EXCH02", address: "10.0.0.2", old: false },
    Server { name: "EXCH10", address: "10.0.0.10", old: true },
];

/// The language of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// All names are those of the documentation.
    English,
    /// No name is ASCII.
    German,
    /// The same in another code page.
    Russian,
}

impl Tongue {
    fn connector(self, kind: &str) -> &str {
        match (self, kind) {
            (Self::German, "Client Frontend") => "Außenstelle für Clients",
            (Self::German, "Client Proxy") => "Rückwärtiger Clientproxy",
            (Self::German, "Scanner relay") => "Büro-Scanner",
            (Self::Russian, "Client Frontend") => "Внешний клиент",
            (Self::Russian, "Client Proxy") => "Клиентский прокси",
            (Self::Russian, "Scanner relay") => "Сканеры",
            _ => kind,
        }
    }

    /// The connector with which front ends speak to hubs. It has no server in front.
    pub fn send_connector(self) -> &'static str {
        match self {
            Self::English => "Inbound Proxy Internal Send Connector",
            Self::German => "Interner Sendeconnector für eingehenden Proxy",
            Self::Russian => "Внутренний соединитель отправки для вход. подкл. прокси-сервера",
        }
    }
}

/// Its name in DNS.
pub fn host(server: &Server) -> String {
    format!("{}.contoso.test", server.name.to_lowercase())
}

/// The connector of a client, with and without its server.
pub struct Connector {
    /// As logs have it.
    pub full: String,
    /// Behind the server's name.
    pub short: String,
    /// The endpoint that it listens on.
    pub local: String,
}

impl Connector {
    /// A connector of a server, by its English name.
    pub fn of(server: usize, kind: &str, tongue: Tongue, port: u16) -> Self {
        let server = &SERVERS[server];
        let short = format!("{} {}", tongue.connector(kind), server.name);
        Self { full: format!("{}\\{short}", server.name), short, local: endpoint(server.address, port) }
    }
}

/// Who connects, when and where.
#[derive(Clone, Debug)]
pub struct Party {
    /// The server.
    pub server: usize,
    /// When, in milliseconds since 2026-11-01.
    pub start: u64,
    /// Session ids: of the front end, the hub, the send log.
    pub ids: [String; 3],
    /// Who it is.
    pub account: &'static Account,
    /// Its address.
    pub address: String,
    /// Its port.
    pub port: u16,
    /// Its EHLO name.
    pub ehlo: String,
}

/// Somebody who has a password.
#[derive(Debug)]
pub struct Account {
    /// The user name.
    pub login: &'static str,
    /// The command with which it logs in.
    pub verb: &'static str,
    /// The addresses from which it sends.
    pub senders: &'static [&'static str],
    /// Where it is.
    pub address: &'static str,
    /// What it calls itself.
    pub ehlo: &'static str,
}

const fn account(
    [login, verb, address, ehlo]: [&'static str; 4],
    senders: &'static [&'static str],
) -> Account {
    Account { login, verb, senders, address, ehlo }
}

/// Everybody who has a password.
pub const ACCOUNTS: [Account; 7] = [
    account(
        ["scan@contoso.com", "AUTH LOGIN", "10.1.1.70", "mfp-2"],
        &["scan@contoso.com", "Scan-HR@contoso.com"],
    ),
    account(
        ["CONTOSO\\erp", "AUTH login", "10.1.1.71", "srv-app01"],
        &["erp@contoso.com", "", "orders@northwind.example"],
    ),
    account(["CWLAB\\_svcacct", "AUTH NTLM", "10.1.1.72", "[10.1.1.72]"], &["_svcacct@cwlab.com"]),
    account(
        ["Fax@Fabrikam.example", "auth login", "198.51.100.9", "fax.fabrikam.example"],
        &["fax@fabrikam.example", ""],
    ),
    account(
        ["frank@contoso.test", "AUTH LOGIN", "2001:db8:20::a5", "thunderbird.contoso.test"],
        &["frank@contoso.test"],
    ),
    account(
        ["crm@contoso.com", "AUTH NTLM", "10.1.1.70", "crm"],
        &["crm@contoso.com", "o'neil+x@contoso.com"],
    ),
    account(["администратор@contoso.com", "AUTH LOGIN", "10.1.1.77", "win-пк"], &["admin@contoso.com"]),
];

/// TLS versions as data has them, and as rows spell them.
pub const TLS: [(&str, Option<&str>); 8] = [
    ("1.2", Some("SP_PROT_TLS1_2_SERVER")),
    ("1.0", Some("SP_PROT_TLS1_0_SERVER")),
    ("1.1", Some("SP_PROT_TLS1_1_SERVER")),
    ("1.0", Some("SP_PROT_TLS1_SERVER")),
    ("1.2", Some("1024")),
    ("1.0", Some("64")),
    ("none", None),
    ("none", None),
];

/// What a front end says for a client.
pub fn xproxy(party: &Party) -> String {
    let Party { ids, address, port, ehlo, .. } = party;
    format!("XPROXY SID={} IP={address} PORT={port} DOMAIN={ehlo} CAPABILITIES=0", ids[0])
}

//! Connectors of clients that never appear, and the half of the logs that was not given.
//!
//! Since Exchange 2013 clients log in at the front end of a server, and a hub takes their messages. Microsoft documents the
//! connectors, their ports, and that of all of them only Default Frontend logs by default (`receive-connectors.md`), and
//! where the logs lie (`protocol-logging.md`). Names of connectors may be localised, ports are not.

use super::{Absence, Log, parted};
use crate::coverage::Connector;
use crate::report::inspect::File;
use crate::submission::Untrusted;
use std::collections::{BTreeMap, BTreeSet};

/// A half of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    FrontEnd,
    Hub,
}

impl Half {
    /// The connector of clients that log in.
    fn connector(self) -> &'static [u8] {
        match self {
            Self::FrontEnd => b"Client Frontend",
            Self::Hub => b"Client Proxy",
        }
    }

    fn is_of_clients(self, (_, name, port): &Connector) -> bool {
        let own_port = match self {
            Self::FrontEnd => 587,
            Self::Hub => 465,
        };
        *port == Some(own_port) || begins(name, self.connector())
    }

    /// What is said where that connector does not appear.
    fn silence(self) -> &'static [u8] {
        match self {
            Self::FrontEnd => {
                b"no session on port 587 (Client Frontend), where clients log in. Protocol logging is off there by default: \
                  no rows does not mean no use. Switch it on:"
            }
            Self::Hub => {
                b"no session on port 465 (Client Proxy), which takes the messages of clients that logged in. Protocol \
                  logging is off there by default: no rows does not mean no messages. Switch it on:"
            }
        }
    }

    /// What is said where only the other half was given.
    fn lack(self) -> &'static [u8] {
        match self {
            Self::FrontEnd => {
                b"no log of a front end: TLS version and login of its clients are logged in \
                  TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive. Protocol logging of Client Frontend is off by \
                  default. Switch it on:"
            }
            Self::Hub => {
                b"no log of a hub: which messages these sessions sent is logged in \
                  TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpReceive. Protocol logging of Client Proxy is off by default. \
                  Switch it on:"
            }
        }
    }

    /// `Set-ReceiveConnector "EXCH01\Client Frontend EXCH01" -ProtocolLoggingLevel Verbose`. A name that a shell might take
    /// for more than a name does not get into a command that people will paste.
    fn remedy(self, server: &[u8]) -> Untrusted {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let is_name = !server.is_empty() && server.iter().all(is_plain);
        let server = if is_name { server } else { b"SERVER" };
        let parts: [&[u8]; 7] = [
            b"Set-ReceiveConnector \"",
            server,
            b"\\",
            self.connector(),
            b" ",
            server,
            b"\" -ProtocolLoggingLevel Verbose",
        ];
        parts.concat().as_slice().into()
    }
}

/// What is said where there is no receive log at all.
const NO_RECEIVE_LOG: &[u8] = b"no protocol log of receive connectors: TLS version and login of clients are logged in \
    TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive, which messages they sent in \
    TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpReceive (Exchange 2010: both in TransportRoles\\Logs\\ProtocolLog\\SmtpReceive). \
    Protocol logging is off by default. Switch it on:";

/// What the folder of a log says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Half(Half),
    /// Edge servers and mailbox delivery: no clients log in there.
    Other,
    /// Exchange 2010, or logs that were copied somewhere.
    Unknown,
}

/// `FrontEnd\ProtocolLog\SmtpReceive`; where there is no `ProtocolLog`, a folder called after a service.
fn service(folder: &str) -> Service {
    let parts: Vec<&str> = folder.split(['/', '\\']).collect();
    let of = |part: &&str| match part.to_ascii_lowercase().as_str() {
        "frontend" => Some(Service::Half(Half::FrontEnd)),
        "hub" => Some(Service::Half(Half::Hub)),
        "edge" | "mailbox" => Some(Service::Other),
        _ => None,
    };
    let found = match parts.iter().rposition(|part| part.eq_ignore_ascii_case("ProtocolLog")) {
        Some(at) => at.checked_sub(1).and_then(|before| parts.get(before)).and_then(of),
        None => parts.iter().rev().find_map(of),
    };
    found.unwrap_or(Service::Unknown)
}

fn begins(name: &[u8], with: &[u8]) -> bool {
    name.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

/// Half a server in the logs.
struct Seen<'f> {
    /// As the logs write it; empty if they name none.
    server: &'f [u8],
    /// A log of it.
    log: &'f File,
    /// The connector of its clients appears.
    has_clients: bool,
}

/// The protocol logs of receive connectors.
struct Logs<'f> {
    files: Vec<(&'f File, Service)>,
    /// Servers that have a hub, and therefore a front end, whatever its connectors are called.
    split: BTreeSet<Vec<u8>>,
}

impl<'f> Logs<'f> {
    fn of(files: &'f [File]) -> Self {
        // A file that begins as another log may go on as this one.
        let has_connectors = |file: &File| file.coverage.connectors.iter().next().is_some();
        let files = files.iter().filter(|file| file.log == Some(Log::Receive) || has_connectors(file));
        let files: Vec<_> = files.map(|file| (file, service(parted(&file.name).0))).collect();
        let mut logs = Self { files, split: BTreeSet::new() };
        let hubs = logs
            .connectors()
            .filter(|(connector, service, _)| logs.half(*service, connector) == Some(Half::Hub));
        logs.split = hubs.map(|(connector, ..)| connector.0.to_ascii_lowercase()).collect();
        logs
    }

    fn connectors(&self) -> impl Iterator<Item = (&'f Connector, Service, &'f File)> {
        let each = |(file, service): &(&'f File, Service)| {
            let (file, service) = (*file, *service);
            file.coverage.connectors.iter().map(move |(connector, _)| (connector, service, file))
        };
        self.files.iter().flat_map(each)
    }

    /// Exchange 2010 and Edge listen on ports of a front end too, and are neither half.
    fn half(&self, service: Service, (server, name, port): &Connector) -> Option<Half> {
        let is_named = || memchr::memmem::find(&name.to_ascii_lowercase(), b"frontend").is_some();
        match (service, port) {
            (Service::Half(half), _) => Some(half),
            (Service::Other, _) => None,
            (Service::Unknown, Some(465 | 2525)) => Some(Half::Hub),
            (Service::Unknown, _) if begins(name, Half::Hub.connector()) => Some(Half::Hub),
            (Service::Unknown, Some(25 | 587 | 717)) => {
                (is_named() || self.split.contains(&server.to_ascii_lowercase())).then_some(Half::FrontEnd)
            }
            (Service::Unknown, _) => None,
        }
    }

    /// The servers of which there is this half, in the order of their names.
    fn servers(&self, half: Half) -> Vec<Seen<'f>> {
        let mut servers: BTreeMap<Vec<u8>, Seen<'f>> = BTreeMap::new();
        for (connector, service, log) in self.connectors() {
            if self.half(service, connector) == Some(half) {
                let seen = Seen { server: &connector.0, log, has_clients: false };
                let seen = servers.entry(connector.0.to_ascii_lowercase()).or_insert(seen);
                seen.has_clients |= half.is_of_clients(connector);
            }
        }
        if servers.is_empty() {
            // A log in which nothing was logged names no server.
            let empty = self.files.iter().find(|(_, service)| *service == Service::Half(half));
            return empty.map(|(log, _)| Seen { server: b"", log, has_clients: false }).into_iter().collect();
        }
        servers.into_values().collect()
    }
}

/// Connectors of clients that never appear, and the half of the logs that was not given.
pub(super) fn silent(files: &[File]) -> Vec<Absence> {
    let logs = Logs::of(files);
    let halves = [Half::FrontEnd, Half::Hub].map(|half| (half, logs.servers(half)));
    let mut found: Vec<Absence> = Vec::new();
    for (half, servers) in &halves {
        let silent = servers.iter().filter(|seen| !seen.has_clients);
        found.extend(silent.map(|seen| {
            let what = match seen.server {
                b"" => half.silence().to_vec(),
                server => [server, b": ", half.silence()].concat(),
            };
            absence(seen.log, &what, vec![half.remedy(seen.server)])
        }));
    }
    let [(_, front_ends), (_, hubs)] = &halves;
    let lack = match (front_ends.as_slice(), hubs.as_slice()) {
        ([], []) => no_receive_log(files).filter(|_| logs.files.is_empty()),
        (servers, []) => without(Half::Hub, servers),
        ([], servers) => without(Half::FrontEnd, servers),
        _ => None,
    };
    found.extend(lack);
    found
}

/// Servers of which the other half is there.
fn without(half: Half, servers: &[Seen<'_>]) -> Option<Absence> {
    let mut remedies: Vec<_> = servers.iter().map(|seen| half.remedy(seen.server)).collect();
    remedies.dedup();
    Some(absence(servers.first()?.log, half.lack(), remedies))
}

/// Message tracking or send logs are there.
fn no_receive_log(files: &[File]) -> Option<Absence> {
    let of = |log| files.iter().find(|file| file.log == Some(log));
    let file = of(Log::Tracking).or_else(|| of(Log::Send))?;
    Some(absence(file, NO_RECEIVE_LOG, [Half::FrontEnd, Half::Hub].map(|half| half.remedy(b"")).to_vec()))
}

fn absence(log: &File, what: &[u8], remedies: Vec<Untrusted>) -> Absence {
    let (folder, _) = parted(&log.name);
    Absence {
        folder: folder.to_owned(),
        format: log.format.clone(),
        what: what.into(),
        because: None,
        remedies,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_by_their_folders() {
        let front = Service::Half(Half::FrontEnd);
        let hub = Service::Half(Half::Hub);
        for (folder, wanted) in [
            ("V15\\TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive", front),
            ("logs/ex1/hub/protocollog/smtpreceive", hub),
            ("logs/Hub/EX1", hub),
            ("Edge/ProtocolLog/SmtpReceive", Service::Other),
            ("Mailbox\\ProtocolLog\\SmtpReceive\\Delivery", Service::Other),
            ("/home/hub/V14/TransportRoles/Logs/ProtocolLog/SmtpReceive", Service::Unknown),
            ("ProtocolLog/SmtpReceive", Service::Unknown),
            ("logs/github", Service::Unknown),
            (".", Service::Unknown),
        ] {
            assert_eq!(service(folder), wanted, "{folder}");
        }
    }

    #[test]
    fn commands_hold_no_more_than_a_name() {
        let remedy = |server: &[u8]| Half::Hub.remedy(server).bytes().to_vec();
        let of = |name: &str| {
            format!("Set-ReceiveConnector \"{name}\\Client Proxy {name}\" -ProtocolLoggingLevel Verbose")
                .into_bytes()
        };
        assert_eq!(remedy(b"EX-01_a.contoso"), of("EX-01_a.contoso"));
        for server in ["", "EX 1", "$(calc)", "EX1\"; calc", "`calc", "\u{421}01"] {
            assert_eq!(remedy(server.as_bytes()), of("SERVER"), "{server}");
        }
    }
}

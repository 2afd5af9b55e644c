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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Half {
    FrontEnd,
    Hub,
}

impl Half {
    fn other(self) -> Self {
        match self {
            Self::FrontEnd => Self::Hub,
            Self::Hub => Self::FrontEnd,
        }
    }

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
    fn remedy(self, server: &[u8]) -> Untrusted<'static> {
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
        parts.concat().into()
    }
}

/// What is said where there is no receive log at all.
const NO_RECEIVE_LOG: &[u8] = b"no protocol log of receive connectors: TLS version and login of clients are logged in \
    TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive, which messages they sent in \
    TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpReceive (Exchange 2010: both in TransportRoles\\Logs\\ProtocolLog\\SmtpReceive). \
    Protocol logging is off by default. Switch it on:";

/// What the folder of a log says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hint<'p> {
    half: Half,
    /// It is a folder of Exchange Server; else only called like one, as the folder of somebody's copies may be.
    is_sure: bool,
    /// The folder in which both halves of a server lie.
    root: &'p str,
}

/// `FrontEnd\ProtocolLog\SmtpReceive`; where there is no `ProtocolLog`, the last folder called after a half. Edge servers and
/// mailbox delivery are neither, and known by their ports.
fn hint(folder: &str) -> Option<Hint<'_>> {
    let mut parts: Vec<(usize, &str)> = Vec::new();
    for part in folder.split(['/', '\\']) {
        let begin =
            parts.last().map_or(0, |(begin, last)| begin.saturating_add(last.len()).saturating_add(1));
        parts.push((begin, part));
    }
    let of = |(begin, part): &(usize, &str), is_sure: bool| {
        let half = match part.to_ascii_lowercase().as_str() {
            "frontend" => Half::FrontEnd,
            "hub" => Half::Hub,
            _ => return None,
        };
        Some(Hint { half, is_sure, root: folder.get(..*begin).unwrap_or_default() })
    };
    match parts.iter().rposition(|(_, part)| part.eq_ignore_ascii_case("ProtocolLog")) {
        Some(at) => at.checked_sub(1).and_then(|before| parts.get(before)).and_then(|part| of(part, true)),
        None => parts.iter().rev().find_map(|part| of(part, false)),
    }
}

fn begins(name: &[u8], with: &[u8]) -> bool {
    name.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

/// A hub listens on these ports, or has a connector of this name.
fn is_of_hub((_, name, port): &Connector) -> bool {
    matches!(port, Some(465 | 2525)) || begins(name, Half::Hub.connector())
}

/// Half a server in the logs.
#[derive(Clone, Copy)]
struct Seen<'f> {
    /// The server, as these logs write it; empty if they name none.
    server: &'f [u8],
    /// A log of it.
    log: &'f File,
    /// The connector of its clients appears.
    has_clients: bool,
}

/// A server in the logs.
#[derive(Clone, Copy, Default)]
struct Server<'f> {
    front_end: Option<Seen<'f>>,
    hub: Option<Seen<'f>>,
}

impl<'f> Server<'f> {
    fn seen(&self, half: Half) -> Option<Seen<'f>> {
        match half {
            Half::FrontEnd => self.front_end,
            Half::Hub => self.hub,
        }
    }

    fn half(&mut self, half: Half) -> &mut Option<Seen<'f>> {
        match half {
            Half::FrontEnd => &mut self.front_end,
            Half::Hub => &mut self.hub,
        }
    }
}

/// The protocol logs of receive connectors.
struct Logs<'f> {
    files: Vec<(&'f File, Option<Hint<'f>>)>,
    /// Servers that have a hub, and therefore a front end, whatever its connectors are called.
    split: BTreeSet<Vec<u8>>,
    /// Servers whose log lies in a folder that is called hub, and is none of theirs: they are of 2010.
    whole: BTreeSet<Vec<u8>>,
}

impl<'f> Logs<'f> {
    fn of(files: &'f [File]) -> Self {
        // A file that begins as another log may go on as this one.
        let has_connectors = |file: &File| file.coverage.connectors.iter().next().is_some();
        let files = files.iter().filter(|file| file.log == Some(Log::Receive) || has_connectors(file));
        let files: Vec<_> = files.map(|file| (file, hint(parted(&file.name).0))).collect();
        let mut logs = Self { files, split: BTreeSet::new(), whole: BTreeSet::new() };
        let listens = |is: &dyn Fn(&Connector) -> bool| -> BTreeSet<Vec<u8>> {
            let of = logs.connectors().filter(|(connector, ..)| is(connector));
            of.map(|(connector, ..)| connector.0.to_ascii_lowercase()).collect()
        };
        let (hubs, clients) = (listens(&is_of_hub), listens(&|(.., port)| *port == Some(587)));
        logs.whole = clients.difference(&hubs).cloned().collect();
        let hubs =
            logs.connectors().filter(|(connector, hint, _)| logs.half(*hint, connector) == Some(Half::Hub));
        logs.split = hubs.map(|(connector, ..)| connector.0.to_ascii_lowercase()).collect();
        logs
    }

    fn connectors(&self) -> impl Iterator<Item = (&'f Connector, Option<Hint<'f>>, &'f File)> {
        let each = |(file, hint): &(&'f File, Option<Hint<'f>>)| {
            let (file, hint) = (*file, *hint);
            file.coverage.connectors.iter().map(move |(connector, _)| (connector, hint, file))
        };
        self.files.iter().flat_map(each)
    }

    /// Exchange 2010 and Edge listen on ports of a front end too, and are neither half.
    fn half(&self, hint: Option<Hint<'_>>, connector: &Connector) -> Option<Half> {
        let (server, name, port) = connector;
        let server = server.to_ascii_lowercase();
        let is_named = || memchr::memmem::find(&name.to_ascii_lowercase(), b"frontend").is_some();
        match (hint, port) {
            (Some(Hint { half: Half::Hub, is_sure: true, .. }), _) if self.whole.contains(&server) => {
                is_named().then_some(Half::FrontEnd)
            }
            (Some(Hint { half, is_sure: true, .. }), _) => Some(half),
            _ if is_of_hub(connector) => Some(Half::Hub),
            (Some(Hint { half: Half::FrontEnd, .. }), Some(25 | 587 | 717)) => Some(Half::FrontEnd),
            (_, Some(25 | 587 | 717)) => {
                (is_named() || self.split.contains(&server)).then_some(Half::FrontEnd)
            }
            _ => None,
        }
    }

    /// The servers, in the order of their names.
    fn servers(&self) -> Vec<Server<'f>> {
        let mut servers: BTreeMap<Vec<u8>, Server<'f>> = BTreeMap::new();
        // Which halves of which servers lie below the folders.
        let mut placed: Placed<'f> = BTreeSet::new();
        for (connector, hint, log) in self.connectors() {
            let Some(half) = self.half(hint, connector) else { continue };
            let key = connector.0.to_ascii_lowercase();
            placed.extend(hint.map(|hint| (hint.root, half, key.clone())));
            let seen = Seen { server: &connector.0, log, has_clients: false };
            let seen = servers.entry(key).or_default().half(half).get_or_insert(seen);
            seen.has_clients |= half.is_of_clients(connector);
        }
        let is_empty = |log: &File| log.coverage.connectors.iter().next().is_none();
        for (log, hint) in self.files.iter().filter(|(log, _)| is_empty(log)) {
            hint.iter().for_each(|hint| add_silent(&mut servers, &placed, log, *hint));
        }
        servers.into_values().collect()
    }
}

/// Roots of folders, and the half of a server that lies below them.
type Placed<'f> = BTreeSet<(&'f str, Half, Vec<u8>)>;

/// A log in which nothing was logged names no server: it is that of the server whose other half lies beside it; else of those
/// without this half, or of one without a name.
fn add_silent<'f>(
    servers: &mut BTreeMap<Vec<u8>, Server<'f>>,
    placed: &Placed<'f>,
    log: &'f File,
    hint: Hint<'f>,
) {
    let beside = |half: Half| -> Vec<Vec<u8>> {
        let of = placed.iter().filter(|(root, of, _)| *root == hint.root && *of == half);
        of.map(|(.., server)| server.clone()).collect()
    };
    if !hint.is_sure || !beside(hint.half).is_empty() {
        return;
    }
    let mut whose = beside(hint.half.other());
    let is_known = servers.values().any(|server| server.seen(hint.half).is_some());
    if whose.is_empty() && !is_known {
        whose.extend(servers.keys().cloned());
        whose.extend(servers.is_empty().then(Vec::new));
    }
    for key in whose {
        let server = servers.entry(key).or_default();
        let name = server.seen(hint.half.other()).map_or(&b""[..], |other| other.server);
        server.half(hint.half).get_or_insert(Seen { server: name, log, has_clients: false });
    }
}

/// Connectors of clients that never appear, and the half of the logs that was not given.
pub(super) fn silent(files: &[File]) -> Vec<Absence> {
    let logs = Logs::of(files);
    let servers = logs.servers();
    let mut found: Vec<Absence> = Vec::new();
    for half in [Half::FrontEnd, Half::Hub] {
        let halves = servers.iter().filter_map(|server| server.seen(half));
        found.extend(halves.filter(|seen| !seen.has_clients).map(|seen| {
            absence(seen.log, &of_servers(&[seen], half.silence()), vec![half.remedy(seen.server)])
        }));
    }
    if servers.is_empty() {
        found.extend(no_receive_log(files).filter(|_| logs.files.is_empty()));
    }
    found.extend([Half::Hub, Half::FrontEnd].into_iter().filter_map(|half| without(half, &servers)));
    found
}

/// `EX1, EX2: ` in front of what is said about them; nothing where there is no name.
fn of_servers(halves: &[Seen<'_>], what: &[u8]) -> Vec<u8> {
    let names: Vec<&[u8]> = halves.iter().map(|seen| seen.server).filter(|name| !name.is_empty()).collect();
    let names = names.join(&b", "[..]);
    if names.is_empty() { what.to_vec() } else { [&names, &b": "[..], what].concat() }
}

/// Servers of which only the other half is there. They are named unless that is true of all.
fn without(half: Half, servers: &[Server<'_>]) -> Option<Absence> {
    let others = servers.iter().filter(|server| server.seen(half).is_none());
    let others: Vec<Seen<'_>> = others.filter_map(|server| server.seen(half.other())).collect();
    let named = if others.len() < servers.len() { others.as_slice() } else { &[] };
    let remedies = others.iter().map(|seen| half.remedy(seen.server)).collect();
    Some(absence(others.first()?.log, &of_servers(named, half.lack()), remedies))
}

/// Message tracking or send logs are there.
fn no_receive_log(files: &[File]) -> Option<Absence> {
    let of = |log| files.iter().find(|file| file.log == Some(log));
    let file = of(Log::Tracking).or_else(|| of(Log::Send))?;
    Some(absence(file, NO_RECEIVE_LOG, [Half::FrontEnd, Half::Hub].map(|half| half.remedy(b"")).to_vec()))
}

fn absence(log: &File, what: &[u8], remedies: Vec<Untrusted<'static>>) -> Absence {
    let (folder, _) = parted(&log.name);
    Absence {
        folder: folder.to_owned(),
        format: log.format.clone(),
        what: what.to_vec().into(),
        because: None,
        remedies,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_by_their_folders() {
        let hint = |folder| hint(folder).map(|hint| (hint.half, hint.is_sure, hint.root));
        for (folder, wanted) in [
            (
                "V15\\TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive",
                Some((Half::FrontEnd, true, "V15\\TransportRoles\\Logs\\")),
            ),
            ("logs/ex1/hub/protocollog/smtpreceive", Some((Half::Hub, true, "logs/ex1/"))),
            ("logs/Hub/EX1", Some((Half::Hub, false, "logs/"))),
            ("hub/FrontEnd", Some((Half::FrontEnd, false, "hub/"))),
            ("Edge/ProtocolLog/SmtpReceive", None),
            ("mailbox/EX1", None),
            ("/home/hub/V14/TransportRoles/Logs/ProtocolLog/SmtpReceive", None),
            ("ProtocolLog/SmtpReceive", None),
            ("logs/github", None),
            (".", None),
        ] {
            assert_eq!(hint(folder), wanted, "{folder}");
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

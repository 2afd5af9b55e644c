//! What is true of a world for somebody who has some of its logs, and what the program found, in the same shape.

use crate::exchange_files::Seen;
use crate::exchange_letter::Sent;
use crate::exchange_pair::{Connection, World};
use crate::exchange_rows::{Log, stamp};
use crate::exchange_servers::SERVERS;
use std::collections::BTreeMap;

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Messages by day, sender and connection: how many, their recipients, their bytes.
    pub messages: BTreeMap<(String, String, Who), [u64; 3]>,
    /// Sessions.
    pub sessions: BTreeMap<Who, u64>,
    /// Logins that were refused, by server, connector and client.
    pub failed: BTreeMap<[String; 3], u64>,
}

/// Whose connection it was, as a reader of the logs can know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    /// Server.
    pub server: String,
    /// Connector, without the server in front.
    pub service: String,
    /// User name.
    pub login: String,
    /// Address.
    pub client: String,
    /// TLS version.
    pub tls: String,
    /// Mechanism.
    pub mechanism: String,
}

impl Truth {
    /// What follows from these logs of a world.
    pub fn of(world: &World, seen: Seen<'_>) -> Self {
        let mut truth = Self::default();
        for connection in &world.connections {
            let log = if connection.at_front { Log::Front } else { Log::Hub };
            if seen(connection.server, log) {
                truth.connection(connection);
            }
            match &connection.hub {
                Some(hub) => truth.proxied(world, connection, hub, seen),
                None if seen(connection.server, log) => {
                    connection.letters.iter().for_each(|(login, sent)| {
                        let tracked = seen(connection.server, Log::Tracking);
                        truth.message(who(connection, *login), sent, tracked);
                    });
                }
                // Message tracking does not say that somebody logged in at a connector of the site's own.
                None => {}
            }
        }
        truth
    }

    /// What the log of the client's own connection tells.
    fn connection(&mut self, connection: &Connection) {
        let Connection { failed, logins, .. } = connection;
        if !logins.is_empty() {
            *self.sessions.entry(who(connection, 0)).or_default() += 1;
        }
        if *failed > 0 {
            let Who { server, service, client, .. } = who(connection, 0);
            *self.failed.entry([server, service, client]).or_default() += failed;
        }
    }

    /// What the logs behind the front end tell.
    fn proxied(&mut self, world: &World, connection: &Connection, hub: &(usize, String), seen: Seen<'_>) {
        let named = world.options.xproxy;
        let is_known = seen(hub.0, Log::Hub) && (named || seen(connection.server, Log::Send));
        let at_front = seen(connection.server, Log::Front);
        let behind = Who {
            server: SERVERS[hub.0].name.to_owned(),
            service: hub.1.clone(),
            client: if named || !is_known { folded(&connection.client) } else { String::new() },
            tls: "unknown".to_owned(),
            ..Who::default()
        };
        if is_known && !at_front {
            *self.sessions.entry(behind.clone()).or_default() += 1;
        }
        let tracked = seen(hub.0, Log::Tracking);
        if is_known || tracked {
            for (login, sent) in &connection.letters {
                let is_joined = is_known && at_front;
                let who = if is_joined { who(connection, *login) } else { behind.clone() };
                self.message(who, sent, tracked);
            }
        }
    }

    /// Where the protocol log does not tell a size, message tracking does.
    fn message(&mut self, who: Who, sent: &Sent, tracked: bool) {
        let sender = if sent.letter.sender.is_empty() { "<>" } else { &sent.letter.sender };
        let key = (stamp(sent.at)[..10].to_owned(), folded(sender), who);
        let sums = self.messages.entry(key).or_default();
        let size = sent.letter.measured().or(tracked.then_some(sent.letter.size));
        for (sum, more) in sums.iter_mut().zip([1, sent.letter.accepted(), size.unwrap_or(0)]) {
            *sum += more;
        }
    }

    /// What the cells of a run say.
    pub fn found(cells: &str) -> Self {
        let mut found = Self::default();
        let mut reader = csv::Reader::from_reader(cells.as_bytes());
        let header = reader.headers().expect("CSV has a header").clone();
        for row in reader.records().map(|row| row.expect("CSV is well-formed")) {
            let cell = |name: &str| {
                let at = header.iter().position(|column| column == name).expect("a column");
                row[at].to_owned()
            };
            let count = |name: &str| cell(name).parse::<u64>().expect("a number");
            let service = cell("service");
            let service = service.rsplit('\\').next().unwrap_or_default().to_owned();
            let who = Who {
                server: cell("server"),
                service,
                login: cell("login"),
                client: cell("client"),
                tls: cell("tls"),
                mechanism: cell("mechanism"),
            };
            if count("messages") > 0 {
                let sums = found.messages.entry((cell("bucket"), cell("sender"), who.clone())).or_default();
                for (sum, name) in sums.iter_mut().zip(["messages", "recipients", "bytes"]) {
                    *sum += count(name);
                }
            }
            if count("sessions") > 0 {
                *found.sessions.entry(who.clone()).or_default() += count("sessions");
            }
            if count("failed_logins") > 0 {
                let key = [who.server, who.service, who.client];
                *found.failed.entry(key).or_default() += count("failed_logins");
            }
        }
        found
    }

    /// A number of each kind, for messages of failing tests and for the program's own sums.
    pub fn sums(&self) -> [u64; 3] {
        [
            self.messages.values().map(|[count, ..]| count).sum(),
            self.sessions.values().sum(),
            self.failed.values().sum(),
        ]
    }

    /// Both must be the same; else shows what is not.
    pub fn check(&self, found: &Self, what: &str) {
        let lines = |truth: &Self| -> String {
            let messages = truth.messages.iter().map(|(key, sums)| format!("message {key:?} {sums:?}\n"));
            let sessions = truth.sessions.iter().map(|(key, count)| format!("session {key:?} {count}\n"));
            let failed = truth.failed.iter().map(|(key, count)| format!("failed {key:?} {count}\n"));
            messages.chain(sessions).chain(failed).collect()
        };
        let (true_lines, found_lines) = (lines(self), lines(found));
        let only = |left: &str, right: &str| -> String {
            left.lines()
                .filter(|line| !right.lines().any(|other| other == *line))
                .map(|l| format!("  {l}\n"))
                .collect()
        };
        assert!(
            true_lines == found_lines,
            "{what}: true {:?}, found {:?}\nonly true:\n{}only found:\n{}",
            self.sums(),
            found.sums(),
            only(&true_lines, &found_lines),
            only(&found_lines, &true_lines)
        );
    }
}

/// Whose connection it was, told by the log of the connection.
fn who(connection: &Connection, login: usize) -> Who {
    let (mechanism, login) = connection.logins.get(login).cloned().unwrap_or_default();
    Who {
        server: SERVERS[connection.server].name.to_owned(),
        service: connection.service.clone(),
        login: folded(&login),
        client: folded(&connection.client),
        tls: connection.tls.to_owned(),
        mechanism,
    }
}

/// As the program folds names: ASCII only.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

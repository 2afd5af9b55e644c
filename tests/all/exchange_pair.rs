//! Worlds of Exchange servers: who connected, what the servers wrote down about it in which log, and what is true.
//!
//! A world is made of connections. Each is played once, in the words of all logs that have something to say about it; what
//! happened is kept beside the rows, so that what a reader has to find follows from what happened and not from the rows.

use crate::exchange_letter::{Fate, Letter, Sent, context};
use crate::exchange_rows::{Dice, Log, Opening, Row, Talk, endpoint};
use crate::exchange_servers::{ACCOUNTS, Account, Connector, Party, SERVERS, TLS, Tongue, host, xproxy};
use crate::exchange_strangers as strangers;
use crate::exchange_tracking::{Arrival, aftermath, received};

/// What a world is like.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which one it is.
    pub seed: u64,
    /// How many clients connect.
    pub connections: u64,
    /// Within how many minutes.
    pub minutes: u64,
    /// Both servers give the same session ids.
    pub same_ids: bool,
    /// The front end tells the hub for whom it speaks; else only its send log does.
    pub xproxy: bool,
    /// In which language connectors have their names.
    pub tongue: Tongue,
    /// There are strangers who know how logs are read.
    pub hostile: bool,
    /// So do people with passwords, who tell hubs that they are front ends.
    pub cunning: bool,
}

/// The seeds of a test: so many, unless told otherwise.
pub fn seeds(usual: u64) -> impl Iterator<Item = u64> {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    0..told.unwrap_or(usual)
}

/// What the world of a seed is like, unless a test is about something else.
pub fn options(seed: u64) -> Options {
    Options {
        seed,
        connections: 8 + seed % 7,
        minutes: 240,
        same_ids: seed % 5 == 4,
        xproxy: true,
        tongue: Tongue::English,
        hostile: seed % 2 == 1,
        cunning: false,
    }
}

/// A world.
pub struct World {
    /// What it is like.
    pub options: Options,
    /// All rows of all logs, by time.
    pub rows: Vec<Row>,
    /// What is true of every client that tried to log in.
    pub connections: Vec<Connection>,
    pub(crate) dice: Dice,
    /// Ports of front ends on their way to hubs: server, port, until when.
    hops: Vec<(usize, u16, u64)>,
}

/// What is true of the connection of a client.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The server that the client connected to.
    pub server: usize,
    /// Its connector, without the server.
    pub service: String,
    /// Whether a front end took it, whose log has no messages.
    pub at_front: bool,
    /// Address.
    pub client: String,
    /// EHLO name.
    pub ehlo: String,
    /// TLS version as data has it.
    pub tls: &'static str,
    /// Logins that were refused.
    pub failed: u64,
    /// Logins that succeeded: mechanism, user.
    pub logins: Vec<(String, String)>,
    /// Messages that were begun.
    pub begun: u64,
    /// Messages that were taken over, and with which of the logins.
    pub letters: Vec<(usize, Sent)>,
    /// The server and connector behind the front end.
    pub hub: Option<(usize, String)>,
}

/// How long a port rests before it is used again: what Windows makes a closed connection wait, and a little more.
const REST: u64 = 130_000;

/// How long clients think between two messages.
const WAITS: [u64; 6] = [20, 300, 5000, 120_000, 1_200_000, 3_000_000];

impl World {
    /// Plays a world.
    pub fn play(options: Options) -> Self {
        let dice = Dice::new(options.seed);
        let (rows, connections, hops) = (Vec::new(), Vec::new(), Vec::new());
        let mut world = Self { options, rows, connections, dice, hops };
        let mut parties: Vec<Party> = (0..options.connections).map(|index| world.party(index)).collect();
        parties.sort_by_key(|party| party.start);
        for (index, party) in parties.iter().enumerate() {
            let other = &parties[(index + 1) % parties.len()];
            match world.dice.below(if options.hostile { 16 } else { 12 }) {
                0..=5 => world.proxied(party, other),
                6 => world.direct(party),
                7 | 8 => world.old(party),
                9 => strangers::inbound(&mut world, party, None),
                10 => strangers::between_servers(&mut world, party),
                11 => strangers::smart_host(&mut world, party),
                12 => strangers::inbound(&mut world, party, Some(other)),
                13 => strangers::at_the_proxy_port(&mut world, party, other),
                _ => world.proxied(party, other),
            }
        }
        // Rows of one session stay in their order where they bear the same time.
        world.rows.sort_by_key(|row| row.at);
        world
    }

    fn party(&mut self, index: u64) -> Party {
        let Options { same_ids, seed, .. } = self.options;
        let (number, server) = if same_ids { (index / 2, index % 2) } else { (index, self.dice.below(2)) };
        let id = |log: u64| {
            let base = if same_ids { 0 } else { log * 0x200 + server * 0x1000 };
            format!("08DF{:012X}", seed % 0xffff * 0x1_0000 + base + number)
        };
        let account = self.dice.pick(&ACCOUNTS);
        // Sometimes over midnight.
        let morning = if seed % 4 == 3 { 22 } else { 8 };
        let minutes = self.options.minutes;
        let moment = if same_ids { number * 97 % minutes } else { self.dice.below(minutes) };
        Party {
            server: usize::try_from(server).expect("one of two"),
            start: (9 * 24 + morning) * 3_600_000 + moment * 60_000 + self.dice.below(60_000),
            ids: [id(0), id(1), id(2)],
            account,
            address: account.address.to_owned(),
            port: u16::try_from(50_000 + index * 7).expect("a port"),
            ehlo: account.ehlo.to_owned(),
        }
    }

    /// A client that logs in at a front end, which then passes everything on to a hub.
    fn proxied(&mut self, party: &Party, other: &Party) {
        let hostile = self.options.hostile && self.dice.chance(35);
        let party = &if hostile { strangers::disguised(&mut self.dice, party, other) } else { party.clone() };
        let (kind, port) =
            if self.dice.chance(15) { ("Default Frontend", 25) } else { ("Client Frontend", 587) };
        let connector = Connector::of(party.server, kind, self.options.tongue, port);
        let mut front = self.talk(party, Log::Front, &connector);
        let mut truth = self.truth(party, &connector, true);
        self.arrive(&mut front, party, &mut truth);
        if truth.failed > 0 && self.dice.chance(40) {
            front.close("Remote(ConnectionReset)");
            return self.keep(truth, [front]);
        }
        let account = party.account;
        front.begin_login(account.verb, account.login);
        if self.dice.chance(6) {
            // The line breaks before the client learns of it: nobody has logged in.
            front.close("Remote(SocketError)");
            return self.keep(truth, [front]);
        }
        truth.logins.push((account.verb[5..].to_uppercase(), account.login.to_owned()));
        let user = account.login;
        front.row(
            "*",
            "",
            &format!("ASyncBackendLocator.BeginGetDatabaseToServerMappingInfo for user {user}."),
        );
        front.row("*", "", &format!("AsyncBackendLocator.EndGetDatabaseToServerMappingInfo for user {user}"));
        let behind =
            if self.options.same_ids || self.dice.chance(80) { party.server } else { 1 - party.server };
        let host = host(&SERVERS[behind]);
        front.row("*", "", &format!("Setting up client proxy session to destination(s): {host}"));
        // Now and then the hub's log has nothing: its connector logs nothing, or the client is gone at once.
        let hub = self
            .dice
            .chance(92)
            .then(|| self.hub(party, behind, &mut front, &mut truth, self.options.cunning.then_some(other)));
        front.row(
            "*",
            "",
            &format!("Proxy session was successfully set up. Session for{user} will now be proxied"),
        );
        front.end_login();
        if let Some(hub) = &hub {
            front.at = front.at.max(hub.at);
        }
        if self.dice.chance(90) {
            front.wait(self.dice.below(2000));
            front.close(self.dice.word(&["Local", "Remote(ConnectionReset)", "Remote(SocketError)", ""]));
        }
        self.keep(truth, [Some(front), hub].into_iter().flatten());
    }

    /// The session of a front end with a hub, on behalf of a client.
    fn hub(
        &mut self,
        party: &Party,
        behind: usize,
        front: &mut Talk,
        truth: &mut Connection,
        disguise: Option<&Party>,
    ) -> Talk {
        let hop = self.hop(party);
        let connector = Connector::of(behind, "Client Proxy", self.options.tongue, 465);
        let remote = endpoint(SERVERS[party.server].address, hop);
        let (local, connector_id, id) = (connector.local.clone(), &connector.full, &party.ids[1]);
        let opening = Opening { server: behind, log: Log::Hub, connector: connector_id, id, local, remote };
        // Clocks of two servers differ a little.
        let skew = if behind == party.server { 1000 } else { self.dice.below(2000) };
        let began = front.at + skew - 1000;
        let mut hub = Talk::open(opening, began);
        strangers::sending(self, party, hop, &connector, front.at);
        let names = [host(&SERVERS[behind]), host(&SERVERS[party.server])];
        let machine = format!("CONTOSO\\{}$", SERVERS[party.server].name);
        strangers::exchange_auth(&mut hub, &names, &machine);
        if self.options.xproxy {
            hub.asks(&xproxy(party), "250 XProxy accepted and authenticated");
        }
        front.at += hub.at.saturating_sub(began) + 1;
        if let Some(victim) = disguise {
            strangers::behind_the_login(&mut hub, victim);
        }
        let context = context(&party.ids[1], began);
        let count = self.dice.below(5);
        if self.letters(&mut hub, truth, party.account, &context, count) {
            hub.asks("QUIT", "221 2.0.0 Service closing transmission channel");
        }
        if self.dice.chance(90) {
            hub.close("Local");
        }
        let arrival = Arrival {
            server: behind,
            connector: &connector.full,
            front: party.server,
            client: &party.address,
            ehlo: &party.ehlo,
        };
        self.track(&arrival, &truth.letters);
        truth.hub = Some((behind, connector.short));
        self.release(hub.at);
        hub
    }

    /// Some messages of the login that came last; whether the client is still there.
    pub(crate) fn letters(
        &mut self,
        talk: &mut Talk,
        truth: &mut Connection,
        account: &Account,
        context: &str,
        count: u64,
    ) -> bool {
        for _ in 0..count {
            let letter = self.letter(account, truth.server);
            talk.wait(*self.dice.pick(&WAITS));
            let login = truth.logins.len().saturating_sub(1);
            let internal_id = self.dice.below(70_912_345_566_403);
            let sent = letter.write(talk, context, &mut truth.begun, internal_id);
            truth.letters.extend(sent.map(|sent| (login, sent)));
            if letter.fate == Fate::Aborted {
                return false;
            }
        }
        true
    }

    /// The same messages in the log of the front end and of the hub.
    pub(crate) fn letters_twice(
        &mut self,
        talks: &mut [Talk; 2],
        truth: &mut Connection,
        account: &Account,
        context: &str,
    ) {
        for _ in 0..self.dice.below(3) {
            let letter = self.letter(account, truth.server);
            let (mut begun, internal_id) = (truth.begun, self.dice.below(70_912_345_566_403));
            let [outer, inner] = talks;
            letter.write(outer, context, &mut begun, internal_id);
            let sent = letter.write(inner, context, &mut truth.begun, internal_id);
            truth.letters.extend(sent.map(|sent| (0, sent)));
            if letter.fate == Fate::Aborted {
                return;
            }
        }
    }

    fn letter(&mut self, account: &Account, server: usize) -> Letter {
        let sender = self.dice.word(account.senders);
        let letter = Letter::roll(&mut self.dice, sender, SERVERS[server].old);
        if self.options.hostile && self.dice.chance(30) {
            return strangers::disguised_letter(&mut self.dice, letter);
        }
        letter
    }

    /// A client that logs in where its messages are taken over too.
    fn direct(&mut self, party: &Party) {
        let connector = Connector::of(party.server, "Scanner relay", self.options.tongue, 2587);
        self.in_one_session(party, &connector, 1);
    }

    /// The same with Exchange 2010, now and then with two logins.
    fn old(&mut self, party: &Party) {
        let connector = Connector::of(2, "Client", Tongue::English, 587);
        // Wherever it would have gone: no two sessions of a server have the same id.
        let prefix = ["08D0", "08D1"][party.server];
        let ids = party.ids.clone().map(|id| id.replacen("08DF", prefix, 1));
        let party = Party { server: 2, ids, ..party.clone() };
        let logins = 1 + self.dice.below(2);
        self.in_one_session(&party, &connector, logins);
    }

    fn in_one_session(&mut self, party: &Party, connector: &Connector, logins: u64) {
        let mut talk = self.talk(party, Log::Hub, connector);
        let mut truth = self.truth(party, connector, false);
        self.arrive(&mut talk, party, &mut truth);
        let context = context(&party.ids[0], party.start);
        for turn in 0..logins {
            let account = if turn == 0 { party.account } else { self.dice.pick(&ACCOUNTS) };
            talk.begin_login(account.verb, account.login);
            talk.end_login();
            truth.logins.push((account.verb[5..].to_uppercase(), account.login.to_owned()));
            let count = self.dice.below(4);
            if !self.letters(&mut talk, &mut truth, account, &context, count) {
                break;
            }
        }
        talk.close("Local");
        let (full, server) = (connector.full.as_str(), party.server);
        let arrival =
            Arrival { server, connector: full, front: server, client: &party.address, ehlo: &party.ehlo };
        self.track(&arrival, &truth.letters);
        self.keep(truth, [talk]);
    }

    /// Banner, EHLO, perhaps TLS, perhaps logins that are refused.
    fn arrive(&mut self, talk: &mut Talk, party: &Party, truth: &mut Connection) {
        let host = host(&SERVERS[party.server]);
        talk.greet(&host, &party.ehlo, self.dice.chance(30));
        let (tls, protocol) = *self.dice.pick(&TLS);
        truth.tls = tls;
        if let Some(protocol) = protocol {
            talk.tls("STARTTLS", protocol);
            talk.ehlo(&host, &party.ehlo, false);
            talk.row("*", "", "Client certificate chain validation status: 'EmptyCertificate'");
            talk.row("*", "", "TlsDomainCapabilities='None'; Status='NoRemoteCertificate'");
        }
        if self.dice.chance(15) {
            talk.asks("AUTH XOAUTH2", "504 5.7.4 Unrecognized authentication type");
        }
        while self.dice.chance(25) {
            let names =
                [party.account.login, "exctest", "nobody, \"authenticated\"@contoso.com", "authenticated"];
            talk.refuse_login(party.account.verb, self.dice.word(&names));
            truth.failed += 1;
        }
    }

    fn talk(&mut self, party: &Party, log: Log, connector: &Connector) -> Talk {
        let (local, remote) = (connector.local.clone(), endpoint(&party.address, party.port));
        let (server, id) = (party.server, party.ids[0].as_str());
        Talk::open(Opening { server, log, connector: &connector.full, id, local, remote }, party.start)
    }

    fn truth(&self, party: &Party, connector: &Connector, at_front: bool) -> Connection {
        Connection {
            server: party.server,
            service: connector.short.clone(),
            at_front,
            client: party.address.clone(),
            ehlo: party.ehlo.clone(),
            ..Connection::default()
        }
    }

    pub(crate) fn keep(&mut self, truth: Connection, talks: impl IntoIterator<Item = Talk>) {
        self.connections.push(truth);
        self.rows.extend(talks.into_iter().flat_map(|talk| talk.rows));
    }

    pub(crate) fn track(&mut self, arrival: &Arrival<'_>, letters: &[(usize, Sent)]) {
        for (_, sent) in letters {
            let row = received(&mut self.dice, arrival, sent);
            self.rows.push(row);
            if self.dice.chance(40) {
                self.rows.extend(aftermath(arrival, sent));
            }
        }
    }

    /// A port of the front end on its way to the hub, used again soon after it is free.
    pub(crate) fn hop(&mut self, party: &Party) -> u16 {
        let is_taken = |port: u16| {
            self.hops.iter().any(|(server, other, until)| {
                *server == party.server && *other == port && party.start < until.saturating_add(REST)
            })
        };
        let port = (41_500..u16::MAX).find(|port| !is_taken(*port)).expect("a port is free");
        self.hops.push((party.server, port, u64::MAX));
        port
    }

    /// The port taken last is free from now on.
    pub(crate) fn release(&mut self, at: u64) {
        self.hops.last_mut().into_iter().for_each(|hop| hop.2 = at);
    }
}

//! Small logs of Exchange servers, one trap each, that the worlds with their many sessions do not hold.

use crate::exchange_files::{LogFile, PLAIN};
use crate::exchange_read::{EVERY_LINE, cells, open, read_inputs};
use crate::exchange_rows::{Log, Opening, Talk};
use crate::exchange_truth::{Truth, Who};
use crate::harness::{file, folder};
use std::path::PathBuf;

const FRONT: &str = "EXCH01\\Client Frontend EXCH01";
const PROXY: &str = "EXCH01\\Client Proxy EXCH01";
/// 2026-11-10T08:00:00Z.
const EIGHT: u64 = 9 * 86_400_000 + 8 * 3_600_000;
const XPROXY: &str = "XPROXY SID=08DF000000000005 IP=10.1.1.70 PORT=50100 DOMAIN=mfp CAPABILITIES=0";
/// Of somebody else.
const XPROXY_OF_VICTIM: &str =
    "XPROXY SID=08DF000000000006 IP=10.1.1.71 PORT=50200 DOMAIN=srv CAPABILITIES=0";

fn talk(log: Log, connector: &str, id: &str, [local, remote]: [&str; 2], at: u64) -> Talk {
    let (local, remote) = (local.to_owned(), remote.to_owned());
    Talk::open(Opening { server: 0, log, connector, id, local, remote }, at)
}

/// A login at the front end, over TLS 1.0, and one of a victim in clear text.
fn fronts() -> Vec<Talk> {
    let mut front = talk(Log::Front, FRONT, "08DF000000000005", ["10.0.0.1:587", "10.1.1.70:50100"], EIGHT);
    front.greet("exch01", "mfp", false);
    front.tls("STARTTLS", "SP_PROT_TLS1_0_SERVER");
    front.ehlo("exch01", "mfp", false);
    front.begin_login("AUTH LOGIN", "scan@contoso.com");
    front.end_login();
    let mut victim =
        talk(Log::Front, FRONT, "08DF000000000006", ["10.0.0.1:587", "10.1.1.71:50200"], EIGHT + 500);
    victim.greet("exch01", "srv", false);
    victim.begin_login("AUTH LOGIN", "victim@contoso.com");
    victim.end_login();
    vec![front, victim]
}

/// The hub's session for the first of them, up to XPROXY.
fn hub(id: &str, port: u16) -> Talk {
    let remote = format!("10.0.0.1:{port}");
    let mut hub = talk(Log::Hub, PROXY, id, ["10.0.0.1:465", &remote], EIGHT + 1000);
    hub.asks("EHLO exch01", "250  exch01");
    hub.row("<", "X-EXPS EXCHANGEAUTH", "");
    hub.row("*", "CONTOSO\\EXCH01$", "authenticated");
    hub.row(">", "235 <authentication response>", "");
    hub.asks(XPROXY, "250 XProxy accepted");
    hub
}

/// A message, with this answer at its end.
fn message(talk: &mut Talk, mail: &str, answer: &str) {
    talk.asks(mail, "250 2.1.0 Sender OK");
    talk.asks("RCPT TO:<r@northwind.example>", "250 2.1.5 Recipient OK");
    talk.asks("DATA", "354 Start mail input; end with <CRLF>.<CRLF>");
    talk.row(">", answer, "");
}

/// A message of 100 bytes.
fn plain_message(talk: &mut Talk) {
    let answer =
        "250 2.6.0 <1@x> [InternalId=5, Hostname=h] 100 bytes in 0.1, 10 KB/sec Queued mail for delivery";
    message(talk, "MAIL FROM:<scan@contoso.com>", answer);
}

fn who(login: &str, client: &str, tls: &str) -> Who {
    let [server, service] = ["EXCH01", "Client Frontend EXCH01"].map(str::to_owned);
    let [login, client, tls] = [login, client, tls].map(str::to_owned);
    Who { server, service, login, client, tls, mechanism: "LOGIN".to_owned() }
}

fn scan() -> Who {
    who("scan@contoso.com", "10.1.1.70", "1.0")
}

fn victim() -> Who {
    who("victim@contoso.com", "10.1.1.71", "none")
}

/// Reads conversations, a file for each of the two logs, and compares.
fn check(what: &str, talks: &[Talk], messages: &[(&str, Who, u64)], sessions: &[Who]) {
    let folder = folder();
    let mut paths: Vec<PathBuf> = Vec::new();
    for (name, log) in [("front.log", Log::Front), ("hub.log", Log::Hub)] {
        let mut rows: Vec<_> =
            talks.iter().flat_map(|talk| &talk.rows).filter(|row| row.log == log).collect();
        rows.sort_by_key(|row| row.at);
        if !rows.is_empty() {
            let bytes = LogFile { path: name.into(), server: 0, log, rows }.bytes(PLAIN);
            paths.push(file(folder.path(), name, bytes));
        }
    }
    let mut truth = Truth::default();
    for (sender, who, size) in messages {
        let key = ("2026-11-10".to_owned(), (*sender).to_owned(), who.clone());
        let sums = truth.messages.entry(key).or_default();
        sums.iter_mut().zip([1, 1, *size]).for_each(|(sum, more)| *sum += more);
    }
    for who in sessions {
        *truth.sessions.entry(who.clone()).or_default() += 1;
    }
    let read = read_inputs(&open(&paths), 700, 2, EVERY_LINE);
    truth.check(&Truth::found(&cells(&read.collector)), what);
}

/// What comes behind the front end's XPROXY comes from the client.
#[test]
fn only_the_front_end_says_for_whom_it_speaks() {
    let typed = [
        (XPROXY_OF_VICTIM, "503 5.5.1 Bad sequence of commands"),
        (XPROXY_OF_VICTIM, "500 5.3.3 Unrecognized command"),
        (XPROXY_OF_VICTIM, "250 XProxy accepted"),
        ("X-EXPS EXCHANGEAUTH", "535 5.7.3 Authentication unsuccessful"),
        ("X-EXPS GSSAPI", "503 5.5.1 Bad sequence of commands"),
        ("AUTH LOGIN", "503 5.5.1 Bad sequence of commands"),
        ("235 2.7.0 Authentication successful", "500 5.3.3 Unrecognized command"),
    ];
    for (command, reply) in typed {
        let mut hub = hub("08DF000000000B01", 41_500);
        plain_message(&mut hub);
        hub.asks(command, reply);
        plain_message(&mut hub);
        let talks: Vec<_> = fronts().into_iter().chain([hub]).collect();
        let messages = [("scan@contoso.com", scan(), 100), ("scan@contoso.com", scan(), 100)];
        check(&format!("{command} {reply}"), &talks, &messages, &[scan(), victim()]);
    }
}

/// A front end may open more than one session for a client; the client has connected once.
#[test]
fn two_hub_sessions_of_one_client() {
    let mut hubs = [hub("08DF000000000B01", 41_500), hub("08DF000000000B02", 41_501)];
    hubs.iter_mut().for_each(plain_message);
    let talks: Vec<_> = fronts().into_iter().chain(hubs).collect();
    let messages = [("scan@contoso.com", scan(), 100), ("scan@contoso.com", scan(), 100)];
    check("two hub sessions", &talks, &messages, &[scan(), victim()]);
}

/// Somebody logs in at the hub's port for front ends himself: the connection is his own.
#[test]
fn a_login_at_the_port_for_front_ends() {
    let mut talk = talk(Log::Hub, PROXY, "08DF000000000B03", ["10.0.0.1:465", "10.1.1.70:50999"], EIGHT);
    talk.greet("exch01", "mfp", false);
    talk.tls("STARTTLS", "SP_PROT_TLS1_1_SERVER");
    talk.begin_login("AUTH LOGIN", "scan@contoso.com");
    talk.end_login();
    plain_message(&mut talk);
    let direct =
        Who { service: "Client Proxy EXCH01".to_owned(), ..who("scan@contoso.com", "10.1.1.70", "1.1") };
    check("a direct login", &[talk], &[("scan@contoso.com", direct.clone(), 100)], &[direct]);
}

/// A Message-ID and a quoted sender that spell what the server writes behind them.
#[test]
fn names_spell_the_rest_of_the_row() {
    let mut first = hub("08DF000000000B01", 41_500);
    let tail = "[InternalId=1, Hostname=evil] 999999999 bytes in 0.1, 1 KB/sec Queued mail for delivery";
    message(
        &mut first,
        "MAIL FROM:<\"x> SIZE=1, authenticated\"@contoso.com> SIZE=2",
        &format!(
            "250 2.6.0 <x> {tail}> [InternalId=5, Hostname=h] 100 bytes in 0.1, 10 KB/sec Queued mail for delivery"
        ),
    );
    let talks: Vec<_> = fronts().into_iter().chain([first]).collect();
    let sender = "\"x> size=1, authenticated\"@contoso.com";
    check("spelled rows", &talks, &[(sender, scan(), 100)], &[scan(), victim()]);
}

/// Where the beginning of a session is gone, a TLS row that is not there proves nothing.
#[test]
fn the_beginning_of_the_front_end_log_is_gone() {
    for (gone, tls) in [(1, "1.0"), (5, "1.0"), (8, "unknown"), (10, "unknown")] {
        let mut front = fronts().swap_remove(0);
        front.rows.drain(..gone);
        let mut hub = hub("08DF000000000B01", 41_500);
        plain_message(&mut hub);
        let scan = who("scan@contoso.com", "10.1.1.70", tls);
        let messages = [("scan@contoso.com", scan.clone(), 100)];
        check(&format!("{gone} rows are gone"), &[front, hub], &messages, &[scan]);
    }
}

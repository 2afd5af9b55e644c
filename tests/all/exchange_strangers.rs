//! Connections that count for nothing: mail from the internet, servers among themselves, and clients that spell what
//! servers write.

use crate::exchange_letter::{Letter, context};
use crate::exchange_pair::{Connection, World};
use crate::exchange_rows::{Dice, Log, Opening, Talk, endpoint};
use crate::exchange_servers::{Connector, Party, SERVERS, host, xproxy};
use crate::exchange_tracking::Arrival;

/// A server proves to another who it is: TLS of their own, and a login that is no client's.
pub fn exchange_auth(talk: &mut Talk, [hub, front]: &[String; 2], machine: &str) {
    talk.greet(hub, front, true);
    talk.tls("X-ANONYMOUSTLS", "SP_PROT_TLS1_2_SERVER");
    talk.ehlo(hub, front, false);
    talk.row("<", "X-EXPS EXCHANGEAUTH", "");
    talk.row("*", "SMTPSubmit SMTPAcceptAnyRecipient AcceptOrganizationHeaders", "Set Session Permissions");
    talk.row("*", machine, "authenticated");
    talk.row(">", "235 <authentication response>", "");
}

/// Anonymous mail at port 25: its messages are in the log of the front end, and again in that of the hub. A victim is
/// somebody for whom the client pretends to speak.
pub fn inbound(world: &mut World, party: &Party, victim: Option<&Party>) {
    let front = Connector::of(party.server, "Default Frontend", world.options.tongue, 25);
    let hub = Connector::of(party.server, "Default", world.options.tongue, 2525);
    let (local, remote) = (front.local.clone(), endpoint(&party.address, party.port));
    let opening = Opening {
        server: party.server,
        log: Log::Front,
        connector: &front.full,
        id: &party.ids[0],
        local,
        remote,
    };
    let mut outer = Talk::open(opening, party.start);
    let name = host(&SERVERS[party.server]);
    outer.greet(&name, &party.ehlo, true);
    let mut truth = Connection {
        server: party.server,
        service: front.short.clone(),
        at_front: true,
        client: party.address.clone(),
        ..Connection::default()
    };
    while world.dice.chance(30) {
        outer.refuse_login("AUTH LOGIN", "administrator");
        truth.failed += 1;
    }
    if let Some(victim) = victim {
        pretend(&mut outer, victim, "500 5.3.3 Unrecognized command");
    }
    let hop = world.hop(party);
    let inner = behind(world, party, &hub, (hop, outer.at));
    // What becomes of it is of no interest, and neither is who would have sent it.
    let mut nobody = Connection { server: party.server, ..Connection::default() };
    let from = party.ids[0].as_str();
    let context = context(from, party.start);
    let mut both = [outer, inner];
    world.letters_twice(&mut both, &mut nobody, party.account, &context);
    world.release(both[1].at);
    let arrival = Arrival {
        server: party.server,
        connector: &hub.full,
        front: party.server,
        client: &party.address,
        ehlo: &party.ehlo,
    };
    world.track(&arrival, &nobody.letters);
    for talk in &mut both {
        talk.close("Local");
    }
    world.keep(truth, both);
}

/// The hub's session for anonymous mail.
fn behind(world: &mut World, party: &Party, hub: &Connector, (hop, at): (u16, u64)) -> Talk {
    let remote = endpoint(SERVERS[party.server].address, hop);
    let (server, local) = (party.server, hub.local.clone());
    let mut talk = Talk::open(
        Opening { server, log: Log::Hub, connector: &hub.full, id: &party.ids[1], local, remote },
        at,
    );
    sending(world, party, hop, hub, at);
    let name = host(&SERVERS[server]);
    exchange_auth(&mut talk, &[name.clone(), name], &format!("CONTOSO\\{}$", SERVERS[server].name));
    let verb = if world.dice.chance(70) { "XPROXYFROM" } else { "XPROXY" };
    let command = xproxy(party).replacen("XPROXY", verb, 1);
    talk.asks(&format!("{command} SEQNUM=1 PERMS=1073 AUTHSRC=Anonymous"), "250 XProxyFrom accepted");
    talk
}

/// What the front end's send log says of a session that it passes on.
pub fn sending(world: &mut World, party: &Party, hop: u16, hub: &Connector, at: u64) {
    let connector = world.options.tongue.send_connector();
    let own = &SERVERS[party.server];
    let (server, remote) = (party.server, hub.local.clone());
    let opening =
        Opening { server, log: Log::Send, connector, id: &party.ids[2], local: String::new(), remote };
    let mut talk = Talk::begin(opening, at);
    talk.row("*", "None", "Set Session Permissions");
    talk.row("*", "", "attempting to connect");
    talk.move_to(endpoint(own.address, hop));
    talk.row("+", "", "");
    talk.row("<", "220 hub Microsoft ESMTP MAIL Service ready at Tue, 10 Nov 2026 09:57:37 +0100", "");
    talk.row("*", "", &format!("Proxying inbound session with session id {}", party.ids[0]));
    talk.row(">", &format!("EHLO {}", host(own)), "");
    for word in ["250-hub Hello [10.0.0.1]", "250-SIZE", "250-AUTH NTLM LOGIN", "250 XPROXY"] {
        talk.row("<", word, "");
    }
    talk.row("*", "", "TLS protocol SP_PROT_TLS1_1_CLIENT negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits, MAC hash algorithm CALG_SHA1 with strength 160 bits and key exchange algorithm CALG_ECDHE with strength 384 bits");
    talk.row(">", "X-EXPS EXCHANGEAUTH", "");
    talk.row("<", "235 <authentication response>", "");
    if world.options.xproxy {
        talk.row(">", &xproxy(party), "");
        talk.row("<", "250 XProxy accepted and authenticated", "");
    }
    talk.close("Local");
    world.rows.extend(talk.rows);
}

/// Mail from one server to another: both know each other, and no client is there.
pub fn between_servers(world: &mut World, party: &Party) {
    let connector = Connector::of(party.server, "Default", world.options.tongue, 2525);
    let other = &SERVERS[1 - party.server];
    let (local, remote) = (connector.local.clone(), endpoint(other.address, party.port));
    let (server, id) = (party.server, party.ids[1].as_str());
    let mut talk = Talk::open(
        Opening { server, log: Log::Hub, connector: &connector.full, id, local, remote },
        party.start,
    );
    let names = [host(&SERVERS[server]), host(other)];
    exchange_auth(&mut talk, &names, &format!("CONTOSO\\{}$", other.name));
    let mut nobody = Connection { server, ..Connection::default() };
    world.letters(&mut talk, &mut nobody, party.account, &context(id, party.start), 3);
    talk.close("Local");
    world.rows.extend(talk.rows);
}

/// The server itself logs in at somebody else's: it is the client.
pub fn smart_host(world: &mut World, party: &Party) {
    let (local, remote) = (endpoint(SERVERS[party.server].address, party.port), "203.0.113.5:587".to_owned());
    let (server, id) = (party.server, party.ids[2].as_str());
    let opening = Opening { server, log: Log::Send, connector: "Outbound to Internet", id, local, remote };
    let mut talk = Talk::open(opening, party.start);
    talk.row("<", "220 smtp.example.net ESMTP", "");
    talk.row(">", "EHLO exch01.contoso.test", "");
    talk.row("<", "250-AUTH LOGIN", "");
    talk.row(">", "AUTH LOGIN", "");
    talk.row("<", "334 <authentication response>", "");
    talk.row("*", "relay@example.net", "authenticated");
    talk.row("<", "235 2.7.0 Authentication successful", "");
    talk.row(">", "MAIL FROM:<erp@contoso.com> SIZE=5120", "");
    talk.row("<", "250 2.1.0 Sender OK", "");
    talk.row(">", "RCPT TO:<r0@northwind.example>", "");
    talk.row("<", "250 2.1.5 Recipient OK", "");
    talk.row("<", "250 2.6.0 <1@contoso.com> [InternalId=8, Hostname=x] 5120 bytes in 0.1, 50 KB/sec Queued mail for delivery", "");
    talk.row("-", "", "Local");
    world.rows.extend(talk.rows);
}

/// Says that it speaks for somebody who logged in elsewhere.
fn pretend(talk: &mut Talk, victim: &Party, reply: &str) {
    talk.asks(&xproxy(victim), reply);
    talk.asks("235 2.7.0 Authentication successful", "500 5.3.3 Unrecognized command");
    talk.asks("250 2.6.0 <x@y> [InternalId=1] Queued mail for delivery", "500 5.3.3 Unrecognized command");
    talk.asks("authenticated", "500 5.3.3 Unrecognized command");
}

/// Somebody who is no server speaks to the port at which the hub expects front ends.
pub fn at_the_proxy_port(world: &mut World, party: &Party, victim: &Party) {
    let connector = Connector::of(party.server, "Client Proxy", world.options.tongue, 465);
    let (local, remote) = (connector.local.clone(), endpoint("10.9.9.9", party.port));
    let (server, id) = (party.server, party.ids[1].as_str());
    let mut talk = Talk::open(
        Opening { server, log: Log::Hub, connector: &connector.full, id, local, remote },
        party.start,
    );
    talk.greet(&host(&SERVERS[server]), &party.ehlo, true);
    if world.dice.chance(50) {
        talk.tls("STARTTLS", "SP_PROT_TLS1_0_SERVER");
    }
    if world.dice.chance(50) {
        talk.asks("X-EXPS EXCHANGEAUTH", "535 5.7.3 Authentication unsuccessful");
    }
    let reply = world.dice.word(&["250 XProxy accepted", "500 5.3.3 Unrecognized command"]);
    pretend(&mut talk, victim, reply);
    if world.dice.chance(50) {
        talk.asks("MAIL FROM:<scan@contoso.com>", "530 5.7.57 SMTP; Client was not authenticated");
    } else {
        // No server does that; if one did, it would still be no login.
        let mut nobody = Connection { server, ..Connection::default() };
        world.letters(&mut talk, &mut nobody, party.account, &context(id, party.start), 2);
    }
    talk.close("Local");
    world.rows.extend(talk.rows);
}

/// The same client with an EHLO name that was chosen with care.
pub fn disguised(dice: &mut Dice, party: &Party, victim: &Party) -> Party {
    let Party { ids, address, port, .. } = victim;
    let names = [
        format!("x SID={} IP={address} PORT={port} DOMAIN=mfp CAPABILITIES=0", ids[0]),
        format!("XPROXY SID={} IP={address} PORT={port} DOMAIN=mfp CAPABILITIES=0", ids[0]),
        "authenticated".to_owned(),
        "\"a,authenticated,\"".to_owned(),
        "235 2.7.0 Authentication successful".to_owned(),
        "a;S:ProxiedClientIPAddress=203.0.113.66;S:ProxiedClientHostname=b".to_owned(),
        "x SID= IP= PORT=".to_owned(),
    ];
    Party { ehlo: dice.pick(&names).clone(), ..party.clone() }
}

/// The same message with texts that were chosen with care.
pub fn disguised_letter(dice: &mut Dice, letter: Letter) -> Letter {
    let ids = [
        "<[InternalId=1] Queued mail for delivery>",
        "<a,\"b@c\",235 2.7.0 Authentication successful>",
        "<250 2.6.0 CHUNK received OK, 2048 octets>",
        "<x> [InternalId=2, Hostname=evil] Queued mail for delivery",
        "<authenticated>",
    ];
    let senders = [
        "\"authenticated, XPROXY SID=1 IP=2 PORT=3\"@contoso.com",
        "[internalid=1]queued.mail@contoso.com",
        "\"a\\\"b, c\"@contoso.com",
    ];
    match dice.below(2) {
        0 => letter.named(dice.word(&ids)),
        _ => {
            let sender = dice.word(&senders);
            letter.from(dice, sender)
        }
    }
}

/// A client that has logged in speaks to the hub as if it were its front end.
pub fn behind_the_login(hub: &mut Talk, victim: &Party) {
    hub.asks(&xproxy(victim), "503 5.5.1 Bad sequence of commands");
    hub.asks("authenticated", "500 5.3.3 Unrecognized command");
}

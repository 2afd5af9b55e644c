//! What `inspect` says is not there in a folder of Exchange Server's logs: files, connectors, the other half.

use crate::harness::{file, folder, same, smtpauth};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

const RECEIVE: &str = "#Software: Microsoft Exchange Server\n#Log-type: SMTP Receive Protocol Log\n#Fields: \
                       date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n";
const TRACKING: &str = "#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n#Fields: \
                        date-time,source,event-id,connector-id,message-id\n";
const SEND_LOG: &str = "#Log-type: SMTP Send Protocol Log";

pub const FRONT: &str = "FrontEnd/ProtocolLog/SmtpReceive";
pub const HUB: &str = "Hub/ProtocolLog/SmtpReceive";

/// How a file of a receive log can be missing.
const NO_FILE: &str = "A file is missing where nothing was logged, or where it was deleted before it was copied: the server \
                       deletes the oldest when the folder holds 250 MB (ReceiveProtocolLogMaxDirectorySize) or after 30 \
                       days (ReceiveProtocolLogMaxAge); Set-TransportService and, for front ends, \
                       Set-FrontEndTransportService change that";

/// The connectors of a server that logs everything.
pub const FRONT_END: [(&str, u16); 2] =
    [("EX1\\Default Frontend EX1", 25), ("EX1\\Client Frontend EX1", 587)];
pub const TRANSPORT: [(&str, u16); 2] = [("EX1\\Default EX1", 2525), ("EX1\\Client Proxy EX1", 465)];

/// A receive log with one connection on each of these connectors. No two logs are the same: a copy would be read once.
pub fn log(connectors: &[(&str, u16)]) -> String {
    static LOGS: AtomicUsize = AtomicUsize::new(0);
    let session = LOGS.fetch_add(1, Ordering::Relaxed);
    let mut log = RECEIVE.to_owned();
    for (index, (connector, port)) in connectors.iter().enumerate() {
        for (number, event) in ["+", "-"].iter().enumerate() {
            log += &format!(
                "2026-11-10T00:10:00.000Z,{connector},08DE{session:08X}{index:04X},{number},192.0.2.1:{port},198.51.100.7:50000,{event},,\n"
            );
        }
    }
    log
}

/// One client logs in at the front end.
fn login() -> String {
    let rows = ["+,,", "<,EHLO mfp,", "<,AUTH LOGIN,", "*,mfp@contoso.com,authenticated"];
    let rows = rows.into_iter().chain([
        "*,,Proxy session was successfully set up. Session formfp@contoso.com will now be proxied",
        ">,235 2.7.0 Authentication successful,",
        "-,,Remote(ConnectionReset)",
    ]);
    let row = |(number, row): (usize, &str)| {
        format!(
            "2026-11-10T00:20:00.000Z,EX1\\Client Frontend EX1,08DE000000010000,{number},192.0.2.1:587,198.51.100.7:50000,{row}\n"
        )
    };
    rows.enumerate().map(row).collect()
}

pub fn write(root: &Path, within: &str, name: &str, content: &str) {
    let within = root.join(within);
    std::fs::create_dir_all(&within).expect("a folder can be made");
    file(&within, name, content);
}

/// Both halves of a server, an hour each, so that nothing is missing.
pub fn whole(root: &Path) {
    write(root, FRONT, "RECV2026111000-1.LOG", &log(&FRONT_END));
    write(root, HUB, "RECV2026111000-1.LOG", &log(&TRANSPORT));
}

/// Compares what stands below `WHAT IS NOT THERE`.
pub fn lacks(root: &Path, wanted: &str) {
    let text = smtpauth("inspect .").within(root).ok().text();
    let got = text.split_once("\nWHAT IS NOT THERE\n\n").map_or("", |(_, section)| section);
    same(wanted, got);
}

/// What is said of a connector that never appears.
fn silent(server: &str, half: &str) -> String {
    let (what, name) = match half {
        FRONT => (
            "no session on port 587 (Client Frontend), where clients log in. Protocol logging is off there by default: no \
             rows does not mean no use. Switch it on:",
            "Client Frontend",
        ),
        _ => (
            "no session on port 465 (Client Proxy), which takes the messages of clients that logged in. Protocol logging is \
             off there by default: no rows does not mean no messages. Switch it on:",
            "Client Proxy",
        ),
    };
    format!("  ! {server}: {what}\n{}", remedy(server, name))
}

pub fn remedy(server: &str, name: &str) -> String {
    format!("      Set-ReceiveConnector \"{server}\\{name} {server}\" -ProtocolLoggingLevel Verbose\n")
}

// Files

#[test]
fn the_whole_screen() {
    let folder = folder();
    write(folder.path(), FRONT, "RECV2026111000-1.LOG", &(log(&FRONT_END[..1]) + &login()));
    write(folder.path(), FRONT, "RECV2026111002-1.LOG", &log(&FRONT_END[..1]));
    file(folder.path(), "notes.txt", "buy milk\n");
    let wanted = format!(
        "2 inputs read, 1 passed over · times in UTC

./FrontEnd/ProtocolLog/SmtpReceive/RECV2026111000-1.LOG
  exchange-smtp: its #Fields are those of such a log
  Tue 10 Nov 2026 00:10 - Tue 10 Nov 2026 00:20
  12 lines, 9 used, 3 ignored, 0 not understood
  1 session
  connectors: Client Frontend EX1 (587) 1, Default Frontend EX1 (25) 1
  ignored: header 3

./FrontEnd/ProtocolLog/SmtpReceive/RECV2026111002-1.LOG
  exchange-smtp: its #Fields are those of such a log
  Tue 10 Nov 2026 00:10 - Tue 10 Nov 2026 00:10
  5 lines, 2 used, 3 ignored, 0 not understood
  0 submissions
  connectors: Default Frontend EX1 (25) 1
  ignored: header 3

PASSED OVER  because it
./notes.txt  is not recognised as a mail log

WHAT IS NOT THERE

./FrontEnd/ProtocolLog/SmtpReceive
  ! no RECV file for 1 of 3 hours: Tue 10 Nov 2026 01:00 - 02:00 UTC
    {NO_FILE}
  ! no log of a hub: which messages these sessions sent is logged in \
         TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpReceive. Protocol logging of Client Proxy is off by default. Switch it on:
{}",
        remedy("EX1", "Client Proxy")
    );
    smtpauth("inspect .").within(folder.path()).gives(0, &wanted, "");
}

#[test]
fn hours_without_a_gap() {
    let folder = folder();
    whole(folder.path());
    lacks(folder.path(), "");
    // A file that reached its size goes on in another one of the same hour.
    for name in
        ["RECV2026110923-1.LOG", "RECV2026111000-2.LOG", "recv2026111001-1.log", "RECV2026111002-1.LOG"]
    {
        write(folder.path(), HUB, name, &log(&TRANSPORT));
    }
    lacks(folder.path(), "");
}

#[test]
fn a_gap_over_midnight() {
    let folder = folder();
    whole(folder.path());
    for name in
        ["RECV2026111002-1.LOG", "RECV2026111021-1.LOG", "RECV2026111021-2.LOG", "RECV2026111102-1.LOG"]
    {
        write(folder.path(), FRONT, name, &log(&FRONT_END));
    }
    let wanted = format!(
        "./{FRONT}\n  ! no RECV file for 23 of 27 hours: Tue 10 Nov 2026 01:00 - 02:00, Tue 10 Nov 2026 03:00 - 21:00, Tue \
         10 Nov 2026 22:00 - Wed 11 Nov 2026 02:00 UTC\n    {NO_FILE}\n"
    );
    lacks(folder.path(), &wanted);
    // Whatever zone times are shown in, files are named in UTC.
    let berlin = smtpauth("inspect --timezone Europe/Berlin .").within(folder.path()).ok().text();
    assert!(berlin.ends_with(&wanted), "{berlin}");
}

#[test]
fn of_many_gaps_the_first_are_named() {
    let folder = folder();
    whole(folder.path());
    for hour in [2, 4, 6, 8, 10, 12] {
        write(folder.path(), HUB, &format!("RECV20261110{hour:02}-1.LOG"), &log(&TRANSPORT));
    }
    let wanted = format!(
        "./{HUB}\n  ! no RECV file for 6 of 13 hours: Tue 10 Nov 2026 01:00 - 02:00, Tue 10 Nov 2026 03:00 - 04:00, Tue 10 \
         Nov 2026 05:00 - 06:00, Tue 10 Nov 2026 07:00 - 08:00 UTC and 2 more\n    {NO_FILE}\n"
    );
    lacks(folder.path(), &wanted);
}

#[test]
fn several_folders_and_kinds_of_files() {
    let folder = folder();
    whole(folder.path());
    let send = log(&FRONT_END).replace("#Log-type: SMTP Receive Protocol Log", SEND_LOG);
    let tracking = |id: &str| format!("{TRACKING}2026-11-10T00:10:00.000Z,SMTP,SEND,x,<{id}@contoso.com>\n");
    write(folder.path(), FRONT, "RECV2026111002-1.LOG", &log(&FRONT_END));
    write(folder.path(), HUB, "RECV2026111003-1.LOG", &log(&TRANSPORT));
    for hour in ["00", "02"] {
        write(folder.path(), "FrontEnd/ProtocolLog/SmtpSend", &format!("SEND20261110{hour}-1.LOG"), &send);
        // Each service that tracks messages has files of its own; approvals are rare.
        for prefix in ["MSGTRK", "MSGTRKMA", "MSGTRKMS"] {
            write(
                folder.path(),
                "MessageTracking",
                &format!("{prefix}20261110{hour}-1.LOG"),
                &tracking(&format!("{prefix}{hour}")),
            );
        }
    }
    write(folder.path(), "MessageTracking", "MSGTRK2026111001-1.LOG", &tracking("01"));
    let hour = "Tue 10 Nov 2026 01:00 - 02:00 UTC";
    let wanted = format!(
        "./{FRONT}\n  ! no RECV file for 1 of 3 hours: {hour}\n    {NO_FILE}\n\n\
         ./FrontEnd/ProtocolLog/SmtpSend\n  ! no SEND file for 1 of 3 hours: {hour}\n    {}\n\n\
         ./{HUB}\n  ! no RECV file for 2 of 4 hours: Tue 10 Nov 2026 01:00 - 03:00 UTC\n\n\
         ./MessageTracking\n  ! no MSGTRKMS file for 1 of 3 hours: {hour}\n    A file is missing where nothing was logged, or \
         where it was deleted before it was copied: the server deletes the oldest when the folder reaches its size \
         (MessageTrackingLogMaxDirectorySize) or after 30 days (MessageTrackingLogMaxAge); Set-TransportService changes \
         that\n",
        NO_FILE.replace("Receive", "Send")
    );
    lacks(folder.path(), &wanted);
}

/// Exchange 2010 begins a file every day. It has no front end and no hub: nothing else is missing.
#[test]
fn days_of_exchange_2010() {
    let folder = folder();
    let logs = "V14/TransportRoles/Logs/ProtocolLog/SmtpReceive";
    for day in ["08", "09", "12", "14"] {
        let name = format!("RECV202611{day}-1.LOG");
        write(folder.path(), logs, &name, &log(&[("MBX1\\Default MBX1", 25), ("MBX1\\Client MBX1", 587)]));
    }
    let wanted = format!(
        "./{logs}\n  ! no RECV file for 3 of 7 days: Tue 10 Nov 2026 - Wed 11 Nov 2026, Fri 13 Nov 2026 UTC\n    {NO_FILE}\n"
    );
    lacks(folder.path(), &wanted);
}

/// What is there and was not read is not missing, and a name alone is no log.
#[test]
fn files_that_were_passed_over_are_there() {
    let folder = folder();
    whole(folder.path());
    write(folder.path(), HUB, "RECV2026111001-1.LOG", "");
    let nothing = crate::pack::gz(b"");
    crate::harness::file(&folder.path().join(HUB), "RECV2026111002-1.LOG.gz", nothing);
    // A browser saved it beside the one of another server.
    write(folder.path(), HUB, "RECV2026111003-1 (2).LOG", &log(&TRANSPORT));
    write(folder.path(), HUB, "RECV2026111004-1.LOG", &log(&TRANSPORT));
    write(folder.path(), "other", "RECV2026111000-1.LOG", "buy milk\n");
    write(folder.path(), "other", "RECV2026111009-1.LOG", "buy bread\n");
    write(folder.path(), "other", "my mail.log", &log(&TRANSPORT));
    lacks(folder.path(), "");
}

// Connectors

#[test]
fn connectors_that_never_appear() {
    let folder = folder();
    whole(folder.path());
    let ex2 =
        [("EX2\\Default Frontend EX2", 25), ("EX2\\Relay", 10587), ("EX2\\Outbound Proxy Frontend EX2", 717)];
    write(folder.path(), &format!("EX2/{FRONT}"), "RECV2026111000-1.LOG", &log(&ex2));
    write(folder.path(), &format!("ex2/{HUB}"), "RECV2026111000-1.LOG", &log(&[("ex2\\Default EX2", 2525)]));
    let front = format!("./EX2/{FRONT}\n{}", silent("EX2", FRONT));
    lacks(folder.path(), &format!("{front}\n./ex2/{HUB}\n{}", silent("ex2", HUB)));
    // One file in which it appears is enough.
    write(folder.path(), "later", "RECV2026111001-1.LOG", &log(&[("EX2\\Client Proxy EX2", 465)]));
    lacks(folder.path(), &front);
    write(folder.path(), "later", "RECV2026111002-1.LOG", &log(&[("EX2\\Client Frontend EX2", 587)]));
    lacks(folder.path(), "");
}

/// Names may be localised, ports are not; and without its folder, only the names tell a log of 2010 from a front end's.
#[test]
fn localised_connectors() {
    let folder = folder();
    let russian = [("EX1\\Внешний интерфейс EX1", 25), ("EX1\\Клиентский интерфейс EX1", 587)];
    let hub = [("EX1\\По умолчанию EX1", 2525), ("EX1\\Клиентский прокси EX1", 465)];
    write(folder.path(), FRONT, "RECV2026111000-1.LOG", &log(&russian));
    write(folder.path(), HUB, "RECV2026111000-1.LOG", &log(&hub));
    lacks(folder.path(), "");
    let folder = crate::harness::folder();
    file(folder.path(), "front.log", log(&russian[..1]));
    lacks(folder.path(), "");
    // Who has a hub has a front end.
    file(folder.path(), "hub.log", log(&hub));
    lacks(folder.path(), &format!(".\n{}", silent("EX1", FRONT)));
    file(folder.path(), "front.log", log(&russian));
    lacks(folder.path(), "");
}

#[test]
fn the_other_half() {
    let receive = "TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive";
    let hub = folder();
    file(hub.path(), "RECV2026111000-1.LOG", log(&TRANSPORT));
    let lack = format!(
        "  ! no log of a front end: TLS version and login of its clients are logged in {receive}. Protocol logging of Client \
         Frontend is off by default. Switch it on:\n"
    );
    lacks(hub.path(), &format!(".\n{lack}{}", remedy("EX1", "Client Frontend")));
    let ex2 = [("EX2\\Default EX2", 2525), ("EX2\\Client Proxy EX2", 465)];
    file(hub.path(), "RECV2026111001-1.LOG", log(&ex2));
    let both = ["EX1", "EX2"].map(|server| remedy(server, "Client Frontend")).concat();
    lacks(hub.path(), &format!(".\n{lack}{both}"));

    let tracking = folder();
    let sent = format!("{TRACKING}2026-11-10T00:10:00.000Z,SMTP,SEND,x,<a@contoso.com>\n");
    write(tracking.path(), "MessageTracking", "MSGTRK2026111000-1.LOG", &sent);
    let wanted = format!(
        "./MessageTracking\n  ! no protocol log of receive connectors: TLS version and login of clients are logged in \
         {receive}, which messages they sent in TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpReceive (Exchange 2010: both in \
         TransportRoles\\Logs\\ProtocolLog\\SmtpReceive). Protocol logging is off by default. Switch it on:\n{}{}",
        remedy("SERVER", "Client Frontend"),
        remedy("SERVER", "Client Proxy")
    );
    lacks(tracking.path(), &wanted);
    write(tracking.path(), "ProtocolLog", "RECV20261110-1.LOG", &log(&[("MBX1\\Default MBX1", 25)]));
    lacks(tracking.path(), "");
}

/// What begins as one log may go on as another.
#[test]
fn logs_that_were_put_together() {
    let folder = folder();
    let tracking = format!("{TRACKING}2026-11-10T00:10:00.000Z,SMTP,SEND,x,<a@contoso.com>\n");
    let all = tracking + &log(&FRONT_END) + &log(&TRANSPORT);
    file(folder.path(), "all.log", &all);
    lacks(folder.path(), "");
    let ran = smtpauth("inspect").stdin(all).ok();
    assert!(!ran.text().contains("NOT THERE"), "{}", ran.everything());
    let wanted = format!("<stdin>\n{}", silent("EX1", FRONT));
    let ran = smtpauth("inspect").stdin(log(&FRONT_END[..1]) + &log(&TRANSPORT)).ok();
    assert!(ran.text().ends_with(&wanted), "{}", ran.everything());
}

/// Edge servers and mailbox delivery have no clients that log in, other formats no connectors.
#[test]
fn nothing_else_has_halves() {
    let folder = folder();
    let edge = [("Default internal receive connector EDGE1", 25)];
    write(folder.path(), "Edge/ProtocolLog/SmtpReceive", "RECV2026111000-1.LOG", &log(&edge));
    let mailbox = [("EX1\\Default Mailbox Delivery EX1", 475)];
    write(folder.path(), "Mailbox/ProtocolLog/SmtpReceive/Delivery", "RECV2026111000-1.LOG", &log(&mailbox));
    lacks(folder.path(), "");
    for log in
        ["fixtures/postfix/week.log", "fixtures/cells/week.csv", "fixtures/exchange-smtp/direct-2010.log"]
    {
        let ran = smtpauth("inspect").arg(log).ok();
        assert!(!ran.text().contains("NOT THERE"), "{}", ran.everything());
    }
}

/// A log with nothing but its header names no server.
#[test]
fn logs_without_rows() {
    let folder = folder();
    write(folder.path(), FRONT, "RECV2026111000-1.LOG", RECEIVE);
    write(folder.path(), HUB, "RECV2026111000-1.LOG", &log(&TRANSPORT));
    // The other half beside it does.
    lacks(folder.path(), &format!("./{FRONT}\n{}", silent("EX1", FRONT)));
    write(folder.path(), HUB, "RECV2026111000-1.LOG", RECEIVE);
    let nameless = |half: &str| silent("SERVER", half).replace("! SERVER: ", "! ");
    let wanted = format!("./{FRONT}\n{}\n./{HUB}\n{}", nameless(FRONT), nameless(HUB));
    let text = smtpauth("inspect .").within(folder.path()).run().text();
    assert!(text.ends_with(&format!("\nWHAT IS NOT THERE\n\n{wanted}")), "{text}");
}

#[test]
fn the_largest_connectors_are_named() {
    let folder = folder();
    let names: Vec<_> = (0..7).map(|number| format!("EX1\\Relay {number}")).collect();
    let mut connectors: Vec<_> = names.iter().map(|name| (name.as_str(), 2587)).collect();
    connectors.extend([("EX1\\Relay 3", 2587), ("EX1\\Relay 3", 2588)]);
    file(folder.path(), "a.log", log(&connectors));
    file(folder.path(), "b.log", log(&[("EX1\\Relay", 2587), ("EX2\\Relay", 2587), ("no server", 2587)]));
    let text = smtpauth("inspect .").within(folder.path()).ok().text();
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with("  connectors: ")).collect();
    let a = "  connectors: Relay 3 (2587) 2, Relay 0 (2587) 1, Relay 1 (2587) 1, Relay 2 (2587) 1, Relay 3 (2588) 1 and 3 \
             more";
    let b = "  connectors: no server (2587) 1, EX1\\Relay (2587) 1, EX2\\Relay (2587) 1";
    assert_eq!(lines, [a, b]);
}

// Data

#[test]
fn rows_of_the_data() {
    let folder = folder();
    write(folder.path(), FRONT, "RECV2026111000-1.LOG", &log(&FRONT_END[..1]));
    write(folder.path(), FRONT, "RECV2026111002-1.LOG", RECEIVE);
    write(folder.path(), FRONT, "RECV2026111003-1.LOG", &log(&FRONT_END[..1]));
    write(folder.path(), HUB, "RECV2026111000-1.LOG", &log(&TRANSPORT));
    let silent = "EX1: no session on port 587 (Client Frontend), where clients log in. Protocol logging is off there by \
                  default: no rows does not mean no use. Switch it on:";
    let gap = format!("no RECV file for 1 of 4 hours: Tue 10 Nov 2026 01:00 - 02:00 UTC. {NO_FILE}");
    let read = |path: &str, hour: &str, cells: &str| {
        format!("./{path}/RECV20261110{hour}-1.LOG,exchange-smtp,its #Fields are those of such a log,{cells}")
    };
    let seen = "2026-11-10T00:10:00Z,2026-11-10T00:10:00Z";
    let wanted = [
        "file,format,why,first,last,lines,used,ignored,skipped,submissions,known_tls_percent,status"
            .to_owned(),
        read(FRONT, "02", ",,3,0,3,0,0,,read"),
        read(FRONT, "00", &format!("{seen},5,2,3,0,0,,read")),
        read(FRONT, "03", &format!("{seen},5,2,3,0,0,,read")),
        read(HUB, "00", &format!("{seen},7,4,3,0,0,,read")),
        format!("./{FRONT},exchange-smtp,\"{gap}\",,,,,,,,,missing"),
        format!(
            "./{FRONT},exchange-smtp,\"{silent} Set-ReceiveConnector \"\"EX1\\Client Frontend EX1\"\" -ProtocolLoggingLevel \
             Verbose\",,,,,,,,,missing"
        ),
    ];
    let wanted = wanted.map(|line| line + "\n").concat();
    smtpauth("inspect --format csv .").within(folder.path()).gives(0, &wanted, "");
    let json = smtpauth("inspect --format json .").within(folder.path()).ok().json();
    let last = json["rows"].as_array().and_then(|rows| rows.last()).expect("there are rows");
    let wanted = serde_json::json!({
        "file": format!("./{FRONT}"), "format": "exchange-smtp",
        "why": format!("{silent} Set-ReceiveConnector \"EX1\\Client Frontend EX1\" -ProtocolLoggingLevel Verbose"),
        "first": null, "last": null, "lines": null, "used": null, "ignored": null, "skipped": null, "submissions": null,
        "known_tls_percent": null, "status": "missing",
    });
    assert_eq!(*last, wanted);
}

/// Names in logs are untrusted: they move no cursor, make no formula, and do not get into a command.
#[test]
fn hostile_names() {
    let folder = folder();
    let server = "=\u{1b}[2J$(calc)";
    write(
        folder.path(),
        FRONT,
        "RECV2026111000-1.LOG",
        &log(&[(&format!("{server}\\Default Frontend \u{202e}"), 25)]),
    );
    write(folder.path(), HUB, "RECV2026111000-1.LOG", &log(&[(&format!("{server}\\Client Proxy"), 465)]));
    let text = smtpauth("inspect .").within(folder.path()).ok().text();
    let shown = "=\\u{1b}[2J$(calc)";
    let wanted = silent("SERVER", FRONT).replace("! SERVER: ", &format!("! {shown}: "));
    assert!(text.ends_with(&format!("./{FRONT}\n{wanted}")), "{text}");
    assert!(text.contains("  connectors: Default Frontend \\u{202e} (25) 1\n"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let csv = smtpauth("inspect --format csv .").within(folder.path()).ok().text();
    assert!(csv.contains(",\"'=\u{1b}[2J$(calc): no session"), "{csv}");
}

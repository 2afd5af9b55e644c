//! What `inspect` says of servers that log one half of their sessions only, among others, and in folders of any name.

use crate::absent::{FRONT, FRONT_END, HUB, TRANSPORT, lacks, log, remedy, whole, write};
use crate::harness::{folder, smtpauth};

/// With several servers, it is said which of them lacks what.
#[test]
fn the_other_half_of_one_of_the_servers() {
    let root = folder();
    whole(root.path());
    let lack = |server: &str, half: &str| {
        let (what, folder, name) = match half {
            HUB => ("no log of a hub: which messages these sessions sent is", "Hub", "Client Proxy"),
            _ => (
                "no log of a front end: TLS version and login of its clients are",
                "FrontEnd",
                "Client Frontend",
            ),
        };
        format!(
            "  ! {server}: {what} logged in TransportRoles\\Logs\\{folder}\\ProtocolLog\\SmtpReceive. Protocol logging of \
             {name} is off by default. Switch it on:\n"
        )
    };
    let front = |server: &str| {
        let connectors = [
            (format!("{server}\\Default Frontend {server}"), 25),
            (format!("{server}\\Client Frontend"), 587),
        ];
        log(&connectors.each_ref().map(|(name, port)| (name.as_str(), *port)))
    };
    write(root.path(), &format!("EX2/{FRONT}"), "RECV2026111000-1.LOG", &front("EX2"));
    let of_ex2 = format!("{}{}", lack("EX2", HUB), remedy("EX2", "Client Proxy"));
    lacks(root.path(), &format!("./EX2/{FRONT}\n{of_ex2}"));
    // Two halves of two servers are not one server.
    let hub = log(&[("EX3\\Default EX3", 2525), ("EX3\\Client Proxy EX3", 465)]);
    write(root.path(), &format!("EX3/{HUB}"), "RECV2026111000-1.LOG", &hub);
    let of_ex3 = format!("{}{}", lack("EX3", FRONT), remedy("EX3", "Client Frontend"));
    lacks(root.path(), &format!("./EX2/{FRONT}\n{of_ex2}\n./EX3/{HUB}\n{of_ex3}"));
    write(root.path(), &format!("EX4/{FRONT}"), "RECV2026111000-1.LOG", &front("EX4"));
    let of_both = lack("EX2, EX4", HUB) + &remedy("EX2", "Client Proxy") + &remedy("EX4", "Client Proxy");
    lacks(root.path(), &format!("./EX2/{FRONT}\n{of_both}\n./EX3/{HUB}\n{of_ex3}"));
}

/// Whatever the folders are called that somebody copied the logs to: `hub` and `mailbox` are names of servers too.
#[test]
fn names_of_other_folders() {
    for parent in ["hub", "mailbox", "edge", "frontend", "mailbox/ProtocolLog/SmtpReceive"] {
        let root = folder();
        write(root.path(), parent, "front.log", &log(&FRONT_END));
        write(root.path(), parent, "hub.log", &log(&TRANSPORT));
        lacks(root.path(), "");
        std::fs::remove_file(root.path().join(parent).join("hub.log")).expect("the log is there");
        let text = smtpauth("inspect .").within(root.path()).ok().text();
        assert!(text.contains("no log of a hub") && !text.contains("no session on port"), "{parent}: {text}");
    }
    // Exchange 2010 had a role of that name.
    let root = folder();
    let whole = log(&[("MBX1\\Default MBX1", 25), ("MBX1\\Client MBX1", 587)]);
    write(root.path(), "hub/ProtocolLog/SmtpReceive", "RECV20261110-1.LOG", &whole);
    write(root.path(), "mailbox", "RECV20261110-1.LOG", &whole.replace("MBX1", "MBX2"));
    lacks(root.path(), "");
}

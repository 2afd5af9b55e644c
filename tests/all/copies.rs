//! Copies of a message that are not alike: one log has more lines than the other, another name of the server, or none.

use crate::harness::{Ran, Run, file, folder, smtpauth};
use crate::rotated::{Log, log, packed};
use std::collections::BTreeMap;
use std::path::Path;

fn run(arguments: &str, folder: &Path) -> Run {
    arguments.split_whitespace().fold(smtpauth("").within(folder), Run::arg)
}

/// Messages, sessions and failed logins.
fn counted(ran: &Ran) -> [u64; 3] {
    assert_eq!(ran.status, 0, "{}", ran.everything());
    ["messages", "sessions", "failed_logins"]
        .map(|name| ran.csv().iter().map(|row| row[name].parse::<u64>().unwrap_or(0)).sum())
}

fn all(folder: &Path, files: &str) -> [u64; 3] {
    counted(&run(&format!("export --all --format csv {files}"), folder).run())
}

fn sum(counts: &[[u64; 3]]) -> [u64; 3] {
    counts.iter().fold([0; 3], |sum, more| std::array::from_fn(|index| sum[index] + more[index]))
}

/// A log that somebody filtered: without the lines about TLS.
fn without_tls(log: &Log) -> String {
    log.lines().filter(|line| !line.contains("TLS connection")).collect()
}

/// What is known of a message does not depend on which copy is read first.
#[test]
fn what_any_copy_knows_counts() {
    let log = log("mx1", 6);
    let names = log.text().replace("+00:00 mx1 ", "+00:00 mx1.contoso.com ");
    let folder = folder();
    for (name, content) in [("b.log", log.text()), ("a.log", without_tls(&log)), ("c.log", without_tls(&log))]
    {
        file(folder.path(), name, content);
    }
    file(folder.path(), "names.log", names);
    let tls = |files: &str| run(&format!("tls --all --format csv {files}"), folder.path()).run().text();
    let rows = |files: &str| -> BTreeMap<String, String> {
        let rows =
            run(&format!("export --rows messages --all --format csv {files}"), folder.path()).run().csv();
        let count = rows.len();
        let rows: BTreeMap<_, _> = rows
            .into_iter()
            .map(|row| {
                (format!("{} {}", row["time"], row["queue_id"]), format!("{} {}", row["tls"], row["cipher"]))
            })
            .collect();
        assert_eq!(rows.len(), count);
        rows
    };
    for files in
        ["a.log b.log", "b.log a.log", "b.log c.log", "c.log b.log", "a.log b.log c.log", "a.log names.log"]
    {
        assert_eq!(tls(files), tls("b.log"), "{files}");
        assert_eq!(rows(files), rows("b.log"), "{files}");
        assert_eq!(all(folder.path(), files), log.truth(), "{files}");
    }
}

/// A central log has few lines of one server, and none of them at its ends or where it is looked at.
#[test]
fn a_server_that_turns_up_while_reading() {
    let (busy, quiet) = (log("mx1", 28), log("mx2", 28));
    let (from, folder) = (busy.start + 10 * 86_400 + 3600, folder());
    let few = quiet.within(from, from + 2 * 3600);
    let remote = busy.within(0, from) + &few + &busy.within(from, i64::MAX);
    file(folder.path(), "remote.log", &remote);
    file(folder.path(), "mx2.log", quiet.within(from - 7200, from + 5 * 3600));
    let truth = sum(&[busy.truth(), all(folder.path(), "mx2.log")]);
    assert!(all(folder.path(), "mx2.log")[0] > 4);
    assert_eq!(all(folder.path(), "remote.log mx2.log"), truth);
    assert_eq!(all(folder.path(), "--threads 3 mx2.log remote.log"), truth);
    // A pipe is not read twice.
    let piped = run("export --all --format csv mx2.log -", folder.path()).stdin(remote.clone()).run();
    assert_eq!(counted(&piped), truth);
    file(folder.path(), "remote.gz", packed("gz", remote.as_bytes()));
    assert_eq!(all(folder.path(), "mx2.log remote.gz"), truth);
    // The few lines of a second server are looked up in its own log, not those of the first.
    let third = log("mx3", 28).text() + &quiet.within(from - 86_400, from + 86_400);
    file(folder.path(), "third.log", third);
    let truth = sum(&[busy.truth(), all(folder.path(), "third.log")]);
    assert_eq!(all(folder.path(), "third.log remote.log"), truth);
}

/// Messages and refused logins of an Exim server, as its own log has them, or as syslog does.
fn exim(range: std::ops::Range<u32>, server: char, host: &str) -> String {
    let stamp = |number: u32| {
        let time = format!("{:02}:{:02}:10", 10 + number / 60, number % 60);
        if host.is_empty() {
            format!("2026-11-10 {time} ")
        } else {
            format!("2026-11-10T{time}+00:00 {host} exim[12]: ")
        }
    };
    let line = |number: u32| {
        let sent = format!(
            "{}1vIab{server}-00000000{number:03}-0a{:02} <= u@contoso.com H=(x) [192.0.2.1] P=esmtpsa X=TLS1.2:ECDHE:256 CV=no \
             A=plain_server:u S=1000 id=m{number}@x\n",
            stamp(number),
            number % 100
        );
        let failed = format!(
            "{}plain_server authenticator failed for (x) [192.0.2.66]: 535 Incorrect authentication data (set_id=admin)\n",
            stamp(number)
        );
        sent + &failed
    };
    range.map(line).collect()
}

#[test]
fn exim_beside_its_syslog() {
    let folder = folder();
    file(folder.path(), "mainlog", exim(0..90, 'a', ""));
    file(folder.path(), "syslog", exim(20..120, 'a', "mx1").replace("]: 1v", "]: 2026-11-10 10:00:00 1v"));
    file(folder.path(), "mainlog.gz", packed("gz", exim(0..60, 'a', "").as_bytes()));
    assert_eq!(all(folder.path(), "mainlog syslog"), [120, 0, 120]);
    assert_eq!(all(folder.path(), "syslog mainlog"), [120, 0, 120]);
    assert_eq!(all(folder.path(), "mainlog.gz syslog")[0], 120);
    // Two servers whose ids and hosts are known stay two.
    file(folder.path(), "other", exim(20..120, 'a', "mx2"));
    assert_eq!(all(folder.path(), "syslog other"), [200, 0, 200]);
    // Syslog has a zone, the server's own log has none and is two hours ahead.
    let ahead = exim(120..240, 'a', "").replace(" 12:", " 14:").replace(" 13:", " 15:");
    file(folder.path(), "ahead", ahead);
    file(folder.path(), "zoned", exim(120..240, 'a', "mx1"));
    assert_eq!(counted(&run("export --all --format csv ahead zoned", folder.path()).run())[0], 120);
}

/// The same login fails on two servers within a second: without host names nothing says which is which.
#[test]
fn refused_logins_of_two_nameless_servers() {
    let folder = folder();
    file(folder.path(), "one", exim(0..90, 'a', ""));
    file(folder.path(), "other", exim(30..120, 'b', ""));
    file(folder.path(), "other.gz", packed("gz", exim(30..120, 'b', "").as_bytes()));
    assert_eq!(all(folder.path(), "one other"), [180, 0, 180]);
    assert_eq!(all(folder.path(), "one other.gz"), [180, 0, 180]);
    // A message that is in both says that they are logs of one server.
    file(folder.path(), "same", exim(30..120, 'a', ""));
    assert_eq!(all(folder.path(), "same one"), [120, 0, 120]);
}

/// `cat mail.log.1 mail.log`, where a stretch of time is in both.
#[test]
fn one_file_that_holds_a_time_twice() {
    let (log, day) = (log("mx1", 9), 86_400);
    let folder = folder();
    // Between two sessions.
    let at = |days: i64| log.start + days * day + 1000;
    let put_together = [log.within(at(4), i64::MAX), log.within(0, at(6)), log.within(at(2), at(5))].concat();
    file(folder.path(), "all.log", &put_together);
    assert_eq!(all(folder.path(), "all.log"), log.truth());
    assert_eq!(all(folder.path(), "--threads 3 all.log"), log.truth());
    assert!(all(folder.path(), "--keep-duplicates all.log")[0] > log.truth()[0]);
    file(folder.path(), "some.log", log.within(at(1), at(3)));
    assert_eq!(all(folder.path(), "all.log some.log"), log.truth());
}

/// A central log of servers whose clocks are in different zones goes back in time with every other line, and holds none twice.
#[test]
fn clocks_in_different_zones() {
    let (one, other) = (log("mx1", 2), log("mx2", 2));
    let behind = |line: String| line.replace("+00:00", "+02:00");
    let lines: String = one.lines().zip(other.lines().map(behind)).flat_map(|(a, b)| [a, b]).collect();
    let folder = folder();
    file(folder.path(), "central.log", lines);
    assert_eq!(all(folder.path(), "central.log"), sum(&[one.truth(), other.truth()]));
}

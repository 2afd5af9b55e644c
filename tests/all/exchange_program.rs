//! Logs of Exchange servers, read by the program as a user runs it: what its reports say is what is true.

use crate::exchange_files::{PLAIN, Roll, Seen, files, write};
use crate::exchange_pair::{Options, World, options, seeds};
use crate::exchange_rows::{Log, stamp};
use crate::exchange_truth::{Truth, Who};
use crate::harness::{folder, smtpauth};
use std::collections::BTreeMap;
use std::path::Path;

fn protocol_logs(_: usize, log: Log) -> bool {
    log != Log::Tracking
}

fn all_logs(_: usize, _: Log) -> bool {
    true
}

/// A world, its logs on disk, and what is true for who reads them.
fn on_disk(options: Options, seen: Seen<'_>, roll: Roll) -> (tempfile::TempDir, World, Truth) {
    let (folder, world) = (folder(), World::play(options));
    write(folder.path(), &files(&world, seen, roll), PLAIN);
    let truth = Truth::of(&world, seen);
    (folder, world, truth)
}

/// Runs a command on a folder of logs; nothing may be said on standard error.
fn rows(folder: &Path, command: &str) -> Vec<BTreeMap<String, String>> {
    smtpauth(command).arg(".").within(folder).ok().csv()
}

/// Messages by some part of their connection and by TLS version.
fn messages_by(truth: &Truth, part: impl Fn(&str, &Who) -> String) -> BTreeMap<(String, String), u64> {
    let mut sums = BTreeMap::new();
    for ((_, sender, who), [count, ..]) in &truth.messages {
        *sums.entry((part(sender, who), who.tls.clone())).or_default() += count;
    }
    sums
}

/// The same out of the columns of `tls --details`, in which rows without messages are of sessions.
fn in_columns(rows: &[BTreeMap<String, String>], name: &str) -> BTreeMap<(String, String), u64> {
    let columns =
        ["1.0", "1.1", "1.2", "none", "unknown"].map(|tls| (tls, format!("tls{}", tls.replace('.', "_"))));
    let mut sums = BTreeMap::new();
    for row in rows.iter().filter(|row| row["messages"] != "0") {
        for (tls, column) in &columns {
            let column = if row.contains_key(column) { column.as_str() } else { *tls };
            let count: u64 = row[column].parse().expect("a number");
            if count > 0 {
                sums.insert((row[name].clone(), (*tls).to_owned()), count);
            }
        }
    }
    sums
}

#[test]
fn tables_are_true() {
    for seed in seeds(8) {
        let seen: Seen<'_> = if seed % 2 == 0 { &protocol_logs } else { &all_logs };
        let (folder, _, truth) = on_disk(options(seed), seen, Roll::Hourly(seed));
        let by_sender = rows(folder.path(), "tls --details --all --format csv");
        assert_eq!(
            in_columns(&by_sender, "sender"),
            messages_by(&truth, |sender, _| sender.to_owned()),
            "{seed}"
        );
        let by_login = rows(folder.path(), "tls --by login --all --format csv");
        assert_eq!(in_columns(&by_login, "login"), messages_by(&truth, |_, who| who.login.clone()), "{seed}");
        let summary = smtpauth("summary --all --format json").arg(".").within(folder.path()).ok().json();
        let sum = |name: &str| -> u64 {
            let auth = summary["auth"].as_array().expect("a list");
            auth.iter().map(|class| class[name].as_u64().expect("a number")).sum()
        };
        assert_eq!(
            [sum("messages"), sum("sessions"), sum("failed_logins")],
            truth.sums(),
            "{seed}: {summary:#}"
        );
        assert_eq!(summary["input"]["skipped"], 0, "{seed}");
        assert_eq!(summary["input"]["complete"], true, "{seed}");
    }
}

/// Every message is one row, with its own time, size and names.
#[test]
fn single_messages_are_true() {
    for seed in seeds(8) {
        let options = Options { hostile: false, ..options(seed) };
        let (folder, world, truth) = on_disk(options, &protocol_logs, Roll::Hourly(seed));
        if truth.messages.is_empty() {
            // Then the rows are sessions.
            continue;
        }
        let mut found: Vec<_> = rows(folder.path(), "export --rows messages --all --format csv")
            .into_iter()
            .map(|row| ["message_id", "time", "helo", "client", "tls", "login"].map(|name| row[name].clone()))
            .collect();
        let mut wanted: Vec<_> = world
            .connections
            .iter()
            .flat_map(|connection| connection.letters.iter().map(move |letter| (connection, letter)))
            .map(|(connection, (login, sent))| {
                let time = format!("{}Z", &stamp(sent.at)[..19]);
                let id = sent.letter.id.trim_matches(['<', '>']).to_owned();
                let helo = connection.ehlo.clone();
                let (client, login) =
                    (connection.client.clone(), connection.logins[*login].1.to_ascii_lowercase());
                [id, time, helo, client, connection.tls.to_owned(), login]
            })
            .collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{options:?}");
    }
}

/// `cat` of all files says the same, though front end and hub are then far apart and headers are among the rows.
#[test]
fn one_stream_says_the_same() {
    for seed in seeds(8) {
        let seen: Seen<'_> = if seed % 2 == 0 { &protocol_logs } else { &all_logs };
        let world = World::play(options(seed));
        let mut all = files(&world, seen, Roll::Hourly(seed));
        if seed % 3 == 1 {
            // The hubs first, as a file listing in another order would have it.
            all.reverse();
            all.sort_by_key(|file| std::cmp::Reverse(file.log));
        }
        let stream: Vec<u8> = all.iter().flat_map(|file| file.bytes(PLAIN)).collect();
        for arguments in ["export --all --format csv --csv-raw", "export --all --format csv --csv-raw -j 4"] {
            let text = smtpauth(arguments).stdin(stream.clone()).ok().text();
            Truth::of(&world, seen).check(&Truth::found(&text), &format!("{arguments}, {:?}", world.options));
        }
    }
}

/// Any number of workers prints the same bytes, and cells that were written can be read back.
#[test]
fn every_report_is_the_same_every_time() {
    for seed in seeds(2) {
        let (folder, _, truth) = on_disk(options(seed), &all_logs, Roll::Anywhere(seed));
        for command in
            ["tls --details --all", "tls --by client --all", "volume --all", "export --all", "inspect"]
        {
            let text = |more: &str| smtpauth(command).arg(more).arg(".").within(folder.path()).ok().text();
            let one = text("-j1");
            assert_eq!(text("-j2"), one, "{command}, {seed}");
            assert_eq!(text("-j4"), one, "{command}, {seed}");
        }
        let cells = smtpauth("export --all").arg(".").within(folder.path()).ok().stdout;
        let again = smtpauth("export --all --format csv --csv-raw").stdin(cells).ok().text();
        truth.check(&Truth::found(&again), &format!("cells read back, {seed}"));
    }
}

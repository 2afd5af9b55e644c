//! Log folders as they are: what stands in two files counts once, whichever files they are and in whatever order they are given.

use crate::harness::{Ran, Run, file, folder, same, smtpauth};
use crate::pack::CONTAINERS;
use crate::rotated::{Log, log, packed};
use std::collections::BTreeMap;
use std::path::Path;

/// What a run counts: messages, sessions, failed logins.
type Counts = [u64; 3];

fn run(arguments: &str, folder: &Path) -> Run {
    smtpauth(arguments).within(folder)
}

fn counted(ran: &Ran) -> Counts {
    ["messages", "sessions", "failed_logins"]
        .map(|name| ran.csv().iter().map(|row| row[name].parse::<u64>().unwrap_or(0)).sum())
}

/// What is counted of all that lies in a folder; nothing may be missing.
fn of_folder(folder: &Path, arguments: &str) -> Counts {
    let ran = run("export --all", folder).arg(".");
    let ran = arguments.split_whitespace().fold(ran, Run::arg).run();
    assert_eq!(ran.status, 0, "{}", ran.everything());
    counted(&ran)
}

/// Three weeks as Debian leaves them: mail.log is rotated once a week and syslog every day, each at its time, and both hold
/// the mail server's lines; older files are compressed.
fn debian(log: &Log, folder: &Path) {
    let (week, day) = (7 * 86_400, 86_400);
    let weekly = log.cut(log.start + 5 * day + 23_105, week);
    let daily = log.with_other_programs().cut(log.start + 300, day);
    for (name, pieces) in [("mail.log", weekly), ("syslog", daily)] {
        for (age, piece) in pieces.iter().rev().enumerate() {
            match age {
                0 => file(folder, name, piece),
                1 => file(folder, &format!("{name}.1"), piece),
                // Syslog is not kept as long as mail.log.
                8.. if name == "syslog" => continue,
                _ => file(folder, &format!("{name}.{age}.gz"), packed("gz", piece.as_bytes())),
            };
        }
    }
    let warnings: String = log.lines().filter(|line| line.contains("warning: ")).collect();
    file(folder, "mail.warn", warnings);
    file(folder, "auth.log", "Nov 20 10:00:00 mx1 sshd[1]: Accepted publickey for root\n");
    file(folder, "dpkg.log", "2026-11-20 10:00:00 status installed libc6:amd64 2.41\n");
}

#[test]
fn a_folder_as_debian_leaves_it() {
    let log = log("mx1", 21);
    let folder = folder();
    debian(&log, folder.path());
    let truth = log.truth();
    assert_eq!(of_folder(folder.path(), ""), truth);
    assert_eq!(of_folder(folder.path(), "--threads 1"), truth);
    let twice = of_folder(folder.path(), "--keep-duplicates");
    assert!(twice[0] > truth[0] + 50 && twice[2] > truth[2] * 2, "{twice:?}");
}

/// The names of inputs that were passed over, and why.
fn passed_over(folder: &Path) -> BTreeMap<String, String> {
    let rows = run("inspect --format csv .", folder).run().csv();
    let over = rows.into_iter().filter(|row| row["status"] == "passed over");
    over.map(|row| (row["file"].clone(), row["why"].clone())).collect()
}

#[test]
fn copies_are_read_once() {
    let log = log("mx1", 3);
    let (text, half) = (log.text(), log.within(0, log.start + 86_400 + 30));
    let folder = folder();
    file(folder.path(), "mail.log", &text);
    file(folder.path(), "another.name", &text);
    file(folder.path(), "mail.log.old", &half);
    for (ending, pack, _) in CONTAINERS {
        file(folder.path(), &format!("mail.log.1.{ending}"), pack(text.as_bytes()));
        file(folder.path(), &format!("mail.log.2.{ending}"), pack(half.as_bytes()));
    }
    assert_eq!(of_folder(folder.path(), ""), log.truth());
    // Half written: what can be read of it is the beginning of the log beside it. What the rest was, nobody knows.
    let gz = packed("gz", text.as_bytes());
    file(folder.path(), "mail.log.3.gz", &gz[..gz.len() / 2]);
    let ran = run("export --all .", folder.path()).run();
    assert_eq!((ran.status, counted(&ran)), (2, log.truth()));
    let over = passed_over(folder.path());
    assert_eq!(over.len(), 11, "{over:?}");
    let why = |name: &str| over.get(name).map(String::as_str);
    assert_eq!(why("./mail.log"), Some("is a copy of ./another.name, and read once"));
    assert_eq!(why("./mail.log.old"), Some("is the beginning of ./another.name, and read with it"));
    assert_eq!(
        why("./mail.log.3.gz"),
        Some("is damaged or cut; as far as it goes, it is the beginning of ./another.name, and read with it")
    );
    // A copy is an input too, and never written onto.
    let ran = run("export --all --format csv -o mail.log .", folder.path()).run();
    assert_eq!(ran.status, 2, "{}", ran.everything());
    assert_eq!(std::fs::read_to_string(folder.path().join("mail.log")).unwrap(), text);
}

/// `cat mail.log mail.log.1`: the end of such a file says nothing about the time that it covers.
#[test]
fn logs_put_together_out_of_order() {
    let (log, other) = (log("mx1", 14), log("mx2", 14));
    let (folder, middle) = (folder(), log.start + 7 * 86_400);
    let (early, late) = (log.within(0, middle), log.within(middle, i64::MAX));
    file(folder.path(), "whole.log", log.text());
    file(folder.path(), "early.log", &early);
    file(folder.path(), "late.log", &late);
    file(folder.path(), "all.log", [late, early].concat());
    file(folder.path(), "other.log", other.text());
    let volume =
        |file: &str| run("volume --format csv --since 3d other.log", folder.path()).arg(file).run().text();
    assert_eq!(volume("all.log"), volume("whole.log"));
    let counts = counted(&run("export --all early.log late.log all.log", folder.path()).run());
    assert_eq!(counts, log.truth());
}

/// A number in a name need not mean that one file follows the other.
#[test]
fn numbered_files_of_several_servers() {
    let (packed_up, plain, days) = (folder(), folder(), 7);
    for (index, host) in ["mx1", "mx2", "mx3"].iter().enumerate() {
        let text = log(host, days).text();
        file(packed_up.path(), &format!("mx.{index}.zst"), packed("zst", text.as_bytes()));
        file(plain.path(), &format!("mx.{index}"), text);
    }
    for folder in [&packed_up, &plain] {
        file(folder.path(), "mx9", log("mx9", days).text());
    }
    let volume = |folder: &Path| run("volume --format csv --since 3d .", folder).run().text();
    assert_eq!(volume(packed_up.path()), volume(plain.path()));
}

/// Tables that bear no message ids are not compared, even if they begin alike.
#[test]
fn rows_without_ids_all_count() {
    let folder = folder();
    let table = |last: &str| {
        format!(
            "time,sender,login\n2026-11-10T10:00:00Z,scan@contoso.com,scan\n2026-11-12T10:00:00Z,{last}\n"
        )
    };
    file(folder.path(), "s1.csv", table("a@contoso.com,a"));
    file(folder.path(), "s2.csv", table("b@contoso.com,b"));
    assert_eq!(counted(&run("export --all s1.csv s2.csv", folder.path()).run())[0], 4);
}

#[test]
fn what_was_in_two_files_is_said() {
    let log = log("mx1", 3);
    let (folder, day) = (folder(), 86_400);
    file(folder.path(), "mail.log", log.within(0, log.start + 2 * day + 600));
    file(folder.path(), "syslog", log.with_other_programs().within(log.start + day + 600, i64::MAX));
    let ran = run("tls --all --format csv mail.log syslog", folder.path()).run();
    same(
        "54 messages were in two inputs and count once: mail.log, syslog; --keep-duplicates counts them twice\n\
         2 inputs: 2 read · 162 submissions · all understood\n",
        &ran.said(),
    );
    assert_eq!(ran.status, 0);
    let inspected = run("inspect syslog mail.log", folder.path()).run().text();
    assert!(inspected.contains("\n  54 messages more are in mail.log too and count there\n"), "{inspected}");
    let rows = run("inspect --format csv syslog mail.log", folder.path()).run().csv();
    assert_eq!(rows[0]["status"], "read");
    assert_eq!(rows[1]["status"], "read; 54 messages are in mail.log too and count there");
}

/// Single messages are told once as well, and all of them.
#[test]
fn single_messages_are_told_once() {
    let log = log("mx1", 9);
    let folder = folder();
    debian(&log, folder.path());
    let ids = |arguments: &str| {
        let rows = run("export --rows messages --all .", folder.path());
        let rows = arguments.split_whitespace().fold(rows, Run::arg).run().csv();
        let mut ids: Vec<_> = rows.iter().map(|row| format!("{} {}", row["time"], row["queue_id"])).collect();
        ids.sort();
        ids
    };
    let once = ids("");
    let mut sorted = once.clone();
    sorted.dedup();
    assert_eq!((once.len() as u64, sorted.len() as u64), (log.truth()[0], log.truth()[0]));
    let mut twice = ids("--keep-duplicates");
    assert!(twice.len() > once.len());
    twice.dedup();
    assert_eq!(twice, once);
}

/// Rows of two traces that overlap, told apart by the Message-ID; a row may rightly be there more than once.
#[test]
fn exports_that_overlap() {
    let header = "time,sender,login,message_id\n";
    let row = |number: usize| {
        format!(
            "2026-11-10T10:00:{:02}Z,a{number}@contoso.com,scan,<{}@contoso.com>\n",
            number % 60,
            number / 2
        )
    };
    let rows = |range: std::ops::Range<usize>| range.map(row).collect::<String>();
    let folder = folder();
    file(folder.path(), "week1.csv", format!("{header}{}{}", rows(0..40), row(39)));
    file(folder.path(), "week2.csv", format!("{header}{}", rows(30..70)));
    file(folder.path(), "packed.csv.gz", packed("gz", format!("{header}{}", rows(30..50)).as_bytes()));
    assert_eq!(of_folder(folder.path(), "")[0], 71);
    assert_eq!(of_folder(folder.path(), "--keep-duplicates")[0], 101);
    // Without an id, rows that look alike may be two messages.
    let header = "time,sender,login\n";
    let folder = crate::harness::folder();
    file(
        folder.path(),
        "1.csv",
        format!("{header}2026-11-10T10:00:00Z,a@contoso.com,scan\n2026-11-10T10:00:01Z,a@contoso.com,scan\n"),
    );
    file(folder.path(), "2.csv", format!("{header}2026-11-10T10:00:01Z,a@contoso.com,scan\n"));
    assert_eq!(of_folder(folder.path(), "")[0], 3);
}

/// Daily files of a log, the newest without a number; the older half compressed.
fn daily(log: &Log, folder: &Path) {
    let pieces = log.cut(log.start + 86_400, 86_400);
    let half = pieces.len() / 2;
    for (age, piece) in pieces.iter().rev().enumerate() {
        match age {
            0 => file(folder, "mail.log", piece),
            _ if age > half => file(folder, &format!("mail.log.{age}.gz"), packed("gz", piece.as_bytes())),
            _ => file(folder, &format!("mail.log.{age}"), piece),
        };
    }
}

/// JSON without what it says of the input that was read.
fn without_input(text: &str) -> String {
    let Some((before, rest)) = text.split_once("\"input\":") else { return text.to_owned() };
    let (_, behind) = rest.split_once('}').expect("an object ends");
    format!("{before}{behind}")
}

#[test]
fn files_outside_of_the_window_are_not_read_and_change_nothing() {
    let log = log("mx1", 30);
    let (daily_files, one_file) = (folder(), folder());
    daily(&log, daily_files.path());
    file(one_file.path(), "mail.log", log.text());
    // What one file gives, which is always read.
    for view in [
        "summary --format json",
        "tls --details --by login --format json",
        "export --rows messages --format json",
    ] {
        for window in [
            "",
            "--since 1d",
            "--since 3d",
            "--since 12h",
            "--since 30h",
            "--since 14d --until 10d",
            "--since 2026-11-05",
            "--since 2026-11-05 --until 2026-11-06",
            "--until 2026-11-09",
            "--since 2026-11-05T10:00 --until 2026-11-05T12:30",
            "--since 3d --as-of 2026-11-12",
            "--since 2026-12-24",
            "--timezone Pacific/Auckland --since 2d",
            "--all",
        ] {
            let arguments = format!("{view} {window}");
            let text = |folder: &Path| {
                let text = run(&arguments, folder).arg("--quiet").arg(".").run().text();
                let source = |text: String| {
                    (0..40).rev().fold(text, |text, age| text.replace(&format!("mail.log.{age}"), "mail.log"))
                };
                source(without_input(&text)).replace("mail.log.gz", "mail.log")
            };
            same(&text(one_file.path()), &text(daily_files.path()));
        }
    }
}

#[test]
fn only_the_files_of_the_window_are_read() {
    let log = log("mx1", 30);
    let folder = folder();
    daily(&log, folder.path());
    let read_by = |view: &str, window: &str| {
        let ran = run(&format!("{view} --format json ."), folder.path());
        let ran = window.split_whitespace().fold(ran, Run::arg).run();
        ran.json()["input"]["files"].as_u64().expect("a number")
    };
    let read = |window: &str| read_by("volume", window);
    // The files of the window, and that of the day before, which ends within the hour before it.
    assert_eq!([read("--since 1d"), read(""), read("--since 14d"), read("--all")], [2, 8, 15, 30]);
    assert_eq!(read("--since 2026-11-05 --until 2026-11-06"), 5, "the newest file too");
    assert_eq!(read("--strict"), 30);
    // And those of the window before, where the change is shown against it.
    let views = ["tls", "tls --details", "tls --by login", "tls --interval day", "auth", "summary"];
    assert_eq!(views.map(|view| read_by(view, "")), [16, 8, 8, 8, 8, 16]);
}

/// Other programs go on logging after the last mail, and the clock of one was wrong: windows count back from the mail.
#[test]
fn the_window_counts_back_from_the_mail() {
    let log = log("mx1", 20);
    let folder = folder();
    daily(&log, folder.path());
    let newest = log.within(log.start + 19 * 86_400, i64::MAX);
    let later = "2026-11-27T10:00:00+00:00 mx1 CRON[1]: (root) CMD (a job)\n\
                 2027-01-05T10:00:00+00:00 mx1 postfix/qmgr[9]: ABC: removed\n";
    file(folder.path(), "mail.log", newest + later);
    let ran = run("volume --since 3d --format json .", folder.path()).run().json();
    assert_eq!(ran["window"]["since"], "2026-11-08");
    assert_eq!(ran["input"]["files"], 4);
}

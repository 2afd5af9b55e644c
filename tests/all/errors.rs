//! What goes wrong is said in one message that names the place and what to do, with exit code 2 and nothing on standard
//! output; what can be counted all the same is.

use crate::harness::{ROOT, Run, SMTPAUTH, WEEK, file, folder, smtpauth, smtpauth_with};
use std::fs;
use std::process::{Command, Stdio};

const RECOGNISED: &str = "cells that smtpauth export wrote, as CSV; SMTP protocol logs of Exchange Server (SmtpReceive; SmtpSend of the front end); message tracking of Exchange Server, as logs or from Get-MessageTrackingLog | Export-Csv; the report \"SMTP AUTH clients\" of the Exchange admin center, exported as CSV; the extended message trace of Exchange Online (Start-HistoricalSearch, MessageTraceDetail); message traces of Exchange Online (enhanced summary, Get-MessageTraceV2 | Export-Csv, Microsoft Graph); details of messages of Exchange Online (Get-MessageTraceDetailV2 | Export-Csv, Microsoft Graph); sign-in logs of Entra ID (portal download, Microsoft Graph, diagnostic settings, legacy authentication); CSV, TSV or semicolons with a header; Postfix in syslog or maillog_file, and the appliances built on it; Exim's mainlog, as a file or in syslog";
const NOT_ALL: &str = "fixtures/postfix/not-understood.log";

/// A run in a folder that holds a copy of a small log, `a.log`.
fn beside_a_log(arguments: &str) -> (tempfile::TempDir, Run) {
    let folder = folder();
    fs::copy(format!("{ROOT}/{WEEK}"), folder.path().join("a.log")).expect("a fixture can be copied");
    let run = smtpauth(arguments).within(folder.path());
    (folder, run)
}

// What was typed

#[test]
fn nothing_to_read() {
    smtpauth("").fails(
        "nothing to read: name log files or directories, for example\n  smtpauth /var/log\nor give a log on standard \
         input (`-` where it is not a pipe)",
    );
}

#[test]
fn a_path_that_is_not_there() {
    smtpauth("tls nowhere.log").fails("nowhere.log: no such file or directory");
    smtpauth("tls fixtures/*/nowhere*.log").fails("fixtures/*/nowhere*.log: no file matches this pattern");
    smtpauth("tls").arg(WEEK).arg("nowhere.log").fails("nowhere.log: no such file or directory");
}

#[test]
fn a_mistyped_command_hears_the_commands() {
    for typed in ["sumary", "volum", "tsl", "inspekt"] {
        // It can only be taken for a path; what it was meant to be is said.
        let ran = smtpauth(typed).arg(WEEK).run();
        assert_eq!((ran.status, ran.stdout.as_slice()), (2, &b""[..]), "{}", ran.everything());
        assert!(ran.said().contains(&format!("{typed}: no such file or directory")), "{}", ran.everything());
        assert!(ran.said().contains("the commands are summary, volume, tls,"), "{}", ran.everything());
    }
    let ran = smtpauth("tls --detials").arg(WEEK).run();
    assert!(ran.said().contains("--details"), "{}", ran.everything());
}

#[test]
fn a_time_that_is_none_is_refused_with_the_forms_that_are_taken() {
    let forms = "a day (2026-11-01, today, yesterday), an instant (2026-11-01T10:00, with or without a zone, or \
                 @1793527200), or a stretch back from the newest record (7d, 12h, 4w)";
    for typed in ["soon", "0d", "7", "11/21/2026", "2026-13-01", ""] {
        for option in ["--since", "--until"] {
            let message = format!("{option} {typed:?} is not a time: take {forms}");
            smtpauth_with(["tls", WEEK, option, typed]).fails(&message);
        }
    }
    let message = format!("--as-of \"soon\" is not a time: take {forms}; or newest, or now");
    smtpauth("tls --as-of soon").arg(WEEK).fails(&message);
    smtpauth("tls --as-of 7d").arg(WEEK).fails("--as-of takes newest, now, a day or an instant");
}

#[test]
fn options_that_do_not_go_together() {
    let nothing = "--since is not before --until: nothing lies between";
    smtpauth("tls --since 2026-11-12 --until 2026-11-10").arg(WEEK).fails(nothing);
    smtpauth("tls --since 2026-11-12T10:00 --until 2026-11-12T10:00").arg(WEEK).fails(nothing);
    smtpauth("export --format table")
        .arg(WEEK)
        .fails("an export has no table for people: take --format csv, json or ndjson");
    smtpauth("inspect --since 7d")
        .arg(WEEK)
        .fails("inspect shows whole files: --since and --until do not apply");
    smtpauth("export --rows messages fixtures/cells/week.csv")
        .fails("fixtures/cells/week.csv: cells hold no single messages");
    let ran = smtpauth("tls --all --since 7d").arg(WEEK).run();
    assert!(
        ran.status == 2 && ran.said().contains("'--all' cannot be used with '--since <TIME>'"),
        "{ran:?}"
    );
}

#[test]
fn values_that_are_none() {
    let zone = |option: &str| {
        format!("{option} Mars/Base: no such zone; take an IANA name such as Europe/Berlin, `local` or `UTC`")
    };
    for option in ["--timezone", "--log-timezone"] {
        smtpauth("tls").arg(WEEK).arg(option).arg("Mars/Base").fails(&zone(option));
    }
    smtpauth("tls --input-format sendmail")
        .arg(WEEK)
        .fails("--input-format sendmail: no such format; there are cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim");
    smtpauth("tls --threads 0").arg(WEEK).fails("--threads takes a number from 1");
}

// What was given

#[test]
fn an_empty_file() {
    let folder = folder();
    file(folder.path(), "empty.log", "");
    smtpauth("tls empty.log").within(folder.path()).fails("empty.log: is empty");
    smtpauth("tls").stdin("").fails("<stdin>: is empty");
}

#[test]
fn a_directory_without_logs() {
    let folder = folder();
    let advice = format!("\nRecognised are {RECOGNISED}; name a file to hear why it is not one");
    let none = format!("no mail log found: 0 files looked at and passed over{advice}");
    smtpauth("tls .").within(folder.path()).fails(&none);
    file(folder.path(), "notes.txt", "buy milk\n");
    let one = "no mail log found: 1 file looked at and passed over, for example ./notes.txt: is not recognised as a \
               mail log";
    smtpauth("tls .").within(folder.path()).fails(&format!("{one}{advice}"));
}

#[test]
fn a_file_that_is_no_log() {
    let folder = folder();
    file(folder.path(), "notes.txt", "buy milk\n");
    let message = format!("notes.txt: is not recognised as a mail log; recognised are {RECOGNISED}");
    smtpauth("tls notes.txt").within(folder.path()).fails(&message);
    file(folder.path(), "core", [0; 5000]);
    smtpauth("tls core").within(folder.path()).fails("core: is no text");
    file(folder.path(), "people.csv", "first name,last name,birthday\nA,B,1970\n");
    let message = "people.csv: is a table, but its columns are not those of a mail log: first name, last name, birthday";
    smtpauth("tls people.csv").within(folder.path()).fails(message);
}

#[test]
fn a_compressed_file_of_which_nothing_is_left() {
    let folder = folder();
    file(folder.path(), "mail.log.2.gz", b"\x1f\x8b\x08\0\0\0\0\0");
    let message = "nothing in it can be recognised: its gz data breaks off at byte 8";
    smtpauth("tls mail.log.2.gz").within(folder.path()).fails(&format!("mail.log.2.gz: {message}"));
    // Beside others it is missing in the result, which is therefore not complete.
    fs::copy(format!("{ROOT}/{WEEK}"), folder.path().join("mail.log")).expect("a fixture can be copied");
    let ran = smtpauth("tls --format json .").within(folder.path()).run();
    assert_eq!(ran.json()["input"]["complete"], false);
    assert_eq!(ran.status, 2);
    let said = "2 inputs: 1 read, 1 passed over · 37 submissions · all understood\n";
    assert_eq!(ran.said(), format!("./mail.log.2.gz: {message}\n{said}"));
}

/// Logs of Exchange Server that somebody packed are missing too, whichever of them.
#[test]
fn compressed_logs_of_exchange() {
    for (name, head) in [
        ("RECV2026111208-1.LOG.gz", &b"\x1f\x8b\x08\0\0"[..]),
        ("SEND2026111208-1.LOG.gz", b"\x1f\x8b\x08\0\0"),
        ("RECV20261112.zip", b"PK\x03\x04\x14\0\0"),
    ] {
        let folder = folder();
        fs::copy(format!("{ROOT}/{WEEK}"), folder.path().join("mail.log")).expect("a fixture can be copied");
        file(folder.path(), name, head);
        let ran = smtpauth("tls --format json .").within(folder.path()).run();
        assert_eq!(ran.json()["input"]["complete"], false, "{}", ran.everything());
        assert_eq!(ran.status, 2, "{}", ran.everything());
    }
}

#[test]
fn a_table_without_a_sender() {
    let folder = folder();
    file(folder.path(), "t.csv", "time,login,tls,size\n2026-11-09,a,1.2,3\n");
    smtpauth("tls t.csv").within(folder.path()).fails(
        "t.csv: is a table without a sender column: it has time, login, tls, size; one of these names is needed: sender, \
         from, senderaddress, mailfrom, envelopefrom, envelopesender, returnpath, fromaddress",
    );
}

/// A link that leads to itself cannot be read by anybody, the superuser included.
#[cfg(unix)]
#[test]
fn one_unreadable_file_of_several() {
    let (folder, run) = beside_a_log("tls --format json loop.log a.log");
    std::os::unix::fs::symlink("loop.log", folder.path().join("loop.log")).expect("links can be made");
    let ran = run.run();
    assert_eq!(ran.status, 2);
    let counted = (&ran.json()["input"]["submissions"], &ran.json()["input"]["complete"]);
    assert_eq!(counted, (&37.into(), &false.into()));
    let mut said = ran.said();
    assert!(said.starts_with("loop.log: "), "{said}");
    said = said.split_off(said.find('\n').expect("lines") + 1);
    assert_eq!(said, "2 inputs: 1 read, 1 passed over · 37 submissions · all understood\n");
    let alone = smtpauth("tls loop.log").within(folder.path()).run();
    assert!(alone.status == 2 && alone.stdout.is_empty() && alone.said().starts_with("smtpauth: loop.log: "));
}

#[test]
fn the_same_file_twice_counts_once() {
    let ran = smtpauth("tls --format json").arg(WEEK).arg(WEEK).ok();
    assert_eq!(ran.json()["input"]["submissions"], 37);
}

// Lines that are not understood

const SAID: &str = "\
fixtures/postfix/not-understood.log:10: no syslog line: a time stamp (Nov 21 19:45:10, 2026-11-21T19:45:10+01:00 or RFC \
5424), a host and a program are expected
fixtures/postfix/not-understood.log:9: stamped more than a day after now: is the year right (--log-year)?
fixtures/postfix/not-understood.log:5: Postfix client= line: client=NAME[ADDRESS], sasl_method=... is expected
6 lines were not understood: smtpauth inspect shows them by reason
";

#[test]
fn lines_that_are_not_understood_are_counted_and_shown() {
    let ran = smtpauth("tls --format ndjson").arg(NOT_ALL).run();
    assert_eq!(ran.status, 0);
    assert!(ran.said().starts_with(SAID), "{}", ran.said());
    assert_eq!(ran.said().lines().count(), 5, "the last line says what was read");
    let quiet = smtpauth("tls --quiet --format ndjson").arg(NOT_ALL).ok();
    assert_eq!(quiet.stdout, ran.stdout);
}

#[test]
fn strict_makes_them_an_error() {
    let usual = smtpauth("tls").arg(NOT_ALL).run();
    let ran = smtpauth("tls --strict").arg(NOT_ALL).run();
    assert_eq!((ran.status, ran.text()), (2, usual.text()), "the report is printed all the same");
    let last = "--strict: lines that are not understood are an error\n";
    assert!(ran.said().starts_with(&format!("{SAID}{last}")), "{}", ran.said());
    smtpauth("tls --strict").arg(WEEK).ok();
}

#[test]
fn records_of_the_future_are_no_anchor() {
    let line = |stamp: &str| format!("{stamp},a@contoso.com,a\n2026-11-15T10:00:00Z,b@contoso.com,b\n");
    let ran = smtpauth("tls --format json")
        .stdin(format!("time,sender,login\n{}", line("2099-01-01T00:00:00Z")))
        .run();
    assert_eq!(ran.status, 0);
    assert_eq!(ran.json()["window"]["as_of"], "2026-11-15T10:00:00Z");
    assert_eq!(ran.json()["input"]["skipped"], 1);
    assert!(ran.said().starts_with("<stdin>:2: stamped more than a day after now"), "{}", ran.said());
}

#[test]
fn nothing_of_a_mail_server() {
    let ran = smtpauth("tls --format json")
        .stdin("Nov 12 10:00:00 mx1 sshd[1]: Server listening on :: port 22.\n")
        .run();
    assert_eq!(ran.status, 2, "a check that had nothing to check");
    let said =
        "<stdin>: no line of a mail server in it that could be used; smtpauth inspect tells what it is\n";
    assert!(ran.said().starts_with(said), "{}", ran.said());
}

// Where the output goes

#[test]
fn the_output_is_never_an_input() {
    let message = |name: &str| format!("{name}: is read in this run; write the output somewhere else");
    let (folder, run) = beside_a_log("tls -o a.log a.log");
    let before = fs::read(folder.path().join("a.log")).expect("the log is there");
    run.fails(&message("a.log"));
    smtpauth("tls -o ./a.log .").within(folder.path()).fails(&message("./a.log"));
    fs::hard_link(folder.path().join("a.log"), folder.path().join("hard.log")).expect("links can be made");
    smtpauth("tls -o hard.log a.log").within(folder.path()).fails(&message("hard.log"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("a.log", folder.path().join("soft.log")).expect("links can be made");
        smtpauth("tls -o soft.log a.log").within(folder.path()).fails(&message("soft.log"));
        // By the shell: `smtpauth tls a.log >> a.log`.
        let log =
            fs::File::options().append(true).open(folder.path().join("a.log")).expect("the log is there");
        let mut command = smtpauth("tls a.log").within(folder.path()).into_command();
        let output = command.stdin(Stdio::null()).stdout(log).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("smtpauth: {}\n", message("<stdout>")));
    }
    assert_eq!(fs::read(folder.path().join("a.log")).expect("the log is there"), before);
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let (folder, run) = beside_a_log("tls --details -o out.csv a.log");
    let ran = run.ok();
    assert_eq!(ran.stdout, b"");
    let written = fs::read(folder.path().join("out.csv")).expect("the output is there");
    let direct = smtpauth("tls --details --format csv a.log").within(folder.path()).ok().stdout;
    assert_eq!(written, direct, "the ending of the name tells the shape");
    // A run that fails leaves the old file, and nothing beside it.
    smtpauth("tls -o out.csv nowhere.log")
        .within(folder.path())
        .fails("nowhere.log: no such file or directory");
    file(folder.path(), "b.csv", &direct);
    smtpauth("export --rows messages -o out.csv ../nowhere").within(folder.path()).run();
    assert_eq!(fs::read(folder.path().join("out.csv")).expect("the output is there"), written);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
    smtpauth("tls -o nowhere/out.csv a.log")
        .within(folder.path())
        .fails("nowhere: no such file or directory");
    fs::create_dir(folder.path().join("d")).expect("a folder can be made");
    smtpauth("tls -o d a.log").within(folder.path()).fails("d: is a directory, not a file to write");
}

#[test]
fn endings_tell_the_shape() {
    for (name, format) in [("o.csv", "csv"), ("o.json", "json"), ("o.ndjson", "ndjson"), ("o.txt", "table")] {
        let (folder, run) = beside_a_log("tls a.log -o");
        run.arg(name).ok();
        let direct = smtpauth("tls a.log --format").arg(format).within(folder.path()).ok().stdout;
        assert_eq!(fs::read(folder.path().join(name)).expect("the output is there"), direct, "{name}");
    }
}

#[test]
fn a_reader_that_had_enough() {
    let rows = (0..20_000).map(|n| format!("2026-11-15T10:00:00Z,user{n}@contoso.com,user{n}\n"));
    let folder = folder();
    file(folder.path(), "long.csv", format!("time,sender,login\n{}", rows.collect::<String>()));
    for arguments in ["export", "export --rows messages", "tls --details", "tls --details --format json"] {
        let mut command = smtpauth(arguments).arg("long.csv").within(folder.path()).into_command();
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut first = [0_u8; 1];
        let mut stdout = child.stdout.take().expect("a pipe");
        std::io::Read::read_exact(&mut stdout, &mut first).expect("there is output");
        drop(stdout);
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{arguments}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments}");
    }
}

#[cfg(unix)]
#[test]
fn closed_and_full_outputs() {
    let shell = |script: &str| {
        let mut command = Command::new("sh");
        let command = command.args(["-c", script]).env_clear().env("SMTPAUTH", SMTPAUTH).current_dir(ROOT);
        let output = command.stdin(Stdio::null()).output().expect("a shell");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(
        shell(&format!("\"$SMTPAUTH\" tls {WEEK} >&-")),
        (Some(0), String::new()),
        "nobody is there to read"
    );
    assert_eq!(
        shell(&format!("\"$SMTPAUTH\" tls {NOT_ALL} >/dev/null 2>&-")).0,
        Some(0),
        "nobody is there to be told"
    );
    if std::path::Path::new("/dev/full").exists() {
        let (status, said) = shell(&format!("\"$SMTPAUTH\" tls {WEEK} >/dev/full"));
        assert_eq!(status, Some(2));
        assert!(said.starts_with("smtpauth: standard output: "), "{said}");
    }
}

#[test]
fn quiet_and_color() {
    for format in ["table", "csv", "json", "ndjson"] {
        let plain = smtpauth("tls --format").arg(format).arg(WEEK).ok();
        assert!(!plain.stdout.contains(&0x1b), "without a terminal nothing is coloured");
        let forced = smtpauth("tls --color always --format").arg(format).arg(WEEK).ok();
        assert_eq!(forced.stdout.contains(&0x1b), format == "table");
        let never =
            smtpauth("tls --color never --format").arg(format).arg(WEEK).env("CLICOLOR_FORCE", "1").ok();
        assert_eq!(never.stdout, plain.stdout);
    }
}

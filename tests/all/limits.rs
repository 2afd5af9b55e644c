//! Full disks, limits of the system, closed handles and signals, on the real program: the exit code tells, and an output is
//! old, absent or whole.

use crate::ended::{Ended, ended, start, wait_until};
use crate::harness::{Run, SMTPAUTH, WEEK, file, folder, read, smtpauth};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Every command that writes something, with a log of a few messages.
const COMMANDS: [&str; 14] = [
    "summary --all",
    "volume --all",
    "tls --all --details",
    "auth --all",
    "sender scan",
    "ready",
    "unusual",
    "inspect",
    "export --all",
    "export --all --rows messages",
    "export --all --format json",
    "report --all",
    "man",
    "completions bash",
];

/// A table of so many messages, each of another sender.
fn many(folder: &Path, count: usize) {
    let rows = (0..count).map(|n| format!("2026-11-15T10:00:00Z,user{n}@contoso.com,user{n}\n"));
    file(folder, "many.csv", format!("time,sender,login\n{}", rows.collect::<String>()));
}

/// Runs a script of the shell, in which `$SMTPAUTH` is the program.
fn shell(script: &str, folder: &Path) -> Ended {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(folder).env("SMTPAUTH", SMTPAUTH).env("SMTPAUTH_CONFIG", "");
    ended(command)
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Nobody reads, nobody is told, nothing is given, there is no room.
#[test]
fn outputs_of_every_command() {
    let folder = folder();
    file(folder.path(), "a.log", read(WEEK));
    for command in COMMANDS {
        let reads = !matches!(command, "man" | "completions bash");
        let typed = if reads { format!("{command} a.log") } else { command.to_owned() };
        let whole = ended(smtpauth(&typed).within(folder.path()).into_command());
        let status = whole.status;
        for script in [
            "\"$SMTPAUTH\" TYPED >&-",
            "\"$SMTPAUTH\" TYPED >&- 2>&- <&-",
            "{ \"$SMTPAUTH\" TYPED; echo $? >status; } | head -n 1; exit $(cat status)",
            "{ \"$SMTPAUTH\" TYPED; echo $? >status; } | true; exit $(cat status)",
        ] {
            let ended = shell(&script.replace("TYPED", &typed), folder.path());
            // Who does not read to the end does not hear of what a check found.
            assert!(ended.status == status || ended.status == 0, "{typed} {script}: {}", ended.said);
            assert!(ended.said == whole.said || ended.said.is_empty(), "{typed} {script}: {}", ended.said);
        }
        let full = shell(&format!("\"$SMTPAUTH\" {typed} >/dev/full"), folder.path());
        assert_eq!(full.status, 2, "{typed}: {}", full.said);
        assert!(full.said.contains("standard output: No space left"), "{typed}: {}", full.said);
    }
}

#[test]
fn nothing_to_read_and_nobody_who_gives() {
    let folder = folder();
    let closed = shell("\"$SMTPAUTH\" tls <&-", folder.path());
    assert!(closed.status == 2 && closed.said.starts_with("smtpauth: nothing to read"), "{}", closed.said);
    let closed = shell("\"$SMTPAUTH\" tls - <&-", folder.path());
    assert_eq!((closed.status, closed.said.as_str()), (2, "smtpauth: <stdin>: is empty\n"));
}

/// A device as the output of `-o`, and a disk of one megabyte.
#[test]
fn full_disks() {
    let folder = folder();
    many(folder.path(), 20_000);
    let full = smtpauth("export --all -o /dev/full many.csv").within(folder.path());
    let full = ended(full.into_command());
    assert!(full.status == 2 && full.said.starts_with("smtpauth: /dev/full: No space"), "{}", full.said);
    let script = "mkdir small && mount -t tmpfs -o size=1m none small && echo old >small/o.csv || exit 0
        \"$SMTPAUTH\" export --all -o small/o.csv many.csv; status=$?; ls -A small; cat small/o.csv; exit $status";
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script]).current_dir(folder.path());
    let tried = ended({
        command.env("SMTPAUTH", SMTPAUTH).env("SMTPAUTH_CONFIG", "");
        command
    });
    if tried.out.is_empty() {
        println!("nothing may be mounted here: no disk of one megabyte was tried");
        return;
    }
    assert_eq!((tried.status, tried.out.as_slice()), (2, &b"o.csv\nold\n"[..]), "{}", tried.said);
    assert!(tried.said.contains("small/o.csv: No space left"), "{}", tried.said);
}

/// `ulimit -f` would end the program in the middle of a write.
#[test]
fn a_limit_on_the_size_of_files() {
    let folder = folder();
    many(folder.path(), 2000);
    let limited = shell("ulimit -f 8; exec \"$SMTPAUTH\" export --all -o o.csv many.csv", folder.path());
    assert_eq!(limited.status, 2, "{}", limited.said);
    assert!(limited.said.starts_with("smtpauth: o.csv: File too large"), "{}", limited.said);
    assert_eq!(names(folder.path()), ["many.csv"]);
    // What is spooled is a file too.
    let script = "ulimit -f 8; \"$SMTPAUTH\" export --all --rows messages -o o.csv <many.csv; cat many.csv | \
                  TMPDIR=. \"$SMTPAUTH\" export --all --rows messages";
    let limited = shell(script, folder.path());
    assert_eq!((limited.status, limited.out.len()), (2, 0), "{}", limited.said);
    assert_eq!(names(folder.path()), ["many.csv"], "{}", limited.said);
}

#[test]
fn a_limit_on_open_files() {
    let folder = folder();
    for number in 0..500 {
        let line = format!("2026-11-12T10:00:00Z mx{number} postfix/qmgr[1]: ABCDEF: removed\n");
        file(folder.path(), &format!("mail.{number}.log"), line);
    }
    let script = "ulimit -n 16; exec \"$SMTPAUTH\" tls --all -j2 --format json .";
    let limited = shell(script, folder.path());
    assert_eq!(limited.json()["input"]["files"], 500, "{}", limited.said);
    assert_eq!(limited.json()["input"]["complete"], true, "{}", limited.said);
}

/// Each signal that asks a program to end.
const SIGNALS: [&str; 3] = ["INT", "TERM", "HUP"];

fn interrupted(ended: &Ended, what: &str, folder: &Path, left: &[&str]) {
    assert_eq!((ended.status, ended.said.as_str()), (130, ""), "{what}");
    assert_eq!(names(folder), left, "{what}");
}

/// In the middle of writing: nobody reads on, and the pipe is full.
#[test]
fn interrupted_while_it_writes_to_a_pipe() {
    for signal in SIGNALS {
        for typed in ["export --all many.csv", "export --all --rows messages many.csv"] {
            let folder = folder();
            many(folder.path(), 5000);
            assert!(
                Command::new("mkfifo").arg(folder.path().join("out")).status().expect("mkfifo").success()
            );
            let run = smtpauth(typed).typed("-o out --format csv").within(folder.path());
            let mut command = run.env("TMPDIR", ".").into_command();
            command.stdin(Stdio::null());
            let running = start(command);
            let mut pipe = fs::File::open(folder.path().join("out")).expect("it opens the pipe");
            let mut first = [0; 1];
            std::io::Read::read_exact(&mut pipe, &mut first).expect("there is output");
            running.signal(signal);
            interrupted(&running.end(), &format!("SIG{signal} {typed}"), folder.path(), &["many.csv", "out"]);
        }
    }
}

/// In the middle of reading, with a copy of standard input on the disk; and in the middle of writing a file.
#[test]
fn interrupted_with_files_in_the_making() {
    for signal in SIGNALS {
        let folder = folder();
        file(folder.path(), "o.csv", "old");
        let run = smtpauth("export --all --rows messages -o o.csv -").within(folder.path());
        let mut command = run.env("TMPDIR", ".").into_command();
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        command.stdin(reader);
        let running = start(command);
        writer.write_all(read(WEEK).as_bytes()).expect("the pipe has room");
        wait_until(|| (names(folder.path()).len() > 1).then_some(())).expect("standard input is copied");
        running.signal(signal);
        interrupted(&running.end(), &format!("SIG{signal}"), folder.path(), &["o.csv"]);
        assert_eq!(fs::read(folder.path().join("o.csv")).expect("it is there"), b"old");
    }
}

#[test]
fn interrupted_while_it_writes_a_file() {
    let folder = folder();
    many(folder.path(), 60_000);
    file(folder.path(), "o.csv", "old");
    let run: fn(&Path) -> Run = |folder| smtpauth("export --all -o o.csv many.csv").within(folder);
    let mut command = run(folder.path()).into_command();
    command.stdin(Stdio::null());
    let running = start(command);
    let is_begun = || names(folder.path()).iter().any(|name| name.starts_with(".smtpauth-")).then_some(());
    wait_until(is_begun).expect("a file is begun");
    running.signal("INT");
    interrupted(&running.end(), "SIGINT", folder.path(), &["many.csv", "o.csv"]);
    assert_eq!(fs::read(folder.path().join("o.csv")).expect("it is there"), b"old");
}

/// What was started to go on goes on: by `nohup`, or behind a `&` in a script.
#[test]
fn signals_that_are_ignored_end_nothing() {
    let folder = folder();
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP INT; exec \"$SMTPAUTH\" export --all --rows messages -o o.csv -"]);
    command
        .current_dir(folder.path())
        .env("SMTPAUTH", SMTPAUTH)
        .env("SMTPAUTH_CONFIG", "")
        .env("TMPDIR", ".");
    command.stdin(reader);
    let running = start(command);
    writer.write_all(read(WEEK).as_bytes()).expect("the pipe has room");
    wait_until(|| (!names(folder.path()).is_empty()).then_some(())).expect("standard input is copied");
    running.signal("HUP");
    running.signal("INT");
    drop(writer);
    let ended = running.end();
    assert_eq!(ended.status, 0, "{}", ended.said);
    assert_eq!(names(folder.path()), ["o.csv"]);
}

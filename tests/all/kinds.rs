//! What may lie where a log is looked for: pipes, devices, sockets, links in a circle, what nobody may read, and names of any
//! bytes. None of it is waited for, and what may have been a log is missed.

use crate::ended::{Ended, ended, start};
use crate::harness::{ROOT, WEEK, file, folder, read, smtpauth};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Messages in the log that lies beside everything else.
const MESSAGES: u64 = 37;

/// A folder with a log in it, and something else.
fn beside_a_log(make: fn(&Path)) -> tempfile::TempDir {
    let folder = folder();
    file(folder.path(), "a.log", read(WEEK));
    make(folder.path());
    folder
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Runs a view as JSON of what is typed.
fn counts(typed: &str, folder: &Path) -> Command {
    smtpauth("tls --all --format json").typed(typed).within(folder).into_command()
}

/// What is there, what is typed, the exit code, and words on standard error.
type Case = (fn(&Path), &'static str, i32, &'static str);

#[test]
fn what_is_no_file() {
    let circle = |path: &Path| symlink("loop", path.join("loop")).expect("links can be made");
    let up = |path: &Path| symlink(".", path.join("up")).expect("links can be made");
    let zero = |path: &Path| symlink("/dev/zero", path.join("zero")).expect("links can be made");
    let pipe = |path: &Path| fifo(&path.join("pipe"));
    let socket = |path: &Path| drop(UnixListener::bind(path.join("socket")).expect("a socket"));
    let nothing = |_: &Path| {};
    let cases: [Case; 18] = [
        // A folder is walked past them, and so is a pattern.
        (pipe, ".", 0, ""),
        (pipe, "*", 0, ""),
        (socket, ".", 0, ""),
        (socket, "*", 0, ""),
        (zero, ".", 0, ""),
        (zero, "*", 0, ""),
        (circle, ".", 0, ""),
        (circle, "*", 2, "loop: "),
        (up, ".", 0, ""),
        (up, "*", 0, ""),
        (up, "**", 0, ""),
        // What is named is said to be none.
        (socket, "socket a.log", 2, "socket: "),
        (socket, "socket", 2, "smtpauth: socket: "),
        (circle, "loop", 2, "smtpauth: loop: "),
        (zero, "zero a.log", 2, "zero: is a device, which has no end"),
        (zero, "zero", 2, "smtpauth: zero: is a device, which has no end"),
        (nothing, "/dev/null", 2, "smtpauth: /dev/null: is empty"),
        (pipe, "pip[f]", 2, "smtpauth: pip[f]: no file matches this pattern"),
    ];
    for (make, typed, status, says) in cases {
        let folder = beside_a_log(make);
        let ended = ended(counts(typed, folder.path()));
        assert_eq!(ended.status, status, "{typed}: {}", ended.said);
        assert!(ended.said.starts_with(says), "{typed}: {}", ended.said);
        if !says.starts_with("smtpauth: ") {
            assert_eq!(ended.json()["input"]["submissions"], MESSAGES, "{typed}: {}", ended.said);
            assert_eq!(ended.json()["input"]["complete"], status == 0, "{typed}: {}", ended.said);
        }
    }
}

#[test]
fn standard_input_that_is_no_file() {
    for (device, says) in [("/dev/zero", "is a device, which has no end"), ("/dev/null", "is empty")] {
        let mut command = counts("-", Path::new(ROOT));
        command.stdin(fs::File::open(device).expect("a device"));
        let ended = start(command).end();
        assert_eq!(ended.status, 2);
        assert!(ended.said.starts_with(&format!("smtpauth: <stdin>: {says}")), "{}", ended.said);
    }
}

/// As a shell gives it: `smtpauth <(zcat mail.log.*.gz)`.
#[test]
fn a_pipe_that_is_named_is_read() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let mut command = counts("pipe", folder.path());
    command.stdin(Stdio::null());
    let running = start(command);
    let writer = std::thread::spawn(move || fs::write(pipe, read(WEEK)));
    let ended = running.end();
    writer.join().expect("the writer ends").expect("the pipe is written");
    assert_eq!(
        (ended.status, &ended.json()["input"]["submissions"]),
        (0, &MESSAGES.into()),
        "{}",
        ended.said
    );
}

/// The superuser may read everything; without these two capabilities, not even that user may.
fn unprivileged(command: &Command) -> Option<Command> {
    let mut setpriv = Command::new("setpriv");
    setpriv.arg("--bounding-set=-dac_override,-dac_read_search").arg(command.get_program());
    setpriv.args(command.get_args()).current_dir(command.get_current_dir()?);
    setpriv.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let path = std::env::var_os("PATH")?;
    setpriv.env("PATH", path);
    Some(setpriv)
}

fn without_rights(typed: &str, folder: &Path) -> Option<Ended> {
    let is_closed = fs::read_dir(folder.join("closed")).is_err();
    let command = counts(typed, folder);
    if is_closed {
        return Some(ended(command));
    }
    let tried = Command::new("setpriv").args(["--bounding-set=-dac_override", "true"]).status();
    tried.is_ok_and(|status| status.success()).then(|| unprivileged(&command).map(ended)).flatten()
}

#[test]
fn what_nobody_may_read() {
    let folder = beside_a_log(|path| {
        fs::create_dir(path.join("closed")).expect("a folder");
        fs::create_dir(path.join("open")).expect("a folder");
        for name in ["closed/b.log", "open/c.log", "d.log"] {
            file(path, name, read("fixtures/postfix/failed-logins.log"));
        }
    });
    let mode = |name: &str, mode: u32| {
        let path = folder.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("modes can be set");
    };
    ["closed", "open/c.log", "d.log"].iter().for_each(|name| mode(name, 0));
    for (typed, missing) in [
        (".", vec!["./closed: ", "./d.log: ", "./open/c.log: "]),
        ("a.log d.log open/c.log", vec!["d.log: ", "open/c.log: "]),
        ("*.log */*.log", vec!["./closed: ", "d.log: ", "open/c.log: "]),
        ("a.log closed", vec!["closed: "]),
    ] {
        let Some(ended) = without_rights(typed, folder.path()) else { break };
        assert_eq!(ended.status, 2, "{typed}: {}", ended.said);
        for name in missing {
            let line = ended.said.lines().find(|line| line.starts_with(name));
            assert!(line.is_some_and(|line| line.contains("ermission")), "{typed}: {name} {}", ended.said);
        }
        let input = &ended.json()["input"];
        assert_eq!((&input["submissions"], &input["complete"]), (&MESSAGES.into(), &false.into()), "{typed}");
    }
    if let Some(ended) = without_rights("closed", folder.path()) {
        assert_eq!((ended.status, ended.out.len()), (2, 0));
        assert!(ended.said.starts_with("smtpauth: closed: "), "{}", ended.said);
    }
    mode("closed", 0o755);
}

#[test]
fn names_of_any_bytes() {
    let long = format!("{}.log", "n".repeat(251));
    for (name, shown) in [
        (long.as_bytes(), long.as_str()),
        (b"two\nlines.log", "two\\u{a}lines.log"),
        (b"mail\x1b[2J.log", "mail\\u{1b}[2J.log"),
        (b"m\xfcnchen.log", "m\\xfcnchen.log"),
        (b"-- * ?[a.log", "-- * ?[a.log"),
    ] {
        let folder = folder();
        let path: PathBuf = folder.path().join(OsStr::from_bytes(name));
        fs::write(&path, read(WEEK)).expect("the file system takes any name");
        let mut named = counts("", folder.path());
        named.arg(Path::new(".").join(OsStr::from_bytes(name)));
        for command in [named, counts(".", folder.path())] {
            let ended = ended(command);
            assert_eq!(ended.status, 0, "{shown}: {}", ended.said);
            assert_eq!(ended.json()["input"]["submissions"], MESSAGES, "{shown}");
        }
        let ran = smtpauth("inspect --format csv .").within(folder.path()).ok();
        assert_eq!(ran.csv()[0]["file"], format!("./{shown}"), "{}", ran.everything());
        // And as the name of what is written.
        let mut command = smtpauth("tls --all --format json").arg(WEEK).arg("-o").into_command();
        let ended = ended({
            command.arg(&path);
            command
        });
        assert_eq!(ended.status, 0, "{shown}: {}", ended.said);
        let written = fs::read(&path).expect("the output is there");
        assert!(serde_json::from_slice::<serde_json::Value>(&written).is_ok(), "{shown}");
    }
}

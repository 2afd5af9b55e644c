//! Files that change while they are read. A run waits at a pipe that is named behind a log until the log, at which it has
//! looked already, is no more what it was.

use crate::ended::{Ended, start, wait_until};
use crate::harness::{WEEK, file, folder, read, smtpauth};
use crate::pack::gz;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Messages in the log.
const MESSAGES: u64 = 37;
/// What comes through the pipe: a line without a message.
const LINE: &str = "2026-11-12T10:00:00Z mx9 postfix/qmgr[1]: ABCDEF: removed\n";
/// Two more messages of the log's server.
const MORE: &str = "\
2026-11-15T20:00:00+01:00 mx1 postfix/submission/smtpd[9]: A1B2C3: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=scan
2026-11-15T20:00:00+01:00 mx1 postfix/qmgr[9]: A1B2C3: from=<scan@contoso.com>, size=10, nrcpt=1 (queue active)
";

/// Opens a pipe for writing once somebody reads it.
fn write_end(path: &Path) -> File {
    let mut options = OpenOptions::new();
    // O_NONBLOCK: fails as long as nobody reads.
    options.write(true).custom_flags(0o4000);
    wait_until(|| options.open(path).ok()).expect("the run comes to the pipe")
}

/// Runs a command on a log (`log/mail.log` or the like) that is changed when the run has looked at it.
fn changed(command: &str, name: &str, bytes: &[u8], change: impl FnOnce(&Path)) -> Ended {
    let folder = folder();
    fs::create_dir(folder.path().join("log")).expect("a folder");
    let path = file(&folder.path().join("log"), name, bytes);
    assert!(Command::new("mkfifo").arg(folder.path().join("gate")).status().expect("mkfifo").success());
    let run = smtpauth(command).arg("log").arg("gate").within(folder.path());
    let mut command = run.into_command();
    command.stdin(Stdio::null());
    let running = start(command);
    let mut gate = write_end(&folder.path().join("gate"));
    change(&path);
    gate.write_all(LINE.as_bytes()).expect("somebody reads");
    drop(gate);
    running.end()
}

/// What happens to the log.
type Change = fn(&Path);

fn rotate(path: &Path) {
    fs::rename(path, path.with_extension("log.1")).expect("it can be renamed");
    fs::write(path, MORE).expect("a new log");
}

fn shorten(path: &Path) {
    let half = fs::metadata(path).expect("it is there").len() / 2;
    OpenOptions::new().write(true).open(path).and_then(|log| log.set_len(half)).expect("it can be cut");
}

/// logrotate's copytruncate, while the server goes on writing where it was.
fn copy_and_truncate(path: &Path) {
    let len = fs::metadata(path).expect("it is there").len();
    let mut log = OpenOptions::new().write(true).open(path).expect("it can be written to");
    log.set_len(0).and_then(|()| log.set_len(len)).expect("it can be cut");
    std::io::Seek::seek(&mut log, std::io::SeekFrom::End(0)).expect("its end");
    log.write_all(MORE.as_bytes()).expect("it can be written to");
}

#[test]
fn what_became_of_a_log_is_told() {
    let cases: [(Change, &str); 5] = [
        (shorten, "became shorter while it was read"),
        (rotate, "was replaced by another file while it was to be read"),
        (|path| fs::remove_file(path).expect("it can be removed"), "no such file or directory"),
        (
            |path| fs::remove_dir_all(path.parent().expect("a folder")).expect("it can be removed"),
            "no such file or directory",
        ),
        (copy_and_truncate, "was emptied while it was read"),
    ];
    let week = read(WEEK);
    for (change, says) in cases {
        for (name, bytes) in [("mail.log", week.as_bytes().to_vec()), ("mail.log.gz", gz(week.as_bytes()))] {
            let json = "tls --all --format json";
            let ended = changed(json, name, &bytes, change);
            assert_eq!(ended.status, 2, "{name}, {says}: {}", ended.said);
            let line = format!("log/{name}: ");
            let line = ended.said.lines().find(|said| said.starts_with(&line)).unwrap_or_default();
            assert!(line.to_lowercase().contains(says), "{name}, {says}: {}", ended.said);
            assert_eq!(ended.json()["input"]["complete"], false, "{name}, {says}");
            // Single messages, for which it is read twice.
            let ended = changed("export --all --rows messages --format csv", name, &bytes, change);
            assert_eq!(ended.status, 2, "{name}, {says}: {}", ended.said);
            assert!(ended.said.contains(name), "{name}, {says}: {}", ended.said);
        }
    }
}

/// What is appended counts in the next run.
#[test]
fn a_log_that_grows() {
    let grow = |path: &Path| {
        let mut log = OpenOptions::new().append(true).open(path).expect("it can be written to");
        log.write_all(MORE.as_bytes()).expect("it can be written to");
    };
    let ended = changed("tls --all --format json", "mail.log", read(WEEK).as_bytes(), grow);
    let input = &ended.json()["input"];
    assert_eq!(
        (&input["submissions"], &input["complete"]),
        (&MESSAGES.into(), &true.into()),
        "{}",
        ended.said
    );
    assert_eq!(ended.status, 0, "{}", ended.said);
}

/// A server that writes as fast as it can, in pieces of lines.
#[test]
fn a_log_that_does_not_stop_growing() {
    let folder = folder();
    let path = file(folder.path(), "mail.log", read(WEEK));
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let writer = std::thread::spawn(move || {
        let mut log = OpenOptions::new().append(true).open(path).expect("it can be written to");
        for piece in MORE.repeat(100).as_bytes().chunks(997).cycle().take(2000) {
            log.write_all(piece).expect("it can be written to");
            std::thread::sleep(std::time::Duration::from_micros(200));
            if stopped.try_recv() != Err(std::sync::mpsc::TryRecvError::Empty) {
                break;
            }
        }
    });
    for _ in 0..3 {
        let run = smtpauth("tls --all --format json mail.log").within(folder.path());
        let ended = crate::ended::ended(run.into_command());
        assert_eq!(ended.status, 0, "{}", ended.said);
        let input = &ended.json()["input"];
        assert!(input["submissions"].as_u64() >= Some(MESSAGES) && input["complete"] == true, "{input}");
    }
    drop(stop);
    writer.join().expect("the writer ends");
}

//! Input without an end in one direction or another stays within the stated memory, and what was given up is said.
//!
//! The system holds the program to it (`ulimit -v`); what it used is read from `/proc`. `SMTPAUTH_BOUNDS` says how large the
//! inputs are, in MiB or thousands: `SMTPAUTH_BOUNDS=1024 cargo test --release --test all -- bounds --nocapture`.

use crate::harness::{ROOT, Run, folder, smtpauth};
use crate::pack::CONTAINERS;
use serde_json::Value;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// An ordinary run of the tests: it is a debug build.
const SIZE: usize = 8;
/// What a run may use whatever it reads, in KiB.
const BASE: u64 = 64 << 10;
/// Address space that is not memory: the program itself, libraries, stacks, the arenas of the allocator.
const ADDRESSES: u64 = 1 << 20;
/// A good line.
const LINE: &str = "2026-11-12T10:00:00Z mx1 postfix/qmgr[1]: ABCDEF: removed\n";

fn size() -> usize {
    std::env::var("SMTPAUTH_BOUNDS").ok().and_then(|size| size.parse().ok()).unwrap_or(SIZE)
}

struct Ended {
    status: i32,
    said: String,
    json: Value,
    /// Most memory that was used at a time, in KiB.
    peak: u64,
}

/// Runs with a hard limit, in KiB, and looks how much was used. `feed` writes standard input.
fn within(
    bound: u64,
    run: Run,
    feed: impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send + 'static,
) -> Ended {
    let program = run.into_command();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {}; exec \"$@\"", bound + ADDRESSES), "sh"]);
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap_or(Path::new(ROOT))).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    // One arena: others are address space that is kept in reserve.
    command.env("MALLOC_ARENA_MAX", "1").env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let feeder = std::thread::spawn(move || {
        // A program that gave up does not read the rest.
        drop(feed(&mut pipe));
    });
    let mut outputs = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let mut stdout = Vec::new();
    let mut said = String::new();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| outputs.0.read_to_end(&mut stdout));
        scope.spawn(|| outputs.1.read_to_string(&mut said));
        while child.try_wait().expect("it can be waited for").is_none() {
            peak = used(&status).max(peak);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    });
    feeder.join().expect("the feeder ends");
    let status = child.wait().expect("it has ended").code().unwrap_or(-1);
    let json = serde_json::from_slice(&stdout).unwrap_or(Value::Null);
    Ended { status, said, json, peak }
}

/// The high-water mark of a process, in KiB.
fn used(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[expect(clippy::print_stdout, reason = "figures for who asks with --nocapture")]
fn stays(what: &str, ended: &Ended, bound: u64) {
    println!("{what}: {} MiB of {}", ended.peak >> 10, bound >> 10);
    assert!(ended.peak <= bound, "{what}: {} KiB, allowed are {bound}", ended.peak);
    assert!(ended.said.is_empty() || !ended.said.contains("internal error"), "{what}: {}", ended.said);
    assert!(!ended.json.is_null(), "{what}: {}", ended.said);
}

fn repeat(out: &mut dyn Write, byte: u8, mib: usize) -> std::io::Result<()> {
    let block = vec![byte; 1 << 20];
    (0..mib).try_for_each(|_| out.write_all(&block))
}

#[test]
fn a_line_without_an_end() {
    for byte in [b'x', b'\r', b'"', b','] {
        let ended = within(BASE, smtpauth("inspect --format json -"), move |out| {
            out.write_all(LINE.as_bytes())?;
            repeat(out, byte, size())?;
            out.write_all(format!("\n{LINE}").as_bytes())
        });
        stays("a line without an end", &ended, BASE);
        let row = &ended.json["rows"][0];
        assert_eq!((&row["used"], &row["skipped"]), (&2.into(), &1.into()), "{row}");
    }
}

#[test]
fn a_hole() {
    let folder = folder();
    let mut file = std::fs::File::create(folder.path().join("mail.log")).expect("a file");
    file.write_all(LINE.as_bytes()).expect("a line");
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Current((size() as i64) << 20)).expect("a hole");
    file.write_all(format!("\n{LINE}").as_bytes()).expect("a line");
    let ended = within(BASE, smtpauth("inspect --format json mail.log").within(folder.path()), |_| Ok(()));
    stays("a hole", &ended, BASE);
    assert_eq!(ended.json["rows"][0]["used"], 2);
}

/// 200,000 open sessions are kept; of the others it is said that they were given up.
#[test]
fn sessions_that_never_end() {
    let count = size() * 10_000;
    let bound = BASE + 200_000 * 512 / 1024;
    let ended = within(bound, smtpauth("tls --all --format json -"), move |out| {
        let mut out = std::io::BufWriter::new(out);
        (0..count).try_for_each(|pid| {
            writeln!(out, "2026-11-12T10:00:00Z mx1 postfix/smtpd[{pid}]: connect from a.example[192.0.2.1]")
        })
    });
    stays("sessions that never end", &ended, bound);
    let is_much = count > 200_000;
    assert_eq!(ended.status, if is_much { 2 } else { 0 }, "{}", ended.said);
    assert_eq!(ended.said.contains("were given up"), is_much, "{}", ended.said);
    assert_eq!(ended.json["input"]["complete"], !is_much);
}

/// 400 bytes a cell and worker, 200 a name (its sender, domain and login). Maps double when they are full, and hold both
/// while they do: 900,000 senders took 218 and 109 above the base, 1,024,000 took 309 and 154.
#[test]
fn senders_without_number() {
    let count = size() * 1000;
    let bound = BASE + (count as u64) * (400 * 2 + 200 * 3) / 1024;
    let ended = within(bound, smtpauth("tls --details --all --format json --top 5 -j2 -"), move |out| {
        let mut out = std::io::BufWriter::new(out);
        writeln!(out, "time,sender,login,tls")?;
        (0..count).try_for_each(|number| {
            writeln!(out, "2026-11-12T10:00:00Z,a{number}@d{}.example,u{number},1.2", number % 1000)
        })
    });
    stays("senders without number", &ended, bound);
    assert_eq!(ended.json["input"]["submissions"], count, "{}", ended.said);
}

/// Of a bomb, no more is read than an honest log could hold.
#[test]
fn bombs_in_every_container() {
    // Decoders are slow where nothing is optimised; the limit lies at 256 MiB.
    let mib = if cfg!(debug_assertions) { 16 } else { size().max(300) };
    let folder = folder();
    for (ending, pack, _) in CONTAINERS {
        // Members of zeros one after the other: the same bomb, made in a moment.
        let member = pack(&vec![0; 16 << 20]);
        let mut file = std::fs::File::create(folder.path().join("mail.log")).expect("a file");
        file.write_all(&pack(LINE.as_bytes())).expect("a line");
        (0..mib / 16).for_each(|_| file.write_all(&member).expect("a member"));
        let bound = BASE + (128 << 10);
        let ended =
            within(bound, smtpauth("inspect --format json mail.log").within(folder.path()), |_| Ok(()));
        stays(ending, &ended, bound);
        // No gz can expand so much that it must be a bomb.
        let is_bomb = mib > 256 && ending != "gz";
        assert_eq!(ended.said.contains("--max-ratio"), is_bomb, "{ending}: {}", ended.said);
        assert_eq!(ended.status, if is_bomb { 2 } else { 0 }, "{ending}: {}", ended.said);
    }
}

/// Files are opened one after the other, however many there are: 3 KiB are kept of each.
#[test]
fn files_without_number() {
    let folder = folder();
    let count = size() * 100;
    for number in 0..count {
        let line = LINE.replace("mx1", &format!("mx{number}"));
        std::fs::write(folder.path().join(format!("mail.{number}.log")), line).expect("a file");
    }
    let bound = BASE + (count as u64) * 3;
    let run = smtpauth("summary --all --format json .").within(folder.path());
    let ended = within(bound, run, |_| Ok(()));
    stays("files without number", &ended, bound);
    assert_eq!((ended.status, &ended.json["input"]["files"]), (0, &count.into()), "{}", ended.said);
}

/// Folders in folders, deeper than a path can be long: logs as far as one reaches count, and that there is more is told.
#[test]
fn folders_without_a_bottom() {
    for (name, depth) in [("d".to_owned(), 3000), ("n".repeat(250), 20)] {
        let folder = folder();
        let mut path = folder.path().to_owned();
        let mut count = 0_u64;
        // `./` and the name of the log come on top.
        while path.as_os_str().len() + name.len() < 4096 - 20 {
            path.push(&name);
            std::fs::create_dir(&path).expect("a folder");
            count += 1;
            let line = LINE.replace("mx1", &format!("mx{count}"));
            std::fs::write(path.join("mail.log"), line).expect("a file");
        }
        // The command goes down step by step: no path is too long for it.
        let below = vec![name.as_str(); depth].join("/");
        let made = Command::new("mkdir").arg("-p").arg(&below).current_dir(folder.path()).status();
        assert!(made.expect("mkdir").success());
        let run = smtpauth("summary --all --format json .").within(folder.path());
        let ended = within(2 * BASE, run, |_| Ok(()));
        stays("folders without a bottom", &ended, 2 * BASE);
        assert_eq!(ended.json["input"]["files"], count, "{}", ended.said);
        assert_eq!((ended.status, &ended.json["input"]["complete"]), (2, &false.into()), "{}", ended.said);
        assert!(ended.said.contains("too long"), "{}", ended.said);
    }
}

//! Every call of the system may fail: whichever does, the program says so, and no output is half of one.
//!
//! Each case runs a command under `strace`, which makes one call fail (`-e inject`). Calls are numbered by thread; those of
//! the loader, before the program's own first one, are left alone. `SMTPAUTH_FAULTS` says how many cases are drawn
//! (`SMTPAUTH_FAULTS=3000 cargo test --test all -- faults --nocapture`).

use crate::harness::{Run, WEEK, folder, read, smtpauth};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Cases of an ordinary run of the tests.
const CASES: usize = 120;

/// What is run. `<` gives the log through a pipe.
const COMMANDS: [&str; 12] = [
    "summary --all logs",
    "volume --all logs",
    "tls --all --details logs",
    "auth --all logs",
    "ready logs",
    "sender scan logs",
    "unusual logs",
    "inspect logs",
    "export --all logs",
    "export --all --rows messages logs",
    "export --all --rows messages <",
    "tls --all -j2 <",
];

/// Which calls fail, and how: errors, an end that comes too early, calls that are interrupted, signals.
const FAULTS: [(&str, &[&str]); 12] = [
    ("openat", &["error=EACCES", "error=EMFILE", "error=ENOENT"]),
    ("statx", &["error=EIO"]),
    ("getdents64", &["error=EIO"]),
    ("lseek", &["error=EIO"]),
    ("pread64", &["error=EIO", "error=EINTR", "retval=0"]),
    ("read", &["error=EIO", "error=EINTR"]),
    ("write", &["error=ENOSPC", "error=EIO", "error=EINTR", "signal=SIGINT", "signal=SIGTERM"]),
    ("fsync", &["error=EIO", "signal=SIGTERM"]),
    ("renameat", &["error=EXDEV", "error=EACCES"]),
    ("clone3", &["error=EAGAIN"]),
    ("mmap", &["error=ENOMEM"]),
    ("close", &["error=EIO"]),
];

/// What lies in the output before each case.
const OLD: &[u8] = b"old";

struct Bench {
    folder: tempfile::TempDir,
}

struct Ended {
    status: Option<i32>,
    said: String,
    out: Option<Vec<u8>>,
    /// Temporary files that are still there.
    left: Vec<String>,
}

impl Bench {
    fn new() -> Self {
        crate::ended::hear_signals();
        let folder = folder();
        for name in ["logs", "tmp"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        std::fs::write(folder.path().join("logs/mail.log"), read(WEEK)).expect("a log");
        let gz = std::fs::File::create(folder.path().join("logs/exim.gz")).expect("a log");
        let mut gz = flate2::write::GzEncoder::new(gz, flate2::Compression::default());
        gz.write_all(read("fixtures/exim/new-ids.log").as_bytes()).expect("a log");
        gz.finish().expect("a log");
        Self { folder }
    }

    /// Runs a command with `-o out.json` under strace with these options.
    fn strace(&self, command: &str, options: &[&str]) -> Ended {
        let path = self.folder.path();
        std::fs::write(path.join("out.json"), OLD).expect("an old output");
        let (arguments, pipe) = command.split_once('<').map_or((command, false), |(rest, _)| (rest, true));
        let program = smtpauth(arguments).arg("--format").arg("json").arg("-o").arg("out.json");
        let program = Run::into_command(program);
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-o", "trace"]).args(options).arg(program.get_program());
        strace.args(program.get_args()).current_dir(path).env_clear();
        let variables = program.get_envs().filter_map(|(name, value)| Some((name, value?)));
        strace.envs(variables).env("TMPDIR", path.join("tmp")).env("PATH", "/usr/bin:/bin");
        let output = finish(strace, pipe.then(|| read(WEEK)));
        Ended {
            status: output.status.code(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
            out: std::fs::read(path.join("out.json")).ok(),
            left: self.clear(),
        }
    }

    /// Takes away what a run left behind, and says what that was.
    fn clear(&self) -> Vec<String> {
        let mut left = Vec::new();
        for folder in [self.folder.path().to_owned(), self.folder.path().join("tmp")] {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("an entry");
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with(".smtpauth") || name.starts_with(".tmp") {
                    let path = entry.path();
                    let gone = if path.is_dir() {
                        std::fs::remove_dir_all(&path)
                    } else {
                        std::fs::remove_file(&path)
                    };
                    gone.expect("it can be removed");
                    left.push(name);
                }
            }
        }
        left
    }

    /// How often each call is made once the program itself runs: up to which number, and from which on.
    fn calls(&self) -> BTreeMap<String, (usize, usize)> {
        let trace = std::fs::read_to_string(self.folder.path().join("trace")).expect("a trace");
        let mut by_thread: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut before: BTreeMap<&str, usize> = BTreeMap::new();
        let mut has_begun = false;
        for line in trace.lines() {
            let Some((thread, call)) = line.split_once(' ') else { continue };
            let Some((name, _)) = call.trim_start().split_once('(') else { continue };
            // The first call of the program's own runtime: what came before was the loader's.
            has_begun |= name == "poll";
            *by_thread.entry((name, thread)).or_default() += 1;
            if !has_begun {
                *before.entry(name).or_default() += 1;
            }
        }
        let mut calls: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for ((name, _), count) in by_thread {
            let of = calls.entry(name.to_owned()).or_default();
            *of = (before.get(name).copied().unwrap_or(0), of.1.max(count));
        }
        calls
    }
}

fn finish(mut command: Command, stdin: Option<String>) -> Output {
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("strace starts");
    let feeder = stdin.map(|text| {
        let mut pipe = child.stdin.take().expect("a pipe");
        std::thread::spawn(move || drop(pipe.write_all(text.as_bytes())))
    });
    let output = child.wait_with_output().expect("strace ends");
    feeder.into_iter().for_each(|feeder| feeder.join().expect("the pipe is written"));
    output
}

fn has_strace(path: &Path) -> bool {
    let tried = Command::new("strace").args(["-qq", "-o"]).arg(path.join("trace")).arg("true").status();
    let works = tried.is_ok_and(|status| status.success());
    assert!(
        works || std::env::var_os("SMTPAUTH_NEEDS_STRACE").is_none(),
        "strace is missing or may not trace"
    );
    works
}

/// What is wrong about how a run with a fault ended, compared with one without.
fn wrong(call: &str, fault: &str, good: &Ended, ended: &Ended) -> Option<String> {
    // The standard library gives up where a directory cannot be closed, or where a thread gets no memory for its signals.
    let is_library = ended.said.contains("closedir") || ended.said.contains("alternative stack");
    let is_whole =
        || ended.out.as_deref().is_some_and(|out| serde_json::from_slice::<serde_json::Value>(out).is_ok());
    let is_untouched = || ended.out.as_deref() == Some(OLD) || ended.out.is_none();
    if ended.said.contains("panicked") && !is_library {
        return Some("panic".to_owned());
    }
    // A folder that cannot be listed any more cannot be removed either.
    if !ended.left.is_empty() && ended.status != Some(2) {
        return Some(format!("left behind {:?}", ended.left));
    }
    match ended.status {
        status if status == good.status => (ended.out != good.out).then(|| "another answer".to_owned()),
        Some(2) if ended.said.is_empty() => Some("fails in silence".to_owned()),
        Some(2) => (!is_untouched() && !is_whole()).then(|| "half an output".to_owned()),
        Some(130) if fault.starts_with("signal=") => {
            (!is_untouched() && ended.out != good.out).then(|| "half an output".to_owned())
        }
        // Memory that runs out ends the program at once.
        _ if call == "mmap" || is_library => {
            (!is_untouched() && ended.out != good.out).then(|| "half an output".to_owned())
        }
        status => Some(format!("exit {status:?}")),
    }
}

#[test]
fn one_call_fails() {
    let bench = Bench::new();
    if !has_strace(bench.folder.path()) {
        println!("strace is missing: nothing was tried");
        return;
    }
    let cases = std::env::var("SMTPAUTH_FAULTS").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    let good: Vec<_> = COMMANDS
        .iter()
        .map(|command| {
            let ended = bench.strace(command, &[]);
            assert!(
                matches!(ended.status, Some(0 | 1)) && ended.left.is_empty(),
                "{command}: {}",
                ended.said
            );
            (ended, bench.calls())
        })
        .collect();
    let mut random = crate::hostile::Random(0xFA17);
    let (mut tried, mut failures) = (BTreeMap::<&str, usize>::new(), Vec::new());
    while tried.values().sum::<usize>() < cases {
        let at = random.below(COMMANDS.len());
        let (call, faults) = FAULTS[random.below(FAULTS.len())];
        let (good, calls) = &good[at];
        let Some((from, to)) = calls.get(call).filter(|(from, to)| from < to) else { continue };
        let (fault, number) = (faults[random.below(faults.len())], from + 1 + random.below(to - from));
        let inject = format!("inject={call}:{fault}:when={number}");
        let ended = bench.strace(COMMANDS[at], &["-e", &inject]);
        if let Some(wrong) = wrong(call, fault, good, &ended) {
            failures.push(format!("{}: strace -f -e {inject}: {wrong}\n{}", COMMANDS[at], ended.said));
        }
        *tried.entry(call).or_default() += 1;
    }
    println!("{cases} faults: {tried:?}");
    assert!(failures.is_empty(), "{} of {cases}:\n{}", failures.len(), failures.join("\n"));
}

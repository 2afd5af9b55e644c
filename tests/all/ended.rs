//! Runs under conditions of their own: each ends in time, with an exit code of README's table, and without a panic.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that has not ended.
pub struct Running {
    child: Child,
    outputs: [JoinHandle<Vec<u8>>; 2],
}

/// What came back.
pub struct Ended {
    /// The exit code.
    pub status: i32,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub said: String,
}

/// Starts a command; what it writes is read as it comes.
pub fn start(mut command: Command) -> Running {
    hear_signals();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let out = reader(child.stdout.take().expect("a pipe"));
    let said = reader(child.stderr.take().expect("a pipe"));
    Running { child, outputs: [out, said] }
}

/// Lets signals end what is started from now on, also where the tests were started to ignore them (by `nohup`, or behind a `&`):
/// what a program ignores its children ignore, what it handles they do not.
pub fn hear_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    static HEARD: Once = Once::new();
    HEARD.call_once(|| {
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            let as_ever = Arc::new(AtomicBool::new(true));
            signal_hook::flag::register_conditional_default(signal, as_ever)
                .expect("a signal can be handled");
        }
    });
}

/// Runs a command without standard input.
pub fn ended(mut command: Command) -> Ended {
    command.stdin(Stdio::null());
    start(command).end()
}

fn reader(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        bytes
    })
}

/// Waits until something is so; `None` if it is not in time.
pub fn wait_until<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return Some(found);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

impl Running {
    /// Sends it a signal, by its name.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let sent = kill.arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("kill starts").success(), "SIG{name} could not be sent");
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let status = wait_until(|| self.child.try_wait().expect("it can be waited for"));
        if status.is_none() {
            self.child.kill().expect("it can be ended");
        }
        let [out, said] = self.outputs.map(|output| output.join().expect("the outputs can be read"));
        let said = String::from_utf8_lossy(&said).into_owned();
        let status = status.unwrap_or_else(|| panic!("it hangs: {said}"));
        let ended = Ended { status: status.code().unwrap_or(-1), out, said };
        assert!(matches!(ended.status, 0 | 1 | 2 | 130), "exit code {}: {}", ended.status, ended.said);
        assert!(!ended.said.contains("panicked"), "{}", ended.said);
        ended
    }
}

impl Ended {
    /// Standard output as JSON; nothing where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.out).unwrap_or_default()
    }
}

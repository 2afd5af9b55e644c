//! Chromium, driven over a pipe in the words of its DevTools: it opens a page, and what happens on it is written down.
//!
//! Where it is not installed, what it would show is passed over, and that is said, unless `SMTPAUTH_NEEDS_CHROMIUM` is set:
//! `.ci/run` sets it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A page that takes longer than this does not open.
const PATIENCE: Duration = Duration::from_secs(600);

/// A browser with one page.
pub struct Browser {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: String,
    last: u64,
    /// What happened, in its order.
    pub events: Vec<Value>,
    /// Where downloads come.
    downloads: tempfile::TempDir,
    _profile: tempfile::TempDir,
}

/// Where Chromium is, if it is there.
fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)));
    let found = named.into_iter().find(|path| path.is_file());
    let needed = std::env::var_os("SMTPAUTH_NEEDS_CHROMIUM").is_some();
    assert!(found.is_some() || !needed, "there is no chromium; SMTPAUTH_NEEDS_CHROMIUM wants it");
    if found.is_none() {
        #[allow(clippy::print_stderr, reason = "a test that is passed over has to say so")]
        {
            eprintln!("chromium is not installed: what it would show is not tested");
        }
    }
    found
}

/// The text of the first file in a folder that is there before a time and stays as it is.
fn downloaded(folder: &Path, until: Instant) -> Option<String> {
    let mut before = None;
    while Instant::now() < until {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let mut files = entries.map(|entry| entry.expect("a file").path());
        let whole = files.find(|path| path.extension().is_some_and(|end| end == "csv"));
        let text = whole.and_then(|path| std::fs::read_to_string(path).ok()).filter(|text| !text.is_empty());
        if text.is_some() && text == before {
            return text;
        }
        before = text;
        std::thread::sleep(Duration::from_millis(30));
    }
    None
}

impl Browser {
    /// Starts Chromium; nothing, if it is not there and may be missing.
    pub fn start() -> Option<Self> {
        let chromium = chromium()?;
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let downloads = tempfile::tempdir().expect("a folder for downloads");
        // It reads commands from descriptor 3 and answers on 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"])
            .arg(chromium)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-pipe",
                "--no-first-run",
            ])
            .args(["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"])
            // Several of them fill the shared memory of a container.
            .args(["--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let child = Arc::new(Mutex::new(child));
        let watched = Arc::downgrade(&child);
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            // Who waits for an answer of it then waits no longer.
            watched.upgrade().into_iter().for_each(|child| drop(child.lock().expect("a child").kill()));
        });
        let (session, last, events) = (String::new(), 0, Vec::new());
        let mut browser = Self { child, input, output, session, last, events, downloads, _profile: profile };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}));
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call("Target.attachToTarget", target);
        self.session = attached["sessionId"].as_str().expect("a session").to_owned();
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Has something done and waits for the answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if !self.session.is_empty() && !method.starts_with("Browser.") && !method.starts_with("Target.") {
            message["sessionId"] = json!(self.session);
        }
        write!(self.input, "{message}\0").expect("Chromium listens");
        loop {
            let answer = self.next();
            if answer["id"] == json!(self.last) {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn next(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.output.read_until(0, &mut bytes).expect("Chromium answers");
        assert_eq!(bytes.pop(), Some(0), "Chromium went away");
        serde_json::from_slice(&bytes).expect("it speaks JSON")
    }

    /// Opens a file and waits until all of it is there.
    pub fn open(&mut self, path: &Path) {
        self.events.clear();
        self.call("Page.navigate", json!({"url": format!("file://{}", path.display())}));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.next();
            self.events.push(event);
        }
    }

    /// What an expression is on the page.
    pub fn eval(&mut self, expression: &str) -> Value {
        let told = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", told);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// The same as text.
    pub fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression}: {value} is no text")).to_owned()
    }

    /// The text of each element that a selector finds.
    pub fn texts(&mut self, selector: &str) -> Vec<String> {
        let list =
            format!("[...document.querySelectorAll({})].map((one) => one.textContent)", json!(selector));
        serde_json::from_value(self.eval(&list)).expect("a list of texts")
    }

    /// Where the middle of a part of an element is, in the window: parts are counted from the left.
    pub fn place(&mut self, selector: &str, part: f64) -> Value {
        self.eval(&format!(
            "(() => {{ const one = document.querySelector({}); one.scrollIntoView({{block: 'center'}}); \
             const box = one.getBoundingClientRect(); return [box.left + box.width * {part}, box.top + box.height / 2]; }})()",
            json!(selector)
        ))
    }

    /// Clicks on the first element that a selector finds.
    pub fn click(&mut self, selector: &str) {
        self.eval(&format!("document.querySelector({}).click()", json!(selector)));
    }

    /// Chooses or types a value.
    pub fn set(&mut self, selector: &str, value: &str) {
        self.eval(&format!(
            "{{ const one = document.querySelector({}); one.value = {}; one.dispatchEvent(new Event('input', {{bubbles: true}})); \
             one.dispatchEvent(new Event('change', {{bubbles: true}})); }}",
            json!(selector),
            json!(value)
        ));
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({"type": kind, "key": key, "code": key}));
        }
    }

    /// The file that is downloaded after a click. Now and then Chromium forgets a download, or to say that it is done:
    /// so the folder is looked at, and who waited in vain clicks again. What comes late lies in a folder of its own.
    pub fn download(&mut self, selector: &str) -> String {
        let found = (0..3).find_map(|_| {
            let folder = tempfile::tempdir_in(self.downloads.path()).expect("a folder").keep();
            let behaviour = json!({"behavior": "allow", "downloadPath": folder.to_string_lossy()});
            self.call("Browser.setDownloadBehavior", behaviour);
            self.click(selector);
            downloaded(&folder, Instant::now() + Duration::from_secs(30))
        });
        found.unwrap_or_else(|| panic!("{selector}: nothing was downloaded"))
    }

    /// A picture of the page, as PNG in base64.
    pub fn picture(&mut self, params: Value) -> String {
        self.call("Page.captureScreenshot", params)["data"].as_str().expect("a picture").to_owned()
    }

    /// What should not happen: errors, warnings, dialogs, violations of the policy, requests.
    pub fn complaints(&mut self) -> Vec<Value> {
        // What is on its way is there when this is answered.
        std::thread::sleep(Duration::from_millis(100));
        self.eval("0");
        let is_bad = |event: &&Value| match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                let is_file = event["params"]["type"] == "Document" && url.starts_with("file:");
                // The browser draws its own calendar sign; a download is what was asked for.
                !is_file && !url.starts_with("data:image/svg+xml") && !url.starts_with("blob:null/")
            }
            "Runtime.exceptionThrown"
            | "Runtime.consoleAPICalled"
            | "Log.entryAdded"
            | "Audits.issueAdded"
            | "Page.javascriptDialogOpening"
            | "Network.webSocketCreated"
            | "Inspector.targetCrashed" => true,
            _ => false,
        };
        self.events.iter().filter(is_bad).cloned().collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let close = json!({"id": self.last + 1, "method": "Browser.close"});
        let _ = write!(self.input, "{close}\0");
        let start = Instant::now();
        let mut child = self.child.lock().expect("a child");
        while child.try_wait().is_ok_and(|ended| ended.is_none()) {
            if start.elapsed() > Duration::from_secs(5) {
                let _ = child.kill();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

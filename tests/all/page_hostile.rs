//! Senders that want to be more than text: on the page they are text, with its script and without.

use crate::browser::Browser;
use crate::harness::{file, folder, smtpauth};
use serde_json::{Value, json};
use std::fmt::Write;

/// What breaks out of HTML, attributes, templates, scripts, JSON, CSS and lines of text, or only seems to be something else.
const PAYLOADS: [&str; 25] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "-->",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "`${alert(1)}`",
    "javascript:alert(1)",
    "{{7*7}}",
    "{% raw %}",
    "</style><style>*{display:none}",
    "</title><h1>",
    "\\u003cscript\\u003e",
    "]}</script>",
    "__proto__",
    "constructor",
    "\u{202e}moc.live",
    "\u{2028}alert(1)\u{2029}",
    "&lt;script&gt;&#x3c;",
];

/// A table of 500 senders, each with a payload of its own or without one.
fn table(is_hostile: bool) -> String {
    let mut csv = "time,sender,login,client,tls,mechanism\n".to_owned();
    for number in 0..500_usize {
        let payload = PAYLOADS[number % PAYLOADS.len()];
        let name = if is_hostile { format!("{payload}{number}") } else { format!("harmless{number}") };
        let quoted = name.replace('"', "\"\"");
        let _ = writeln!(
            csv,
            "2026-11-{:02}T10:00:00Z,\"{quoted}@a.example\",\"{quoted}\",192.0.2.{},1.{},PLAIN",
            15 + number % 7,
            number % 200,
            // Who stops is named in other tables too.
            number % 3
        );
    }
    csv
}

/// Opens a page about these senders and looks at all of it; how many elements it has, view by view.
fn elements(browser: &mut Browser, is_hostile: bool, has_script: bool) -> Vec<u64> {
    let folder = folder();
    let csv = file(folder.path(), "senders.csv", table(is_hostile));
    let page = folder.path().join("report.html");
    smtpauth("report --timezone UTC -o").arg(&page.to_string_lossy()).arg(&csv.to_string_lossy()).ok();
    browser.call("Emulation.setScriptExecutionDisabled", json!({"value": !has_script}));
    browser.open(&page);
    let mut counts = Vec::new();
    for view in ["volume", "tls", "auth"] {
        if has_script {
            browser.click(&format!("#tab-{view}"));
            browser.click(&format!("#{view} .more"));
            assert_eq!(browser.texts(&format!("#{view} button.row")).len(), 500);
            browser.eval(&format!(
                "document.querySelectorAll('#{view} button.row').forEach((row) => row.click())"
            ));
        }
        counts.push(browser.eval("document.querySelectorAll('*').length").as_u64().expect("a number"));
    }
    assert_eq!(browser.complaints(), Vec::<Value>::new());
    counts
}

#[test]
fn five_hundred_hostile_senders_are_text() {
    let Some(mut browser) = Browser::start() else { return };
    for has_script in [true, false] {
        let harmless = elements(&mut browser, false, has_script);
        assert_eq!(elements(&mut browser, true, has_script), harmless);
    }
}

#[test]
fn what_turns_text_is_written_out_and_formulas_are_guarded() {
    let Some(mut browser) = Browser::start() else { return };
    let folder = folder();
    let senders = [
        "=1+1@a.example",
        "+1@a.example",
        "-1@a.example",
        "@sum@a.example",
        "\u{202e}x@a.example",
        "'x@a.example",
    ];
    let rows = senders.map(|sender| format!("2026-11-21T10:00:00Z,{sender},{sender},1.2\n")).concat();
    let csv = file(folder.path(), "senders.csv", format!("time,sender,login,tls\n{rows}"));
    let page = folder.path().join("report.html");
    smtpauth("report -o").arg(&page.to_string_lossy()).arg(&csv.to_string_lossy()).ok();
    browser.open(&page);
    let shown = browser.texts("#volume .details tbody button.row");
    assert!(shown.iter().any(|name| name == "\\u{202e}x@a.example"), "{shown:?}");
    browser.click("#tab-tls");
    let taken = browser.download("#tls .take");
    let written = smtpauth("tls --details --format csv").arg(&csv.to_string_lossy()).ok().text();
    assert_eq!(taken, written);
    let mut reader = csv::Reader::from_reader(taken.as_bytes());
    for row in reader.records() {
        for cell in row.expect("CSV is well-formed").iter() {
            let is_number = cell.parse::<f64>().is_ok();
            assert!(is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

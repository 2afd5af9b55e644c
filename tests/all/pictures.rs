//! The pictures in `docs/` that the README shows. `SMTPAUTH_PICTURES=1 cargo test --test all pictures` draws them again; else it
//! is only checked that they are there and small.

use crate::browser::Browser;
use crate::harness::{ROOT, folder, smtpauth};
use base64::Engine;
use serde_json::json;
use std::fmt::Write;

/// A month of logs with something in it.
const MONTH: &str = "fixtures/unusual/month.csv fixtures/unusual/many-clients.csv";
/// A picture that is larger makes the README slow.
const LARGEST: u64 = 200_000;

/// The page, as it opens, 1280 pixels wide.
fn draw_page() {
    let mut browser = Browser::start().expect("chromium draws the picture");
    let folder = folder();
    let page = folder.path().join("report.html");
    let _ = smtpauth("report -o").arg(&page.to_string_lossy()).typed(MONTH).run();
    let size = json!({"width": 1280, "height": 1240, "deviceScaleFactor": 1, "mobile": false});
    browser.call("Emulation.setDeviceMetricsOverride", size);
    browser.open(&page);
    browser.click("#tab-tls");
    browser.click("#all");
    let picture = browser.picture(json!({"format": "png"}));
    let bytes = base64::engine::general_purpose::STANDARD.decode(picture).expect("base64");
    std::fs::write(format!("{ROOT}/docs/report.png"), bytes).expect("a picture can be written");
}

/// The summary, as a terminal shows it: lines of text of one width.
fn draw_summary() {
    let text = smtpauth("summary --since 28d --width 100").typed(MONTH).run().text();
    let lines: Vec<&str> = text.lines().collect();
    let (wide, high) = (100 * 8 + 40, lines.len() * 18 + 40);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\">\n\
         <rect width=\"{wide}\" height=\"{high}\" rx=\"6\" fill=\"#15191d\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"13.3\" \
         fill=\"#e3e7eb\" xml:space=\"preserve\">\n"
    );
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let safe = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let width = unicode_width::UnicodeWidthStr::width(*line) * 8;
        let y = number * 18 + 33;
        let _ = writeln!(
            svg,
            "<text x=\"20\" y=\"{y}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\">{safe}</text>"
        );
    }
    svg.push_str("</g>\n</svg>\n");
    std::fs::write(format!("{ROOT}/docs/summary.svg"), svg).expect("a picture can be written");
}

#[test]
fn pictures_are_there_and_small() {
    if std::env::var_os("SMTPAUTH_PICTURES").is_some() {
        std::fs::create_dir_all(format!("{ROOT}/docs")).expect("a folder can be made");
        draw_page();
        draw_summary();
    }
    let readme = crate::harness::read("README.md");
    for name in ["docs/report.png", "docs/summary.svg"] {
        let size = std::fs::metadata(format!("{ROOT}/{name}")).expect("a picture").len();
        assert!(size < LARGEST, "{name} has {size} bytes");
        assert!(readme.contains(name), "{name} is not shown");
    }
}

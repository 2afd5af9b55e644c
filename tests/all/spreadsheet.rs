//! Our CSV in a real spreadsheet program, Gnumeric's `ssconvert`: no cell is a formula.
//!
//! Where it is not installed that is said, unless `SMTPAUTH_NEEDS_SPREADSHEET` is set: `.ci/run` sets it.

use crate::harness::{folder, smtpauth};
use std::path::Path;
use std::process::Command;

/// Senders and logins that spreadsheets would calculate.
const PAYLOADS: [&str; 12] = [
    "=1+2",
    "+1+2",
    "-1+2",
    "@SUM(1,2)",
    "=SUM(1,2)",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=CONCATENATE(\"a\",\"b\")",
    "=IF(1,2,3)",
    "=A1",
    "=\"a\"&\"b\"",
    "=TODAY()",
    "\t=1+2",
];

/// What Gnumeric makes of a table: its cells as XML, one a line; nothing if it is not installed.
fn calculated(folder: &Path, name: &str) -> Option<Vec<String>> {
    let mut command = Command::new("ssconvert");
    command.args(["-T", "Gnumeric_XmlIO:sax:0", name, "out.xml"]).current_dir(folder);
    let Ok(output) = command.output() else {
        assert!(std::env::var_os("SMTPAUTH_NEEDS_SPREADSHEET").is_none(), "ssconvert is not installed");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let xml = std::fs::read_to_string(folder.join("out.xml")).expect("a table");
    Some(
        xml.split("<gnm:Cell ").skip(1).map(|cell| cell.split('<').next().unwrap_or("").to_owned()).collect(),
    )
}

/// A cell without the type of a value is one that is calculated.
fn formulas(cells: &[String]) -> usize {
    cells.iter().filter(|cell| !cell.split('>').next().is_some_and(|tag| tag.contains("ValueType="))).count()
}

#[test]
fn no_cell_is_a_formula() {
    let folder = folder();
    let mut writer = csv::Writer::from_path(folder.path().join("in.csv")).expect("a file");
    writer.write_record(["time", "sender", "login", "helo", "tls"]).expect("a row");
    for payload in PAYLOADS {
        writer.write_record(["2026-11-12T10:00:00Z", payload, payload, payload, "1.2"]).expect("a row");
    }
    writer.flush().expect("a file");
    drop(writer);
    for command in [
        "tls --details --all",
        "auth --details --all",
        "export --all",
        "export --all --rows messages",
        "ready",
    ] {
        let write = |option: &str, name: &str| {
            let ran = smtpauth(command)
                .arg("--format")
                .arg("csv")
                .arg(option)
                .arg("in.csv")
                .within(folder.path())
                .run();
            std::fs::write(folder.path().join(name), ran.stdout).expect("a file");
        };
        write("--color=never", "guarded.csv");
        let Some(cells) = calculated(folder.path(), "guarded.csv") else { return };
        assert!(cells.iter().any(|cell| cell.contains("=1+2")), "{command}: {cells:?}");
        assert_eq!(formulas(&cells), 0, "{command}: {cells:?}");
        // Without the guard some are: the program does calculate.
        write("--csv-raw", "raw.csv");
        let raw = calculated(folder.path(), "raw.csv").unwrap_or_default();
        assert!(formulas(&raw) >= 5, "{command}: {raw:?}");
    }
}

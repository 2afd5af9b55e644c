//! Text from a log in every output: nothing moves, nothing is a formula, and what programs read is what was there.

use smtpauth::render::escape::{csv, json, terminal};
use smtpauth::submission::Untrusted;

/// Any bytes.
pub fn check(bytes: &[u8]) {
    let text = Untrusted::from(bytes);
    let shown = terminal(bytes);
    assert!(shown.chars().all(|char| !char.is_control()), "{shown:?}");
    let plain = String::from_utf8_lossy(bytes);
    let cell = csv(&text, false);
    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']), "{cell:?}");
    assert!(cell == plain || cell.strip_prefix('\'') == Some(&*plain));
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // In front of the first record, readers take a byte order mark off.
    writer.write_record(["before", "behind"]).expect("memory takes it");
    writer.write_record([&cell, "behind"]).expect("memory takes it");
    let row = writer.into_inner().expect("memory takes it");
    let mut reader = ::csv::Reader::from_reader(row.as_slice());
    let read = reader.records().next().expect("a row").expect("it is well-formed");
    assert_eq!(read.iter().collect::<Vec<_>>(), [&cell, "behind"]);
    let encoded = serde_json::to_string(&json(&text)).expect("text is JSON");
    assert_eq!(serde_json::from_str::<String>(&encoded).expect("it is JSON"), plain);
}

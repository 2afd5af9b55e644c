//! What a person types to filter: it is understood, or told where it is wrong; it ends soon.

use smtpauth::render::escape::terminal;
use smtpauth::report::condition::{Condition, parse};
use smtpauth::report::{Value, tls};
use smtpauth::tally::pattern::{Client, Pattern};
use smtpauth::time::Zone;

/// The text of a filter, a line feed, and a name that it is tried on.
pub fn check(bytes: &[u8]) {
    let (text, name) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len()));
    let Ok(text) = std::str::from_utf8(text) else { return };
    let pattern = Pattern::new(text);
    let fits = pattern.fits(name);
    if !text.contains('*') {
        assert_eq!(fits, text.as_bytes().eq_ignore_ascii_case(name));
    }
    let _ = Client::parse(text);
    match parse(text, &tls::COLUMNS, Zone::Utc, super::reading::NOW) {
        Ok(test) => {
            let condition = Condition { rows: "rows", parts: Vec::new(), test };
            let row: Vec<_> = tls::COLUMNS.iter().map(|_| Value::Count(1)).collect();
            condition.keeps(&tls::COLUMNS, &row);
        }
        Err(wrong) => {
            assert!(text.get(wrong.at.clone()).is_some(), "{:?}", wrong.at);
            assert!(!terminal(wrong.what.as_bytes()).is_empty());
        }
    }
}

//! Every view of any log, as a table of any width, as CSV and as JSON: it is written, and other libraries read it.

use super::reading::{EVERY_LINE, STYLE, open, read_inputs, subject, written};
use smtpauth::render::{self, Style};
use smtpauth::report::ready::Asked;
use smtpauth::report::unusual::Options;
use smtpauth::report::{self, Half, Report, Subject};

/// Makes a view.
type Make = for<'a> fn(&Subject<'a>) -> Report<'a>;

const VIEWS: [Make; 8] = [
    |subject| report::summary::report(subject),
    |subject| report::tls::report(subject),
    |subject| report::volume::report(subject, None, Some(20)),
    |subject| report::auth::report(subject),
    |subject| report::cells::report(subject),
    |subject| report::ready::report(subject, &Asked::default(), Some(20), Half::Screen).0,
    |subject| report::ready::report(subject, &Asked::default(), Some(20), Half::Rows).0,
    |subject| report::unusual::report(subject, &Options { scores: true, ..Options::default() }, Some(20)).0,
];

/// The first byte is the width of the terminal; the rest is a log.
pub fn check(bytes: &[u8]) {
    let Some((width, log)) = bytes.split_first() else { return };
    let file = written(log);
    let Some(inputs) = open(file.path()) else { return };
    let read = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
    let subject = subject(&read.collector);
    for make in VIEWS {
        let style = Style { width: Some(usize::from(*width)), color: true, ..STYLE };
        let mut out = Vec::new();
        render::text::write(&make(&subject), &style, &mut out).expect("memory takes it");
        let text = String::from_utf8(out).expect("a table is UTF-8");
        // Colours are the only sequences.
        let is_moving = |char: char| char.is_control() && !matches!(char, '\n' | '\u{1b}');
        assert!(!text.contains(is_moving), "{text:?}");
        let parts = text.split('\u{1b}').skip(1);
        assert!(parts.clone().all(|part| part.starts_with('[') && part.contains('m')), "{text:?}");
        let mut out = Vec::new();
        render::csv::write(make(&subject), &STYLE, &mut out).expect("memory takes it");
        let mut reader = csv::Reader::from_reader(out.as_slice());
        assert!(reader.records().all(|record| record.is_ok()));
        let mut out = Vec::new();
        render::json::write_lines(make(&subject), &STYLE, &mut out).expect("memory takes it");
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            serde_json::from_slice::<serde_json::Value>(line).expect("it is JSON");
        }
    }
}

//! Fields of a table are those that the `csv` crate finds.

use smtpauth::formats::fields::split;
use smtpauth::input::records::{Shape, cut};

/// The first byte chooses the delimiter.
pub fn check(bytes: &[u8]) {
    let Some((first, record)) = bytes.split_first() else { return };
    let delimiter = b",;\t"[usize::from(*first) % 3];
    let Some(cut) = cut(record, 0, 1, Shape { delimiter, mark: None }, false) else { return };
    // How a broken record would be split is nobody's business.
    if !cut.broken.is_empty() {
        return;
    }
    let record = &record[..cut.end];
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    if record.is_empty() {
        return;
    }
    // Behind another record: in front of the first one, the crate takes a byte order mark off.
    let text = [b"before\n", record].concat();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(text.as_slice());
    let wanted = reader.byte_records().nth(1).expect("a second record").expect("it is well-formed");
    let mut fields = Vec::new();
    split(record, delimiter, &mut fields);
    assert_eq!(fields.iter().map(|field| &**field).collect::<Vec<_>>(), wanted.iter().collect::<Vec<_>>());
}

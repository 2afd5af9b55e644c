//! Where the records of a table end: they may hold line breaks within quotes, so a slice of a table cannot tell alone where
//! its first record begins. [`cut`] walks the records of a slice from a known beginning; who reads slices in parallel
//! hands that beginning from slice to slice. Quotes mean what they mean to the `csv` crate, which reads the records.

use super::MAX_LINE;

/// How far a slice of a table reaches.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut {
    /// The end of the last record that begins before the end of the slice.
    pub end: usize,
    /// Records that are too long: their quote was not closed, or they have no line feed.
    pub broken: Vec<(usize, usize)>,
}

/// Walks the records of a table from `start`, where one begins, until one begins at or behind `stop`. `None`: the bytes
/// end before that is decided, and (`more`) the input does not.
pub fn cut(bytes: &[u8], start: usize, stop: usize, delimiter: u8, more: bool) -> Option<Cut> {
    let mut end = start;
    let mut broken = Vec::new();
    while end < stop && end < bytes.len() {
        let next = record_end(bytes, end, delimiter);
        let len = next.unwrap_or(bytes.len()).saturating_sub(end);
        end = match next {
            Some(next) if len <= MAX_LINE => next,
            None if len <= MAX_LINE && more => return None,
            None if len <= MAX_LINE && !opens_quote(bytes, end) => bytes.len(),
            _ => {
                // The quote is taken back: the record ends with its line.
                let line = memchr::memchr(b'\n', bytes.get(end..)?);
                if line.is_none() && more {
                    return None;
                }
                let stop = line.map_or(bytes.len(), |line| end.saturating_add(line).saturating_add(1));
                broken.push((end, stop));
                stop
            }
        };
    }
    Some(Cut { end, broken })
}

/// Whether the last record, which has no end, is inside of quotes.
fn opens_quote(bytes: &[u8], start: usize) -> bool {
    memchr::memchr(b'\n', bytes.get(start..).unwrap_or_default()).is_some()
}

/// The byte behind the line feed that ends the record which begins at `start`.
fn record_end(bytes: &[u8], start: usize, delimiter: u8) -> Option<usize> {
    let mut at = start;
    loop {
        at = at.saturating_add(memchr::memchr2(b'"', b'\n', bytes.get(at..)?)?);
        if bytes.get(at) == Some(&b'\n') {
            return Some(at.saturating_add(1));
        }
        let opens = at == start || bytes.get(at.saturating_sub(1)) == Some(&delimiter);
        at = at.saturating_add(1);
        if opens {
            at = behind_quotes(bytes, at)?;
        }
    }
}

/// The byte behind the quote that closes a field; `""` is a quote within it.
fn behind_quotes(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = at.saturating_add(memchr::memchr(b'"', bytes.get(at..)?)?).saturating_add(1);
        match bytes.get(at) {
            Some(b'"') => at = at.saturating_add(1),
            Some(_) => return Some(at),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_outside_of_quotes() {
        let text = b"a,\"b\nc\"\"\nd\",e\nf,g\"h,i\n\"j\"k\"\nl\n";
        let mut at = 0;
        let mut ends = Vec::new();
        while let Some(end) = record_end(text, at, b',') {
            ends.push(&text[at..end]);
            at = end;
        }
        let expect: [&[u8]; 4] = [b"a,\"b\nc\"\"\nd\",e\n", b"f,g\"h,i\n", b"\"j\"k\"\n", b"l\n"];
        assert_eq!(ends, expect);
    }

    #[test]
    fn an_unclosed_quote_costs_one_line() {
        let cut = cut(b"a,\"b\nc,d\n", 0, 9, b',', false).unwrap();
        assert_eq!(cut, Cut { end: 9, broken: vec![(0, 5)] });
    }
}

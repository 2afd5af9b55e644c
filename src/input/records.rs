//! Where the records of a table end: they may hold line breaks within quotes, so a slice of a table cannot tell alone where
//! its first record begins. [`cut`] walks the records of a slice from a known beginning; who reads slices in parallel
//! hands that beginning from slice to slice. Quotes mean what they mean to the `csv` crate, which reads the records.

use super::MAX_LINE;

/// How far a slice of a table reaches.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut {
    /// The end of the last record that begins before the end of the slice.
    pub end: usize,
    /// Lines that are no record: their quotes are no CSV or are not closed, or they are too long.
    pub broken: Vec<(usize, usize)>,
}

/// How a record ends.
enum End {
    /// The byte behind its line feed.
    At(usize),
    /// The bytes end first, inside of quotes or not.
    Beyond { quoted: bool },
    /// Text follows a closing quote: that quote, or the one that opened, is a stray one.
    Stray,
}

/// Walks the records of a table from `start`, where one begins, until one begins at or behind `stop`. `None`: the bytes
/// end before that is decided, and (`more`) the input does not.
pub fn cut(bytes: &[u8], start: usize, stop: usize, delimiter: u8, more: bool) -> Option<Cut> {
    let mut end = start;
    let mut broken = Vec::new();
    while end < stop && end < bytes.len() {
        let fits = |to: usize| to.saturating_sub(end) <= MAX_LINE;
        end = match record_end(bytes, end, delimiter) {
            End::At(next) if fits(next) => next,
            End::Beyond { .. } if more && fits(bytes.len()) => return None,
            End::Beyond { quoted: false } if fits(bytes.len()) => bytes.len(),
            _ => {
                // The quote is taken back: the record ends with its line. Else two stray quotes would swallow all rows
                // between them, and nobody would be told.
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

/// How the record ends that begins at `start`. Only the bytes from there decide: every slice gives the same answer.
fn record_end(bytes: &[u8], start: usize, delimiter: u8) -> End {
    let mut at = start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr2(b'"', b'\n', rest) else { return End::Beyond { quoted: false } };
        at = at.saturating_add(found);
        if bytes.get(at) == Some(&b'\n') {
            return End::At(at.saturating_add(1));
        }
        let opens = at == start || bytes.get(at.saturating_sub(1)) == Some(&delimiter);
        at = at.saturating_add(1);
        if opens {
            let Some(closed) = behind_quotes(bytes, at) else { return End::Beyond { quoted: true } };
            // At the end of the bytes the search above finds nothing: that is decided by whether there are more.
            if bytes.get(closed).is_some_and(|byte| ![delimiter, b'\r', b'\n'].contains(byte)) {
                return End::Stray;
            }
            at = closed;
        }
    }
}

/// The byte behind the quote that closes a field; `""` is a quote within it.
fn behind_quotes(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = at.saturating_add(memchr::memchr(b'"', bytes.get(at..)?)?).saturating_add(1);
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at = at.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &[u8]) -> Cut {
        cut(text, 0, text.len(), b',', false).unwrap()
    }

    #[test]
    fn records_end_outside_of_quotes() {
        let text = b"a,\"b\nc\"\"\nd\",e\nf,g\"h,i\n\"j\"\r\nl,\"\"\n";
        let mut at = 0;
        let mut ends = Vec::new();
        while let End::At(end) = record_end(text, at, b',') {
            ends.push(&text[at..end]);
            at = end;
        }
        let expect: [&[u8]; 4] = [b"a,\"b\nc\"\"\nd\",e\n", b"f,g\"h,i\n", b"\"j\"\r\n", b"l,\"\"\n"];
        assert_eq!(ends, expect);
        assert_eq!(whole(text), Cut { end: text.len(), broken: vec![] });
    }

    #[test]
    fn an_unclosed_quote_costs_one_line() {
        assert_eq!(whole(b"a,\"b\nc,d\n"), Cut { end: 9, broken: vec![(0, 5)] });
        assert_eq!(whole(b"c,d\na,\"b"), Cut { end: 8, broken: vec![(4, 8)] });
    }

    #[test]
    fn two_stray_quotes_cost_their_two_lines() {
        assert_eq!(whole(b"a,\"b\nc,d\ne,\"f\ng,h\n"), Cut { end: 18, broken: vec![(0, 5), (9, 14)] });
        assert_eq!(whole(b"\"j\"k\"\nl\n"), Cut { end: 8, broken: vec![(0, 6)] });
        assert_eq!(whole(b"a,\"b\" ,c\nl\n"), Cut { end: 11, broken: vec![(0, 9)] });
    }

    #[test]
    fn a_quote_may_close_with_the_input() {
        assert_eq!(whole(b"a,\"b\nc\""), Cut { end: 7, broken: vec![] });
    }

    #[test]
    fn nothing_is_decided_before_it_is_known() {
        let text = b"a,\"b\nc\"\"\",d\n\"e\"f\n\"g\nh,\"i\n";
        let all = whole(text);
        assert_eq!(all.broken, [(12, 17), (17, 20), (20, 25)]);
        for stop in 1..=text.len() {
            let told = cut(text, 0, stop, b',', false);
            for len in stop..text.len() {
                let known = cut(&text[..len], 0, stop, b',', true);
                assert!(known.is_none() || known == told, "{stop} of {len}");
            }
        }
    }
}

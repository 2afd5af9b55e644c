//! Where the records of a table end: they may hold line breaks within quotes, so a slice of a table cannot tell alone where
//! its first record begins. [`cut`] walks the records of a slice from a known beginning; who reads slices in parallel
//! hands that beginning from slice to slice. Quotes mean what they mean to the `csv` crate, which reads the records.

use super::MAX_LINE;
use super::marks::Marks;

/// How far a slice of a table reaches.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut {
    /// The end of the last record that begins before the end of the slice.
    pub end: usize,
    /// Lines that are no record: their quotes are no CSV or are not closed, or they are too long.
    pub broken: Vec<(usize, usize)>,
    /// The header lines among them, if the table repeats its header, that say how rows behind them are read.
    pub header: HeaderLines,
}

/// How the records of a table look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Between cells.
    pub delimiter: u8,
    /// With what a line begins that is part of a header, where headers may stand anywhere.
    pub mark: Option<u8>,
}

/// Where those header lines are that say how rows are read: the last one with the names of columns, the last one in front
/// of it and the last one behind it that says what the log is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeaderLines {
    before: Option<(usize, usize)>,
    fields: Option<(usize, usize)>,
    behind: Option<(usize, usize)>,
}

impl HeaderLines {
    /// Goes past a header line. Others than these, such as notes, change nothing.
    fn see(&mut self, line: &[u8], place: (usize, usize)) {
        let is = |name: &[u8]| line.get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name));
        if is(b"#Fields:") {
            *self = Self { before: self.behind.or(self.before), fields: Some(place), behind: None };
        } else if is(b"#Software:") || is(b"#Log-type:") {
            self.behind = Some(place);
        }
    }
}

/// The header lines that are in force at a place of an input that repeats its header.
#[derive(Clone, Debug, Default)]
pub struct Header {
    lines: Vec<u8>,
    /// Where those in front of the names of columns, those names, and what is behind them end.
    ends: [usize; 2],
}

impl Header {
    /// The lines.
    pub fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// Goes past a slice that was cut.
    pub fn pass(&mut self, bytes: &[u8], cut: &Cut) {
        let new = |place: Option<(usize, usize)>| place.and_then(|(from, to)| bytes.get(from..to));
        let HeaderLines { before, fields, behind } = cut.header;
        if fields.is_none() && behind.is_none() {
            return;
        }
        let [first, second] = self.ends;
        let old = |from: usize, to: usize| self.lines.get(from..to).unwrap_or_default();
        let (old_before, old_fields, old_behind) =
            (old(0, first), old(first, second), old(second, self.lines.len()));
        let last = if old_behind.is_empty() { old_before } else { old_behind };
        let parts = match new(fields) {
            Some(fields) => [new(before).unwrap_or(last), fields, new(behind).unwrap_or_default()],
            None => [old_before, old_fields, new(behind).unwrap_or(old_behind)],
        };
        let [before, fields, _] = parts.map(<[u8]>::len);
        self.ends = [before, before.saturating_add(fields)];
        self.lines = parts.concat();
    }
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
pub fn cut(bytes: &[u8], start: usize, stop: usize, shape: Shape, more: bool) -> Option<Cut> {
    let mut cut = Cut::from(start);
    cut.go_on(bytes, stop, shape, more)?;
    Some(cut)
}

impl Cut {
    /// Before the record that begins here.
    pub fn from(start: usize) -> Self {
        Self { end: start, broken: Vec::new(), header: HeaderLines::default() }
    }

    /// As [`cut`], from where the walk has come to. After `None` it goes on from there when there are more bytes, so that no
    /// record is walked over again.
    pub fn go_on(&mut self, bytes: &[u8], stop: usize, shape: Shape, more: bool) -> Option<()> {
        let Self { end, broken, header } = self;
        let (mut marks, mut quoted) = (Marks::new(bytes, shape.delimiter), 0_usize);
        while *end < stop && *end < bytes.len() {
            let is_header = |at: usize| shape.mark.is_some() && bytes.get(at).copied() == shape.mark;
            if !is_header(*end) {
                let plain = past_plain_lines(bytes, *end, stop, shape.mark);
                quoted = if plain > *end { 0 } else { quoted.saturating_add(1) };
                *end = plain;
                if plain >= stop.min(bytes.len()) {
                    break;
                }
            }
            let begin = *end;
            let fits = |to: usize| to.saturating_sub(begin) <= MAX_LINE;
            let found = if quoted > RUN && !is_header(begin) {
                marks.go_to(begin);
                end_by_marks(bytes, begin, shape.delimiter, &mut marks)
            } else {
                record_end(bytes, begin, shape)
            };
            *end = match found {
                End::At(next) if fits(next) => next,
                End::Beyond { .. } if more && fits(bytes.len()) => return None,
                End::Beyond { quoted: false } if fits(bytes.len()) => bytes.len(),
                _ => {
                    // The quote is taken back: the record ends with its line. Else two stray quotes would swallow all rows
                    // between them, and nobody would be told.
                    let line = memchr::memchr(b'\n', bytes.get(begin..)?);
                    if line.is_none() && more {
                        return None;
                    }
                    let stop = line.map_or(bytes.len(), |line| begin.saturating_add(line).saturating_add(1));
                    broken.push((begin, stop));
                    stop
                }
            };
            if is_header(begin) {
                header.see(bytes.get(begin..*end).unwrap_or_default(), (begin, *end));
            }
        }
        Some(())
    }
}

/// The byte behind the lines from `start` that stand before the next quote or header line: each of them is a record. The slices
/// of a table are walked one after the other, so all workers wait for this: on a trace with quotes in every tenth row of 160 bytes, a
/// search for each line end took 195 instructions a row, a search for quotes takes 77.
fn past_plain_lines(bytes: &[u8], start: usize, stop: usize, mark: Option<u8>) -> usize {
    // No line in there is too long.
    let stop = stop.min(start.saturating_add(MAX_LINE));
    let ahead = bytes.get(start..stop.min(bytes.len())).unwrap_or_default();
    let plain = memchr::memchr(b'"', ahead).and_then(|quote| ahead.get(..quote)).unwrap_or(ahead);
    let is_header = |at: &usize| at.checked_sub(1).and_then(|before| plain.get(before)) == Some(&b'\n');
    let header = mark.and_then(|mark| memchr::memchr_iter(mark, plain).find(is_header));
    let plain = header.and_then(|header| plain.get(..header)).unwrap_or(plain);
    memchr::memrchr(b'\n', plain).map_or(start, |feed| start.saturating_add(feed).saturating_add(1))
}

/// The byte behind the record that begins at `start`, in bytes that were cut.
pub fn next(bytes: &[u8], start: usize, shape: Shape) -> usize {
    match record_end(bytes, start, shape) {
        End::At(end) => end,
        End::Beyond { .. } | End::Stray => bytes.len(),
    }
}

/// How the record ends that begins at `start`. Only the bytes from there decide: every slice gives the same answer.
fn record_end(bytes: &[u8], start: usize, Shape { delimiter, mark }: Shape) -> End {
    let mut at = start;
    if mark.is_some() && bytes.get(start).copied() == mark {
        // A header line has no cells to quote.
        let feed = memchr::memchr(b'\n', bytes.get(start..).unwrap_or_default());
        return feed.map_or(End::Beyond { quoted: false }, |feed| {
            End::At(start.saturating_add(feed).saturating_add(1))
        });
    }
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

/// After so many records with quotes in them a table seems to have its cells in quotes, as PowerShell writes it: then to find
/// all marks at once takes two thirds of the instructions of a search for each quote.
const RUN: usize = 4;

/// As [`record_end`], for a record that is no header line, and with marks that stand at `start`.
fn end_by_marks(bytes: &[u8], start: usize, delimiter: u8, marks: &mut Marks<'_>) -> End {
    let mut field = start;
    while let Some(mark) = marks.next() {
        let byte = bytes.get(mark).copied();
        if byte == Some(b'\n') {
            return End::At(mark.saturating_add(1));
        } else if byte == Some(delimiter) {
            field = mark.saturating_add(1);
        } else if mark == field {
            let Some(closed) = closed_by_marks(bytes, marks) else { return End::Beyond { quoted: true } };
            if bytes.get(closed).is_some_and(|byte| ![delimiter, b'\r', b'\n'].contains(byte)) {
                return End::Stray;
            }
        }
    }
    End::Beyond { quoted: false }
}

/// As [`behind_quotes`].
fn closed_by_marks(bytes: &[u8], marks: &mut Marks<'_>) -> Option<usize> {
    loop {
        let mark = marks.next()?;
        if bytes.get(mark) == Some(&b'"') {
            let behind = mark.saturating_add(1);
            if bytes.get(behind) != Some(&b'"') {
                return Some(behind);
            }
            marks.next();
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
    use proptest::prelude::*;

    const CSV: Shape = Shape { delimiter: b',', mark: None };

    fn whole(text: &[u8]) -> Cut {
        cut(text, 0, text.len(), CSV, false).unwrap()
    }

    #[test]
    fn records_end_outside_of_quotes() {
        let text = b"a,\"b\nc\"\"\nd\",e\nf,g\"h,i\n\"j\"\r\nl,\"\"\n";
        let mut at = 0;
        let mut ends = Vec::new();
        while let End::At(end) = record_end(text, at, CSV) {
            ends.push(&text[at..end]);
            at = end;
        }
        let expect: [&[u8]; 4] = [b"a,\"b\nc\"\"\nd\",e\n", b"f,g\"h,i\n", b"\"j\"\r\n", b"l,\"\"\n"];
        assert_eq!(ends, expect);
        assert_eq!(whole(text), Cut { end: text.len(), broken: vec![], header: HeaderLines::default() });
    }

    /// Record by record.
    fn slowly(text: &[u8], start: usize, stop: usize, shape: Shape, more: bool) -> Option<Cut> {
        let mut cut = Cut::from(start);
        while cut.end < stop && cut.end < text.len() {
            let begin = cut.end;
            let line = || memchr::memchr(b'\n', &text[begin..]).map(|feed| begin + feed + 1);
            cut.end = match record_end(text, begin, shape) {
                End::At(next) => next,
                End::Beyond { .. } if more => return None,
                End::Beyond { quoted: false } => text.len(),
                End::Beyond { .. } | End::Stray if more && line().is_none() => return None,
                End::Beyond { .. } | End::Stray => {
                    cut.broken.push((begin, line().unwrap_or(text.len())));
                    line().unwrap_or(text.len())
                }
            };
            if shape.mark == Some(text[begin]) {
                cut.header.see(&text[begin..cut.end], (begin, cut.end));
            }
        }
        Some(cut)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

        #[test]
        fn the_fast_ways_find_the_same_ends(
            parts in proptest::collection::vec(
                proptest::sample::select(
                    &["\"", "\"", "\"\"", "\n", "\n", "\r\n", ",", "a", "#", "#Fields: a\n", "b,c\nd,e\n", "\"b\",\"c\"\n", "\"b\"\n\"\"\n"][..]
                ),
                1..60,
            ),
            places in (0..60_usize, 0..200_usize),
            more: bool,
        ) {
            let text = parts.concat().into_bytes();
            let start = memchr::memchr(b'\n', &text[places.0.min(text.len())..]).map_or(0, |feed| places.0 + feed + 1);
            for mark in [None, Some(b'#')] {
                let shape = Shape { mark, ..CSV };
                prop_assert_eq!(cut(&text, start, places.1, shape, more), slowly(&text, start, places.1, shape, more));
            }
        }
    }

    #[test]
    fn lines_without_quotes_may_be_too_long() {
        let long = [b'a'; MAX_LINE];
        let text = [&b"a\nb\n"[..], &long[1..], b"\n", &long, b"\nc\n"].concat();
        let too_long = (4 + MAX_LINE, 4 + MAX_LINE + MAX_LINE + 1);
        assert_eq!(
            whole(&text),
            Cut { end: text.len(), broken: vec![too_long], header: HeaderLines::default() }
        );
    }

    #[test]
    fn an_unclosed_quote_costs_one_line() {
        assert_eq!(
            whole(b"a,\"b\nc,d\n"),
            Cut { end: 9, broken: vec![(0, 5)], header: HeaderLines::default() }
        );
        assert_eq!(
            whole(b"c,d\na,\"b"),
            Cut { end: 8, broken: vec![(4, 8)], header: HeaderLines::default() }
        );
    }

    #[test]
    fn two_stray_quotes_cost_their_two_lines() {
        assert_eq!(
            whole(b"a,\"b\nc,d\ne,\"f\ng,h\n"),
            Cut { end: 18, broken: vec![(0, 5), (9, 14)], header: HeaderLines::default() }
        );
        assert_eq!(
            whole(b"\"j\"k\"\nl\n"),
            Cut { end: 8, broken: vec![(0, 6)], header: HeaderLines::default() }
        );
        assert_eq!(
            whole(b"a,\"b\" ,c\nl\n"),
            Cut { end: 11, broken: vec![(0, 9)], header: HeaderLines::default() }
        );
    }

    #[test]
    fn a_quote_may_close_with_the_input() {
        assert_eq!(whole(b"a,\"b\nc\""), Cut { end: 7, broken: vec![], header: HeaderLines::default() });
    }

    #[test]
    fn headers_are_carried_past_slices() {
        let text =
            b"#Log-type: \"a\n#Fields: b\n1,\"2\n#no\"\n3,4\n#LOG-TYPE: c\n5,6\n#fields: d\n# e\n7,8\n";
        let shape = Shape { mark: Some(b'#'), ..CSV };
        let in_force = |stops: &[usize]| {
            let (mut header, mut at) = (Header::default(), 0);
            for stop in stops {
                let cut = cut(text, at, *stop, shape, false).unwrap();
                header.pass(text, &cut);
                at = cut.end;
            }
            String::from_utf8(header.lines().to_vec()).unwrap()
        };
        assert_eq!(in_force(&[5]), "#Log-type: \"a\n");
        assert_eq!(in_force(&[30]), "#Log-type: \"a\n#Fields: b\n");
        assert_eq!(in_force(&[56]), "#Log-type: \"a\n#Fields: b\n#LOG-TYPE: c\n");
        assert_eq!(in_force(&[text.len()]), "#LOG-TYPE: c\n#fields: d\n");
        for one in 0..text.len() {
            for other in one..=text.len() {
                assert_eq!(in_force(&[one, other]), in_force(&[other]), "{one}, {other}");
            }
        }
    }

    #[test]
    fn nothing_is_decided_before_it_is_known() {
        let text = b"a,\"b\nc\"\"\",d\n\"e\"f\n\"g\nh,\"i\n";
        let all = whole(text);
        assert_eq!(all.broken, [(12, 17), (17, 20), (20, 25)]);
        for stop in 1..=text.len() {
            let told = cut(text, 0, stop, CSV, false);
            for len in stop..text.len() {
                let known = cut(&text[..len], 0, stop, CSV, true);
                assert!(known.is_none() || known == told, "{stop} of {len}");
                let mut resumed = Cut::from(0);
                if resumed.go_on(&text[..len], stop, CSV, true).is_none() {
                    resumed.go_on(text, stop, CSV, false).unwrap();
                }
                assert_eq!(Some(resumed), told, "{stop} of {len}, then all");
            }
        }
    }
}

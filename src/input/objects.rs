//! Where the objects of a JSON text begin and end: one behind the other or on lines of their own, in an array, or in the array
//! that a service answers with (`{"@odata.context":"...","value":[...]}`), of which several pages may follow one another.
//!
//! What stands between objects is the same wherever a text is cut: brackets, commas, and the rest of an answer. Anything else
//! is no JSON, and costs its line.

use super::MAX_LINE;
use super::records::Cut;

/// What comes next in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// An object, from its first byte to the one behind it.
    Object(usize, usize),
    /// Text that is no object, or one that is not closed or too long.
    Broken(usize, usize),
    /// Nothing but what may stand between objects.
    End,
    /// The bytes end before that is decided.
    Unknown,
}

/// Whether a text begins like a JSON text of objects.
pub fn begins(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let inner = text.strip_prefix(b"[").map_or(text, <[u8]>::trim_ascii_start);
    matches!(
        inner.strip_prefix(b"{").map(|rest| rest.trim_ascii_start().first()),
        Some(Some(b'"' | b'}') | None)
    )
}

/// Walks the objects of a text from `start`, where none has begun, until one ends at or behind `stop`. `None`: the bytes end
/// before that is decided, and (`more`) the input does not.
pub fn cut(bytes: &[u8], start: usize, stop: usize, more: bool) -> Option<Cut> {
    let mut end = start;
    while end < stop && end < bytes.len() {
        end = match next(bytes, end, more) {
            Next::Object(_, end) | Next::Broken(_, end) => end,
            Next::End => bytes.len(),
            Next::Unknown => return None,
        };
    }
    Some(Cut::from(end))
}

/// What comes next behind `start`. Only the bytes from there decide.
pub fn next(bytes: &[u8], start: usize, more: bool) -> Next {
    let unknown = || if more { Next::Unknown } else { Next::End };
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'[' | b']' | b'}' => at = at.saturating_add(1),
            b'\xef' if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\xef\xbb\xbf")) => {
                at = at.saturating_add(3);
            }
            // The rest of an answer, behind its array.
            b'"' => match behind_string(bytes, at) {
                End::At(end) => at = end,
                End::Open if more && bytes.len().saturating_sub(at) <= MAX_LINE => return unknown(),
                End::Open | End::Bad => return broken(bytes, at, more),
            },
            b'{' => match behind_preamble(bytes, at) {
                End::At(end) => at = end,
                End::Open if more && bytes.len().saturating_sub(at) <= MAX_LINE => return unknown(),
                End::Open | End::Bad => return object(bytes, at, more),
            },
            _ => return broken(bytes, at, more),
        }
    }
    Next::End
}

/// How something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Before this byte.
    At(usize),
    /// Not in these bytes.
    Open,
    /// It is not what it seemed.
    Bad,
}

fn object(bytes: &[u8], start: usize, more: bool) -> Next {
    let (mut at, mut depth) = (start, 0_usize);
    let fits = |end: usize| end.saturating_sub(start) <= MAX_LINE;
    while let Some(found) = memchr::memchr3(b'"', b'{', b'}', bytes.get(at..).unwrap_or_default()) {
        at = at.saturating_add(found);
        match bytes.get(at) {
            Some(b'"') => match behind_string(bytes, at) {
                End::At(end) => {
                    at = end;
                    continue;
                }
                End::Open => break,
                End::Bad => return broken(bytes, start, more),
            },
            Some(b'{') => depth = depth.saturating_add(1),
            _ => depth = depth.saturating_sub(1),
        }
        at = at.saturating_add(1);
        if !fits(at) {
            break;
        }
        if depth == 0 {
            return Next::Object(start, at);
        }
    }
    if more && fits(bytes.len()) { Next::Unknown } else { broken(bytes, start, more) }
}

/// What is no JSON costs its line.
fn broken(bytes: &[u8], start: usize, more: bool) -> Next {
    match memchr::memchr(b'\n', bytes.get(start..).unwrap_or_default()) {
        Some(feed) => Next::Broken(start, start.saturating_add(feed).saturating_add(1)),
        None if more => Next::Unknown,
        None => Next::Broken(start, bytes.len()),
    }
}

/// The byte behind a string that begins here. It may hold no line feed (RFC 8259 section 7).
fn behind_string(bytes: &[u8], start: usize) -> End {
    let mut at = start.saturating_add(1);
    loop {
        let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', bytes.get(at..).unwrap_or_default()) else {
            return End::Open;
        };
        at = at.saturating_add(found).saturating_add(1);
        match bytes.get(at.saturating_sub(1)) {
            Some(b'"') => return End::At(at),
            Some(b'\\') => at = at.saturating_add(1),
            _ => return End::Bad,
        }
    }
}

/// The byte behind `{"@odata.context":"...","value":[`, if that begins here.
fn behind_preamble(bytes: &[u8], start: usize) -> End {
    let blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at = at.saturating_add(1);
        }
        at
    };
    let mut at = blanks(start.saturating_add(1));
    loop {
        match bytes.get(at) {
            Some(b'"') => {}
            Some(_) => return End::Bad,
            None => return End::Open,
        }
        let End::At(end) = behind_string(bytes, at) else { return End::Open };
        let key = bytes.get(at.saturating_add(1)..end.saturating_sub(1)).unwrap_or_default();
        let is_array = matches!(key, b"value" | b"records" | b"d" | b"results");
        if !is_array && !key.starts_with(b"@") {
            return End::Bad;
        }
        at = blanks(end);
        match bytes.get(at) {
            Some(b':') => at = blanks(at.saturating_add(1)),
            Some(_) => return End::Bad,
            None => return End::Open,
        }
        match (bytes.get(at), is_array) {
            (None, _) => return End::Open,
            (Some(b'['), true) => return End::At(at.saturating_add(1)),
            (Some(b'{'), true) => at = blanks(at.saturating_add(1)),
            (Some(b'"'), false) => match behind_string(bytes, at) {
                End::At(end) => at = blanks(end),
                _ => return End::Open,
            },
            (Some(_), true) => return End::Bad,
            (Some(_), false) => {
                while bytes.get(at).is_some_and(|byte| !matches!(byte, b',' | b'}' | b']' | b'\n')) {
                    at = at.saturating_add(1);
                }
            }
        }
        if bytes.get(at) == Some(&b',') {
            at = blanks(at.saturating_add(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The objects of a text, and how much of it is none.
    fn all(text: &str) -> (Vec<&str>, usize) {
        let (mut objects, mut broken, mut at) = (Vec::new(), 0, 0);
        loop {
            match next(text.as_bytes(), at, false) {
                Next::Object(start, end) => {
                    objects.push(text.get(start..end).unwrap());
                    at = end;
                }
                Next::Broken(_, end) => {
                    broken += 1;
                    at = end;
                }
                Next::End => return (objects, broken),
                Next::Unknown => panic!("nothing is unknown at the end"),
            }
        }
    }

    #[test]
    fn objects_in_any_shape() {
        let objects = ["{\"a\":\"}{\\\"\"}", "{\"b\":{\"c\":[{}]}}"];
        let [one, two] = objects;
        for text in [
            format!("{one}\n{two}\n"),
            format!("{one}{two}"),
            format!("[{one},\n  {two}]"),
            format!("{{\"value\":[{one},{two}]}}"),
            format!(
                "{{\"@odata.context\":\"x{{\", \"@odata.count\": 2,\n \"value\" : [ {one} , {two} ], \"@odata.nextLink\":\"y{{\"}}"
            ),
            format!("{{\"value\":[{one}]}}\n{{\"value\":[{two}]}}"),
            format!("{{\"records\":[{one},{two}]}}"),
            format!("{{\"d\":{{\"results\":[{one},{two}]}}}}"),
            format!("\u{feff}{one}\r\n{two}"),
        ] {
            assert_eq!(all(&text), (objects.to_vec(), 0), "{text}");
            assert!(begins(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_none_costs_its_line() {
        assert_eq!(all("{\"a\":1}\nno JSON {\n{\"b\":2}\n"), (vec!["{\"a\":1}", "{\"b\":2}"], 1));
        assert_eq!(all("{\"a\":\"cut\n{\"b\":2}\n"), (vec!["{\"b\":2}"], 1));
        assert_eq!(all("{\"a\":{\"b\":2}\n"), (vec![], 1));
        assert!(!begins(b"a,b\n") && !begins(b"[x]") && !begins(b"{x}"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

        #[test]
        fn any_cut_finds_the_same(
            parts in proptest::collection::vec(
                proptest::sample::select(
                    &["{", "}", "\"", "\\", "\n", ",", "[", "]", ":", "{\"a\":1}", "{\"value\":[", "\"x\"", "text", "{\"@a\":1,", " "][..]
                ),
                0..24,
            ),
            stops in proptest::collection::vec(1..12_usize, 0..8),
        ) {
            let text = parts.concat();
            let mut found = (Vec::new(), 0);
            let mut at: usize = 0;
            for step in stops.into_iter().chain([usize::MAX / 2]) {
                // As a stream reads on until it is decided.
                let mut known = at;
                let cut = loop {
                    known = known.saturating_add(step).min(text.len());
                    if let Some(cut) = cut(&text.as_bytes()[..known], at, at.saturating_add(step), known < text.len()) {
                        break cut;
                    }
                };
                let (objects, broken) = all(text.get(at..cut.end).unwrap());
                found.0.extend(objects);
                found.1 += broken;
                at = cut.end;
            }
            prop_assert_eq!(found, all(&text));
        }
    }
}

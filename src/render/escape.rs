//! The one way by which text from a log reaches a terminal, a spreadsheet or JSON.
//!
//! Mail servers clean what *they* mind, not what a terminal or a spreadsheet does: a sender may hold a right-to-left
//! override, an 8-bit escape sequence, or `=cmd|calc!A1`. What is shown is a whitelist; everything else is written out.

use crate::submission::Untrusted;
use std::borrow::Cow;
use std::fmt::Write;

/// Text for people: printable characters as they are, everything that moves a cursor, hides, or turns the direction of
/// text as `\u{202e}`, bytes that are no UTF-8 as `\xff`. A backslash stays one: log text is full of `DOMAIN\user`.
pub fn terminal(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            if is_safe(char) {
                shown.push(char);
            } else {
                // Writing to a String does not fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(char));
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Whether a character does nothing but stand where it stands.
fn is_safe(char: char) -> bool {
    let code = u32::from(char);
    match code {
        0x20..=0x7e => true,
        // C0, DEL, C1, soft hyphen, Arabic letter mark.
        0x00..=0x1f | 0x7f..=0x9f | 0xad | 0x61c => false,
        // Hangul fillers, Khmer inherent vowels and Mongolian separators look like nothing.
        0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x3164 | 0xffa0 => false,
        // Zero width, direction marks, line and paragraph separators, embeddings, invisible operators, isolates.
        0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f => false,
        // Other blanks would let two names look the same.
        0xa0 | 0x1680 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => false,
        // Variation selectors, byte order mark, interlinear marks, tags, private use, noncharacters.
        0xfe00..=0xfe0f | 0xfeff | 0xfff0..=0xfffb | 0xfffe | 0xffff => false,
        0xe000..=0xf8ff | 0xe0000..=0xe0fff | 0xf0000.. => false,
        _ => code & 0xfffe != 0xfffe,
    }
}

/// Untrusted text for people.
pub fn shown(text: &Untrusted<'_>) -> String {
    terminal(text.bytes())
}

/// Text for a cell of CSV: valid UTF-8, and (unless `raw`) with a `'` in front where a spreadsheet would see a formula.
/// The `'` in front of a `'` makes that reversible.
pub fn csv<'r>(text: &'r Untrusted<'_>, raw: bool) -> Cow<'r, str> {
    // To see that text is valid takes half as long as to look for what is not.
    let plain = match str::from_utf8(text.bytes()) {
        Ok(valid) => Cow::Borrowed(valid),
        Err(_) => String::from_utf8_lossy(text.bytes()),
    };
    let is_formula = plain.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '\'', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    if is_formula && !raw { Cow::Owned(format!("'{plain}")) } else { plain }
}

/// Text for JSON, which escapes control characters itself: valid UTF-8, bytes that are none as U+FFFD.
pub fn json(text: &Untrusted<'_>) -> String {
    String::from_utf8_lossy(text.bytes()).into_owned()
}

/// Text that is shown already, as text of HTML: in an element or between the quotes of an attribute.
pub fn html(shown: &str) -> String {
    let mut escaped = String::with_capacity(shown.len());
    for char in shown.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code point, alone and behind a letter: what comes out is printable, and different input stays different.
    #[test]
    fn every_character() {
        let mut seen = std::collections::BTreeSet::new();
        for char in '\0'..=char::MAX {
            for text in [char.to_string(), format!("a{char}")] {
                let shown = terminal(text.as_bytes());
                let bad = shown.chars().find(|c| c.is_control() || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'));
                assert_eq!(bad, None, "{char:?}");
                assert!(
                    unicode_width::UnicodeWidthStr::width(shown.as_str()) > 0 || is_combining(char),
                    "{char:?}"
                );
            }
            assert!(seen.insert(terminal(char.to_string().as_bytes())), "{char:?}");
        }
    }

    fn is_combining(char: char) -> bool {
        unicode_width::UnicodeWidthChar::width(char) == Some(0)
    }

    #[test]
    fn every_pair_of_bytes() {
        for a in 0..=u8::MAX {
            for b in 0..=u8::MAX {
                let shown = terminal(&[a, b]);
                assert!(shown.chars().all(|c| !c.is_control()), "{a:02x} {b:02x}");
                assert_eq!(shown.contains("\\x"), std::str::from_utf8(&[a, b]).is_err() || [a, b] == *b"\\x");
            }
        }
    }

    #[test]
    fn formulas_are_guarded_and_come_back() {
        for text in ["=cmd|calc!A1@evil.example", "+1", "-1", "@x", "\tx", "'x", "\u{ff1d}x"] {
            let untrusted = text.as_bytes().into();
            assert_eq!(csv(&untrusted, false), format!("'{text}"));
            assert_eq!(csv(&untrusted, true), text);
        }
        assert_eq!(csv(&b"a@b"[..].into(), false), "a@b");
    }
}

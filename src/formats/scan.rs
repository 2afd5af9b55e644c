//! Reading a line from left to right. Nothing here searches for a key: a field is what stands behind the text that the
//! server wrote before it.

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x16};

/// The part of a line that has not been read yet.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a>(pub &'a [u8]);

impl<'a> Scan<'a> {
    /// Takes exactly this text.
    pub fn tag(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Takes everything before the first `mark`, and the mark.
    pub fn until(&mut self, mark: &[u8]) -> Option<&'a [u8]> {
        let at = find(self.0, mark)?;
        let (before, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(mark.len()..)?;
        Some(before)
    }

    /// Takes everything before the first `byte`, and the byte.
    pub fn until_byte(&mut self, byte: u8) -> Option<&'a [u8]> {
        let at = memchr::memchr(byte, self.0)?;
        let (before, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(1..)?;
        Some(before)
    }

    /// Takes the bytes for which the test holds, perhaps none.
    pub fn while_(&mut self, test: impl Fn(u8) -> bool) -> &'a [u8] {
        let len = self.0.iter().take_while(|byte| test(**byte)).count();
        let (taken, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    /// Takes the letters and digits (ASCII) that stand here, perhaps none.
    #[inline]
    pub fn alphanumeric(&mut self) -> &'a [u8] {
        let len = match self.0.first_chunk() {
            Some(head) if alphanumerics(*head) < 16 => alphanumerics(*head),
            _ => self.0.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count(),
        };
        let (taken, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    /// Takes everything before the next blank, or to the end.
    #[inline]
    pub fn word(&mut self) -> &'a [u8] {
        let len = either(self.0, b' ', b' ').unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    /// Takes a decimal number; one beyond 64 bits is none.
    pub fn number(&mut self) -> Option<u64> {
        number(self.while_(|byte| byte.is_ascii_digit()))
    }

    /// Takes an address that stands between `<` and `>`, the `<` being taken already. A quoted local part may hold
    /// anything, `>` too (RFC 5321 section 4.1.2).
    pub fn address(&mut self) -> Option<&'a [u8]> {
        let whole = self.0;
        let mut rest = whole;
        if rest.first() == Some(&b'"') {
            rest = quoted(rest)?;
        }
        let quoted = whole.len().saturating_sub(rest.len());
        let end = quoted.saturating_add(memchr::memchr(b'>', rest)?);
        self.0 = whole.get(end.saturating_add(1)..)?;
        whole.get(..end)
    }

    /// Whether everything has been read.
    pub fn is_done(self) -> bool {
        self.0.is_empty()
    }
}

/// With how many letters and digits 16 bytes begin. All at once: an id has ten of them, on every second line of a log. For
/// so few bytes every processor has the instructions, and nothing is asked of the one at hand.
#[inline]
fn alphanumerics(head: [u8; 16]) -> usize {
    let hits = dispatch!(Level::baseline(), simd => alphanumeric_bits(simd, head));
    usize::try_from(hits.trailing_ones()).unwrap_or(16)
}

#[inline(always)]
fn alphanumeric_bits<S: Simd>(simd: S, head: [u8; 16]) -> u64 {
    let bytes = u8x16::simd_from(simd, head);
    let is_in =
        |bytes: u8x16<S>, from: u8, to: u8| bytes.max(from).simd_eq(bytes) & bytes.min(to).simd_eq(bytes);
    (is_in(bytes, b'0', b'9') | is_in(bytes | 0x20, b'a', b'z')).to_bitmask()
}

/// A bit for every byte that is one of two.
#[inline(always)]
fn either_bits<S: Simd>(simd: S, head: [u8; 16], one: u8, other: u8) -> u64 {
    let bytes = u8x16::simd_from(simd, head);
    (bytes.simd_eq(one) | bytes.simd_eq(other)).to_bitmask()
}

/// Where the first of two bytes stands. Short texts, in which a call of `memchr` takes longer than the search.
#[inline]
pub fn either(text: &[u8], one: u8, other: u8) -> Option<usize> {
    let hits = |head: [u8; 16]| {
        let bits = dispatch!(Level::baseline(), simd => either_bits(simd, head, one, other));
        usize::try_from(bits.trailing_zeros()).unwrap_or(16)
    };
    let (heads, rest) = text.as_chunks::<16>();
    for (head, at) in heads.iter().zip((0_usize..).step_by(16)) {
        let hit = hits(*head);
        if hit < 16 {
            return Some(at.saturating_add(hit));
        }
    }
    let hit = rest.iter().position(|byte| *byte == one || *byte == other)?;
    Some(text.len().saturating_sub(rest.len()).saturating_add(hit))
}

/// Where a mark begins. Lines and marks are short: building a searcher would cost more than the search.
pub fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    let first = *mark.first()?;
    memchr::memchr_iter(first, text).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
}

/// What follows a quoted string that begins here.
pub fn quoted(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        let at = memchr::memchr2(b'"', b'\\', rest)?;
        let (byte, behind) = rest.get(at..)?.split_first()?;
        if *byte == b'"' {
            return Some(behind);
        }
        rest = behind.get(1..)?;
    }
}

/// A decimal number and nothing else.
pub fn number(digits: &[u8]) -> Option<u64> {
    let digit = |byte: &u8| Some(u64::from(byte.wrapping_sub(b'0'))).filter(|digit| *digit <= 9);
    match digits.len() {
        0 => None,
        // So many digits fit: to ask after each took 30 instructions a row of a trace.
        1..=19 => digits
            .iter()
            .try_fold(0_u64, |value, byte| Some(value.wrapping_mul(10).wrapping_add(digit(byte)?))),
        _ => digits.iter().try_fold(0_u64, |value, byte| value.checked_mul(10)?.checked_add(digit(byte)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_honour_quotes() {
        let read = |text: &'static [u8]| {
            let mut scan = Scan(text);
            let address = scan.address();
            (address, scan.0)
        };
        assert_eq!(read(b"a@b> to=<"), (Some(&b"a@b"[..]), &b" to=<"[..]));
        assert_eq!(read(b"> to=<"), (Some(&b""[..]), &b" to=<"[..]));
        let forged = b"\"a> to=<b@c\\\" proto=\"@evil> to=<";
        assert_eq!(read(forged), (Some(&b"\"a> to=<b@c\\\" proto=\"@evil"[..]), &b" to=<"[..]));
        assert_eq!(read(b"\"a> to=<").0, None);
    }

    #[test]
    fn sixteen_at_once_are_as_one_by_one() {
        for byte in 0..=u8::MAX {
            for (at, len) in [(0, 1), (3, 17), (15, 16), (15, 40), (16, 40), (33, 34)] {
                let mut text = vec![b'Q'; len];
                text[at] = byte;
                let mut scan = Scan(&text);
                let slowly = Scan(&text).while_(|byte| byte.is_ascii_alphanumeric());
                assert_eq!(
                    (scan.alphanumeric(), scan.0),
                    text.split_at(slowly.len()),
                    "{byte} at {at} of {len}"
                );
                let slowly = text.iter().position(|byte| matches!(byte, b'[' | b':'));
                assert_eq!(either(&text, b'[', b':'), slowly, "{byte} at {at} of {len}");
            }
        }
        assert_eq!(Scan(b"0aZ9_").alphanumeric(), b"0aZ9");
    }

    #[test]
    fn numbers_do_not_wrap() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"18446744073709551616"), None);
        assert_eq!(number(b"9999999999999999999"), Some(9_999_999_999_999_999_999));
        assert_eq!(number(b"00000000000000000000000012"), Some(12));
        assert_eq!(number(b""), None);
        for text in [&b"1e9"[..], b"/1", b"1:", b"-1", b"1 ", b"\xff", b"0000000000000000000000000x"] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }
}

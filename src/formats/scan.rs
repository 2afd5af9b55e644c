//! Reading a line from left to right. Nothing here searches for a key: a field is what stands behind the text that the
//! server wrote before it.

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
        // So many digits fit: to ask after each took twice as long.
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

//! Text that is no UTF-8: exports of Exchange Online and what Windows PowerShell 5 redirects are UTF-16, with or without a
//! byte order mark. It becomes UTF-8 while it is read, so that whoever reads it need not know.

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many bytes tell the encoding: the header of a table, or a line or two.
const LOOK: usize = 512;
/// How much is read and decoded at once.
const CHUNK: usize = 64 << 10;

/// The encoding of a text that begins like this, if it is not one of which ASCII is a part. Without a byte order mark,
/// nearly every second byte must be zero: names of columns and stamps are ASCII, whatever stands in the cells.
pub fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding).filter(|encoding| [UTF_16LE, UTF_16BE].contains(encoding));
    }
    let (units, _) = head.get(..head.len().min(LOOK)).unwrap_or_default().as_chunks::<2>();
    let is_ascii = |encoding: &Encoding, unit: &[u8; 2]| {
        let [first, second] = *unit;
        let (high, low) = if encoding == UTF_16BE { (first, second) } else { (second, first) };
        high == 0 && matches!(low, b'\t' | b'\n' | b'\r' | b' '..=b'~')
    };
    [UTF_16LE, UTF_16BE].into_iter().find(|encoding| {
        let ascii = units.iter().filter(|unit| is_ascii(encoding, unit)).count();
        ascii > 1 && ascii.saturating_mul(4) >= units.len().saturating_mul(3)
    })
}

/// Reads UTF-16 as UTF-8 without a byte order mark, and everything else as it is.
pub struct Decoded<R> {
    reader: R,
    encoding: Option<&'static Encoding>,
    decoder: Option<Decoder>,
    /// What is read goes here; as far as `filled`, it is not decoded.
    raw: Vec<u8>,
    filled: usize,
    /// Decoded; what stands before `at` was handed out.
    text: Vec<u8>,
    at: usize,
    /// What went wrong behind the bytes that were looked at.
    wrong: Option<io::Error>,
    /// How many bytes were read, for whoever shows the progress.
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Decoded<R> {
    /// Looks at the beginning of a text.
    pub fn new(reader: R) -> Self {
        let mut decoded = Self {
            reader,
            encoding: None,
            decoder: None,
            raw: vec![0; LOOK],
            filled: 0,
            text: Vec::new(),
            at: 0,
            wrong: None,
            consumed: Arc::default(),
        };
        while decoded.filled < LOOK && decoded.wrong.is_none() {
            match decoded.fill() {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => decoded.wrong = Some(error),
            }
        }
        decoded.encoding = encoding(decoded.raw.get(..decoded.filled).unwrap_or_default());
        match decoded.encoding {
            Some(encoding) => {
                decoded.decoder = Some(encoding.new_decoder_with_bom_removal());
                decoded.raw.resize(CHUNK, 0);
            }
            None => {
                decoded.raw.truncate(decoded.filled);
                decoded.text = std::mem::take(&mut decoded.raw);
            }
        }
        decoded
    }

    /// What is decoded, if anything.
    pub fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding
    }

    /// How many bytes were read, as it goes on.
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// Reads on, as much as comes and has room.
    fn fill(&mut self) -> io::Result<usize> {
        let count = self.reader.read(self.raw.get_mut(self.filled..).unwrap_or_default())?;
        self.filled = self.filled.saturating_add(count);
        self.consumed.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(count)
    }

    /// Decodes the next chunk.
    fn decode(&mut self) -> io::Result<()> {
        // What is read stays where it is if reading on fails.
        if self.filled == 0 {
            match self.wrong.take() {
                Some(wrong) => return Err(wrong),
                None => self.fill()?,
            };
        }
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let is_last = self.filled == 0;
        let raw = self.raw.get(..self.filled).unwrap_or_default();
        self.text.resize(decoder.max_utf8_buffer_length(raw.len()).unwrap_or(0), 0);
        let (_, _, written, _) = decoder.decode_to_utf8(raw, &mut self.text, is_last);
        self.text.truncate(written);
        (self.at, self.filled) = (0, 0);
        if is_last {
            self.decoder = None;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.text.len() && !output.is_empty() {
            if self.decoder.is_some() {
                self.decode()?;
            } else if self.encoding.is_some() {
                return Ok(0);
            } else if let Some(wrong) = self.wrong.take() {
                return Err(wrong);
            } else {
                let read = self.reader.read(output)?;
                self.consumed.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
                return Ok(read);
            }
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (text, output) = (rest.get(..output.len()).unwrap_or(rest), output);
        let count = text.len();
        output.get_mut(..count).into_iter().for_each(|room| room.copy_from_slice(text));
        self.at = self.at.saturating_add(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a pipe gives it: in pieces.
    struct Pieces<'t>(&'t [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(output.len()).min(self.0.len());
            output[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let row = "2026-11-09T08:00:00Z,scan@contoso.com,Grüße aus Köln 日本 😀\r\n";
        let text = format!("time,sender,subject\r\n{}", row.repeat(700));
        for mark in ["", "\u{feff}"] {
            let marked = format!("{mark}{text}");
            for bytes in [utf16(&marked, u16::to_le_bytes), utf16(&marked, u16::to_be_bytes)] {
                for size in [7, 4096, usize::MAX] {
                    let mut decoded = Decoded::new(Pieces(&bytes, size));
                    let mut read = String::new();
                    decoded.read_to_string(&mut read).unwrap();
                    assert_eq!(read, text, "pieces of {size}");
                    assert_eq!(decoded.consumed().load(Ordering::Relaxed), bytes.len() as u64);
                }
            }
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        let hole = [&[0; 600][..], b"Nov  9 08:00:00 mx\n"].concat();
        let bytes: [&[u8]; 6] = [b"", b"a", b"a,b\n1,2\n", b"\xef\xbb\xbfa,b\n", b"\xff\x00\xfe", &hole];
        for bytes in bytes {
            let mut read = Vec::new();
            let mut decoded = Decoded::new(Pieces(bytes, 2));
            decoded.read_to_end(&mut read).unwrap();
            assert_eq!((read.as_slice(), decoded.encoding()), (bytes, None));
        }
    }

    #[test]
    fn a_text_that_ends_within_a_character_ends_with_a_mark_of_it() {
        let mut bytes = utf16("a,b\n", u16::to_le_bytes);
        bytes.push(b'c');
        let mut read = String::new();
        Decoded::new(bytes.as_slice()).read_to_string(&mut read).unwrap();
        assert_eq!(read, "a,b\n\u{fffd}");
    }
}

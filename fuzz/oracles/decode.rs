//! Compressed bytes and bytes in other encodings: what comes out is the same whatever the buffers, it is UTF-8 where it was
//! decoded, and it is not more than the limit.

use smtpauth::input::compressed::{Decoder, container};
use smtpauth::input::encoding::Decoded;
use std::io::Read;

/// No more of a bomb than this is looked at.
const ENOUGH: usize = 4 << 20;

/// What may be lost in front of damage.
const BLOCK: usize = 128 << 10;

fn all(mut reader: impl Read, buffer: usize) -> (Vec<u8>, Option<String>) {
    let (mut out, mut buffer) = (Vec::new(), vec![0; buffer]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (out, None),
            Ok(read) => out.extend_from_slice(&buffer[..read]),
            Err(error) => return (out, Some(error.to_string())),
        }
        if out.len() > ENOUGH {
            out.truncate(ENOUGH);
            return (out, None);
        }
    }
}

/// Any bytes.
pub fn check(bytes: &[u8]) {
    match container(bytes) {
        Some(container) => {
            let unpack = |buffer| all(Decoder::new(container, bytes, 1100), buffer);
            let (large, small) = (unpack(1 << 20), unpack(7));
            if large.1.is_none() {
                assert_eq!(large, small);
            }
            // In front of damage, the library forgets what its last call wrote: a block at most. Damage behind what is looked
            // at may be in that call.
            let is_cut = small.0.len() == ENOUGH;
            assert!(
                small.0.starts_with(&large.0)
                    && small.0.len() - large.0.len() <= BLOCK
                    && (is_cut || small.1.is_some() == large.1.is_some())
            );
            assert_eq!(all(Decoded::new(large.0.as_slice()), 4096), all(Decoded::new(large.0.as_slice()), 7));
        }
        None => assert_eq!(all(Decoded::new(bytes), 64 << 10), all(Decoded::new(bytes), 7)),
    }
}

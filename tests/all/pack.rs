//! Packs text as the tools do, in one member or in several.

use std::io::Write;

/// Packs some bytes as one member, frame or stream.
pub type Pack = fn(&[u8]) -> Vec<u8>;

/// Every container: its ending, how one member is made, and what may lie between and behind members.
pub const CONTAINERS: [(&str, Pack, &[u8]); 4] = [
    ("gz", gz, b""),
    // A frame that decoders skip, 3 bytes long.
    ("zst", zst, b"\x5e\x2a\x4d\x18\x03\0\0\0abc"),
    // Padding comes in fours.
    ("xz", xz, b"\0\0\0\0"),
    ("bz2", bz2, b""),
];

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// As the command does, with a checksum.
pub fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("there is memory");
    encoder.include_checksum(true).expect("it can be set");
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

pub fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// The bytes, cut into members at these places, with what may lie between them.
pub fn members(pack: Pack, between: &[u8], bytes: &[u8], cuts: &[usize]) -> Vec<u8> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| *cut % (bytes.len() + 1)).collect();
    places.sort_unstable();
    places.push(bytes.len());
    let mut packed = Vec::new();
    let mut start = 0;
    for place in places {
        packed.extend(pack(&bytes[start..place]));
        packed.extend(between);
        start = place;
    }
    packed
}

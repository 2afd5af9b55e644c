//! Lines of mail servers: each is counted as one thing, and the fast search finds what reading every line finds.

use super::reading::{EVERY_LINE, FAST, cells, open, read_inputs, written};

/// A first line that makes a log of Postfix or of Exim of what follows.
const HEADS: [&[u8]; 3] = [
    b"2026-11-12T10:00:00+00:00 mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n",
    b"Nov 12 10:00:00 mx1 postfix/smtpd[1]: connect from a[192.0.2.1]\n",
    b"2026-11-12 10:00:00 1vHt2P-0000bT-2k <= a@b H=x [192.0.2.1] P=esmtpsa A=plain:a S=1\n",
];

/// The first byte chooses the head.
pub fn check(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let file = written(&[HEADS[usize::from(*first) % HEADS.len()], rest].concat());
    let Some(inputs) = open(file.path()) else { return };
    let fast = read_inputs(&inputs, 1 << 20, 1, FAST);
    let every = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
    for read in [&fast, &every] {
        for coverage in &read.coverage {
            assert_eq!(coverage.lines, coverage.used + coverage.ignored + coverage.skipped, "{coverage:?}");
        }
    }
    assert_eq!(cells(&fast.collector), cells(&every.collector));
}

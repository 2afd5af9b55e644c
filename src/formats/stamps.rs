//! The instants of the stamps with which lines begin. Reading a stamp and finding its year and zone is dear, and the next line
//! nearly always has the same minute: it is remembered.

use crate::time::stamp::{self, Time, Yearless};
use crate::time::{Clock, Stamp, year::Years};

/// What is needed to make instants of stamps.
#[derive(Clone, Debug)]
pub struct Stamps<'y> {
    /// Zones.
    pub clock: Clock,
    /// Years of stamps without one.
    pub years: &'y Years,
    /// Later records than this are not believed.
    pub limit: i64,
    minute: Minute,
    day: Day,
}

/// The day last read without its year, and when it began.
#[derive(Clone, Copy, Debug, Default)]
struct Day {
    month: u32,
    day: u32,
    wall: i64,
    /// First byte of the input at which the memory does not hold.
    until: u64,
}

/// The minute last read.
#[derive(Clone, Debug, Default)]
struct Minute {
    /// The stamp up to its seconds: `Nov 21 19:45:`, `<22>1 2026-11-21T19:45:`, and zeros behind it; ones where it has
    /// bytes; its length. As four words, a stamp is read in 85 instructions; as a text of any length it took 115.
    text: [u64; 4],
    mask: [u64; 4],
    len: usize,
    /// What stands behind the seconds and their fraction: nothing, `Z`, `+01:00`.
    zone: Vec<u8>,
    /// When it began. Zones change at whole minutes.
    at: i64,
    zoned: bool,
    /// First byte of the input at which the memory does not hold.
    until: u64,
}

/// A stamp that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Seconds since 1970 (UTC).
    pub at: i64,
    /// It says in which zone.
    pub zoned: bool,
    /// Its length in bytes.
    pub len: usize,
}

impl<'y> Stamps<'y> {
    /// For one input.
    pub fn new(clock: Clock, years: &'y Years, limit: i64) -> Self {
        Self { clock, years, limit, minute: Minute::default(), day: Day::default() }
    }

    /// The stamp at the beginning of a line that begins at this byte of the input.
    #[inline(always)]
    pub fn read(&mut self, line: &[u8], offset: u64) -> Option<Found> {
        self.minute.read(line, offset).or_else(|| self.read_whole(line, offset))
    }

    #[cold]
    #[inline(never)]
    fn read_whole(&mut self, line: &[u8], offset: u64) -> Option<Found> {
        let (time, rest) = stamp::time(line)?;
        let len = line.len().saturating_sub(rest.len());
        let (stamp, until) = match time {
            Time::Full(stamp) => (stamp, u64::MAX),
            Time::Yearless(stamp) => {
                let (wall, until) = self.wall_of(stamp, offset);
                (Stamp { wall, offset: None }, until)
            }
        };
        let found = Found { at: self.clock.instant(stamp), zoned: stamp.offset.is_some(), len };
        self.minute.remember(line, found, until);
        Some(found)
    }

    /// The wall seconds of a stamp without a year, and the first byte at which it may mean another year.
    fn wall_of(&mut self, stamp: Yearless, offset: u64) -> (i64, u64) {
        let Day { month, day, wall, until } = self.day;
        if offset < until && (stamp.month, stamp.day) == (month, day) {
            return (wall.saturating_add(stamp.second), until);
        }
        let (reference, until) = self.years.reference(offset);
        let midnight = Yearless { second: 0, ..stamp };
        let wall = crate::time::year::resolve(midnight, reference);
        self.day = Day { month: stamp.month, day: stamp.day, wall, until };
        (wall.saturating_add(stamp.second), until)
    }
}

/// A minute that is remembered has at most so many bytes, as all have but those with blanks where none belong.
const HEAD: usize = 32;

/// As numbers.
#[inline]
fn words(head: &[u8; HEAD]) -> [u64; 4] {
    let mut words = [0; 4];
    words
        .iter_mut()
        .zip(head.as_chunks::<8>().0)
        .for_each(|(word, bytes)| *word = u64::from_ne_bytes(*bytes));
    words
}

/// Two digits of seconds; a leap second is left to the whole reading.
#[inline(always)]
fn seconds(text: &[u8]) -> Option<(i64, &[u8])> {
    let ([tens @ b'0'..=b'5', ones @ b'0'..=b'9'], rest) = text.split_first_chunk::<2>()? else {
        return None;
    };
    let digit = |byte: u8| i64::from(byte.wrapping_sub(b'0'));
    Some((digit(*tens).saturating_mul(10).saturating_add(digit(*ones)), rest))
}

/// What stands behind a fraction of a second, if there is one. A comma may be one too.
fn behind_fraction(text: &[u8]) -> &[u8] {
    let Some((b'.' | b',', rest)) = text.split_first() else { return text };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..).filter(|_| digits > 0).unwrap_or(text)
}

impl Minute {
    #[inline(always)]
    fn read(&self, line: &[u8], offset: u64) -> Option<Found> {
        let begin = words(line.first_chunk()?);
        let differ = |at: usize| Some((begin.get(at)? ^ self.text.get(at)?) & self.mask.get(at)?);
        if offset >= self.until || (differ(0)? | differ(1)? | differ(2)? | differ(3)?) != 0 {
            return None;
        }
        let (second, rest) = seconds(line.get(self.len..)?)?;
        let rest = match rest.first() {
            // Nearly always.
            Some(b' ') if self.zone.is_empty() => rest,
            _ => behind_fraction(rest).strip_prefix(&*self.zone)?,
        };
        // The blank behind it says that it is the whole stamp. A sign behind the blank would be a zone (Exim).
        if rest.first() != Some(&b' ') || matches!(rest.get(1), Some(b'+' | b'-')) {
            return None;
        }
        let len = line.len().saturating_sub(rest.len());
        Some(Found { at: self.at.saturating_add(second), zoned: self.zoned, len })
    }

    /// Remembers the minute of a stamp that was read.
    fn remember(&mut self, line: &[u8], found: Found, until: u64) {
        self.until = 0;
        let stamp = line.get(..found.len).unwrap_or_default();
        // `HH:MM:` is what the seconds stand behind; a zone may have a colon too.
        let is_clock = |window: &[u8]| {
            matches!(window, [a, b, b':', c, d, b':', e, f]
                if [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()))
        };
        let Some(at) = stamp.windows(8).position(is_clock) else { return };
        let (text, rest) = stamp.split_at_checked(at.saturating_add(6)).unwrap_or((stamp, &[]));
        let Some((second, rest)) = seconds(rest) else { return };
        let mut padded = [0; HEAD];
        let Some(begin) = padded.get_mut(..text.len()) else { return };
        begin.copy_from_slice(text);
        self.text = words(&padded);
        padded.fill(0);
        padded.iter_mut().take(text.len()).for_each(|byte| *byte = u8::MAX);
        self.mask = words(&padded);
        self.len = text.len();
        self.zone.clear();
        self.zone.extend_from_slice(behind_fraction(rest));
        (self.at, self.zoned, self.until) = (found.at.saturating_sub(second), found.zoned, until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A stamp as some server writes it, of a minute that comes again and again.
    fn stamps() -> impl Strategy<Value = String> {
        let minute = prop::sample::select(vec![
            "Nov 21 19:45:",
            "Nov  1 02:59:",
            "<22>Nov 21 19:45:",
            "2026-10-25T01:59:",
            "2026-10-25 02:00:",
            "<22>1 2026-10-25T02:00:",
        ]);
        let second = prop::sample::select(vec!["00", "7", "07", "59", "60", "61", "xx"]);
        let fraction = prop::sample::select(vec!["", ".", ".5", ",123", ".123456"]);
        let zone = prop::sample::select(vec!["", "Z", "+01:00", "+0100", " +0100", " -03:30", "+01:30"]);
        let behind = prop::sample::select(vec![" mx1", "", "Z mx1", " +mx1", " -", "0 mx1"]);
        (minute, second, fraction, zone, behind).prop_map(|(a, b, c, d, e)| format!("{a}{b}{c}{d}{e}"))
    }

    proptest! {
        /// What is remembered changes nothing.
        #[test]
        fn memory_changes_nothing(lines in prop::collection::vec(stamps(), 1..40)) {
            let years = Years::around(1_793_527_200);
            let stamps = || Stamps::new(Clock::default(), &years, i64::MAX);
            let mut remembering = stamps();
            for line in lines {
                prop_assert_eq!(remembering.read(line.as_bytes(), 0), stamps().read(line.as_bytes(), 0), "{}", line);
            }
        }
    }
}

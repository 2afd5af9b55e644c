//! The year that BSD syslog stamps leave out.
//!
//! The last stamp of a file lies at most a day after the file's own time; from there the stamps are walked backwards,
//! and a step forwards by more than a month is a new year. The walk happens once, in the probe, over *anchors* that lie
//! at fixed distances in the file; a line takes its year from the anchor before it, so that the year of a line does not
//! depend on which slice of the file it was read with.

use super::DAY;
use super::stamp::Yearless;
use chrono::Datelike;

/// How far a line may lie before the line that it follows: stamps are not always in order.
const BACK: i64 = 30 * DAY;
/// And how far behind it: together nearly a year.
const AHEAD: i64 = 335 * DAY;

/// The walked years of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Years {
    /// Distance of the anchors in bytes.
    step: u64,
    /// Wall seconds at each anchor; never empty.
    anchors: Vec<i64>,
}

impl Years {
    /// The same year for the whole input: every line lies within a year of `wall`.
    pub fn around(wall: i64) -> Self {
        Self { step: u64::MAX, anchors: vec![wall] }
    }

    /// Walks back from the end. `stamps` are the first stamps at or after each multiple of `step` (`None` where there
    /// is none before the next); `last` is the last stamp of the file, which is not later than `limit` (wall seconds).
    pub fn walk_back(step: u64, stamps: &[Option<Yearless>], last: Yearless, limit: i64) -> Self {
        let mut next = latest_before(last, limit);
        let mut anchors = vec![next; stamps.len().max(1)];
        for (anchor, stamp) in anchors.iter_mut().zip(stamps).rev() {
            if let Some(stamp) = stamp {
                next = before(*stamp, next);
            }
            *anchor = next;
        }
        Self { step, anchors }
    }

    /// Walks forward: the next anchor of an input whose end is not known.
    pub fn follow(stamp: Yearless, previous: i64) -> i64 {
        resolve(stamp, previous)
    }

    /// The wall seconds to which the line at this byte is related, and the first byte to which that does not apply.
    pub fn reference(&self, offset: u64) -> (i64, u64) {
        let index = offset.checked_div(self.step).unwrap_or(0);
        let last = self.anchors.len().saturating_sub(1);
        let index = usize::try_from(index).unwrap_or(last).min(last);
        let end = if index == last {
            u64::MAX
        } else {
            let next = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
            next.saturating_mul(self.step)
        };
        (self.anchors.get(index).copied().unwrap_or_default(), end)
    }

    /// The first and last year that were found.
    pub fn span(&self) -> Option<(i32, i32)> {
        let years = || self.anchors.iter().filter_map(|wall| year_of(*wall));
        Some((years().min()?, years().max()?))
    }
}

/// The wall seconds of a stamp whose line follows, in the file, a line at `reference`.
pub fn resolve(stamp: Yearless, reference: i64) -> i64 {
    let range = reference.saturating_sub(BACK)..reference.saturating_add(AHEAD);
    let near = candidates(stamp, reference);
    let fits = near.iter().flatten().copied().find(|wall| range.contains(wall));
    // 29 February in a year without one: the nearest year that has it.
    fits.unwrap_or_else(|| nearest(stamp, reference))
}

/// The latest time that a stamp can mean and that is not after `limit`.
pub fn latest_before(stamp: Yearless, limit: i64) -> i64 {
    let year = year_of(limit).unwrap_or(1970);
    let years = (0..=8).map(|back| year.saturating_sub(back));
    let found = years.filter_map(|year| stamp.in_year(year)).find(|wall| *wall <= limit);
    found.unwrap_or(limit)
}

/// The time of a stamp whose line precedes, in the file, a line at `next`.
fn before(stamp: Yearless, next: i64) -> i64 {
    let range = next.saturating_sub(AHEAD)..=next.saturating_add(BACK);
    let near = candidates(stamp, next);
    let fits = near.iter().flatten().copied().find(|wall| range.contains(wall));
    fits.unwrap_or_else(|| nearest(stamp, next))
}

fn candidates(stamp: Yearless, near: i64) -> [Option<i64>; 3] {
    let year = year_of(near).unwrap_or(1970);
    [year, year.saturating_add(1), year.saturating_sub(1)].map(|year| stamp.in_year(year))
}

fn nearest(stamp: Yearless, near: i64) -> i64 {
    let year = year_of(near).unwrap_or(1970);
    let years = (-8..=8).map(|step| year.saturating_add(step));
    let walls = years.filter_map(|year| stamp.in_year(year));
    walls.min_by_key(|wall| wall.saturating_sub(near).saturating_abs()).unwrap_or(near)
}

fn year_of(wall: i64) -> Option<i32> {
    Some(super::stamp::date(wall.div_euclid(DAY))?.year())
}

#[cfg(test)]
mod tests {
    use super::super::stamp::days;
    use super::*;

    fn wall(year: i32, month: u32, day: u32) -> i64 {
        days(year, month, day).unwrap() * DAY
    }

    fn stamp(month: u32, day: u32) -> Yearless {
        Yearless { month, day, second: 0 }
    }

    #[test]
    fn eighteen_months_without_a_year() {
        let stamps: Vec<_> = (0..18).map(|i| Some(stamp((i + 5) % 12 + 1, 3))).collect();
        let years = Years::walk_back(100, &stamps, stamp(11, 20), wall(2026, 11, 21));
        assert_eq!(years.reference(0).0, wall(2025, 6, 3));
        assert_eq!(years.reference(699).0, wall(2025, 12, 3));
        assert_eq!(years.reference(700).0, wall(2026, 1, 3));
        assert_eq!(years.reference(1_000_000), (wall(2026, 11, 3), u64::MAX));
        assert_eq!(years.span(), Some((2025, 2026)));
    }

    #[test]
    fn disorder_at_new_year() {
        let stamps = [stamp(12, 31), stamp(1, 1), stamp(12, 31), stamp(1, 1)].map(Some);
        let years = Years::walk_back(10, &stamps, stamp(1, 1), wall(2026, 1, 2));
        let found: Vec<_> = (0..4).map(|i| years.reference(i * 10).0).collect();
        assert_eq!(found, [wall(2025, 12, 31), wall(2026, 1, 1), wall(2025, 12, 31), wall(2026, 1, 1)]);
    }

    #[test]
    fn a_gap_of_eight_months_is_no_new_year() {
        let years =
            Years::walk_back(10, &[Some(stamp(2, 1)), Some(stamp(10, 1))], stamp(10, 2), wall(2026, 10, 3));
        assert_eq!(years.reference(0).0, wall(2026, 2, 1));
    }

    #[test]
    fn leap_days_find_a_leap_year() {
        assert_eq!(latest_before(stamp(2, 29), wall(2026, 11, 21)), wall(2024, 2, 29));
        assert_eq!(resolve(stamp(2, 29), wall(2028, 2, 28)), wall(2028, 2, 29));
        assert_eq!(resolve(stamp(2, 29), wall(2026, 2, 28)), wall(2024, 2, 29));
    }
}

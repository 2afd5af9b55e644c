//! The year that BSD syslog stamps leave out.
//!
//! The last stamp of a file lies at most a day after the file's own time. Which year the lines before it belong to follows
//! from the order of their stamps: a step back of more than a month, that is half a year or less if it leads over New Year,
//! is a new year. A machine that boots without a clock writes stamps of 1 January for a while: such an excursion leads back
//! to where it began, and is no new year; but the lines of a New Year's night are not always in order, and lead back too. The walk happens once, in the order of the lines; what it finds is kept as
//! *marks* with their place, and a line takes its year from the mark before it, so that the year of a line does not depend
//! on which slice of the file it was read with.

use super::DAY;
use super::stamp::Yearless;
use chrono::Datelike;

/// How far a line may lie before the line that it follows: stamps are not always in order.
const BACK: i64 = 30 * DAY;
/// And how far behind it: together nearly a year.
const AHEAD: i64 = 335 * DAY;
/// The longest pause that a step over New Year can be.
const PAUSE: i64 = 183 * DAY;
/// A way back over New Year that is no longer than this is disorder, not the end of a boot without a clock.
const NIGHT: i64 = 2 * DAY;

/// The walked years of one input, or of a block of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Years {
    /// Wall seconds from a place on; ascending, never empty. The first holds for what lies before it too.
    marks: Vec<(u64, i64)>,
}

impl Years {
    /// The same year for the whole input: every line lies within a year of `wall`.
    pub fn around(wall: i64) -> Self {
        Self { marks: vec![(0, wall)] }
    }

    /// The years of a file: `stamps` with their places, in order, the last of which is not later than `limit` (wall
    /// seconds).
    pub fn of_file(stamps: &[(u64, Yearless)], limit: i64) -> Self {
        let Some((_, last)) = stamps.last() else { return Self::around(limit) };
        let turns = turns(stamps);
        let end = latest_before(*last, limit);
        let (last_turn, last_year) = (turns.last().copied().unwrap_or(0), year_of(end).unwrap_or(1970));
        let marks = stamps.iter().zip(&turns).map(|((place, stamp), turn)| {
            let year = last_year.saturating_sub(last_turn.saturating_sub(*turn));
            (*place, stamp.in_year(year).unwrap_or_else(|| nearest(*stamp, stamp_in(year))))
        });
        Self { marks: marks.collect() }
    }

    /// The wall seconds to which the line at this byte is related, and the first byte to which that does not apply.
    pub fn reference(&self, offset: u64) -> (i64, u64) {
        let behind = self.marks.partition_point(|(place, _)| *place <= offset);
        let wall = self.marks.get(behind.saturating_sub(1)).map_or(0, |(_, wall)| *wall);
        (wall, self.marks.get(behind).map_or(u64::MAX, |(place, _)| *place))
    }

    /// The first and last year that were found.
    pub fn span(&self) -> Option<(i32, i32)> {
        let years = || self.marks.iter().filter_map(|(_, wall)| year_of(*wall));
        Some((years().min()?, years().max()?))
    }
}

/// The walk over an input whose end is not known: its beginning is settled, and no line lies after `limit`.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    /// The stamp last seen, and its wall seconds.
    pub last: (Yearless, i64),
    /// Wall seconds that no stamp exceeds.
    pub limit: i64,
}

impl Walk {
    /// The years of the next block, whose lines with stamps are these, in order.
    pub fn block(&mut self, stamps: impl Iterator<Item = (u64, Yearless)>) -> Years {
        let mut marks = vec![(0, self.last.1)];
        for (place, stamp) in stamps {
            let (before, wall) = self.last;
            if (stamp.month, stamp.day) == (before.month, before.day) {
                continue;
            }
            let year = year_of(wall).unwrap_or(1970);
            let same = stamp.in_year(year).unwrap_or_else(|| nearest(stamp, wall));
            let next = stamp.in_year(year.saturating_add(1)).filter(|next| *next <= self.limit);
            // The night is not always in order.
            let last = stamp.in_year(year.saturating_sub(1)).filter(|_| is_return(before, stamp));
            let found = next.filter(|_| is_turn(before, stamp)).or(last).unwrap_or(same);
            self.last = (stamp, found);
            marks.push((place, found));
        }
        Years { marks }
    }
}

/// For each stamp, how many new years lie before it.
fn turns(stamps: &[(u64, Yearless)]) -> Vec<i32> {
    let mut turns: Vec<i32> = Vec::with_capacity(stamps.len());
    let mut turn = 0_i32;
    let mut before: Option<Yearless> = None;
    // Where the last new year was, and the stamp in front of it.
    let mut left: Option<(usize, Yearless)> = None;
    for (index, (_, stamp)) in stamps.iter().enumerate() {
        if let Some(before) = before {
            if is_turn(before, *stamp) {
                turn = turn.saturating_add(1);
                left = Some((index, before));
            } else if let Some((from, leaving)) = left
                && in_leap_year(*stamp).saturating_sub(in_leap_year(before)) > PAUSE
                && in_leap_year(*stamp).saturating_sub(in_leap_year(leaving)).saturating_abs() <= BACK
            {
                turn = turn.saturating_sub(1);
                if !is_night(before, *stamp) {
                    // Back where it was left: what lay between was no new year.
                    turns.iter_mut().skip(from).for_each(|turn| *turn = turn.saturating_sub(1));
                }
                left = None;
            } else if is_return(before, *stamp) {
                // The lines of the night that lie in front of New Year were not looked at.
                turn = turn.saturating_sub(1);
                left = None;
            }
        }
        turns.push(turn);
        before = Some(*stamp);
    }
    turns
}

/// Whether a new year lies between the stamps of neighbouring lines.
fn is_turn(before: Yearless, stamp: Yearless) -> bool {
    let step = in_leap_year(stamp).saturating_sub(in_leap_year(before));
    step < BACK.saturating_neg() && step.saturating_add(366 * DAY) <= PAUSE
}

/// Whether the way leads back over New Year: so long is no pause.
fn is_return(before: Yearless, stamp: Yearless) -> bool {
    in_leap_year(stamp).saturating_sub(in_leap_year(before)) > AHEAD
}

/// Whether the way back over New Year is that of lines of one night.
fn is_night(before: Yearless, stamp: Yearless) -> bool {
    let step = in_leap_year(stamp).saturating_sub(in_leap_year(before));
    (366 * DAY).saturating_sub(step) <= NIGHT
}

/// Wall seconds in a year that has every day.
fn in_leap_year(stamp: Yearless) -> i64 {
    stamp.in_year(2024).unwrap_or(0)
}

/// Somewhere in a year.
fn stamp_in(year: i32) -> i64 {
    super::stamp::days(year, 7, 1).unwrap_or(0).saturating_mul(DAY)
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
    use super::super::HOUR;
    use super::super::stamp::days;
    use super::*;
    use proptest::prelude::*;

    fn wall(year: i32, month: u32, day: u32) -> i64 {
        days(year, month, day).unwrap() * DAY
    }

    fn stamp(month: u32, day: u32) -> Yearless {
        Yearless { month, day, second: 0 }
    }

    /// The days that a file with these stamps has, its last one before `limit`.
    fn walked(stamps: &[(u32, u32)], limit: i64) -> Vec<i64> {
        let placed: Vec<_> = stamps.iter().zip(0..).map(|((m, d), place)| (place, stamp(*m, *d))).collect();
        let years = Years::of_file(&placed, limit);
        placed.iter().map(|(place, _)| years.reference(*place).0).collect()
    }

    #[test]
    fn eighteen_months_without_a_year() {
        let stamps: Vec<_> = (0..18).map(|i| ((i + 5) % 12 + 1, 3)).collect();
        let found = walked(&stamps, wall(2026, 11, 21));
        assert_eq!(
            (found[0], found[6], found[7], found[17]),
            (wall(2025, 6, 3), wall(2025, 12, 3), wall(2026, 1, 3), wall(2026, 11, 3))
        );
    }

    #[test]
    fn disorder_at_new_year() {
        let found = walked(&[(12, 30), (1, 1), (12, 31), (1, 1)], wall(2026, 1, 2));
        assert_eq!(found, [wall(2025, 12, 30), wall(2026, 1, 1), wall(2025, 12, 31), wall(2026, 1, 1)]);
    }

    /// Of the night only the later part was looked at.
    #[test]
    fn a_way_back_over_new_year() {
        let found = walked(&[(9, 26), (1, 1), (12, 31)], wall(2026, 1, 2));
        assert_eq!(found, [wall(2025, 9, 26), wall(2026, 1, 1), wall(2025, 12, 31)]);
    }

    #[test]
    fn a_gap_of_eight_months_is_no_new_year() {
        assert_eq!(walked(&[(2, 1), (10, 1)], wall(2026, 10, 3)), [wall(2026, 2, 1), wall(2026, 10, 1)]);
    }

    #[test]
    fn a_boot_without_a_clock_is_no_new_year() {
        let found = walked(&[(11, 8), (11, 9), (1, 1), (1, 1), (11, 9), (11, 10)], wall(2026, 11, 21));
        assert_eq!(
            (found[0], found[1], found[5]),
            (wall(2026, 11, 8), wall(2026, 11, 9), wall(2026, 11, 10))
        );
        // A stamp from the future is none either.
        let found = walked(&[(11, 8), (12, 31), (11, 9)], wall(2026, 11, 21));
        assert_eq!((found[0], found[2]), (wall(2026, 11, 8), wall(2026, 11, 9)));
    }

    #[test]
    fn leap_days_find_a_leap_year() {
        assert_eq!(latest_before(stamp(2, 29), wall(2026, 11, 21)), wall(2024, 2, 29));
        assert_eq!(resolve(stamp(2, 29), wall(2028, 2, 28)), wall(2028, 2, 29));
        assert_eq!(walked(&[(2, 28), (2, 29), (3, 1)], wall(2024, 3, 2))[1], wall(2024, 2, 29));
    }

    #[test]
    fn a_pipe_walks_the_same_in_any_blocks() {
        let stamps = [(11, 20), (12, 31), (1, 1), (3, 5), (1, 1), (3, 6)];
        let placed: Vec<_> = stamps.iter().zip(1..).map(|((m, d), place)| (place, stamp(*m, *d))).collect();
        let start = Walk { last: (stamp(11, 20), wall(2025, 11, 20)), limit: wall(2026, 11, 21) };
        let mut whole = start;
        let whole = whole.block(placed.iter().copied());
        let mut parts = start;
        for (place, stamp) in placed {
            assert_eq!(
                parts.block(std::iter::once((place, stamp))).reference(place).0,
                whole.reference(place).0
            );
        }
        assert_eq!(whole.reference(6).0, wall(2026, 3, 6));
    }

    /// What a server writes: lines from any second from 2000 to 2036 on, seconds to five months apart, some a little before
    /// the line that they follow, as clocks are set back and processes write late.
    fn timeline() -> impl Strategy<Value = Vec<i64>> {
        let step = prop_oneof![
            20 => 0..HOUR,
            6 => 0..3 * DAY,
            2 => 0..150 * DAY,
            2 => -2 * HOUR..0,
        ];
        let start = wall(2000, 1, 1)..wall(2036, 1, 1);
        (start, proptest::collection::vec(step, 1..60)).prop_map(|(start, steps)| {
            let next = |at: &mut i64, step: i64| {
                *at += step;
                Some(*at)
            };
            let mut walls: Vec<_> = steps.into_iter().scan(start, next).collect();
            // Eighteen months at most: which of two years it was, a longer log cannot say anyway.
            let end = start + 540 * DAY;
            walls.retain(|wall| *wall <= end);
            walls
        })
    }

    fn without_year(wall: i64) -> Yearless {
        let date = super::super::stamp::date(wall.div_euclid(DAY)).unwrap();
        Yearless { month: date.month(), day: date.day(), second: wall.rem_euclid(DAY) }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

        /// The year of every line is found, with a look at each line or only at one in some, in a file and in a pipe.
        #[test]
        fn ten_thousand_timelines(walls in timeline(), every in 1..5_usize, late in 0..300 * DAY, block in 1..9_usize) {
            let lines: Vec<_> = walls.iter().map(|wall| without_year(*wall)).zip(0_u64..).map(|(s, p)| (p, s)).collect();
            // A file is as new as its newest line, or newer.
            let limit = walls.iter().max().unwrap() + late;
            // The newest line ends a file; the stamps looked at are the first of each slice, and the last of the file.
            let is_looked_at = |(place, _): &&(u64, Yearless)| {
                (*place as usize).is_multiple_of(every) || *place as usize + 1 == lines.len()
            };
            let looked_at: Vec<_> = lines.iter().filter(is_looked_at).copied().collect();
            let years = Years::of_file(&looked_at, limit);
            let is_near = |pair: &[i64]| pair[1] - pair[0] < PAUSE - 2 * DAY;
            prop_assume!(looked_at.windows(2).all(|pair| is_near(&[walls[pair[0].0 as usize], walls[pair[1].0 as usize]])));
            for (place, stamp) in &lines {
                let found = resolve(*stamp, years.reference(*place).0);
                prop_assert_eq!(found, walls[*place as usize], "line {} of {:?}", place, walls);
            }
            let mut walk = Walk { last: (lines[0].1, walls[0]), limit };
            for block in lines.chunks(block) {
                let years = walk.block(block.iter().map(|(place, stamp)| (*place, *stamp)));
                for (place, stamp) in block {
                    let found = resolve(*stamp, years.reference(*place).0);
                    prop_assert_eq!(found, walls[*place as usize], "line {} of a pipe of {:?}", place, walls);
                }
            }
        }
    }
}

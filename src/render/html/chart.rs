//! Columns of days as shapes: where they stand and how high they are. The script of the page draws the same ones.

use super::parts::{Piece, pieces};
use crate::render::{Style, dates, number};
use crate::report::stacked::Stacked;

/// How high the chart is, and how wide a day, in units of its own: the page stretches it.
const HIGH: u64 = 10_000;
const WIDE: u64 = 100;
/// What is left free on either side of a column.
const GAP: u64 = 12;
/// What is there at all can be seen.
const LEAST: u64 = 40;
/// About how many days have their date below them.
const DATES: usize = 7;

/// A chart.
pub struct Chart {
    /// Its width.
    pub width: u64,
    /// Parts of columns.
    pub bars: Vec<Bar>,
    /// The column of the unfinished day.
    pub hatched: Option<Bar>,
    /// What the lines stand for, from the top.
    pub scale: Vec<String>,
    /// What stands below each day.
    pub dates: Vec<String>,
    /// What the colours stand for.
    pub legend: Vec<Entry>,
    /// What is said instead of all that.
    pub words: String,
}

/// A part of a column.
pub struct Bar {
    /// From the left.
    pub x: u64,
    /// From the top.
    pub y: u64,
    /// Width.
    pub w: u64,
    /// Height.
    pub h: u64,
    /// Which colour.
    pub color: usize,
}

/// What a colour stands for.
pub struct Entry {
    /// Which colour.
    pub color: usize,
    /// Its name.
    pub name: Vec<Piece>,
    /// How much.
    pub count: String,
    /// How much of all.
    pub share: String,
}

impl Chart {
    /// Draws columns of days.
    pub fn of(stacked: &Stacked, unit: &str, style: &Style) -> Self {
        let largest = (0..stacked.days.len()).map(|day| stacked.total(day)).max().unwrap_or(0);
        let top = round(largest);
        let bars = (0..stacked.days.len()).flat_map(|day| column(stacked, day, top)).collect();
        let all = stacked.series.iter().fold(0_u64, |sum, series| sum.saturating_add(series.total));
        let entry = |series: &crate::report::stacked::Series| Entry {
            color: series.color,
            name: pieces(std::slice::from_ref(&series.name), style),
            count: number::grouped(series.total),
            share: number::share(series.total, all),
        };
        let every = stacked.days.len().div_ceil(DATES).max(1);
        let date = |(place, day): (usize, &i64)| match place.checked_rem(every) {
            Some(0) => date(*day, every),
            _ => String::new(),
        };
        Self {
            width: u64::try_from(stacked.days.len()).unwrap_or(0).saturating_mul(WIDE),
            bars,
            hatched: stacked.unfinished.map(|day| hatched(stacked, day, top)),
            scale: [top, top.div_euclid(2), 0].map(number::grouped).to_vec(),
            dates: stacked.days.iter().enumerate().map(date).collect(),
            legend: stacked.series.iter().map(entry).collect(),
            words: format!(
                "{} {unit} in {} days, as columns; the numbers stand below",
                number::grouped(all),
                stacked.days.len()
            ),
        }
    }
}

/// `Mon 16` where each day has its date, else `16 Nov`.
fn date(day: i64, every: usize) -> String {
    let day = dates::day(day);
    let words: Vec<&str> = day.split(' ').collect();
    match words.as_slice() {
        [weekday, number, _] if every == 1 => format!("{weekday} {number}"),
        [_, number, month] => format!("{number} {month}"),
        _ => day,
    }
}

/// The height of a number.
fn height(count: u64, top: u64) -> u64 {
    let scaled = u128::from(count).saturating_mul(u128::from(HIGH)).checked_div(u128::from(top)).unwrap_or(0);
    u64::try_from(scaled).unwrap_or(HIGH).min(HIGH)
}

fn place(day: usize) -> u64 {
    u64::try_from(day).unwrap_or(0).saturating_mul(WIDE).saturating_add(GAP)
}

const BAR: u64 = WIDE - 2 * GAP;

fn column(stacked: &Stacked, day: usize, top: u64) -> Vec<Bar> {
    let (mut below, mut bars) = (0_u64, Vec::new());
    for series in &stacked.series {
        let count = series.counts.get(day).copied().unwrap_or(0);
        if count > 0 {
            let from = height(below, top);
            below = below.saturating_add(count);
            let h = height(below, top).saturating_sub(from).max(LEAST);
            let y = HIGH.saturating_sub(from).saturating_sub(h);
            bars.push(Bar { x: place(day), y, w: BAR, h, color: series.color });
        }
    }
    bars
}

fn hatched(stacked: &Stacked, day: usize, top: u64) -> Bar {
    let h = height(stacked.total(day), top);
    Bar { x: place(day), y: HIGH.saturating_sub(h), w: BAR, h, color: 0 }
}

/// The next number with one digit that is not 0, or 1.5, 2.5 of such: what the highest line stands for.
fn round(largest: u64) -> u64 {
    let mut unit = 1_u64;
    while unit.saturating_mul(10) < largest {
        unit = unit.saturating_mul(10);
    }
    let steps = [2, 4, 6, 8, 10].into_iter().map(|step| unit.saturating_mul(step));
    steps.into_iter().find(|step| *step >= largest).unwrap_or(largest).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_line_is_round_and_above_all() {
        let rounded = [0, 1, 2, 3, 10, 11, 6_402, 9_001].map(round);
        assert_eq!(rounded, [2, 2, 2, 4, 10, 20, 8_000, 10_000]);
    }
}

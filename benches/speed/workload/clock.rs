//! The time within a log, and how logs write it.

use std::fmt;

use chrono::{DateTime, Datelike as _, Days, NaiveDate};

use super::rng::Rng;
use super::stage::put;

/// 20 November 2026, the day on which every log ends, in days since 1970.
const LAST_DAY: u64 = 20_777;
/// The months as logs name them.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// The most days of a log: BSD stamps have no year, so that a log must not reach into the year before.
pub const MOST_DAYS: u64 = 300;

/// How a time is written; in a log, also how its lines are.
#[derive(Clone, Copy)]
pub enum Stamp {
    /// `Nov  7 10:00:00`
    Bsd,
    /// `2026-11-07 10:00:00`
    Dashed,
    /// `2026-11-07T10:00:00Z`
    Rfc3339,
    /// `2026-11-07T10:00:00.000Z`, followed by a comma; lines end as on Windows
    Exchange,
    /// `Sat, 7 Nov 2026 10:00:00 +0000`
    Mail,
}

impl Stamp {
    /// What stands between the time and the rest of a line.
    pub fn gap(self) -> u8 {
        if let Stamp::Exchange = self { b',' } else { b' ' }
    }

    /// What ends a line.
    pub fn end(self) -> &'static [u8] {
        if let Stamp::Exchange = self { b"\r\n" } else { b"\n" }
    }
}

/// The time within a log: it never goes back, and never leaves its day before it is told to.
pub struct Clock {
    days: u64,
    day: u64,
    date: NaiveDate,
    millis: u64,
    step: u64,
}

impl Clock {
    /// A clock at the begin of a log of so many bytes and days: half a second a line, less where that would
    /// not fit into the days.
    pub fn new(bytes: u64, days: u64) -> Self {
        let lines_a_day = bytes / days / 140;
        let step = 72_000_000 / lines_a_day.max(1);
        Self { days, day: 0, date: date(days, 0), millis: 0, step: step.min(500) }
    }

    /// Goes to the begin of a day, of which the first is 0.
    pub fn start(&mut self, day: u64) {
        self.day = day;
        self.date = date(self.days, day);
        self.millis = 0;
    }

    /// Goes on by the time of one line.
    pub fn tick(&mut self, rng: &mut Rng) {
        self.millis = (self.millis + rng.below(2 * self.step + 1)).min(86_399_999);
    }

    /// Milliseconds since the begin of the log.
    pub fn elapsed(&self) -> u64 {
        self.day * 86_400_000 + self.millis
    }

    /// Seconds since 1970.
    pub fn epoch(&self) -> u64 {
        (LAST_DAY + 1 - self.days) * 86_400 + self.elapsed() / 1000
    }

    /// `20261107`, of the day that is so many days after the first.
    pub fn day_name(&self, day: u64) -> impl fmt::Display + use<> {
        date(self.days, day).format("%Y%m%d")
    }

    /// Appends the time.
    pub fn stamp(&self, style: Stamp, out: &mut Vec<u8>) {
        let second = self.millis / 1000;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
        let name = MONTHS[self.date.month0() as usize];
        match style {
            Stamp::Bsd => put!(out, "{name} {day:2} {hour:02}:{minute:02}:{second:02}"),
            Stamp::Dashed => put!(out, "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            Stamp::Rfc3339 => put!(out, "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
            Stamp::Exchange => {
                let millis = self.millis % 1000;
                put!(out, "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z");
            }
            Stamp::Mail => {
                let weekday = self.date.weekday();
                put!(out, "{weekday}, {day} {name} {year} {hour:02}:{minute:02}:{second:02} +0000");
            }
        }
    }
}

/// The date of a day of a log of so many days.
fn date(days: u64, day: u64) -> NaiveDate {
    let last = DateTime::UNIX_EPOCH.date_naive() + Days::new(LAST_DAY);
    last - Days::new(days - 1) + Days::new(day)
}

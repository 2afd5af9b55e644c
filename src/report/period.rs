//! Days put together to weeks and months.

use crate::time::stamp::{date, days};
use chrono::Datelike;
use clap::ValueEnum;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Interval {
    /// A day
    Day,
    /// A week, from Monday
    Week,
    /// A calendar month
    Month,
}

impl Interval {
    /// The first day (days since 1970) of the period in which a day lies.
    pub fn start(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            // The first of January 1970 was a Thursday.
            Self::Week => day.saturating_sub(day.saturating_add(3).rem_euclid(7)),
            Self::Month => date(day).and_then(|date| days(date.year(), date.month(), 1)).unwrap_or(day),
        }
    }

    /// The first days of all periods from one day to another.
    pub fn starts(self, first: i64, last: i64) -> impl Iterator<Item = i64> {
        let next = move |start: &i64| {
            let behind = match self {
                Self::Day => start.saturating_add(1),
                Self::Week => start.saturating_add(7),
                Self::Month => self.start(start.saturating_add(31)),
            };
            (behind <= last && behind > *start).then_some(behind)
        };
        std::iter::successors(Some(self.start(first)), next)
    }

    /// What stands above them.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Day => "per day",
            Self::Week => "per week from",
            Self::Month => "per month from",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods() {
        let day = |y, m, d| days(y, m, d).expect("a day");
        let saturday = day(2026, 11, 21);
        assert_eq!(Interval::Week.start(saturday), day(2026, 11, 16));
        assert_eq!(Interval::Week.start(day(2026, 11, 16)), day(2026, 11, 16));
        assert_eq!(Interval::Month.start(saturday), day(2026, 11, 1));
        let months: Vec<i64> = Interval::Month.starts(day(2026, 12, 31), day(2027, 3, 1)).collect();
        assert_eq!(months, [day(2026, 12, 1), day(2027, 1, 1), day(2027, 2, 1), day(2027, 3, 1)]);
        let weeks: Vec<i64> = Interval::Week.starts(day(2026, 11, 1), saturday).collect();
        assert_eq!(weeks, [day(2026, 10, 26), day(2026, 11, 2), day(2026, 11, 9), day(2026, 11, 16)]);
        assert_eq!(Interval::Day.starts(saturday, saturday).count(), 1);
    }
}

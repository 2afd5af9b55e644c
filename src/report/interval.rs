//! Stretches of time that rows and bars stand for: `--interval`.

use super::subject::Subject;
use super::value::Value;
use crate::tally::cell::Unit;
use crate::time::stamp::{date, days};
use crate::time::{DAY, HOUR};
use chrono::Datelike;
use clap::ValueEnum;
use std::collections::BTreeMap;

/// How long a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Interval {
    /// Hours
    Hour,
    /// Days
    #[default]
    Day,
    /// Weeks from Monday
    Week,
    /// Months
    Month,
    /// Hours of up to 2 days, days of up to 2 months, weeks of up to a year, else months
    Auto,
}

/// Stretches longer than this are shown by the next longer interval: in days.
const SHORT: [i64; 3] = [2, 62, 366];

/// More of them are not filled in where nothing was counted: a day without a message is a fact, a thousand years of them are
/// not.
const MOST: usize = 4000;

impl Interval {
    /// What `auto` is for this many days; hours only if they were counted.
    fn of(self, length: i64, unit: Unit) -> Self {
        let [hours, days, weeks] = SHORT;
        match self {
            Self::Auto if unit == Unit::Hour && length <= hours => Self::Hour,
            Self::Auto if length <= days => Self::Day,
            Self::Auto if length <= weeks => Self::Week,
            Self::Auto => Self::Month,
            other => other,
        }
    }

    /// Whether hours have to be counted, for a window of this many days (`None`: nobody knows before they are read).
    pub fn needs_hours(self, length: Option<i64>) -> bool {
        let [hours, ..] = SHORT;
        self == Self::Hour || (self == Self::Auto && length.is_some_and(|length| length <= hours))
    }

    /// What `auto` is for the window of a subject.
    pub fn settled(self, subject: &Subject<'_>) -> Self {
        let (first, last) = subject.days().unwrap_or_default();
        self.of(last.saturating_sub(first).saturating_add(1), subject.table.unit())
    }

    /// The beginning of the stretch in which a bucket lies, wall seconds since 1970.
    pub fn begin_of(self, subject: &Subject<'_>, bucket: Option<i64>) -> Option<i64> {
        bucket.map(|bucket| self.begin(bucket.saturating_mul(subject.table.unit().seconds())))
    }

    /// A stretch for programs: the day, or the hour, with which it begins.
    pub fn datum(self, begin: Option<i64>) -> Value {
        match (self, begin) {
            (_, None) => Value::Missing,
            (Self::Hour, Some(begin)) => Value::Hour(begin),
            (_, Some(begin)) => Value::Day(begin.div_euclid(DAY)),
        }
    }

    /// "per week".
    pub fn per(self) -> &'static str {
        match self {
            Self::Hour => "per hour",
            Self::Day | Self::Auto => "per day",
            Self::Week => "per week",
            Self::Month => "per month",
        }
    }

    /// "per week from", above the days with which stretches begin.
    pub fn per_from(self) -> &'static str {
        match self {
            Self::Week => "per week from",
            Self::Month => "per month from",
            Self::Hour | Self::Day | Self::Auto => self.per(),
        }
    }

    /// The beginning of the stretch in which a moment of the wall lies; both are wall seconds since 1970.
    fn begin(self, wall: i64) -> i64 {
        let day = wall.div_euclid(DAY);
        match self {
            Self::Hour => wall.div_euclid(HOUR).saturating_mul(HOUR),
            Self::Day | Self::Auto => day.saturating_mul(DAY),
            // 1970 began on a Thursday.
            Self::Week => day.saturating_sub(day.saturating_add(3).rem_euclid(7)).saturating_mul(DAY),
            Self::Month => {
                let first = date(day).and_then(|date| days(date.year(), date.month(), 1));
                first.unwrap_or(day).saturating_mul(DAY)
            }
        }
    }

    /// The beginning of the next one.
    fn next(self, begin: i64) -> i64 {
        let longest = match self {
            Self::Hour => HOUR,
            Self::Day | Self::Auto => DAY,
            Self::Week => DAY.saturating_mul(7),
            Self::Month => DAY.saturating_mul(31),
        };
        self.begin(begin.saturating_add(longest))
    }

    /// A stretch, for people.
    fn name(self, begin: i64) -> Value {
        let day = begin.div_euclid(DAY);
        match self {
            Self::Hour => Value::Hour(begin),
            Self::Day | Self::Auto => Value::Day(day),
            Self::Week => Value::Days(day, day.saturating_add(6)),
            Self::Month => Value::Month(day),
        }
    }
}

/// Sums over stretches of time, in their order; `None` is input that was counted without days.
#[derive(Debug)]
pub struct Periods<T> {
    interval: Interval,
    /// By the beginning, wall seconds since 1970.
    sums: BTreeMap<Option<i64>, T>,
    /// First day of the window, and the moment at which the newest record leaves it unfinished.
    ends: (i64, Option<i64>),
    zone: crate::time::Zone,
}

impl<T: Default> Periods<T> {
    /// All stretches of the window, with nothing in them yet.
    pub fn new(subject: &Subject<'_>, asked: Interval) -> Self {
        let zone = subject.scope.zone;
        let wall = |instant: i64| instant.saturating_add(i64::from(zone.offset_at(instant)));
        let ends = subject.ends().map(|(since, until)| (wall(since), wall(until)));
        Self::between(subject, asked, ends)
    }

    /// The same from the first of these buckets to the end of the window.
    pub fn since_first(
        subject: &Subject<'_>,
        asked: Interval,
        buckets: impl Iterator<Item = i64> + Clone,
    ) -> Self {
        let zone = subject.scope.zone;
        let wall = |bucket: i64| bucket.saturating_mul(subject.table.unit().seconds());
        let last = subject.ends().map(|(_, until)| until.saturating_add(i64::from(zone.offset_at(until))));
        let first = buckets.clone().min().map(wall);
        let last = last.max(buckets.max().map(wall));
        Self::between(subject, asked, first.zip(last))
    }

    /// All stretches from a moment of the wall to another.
    fn between(subject: &Subject<'_>, asked: Interval, ends: Option<(i64, i64)>) -> Self {
        let interval = asked.settled(subject);
        let (first, _) = subject.days().unwrap_or_default();
        let unfinished = subject.unfinished().map(|(_, newest)| newest);
        let zone = subject.scope.zone;
        let mut sums = BTreeMap::new();
        if let Some((since, end)) = ends {
            let begin = interval.begin(since);
            let begins = std::iter::successors(Some(begin), |begin| Some(interval.next(*begin)));
            let begins: Vec<i64> = begins.take_while(|begin| *begin <= end).take(MOST).collect();
            if begins.len() < MOST {
                sums.extend(begins.into_iter().map(|begin| (Some(begin), T::default())));
            }
        }
        Self { interval, sums, ends: (first, unfinished), zone }
    }

    /// The sum of the stretch in which a bucket lies.
    pub fn of(&mut self, subject: &Subject<'_>, bucket: Option<i64>) -> &mut T {
        self.sums.entry(self.interval.begin_of(subject, bucket)).or_default()
    }
}

impl<T> Periods<T> {
    /// The interval, which is never `auto`.
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// The sums.
    pub fn sums(&self) -> impl Iterator<Item = &T> {
        self.sums.values()
    }

    /// The sum of what has no day.
    pub fn undated(&self) -> Option<&T> {
        self.sums.get(&None)
    }

    /// Stretches with their names, and what is to be said of one that the window cuts.
    pub fn dated(&self) -> impl Iterator<Item = (Value, Vec<Value>, &T)> {
        let dated = self.sums.iter().filter_map(|(begin, sum)| Some(((*begin)?, sum)));
        dated.map(|(begin, sum)| (self.interval.name(begin), self.cut(begin), sum))
    }

    /// The same in few letters: the day, or the hour, with which a stretch begins.
    pub fn begun(&self, newest: Option<i64>) -> impl Iterator<Item = (Value, &T)> {
        let dated = self.sums.iter().filter_map(|(begin, sum)| Some(((*begin)?, sum)));
        dated.map(move |(begin, sum)| {
            let day = begin.div_euclid(DAY);
            let name = match self.interval {
                Interval::Week | Interval::Month => Value::Date(day, newest.unwrap_or(day)),
                Interval::Hour | Interval::Day | Interval::Auto => self.interval.name(begin),
            };
            (name, sum)
        })
    }

    /// The same for programs: a stretch is the day, or the hour, with which it begins.
    pub fn data(&self) -> impl Iterator<Item = (Value, &T)> {
        self.sums.iter().map(|(begin, sum)| (self.interval.datum(*begin), sum))
    }

    /// The same without what has no day.
    pub fn data_dated(&self) -> impl Iterator<Item = (Value, &T)> {
        self.data().filter(|(begin, _)| *begin != Value::Missing)
    }

    fn cut(&self, begin: i64) -> Vec<Value> {
        let (first, unfinished) = self.ends;
        let next = self.interval.next(begin);
        let mut said = Vec::new();
        if begin < first.saturating_mul(DAY) && next > first.saturating_mul(DAY) {
            said.extend(["  from ".into(), Value::Day(first)]);
        }
        let newest = unfinished.filter(|newest| {
            let wall = newest.saturating_add(i64::from(self.zone.offset_at(*newest)));
            (begin..next).contains(&wall)
        });
        match (self.interval, newest) {
            (Interval::Day | Interval::Auto, Some(newest)) => {
                said.extend(["  until ".into(), Value::TimeOfDay(newest)]);
            }
            (Interval::Week | Interval::Month, Some(newest)) => {
                said.extend(["  until ".into(), Value::Moment(newest)]);
            }
            (Interval::Hour, _) | (_, None) => {}
        }
        said
    }
}

/// What the column of a stretch is called: only days are days.
pub fn column(interval: Option<Interval>) -> &'static str {
    if interval.unwrap_or_default() == Interval::Day { "day" } else { "period" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_begin_where_they_should() {
        let day = |y, m, d| days(y, m, d).unwrap() * DAY;
        let noon = day(2026, 11, 15) + 12 * HOUR + 60;
        assert_eq!(Interval::Hour.begin(noon), day(2026, 11, 15) + 12 * HOUR);
        assert_eq!(Interval::Day.begin(noon), day(2026, 11, 15));
        // A Sunday belongs to the week of the Monday before.
        assert_eq!(Interval::Week.begin(noon), day(2026, 11, 9));
        assert_eq!(Interval::Week.begin(day(2026, 11, 16)), day(2026, 11, 16));
        assert_eq!(Interval::Week.begin(day(1969, 12, 31)), day(1969, 12, 29));
        assert_eq!(Interval::Month.begin(noon), day(2026, 11, 1));
        assert_eq!(Interval::Month.next(day(2026, 2, 1)), day(2026, 3, 1));
        assert_eq!(Interval::Month.next(day(2026, 12, 1)), day(2027, 1, 1));
    }

    #[test]
    fn auto_goes_by_the_length_of_the_window() {
        let of = |length, unit| Interval::Auto.of(length, unit);
        assert_eq!(of(2, Unit::Hour), Interval::Hour);
        assert_eq!(
            (of(2, Unit::Day), of(3, Unit::Hour), of(62, Unit::Day)),
            (Interval::Day, Interval::Day, Interval::Day)
        );
        assert_eq!(
            (of(63, Unit::Day), of(366, Unit::Day), of(367, Unit::Day)),
            (Interval::Week, Interval::Week, Interval::Month)
        );
    }
}

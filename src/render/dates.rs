//! What days and times look like.

use super::Style;
use crate::time::DAY;
use crate::time::stamp::date;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

impl Style {
    fn wall(&self, instant: i64) -> Option<NaiveDateTime> {
        let wall = instant.saturating_add(i64::from(self.zone.offset_at(instant)));
        Some(chrono::DateTime::from_timestamp(wall, 0)?.naive_utc())
    }

    fn formatted(&self, instant: i64, format: &str) -> String {
        self.wall(instant).map_or_else(String::new, |wall| wall.format(format).to_string())
    }

    /// `Sat 21 Nov 2026 19:42`.
    pub fn moment(&self, instant: i64) -> String {
        self.formatted(instant, "%a %-d %b %Y %H:%M")
    }

    /// `2026-11-21 19:42`.
    pub fn minute(&self, instant: i64) -> String {
        self.formatted(instant, "%Y-%m-%d %H:%M")
    }

    /// `19:42`.
    pub fn time_of_day(&self, instant: i64) -> String {
        self.formatted(instant, "%H:%M")
    }

    /// `2026-11-21T19:42:10+01:00`, RFC 3339; without the offset where the logs have no zone.
    pub fn rfc3339(&self, instant: i64) -> String {
        // That is how chrono writes a time for debugging, three times as fast as by a format.
        let wall = self.wall(instant).map_or_else(String::new, |wall| format!("{wall:?}"));
        if self.log_time {
            return wall;
        }
        let offset = self.zone.offset_at(instant);
        if offset == 0 {
            return format!("{wall}Z");
        }
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs().div_euclid(60);
        format!("{wall}{sign}{:02}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60))
    }
}

/// `Sat 21 Nov`.
pub fn day(days: i64) -> String {
    date(days).map_or_else(String::new, |date| date.format("%a %-d %b").to_string())
}

/// `21 Nov`, or `21 Nov 2025` where the second day is of another year.
pub fn short(day: i64, now: i64) -> String {
    let is_same_year = date(day).zip(date(now)).is_some_and(|(day, now)| day.year() == now.year());
    let format = if is_same_year { "%-d %b" } else { "%-d %b %Y" };
    date(day).map_or_else(String::new, |date| date.format(format).to_string())
}

/// `Sat 21 Nov 19:00`, of wall seconds.
pub fn hour(wall: i64) -> String {
    let hour = wall.rem_euclid(DAY).div_euclid(3600);
    format!("{} {hour:02}:00", day(wall.div_euclid(DAY)))
}

/// `Nov 2026`.
pub fn month(days: i64) -> String {
    date(days).map_or_else(String::new, |date| date.format("%b %Y").to_string())
}

/// `2026-11-21`.
pub fn iso_day(days: i64) -> String {
    date(days).map_or_else(String::new, |date| date.to_string())
}

/// `2026-11-21T19:00`, of wall seconds.
pub fn iso_hour(wall: i64) -> String {
    let hour = wall.rem_euclid(DAY).div_euclid(3600);
    format!("{}T{hour:02}:00", iso_day(wall.div_euclid(DAY)))
}

/// `Sat 21 Nov 2026`, `15 - 21 Nov 2026`, `23 Aug - 21 Nov 2026`, `20 Dec 2025 - 5 Jan 2026`.
pub fn range(first: i64, last: i64) -> String {
    let (Some(a), Some(b)) = (date(first), date(last)) else { return String::new() };
    let full = |date: NaiveDate| date.format("%-d %b %Y").to_string();
    if first == last {
        return a.format("%a %-d %b %Y").to_string();
    }
    let start = match (a.year() == b.year(), a.month() == b.month()) {
        (true, true) => a.format("%-d").to_string(),
        (true, false) => a.format("%-d %b").to_string(),
        (false, _) => full(a),
    };
    format!("{start} - {}", full(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::stamp::days;

    #[test]
    fn ranges() {
        let day = |y, m, d| days(y, m, d).unwrap();
        assert_eq!(range(day(2026, 11, 21), day(2026, 11, 21)), "Sat 21 Nov 2026");
        assert_eq!(range(day(2026, 11, 15), day(2026, 11, 21)), "15 - 21 Nov 2026");
        assert_eq!(range(day(2026, 8, 23), day(2026, 11, 21)), "23 Aug - 21 Nov 2026");
        assert_eq!(range(day(2025, 12, 20), day(2026, 1, 5)), "20 Dec 2025 - 5 Jan 2026");
    }
}

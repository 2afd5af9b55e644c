//! `--since`, `--until`, `--as-of`: what is typed, and the stretch of time that it means once the newest record is
//! known.

use super::stamp::{self, Stamp};
use super::zone::{Zone, day_of};
use super::{DAY, HOUR};

/// The forms that are taken, for error messages.
pub const FORMS: &str = "a day (2026-11-01, today, yesterday), an instant (2026-11-01T10:00, with or without a zone, \
                         or @1793527200), or a stretch back from the newest record (7d, 12h, 4w)";

/// One end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A day (days since 1970, in the zone that is shown), whole at either end.
    Day(i64),
    /// An instant (seconds since 1970, UTC).
    Instant(i64),
    /// So many days back from the newest record: with 7, the newest day and the 6 before.
    DaysBack(i64),
    /// So many hours back from the newest record: with 12, the newest hour and the 11 before.
    HoursBack(i64),
}

/// What was typed for `--as-of`: the moment from which windows count back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The newest record of the input.
    Newest,
    /// This instant, or the end of this day.
    At(i64),
}

/// A window as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its start; `None` is the beginning of the logs.
    pub since: Option<Bound>,
    /// Its end; `None` is the newest record.
    pub until: Option<Bound>,
    /// Where counting back begins.
    pub as_of: AsOf,
}

/// A window as instants: `since` belongs to it, `until` does not. `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First instant.
    pub since: Option<i64>,
    /// First instant behind it.
    pub until: Option<i64>,
}

impl Span {
    /// Whether an instant lies in it.
    pub fn contains(&self, instant: i64) -> bool {
        self.since.is_none_or(|since| instant >= since) && self.until.is_none_or(|until| instant < until)
    }
}

impl Window {
    /// All that the logs hold.
    pub const ALL: Self = Self { since: None, until: None, as_of: AsOf::Newest };

    /// The window in instants. `newest` is the newest record of the input; without any, only ends that do not count
    /// back are kept.
    pub fn resolve(&self, newest: Option<i64>, zone: Zone) -> Span {
        let anchor = match self.as_of {
            AsOf::Newest => newest,
            AsOf::At(instant) => Some(instant),
        };
        let start = |bound| start_of(bound, anchor, zone);
        let until = match self.until {
            Some(Bound::Day(day)) => Some(midnight(day.saturating_add(1), zone)),
            Some(bound) => start(bound),
            None => match self.as_of {
                AsOf::Newest => None,
                AsOf::At(instant) => Some(instant.saturating_add(1)),
            },
        };
        Span { since: self.since.and_then(start), until }
    }

    /// Whether all that the logs hold lies in it.
    pub fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.as_of == AsOf::Newest
    }

    /// How many days it has, if that is known before the newest record is.
    pub fn days_known(&self) -> Option<i64> {
        match (self.since?, self.until) {
            (Bound::DaysBack(days), None) => Some(days),
            (Bound::HoursBack(hours), None) => Some(hours.saturating_add(23).div_euclid(24)),
            (Bound::Day(first), Some(Bound::Day(last))) => Some(last.saturating_sub(first).saturating_add(1)),
            (Bound::DaysBack(first), Some(Bound::DaysBack(last))) => Some(first.saturating_sub(last)),
            (Bound::Instant(since), Some(Bound::Instant(until))) => {
                Some(until.saturating_sub(since).div_euclid(DAY).saturating_add(1))
            }
            _ => None,
        }
    }

    /// Whether buckets of an hour are needed to cut it out of the tally.
    pub fn needs_hours(&self, zone: Zone) -> bool {
        let at_midnight = |instant: i64| midnight(day_at(instant, zone), zone) == instant;
        let by_hour = |bound: &Bound| match bound {
            Bound::HoursBack(_) => true,
            Bound::Instant(instant) => !at_midnight(*instant),
            Bound::Day(_) | Bound::DaysBack(_) => false,
        };
        self.since.iter().chain(&self.until).any(by_hour)
    }
}

fn start_of(bound: Bound, anchor: Option<i64>, zone: Zone) -> Option<i64> {
    match bound {
        Bound::Instant(instant) => Some(instant),
        Bound::Day(day) => Some(midnight(day, zone)),
        Bound::DaysBack(days) => {
            let newest = day_at(anchor?, zone);
            Some(midnight(newest.saturating_sub(days).saturating_add(1), zone))
        }
        Bound::HoursBack(hours) => {
            let offset = i64::from(zone.offset_at(anchor?));
            let hour =
                anchor?.saturating_add(offset).div_euclid(HOUR).saturating_mul(HOUR).saturating_sub(offset);
            Some(hour.saturating_sub(hours.saturating_sub(1).saturating_mul(HOUR)))
        }
    }
}

/// The day (days since 1970) of an instant in a zone.
pub fn day_at(instant: i64, zone: Zone) -> i64 {
    day_of(instant.saturating_add(i64::from(zone.offset_at(instant))))
}

/// The instant at which a day begins in a zone.
pub fn midnight(day: i64, zone: Zone) -> i64 {
    zone.instant(day.saturating_mul(DAY))
}

/// Days that somebody counted together: first and last, days since 1970 in the zone that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first day.
    pub first: i64,
    /// The last day.
    pub last: i64,
}

impl Period {
    /// Reads `2026-11-09..2026-11-15`; a day alone is that day.
    pub fn parse(text: &str) -> Option<Self> {
        let day = |text: &str| {
            let is_date = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
            stamp::table(text.as_bytes(), None).filter(|_| is_date).map(|stamp| day_of(stamp.wall))
        };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let period = Self { first: day(first)?, last: day(last)? };
        (period.first <= period.last).then_some(period)
    }

    /// Its first and last second.
    pub fn span(self, zone: Zone) -> (i64, i64) {
        (midnight(self.first, zone), midnight(self.last.saturating_add(1), zone).saturating_sub(1))
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [first, last] = [self.first, self.last].map(|day| stamp::date(day).unwrap_or_default());
        write!(f, "{first}..{last}")
    }
}

/// Reads one end of a window. `now` is for `today` and `yesterday`; the error names the forms that are taken.
pub fn parse(text: &str, zone: Zone, now: i64) -> Result<Bound, String> {
    let refused = || format!("{text:?} is not a time: take {FORMS}");
    let word = text.trim();
    let today = day_at(now, zone);
    match word {
        "today" => return Ok(Bound::Day(today)),
        "yesterday" => return Ok(Bound::Day(today.saturating_sub(1))),
        _ => {}
    }
    if let Some(bound) = stretch(word) {
        return bound.ok_or_else(refused);
    }
    if let Some(seconds) = word.strip_prefix('@') {
        return seconds.parse().map(Bound::Instant).map_err(|_| refused());
    }
    let bytes = word.as_bytes();
    let is_date = bytes.len() == 10 && bytes.iter().filter(|b| **b == b'-').count() == 2;
    let starts_with_year = bytes.get(4) == Some(&b'-');
    let stamp = stamp::table(bytes, None).filter(|_| starts_with_year).ok_or_else(refused)?;
    Ok(match stamp {
        Stamp { wall, .. } if is_date => Bound::Day(day_of(wall)),
        Stamp { wall, offset: Some(offset) } => Bound::Instant(wall.saturating_sub(i64::from(offset))),
        Stamp { wall, offset: None } => Bound::Instant(zone.instant(wall)),
    })
}

/// `7d`, `12h`, `4w`; `Some(None)` is one that is out of range.
fn stretch(word: &str) -> Option<Option<Bound>> {
    let unit = word.chars().last().filter(|unit| matches!(unit, 'h' | 'd' | 'w'))?;
    let digits = word.strip_suffix(unit)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse::<i64>().ok().filter(|count| (1..=1_000_000).contains(count));
    Some(count.map(|count| match unit {
        'h' => Bound::HoursBack(count),
        'w' => Bound::DaysBack(count.saturating_mul(7)),
        _ => Bound::DaysBack(count),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_262_400; // 2026-11-21T12:00:00Z

    fn span(since: &str, until: &str) -> Span {
        let parse = |text: &str| (!text.is_empty()).then(|| parse(text, Zone::Utc, NOON).unwrap());
        Window { since: parse(since), until: parse(until), as_of: AsOf::Newest }
            .resolve(Some(NOON), Zone::Utc)
    }

    #[test]
    fn days_are_whole_at_either_end() {
        let day = NOON - NOON % DAY;
        assert_eq!(span("2026-11-20", "2026-11-21"), Span { since: Some(day - DAY), until: Some(day + DAY) });
        assert_eq!(span("yesterday", "today"), span("2026-11-20", "2026-11-21"));
        assert_eq!(span("7d", "").since, Some(day - 6 * DAY));
        assert_eq!(span("1w", "").since, Some(day - 6 * DAY));
        assert_eq!(span("14d", "7d"), Span { since: Some(day - 13 * DAY), until: Some(day - 6 * DAY) });
        assert_eq!(span("12h", "").since, Some(NOON - 11 * HOUR));
    }

    #[test]
    fn instants() {
        assert_eq!(span("2026-11-21T12:00", ""), Span { since: Some(NOON), until: None });
        assert_eq!(span("2026-11-21T13:00:00+01:00", ""), Span { since: Some(NOON), until: None });
        assert_eq!(span(&format!("@{NOON}"), ""), Span { since: Some(NOON), until: None });
    }

    #[test]
    fn nonsense_is_refused_with_the_forms() {
        for text in
            ["", "soon", "0d", "7", "d", "-7d", "2026-13-01", "11/21/2026", "99999999999999999999d", "2026"]
        {
            let error = parse(text, Zone::Utc, NOON).unwrap_err();
            assert!(error.contains("2026-11-01") && error.contains("7d"), "{text}: {error}");
        }
    }
}

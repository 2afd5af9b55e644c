//! Zones: of the logs, and of what is shown.

use super::{DAY, HOUR, Stamp};
use chrono::offset::LocalResult;
use chrono::{Local, NaiveDateTime, Offset, TimeZone};
use std::fmt;

/// A time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// An IANA name.
    Named(chrono_tz::Tz),
    /// The zone of this machine.
    Local,
}

impl Zone {
    /// The zone of a name: `UTC`, `local`, or an IANA name without regard to case.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utc" | "z" => Some(Self::Utc),
            "local" => Some(Self::Local),
            _ => chrono_tz::Tz::from_str_insensitive(name).ok().map(Self::Named),
        }
    }

    /// Its name, as `--timezone` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Named(zone) => zone.name(),
            Self::Local => "local",
        }
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at(self, instant: i64) -> i32 {
        let utc = || naive(instant);
        match self {
            Self::Utc => 0,
            Self::Named(zone) => {
                utc().map_or(0, |utc| zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
            }
            Self::Local => utc().map_or(0, |utc| Local.offset_from_utc_datetime(&utc).local_minus_utc()),
        }
    }

    /// The instant at which a clock in this zone shows these wall seconds. In the hour that happens twice it is the
    /// first time; in the hour that does not happen the clock is taken to have been set late.
    pub fn instant(self, wall: i64) -> i64 {
        let Some(local) = naive(wall) else { return wall };
        let offset = match self {
            Self::Utc => return wall,
            Self::Named(zone) => {
                earlier(zone.offset_from_local_datetime(&local).map(|o| o.fix().local_minus_utc()))
            }
            Self::Local => earlier(Local.offset_from_local_datetime(&local).map(|o| o.local_minus_utc())),
        };
        let offset = offset.unwrap_or_else(|| self.offset_at(wall.saturating_sub(DAY)));
        wall.saturating_sub(i64::from(offset))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn naive(seconds: i64) -> Option<NaiveDateTime> {
    Some(chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc())
}

fn earlier(found: LocalResult<i32>) -> Option<i32> {
    match found {
        LocalResult::None => None,
        LocalResult::Single(offset) => Some(offset),
        // The larger offset is the earlier instant.
        LocalResult::Ambiguous(a, b) => Some(a.max(b)),
    }
}

/// How stamps become instants, and instants become days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// The zone of days and times shown (`--timezone`).
    pub shown: Zone,
    /// The zone of stamps without one (`--log-timezone`).
    pub logs: Option<Zone>,
    memo: Memo,
}

/// The offset of the quarter of an hour last asked for: no zone changes in between.
#[derive(Clone, Copy, Debug, Default)]
struct Memo {
    quarter: i64,
    offset: Option<i32>,
}

impl Clock {
    /// A clock for these zones.
    pub fn new(shown: Zone, logs: Option<Zone>) -> Self {
        Self { shown, logs, memo: Memo::default() }
    }

    /// The instant of a stamp.
    pub fn instant(&self, stamp: Stamp) -> i64 {
        match stamp.offset {
            Some(offset) => stamp.wall.saturating_sub(i64::from(offset)),
            None => self.logs.unwrap_or(self.shown).instant(stamp.wall),
        }
    }

    /// What the clock on the wall shows at an instant, in the zone that is shown.
    pub fn wall(&mut self, instant: i64) -> i64 {
        if self.shown == Zone::Utc {
            return instant;
        }
        let quarter = instant.div_euclid(900);
        let offset = match self.memo {
            Memo { quarter: known, offset: Some(offset) } if known == quarter => offset,
            _ => self.shown.offset_at(instant),
        };
        self.memo = Memo { quarter, offset: Some(offset) };
        instant.saturating_add(i64::from(offset))
    }
}

/// Days since 1970 of wall seconds.
pub fn day_of(wall: i64) -> i64 {
    wall.div_euclid(DAY)
}

/// Hour of the day of wall seconds, 0 to 23.
pub fn hour_of(wall: i64) -> u32 {
    u32::try_from(wall.rem_euclid(DAY).div_euclid(HOUR)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_in_both_directions() {
        let berlin = Zone::from_name("europe/berlin").unwrap();
        let wall = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp();
        // 02:30 on 29 March 2026 does not happen; 02:30 on 25 October 2026 happens twice.
        assert_eq!(berlin.instant(wall("2026-03-29T02:30:00Z")), wall("2026-03-29T01:30:00Z"));
        assert_eq!(berlin.instant(wall("2026-10-25T02:30:00Z")), wall("2026-10-25T00:30:00Z"));
        assert_eq!(berlin.offset_at(wall("2026-07-01T00:00:00Z")), 7200);
    }

    /// Every change of a clock from 2000 to 2037, and what it shows in the hours around it.
    #[test]
    fn every_change_of_the_clocks() {
        let zones = [
            "Europe/Berlin",
            "America/New_York",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Tehran",
            "Pacific/Apia",
            "Pacific/Chatham",
        ];
        let mut changes = 0;
        for zone in zones.map(|name| Zone::from_name(name).unwrap()) {
            let quarter = 900;
            for from in (946_684_800..2_145_916_800).step_by(6 * 3600) {
                let until = from + 6 * 3600;
                if zone.offset_at(from) == zone.offset_at(until) {
                    continue;
                }
                changes += 1;
                let mut before = i64::MIN;
                for at in (from - 2 * DAY..until + 2 * DAY).step_by(900) {
                    let wall = at + i64::from(zone.offset_at(at));
                    let found = zone.instant(wall);
                    // The second time that a clock shows something it is taken for the first.
                    let again = (1..=96).map(|quarters| at - quarters * quarter);
                    let first = again.filter(|at| at + i64::from(zone.offset_at(*at)) == wall).min();
                    assert_eq!(found, first.unwrap_or(at), "{zone} {at}");
                    // What the clock never showed lies within an hour or a day of what it showed around it.
                    let skipped =
                        (wall > before + quarter && before > i64::MIN).then(|| zone.instant(wall - quarter));
                    assert!(skipped.is_none_or(|skipped| (skipped - at).abs() <= DAY), "{zone} {at}");
                    before = wall;
                }
            }
        }
        assert!(changes > 400, "{changes}");
    }

    #[test]
    fn a_stamp_without_zone_is_shown_as_it_stands() {
        let mut clock = Clock::new(Zone::from_name("Asia/Kolkata").unwrap(), None);
        let stamp = Stamp { wall: 1_790_000_000, offset: None };
        let instant = clock.instant(stamp);
        assert_eq!(clock.wall(instant), stamp.wall);
        assert_eq!(instant, stamp.wall - 19_800);
    }
}

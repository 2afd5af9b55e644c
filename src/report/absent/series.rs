//! Hours and days without a file, by the names that the server gives its files.
//!
//! Microsoft documents the names, and when files are deleted: `protocol-logging.md`, `configure-protocol-logging.md`,
//! `configure-message-tracking.md`. That newer servers begin a file every hour was seen.

use super::{Absence, Log, parted};
use crate::report::inspect::{File, Passed};
use crate::time::stamp::{date, days};
use std::collections::{BTreeMap, BTreeSet};

/// How many stretches without a file are named.
const NAMED: usize = 4;
/// Approvals of moderated mail are so rare (`message-tracking.md`) that hours without them mean nothing.
const RARE: &str = "MSGTRKMA";
/// Hours of a day.
const HOURS: i64 = 24;

/// How a file of a receive log can be missing.
const NO_RECEIVE_LOG: &str = "A file is missing where nothing was logged, or where it was deleted before it was copied: \
                              the server deletes the oldest when the folder holds 250 MB \
                              (ReceiveProtocolLogMaxDirectorySize) or after 30 days (ReceiveProtocolLogMaxAge); \
                              Set-TransportService and, for front ends, Set-FrontEndTransportService change that";
/// How a file of a send log can be missing.
const NO_SEND_LOG: &str = "A file is missing where nothing was logged, or where it was deleted before it was copied: the \
                           server deletes the oldest when the folder holds 250 MB (SendProtocolLogMaxDirectorySize) or \
                           after 30 days (SendProtocolLogMaxAge); Set-TransportService and, for front ends, \
                           Set-FrontEndTransportService change that";
/// How a file of message tracking can be missing.
const NO_TRACKING_LOG: &str = "A file is missing where nothing was logged, or where it was deleted before it was copied: \
                               the server deletes the oldest when the folder reaches its size \
                               (MessageTrackingLogMaxDirectorySize) or after 30 days (MessageTrackingLogMaxAge); \
                               Set-TransportService changes that";

/// What files are named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Hour,
    /// Exchange 2010.
    Day,
}

/// Files of one kind in one folder.
#[derive(Clone, Debug, Default)]
struct Series {
    /// The log that one of them was read as, and the name of its format: a name alone proves nothing.
    log: Option<(Log, String)>,
    /// The hours or days that have a file, counted since 1970 (UTC).
    present: BTreeSet<i64>,
}

/// What is missing between the first and the last file of each kind and folder.
pub(super) fn gaps(files: &[File], passed: &[Passed]) -> Vec<Absence> {
    let mut all: BTreeMap<(&str, String, Unit), Series> = BTreeMap::new();
    let read = files.iter().map(|file| (file.name.as_str(), file.log.map(|log| (log, file.format.clone()))));
    // What was passed over, perhaps because it is empty or damaged, is there all the same.
    for (path, log) in read.chain(passed.iter().map(|passed| (passed.name.as_str(), None))) {
        let (folder, name) = parted(path);
        if let Some((prefix, unit, at)) = stamped(name).filter(|(prefix, ..)| prefix != RARE) {
            let series = all.entry((folder, prefix, unit)).or_default();
            series.present.insert(at);
            series.log = series.log.take().or(log);
        }
    }
    let gap = |((folder, prefix, unit), series): ((&str, String, Unit), Series)| {
        let (log, format) = series.log?;
        Some(Absence {
            folder: folder.to_owned(),
            format,
            what: missing(&prefix, unit, &series.present)?.into_bytes().into(),
            because: Some(match log {
                Log::Receive => NO_RECEIVE_LOG,
                Log::Send => NO_SEND_LOG,
                Log::Tracking => NO_TRACKING_LOG,
            }),
            remedies: Vec::new(),
        })
    };
    all.into_iter().filter_map(gap).collect()
}

/// `RECV2026111208-2.LOG`: the prefix, and the hour since 1970, or the day where the name has no hour. What stands behind the
/// ending (`.LOG.gz`) does not matter.
fn stamped(name: &str) -> Option<(String, Unit, i64)> {
    let (prefix, rest) = name.split_at_checked(name.find(|char: char| char.is_ascii_digit())?)?;
    let prefix = prefix.to_ascii_uppercase();
    let is_tracking =
        prefix.strip_prefix("MSGTRK").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let (stamp, rest) = rest.split_once('-')?;
    let (instance, ending) = rest.split_once('.')?;
    // Browsers number what they load again, ` (2)`, and Windows what it copies, ` - Copy`.
    let instance = instance.split([' ', '(']).next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_log = ending.split('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("log"));
    if !(is_tracking || prefix == "RECV" || prefix == "SEND")
        || !is_log
        || ![stamp, instance].into_iter().all(is_number)
    {
        return None;
    }
    let number = |text: Option<&str>| text?.parse::<u32>().ok();
    let year = i32::try_from(number(stamp.get(..4))?).ok()?;
    let day = days(year, number(stamp.get(4..6))?, number(stamp.get(6..8))?)?;
    match stamp.len() {
        8 => Some((prefix, Unit::Day, day)),
        10 => {
            let hour = number(stamp.get(8..)).map(i64::from).filter(|hour| *hour < HOURS)?;
            Some((prefix, Unit::Hour, day.saturating_mul(HOURS).saturating_add(hour)))
        }
        _ => None,
    }
}

/// `no RECV file for 3 of 9 hours: Tue 10 Nov 2026 02:00 - 05:00 UTC`. In UTC whatever `--timezone` is, as the names of the
/// files are.
fn missing(prefix: &str, unit: Unit, present: &BTreeSet<i64>) -> Option<String> {
    let pairs = present.iter().zip(present.iter().skip(1));
    let stretches = pairs.map(|(before, after)| (before.saturating_add(1), *after));
    let stretches: Vec<_> = stretches.filter(|(from, to)| from < to).collect();
    let named: Vec<_> = stretches.iter().take(NAMED).map(|(from, to)| stretch(unit, *from, *to)).collect();
    if named.is_empty() {
        return None;
    }
    let all = present.last()?.saturating_sub(*present.first()?).saturating_add(1);
    let missing =
        stretches.iter().fold(0_i64, |sum, (from, to)| sum.saturating_add(to.saturating_sub(*from)));
    let units = match unit {
        Unit::Hour => "hours",
        Unit::Day => "days",
    };
    let more = match stretches.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("no {prefix} file for {missing} of {all} {units}: {} UTC{more}", named.join(", ")))
}

/// `Tue 10 Nov 2026 02:00 - 05:00`, `Mon 9 Nov 2026 22:00 - Tue 10 Nov 2026 01:00`, `Mon 9 Nov 2026 - Tue 10 Nov 2026`.
fn stretch(unit: Unit, from: i64, to: i64) -> String {
    let shown = |day: i64| date(day).map_or_else(String::new, |date| date.format("%a %-d %b %Y").to_string());
    match unit {
        Unit::Hour => {
            let [(from, begin), (to, end)] =
                [from, to].map(|at| (at.div_euclid(HOURS), at.rem_euclid(HOURS)));
            let until = if from == to { String::new() } else { format!("{} ", shown(to)) };
            format!("{} {begin:02}:00 - {until}{end:02}:00", shown(from))
        }
        Unit::Day => match to.saturating_sub(1) {
            last if last == from => shown(from),
            last => format!("{} - {}", shown(from), shown(last)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        let hour = days(2026, 11, 12).unwrap() * 24 + 8;
        for name in [
            "RECV2026111208-1.LOG",
            "recv2026111208-12.log",
            "Recv2026111208-1.Log.gz",
            "RECV2026111208-1 (2).LOG",
            "RECV2026111208-1(2).LOG",
            "RECV2026111208-1 - Copy.LOG",
        ] {
            assert_eq!(stamped(name), Some(("RECV".to_owned(), Unit::Hour, hour)), "{name}");
        }
        assert_eq!(stamped("SEND2026111208-1.LOG"), Some(("SEND".to_owned(), Unit::Hour, hour)));
        assert_eq!(stamped("MSGTRKMS2026111208-1.LOG"), Some(("MSGTRKMS".to_owned(), Unit::Hour, hour)));
        assert_eq!(stamped("MSGTRK20261112-1.LOG"), Some(("MSGTRK".to_owned(), Unit::Day, hour / 24)));
        for name in [
            "",
            "20261112-1.LOG",
            "RECV2026111224-1.LOG",
            "RECV2026130108-1.LOG",
            "RECV202611120-1.LOG",
            "RECV202611120800-1.LOG",
            "RECV2026111208.LOG",
            "RECV2026111208-.LOG",
            "RECV2026111208-x.LOG",
            "RECV2026111208- (2).LOG",
            "RECV2026111208 (2).LOG",
            "RECV2026111208-1.txt",
            "RECV2026111208-1",
            "RECV+026111208-1.LOG",
            "CONNECTLOG2026111208-1.LOG",
            "MSGTRK-2026111208-1.LOG",
            "ÄRECV2026111208-1.LOG",
            "RECV2026111²08-1.LOG",
        ] {
            assert_eq!(stamped(name), None, "{name}");
        }
    }

    #[test]
    fn stretches_without_a_file() {
        let said = |unit, present: &[i64]| missing("RECV", unit, &present.iter().copied().collect());
        assert_eq!(said(Unit::Hour, &[]), None);
        assert_eq!(said(Unit::Hour, &[5]), None);
        assert_eq!(said(Unit::Hour, &[5, 6, 7]), None);
        let one = "no RECV file for 1 of 3 hours: Thu 1 Jan 1970 06:00 - 07:00 UTC";
        assert_eq!(said(Unit::Hour, &[5, 7]).as_deref(), Some(one));
        let midnight = "no RECV file for 3 of 5 hours: Thu 1 Jan 1970 22:00 - Fri 2 Jan 1970 01:00 UTC";
        assert_eq!(said(Unit::Hour, &[21, 25]).as_deref(), Some(midnight));
        let days = "no RECV file for 3 of 6 days: Fri 2 Jan 1970, Sun 4 Jan 1970 - Mon 5 Jan 1970 UTC";
        assert_eq!(said(Unit::Day, &[0, 2, 5]).as_deref(), Some(days));
        let many = said(Unit::Hour, &[0, 2, 4, 6, 8, 10, 12]);
        assert!(many.is_some_and(|many| many.ends_with(" 07:00 - 08:00 UTC and 2 more")));
        let extremes = said(Unit::Hour, &[i64::MIN, i64::MAX]);
        assert!(extremes.is_some_and(|extremes| extremes.starts_with("no RECV file for ")));
    }
}

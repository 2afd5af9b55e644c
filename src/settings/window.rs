//! `--since`, `--until`, `--all` and `--as-of`: the window that is meant, if it can hold anything.

use super::{View, usage};
use crate::cli;
use crate::error::Error;
use crate::time::window::{self, AsOf, Bound, Window};
use crate::time::{DAY, Zone};

/// The window that was typed.
pub(super) fn window_of(time: &cli::Time, view: View, zone: Zone, now: i64) -> Result<Window, Error> {
    let end = |option: &str, text: &Option<String>| -> Result<Option<Bound>, Error> {
        let Some(text) = text else { return Ok(None) };
        window::parse(text, zone, now).map(Some).map_err(|why| Error::Usage(format!("{option} {why}")))
    };
    let as_of = match time.as_of.as_deref().unwrap_or("newest") {
        "newest" => AsOf::Newest,
        "now" => AsOf::At(now),
        text => match window::parse(text, zone, now) {
            Ok(Bound::Day(day)) => AsOf::At(window::midnight(day.saturating_add(1), zone).saturating_sub(1)),
            Ok(Bound::Instant(instant)) => AsOf::At(instant),
            Ok(_) => return Err(usage("--as-of takes newest, now, a day or an instant")),
            Err(why) => return Err(Error::Usage(format!("--as-of {why}; or newest, or now"))),
        },
    };
    let (since, until) = (end("--since", &time.since)?, end("--until", &time.until)?);
    // Who sends once a month, or did long ago, is asked about too.
    let is_all = time.all || matches!(view, View::Ready | View::Sender);
    let since = if is_all { since } else { since.or_else(|| default_since(until)) };
    let window = Window { since, until, as_of };
    let counts_back_too_little = match (window.since, window.until) {
        (Some(Bound::DaysBack(since)), Some(Bound::DaysBack(until))) => since <= until,
        (Some(Bound::HoursBack(since)), Some(Bound::HoursBack(until))) => since <= until,
        _ => false,
    };
    if counts_back_too_little {
        return Err(usage("--since is not before --until: nothing lies between"));
    }
    let span = window.resolve(Some(now), zone);
    if let (Some(since), Some(until)) = (span.since, span.until)
        && since >= until
        && !matches!(window.since, Some(Bound::DaysBack(_) | Bound::HoursBack(_)))
    {
        return Err(usage("--since is not before --until: nothing lies between"));
    }
    Ok(window)
}

/// The last 7 days, of the newest record or of `--until`.
fn default_since(until: Option<Bound>) -> Option<Bound> {
    Some(match until {
        None => Bound::DaysBack(7),
        Some(Bound::Day(day)) => Bound::Day(day.saturating_sub(6)),
        Some(Bound::Instant(instant)) => Bound::Instant(instant.saturating_sub(DAY.saturating_mul(7))),
        Some(Bound::DaysBack(days)) => Bound::DaysBack(days.saturating_add(7)),
        Some(Bound::HoursBack(hours)) => Bound::HoursBack(hours.saturating_add(24 * 7)),
    })
}

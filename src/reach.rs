//! Which time a view can show, and which files need not be read because they cover none of it.
//!
//! What is left out changes no result: lines of a session lie an hour apart at most, and what TLS lines outside of that time
//! would prove is not asked (`Table::clip`).

use crate::input::Source;
use crate::probe::{Input, Series};
use crate::settings::{Settings, View};
use crate::time::window::{AsOf, Bound, Span, day_at, midnight};
use crate::time::{DAY, HOUR};

/// The days that a view can show (days since 1970, in the zone that is shown): first and last. `newest` is the newest record.
pub fn days(settings: &Settings, newest: Option<i64>) -> (Option<i64>, Option<i64>) {
    let zone = settings.clock.shown;
    let Span { since, until } = settings.window.resolve(newest, zone);
    let since = since.filter(|_| !settings.looks_back());
    let first = since.map(|since| {
        // The period before is as long as the window, which ends a day from now at the latest.
        let end = until.or(newest.filter(|_| counts_back(settings))).unwrap_or(settings.limit());
        let end = midnight(day_at(end, zone).saturating_add(1), zone);
        let length = end.saturating_sub(since).max(0);
        let before = if settings.compares() { length.saturating_add(DAY) } else { 0 };
        day_at(since.saturating_sub(before), zone)
    });
    (first, until.map(|until| day_at(until.saturating_sub(1), zone)))
}

/// Whether the window begins so long before the newest record.
fn counts_back(settings: &Settings) -> bool {
    matches!(settings.window.since, Some(Bound::DaysBack(_) | Bound::HoursBack(_)))
        && settings.window.as_of == AsOf::Newest
}

/// Marks the files that lie outside of the time that is shown. Cells are exported, and clients shown, with the names that they had in any
/// file, and `--strict` is about every line.
pub fn leave_out(settings: &Settings, inputs: &mut [Input]) {
    if matches!(settings.view, View::Inspect | View::Cells | View::Ready | View::Sender | View::Report)
        || settings.strict
        || inputs.len() < 2
    {
        return;
    }
    let newest_of = |input: &Input| input.ends.coverage.seen.map(|(_, last)| last);
    // The newest record is at least this late, so the window begins no earlier than it would with this one.
    let Some(newest) = inputs.iter().filter_map(newest_of).max() else { return };
    let zone = settings.clock.shown;
    let (first, last) = days(settings, Some(newest));
    let since = first.map(|day| midnight(day, zone).saturating_sub(HOUR));
    // An end that counts back lies later if the newest record does.
    let is_fixed = !matches!(settings.window.until, Some(Bound::DaysBack(_) | Bound::HoursBack(_)))
        || settings.window.as_of != AsOf::Newest;
    let until =
        last.filter(|_| is_fixed).map(|day| midnight(day.saturating_add(1), zone).saturating_add(HOUR));
    let series = Series::of(inputs);
    let is_outside = |input: &Input| {
        if input.ends.is_disordered {
            return false;
        }
        let Some(last) = last_of(input, &series, settings.limit()) else { return false };
        let is_before = since.is_some_and(|since| last < since);
        // What the newest record is must be read, not guessed.
        let is_behind = until.is_some_and(|until| input.first.is_some_and(|first| first > until))
            && matches!(input.source, Source::File(_))
            && newest_of(input) != Some(newest);
        input.ends.has_first && (is_before || is_behind)
    };
    let outside: Vec<bool> = inputs.iter().map(is_outside).collect();
    for (input, is_outside) in inputs.iter_mut().zip(outside) {
        input.outside = is_outside.then(|| input.ends.coverage.clone());
    }
}

/// No line of an input is later than this, as far as that is known.
fn last_of(input: &Input, series: &Series, limit: i64) -> Option<i64> {
    match input.source {
        Source::File(_) => input.ends.last,
        Source::Packed(_) => Some(series.last_possible(input, limit)),
        Source::Stream(_) => None,
    }
}

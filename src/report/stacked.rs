//! What stands on top of each other in the column of a day: domains, TLS versions, kinds of login.

use super::fold;
use super::rows::By;
use super::subject::Subject;
use super::value::Value;
use crate::map::Map;
use crate::submission::{Auth, Tls};
use crate::tally::Row;
use std::collections::BTreeMap;
use std::hash::Hash;

/// Domains with a colour of their own; the others share one.
pub const DOMAINS: usize = 6;
/// Longer windows have no columns that could be told apart.
const DAYS: i64 = 1_500;

/// A part of each column.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is.
    pub name: Value,
    /// Which colour it has.
    pub color: usize,
    /// How much, day by day.
    pub counts: Vec<u64>,
    /// How much in all, also without a day.
    pub total: u64,
}

/// Columns of days.
#[derive(Clone, Debug, Default)]
pub struct Stacked {
    /// The days, days since 1970.
    pub days: Vec<i64>,
    /// What is stacked, the lowest first.
    pub series: Vec<Series>,
    /// The place of the day that the newest record leaves unfinished.
    pub unfinished: Option<usize>,
}

impl Stacked {
    /// Domains: those with the most messages.
    pub fn by_domain(subject: &Subject<'_>) -> Self {
        let mut series = series(subject, |row| fold::name_of(row, By::Domain));
        series.sort_by(|(a, one), (b, other)| other.total.cmp(&one.total).then(a.cmp(b)));
        // One row for one other would save nothing.
        let most = if series.len() > DOMAINS.saturating_add(1) { DOMAINS } else { series.len() };
        let rest = series.split_off(most);
        let named = |(index, (name, series)): (usize, (Option<&[u8]>, Series))| Series {
            name: name.map_or("no domain".into(), |name| Value::text(Some(name))),
            color: index,
            ..series
        };
        let mut series: Vec<_> = series.into_iter().enumerate().map(named).collect();
        let others = u64::try_from(rest.len()).unwrap_or(u64::MAX);
        series.extend(rest.into_iter().map(|(_, series)| series).reduce(Series::with).map(|sum| Series {
            name: Value::Others(others),
            color: DOMAINS,
            ..sum
        }));
        Self::new(subject, series)
    }

    /// TLS versions: the oldest first, 1.0 to 1.2 always.
    pub fn by_tls(subject: &Subject<'_>) -> Self {
        let place = |tls: Tls| Tls::SHOWN.iter().position(|shown| *shown == tls).unwrap_or(7);
        let always = |color: usize| matches!(Tls::SHOWN.get(color), Some(Tls::V1_0 | Tls::V1_1 | Tls::V1_2));
        Self::of_known(subject, |row| place(row.tls), &Tls::SHOWN.map(Tls::label), always)
    }

    /// Kinds of login: Basic and modern always.
    pub fn by_auth(subject: &Subject<'_>) -> Self {
        let place = |auth: Auth| Auth::ALL.iter().position(|known| *known == auth).unwrap_or(4);
        let always = |color: usize| matches!(Auth::ALL.get(color), Some(Auth::Basic | Auth::Modern));
        Self::of_known(subject, |row| place(Auth::of(row.mechanism)), &Auth::ALL.map(Auth::label), always)
    }

    fn of_known(
        subject: &Subject<'_>,
        place: impl Fn(&Row<'_>) -> usize,
        labels: &[&'static str],
        always: impl Fn(usize) -> bool,
    ) -> Self {
        let mut found: BTreeMap<usize, Series> = series(subject, |row| place(row)).into_iter().collect();
        let empty = Series::empty(days(subject).len());
        let all = labels.iter().enumerate().filter_map(|(color, label)| {
            let series = found.remove(&color).or_else(|| always(color).then(|| empty.clone()))?;
            Some(Series { name: (*label).into(), color, ..series })
        });
        Self::new(subject, all.collect())
    }

    fn new(subject: &Subject<'_>, series: Vec<Series>) -> Self {
        let days = days(subject);
        let unfinished = subject.unfinished();
        let unfinished = unfinished.and_then(|(day, _)| days.iter().position(|shown| *shown == day));
        Self { days, series, unfinished }
    }

    /// All of a day.
    pub fn total(&self, day: usize) -> u64 {
        self.series
            .iter()
            .filter_map(|series| series.counts.get(day))
            .fold(0, |sum, n| sum.saturating_add(*n))
    }
}

impl Series {
    fn empty(days: usize) -> Self {
        Self { name: Value::Missing, color: 0, counts: vec![0; days], total: 0 }
    }

    fn with(mut self, other: Self) -> Self {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, n)| *sum = sum.saturating_add(*n));
        Self { total: self.total.saturating_add(other.total), ..self }
    }
}

/// The days of the window.
fn days(subject: &Subject<'_>) -> Vec<i64> {
    let days = subject.days().filter(|(first, last)| last.saturating_sub(*first) < DAYS);
    days.map(|(first, last)| (first..=last).collect()).unwrap_or_default()
}

/// Messages (of logs without any: sessions) by key and day.
fn series<'a, K: Ord + Hash>(subject: &Subject<'a>, key: impl Fn(&Row<'a>) -> K) -> Vec<(K, Series)> {
    let days = days(subject);
    let first = days.first().copied().unwrap_or(0);
    let mut sums: Map<K, Series> = Map::default();
    for row in subject.rows() {
        let units = if subject.has_messages { row.counts.messages } else { row.counts.sessions };
        if units == 0 {
            continue;
        }
        let series = sums.entry(key(&row)).or_insert_with(|| Series::empty(days.len()));
        series.total = series.total.saturating_add(units);
        let place = row.bucket.map(|bucket| subject.day_of(bucket).saturating_sub(first));
        let place = place.and_then(|place| usize::try_from(place).ok());
        if let Some(count) = place.and_then(|place| series.counts.get_mut(place)) {
            *count = count.saturating_add(units);
        }
    }
    let mut all: Vec<(K, Series)> = sums.into_iter().collect();
    all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    all
}

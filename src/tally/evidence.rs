//! When which service logged TLS: without that, a session without a TLS line proves nothing.

use crate::submission::Tls;
use std::collections::{BTreeMap, BTreeSet};

/// The days on which services logged a line about TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// By server; none is without services, and no service without days.
    servers: BTreeMap<Box<[u8]>, Services>,
}

/// The days of the services of a server.
type Services = BTreeMap<Box<[u8]>, BTreeSet<i64>>;

impl Evidence {
    /// The service logged TLS on this day.
    pub fn add(&mut self, server: &[u8], service: &[u8], day: i64) {
        self.days_of(server, service).insert(day);
    }

    fn days_of(&mut self, server: &[u8], service: &[u8]) -> &mut BTreeSet<i64> {
        self.servers.entry(server.into()).or_default().entry(service.into()).or_default()
    }

    /// Adds the evidence of another piece.
    pub fn merge(&mut self, other: &Self) {
        for (server, services) in &other.servers {
            services.iter().for_each(|(service, days)| self.days_of(server, service).extend(days));
        }
    }

    /// Days before the first or behind the last one that can be shown prove nothing.
    pub fn clip(&mut self, first: Option<i64>, last: Option<i64>) {
        let is_shown =
            |day: &i64| first.is_none_or(|first| *day >= first) && last.is_none_or(|last| *day <= last);
        for services in self.servers.values_mut() {
            services.values_mut().for_each(|days| days.retain(is_shown));
            services.retain(|_, days| !days.is_empty());
        }
        self.servers.retain(|_, services| !services.is_empty());
    }

    /// What a missing TLS line means on a day: no TLS, if the day lies between the first day on which the same service
    /// logged TLS and the day after the last.
    pub fn settle(&self, server: &[u8], service: &[u8], day: i64) -> Tls {
        match self.find(server, service).and_then(ends) {
            Some((first, last)) if (first..=last.saturating_add(1)).contains(&day) => Tls::None,
            _ => Tls::Unknown,
        }
    }

    /// Whether there is any day of a service.
    pub fn has(&self, server: &[u8], service: &[u8]) -> bool {
        self.find(server, service).is_some()
    }

    fn find(&self, server: &[u8], service: &[u8]) -> Option<&BTreeSet<i64>> {
        self.servers.get(server)?.get(service)
    }

    /// All of it: server, service, first and last of days without a gap.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8], i64, i64)> {
        let services = self.servers.iter().flat_map(|(server, services)| {
            services.iter().map(move |(service, days)| (&**server, &**service, days))
        });
        services.flat_map(|(server, service, days)| {
            runs(days).into_iter().map(move |(first, last)| (server, service, first, last))
        })
    }
}

/// The days as first and last of each run without a gap.
fn runs(days: &BTreeSet<i64>) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.saturating_add(1) == *day => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    runs
}

fn ends(days: &BTreeSet<i64>) -> Option<(i64, i64)> {
    Some((*days.first()?, *days.last()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_after_the_last_still_counts() {
        let mut evidence = Evidence::default();
        evidence.add(b"mx", b"submission", 10);
        evidence.add(b"mx", b"submission", 12);
        let settle = |day| evidence.settle(b"mx", b"submission", day);
        assert_eq!(
            [9, 10, 12, 13, 14].map(settle),
            [Tls::Unknown, Tls::None, Tls::None, Tls::None, Tls::Unknown]
        );
        assert_eq!(evidence.settle(b"mx", b"smtps", 11), Tls::Unknown);
    }

    #[test]
    fn what_cannot_be_shown_proves_nothing() {
        let mut evidence = Evidence::default();
        [8, 10, 11, 14].into_iter().for_each(|day| evidence.add(b"mx", b"submission", day));
        evidence.clip(Some(9), Some(13));
        assert_eq!(evidence.iter().collect::<Vec<_>>(), [(&b"mx"[..], &b"submission"[..], 10, 11)]);
        evidence.clip(Some(12), None);
        assert_eq!(evidence, Evidence::default());
    }
}

//! When which service logged TLS: without that, a session without a TLS line proves nothing.

use crate::submission::Tls;
use std::collections::BTreeMap;

/// The first and last day on which a service of a server logged a line about TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    days: BTreeMap<Service, (i64, i64)>,
}

/// A server and a service on it.
type Service = (Box<[u8]>, Box<[u8]>);

impl Evidence {
    /// The service logged TLS on this day.
    pub fn add(&mut self, server: &[u8], service: &[u8], day: i64) {
        let key = (server.into(), service.into());
        let range = self.days.entry(key).or_insert((day, day));
        *range = (range.0.min(day), range.1.max(day));
    }

    /// Adds the evidence of another piece.
    pub fn merge(&mut self, other: &Self) {
        for ((server, service), (first, last)) in &other.days {
            self.add(server, service, *first);
            self.add(server, service, *last);
        }
    }

    /// What a missing TLS line means on a day: no TLS, if the day lies between the first day on which the same service
    /// logged TLS and the day after the last.
    pub fn settle(&self, server: &[u8], service: &[u8], day: i64) -> Tls {
        let range = self.days.get(&(Box::from(server), Box::from(service)));
        match range {
            Some((first, last)) if (*first..=last.saturating_add(1)).contains(&day) => Tls::None,
            _ => Tls::Unknown,
        }
    }

    /// All of it: server, service, first and last day.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8], i64, i64)> {
        self.days.iter().map(|((server, service), (first, last))| (&**server, &**service, *first, *last))
    }
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
}

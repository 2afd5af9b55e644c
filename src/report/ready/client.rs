//! What one client did for one account on one server, and what becomes of it.

use super::verdict::{Reason, Server, Switch, Verdict, judge};
use crate::report::online::Source;
use crate::submission::{Auth, Tls};
use crate::tally::Row;
use std::collections::BTreeSet;

/// So many days must lie between the last day with what is switched off and the last one without: then a client has changed.
const CHANGED_AFTER: i64 = 7;

/// Who, where, from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<'a> {
    /// Login, else envelope sender; `None` where neither is logged.
    pub account: Option<&'a [u8]>,
    /// Server.
    pub server: Option<&'a [u8]>,
    /// Address of the client.
    pub client: Option<&'a [u8]>,
}

/// One way of logging in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// TLS, settled.
    pub tls: Tls,
    /// Class of the login.
    pub auth: Auth,
    /// The server's log says nothing about TLS at all, so that there is a setting to change.
    pub is_unlogged: bool,
}

/// Ways and how much of each, by way. A client has one or two, and a tree has room for eleven from the first one on.
#[derive(Clone, Debug, Default)]
pub struct Ways(Vec<(Way, Use)>);

impl Ways {
    /// Adds to a way.
    pub fn add(&mut self, way: Way, add: impl FnOnce(&mut Use)) {
        if let Some((_, used)) = self.0.iter_mut().find(|(known, _)| *known == way) {
            return add(used);
        }
        let mut used = Use::default();
        add(&mut used);
        let place = self.0.partition_point(|(known, _)| *known < way);
        self.0.insert(place, (way, used));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Way, &Use)> {
        self.0.iter().map(|(way, used)| (way, used))
    }

    /// The ways alone.
    pub fn keys(&self) -> impl Iterator<Item = &Way> {
        self.iter().map(|(way, _)| way)
    }

    /// How much of each.
    pub fn values(&self) -> impl Iterator<Item = &Use> {
        self.iter().map(|(_, used)| used)
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Use> {
        self.0.iter_mut().map(|(_, used)| used)
    }

    /// Keeps some.
    pub fn retain(&mut self, is_kept: impl Fn(&Way, &Use) -> bool) {
        self.0.retain(|(way, used)| is_kept(way, used));
    }
}

/// How much of it.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// Messages.
    pub messages: u64,
    /// Sessions.
    pub sessions: u64,
    /// First and last moment, seconds since 1970 (UTC).
    pub seen: Option<(i64, i64)>,
    /// The days, where the input has days.
    pub days: BTreeSet<i64>,
    /// It was counted without days.
    pub is_undated: bool,
    /// From where that is.
    pub sources: BTreeSet<Source>,
}

impl Use {
    /// Adds a cell; `day` is that of its bucket.
    pub fn add(&mut self, row: &Row<'_>, day: Option<i64>) {
        self.messages = self.messages.saturating_add(row.counts.messages);
        self.sessions = self.sessions.saturating_add(row.counts.sessions);
        let source = Source::of(row);
        // The period of a report says when it was made, not when somebody was seen.
        self.see(row.counts.seen.filter(|_| source != Source::Report));
        self.days.extend(day);
        self.is_undated |= day.is_none();
        self.sources.insert(source);
    }

    /// Adds another use.
    pub fn merge(&mut self, other: &Self) {
        self.messages = self.messages.saturating_add(other.messages);
        self.sessions = self.sessions.saturating_add(other.sessions);
        self.see(other.seen);
        self.days.extend(&other.days);
        self.is_undated |= other.is_undated;
        self.sources.extend(&other.sources);
    }

    /// It was seen when another one was.
    pub fn see_with(&mut self, other: &Self) {
        self.see(other.seen);
        self.days.extend(&other.days);
        self.sessions = self.sessions.saturating_add(other.sessions);
    }

    fn see(&mut self, seen: Option<(i64, i64)>) {
        self.seen = match (self.seen, seen) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (seen, None) | (None, seen) => seen,
        };
    }
}

/// A change: until when the old way was used, and since when only newer ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The oldest of the ways that are given up.
    pub from: Way,
    /// The last day of the old way.
    pub until: i64,
    /// The first day behind it.
    pub since: i64,
}

/// What becomes of a client.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// Who.
    pub key: Key<'a>,
    /// The worst of its ways.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The worst way itself: that of the oldest TLS, or of Basic.
    pub way: Way,
    /// How much is of ways with this verdict.
    pub count: Use,
    /// All that it did.
    pub ways: Ways,
    /// It has changed, and counts as what it changed to.
    pub change: Option<Change>,
}

/// What becomes of a client with these ways; `None` if it has none.
pub fn judged<'a>(key: Key<'a>, ways: Ways, switch: Switch, server: Server) -> Option<Judged<'a>> {
    let of = |way: &Way| judge(switch, way.tls, way.auth, server);
    let last_ready = ways.iter().filter(|(way, _)| of(way).0 == Verdict::Ready);
    let last_ready = last_ready.filter_map(|(_, used)| used.days.last()).max().copied();
    // What ended long before the client was last seen ready is past, be it old or not known.
    let is_past = |used: &Use| match (used.days.last(), last_ready) {
        (Some(last), Some(ready)) => !used.is_undated && last.saturating_add(CHANGED_AFTER) <= ready,
        _ => false,
    };
    let goes_on = |(way, used): &(&Way, &Use)| of(way).0 == Verdict::Ready || !is_past(used);
    let worst = |(way, _): &(&Way, &Use)| (of(way).0, std::cmp::Reverse(**way));
    let (way, _) = ways.iter().filter(goes_on).max_by_key(worst)?;
    let (way, (verdict, reason)) = (*way, of(way));
    let mut count = Use::default();
    let counted = ways.iter().filter(goes_on).filter(|(way, _)| of(way).0 == verdict);
    counted.for_each(|(_, used)| count.merge(used));
    let change = change(&ways, &|way| of(way).0, &is_past).filter(|_| verdict == Verdict::Ready);
    Some(Judged { key, verdict, reason, way, count, ways, change })
}

fn change(ways: &Ways, verdict: &dyn Fn(&Way) -> Verdict, is_past: &dyn Fn(&Use) -> bool) -> Option<Change> {
    let given_up = || ways.iter().filter(|(way, used)| verdict(way) == Verdict::Stops && is_past(used));
    let (from, _) = given_up().next()?;
    let until = given_up().filter_map(|(_, used)| used.days.last()).max().copied()?;
    let ready = ways.iter().filter(|(way, _)| verdict(way) == Verdict::Ready);
    let since = ready.flat_map(|(_, used)| used.days.range(until.saturating_add(1)..)).min().copied()?;
    Some(Change { from: *from, until, since })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key<'_> = Key { account: Some(b"scan"), server: None, client: None };
    const OWN: Server = Server { speaks_newer: true, is_online: false };

    fn client(uses: &[(Tls, &[i64])]) -> Judged<'static> {
        let used = |(tls, days): &(Tls, &[i64])| {
            let way = Way { tls: *tls, auth: Auth::Basic, is_unlogged: false };
            (way, Use { messages: 1, days: days.iter().copied().collect(), ..Use::default() })
        };
        let mut ways = Ways::default();
        uses.iter().map(used).for_each(|(way, used)| ways.add(way, |sum| *sum = used));
        judged(KEY, ways, Switch::Tls12, OWN).expect("it has ways")
    }

    #[test]
    fn a_client_has_changed_after_seven_days() {
        let changed = client(&[(Tls::V1_0, &[1, 10]), (Tls::V1_2, &[2, 12, 17])]);
        assert_eq!(
            (changed.verdict, changed.change.map(|c| (c.until, c.since))),
            (Verdict::Ready, Some((10, 12)))
        );
        assert_eq!(changed.count.messages, 1);
        let not_yet = client(&[(Tls::V1_0, &[1, 10]), (Tls::V1_2, &[2, 12, 16])]);
        assert_eq!((not_yet.verdict, not_yet.change), (Verdict::Stops, None));
        assert_eq!(client(&[(Tls::V1_0, &[10]), (Tls::V1_2, &[2])]).verdict, Verdict::Stops);
    }

    #[test]
    fn what_is_not_known_any_more_is_past_too() {
        let known_now = client(&[(Tls::Unknown, &[1, 2]), (Tls::V1_3, &[9])]);
        assert_eq!((known_now.verdict, known_now.change), (Verdict::Ready, None));
        assert_eq!(client(&[(Tls::Unknown, &[9]), (Tls::V1_3, &[2])]).verdict, Verdict::CannotTell);
        assert_eq!(client(&[(Tls::V1_1, &[1]), (Tls::Unknown, &[30])]).verdict, Verdict::Stops);
    }

    #[test]
    fn the_oldest_version_decides() {
        let both = client(&[(Tls::V1_1, &[1]), (Tls::V1_0, &[1]), (Tls::V1_2, &[1])]);
        assert_eq!((both.verdict, both.way.tls, both.count.messages), (Verdict::Stops, Tls::V1_0, 2));
        let clear = client(&[(Tls::None, &[1]), (Tls::V1_2, &[1])]);
        assert_eq!((clear.verdict, clear.reason), (Verdict::NotAffected, Reason::PasswordInClear));
    }
}

//! What follows for the tally: which dimensions cells have, how long buckets are, how far back they reach.

use super::{Settings, View};
use crate::report::By;
use crate::tally::cell::{Dims, Unit};
use crate::tally::filter::Filter;
use crate::tally::table::Plan;
use crate::time::DAY;
use crate::time::window::{AsOf, Bound, Span};

impl Settings {
    /// How submissions become cells for this view.
    pub fn plan(&self) -> Plan {
        let by = |by: By| match by {
            // A session has no sender: whether it stands beside those depends on the messages of its login.
            By::Account | By::Sender | By::Domain => Dims { sender: true, login: true, ..Dims::default() },
            By::Login => Dims { login: true, ..Dims::default() },
            By::Client => Dims { client: true, ..Dims::default() },
            By::Server => Dims { server: true, ..Dims::default() },
        };
        let dims = match self.view {
            View::Summary => {
                Dims { sender: true, login: true, client: true, mechanism: true, ..Dims::default() }
            }
            View::Volume(rows) => Dims { sender: true, ..by(rows.unwrap_or(By::Domain)) },
            View::Tls(rows) => by(rows.unwrap_or(By::Account)),
            // Failed logins stand beside the client and the login that they were tried with.
            View::Auth(rows) => {
                Dims { mechanism: true, client: true, login: true, ..by(rows.unwrap_or(By::Account)) }
            }
            View::Cells | View::Ready | View::Sender | View::Report => Dims::ALL,
            View::Unusual => Dims { login: true, ..Dims::default() },
            View::Messages | View::Inspect => Dims::default(),
        };
        let unit = if self.needs_hours() { Unit::Hour } else { Unit::Day };
        // Logins that were tried and do not exist are known only when all is read.
        let dims =
            Dims { login: dims.login || self.filter.asks_for_login(), time: self.needs_time(), ..dims };
        Plan {
            clock: self.clock,
            dims,
            unit,
            reach: self.reach(unit),
            behaviour: self.looks_back(),
            filter: Filter { span: self.span_counted(), lends: self.lends(), ..self.filter.clone() },
        }
    }

    /// Whether all that lies before the window counts: what is usual is learnt from it.
    pub fn looks_back(&self) -> bool {
        matches!(self.view, View::Unusual | View::Report)
    }

    /// Whether the view shows the change against the period before. That is counted in days: within one, a bucket that the
    /// window cuts would hold more than lies in the window.
    pub fn compares(&self) -> bool {
        let shows_change = match self.view {
            View::Summary | View::Report => true,
            View::Tls(rows) => rows.is_none() && self.interval.is_none(),
            _ => false,
        };
        shows_change && !self.window.needs_hours(self.clock.shown)
    }

    /// Whether the view shows what exports of Exchange Online lend each other, so that filters have to see it.
    fn lends(&self) -> bool {
        !matches!(self.view, View::Cells | View::Messages | View::Unusual | View::Inspect)
    }

    /// Whether it matters when something happened: to cut the window, or to show it.
    fn needs_time(&self) -> bool {
        let shows_sums = match self.view {
            View::Tls(_) | View::Auth(_) => self.interval.is_none(),
            View::Volume(rows) => rows.is_some(),
            // What accounts do in a day is kept beside the cells, which only tell whether there are logins.
            View::Unusual => true,
            View::Summary
            | View::Sender
            | View::Ready
            | View::Report
            | View::Cells
            | View::Messages
            | View::Inspect => false,
        };
        !shows_sums || !self.window.is_open()
    }

    /// Whether buckets of an hour are needed: to cut the window, or to show hours.
    pub fn needs_hours(&self) -> bool {
        let length = self.window.days_known();
        self.window.needs_hours(self.clock.shown)
            || self.interval.is_some_and(|interval| interval.needs_hours(length))
    }

    /// What is counted of what lies in time, as far as that is known before the newest record is.
    fn span_counted(&self) -> Span {
        let mut span = self.window.resolve(None, self.clock.shown);
        if self.looks_back() {
            span.since = None;
        }
        if self.compares()
            && let Some(since) = span.since
        {
            // The newest record lies a day from now at the latest.
            let length = span.until.unwrap_or(self.limit()).saturating_sub(since).max(0);
            span.since = Some(since.saturating_sub(length).saturating_sub(DAY));
        }
        span
    }

    /// How many buckets back from the newest record this view can show.
    fn reach(&self, unit: Unit) -> Option<i64> {
        if self.looks_back() {
            return None;
        }
        let periods = if self.compares() { 2 } else { 1 };
        match (self.window.since?, self.window.as_of) {
            (Bound::DaysBack(days), AsOf::Newest) => {
                let buckets = if unit == Unit::Hour { 24 } else { 1 };
                // One more day: a day may have 25 hours.
                Some(days.saturating_mul(periods).saturating_add(1).saturating_mul(buckets))
            }
            (Bound::HoursBack(hours), AsOf::Newest) => Some(hours.saturating_mul(periods).saturating_add(1)),
            _ => None,
        }
    }
}

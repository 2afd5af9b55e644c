//! Against the period before: how long that is, and who is new or gone since.

use super::subject::Subject;
use super::value::{Sentence, Value, counted};
use crate::map::Set;
use crate::time::DAY;
use crate::time::window::{Span, day_at, midnight};

/// How many accounts are named in a line.
const NAMED: usize = 5;

/// The period before the window, as long as it, if the logs hold all of it.
pub fn period_before(subject: &Subject<'_>) -> Option<Span> {
    if !subject.is_whole_days() {
        return None;
    }
    let (first, last) = subject.days()?;
    let (since, zone) = (subject.scope.span.since?, subject.scope.zone);
    let length = last.saturating_sub(first).saturating_add(1).saturating_mul(DAY);
    let start = midnight(day_at(since.saturating_sub(length), zone), zone);
    let (oldest, _) = subject.scope.covered?;
    (day_at(oldest, zone) <= day_at(start, zone)).then_some(Span { since: Some(start), until: Some(since) })
}

/// The days of that period.
pub fn days(subject: &Subject<'_>, span: Span) -> Option<Value> {
    let (since, until) = (span.since?, span.until?.saturating_sub(1));
    Some(Value::Days(day_at(since, subject.scope.zone), day_at(until, subject.scope.zone)))
}

/// Who is new or gone.
#[derive(Debug)]
pub struct Accounts<'a> {
    /// Seen in the window, and not before it.
    pub new: Vec<&'a [u8]>,
    /// Seen only before it.
    pub gone: Vec<&'a [u8]>,
}

impl<'a> Accounts<'a> {
    /// Of those of the window, and those of the period before.
    pub fn of(now: &Set<&'a [u8]>, before: &Set<&'a [u8]>) -> Self {
        let difference = |a: &Set<&'a [u8]>, b| {
            let mut names: Vec<&[u8]> = a.difference(b).copied().collect();
            names.sort_unstable();
            names
        };
        Self { new: difference(now, before), gone: difference(before, now) }
    }

    /// "NEW  2 accounts not seen 2 - 8 Nov 2026: a@contoso.com, b@contoso.com".
    pub fn lines(&self, subject: &Subject<'_>, before: Span) -> Vec<Sentence> {
        let kinds = [("NEW  ", &self.new, " not seen "), ("GONE  ", &self.gone, " seen only ")];
        let line = |(heading, names, how): (&'static str, &Vec<&[u8]>, &'static str)| {
            let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
            let mut line: Sentence = vec![heading.into()];
            line.extend(counted(count, ("account", "accounts")));
            line.push(how.into());
            line.extend(days(subject, before));
            for (index, name) in names.iter().take(NAMED).enumerate() {
                line.push(if index == 0 { ": ".into() } else { ", ".into() });
                line.push(Value::sender(Some(name)));
            }
            let more = names.len().saturating_sub(NAMED);
            line.extend((more > 0).then(|| Value::words(format!(" and {more} more"))));
            (!names.is_empty()).then_some(line)
        };
        kinds.into_iter().filter_map(line).collect()
    }
}

/// Names as a list of the data.
pub fn list(names: &[&[u8]]) -> Value {
    Value::Sentence(names.iter().map(|name| Value::sender(Some(name))).collect())
}

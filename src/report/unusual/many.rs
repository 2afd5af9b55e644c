//! Very many client addresses of one account in a day: what needs no history to be told.

use crate::map::{Map, Set};
use crate::report::subject::Subject;

/// More addresses than a person or a program uses in a day: a threshold that mail servers refuse at (postfwd's plugin for
/// countries and addresses of an account began higher and came down to this).
const USUAL: usize = 20;

/// Accounts with very many addresses in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Many {
    /// How many accounts.
    pub accounts: u64,
    /// Their messages on such days.
    pub messages: u64,
    /// Their sessions on such days.
    pub sessions: u64,
    /// The most addresses of one account in a day.
    pub addresses: u64,
    /// That day (days since 1970).
    pub day: i64,
}

/// What one account did in a day.
#[derive(Default)]
struct Day<'a> {
    clients: Set<&'a [u8]>,
    messages: u64,
    sessions: u64,
}

/// The accounts of the window with very many addresses in a day, if there are any.
pub fn many_clients(subject: &Subject<'_>) -> Option<Many> {
    let mut days: Map<(&[u8], i64), Day<'_>> = Map::default();
    let used = subject.rows().filter(|row| row.counts.messages > 0 || row.counts.sessions > 0);
    used.for_each(|row| {
        let (Some(account), Some(bucket)) = (row.login.or(row.sender), row.bucket) else { return };
        let day = days.entry((account, subject.day_of(bucket))).or_default();
        day.clients.extend(row.client);
        day.messages = day.messages.saturating_add(row.counts.messages);
        day.sessions = day.sessions.saturating_add(row.counts.sessions);
    });
    days.retain(|_, day| day.clients.len() > USUAL);
    let size = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    let (addresses, day) = days.iter().map(|((_, day), found)| (size(found.clients.len()), *day)).max()?;
    let accounts: Set<&[u8]> = days.keys().map(|(account, _)| *account).collect();
    let sum = |count: fn(&Day<'_>) -> u64| days.values().map(count).fold(0, u64::saturating_add);
    let (messages, sessions) = (sum(|day| day.messages), sum(|day| day.sessions));
    Some(Many { accounts: size(accounts.len()), messages, sessions, addresses, day })
}

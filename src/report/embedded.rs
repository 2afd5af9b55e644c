//! The cells of many days, for a page that folds them by itself: names once, what many cells share once, then numbers.

use super::device;
use super::fold;
use super::online::Source;
use super::rows::By;
use super::subject::{Scope, Subject};
use super::value::Value;
use crate::map::{Map, Set};
use crate::submission::{Auth, Counts, Tls};
use crate::tally::Row;
use crate::time::window::{Span, midnight};

/// What an embedded cell, a kind of cells and a name take up on the page, roughly, in bytes: names besides as long as they are.
const BYTES: [usize; 3] = [24, 40, 4];
/// What all of them may take up: a page of 8 MB still opens at once.
const MOST: usize = 7_000_000;

/// The server's logs hold messages, be it on other days.
pub const HAS_MESSAGES: u8 = 1;
/// The cell is of a sign-in log, which knows no TLS version.
pub const IS_SIGN_IN: u8 = 2;

/// What many cells share: places in the list of names, 0 being none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Kind {
    /// Envelope sender.
    pub sender: usize,
    /// Login.
    pub login: usize,
    /// Address of the client.
    pub client: usize,
    /// Sender domain, or that of the login of a session.
    pub domain: usize,
    /// SASL mechanism.
    pub mechanism: usize,
    /// Place in [`Tls::SHOWN`].
    pub tls: usize,
    /// Place in [`Auth::ALL`].
    pub auth: usize,
    /// [`HAS_MESSAGES`], [`IS_SIGN_IN`].
    pub flags: u8,
}

/// What was counted on a day.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Place in the list of kinds.
    pub kind: usize,
    /// Day since 1970; `None` for input that was counted without days.
    pub day: Option<i64>,
    /// How much.
    pub counts: Counts,
}

/// The cells of a stretch of days.
#[derive(Debug, Default)]
pub struct Embedded {
    /// First and last day: all that one can choose from.
    pub days: (i64, i64),
    /// First and last day of the window, on which the page opens.
    pub window: (i64, i64),
    /// The day that the newest record leaves unfinished, and that record.
    pub unfinished: Option<(i64, i64)>,
    /// Names in their order; the first stands for none.
    pub names: Vec<Value>,
    /// Host names and EHLO names of clients, by the place of the client in the list of names.
    pub devices: Vec<(usize, [Value; 2])>,
    /// Kinds of cells.
    pub kinds: Vec<Kind>,
    /// Cells in the order of kinds and days.
    pub cells: Vec<Cell>,
    /// The name of all accounts that had no place, if there are any, and how many.
    pub others: Option<(usize, u64)>,
    /// A hub's log is missing, so that who has sent messages may have sent others.
    pub is_hub_missing: bool,
}

/// A cell by its names.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Named<'a> {
    names: [Option<&'a [u8]>; 5],
    tls: Tls,
    flags: u8,
    day: Option<i64>,
    is_other: bool,
}

impl<'a> Named<'a> {
    fn of(subject: &Subject<'a>, row: &Row<'a>) -> Self {
        let has_messages = u8::from(subject.table.has_messages_of(row.server));
        let is_sign_in = if Source::of(row) == Source::SignIns { IS_SIGN_IN } else { 0 };
        let domain = fold::name_of(row, By::Domain);
        Self {
            names: [row.sender, row.login, row.client, domain, row.mechanism],
            tls: row.tls,
            flags: has_messages | is_sign_in,
            day: row.bucket.map(|bucket| subject.day_of(bucket)),
            is_other: false,
        }
    }

    fn account(&self) -> Option<&'a [u8]> {
        let [sender, login, ..] = self.names;
        login.or(sender)
    }
}

impl Embedded {
    /// The cells of the last so many days (`None`: of all) and of the window.
    pub fn of(subject: &Subject<'_>, embed: Option<i64>) -> Self {
        let Some(window) = subject.days() else { return Self::default() };
        let (_, last) = window;
        let oldest = subject.scope.covered.map(|(first, _)| subject.day_at(first));
        let back = embed.map(|days| last.saturating_sub(days).saturating_add(1));
        let first = oldest.max(back).unwrap_or(window.0).min(window.0);
        let cells = cells(subject, first, window);
        let (cells, others) = within(cells, MOST);
        let mut embedded = Self {
            days: (first, last),
            window,
            unfinished: subject.unfinished(),
            is_hub_missing: subject.scope.apart.sessions_without_hub > 0,
            ..Self::default()
        };
        embedded.number(subject, cells, others);
        embedded
    }

    /// Gives names and kinds their numbers. Names are in their order, so that the order of numbers is that of names.
    fn number(&mut self, subject: &Subject<'_>, cells: Map<Named<'_>, Counts>, others: u64) {
        let names = sorted(cells.keys().flat_map(|cell| cell.names.into_iter().flatten()));
        let ids: Map<&[u8], usize> =
            names.iter().enumerate().map(|(id, name)| (*name, id.saturating_add(1))).collect();
        let clients = sorted(cells.keys().filter_map(|cell| cell.names[2]));
        let id = |name: Option<&[u8]>| name.and_then(|name| ids.get(name)).copied().unwrap_or(0);
        self.names = std::iter::once(Value::Missing)
            .chain(names.iter().map(|name| Value::sender(Some(name))))
            .collect();
        if others > 0 {
            self.others = Some((self.names.len(), others));
            self.names.push(Value::Others(others));
        }
        let other = self.others.map_or(0, |(id, _)| id);
        let kind = |cell: &Named<'_>| {
            let [sender, login, client, domain, mechanism] = cell.names.map(id);
            Kind {
                sender: if cell.is_other { other } else { sender },
                login,
                client,
                domain,
                mechanism,
                tls: Tls::SHOWN.iter().position(|tls| *tls == cell.tls).unwrap_or(7),
                auth: Auth::ALL.iter().position(|auth| *auth == Auth::of(cell.names[4])).unwrap_or(4),
                flags: cell.flags,
            }
        };
        let mut numbered: Vec<(Kind, Option<i64>, Counts)> =
            cells.iter().map(|(cell, counts)| (kind(cell), cell.day, *counts)).collect();
        numbered.sort_unstable_by_key(|(kind, day, _)| (*kind, *day));
        for (kind, day, counts) in numbered {
            if self.kinds.last() != Some(&kind) {
                self.kinds.push(kind);
            }
            self.cells.push(Cell { kind: self.kinds.len().saturating_sub(1), day, counts });
        }
        self.devices = clients
            .into_iter()
            .map(|client| (id(Some(client)), device::names(subject, Some(client))))
            .filter(|(_, names)| names.iter().any(|name| *name != Value::Missing))
            .collect();
    }
}

/// Each name once, in order.
fn sorted<'a>(names: impl Iterator<Item = &'a [u8]>) -> Vec<&'a [u8]> {
    let names: Set<&[u8]> = names.collect();
    let mut names: Vec<&[u8]> = names.into_iter().collect();
    names.sort_unstable();
    names
}

/// The cells of the window as its views count them, and those of the days before.
fn cells<'a>(subject: &Subject<'a>, first: i64, window: (i64, i64)) -> Map<Named<'a>, Counts> {
    let mut cells: Map<Named<'a>, Counts> = Map::default();
    let mut add =
        |row: &Row<'a>| cells.entry(Named::of(subject, row)).or_insert(Counts::ZERO).add(row.counts);
    subject.rows().for_each(|row| add(&row));
    if first < window.0 {
        let zone = subject.scope.zone;
        let span = Span { since: Some(midnight(first, zone)), until: Some(midnight(window.0, zone)) };
        let before = Subject::new(subject.table, Scope { span, ..subject.scope.clone() });
        // What has no day lies in the window as much as before it, and is there already.
        before.rows().filter(|row| row.bucket.is_some()).for_each(|row| add(&row));
    }
    cells
}

/// Keeps the accounts that count most, as many as have a place in so many bytes; the others become one. How many
/// others.
fn within(cells: Map<Named<'_>, Counts>, mut left: usize) -> (Map<Named<'_>, Counts>, u64) {
    let [of_cell, of_kind, of_name] = BYTES;
    let mut accounts: Map<Option<&[u8]>, (u64, usize)> = Map::default();
    let mut kinds: Set<_> = Set::default();
    for (cell, counts) in &cells {
        let (units, bytes) = accounts.entry(cell.account()).or_default();
        *units = units.saturating_add(counts.messages).saturating_add(counts.sessions);
        *bytes = bytes.saturating_add(of_cell);
        if kinds.insert((cell.names, cell.tls, cell.flags)) {
            let [sender, login, client, ..] =
                cell.names.map(|name| name.map_or(0, |name| name.len().saturating_add(of_name)));
            *bytes = bytes
                .saturating_add(of_kind)
                .saturating_add(sender)
                .saturating_add(login)
                .saturating_add(client);
        }
    }
    let mut ranked: Vec<_> = accounts.into_iter().collect();
    ranked.sort_unstable_by_key(|(name, (units, _))| (std::cmp::Reverse(*units), *name));
    let fits = |(_, (_, bytes)): &&(_, (u64, usize))| {
        let rest = left.checked_sub(*bytes);
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let kept: Set<Option<&[u8]>> = ranked.iter().take_while(fits).map(|(name, _)| *name).collect();
    let others = u64::try_from(ranked.len().saturating_sub(kept.len())).unwrap_or(u64::MAX);
    if others == 0 {
        return (cells, 0);
    }
    let mut short: Map<Named<'_>, Counts> = Map::default();
    for (cell, counts) in cells {
        let [.., domain, mechanism] = cell.names;
        let other = Named { names: [None, None, None, domain, mechanism], is_other: true, ..cell };
        let cell = if kept.contains(&cell.account()) { cell } else { other };
        short.entry(cell).or_insert(Counts::ZERO).add(&counts);
    }
    (short, others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn cell<'a>(login: &'a [u8], domain: &'a [u8], day: i64) -> Named<'a> {
        let names = [Some(login), Some(login), Some(&b"192.0.2.1"[..]), Some(domain), None];
        Named { names, tls: Tls::V1_2, flags: HAS_MESSAGES, day: Some(day), is_other: false }
    }

    #[test]
    fn the_accounts_that_count_least_become_one() {
        let told = [(&b"a@x"[..], &b"x"[..], 5), (b"b@x", b"x", 1), (b"c@y", b"y", 2), (b"d@y", b"y", 1)];
        let mut cells: Map<Named<'_>, Counts> = Map::default();
        for (login, domain, messages) in told {
            for day in 0..3 {
                let count = (0..messages).fold(Counts::ZERO, |mut sum, _| {
                    sum.add(&Counts::message(0, 1));
                    sum
                });
                cells.insert(cell(login, domain, day), count);
            }
        }
        let sum = |cells: &Map<Named<'_>, Counts>| cells.values().map(|counts| counts.messages).sum::<u64>();
        let all = sum(&cells);
        assert_eq!(within(cells.clone(), MOST).1, 0);
        // Two accounts fit: those with the most messages.
        let each = BYTES[0] * 3 + BYTES[1] + 2 * (3 + BYTES[2]) + 9 + BYTES[2];
        let (short, others) = within(cells, 2 * each + 10);
        assert_eq!((others, sum(&short)), (2, all));
        let kept: BTreeSet<_> = short.keys().filter_map(Named::account).collect();
        assert_eq!(kept, BTreeSet::from([&b"a@x"[..], b"c@y"]));
        // The others keep their domains and days.
        let rest: Vec<_> = short.keys().filter(|cell| cell.is_other).collect();
        assert_eq!(rest.len(), 6);
        assert!(rest.iter().all(|cell| cell.names[3].is_some() && cell.day.is_some()));
    }
}

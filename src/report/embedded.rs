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
use crate::tally::names::{NameId, Names};
use crate::time::window::{Span, midnight};
use rayon::prelude::*;

/// What an embedded cell, a kind of cells and a name take up on the page, roughly, in bytes: names besides as long as they are.
const BYTES: [usize; 3] = [24, 40, 4];
/// What all of them may take up: a page of 8 MB still opens at once.
const MOST: usize = 7_000_000;

/// The server's logs hold messages, be it on other days.
pub const HAS_MESSAGES: u8 = 1;
/// The cell is of a sign-in log, which knows no TLS version.
pub const IS_SIGN_IN: u8 = 2;

/// What many cells share: places in the list of names, 0 being none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Kind {
    /// Envelope sender.
    pub sender: u32,
    /// Login.
    pub login: u32,
    /// Address of the client.
    pub client: u32,
    /// Sender domain, or that of the login of a session.
    pub domain: u32,
    /// SASL mechanism.
    pub mechanism: u32,
    /// Place in [`Tls::SHOWN`].
    pub tls: u8,
    /// Place in [`Auth::ALL`].
    pub auth: u8,
    /// [`HAS_MESSAGES`], [`IS_SIGN_IN`].
    pub flags: u8,
}

impl Kind {
    fn of<'a>(subject: &Subject<'a>, row: &Row<'a>, names: &mut Names) -> Self {
        let mut number = |name: Option<&[u8]>| name.map_or(NONE, |name| names.id(name));
        let has_messages = u8::from(subject.table.has_messages_of(row.server));
        let is_sign_in = if Source::of(row) == Source::SignIns { IS_SIGN_IN } else { 0 };
        Self {
            sender: number(row.sender),
            login: number(row.login),
            client: number(row.client),
            domain: number(fold::name_of(row, By::Domain)),
            mechanism: number(row.mechanism),
            tls: place(&Tls::SHOWN, row.tls),
            auth: place(&Auth::ALL, Auth::of(row.mechanism)),
            flags: has_messages | is_sign_in,
        }
    }

    fn names(&self) -> [u32; 5] {
        [self.sender, self.login, self.client, self.domain, self.mechanism]
    }

    fn account(&self) -> u32 {
        if self.login == NONE { self.sender } else { self.login }
    }

    fn renamed(self, new: impl Fn(u32) -> u32) -> Self {
        let [sender, login, client, domain, mechanism] = self.names().map(new);
        Self { sender, login, client, domain, mechanism, ..self }
    }
}

/// The number of no name.
const NONE: NameId = 0;

/// The place of one of a few; the last of them is what is not known.
fn place<T: Copy + PartialEq>(all: &[T], one: T) -> u8 {
    let before = all.iter().take_while(|known| **known != one).count();
    u8::try_from(before.min(all.len().saturating_sub(1))).unwrap_or(u8::MAX)
}

/// What was counted of a kind on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it shares with others.
    pub kind: Kind,
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
    pub devices: Vec<(u32, [Value; 2])>,
    /// Cells in the order of kinds and days.
    pub cells: Vec<Cell>,
    /// The name of all accounts that had no place, if there are any, and how many.
    pub others: Option<(u32, u64)>,
    /// A hub's log is missing, so that who has sent messages may have sent others.
    pub is_hub_missing: bool,
}

impl Embedded {
    /// The cells of the last so many days (`None`: of all) and of the window.
    pub fn of(subject: &Subject<'_>, embed: Option<i64>) -> Self {
        let Some(window) = subject.days() else { return Self::default() };
        let (_, last) = window;
        let oldest = subject.scope.covered.map(|(first, _)| subject.day_at(first));
        let back = embed.map(|days| last.saturating_sub(days).saturating_add(1));
        let first = oldest.max(back).unwrap_or(window.0).min(window.0);
        let mut names = Names::default();
        let cells = cells(subject, first, window, &mut names);
        let (names, cells) = in_order(&names, cells);
        let (names, cells, others) = within(names, summed(cells), MOST);
        let devices = |client: u32| {
            let devices = device::names(subject, Some(name(&names, client)?));
            devices.iter().any(|name| *name != Value::Missing).then_some((client, devices))
        };
        let mut clients: Vec<u32> = cells.iter().map(|cell| cell.kind.client).collect();
        clients.sort_unstable();
        clients.dedup();
        let shown = names.iter().map(|name| Value::sender(Some(name)));
        let others = (others > 0).then_some((number(names.len()), others));
        Self {
            days: (first, last),
            window,
            unfinished: subject.unfinished(),
            names: std::iter::once(Value::Missing)
                .chain(shown)
                .chain(others.map(|(_, count)| Value::Others(count)))
                .collect(),
            devices: clients.into_iter().filter_map(devices).collect(),
            cells,
            others,
            is_hub_missing: subject.scope.apart.sessions_without_hub > 0,
        }
    }
}

/// The number of a name, from its place in a list that does not hold "none".
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1)
}

/// The name of a number.
fn name<'a>(names: &[&'a [u8]], number: u32) -> Option<&'a [u8]> {
    names.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

/// Names in their order, and cells under the numbers that they have there: the order of numbers is that of names.
fn in_order(names: &Names, cells: Vec<Cell>) -> (Vec<&[u8]>, Vec<Cell>) {
    let ranks = names.ranks();
    let mut sorted: Vec<&[u8]> = vec![b""; names.count()];
    for (id, rank) in (0..).zip(&ranks) {
        let place = usize::try_from(*rank).ok().and_then(|rank| sorted.get_mut(rank.checked_sub(1)?));
        place.zip(names.name(id)).into_iter().for_each(|(place, name)| *place = name);
    }
    (sorted, renamed(cells, &ranks))
}

/// Cells under the numbers that stand at the places of the old ones.
fn renamed(mut cells: Vec<Cell>, new: &[u32]) -> Vec<Cell> {
    let of = |old: u32| usize::try_from(old).ok().and_then(|old| new.get(old)).copied().unwrap_or(NONE);
    cells.iter_mut().for_each(|cell| cell.kind = cell.kind.renamed(of));
    cells
}

/// Cells in their order, those of the same kind and day added up.
fn summed(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.par_sort_unstable_by_key(|cell| (cell.kind, cell.day));
    cells.dedup_by(|next, cell| {
        let is_same = (next.kind, next.day) == (cell.kind, cell.day);
        if is_same {
            cell.counts.add(&next.counts);
        }
        is_same
    });
    cells
}

/// The cells of the window as its views count them, and those of the days before.
fn cells<'a>(subject: &Subject<'a>, first: i64, window: (i64, i64), names: &mut Names) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut add = |row: Row<'a>| {
        let day = row.bucket.map(|bucket| subject.day_of(bucket));
        cells.push(Cell { kind: Kind::of(subject, &row, names), day, counts: *row.counts });
    };
    subject.rows().for_each(&mut add);
    if first < window.0 {
        let zone = subject.scope.zone;
        let span = Span { since: Some(midnight(first, zone)), until: Some(midnight(window.0, zone)) };
        let before = Subject::new(subject.table, Scope { span, ..subject.scope.clone() });
        // What has no day lies in the window as much as before it, and is there already.
        before.rows().filter(|row| row.bucket.is_some()).for_each(&mut add);
    }
    cells
}

/// Keeps the accounts that count most, as many as have a place in so many bytes, and their names; the others become one. How
/// many others. Cells are in their order.
fn within(names: Vec<&[u8]>, mut cells: Vec<Cell>, mut left: usize) -> (Vec<&[u8]>, Vec<Cell>, u64) {
    let [of_cell, of_kind, of_name] = BYTES;
    let length = |number: u32| name(&names, number).map_or(0, |name| name.len().saturating_add(of_name));
    let mut accounts: Map<u32, (u64, usize)> = Map::default();
    for cells in cells.chunk_by(|one, other| one.kind == other.kind) {
        let Some(Cell { kind, .. }) = cells.first() else { continue };
        let (units, bytes) = accounts.entry(kind.account()).or_default();
        let sent = cells.iter().map(|cell| cell.counts.messages.saturating_add(cell.counts.sessions));
        *units = sent.fold(*units, u64::saturating_add);
        let of_names = [kind.sender, kind.login, kind.client].map(length).iter().sum::<usize>();
        let of_cells = of_cell.saturating_mul(cells.len());
        *bytes = bytes.saturating_add(of_kind).saturating_add(of_names).saturating_add(of_cells);
    }
    let mut ranked: Vec<_> = accounts.into_iter().collect();
    ranked.sort_unstable_by_key(|(account, (units, _))| (std::cmp::Reverse(*units), *account));
    let fits = |(_, (_, bytes)): &&(u32, (u64, usize))| {
        let rest = left.checked_sub(*bytes);
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let kept: Set<u32> = ranked.iter().take_while(fits).map(|(account, _)| *account).collect();
    let others = u64::try_from(ranked.len().saturating_sub(kept.len())).unwrap_or(u64::MAX);
    if others == 0 {
        return (names, cells, 0);
    }
    let other = number(names.len());
    for cell in cells.iter_mut().filter(|cell| !kept.contains(&cell.kind.account())) {
        cell.kind = Kind { sender: other, login: NONE, client: NONE, ..cell.kind };
    }
    let (names, cells) = only_used(names, cells);
    (names, summed(cells), others)
}

/// The names that cells have. The one behind the last stands for the others.
fn only_used(names: Vec<&[u8]>, cells: Vec<Cell>) -> (Vec<&[u8]>, Vec<Cell>) {
    let used: Set<u32> = cells.iter().flat_map(|cell| cell.kind.names()).collect();
    let mut new = vec![NONE];
    let mut kept = Vec::new();
    for (old, name) in (1..).zip(names) {
        if used.contains(&old) {
            kept.push(name);
        }
        new.push(number(kept.len()).saturating_sub(1));
    }
    new.push(number(kept.len()));
    (kept, renamed(cells, &new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_that_count_least_become_one() {
        let told: [(&[u8], &[u8], u64); 4] =
            [(b"a@x", b"x", 5), (b"b@x", b"x", 1), (b"c@y", b"y", 2), (b"d@y", b"y", 1)];
        let mut names = Names::default();
        let mut cells = Vec::new();
        for (login, domain, messages) in told {
            let (login, domain, client) = (names.id(login), names.id(domain), names.id(b"192.0.2.1"));
            let kind = Kind { sender: login, login, client, domain, ..Kind::default() };
            for day in 0..3 {
                for _ in 0..messages {
                    cells.push(Cell { kind, day: Some(day), counts: Counts::message(0, 1) });
                }
            }
        }
        let (names, cells) = in_order(&names, cells);
        assert_eq!(names, [&b"192.0.2.1"[..], b"a@x", b"b@x", b"c@y", b"d@y", b"x", b"y"]);
        let cells = summed(cells);
        assert_eq!(cells.len(), 12, "each kind and day is one cell");
        let sum = |cells: &[Cell]| cells.iter().map(|cell| cell.counts.messages).sum::<u64>();
        assert_eq!(sum(&cells), 27);
        assert_eq!(within(names.clone(), cells.clone(), MOST), (names.clone(), cells.clone(), 0));
        // Two accounts fit: those with the most messages.
        let each = BYTES[0] * 3 + BYTES[1] + 2 * (3 + BYTES[2]) + 9 + BYTES[2];
        let (names, short, others) = within(names, cells.clone(), 2 * each + 10);
        assert_eq!((others, sum(&short)), (2, sum(&cells)));
        assert_eq!(names, [&b"192.0.2.1"[..], b"a@x", b"c@y", b"x", b"y"]);
        let logins: Set<u32> = short.iter().map(|cell| cell.kind.login).filter(|login| *login != 0).collect();
        assert_eq!(logins, Set::from_iter([2, 3]));
        // The others keep their domains and days, and stand behind all names.
        let rest: Vec<_> = short.iter().filter(|cell| cell.kind.sender == 6).collect();
        assert_eq!(rest.len(), 6);
        assert!(rest.iter().all(|cell| cell.kind.domain >= 4 && cell.day.is_some()));
    }
}

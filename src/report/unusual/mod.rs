//! `smtpauth unusual`: accounts that do not behave as they used to.
//!
//! ```text
//! facts of a day -> what is new in it (life) -> how likely each count is (rhythm, grid) -> p-values per aspect (null)
//!   -> evidence of a day -> course over days -> p-value of a day (null) -> incidents -> words
//! ```

pub mod course;
pub mod evidence;
pub mod grid;
pub mod habits;
pub mod incident;
pub mod judge;
pub mod life;
pub mod many;
pub mod null;
pub mod points;
pub mod rhythm;
pub mod rows;
pub mod screen;
pub mod signals;
pub mod special;
pub mod words;

use self::incident::{Incident, incidents};
use self::judge::{Judged, judge};
use self::rows::Row;
use super::Report;
use super::subject::Subject;
use crate::tally::behaviour::Days;
use crate::tally::pattern::Pattern;
use crate::time::window::day_at;
use std::collections::BTreeSet;

pub use rows::COLUMNS;

/// Days of history without which volumes say little.
const HISTORY: i64 = 14;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// False alarms that are accepted in 1,000 days of accounts.
    pub sensitivity: f64,
    /// Every day of every account is a row.
    pub scores: bool,
    /// Accounts that may do what they do.
    pub allowed: Vec<Allowed>,
}

impl Default for Options {
    fn default() -> Self {
        Self { sensitivity: 1.0, scores: false, allowed: Vec::new() }
    }
}

/// Logins that may do what they do.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Which logins.
    pub login: Pattern,
    /// The last day (days since 1970) for which that holds.
    pub until: Option<i64>,
}

impl Allowed {
    /// Whether an account is excused on a day.
    pub fn covers(&self, account: &[u8], day: i64) -> bool {
        self.login.fits(account) && self.until.is_none_or(|until| day <= until)
    }
}

/// What the check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody stands out.
    Usual,
    /// Somebody does.
    Found,
    /// There was nobody to judge.
    Nothing,
}

/// An account, judged.
struct Account<'a> {
    name: &'a [u8],
    days: &'a Days,
    judged: Vec<Judged>,
    /// Its days that stand out, in the window or before it, excused or not.
    alarms: BTreeSet<i64>,
    /// It stands out in the window, but may.
    is_excused: bool,
}

impl Account<'_> {
    /// It has two weeks of history in front of a day.
    fn has_history(&self, day: i64) -> bool {
        let first = self.days.iter().find(|(_, facts)| facts.success.is_some());
        first.is_some_and(|(first, _)| first.saturating_add(HISTORY) <= day)
    }

    fn in_window(&self, window: (i64, i64)) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(move |day| (window.0..=window.1).contains(&day.observed.day))
    }
}

/// What was found, for screen and rows.
struct Found<'s, 'a> {
    subject: &'s Subject<'a>,
    /// First and last day of the window.
    window: (i64, i64),
    /// Accounts with a day in the window.
    accounts: &'s [Account<'a>],
    /// Those that are shown, the highest score first.
    incidents: &'s [Incident<'s>],
    /// Accounts that stand out, but on days that a condition leaves out.
    hidden: &'s BTreeSet<&'s [u8]>,
    /// The score of an alarm.
    alarm: f64,
}

/// The view.
pub fn report<'a>(subject: &Subject<'a>, options: &Options, top: Option<usize>) -> (Report<'a>, Verdict) {
    let window = subject.days().unwrap_or((i64::MAX, i64::MIN));
    let alarm = 3.0 - options.sensitivity.log10();
    let accounts = accounts(subject, options, window, alarm);
    let newest = subject.newest().map_or(i64::MAX, |newest| day_at(newest, subject.scope.zone));
    let mut found: Vec<Incident<'_>> = Vec::new();
    for account in &accounts {
        let is_alarm = |day: &Judged| {
            account.alarms.contains(&day.observed.day)
                && (window.0..=window.1).contains(&day.observed.day)
                && !is_allowed(options, account.name, day.observed.day)
        };
        found.extend(incidents(account.name, account.days, &account.judged, is_alarm, newest.min(window.1)));
    }
    found
        .sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.account.cmp(other.account)));
    (1..).zip(&mut found).for_each(|(number, incident)| incident.number = number);
    let rows = rows::rows(&accounts, window, &found, options.scores);
    let rows: Vec<Row> = rows.into_iter().filter(|row| row.is_kept(subject.scope.condition)).collect();
    let mut hidden = names(&found);
    found.retain(|incident| rows.iter().any(|row| row.incident == Some(incident.number)));
    names(&found).into_iter().for_each(|shown| {
        hidden.remove(shown);
    });
    let verdict = match (accounts.is_empty(), found.is_empty()) {
        (true, _) => Verdict::Nothing,
        (false, true) => Verdict::Usual,
        (false, false) => Verdict::Found,
    };
    let found = Found { subject, window, accounts: &accounts, incidents: &found, hidden: &hidden, alarm };
    let sections = screen::sections(&found, top);
    (Report { command: "unusual", sections, data: rows::data(rows, options.scores, top) }, verdict)
}

/// The accounts that incidents are about.
fn names<'a>(incidents: &[Incident<'a>]) -> BTreeSet<&'a [u8]> {
    incidents.iter().map(|incident| incident.account).collect()
}

/// The accounts that did something in the window, judged beside all others.
fn accounts<'a>(
    subject: &Subject<'a>,
    options: &Options,
    window: (i64, i64),
    alarm: f64,
) -> Vec<Account<'a>> {
    let all = subject.table.accounts();
    let days: Vec<&Days> = all.iter().map(|(_, days)| *days).collect();
    let judged = judge(&days, window.0);
    let mut accounts = Vec::new();
    for ((name, days), judged) in all.into_iter().zip(judged) {
        if days.range(window.0..=window.1.max(window.0)).next().is_none() {
            continue;
        }
        let stands_out = |day: &&Judged| day.observed.is_active && day.score() >= alarm;
        let alarms: BTreeSet<i64> = judged.iter().filter(stands_out).map(|day| day.observed.day).collect();
        let is_excused =
            alarms.iter().any(|day| (window.0..=window.1).contains(day) && is_allowed(options, name, *day));
        accounts.push(Account { name, days, judged, alarms, is_excused });
    }
    accounts
}

fn is_allowed(options: &Options, account: &[u8], day: i64) -> bool {
    options.allowed.iter().any(|allowed| allowed.covers(account, day))
}

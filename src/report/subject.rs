//! What all views of a run are about: the cells of a window, the window itself, and what was read.

use super::alone::Alone;
use super::condition::Condition;
use super::fold::name_of;
use super::online::about;
use super::online::{Online, Source};
use super::only::Only;
use super::rows::By;
use super::value::{Sentence, Value, counted};
use crate::join::Apart;
use crate::join::traces::TracedFacts;
use crate::submission::{Basis, Tls};
use crate::tally::cell::Unit;
use crate::tally::{Row, Share, Table};
use crate::time::window::{Span, day_at, midnight};
use crate::time::{DAY, HOUR, LOG_TIME, Zone};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The folders of Exchange Server that hold what another one lacks.
const FRONT_END: &str = r"TransportRoles\Logs\FrontEnd\ProtocolLog\SmtpReceive";
const HUB: &str = r"TransportRoles\Logs\Hub\ProtocolLog\SmtpReceive";

/// How many servers are named in a line.
const NAMED: usize = 3;

/// What was read, for the end of every report.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct InputFacts {
    /// Inputs that were read.
    pub files: u64,
    /// Their bytes; `None` if one is a pipe.
    pub bytes: Option<u64>,
    /// Lines or rows.
    pub lines: u64,
    /// Messages and sessions found, whatever the window.
    pub submissions: u64,
    /// Lines that were not understood.
    pub skipped: u64,
    /// Everything was read to its end.
    pub complete: bool,
}

/// What is known about a run before its cells are looked at.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The window in instants.
    pub span: Span,
    /// The zone that is shown.
    pub zone: Zone,
    /// No stamp has a zone: days and times are those of the logs.
    pub log_time: bool,
    /// What all mail logs cover: first and last record.
    pub covered: Option<(i64, i64)>,
    /// Now, seconds since 1970 (UTC).
    pub now: i64,
    /// What was kept before counting, as typed.
    pub only: &'a [Only],
    /// Which rows are shown after counting.
    pub condition: Option<&'a Condition>,
    /// Where a start or an end is set that does not act here.
    pub passed_over: Option<&'a str>,
    /// The paths as typed, for the commands that come next.
    pub paths: &'a [String],
    /// What was read.
    pub input: InputFacts,
    /// An input says which messages used SMTP AUTH, whether or not the window holds any of them.
    pub marked: bool,
    /// What of all inputs found no other half.
    pub apart: Apart,
    /// What became of the messages of traces.
    pub traced: TracedFacts,
}

/// The subject of a report.
pub struct Subject<'a> {
    /// The cells.
    pub table: &'a Table,
    /// What they are about.
    pub scope: Scope<'a>,
    /// Its cells say which messages used SMTP AUTH.
    marked: bool,
    /// Which exports of Exchange Online count in the window.
    pub online: Online<'a>,
    /// Only these accounts are shown.
    accounts: Option<BTreeSet<Option<&'a [u8]>>>,
    /// It holds messages; else sessions are counted.
    pub has_messages: bool,
    /// Which sessions count in sums, found out once.
    pub(super) alone: OnceLock<Alone<'a>>,
    /// What was left out, found out once: every view says it, and to ask all cells takes its time.
    left_out: OnceLock<u64>,
}

/// What is counted where messages are, and where only sessions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitOfCount {
    /// One of them.
    pub one: &'static str,
    /// Several.
    pub many: &'static str,
    /// As a heading.
    pub heading: &'static str,
}

/// Where there are messages.
pub const MESSAGES: UnitOfCount = UnitOfCount { one: "message", many: "messages", heading: "Messages" };

/// Where there are only sessions.
pub const SESSIONS: UnitOfCount = UnitOfCount { one: "session", many: "sessions", heading: "Sessions" };

impl<'a> Subject<'a> {
    /// Brings together what views need.
    pub fn new(table: &'a Table, scope: Scope<'a>) -> Self {
        let marked = scope.marked || table.rows(Span::default()).any(|row| row.basis != Basis::Unmarked);
        let online = Online::of(table, scope.span);
        let (alone, left_out) = (OnceLock::new(), OnceLock::new());
        let subject =
            Self { table, scope, marked, online, accounts: None, has_messages: true, alone, left_out };
        let has_messages = subject.rows().any(|row| row.counts.messages > 0)
            || !subject.rows().any(|row| row.counts.sessions > 0);
        Self { has_messages, ..subject }
    }

    /// The same of these accounts only, if any are told.
    #[must_use]
    pub fn of_accounts(self, accounts: Option<BTreeSet<Option<&'a [u8]>>>) -> Self {
        Self { accounts, alone: OnceLock::new(), left_out: OnceLock::new(), ..self }
    }

    /// Whether a cell, with what others lend it, is of an account and a client that are shown.
    pub fn shows(&self, row: &Row<'a>) -> bool {
        let account = || name_of(row, By::Account);
        let is_asked = self.accounts.as_ref().is_none_or(|accounts| accounts.contains(&account()));
        is_asked && self.table.keeps_client_of(row)
    }

    /// The newest record.
    pub fn newest(&self) -> Option<i64> {
        self.scope.covered.map(|(_, newest)| newest)
    }

    /// The day of an instant.
    pub fn day_at(&self, instant: i64) -> i64 {
        day_at(instant, self.scope.zone)
    }

    /// The day of the newest record.
    pub fn newest_day(&self) -> Option<i64> {
        self.newest().map(|newest| self.day_at(newest))
    }

    /// The cells that count: beside input that says who authenticated, a trace that does not is left out; of the exports of
    /// Exchange Online, the best one of each account counts.
    pub fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.rows_in(self.scope.span)
    }

    /// The same for another window.
    pub fn rows_in(&self, span: Span) -> impl Iterator<Item = Row<'a>> {
        let online = if span == self.scope.span {
            Cow::Borrowed(&self.online)
        } else {
            Cow::Owned(Online::of(self.table, span))
        };
        self.counted(self.table.rows(span), online)
    }

    /// A share of them, for one of several threads: what an account did is in the same share.
    pub fn rows_of_share(&self, share: Share) -> impl Iterator<Item = Row<'a>> {
        self.counted(self.table.rows_of_share(self.scope.span, share), Cow::Borrowed(&self.online))
    }

    /// Of these cells those that count.
    fn counted(
        &self,
        rows: impl Iterator<Item = Row<'a>>,
        online: Cow<'_, Online<'a>>,
    ) -> impl Iterator<Item = Row<'a>> {
        let marked = self.marked;
        let rows = rows.filter(move |row| !marked || row.basis != Basis::Unmarked);
        rows.filter_map(move |row| online.row(row)).filter(|row| self.shows(row))
    }

    /// Messages of traces that do not say who authenticated, beside others that do.
    pub fn left_out(&self) -> u64 {
        let count = || {
            if !self.marked || !self.table.has_basis(Basis::Unmarked) {
                return 0;
            }
            let rows = self.table.rows(self.scope.span).filter(|row| row.basis == Basis::Unmarked);
            let shown = rows.filter(|row| self.shows(row));
            shown.fold(0_u64, |sum, row| sum.saturating_add(row.counts.messages))
        };
        *self.left_out.get_or_init(count)
    }

    /// Whether the cells are of SMTP AUTH at all.
    pub fn is_marked(&self) -> bool {
        self.marked || self.table.is_empty()
    }

    /// How many rows are kept before it is asked which: all, if that is asked.
    pub fn top(&self, top: Option<usize>) -> Option<usize> {
        top.filter(|_| self.scope.condition.is_none())
    }

    /// What is counted.
    pub fn unit(&self) -> UnitOfCount {
        if self.has_messages { MESSAGES } else { SESSIONS }
    }

    /// What is counted, for titles; `is_mixed`: sessions stand beside messages.
    pub fn units(&self, is_mixed: bool) -> Sentence {
        vec![if is_mixed { "messages and sessions".into() } else { self.unit().many.into() }]
    }

    /// The first and last instant of the window: what was asked for, else what the logs hold.
    pub fn ends(&self) -> Option<(i64, i64)> {
        let first = self.scope.span.since.or(self.scope.covered.map(|(first, _)| first))?;
        let last = match self.scope.span.until {
            Some(until) => until.saturating_sub(1),
            None => self.newest()?,
        };
        Some((first, last))
    }

    /// The first and last day of the window.
    pub fn days(&self) -> Option<(i64, i64)> {
        let (first, last) = self.ends()?;
        let first = day_at(first, self.scope.zone);
        Some((first, day_at(last, self.scope.zone).max(first)))
    }

    /// The day that the newest record leaves unfinished, if it is in the window.
    pub fn unfinished(&self) -> Option<(i64, i64)> {
        let newest = self.newest()?;
        let wall = newest.saturating_add(i64::from(self.scope.zone.offset_at(newest)));
        let (first, last) = self.days()?;
        let day = wall.div_euclid(DAY);
        let is_late = wall.rem_euclid(DAY) >= DAY.saturating_sub(HOUR);
        ((first..=last).contains(&day) && !is_late).then_some((day, newest))
    }

    /// The day of a bucket.
    pub fn day_of(&self, bucket: i64) -> i64 {
        match self.table.unit() {
            Unit::Day => bucket,
            Unit::Hour => bucket.div_euclid(24),
        }
    }

    /// `TITLE · 15 - 21 Nov 2026, 7 days, UTC · ...`: the window stands in every title.
    pub fn title(&self, what: &str, more: impl IntoIterator<Item = Sentence>) -> Sentence {
        let unmarked = format!("{what} of a trace that does not say who used SMTP AUTH");
        self.title_of(if self.is_marked() { what } else { &unmarked }, more)
    }

    /// The same, whether or not the cells are of SMTP AUTH.
    pub fn title_of(&self, what: &str, more: impl IntoIterator<Item = Sentence>) -> Sentence {
        let mut title = vec![Value::words(what.to_owned()), " · ".into()];
        title.extend(self.window());
        for (index, only) in self.scope.only.iter().enumerate() {
            title.push(if index == 0 { " · only ".into() } else { ", ".into() });
            title.extend(only.sentence());
        }
        if let Some(condition) = self.scope.condition {
            title.push(" · only ".into());
            title.extend(condition.sentence());
        }
        for part in more.into_iter().chain(self.age()) {
            title.push(" · ".into());
            title.extend(part);
        }
        title
    }

    fn window(&self) -> Sentence {
        let zone = Value::words(self.zone_name());
        let Some((first, last)) = self.days() else {
            let what = if self.is_of_report() { "period of the export, " } else { "no time, " };
            return vec![what.into(), zone];
        };
        if self.is_whole_days() {
            let count = last.saturating_sub(first).saturating_add(1);
            let count = u64::try_from(count).unwrap_or(0);
            let mut window = vec![Value::Days(first, last), ", ".into()];
            window.extend(counted(count, ("day", "days")));
            window.extend([", ".into(), zone]);
            return window;
        }
        let since = self.scope.span.since.or(self.scope.covered.map(|(first, _)| first)).unwrap_or(0);
        let until = self.scope.span.until.or(self.newest()).unwrap_or(since);
        vec![Value::Moment(since), " - ".into(), Value::Moment(until), ", ".into(), zone]
    }

    /// Whether the window begins and ends at midnight.
    pub fn is_whole_days(&self) -> bool {
        let is_midnight =
            |instant: i64| midnight(day_at(instant, self.scope.zone), self.scope.zone) == instant;
        self.scope.span.since.is_none_or(is_midnight) && self.scope.span.until.is_none_or(is_midnight)
    }

    /// The zone of days and times.
    pub fn zone_name(&self) -> &'static str {
        if self.scope.log_time { LOG_TIME } else { self.scope.zone.name() }
    }

    /// "newest line Sat 21 Nov 19:42".
    fn age(&self) -> Option<Sentence> {
        let newest = self.newest()?;
        let mut sentence = vec!["newest line ".into(), Value::Moment(newest)];
        let days = self.scope.now.saturating_sub(newest).div_euclid(DAY);
        if days > 1 {
            sentence.push(Value::words(format!(", {days} days ago")));
        }
        Some(sentence)
    }

    /// What an empty window says: what the logs do cover.
    pub fn nothing(&self) -> Vec<Sentence> {
        let nothing = match (self.scope.only, &self.accounts) {
            (_, Some(_)) => return vec![vec!["No account that the condition keeps.".into()]],
            ([], None) => "No submission with SMTP AUTH in this window.",
            (_, None) => "No submission with SMTP AUTH in this window that the filters keep.",
        };
        let mut lines = vec![vec![nothing.into()]];
        if self.scope.only.iter().any(|only| only.option == "auth") {
            let classes = "Kinds of login are basic, modern, integrated, other and unknown; other words are names of mechanisms.";
            lines.push(vec![classes.into()]);
        }
        if let Some((first, last)) = self.scope.covered {
            let days = Value::Days(day_at(first, self.scope.zone), day_at(last, self.scope.zone));
            let is_all = self.scope.span.contains(first) && self.scope.span.contains(last);
            let is_over = self.scope.span.since.is_some_and(|since| last < since);
            let how = if is_over {
                ", which is before this window: for all of it, add --all"
            } else if is_all {
                ", all of it in this window"
            } else {
                ": for all of it, add --all"
            };
            lines.push(vec!["The logs cover ".into(), days, how.into()]);
        }
        lines
    }

    /// "all that the logs hold", where nothing cuts it; and that a settings file would.
    pub fn all_there_is(&self) -> Option<Sentence> {
        let Span { since: None, until: None } = self.scope.span else { return None };
        let mut all: Sentence = vec!["all that the logs hold".into()];
        if let Some(origin) = self.scope.passed_over {
            all.extend([", whatever ".into(), Value::text(Some(origin.as_bytes())), " says".into()]);
        }
        Some(all)
    }

    /// A command that comes next, with the filters and the paths of this one.
    pub fn command(&self, words: &str) -> Sentence {
        self.with_paths(vec![Value::words(format!("smtpauth {words}"))])
    }

    /// The same with a name from a log in front of the paths.
    pub fn command_about(&self, words: &str, name: &[u8]) -> Sentence {
        let name = if name.is_empty() { b"<>" } else { name };
        self.with_paths(vec![Value::words(format!("smtpauth {words} ")), Value::text(Some(&quoted(name)))])
    }

    fn with_paths(&self, mut sentence: Sentence) -> Sentence {
        for only in self.scope.only {
            sentence.push(Value::words(format!(" --{} ", only.option)));
            sentence.push(Value::text(Some(only.typed().as_bytes())));
        }
        for path in self.scope.paths.iter().take(3) {
            sentence.push(" ".into());
            sentence.push(Value::text(Some(path.as_bytes())));
        }
        if self.scope.paths.len() > 3 {
            sentence.push(" ...".into());
        }
        sentence
    }

    /// Servers of which the TLS of something that counts cannot be told: where to switch it on. First those with the most
    /// messages, then those with the most sessions.
    pub fn silent_servers(&self) -> Vec<Option<&'a [u8]>> {
        let is_silent = |row: &Row<'_>| row.tls_counted == Tls::Unlogged && row.tls == Tls::Unknown;
        if !self.table.has_silent_servers() || !self.rows().any(|row| is_silent(&row)) {
            return Vec::new();
        }
        let alone = Alone::in_sums(self, self.scope.span);
        let mut servers: BTreeMap<Option<&[u8]>, (u64, u64)> = BTreeMap::new();
        for row in self.rows().filter(is_silent) {
            let (messages, sessions) = servers.entry(row.server).or_default();
            *messages = messages.saturating_add(row.counts.messages);
            *sessions = sessions.saturating_add(alone.sessions(&row));
        }
        servers.retain(|_, counts| *counts != (0, 0));
        let mut servers: Vec<_> = servers.into_iter().collect();
        servers.sort_by_key(|(server, counts)| (std::cmp::Reverse(*counts), *server));
        servers.into_iter().map(|(server, _)| server).collect()
    }

    /// Servers whose logs hold sessions only, beside others whose logs hold messages.
    fn about_sessions(&self) -> Option<Sentence> {
        if !self.table.has_servers_of_sessions_only() {
            return None;
        }
        let is_silent = |row: &Row<'_>| row.counts.sessions > 0 && !self.table.has_messages_of(row.server);
        let servers: BTreeSet<&[u8]> = self
            .rows()
            .filter(is_silent)
            .filter_map(|row| row.server)
            .filter(|_| self.has_messages)
            .collect();
        let mut line: Sentence = Vec::new();
        for (index, server) in servers.iter().take(NAMED).enumerate() {
            line.extend((index > 0).then(|| ", ".into()));
            line.push(Value::text(Some(server)));
        }
        let more = servers.len().saturating_sub(NAMED);
        line.extend((more > 0).then(|| Value::words(format!(" and {more} more"))));
        let whose = if servers.len() == 1 { "its" } else { "their" };
        line.push(Value::words(format!(
            ": sessions only, {whose} messages are not in the logs that were read"
        )));
        (!servers.is_empty()).then_some(line)
    }

    /// What cannot be told, and how to make it known.
    pub fn unknowns(&self) -> Vec<Sentence> {
        let mut lines = Vec::new();
        let servers = self.silent_servers();
        if let Some(server) = servers.first() {
            let mut line = vec!["unknown: ".into()];
            line.push(server.map_or("a server".into(), |server| Value::text(Some(server))));
            line.push(match servers.len().checked_sub(1) {
                Some(more) if more > 0 => Value::words(format!(" and {more} more log")),
                _ => " logs".into(),
            });
            line.push(" no TLS versions; to know next time: postconf -e smtpd_tls_loglevel=1".into());
            lines.push(line);
        }
        lines.extend(self.about_halves());
        lines.extend(self.about_online());
        lines.extend(self.about_left_out());
        lines
    }

    /// What the logs that are not there would tell.
    pub fn about_halves(&self) -> Vec<Sentence> {
        let Apart { sessions_without_hub, messages_without_front, only_tracked } = self.scope.apart;
        let mut lines: Vec<Sentence> = self.about_sessions().into_iter().collect();
        // Halves are brought together before anything is left out.
        let mut say = |count: u64, words: (&'static str, &'static str), rest: String| {
            let mut line: Sentence = vec!["In all logs, whatever the window: ".into()];
            line.extend(counted(count, words));
            line.push(Value::words(rest));
            lines.extend(Some(line).filter(|_| count > 0));
        };
        let messages = ("message", "messages");
        say(
            sessions_without_hub,
            ("session", "sessions"),
            format!(" handed over to a hub that is not in them; for the messages, add {HUB}"),
        );
        say(
            messages_without_front,
            messages,
            format!(" of a hub whose front end is not in them; for TLS version and login, add {FRONT_END}"),
        );
        say(
            only_tracked,
            messages,
            format!(" of message tracking only; for TLS version and login, add {FRONT_END} and {HUB}"),
        );
        lines
    }

    /// Whether anything that counts is from the portal's report, which has no days.
    pub fn is_of_report(&self) -> bool {
        self.rows().any(|row| Source::of(&row) == Source::Report)
    }

    /// Which exports of Exchange Online the numbers are from, and what of them is not counted.
    pub fn about_online(&self) -> Vec<Sentence> {
        about::lines(self)
    }

    /// What was left out because nothing says that it used SMTP AUTH.
    pub fn about_left_out(&self) -> Option<Sentence> {
        let left_out = Some(self.left_out()).filter(|left_out| *left_out > 0)?;
        let mut line: Sentence = counted(left_out, ("message", "messages")).into();
        line.push(" of a trace that does not say who used SMTP AUTH left out".into());
        Some(line)
    }
}

/// A name as a shell takes it for one word: a stranger may have chosen it, and a command that is shown is copied.
fn quoted(name: &[u8]) -> Vec<u8> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"@._+-=/:".contains(byte);
    if name.iter().all(is_plain) && !name.starts_with(b"-") {
        return name.to_vec();
    }
    let parts: Vec<&[u8]> = name.split(|byte| *byte == b'\'').collect();
    let dashes: &[u8] = if name.starts_with(b"-") { b"-- " } else { b"" };
    [dashes, b"'", &parts.join(&br"'\''"[..]), b"'"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word_of_a_shell() {
        assert_eq!(quoted(b"scan-hr@contoso.com"), b"scan-hr@contoso.com");
        assert_eq!(quoted(br"contoso\scan"), br"'contoso\scan'");
        assert_eq!(quoted(b"$(rm -rf ~)'@x"), br"'$(rm -rf ~)'\''@x'");
        assert_eq!(quoted(b"-q"), b"-- '-q'");
    }
}

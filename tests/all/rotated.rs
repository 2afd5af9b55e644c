//! A made-up log of a mail server, cut into files as log rotation does, and what it comes to.

use crate::pack::CONTAINERS;
use chrono::DateTime;

/// 2026-10-22T00:00:00Z.
pub const START: i64 = 1_792_627_200;

/// A log and what it holds.
#[derive(Clone, Debug)]
pub struct Log {
    /// When it begins, seconds since 1970 (UTC).
    pub start: i64,
    /// Its lines, with their times.
    lines: Vec<(i64, String)>,
}

/// Days of a server from [`START`] on: a session every 48 minutes or so, some of which go on over midnight or over the full
/// hour, with two messages; process and queue ids come again and again. Every tenth is a burst of refused logins. Some
/// sessions have no TLS; on one service nearly all have none for weeks. One account stops after twenty days.
pub fn log(host: &str, days: i64) -> Log {
    let mut lines = Vec::new();
    for number in 0..days * 30 {
        let session = session(number);
        lines.extend(
            session.into_iter().map(|(at, text)| (START + number * 2880 + at, format!("{host} {text}"))),
        );
    }
    lines.sort_by_key(|(at, _)| *at);
    Log { start: START, lines }
}

/// The lines of a session, with the seconds at which they are written.
fn session(number: i64) -> Vec<(i64, String)> {
    let (day, id, start) = (number / 30, number % 11, number % 7 - 40);
    let service = if number % 6 == 1 { "smtps" } else { "submission" };
    let smtpd = format!("postfix/{service}/smtpd[{}]", 700 + number % 5);
    let peer = format!("scan[192.0.2.{}]", number % 9);
    let has_tls = if service == "smtps" { day < 9 || day == 29 } else { number % 7 != 3 };
    let login = if day < 20 && number % 13 == 5 { "early".to_owned() } else { format!("user{}", number % 4) };
    let mut said = vec![(0, format!("{smtpd}: connect from {peer}"))];
    if number % 10 == 0 {
        let failed =
            format!("{smtpd}: warning: {peer}: SASL LOGIN authentication failed: no, sasl_username=early");
        said.extend((0..5).map(|_| (1, failed.clone())));
    } else {
        let tls = format!(
            "{smtpd}: Anonymous TLS connection established from {peer}: TLSv1.2 with cipher X (1/1 bits)"
        );
        said.extend(has_tls.then_some((1, tls)));
        for (queue, at) in [(0, 20), (1, 60)] {
            let queue = format!("ABCDE{id:02}{queue}");
            said.push((
                at,
                format!("{smtpd}: {queue}: client={peer}, sasl_method=PLAIN, sasl_username={login}"),
            ));
            let from = format!("{queue}: from=<{login}@contoso.com>, size=10, nrcpt=1 (queue active)");
            said.push((at + 21, format!("postfix/qmgr[9]: {from}")));
            said.push((at + 22, format!("postfix/qmgr[9]: {queue}: removed")));
        }
    }
    said.push((90, format!("{smtpd}: disconnect from {peer} ehlo=2 auth=1 commands=9")));
    said.into_iter().map(|(at, text)| (start + at, text)).collect()
}

/// A line with its stamp.
fn line((at, text): &(i64, String)) -> String {
    let stamp = DateTime::from_timestamp(*at, 0).expect("a time").format("%Y-%m-%dT%H:%M:%S+00:00");
    format!("{stamp} {text}\n")
}

impl Log {
    /// Its lines as they are written.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(line)
    }

    /// All of it.
    pub fn text(&self) -> String {
        self.lines().collect()
    }

    /// What of it lies in this time, the end left out.
    pub fn within(&self, from: i64, to: i64) -> String {
        self.lines.iter().filter(|(at, _)| (from..to).contains(at)).map(line).collect()
    }

    /// Its files, the oldest first: the log is rotated at this time, and then again and again.
    pub fn cut(&self, first: i64, step: i64) -> Vec<String> {
        let last = self.lines.last().map_or(first, |(at, _)| *at);
        let mut cuts: Vec<i64> =
            (0..).map(|count| first + count * step).take_while(|at| *at <= last).collect();
        cuts.insert(0, i64::MIN);
        cuts.push(i64::MAX);
        cuts.windows(2).map(|cut| self.within(cut[0], cut[1])).collect()
    }

    /// The same log in a file that other programs write to as well.
    pub fn with_other_programs(&self) -> Self {
        let mut all = self.clone();
        let last = self.lines.last().map_or(self.start, |(at, _)| *at);
        for at in (self.start..last).step_by(607) {
            all.lines.push((at, "mx1 CRON[77]: (root) CMD (a job)".to_owned()));
        }
        all.lines.sort_by_key(|(at, _)| *at);
        all
    }

    /// Messages, sessions and failed logins.
    pub fn truth(&self) -> [u64; 3] {
        let count = |word: &str| {
            u64::try_from(self.lines.iter().filter(|(_, text)| text.contains(word)).count())
                .expect("few lines")
        };
        [count("from=<"), count("client=") / 2, count("authentication failed")]
    }
}

/// Compresses.
pub fn packed(ending: &str, bytes: &[u8]) -> Vec<u8> {
    let (_, pack, _) = CONTAINERS.iter().find(|(name, ..)| *name == ending).expect("a container");
    pack(bytes)
}

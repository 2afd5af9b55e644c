//! Reasons in words: what was seen, beside what is as a rule.

use super::habits::{Habits, Range};
use super::incident::Incident;
use super::judge::Judged;
use super::life::{Life, volume};
use super::signals::{Aspect, Signal};
use crate::report::value::{Sentence, Value, counted};
use crate::tally::behaviour::{Facts, Word};
use crate::tally::lowest::{Lowest, Member};
use crate::tally::origin::Origin;
use std::collections::BTreeSet;

/// How many names stand in a line.
const NAMED: usize = 2;

/// What is told of an aspect: what was seen, and what is as a rule.
pub type Reason = (Sentence, Sentence);

/// The facts of the days of an incident, and what was a habit before it.
pub struct Told<'i, 'a> {
    incident: &'i Incident<'a>,
    habits: Habits<'a>,
    facts: Vec<(&'i Judged, &'a Facts)>,
    has_messages: bool,
}

impl<'i, 'a> Told<'i, 'a> {
    /// Of an incident; `alarms` are all days of its account that stand out.
    pub fn of(incident: &'i Incident<'a>, alarms: &BTreeSet<i64>) -> Self {
        let first = incident.judged.first().map_or(i64::MAX, |day| day.observed.day);
        let facts = |day: &&'i &'a Judged| Some((**day, incident.days.get(&day.observed.day)?));
        Self {
            incident,
            habits: Habits::before(incident.days, first, alarms),
            facts: incident.judged.iter().filter_map(|day| facts(&day)).collect(),
            has_messages: super::life::has_messages(incident.days),
        }
    }

    /// The reason of an aspect, if there is something to tell.
    pub fn reason(&self, aspect: Aspect) -> Option<Reason> {
        match aspect {
            Aspect::Volume => self.volume(),
            Aspect::Clients => self.clients(),
            Aspect::Senders => self.senders(),
            Aspect::Login => self.login(),
            Aspect::Hours => self.hours(),
            Aspect::Failures => self.failures(),
            Aspect::Silence => self.silence(),
        }
    }

    fn span(&self, count: impl Fn(&Facts) -> u64) -> Option<Range> {
        let counts = || self.facts.iter().map(|(_, facts)| count(facts));
        Some((counts().min()?, counts().max()?))
    }

    /// The sum of what a signal counted, rounded.
    fn sum(&self, signal: Signal) -> u64 {
        let sum: f64 = self.facts.iter().filter_map(|(day, _)| day.observed.counts.get(signal)).sum();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "sums of counts are no less than 0"
        )]
        let sum = sum as u64;
        sum
    }

    fn volume(&self) -> Option<Reason> {
        let (one, many) = if self.has_messages { ("message", "messages") } else { ("session", "sessions") };
        let messages = self.span(|facts| volume(facts, self.has_messages))?;
        let recipients = self.span(|facts| facts.counts.recipients)?;
        let mut seen = range(messages);
        seen.push(Value::words(format!(" {}", if messages == (1, 1) { one } else { many })));
        let days = self.facts.len();
        let with_recipients = recipients.1 > messages.1;
        if with_recipients {
            seen.push(", ".into());
            seen.extend(range(recipients));
            seen.push(if recipients == (1, 1) { " recipient".into() } else { " recipients".into() });
        }
        if days > 1 {
            seen.push(Value::words(format!(" a day, on {days} days")));
        }
        let mut rule = range(self.habits.volume()?);
        if let Some(recipients) = self.habits.recipients().filter(|_| with_recipients) {
            rule.push(Value::words(format!(" {many}, ")));
            rule.extend(range(recipients));
            rule.push(" recipients".into());
        }
        Some((seen, rule))
    }

    fn clients(&self) -> Option<Reason> {
        let first = self.incident.judged.first()?.observed.day;
        let networks = Life::networks_before(self.incident.days, first);
        let places = self.facts.iter().flat_map(|(_, facts)| facts.clients.iter());
        let places: BTreeSet<Origin> =
            places.filter(|(_, client)| client.is_in()).map(|(origin, _)| *origin).collect();
        let new: Vec<&Origin> =
            places.iter().filter(|origin| !networks.contains(&origin.network())).collect();
        let count = self.facts.iter().map(|(_, facts)| facts.clients.count()).max()?;
        let seen = match new.as_slice() {
            [] => counted(count, ("address in a day", "addresses in a day")).to_vec(),
            [origin] => vec![place(**origin), ", in a network never seen before".into()],
            new if count <= 8 => {
                let mut seen: Sentence = named(new.iter().map(|origin| place(**origin)), new.len());
                seen.push(", in networks never seen before".into());
                seen
            }
            new => {
                let mut seen = counted(count, ("address in a day", "addresses in a day")).to_vec();
                let all = new.len() == places.len();
                seen.push(if all {
                    ", all in networks never seen before".into()
                } else {
                    ", most of them new".into()
                });
                seen
            }
        };
        let usual = self.habits.clients();
        let most = self.habits.most_clients();
        let mut rule = counted(most, ("address a day", "addresses a day")).to_vec();
        rule.push(if usual.len() > NAMED { ", such as ".into() } else { ": ".into() });
        rule.extend(named(usual.iter().map(|origin| place(*origin)).take(NAMED), usual.len().min(NAMED)));
        Some((seen, rule))
    }

    fn senders(&self) -> Option<Reason> {
        let (new, usual) = self.strange(|facts| &facts.senders);
        let most = self.facts.iter().map(|(_, facts)| facts.senders.count()).max()?;
        let mut seen: Sentence = vec!["sent as ".into()];
        if most > 3 {
            seen.extend(counted(most, ("address", "addresses")));
            seen.push(": ".into());
        }
        seen.extend(named(new.iter().map(|word| Value::sender(Some(&word.text))), new.len()));
        let rule = named(usual.iter().map(|word| Value::sender(Some(&word.text))), usual.len());
        (!new.is_empty()).then_some((seen, rule))
    }

    fn login(&self) -> Option<Reason> {
        let (new, usual) = self.strange(|facts| &facts.ways);
        let (new_names, usual_names) = self.strange(|facts| &facts.helos);
        let (mut seen, mut rule) = (Sentence::new(), Sentence::new());
        if !new.is_empty() {
            seen.extend(named(new.iter().map(way), new.len()));
            rule.extend(named(usual.iter().map(way), usual.len()));
        }
        if !new_names.is_empty() {
            let comma =
                |sentence: &mut Sentence| sentence.extend((!sentence.is_empty()).then(|| ", ".into()));
            comma(&mut seen);
            comma(&mut rule);
            seen.push("EHLO ".into());
            seen.extend(named(new_names.iter().map(text), new_names.len()));
            rule.push("EHLO ".into());
            rule.extend(named(usual_names.iter().map(text), usual_names.len()));
        }
        (!seen.is_empty()).then_some((seen, rule))
    }

    fn hours(&self) -> Option<Reason> {
        let used = self.facts.iter().fold(0, |mask, (_, facts)| mask | facts.hours);
        Some((hours(used)?, hours(self.habits.hours())?))
    }

    fn failures(&self) -> Option<Reason> {
        let failed =
            self.facts.iter().map(|(_, facts)| facts.counts.failed_logins).fold(0, u64::saturating_add);
        let clients = self.facts.iter().flat_map(|(_, facts)| facts.clients.iter());
        let failing = clients.clone().filter(|(_, client)| client.failures > 0);
        let failing: BTreeSet<Origin> = failing.map(|(origin, _)| *origin).collect();
        let mut seen = counted(failed, ("failed login", "failed logins")).to_vec();
        seen.push(" from ".into());
        let from = u64::try_from(failing.len()).unwrap_or(u64::MAX);
        seen.extend(counted(from, ("address", "addresses")));
        if self.sum(Signal::FailedThenIn) > 0 {
            let then = clients.filter_map(|(origin, client)| {
                let (failed, success) = (client.failure?, client.success?);
                (failed.0 <= success.1).then_some((success.0.max(failed.0), *origin))
            });
            if let Some((at, origin)) = then.min() {
                seen.extend([
                    ", then a success from ".into(),
                    place(origin),
                    " (".into(),
                    Value::Instant(at),
                    ")".into(),
                ]);
            }
        }
        (failed > 0).then_some((seen, range(self.habits.failures()?)))
    }

    fn silence(&self) -> Option<Reason> {
        let (day, _) = self.facts.iter().find(|(day, _)| day.observed.silence.is_some())?;
        let days = day.observed.silence?.days.saturating_sub(1);
        let seen = vec![Value::words(format!("after {days} days without any"))];
        let longest = self.habits.longest_silence()?.saturating_sub(1);
        let rule = if longest == 0 { "every day".to_owned() } else { format!("{longest} days at most") };
        (days > 0).then(|| (seen, vec![Value::words(rule)]))
    }

    /// Members of a set that were never there before the incident, and those that are usual.
    fn strange<M: Member + Clone + 'a>(
        &self,
        of: impl Fn(&'a Facts) -> &'a Lowest<M, u64>,
    ) -> (Vec<M>, Vec<M>) {
        let usual = self.habits.words(&of);
        let known: BTreeSet<u64> = usual.iter().map(Member::hash).collect();
        let seen = self.facts.iter().flat_map(|(_, facts)| of(facts).iter()).map(|(member, _)| member);
        let new: BTreeSet<M> = seen.filter(|member| !known.contains(&member.hash())).cloned().collect();
        (new.into_iter().collect(), usual)
    }
}

/// "12 - 58", or "3".
fn range((low, high): Range) -> Sentence {
    if low == high {
        return vec![Value::Count(low)];
    }
    vec![Value::Count(low), " - ".into(), Value::Count(high)]
}

/// "a, b and 3 more".
fn named(values: impl Iterator<Item = Value>, count: usize) -> Sentence {
    let mut sentence = Sentence::new();
    for (index, value) in values.take(NAMED).enumerate() {
        sentence.extend((index > 0).then(|| ", ".into()));
        sentence.push(value);
    }
    let more = count.saturating_sub(NAMED);
    sentence.extend((more > 0).then(|| Value::words(format!(" and {more} more"))));
    sentence
}

fn place(origin: Origin) -> Value {
    origin.text().map_or("a client that is no address".into(), Value::words)
}

fn text(word: &Word) -> Value {
    Value::text(Some(&word.text))
}

/// `PLAIN 1.2`: "PLAIN over TLS 1.2".
fn way(word: &Word) -> Value {
    let mut parts = word.text.splitn(2, |byte| *byte == b' ');
    let (mechanism, tls) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let tls = crate::submission::Tls::from_data(tls).map_or("unknown TLS", |tls| match tls {
        crate::submission::Tls::Unknown | crate::submission::Tls::Unlogged => "TLS not logged",
        crate::submission::Tls::Encrypted => "TLS",
        known => known.label(),
    });
    let mechanism = if mechanism == b"?" { b"a mechanism not logged" } else { mechanism };
    Value::Sentence(vec![Value::text(Some(mechanism)), Value::words(format!(" over {tls}"))])
}

/// "02 - 04, 23 o'clock"; nothing of no hour.
fn hours(mask: u32) -> Option<Sentence> {
    let is_used = |hour: u32| mask & 1_u32.checked_shl(hour).unwrap_or(0) != 0;
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for hour in (0..24).filter(|hour| is_used(*hour)) {
        match runs.last_mut().filter(|(_, last)| last.saturating_add(1) == hour) {
            Some((_, last)) => *last = hour,
            None => runs.push((hour, hour)),
        }
    }
    let run = |(first, last): &(u32, u32)| {
        if first == last { format!("{first:02}") } else { format!("{first:02} - {last:02}") }
    };
    let runs: Vec<String> = runs.iter().map(run).collect();
    (!runs.is_empty()).then(|| vec![Value::words(format!("{} o'clock", runs.join(", ")))])
}

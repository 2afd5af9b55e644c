//! The screen: how many accounts were judged, then the incidents, the most unusual first, each with its reasons and the
//! commands that look closer.

use super::incident::{Incident, reasons};
use super::words::Told;
use super::{Account, Found};
use crate::report::Section;
use crate::report::value::{Sentence, Value, counted};
use crate::time::window::day_at;

/// The width of the names of reasons.
const NAMES: usize = 10;

/// All of it.
pub(super) fn sections(found: &Found<'_, '_>, top: Option<usize>) -> Vec<Section> {
    let subject = found.subject;
    let mut sections = vec![Section::Title(subject.title("Unusual activity", compared(found)))];
    if found.accounts.is_empty() {
        sections.extend(subject.nothing().into_iter().map(Section::Line));
        return sections;
    }
    sections.extend(head(found).into_iter().map(Section::Note));
    let top = top.filter(|top| *top > 0).unwrap_or(usize::MAX);
    for incident in found.incidents.iter().take(top) {
        sections.push(Section::Attention(headline(incident, found)));
        sections.extend(lines(incident, found).into_iter().map(Section::Line));
    }
    let more = found.incidents.len().saturating_sub(top);
    if more > 0 {
        sections.push(Section::Line(vec![]));
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let mut line: Sentence = counted(more, ("more incident", "more incidents")).into();
        line.push(", less unusual: --top 0 shows all".into());
        sections.push(Section::Line(line));
    }
    sections.extend(subject.about_online().into_iter().map(Section::Line));
    sections.extend(advice(found).into_iter().map(Section::Line));
    sections
}

/// "compared with 23 Aug - 14 Nov 2026 (84 days)".
fn compared(found: &Found<'_, '_>) -> Option<Sentence> {
    let (first, _) = found.subject.scope.covered?;
    let first = day_at(first, found.subject.scope.zone);
    let days = found.window.0.saturating_sub(first);
    if days <= 0 {
        return Some(vec!["each day compared with those before it".into()]);
    }
    let mut compared =
        vec!["compared with ".into(), Value::Days(first, found.window.0.saturating_sub(1)), " (".into()];
    compared.extend(counted(u64::try_from(days).unwrap_or(0), ("day", "days")));
    compared.push(")".into());
    Some(compared)
}

fn size<T>(of: impl Iterator<Item = T>) -> u64 {
    u64::try_from(of.count()).unwrap_or(u64::MAX)
}

/// "3 of 214 accounts stand out; 190 as usual; 21 have under 14 days of history (no volume check for them)".
fn head(found: &Found<'_, '_>) -> Vec<Sentence> {
    let stands_out = |account: &Account<'_>| found.incidents.iter().any(|i| i.account == account.name);
    let out = size(found.accounts.iter().filter(|account| stands_out(account)));
    let is_young = |account: &&Account<'_>| !account.has_history(found.window.1);
    let is_in = |account: &Account<'_>| !stands_out(account) && !found.hidden.contains(account.name);
    let young = size(found.accounts.iter().filter(is_young).filter(|account| is_in(account)));
    let all = size(found.accounts.iter());
    let mut line = vec![Value::Count(out), " of ".into()];
    line.extend(counted(all, ("account", "accounts")));
    line.push(if out == 1 || all == 1 { " stands out; ".into() } else { " stand out; ".into() });
    let hidden = size(found.hidden.iter());
    let usual = all.saturating_sub(out).saturating_sub(young).saturating_sub(hidden);
    line.push(Value::Count(usual));
    line.push(" as usual".into());
    if young > 0 {
        line.extend(["; ".into(), Value::Count(young)]);
        let rest = if young == 1 { "has" } else { "have" };
        line.push(Value::words(format!(" {rest} under 14 days of history")));
    }
    if hidden > 0 {
        line.extend(["; ".into(), Value::Count(hidden)]);
        let rest = if hidden == 1 { "stands" } else { "stand" };
        line.push(Value::words(format!(" more {rest} out on days that the condition leaves out")));
    }
    let mut lines = vec![line];
    if young > 0 {
        lines.push(vec![
            "Those with little history are compared with the other accounts: new networks, senders and names say little of them"
                .into(),
        ]);
    }
    lines.extend(not_checked(found));
    lines
}

/// "Not checked, because these logs do not have them: failed logins".
fn not_checked(found: &Found<'_, '_>) -> Option<Sentence> {
    let accounts = || found.accounts.iter().flat_map(|account| account.days.values());
    let mut missing = Vec::new();
    if accounts().all(|facts| facts.helos.is_empty()) {
        missing.push("EHLO names");
    }
    if accounts().all(|facts| facts.counts.recipients == 0) {
        missing.push("recipients");
    }
    if accounts().all(|facts| facts.counts.failed_logins == 0) {
        missing.push("failed logins");
    }
    if accounts().all(|facts| facts.clients.is_empty()) {
        missing.push("client addresses");
    }
    let words = || format!("Not checked, because these logs do not have them: {}", missing.join(", "));
    (!missing.is_empty()).then(|| vec![Value::words(words())])
}

/// "1  m.rossi@fabrikam.example  Fri 20 Nov 2026 02:14 - 04:51, over  score 38.1 (alarm at 3.0)".
fn headline(incident: &Incident<'_>, found: &Found<'_, '_>) -> Sentence {
    let mut line =
        vec![Value::Count(incident.number), "  ".into(), Value::text(Some(incident.account)), "  ".into()];
    if let Some((first, last)) = incident.seen {
        line.push(Value::Moment(first));
        line.push(" - ".into());
        let zone = found.subject.scope.zone;
        let day = |at| day_at(at, zone);
        line.push(if day(first) == day(last) { Value::TimeOfDay(last) } else { Value::Moment(last) });
    }
    line.push(if incident.goes_on { ", still going on".into() } else { ", over".into() });
    line.push(Value::words(format!("  score {:.1} (alarm at {:.1})", incident.score, found.alarm)));
    line
}

fn labelled(name: &'static str, rest: Sentence) -> Sentence {
    let mut line = vec![Value::words(format!("   {name:NAMES$} "))];
    line.extend(rest);
    line
}

fn lines(incident: &Incident<'_>, found: &Found<'_, '_>) -> Vec<Sentence> {
    let account = found.accounts.iter().find(|account| account.name == incident.account);
    let alarms = account.map(|account| account.alarms.clone()).unwrap_or_default();
    let told = Told::of(incident, &alarms);
    let mut lines = Vec::new();
    for aspect in reasons(incident.judged.iter().copied()) {
        if let Some((mut seen, rule)) = told.reason(aspect) {
            if !rule.is_empty() {
                seen.push("; as a rule ".into());
                seen.extend(rule);
            }
            lines.push(labelled(aspect.name(), seen));
        }
    }
    lines.push(labelled("look", command(found, "sender ", incident, None)));
    let days = incident.judged.first().zip(incident.judged.last());
    let days = days.map(|(first, last)| (first.observed.day, last.observed.day));
    lines.push(labelled("messages", command(found, "export --rows messages", incident, days)));
    lines
}

/// A command about the account of an incident, with the paths of this one.
fn command(
    found: &Found<'_, '_>,
    words: &str,
    incident: &Incident<'_>,
    days: Option<(i64, i64)>,
) -> Sentence {
    let name = Value::text(Some(incident.account));
    let mut line = vec![Value::words(format!("smtpauth {words}"))];
    match days {
        None => line.push(name),
        Some((first, last)) => {
            let has_login = found.subject.table.rows(found.subject.scope.span).any(|row| row.login.is_some());
            line.push(if has_login { " --login ".into() } else { " --sender ".into() });
            line.push(name);
            line.extend([" --since ".into(), Value::IsoDay(first), " --until ".into(), Value::IsoDay(last)]);
        }
    }
    for path in found.subject.scope.paths.iter().take(3) {
        line.extend([" ".into(), Value::text(Some(path.as_bytes()))]);
    }
    line.extend((found.subject.scope.paths.len() > 3).then(|| " ...".into()));
    line
}

/// What to do about what is wanted, and who is excused.
fn advice(found: &Found<'_, '_>) -> Vec<Sentence> {
    let mut lines: Vec<Sentence> = Vec::new();
    if let Some(incident) = found.incidents.first() {
        let last = found.window.1.saturating_add(28);
        lines.push(vec![]);
        lines.push(vec!["Known and wanted? In a TOML file for --allow:".into()]);
        lines.push(vec!["  [[allow]]".into()]);
        lines.push(vec!["  login = \"".into(), Value::text(Some(incident.account)), "\"".into()]);
        lines.push(vec!["  until = ".into(), Value::IsoDay(last)]);
        lines.push(vec!["  reason = \"...\"".into()]);
    }
    let excused: Vec<&Account<'_>> = found.accounts.iter().filter(|account| account.is_excused).collect();
    if !excused.is_empty() {
        let mut line: Sentence = counted(size(excused.iter()), ("account is", "accounts are")).into();
        line.push(" excused by the allow table: ".into());
        for (index, account) in excused.iter().take(3).enumerate() {
            line.extend((index > 0).then(|| ", ".into()));
            line.push(Value::text(Some(account.name)));
        }
        line.extend((excused.len() > 3).then(|| ", ...".into()));
        lines.push(line);
    }
    lines
}

//! `smtpauth inspect`: what is read, what is not, and why.

use super::absent::{Absence, Log, absences};
use super::condition::Condition;
use super::value::{Sentence, Value, counted};
use super::{Column, Data, Report, Section, Table};
use crate::coverage::{Connectors, Coverage};
use std::collections::BTreeSet;

/// Columns of the data.
pub const COLUMNS: [&str; 12] = [
    "file",
    "format",
    "why",
    "first",
    "last",
    "lines",
    "used",
    "ignored",
    "skipped",
    "submissions",
    "known_tls_percent",
    "status",
];

/// What is told about one input.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, safe to show.
    pub name: String,
    /// Its format.
    pub format: String,
    /// Why it is taken for that.
    pub why: String,
    /// Which log of Exchange Server it is, if it is one.
    pub log: Option<Log>,
    /// What it held.
    pub coverage: Coverage,
    /// Messages and sessions it counts for.
    pub submissions: u64,
    /// What of it was in other inputs before, and counts there.
    pub repeated: Vec<Repeated>,
    /// Messages, and those of them whose TLS version (or lack of TLS) is known.
    pub tls_known: (u64, u64),
    /// The years that were assumed for its stamps.
    pub years: Option<(i32, i32)>,
    /// Why it could not be read to its end.
    pub failure: Option<String>,
}

impl File {
    fn status(&self) -> String {
        match &self.failure {
            Some(failure) => format!("not read to its end: {failure}"),
            None if self.coverage.used == 0
                && self.coverage.foreign == self.coverage.ignored
                && self.coverage.lines > 0 =>
            {
                "no line of a mail server".to_owned()
            }
            None => match self.repeated.iter().map(Repeated::sentence).collect::<Vec<_>>().join(", ") {
                repeated if repeated.is_empty() => "read".to_owned(),
                repeated => format!("read; {repeated}"),
            },
        }
    }
}

/// What of an input was in another one before.
#[derive(Clone, Debug)]
pub struct Repeated {
    /// How many.
    pub count: u64,
    /// Of what: one, and several.
    pub words: (&'static str, &'static str),
    /// The other input's name, safe to show.
    pub of: String,
}

impl Repeated {
    /// `12 messages are in syslog too and count there`
    fn sentence(&self) -> String {
        let (noun, verb) = if self.count == 1 { (self.words.0, "is") } else { (self.words.1, "are") };
        format!("{} {noun} {verb} in {} too and count there", self.count, self.of)
    }
}

/// An input that was passed over.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Its name, safe to show.
    pub name: String,
    /// Why.
    pub why: String,
}

/// How many connectors of a log are named.
const LARGEST: usize = 5;

/// The view.
pub fn report<'a>(
    files: &'a [File],
    passed: &'a [Passed],
    condition: Option<&Condition>,
    zone: &str,
) -> Report<'a> {
    let keeps = |row: &[Value]| condition.is_none_or(|condition| condition.keeps(&COLUMNS, row));
    let absences: Vec<_> =
        absences(files, passed).into_iter().filter(|absence| keeps(&absent_row(absence))).collect();
    let title = title(files, passed, condition, zone);
    let files: Vec<&File> = files.iter().filter(|file| keeps(&data_row(file))).collect();
    let passed: Vec<&Passed> = passed.iter().filter(|passed| keeps(&passed_row(passed))).collect();
    let mut sections = vec![Section::Title(title)];
    if condition.is_some() && files.is_empty() && passed.is_empty() && absences.is_empty() {
        sections.push(Section::Line(vec!["No file that the condition keeps.".into()]));
    }
    for file in &files {
        sections.extend(about(file));
    }
    if !passed.is_empty() {
        let rows = passed.iter().map(|passed| vec![passed.name.clone().into(), passed.why.clone().into()]);
        sections.push(Section::Table(Table {
            columns: vec![Column::text("passed over"), Column::text("because it")],
            rows: rows.collect(),
            ..Table::default()
        }));
    }
    sections.extend(not_there(&absences));
    let read = files.into_iter().map(data_row);
    let over = passed.into_iter().map(passed_row);
    let absent = absences.into_iter().map(|absence| absent_row(&absence));
    Report {
        command: "inspect",
        sections,
        data: Data {
            columns: COLUMNS.to_vec(),
            rows: read.chain(over).chain(absent).collect::<Vec<_>>().into(),
            fields: None,
        },
    }
}

/// "2 inputs read, 1 passed over · only files with format is postfix · times in UTC": what is left out by a condition is read
/// all the same.
fn title(files: &[File], passed: &[Passed], condition: Option<&Condition>, zone: &str) -> Sentence {
    let mut title: Sentence = counted(len(files), ("input", "inputs")).into();
    title.push(" read".into());
    if !passed.is_empty() {
        title.extend([", ".into(), Value::Count(len(passed)), " passed over".into()]);
    }
    if let Some(condition) = condition {
        title.push(" · only ".into());
        title.extend(condition.sentence());
    }
    title.push(Value::words(format!(" · times in {zone}")));
    title
}

fn passed_row(passed: &Passed) -> Vec<Value> {
    let [name, why] = [&passed.name, &passed.why].map(|text| text.clone().into());
    unread_row(name, Value::Missing, why, "passed over")
}

fn absent_row(absence: &Absence) -> Vec<Value> {
    let why = Value::Text(absence.sentence());
    unread_row(absence.folder.clone().into(), absence.format.clone().into(), why, "missing")
}

/// A row of the data about something that was not read.
fn unread_row(file: Value, format: Value, why: Value, status: &'static str) -> Vec<Value> {
    let mut row = vec![file, format, why];
    row.resize(COLUMNS.len().saturating_sub(1), Value::Missing);
    row.push(status.into());
    row
}

/// What the logs lack, folder by folder; what is true of several is said once.
fn not_there(absences: &[Absence]) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut said = BTreeSet::new();
    if !absences.is_empty() {
        sections.push(Section::Title(vec!["WHAT IS NOT THERE".into()]));
    }
    for folder in absences.chunk_by(|a, b| a.folder == b.folder) {
        sections
            .extend(folder.first().map(|absence| Section::Attention(vec![absence.folder.clone().into()])));
        for absence in folder {
            sections.push(Section::Line(vec!["  ! ".into(), Value::Text(absence.what.clone())]));
            let because = absence.because.filter(|because| said.insert(*because));
            sections.extend(because.map(|because| Section::Line(vec!["    ".into(), because.into()])));
            let remedies =
                absence.remedies.iter().map(|remedy| vec!["      ".into(), Value::Text(remedy.clone())]);
            sections.extend(remedies.map(Section::Line));
        }
    }
    sections
}

fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

fn about(file: &File) -> Vec<Section> {
    let coverage = &file.coverage;
    let mut lines: Vec<Sentence> = Vec::new();
    lines.push(vec![Value::words(format!("  {}: {}", file.format, file.why))]);
    let mut time: Sentence = vec!["  ".into()];
    match coverage.seen {
        Some((first, last)) => time.extend([Value::Moment(first), " - ".into(), Value::Moment(last)]),
        None => time.push("no time".into()),
    }
    if let Some((first, last)) = file.years.filter(|_| coverage.seen.is_some()) {
        let years = if first == last { format!("year {first}") } else { format!("years {first} - {last}") };
        time.push(Value::words(format!(
            " ({years} assumed: its stamps have none; --log-year if that is wrong)"
        )));
    }
    lines.push(time);
    let mut use_: Sentence = vec!["  ".into()];
    use_.extend(counted(coverage.lines, ("line", "lines")));
    for (count, what) in
        [(coverage.used, " used"), (coverage.ignored, " ignored"), (coverage.skipped, " not understood")]
    {
        use_.extend([", ".into(), Value::Count(count), what.into()]);
    }
    lines.push(use_);
    lines.push(submissions(file));
    lines.extend(file.repeated.iter().map(repeated));
    lines.extend(connectors(&coverage.connectors));
    let mut sections = vec![Section::Attention(vec![Value::words(file.name.clone())])];
    sections.extend(lines.into_iter().map(Section::Line));
    sections.extend(kinds(coverage).map(Section::Line));
    sections.extend(issues(coverage).into_iter().map(Section::Line));
    if let Some(failure) = &file.failure {
        sections.push(Section::Line(vec![Value::words(format!("  not read to its end: {failure}"))]));
    }
    sections
}

fn submissions(file: &File) -> Sentence {
    let mut line: Sentence = vec!["  ".into()];
    let (messages, known) = file.tls_known;
    // A front end of Exchange Server sees who logs in, and no messages.
    let is_sessions = messages == 0 && file.submissions > 0;
    let what = if is_sessions { ("session", "sessions") } else { ("submission", "submissions") };
    line.extend(counted(file.submissions, what));
    if messages > 0 {
        line.extend([
            ", TLS version known for ".into(),
            Value::Percent(known, messages),
            " of the messages".into(),
        ]);
    }
    line
}

/// What counts elsewhere, with the number as a number.
fn repeated(repeated: &Repeated) -> Sentence {
    let verb = if repeated.count == 1 { "is in" } else { "are in" };
    let mut line: Sentence = vec!["  ".into()];
    line.extend(counted(repeated.count, repeated.words));
    line.push(Value::words(format!(" more {verb} {} too and count there", repeated.of)));
    line
}

/// `connectors: Client Frontend EXCH01 (587) 12, Default Frontend EXCH01 (25) 3`: those with the most sessions first, with
/// their servers if there are several.
fn connectors(connectors: &Connectors) -> Option<Sentence> {
    let servers: BTreeSet<_> = connectors.iter().map(|((server, ..), _)| server).collect();
    let mut all: Vec<_> = connectors.iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut line: Sentence = vec!["  connectors: ".into()];
    for (index, ((server, name, port), sessions)) in all.iter().take(LARGEST).enumerate() {
        line.extend((index > 0).then(|| ", ".into()));
        if servers.len() > 1 && !server.is_empty() {
            line.extend([Value::text(Some(server)), "\\".into()]);
        }
        line.push(Value::text(Some(name)));
        line.extend(port.map(|port| Value::words(format!(" ({port})"))));
        line.extend([" ".into(), Value::Count(*sessions)]);
    }
    if let Some(more) = all.get(LARGEST..).filter(|more| !more.is_empty()) {
        line.extend([" and ".into(), Value::Count(len(more)), " more".into()]);
    }
    (!all.is_empty()).then_some(line)
}

/// What the ignored lines are, the most frequent first.
fn kinds(coverage: &Coverage) -> Option<Sentence> {
    let mut kinds: Vec<_> = coverage.kinds.iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut line: Sentence = vec!["  ignored: ".into()];
    for (index, (kind, count)) in kinds.iter().enumerate() {
        line.push(Value::words(format!("{}{kind} ", if index > 0 { ", " } else { "" })));
        line.push(Value::Count(**count));
    }
    (!kinds.is_empty()).then_some(line)
}

fn issues(coverage: &Coverage) -> Vec<Sentence> {
    let line = |(reason, found): (crate::issue::Reason, &crate::issue::Found)| {
        let numbers: Vec<_> = found.lines.iter().map(u64::to_string).collect();
        let more = if found.count > len(&found.lines) { ", ..." } else { "" };
        let word = if found.count == 1 { "line" } else { "lines" };
        let numbers = format!(" at {word} {}{more}: {}", numbers.join(", "), reason.text());
        vec!["  ! ".into(), Value::Count(found.count), numbers.into()]
    };
    let mut issues: Vec<_> = coverage.issues.iter().collect();
    issues.sort_by_key(|(_, found)| found.lines.first().copied());
    issues.into_iter().map(line).collect()
}

fn data_row(file: &File) -> Vec<Value> {
    let coverage = &file.coverage;
    let seen =
        |pick: fn((i64, i64)) -> i64| coverage.seen.map_or(Value::Missing, |seen| Value::Instant(pick(seen)));
    let (messages, known) = file.tls_known;
    vec![
        file.name.clone().into(),
        file.format.clone().into(),
        file.why.clone().into(),
        seen(|(first, _)| first),
        seen(|(_, last)| last),
        Value::Count(coverage.lines),
        Value::Count(coverage.used),
        Value::Count(coverage.ignored),
        Value::Count(coverage.skipped),
        Value::Count(file.submissions),
        Value::Percent(known, messages),
        file.status().into(),
    ]
}

//! The report as a mail: put together from the views, and sent unless there is nothing to say.

use crate::cli::OnlyIf;
use crate::error::Error;
use crate::post::{Attachment, Kind, Letter, Ready};
use crate::render::number::size;
use crate::render::{Style, csv, dates, mail};
use crate::report::findings::Findings;
use crate::report::ready::Asked;
use crate::report::unusual::{Options, Verdict};
use crate::report::{self, By, Half, Report, Subject, Value};
use crate::settings::Settings;
use crate::settings::mail::Mail;
use crate::time::window::Span;
use std::io::Write;

/// What attachments may have, together: most servers take messages of 10 MB, and a third is added on the way.
const LARGEST: usize = 7_000_000;
/// Rows of those who stop, of unusual activity, and of senders; the others are in what is attached.
const ROWS: usize = 30;
/// Rows of senders by TLS version.
const SENDERS: usize = 10;

/// What is needed to mail a report.
pub struct Mailing<'s, 'a> {
    /// What was told.
    pub settings: &'s Settings,
    /// To whom, and how.
    pub mail: &'s Mail,
    /// The way, prepared.
    pub way: &'s Ready,
    /// What it is about.
    pub subject: &'s Subject<'a>,
    /// What is asked of those who stop.
    pub asked: &'s Asked,
    /// What is unusual.
    pub options: &'s Options,
    /// How it is shown.
    pub style: &'s Style,
}

/// The views of a mail, and what a check finds in them.
struct Views<'a> {
    /// In the order in which they are read.
    reports: [Report<'a>; 4],
    found: Findings,
}

impl<'a> Mailing<'_, 'a> {
    /// Mails the report, with this page; what a check finds in it.
    pub fn send(&self, page: impl FnOnce() -> Vec<u8>) -> Result<Findings, Error> {
        let Views { reports, found } = self.views();
        if let Some(why) = self.silence(&found) {
            if found.is_empty {
                self.warn(&[
                    "not mailed: nothing was counted in these days, so there was nobody to judge".to_owned()
                ]);
            } else {
                self.say(&why);
            }
            return Ok(found);
        }
        let title = self.title(&reports, &found);
        let (attachments, left_out) = self.attachments(page)?;
        let mut last: Vec<String> = left_out.clone();
        last.extend(about_attachments(&attachments));
        last.push(self.about_input());
        let parts = mail::parts(&title, &self.first(), &reports, &last, self.style)
            .map_err(|error| Error::Io { name: "the mail".to_owned(), error })?;
        let letter = Letter {
            from: self.mail.from.clone(),
            to: self.mail.to.clone(),
            subject: title,
            date: self.settings.now,
            text: parts.text,
            html: parts.html,
            attachments,
        };
        let answer = self.way.send(&letter)?;
        if found.is_empty {
            self.warn(&["nothing was counted in these days".to_owned()]);
        }
        if !self.settings.quiet {
            self.warn(&left_out);
        }
        if let Some(answer) = answer {
            let to: Vec<&str> = self.mail.to.iter().map(|to| to.email.as_ref()).collect();
            let done = if matches!(self.way, Ready::File(_)) { "written for" } else { "mailed to" };
            self.say(&format!("{done} {}: {answer}", to.join(", ")));
        }
        Ok(found)
    }

    fn views(&self) -> Views<'a> {
        let subject = self.subject;
        let summary = report::summary::report(subject);
        let (ready, found) = report::ready::report(&all_days(subject), self.asked, Some(ROWS), Half::Screen);
        let (unusual, verdict) = report::unusual::report(subject, self.options, Some(ROWS));
        let senders = report::tls::details(subject, By::Sender, None, Some(SENDERS));
        let is_empty = Findings::of(subject).is_empty;
        let found = Findings { unusual: u64::from(verdict == Verdict::Found), is_empty, ..found };
        Views { reports: [summary, ready, unusual, senders], found }
    }

    /// Why nothing is mailed.
    fn silence(&self, found: &Findings) -> Option<String> {
        let has_baseline = self.asked.baseline.is_some();
        let is_reason = |reason: &OnlyIf| match reason {
            // What could not be compared may be new.
            OnlyIf::Stops if has_baseline && !found.is_not_compared => found.new_stops > 0,
            OnlyIf::Stops => found.stops > 0,
            OnlyIf::New => found.new > 0 || found.is_not_compared,
            OnlyIf::Unusual => found.unusual > 0,
        };
        let reasons = &self.mail.only_if;
        if reasons.is_empty() || reasons.iter().any(is_reason) {
            return None;
        }
        let about = |reason: &OnlyIf| match reason {
            OnlyIf::Stops if has_baseline => "nobody stops who is not in the baseline",
            OnlyIf::Stops => "nobody stops",
            OnlyIf::New => "nobody is new",
            OnlyIf::Unusual => "nobody is unusual",
        };
        let about: Vec<&str> = reasons.iter().map(about).collect();
        Some(format!("not mailed: {}", about.join(", ")))
    }

    /// Lines on standard error. It may be closed; then there is nobody to tell.
    fn warn(&self, lines: &[String]) {
        let _ = lines.iter().try_for_each(|line| writeln!(std::io::stderr(), "{line}"));
    }

    /// A line on standard output, if that is not the message itself.
    fn say(&self, line: &str) {
        let is_taken = matches!(self.way, Ready::File(None));
        if !self.settings.quiet && !is_taken {
            // Who does not listen misses nothing: the exit status says it.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    /// The subject: our own words and numbers.
    fn title(&self, reports: &[Report<'_>], found: &Findings) -> String {
        if let Some(subject) = &self.mail.subject {
            return subject.clone();
        }
        let fields = reports.first().and_then(|summary| summary.data.fields.as_ref());
        let accounts = fields.into_iter().flatten().find_map(|(name, value)| match value {
            Value::Count(count) if *name == "accounts" => Some(*count),
            _ => None,
        });
        let mut parts = vec![match accounts {
            Some(1) => "1 account".to_owned(),
            count => format!("{} accounts", count.unwrap_or(0)),
        }];
        parts.extend((found.stops > 0).then(|| format!("{} stop", found.stops)));
        let new = if self.asked.baseline.is_some() { found.new } else { 0 };
        parts.extend((new > 0).then(|| format!("{new} new")));
        parts.extend((found.unknown > 0).then(|| format!("{} cannot tell", found.unknown)));
        parts.extend((found.unusual > 0).then(|| "unusual activity".to_owned()));
        parts.extend(self.subject.days().map(|(first, last)| dates::range(first, last)));
        format!("SMTP AUTH: {}", parts.join(", "))
    }

    /// What one has to know before reading on.
    fn first(&self) -> Vec<String> {
        let input = &self.subject.scope.input;
        let mut lines = Vec::new();
        if !input.complete {
            lines.push(
                "INCOMPLETE: part of the input could not be read. The numbers are of the rest.".to_owned(),
            );
        }
        if input.skipped > 0 {
            lines.push(format!(
                "Lines that were not understood, and are not counted: {}. smtpauth inspect shows them by reason.",
                input.skipped
            ));
        }
        lines
    }

    fn about_input(&self) -> String {
        let input = &self.subject.scope.input;
        let files = if input.files == 1 { "input" } else { "inputs" };
        format!("Made by smtpauth {} from {} {files}.", env!("CARGO_PKG_VERSION"), input.files)
    }

    /// What is attached, and what is too large to be.
    fn attachments(&self, page: impl FnOnce() -> Vec<u8>) -> Result<(Vec<Attachment>, Vec<String>), Error> {
        let mut attachments = Vec::new();
        let mut left_out = Vec::new();
        let mut used = 0_usize;
        if self.mail.attach_csv {
            let mut bytes = Vec::new();
            let senders = report::tls::details(self.subject, By::Sender, None, None);
            csv::write(senders, self.style, &mut bytes)
                .map_err(|error| Error::Io { name: "the table of senders".to_owned(), error })?;
            if bytes.len() <= LARGEST {
                used = bytes.len();
                attachments.push(Attachment { name: self.file("-senders", "csv"), kind: Kind::Csv, bytes });
            } else {
                left_out.push(too_large(
                    "the table of senders",
                    bytes.len(),
                    "smtpauth tls --details -o senders.csv",
                ));
            }
        }
        if self.mail.attach_page {
            let bytes = page();
            if bytes.len().saturating_add(used) <= LARGEST {
                attachments.insert(0, Attachment { name: self.file("", "html"), kind: Kind::Html, bytes });
            } else {
                left_out.push(too_large("the page", bytes.len(), "smtpauth report -o report.html"));
            }
        }
        Ok((attachments, left_out))
    }

    /// `smtp-auth-senders-2026-11-09-2026-11-15.csv`.
    fn file(&self, what: &str, ending: &str) -> String {
        let days = self.subject.days().map_or_else(String::new, |(first, last)| {
            format!("-{}-{}", dates::iso_day(first), dates::iso_day(last))
        });
        format!("smtp-auth{what}{days}.{ending}")
    }
}

/// Who sends once a month, or did long ago, stops too: all days up to the end of the window.
fn all_days<'a>(subject: &Subject<'a>) -> Subject<'a> {
    let span = Span { since: None, ..subject.scope.span };
    Subject::new(subject.table, report::Scope { span, ..subject.scope.clone() })
}

fn too_large(what: &str, bytes: usize, command: &str) -> String {
    let bytes = size(u64::try_from(bytes).unwrap_or(u64::MAX));
    let most = size(u64::try_from(LARGEST).unwrap_or(u64::MAX));
    format!("Not attached: {what} ({bytes}), because attachments would be over {most}. To make it: {command}")
}

fn about_attachments(attachments: &[Attachment]) -> Option<String> {
    let about = |attachment: &Attachment| match attachment.kind {
        Kind::Html => format!("{} (the whole report, for a browser)", attachment.name),
        Kind::Csv => format!("{} (every sender and its TLS versions, for a spreadsheet)", attachment.name),
    };
    let about: Vec<_> = attachments.iter().map(about).collect();
    (!about.is_empty()).then(|| format!("Attached: {}", about.join("; ")))
}

//! `report`: how many days the page holds, and what it is not asked for.

use super::mail::mail_of;
use super::{Settings, View, refuse_to_hide, unusual, usage};
use crate::check::Check;
use crate::cli;
use crate::error::Error;
use crate::time::Zone;
use crate::time::window::{self, Bound};
use std::io::IsTerminal;
use std::path::Path;

/// Days that the page holds to choose from, unless told otherwise.
const EMBED: i64 = 90;

impl Settings {
    pub(super) fn report(typed: cli::Report, now: i64) -> Result<Self, Error> {
        let cli::Report { input, time, embed, allow, mail: typed_mail, output } = typed;
        let mail = mail_of(&typed_mail)?;
        if output.format.is_some() || output.output.as_deref().is_some_and(is_of_data) {
            return Err(usage(
                "report writes HTML: for csv and json, take the command of a view, such as tls",
            ));
        }
        if mail.is_some() && output.output.as_deref().is_some_and(|path| path.as_os_str() == "-") {
            return Err(usage("beside a mail, the page goes into a file: -o report.html"));
        }
        if mail
            .as_ref()
            .and_then(|mail| mail.way.file())
            .is_some_and(|eml| Some(eml) == output.output.as_ref())
        {
            return Err(usage("--eml and -o are one file: the message would replace the page"));
        }
        refuse_to_hide("report", &time.filters)?;
        if mail.is_none() && output.output.is_none() && std::io::stdout().is_terminal() {
            return Err(usage("report writes a page for a browser, not for a terminal: add -o report.html"));
        }
        let embed = embed_of(embed.as_deref())?;
        if typed_mail.baseline.is_some() && time.filters != cli::Filters::default() {
            return Err(usage(
                "--baseline compares all accounts of the logs with those of an earlier run: filters do not apply with it",
            ));
        }
        let check = Check {
            baseline: typed_mail.baseline,
            // Who is told must hear that nothing was looked at.
            needs_input: mail.is_some() || !output.fail_on.is_empty(),
            ..Check::of_report(output.fail_on.clone())?
        };
        let output = cli::Output { fail_on: Vec::new(), ..output };
        let settings = Self::new(View::Report, input, &time, output, now)?;
        if settings.window.needs_hours(settings.clock.shown) {
            return Err(usage(
                "report shows whole days: --since and --until take days, such as 2026-11-01 or 7d",
            ));
        }
        let unusual = unusual::Check { allow, ..unusual::Check::default() };
        Ok(Self { embed, check, unusual, mail, ..settings })
    }
}

/// Whether the ending of a file asks for another shape than a page.
fn is_of_data(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["csv", "json", "ndjson", "txt"].iter().any(|data| ending.eq_ignore_ascii_case(data))
}

/// `--embed`.
fn embed_of(typed: Option<&str>) -> Result<Option<i64>, Error> {
    match typed {
        None => Ok(Some(EMBED)),
        Some("all") => Ok(None),
        Some(text) => match window::parse(text, Zone::Utc, 0) {
            Ok(Bound::DaysBack(days)) => Ok(Some(days)),
            _ => Err(Error::Usage(format!(
                "--embed {text}: take a number of days or weeks, such as 30d or 8w, or all"
            ))),
        },
    }
}

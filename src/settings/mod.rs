//! Flags in, checked settings out. Every question of the kind "does this make sense together" is answered here, before a
//! file is touched.

mod conditions;
mod filters;
pub mod mail;
mod output;
mod plan;
mod report;
mod unusual;
mod window;

use self::conditions::condition_of;
use self::filters::filter_of;
use self::output::format_of;
use self::window::window_of;
use crate::check::Check;
use crate::cli::{self, Cli, Color, Command, Format, Order, Rows, Schema};
use crate::error::Error;
use crate::formats::mapping::Mapping;
use crate::formats::{self, Want};
use crate::input::compressed::MAX_RATIO;
use crate::periods;
use crate::report::sender;
use crate::report::{By, Condition, Interval, Only, Sort};
use crate::tally::Filter;
use crate::time::stamp::DateOrder;
use crate::time::window::{Period, Window};
use crate::time::{Clock, DAY, Zone};
use std::path::PathBuf;

/// Bytes of a slice: between 1 and 4 MiB the speed is the same, below 64 KiB it is lost.
const SLICE: usize = 2 << 20;

/// What is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The week at a glance.
    Summary,
    /// Sending volume.
    Volume(Option<By>),
    /// TLS versions.
    Tls(Option<By>),
    /// Kinds of login.
    Auth(Option<By>),
    /// Everything about one name.
    Sender,
    /// Who stops.
    Ready,
    /// Accounts that do not behave as they used to.
    Unusual,
    /// All of it on a page.
    Report,
    /// Cells.
    Cells,
    /// Single messages.
    Messages,
    /// What is read.
    Inspect,
}

/// All that a run is told, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is to be shown.
    pub view: View,
    /// What to read.
    pub paths: Vec<PathBuf>,
    /// `--input-format`.
    pub forced: Option<&'static formats::Format>,
    /// `--log-year`.
    pub log_year: Option<i32>,
    /// `--date-order`.
    pub date_order: Option<DateOrder>,
    /// `--columns`.
    pub columns: Mapping,
    /// `--period`: files and the days for which they were exported.
    pub periods: Vec<(String, Period)>,
    /// `--strict`.
    pub strict: bool,
    /// `--keep-duplicates`.
    pub keep_duplicates: bool,
    /// `--max-ratio`.
    pub max_ratio: u64,
    /// What the settings file sets, and which it is.
    pub set_in_file: Option<String>,
    /// Worker threads.
    pub threads: usize,
    /// Bytes of a slice.
    pub slice: usize,
    /// Zones.
    pub clock: Clock,
    /// Now, seconds since 1970 (UTC).
    pub now: i64,
    /// The window.
    pub window: Window,
    /// Where a start or an end is set that does not act here.
    pub passed_over: Option<String>,
    /// What is kept before counting, whenever it was sent.
    pub filter: Filter,
    /// What titles say about it.
    pub only: Vec<Only>,
    /// Which rows are shown.
    pub condition: Option<Condition>,
    /// Names of columns of single messages.
    pub schema: Schema,
    /// How long the stretches are that rows or bars stand for.
    pub interval: Option<Interval>,
    /// What is unusual.
    pub unusual: unusual::Check,
    /// How many days a page holds to choose from; `None`: all.
    pub embed: Option<i64>,
    /// To whom it is mailed.
    pub mail: Option<mail::Mail>,
    /// Order of rows.
    pub sort: Option<Sort>,
    /// Number of rows.
    pub top: Option<usize>,
    /// Shape of the output.
    pub format: Format,
    /// File of the output.
    pub output: Option<PathBuf>,
    /// Formulas are not guarded.
    pub csv_raw: bool,
    /// Columns of tables, if told.
    pub width: Option<usize>,
    /// Colours.
    pub color: Color,
    /// Nothing on standard error but errors.
    pub quiet: bool,
    /// What a check is told.
    pub check: Check,
    /// Whom `sender` is about.
    pub sender: sender::Asked,
}

impl Settings {
    /// Checks what was typed. `now` is the time of the run, seconds since 1970 (UTC).
    pub fn from_cli(cli: Cli, now: i64) -> Result<Self, Error> {
        match cli.command {
            None => Self::summary(cli.summary, now),
            Some(Command::Summary(summary)) => Self::summary(summary, now),
            Some(Command::Volume(cli::Volume { input, time, interval, rows, output })) => {
                let details = rows.details || rows.sort.is_some() || rows.conditions.is_some();
                let by = rows.by.or(details.then_some(By::Sender));
                Self::new(View::Volume(by), input, &time, output, now)?
                    .with_interval(interval)?
                    .with_rows(&rows)
            }
            Some(Command::Tls(cli::Tls { input, time, interval, rows, output })) => {
                let by = rows.by.or(asks_for_table(&rows, interval).then_some(By::Sender));
                Self::new(View::Tls(by), input, &time, output, now)?.with_interval(interval)?.with_rows(&rows)
            }
            Some(Command::Auth(cli::Auth { input, time, interval, rows, output })) => {
                let by = rows.by.or(asks_for_table(&rows, interval).then_some(By::Account));
                Self::new(View::Auth(by), input, &time, output, now)?
                    .with_interval(interval)?
                    .with_rows(&rows)
            }
            Some(Command::Sender(sender)) => Self::sender(sender, now),
            Some(Command::Ready(ready)) => Self::ready(ready, now),
            Some(Command::Report(report)) => Self::report(*report, now),
            Some(Command::Export(export)) => Self::export(export, now),
            Some(Command::Inspect(inspect)) => Self::inspect(inspect, now),
            Some(Command::Unusual(unusual)) => Self::unusual(unusual, now),
            Some(Command::Saved(_) | Command::Completions { .. } | Command::Man { .. }) => {
                Err(usage("this command needs no settings"))
            }
        }
    }

    fn sender(sender: cli::Sender, now: i64) -> Result<Self, Error> {
        let cli::Sender { who, input, time, interval, top, conditions, output } = sender;
        if who.trim().is_empty() {
            return Err(usage("sender takes a name first: smtpauth sender WHO PATH"));
        }
        let settings = Self::new(View::Sender, input, &time, output, now)?;
        Self { sender: sender::Asked { who }, interval, top, ..settings }.with_conditions(&conditions)
    }

    fn ready(ready: cli::Ready, now: i64) -> Result<Self, Error> {
        let (check, top) = (Check::ready(&ready)?, ready.top);
        refuse_to_hide("ready", &ready.time.filters)?;
        if ready.baseline.is_some() && ready.time.filters != cli::Filters::default() {
            return Err(usage(
                "--baseline compares all accounts of the logs with those of an earlier run: filters do not apply with it",
            ));
        }
        let output = cli::Output { fail_on: Vec::new(), ..ready.output };
        let settings = Self::new(View::Ready, ready.input, &ready.time, output, now)?;
        Self { check, top, ..settings }.with_conditions(&ready.conditions)
    }

    fn summary(summary: cli::Summary, now: i64) -> Result<Self, Error> {
        let cli::Summary { input, time, conditions, output } = summary;
        Self::new(View::Summary, input, &time, output, now)?.with_conditions(&conditions)
    }

    fn export(export: cli::Export, now: i64) -> Result<Self, Error> {
        let cli::Export { input, time, rows, schema, conditions, output } = export;
        if rows == Rows::Cells && schema == Some(Schema::Ecs) {
            return Err(usage("--schema ecs is for single messages: add --rows messages"));
        }
        let view = match rows {
            Rows::Cells => View::Cells,
            Rows::Messages => View::Messages,
        };
        let settings = Self::new(view, input, &time, output, now)?.with_conditions(&conditions)?;
        Ok(Self { schema: schema.unwrap_or_default(), ..settings })
    }

    fn inspect(inspect: cli::Inspect, now: i64) -> Result<Self, Error> {
        let cli::Inspect { input, time, conditions, output } = inspect;
        let settings = Self::new(View::Inspect, input, &time, output, now)?;
        if let Some(only) = settings.only.first() {
            return Err(usage(&format!("inspect shows whole files: --{} does not apply", only.option)));
        }
        if time.since.is_some() || time.until.is_some() {
            return Err(usage("inspect shows whole files: --since and --until do not apply"));
        }
        Self { window: Window::ALL, ..settings }.with_conditions(&conditions)
    }

    /// Rows of time, or rows of senders and the like.
    fn with_interval(self, interval: Option<Interval>) -> Result<Self, Error> {
        let others = match self.view {
            View::Volume(Some(_)) => "--details, --by, --sort, --where and --min-messages do not go with it",
            View::Tls(Some(_)) | View::Auth(Some(_)) => "--details, --by, --sort and --top do not go with it",
            _ => return Ok(Self { interval, ..self }),
        };
        match interval {
            Some(_) => Err(usage(&format!("--interval is for rows of time: {others}"))),
            None => Ok(self),
        }
    }

    fn with_rows(self, rows: &cli::RowOptions) -> Result<Self, Error> {
        Self { sort: rows.sort, top: rows.top, ..self }.with_conditions(&rows.conditions)
    }

    fn with_conditions(self, conditions: &cli::Conditions) -> Result<Self, Error> {
        let condition = condition_of(&self, conditions)?;
        Ok(Self { condition, ..self })
    }

    fn new(
        view: View,
        input: cli::Input,
        time: &cli::Time,
        output: cli::Output,
        now: i64,
    ) -> Result<Self, Error> {
        let shown = zone("--timezone", time.timezone.as_deref().unwrap_or("UTC"))?;
        let logs = input.log_timezone.as_deref().map(|name| zone("--log-timezone", name)).transpose()?;
        let forced = match input.input_format.as_deref() {
            None => None,
            Some(name) => Some(formats::by_name(name).ok_or_else(|| unknown_format(name))?),
        };
        refuse_numbers(&input)?;
        let (filter, only) = filter_of(&time.filters)?;
        Ok(Self {
            view,
            paths: input.paths,
            forced,
            log_year: input.log_year,
            date_order: input.date_order.map(date_order),
            columns: mapping(input.columns.as_deref())?,
            periods: input.period.iter().map(|text| periods::parse(text)).collect::<Result<_, _>>()?,
            strict: input.strict,
            keep_duplicates: input.keep_duplicates,
            max_ratio: input.max_ratio.unwrap_or(MAX_RATIO),
            set_in_file: input.set_in_file,
            threads: input.threads.unwrap_or_else(threads),
            slice: SLICE,
            clock: Clock::new(shown, logs),
            now,
            window: window_of(time, view, shown, now)?,
            passed_over: time.passed_over.clone(),
            filter,
            only,
            condition: None,
            interval: None,
            schema: Schema::Own,
            unusual: unusual::Check::default(),
            embed: None,
            mail: None,
            sort: None,
            top: None,
            format: format_of(view, &output)?,
            output: output.output.filter(|path| path.as_os_str() != "-"),
            csv_raw: output.csv_raw,
            width: output.width,
            color: output.color.unwrap_or(Color::Auto),
            quiet: output.quiet,
            check: Check::of_view(output.fail_on)?,
            sender: sender::Asked::default(),
        })
    }

    /// What is wanted of each line.
    pub fn want(&self) -> Want {
        Want { every_line: self.view == View::Inspect, message_ids: self.view == View::Messages }
    }

    /// Records later than this are not believed: a day from now.
    pub fn limit(&self) -> i64 {
        self.now.saturating_add(DAY)
    }
}

/// Who has changed uses something else now: that must not be left out of what is compared.
fn refuse_to_hide(command: &str, filters: &cli::Filters) -> Result<(), Error> {
    if filters.tls.is_empty() && filters.auth.is_empty() {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{command} compares all TLS versions and kinds of login that somebody uses: --tls and --auth would hide some; the \
         commands tls and auth take them"
    )))
}

/// Numbers that cannot be meant.
fn refuse_numbers(input: &cli::Input) -> Result<(), Error> {
    if input.log_year.is_some_and(|year| !(1970..=2200).contains(&year)) {
        return Err(usage("--log-year takes a year from 1970 to 2200"));
    }
    if input.threads == Some(0) {
        return Err(usage("--threads takes a number from 1"));
    }
    Ok(())
}

fn usage(text: &str) -> Error {
    Error::Usage(text.to_owned())
}

/// An order and a number of rows are of the table behind the chart; a condition is of the rows of time, if there are any.
fn asks_for_table(rows: &cli::RowOptions, interval: Option<Interval>) -> bool {
    let has_condition = rows.conditions.is_some() && interval.is_none();
    rows.details || rows.sort.is_some() || rows.top.is_some() || has_condition
}

fn zone(option: &str, name: &str) -> Result<Zone, Error> {
    let unknown = || {
        Error::Usage(format!(
            "{option} {name}: no such zone; take an IANA name such as Europe/Berlin, `local` or `UTC`"
        ))
    };
    Zone::from_name(name).ok_or_else(unknown)
}

fn date_order(order: Order) -> DateOrder {
    match order {
        Order::Dmy => DateOrder::Dmy,
        Order::Mdy => DateOrder::Mdy,
    }
}

/// `--columns`.
fn mapping(told: Option<&str>) -> Result<Mapping, Error> {
    let refused = |part: String| {
        let fields: Vec<_> = formats::columns().map(|(first, _)| first).collect();
        Error::Usage(format!(
            "--columns {part}: take FIELD=COLUMN, such as time=When,sender=From; fields are {}",
            fields.join(", ")
        ))
    };
    told.map_or_else(|| Ok(Mapping::default()), |text| Mapping::parse(text).map_err(refused))
}

fn unknown_format(name: &str) -> Error {
    let names: Vec<_> = formats::FORMATS.iter().map(|format| format.name).collect();
    Error::Usage(format!("--input-format {name}: no such format; there are {}", names.join(", ")))
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(12)
}

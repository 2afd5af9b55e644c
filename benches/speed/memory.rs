//! The most memory that is held at a moment, and how that grows with the length of a log.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::Trouble;
use crate::plan::{FOLDER, Plan};
use crate::program::{find, smtpauth, subject};
use crate::table::{Row, Table};
use crate::timing::{spread, timed};
use crate::workload::{Kind, MOST_DAYS, Order, Workload};

/// What the program itself may take, in MiB.
const BASE: f64 = 64.0;
/// What each worker may take for a cell, in bytes.
const PER_CELL: f64 = 300.0;

/// The row of each kind of log. The longer log has as many messages a day, and more days.
pub fn measure(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let time = find("time", "time")?;
    for kind in Kind::ALL {
        let usual = Order::usual(kind, plan.bytes());
        let short = plan.log(usual)?;
        let peak = peak(&time, short.input())?;
        table.add(row(kind, &short, peak)?);
        if let Some(megabytes) = plan.long_megabytes {
            let days = (usual.days * megabytes / plan.megabytes).clamp(1, MOST_DAYS);
            let hours_per_file = if usual.hours_per_file == 1 { 1 } else { days * 24 };
            let long = plan.log(Order { kind, bytes: megabytes * 1_000_000, days, hours_per_file })?;
            let long_peak = self::peak(&time, long.input())?;
            table.add(Row {
                against: format!("{} MB, fewer days", plan.megabytes),
                theirs: mebibytes(peak),
                ratio: Some(spread(&[long_peak / peak])),
                ..row(kind, &long, long_peak)?
            });
        }
    }
    Ok(())
}

/// What a log took, and what it may take: an amount for the program, and one for each cell that it counts.
fn row(kind: Kind, workload: &Workload, peak: f64) -> Result<Row, Trouble> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let at_most = BASE + cells(workload)? * PER_CELL * workers as f64 / f64::from(1 << 20);
    Ok(Row {
        measured: format!("memory, {}", kind.name()),
        bytes: workload.bytes,
        ours: mebibytes(peak),
        at_most: format!("{at_most:.0} MiB"),
        ..Row::default()
    })
}

/// How many cells are counted in a log: the rows of the export, without its head.
fn cells(workload: &Workload) -> Result<f64, Trouble> {
    let mut export = smtpauth(&["export", "--all", "--format", "csv"], [workload.input()]);
    let mut process = export
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let rows = process.stdout.take().map_or(0, |output| BufReader::new(output).split(b'\n').count());
    process.wait().map_err(|error| error.to_string())?;
    Ok(rows.saturating_sub(1) as f64)
}

/// An amount of memory.
fn mebibytes(amount: f64) -> String {
    format!("{amount:.1} MiB")
}

/// The most memory that the command held at a moment, in MiB, as GNU time tells it.
fn peak(time: &Path, input: &Path) -> Result<f64, Trouble> {
    let note = Path::new(FOLDER).join("peak");
    let command = subject([input]);
    let mut measuring = Command::new(time);
    measuring.args(["-f", "%M", "-o"]).arg(&note).arg(command.get_program()).args(command.get_args());
    timed(&mut measuring)?;
    let kibibytes: Option<f64> = fs::read_to_string(&note).ok().and_then(|text| text.trim().parse().ok());
    let missing = || Trouble::Missing(format!("{} is not that of GNU: Debian package time", time.display()));
    kibibytes.map(|number| number / 1024.0).ok_or_else(missing)
}

//! The most memory that is held at a moment, and how that grows with the length of a log.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Trouble;
use crate::plan::{FOLDER, Plan};
use crate::program::{find, subject};
use crate::table::{Row, Table};
use crate::timing::{spread, timed};
use crate::workload::{Kind, MOST_DAYS, Order};

/// The row of each kind of log. The longer log has as many messages a day, and more days.
pub fn measure(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let time = find("time", "time")?;
    for kind in Kind::ALL {
        let usual = Order::usual(kind, plan.bytes());
        let short = plan.log(usual)?;
        let peak = peak(&time, short.input())?;
        let mut row = Row {
            measured: format!("memory, {}", kind.name()),
            bytes: short.bytes,
            ours: mebibytes(peak),
            ..Row::default()
        };
        if let Some(megabytes) = plan.long_megabytes {
            let days = (usual.days * megabytes / plan.megabytes).clamp(1, MOST_DAYS);
            let hours_per_file = if usual.hours_per_file == 1 { 1 } else { days * 24 };
            let long = plan.log(Order { kind, bytes: megabytes * 1_000_000, days, hours_per_file })?;
            let long_peak = self::peak(&time, long.input())?;
            row.bytes = long.bytes;
            row.ours = mebibytes(long_peak);
            row.against = format!("{} MB, fewer days", plan.megabytes);
            row.theirs = mebibytes(peak);
            row.ratio = Some(spread(&[long_peak / peak]));
        }
        table.add(row);
    }
    Ok(())
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

//! What a start costs: the version, and the summary of a small log.

use std::process::Command;

use crate::Trouble;
use crate::plan::Plan;
use crate::program::smtpauth;
use crate::table::{Row, Table};
use crate::timing::{spread, timed};
use crate::workload::{Kind, Order};

/// The size of the small log, at least.
const SMALL: u64 = 10_000;
/// How often a start is timed for each pair of other rows: starts are short, and spread widely.
const STARTS: u64 = 10;

/// The rows of both.
pub fn measure(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let small = plan.log(Order { kind: Kind::Postfix, bytes: SMALL, days: 1, hours_per_file: 24 })?;
    let none: [&str; 0] = [];
    table.add(row("--version", "5 ms", 0, plan, smtpauth(&["--version"], none))?);
    let measured = format!("summary of {:.0} kB", small.bytes as f64 / 1e3);
    table.add(row(&measured, "15 ms", small.bytes, plan, smtpauth(&["summary"], [small.input()]))?);
    Ok(())
}

/// The row of a command.
fn row(measured: &str, at_most: &str, bytes: u64, plan: &Plan, mut command: Command) -> Result<Row, String> {
    let times = (0..plan.pairs * STARTS).map(|_| timed(&mut command)).collect::<Result<Vec<_>, _>>()?;
    let ours = format!("{:.1} ms", 1e3 * spread(&times).median);
    Ok(Row { measured: measured.to_owned(), bytes, ours, at_most: at_most.to_owned(), ..Row::default() })
}

//! A folder of daily files of which a view needs the last ones, against those alone.

use crate::Trouble;
use crate::plan::Plan;
use crate::program::smtpauth;
use crate::table::{Row, Table};
use crate::timing::commands;
use crate::workload::{Kind, Order};

/// The days that the folder holds.
const DAYS: u64 = 90;
/// The days that the view shows, when nothing else is said.
const SHOWN: usize = 7;

/// The row of the folder.
pub fn measure(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let order = Order { kind: Kind::Postfix, bytes: plan.bytes(), days: DAYS, hours_per_file: 24 };
    let workload = plan.log(order)?;
    let last = workload.files.iter().skip(workload.files.len().saturating_sub(SHOWN));
    let arguments = ["tls", "--details", "--format", "csv"];
    let mut ours = smtpauth(&arguments, [&workload.folder]);
    let mut theirs = smtpauth(&arguments, last);
    let answers = ours.output().and_then(|ours| Ok((ours.stdout, theirs.output()?.stdout)));
    let (all, needed) = answers.map_err(|error| error.to_string())?;
    if all != needed {
        return Err(Trouble::Wrong("the last files alone give another answer than the folder".to_owned()));
    }
    let pairs = commands(plan.pairs, ours, theirs)?;
    let measured = format!("{DAYS} daily files, {SHOWN} days");
    table.add(Row::of_pairs(measured, workload.bytes, format!("the last {SHOWN} files"), &pairs, "1.2"));
    Ok(())
}

//! The instructions that twice the input takes, which do not depend on what else the machine does.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Trouble;
use crate::plan::Plan;
use crate::program::{find, subject};
use crate::table::{Row, Table};
use crate::timing::spread;
use crate::workload::{Kind, Order};

/// The most that the shorter log has, in bytes: under valgrind everything takes fifty times as long.
const SHORT: u64 = 10_000_000;

/// The row of each kind of log. The longer log has as many messages a day, and twice the days.
pub fn measure(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let valgrind = find("valgrind", "valgrind")?;
    for kind in Kind::ALL {
        let Order { bytes, days, hours_per_file, .. } = Order::usual(kind, (plan.bytes() / 4).min(SHORT));
        let short = plan.log(Order { kind, bytes, days, hours_per_file })?;
        let hours_per_file = if hours_per_file == 1 { 1 } else { 2 * hours_per_file };
        let long = plan.log(Order { kind, bytes: 2 * bytes, days: 2 * days, hours_per_file })?;
        let (fewer, more) = (instructions(&valgrind, short.input())?, instructions(&valgrind, long.input())?);
        let per_byte = |number: f64, bytes: u64| number / bytes as f64;
        let grown = 2.0 * per_byte(more, long.bytes) / per_byte(fewer, short.bytes);
        table.add(Row {
            measured: format!("instructions, {}", kind.name()),
            bytes: long.bytes,
            ours: format!("{:.0} M", more / 1e6),
            against: "half as many days".to_owned(),
            theirs: format!("{:.0} M", fewer / 1e6),
            ratio: Some(spread(&[grown])),
            at_most: "2.1".to_owned(),
        });
    }
    Ok(())
}

/// The instructions of the command on an input with one thread, so that the number is always the same.
fn instructions(valgrind: &Path, input: &Path) -> Result<f64, Trouble> {
    let mut command = Command::new(valgrind);
    let subject = subject([input]);
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(subject.get_program()).args(subject.get_args()).args(["--threads", "1"]);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Trouble::Missing(format!("valgrind does not start: {error}")))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let number = report.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    number.ok_or_else(|| Trouble::Missing("valgrind does not tell the instructions".to_owned()))
}

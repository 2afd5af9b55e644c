//! Each kind of log, against `wc -l`: reading it, and finding where lines end, is the least that anybody does.

use crate::Trouble;
use crate::plan::Plan;
use crate::program::{subject, wc};
use crate::table::{Row, Table};
use crate::timing::commands;
use crate::workload::{Kind, Order};

/// The row of a kind of log.
pub fn measure(plan: &Plan, table: &mut Table, kind: Kind) -> Result<(), Trouble> {
    let workload = plan.log(Order::usual(kind, plan.bytes()))?;
    let pairs = commands(plan.pairs, subject([workload.input()]), wc(&workload.files)?)?;
    let measured = match workload.files.len() {
        1 => kind.name().to_owned(),
        files => format!("{}, {files} files", kind.name()),
    };
    let at_most = match kind {
        Kind::Postfix | Kind::Exim => "4",
        Kind::Csv => "",
        Kind::Exchange => "5",
    };
    table.add(Row::of_pairs(measured, workload.bytes, "wc -l", &pairs, at_most));
    Ok(())
}

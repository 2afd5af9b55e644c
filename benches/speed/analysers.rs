//! The log analysers that mail servers come with.
//!
//! They take minutes where `smtpauth` takes less than a second, so that they read a shorter log of the same
//! kind, at most three times. The ratio is that of the times per byte.

use std::process::Command;

use crate::Trouble;
use crate::plan::Plan;
use crate::program::{find, subject};
use crate::table::{Row, Table};
use crate::timing::{Pairs, commands};
use crate::workload::{Kind, Order};

/// The most that an analyser reads, in bytes.
const STRETCH: u64 = 30_000_000;

/// A log analyser.
pub struct Analyser {
    name: &'static str,
    package: &'static str,
    kind: Kind,
    at_most: &'static str,
}

/// That of Postfix.
pub const PFLOGSUMM: Analyser =
    Analyser { name: "pflogsumm", package: "pflogsumm", kind: Kind::Postfix, at_most: "1/100" };
/// That of Exim.
pub const EXIMSTATS: Analyser =
    Analyser { name: "eximstats", package: "exim4-base", kind: Kind::Exim, at_most: "1/40" };

/// The row of a log analyser.
pub fn measure(plan: &Plan, table: &mut Table, analyser: &Analyser) -> Result<(), Trouble> {
    let Analyser { name, package, kind, at_most } = *analyser;
    let mut theirs = Command::new(find(name, package)?);
    let whole = plan.log(Order::usual(kind, plan.bytes()))?;
    let stretch = plan.log(Order::usual(kind, plan.bytes().min(STRETCH)))?;
    theirs.args(&stretch.files);
    let Pairs { ours, theirs } = commands(plan.pairs.min(3), subject([whole.input()]), theirs)?;
    let per_byte = |times: &[f64], bytes: u64| times.iter().map(|time| time / bytes as f64).collect();
    let rates = Pairs { ours: per_byte(&ours, whole.bytes), theirs: per_byte(&theirs, stretch.bytes) };
    let against = format!("{name} on {:.0} MB", stretch.bytes as f64 / 1e6);
    let mut row = Row::of_pairs(kind.name(), whole.bytes, against, &Pairs { ours, theirs }, at_most);
    row.ratio = Some(rates.ratio());
    table.add(row);
    Ok(())
}

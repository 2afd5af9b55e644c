//! The table, in Markdown, each row as soon as it is known.

use crate::timing::{Pairs, Spread, spread};

/// The heads.
const HEADS: [&str; 8] =
    ["measured", "MB", "`smtpauth`", "against", "takes", "ratio", "min .. max", "at most"];
/// How wide the columns are.
const WIDTHS: [usize; 8] = [24, 5, 10, 27, 10, 6, 14, 11];
/// The columns of numbers, which stand to the right.
const RIGHT: [bool; 8] = [false, true, true, false, true, true, true, true];

/// A row.
#[derive(Default)]
pub struct Row {
    /// What is measured.
    pub measured: String,
    /// The bytes that `smtpauth` reads, plain or compressed as they lie there.
    pub bytes: u64,
    /// What it takes.
    pub ours: String,
    /// What it is compared with.
    pub against: String,
    /// What that takes.
    pub theirs: String,
    /// How often the one goes into the other.
    pub ratio: Option<Spread>,
    /// The ratio, or what it takes, that is asked for.
    pub at_most: String,
}

impl Row {
    /// A row of two programs on the same input.
    pub fn of_pairs(
        measured: impl Into<String>,
        bytes: u64,
        against: impl Into<String>,
        pairs: &Pairs,
        at_most: &str,
    ) -> Self {
        Row {
            measured: measured.into(),
            bytes,
            ours: seconds(&pairs.ours),
            against: against.into(),
            theirs: seconds(&pairs.theirs),
            ratio: Some(pairs.ratio()),
            at_most: at_most.to_owned(),
        }
    }
}

/// The median of some seconds.
pub fn seconds(times: &[f64]) -> String {
    format!("{:.3} s", spread(times).median)
}

impl Spread {
    /// A ratio, and from where to where it goes; a small one says how many times faster `smtpauth` is.
    fn cells(&self) -> (String, String) {
        let times = |ratio: f64| {
            if self.median < 0.2 { format!("1/{:.0}", 1.0 / ratio) } else { format!("{ratio:.2}") }
        };
        (times(self.median), format!("{} .. {}", times(self.least), times(self.most)))
    }
}

/// The table.
#[derive(Default)]
pub struct Table {
    begun: bool,
    left_out: Vec<String>,
}

impl Table {
    /// Prints a row.
    pub fn add(&mut self, row: Row) {
        if !self.begun {
            self.begun = true;
            print(&HEADS.map(str::to_owned));
            let rules = std::array::from_fn(|column| {
                let side = if RIGHT[column] { ":" } else { "-" };
                "-".repeat(WIDTHS[column] - 1) + side
            });
            print(&rules);
        }
        let (median, range) = row.ratio.as_ref().map(Spread::cells).unwrap_or_default();
        let megabytes = match row.bytes {
            0 => String::new(),
            1..1_000_000 => "< 1".to_owned(),
            bytes => format!("{:.0}", bytes as f64 / 1e6),
        };
        print(&[row.measured, megabytes, row.ours, row.against, row.theirs, median, range, row.at_most]);
    }

    /// Notes why something has no row; of a long reason the first line.
    pub fn leave_out(&mut self, name: &str, why: &str) {
        let why = why.lines().next().unwrap_or_default();
        self.left_out.push(format!("- {name}: {why}"));
    }

    /// Prints what has no row.
    pub fn close(self) {
        if !self.left_out.is_empty() {
            println!("\nNot measured:\n{}", self.left_out.join("\n"));
        }
    }
}

/// Prints cells.
fn print(cells: &[String; 8]) {
    let mut line = String::new();
    for ((cell, width), right) in cells.iter().zip(WIDTHS).zip(RIGHT) {
        let padded = if right { format!("| {cell:>width$} ") } else { format!("| {cell:<width$} ") };
        line.push_str(&padded);
    }
    println!("{line}|");
}

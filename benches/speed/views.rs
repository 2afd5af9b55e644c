//! Every view, against `tls --details`: reading is what takes time, so that no view may take much longer.
//!
//! Which views there are, the program says itself: the commands whose help names paths and nothing else. One
//! that wants more than that is left out, with what it says.

use std::path::Path;
use std::process::Command;

use crate::Trouble;
use crate::plan::Plan;
use crate::program::{SMTPAUTH, smtpauth, subject};
use crate::table::{Row, Table};
use crate::timing::{Pairs, commands};
use crate::workload::{Kind, Order};

/// The rows of all views.
pub fn measure(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let workload = plan.log(Order::usual(Kind::Postfix, plan.bytes()))?;
    for view in views()? {
        if view == ["tls", "--details"] {
            continue;
        }
        let is_long = view.contains(&"messages".to_owned());
        let name = view.join(" ");
        match against_tls(plan, &view, workload.input()) {
            Ok(pairs) => {
                let at_most = if is_long { "3" } else { "1.3" };
                table.add(Row::of_pairs(&name, workload.bytes, "tls --details", &pairs, at_most));
            }
            Err(Trouble::Missing(why) | Trouble::Wrong(why)) => table.leave_out(&name, &why),
        }
    }
    Ok(())
}

/// Times a view.
fn against_tls(plan: &Plan, view: &[String], input: &Path) -> Result<Pairs, Trouble> {
    let mut arguments = view.to_vec();
    arguments.push("--all".to_owned());
    commands(plan.pairs, smtpauth(&arguments, [input]), subject([input]))
}

/// The views with their options that change what is counted.
fn views() -> Result<Vec<Vec<String>>, String> {
    let help = help(&[])?;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names =
        commands.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    let mut views = Vec::new();
    for name in names {
        let help = self::help(&[name])?;
        let reads_paths = format!("Usage: smtpauth {name} [OPTIONS] [PATH]...");
        if !help.lines().any(|line| line == reads_paths) {
            continue;
        }
        let has = |option: &str| help.lines().any(|line| line.trim_start().starts_with(option));
        let mut add = |options: &[&str]| {
            views.push([name].iter().chain(options).map(|word| (*word).to_owned()).collect());
        };
        add(&[]);
        if has("--details") {
            add(&["--details"]);
        }
        if has("--rows ") {
            add(&["--rows", "messages"]);
        }
    }
    Ok(views)
}

/// What the program says of a command.
fn help(command: &[&str]) -> Result<String, String> {
    let output = Command::new(SMTPAUTH).args(command).arg("--help").output();
    let output = output.map_err(|error| format!("{SMTPAUTH} does not start: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

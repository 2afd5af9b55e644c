//! `--period`: for which days an export of counts was made, which does not say it itself.

use crate::error::Error;
use crate::formats::detect::Reader;
use crate::formats::table::Layout;
use crate::probe::Input;
use crate::submission::Basis;
use crate::time::window::Period;
use std::path::Path;

/// Reads `FILE=FROM..TO`; a name may have an equals sign in it.
pub fn parse(text: &str) -> Result<(String, Period), Error> {
    let told = text.rsplit_once('=').and_then(|(file, period)| Some((file, Period::parse(period)?)));
    let told = told.filter(|(file, _)| !file.is_empty());
    let (file, period) = told.ok_or_else(|| {
        Error::Usage(format!(
            "--period {text}: take FILE=FROM..TO, such as report.csv=2026-11-09..2026-11-15"
        ))
    })?;
    Ok((file.to_owned(), period))
}

/// Tells the inputs their periods. A file is named by its path, or by its name alone.
pub fn tell(periods: &[(String, Period)], inputs: &mut [Input]) -> Result<(), Error> {
    for (file, period) in periods {
        let mut is_found = false;
        for input in inputs.iter_mut().filter(|input| is_named(input, Path::new(file))) {
            if !is_without_days(input) {
                return Err(Error::Usage(format!(
                    "--period {file}: {} says itself when its messages were sent",
                    input.name
                )));
            }
            input.period = Some(*period);
            is_found = true;
        }
        if !is_found {
            return Err(Error::Usage(format!("--period {file}: no input has this name")));
        }
    }
    Ok(())
}

fn is_named(input: &Input, file: &Path) -> bool {
    match input.source.located().and_then(|located| located.path.as_deref()) {
        Some(path) => {
            path == file || (file.components().count() == 1 && path.file_name() == Some(file.as_os_str()))
        }
        None => file == Path::new("-"),
    }
}

/// Whether an input is an export of counts.
fn is_without_days(input: &Input) -> bool {
    matches!(&input.detected.reader, Reader::Table(table)
        if matches!(&table.layout, Layout::Named(named) if named.records.basis == Basis::Report))
}

//! `--format` and `-o`: the shape of the output.

use super::{View, usage};
use crate::cli::{self, Format};
use crate::error::Error;

/// `--format`, else what the ending of `-o` says, else a table (of an export: CSV).
pub(super) fn format_of(view: View, output: &cli::Output) -> Result<Format, Error> {
    let is_export = matches!(view, View::Cells | View::Messages);
    let ending = output.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    let implied = match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => Some(Format::Csv),
        Some("json") => Some(Format::Json),
        Some("ndjson" | "jsonl") => Some(Format::Ndjson),
        _ => None,
    };
    let format = output.format.or(implied);
    if is_export && format == Some(Format::Table) {
        return Err(usage("an export has no table for people: take --format csv, json or ndjson"));
    }
    Ok(format.unwrap_or(if is_export { Format::Csv } else { Format::Table }))
}

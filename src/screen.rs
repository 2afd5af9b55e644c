//! What is shown on: a terminal of some width, with colours or without, or none.

use crate::cli::{Color, Format};
use crate::coverage::Coverage;
use crate::render::Style;
use crate::settings::Settings;
use std::io::IsTerminal;

/// How a report looks, of inputs that cover this.
pub fn style(settings: &Settings, coverage: &[Coverage]) -> Style {
    let terminal = settings.output.is_none() && std::io::stdout().is_terminal();
    let width = terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
    let width = settings.width.or(width).filter(|width| *width > 0);
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match settings.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !set("NO_COLOR") && !dumb,
    };
    let any = |pick: fn(&Coverage) -> bool| coverage.iter().any(pick);
    let log_time = settings.clock.logs.is_none() && any(|c| c.zoneless) && !any(|c| c.zoned);
    Style { width, color, csv_raw: settings.csv_raw, zone: settings.clock.shown, log_time }
}

/// How many rows are shown: on a screen few, unless told otherwise.
pub fn top(settings: &Settings) -> Option<usize> {
    let is_screen = settings.output.is_none() && std::io::stdout().is_terminal();
    settings.top.or((is_screen && settings.format == Format::Table).then_some(20))
}

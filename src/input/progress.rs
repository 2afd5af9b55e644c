//! How far the reading is, on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar with bytes, rate and time left; a counter where the length is not known.
pub fn bar(total: Option<u64>, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (template, bar) = match total {
        Some(total) => {
            ("{bar:30} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left", ProgressBar::new(total))
        }
        None => ("{bytes} read  {bytes_per_sec}", ProgressBar::new_spinner()),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

//! Views in, bytes out: layout, no arithmetic.
//!
//! Whatever came from a log passes through [`escape`] here, and nowhere else.

pub mod csv;
pub mod dates;
pub mod escape;
pub mod html;
pub mod json;
pub mod mail;
pub mod number;
pub mod output;
pub mod text;

/// What all renderers need to know.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of the terminal; `None` where there is none: then nothing is broken or cut.
    pub width: Option<usize>,
    /// Colours and bold type.
    pub color: bool,
    /// Text that a spreadsheet would take for a formula is left as it is.
    pub csv_raw: bool,
    /// The zone of days and times.
    pub zone: crate::time::Zone,
    /// No stamp has a zone: times are told without one.
    pub log_time: bool,
}

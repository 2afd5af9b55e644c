//! Stamps of log lines in, seconds since 1970 (UTC) out.
//!
//! A stamp is read as *wall seconds*: the seconds between 1970-01-01 00:00 and what the clock on the wall showed,
//! whatever its zone. [`Clock`] turns wall seconds into instants: by the offset in the stamp, else by
//! `--log-timezone`, else by `--timezone`, so that a stamp without a zone is shown with the digits it was logged with.

pub mod stamp;
pub mod window;
pub mod year;
pub mod zone;

pub use stamp::Stamp;
pub use zone::{Clock, Zone};

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// Seconds of an hour.
pub const HOUR: i64 = 3_600;
/// What stands for the zone where no stamp has one: days and times are those of the logs.
pub const LOG_TIME: &str = "log time";

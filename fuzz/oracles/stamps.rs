//! Stamps: what is read is a time, and reading what that time is printed as gives it again.

use smtpauth::render::Style;
use smtpauth::time::stamp::{self, DateOrder, Time};
use smtpauth::time::year;
use smtpauth::time::zone::Zone;

/// The years 1001 to 9999, in seconds since 1970.
const TAKEN: std::ops::Range<i64> = -30_578_688_000..253_402_300_800;

/// Any bytes.
pub fn check(bytes: &[u8]) {
    if let Some((Time::Yearless(stamp), rest)) = stamp::time(bytes) {
        assert!(rest.len() < bytes.len());
        let wall = year::latest_before(stamp, super::reading::NOW);
        assert!(
            wall <= super::reading::NOW && wall > super::reading::NOW - 9 * 366 * 86_400,
            "{stamp:?} {wall}"
        );
    }
    let full = stamp::time(bytes).and_then(|(time, _)| match time {
        Time::Full(stamp) => Some(stamp),
        Time::Yearless(_) => None,
    });
    let orders = [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)];
    for stamp in full.into_iter().chain(orders.into_iter().filter_map(|order| stamp::table(bytes, order))) {
        let at = stamp.wall - i64::from(stamp.offset.unwrap_or(0));
        // A zone may lead out of the years that are taken.
        if !TAKEN.contains(&at) {
            continue;
        }
        let style = Style { width: None, color: false, csv_raw: false, zone: Zone::Utc, log_time: false };
        let printed = style.rfc3339(at);
        let again = stamp::table(printed.as_bytes(), None).expect("what is printed can be read");
        assert_eq!(again.wall - i64::from(again.offset.unwrap_or(0)), at, "{printed}");
    }
}

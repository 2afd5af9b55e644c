//! What numbers look like.

pub use crate::report::value::decimals;
use crate::report::value::percent;

/// `31,870`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `12.5%`; exactly all is `100%`, and nothing that is not quite all or quite nothing is rounded to it.
pub fn share(part: u64, whole: u64) -> String {
    match percent(part, whole) {
        None => "-".to_owned(),
        Some(_) if part == whole => "100%".to_owned(),
        Some(_) if part == 0 => "0%".to_owned(),
        Some(value) => format!("{:.1}%", value.clamp(0.1, 99.9)),
    }
}

/// `+6`, `0`, `-3`, or (of messages) `+3.1 %`.
pub fn change(now: u64, before: u64, as_share: bool) -> String {
    let (sign, size) =
        if now >= before { ("+", now.saturating_sub(before)) } else { ("-", before.saturating_sub(now)) };
    match (size, percent(size, before)) {
        (0, _) => "0".to_owned(),
        (_, Some(value)) if as_share => format!("{sign}{value:.1} %"),
        _ => format!("{sign}{}", grouped(size)),
    }
}

/// `812 B`, `1.9 GB`: decimal units.
pub fn size(bytes: u64) -> String {
    let mut whole = bytes;
    let mut tenths = 0;
    let mut units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    while whole >= 1000 {
        (whole, tenths) = (whole.div_euclid(1000), whole.rem_euclid(1000).div_euclid(100));
        unit = units.next().unwrap_or(unit);
    }
    if bytes < 1000 { format!("{whole} {unit}") } else { format!("{whole}.{tenths} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn sizes() {
        let sizes = [0, 999, 1_000, 1_950_000, 999_999_999, u64::MAX].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 kB", "1.9 MB", "999.9 MB", "18.4 EB"]);
    }

    #[test]
    fn shares() {
        let shares =
            [(0, 0), (0, 5), (5, 5), (1, 8), (1, 100_000), (99_999, 100_000)].map(|(a, b)| share(a, b));
        assert_eq!(shares, ["-", "0%", "100%", "12.5%", "0.1%", "99.9%"]);
        assert_eq!(decimals(1, 3), Some(33.3333));
        assert_eq!(decimals(0, 0), None);
    }

    #[test]
    fn changes() {
        assert_eq!(change(6, 0, true), "+6");
        assert_eq!(change(1_031, 1_000, true), "+3.1 %");
        assert_eq!(change(4, 5, false), "-1");
        assert_eq!(change(5, 5, true), "0");
    }
}

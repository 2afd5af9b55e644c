//! The report "SMTP AUTH clients" of the Exchange admin center, as its export button writes it, and that of the older Security
//! & Compliance Center: senders with their messages and the share of each TLS version in them.
//!
//! Columns are those of Microsoft's pages (`mfr-smtp-auth-clients-report.md`, `mfi-smtp-auth-clients-report.md`); how exactly a
//! downloaded file spells them and its percentages is told nowhere, so every spelling is taken that says the same. The report
//! knows no TLS 1.3, no devices and no days.

use super::named::{Columns, Record, Records};
use super::scan::number as digits;
use super::table::{Row, Seen};
use super::{Format, Shape};
use crate::issue::Reason;
use crate::submission::{Basis, Counts, EXCHANGE_ONLINE, Submission, Tls};
use crate::traced::RowSink;
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "smtp-auth-report",
    about: "the report \"SMTP AUTH clients\" of the Exchange admin center, exported as CSV",
    tells: "messages of each sender, TLS versions up to 1.2 in percent, Basic or OAuth (since October 2024)",
    silent: "devices, addresses, days; TLS 1.3 (what is missing to 100 % is unknown)",
    shape: Shape::Records(RECORDS),
};

const RECORDS: Records =
    Records { fields: &FIELDS, fits, read, id: None, basis: Basis::Report, has_several_rows: false };

/// Fields, by their numbers.
const SENDER: usize = 0;
const MESSAGES: usize = 1;
const PROTOCOL: usize = 2;
const FIRST_TLS: usize = 3;

/// The versions of the fields from [`FIRST_TLS`] on.
const VERSIONS: [Tls; 4] = [Tls::V1_0, Tls::V1_1, Tls::V1_2, Tls::V1_3];

const FIELDS: [&[&str]; 8] = [
    &["senderaddress", "sender"],
    &["messagessent", "messagecount", "messages", "messagessentcount", "messagevolume", "numberofmessages"],
    &["authenticationprotocol", "authprotocol", "authenticationmethod"],
    &["tls10", "tls10percentage", "tls10percent"],
    &["tls11", "tls11percentage", "tls11percent"],
    &["tls12", "tls12percentage", "tls12percent"],
    &["tls13", "tls13percentage", "tls13percent"],
    &["domain", "senderdomain"],
];

/// Percentages are counted in ten-thousandths of a percent.
const PERCENT: u64 = 10_000;
const ALL: u64 = 100 * PERCENT;

/// A sender, a number and shares of TLS versions. A table with two columns for one version is not of the portal, but of our
/// own, for example.
fn fits(columns: &Columns) -> bool {
    let versions = || (FIRST_TLS..).take(VERSIONS.len());
    let has_shares = versions().filter(|field| columns.has(*field)).count() > 1;
    let is_clear = versions().all(|field| columns.count(field) < 2);
    columns.has(SENDER) && columns.has(MESSAGES) && has_shares && is_clear
}

fn read(record: &mut Record<'_>, sink: &mut dyn RowSink) -> Row {
    let Some(sender) = record.text(SENDER) else { return Row::Ignored("row without a sender") };
    let Some(messages) = record.text(MESSAGES).and_then(count) else { return Row::Issue(Reason::RowCount) };
    let cells: Vec<Option<&[u8]>> =
        (FIRST_TLS..).take(VERSIONS.len()).map(|field| record.text(field)).collect();
    let shares: Option<Vec<Share>> = cells.iter().map(|cell| cell.map_or(Some(Share::NONE), share)).collect();
    let counts = shares.as_deref().and_then(|shares| divided(messages, shares));
    let mechanism = record.text(PROTOCOL).and_then(protocol);
    let export = record.context.export;
    let (period, service) = (export.span(record.context.zone()), export.label());
    let unknown = [0, 0, 0, 0, messages];
    let versions = VERSIONS.into_iter().chain([Tls::Unknown]);
    for (nth, (tls, messages)) in versions.zip(counts.unwrap_or(unknown)).enumerate() {
        if messages > 0 {
            sink.submission(&Submission {
                place: record.place_of(nth),
                server: Some(EXCHANGE_ONLINE),
                service: Some(&service),
                sender: Some(sender),
                tls: Some(tls),
                mechanism: mechanism.map(Cow::Borrowed),
                basis: Basis::Report,
                counts: Some(Counts { messages, seen: period, ..Counts::ZERO }),
                ..Submission::default()
            });
        }
    }
    // The end of the period is the newest thing that is known.
    let seen = period.map(|(first, last)| [first, last].map(|at| Seen { at, zoned: true }));
    match (counts, seen) {
        (None, _) => Row::UsedWithIssue(None, Reason::RowShares),
        (Some(_), Some([first, last])) => Row::Covered(first, last),
        (Some(_), None) => Row::Used(None),
    }
}

/// Basic or OAuth, in the words that Microsoft and others use for them. The report tells the class only, no mechanism.
fn protocol(text: &[u8]) -> Option<&'static [u8]> {
    let text = text.to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&text, word).is_some();
    if has(b"oauth") || has(b"modern") { Some(b"OAUTH") } else { has(b"basic").then_some(b"BASIC") }
}

/// What a cell of a TLS version says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    /// In ten-thousandths of a percent.
    percent: u64,
    /// By how much the percentage may be rounded, at most.
    error: u64,
    /// The number of messages behind it, in parentheses.
    messages: Option<u64>,
}

impl Share {
    /// Of an empty cell.
    const NONE: Self = Self { percent: 0, error: 0, messages: None };
}

/// `33.33`, `33,33 %`, `100%`, `12.5% (40)`, `-`.
fn share(text: &[u8]) -> Option<Share> {
    if text == b"-" {
        return Some(Share::NONE);
    }
    let (percent, messages) = match memchr::memchr(b'(', text) {
        Some(at) => {
            let (percent, behind) = text.split_at_checked(at)?;
            (percent, Some(count(behind.strip_prefix(b"(")?.trim_ascii().strip_suffix(b")")?.trim_ascii())?))
        }
        None => (text, None),
    };
    let percent = trim_end(percent);
    let percent = trim_end(percent.strip_suffix(b"%").unwrap_or(percent));
    let mut parts = percent.splitn(2, |byte| matches!(byte, b'.' | b','));
    let (whole, fraction) = (digits(parts.next()?)?, parts.next().unwrap_or_default());
    let mut value = whole.checked_mul(PERCENT)?;
    let mut unit = PERCENT;
    for byte in fraction {
        unit = unit.checked_div(10)?;
        value = value.checked_add(digits(&[*byte])?.checked_mul(unit)?)?;
    }
    (value <= ALL).then_some(Share { percent: value, error: unit.div_ceil(2), messages })
}

/// Divides the messages of a sender into those over each version and those of which the version is unknown. `None` where the
/// shares make more than all.
fn divided(messages: u64, shares: &[Share]) -> Option<[u64; 5]> {
    let sum = |part: &dyn Fn(&Share) -> u64| shares.iter().map(part).fold(0, u64::saturating_add);
    let mut counts = [0; 5];
    let told = shares.iter().any(|share| share.messages.is_some());
    if told && shares.iter().all(|share| share.messages.is_some() || share.percent == 0) {
        let unknown = messages.checked_sub(sum(&|share| share.messages.unwrap_or(0)))?;
        let told = shares.iter().map(|share| share.messages.unwrap_or(0));
        counts.iter_mut().zip(told.chain([unknown])).for_each(|(count, told)| *count = told);
        return Some(counts);
    }
    let (percent, error) = (sum(&|share| share.percent), sum(&|share| share.error));
    if percent > ALL.saturating_add(error) {
        return None;
    }
    // What is missing beyond rounding is of no version that has a column.
    let missing = ALL.saturating_sub(percent);
    let missing = if missing > error || percent == 0 { missing } else { 0 };
    let parts: Vec<u64> = shares.iter().map(|share| share.percent).chain([missing]).collect();
    let whole = u128::from(parts.iter().sum::<u64>().max(1));
    let mut rests = Vec::new();
    let mut left = messages;
    for (index, (count, part)) in counts.iter_mut().zip(&parts).enumerate() {
        let product = u128::from(messages).saturating_mul(u128::from(*part));
        *count = u64::try_from(product.checked_div(whole)?).ok()?;
        left = left.checked_sub(*count)?;
        rests.push((std::cmp::Reverse(product.checked_rem(whole)?), index));
    }
    // Largest remainder: whole messages that add up.
    rests.sort_unstable();
    let lucky = rests.iter().map(|(_, index)| *index).take(usize::try_from(left).ok()?);
    for index in lucky {
        let count = counts.get_mut(index)?;
        *count = count.saturating_add(1);
    }
    Some(counts)
}

/// A whole number, perhaps with marks between thousands.
fn count(text: &[u8]) -> Option<u64> {
    let mut groups = text.split(|byte| !byte.is_ascii_digit()).filter(|group| !group.is_empty());
    let is_mark =
        |byte: &u8| matches!(byte, b'.' | b',' | b'\'' | b' ' | 0xc2 | 0xa0 | 0xe2 | 0x80 | 0xaf | 0x99);
    let first = groups.next().filter(|_| text.first().is_some_and(u8::is_ascii_digit))?;
    let has_marks = first.len() < text.len();
    let all_fit = groups.clone().all(|group| group.len() == 3)
        && text.iter().all(|byte| byte.is_ascii_digit() || is_mark(byte))
        && text.last().is_some_and(u8::is_ascii_digit);
    if !all_fit || (has_marks && first.len() > 3) {
        return None;
    }
    digits(&groups.fold(first.to_vec(), |all, group| [all.as_slice(), group].concat()))
}

/// Without blanks at the end; Windows writes one that does not break before a percent sign.
fn trim_end(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    let blank = [&b"\xc2\xa0"[..], b"\xe2\x80\xaf"].into_iter().find_map(|blank| text.strip_suffix(blank));
    blank.map_or(text, trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(texts: &[&str]) -> Vec<Share> {
        texts.iter().map(|text| share(text.as_bytes()).unwrap()).collect()
    }

    #[test]
    fn percentages_in_any_form() {
        for (text, percent, messages) in [
            ("33.33", 333_300, None),
            ("33,33 %", 333_300, None),
            ("33.3333333", 333_333, None),
            ("100", ALL, None),
            ("100%", ALL, None),
            ("100\u{a0}%", ALL, None),
            ("0", 0, None),
            ("-", 0, None),
            ("100% (12)", ALL, Some(12)),
            ("12.5 % ( 1,040 )", 125_000, Some(1040)),
        ] {
            let share = share(text.as_bytes()).map(|share| (share.percent, share.messages));
            assert_eq!(share, Some((percent, messages)), "{text}");
        }
        for text in ["", "%", "100.01", "-1", "1e2", "n/a", "12 (", "12 (x)", "1.2.3", "50 % of 3"] {
            assert_eq!(share(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn numbers_with_marks_between_thousands() {
        for (text, number) in
            [("7", 7), ("1204", 1204), ("1,204", 1204), ("1.234.567", 1_234_567), ("1\u{a0}204", 1204)]
        {
            assert_eq!(count(text.as_bytes()), Some(number), "{text}");
        }
        for text in ["", "1,2", "1,2345", "12345,678", "1,204,", ",204", "1204 messages", "-7", "1.5"] {
            assert_eq!(count(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn whole_messages() {
        for (messages, texts, counts) in [
            (10, ["33.33", "33.33", "33.33", "0"], [4, 3, 3, 0, 0]),
            (9, ["33", "33", "33", "0"], [3, 3, 3, 0, 0]),
            (200, ["0", "1", "99", "0"], [0, 2, 198, 0, 0]),
            (8, ["0.00", "0.00", "62.50", "0"], [0, 0, 5, 0, 3]),
            (7, ["0", "0", "0", "0"], [0, 0, 0, 0, 7]),
            (3, ["66.67", "33.34", "0", "0"], [2, 1, 0, 0, 0]),
            (320, ["12.5% (40)", "0% (0)", "75% (240)", "-"], [40, 0, 240, 0, 40]),
        ] {
            assert_eq!(divided(messages, &shares(&texts)), Some(counts), "{texts:?}");
        }
        assert_eq!(divided(10, &shares(&["80", "40", "0"])), None);
        assert_eq!(divided(10, &shares(&["100% (12)", "0% (0)"])), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        /// What a report says of whole messages, with two decimals, comes back; what it has no column for is unknown.
        #[test]
        fn messages_come_back(counts in proptest::collection::vec(0..500_u64, 4)) {
            let all: u64 = counts.iter().sum();
            prop_assume!(all > 0);
            let text = |count: &u64| format!("{:.2}", *count as f64 * 100.0 / all as f64);
            let texts: Vec<String> = counts[..3].iter().map(text).collect();
            let told = texts.iter().map(|text| share(text.as_bytes()).unwrap());
            let told: Vec<Share> = told.chain([Share::NONE]).collect();
            let divided = divided(all, &told).unwrap();
            prop_assert_eq!(divided.iter().sum::<u64>(), all);
            for (got, wanted) in [(divided[0], counts[0]), (divided[1], counts[1]), (divided[2], counts[2]), (divided[4], counts[3])] {
                prop_assert!(got.abs_diff(wanted) <= 1, "{:?} of {:?}: {:?}", counts, texts, divided);
            }
        }
    }
}

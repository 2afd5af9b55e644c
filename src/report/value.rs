//! What stands in a cell or a sentence: a number stays a number, text from a log stays untrusted, until it is rendered.

use crate::submission::Untrusted;
use std::borrow::Cow;

/// A value that stands for itself.
pub type Value = ValueOf<'static>;

/// A value whose text may stand elsewhere: a row of `export` is written before the table is gone that holds its names.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueOf<'t> {
    /// There is none: an empty cell, `null`.
    Missing,
    /// Words of our own.
    Words(Cow<'t, str>),
    /// Text from a log.
    Text(Untrusted<'t>),
    /// A number of things.
    Count(u64),
    /// A size in bytes.
    Bytes(u64),
    /// So many others, as the name of a row.
    Others(u64),
    /// A number of things, of which none is shown as `-`.
    CountOrDash(u64),
    /// Yes or no.
    Flag(bool),
    /// A part of a whole, as a percentage.
    Percent(u64, u64),
    /// A part of a whole, as a percentage and as a number.
    Share(u64, u64),
    /// A part of the largest, as a bar.
    Bar(u64, u64),
    /// A number that is not whole, such as a probability.
    Decimal(f64),
    /// A day: days since 1970.
    Day(i64),
    /// A day in a few letters, with its year where that is another one than that of the second day.
    Date(i64, i64),
    /// A day as data and options have it: `2026-11-21`.
    IsoDay(i64),
    /// A stretch of buckets from a day to another, both included.
    Days(i64, i64),
    /// The month in which a day lies.
    Month(i64),
    /// A number, and what it was before, as the change (only for people).
    Change(u64, u64),
    /// The beginning of an hour on the wall, seconds since 1970.
    Hour(i64),
    /// An instant: seconds since 1970 (UTC).
    Instant(i64),
    /// An instant in a sentence, to the minute.
    Moment(i64),
    /// Only the time of the day of an instant.
    TimeOfDay(i64),
    /// Several values in a row.
    Sentence(Vec<Self>),
    /// A list of records (only in JSON).
    Records(Vec<&'static str>, Vec<Vec<Self>>),
    /// A record (only in JSON).
    Record(Vec<(&'static str, Self)>),
}

/// Words and values in a row.
pub type Sentence = Vec<Value>;

impl<'t> ValueOf<'t> {
    /// Words of our own.
    pub fn words(words: impl Into<Cow<'t, str>>) -> Self {
        Self::Words(words.into())
    }

    /// Text from a log, if there is any, where it stands.
    pub fn of(text: Option<impl Into<Cow<'t, [u8]>>>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(Untrusted(text.into())))
    }
}

impl Value {
    /// A copy of text from a log, if there is any.
    pub fn text(text: Option<&[u8]>) -> Self {
        Self::of(text.map(<[u8]>::to_vec))
    }

    /// An envelope sender.
    pub fn sender(sender: Option<&[u8]>) -> Self {
        Self::text(sender.map(or_null))
    }
}

/// An envelope sender: the null sender is `<>`.
pub fn or_null(sender: &[u8]) -> &[u8] {
    if sender.is_empty() { b"<>" } else { sender }
}

/// Words of our own are there as long as the program: what a log says becomes none by accident.
impl From<&'static str> for ValueOf<'_> {
    fn from(words: &'static str) -> Self {
        Self::words(words)
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::words(words)
    }
}

/// "1 account", "2 accounts".
pub fn counted(count: u64, (one, many): (&'static str, &'static str)) -> [Value; 2] {
    [Value::Count(count), Value::words(format!(" {}", if count == 1 { one } else { many }))]
}

/// A percentage for data: four decimals at most.
pub fn decimals(part: u64, whole: u64) -> Option<f64> {
    percent(part, whole).map(|value| (value * 10_000.0).round() / 10_000.0)
}

/// A part of a whole in percent, 0 of nothing being nothing.
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    // Counts of messages fit the 53 bits that a float has.
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 53 bits")]
    let ratio = |part: u64, whole: u64| part as f64 / whole as f64 * 100.0;
    (whole > 0).then(|| ratio(part, whole))
}

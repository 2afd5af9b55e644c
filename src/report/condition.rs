//! `--where`: which rows to show, after counting. `tls1_0_percent > 0 and messages >= 100`.
//!
//! Names are those of the columns of the data. `or` binds least, then `and`, then `not`; parentheses part what belongs
//! together. A value that is missing fits no comparison, only `is empty`.

mod parse;

pub use parse::{Wrong, parse};

use super::only::about_origin;
use super::value::{Sentence, Value, ValueOf, decimals};
use crate::time::Zone;
use crate::time::window::{Bound, day_at, midnight};
use std::cmp::Ordering;

/// A condition on rows, and how it was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What a row is called in titles: `rows`, `accounts`.
    pub rows: &'static str,
    /// For titles: all of these have to be true.
    pub parts: Vec<Part>,
    /// What has to be true.
    pub test: Test,
}

/// What one option asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it is typed for `--where`.
    pub text: String,
    /// Where it was set, if it was not typed.
    pub origin: Option<String>,
}

/// What has to be true of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// All of these.
    All(Vec<Test>),
    /// Any of these.
    Any(Vec<Test>),
    /// Not this.
    Not(Box<Test>),
    /// The value of a column.
    Column(String, Comparison),
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// There is none, or there is one.
    Empty(bool),
    /// A number, percentages in percent.
    Number(Order, f64),
    /// A day or an instant, days of this zone.
    Time(Order, Bound, Zone),
    /// Text, in lower case.
    Text(Place, Box<[u8]>),
}

/// Which order of the value and what it is compared with is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// Which part of a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// All of it is.
    Whole,
    /// All of it is another.
    Other,
    /// It contains.
    Any,
    /// It starts with.
    Start,
    /// It ends with.
    End,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A day or an instant.
    Time,
    /// Text.
    Text,
}

/// What the columns of every view hold, where it is no text.
const KINDS: [(&str, Kind); 44] = [
    ("messages", Kind::Number),
    ("sessions", Kind::Number),
    ("failed_logins", Kind::Number),
    ("recipients", Kind::Number),
    ("bytes", Kind::Number),
    ("size", Kind::Number),
    ("hours", Kind::Number),
    ("accounts", Kind::Number),
    ("senders", Kind::Number),
    ("previous", Kind::Number),
    ("percent", Kind::Number),
    ("tls1_0", Kind::Number),
    ("tls1_1", Kind::Number),
    ("tls1_2", Kind::Number),
    ("tls1_3", Kind::Number),
    ("ssl3", Kind::Number),
    ("encrypted", Kind::Number),
    ("none", Kind::Number),
    ("unknown", Kind::Number),
    ("basic", Kind::Number),
    ("modern", Kind::Number),
    ("integrated", Kind::Number),
    ("other", Kind::Number),
    ("score", Kind::Number),
    ("p_value", Kind::Number),
    ("expected_low", Kind::Number),
    ("expected_high", Kind::Number),
    ("clients", Kind::Number),
    ("new_clients", Kind::Number),
    ("lines", Kind::Number),
    ("used", Kind::Number),
    ("ignored", Kind::Number),
    ("skipped", Kind::Number),
    ("submissions", Kind::Number),
    ("time", Kind::Time),
    ("day", Kind::Time),
    ("period", Kind::Time),
    ("bucket", Kind::Time),
    ("first", Kind::Time),
    ("last", Kind::Time),
    ("first_seen", Kind::Time),
    ("last_seen", Kind::Time),
    ("changed_on", Kind::Time),
    ("value", Kind::Number),
];

/// What a column holds.
pub fn kind_of(column: &str) -> Kind {
    let known = KINDS.iter().find(|(name, _)| *name == column).map(|(_, kind)| *kind);
    known.unwrap_or(if column.ends_with("_percent") { Kind::Number } else { Kind::Text })
}

impl Condition {
    /// All of it, as it is typed for `--where`.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.parts.iter().map(|part| part.text.as_str()).collect();
        texts.join(" and ")
    }

    /// "rows with messages >= 4 (saved large) and tls1_0 > 0".
    pub fn sentence(&self) -> Sentence {
        let mut sentence = vec![Value::words(format!("{} with ", self.rows))];
        for (index, part) in self.parts.iter().enumerate() {
            sentence.extend((index > 0).then(|| " and ".into()));
            sentence.push(Value::text(Some(part.text.as_bytes())));
            let next = self.parts.get(index.saturating_add(1));
            if next.is_none_or(|next| next.origin != part.origin) {
                sentence.extend(about_origin(part.origin.as_deref()));
            }
        }
        sentence
    }

    /// Whether a row is shown. A name that is no column of the row stands for its first one: where the logs know only
    /// sessions, rows by sender are rows by account.
    pub fn keeps(&self, columns: &[&str], row: &[ValueOf<'_>]) -> bool {
        self.test.holds(&|name| {
            let index = columns.iter().position(|column| *column == name).unwrap_or(0);
            row.get(index).unwrap_or(&ValueOf::Missing)
        })
    }
}

impl Test {
    fn holds<'v>(&self, value: &impl Fn(&str) -> &'v ValueOf<'v>) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(value)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(value)),
            Self::Not(test) => !test.holds(value),
            Self::Column(name, comparison) => comparison.holds(value(name)),
        }
    }
}

impl Comparison {
    fn holds(&self, value: &ValueOf<'_>) -> bool {
        match self {
            Self::Empty(is_empty) => {
                let is_there = text_of(value).is_some() || number_of(value).is_some() || is_time(value);
                is_there != *is_empty
            }
            Self::Number(order, wanted) => {
                number_of(value).and_then(|number| number.partial_cmp(wanted)).is_some_and(|o| order.is(o))
            }
            Self::Time(order, wanted, zone) => {
                against(value, *wanted, *zone).is_some_and(|found| order.is(found))
            }
            Self::Text(part, wanted) => text_of(value).is_some_and(|text| part.is(&text, wanted)),
        }
    }
}

impl Order {
    fn is(self, found: Ordering) -> bool {
        match self {
            Self::Equal => found.is_eq(),
            Self::Unequal => found.is_ne(),
            Self::Less => found.is_lt(),
            Self::AtMost => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::AtLeast => found.is_ge(),
        }
    }
}

impl Place {
    fn is(self, text: &[u8], wanted: &[u8]) -> bool {
        match self {
            Self::Whole => text == wanted,
            Self::Other => text != wanted,
            Self::Any => memchr::memmem::find(text, wanted).is_some(),
            Self::Start => text.starts_with(wanted),
            Self::End => text.ends_with(wanted),
        }
    }
}

/// Text in lower case, if there is any.
fn text_of(value: &ValueOf<'_>) -> Option<Vec<u8>> {
    let text = match value {
        ValueOf::Words(words) => words.as_bytes(),
        ValueOf::Text(text) => text.bytes(),
        _ => return None,
    };
    (!text.is_empty()).then(|| text.to_ascii_lowercase())
}

/// A number as the data has it.
fn number_of(value: &ValueOf<'_>) -> Option<f64> {
    // Counts of messages fit the 53 bits that a float has.
    #[expect(clippy::cast_precision_loss, reason = "a comparison needs no more than 53 bits")]
    match value {
        ValueOf::Count(count) | ValueOf::CountOrDash(count) => Some(*count as f64),
        ValueOf::Percent(part, whole) => decimals(*part, *whole),
        _ => None,
    }
}

fn is_time(value: &ValueOf<'_>) -> bool {
    matches!(value, ValueOf::Day(_) | ValueOf::Date(..) | ValueOf::Hour(_) | ValueOf::Instant(_))
}

/// How a time lies to a day, of which any part is the day itself, or to an instant.
fn against(value: &ValueOf<'_>, wanted: Bound, zone: Zone) -> Option<Ordering> {
    let instant = match value {
        ValueOf::Day(day) | ValueOf::Date(day, _) => midnight(*day, zone),
        ValueOf::Hour(wall) => zone.instant(*wall),
        ValueOf::Instant(instant) => *instant,
        _ => return None,
    };
    match (value, wanted) {
        (_, Bound::Day(day)) => Some(day_at(instant, zone).cmp(&day)),
        (ValueOf::Day(day) | ValueOf::Date(day, _), Bound::Instant(wanted)) => {
            Some(day.cmp(&day_at(wanted, zone)))
        }
        (_, Bound::Instant(wanted)) => Some(instant.cmp(&wanted)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [&str; 6] = ["sender", "messages", "tls1_0", "tls1_0_percent", "last_seen", "day"];
    /// 2026-11-21T12:00:00Z.
    const NOON: i64 = 1_795_262_400;

    fn row() -> Vec<Value> {
        let day = day_at(NOON, Zone::Utc);
        let sender = Value::text(Some(b"Scan-HR@contoso.com"));
        vec![
            sender,
            Value::Count(120),
            Value::Count(15),
            Value::Percent(15, 120),
            Value::Instant(NOON),
            Value::Day(day),
        ]
    }

    fn holds(text: &str) -> bool {
        let test = parse(text, &COLUMNS, Zone::Utc, NOON).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        condition(test).keeps(&COLUMNS, &row())
    }

    fn condition(test: Test) -> Condition {
        Condition { rows: "rows", parts: Vec::new(), test }
    }

    #[test]
    fn comparisons() {
        for yes in [
            "messages = 120",
            "messages>=120",
            "messages is 120 and tls1_0 <> 16",
            "MESSAGES IS NOT 121",
            "tls1_0_percent = 12.5%",
            "messages < 1,000",
            "sender is scan-hr@contoso.com",
            "sender contains 'HR@'",
            "sender starts with scan and sender ends with .com",
            "sender != other@contoso.com",
            "last_seen > 2026-11-20 and last_seen = 2026-11-21 and last_seen <= 2026-11-21",
            "last_seen >= 2026-11-21T12:00 and last_seen < 2026-11-21T12:00:01Z",
            "day = today and day > yesterday",
            "sender is not empty",
        ] {
            assert!(holds(yes), "{yes}");
        }
        for no in [
            "messages > 120",
            "sender starts with hr",
            "last_seen > 2026-11-21",
            "last_seen < 2026-11-21",
            "messages is empty",
        ] {
            assert!(!holds(no), "{no}");
        }
    }

    #[test]
    fn or_binds_least_and_not_most() {
        assert!(holds("messages = 120 or messages = 1 and messages = 2"));
        assert!(!holds("(messages = 120 or messages = 1) and messages = 2"));
        assert!(holds("not messages = 1 and not (messages = 2 or messages = 3)"));
        assert!(!holds("not messages = 120 or messages = 2"));
    }

    #[test]
    fn what_is_missing_fits_nothing() {
        let row = vec![Value::Missing; 6];
        for (text, is_kept) in [
            ("messages < 1", false),
            ("messages >= 0", false),
            ("messages != 0", false),
            ("sender != x", false),
            ("not messages >= 0", true),
            ("messages is empty and sender is empty and day is empty", true),
            ("sender is not empty", false),
        ] {
            let test = parse(text, &COLUMNS, Zone::Utc, NOON).unwrap();
            assert_eq!(condition(test).keeps(&COLUMNS, &row), is_kept, "{text}");
        }
        // 0 of 0 is no percentage.
        let test = parse("tls1_0_percent is empty", &COLUMNS, Zone::Utc, NOON).unwrap();
        let row = [Value::Missing, Value::Count(0), Value::Count(0), Value::Percent(0, 0)];
        assert!(condition(test).keeps(&COLUMNS, &row));
    }

    #[test]
    fn errors_point_at_their_place() {
        for (text, there, what) in [
            ("", "", "a column is expected here"),
            ("tls1.0 > 0", "tls1.0", "no column is called tls1.0"),
            ("messages > 0 and", "", "a column is expected here"),
            ("messages > ", "", "a value is expected here"),
            ("messages > many", "many", "messages is a number: take digits, such as 100 or 12.5"),
            (
                "messages contains 1",
                "contains",
                "messages is a number: is, is not, =, !=, <, <=, > or >= is expected here",
            ),
            (
                "sender > a",
                ">",
                "sender is text: is, is not, contains, starts with or ends with is expected here",
            ),
            ("sender starts scan", "scan", "with is expected here"),
            ("day > soon", "soon", "day is a time: take 2026-11-01, 2026-11-01T10:00, today or yesterday"),
            ("day > 7d", "7d", "day is a time: take 2026-11-01, 2026-11-01T10:00, today or yesterday"),
            ("(messages > 0", "", "a ) is missing here"),
            ("messages > 0)", ")", "nothing is open that could be closed here"),
            ("messages > 0 messages", "messages", "and, or or the end is expected here"),
            ("(messages > 0 messages", "messages", "and, or or ) is expected here"),
            ("sender is 'x", "'", "this quote is not closed"),
            ("sender is and", "and", "a value is expected here; text with such words stands in quotes"),
            (
                "sender is *@contoso.com",
                "*@contoso.com",
                "* stands for nothing else here: take contains, starts with or ends with",
            ),
            (
                "messages => 3",
                "=>",
                "messages is a number: is, is not, =, !=, <, <=, > or >= is expected here",
            ),
        ] {
            let wrong = parse(text, &COLUMNS, Zone::Utc, NOON).unwrap_err();
            assert_eq!((text.get(wrong.at.clone()), wrong.what.as_str()), (Some(there), what), "{text}");
        }
        let end = parse("messages >", &COLUMNS, Zone::Utc, NOON).unwrap_err();
        assert_eq!(end.at, 10..10);
    }

    #[test]
    fn depth_has_an_end() {
        let deep = |depth: usize| format!("{}messages > 0{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse(&deep(40), &COLUMNS, Zone::Utc, NOON).is_ok());
        for text in [deep(100_000), "not ".repeat(100_000)] {
            let wrong = parse(&text, &COLUMNS, Zone::Utc, NOON).unwrap_err();
            assert_eq!(wrong.what, "this lies too deep in parentheses");
        }
        let long = vec!["messages > 0"; 20_000].join(" and ");
        assert!(holds(&long));
    }

    proptest! {
        /// Nothing that is typed stops the program, and a place is always one of the text.
        #[test]
        fn any_text_is_a_condition_or_wrong_somewhere(
            words in prop::collection::vec(
                prop_oneof![
                    Just("messages"), Just("sender"), Just("day"), Just("and"), Just("or"), Just("not"), Just("("), Just(")"),
                    Just("="), Just("<="), Just("is"), Just("contains"), Just("starts"), Just("with"), Just("empty"), Just("12"),
                    Just("2026-11-01"), Just("'"), Just("\u{fc}"), Just("!"), Just("\u{1f600}"),
                ], 0..12),
            glue in prop_oneof![Just(" "), Just("")],
        ) {
            let text = words.join(glue);
            match parse(&text, &COLUMNS, Zone::Utc, NOON) {
                Ok(test) => { condition(test).keeps(&COLUMNS, &row()); }
                Err(wrong) => prop_assert!(text.get(wrong.at).is_some(), "{}", text),
            }
        }
    }

    /// Whoever adds a column says what it holds: by default it is text.
    #[test]
    fn every_column_of_numbers_and_times_is_known() {
        let text = [
            "name",
            "tls",
            "auth",
            "domain",
            "sender",
            "account",
            "login",
            "client",
            "server",
            "service",
            "file",
            "format",
            "why",
            "status",
            "schema",
            "timezone",
            "client_name",
            "helo",
            "mechanism",
            "basis",
            "cipher",
            "message_id",
            "queue_id",
            "source",
            "switch_off",
            "verdict",
            "reason",
            "also_seen",
            "incident",
            "reasons",
        ];
        for view in crate::report::VIEWS {
            for column in view.columns.iter().copied().flatten() {
                let is_text = text.contains(column);
                assert_eq!(kind_of(column) == Kind::Text, is_text, "{column} of {}", view.name);
            }
        }
    }
}

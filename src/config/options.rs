//! Options as a file sets them: the names are those of the command line, without the dashes.

use crate::cli::{Color, Format, Order};
use crate::report::Sort;
use clap::ValueEnum;
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use std::fmt;

/// Options that a file can set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// `--since`.
    pub since: Option<String>,
    /// `--until`.
    pub until: Option<String>,
    /// `--as-of`.
    pub as_of: Option<String>,
    /// `--timezone`.
    pub timezone: Option<String>,
    /// `--sender`.
    pub sender: Texts,
    /// `--login`.
    pub login: Texts,
    /// `--client`.
    pub client: Texts,
    /// `--server`.
    pub server: Texts,
    /// `--domain`.
    pub domain: Texts,
    /// `--tls`.
    pub tls: Texts,
    /// `--auth`.
    pub auth: Texts,
    /// `--where`.
    pub r#where: Option<String>,
    /// `--min-messages`.
    pub min_messages: Option<u64>,
    /// `--sort`.
    #[serde(deserialize_with = "choice")]
    pub sort: Option<Sort>,
    /// `--top`.
    pub top: Option<usize>,
    /// `--format`.
    #[serde(deserialize_with = "choice")]
    pub format: Option<Format>,
    /// `--strict`.
    pub strict: Option<bool>,
    /// `--quiet`.
    pub quiet: Option<bool>,
    /// `--csv-raw`.
    pub csv_raw: Option<bool>,
    /// `--keep-duplicates`.
    pub keep_duplicates: Option<bool>,
    /// `--columns`.
    pub columns: Option<String>,
    /// `--period`.
    pub period: Texts,
    /// `--log-timezone`.
    pub log_timezone: Option<String>,
    /// `--log-year`.
    pub log_year: Option<i32>,
    /// `--date-order`.
    #[serde(deserialize_with = "choice")]
    pub date_order: Option<Order>,
    /// `--max-ratio`.
    pub max_ratio: Option<u64>,
    /// `--threads`.
    pub threads: Option<usize>,
    /// `--width`.
    pub width: Option<usize>,
    /// `--color`.
    #[serde(deserialize_with = "choice")]
    pub color: Option<Color>,
}

impl Options {
    /// What is set: names and values, as they would be typed.
    pub fn set(&self) -> Vec<(&'static str, String)> {
        let texts = |texts: &Texts| (!texts.0.is_empty()).then(|| texts.0.join(","));
        let values = [
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("as-of", self.as_of.clone()),
            ("timezone", self.timezone.clone()),
            ("sender", texts(&self.sender)),
            ("login", texts(&self.login)),
            ("client", texts(&self.client)),
            ("server", texts(&self.server)),
            ("domain", texts(&self.domain)),
            ("tls", texts(&self.tls)),
            ("auth", texts(&self.auth)),
            ("where", self.r#where.clone()),
            ("min-messages", self.min_messages.map(|least| least.to_string())),
            ("sort", self.sort.and_then(name_of)),
            ("top", self.top.map(|top| top.to_string())),
            ("format", self.format.and_then(name_of)),
            ("strict", flag(self.strict)),
            ("quiet", flag(self.quiet)),
            ("csv-raw", flag(self.csv_raw)),
            ("keep-duplicates", flag(self.keep_duplicates)),
            ("columns", self.columns.clone()),
            ("period", texts(&self.period)),
            ("log-timezone", self.log_timezone.clone()),
            ("log-year", self.log_year.map(|year| year.to_string())),
            ("date-order", self.date_order.and_then(name_of)),
            ("max-ratio", self.max_ratio.map(|ratio| ratio.to_string())),
            ("threads", self.threads.map(|threads| threads.to_string())),
            ("width", self.width.map(|width| width.to_string())),
            ("color", self.color.and_then(name_of)),
        ];
        values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Whether a filter or a condition on rows is set.
    pub fn has_filters(&self) -> bool {
        let filters = ["sender", "login", "client", "server", "domain", "tls", "auth"];
        self.set().iter().any(|(name, _)| filters.contains(name))
    }
}

/// An option without a value: nothing stands behind its name.
fn flag(is_set: Option<bool>) -> Option<String> {
    is_set.filter(|is_set| *is_set).map(|_| String::new())
}

/// What a value of a list of choices is called.
fn name_of(value: impl ValueEnum) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}

/// One of the values that the option takes.
fn choice<'de, D: Deserializer<'de>, T: ValueEnum>(from: D) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(from)?;
    let known = || T::value_variants().iter().cloned().filter_map(name_of).collect::<Vec<_>>().join(", ");
    T::from_str(&text, true).map(Some).map_err(|_| de::Error::custom(format!("take one of {}", known())))
}

/// A text or several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextsVisitor).map(Self)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Vec<String>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text or a list of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(texts)
    }
}

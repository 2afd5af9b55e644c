//! What was kept before counting, as titles and the commands that come next say it.

use super::value::{Sentence, Value};

/// A filter that acted before counting, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// Its option, without the dashes.
    pub option: &'static str,
    /// What it is called in titles.
    pub label: &'static str,
    /// What is kept: any of these.
    pub values: Vec<String>,
    /// Where it was set, if it was not typed.
    pub origin: Option<String>,
}

/// " (saved old-tls)", of what was not typed.
pub fn about_origin(origin: Option<&str>) -> Sentence {
    origin.map_or_else(Vec::new, |origin| vec![" (".into(), Value::text(Some(origin.as_bytes())), ")".into()])
}

/// Text as a shell takes it.
pub fn quoted(text: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "@.,:/_+-".contains(char);
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('-') {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

impl Only {
    /// The values as a shell takes them.
    pub fn typed(&self) -> String {
        quoted(&self.values.join(","))
    }

    /// "domain contoso.com or fabrikam.example".
    pub fn sentence(&self) -> Sentence {
        let mut sentence = vec![self.label.into()];
        for (index, value) in self.values.iter().enumerate() {
            sentence.push(if index == 0 { " ".into() } else { " or ".into() });
            sentence.push(Value::text(Some(value.as_bytes())));
        }
        sentence.extend(about_origin(self.origin.as_deref()));
        sentence
    }
}

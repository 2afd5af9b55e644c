//! The table of accounts that may do what they do: `[[allow]]` in a TOML file.

use crate::error::Error;
use crate::report::unusual::Allowed;
use crate::tally::pattern::Pattern;
use crate::time::stamp;
use serde::Deserialize;
use std::path::Path;

/// The file, as far as this table goes; other tables of it are read elsewhere.
#[derive(Debug, Deserialize)]
struct Tables {
    #[serde(default)]
    allow: Vec<Entry>,
}

/// An entry as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    login: String,
    until: Option<toml::value::Datetime>,
    reason: String,
}

/// Reads the table of a file.
pub fn read(path: &Path) -> Result<Vec<Allowed>, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
    parse(&text).map_err(|why| Error::Usage(format!("{}: {why}", crate::error::name(path))))
}

/// Reads the table of a text. The error says where it is wrong.
pub fn parse(text: &str) -> Result<Vec<Allowed>, String> {
    let tables: Tables = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    tables.allow.into_iter().map(allowed).collect()
}

fn allowed(entry: Entry) -> Result<Allowed, String> {
    let about = |what: &str| format!("[[allow]] login = {:?}: {what}", entry.login);
    if entry.login.trim().is_empty() || entry.reason.trim().is_empty() {
        return Err(about("a login and a reason are needed"));
    }
    let day = |until: toml::value::Datetime| {
        let date = until.date?;
        stamp::days(i32::from(date.year), u32::from(date.month), u32::from(date.day))
    };
    let until = match entry.until {
        None => None,
        Some(until) => Some(day(until).ok_or_else(|| about("until takes a date, as in until = 2026-12-31"))?),
    };
    Ok(Allowed { login: Pattern::new(entry.login.trim()), until })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn entries_have_a_login_and_a_reason() {
        let text = "[filters.x]\nlogin = \"a\"\n[[allow]]\nlogin = \"Backup*@contoso.com\"\nuntil = 2026-12-31\nreason = \"moves\"\n";
        let allowed = parse(text).unwrap();
        let is_allowed =
            |login: &str, day| allowed.iter().any(|allowed| allowed.covers(login.as_bytes(), day));
        let last = crate::time::stamp::days(2026, 12, 31).unwrap();
        assert!(is_allowed("backup2@contoso.com", last) && !is_allowed("backup2@contoso.com", last + 1));
        assert!(!is_allowed("a", last));
        for wrong in [
            "[[allow]]\nlogin = \"a\"",
            "[[allow]]\nlogin = \"a\"\nreason = \" \"",
            "[[allow]]\nlogin = \"a\"\nreason = \"b\"\nuntil = 12:00:00",
            "[[allow]]\nlogin = \"a\"\nreason = \"b\"\nsince = 2026-01-01",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}

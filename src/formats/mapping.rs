//! `--columns`: which column of a table holds what, where no known name tells.

use super::columns::field_named;
use super::headed::folded;

/// What was told: fields, by the names that are recommended for them, and the columns that hold them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(Vec<(&'static str, Vec<u8>)>);

/// Nothing was told.
pub static NOTHING: Mapping = Mapping(Vec::new());

impl Mapping {
    /// Reads `time=When,sender=From`. `Err`: the part that is not understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let part = |part: &str| {
            let (field, column) = part.split_once('=')?;
            let column = folded(column.as_bytes());
            let field = field_named(field.trim().as_bytes())?;
            (!column.is_empty()).then_some((field, column))
        };
        let parts = text.split(',').map(|text| part(text).ok_or_else(|| text.to_owned()));
        parts.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a header has all columns that were told, if any were.
    pub fn is_of(&self, header: &[Vec<u8>]) -> bool {
        !self.0.is_empty()
            && self.0.iter().all(|(_, column)| header.iter().any(|name| folded(name) == *column))
    }

    /// The fields that were told, and their columns in a header.
    pub fn columns<'m>(&'m self, header: &'m [Vec<u8>]) -> impl Iterator<Item = (&'static str, usize)> + 'm {
        let find = |(field, column): &'m (&'static str, Vec<u8>)| {
            Some((*field, header.iter().position(|name| folded(name) == *column)?))
        };
        self.0.iter().filter_map(find)
    }
}

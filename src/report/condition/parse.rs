//! From what was typed to a condition. Errors say where.

use super::{Comparison, Kind, Order, Place, Test, kind_of};
use crate::time::Zone;
use crate::time::window::{self, Bound};
use std::ops::Range;

/// How deep parentheses and `not` may lie in each other.
const DEEPEST: usize = 50;

/// What is wrong with a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where: bytes of what was typed. Empty at the end.
    pub at: Range<usize>,
    /// What.
    pub what: String,
    /// A name was asked for that is none.
    pub is_name: bool,
}

/// Reads a condition on rows with these columns; `zone` and `now` are for days that are typed.
pub fn parse(text: &str, columns: &[&str], zone: Zone, now: i64) -> Result<Test, Wrong> {
    let words = words(text)?;
    let mut parser = Parser { text, words: &words, at: 0, columns, zone, now };
    let test = parser.any(0)?;
    match parser.next() {
        None => Ok(test),
        Some(word) if word.is(")") => Err(parser.wrong(&word, "nothing is open that could be closed here")),
        Some(word) => Err(parser.wrong(&word, "and, or or the end is expected here")),
    }
}

/// A word of a condition.
#[derive(Clone, Debug)]
struct Word<'t> {
    text: &'t str,
    at: Range<usize>,
    /// It stood between quotes.
    is_quoted: bool,
}

impl Word<'_> {
    fn is(&self, text: &str) -> bool {
        !self.is_quoted && self.text.eq_ignore_ascii_case(text)
    }

    fn is_one_of(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.is(text))
    }
}

/// Parentheses, signs, what stands between quotes, and what stands between all of these and blanks.
fn words(text: &str) -> Result<Vec<Word<'_>>, Wrong> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let start = text.len().saturating_sub(rest.len());
        let Some(first) = rest.chars().next() else { return Ok(found) };
        let (shown, skipped, len) = match first {
            '(' | ')' => (0, 0, 1),
            '=' | '<' | '>' | '!' => {
                (0, 0, rest.find(|char| !matches!(char, '=' | '<' | '>' | '!')).unwrap_or(rest.len()))
            }
            '"' | '\'' => {
                let end = rest.char_indices().skip(1).find(|(_, char)| *char == first).map(|(at, _)| at);
                let end = end.ok_or_else(|| Wrong {
                    at: start..start.saturating_add(1),
                    what: "this quote is not closed".to_owned(),
                    is_name: false,
                })?;
                (1, 1, end.saturating_add(1))
            }
            _ => {
                let ends = |char: char| char.is_whitespace() || "()=<>!\"'".contains(char);
                (0, 0, rest.find(ends).unwrap_or(rest.len()))
            }
        };
        let word = rest.get(shown..len.saturating_sub(skipped)).unwrap_or_default();
        found.push(Word { text: word, at: start..start.saturating_add(len), is_quoted: skipped > 0 });
        rest = rest.get(len..).unwrap_or_default();
    }
}

struct Parser<'p, 't> {
    text: &'t str,
    words: &'p [Word<'t>],
    at: usize,
    columns: &'p [&'p str],
    zone: Zone,
    now: i64,
}

impl<'t> Parser<'_, 't> {
    fn peek(&self) -> Option<&Word<'t>> {
        self.words.get(self.at)
    }

    fn next(&mut self) -> Option<Word<'t>> {
        let word = self.peek().cloned();
        self.at = self.at.saturating_add(1);
        word
    }

    /// Takes the next word if it is this one.
    fn takes(&mut self, text: &str) -> bool {
        let is = self.peek().is_some_and(|word| word.is(text));
        if is {
            self.at = self.at.saturating_add(1);
        }
        is
    }

    fn wrong(&self, word: &Word<'_>, what: &str) -> Wrong {
        Wrong { at: word.at.clone(), what: what.to_owned(), is_name: false }
    }

    fn ends(&self, what: &str) -> Wrong {
        Wrong { at: self.text.len()..self.text.len(), what: what.to_owned(), is_name: false }
    }

    fn any(&mut self, depth: usize) -> Result<Test, Wrong> {
        let mut tests = vec![self.all(depth)?];
        while self.takes("or") {
            tests.push(self.all(depth)?);
        }
        Ok(only(tests, Test::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Test, Wrong> {
        let mut tests = vec![self.one(depth)?];
        while self.takes("and") {
            tests.push(self.one(depth)?);
        }
        Ok(only(tests, Test::All))
    }

    fn one(&mut self, depth: usize) -> Result<Test, Wrong> {
        let Some(word) = self.next() else { return Err(self.ends("a column is expected here")) };
        if depth > DEEPEST {
            return Err(self.wrong(&word, "this lies too deep in parentheses"));
        }
        let deeper = depth.saturating_add(1);
        if word.is("not") {
            return Ok(Test::Not(Box::new(self.one(deeper)?)));
        }
        if word.is("(") {
            let test = self.any(deeper)?;
            return match self.next() {
                Some(word) if word.is(")") => Ok(test),
                Some(word) => Err(self.wrong(&word, "and, or or ) is expected here")),
                None => Err(self.ends("a ) is missing here")),
            };
        }
        let column = word.text.to_ascii_lowercase();
        if word.is_quoted || !self.columns.contains(&column.as_str()) {
            let what = format!("no column is called {}", word.text);
            let is_word = word.text.chars().all(|char| char.is_alphanumeric() || "._-".contains(char));
            let what = if is_word { what } else { "a column is expected here".to_owned() };
            return Err(Wrong { is_name: true, ..self.wrong(&word, &what) });
        }
        let comparison = self.comparison(&column)?;
        Ok(Test::Column(column, comparison))
    }

    fn comparison(&mut self, column: &str) -> Result<Comparison, Wrong> {
        let kind = kind_of(column);
        let how = match kind {
            Kind::Number | Kind::Time => "is, is not, =, !=, <, <=, > or >= is expected here",
            Kind::Text => "is, is not, contains, starts with or ends with is expected here",
        };
        let Some(sign) = self.next() else { return Err(self.ends(how)) };
        let is_not = sign.is("is") && self.takes("not");
        if (sign.is("starts") || sign.is("ends")) && !self.takes("with") {
            return Err(match self.peek() {
                Some(word) => self.wrong(word, "with is expected here"),
                None => self.ends("with is expected here"),
            });
        }
        let order = order(&sign, is_not);
        let part = match order {
            Some(Order::Equal) => Some(Place::Whole),
            Some(Order::Unequal) => Some(Place::Other),
            Some(_) => None,
            None => part(&sign),
        };
        let fits = if kind == Kind::Text { part.is_some() } else { order.is_some() };
        if !fits {
            return Err(self.wrong(&sign, &format!("{column} {}: {how}", about(kind))));
        }
        let Some(value) = self.next() else { return Err(self.ends("a value is expected here")) };
        if value.is_one_of(&["(", ")", "and", "or"]) || order_sign(&value) {
            return Err(self.wrong(&value, "a value is expected here; text with such words stands in quotes"));
        }
        if value.is("empty") && matches!(order, Some(Order::Equal | Order::Unequal)) {
            return Ok(Comparison::Empty(order == Some(Order::Equal)));
        }
        self.with_value(kind, column, &value, order.unwrap_or(Order::Equal), part.unwrap_or(Place::Whole))
    }

    fn with_value(
        &self,
        kind: Kind,
        column: &str,
        value: &Word<'_>,
        order: Order,
        part: Place,
    ) -> Result<Comparison, Wrong> {
        let about = about(kind);
        match kind {
            Kind::Text if value.text.contains('*') && !value.is_quoted => {
                Err(self
                    .wrong(value, "* stands for nothing else here: take contains, starts with or ends with"))
            }
            Kind::Text => Ok(Comparison::Text(part, value.text.to_ascii_lowercase().as_bytes().into())),
            Kind::Number => {
                let digits = value.text.strip_suffix('%').unwrap_or(value.text).replace(',', "");
                let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
                let wrong =
                    || self.wrong(value, &format!("{column} {about}: take digits, such as 100 or 12.5"));
                number.map(|number| Comparison::Number(order, number)).ok_or_else(wrong)
            }
            Kind::Time => match window::parse(value.text, self.zone, self.now) {
                Ok(bound @ (Bound::Day(_) | Bound::Instant(_))) => {
                    Ok(Comparison::Time(order, bound, self.zone))
                }
                _ => Err(self.wrong(
                    value,
                    &format!("{column} {about}: take 2026-11-01, 2026-11-01T10:00, today or yesterday"),
                )),
            },
        }
    }
}

fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "is a number",
        Kind::Time => "is a time",
        Kind::Text => "is text",
    }
}

/// One test is itself.
fn only(mut tests: Vec<Test>, several: fn(Vec<Test>) -> Test) -> Test {
    match (tests.pop(), tests.is_empty()) {
        (Some(test), true) => test,
        (last, _) => {
            tests.extend(last);
            several(tests)
        }
    }
}

fn order(sign: &Word<'_>, is_not: bool) -> Option<Order> {
    if sign.is("is") {
        return Some(if is_not { Order::Unequal } else { Order::Equal });
    }
    if sign.is_quoted {
        return None;
    }
    match sign.text {
        "=" | "==" => Some(Order::Equal),
        "!=" | "<>" => Some(Order::Unequal),
        "<" => Some(Order::Less),
        "<=" => Some(Order::AtMost),
        ">" => Some(Order::Greater),
        ">=" => Some(Order::AtLeast),
        _ => None,
    }
}

fn order_sign(word: &Word<'_>) -> bool {
    !word.is_quoted && !word.text.is_empty() && word.text.chars().all(|char| "=<>!".contains(char))
}

fn part(sign: &Word<'_>) -> Option<Place> {
    [("contains", Place::Any), ("starts", Place::Start), ("ends", Place::End)]
        .into_iter()
        .find(|(name, _)| sign.is(name))
        .map(|(_, part)| part)
}

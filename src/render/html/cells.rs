//! The cells of the page as JSON: columns of numbers, which its script folds.

use crate::render::{Style, dates, escape, text};
use crate::report::Value;
use crate::report::detailed::Detailed;
use crate::report::embedded::{Cell, Kind};
use crate::submission::{Auth, Tls};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

/// What the script is told. As values of JSON, the numbers of a hundred thousand cells took most of the time of the page.
#[derive(Serialize)]
struct Told {
    first: i64,
    days: i64,
    window: [i64; 2],
    from: String,
    to: String,
    unfinished: Option<(i64, String)>,
    tls: [[&'static str; 2]; Tls::SHOWN.len()],
    auth: [[&'static str; 2]; Auth::ALL.len()],
    hub: bool,
    raw: bool,
    others: Option<(u32, u64)>,
    names: Vec<String>,
    exact: Map<String, Json>,
    devices: Map<String, Json>,
    kinds: Kinds,
    cells: Cells,
}

/// The names of kinds of cells, by their numbers.
#[derive(Serialize)]
struct Kinds {
    sender: Column,
    login: Column,
    client: Column,
    domain: Column,
    mechanism: Column,
    tls: Column,
    auth: Column,
    flags: Column,
}

/// Cells in the order of their kinds: how many each kind has says which kind a cell is of.
#[derive(Serialize)]
struct Cells {
    count: Vec<usize>,
    day: Vec<i64>,
    messages: Column,
    sessions: Column,
    failed: Column,
    recipients: Column,
    bytes: Column,
}

/// A column of which nothing is anything else than 0 is a single one.
#[derive(Serialize)]
#[serde(untagged)]
enum Column {
    Nothing(u64),
    Numbers(Vec<u64>),
}

impl Column {
    fn of(values: impl Iterator<Item = u64>) -> Self {
        let values: Vec<u64> = values.collect();
        if values.iter().all(|value| *value == 0) { Self::Nothing(0) } else { Self::Numbers(values) }
    }
}

/// All that the script is told, in characters that mean nothing in HTML. JSON of numbers and text cannot fail.
pub fn json(detailed: &Detailed, style: &Style) -> String {
    let embedded = &detailed.embedded;
    let (first, last) = embedded.days;
    let since = |day: i64| day.saturating_sub(first);
    let (names, exact) = names(&embedded.names, style);
    let of_kinds: Vec<&[Cell]> = embedded.cells.chunk_by(|one, other| one.kind == other.kind).collect();
    let devices = embedded.devices.iter().map(|(client, names)| {
        (client.to_string(), json!(names.each_ref().map(|name| text::shown(name, style, 0))))
    });
    let told = Told {
        first,
        days: since(last).saturating_add(1),
        window: [since(embedded.window.0), since(embedded.window.1)],
        from: dates::iso_day(embedded.window.0),
        to: dates::iso_day(embedded.window.1),
        unfinished: embedded.unfinished.map(|(day, at)| (since(day), style.time_of_day(at))),
        tls: Tls::SHOWN.map(|tls| [tls.data(), tls.label()]),
        auth: Auth::ALL.map(|auth| [auth.data(), auth.label()]),
        hub: embedded.is_hub_missing,
        raw: style.csv_raw,
        others: embedded.others,
        names,
        exact,
        devices: devices.collect(),
        kinds: kinds(&of_kinds),
        cells: cells(first, &of_kinds, &embedded.cells),
    };
    harmless(&serde_json::to_string(&told).unwrap_or_default())
}

/// Names as they are shown, and as they are, where that is not the same.
fn names(names: &[Value], style: &Style) -> (Vec<String>, Map<String, Json>) {
    let mut exact = Map::new();
    let shown = names.iter().enumerate().map(|(place, name)| {
        let shown = text::shown(name, style, 0);
        if let Value::Text(name) = name {
            let is = escape::json(name);
            if is != shown {
                exact.insert(place.to_string(), json!(is));
            }
        }
        shown
    });
    (shown.collect(), exact)
}

fn kinds(of_kinds: &[&[Cell]]) -> Kinds {
    let of = |pick: fn(&Kind) -> u32| {
        let firsts = of_kinds.iter().filter_map(|cells| cells.first());
        Column::of(firsts.map(|cell| u64::from(pick(&cell.kind))))
    };
    Kinds {
        sender: of(|kind| kind.sender),
        login: of(|kind| kind.login),
        client: of(|kind| kind.client),
        domain: of(|kind| kind.domain),
        mechanism: of(|kind| kind.mechanism),
        tls: of(|kind| kind.tls.into()),
        auth: of(|kind| kind.auth.into()),
        flags: of(|kind| kind.flags.into()),
    }
}

fn cells(first: i64, of_kinds: &[&[Cell]], cells: &[Cell]) -> Cells {
    let of = |pick: fn(&Cell) -> u64| Column::of(cells.iter().map(pick));
    let day = |cell: &Cell| cell.day.map_or(-1, |day| day.saturating_sub(first));
    Cells {
        count: of_kinds.iter().map(|cells| cells.len()).collect(),
        day: cells.iter().map(day).collect(),
        messages: of(|cell| cell.counts.messages),
        sessions: of(|cell| cell.counts.sessions),
        failed: of(|cell| cell.counts.failed_logins),
        recipients: of(|cell| cell.counts.recipients),
        bytes: of(|cell| cell.counts.bytes),
    }
}

/// In JSON, these stand in strings only.
fn harmless(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for piece in json.split_inclusive(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        let mut before = piece.chars();
        let escaped = match before.next_back() {
            Some('<') => "\\u003c",
            Some('>') => "\\u003e",
            Some('&') => "\\u0026",
            Some('\u{2028}') => "\\u2028",
            Some('\u{2029}') => "\\u2029",
            _ => {
                safe.push_str(piece);
                continue;
            }
        };
        safe.push_str(before.as_str());
        safe.push_str(escaped);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_nothing_in_html() {
        let told = json!({"a": "</script><!--<script>&amp;\u{2028}\u{2029}\"'"});
        let safe = harmless(&told.to_string());
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{safe}");
        assert_eq!(serde_json::from_str::<Json>(&safe).expect("it is JSON"), told);
    }
}

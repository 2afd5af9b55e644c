//! The cells of the page as JSON: columns of numbers, which its script folds.

use crate::render::{Style, dates, escape, text};
use crate::report::Value;
use crate::report::detailed::Detailed;
use crate::report::embedded::{Cell, Embedded, Kind};
use crate::submission::{Auth, Tls};
use serde_json::{Map, Value as Json, json};

/// All that the script is told, in characters that mean nothing in HTML.
pub fn json(detailed: &Detailed, style: &Style) -> String {
    let embedded = &detailed.embedded;
    let (first, last) = embedded.days;
    let since = |day: i64| day.saturating_sub(first);
    let unfinished = embedded.unfinished.map(|(day, at)| json!([since(day), style.time_of_day(at)]));
    let (shown, exact) = names(&embedded.names, style);
    let devices = embedded.devices.iter().map(|(client, names)| {
        (client.to_string(), json!(names.each_ref().map(|name| text::shown(name, style, 0))))
    });
    let told = json!({
        "first": first,
        "days": since(last).saturating_add(1),
        "window": [since(embedded.window.0), since(embedded.window.1)],
        "from": dates::iso_day(embedded.window.0),
        "to": dates::iso_day(embedded.window.1),
        "unfinished": unfinished,
        "tls": Tls::SHOWN.map(|tls| [tls.data(), tls.label()]),
        "auth": Auth::ALL.map(|auth| [auth.data(), auth.label()]),
        "hub": embedded.is_hub_missing,
        "raw": style.csv_raw,
        "others": embedded.others.map(|(name, count)| json!([name, count])),
        "names": shown,
        "exact": exact,
        "devices": Json::Object(devices.collect()),
        "kinds": kinds(&embedded.kinds),
        "cells": cells(embedded),
    });
    harmless(&told.to_string())
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

/// A column of which nothing is anything else than 0 is a single one.
fn column(values: impl Iterator<Item = u64> + Clone) -> Json {
    if values.clone().all(|value| value == 0) { json!(0) } else { values.collect() }
}

fn kinds(kinds: &[Kind]) -> Json {
    let of = |pick: fn(&Kind) -> usize| {
        column(kinds.iter().map(move |kind| u64::try_from(pick(kind)).unwrap_or(0)))
    };
    json!({
        "sender": of(|kind| kind.sender),
        "login": of(|kind| kind.login),
        "client": of(|kind| kind.client),
        "domain": of(|kind| kind.domain),
        "mechanism": of(|kind| kind.mechanism),
        "tls": of(|kind| kind.tls),
        "auth": of(|kind| kind.auth),
        "flags": of(|kind| usize::from(kind.flags)),
    })
}

/// Cells stand in the order of their kinds: how many each kind has says which kind a cell is of.
fn cells(embedded: &Embedded) -> Json {
    let (first, _) = embedded.days;
    let of = |pick: fn(&Cell) -> u64| column(embedded.cells.iter().map(pick));
    let per_kind = embedded.cells.chunk_by(|one, other| one.kind == other.kind).map(<[Cell]>::len);
    let day = |cell: &Cell| cell.day.map_or(-1, |day| day.saturating_sub(first));
    json!({
        "count": per_kind.collect::<Vec<_>>(),
        "day": embedded.cells.iter().map(day).collect::<Vec<_>>(),
        "messages": of(|cell| cell.counts.messages),
        "sessions": of(|cell| cell.counts.sessions),
        "failed": of(|cell| cell.counts.failed_logins),
        "recipients": of(|cell| cell.counts.recipients),
        "bytes": of(|cell| cell.counts.bytes),
    })
}

/// In JSON, these stand in strings only.
fn harmless(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for char in json.chars() {
        match char {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            char => safe.push(char),
        }
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

//! HTML: the detailed report as one page, which asks nothing of any other place.
//!
//! Templates escape all that they are given; what came from a log has been made visible by `render/escape` before.

mod cells;
mod chart;
mod parts;

use self::chart::Chart;
use self::parts::{Part, Piece, Task};
use super::{Style, number};
use crate::report::detailed::{Charted, Detailed};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style sheet of the page.
const STYLE: &str = include_str!("page.css");
/// The script of the page, which is whole without it: it lets one choose days, a domain and a view, sort, search, open rows and
/// take the numbers along. Its parts share their names, and nobody else sees them.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("cells.js"),
    include_str!("chart.js"),
    include_str!("table.js"),
    include_str!("choose.js"),
    "})();\n"
);

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    head: Vec<Part>,
    tasks: Vec<Task>,
    flyout: Vec<Part>,
    views: Vec<View>,
    unit: &'static str,
    ready: Vec<Part>,
    unusual: Vec<Part>,
    unknowns: Vec<Vec<Piece>>,
    inspect: Vec<Part>,
    input: Vec<(String, &'static str)>,
    is_complete: bool,
    others: Option<String>,
    made: String,
    zone: &'static str,
    version: &'static str,
    cells: String,
}

/// One of the views to choose from.
struct View {
    name: &'static str,
    heading: &'static str,
    chart: Chart,
    details: Vec<Part>,
}

/// The page.
pub fn page(detailed: &Detailed, style: &Style) -> Vec<u8> {
    let parts = |sections: &Vec<_>| parts::of(sections, style);
    let view = |name, heading, charted: &Charted| View {
        name,
        heading,
        chart: Chart::of(&charted.stacked, detailed.unit.many, style),
        details: parts(&charted.details),
    };
    let page = Page {
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        head: parts(&detailed.head),
        tasks: detailed.action.as_ref().map(|table| parts::tasks(table, style)).unwrap_or_default(),
        flyout: parts(&detailed.flyout),
        views: vec![
            view("volume", "Sending volume", &detailed.volume),
            view("tls", "TLS usage", &detailed.tls),
            view("auth", "Authentication", &detailed.auth),
        ],
        unit: detailed.unit.many,
        ready: parts(&detailed.ready),
        unusual: parts(&detailed.unusual),
        unknowns: detailed.unknowns.iter().map(|line| parts::pieces(line, style)).collect(),
        // Its title stands above what cannot be told.
        inspect: parts::of(detailed.inspect.get(1..).unwrap_or_default(), style),
        input: input(detailed),
        is_complete: detailed.input.complete,
        others: detailed.embedded.others.map(|(_, count)| number::grouped(count)),
        made: style.minute(detailed.now),
        zone: detailed.zone,
        version: env!("CARGO_PKG_VERSION"),
        cells: cells::json(detailed, style),
    };
    // A template that only writes to memory cannot fail.
    page.render().unwrap_or_default().into_bytes()
}

/// "23 files", "62,781 lines", "0 not understood".
fn input(detailed: &Detailed) -> Vec<(String, &'static str)> {
    let input = &detailed.input;
    let word = |count: u64, one, many| (number::grouped(count), if count == 1 { one } else { many });
    vec![
        word(input.files, "input", "inputs"),
        word(input.lines, "line", "lines"),
        word(input.submissions, "submission", "submissions"),
        (number::grouped(input.skipped), "not understood"),
    ]
}

/// Nothing may be loaded or run but this script and this style.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

//! HTML: the detailed report as one page, which asks nothing of any other place.
//!
//! Templates escape all that they are given; what came from a log has been made visible by `render/escape` before.

mod parts;

use self::parts::Part;
use super::Style;
use crate::report::detailed::Detailed;
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style sheet of the page.
const STYLE: &str = include_str!("page.css");
/// The script of the page.
const SCRIPT: &str = include_str!("page.js");

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    head: Vec<Part>,
    flyout: Vec<Part>,
    views: Vec<View>,
    ready: Vec<Part>,
    unusual: Vec<Part>,
    inspect: Vec<Part>,
}

/// One of the views to choose from.
struct View {
    name: &'static str,
    heading: &'static str,
    chart: Vec<Part>,
    details: Vec<Part>,
}

/// The page.
pub fn page(detailed: &Detailed, style: &Style) -> Vec<u8> {
    let parts = |sections: &Vec<_>| parts::of(sections, style);
    let view = |name, heading, [chart, details]: &[Vec<_>; 2]| View {
        name,
        heading,
        chart: parts(chart),
        details: parts(details),
    };
    let page = Page {
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        head: parts(&detailed.head),
        flyout: parts(&detailed.flyout),
        views: vec![
            view("volume", "Sending volume", &detailed.volume),
            view("tls", "TLS usage", &detailed.tls),
            view("auth", "Authentication", &detailed.auth),
        ],
        ready: parts(&detailed.ready),
        unusual: parts(&detailed.unusual),
        inspect: parts(&detailed.inspect),
    };
    // A template that only writes to memory cannot fail.
    page.render().unwrap_or_default().into_bytes()
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

//! What must hold for any bytes. `fuzz_targets/` lets a fuzzer look for bytes for which it does not;
//! `tests/all/corpora.rs` replays those that were kept.

pub mod decode;
pub mod escapes;
pub mod fields;
pub mod filters;
pub mod formats;
pub mod pages;
pub mod reading;
pub mod slices;
pub mod stamps;
pub mod views;

/// Panics where the bytes show a fault.
type Oracle = fn(&[u8]);

/// Every oracle, by the name of its fuzz target and of its folder in `corpus/`: one for each format, and the others.
pub const ORACLES: [(&str, Oracle); 19] = [
    ("cells", |bytes| formats::check("cells", bytes)),
    ("exchange-smtp", |bytes| formats::check("exchange-smtp", bytes)),
    ("exchange-tracking", |bytes| formats::check("exchange-tracking", bytes)),
    ("smtp-auth-report", |bytes| formats::check("smtp-auth-report", bytes)),
    ("extended-trace", |bytes| formats::check("extended-trace", bytes)),
    ("message-trace", |bytes| formats::check("message-trace", bytes)),
    ("message-trace-detail", |bytes| formats::check("message-trace-detail", bytes)),
    ("sign-ins", |bytes| formats::check("sign-ins", bytes)),
    ("csv", |bytes| formats::check("csv", bytes)),
    ("postfix", |bytes| formats::check("postfix", bytes)),
    ("exim", |bytes| formats::check("exim", bytes)),
    ("slices", slices::check),
    ("decode", decode::check),
    ("fields", fields::check),
    ("stamps", stamps::check),
    ("filters", filters::check),
    ("escapes", escapes::check),
    ("views", views::check),
    ("pages", pages::check),
];

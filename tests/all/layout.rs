//! The rules of the house, read off the sources: stages know only what stands before them, files are short, nothing is left
//! to do.

use crate::harness::{ROOT, read};
use std::path::{Path, PathBuf};

/// The way of the data. A stage may use the shared words and the stages before it.
const STAGES: [&str; 7] = ["input", "formats", "join", "tally", "report", "render", "post"];
/// What every stage may use.
const SHARED: [&str; 9] =
    ["submission", "event", "time", "error", "issue", "coverage", "map", "turn", "traced"];
/// Lines of code that a file may have, tests, comments and blank lines left out.
const LONGEST: usize = 400;

/// Every Rust file below a folder, and what it holds.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&Path::new(ROOT).join(folder), &mut found);
    found.sort();
    let shown = |path: &PathBuf| {
        let path = path.strip_prefix(ROOT).expect("a file of the repository");
        path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    found.iter().map(|path| (shown(path), read(path))).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file without the module of its tests.
fn without_tests(source: &str) -> &str {
    source.find("#[cfg(test)]\nmod tests {").map_or(source, |at| &source[..at])
}

/// The modules of the crate that a source names: in `use crate::a::b`, in `use crate::{a, b}`, and in paths.
fn modules(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in without_tests(source).lines().filter(|line| !line.trim_start().starts_with("//")) {
        for rest in line.split("crate::").skip(1) {
            let names = rest.strip_prefix('{').map_or(rest, |list| list.split('}').next().unwrap_or(list));
            let names: Vec<_> =
                if names.len() < rest.len() { names.split(',').collect() } else { vec![names] };
            let first = |name: &str| {
                name.trim()
                    .split(|char: char| !char.is_alphanumeric() && char != '_')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            };
            found.extend(names.into_iter().map(first).filter(|name| !name.is_empty()));
        }
    }
    found
}

#[test]
fn a_stage_uses_only_what_stands_before_it() {
    let modules_of_crate: Vec<_> = sources("src").iter().map(|(path, _)| stage(path)).collect();
    assert!(STAGES.iter().chain(&SHARED).all(|name| modules_of_crate.iter().any(|module| module == name)));
    for (path, source) in sources("src") {
        let Some(rank) = STAGES.iter().position(|name| stage(&path) == *name) else { continue };
        for name in modules(&source) {
            let is_before = STAGES.iter().take(rank + 1).any(|before| *before == name);
            assert!(is_before || SHARED.contains(&name.as_str()), "{path} uses crate::{name}");
        }
    }
}

/// `src/formats/exim.rs` is in `formats`, `src/error.rs` in `error`.
fn stage(path: &str) -> String {
    let part = path.split('/').nth(1).unwrap_or_default();
    part.strip_suffix(".rs").unwrap_or(part).to_owned()
}

/// A format knows lines, a view numbers, a renderer layout: none of them reads files or arguments. Tests do.
#[test]
fn only_the_outside_touches_the_outside() {
    for (path, source) in sources("src") {
        let inner = ["src/formats/", "src/join/", "src/tally/", "src/report/"];
        if inner.iter().any(|folder| path.starts_with(folder)) && !path.ends_with("/tests.rs") {
            for word in ["std::fs", "std::env", "std::process", "std::net", "std::thread", "SystemTime"] {
                assert!(!without_tests(&source).contains(word), "{path} uses {word}");
            }
        }
    }
}

/// The network is for mailing a report, and for nothing else; and there, no certificate is taken unseen.
#[test]
fn only_the_post_knows_the_network() {
    for (path, source) in sources("src") {
        for word in ["std::net", "lettre::", "rustls::"] {
            let is_used = without_tests(&source).contains(word);
            assert!(!is_used || path.starts_with("src/post/"), "{path} uses {word}");
        }
        assert!(!source.contains("dangerous"), "{path} does something dangerous");
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for (path, source) in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        let code = without_tests(&source).lines().map(str::trim);
        let lines = code.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        assert!(lines < LONGEST, "{path} has {lines} lines of code");
        assert!(
            source.starts_with("//! ") || source.is_empty() || path.ends_with("/tests.rs"),
            "{path} does not say what it is for"
        );
    }
}

#[test]
fn names_of_files_say_something() {
    for (path, _) in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        for name in ["util", "helper", "common", "misc", "manager"] {
            let is_part = |part: &str| part == name || part == format!("{name}s");
            assert!(!path.split(['/', '.', '_']).any(is_part), "{path}");
        }
    }
}

/// A lint that is silenced says why; so do the lints that nobody may silence without a word.
#[test]
fn exceptions_say_why() {
    for (path, source) in
        ["src", "tests", "benches", "fuzz/oracles"].iter().flat_map(|folder| sources(folder))
    {
        for mark in ["allow(", "expect("] {
            let attributes = source.split(mark).collect::<Vec<_>>();
            for pair in attributes.windows(2) {
                let before = pair[0].trim_end();
                let is_attribute = ["#[", "#![", "test,"].iter().any(|start| before.ends_with(start));
                let list = pair[1].split(')').next().unwrap_or_default();
                assert!(!is_attribute || list.contains("reason = \""), "{path}: {mark}{list}) has no reason");
            }
        }
    }
    let manifest = read("Cargo.toml");
    let wanted = [
        "unsafe_code = \"forbid\"",
        "unwrap_used",
        "expect_used",
        "indexing_slicing",
        "string_slice",
        "arithmetic_side_effects",
        "panic",
        "print_stdout",
        "print_stderr",
        "too_many_lines",
    ];
    let (_, lints) = manifest.split_once("\n[lints.rust]\n").expect("lints");
    for lint in wanted {
        assert!(lints.lines().any(|line| line.starts_with(lint)), "{lint} is not asked for");
    }
    assert!(manifest.contains("\noverflow-checks = true\n"));
}

/// Every crate that is used stands below the reason for it.
#[test]
fn dependencies_say_why() {
    let manifest = read("Cargo.toml");
    let mut section = "";
    let mut before = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let is_one = section.contains("dependencies") && line.contains(" = ");
        // The reason of one may be that of those below it.
        assert!(!is_one || before.starts_with('#') || before.contains(" = "), "{line}");
        before = line;
    }
    assert!(manifest.matches("dependencies]").count() >= 4);
}

#[test]
fn nothing_is_left_to_do() {
    let marks = ["TO", "FIX"].map(|start| format!("{start}{}", if start == "TO" { "DO" } else { "ME" }));
    let macros = ["dbg", "todo", "unimplemented"].map(|name| format!("{name}!("));
    for (path, source) in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        for (number, line) in source.lines().enumerate() {
            let found = marks.iter().chain(&macros).find(|mark| line.contains(mark.as_str()));
            assert_eq!(found, None, "{path}:{}: {line}", number + 1);
        }
    }
}

#[test]
fn log_text_has_no_display() {
    for (path, source) in sources("src") {
        assert!(!source.contains("Display for Untrusted"), "{path}");
        let escapes = source.contains("from_utf8_lossy") && !path.starts_with("src/render/escape");
        assert!(
            !without_tests(&source).contains("from_utf8_lossy") || !escapes,
            "{path} shows text around the escaper"
        );
    }
}

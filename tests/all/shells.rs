//! Completion scripts in real shells, manual pages in real formatters, and what `-h` and `--help` look like.
//!
//! What is not installed is passed over, and that is said, unless `SMTPAUTH_NEEDS_SHELLS` is set: `.ci/run` sets it.

use crate::harness::{ROOT, Ran, folder, smtpauth};
use smtpauth::cli::{COMMANDS, command};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a program from the root of the repository; nothing, if it is not there and may be missing.
fn program(name: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(ROOT).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            let needed = std::env::var_os("SMTPAUTH_NEEDS_SHELLS").is_some();
            assert!(!needed, "{name}: {error}; SMTPAUTH_NEEDS_SHELLS wants it");
            #[allow(clippy::print_stderr, reason = "a test that is passed over has to say so")]
            {
                eprintln!("{name} is not installed: what it would show is not tested");
            }
            None
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

/// A script that a shell runs without a word of complaint prints these lines among others.
fn prints(shell: &str, arguments: &[&str], wanted: &[&str]) {
    let Some(output) = program(shell, arguments) else { return };
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{shell}: {out}{err}");
    for word in wanted {
        let is_there = out.lines().any(|line| line.split(['\t', ' ']).any(|part| part == *word));
        assert!(is_there, "{shell}: no {word} in\n{out}");
    }
}

#[test]
fn bash_completes() {
    let complete = |typed: &str, word: &str| {
        format!(
            "source completions/smtpauth.bash; COMP_WORDS=({typed} {word}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _smtpauth smtpauth '{word}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"; complete -p smtpauth"
        )
    };
    let run = |typed, word, wanted: &[&str]| {
        prints("bash", &["--norc", "-c", &complete(typed, word)], wanted);
    };
    run("smtpauth", "re", &["ready", "_smtpauth"]);
    run("smtpauth ready", "--base", &["--baseline"]);
    run("smtpauth sender erp", "--int", &["--interval"]);
}

#[test]
fn zsh_loads_the_script() {
    let script = "fpath=($PWD/completions $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[smtpauth]; \
                  autoload +X _smtpauth; print ${+functions[_smtpauth]}";
    prints("zsh", &["-f", "-c", script], &["_smtpauth", "1"]);
    prints("zsh", &["-f", "-n", "completions/_smtpauth"], &[]);
}

#[test]
fn fish_completes() {
    let run = |typed: &str, wanted: &[&str]| {
        let script = format!("source completions/smtpauth.fish; complete -C '{typed}'");
        prints("fish", &["--no-config", "-c", &script], wanted);
    };
    run("smtpauth re", &["ready"]);
    run("smtpauth ready --base", &["--baseline"]);
}

/// The manual pages of all commands, written into this folder.
fn pages(folder: &Path) -> Vec<String> {
    smtpauth("man --dir").arg(folder.to_str().expect("UTF-8")).ok();
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn every_command_has_a_page_that_formats_without_a_warning() {
    let folder = folder();
    let names = pages(folder.path());
    let mut wanted: Vec<_> = COMMANDS.iter().map(|name| format!("smtpauth-{name}.1")).collect();
    wanted.push("smtpauth.1".to_owned());
    wanted.sort();
    assert_eq!(names, wanted);
    for name in names {
        let path = folder.path().join(&name);
        let path = path.to_str().expect("UTF-8");
        if let Some(output) = program("groff", &["-man", "-Tutf8", "-ww", path]) {
            assert_eq!(text(&output.stderr), "", "{name}");
            assert!(text(&output.stdout).contains("smtpauth"), "{name}");
        }
        if let Some(output) = program("mandoc", &["-T", "lint", "-W", "error", path]) {
            assert_eq!(text(&output.stdout), "", "{name}");
        }
    }
    let page = smtpauth("man").ok().text();
    assert!(page.contains(".SH SYNOPSIS") && page.contains("smtpauth\\-tls(1)"), "{page}");
}

fn help(command: &str, option: &str) -> Ran {
    smtpauth(command).arg(option).env("COLUMNS", "100").ok()
}

#[test]
fn short_help_is_one_screen_and_long_help_has_examples() {
    for name in COMMANDS.iter().chain([&""]).filter(|name| !matches!(**name, "completions" | "man" | "saved"))
    {
        let short = help(name, "-h").text();
        let lines = short.lines().count();
        assert!((20..=42).contains(&lines), "{name} -h has {lines} lines\n{short}");
        assert!(!short.contains("--max-ratio"), "{short}");
        let long = help(name, "--help").text();
        assert!(long.contains("--max-ratio") && long.contains("Examples:\n  smtpauth"), "{name}: {long}");
    }
}

/// Every example is one that the program takes.
#[test]
fn examples_can_be_typed() {
    let mut examples = 0;
    for name in COMMANDS.iter().chain([&""]) {
        let long = help(name, "--help").text();
        let behind = long.split_once("Examples:\n").map_or("", |(_, behind)| behind);
        for line in behind.lines().take_while(|line| line.starts_with("  ")) {
            let line = line.trim_start().split("  ").next().unwrap_or_default();
            let typed = line.split_once("| ").map_or(line, |(_, typed)| typed);
            let parsed = command().try_get_matches_from(typed.split_whitespace());
            assert!(parsed.is_ok(), "{name}: {typed}: {:?}", parsed.err().map(|error| error.to_string()));
            examples += 1;
        }
    }
    assert!(examples > 20, "{examples} examples");
}

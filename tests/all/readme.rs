//! The README is run: every `console` block prints exactly what stands in it, and nothing that exists is left out of it.
//!
//! A block holds commands behind `$ ` and what they print, standard output before standard error. A line `...` stands for
//! any lines. It is `harness::NOW`. `SMTPAUTH_UPDATE=1` rewrites what the commands print.

use crate::harness::{NOW, ROOT, SMTPAUTH, read, same, smtpauth};
use smtpauth::formats::FORMATS;
use smtpauth::report::VIEWS;
use std::path::Path;
use std::process::{Command, Stdio};

/// A command of the README, and what stands below it.
struct Example {
    line: usize,
    command: String,
    output: String,
}

fn examples(readme: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in readme.lines().enumerate() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => {
                    found.push(Example {
                        line: number + 1,
                        command: command.to_owned(),
                        output: String::new(),
                    });
                }
                (None, Some(example)) => example.output.extend([line, "\n"]),
                (None, None) => panic!("README.md:{}: output without a command", number + 1),
            },
        }
    }
    found
}

/// Runs a command of the README from the root of the repository.
fn run(command: &str) -> String {
    let folder = Path::new(SMTPAUTH).parent().expect("the program lies in a folder");
    let system = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env_clear().env("TZ", "UTC").env("SOURCE_DATE_EPOCH", NOW);
    shell.env("SMTPAUTH_CONFIG", "");
    shell.env("PATH", format!("{}:{system}", folder.display()));
    let output = shell.current_dir(ROOT).stdin(Stdio::null()).output().expect("there is a shell");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    format!("{}{}", text(output.stdout), text(output.stderr))
}

/// Replaces what a line `...` stands for by `...`.
fn shortened(got: &str, wanted: &str) -> String {
    let Some((before, after)) = wanted.split_once("...\n") else { return got.to_owned() };
    let behind = after.rsplit_once("...\n").map_or(after, |(_, last)| last);
    let fits = got.starts_with(before) && got.ends_with(behind) && got.len() >= before.len() + behind.len();
    if fits { wanted.to_owned() } else { got.to_owned() }
}

#[cfg(unix)]
#[test]
fn examples_print_what_stands_in_the_readme() {
    let readme = read("README.md");
    if std::env::var_os("SMTPAUTH_UPDATE").is_some() {
        std::fs::write(format!("{ROOT}/README.md"), updated(&readme)).expect("README.md can be written");
        return;
    }
    for Example { line, command, output } in examples(&readme) {
        let place = format!("README.md:{line}: {command}");
        let got = shortened(&run(&command), &output);
        same(&format!("{place}\n{output}"), &format!("{place}\n{got}"));
    }
}

/// The README with what its commands print now.
fn updated(readme: &str) -> String {
    let mut examples = examples(readme).into_iter().peekable();
    let mut lines = readme.split_inclusive('\n').enumerate();
    let mut updated = String::new();
    while let Some((number, line)) = lines.next() {
        updated.push_str(line);
        if let Some(Example { command, output, .. }) = examples.next_if(|example| example.line == number + 1)
        {
            updated.push_str(&shortened(&run(&command), &output));
            for _ in output.lines() {
                lines.next();
            }
        }
    }
    updated
}

#[test]
fn every_format_and_view_is_in_the_readme() {
    let readme = read("README.md");
    for name in FORMATS.iter().map(|format| format.name).chain(VIEWS.iter().map(|view| view.name)) {
        assert!(
            readme.contains(&format!("`{name}`")) || readme.contains(&format!("smtpauth {name}")),
            "{name}"
        );
    }
}

#[test]
fn every_option_is_in_the_readme() {
    let readme = read("README.md");
    let commands = [
        "", "summary", "volume", "tls", "auth", "sender", "ready", "unusual", "report", "export", "inspect",
        "saved", "man",
    ];
    for command in commands {
        for option in long_options(&smtpauth(command).arg("--help").ok().text()) {
            assert!(readme.contains(&option), "{command} {option} is not in README.md");
        }
    }
}

/// The long options that a help names at the beginnings of its lines.
fn long_options(help: &str) -> Vec<String> {
    let of_line = |line: &str| {
        let line = line.trim_start();
        let behind_short = line.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let rest = behind_short.map_or(line, |rest| rest.split_once(", ").map_or("", |(_, long)| long));
        let end = rest.find(|char: char| char != '-' && !char.is_ascii_alphanumeric()).unwrap_or(rest.len());
        rest.starts_with("--").then(|| rest[..end].to_owned())
    };
    let mut options: Vec<_> = help.lines().filter_map(of_line).collect();
    options.retain(|option| !matches!(option.as_str(), "--help" | "--version"));
    options
}

#[test]
fn headings_do_not_skip_levels() {
    let mut level = 0;
    let mut inside = false;
    for (number, line) in read("README.md").lines().enumerate() {
        inside ^= line.starts_with("```");
        let depth = line.bytes().take_while(|byte| *byte == b'#').count();
        if depth > 0 && !inside {
            assert!(depth <= level + 1, "README.md:{}: {line}", number + 1);
            level = depth;
        }
    }
}

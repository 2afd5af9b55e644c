//! The completion scripts in `completions/` are those that the program prints. `SMTPAUTH_UPDATE=1` rewrites them.

use crate::harness::{ROOT, read, same, smtpauth};

const SHELLS: [(&str, &str); 5] = [
    ("bash", "smtpauth.bash"),
    ("zsh", "_smtpauth"),
    ("fish", "smtpauth.fish"),
    ("powershell", "_smtpauth.ps1"),
    ("elvish", "smtpauth.elv"),
];

#[test]
fn completions_are_current() {
    for (shell, name) in SHELLS {
        let script = smtpauth("completions").arg(shell).ok().text();
        if std::env::var_os("SMTPAUTH_UPDATE").is_some() {
            std::fs::create_dir_all(format!("{ROOT}/completions")).expect("a folder can be made");
            std::fs::write(format!("{ROOT}/completions/{name}"), &script)
                .expect("completions can be written");
        }
        same(&read(format!("completions/{name}")), &script);
    }
}

#[test]
fn there_are_no_others() {
    let entries = std::fs::read_dir(format!("{ROOT}/completions")).expect("completions/ is there");
    let mut found: Vec<_> = entries.map(|entry| entry.expect("a name").file_name().into_string()).collect();
    let mut wanted: Vec<_> = SHELLS.map(|(_, name)| Ok(name.to_owned())).to_vec();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

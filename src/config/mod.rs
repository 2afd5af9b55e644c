//! The settings file: defaults of options, and sets of them that have a name.
//!
//! What is typed goes before what `--saved` names, and that before the defaults, option by option.

mod apply;
mod options;

pub use options::Options;

use crate::cli::Cli;
use crate::error::{Error, name};
use crate::render::escape::terminal;
use crate::report::only::quoted;
use crate::settings::Settings;
use etcetera::BaseStrategy;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

/// The variable that names the file.
const VARIABLE: &str = "SMTPAUTH_CONFIG";

/// What a file holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Content {
    /// Options of every command that has them.
    defaults: Options,
    /// Options that `--saved NAME` stands for.
    saved: BTreeMap<String, Options>,
}

/// The settings file, or that there is none.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where it is.
    path: Option<PathBuf>,
    content: Content,
}

/// What was typed, and where nothing was, what the settings file says. `now` is the time of the run, seconds since 1970
/// (UTC).
pub fn settings(mut cli: Cli, now: i64) -> Result<Settings, Error> {
    let config = Config::load(cli.adjustable().and_then(|typed| typed.input.config.as_deref()))?;
    let mut cli = config.apply(cli)?;
    let set = cli.adjustable().and_then(|filled| filled.input.set_in_file.clone());
    // What is wrong may be what the file sets.
    Settings::from_cli(cli, now).map_err(|error| match (error, set) {
        (Error::Usage(what), Some(set)) => Error::Usage(format!("{what}\n{set}")),
        (error, _) => error,
    })
}

impl Config {
    /// Reads the file that is named, else the one that the environment names, else the usual one, if there is one. An empty
    /// name is that of no file.
    pub fn load(named: Option<&OsStr>) -> Result<Self, Error> {
        let told = named.map(OsStr::to_owned).or_else(|| std::env::var_os(VARIABLE));
        let path = match told {
            Some(path) if path.is_empty() => return Ok(Self::default()),
            Some(path) => PathBuf::from(path),
            None => match usual().filter(|path| path.exists()) {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let text = std::fs::read_to_string(&path).map_err(|error| Error::io(&path, error))?;
        let wrong =
            |error: toml::de::Error| Error::Usage(format!("{}: {error}", name(&path)).trim_end().to_owned());
        let content = toml::from_str(&text).map_err(wrong)?;
        Ok(Self { path: Some(path), content })
    }

    /// The options of a name.
    fn saved(&self, wanted: &str) -> Result<&Options, Error> {
        self.content.saved.get(wanted).ok_or_else(|| {
            let known: Vec<&str> = self.content.saved.keys().map(String::as_str).collect();
            Error::Usage(match (&self.path, known.as_slice()) {
                (None, _) => format!("--saved {wanted}: there is no settings file{}", would_be()),
                (Some(path), []) => {
                    format!("--saved {wanted}: {} holds no [saved.{wanted}], nor any other", name(path))
                }
                (Some(path), known) => format!(
                    "--saved {wanted}: {} holds no [saved.{wanted}]; there are {}",
                    name(path),
                    known.join(", ")
                ),
            })
        })
    }

    /// `smtpauth saved`: what the file sets, as one would type it.
    pub fn list(&self, out: &mut impl Write) -> Result<(), Error> {
        self.write(out).map_err(Error::output)
    }

    fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        let Some(path) = &self.path else {
            writeln!(out, "There is no settings file{}", would_be())?;
            return writeln!(out, "\n{EXAMPLE}");
        };
        writeln!(out, "{}\n", name(path))?;
        let saved =
            self.content.saved.iter().map(|(name, options)| (format!("--saved {}", quoted(name)), options));
        let rows: Vec<_> =
            std::iter::once(("always".to_owned(), &self.content.defaults)).chain(saved).collect();
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, options) in rows {
            let options = typed(options);
            let options = if options.is_empty() { "nothing".to_owned() } else { options };
            writeln!(out, "{:width$}  {}", terminal(name.as_bytes()), terminal(options.as_bytes()))?;
        }
        Ok(())
    }
}

/// What a file may look like.
const EXAMPLE: &str = "It may hold, for example:

[defaults]
timezone = \"Europe/Berlin\"

[saved.old-tls]
tls = [\"1.0\", \"1.1\"]
since = \"30d\"";

/// Where the file would be.
fn would_be() -> String {
    let usual = usual().map_or_else(String::new, |path| format!("; it would be {}", name(&path)));
    format!("{usual} (--config FILE and {VARIABLE} name another one)")
}

/// Where the platform keeps such files: below `~/.config` on Unix, `%APPDATA%` on Windows.
fn usual() -> Option<PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.config_dir();
    Some(folder.join("smtpauth").join("smtpauth.toml"))
}

/// Options as they would be typed.
fn typed(options: &Options) -> String {
    let typed = |(name, value): (&str, String)| match value.is_empty() {
        true => format!("--{name}"),
        false => format!("--{name} {}", quoted(&value)),
    };
    options.set().into_iter().map(typed).collect::<Vec<_>>().join(" ")
}

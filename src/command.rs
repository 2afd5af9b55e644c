//! What a command line does: it prints what needs no logs, or it is checked and run.

use crate::cli::{Cli, Command, completions, man};
use crate::config::{self, Config};
use crate::error::Error;
use crate::notes::Outcome;
use crate::run::run;
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// Does what was typed.
pub fn act(cli: Cli) -> Result<Outcome, Error> {
    let mut out = std::io::stdout();
    match &cli.command {
        Some(Command::Saved(saved)) => Config::load(saved.config.as_deref())?.list(&mut out)?,
        Some(Command::Completions { shell }) => {
            out.write_all(&completions(*shell)).map_err(Error::output)?;
        }
        Some(Command::Man { dir }) => man(dir.as_deref(), &mut out)?,
        _ => return run(&config::settings(cli, now())?),
    }
    // What has no line feed at its end is not written yet.
    out.flush().map_err(Error::output)?;
    Ok(Outcome::Done)
}

/// Now, seconds since 1970 (UTC): as `SOURCE_DATE_EPOCH` says, for output that can be reproduced, else by the clock.
fn now() -> i64 {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|told| told.parse().ok());
    told.unwrap_or_else(|| {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
    })
}

//! Temporary files, and that none is left behind when somebody interrupts the run.
//!
//! A file that is dropped takes itself away; a signal drops nothing. So what is unfinished is written down here, and a
//! thread that waits for Ctrl-C, SIGTERM and SIGHUP removes it before it ends the program.

use super::platform;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit code of a run that was interrupted: that of a shell for SIGINT.
const INTERRUPTED: i32 = 130;

/// What is to go when the run is interrupted.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, an interruption removes what is unfinished and ends the program with exit code 130.
///
/// # Errors
/// The system gives no thread or no handler of signals.
pub fn watch() -> io::Result<()> {
    platform::on_interruption(|| {
        // Kept to the end: nothing new is begun, and nothing takes its final name, while the rest goes.
        let unfinished = unfinished();
        for path in unfinished.iter() {
            // What cannot be removed, or is gone already, changes nothing about the end.
            let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        }
        std::process::exit(INTERRUPTED);
    })
}

/// Lets an interruption that has begun go first: then this never returns. What fails because it takes away what is in use is no
/// error to be told.
pub fn let_interruption_end() {
    drop(unfinished());
}

/// Makes a temporary file or folder that an interruption removes. Between its making and its being known here no
/// interruption is acted on.
///
/// # Errors
/// Those of `make`.
pub fn begin<T>(make: impl FnOnce() -> io::Result<T>, path: impl Fn(&T) -> &Path) -> io::Result<T> {
    let mut unfinished = unfinished();
    let made = make()?;
    unfinished.push(path(&made).to_owned());
    Ok(made)
}

/// Gives a temporary file its final name, by `rename`: after that, an interruption leaves it alone.
///
/// # Errors
/// Those of `rename`.
pub fn finish<E>(path: &Path, rename: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    let mut unfinished = unfinished();
    rename()?;
    unfinished.retain(|known| known != path);
    Ok(())
}

//! `smtpauth man`: the manual pages, from the same definition as `--help`.

use crate::error::Error;
use std::io::Write;
use std::path::Path;

/// Writes the page of the program, or with a directory the pages of all commands into it.
pub fn man(folder: Option<&Path>, out: &mut impl Write) -> Result<(), Error> {
    let command = super::command().disable_help_subcommand(true);
    match folder {
        None => clap_mangen::Man::new(command).render(out).map_err(Error::output),
        Some(folder) => clap_mangen::generate_to(command, folder).map_err(|error| Error::io(folder, error)),
    }
}

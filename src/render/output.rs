//! Where the output goes: standard output, or a file that appears whole or not at all.

use crate::error::Error;
use crate::input::{platform, unfinished};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Open for writing.
pub enum Output {
    /// Standard output.
    Standard(BufWriter<io::Stdout>),
    /// A file in the making: it takes its name when it is finished.
    Temporary(BufWriter<NamedTempFile>, PathBuf),
    /// A device or a pipe, which cannot be replaced.
    Device(BufWriter<File>, PathBuf),
}

impl Output {
    /// Opens the output: a file of this name, else standard output.
    pub fn open(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self::Standard(BufWriter::with_capacity(64 << 10, io::stdout())));
        };
        // A link stays one: the file that it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::Usage(format!(
                "{}: is a directory, not a file to write",
                crate::error::name(path)
            )));
        }
        if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(&target).map_err(|error| Error::io(path, error))?;
            return Ok(Self::Device(BufWriter::new(file), target));
        }
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".smtpauth-");
        let permissions =
            existing.map(|metadata| metadata.permissions()).or_else(platform::new_file_permissions);
        if let Some(permissions) = permissions {
            builder.permissions(permissions);
        }
        let file = unfinished::begin(|| builder.tempfile_in(folder), NamedTempFile::path)
            .map_err(|error| Error::io(folder, error))?;
        Ok(Self::Temporary(BufWriter::with_capacity(64 << 10, file), target))
    }

    /// Writes out what is held; a file takes its name now.
    pub fn finish(self) -> Result<(), Error> {
        match self {
            Self::Standard(mut out) => out.flush().map_err(Error::output),
            Self::Device(mut out, path) => out.flush().map_err(|error| Error::io(&path, error)),
            Self::Temporary(out, path) => {
                let file = out.into_inner().map_err(|error| Error::io(&path, error.into_error()))?;
                file.as_file().sync_all().map_err(|error| Error::io(&path, error))?;
                let temporary = file.path().to_owned();
                unfinished::finish(&temporary, || file.persist(&path).map(drop))
                    .map_err(|error| Error::io(&path, error.error))
            }
        }
    }

    /// The error of a failed write, with the name of the output.
    pub fn error(&self, error: io::Error) -> Error {
        match self {
            Self::Standard(_) => Error::output(error),
            Self::Temporary(_, path) | Self::Device(_, path) => Error::io(path, error),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Temporary(out, _) => out.write(bytes),
            Self::Device(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Temporary(out, _) => out.flush(),
            Self::Device(out, _) => out.flush(),
        }
    }
}

//! What differs between systems.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What tells one file from another, whatever its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg(unix)]
pub struct Identity(u64, u64);

/// What tells one file from another: the canonical path, because the file index is not to be had in stable Rust.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg(windows)]
pub struct Identity(std::path::PathBuf);

/// The identity of a file that was opened by this path: device and inode.
#[cfg(unix)]
pub fn identity(_path: &Path, metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    Identity(metadata.dev(), metadata.ino())
}

/// The identity of a file that was opened by this path.
#[cfg(windows)]
pub fn identity(path: &Path, _metadata: &Metadata) -> Identity {
    Identity(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
}

/// Permissions of a new file: what the user's mask leaves of read and write for all.
#[cfg(unix)]
pub fn new_file_permissions() -> Option<std::fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::Permissions::from_mode(0o666))
}

/// Permissions of a new file: those of its folder.
#[cfg(windows)]
pub fn new_file_permissions() -> Option<std::fs::Permissions> {
    None
}

/// Reads at a place of a file without moving a cursor, so that workers can share the file. Returns less than asked for
/// only at the end.
pub fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0_usize;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let at = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
        match read_some(file, rest, at) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Standard input, whatever it is.
#[cfg(unix)]
pub fn stdin_handle() -> Option<File> {
    use std::os::fd::AsFd;
    Some(File::from(io::stdin().as_fd().try_clone_to_owned().ok()?))
}

/// Standard input, whatever it is.
#[cfg(windows)]
pub fn stdin_handle() -> Option<File> {
    use std::os::windows::io::AsHandle;
    Some(File::from(io::stdin().as_handle().try_clone_to_owned().ok()?))
}

/// Standard input as a file, if it is one (`smtpauth < mail.log`): then it is read like any other.
pub fn stdin_file() -> Option<File> {
    stdin_handle().filter(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()))
}

/// Whether a file is a device: neither on a disk nor a pipe, and no terminal.
#[cfg(unix)]
pub fn is_device(file: &File) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let is_device = |metadata: Metadata| {
        let kind = metadata.file_type();
        kind.is_block_device() || kind.is_char_device()
    };
    file.metadata().is_ok_and(is_device) && !io::IsTerminal::is_terminal(file)
}

/// Whether a file is a device: what has such a name here cannot be told from a pipe.
#[cfg(windows)]
pub fn is_device(_file: &File) -> bool {
    false
}

/// Whether standard input is something to read without being asked to: a pipe or a file, not a terminal and not
/// `/dev/null`.
#[cfg(unix)]
pub fn stdin_is_given() -> bool {
    use std::os::unix::fs::FileTypeExt;
    stdin_handle().and_then(|handle| handle.metadata().ok()).is_some_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_file() || kind.is_fifo() || kind.is_socket()
    })
}

/// Whether standard input is something to read without being asked to.
#[cfg(windows)]
pub fn stdin_is_given() -> bool {
    !std::io::IsTerminal::is_terminal(&io::stdin())
}

/// Standard output as a file handle for identity, to refuse an input that is being written.
#[cfg(unix)]
pub fn stdout_file() -> Option<File> {
    use std::os::fd::AsFd;
    let file = File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(file)
}

/// Standard output as a file handle for identity.
#[cfg(windows)]
pub fn stdout_file() -> Option<File> {
    use std::os::windows::io::AsHandle;
    let file = File::from(io::stdout().as_handle().try_clone_to_owned().ok()?);
    file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(file)
}

/// The permissions of a file, if others than its owner can read it.
#[cfg(unix)]
pub fn readable_by_others(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    (metadata.is_file() && mode & 0o077 != 0).then_some(mode & 0o777)
}

/// The permissions of a file, if others than its owner can read it: here they are inherited, and not read from a number.
#[cfg(windows)]
pub fn readable_by_others(_metadata: &Metadata) -> Option<u32> {
    None
}

/// Calls `end` when Ctrl-C is pressed, or when the run is to end otherwise (SIGTERM, SIGHUP), but not for a signal that the
/// program was started to ignore. A limit on the size of files (`ulimit -f`) is then an error of the write that meets it, and no
/// longer the end of the program.
///
/// # Errors
/// The system gives no thread or no handler of signals.
#[cfg(unix)]
pub fn on_interruption(end: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    let ignored = ignored_signals();
    let is_heard = |signal: &i32| (ignored >> signal.saturating_sub(1)) & 1 == 0;
    let heard = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(is_heard).chain([SIGXFSZ]);
    let mut signals = signal_hook::iterator::Signals::new(heard)?;
    let wait = move || signals.forever().filter(|signal| *signal != SIGXFSZ).for_each(|_| end());
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
    Ok(())
}

/// The signals that the program was started to ignore, a bit for each, the first for signal 1: SIGHUP by `nohup`, SIGINT by a
/// shell that runs it behind a `&`. To catch them would end what was to go on. Only Linux tells them without `unsafe`.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Calls `end` when Ctrl-C is pressed, or when the console is closed.
///
/// # Errors
/// The system gives no thread or no handler.
#[cfg(windows)]
pub fn on_interruption(end: impl Fn() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(end).map_err(io::Error::other)
}

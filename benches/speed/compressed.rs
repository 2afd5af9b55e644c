//! Compressed logs, against the program that compressed them and `wc -l` behind it.
//!
//! Logs are compressed on the first run, as logrotate does it: by the programs themselves, as they do it when
//! nothing is said.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Trouble;
use crate::plan::Plan;
use crate::program::{file_name, find, smtpauth, subject};
use crate::table::{Row, Table};
use crate::timing::commands;
use crate::truth;
use crate::workload::{Kind, Order, Workload};

/// A kind of compression.
pub struct Container {
    ending: &'static str,
    program: &'static str,
    package: &'static str,
    at_most: &'static str,
}

/// The usual one.
pub const GZ: Container = Container { ending: "gz", program: "gzip", package: "gzip", at_most: "0.4" };
/// Zstandard.
pub const ZST: Container = Container { ending: "zst", program: "zstd", package: "zstd", at_most: "1.15" };
/// LZMA2.
pub const XZ: Container = Container { ending: "xz", program: "xz", package: "xz-utils", at_most: "1.15" };
/// Burrows and Wheeler.
pub const BZ2: Container = Container { ending: "bz2", program: "bzip2", package: "bzip2", at_most: "1.15" };

/// The row of one compressed file.
pub fn measure(plan: &Plan, table: &mut Table, container: &Container) -> Result<(), Trouble> {
    let program = find(container.program, container.package)?;
    let plain = plan.log(Order::usual(Kind::Postfix, plan.bytes()))?;
    let packed = pack(&plain, container, &program)?;
    readable(&packed, &plain)?;
    let [file] = packed.files.as_slice() else {
        return Err(Trouble::Wrong(format!("{} files instead of one", packed.files.len())));
    };
    let mut theirs = Command::new("sh");
    theirs.args(["-c", "\"$1\" -dc \"$2\" | wc -l", "sh"]).arg(&program).arg(file);
    let pairs = commands(plan.pairs, subject([file]), theirs)?;
    let against = format!("{} -dc \\| wc -l", container.program);
    table.add(Row::of_pairs(
        format!("postfix, {}", container.ending),
        packed.bytes,
        against,
        &pairs,
        container.at_most,
    ));
    Ok(())
}

/// The row of two files, which two threads can read at once.
pub fn measure_threads(plan: &Plan, table: &mut Table) -> Result<(), Trouble> {
    let program = find(GZ.program, GZ.package)?;
    let plain = plan.log(Order { hours_per_file: 7 * 24, ..Order::usual(Kind::Postfix, plan.bytes()) })?;
    let packed = pack(&plain, &GZ, &program)?;
    readable(&packed, &plain)?;
    let with = |threads| {
        let arguments = ["tls", "--details", "--all", "--format", "csv", "--threads", threads];
        smtpauth(&arguments, [&packed.folder])
    };
    let pairs = commands(plan.pairs, with("2"), with("1"))?;
    table.add(Row::of_pairs("postfix, 2 gz, 2 threads", packed.bytes, "1 thread", &pairs, "0.6"));
    Ok(())
}

/// A compressed log.
struct Packed {
    folder: PathBuf,
    files: Vec<PathBuf>,
    bytes: u64,
}

/// Compresses each file of a log, if that was not done before.
fn pack(plain: &Workload, container: &Container, program: &Path) -> Result<Packed, Trouble> {
    let failed = |error| Trouble::Missing(format!("{} cannot be used: {error}", container.program));
    let folder = plain.folder.with_extension(container.ending);
    fs::create_dir_all(&folder).map_err(failed)?;
    let mut packed = Packed { folder, files: Vec::new(), bytes: 0 };
    for file in &plain.files {
        let mut name = file_name(file).to_owned();
        name.push(".");
        name.push(container.ending);
        let target = packed.folder.join(name);
        if !is_newer(&target, file) {
            compress(program, file, &target).map_err(failed)?;
        }
        packed.bytes += fs::metadata(&target).map_err(failed)?.len();
        packed.files.push(target);
    }
    Ok(packed)
}

/// Whether a file is there and was written after another.
fn is_newer(file: &Path, other: &Path) -> bool {
    let time = |path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    time(file).zip(time(other)).is_some_and(|(file, other)| file > other)
}

/// Compresses a file. The target appears when it is whole.
fn compress(program: &Path, file: &Path, target: &Path) -> std::io::Result<()> {
    let part = target.with_extension("part");
    let mut command = Command::new(program);
    command.arg("-c").arg(file).stdin(Stdio::null()).stderr(Stdio::null());
    let status = command.stdout(File::create(&part)?).status()?;
    if !status.success() {
        return Err(std::io::Error::other(format!("{} ended with {status}", program.display())));
    }
    File::open(&part)?.sync_all()?;
    fs::rename(part, target)
}

/// Whether the program reads the files, and finds in them what is true.
fn readable(packed: &Packed, plain: &Workload) -> Result<(), Trouble> {
    let input = if let [file] = packed.files.as_slice() { file } else { &packed.folder };
    let found = truth::found(input).map_err(|why| Trouble::Missing(format!("not read: {why}")))?;
    Ok(truth::verify(&found, &plain.truth)?)
}

//! Logs of Exchange servers that are not in the order of time: sorted tables, and files that several logs were put into. Over
//! days, so that halves are given up while there is more to read.

use crate::exchange_files::{PLAIN, Roll, files, line, write};
use crate::exchange_pair::{Options, World, options, seeds};
use crate::exchange_read::{EVERY_LINE, FAST, cells, open, read_inputs, state};
use crate::exchange_rows::{Dice, Log, Row};
use crate::exchange_tracking::columns;
use crate::exchange_truth::Truth;
use crate::harness::{file, folder, smtpauth};
use std::path::PathBuf;

/// Some days, not only of some hours.
fn days(seed: u64) -> World {
    World::play(Options { minutes: 4 * 24 * 60, connections: 25, ..options(seed) })
}

/// What `Get-MessageTrackingLog` makes of the rows of a server, sorted by something else than time.
fn table(server: usize, rows: &[&Row], dice: &mut Dice) -> String {
    let mut rows: Vec<_> = rows.iter().map(|row| line(row.cells.iter().map(String::as_str))).collect();
    for index in 0..rows.len() {
        rows.swap(index, dice.place(index + 1));
    }
    rows.insert(0, columns(server).collect::<Vec<_>>().join(","));
    rows.join("\n") + "\n"
}

#[test]
fn a_sorted_table_beside_logs_counts_nothing_twice() {
    for seed in seeds(6) {
        let world = days(seed);
        let folder = folder();
        let (tables, logs): (Vec<_>, Vec<_>) =
            files(&world, &|_, _| true, Roll::Never).into_iter().partition(|file| file.log == Log::Tracking);
        let mut paths = write(folder.path(), &logs, PLAIN);
        let mut dice = Dice::new(seed ^ 0x7ab);
        for one in &tables {
            let text = table(one.server, &one.rows, &mut dice);
            paths.push(file(folder.path(), &format!("{}.csv", one.server), text));
        }
        for slice in [1 << 20, 3000] {
            let read = read_inputs(&open(&paths), slice, 2, EVERY_LINE);
            let what = format!("slices of {slice}, {:?}", world.options);
            Truth::of(&world, &|_, _| true).check(&Truth::found(&cells(&read.collector)), &what);
            assert_eq!(read.given_up, 0, "{what}");
        }
    }
}

/// The logs of all servers, some put together in one file.
fn put_together(world: &World, folder: &std::path::Path, dice: &mut Dice) -> Vec<PathBuf> {
    let mut all = files(world, &|_, _| true, Roll::Never);
    for index in 0..all.len() {
        all.swap(index, dice.place(index + 1));
    }
    let mut together: Vec<Vec<u8>> = vec![Vec::new(); 1 + dice.place(3)];
    for one in &all {
        let place = dice.place(together.len());
        together[place].extend(one.bytes(PLAIN));
    }
    let written = together.iter().enumerate().filter(|(_, bytes)| !bytes.is_empty());
    written.map(|(index, bytes)| file(folder, &format!("{index}.log"), bytes)).collect()
}

#[test]
fn logs_in_one_file_count_nothing_twice() {
    for seed in seeds(10) {
        let world = days(seed);
        let folder = folder();
        let inputs = open(&put_together(&world, folder.path(), &mut Dice::new(seed ^ 0x70)));
        let whole = read_inputs(&inputs, 1 << 20, 1, EVERY_LINE);
        let what = format!("{} files, {:?}", inputs.len(), world.options);
        Truth::of(&world, &|_, _| true).check(&Truth::found(&cells(&whole.collector)), &what);
        assert_eq!((whole.given_up, whole.failures.len()), (0, 0), "{what}");
        assert_eq!(state(&inputs, 3000, 2, FAST), state(&inputs, 1 << 20, 1, FAST), "{what}");
    }
}

/// Single messages are written while they are read, and nothing that was written can be taken back.
#[test]
fn single_messages_out_of_one_file_come_once() {
    for seed in seeds(4) {
        let world = days(seed);
        let folder = folder();
        let paths = put_together(&world, folder.path(), &mut Dice::new(seed ^ 0x70));
        let export = smtpauth("export --rows messages --all --format csv");
        let run = paths.iter().fold(export, |run, path| run.arg(path.to_str().expect("UTF-8")));
        let messages: u64 =
            Truth::of(&world, &|_, _| true).messages.values().map(|[messages, ..]| messages).sum();
        assert_eq!(run.ok().csv().len() as u64, messages, "{:?}", world.options);
    }
}

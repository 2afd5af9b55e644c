//! Worlds of Exchange servers with a known truth: the program finds all of it and nothing else, from whichever logs there
//! are, and however they were cut, ordered and read.

use crate::exchange_files::{Dress, PLAIN, Page, Roll, Seen, bytes, files, line, write};
use crate::exchange_pair::{Options, World, options, seeds};
use crate::exchange_read::{EVERY_LINE, FAST, cells, cells_of, open, read_inputs, state};
use crate::exchange_rows::{Dice, Log, PROTOCOL};
use crate::exchange_servers::{SERVERS, Tongue};
use crate::exchange_truth::Truth;
use crate::harness::folder;
use crate::pack::{CONTAINERS, members};

/// One slice.
const WHOLE: usize = usize::MAX / 2;

/// Whether a log of a server is there.
type IsThere = fn(usize, Log) -> bool;

/// Subsets of the logs. Exchange 2010 has its one log wherever there are hub logs.
const SUBSETS: [(&str, IsThere); 9] = [
    ("front", |_, log| log == Log::Front),
    ("hub", |_, log| log == Log::Hub),
    ("tracking", |_, log| log == Log::Tracking),
    ("front and hub", front_and_hub),
    ("front, hub and tracking", |_, log| log != Log::Send),
    ("hub and tracking", |_, log| matches!(log, Log::Hub | Log::Tracking)),
    ("front, hub and send", |_, log| log != Log::Tracking),
    ("everything", |_, _| true),
    ("the front end of one server, all hubs", |server, log| {
        log == Log::Hub || (server == 0 && log == Log::Front)
    }),
];

fn front_and_hub(_: usize, log: Log) -> bool {
    matches!(log, Log::Front | Log::Hub)
}

fn all_but_tracking(_: usize, log: Log) -> bool {
    log != Log::Tracking
}

/// Reads some logs of a world and compares.
fn check(world: &World, seen: Seen<'_>, roll: Roll, what: &str) {
    let folder = folder();
    let paths = write(folder.path(), &files(world, seen, roll), PLAIN);
    if paths.is_empty() {
        return;
    }
    let read = read_inputs(&open(&paths), 4096, 2, EVERY_LINE);
    let what = format!("{what}, {:?}, {roll:?}", world.options);
    Truth::of(world, seen).check(&Truth::found(&cells(&read.collector)), &what);
    let skipped: Vec<_> = read.coverage.iter().map(|coverage| (coverage.skipped, &coverage.issues)).collect();
    assert!(skipped.iter().all(|(skipped, _)| *skipped == 0), "{what}: not understood: {skipped:?}");
}

#[test]
fn all_is_found_in_any_subset_of_the_logs() {
    for seed in seeds(15) {
        let world = World::play(options(seed));
        for (name, seen) in SUBSETS {
            let roll = if seed % 3 == 0 { Roll::Hourly(seed) } else { Roll::Never };
            check(&world, &seen, roll, name);
        }
    }
}

/// Where front ends do not tell hubs for whom they speak, their send log does.
#[test]
fn the_send_log_joins_what_no_command_joins() {
    for seed in seeds(12) {
        let world = World::play(Options { xproxy: false, ..options(seed) });
        check(&world, &all_but_tracking, Roll::Hourly(seed), "front, hub and send without XPROXY");
        check(&world, &|_, _| true, Roll::Hourly(seed), "everything without XPROXY");
        check(
            &world,
            &|_, log| matches!(log, Log::Hub | Log::Send),
            Roll::Never,
            "hub and send without XPROXY",
        );
    }
}

/// Each log of each server is there or not.
#[test]
fn any_log_of_any_server_may_be_missing() {
    for seed in seeds(20) {
        let world = World::play(options(seed));
        let missing = Dice::new(seed ^ 0x0715).below(1 << 12);
        let seen = |server: usize, log: Log| {
            let place = server * 4
                + [Log::Front, Log::Hub, Log::Send, Log::Tracking]
                    .iter()
                    .position(|one| *one == log)
                    .expect("one of four");
            missing & (1 << place) == 0
        };
        check(&world, &seen, Roll::Hourly(seed), &format!("without {missing:#b}"));
    }
}

/// A client that has logged in speaks to the hub through its front end: it can say there what front ends say.
#[test]
fn what_a_client_says_behind_its_login_changes_nothing() {
    for seed in seeds(8) {
        let world = World::play(Options { cunning: true, ..options(seed) });
        check(&world, &front_and_hub, Roll::Hourly(seed), "front and hub");
        check(&world, &|_, log| log == Log::Hub, Roll::Hourly(seed), "hub");
    }
}

/// Connectors are known by what happens there, not by the English names that some installations give them.
#[test]
fn names_of_connectors_do_not_matter() {
    for seed in seeds(8) {
        let tongue = if seed % 2 == 0 { Tongue::German } else { Tongue::Russian };
        let world = World::play(Options { tongue, ..options(seed) });
        check(&world, &front_and_hub, Roll::Hourly(seed), "front and hub");
        check(&world, &|_, log| log == Log::Hub, Roll::Never, "hub");
        check(&world, &all_but_tracking, Roll::Never, "front, hub and send");
    }
}

/// A session may be in any number of files.
#[test]
fn files_may_end_anywhere() {
    for seed in seeds(5) {
        let world = World::play(options(seed));
        for turn in 0..3 {
            check(&world, &|_, _| true, Roll::Anywhere(seed * 3 + turn), "everything");
        }
        check(&world, &front_and_hub, Roll::Never, "front and hub");
        let cells = |roll| {
            let folder = folder();
            cells_of(&write(folder.path(), &files(&world, &all_but_tracking, roll), PLAIN), WHOLE, 1)
        };
        assert_eq!(cells(Roll::Never), cells(Roll::Anywhere(seed)), "{:?}", world.options);
    }
}

/// Slices, workers, the order in which files are named, and the fast search change nothing.
#[test]
fn any_reading_finds_the_same() {
    for seed in seeds(8) {
        let mut dice = Dice::new(seed ^ 0x51);
        let world = World::play(Options { connections: 2 + seed % 3, ..options(seed) });
        let folder = folder();
        let roll = *dice.pick(&[Roll::Never, Roll::Hourly(seed), Roll::Anywhere(seed)]);
        let mut paths = write(folder.path(), &files(&world, &|_, _| true, roll), PLAIN);
        let inputs = open(&paths);
        let whole = state(&inputs, WHOLE, 1, EVERY_LINE);
        let fast = state(&inputs, WHOLE, 1, FAST);
        for most in [200, 400, 5000] {
            let slice = usize::try_from(1 + dice.below(most)).expect("small");
            let threads = 1 + dice.place(4);
            let what = format!("{:?}, {roll:?}, slices of {slice} bytes, {threads} threads", world.options);
            assert_eq!(state(&inputs, slice, threads, EVERY_LINE), whole, "{what}");
            assert_eq!(state(&inputs, slice, threads, FAST), fast, "{what}");
        }
        for _ in 0..2 {
            for index in 0..paths.len() {
                paths.swap(index, dice.place(index + 1));
            }
            let what = format!("{:?}, files in another order", world.options);
            assert_eq!(state(&open(&paths), 700, 3, EVERY_LINE), whole, "{what}");
        }
        let (ending, pack, between) = *dice.pick(&CONTAINERS);
        let packed: Vec<_> = paths
            .iter()
            .map(|path| {
                let bytes = std::fs::read(path).expect("it was written");
                let packed = path.with_extension(format!("LOG.{ending}"));
                std::fs::write(&packed, members(pack, between, &bytes, &[dice.place(5000), 0]))
                    .expect("there is room");
                packed
            })
            .collect();
        let what = format!("{:?}, packed as {ending}", world.options);
        assert_eq!(state(&open(&packed), 700, 3, EVERY_LINE), whole, "{what}");
        let found = |want| {
            let read = read_inputs(&inputs, 512, 2, want);
            let skipped: Vec<_> = read.coverage.iter().map(|c| (c.lines, c.skipped)).collect();
            (cells(&read.collector), skipped)
        };
        assert_eq!(found(FAST), found(EVERY_LINE), "{:?}", world.options);
    }
}

/// Every slice size from one byte, on a small world.
#[test]
fn every_slice_size_of_a_small_world() {
    let world = World::play(Options { connections: 2, ..options(1) });
    let folder = folder();
    let inputs = open(&write(folder.path(), &files(&world, &all_but_tracking, Roll::Anywhere(5)), PLAIN));
    let whole = state(&inputs, WHOLE, 1, FAST);
    for slice in [1, 2, 3, 7, 31, 64, 100, 127, 128, 129, 200, 255, 256, 257, 511, 513, 1000, 2000] {
        assert_eq!(state(&inputs, slice, 3, FAST), whole, "slices of {slice}");
    }
}

/// A row of an IMAP log that got into the file, as in a published sample, costs itself and nothing else.
#[test]
fn a_stray_row_costs_itself() {
    let stray = "2026-11-10T09:30:00.000Z,0000000000000E67,1,10.0.0.1:993,10.1.1.70:50999,scan@contoso.com,15,37,92,login,scan@contoso.com *****,R=OK";
    for seed in seeds(8) {
        let world = World::play(options(seed));
        let mut dice = Dice::new(seed ^ 0x1a);
        let folder = folder();
        let files = files(&world, &front_and_hub, Roll::Never);
        let paths = write(folder.path(), &files, PLAIN);
        let mut lines = files[0].lines();
        let at = 5 + dice.place(lines.len() - 5);
        lines.insert(at, stray.to_owned());
        std::fs::write(&paths[0], bytes(&lines, PLAIN)).expect("it can be written");
        let read = read_inputs(&open(&paths), 3000, 2, EVERY_LINE);
        Truth::of(&world, &front_and_hub).check(&Truth::found(&cells(&read.collector)), "with a stray row");
        let skipped: u64 = read.coverage.iter().map(|coverage| coverage.skipped).sum();
        assert_eq!(skipped, 1, "{:?}", world.options);
    }
}

/// `#Fields` says how the rows below it are to be read, and may say it again.
#[test]
fn a_second_header_is_obeyed() {
    let order = [5, 8, 6, 7, 2, 3, 1, 4, 0];
    for seed in seeds(6) {
        let world = World::play(options(seed));
        let mut dice = Dice::new(seed ^ 0xf1);
        let folder = folder();
        let files = files(&world, &front_and_hub, Roll::Never);
        let paths = write(folder.path(), &files, PLAIN);
        for (file, path) in files.iter().zip(&paths) {
            let mut lines = file.lines();
            let from = dice.place(file.rows.len());
            let names: Vec<_> = PROTOCOL.split(',').collect();
            let moved = |cells: &[&str]| line(order.iter().map(|index| cells[*index]));
            for (row, into) in file.rows.iter().zip(&mut lines[5..]).skip(from) {
                *into = moved(&row.cells.iter().map(String::as_str).collect::<Vec<_>>());
            }
            lines.insert(5 + from, format!("#Fields: {}", moved(&names)));
            std::fs::write(path, bytes(&lines, PLAIN)).expect("it can be written");
        }
        for slice in [WHOLE, 2000, 300] {
            let read = read_inputs(&open(&paths), slice, 2, EVERY_LINE);
            let what = format!("with another order of columns, slices of {slice}, {:?}", world.options);
            Truth::of(&world, &front_and_hub).check(&Truth::found(&cells(&read.collector)), &what);
        }
    }
}

/// Line ends, byte order marks and code pages are no part of what is said.
#[test]
fn dress_does_not_matter() {
    for seed in seeds(4) {
        for (tongue, page) in [(Tongue::German, Page::Windows1252), (Tongue::Russian, Page::Windows1251)] {
            let world = World::play(Options { tongue, ..options(seed) });
            let truth = Truth::of(&world, &all_but_tracking);
            let sums = |dress: Dress| {
                let folder = folder();
                let paths =
                    write(folder.path(), &files(&world, &all_but_tracking, Roll::Hourly(seed)), dress);
                let read = read_inputs(&open(&paths), 2500, 2, EVERY_LINE);
                let skipped: u64 = read.coverage.iter().map(|coverage| coverage.skipped).sum();
                assert_eq!(skipped, 0, "{dress:?}, {:?}", world.options);
                Truth::found(&cells(&read.collector))
            };
            for (crlf, bom) in [(false, true), (true, false), (true, true)] {
                let dress = Dress { crlf, bom, page: Page::Utf8 };
                truth.check(&sums(dress), &format!("{dress:?}, {:?}", world.options));
            }
            for crlf in [false, true] {
                let dress = Dress { crlf, bom: false, page };
                assert_eq!(sums(dress).sums(), truth.sums(), "{dress:?}, {:?}", world.options);
            }
        }
    }
}

/// The servers of a world are all there: the tests above are not about nothing.
#[test]
fn worlds_hold_what_they_are_about() {
    let worlds: Vec<_> = (0..40).map(|seed| World::play(options(seed))).collect();
    let connections = || worlds.iter().flat_map(|world| &world.connections);
    let letters =
        |server: usize| connections().filter(|c| c.server == server).map(|c| c.letters.len()).sum::<usize>();
    for (server, about) in SERVERS.iter().enumerate() {
        assert!(letters(server) > 20, "{}: {}", about.name, letters(server));
    }
    for tls in ["1.0", "1.1", "1.2", "none"] {
        assert!(connections().any(|connection| connection.tls == tls && !connection.letters.is_empty()));
    }
    assert!(connections().any(|connection| connection.logins.len() > 1));
    assert!(connections().any(|connection| connection.failed > 1 && connection.logins.is_empty()));
    assert!(
        connections().any(|connection| connection.hub.as_ref().is_some_and(|hub| hub.0 != connection.server))
    );
}

//! Compressed logs are read as they are, and what is wrong with one is said: no cut, no damage and no bomb passes for a log.

use crate::exchange_read::{EVERY_LINE, FAST, open, read_inputs, state, told};
use crate::expect::files;
use crate::harness::{ROOT, Run, WEEK, file, folder, same, smtpauth};
use crate::pack::{CONTAINERS, gz, members, zst};
use smtpauth::error::Error;
use smtpauth::input::Unit;
use smtpauth::input::find::Found;
use smtpauth::input::stream::Stream;
use smtpauth::probe::probe;
use smtpauth::read::{Collector, Counted, HowToRead, read};
use smtpauth::submission::{ClientName, Place, Sink, Submission};
use smtpauth::time::Clock;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

/// 2026-11-21T12:00:00Z.
const NOW: i64 = 1_795_262_400;

/// The log that the tests compress.
fn week() -> Vec<u8> {
    fs::read(Path::new(ROOT).join(WEEK)).expect("a fixture can be read")
}

/// A few sessions, for what is tried at every byte.
fn small() -> Vec<u8> {
    let mut log = String::new();
    for id in 0..4 {
        let at = format!("Nov 12 10:00:0{id} mx1 postfix");
        log += &format!(
            "{at}/submission/smtpd[7{id}]: ABCDE{id}: client=a[192.0.2.{id}], sasl_method=PLAIN, sasl_username=scan\n"
        );
        log += &format!(
            "{at}/qmgr[9]: ABCDE{id}: from=<scan{id}@contoso.com>, size=10, nrcpt=1 (queue active)\n"
        );
    }
    log.into_bytes()
}

#[test]
fn every_container_reads_like_the_log_in_it() {
    let folder = folder();
    file(folder.path(), "mail.log", week());
    let run = |arguments: &str, name: &str| {
        smtpauth(arguments).arg("--log-year=2026").arg(name).within(folder.path()).ok().text()
    };
    for (ending, pack, between) in CONTAINERS {
        let packed = members(pack, between, &week(), &[100, 2000, 2001]);
        let name = format!("mail.log.{ending}");
        file(folder.path(), &name, &packed);
        // Sizes are those of the files, and names are names.
        let bytes = |len: usize| format!("\"bytes\":{len}");
        let like_plain = |text: String| {
            text.replace(&name, "mail.log").replace(&bytes(packed.len()), &bytes(week().len()))
        };
        for arguments in ["summary --all", "tls --all --format json", "export --rows messages --all"] {
            same(&run(arguments, "mail.log"), &like_plain(run(arguments, &name)));
        }
        let piped = |run: Run, bytes: &[u8]| run.stdin(bytes).within(folder.path()).ok().text();
        for arguments in ["export --all --log-year=2026", "export --rows messages --all --log-year=2026"] {
            same(&piped(smtpauth(arguments), &week()), &piped(smtpauth(arguments), &packed));
        }
    }
}

#[test]
fn inspect_names_the_container() {
    let folder = folder();
    for (ending, pack, _) in CONTAINERS {
        let name = format!("mail.log.{ending}");
        file(folder.path(), &name, pack(&week()));
        let rows = smtpauth("inspect --format csv").arg(&name).within(folder.path()).ok().csv();
        assert_eq!(rows[0]["format"], "postfix");
        assert!(rows[0]["why"].ends_with(&format!("; compressed ({ending})")), "{rows:?}");
    }
}

/// Messages found in a file, and whether all of it was read; nothing if the program would not begin.
fn outcome(path: &Path) -> Option<(u64, bool)> {
    let told = told(NOW);
    let found = [Found::File { path: path.to_owned(), named: true }];
    let (inputs, passed) = probe(&found, &told).ok()?;
    let read = read_inputs(&inputs, 1 << 20, 1, FAST);
    let is_complete = read.failures.is_empty() && passed.iter().all(|over| !over.is_loss);
    Some((Counted::sum(&read.counted), is_complete))
}

#[test]
fn no_cut_passes_for_a_whole_file() {
    let folder = folder();
    for (ending, pack, _) in CONTAINERS {
        let packed = pack(&small());
        let name = format!("mail.log.{ending}");
        for len in 0..packed.len() {
            let path = file(folder.path(), &name, &packed[..len]);
            let found = outcome(&path);
            let is_told = found.is_none_or(|(messages, is_complete)| messages <= 4 && !is_complete);
            assert!(is_told, "{len} bytes of {name}: {found:?}");
        }
        let path = file(folder.path(), &name, &packed);
        assert_eq!(outcome(&path), Some((4, true)));
    }
}

/// Every container has a checksum, of all that is in it or of all that matters.
#[test]
fn no_damage_passes_for_a_whole_file() {
    let folder = folder();
    for (ending, pack, _) in CONTAINERS {
        let packed = pack(&small());
        let name = format!("mail.log.{ending}");
        for place in 0..packed.len() {
            // All of them in the long runs.
            let bits =
                if std::env::var_os("SMTPAUTH_CASES").is_some() { 0..8 } else { place % 8..place % 8 + 1 };
            for bit in bits {
                let mut damaged = packed.clone();
                damaged[place] ^= 1 << bit;
                let path = file(folder.path(), &name, &damaged);
                let found = outcome(&path);
                let is_told = found.is_none_or(|found| !found.1 || found == (4, true));
                assert!(is_told, "bit {bit} of byte {place} of {name}: {found:?}");
            }
        }
    }
}

/// Any log, in members cut anywhere, in slices of any size.
#[test]
fn every_fixture_in_every_container() {
    let folder = folder();
    for format in ["postfix", "exim", "csv", "cells", "exchange-smtp", "exchange-tracking", "hostile"] {
        let logs = files(format).into_iter().filter(|(path, _)| Path::new(ROOT).join(path).is_file());
        for (index, (path, _)) in logs.enumerate() {
            let bytes = fs::read(Path::new(ROOT).join(&path)).expect("a fixture can be read");
            let name = Path::new(&path).file_name().expect("a name").to_string_lossy().into_owned();
            let whole = state(&open(&[file(folder.path(), &name, &bytes)]), usize::MAX / 2, 1, EVERY_LINE);
            let (ending, pack, between) = CONTAINERS[index % CONTAINERS.len()];
            let packed = members(pack, between, &bytes, &[7, 80 * index, bytes.len() / 2]);
            let inputs = open(&[file(folder.path(), &format!("{name}.{ending}"), packed)]);
            for (slice, threads) in [(1 + 37 * index, 1), (300, 3), (1 << 20, 2)] {
                let found = state(&inputs, slice, threads, EVERY_LINE);
                assert_eq!(found, whole, "{path} in {ending}, slices of {slice}, {threads} threads");
            }
        }
    }
}

/// gz without compression: where it is cut, the text is cut.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn what_lies_before_the_break_counts() {
    let folder = folder();
    let packed = stored(&small());
    // The line that names the fourth sender ends with the file; half of it could name another.
    let kept = packed.len() - 40;
    file(folder.path(), "mail.log.gz", &packed[..kept]);
    let ran = smtpauth("tls --all --format json mail.log.gz").within(folder.path()).run();
    let input = &ran.json()["input"];
    assert_eq!(
        (&input["submissions"], &input["lines"], &input["skipped"]),
        (&3.into(), &8.into(), &1.into())
    );
    let said = format!(
        "mail.log.gz: its gz data breaks off at byte {kept}; what was read before counts\n\
         mail.log.gz:8: cut off: the input breaks off or is damaged here; the line was left out\n\
         1 line was not understood: smtpauth inspect shows them by reason\n\
         1 input: 1 read · 3 submissions · 1 not understood\n"
    );
    same(&said, &ran.said());
    assert_eq!(ran.status, 2);
    let ran = smtpauth("tls --all --format json").stdin(&packed[..kept]).within(folder.path()).run();
    assert_eq!((ran.status, ran.said()), (2, said.replace("mail.log.gz", "<stdin>")));
}

/// A row that was cut within its quotes, and all that the open quote may have swallowed, is left out.
#[test]
fn rows_before_the_break_count() {
    let folder = folder();
    let table = "time,sender,login\n2026-11-10,a@b.example,a\n2026-11-10,\"b\nb\"@b.example,a\n2026-11-10,\"c\n@b.exam";
    let packed = stored(table.as_bytes());
    file(folder.path(), "t.csv.gz", &packed[..packed.len() - 8]);
    let ran = smtpauth("tls --all --format json t.csv.gz").within(folder.path()).run();
    assert_eq!(ran.json()["input"]["submissions"], 1, "{}", ran.everything());
    assert_eq!(ran.status, 2);
    assert!(ran.said().contains("t.csv.gz:5: cut off"), "{}", ran.everything());
}

#[test]
fn what_may_follow_the_last_member() {
    let folder = folder();
    for (ending, pack, _) in CONTAINERS {
        let name = format!("mail.log.{ending}");
        let mut packed = pack(&small());
        packed.extend([0; 512]);
        file(folder.path(), &name, &packed);
        let run = || smtpauth("tls --all --format json").arg(&name).within(folder.path());
        assert_eq!(run().ok().json()["input"]["submissions"], 4);
        packed.extend(b"something else");
        file(folder.path(), &name, &packed);
        let ran = run().run();
        assert_eq!((ran.status, &ran.json()["input"]["submissions"]), (2, &4.into()));
        let place = packed.len() - 14;
        let said =
            format!("{name}: something else follows its {ending} data at byte {place}; what was read before");
        assert!(ran.said().starts_with(&said), "{}", ran.everything());
    }
}

#[test]
fn compressed_twice() {
    let folder = folder();
    file(folder.path(), "mail.log", week());
    file(folder.path(), "mail.log.1.gz", gz(&gz(&small())));
    let said = "mail.log.1.gz: is compressed more than once";
    let advice = "; take one layer off and pipe it in: what is within begins like gz";
    smtpauth("tls mail.log.1.gz").within(folder.path()).fails(&format!("{said}{advice}"));
    let ran = smtpauth("tls .").within(folder.path()).run();
    assert!(ran.status == 2 && ran.said().starts_with(&format!("./{said}\n")), "{}", ran.everything());
}

/// The headers between the logs of an archive are no lines of them.
#[test]
fn archives() {
    let folder = folder();
    let mut tar = b"mail.log".to_vec();
    tar.resize(512, 0);
    tar[257..265].copy_from_slice(b"ustar  \0");
    tar.extend(small());
    file(folder.path(), "mail.tar", &tar);
    file(folder.path(), "mail.tar.gz", gz(&tar));
    for name in ["mail.tar", "mail.tar.gz"] {
        let said = format!("{name}: is a tar archive; unpack it, for example\n  tar -xOf FILE | smtpauth");
        smtpauth("tls").arg(name).within(folder.path()).fails(&said);
    }
    file(folder.path(), "mail.log", week());
    let ran = smtpauth("tls .").within(folder.path()).run();
    let said = "./mail.tar: is a tar archive; unpack it\n./mail.tar.gz: is a tar archive; unpack it\n";
    assert!(ran.status == 2 && ran.said().starts_with(said), "{}", ran.everything());
}

/// A directory: what is compressed and no mail log is passed over like what is not compressed; what is broken may have been
/// one, if it is called so.
#[test]
fn compressed_files_in_a_directory() {
    let folder = folder();
    file(folder.path(), "mail.log", week());
    file(folder.path(), "notes.txt.gz", gz(b"buy milk\n"));
    file(folder.path(), "mail.log.9.gz", gz(b""));
    file(folder.path(), "backup.gz", b"\x1f\x8b\x08");
    let run = || smtpauth("tls --all --format json .").within(folder.path());
    run().ok();
    // A disk that was full when the log was rotated.
    file(folder.path(), "mail.log.2.gz", b"");
    let ran = run().run();
    assert_eq!((ran.status, &ran.json()["input"]["complete"]), (2, &false.into()));
    assert!(
        ran.said().starts_with("./mail.log.2.gz: is empty, and no gz, although its name says so\n"),
        "{}",
        ran.said()
    );
}

/// A frame of Zstandard (RFC 8878 section 3.1.1) that asks for a window of two to this power, with one block as it is.
fn zst_with_window(log: u8, bytes: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\0".to_vec();
    frame.push((log - 10) << 3);
    let block = u32::try_from(bytes.len()).expect("a small block") << 3 | 1;
    frame.extend(&block.to_le_bytes()[..3]);
    frame.extend(bytes);
    frame
}

#[test]
fn a_window_of_128_mib_and_no_more() {
    let folder = folder();
    file(folder.path(), "mail.log.zst", zst_with_window(27, &small()));
    smtpauth("tls --all mail.log.zst").within(folder.path()).ok();
    file(folder.path(), "mail.log.zst", zst_with_window(31, &small()));
    let message = "mail.log.zst: nothing in it can be recognised: it needs more than 128 MiB of memory to be decompressed; decompress it and pipe it in, for \
                   example\n  zstd -dc --long=31 FILE | smtpauth";
    smtpauth("tls mail.log.zst").within(folder.path()).fails(message);
}

#[test]
fn bombs() {
    let folder = folder();
    let zeros = zst(&[0; 4 << 20]);
    let bomb = zeros.repeat(70);
    file(folder.path(), "mail.log.zst", &bomb);
    let why =
        "it expands to more than 1100 times its size, as no log does; --max-ratio 0 reads it all the same";
    let early = format!("mail.log.zst: nothing in it can be recognised: {why}");
    smtpauth("tls mail.log.zst").within(folder.path()).fails(&early);
    file(folder.path(), "mail.log.zst", [zst(&small()), bomb].concat());
    let ran = smtpauth("tls --all --format json mail.log.zst").within(folder.path()).run();
    assert_eq!((ran.status, &ran.json()["input"]["submissions"]), (2, &4.into()));
    assert!(ran.said().starts_with(&format!("mail.log.zst: {why}; what was read")), "{}", ran.said());
    let ran = smtpauth("tls --all --format json --max-ratio 0 mail.log.zst").within(folder.path()).ok();
    assert_eq!(ran.json()["input"]["submissions"], 4);
}

/// A line longer than is read costs itself, not its neighbours, and not the memory that it would fill.
#[test]
fn a_line_without_an_end() {
    let folder = folder();
    let log = small();
    let long = [log.as_slice(), &vec![b'x'; 9 << 20], b"\n", &log].concat();
    let plain = state(&open(&[file(folder.path(), "mail.log", &long)]), 1 << 24, 1, EVERY_LINE);
    let inputs = open(&[file(folder.path(), "mail.log.gz", gz(&long))]);
    for slice in [500, 1 << 20] {
        assert_eq!(state(&inputs, slice, 2, EVERY_LINE), plain);
    }
    let mut stream = Stream::open(Box::new(std::io::Cursor::new(long)), 4096);
    while let Some(block) = stream.next(Unit::Lines, 500).expect("memory can be read") {
        assert!(block.bytes.bytes().len() < 3 << 20, "a block of {} bytes", block.bytes.bytes().len());
    }
}

/// The years that `inspect` finds in a log of these days, compressed at that time, in a file of that name.
fn years(days: &[&str], name: &str, written: u32, options: &str) -> (String, String, i32) {
    let folder = folder();
    let line = |day: &&str| {
        format!(
            "{day} 10:00:00 mx1 postfix/qmgr[9]: ABCDEF: from=<a@b.example>, size=1, nrcpt=1 (queue active)\n"
        )
    };
    let log: String = days.iter().map(line).collect();
    let mut encoder =
        flate2::GzBuilder::new().mtime(written).write(Vec::new(), flate2::Compression::default());
    encoder.write_all(log.as_bytes()).expect("memory takes it");
    let path = file(folder.path(), name, encoder.finish().expect("memory takes it"));
    // 2026-11-20
    let modified = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_132_800);
    let opened = fs::File::options().write(true).open(path).expect("it is there");
    opened.set_modified(modified).expect("it is ours");
    let ran = smtpauth("inspect --format csv").arg(name).arg(options).within(folder.path()).run();
    let rows = ran.csv();
    let day = |column: &str| rows[0][column][..10].to_owned();
    (day("first"), day("last"), ran.status)
}

#[test]
fn years_of_compressed_files() {
    let found = |days: &[&str], name: &str, written: u32| {
        let (first, last, status) = years(days, name, written, "--timezone=UTC");
        format!("{first} {last} {status}")
    };
    // The time of the file, the date in its name, the time in its header.
    assert_eq!(found(&["Nov 10", "Nov 19"], "mail.log.1.gz", 0), "2026-11-10 2026-11-19 0");
    assert_eq!(found(&["Nov 21", "Dec  3"], "mail.log.1.gz", 0), "2025-11-21 2025-12-03 0");
    assert_eq!(found(&["Dec 28", "Jan  3"], "mail.log-20250104.gz", 0), "2024-12-28 2025-01-03 0");
    assert_eq!(found(&["Nov 10", "Nov 19"], "mail.log.1.gz", 1_700_438_400), "2023-11-10 2023-11-19 0");
    let long = ["Mar  1", "Jul  1", "Nov  1", "Jan  1", "May  1", "Aug  1", "Nov  2"];
    assert_eq!(found(&long, "mail.log.1.gz", 0), "2025-03-01 2026-11-02 0");
    // The year in which it ends, as for every file.
    let told = years(&["Dec 28", "Jan  3"], "mail.log.1.gz", 0, "--log-year=2020");
    assert_eq!(told, ("2019-12-28".to_owned(), "2020-01-03".to_owned(), 0));
}

/// Behind the beginning, where the years were settled, comes more than a year.
#[test]
fn years_that_cannot_be_right_are_told() {
    let days: Vec<String> = (0..3000).map(|_| "Nov 10".to_owned()).collect();
    let mut days: Vec<&str> = days.iter().map(String::as_str).collect();
    days.extend(["Jan  3", "Jul  3", "Nov 30"]);
    assert_eq!(years(&days, "mail.log.1.gz", 0, "--timezone=UTC").2, 2);
    let told = years(&days, "mail.log.1.gz", 0, "--log-year=2025");
    assert_eq!(told, ("2024-11-10".to_owned(), "2025-11-30".to_owned(), 0));
}

/// Nobody waits for a decoder that waits for room.
#[test]
fn an_early_end_leaves_nobody_waiting() {
    let folder = folder();
    let logs = (0..3).map(|index| {
        [format!("Nov 12 10:00:0{index} mx1 cron[1]: a job\n").into_bytes(), small().repeat(20_000)].concat()
    });
    let paths: Vec<_> =
        logs.zip(0..).map(|(log, index)| file(folder.path(), &format!("{index}.gz"), gz(&log))).collect();
    let inputs = open(&paths);
    for threads in [1, 2, 4] {
        let how = HowToRead { threads, ..how(1 << 16) };
        let hidden = indicatif::ProgressBar::hidden();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let read = pool.install(|| read(&inputs, &how, None, &hidden, || Fails));
        assert!(matches!(read, Err(Error::BrokenPipe)), "{:?}", read.map(|_| ()));
    }
}

fn how(slice: usize) -> HowToRead {
    let clock = Clock::default();
    HowToRead { clock, order: None, limit: NOW + 86_400, want: FAST, slice, threads: 1 }
}

/// Its reader has had enough.
struct Fails;

impl Sink for Fails {
    fn submission(&mut self, _: &Submission<'_>) {}
    fn tls_logged(&mut self, _: &[u8], _: &[u8], _: i64) {}
    fn client_name(&mut self, _: &[u8], _: ClientName<'_>) {}
}

impl Collector for Fails {
    fn advance(&mut self, _: i64) {}

    fn hand_over(
        &mut self,
        _: &mut Self,
        _: Range<Place>,
        _: impl Fn() -> Option<Place>,
    ) -> Result<(), Error> {
        Err(Error::BrokenPipe)
    }

    fn merge(&mut self, _: Self) -> Result<(), Error> {
        Ok(())
    }
}

/// The library for zst forgets what it wrote in the call that finds the damage: that is a block at most.
#[test]
fn damage_costs_little_of_what_is_before() {
    let folder = folder();
    let line = |id: u32| {
        let id = id.wrapping_mul(2_654_435_761);
        format!(
            "Nov 12 10:00:00 mx1 postfix/smtpd[7]: {id:08X}: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=u{id}\n"
        )
    };
    let lines: String = (0..30_000).map(line).collect();
    let mut packed = zst(lines.as_bytes());
    let near_the_end = packed.len() - packed.len() / 16;
    packed[near_the_end] ^= 0x55;
    let path = file(folder.path(), "mail.log.zst", &packed);
    let read = read_inputs(&open(&[path]), 1 << 20, 1, FAST);
    assert_eq!(read.failures.len(), 1);
    assert!(read.coverage[0].lines > 25_000, "{} lines", read.coverage[0].lines);
}

//! Numbers near the limits of what counts them, and keys that are chosen to collide: nothing wraps, nothing is believed that
//! is no number, and nobody makes a log slow to read.

use crate::harness::{file, folder, read, smtpauth};
use smtpauth::map::Map;
use std::collections::BTreeSet;
use std::hash::BuildHasher as _;

/// What may stand where a number is expected. The first two are numbers that fit.
const NUMBERS: [&str; 12] = [
    "18446744073709551615",
    "18446744073709551614",
    "18446744073709551616",
    "999999999999999999999",
    "-1",
    "+1",
    "1e9",
    "1.5",
    "0x10",
    "٣",
    "９",
    "NaN",
];

/// Numbers one after the other, again and again.
struct Numbers(usize);

impl Numbers {
    fn next(&mut self) -> &'static str {
        self.0 += 1;
        NUMBERS[self.0 % NUMBERS.len()]
    }
}

/// A text with others in place of the digits behind a word.
fn replaced(text: &str, word: &str, numbers: &mut Numbers) -> String {
    let mut parts = text.split(word);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|char: char| char.is_ascii_digit());
        all.extend([word, if rest.len() < part.len() { numbers.next() } else { "" }, rest]);
    }
    all
}

/// The names of columns that hold sizes and counts, in letters only.
const COLUMNS: [&str; 12] = [
    "size",
    "bytes",
    "recipients",
    "count",
    "messages",
    "messagessent",
    "sessions",
    "hours",
    "totalbytes",
    "recipientcount",
    "messagecount",
    "failedlogins",
];

/// A table with others in the cells of all columns that hold such a number.
fn replaced_cells(text: &str, numbers: &mut Numbers) -> String {
    let begin =
        text.lines().take_while(|line| line.starts_with('#') && !line.starts_with("#Fields:")).count();
    let mut head: String = text.split_inclusive('\n').take(begin).collect();
    let mut rows = &text[head.len()..];
    if let Some(behind) = rows.strip_prefix("#Fields: ") {
        head.push_str("#Fields: ");
        rows = behind;
    }
    let delimiter = if rows.lines().next().is_some_and(|line| line.contains(';')) { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(rows.as_bytes());
    let mut records = reader.into_records().map_while(Result::ok);
    let header = records.next().expect("a header");
    let letters =
        |name: &str| name.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>();
    let is_number: Vec<_> = header.iter().map(|name| COLUMNS.contains(&letters(name).as_str())).collect();
    assert!(is_number.contains(&true), "{head}");
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer.flexible(true).delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(&header).expect("memory takes it");
    for record in records {
        let cells = record.iter().enumerate();
        let cells = cells.map(|(column, cell)| if is_number[column] { numbers.next() } else { cell });
        writer.write_record(cells).expect("memory takes it");
    }
    head + &String::from_utf8(writer.into_inner().expect("memory takes it")).expect("it was text")
}

/// Lines that say something or are told as not understood; all of it is read without harm.
fn told(text: &str, path: &str) -> u64 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = folder();
    file(folder.path(), name, text);
    let run = |typed: &str| {
        let ran = smtpauth(typed).arg(name).within(folder.path()).run();
        assert!(matches!(ran.status, 0 | 2), "{}", ran.everything());
        assert!(!ran.said().contains("internal error"), "{}", ran.everything());
        ran
    };
    run("tls --details --all --format json");
    run("volume --details --all");
    let row = &run("inspect --format json").json()["rows"][0];
    let of = |name: &str| row[name].as_u64().unwrap_or(0);
    assert_eq!(of("lines"), of("used") + of("ignored") + of("skipped"), "{path}: {row}");
    of("used") + of("skipped")
}

/// In every format that has a size, a number of recipients or a count: a submission is still one, with a size that is none,
/// or its line is told.
#[test]
fn numbers_in_every_format() {
    for (path, words) in [
        ("fixtures/postfix/week.log", &["size=", "nrcpt="][..]),
        ("fixtures/exim/new-ids.log", &[" S="]),
        ("fixtures/csv/comma.csv", &[]),
        ("fixtures/csv/counts.csv", &[]),
        ("fixtures/exchange-tracking/2010-alone.log", &[]),
        ("fixtures/extended-trace/no-arrival.csv", &[]),
        ("fixtures/message-trace/get-messagetracev2.csv", &[]),
        ("fixtures/smtp-auth-report/old-center.csv", &[]),
        ("fixtures/cells/week.csv", &[]),
    ] {
        let text = read(path);
        let known = told(&text, path);
        for first in (0..NUMBERS.len()).step_by(4) {
            let mut numbers = Numbers(first);
            let changed = match words {
                [] => replaced_cells(&text, &mut numbers),
                words => words.iter().fold(text.clone(), |text, word| replaced(&text, word, &mut numbers)),
            };
            assert!(numbers.0 > first + 1, "{path} has no numbers");
            assert!(told(&changed, path) >= known, "{path}, from {first} on");
        }
    }
}

/// What two machines counted is merged: the sum stays at the limit.
#[test]
fn sums_stay_at_their_limit() {
    let folder = folder();
    let header = read("fixtures/cells/week.csv").lines().next().expect("a header").to_owned();
    let (most, nearly) = (u64::MAX, u64::MAX - 1);
    for (name, server) in [("a.csv", "mx1"), ("b.csv", "mx1"), ("c.csv", "mx2")] {
        let row = |day: u8| {
            let seen = format!("2026-11-{day:02}T10:00:00Z,2026-11-{day:02}T10:00:0{}Z", name.len());
            format!(
                "1,UTC,2026-11-{day:02},{server},s,a@b.example,b.example,a,192.0.2.1,,,1.0,basic,PLAIN,proven,\
                 {nearly},{nearly},{nearly},{nearly},{nearly},1,{seen}\n"
            )
        };
        file(folder.path(), name, format!("{header}\n{}{}", row(10), row(11)));
    }
    let typed = "--all --keep-duplicates a.csv b.csv c.csv";
    let rows = smtpauth("export").typed(typed).within(folder.path()).ok().csv();
    let cells: Vec<_> = rows.iter().filter(|row| row["tls"] == "1.0").collect();
    assert_eq!(cells.len(), 4);
    for cell in cells {
        let wanted = if cell["server"] == "mx1" { most } else { nearly };
        for column in ["messages", "sessions", "failed_logins", "recipients", "bytes"] {
            assert_eq!(cell[column], wanted.to_string(), "{cell:?}");
        }
    }
    every_view(folder.path(), typed);
    let rows = smtpauth("tls --format json").typed(typed).within(folder.path()).ok().json();
    assert_eq!((&rows["rows"][0]["messages"], &rows["rows"][0]["percent"]), (&most.into(), &100.0.into()));
}

/// A row may count more messages than anybody has room for as single ones; what it counts is counted all the same.
#[test]
fn a_made_up_count_is_not_written_one_by_one() {
    let folder = folder();
    let log = |count: &str| format!("time,sender,tls,count\n2026-11-12T10:00:00Z,a@b.example,1.2,{count}\n");
    file(folder.path(), "few.csv", log("3"));
    file(folder.path(), "many.csv", log("18446744073709551615"));
    let messages = || smtpauth("export --rows messages --all").within(folder.path());
    assert_eq!(messages().arg("few.csv").ok().csv().len(), 3);
    messages().typed("-o out.csv few.csv many.csv").fails(
        "many.csv: the row at byte 22 counts 18446744073709551615 messages; a row of up to 1000000 is written as single \
         ones, `smtpauth export` without --rows writes counts",
    );
    assert!(!folder.path().join("out.csv").exists());
    let cells = smtpauth("export --all many.csv").within(folder.path()).ok().csv();
    assert_eq!(cells[0]["messages"], u64::MAX.to_string());
}

/// Every view of these files is shown, in every shape.
fn every_view(folder: &std::path::Path, typed: &str) {
    for view in [
        "summary",
        "volume",
        "volume --details",
        "volume --interval month",
        "tls",
        "tls --details",
        "auth",
        "auth --details",
        "auth --interval week",
        "sender a",
        "ready",
        "unusual",
        "report -o r.html",
    ] {
        for format in ["table", "csv", "json"] {
            let typed = if view.starts_with("report") {
                typed.to_owned()
            } else {
                format!("{typed} --format {format}")
            };
            let typed =
                if matches!(view, "ready" | "sender a") { typed.replace("--all ", "") } else { typed };
            let ran = smtpauth(view).typed(&typed).within(folder).run();
            assert!(!ran.said().contains("panicked") && ran.status <= 2, "{}", ran.everything());
            assert!(!ran.said().contains("internal error"), "{}", ran.everything());
        }
    }
}

/// Two maps do not hash alike, and so nobody knows how any will.
#[test]
fn hashes_are_seeded() {
    let hash = |_| Map::<u64, ()>::default().hasher().hash_one("scan@contoso.com");
    assert_eq!((0..20).map(hash).collect::<BTreeSet<_>>().len(), 20);
}

/// The hash that Firefox and the Rust compiler used: fast, and the same everywhere.
fn fx(key: &[u8; 16]) -> u64 {
    let (words, _) = key.as_chunks::<8>();
    words.iter().fold(0, |hash: u64, word| {
        (hash.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
}

/// Keys that a known hash makes the same number of lie in a map as any keys do, a few in a place.
#[test]
fn keys_that_collide() {
    const COUNT: u64 = 1 << 15;
    let mut random = 0_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random ^ (random >> 29)
    };
    let pair = |one: u64, two: u64| -> [u8; 16] {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&one.to_le_bytes());
        key[8..].copy_from_slice(&two.to_le_bytes());
        key
    };
    let any: Vec<_> = (0..COUNT).map(|_| pair(next(), next())).collect();
    // The second word undoes what the first did.
    let undo = |word: u64| fx(&pair(0, 0)) ^ word.wrapping_mul(0x517c_c1b7_2722_0a95).rotate_left(5);
    let collide: Vec<_> = (0..COUNT).map(|_| next()).map(|word| pair(word, undo(word))).collect();
    assert_eq!(collide.iter().map(fx).collect::<BTreeSet<_>>().len(), 1, "they do collide");
    // Only the highest bits differ.
    let high: Vec<_> = (0..COUNT).map(|number| pair(number << 48, number << 48)).collect();
    let map: Map<&[u8], ()> = Map::default();
    // As many places as keys, chosen by the lowest bits: of chance, hardly one has ten.
    let fullest = |keys: &[[u8; 16]]| {
        let mut places = vec![0_u32; keys.len()];
        for key in keys {
            places[(map.hasher().hash_one(key.as_slice()) & (COUNT - 1)) as usize] += 1;
        }
        places.into_iter().max().expect("there are keys")
    };
    for keys in [any, collide, high] {
        assert!(fullest(&keys) < 20, "{}", fullest(&keys));
    }
}

//! Compressed logs are read as they are, and what is wrong with one is said: no cut, no damage and no bomb passes for a log.

use crate::exchange_read::{FAST, read_inputs};
use crate::harness::{ROOT, Run, WEEK, file, folder, same, smtpauth};
use crate::pack::{CONTAINERS, members};
use smtpauth::input::find::Found;
use smtpauth::probe::{Probe, probe};
use smtpauth::read::Counted;
use smtpauth::time::Clock;
use std::fs;
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
    let told = Probe {
        forced: None,
        log_year: None,
        clock: Clock::default(),
        now: NOW,
        max_ratio: 1100,
        spool: None,
    };
    let found = vec![Found::File { path: path.to_owned(), named: true }];
    let (inputs, passed) = probe(found, &told).ok()?;
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

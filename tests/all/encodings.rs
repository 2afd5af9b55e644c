//! The encoding of a text changes nothing: UTF-8 and UTF-16 of either order, with and without a byte order mark, LF and CRLF,
//! as a file, compressed or through a pipe.

use crate::harness::{Ran, WEEK, file, folder, read, same, smtpauth};
use std::io::Write;
use std::path::Path;

/// How a text may lie in a file.
type Encode = fn(&str) -> Vec<u8>;

const ENCODINGS: [(&str, Encode); 6] = [
    ("UTF-8", |text| text.as_bytes().to_vec()),
    ("UTF-8 with a mark", |text| format!("\u{feff}{text}").into_bytes()),
    ("UTF-16LE", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("UTF-16LE with a mark", |text| {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("UTF-16BE", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("UTF-16BE with a mark", |text| {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()
    }),
];

/// A folder in which the same log has the same name, whatever its encoding.
fn written(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = folder();
    file(folder.path(), name, bytes);
    folder
}

fn shown(view: &str, name: &str, folder: &Path) -> Ran {
    let ran = smtpauth(view).arg(name).within(folder).run();
    assert_eq!(ran.status, 0, "{}", ran.everything());
    ran
}

#[test]
fn every_encoding_gives_the_same_report() {
    let quoted = format!("{}2026-11-14T09:00:00Z,münchen@contoso.com,hr,1.2,日本 😀\n", {
        read("fixtures/csv/quoted-line-breaks.csv")
    });
    let logs = [
        ("mail.log-20261116", read(WEEK)),
        ("mainlog", read("fixtures/exim/selectors.log")),
        ("rows.csv", quoted),
        ("RECV2026110908-1.LOG", read("fixtures/exchange-smtp/direct-2010.log")),
    ];
    for (name, log) in logs {
        let log = log.replace("\r\n", "\n");
        for view in ["tls --details --all --format csv", "export --rows messages --all", "summary --all"] {
            let wanted = shown(view, name, written(name, log.as_bytes()).path()).everything();
            for ends in ["\n", "\r\n"] {
                for (encoding, encode) in ENCODINGS {
                    let bytes = encode(&log.replace('\n', ends));
                    let got = shown(view, name, written(name, &bytes).path()).everything();
                    same(&format!("{encoding} {ends:?}\n{wanted}"), &format!("{encoding} {ends:?}\n{got}"));
                }
            }
        }
    }
}

#[test]
fn through_a_pipe_and_compressed() {
    let log = read("fixtures/csv/comma.csv");
    let wanted = smtpauth("tls --by login --all --format csv -").stdin(log.clone()).ok().text();
    for (encoding, encode) in ENCODINGS {
        let bytes = encode(&log);
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&bytes).expect("memory takes it");
        for bytes in [packer.finish().expect("memory takes it"), bytes] {
            let got = smtpauth("tls --by login --all --format csv -").stdin(bytes).ok().text();
            same(&format!("{encoding}\n{wanted}"), &format!("{encoding}\n{got}"));
        }
    }
}

/// `smtpauth export > cells.csv` in Windows PowerShell 5.1 writes UTF-16 with a mark and CR LF.
#[test]
fn our_own_cells_redirected_by_powershell() {
    let cells = smtpauth("export --all").arg(WEEK).ok().text();
    let (_, encode) = ENCODINGS[3];
    let redirected = written("cells.csv", &encode(&cells.replace('\n', "\r\n")));
    let plain = written("cells.csv", cells.as_bytes());
    for view in ["summary --all", "tls --details --all", "export --all"] {
        let [wanted, got] = [&plain, &redirected].map(|folder| shown(view, "cells.csv", folder.path()));
        same(&wanted.everything(), &got.everything());
    }
}

/// A copy in another encoding is a copy.
#[test]
fn a_copy_in_another_encoding_is_read_once() {
    let log = read("fixtures/csv/comma.csv");
    let folder = folder();
    file(folder.path(), "a.csv", &log);
    file(folder.path(), "b.csv", ENCODINGS[2].1(&log));
    let ran = smtpauth("inspect --format csv .").within(folder.path()).ok();
    let rows = ran.csv();
    let status: Vec<_> = rows.iter().map(|row| (row["file"].as_str(), row["status"].as_str())).collect();
    assert!(matches!(status[..], [("./a.csv", "read"), ("./b.csv", _)]), "{status:?}");
    assert_eq!(rows[1]["why"], "is a copy of ./a.csv, and read once");
    let ran = smtpauth("inspect --format csv b.csv").within(folder.path()).ok();
    assert!(ran.csv()[0]["why"].ends_with("; UTF-16LE"), "{}", ran.everything());
}

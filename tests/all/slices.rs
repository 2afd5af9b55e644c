//! The way a log is cut never changes the answer: any slice size from one byte, any number of threads, a file or a pipe
//! give the state that one slice read by one thread gives; states merge in any order; the fast search finds the
//! submissions that reading every line finds.

use crate::corpora::oracles::reading::{EVERY_LINE, FAST, NOW, all, plan, read_inputs, state, told};
use crate::pack::{CONTAINERS, members};
use proptest::prelude::*;
use smtpauth::input::Source;
use smtpauth::input::compressed::{self, Decoder};
use smtpauth::input::find::Found;
use smtpauth::input::stream::Stream;
use smtpauth::probe::{Input, probe};
use smtpauth::read::Read;
use smtpauth::tally::Table;
use smtpauth::time::year::Walk;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(told.unwrap_or(usual)) }
}

fn open(path: &Path) -> Option<Vec<Input>> {
    let told = told(NOW);
    let found = [Found::File { path: path.to_owned(), named: true }];
    probe(&found, &told).ok().map(|(inputs, _)| inputs).filter(|inputs| !inputs.is_empty())
}

fn written(log: &[u8]) -> tempfile::NamedTempFile {
    let mut file =
        tempfile::Builder::new().prefix("mail.log-20261116.").tempfile().expect("a temporary file");
    file.write_all(log).expect("it can be written");
    file
}

/// The same bytes from a pipe.
fn piped(log: &[u8], reader: impl std::io::Read + Send + 'static, like: &Input) -> Vec<Input> {
    let mut stream = Stream::open(Box::new(reader), 4096);
    if let smtpauth::input::Unit::Records { data, .. } = like.unit() {
        stream.skip(data);
    }
    let walk = match smtpauth::time::stamp::time(log) {
        Some((smtpauth::time::stamp::Time::Yearless(first), _)) => {
            Some(Walk { last: (first, like.years.reference(0).0), limit: NOW + 86_400 })
        }
        _ => None,
    };
    vec![Input {
        walk,
        name: like.name.clone(),
        named: true,
        detected: like.detected.clone(),
        years: like.years.clone(),
        assumed_years: like.assumed_years,
        first: like.first,
        ends: like.ends.clone(),
        period: None,
        overlap: like.overlap.clone(),
        outside: None,
        source: Source::Stream(Mutex::new(stream)),
    }]
}

/// Lines that collide: few hosts, processes and queue ids; some damaged, some of other programs, some in the future.
fn postfix_log() -> impl Strategy<Value = Vec<u8>> {
    let line =
        (0..24_usize, 0..2_usize, 0..3_usize, prop_oneof![4 => 0..30_u32, 1 => 0..4000_u32], 0..12_usize);
    (proptest::collection::vec(line, 0..60), any::<bool>()).prop_map(|(lines, crlf)| {
        let mut second = 0;
        let mut log = Vec::new();
        for (shape, host, id, step, oddity) in lines {
            second += step;
            let stamp = format!(
                "Nov {:02} {:02}:{:02}:{:02}",
                9 + second / 86_400,
                second / 3600 % 24,
                second / 60 % 60,
                second % 60
            );
            let (host, pid, queue) =
                (["mx1", "mx2"][host], 100 + id, ["AAAAAA1", "BBBBBB2", "4PbCZy4PWKz3tBr"][id]);
            let (tag, text) = postfix_line(shape, queue);
            let line = match oddity {
                0 => format!("{text} without an envelope"),
                1 => format!("Dec 31 {} {host} {tag}[{pid}]: {text}", &stamp[7..]),
                2 => String::new(),
                _ => format!("{stamp} {host} {tag}[{pid}]: {text}"),
            };
            log.extend_from_slice(line.as_bytes());
            log.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
        }
        if log.len() % 3 == 0 {
            log.pop();
        }
        log
    })
}

fn postfix_line(shape: usize, queue: &str) -> (&'static str, String) {
    let smtpd = if shape.is_multiple_of(2) { "postfix/submission/smtpd" } else { "mailout/smtpd" };
    let peer = "scan[192.0.2.7]";
    let login = "sasl_method=LOGIN, sasl_username=scan";
    match shape {
        0 | 1 => (smtpd, format!("connect from {peer}")),
        2 | 3 => (
            smtpd,
            format!("Anonymous TLS connection established from {peer}: TLSv1.2 with cipher X (1/1 bits)"),
        ),
        4..=7 => (smtpd, format!("{queue}: client={peer}, {login}")),
        8 => (smtpd, format!("{queue}: client={peer}")),
        9 => (smtpd, format!("{queue}: client={peer}, {login}, orig_queue_id=AAAAAA1")),
        10 => (smtpd, format!("NOQUEUE: client={peer}, {login}")),
        11 => (
            smtpd,
            "proxy-accept: END-OF-MESSAGE: 250 ok; from=<p@contoso.com> to=<r@x> proto=ESMTP helo=<h>"
                .to_owned(),
        ),
        12 => (smtpd, format!("disconnect from {peer} ehlo=1 starttls=1 auth=1 commands=3")),
        13 => (smtpd, format!("disconnect from {peer} ehlo=1 auth=1 commands=2")),
        14 => (smtpd, format!("warning: {peer}: SASL LOGIN authentication failed: no, sasl_username=scan")),
        15..=19 => {
            ("postfix/qmgr", format!("{queue}: from=<scan@contoso.com>, size=10, nrcpt=1 (queue active)"))
        }
        20 => ("postfix/qmgr", format!("{queue}: removed")),
        21 => ("postfix/cleanup", format!("{queue}: message-id=<1@contoso.com>")),
        22 => ("postfix/pickup", format!("{queue}: uid=0 from=<root>")),
        _ => ("cron", "a job".to_owned()),
    }
}

/// Rows with quoted delimiters, quotes and line breaks, stray quotes, rows of the wrong width, a quote left open.
fn csv_log() -> impl Strategy<Value = Vec<u8>> {
    let cell = prop_oneof![
        8 => Just("a@contoso.com"), 2 => Just("\"x,\ny\"\"z\"@contoso.com"), 2 => Just("\"two\nlines\""), 1 => Just("5\" disk"),
        1 => Just("\"open"), 1 => Just("\"closed\"tail"), 1 => Just(""),
    ];
    let row = (cell, 0..6_usize);
    (proptest::collection::vec(row, 0..30), any::<bool>()).prop_map(|(rows, crlf)| {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut log = format!("time,sender,login,tls,note{end}");
        for (index, (cell, shape)) in rows.into_iter().enumerate() {
            let row = match shape {
                0 => format!("2026-11-10T10:00:{:02}Z,{cell},,,{end}", index % 60),
                1 => format!("not a time,{cell},scan,1.2,{end}"),
                2 => format!("{cell}{end}"),
                _ => format!("2026-11-10T10:00:{:02}Z,{cell},scan,1.2,{cell}{end}", index % 60),
            };
            log.push_str(&row);
        }
        log.into_bytes()
    })
}

/// Rows of few messages, in no order.
fn trace_log() -> impl Strategy<Value = Vec<u8>> {
    let row = (0..4_usize, 0..6_usize, 0..3_usize, 0..50_u32);
    proptest::collection::vec(row, 0..40).prop_map(|rows| {
        let mut log = "date_time_utc,source,event_id,message_id,network_message_id,total_bytes,recipient_count,message_subject,\
                       sender_address,return_path,directionality,original_client_ip,custom_data\n"
            .to_owned();
        for (message, event, oddity, second) in rows {
            let event = ["SMTP,RECEIVE", "SMTP,RECEIVE", "SMTP,SEND", "STOREDRIVER,RECEIVE", "AGENT,INFO", "SMTP,FAIL"][event];
            let subject = ["x", "\"two,\nlines\"", "\"open"][oddity];
            let (direction, tls) = ([("Originating", "1_0"), ("Originating", "1_2"), ("Incoming", "1_1")])[oddity];
            log.push_str(&format!(
                "2026-11-10T10:00:{second:02}.1Z,{event},<{message}@contoso.com>,guid-{message},{second},{oddity},{subject},\
                 a@contoso.com,a@contoso.com,{direction},192.0.2.{second},S:FromEntity=Hosted;S:tlsversion=TLS{tls}\n"
            ));
        }
        log.into_bytes()
    })
}

fn sliced_like_whole(log: &[u8], slice: usize, threads: usize) {
    let file = written(log);
    let Some(inputs) = open(file.path()) else { return };
    let whole = state(&inputs, usize::MAX / 2, 1, FAST);
    assert_eq!(state(&inputs, slice, threads, FAST), whole, "slices of {slice} bytes, {threads} threads");
    let pipe = Cursor::new(log.to_vec());
    assert_eq!(
        state(&piped(log, pipe, &inputs[0]), slice, threads, FAST),
        whole,
        "a pipe in blocks of {slice} bytes"
    );
}

/// In members cut anywhere, as a file and through a pipe.
fn packed_like_whole(log: &[u8], which: usize, cuts: &[usize], slice: usize, threads: usize) {
    let (ending, pack, between) = CONTAINERS[which];
    let file = written(log);
    let Some(inputs) = open(file.path()) else { return };
    let whole = state(&inputs, usize::MAX / 2, 1, FAST);
    let packed = members(pack, between, log, cuts);
    let path = file
        .path()
        .with_file_name(format!("{}.{ending}", file.path().file_name().expect("a name").display()));
    std::fs::write(&path, &packed).expect("it can be written");
    let found = open(&path).map(|inputs| state(&inputs, slice, threads, FAST));
    std::fs::remove_file(&path).expect("it is there");
    assert_eq!(found.as_ref(), Some(&whole), "{ending}, slices of {slice} bytes, {threads} threads");
    let container = compressed::container(&packed).expect("a container");
    let pipe = piped(log, Decoder::new(container, Cursor::new(packed), 0), &inputs[0]);
    assert_eq!(
        state(&pipe, slice, threads, FAST),
        whole,
        "{ending} through a pipe in blocks of {slice} bytes"
    );
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_slice_size_and_thread_count(log in postfix_log(), slice in 1..400_usize, threads in 1..5_usize) {
        sliced_like_whole(&log, slice, threads);
    }

    #[test]
    fn any_slice_size_of_a_table(log in csv_log(), slice in 1..200_usize, threads in 1..5_usize) {
        sliced_like_whole(&log, slice, threads);
    }

    #[test]
    fn any_slice_size_of_a_trace(log in trace_log(), slice in 1..400_usize, threads in 1..5_usize) {
        sliced_like_whole(&log, slice, threads);
    }

    #[test]
    fn any_container(
        log in prop_oneof![postfix_log(), csv_log()],
        which in 0..CONTAINERS.len(),
        cuts in proptest::collection::vec(any::<usize>(), 0..4),
        slice in 1..400_usize,
        threads in 1..5_usize,
    ) {
        packed_like_whole(&log, which, &cuts, slice, threads);
    }

    /// Also on lines that somebody damaged.
    #[test]
    fn the_fast_search_finds_what_every_line_tells(
        mut log in postfix_log(),
        damage in proptest::collection::vec((0..4000_usize, any::<u8>()), 0..4),
    ) {
        for (at, byte) in damage {
            if let Some(old) = log.get_mut(at) {
                *old = byte;
            }
        }
        let file = written(&log);
        if let Some(inputs) = open(file.path()) {
            let (fast, slow) = (read_inputs(&inputs, 512, 1, FAST), read_inputs(&inputs, 512, 1, EVERY_LINE));
            prop_assert_eq!(all(&fast.collector), all(&slow.collector));
            let skipped = |read: &Read<Table>| read.coverage.iter().map(|c| (c.lines, c.skipped)).collect::<Vec<_>>();
            prop_assert_eq!(skipped(&fast), skipped(&slow));
        }
    }

    /// Tables of three logs merge in any order and grouping to the same bytes.
    #[test]
    fn tables_merge_in_any_order(logs in proptest::collection::vec(postfix_log(), 3)) {
        let files: Vec<_> = logs.iter().map(|log| written(log)).collect();
        let plan = plan();
        let table = |index: usize| match open(files[index].path()) {
            Some(inputs) => read_inputs(&inputs, 300, 1, FAST).collector,
            None => Table::new(Arc::clone(&plan)),
        };
        let merged = |order: [usize; 3], right_first: bool| {
            let (mut a, mut b, c) = (table(order[0]), table(order[1]), table(order[2]));
            if right_first {
                b.merge(c);
                a.merge(b);
            } else {
                a.merge(b);
                a.merge(c);
            }
            all(&a)
        };
        let expect = merged([0, 1, 2], false);
        for (order, right_first) in [([0, 1, 2], true), ([2, 1, 0], false), ([1, 0, 2], true), ([2, 0, 1], false)] {
            prop_assert_eq!(&merged(order, right_first), &expect);
        }
    }
}

/// Every slice size from one byte, on one log of each kind.
#[test]
fn every_slice_size() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for name in [
        "postfix/proxy-filter.log",
        "postfix/content-filter.log",
        "exim/selectors.log",
        "csv/quoted-line-breaks.csv",
        "smtp-auth-report/new-center.csv",
        "extended-trace/unsorted-utf-16.csv",
        "message-trace/get-messagetracev2.csv",
        "sign-ins/portal.csv",
        "sign-ins/graph.json",
        "sign-ins/diagnostic-settings.json",
    ] {
        let inputs = open(&root.join(name)).unwrap_or_else(|| panic!("{name} is a log"));
        let whole = state(&inputs, usize::MAX / 2, 1, FAST);
        for slice in (1..64).chain([127, 128, 129, 1000]) {
            assert_eq!(state(&inputs, slice, 3, FAST), whole, "{name} in slices of {slice}");
        }
    }
}

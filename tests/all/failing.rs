//! Readers and writers that fail at each of their calls, in every way in which one can: what is interrupted or comes in
//! small pieces gives the same result, every other error comes out as one, behind what is whole before it.

use crate::corpora::oracles::reading::{FAST, STYLE, read_inputs, subject};
use crate::exchange_read::open;
use crate::harness::{ROOT, WEEK};
use crate::pack::CONTAINERS;
use smtpauth::input::Unit;
use smtpauth::input::compressed::{CONTAINERS as KNOWN, Decoder};
use smtpauth::input::records::Shape;
use smtpauth::input::stream::{Broken, Stream};
use smtpauth::render::json::Frame;
use smtpauth::render::{self, Style};
use smtpauth::report::{self, InputFacts, Report, Subject, Value};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What stops.
const ERRORS: [ErrorKind; 4] =
    [ErrorKind::WouldBlock, ErrorKind::UnexpectedEof, ErrorKind::TimedOut, ErrorKind::Other];

/// What goes wrong, and when.
#[derive(Clone, Copy, Default)]
struct Fault {
    /// At which call, from 0, and whether at all later ones too.
    fails: Option<(usize, ErrorKind, bool)>,
    /// How many bytes a call takes or gives at most; 0 for no limit.
    most: usize,
}

impl Fault {
    fn call(&self, number: usize, len: usize) -> io::Result<usize> {
        match self.fails {
            Some((at, kind, stays)) if number == at || (stays && number > at) => Err(kind.into()),
            _ => Ok(if self.most == 0 { len } else { len.min(self.most) }),
        }
    }
}

/// Gives bytes, until it does not.
struct FailingReader {
    bytes: Arc<[u8]>,
    at: usize,
    fault: Fault,
    calls: Arc<AtomicUsize>,
}

impl Read for FailingReader {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let count = self.fault.call(number, output.len().min(self.bytes.len() - self.at))?;
        output[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Takes bytes, until it does not.
#[derive(Default)]
struct FailingWriter {
    bytes: Vec<u8>,
    fault: Fault,
    calls: usize,
}

impl Write for FailingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        let count = self.fault.call(self.calls - 1, bytes.len())?;
        self.bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A way that input goes: what lies there, and how it is read.
struct Way {
    name: String,
    bytes: Arc<[u8]>,
    container: Option<&'static str>,
    unit: Unit,
}

/// All bytes of the blocks that a stream gives, and how it ends.
fn read(way: &Way, fault: Fault, head: usize) -> (Vec<u8>, Result<(), Broken>, usize) {
    let calls = Arc::new(AtomicUsize::new(0));
    let reader = FailingReader { bytes: Arc::clone(&way.bytes), at: 0, fault, calls: Arc::clone(&calls) };
    let mut stream = match way.container {
        Some(name) => {
            let container = KNOWN.iter().find(|known| known.name == name).expect("it is known");
            let decoder = Decoder::new(container, reader, 0);
            let consumed = decoder.consumed();
            Stream::open_counted(Box::new(decoder), consumed, head)
        }
        None => Stream::open(Box::new(reader), head),
    };
    let mut bytes = Vec::new();
    let ended = loop {
        match stream.next(way.unit, 1000) {
            Ok(Some(block)) => bytes.extend(block.bytes.bytes()),
            Ok(None) => break Ok(()),
            Err(broken) => break Err(broken),
        }
    };
    (bytes, ended, calls.load(Ordering::Relaxed))
}

/// Plain text, every container, UTF-16, and UTF-16 in a container; lines, rows and JSON objects.
fn ways() -> Vec<(Way, Vec<u8>)> {
    // As much as takes a few blocks.
    let text: String = crate::harness::read(WEEK).split_inclusive('\n').take(60).collect();
    let row = "2026-11-12T10:00:00Z,\"a,\n\"\"b\"\"@contoso.com\",scan\n";
    let table = format!("time,sender,login\n{}", row.repeat(150)).into_bytes();
    let objects = "{\"sender\":\"a@contoso.com\",\"count\":[1,2]}\n".repeat(150).into_bytes();
    let shape = Shape { delimiter: b',', mark: None };
    let units = [
        ("lines", Unit::Lines, text.into_bytes()),
        ("rows", Unit::Records { shape, data: 0 }, table),
        ("objects", Unit::Objects, objects),
    ];
    let mut ways = Vec::new();
    for (unit_name, unit, text) in units {
        let utf16: Vec<u8> =
            String::from_utf8_lossy(&text).encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (encoding, bytes) in [("UTF-8", text.clone()), ("UTF-16", utf16)] {
            let packed = CONTAINERS.map(|(name, pack, _)| (Some(name), pack(&bytes)));
            // Units do not know containers: one of them tells as much as all.
            let count = if matches!(unit, Unit::Lines) { packed.len() } else { 1 };
            for (container, bytes) in [(None, bytes)].into_iter().chain(packed.into_iter().take(count)) {
                let name = format!("{unit_name}, {encoding}, {container:?}");
                ways.push((Way { name, bytes: bytes.into(), container, unit }, text.clone()));
            }
        }
    }
    ways
}

#[test]
fn readers() {
    for (index, (way, text)) in ways().into_iter().enumerate() {
        let head = [0, 2000][index % 2];
        let (bytes, ended, _) = read(&way, Fault { most: 1, ..Fault::default() }, head);
        assert!(ended.is_ok() && bytes == text, "{}: a byte at a time", way.name);
        let pieces = Fault { most: 300.max(way.bytes.len() / 6), ..Fault::default() };
        let (_, _, calls) = read(&way, pieces, head);
        for call in 0..calls {
            let fault = Fault { fails: Some((call, ErrorKind::Interrupted, false)), ..pieces };
            let (bytes, ended, _) = read(&way, fault, head);
            assert!(ended.is_ok() && bytes == text, "{}: interrupted at call {call}", way.name);
            for (number, kind) in ERRORS.into_iter().enumerate() {
                // Once, or from then on.
                let stays = (call + number) % 2 == 0;
                let fault = Fault { fails: Some((call, kind, stays)), ..pieces };
                let (bytes, ended, _) = read(&way, fault, head);
                let what = format!("{}: {kind:?} at call {call} of {calls}", way.name);
                let broken = ended.expect_err(&what);
                assert_eq!(broken.error.kind(), kind, "{what}");
                assert!(text.starts_with(&bytes), "{what}: other text than there is");
                let is_whole = bytes.is_empty() || bytes.ends_with(b"\n") || bytes.ends_with(b"}");
                assert!(is_whole, "{what}: half a line");
            }
        }
    }
}

/// Writes a report in one of the shapes.
type Render = fn(Report<'_>, &mut dyn Write) -> io::Result<()>;

fn frame() -> Frame {
    let window = [Value::Missing, Value::Missing, Value::Missing];
    Frame { command: "tls", window, timezone: "UTC", input: InputFacts::default(), filters: Vec::new() }
}

const SHAPES: [(&str, Render); 5] = [
    ("table", |report, out| render::text::write(&report, &STYLE, out)),
    ("coloured", |report, out| {
        render::text::write(&report, &Style { width: Some(60), color: true, ..STYLE }, out)
    }),
    ("csv", |report, out| render::csv::write(report, &STYLE, out)),
    ("json", |report, out| render::json::write(report, &frame(), &STYLE, out)),
    ("ndjson", |report, out| render::json::write_lines(report, &STYLE, out)),
];

/// Makes a view.
type Make = for<'a> fn(&Subject<'a>) -> Report<'a>;

#[test]
fn writers() {
    let inputs = open(&[Path::new(ROOT).join(WEEK)]);
    let read = read_inputs(&inputs, 1 << 20, 1, FAST);
    let subject = subject(&read.collector);
    let views: [Make; 3] = [
        |subject| report::summary::report(subject),
        |subject| report::volume::report(subject, None, None),
        |subject| report::tls::report(subject),
    ];
    for (shape, render) in SHAPES {
        for make in views {
            let write = |fault: Fault| {
                let mut writer = FailingWriter { fault, ..FailingWriter::default() };
                let written = render(make(&subject), &mut writer);
                (writer.bytes, written, writer.calls)
            };
            let (whole, written, calls) = write(Fault::default());
            assert!(written.is_ok() && !whole.is_empty(), "{shape}");
            let (bytes, written, _) = write(Fault { most: 1, ..Fault::default() });
            assert!(written.is_ok() && bytes == whole, "{shape}: a byte at a time");
            // Some twenty of them, the last one too.
            for call in (0..calls).rev().step_by(calls.div_ceil(20)) {
                let (bytes, written, _) =
                    write(Fault { fails: Some((call, ErrorKind::Interrupted, false)), most: 0 });
                assert!(written.is_ok() && bytes == whole, "{shape}: interrupted at call {call}");
                for kind in ERRORS {
                    let (bytes, written, _) = write(Fault { fails: Some((call, kind, true)), most: 0 });
                    let what = format!("{shape}: {kind:?} at call {call} of {calls}");
                    assert_eq!(written.expect_err(&what).kind(), kind, "{what}");
                    assert!(whole.starts_with(&bytes) && bytes.len() < whole.len(), "{what}");
                }
            }
        }
    }
}

/// A writer that takes nothing and says so is full.
#[test]
fn a_writer_that_takes_nothing() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Ok(0)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let inputs = open(&[Path::new(ROOT).join(WEEK)]);
    let read = read_inputs(&inputs, 1 << 20, 1, FAST);
    let subject = subject(&read.collector);
    for (shape, render) in SHAPES {
        let error = render(report::tls::report(&subject), &mut Full).expect_err(shape);
        assert_eq!(error.kind(), ErrorKind::WriteZero, "{shape}");
    }
}

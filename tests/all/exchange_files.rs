//! Rows into files: folders, names, headers, where a file ends and the next begins, and how its bytes are written.

use crate::exchange_pair::World;
use crate::exchange_rows::{Dice, Log, PROTOCOL, Row, stamp};
use crate::exchange_servers::SERVERS;
use crate::exchange_tracking::columns;
use std::path::{Path, PathBuf};

/// Where files end.
#[derive(Clone, Copy, Debug)]
pub enum Roll {
    /// Never: one file per log.
    Never,
    /// Every hour, now and then within it, and some rows late.
    Hourly(u64),
    /// After any row.
    Anywhere(u64),
}

/// How bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dress {
    /// Lines end in CR LF.
    pub crlf: bool,
    /// Files begin with a byte order mark.
    pub bom: bool,
    /// Encoding.
    pub page: Page,
}

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// UTF-8.
    Utf8,
    /// The code page of Western Europe.
    Windows1252,
    /// The code page of Cyrillic.
    Windows1251,
}

/// LF, no mark, UTF-8: as the published samples are.
pub const PLAIN: Dress = Dress { crlf: false, bom: false, page: Page::Utf8 };

/// Which logs of which servers are there.
pub type Seen<'s> = &'s dyn Fn(usize, Log) -> bool;

/// A file: its path below the folder of all logs, and its rows.
pub struct LogFile<'w> {
    /// Its path.
    pub path: PathBuf,
    /// The server.
    pub server: usize,
    /// The log.
    pub log: Log,
    /// The rows.
    pub rows: Vec<&'w Row>,
}

/// The files of a world.
pub fn files<'w>(world: &'w World, seen: Seen<'_>, roll: Roll) -> Vec<LogFile<'w>> {
    let mut files = Vec::new();
    for server in 0..SERVERS.len() {
        for log in [Log::Front, Log::Hub, Log::Send, Log::Tracking] {
            if seen(server, log) {
                let rows = world.rows.iter().filter(|row| row.server == server && row.log == log);
                files.extend(rolled(server, log, rows, roll));
            }
        }
    }
    files
}

fn rolled<'w>(server: usize, log: Log, rows: impl Iterator<Item = &'w Row>, roll: Roll) -> Vec<LogFile<'w>> {
    let (Roll::Hourly(seed) | Roll::Anywhere(seed)) = roll else {
        let rows: Vec<_> = rows.collect();
        let path = path(server, log, rows.first().map_or(0, |row| row.at / 3_600_000), 1);
        return if rows.is_empty() { Vec::new() } else { vec![LogFile { path, server, log, rows }] };
    };
    let mut dice = Dice::new(seed ^ 0xf11e);
    let mut files: Vec<LogFile<'w>> = Vec::new();
    let (mut hour, mut count) = (0, 0);
    for row in rows {
        // A file begins a little before its hour: rows are buffered.
        let its_hour = (row.at + dice.below(9) * 1000) / 3_600_000;
        let full = dice.chance(if matches!(roll, Roll::Anywhere(_)) { 12 } else { 2 });
        if its_hour > hour || full || files.is_empty() {
            count = if its_hour > hour { 1 } else { count + 1 };
            hour = hour.max(its_hour);
            files.push(LogFile { path: path(server, log, hour, count), server, log, rows: Vec::new() });
        }
        files.last_mut().into_iter().for_each(|file| file.rows.push(row));
    }
    files
}

fn path(server: usize, log: Log, hour: u64, count: u64) -> PathBuf {
    let Server { folder, prefix } = place(server, log);
    let name = format!("{prefix}202611{:02}{:02}-{count}.LOG", 1 + hour / 24, hour % 24);
    Path::new(SERVERS[server].name).join("TransportRoles/Logs").join(folder).join(name)
}

struct Server {
    folder: &'static str,
    prefix: &'static str,
}

fn place(server: usize, log: Log) -> Server {
    let (folder, prefix) = match log {
        Log::Hub if SERVERS[server].old => ("ProtocolLog/SmtpReceive", "RECV"),
        Log::Front => ("FrontEnd/ProtocolLog/SmtpReceive", "RECV"),
        Log::Hub => ("Hub/ProtocolLog/SmtpReceive", "RECV"),
        Log::Send => ("FrontEnd/ProtocolLog/SmtpSend", "SEND"),
        Log::Tracking => ("MessageTracking", "MSGTRK"),
    };
    Server { folder, prefix }
}

impl LogFile<'_> {
    /// Its lines, header first.
    pub fn lines(&self) -> Vec<String> {
        let version = if SERVERS[self.server].old { "14.0.0.0" } else { "15.0.0.0" };
        let kind = match self.log {
            Log::Front | Log::Hub => "SMTP Receive Protocol Log",
            Log::Send => "SMTP Send Protocol Log",
            Log::Tracking => "Message Tracking Log",
        };
        let fields = match self.log {
            Log::Tracking => columns(self.server).collect::<Vec<_>>().join(","),
            _ => PROTOCOL.to_owned(),
        };
        // The header is written when the buffer is: later than its first rows.
        let date = self.rows.first().map_or_else(|| stamp(0), |row| stamp(row.at + 5007));
        let mut lines = vec![
            "#Software: Microsoft Exchange Server".to_owned(),
            format!("#Version: {version}"),
            format!("#Log-type: {kind}"),
            format!("#Date: {date}"),
            format!("#Fields: {fields}"),
        ];
        lines.extend(self.rows.iter().map(|row| line(row.cells.iter().map(String::as_str))));
        lines
    }

    /// Its bytes.
    pub fn bytes(&self, dress: Dress) -> Vec<u8> {
        bytes(&self.lines(), dress)
    }
}

/// A row of cells, quoted where it must be.
pub fn line<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let quoted = |cell: &str| match cell.contains([',', '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    cells.map(quoted).collect::<Vec<_>>().join(",")
}

/// Lines as bytes.
pub fn bytes(lines: &[String], dress: Dress) -> Vec<u8> {
    let mut bytes = if dress.bom { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
    for line in lines {
        match dress.page {
            Page::Utf8 => bytes.extend_from_slice(line.as_bytes()),
            page => bytes.extend(line.chars().map(|char| in_page(char, page))),
        }
        bytes.extend_from_slice(if dress.crlf { b"\r\n" } else { b"\n" });
    }
    bytes
}

fn in_page(char: char, page: Page) -> u8 {
    let code = u32::from(char);
    let byte = match (page, code) {
        (_, 0..=0x7f) | (Page::Windows1252, 0xa0..=0xff) => Some(code),
        (Page::Windows1251, 0x410..=0x44f) => Some(code - 0x410 + 0xc0),
        _ => None,
    };
    byte.and_then(|byte| u8::try_from(byte).ok()).unwrap_or(b'?')
}

/// Writes all files below a folder; their paths, in the order of the files.
pub fn write(folder: &Path, files: &[LogFile<'_>], dress: Dress) -> Vec<PathBuf> {
    let written = |file: &LogFile<'_>| {
        let path = folder.join(&file.path);
        let parent = path.parent().expect("a folder");
        std::fs::create_dir_all(parent).expect("a folder can be made");
        std::fs::write(&path, file.bytes(dress)).expect("a file can be written");
        path
    };
    files.iter().map(written).collect()
}

//! The envelope of a syslog line: time, host, program, process id; what is left is the message.
//!
//! Each line may come in another envelope: BSD stamps (RFC 3164), ISO stamps (rsyslog's `FileFormat`, `journalctl -o
//! short-iso`), RFC 5424, each with or without the priority in front. A line is recognised by its stamp and host; a
//! line without a program (`-- MARK --`) is an envelope too.

use super::scan::{Scan, either};

/// A line taken out of its envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The host that logged it.
    pub host: &'a [u8],
    /// The program, empty if the line names none.
    pub program: &'a [u8],
    /// Its process id, empty if the line names none.
    pub pid: &'a [u8],
    /// The message.
    pub text: &'a [u8],
}

/// Reads what stands behind the stamp of an ordinary line: ` HOST PROGRAM[PID]: TEXT`.
pub fn rest(rest: &[u8]) -> Option<Envelope<'_>> {
    let mut scan = Scan(rest);
    scan.tag(b" ")?;
    let host = scan.until_byte(b' ')?;
    if host.is_empty() {
        return None;
    }
    let mut tag = scan;
    let program = tag.while_(|byte| !matches!(byte, b' ' | b'[' | b':'));
    Some(match pid_and_text(tag) {
        Some((pid, text)) => Envelope { host, program, pid, text },
        None => Envelope { host, program: &[], pid: &[], text: scan.0 },
    })
}

/// As [`rest`], where that has found a program behind the same ` HOST PROGRAM` before: so many bytes, of which the host has
/// `host`.
#[inline(always)]
pub fn behind_tag(rest: &[u8], tag: usize, host: usize) -> Option<Envelope<'_>> {
    let (tag, behind) = rest.split_at_checked(tag)?;
    let (host, program) = tag.get(1..)?.split_at_checked(host)?;
    let (pid, text) = pid_and_text(Scan(behind))?;
    Some(Envelope { host, program: program.get(1..)?, pid, text })
}

/// `[PID]: TEXT`, `: TEXT`.
#[inline(always)]
fn pid_and_text(scan: Scan<'_>) -> Option<(&[u8], &[u8])> {
    // Nearly always.
    if let Some(rest) = scan.0.strip_prefix(b"[")
        && let Some((pid, rest)) = rest.split_at_checked(either(rest, b']', b' ').unwrap_or(rest.len()))
        && let Some(text) = rest.strip_prefix(b"]: ")
    {
        return Some((pid, text));
    }
    any_pid_and_text(scan)
}

#[cold]
#[inline(never)]
fn any_pid_and_text(mut scan: Scan<'_>) -> Option<(&[u8], &[u8])> {
    let mut pid: &[u8] = &[];
    if scan.tag(b"[").is_some() {
        pid = scan.while_(|byte| byte != b']' && byte != b' ');
        scan.tag(b"]").unwrap_or_default();
    }
    scan.tag(b":")?;
    Some((pid, scan.0.strip_prefix(b" ").unwrap_or(scan.0)))
}

/// Reads what stands behind the stamp of RFC 5424: ` HOST APP PROCID MSGID SD [MSG]`.
pub fn rest_5424<'a>(rest: &'a [u8]) -> Option<Envelope<'a>> {
    let mut scan = Scan(rest);
    scan.tag(b" ")?;
    let host = scan.until_byte(b' ')?;
    let program = scan.until_byte(b' ')?;
    let pid = scan.until_byte(b' ')?;
    let _message_id = scan.until_byte(b' ')?;
    if scan.tag(b"-").is_none() {
        while scan.0.starts_with(b"[") {
            structured(&mut scan)?;
        }
    }
    // rsyslog's template writes a second blank, which belongs to the older shape.
    let text = scan.0.trim_ascii_start();
    // A message in UTF-8 may begin with a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // `-` stands for nothing.
    let nil = |field: &'a [u8]| -> &'a [u8] { if field == b"-" { &[] } else { field } };
    Some(Envelope { host: nil(host), program, pid: nil(pid), text })
}

/// One `[id name="value" ...]`, in whose values `"`, `\` and `]` are written behind a backslash.
fn structured(scan: &mut Scan<'_>) -> Option<()> {
    loop {
        scan.while_(|byte| byte != b'"' && byte != b']');
        if scan.0.first()? == &b'"' {
            scan.0 = super::scan::quoted(scan.0)?;
        } else {
            return scan.tag(b"]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::stamp::{Time, is_5424, time};

    fn read(line: &'static str) -> (Time, Envelope<'static>) {
        let (time, behind) = time(line.as_bytes()).unwrap();
        let envelope = if is_5424(line.as_bytes()) { rest_5424(behind) } else { rest(behind) };
        (time, envelope.unwrap())
    }

    #[test]
    fn the_same_message_in_every_envelope() {
        for line in [
            "Nov  7 19:45:10 mx1 postfix/smtpd[12]: connect from a[::1]",
            "<22>Nov  7 19:45:10 mx1 postfix/smtpd[12]: connect from a[::1]",
            "2026-11-07T19:45:10.123456+01:00 mx1 postfix/smtpd[12]: connect from a[::1]",
            "<22>1 2026-11-07T19:45:10Z mx1 postfix/smtpd 12 - - connect from a[::1]",
            "<22>1 2026-11-07T19:45:10Z mx1 postfix/smtpd 12 ID [a b=\"]\\\"\"][c] \u{feff}connect from a[::1]",
        ] {
            let envelope = read(line).1;
            assert_eq!(envelope.host, b"mx1", "{line}");
            assert_eq!(envelope.program, b"postfix/smtpd", "{line}");
            assert_eq!(envelope.pid, b"12", "{line}");
            assert_eq!(envelope.text, b"connect from a[::1]", "{line}");
        }
    }

    #[test]
    fn lines_without_a_program() {
        assert_eq!(read("Nov  7 19:45:10 mx1 -- MARK --").1.program, b"");
        assert_eq!(read("Nov  7 19:45:10 mx1 last message repeated 3 times").1.program, b"");
        assert_eq!(read("Nov  7 19:45:10 mx1 kernel: [1.5] up").1.program, b"kernel");
        assert!(time(b"connect from a[::1]").is_none());
        assert!(time(b"<22><22>Nov  7 19:45:10 mx1 a: b").is_none());
    }
}

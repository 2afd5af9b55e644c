//! Postfix: one message is spread over lines of `smtpd` (who), `cleanup` (its Message-ID) and `qmgr` (accepted).
//!
//! Rules of the lines: `smtpd.c`, `smtpd_sasl_glue.c`, `tls_misc.c`, `opened.c` and `smtpd_check.c` of Postfix 3.12;
//! `msg_logger.c` for the file that `maillog_file` names. Postfix writes `?` for control characters, not for other
//! characters a terminal minds.

use super::scan::{Scan, either, find, number};
use super::{Class, Format, Message, Messages, Program, Shape, Want};
use crate::event::{Acceptance, Former, Kind, Login, Text};
use crate::issue::Reason;
use crate::submission::Tls;
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "postfix",
    about: "Postfix in syslog or maillog_file, and the appliances built on it",
    tells: "messages, sender, login, mechanism, client, size, recipients, failed logins; TLS version with \
            smtpd_tls_loglevel=1",
    silent: "EHLO names; TLS versions with smtpd_tls_loglevel=0, which is the default",
    shape: Shape::Messages(Messages { program, read, own_file: false, own_line: |_| false }),
};

/// Daemons and tools of Postfix, by the last part of their name in the log.
fn is_daemon(name: &[u8]) -> bool {
    matches!(
        name,
        b"anvil"
            | b"bounce"
            | b"cleanup"
            | b"defer"
            | b"discard"
            | b"dnsblog"
            | b"error"
            | b"flush"
            | b"lmtp"
            | b"local"
            | b"master"
            | b"nqmgr"
            | b"oqmgr"
            | b"pickup"
            | b"pipe"
            | b"postdrop"
            | b"postfix-script"
            | b"postlog"
            | b"postlogd"
            | b"postqueue"
            | b"postscreen"
            | b"postsuper"
            | b"proxymap"
            | b"qmgr"
            | b"qmqpd"
            | b"scache"
            | b"sendmail"
            | b"showq"
            | b"smtp"
            | b"smtpd"
            | b"spawn"
            | b"tlsmgr"
            | b"tlsproxy"
            | b"trace"
            | b"trivial-rewrite"
            | b"verify"
            | b"virtual"
    )
}

/// The daemons whose messages are read, by their numbers.
mod part {
    pub const OTHER: u8 = 0;
    pub const SMTPD: u8 = 1;
    pub const QUEUE_MANAGER: u8 = 2;
    pub const PICKUP: u8 = 3;
    pub const CLEANUP: u8 = 4;
    /// The name of the program was cut: the text tells the daemon.
    pub const UNTOLD: u8 = 5;
}

/// `postfix/submission/smtpd` is the instance `postfix`, the service `postfix/submission` and the daemon `smtpd`:
/// `syslog_name` is free, the daemon behind the last slash is not. A template of rsyslog for RFC 5424 cuts the name at the
/// first slash.
fn program(name: &[u8]) -> Option<Program> {
    let len = |len: usize| u16::try_from(len).ok();
    let Some(service) = memchr::memrchr(b'/', name) else {
        let whole = len(name.len())?;
        let known = Program { part: part::UNTOLD, service: whole, instance: whole, is_idle: false };
        return (name == b"postfix").then_some(known);
    };
    let daemon = name.get(service.saturating_add(1)..)?;
    let part = match daemon {
        b"smtpd" => part::SMTPD,
        b"qmgr" | b"oqmgr" | b"nqmgr" => part::QUEUE_MANAGER,
        b"pickup" => part::PICKUP,
        b"cleanup" => part::CLEANUP,
        _ if is_daemon(daemon) => part::OTHER,
        _ => return None,
    };
    let (service, instance) = (len(service)?, len(memchr::memchr(b'/', name)?)?);
    Some(Program { part, service, instance, is_idle: part == part::OTHER })
}

/// The daemon of a message.
fn part_of(message: &Message<'_>) -> u8 {
    if message.known.part != part::UNTOLD {
        return message.known.part;
    }
    let mut scan = Scan(message.text);
    match queue_id(&mut scan) {
        Some(_) if scan.0.starts_with(b"from=<") || scan.0.starts_with(b"removed") => part::QUEUE_MANAGER,
        Some(_) if scan.0.starts_with(b"uid=") => part::PICKUP,
        Some(_) if scan.0.starts_with(b"message-id=") => part::CLEANUP,
        _ => part::SMTPD,
    }
}

fn read<'a>(message: &Message<'a>, want: Want) -> Class<'a> {
    // A log that went through a spreadsheet has commas at the end of its lines.
    let text = message.text.trim_ascii_end();
    let text = if text.ends_with(b",") { trim_commas(text) } else { text };
    let kind = match part_of(message) {
        part::SMTPD => smtpd(text, message.times),
        part::QUEUE_MANAGER => queue_manager(text),
        part::PICKUP => pickup(text),
        part::CLEANUP => cleanup(text, want.every_line || want.message_ids),
        _ => Err(Not::Ignored("another daemon")),
    };
    match kind {
        Ok(kind) => Class::Event(kind),
        Err(Not::Ignored(what)) => Class::Ignored(what),
        Err(Not::Issue(reason)) => Class::Issue(reason),
    }
}

fn trim_commas(text: &[u8]) -> &[u8] {
    let kept = text.iter().rposition(|byte| *byte != b',').map_or(0, |at| at.saturating_add(1));
    text.get(..kept).unwrap_or(text)
}

/// An event, or why there is none.
type Read<'a> = Result<Kind<'a>, Not>;

/// Why a line is no event.
enum Not {
    Ignored(&'static str),
    Issue(Reason),
}

fn smtpd(text: &[u8], times: u64) -> Read<'_> {
    if text.starts_with(b"connect from ") {
        return Ok(Kind::Opened);
    }
    if let Some(rest) = text.strip_prefix(b"disconnect from ") {
        return Ok(Kind::Closed { starttls: counted_starttls(rest) });
    }
    if let Some(rest) = tls_line(text) {
        return tls(rest).ok_or(Not::Issue(Reason::PostfixTls));
    }
    if let Some(rest) = text.strip_prefix(b"warning: ") {
        let login = failed_login(rest).ok_or(Not::Ignored("warning"))?;
        return Ok(Kind::LoginFailed(Box::new(login), times));
    }
    let mut scan = Scan(text);
    let queue = if scan.tag(b"NOQUEUE: ").is_some() { None } else { queue_id(&mut scan) };
    if let Some(rest) = scan.0.strip_prefix(b"client=") {
        return client(rest, queue).ok_or(Not::Issue(Reason::PostfixClient));
    }
    if let Some(rest) = scan.0.strip_prefix(b"proxy-accept: END-OF-MESSAGE") {
        return proxy_accept(rest).ok_or(Not::Issue(Reason::Ambiguous));
    }
    Err(Not::Ignored(about(scan.0)))
}

/// A name for what else `smtpd` says.
fn about(text: &[u8]) -> &'static str {
    match text.split(|byte| matches!(byte, b' ' | b':' | b'-')).next().unwrap_or_default() {
        b"reject" | b"reject_warning" | b"milter" | b"proxy" => "reject",
        b"filter" | b"hold" | b"discard" | b"redirect" | b"info" | b"warn" | b"replace" | b"prepend" => {
            "access action"
        }
        b"lost" | b"timeout" | b"SSL_accept" | b"too" | b"improper" => "connection trouble",
        _ => "other smtpd line",
    }
}

/// Takes a queue id and the `: ` behind it: hexadecimal, or the 52-character alphabet of long ids
/// (`enable_long_queue_ids`).
fn queue_id<'a>(scan: &mut Scan<'a>) -> Option<Text<'a>> {
    let mut ahead = *scan;
    let id = ahead.alphanumeric();
    ahead.tag(b": ")?;
    if id.len() < 6 {
        return None;
    }
    *scan = ahead;
    Some(Cow::Borrowed(id))
}

/// Takes `NAME[ADDRESS]`, and `:PORT` with `smtpd_client_port_logging`.
fn peer<'a>(scan: &mut Scan<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let end = either(scan.0, b'[', b' ').filter(|end| *end > 0)?;
    let (name, rest) = scan.0.split_at_checked(end)?;
    scan.0 = rest.strip_prefix(b"[")?;
    let address = scan.until_byte(b']')?;
    let mut port = *scan;
    if port.tag(b":").is_some() && !port.while_(|byte| byte.is_ascii_digit()).is_empty() {
        *scan = port;
    }
    Some((name, address))
}

fn tls_line(text: &[u8]) -> Option<&[u8]> {
    let rest = match text.first()? {
        b'A' => text.strip_prefix(b"Anonymous ")?,
        b'U' => text.strip_prefix(b"Untrusted ")?,
        b'V' => text.strip_prefix(b"Verified ")?,
        b'T' => text.strip_prefix(b"Trusted ").unwrap_or(text),
        _ => return None,
    };
    let rest = rest.strip_prefix(b"TLS connection ")?;
    rest.strip_prefix(b"established from ").or_else(|| rest.strip_prefix(b"reused from "))
}

/// `NAME[ADDRESS][ to SNI]: TLSv1.2 with cipher NAME (...)`. A version this program does not know is still TLS.
fn tls(rest: &[u8]) -> Option<Kind<'_>> {
    let mut scan = Scan(rest);
    peer(&mut scan)?;
    scan.until(b": ")?;
    let version = scan.until(b" with cipher ")?;
    let (cipher, _) = scan.0.split_at_checked(memchr::memchr(b' ', scan.0).unwrap_or(scan.0.len()))?;
    let tls = Tls::from_protocol(version).unwrap_or(Tls::Encrypted);
    Some(Kind::TlsEstablished { tls, cipher: Some(Cow::Borrowed(cipher)) })
}

/// `NAME[ADDRESS] ehlo=2 starttls=1 auth=0/1 ...`: successes, or successes/attempts.
fn counted_starttls(rest: &[u8]) -> bool {
    let mut scan = Scan(rest);
    if scan.until_byte(b']').is_none() {
        return false;
    }
    loop {
        scan.word();
        if scan.tag(b" ").is_none() {
            return false;
        }
        if scan.tag(b"starttls=").is_some() {
            return scan.0.first().is_some_and(|digit| matches!(digit, b'1'..=b'9'));
        }
    }
}

/// `NAME[ADDRESS]: SASL LOGIN authentication failed: REASON, sasl_username=USER`, the user since Postfix 3.9. The
/// stranger chooses the user, so it is the *first* `, sasl_username=` that was written by the server, and what follows
/// is the user to the end of the line.
fn failed_login(rest: &[u8]) -> Option<Login<'_>> {
    let mut scan = Scan(rest);
    let (name, address) = peer(&mut scan)?;
    scan.tag(b": SASL ")?;
    let mechanism = scan.while_(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    scan.tag(b" authentication failed")?;
    let login =
        scan.until(b", sasl_username=").map(|_| Cow::Borrowed(scan.0)).filter(|login| !login.is_empty());
    Some(Login {
        mechanism: Some(Cow::Borrowed(mechanism)),
        login,
        client: Some(Cow::Borrowed(address)),
        client_name: host_name(name),
        ..Login::default()
    })
}

/// `unknown` is what Postfix writes where the reverse lookup gives nothing that leads back.
fn host_name(name: &[u8]) -> Option<Text<'_>> {
    (name != b"unknown").then_some(Cow::Borrowed(name))
}

/// `NAME[ADDRESS], sasl_method=M, sasl_username=U, sasl_sender=S, orig_queue_id=Q, orig_client=C`. A content filter that
/// gives a message back names its original queue id. `sasl_sender` alone (MAIL FROM AUTH=) is no login.
fn client<'a>(rest: &'a [u8], queue: Option<Text<'a>>) -> Option<Kind<'a>> {
    let mut scan = Scan(rest);
    let (name, address) = peer(&mut scan)?;
    let mut mechanism = None;
    let mut user = None;
    if scan.tag(b", sasl_method=").is_some() {
        mechanism = Some(scan.while_(|byte| byte != b',' && byte != b' '));
    }
    if scan.tag(b", sasl_username=").is_some() {
        let is_end = |at: &usize| {
            let rest = scan.0.get(*at..).unwrap_or_default();
            rest.starts_with(b", sasl_sender=")
                || rest.starts_with(b", orig_queue_id=")
                || rest.starts_with(b", orig_client=")
        };
        let end = memchr::memchr_iter(b',', scan.0).find(is_end);
        let (value, behind) = scan.0.split_at_checked(end.unwrap_or(scan.0.len()))?;
        user = Some(value);
        scan.0 = behind;
    }
    if scan.tag(b", sasl_sender=").is_some() {
        let end = find(scan.0, b", orig_").unwrap_or(scan.0.len());
        scan.0 = scan.0.get(end..)?;
    }
    let mut former = Former::Unnamed;
    if scan.tag(b", orig_queue_id=").is_some() {
        former = Former::Named(Cow::Borrowed(scan.while_(|byte| byte.is_ascii_alphanumeric())));
    }
    if !(scan.is_done() || scan.0.starts_with(b", orig_client=")) {
        return None;
    }
    let login = mechanism.map(|mechanism| Login {
        mechanism: Some(Cow::Borrowed(mechanism)),
        login: user.map(Cow::Borrowed),
        client: Some(Cow::Borrowed(address)),
        client_name: host_name(name),
        proxied: mechanism == b"XCLIENT",
        former,
    });
    let login = login.map(Box::new);
    Some(Kind::MessageBegun { queue, login })
}

/// `: REPLY; from=<s> to=<r> proto=ESMTP helo=<h>[ sasl_username=<u>]`. The reply is the filter's and may hold anything,
/// an address the sender's: of all places at which the fields may begin, exactly one must lead to the end of the line
/// by the grammar. Else, nothing is taken.
fn proxy_accept(rest: &[u8]) -> Option<Kind<'_>> {
    let starts =
        memchr::memmem::find_iter(rest, b"; from=<").filter_map(|at| rest.get(at.saturating_add(8)..));
    let mut readings = starts.filter_map(|fields| proxy_fields(Scan(fields)));
    let (reading, rest) = readings.next()?;
    // Before 3.5 a sender has no quotes, and could have spelled all that was read so far.
    let is_only = readings.next().is_none() && find(rest, b" helo=<").is_none();
    is_only.then_some(Kind::MessageProxied(reading))
}

/// The fields of a line that a proxy accepted, and what stands behind them.
fn proxy_fields(mut scan: Scan<'_>) -> Option<(Acceptance<'_>, &[u8])> {
    let sender = scan.address()?;
    scan.tag(b" to=<")?;
    scan.address()?;
    scan.tag(b" proto=")?;
    scan.while_(|byte| byte.is_ascii_alphanumeric());
    scan.tag(b" helo=<")?;
    // `>` in a HELO becomes `?` in the log.
    let helo = scan.until_byte(b'>')?;
    // Since Postfix 3.10 like the reject lines, without brackets; some sites patch in a field of their own.
    let is_end = scan.is_done() || scan.0.starts_with(b" sasl_") || scan.0.starts_with(b" realsend_user=");
    let (sender, helo) = (Some(Cow::Borrowed(sender)), Some(Cow::Borrowed(helo)));
    is_end.then_some((Acceptance { sender, helo, ..Acceptance::default() }, scan.0))
}

/// `QID: from=<SENDER>, size=N, nrcpt=N (queue active)`. All that follows the sender is written by the server, so it is
/// read from the end, and no sender can pretend it.
fn queue_manager(text: &[u8]) -> Read<'_> {
    let mut scan = Scan(text);
    let Some(queue) = queue_id(&mut scan) else { return Err(Not::Ignored("other queue manager line")) };
    if scan.0.starts_with(b"removed") {
        return Ok(Kind::MessageGone { queue });
    }
    let Some(rest) = scan.0.strip_prefix(b"from=<") else {
        return Err(Not::Ignored("other queue manager line"));
    };
    if rest.ends_with(b", returned to sender") || rest.ends_with(b", force-expired") {
        return Err(Not::Ignored("expired"));
    }
    let acceptance = accepted(rest).ok_or(Not::Issue(Reason::PostfixFrom))?;
    Ok(Kind::MessageAccepted { queue, acceptance })
}

fn accepted(rest: &[u8]) -> Option<Acceptance<'_>> {
    let fields = rest.strip_suffix(b" (queue active)")?;
    let (fields, recipients) = fields.split_at_checked(memchr::memrchr(b',', fields)?)?;
    let (sender, size) = fields.split_at_checked(memchr::memrchr(b',', fields)?)?;
    Some(Acceptance {
        sender: Some(Cow::Borrowed(sender.strip_suffix(b">")?)),
        size: Some(number(size.strip_prefix(b", size=")?)?),
        recipients: Some(number(recipients.strip_prefix(b", nrcpt=")?)?),
        helo: None,
    })
}

/// A message that came in by the `sendmail` command: it takes the queue id.
fn pickup(text: &[u8]) -> Read<'_> {
    let mut scan = Scan(text);
    match queue_id(&mut scan) {
        Some(queue) if scan.0.starts_with(b"uid=") => Ok(Kind::MessageInjected { queue }),
        _ => Err(Not::Ignored("other pickup line")),
    }
}

/// `message-id=` is the client's: nothing behind it is read. `removed (canceled)` since Postfix 3.10.
fn cleanup(text: &[u8], wants_ids: bool) -> Read<'_> {
    let mut scan = Scan(text);
    let Some(queue) = queue_id(&mut scan) else { return Err(Not::Ignored("other cleanup line")) };
    if scan.0.starts_with(b"removed") {
        return Ok(Kind::MessageGone { queue });
    }
    match scan.0.strip_prefix(b"message-id=") {
        Some(_) if !wants_ids => Err(Not::Ignored("Message-ID")),
        Some(id) => {
            // Brackets are no part of the identifier; one that a client made up may have none.
            let bare = id.strip_prefix(b"<").and_then(|id| id.strip_suffix(b">")).unwrap_or(id);
            Ok(Kind::MessageNamed { queue, message_id: Cow::Borrowed(bare) })
        }
        None => Err(Not::Ignored("other cleanup line")),
    }
}

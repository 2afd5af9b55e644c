//! Exim's main log: one `<=` line is one accepted message, and says nearly everything about it.
//!
//! Rules of the lines: `receive.c` and `add_host_info_for_log` of Exim 4.100; chapter "Log files" of its specification.
//! Whether the client authenticated is decided by `A=`, never by `P=`. Behind `S=` nothing is believed but the
//! Message-ID, because a subject may spell anything.

use super::scan::{Scan, number, quoted};
use super::{Class, Format, Message, Messages, Shape, Want};
use crate::issue::Reason;
use crate::submission::{Counts, Submission, Tls};
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "exim",
    about: "Exim's mainlog, as a file or in syslog",
    tells: "messages, sender, login, TLS version, client, EHLO name, size, failed logins; the mechanism as far as the \
            authenticator's name gives it away",
    silent: "recipients; TLS versions with log_selector = -tls_cipher",
    shape: Shape::Messages(Messages {
        program: |program| program == b"exim" || program == b"exim4",
        matters,
        read,
        own_file: true,
        own_line,
    }),
};

/// What a line is about, by its beginning behind the stamp.
enum Beginning<'a> {
    /// `MSGID <= `, and the rest.
    Arrival(&'a [u8], &'a [u8]),
    /// `NAME authenticator failed for `: the authenticator, and the rest.
    Failed(&'a [u8], &'a [u8]),
    /// Something else about a message.
    Message(&'static str),
    /// Anything else.
    Other,
}

fn beginning(text: &[u8]) -> Beginning<'_> {
    let Some(text) = behind_prefixes(text) else { return Beginning::Message("continued line") };
    let mut ahead = Scan(text);
    let Some(word) = ahead.until_byte(b' ') else { return Beginning::Other };
    if is_message_id(word) {
        return match ahead.0.first_chunk::<3>() {
            Some(b"<= " | b"(= ") => Beginning::Arrival(word, ahead.0.get(3..).unwrap_or_default()),
            Some(b"=> " | b"-> " | b">> " | b"*> ") => Beginning::Message("delivery"),
            Some(b"** " | b"== ") => Beginning::Message("failed or deferred delivery"),
            _ if ahead.0.starts_with(b"Completed") => Beginning::Message("completed"),
            _ => Beginning::Message("other line about a message"),
        };
    }
    match ahead.tag(b"authenticator failed for ") {
        Some(()) => Beginning::Failed(word, ahead.0),
        None => Beginning::Other,
    }
}

/// Takes off what may stand before a line proper: in syslog Exim's own stamp (unless `syslog_timestamp = false`); `[PID]`;
/// `[1/3]` where syslog made Exim cut a line of more than 870 characters. The first piece holds all that counts; for
/// the others it is `None`.
fn behind_prefixes(text: &[u8]) -> Option<&[u8]> {
    let mut scan = Scan(text);
    for _ in 0..3 {
        let mut ahead = scan;
        if let Some((_, rest)) = crate::time::stamp::iso(scan.0) {
            scan.0 = rest.strip_prefix(b" ").unwrap_or(rest);
        } else if ahead.tag(b"[").is_some() {
            let first = number(ahead.while_(|byte| byte.is_ascii_digit()));
            let is_piece =
                ahead.tag(b"/").is_some() && !ahead.while_(|byte| byte.is_ascii_digit()).is_empty();
            if first.is_none() || ahead.tag(b"] ").is_none() {
                break;
            }
            if is_piece && first != Some(1) {
                return None;
            }
            scan = ahead;
        } else {
            break;
        }
    }
    Some(scan.0)
}

/// `1xUqyG-0000ce-05` up to Exim 4.96, `1x5dJQ-00000002ksM-1pMm` since 4.97.
fn is_message_id(word: &[u8]) -> bool {
    let mut parts = word.split(|byte| *byte == b'-');
    let mut part = || parts.next().filter(|part| part.iter().all(u8::is_ascii_alphanumeric)).map(<[u8]>::len);
    let lengths = (part(), part(), part());
    parts.next().is_none() && matches!(lengths, (Some(6), Some(6), Some(2)) | (Some(6), Some(11), Some(4)))
}

fn own_line(text: &[u8]) -> bool {
    let known: [&[u8]; 6] = [
        b"exim ",
        b"Start queue run",
        b"End queue run",
        b"no host name found",
        b"rejected ",
        b"TLS error on connection",
    ];
    match beginning(text) {
        Beginning::Other => known.iter().any(|start| text.starts_with(start)),
        _ => true,
    }
}

fn matters(message: &Message<'_>, want: Want) -> bool {
    want.every_line || matches!(beginning(message.text), Beginning::Arrival(..) | Beginning::Failed(..))
}

fn read<'a>(message: &Message<'a>) -> Class<'a> {
    match beginning(message.text) {
        Beginning::Arrival(id, rest) => arrival(message, id, rest),
        Beginning::Failed(name, rest) => failed(message, name, rest),
        Beginning::Message(what) => Class::Ignored(what),
        Beginning::Other => Class::Ignored("other line"),
    }
}

/// The items of an arrival line that are kept.
#[derive(Default)]
struct Items<'a> {
    host: Host<'a>,
    protocol: &'a [u8],
    tls: Option<&'a [u8]>,
    authenticated: Option<&'a [u8]>,
    size: Option<u64>,
    message_id: Option<&'a [u8]>,
}

/// `H=name (helo) [ip]:port`, each part but the address perhaps missing.
#[derive(Default)]
struct Host<'a> {
    name: Option<&'a [u8]>,
    helo: Option<&'a [u8]>,
    address: Option<&'a [u8]>,
}

fn arrival<'a>(message: &Message<'a>, id: &'a [u8], rest: &'a [u8]) -> Class<'a> {
    let mut scan = Scan(rest);
    let Some(sender) = sender(&mut scan) else { return Class::Issue(Reason::EximArrival) };
    let items = match readings(scan) {
        Ok(items) => items,
        Err(reason) => return Class::Issue(reason),
    };
    let Some(authenticated) = items.authenticated else { return Class::Ignored("arrival without a login") };
    let mut parts = authenticated.splitn(3, |byte| *byte == b':');
    let authenticator = parts.next().unwrap_or_default();
    let (tls, cipher) = tls(&items);
    Class::Submission(Submission {
        time: Some(message.at),
        place: message.place,
        server: (!message.host.is_empty()).then_some(message.host),
        sender: Some(sender),
        login: parts.next().filter(|login| !login.is_empty()),
        client: items.host.address,
        client_name: items.host.name,
        helo: items.host.helo,
        tls: Some(tls),
        cipher,
        mechanism: Some(mechanism_of(authenticator)),
        message_id: items.message_id,
        queue_id: Some(id),
        counts: Some(Counts::message(0, items.size.unwrap_or(0))),
        ..Submission::default()
    })
}

/// The envelope sender: `<>`, or an address whose local part may be quoted and hold blanks.
fn sender<'a>(scan: &mut Scan<'a>) -> Option<&'a [u8]> {
    let whole = scan.0;
    let behind_quotes = if whole.starts_with(b"\"") { quoted(whole)? } else { whole };
    let quoted = whole.len().saturating_sub(behind_quotes.len());
    let domain = behind_quotes.iter().take_while(|byte| **byte != b' ').count();
    let (sender, rest) = whole.split_at_checked(quoted.saturating_add(domain))?;
    scan.0 = rest;
    if sender.is_empty() {
        return None;
    }
    Some(if sender == b"<>" { b"" } else { sender })
}

/// The items of an arrival. With `helo_accept_junk_hosts` a client's HELO may spell `) [ADDRESS]` and items of its own;
/// so every `) [` may be where it ends, and exactly one must give items, up to `S=`, in the order in which Exim writes them.
fn readings<'a>(scan: Scan<'a>) -> Result<Items<'a>, Reason> {
    let ends = memchr::memmem::find_iter(scan.0, b") [").count();
    let complete = |items: &Items<'a>| items.size.is_some() && !items.protocol.is_empty();
    let mut readings = (0..ends).filter_map(|skip| items(scan, skip)).filter(complete);
    match (readings.next(), readings.next()) {
        (Some(items), None) => Ok(items),
        (Some(_), Some(_)) => Err(Reason::Ambiguous),
        (None, _) => items(scan, 0).ok_or(Reason::EximArrival),
    }
}

/// The order in which Exim writes the items up to `S=`.
const ORDER: [&[u8]; 14] =
    [b"R", b"H", b"I", b"U", b"Ci", b"P", b"X", b"CV", b"DN", b"SNI", b"A", b"PRX", b"M8S", b"S"];

/// The items from left to right up to `S=`, and the Message-ID directly behind it. `None` if they are not in order. The
/// HELO ends at the `) [` behind `skip` others.
fn items(mut scan: Scan<'_>, skip: usize) -> Option<Items<'_>> {
    let mut items = Items::default();
    let mut rank = 0;
    while scan.tag(b" ").is_some() {
        let mut item = scan;
        let key = item.while_(|byte| byte.is_ascii_alphanumeric());
        if key.is_empty() || item.tag(b"=").is_none() {
            // `K`, `PRDR`, `L.` and their like.
            scan.while_(|byte| byte != b' ');
            continue;
        }
        if let Some(known) = ORDER.iter().position(|known| *known == key) {
            if known < rank {
                return None;
            }
            rank = known.saturating_add(1);
        }
        scan = item;
        match key {
            b"H" => items.host = host(&mut scan, skip)?,
            b"DN" | b"SNI" if scan.0.starts_with(b"\"") => scan.0 = quoted(scan.0)?,
            b"X" => items.tls = Some(cipher(&mut scan)),
            b"A" => items.authenticated = Some(login(&mut scan)?),
            b"U" => _ = value_with_blanks(&mut scan, &BEHIND_IDENT),
            b"P" => items.protocol = scan.while_(|byte| byte != b' '),
            b"S" => {
                items.size = Some(number(scan.while_(|byte| byte != b' '))?);
                items.message_id = message_id(scan);
                return Some(items);
            }
            b"id" | b"T" => return Some(items),
            _ => _ = scan.while_(|byte| byte != b' '),
        }
    }
    Some(items)
}

/// `name (helo) [ip]:port`. What the client said stands in the round brackets, and ends at the `) [` behind `skip` others.
fn host<'a>(scan: &mut Scan<'a>, skip: usize) -> Option<Host<'a>> {
    let mut host = Host::default();
    if !scan.0.starts_with(b"(") && !scan.0.starts_with(b"[") {
        host.name = Some(scan.while_(|byte| byte != b' '));
        if !scan.0.starts_with(b" (") && !scan.0.starts_with(b" [") {
            return Some(host);
        }
        scan.tag(b" ")?;
    }
    if scan.tag(b"(").is_some() {
        let end = memchr::memmem::find_iter(scan.0, b") [").nth(skip)?;
        let (helo, rest) = scan.0.split_at_checked(end)?;
        host.helo = Some(helo);
        scan.0 = rest.get(3..)?;
    } else if skip == 0 {
        scan.tag(b"[")?;
    } else {
        return None;
    }
    let address = scan.until_byte(b']')?;
    let is_address =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'%' | b'_' | b'-');
    host.address = address.iter().all(is_address).then_some(address);
    scan.while_(|byte| byte != b' ');
    host.address.is_some().then_some(host)
}

/// `TLS1.2:ECDHE...:256`; old GnuTLS writes `SSL 3.0:...` with a blank.
fn cipher<'a>(scan: &mut Scan<'a>) -> &'a [u8] {
    let whole = scan.0;
    let blank = if whole.starts_with(b"SSL 3.0:") { 4 } else { 0 };
    let rest = whole.get(blank..).unwrap_or_default();
    let len = rest.iter().take_while(|byte| **byte != b' ').count();
    let (value, rest) = whole.split_at_checked(blank.saturating_add(len)).unwrap_or((whole, &[]));
    scan.0 = rest;
    value
}

/// `NAME:ID:SENDER`. One that spells items which stand before it belongs to a HELO that was read wrongly.
fn login<'a>(scan: &mut Scan<'a>) -> Option<&'a [u8]> {
    let value = value_with_blanks(scan, &BEHIND_LOGIN);
    let spells = |item: &[u8]| memchr::memmem::find(value, item).is_some();
    (!spells(b") [") && !spells(b" P=")).then_some(value)
}

/// What can follow `A=`, and what can follow `U=`.
const BEHIND_LOGIN: [&[u8]; 5] = [b" PRDR ", b" PRX=", b" K ", b" S=", b" M8S="];
const BEHIND_IDENT: [&[u8]; 4] = [b" P=", b" Ci=", b" S=", b" A="];

/// A value in which blanks may stand: it ends where an item begins that can follow it.
fn value_with_blanks<'a>(scan: &mut Scan<'a>, followers: &[&[u8]]) -> &'a [u8] {
    let whole = scan.0;
    let ends = followers.iter().filter_map(|follower| memchr::memmem::find(whole, follower));
    let (value, rest) = whole.split_at_checked(ends.min().unwrap_or(whole.len())).unwrap_or((whole, &[]));
    scan.0 = rest;
    value
}

/// `id=...` among the items behind `S=`, before anything that a stranger chose.
fn message_id(mut scan: Scan<'_>) -> Option<&[u8]> {
    while scan.tag(b" ").is_some() {
        if scan.tag(b"id=").is_some() || scan.tag(b"id*=").is_some() {
            return Some(scan.while_(|byte| byte != b' '));
        }
        let word = scan.while_(|byte| byte != b' ');
        let is_item = [&b"M8S="[..], b"DKIM=", b"ARC", b"DMARC", b"SPF", b"RT=", b"Q="]
            .iter()
            .any(|k| word.starts_with(k));
        if !is_item {
            return None;
        }
    }
    None
}

/// Without `X=` the protocol tells whether there was TLS (`log_selector = -tls_cipher`), if it is one of Exim's own words.
fn tls<'a>(items: &Items<'a>) -> (Tls, Option<&'a [u8]>) {
    if let Some(value) = items.tls {
        let mut parts = value.splitn(2, |byte| *byte == b':');
        let version = parts.next().unwrap_or_default();
        let cipher = parts.next().map(|rest| rest.split(|byte| *byte == b':').next().unwrap_or(rest));
        return (Tls::from_protocol(version).unwrap_or(Tls::Encrypted), cipher);
    }
    let word = items.protocol;
    let word = word.strip_prefix(b"local-").unwrap_or(word);
    let word = word.strip_prefix(b"utf8").unwrap_or(word);
    let tls = match word {
        b"smtps" | b"esmtps" | b"esmtpsa" | b"ssmtp" | b"essmtp" | b"essmtpa" => Tls::Encrypted,
        b"smtp" | b"esmtp" | b"esmtpa" | b"asmtp" => Tls::None,
        _ => Tls::Unknown,
    };
    (tls, None)
}

/// The authenticator is named by the site; most names give the mechanism away. Others are told as they stand.
fn mechanism_of(authenticator: &[u8]) -> Cow<'_, [u8]> {
    let name = authenticator.to_ascii_lowercase();
    let has = |part: &[u8]| memchr::memmem::find(&name, part).is_some();
    let is_word = |word: &[u8]| name.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| part == word);
    let known: &[u8] = if has(b"oauthbearer") {
        b"OAUTHBEARER"
    } else if has(b"oauth") {
        b"XOAUTH2"
    } else if has(b"scram") {
        b"SCRAM-SHA-256"
    } else if has(b"cram") {
        b"CRAM-MD5"
    } else if has(b"digest") {
        b"DIGEST-MD5"
    } else if has(b"plain") {
        b"PLAIN"
    } else if has(b"login") {
        b"LOGIN"
    } else if has(b"gssapi") {
        b"GSSAPI"
    } else if has(b"ntlm") || is_word(b"spa") {
        b"NTLM"
    } else if has(b"external") || is_word(b"tls") {
        b"EXTERNAL"
    } else {
        return Cow::Borrowed(authenticator);
    };
    Cow::Borrowed(known)
}

/// `NAME authenticator failed for HOST: 535 Incorrect authentication data (set_id=USER)`. The stranger chooses HELO and user,
/// which is all between `(set_id=` and the end; if the line can be read in two ways, only that a login failed is told.
fn failed<'a>(message: &Message<'a>, name: &'a [u8], rest: &'a [u8]) -> Class<'a> {
    let ends = memchr::memmem::find_iter(rest, b") [").count().max(1);
    let mut readings = (0..ends).filter_map(|skip| refusal(Scan(rest), skip));
    let (host, login) = match (readings.next(), readings.next()) {
        (Some(reading), None) => reading,
        (Some(_), Some(_)) => (Host::default(), None),
        (None, _) => return Class::Ignored("failed login without an address"),
    };
    Class::Submission(Submission {
        time: Some(message.at),
        place: message.place,
        server: (!message.host.is_empty()).then_some(message.host),
        login,
        client: host.address,
        client_name: host.name,
        helo: host.helo,
        tls: Some(Tls::Unknown),
        mechanism: Some(mechanism_of(name)),
        counts: Some(Counts::failed_login()),
        ..Submission::default()
    })
}

/// `HOST[ I=[..]:PORT]: 535 ...[ (set_id=USER)]`.
fn refusal(mut scan: Scan<'_>, skip: usize) -> Option<(Host<'_>, Option<&[u8]>)> {
    let whole = scan.0;
    let mut host = host(&mut scan, skip)?;
    // The reader of hosts takes the colon for a part of the port.
    let taken = whole.len().saturating_sub(scan.0.len());
    let mut colon = whole.get(..taken)?.last() == Some(&b':');
    if !colon && scan.tag(b" I=").is_some() {
        colon = scan.while_(|byte| byte != b' ').ends_with(b":");
    }
    scan.tag(b" ")?;
    let code = scan.while_(|byte| byte.is_ascii_digit());
    if !colon || code.len() != 3 {
        return None;
    }
    host.name = host.name.filter(|name| !name.is_empty());
    let login = scan.until(b"(set_id=").map(|_| scan.0.strip_suffix(b")").unwrap_or(scan.0));
    Some((host, login))
}

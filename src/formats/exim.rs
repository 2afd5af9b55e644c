//! Exim's main log: one `<=` line is one accepted message, and says nearly everything about it.
//!
//! Rules of the lines: `receive.c` and `add_host_info_for_log` of Exim 4.100; chapter "Log files" of its specification.
//! Whether the client authenticated is decided by `A=`, never by `P=`. Behind `S=` nothing is believed but the
//! Message-ID, because a subject may spell anything.

use super::scan::{Scan, find, number, quoted};
use super::{Class, Format, Message, Messages, Program, Shape, Want};
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
        program: |name| matches!(name, b"exim" | b"exim4").then(Program::default),
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
    let arrow = match ahead.0.first_chunk::<3>() {
        Some(b"<= " | b"(= ") => Some(Beginning::Arrival(word, ahead.0.get(3..).unwrap_or_default())),
        Some(b"=> " | b"-> " | b">> " | b"*> ") => Some(Beginning::Message("delivery")),
        Some(b"** " | b"== ") => Some(Beginning::Message("failed or deferred delivery")),
        _ => None,
    };
    match (parts_of_id(word), arrow) {
        // Before an arrow the lengths may be others: who shares a log shortens its ids.
        (Some(_), Some(beginning)) => return beginning,
        // `1xUqyG-0000ce-05` up to Exim 4.96, `1x5dJQ-00000002ksM-1pMm` since 4.97.
        (Some([6, 6, 2] | [6, 11, 4]), None) if ahead.0.starts_with(b"Completed") => {
            return Beginning::Message("completed");
        }
        (Some([6, 6, 2] | [6, 11, 4]), None) => return Beginning::Message("other line about a message"),
        _ => {}
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

/// The lengths of the parts of a message id: three of letters and digits, with dashes between.
fn parts_of_id(word: &[u8]) -> Option<[usize; 3]> {
    // The two shapes that Exim has had, without a search.
    let has = |dashes: [usize; 2]| {
        let is_right = |(at, byte): (usize, &u8)| {
            if dashes.contains(&at) { *byte == b'-' } else { byte.is_ascii_alphanumeric() }
        };
        word.iter().enumerate().all(is_right)
    };
    match word.len() {
        23 if has([6, 18]) => return Some([6, 11, 4]),
        16 if has([6, 13]) => return Some([6, 6, 2]),
        _ => {}
    }
    let mut parts = word.split(|byte| *byte == b'-');
    let is_part = |part: &&[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_alphanumeric);
    let mut part = || parts.next().filter(is_part).map(<[u8]>::len);
    let lengths = [part()?, part()?, part()?];
    parts.next().is_none().then_some(lengths)
}

/// A line about a message, behind the stamp: nothing else looks like one.
fn own_line(text: &[u8]) -> bool {
    !matches!(beginning(text), Beginning::Other)
}

/// Whether a line may be an arrival or a refused login: told by what stands behind its first word.
fn matters(message: &Message<'_>, want: Want) -> bool {
    if want.every_line {
        return true;
    }
    let Some(text) = behind_prefixes(message.text) else { return false };
    let behind = memchr::memchr(b' ', text).and_then(|blank| text.get(blank.saturating_add(1)..));
    behind.is_some_and(|rest| {
        rest.starts_with(b"<= ") || rest.starts_with(b"(= ") || rest.starts_with(b"authenticator failed for ")
    })
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
#[derive(Clone, Copy, Default)]
struct Items<'a> {
    host: Host<'a>,
    protocol: &'a [u8],
    tls: Option<&'a [u8]>,
    authenticated: Option<&'a [u8]>,
    size: Option<u64>,
    message_id: Option<&'a [u8]>,
}

/// `H=name (helo) [ip]:port`, each part but the address perhaps missing.
#[derive(Clone, Copy, Default)]
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
    Class::Submission(Box::new(Submission {
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
    }))
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

/// The items of an arrival. HELO (with `helo_accept_junk_hosts`), certificate, SNI and ident are the client's and may
/// spell items of their own; so every place at which they may end is tried. Exactly one must give items up to `S=` in the
/// order in which Exim writes them, or none of them with a login.
fn readings(scan: Scan<'_>) -> Result<Items<'_>, Reason> {
    let mut found = Readings::default();
    read_items(scan, Items::default(), 0, &mut found);
    let first = found.first.ok_or(Reason::EximArrival)?;
    if found.count == 1 || !found.any_login { Ok(first) } else { Err(Reason::Ambiguous) }
}

/// In how many ways a line can be read.
#[derive(Default)]
struct Readings<'a> {
    first: Option<Items<'a>>,
    count: usize,
    /// One of them has a login.
    any_login: bool,
}

impl<'a> Readings<'a> {
    fn add(&mut self, items: Items<'a>) {
        self.first = self.first.or(Some(items));
        self.count = self.count.saturating_add(1);
        self.any_login |= items.authenticated.is_some();
    }
}

/// How many places are tried at which a text of the client's may end, and how many readings are kept.
const TRIED: usize = 8;

/// The order in which Exim writes the items up to `S=`.
fn rank_of(key: &[u8]) -> Option<usize> {
    Some(match key {
        b"R" => 0,
        b"H" => 1,
        b"I" => 2,
        b"U" => 3,
        b"Ci" => 4,
        b"P" => 5,
        b"X" => 6,
        b"CV" => 7,
        b"DN" => 8,
        b"SNI" => 9,
        b"A" => 10,
        b"PRX" => 11,
        b"M8S" => 12,
        b"S" => 13,
        _ => return None,
    })
}

/// Reads items from left to right up to `S=`, and the Message-ID directly behind it, once for every place at which a text
/// of the client's may end. `rank` is the first item of the order that may still come.
fn read_items<'a>(mut scan: Scan<'a>, mut items: Items<'a>, mut rank: usize, found: &mut Readings<'a>) {
    while found.count < TRIED && scan.tag(b" ").is_some() {
        let mut item = scan;
        let key = item.while_(|byte| byte.is_ascii_alphanumeric());
        if key.is_empty() || item.tag(b"=").is_none() {
            // `K`, `PRDR`, `L.` and their like.
            scan.while_(|byte| byte != b' ');
            continue;
        }
        match rank_of(key) {
            Some(known) if known < rank => return,
            Some(known) => rank = known.saturating_add(1),
            None => {}
        }
        scan = item;
        match key {
            b"H" => {
                let hosts = hosts(scan).take(TRIED);
                return hosts.for_each(|(host, rest)| read_items(rest, Items { host, ..items }, rank, found));
            }
            b"DN" | b"SNI" if scan.0.starts_with(b"\"") => {
                return ends(scan, &[b"\" "]).for_each(|rest| read_items(rest, items, rank, found));
            }
            b"U" => return ends(scan, &BEHIND_IDENT).for_each(|rest| read_items(rest, items, rank, found)),
            b"X" => items.tls = Some(cipher(&mut scan)),
            b"A" => match login(&mut scan) {
                Some(login) => items.authenticated = Some(login),
                None => return,
            },
            b"P" => items.protocol = scan.while_(|byte| byte != b' '),
            b"S" => {
                items.size = number(scan.while_(|byte| byte != b' '));
                items.message_id = message_id(scan);
                if items.size.is_some() && !items.protocol.is_empty() {
                    found.add(items);
                }
                return;
            }
            b"id" | b"T" => return,
            _ => _ = scan.while_(|byte| byte != b' '),
        }
    }
}

/// What may follow a text of the client's: the rest of the line from the blank of each of these marks.
fn ends<'a>(scan: Scan<'a>, marks: &'static [&'static [u8]]) -> impl Iterator<Item = Scan<'a>> {
    let found = marks.iter().flat_map(move |mark| {
        let blank = memchr::memchr(b' ', mark).unwrap_or(0);
        memchr::memmem::find_iter(scan.0, mark).map(move |at| at.saturating_add(blank))
    });
    found.filter_map(move |at| scan.0.get(at..).map(Scan)).take(TRIED)
}

/// `name (helo) [ip]:port`. What the client said stands in the round brackets: one reading for each `) [` that may end it.
fn hosts<'a>(mut scan: Scan<'a>) -> impl Iterator<Item = (Host<'a>, Scan<'a>)> {
    let mut name = None;
    let mut alone = None;
    if !scan.0.starts_with(b"(") && !scan.0.starts_with(b"[") {
        name = Some(scan.while_(|byte| byte != b' ')).filter(|name| !name.is_empty());
        if !scan.0.starts_with(b" (") && !scan.0.starts_with(b" [") {
            alone = Some((Host { name, ..Host::default() }, scan));
        }
        scan.while_(|byte| byte == b' ');
    }
    let has_helo = alone.is_none() && scan.tag(b"(").is_some();
    let without = alone.or_else(|| address(scan, name, None).filter(|_| !has_helo));
    let text = if has_helo { scan.0 } else { &[] };
    let is_end = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(b") ["));
    let ends = memchr::memchr_iter(b')', text).filter(is_end).take(TRIED);
    let reading = move |end: usize| {
        let (helo, rest) = text.split_at_checked(end)?;
        address(Scan(rest.get(2..)?), name, Some(helo))
    };
    without.into_iter().chain(ends.filter_map(reading))
}

/// `[ip]:port`, and what follows.
fn address<'a>(
    mut scan: Scan<'a>,
    name: Option<&'a [u8]>,
    helo: Option<&'a [u8]>,
) -> Option<(Host<'a>, Scan<'a>)> {
    scan.tag(b"[")?;
    let address = scan.until_byte(b']')?;
    let is_address =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'%' | b'_' | b'-');
    let mut port = scan;
    if port.tag(b":").is_some() && !port.while_(|byte| byte.is_ascii_digit()).is_empty() {
        scan = port;
    }
    address.iter().all(is_address).then_some((Host { name, helo, address: Some(address) }, scan))
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
    let spells = |item: &[u8]| find(value, item).is_some();
    (!spells(b") [") && !spells(b" P=")).then_some(value)
}

/// What can follow `A=`, and what can follow `U=`.
const BEHIND_LOGIN: [&[u8]; 5] = [b" PRDR ", b" PRX=", b" K ", b" S=", b" M8S="];
const BEHIND_IDENT: [&[u8]; 4] = [b" P=", b" Ci=", b" S=", b" A="];

/// A value in which blanks may stand: it ends where an item begins that can follow it.
fn value_with_blanks<'a>(scan: &mut Scan<'a>, followers: &[&[u8]]) -> &'a [u8] {
    let whole = scan.0;
    let is_end = |at: &usize| {
        let rest = whole.get(*at..).unwrap_or_default();
        followers.iter().any(|follower| rest.starts_with(follower))
    };
    let end = memchr::memchr_iter(b' ', whole).find(is_end);
    let (value, rest) = whole.split_at_checked(end.unwrap_or(whole.len())).unwrap_or((whole, &[]));
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
    let has = |part: &[u8]| find(&name, part).is_some();
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
    let mut readings = hosts(Scan(rest)).filter_map(|(host, rest)| refusal(host, rest));
    let (host, login) = match (readings.next(), readings.next()) {
        (Some(reading), None) => reading,
        (Some(_), Some(_)) => (Host::default(), None),
        (None, _) => return Class::Ignored("failed login without an address"),
    };
    Class::Submission(Box::new(Submission {
        time: Some(message.at),
        place: message.place,
        server: (!message.host.is_empty()).then_some(message.host),
        login,
        client: host.address,
        client_name: host.name,
        helo: host.helo,
        tls: Some(Tls::Unknown),
        mechanism: Some(mechanism_of(name)),
        counts: Some(Counts { failed_logins: message.times, ..Counts::ZERO }),
        ..Submission::default()
    }))
}

/// Behind the host: `[ I=[..]:PORT]: 535 ...[ (set_id=USER)]`.
fn refusal<'a>(host: Host<'a>, mut scan: Scan<'a>) -> Option<(Host<'a>, Option<&'a [u8]>)> {
    if scan.tag(b" I=").is_some() {
        scan.until(b"]")?;
        if scan.0.starts_with(b":") && !scan.0.starts_with(b": ") {
            scan.tag(b":")?;
            scan.while_(|byte| byte.is_ascii_digit());
        }
    }
    scan.tag(b": ")?;
    let code = scan.while_(|byte| byte.is_ascii_digit());
    let login = scan.until(b"(set_id=").map(|_| scan.0.strip_suffix(b")").unwrap_or(scan.0));
    (code.len() == 3).then_some((host, login))
}

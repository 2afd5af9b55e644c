//! The items of an arrival line of Exim: `H=`, `P=`, `X=`, `A=` and the others, some of which a stranger may choose.
//!
//! Rules: `receive.c` and `add_host_info_for_log` of Exim 4.100.

use crate::formats::scan::{Scan, find, number};
use crate::issue::Reason;

/// The items of an arrival line that are kept.
#[derive(Clone, Copy, Default)]
pub struct Items<'a> {
    pub host: Host<'a>,
    pub protocol: &'a [u8],
    pub tls: Option<&'a [u8]>,
    pub authenticated: Option<&'a [u8]>,
    pub size: Option<u64>,
    pub message_id: Option<&'a [u8]>,
}

/// `H=name (helo) [ip]:port`, each part but the address perhaps missing.
#[derive(Clone, Copy, Default)]
pub struct Host<'a> {
    pub name: Option<&'a [u8]>,
    pub helo: Option<&'a [u8]>,
    pub address: Option<&'a [u8]>,
}

/// The items of an arrival. HELO (with `helo_accept_junk_hosts`), certificate, SNI and ident are the client's and may
/// spell items of their own; so every place at which they may end is tried. Exactly one must give items up to `S=` in the
/// order in which Exim writes them, or none of them with a login.
pub fn readings(scan: Scan<'_>) -> Result<Items<'_>, Reason> {
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
        let key = item.alphanumeric();
        if key.is_empty() || item.tag(b"=").is_none() {
            // `K`, `PRDR`, `L.` and their like.
            scan.word();
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
            b"P" => items.protocol = scan.word(),
            b"S" => {
                items.size = number(scan.word());
                items.message_id = message_id(scan);
                if items.size.is_some() && !items.protocol.is_empty() {
                    found.add(items);
                }
                return;
            }
            b"id" | b"T" => return,
            _ => _ = scan.word(),
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
pub fn hosts<'a>(mut scan: Scan<'a>) -> impl Iterator<Item = (Host<'a>, Scan<'a>)> {
    let mut name = None;
    let mut alone = None;
    if !scan.0.starts_with(b"(") && !scan.0.starts_with(b"[") {
        name = Some(scan.word()).filter(|name| !name.is_empty());
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
    let len = Scan(rest).word().len();
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
            return Some(scan.word());
        }
        let word = scan.word();
        let is_item = [&b"M8S="[..], b"DKIM=", b"ARC", b"DMARC", b"SPF", b"RT=", b"Q="]
            .iter()
            .any(|k| word.starts_with(k));
        if !is_item {
            return None;
        }
    }
    None
}

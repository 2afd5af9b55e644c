//! Which columns of a table nobody understood may be those of a mail log, by what stands in them: a proposal for `--columns`.

use crate::time::stamp::{self, DateOrder};
use core::net::IpAddr;

/// How many rows are looked at.
pub const LOOKED_AT: usize = 50;

/// What a column may be, if so many of its cells look like it.
type Look = (&'static str, fn(&[u8]) -> bool);

/// In the order in which they are proposed.
const LOOKS: [Look; 4] =
    [("sender", is_address), ("time", is_time), ("tls", is_version), ("client_ip", is_client)];

/// Proposes columns: the field, as `--columns` takes it, and the name. None without a sender.
pub fn propose(names: &[Vec<u8>], rows: &[Vec<Vec<u8>>]) -> Option<Vec<(&'static str, Vec<u8>)>> {
    let find = |(field, look): Look| {
        let fits = |(column, name): &(usize, &Vec<u8>)| {
            let cells = rows.iter().filter_map(|row| row.get(*column)).filter(|cell| !cell.is_empty());
            let (all, alike) = cells.fold((0_usize, 0_usize), |(all, alike), cell| {
                (all.saturating_add(1), alike.saturating_add(usize::from(look(cell))))
            });
            // A recipient has an address too.
            let is_other = field == "sender" && is_recipient(name);
            all > 0 && alike.saturating_mul(5) >= all.saturating_mul(4) && can_be_typed(name) && !is_other
        };
        names.iter().enumerate().find(fits).map(|(_, name)| (field, name.clone()))
    };
    let found: Vec<_> = LOOKS.into_iter().filter_map(find).collect();
    found.first().is_some_and(|(field, _)| *field == "sender").then_some(found)
}

fn can_be_typed(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b" _-.()".contains(byte))
}

fn is_recipient(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    name == b"to"
        || [&b"recip"[..], b"rcpt", b"target"].iter().any(|word| memchr::memmem::find(&name, word).is_some())
}

fn is_address(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")).unwrap_or(text);
    memchr::memchr(b'@', text).is_some_and(|at| at > 0) && !text.iter().any(u8::is_ascii_whitespace)
}

fn is_time(text: &[u8]) -> bool {
    [DateOrder::Mdy, DateOrder::Dmy].into_iter().any(|order| stamp::table(text, Some(order)).is_some())
}

/// A bare `1.2` may be anything.
fn is_version(text: &[u8]) -> bool {
    let is_named = text
        .get(..3)
        .is_some_and(|name| [&b"tls"[..], b"ssl"].iter().any(|known| name.eq_ignore_ascii_case(known)));
    is_named && crate::submission::Tls::from_protocol(text).is_some()
}

fn is_client(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok())
}

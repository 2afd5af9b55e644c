//! Exim's main log: one `<=` line is one accepted message, and says nearly everything about it.
//!
//! Rules of the lines: `receive.c` and `add_host_info_for_log` of Exim 4.100; chapter "Log files" of its specification.
//! Whether the client authenticated is decided by `A=`, never by `P=`. Behind `S=` nothing is believed but the
//! Message-ID, because a subject may spell anything.

mod items;

use super::scan::{Scan, find, number, quoted};
use super::{Class, Format, Message, Messages, Program, Shape, Want};
use crate::issue::Reason;
use crate::submission::{Counts, Submission, Tls};
use items::{Host, Items, hosts, readings};
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "exim",
    about: "Exim's mainlog, as a file or in syslog",
    tells: "messages, sender, login, TLS version, client, EHLO name, size, failed logins; the mechanism as far as the \
            authenticator's name gives it away",
    silent: "recipients; TLS versions with log_selector = -tls_cipher",
    shape: Shape::Messages(Messages {
        program: |name| matches!(name, b"exim" | b"exim4").then(Program::default),
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
    // Nearly always there is nothing: to look for a stamp took 80 instructions a line.
    if text.first() != Some(&b'[') && text.get(4) != Some(&b'-') {
        return Some(text);
    }
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
    let part = |scan: &mut Scan<'_>| Some(scan.alphanumeric().len()).filter(|len| *len > 0);
    let mut scan = Scan(word);
    let first = part(&mut scan)?;
    scan.tag(b"-")?;
    let second = part(&mut scan)?;
    scan.tag(b"-")?;
    let third = part(&mut scan)?;
    scan.is_done().then_some([first, second, third])
}

/// A line about a message, behind the stamp: nothing else looks like one.
fn own_line(text: &[u8]) -> bool {
    !matches!(beginning(text), Beginning::Other)
}

/// Whether a line may be an arrival or a refused login: told by what stands behind its first word.
fn matters(message: &Message<'_>) -> bool {
    let Some(text) = behind_prefixes(message.text) else { return false };
    let mut scan = Scan(text);
    scan.word();
    let rest = scan.0;
    rest.starts_with(b" <= ") || rest.starts_with(b" (= ") || rest.starts_with(b" authenticator failed for ")
}

fn read<'a>(message: &Message<'a>, want: Want) -> Class<'a> {
    if !want.every_line && !matters(message) {
        return Class::Ignored("");
    }
    match beginning(message.text) {
        Beginning::Arrival(id, rest) => arrival(message, id, rest),
        Beginning::Failed(name, rest) => failed(message, name, rest),
        Beginning::Message(what) => Class::Ignored(what),
        Beginning::Other => Class::Ignored("other line"),
    }
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
    match authenticator {
        // The names of Exim's own example, of Debian and of cPanel, which most have, without a search.
        b"plain" | b"PLAIN" | b"plain_server" | b"dovecot_plain" => Cow::Borrowed(b"PLAIN"),
        b"login" | b"LOGIN" | b"login_server" | b"dovecot_login" => Cow::Borrowed(b"LOGIN"),
        _ => mechanism_in(authenticator),
    }
}

fn mechanism_in(authenticator: &[u8]) -> Cow<'_, [u8]> {
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
        counts: Some(Counts { failed_logins: message.times, ..Counts::ZERO }),
        ..Submission::default()
    })
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
    let login = scan
        .until(b"(set_id=")
        .map(|_| scan.0.strip_suffix(b")").unwrap_or(scan.0))
        .filter(|login| !login.is_empty());
    (code.len() == 3).then_some((host, login))
}

#[cfg(test)]
mod tests {
    use super::{mechanism_in, mechanism_of};

    #[test]
    fn usual_names_are_read_as_all_are() {
        for name in [
            "plain",
            "PLAIN",
            "plain_server",
            "dovecot_plain",
            "login",
            "LOGIN",
            "login_server",
            "dovecot_login",
        ] {
            assert_eq!(mechanism_of(name.as_bytes()), mechanism_in(name.as_bytes()), "{name}");
        }
    }
}

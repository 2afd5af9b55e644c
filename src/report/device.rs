//! What a client is called: host name, EHLO name, address.

use super::subject::Subject;
use super::value::{Sentence, Value};
use crate::tally::clients::NameSet;

/// The names of one kind that a client goes by, in the order of the alphabet, and whether there are more.
fn sorted(names: &NameSet) -> (Vec<&[u8]>, bool) {
    let mut list: Vec<&[u8]> = names.iter().collect();
    list.sort_unstable();
    (list, names.has_more())
}

/// `KMBT-C258 [10.1.4.20]`: host name, else EHLO name, and address.
pub fn device(subject: &Subject<'_>, client: Option<&[u8]>) -> Sentence {
    let Some(client) = client else { return vec!["not logged".into()] };
    let address = [" [".into(), Value::text(Some(client)), "]".into()];
    let names = subject.table.client_names(client);
    let first = names.and_then(|names| {
        let (hosts, _) = sorted(&names.hosts);
        let (helos, _) = sorted(&names.helos);
        hosts.into_iter().chain(helos).find(|name| !is_address(name, client)).map(<[u8]>::to_vec)
    });
    match first {
        Some(name) => std::iter::once(Value::text(Some(&name))).chain(address).collect(),
        None => vec!["[".into(), Value::text(Some(client)), "]".into()],
    }
}

/// Host names and EHLO names of a client, for data.
pub fn names(subject: &Subject<'_>, client: Option<&[u8]>) -> [Value; 2] {
    let names = client.and_then(|client| subject.table.client_names(client));
    let list = |set: Option<&NameSet>| Value::text(set.and_then(super::cells::joined).as_deref());
    [list(names.map(|names| &names.hosts)), list(names.map(|names| &names.helos))]
}

/// Whether a name is nothing but the address: a client without a name of its own says `[192.0.2.1]`.
fn is_address(name: &[u8], client: &[u8]) -> bool {
    let bare = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")).unwrap_or(name);
    let bare = bare.strip_prefix(b"IPv6:").unwrap_or(bare);
    bare.is_empty() || bare.eq_ignore_ascii_case(client)
}

/// All EHLO names of a client that are not its host name: what a device calls itself is often the only hint at what it is.
pub fn calls_itself(subject: &Subject<'_>, client: Option<&[u8]>) -> Option<Sentence> {
    let client = client?;
    let names = subject.table.client_names(client)?;
    let (hosts, _) = sorted(&names.hosts);
    // Without a host name, the first EHLO name stands in its place already.
    let (helos, more) = sorted(&names.helos);
    let helos = helos.into_iter().filter(|name| !is_address(name, client));
    let shown = usize::from(hosts.iter().all(|host| is_address(host, client)));
    let is_host = |name: &[u8]| hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    let mut line: Sentence = Vec::new();
    for helo in helos.skip(shown).filter(|helo| !is_host(helo)) {
        line.extend((!line.is_empty()).then(|| ", ".into()));
        line.push(Value::text(Some(helo)));
    }
    line.extend((more && !line.is_empty()).then(|| ", ...".into()));
    (!line.is_empty()).then_some(line)
}

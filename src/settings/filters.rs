//! `--sender --login --client --server --domain --tls --auth`: what is kept before counting.

use crate::cli::Filters;
use crate::error::Error;
use crate::report::Only;
use crate::submission::{Auth, Tls};
use crate::tally::filter::{Filter, LoginWith};
use crate::tally::pattern::{Client, Clients, Pattern, Patterns};

/// An option, what it is called in titles, and what was typed.
type Typed<'t> = (&'static str, &'static str, &'t [String]);

/// The filter that was typed, and what titles say about it.
pub(super) fn filter_of(typed: &Filters) -> Result<(Filter, Vec<Only>), Error> {
    let options = options(typed);
    if let Some((option, ..)) = options.iter().find(|(.., values)| values.iter().any(|v| v.trim().is_empty()))
    {
        return Err(Error::Usage(format!(
            "--{option} takes one value or several parted by commas, none of them empty"
        )));
    }
    let clients = typed.client.iter().map(|text| {
        Client::parse(text.trim()).map_err(|why| Error::Usage(format!("--client {text}: {why}")))
    });
    let filter = Filter {
        senders: patterns(&typed.sender),
        logins: patterns(&typed.login),
        clients: Clients(clients.collect::<Result<_, _>>()?),
        servers: patterns(&typed.server),
        domains: domains(&typed.domain)?,
        tls: typed.tls.iter().map(|text| tls(text.trim())).collect::<Result<_, _>>()?,
        auth: typed.auth.iter().map(|text| auth(text.trim())).collect(),
        ..Filter::default()
    };
    let asked = options.into_iter().filter(|(.., values)| !values.is_empty());
    let origin = |option: &str| typed.taken.iter().find(|taken| taken.option == option);
    let only = asked.map(|(option, label, values)| Only {
        option,
        label,
        origin: origin(option).map(|taken| taken.origin.clone()),
        values: values.iter().map(|value| value.trim().to_owned()).collect(),
    });
    Ok((filter, only.collect()))
}

/// Every filter, in the order of titles.
fn options(typed: &Filters) -> [Typed<'_>; 7] {
    [
        ("sender", "sender", &typed.sender),
        ("login", "login", &typed.login),
        ("client", "client", &typed.client),
        ("server", "server", &typed.server),
        ("domain", "domain", &typed.domain),
        ("tls", "TLS", &typed.tls),
        ("auth", "login with", &typed.auth),
    ]
}

fn patterns(values: &[String]) -> Patterns {
    Patterns(values.iter().map(|text| Pattern::new(text.trim())).collect())
}

fn domains(values: &[String]) -> Result<Patterns, Error> {
    let plain = |text: &String| text.trim().strip_prefix('@').unwrap_or(text.trim()).to_owned();
    let plain: Vec<String> = values.iter().map(plain).collect();
    if plain.iter().any(|domain| domain.is_empty() || domain.contains('@')) {
        let message = "--domain takes the domain of senders, such as contoso.com or *.contoso.com; for addresses there is \
                       --sender";
        return Err(Error::Usage(message.to_owned()));
    }
    Ok(patterns(&plain))
}

/// As data spells it, or as servers do.
fn tls(text: &str) -> Result<Tls, Error> {
    let lower = text.to_ascii_lowercase();
    let known = Tls::SHOWN.into_iter().find(|tls| tls.data() == lower);
    known.or_else(|| Tls::from_protocol(text.as_bytes())).ok_or_else(|| {
        let known: Vec<_> = Tls::SHOWN.iter().map(|tls| tls.data()).collect();
        Error::Usage(format!("--tls {text}: no such version; there are {}", known.join(", ")))
    })
}

/// A class, or else the name of a mechanism: sites give theirs any name.
fn auth(text: &str) -> LoginWith {
    let lower = text.to_ascii_lowercase();
    let class = Auth::ALL.into_iter().find(|class| class.data() == lower);
    match (class, lower.as_str()) {
        (Some(class), _) => LoginWith::Class(class),
        (None, "oauth") => LoginWith::Class(Auth::Modern),
        (None, _) => LoginWith::Mechanism(Pattern::new(text)),
    }
}

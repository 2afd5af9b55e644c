//! What strangers write where a server lets them: pieces of log lines, in sessions of accounts and of nobody.

use proptest::prelude::*;

/// Pieces of lines: what a forger would like to be taken for the server's words.
const PIECES: [&str; 40] = [
    " from=<ceo@contoso.com>, size=9, nrcpt=99 (queue active)",
    "QQ0000000F: client=localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=ceo",
    ", sasl_method=PLAIN, sasl_username=ceo",
    " sasl_username=ceo",
    ", sasl_username=ceo",
    " to=<b@c.example>",
    " proto=ESMTP",
    " helo=<d>",
    ": SASL LOGIN authentication failed: x, sasl_username=ceo",
    " status=sent (250 ok)",
    " (queue active)",
    "unknown[6.6.6.6]",
    " [6.6.6.6]",
    "[6.6.6.6]:587",
    ") [6.6.6.6] P=esmtpsa X=TLS1.0:x:1 A=plain:ceo S=1 id=x",
    " H=evil [6.6.6.6]",
    " P=esmtpsa",
    " X=TLS1.0:x:128",
    " CV=no",
    " A=plain:ceo",
    " S=99",
    " id=x",
    " T=\"x\"",
    "\" A=plain:ceo S=1",
    ": 535 Incorrect authentication data (set_id=ceo)",
    "TLSv1 with cipher X (128/128 bits)",
    "TLS protocol SP_PROT_TLS1_0_SERVER negotiation succeeded",
    ",authenticated",
    "ceo@contoso.com,authenticated",
    "[InternalId=1, Hostname=x] Queued mail for delivery",
    "message repeated 4 times: [ ",
    ">, ",
    "<",
    ">",
    "\"",
    "\\",
    ",",
    " ",
    "#012",
    "\u{202e}a",
];

fn attack() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[ -~]{1,6}",
    ];
    proptest::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// What a stranger chooses in one session.
#[derive(Clone, Debug)]
pub struct Forged {
    pub sender: String,
    pub helo: String,
    pub message_id: String,
    pub subject: String,
    pub recipient: String,
    pub user: String,
}

fn forged() -> impl Strategy<Value = Forged> {
    (attack(), attack(), attack(), attack(), attack(), attack()).prop_map(
        |(sender, helo, message_id, subject, recipient, user)| Forged {
            sender,
            helo,
            message_id,
            subject,
            recipient,
            user,
        },
    )
}

/// A session: who logged in, from where; nobody for a stranger.
#[derive(Clone, Debug)]
pub struct Session {
    pub login: Option<&'static str>,
    pub forged: Forged,
}

/// Accounts.
pub const LOGINS: [&str; 3] = ["scan", "erp", "jane@contoso.com"];

/// Some sessions.
pub fn sessions() -> impl Strategy<Value = Vec<Session>> {
    let login = proptest::option::of(proptest::sample::select(&LOGINS[..]));
    let session = (login, forged()).prop_map(|(login, forged)| Session { login, forged });
    proptest::collection::vec(session, 1..6)
}

/// The address and the TLS version of an account; of a stranger without one.
pub fn true_client(login: Option<&str>) -> (&'static str, &'static str) {
    match login {
        Some("scan") => ("192.0.2.31", "1.2"),
        Some("erp") => ("192.0.2.32", "1.1"),
        Some(_) => ("192.0.2.33", "1.3"),
        None => ("198.51.100.66", "1.3"),
    }
}

/// An address as RFC 5321 spells it: the local part in quotes.
pub fn quoted(local: &str) -> String {
    format!("\"{}\"@evil.example", local.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A cell of CSV.
pub fn cell(text: &str) -> String {
    let is_plain = !text.contains(['"', ',', '\n', '\r']);
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// How many cases are tried.
pub fn cases() -> ProptestConfig {
    let told = std::env::var("SMTPAUTH_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(told.unwrap_or(400)) }
}

//! The words of the domain: what one log record says about a message, a session or a failed login.
//!
//! Formats and the joiner make [`Submission`]s, the tally counts them. Text in them is borrowed from the log and has
//! not been looked at by anybody: it is [`Untrusted`] from the moment it is stored.

use std::borrow::Cow;

/// Text that came out of a log. It has no `Display` on purpose: the only way to a terminal, a file or a page leads
/// through `render::escape`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Untrusted<'t>(pub Cow<'t, [u8]>);

impl Untrusted<'_> {
    /// The raw bytes, for grouping, sorting and the escaper.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for Untrusted<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl<'t> From<&'t [u8]> for Untrusted<'t> {
    fn from(bytes: &'t [u8]) -> Self {
        Self(bytes.into())
    }
}

/// The TLS version of the client's connection, as far as the log tells.
///
/// The order is the order of tables: oldest first, then what is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tls {
    /// SSL 3.0 (RFC 6101).
    Ssl3,
    /// TLS 1.0 (RFC 2246).
    V1_0,
    /// TLS 1.1 (RFC 4346).
    V1_1,
    /// TLS 1.2 (RFC 5246).
    V1_2,
    /// TLS 1.3 (RFC 8446).
    V1_3,
    /// TLS was used, its version was not logged.
    Encrypted,
    /// The connection was not encrypted.
    None,
    /// The log cannot tell.
    Unknown,
    /// The session has no TLS line. Whether that means [`Tls::None`] or [`Tls::Unknown`] depends on whether the
    /// server logged TLS at all around that day; it is settled after the last merge. Only exported cells show it.
    Unlogged,
}

impl Tls {
    /// Every value that a view can show, in the order of tables.
    pub const SHOWN: [Self; 8] = [
        Self::Ssl3,
        Self::V1_0,
        Self::V1_1,
        Self::V1_2,
        Self::V1_3,
        Self::Encrypted,
        Self::None,
        Self::Unknown,
    ];

    /// The spelling in data (CSV, JSON).
    pub fn data(self) -> &'static str {
        match self {
            Self::Ssl3 => "ssl3",
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
            Self::Encrypted => "encrypted",
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Unlogged => "unlogged",
        }
    }

    /// The spelling in tables.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSL 3.0",
            Self::V1_0 => "TLS 1.0",
            Self::V1_1 => "TLS 1.1",
            Self::V1_2 => "TLS 1.2",
            Self::V1_3 => "TLS 1.3",
            Self::Encrypted => "encrypted",
            Self::None => "no TLS",
            Self::Unknown | Self::Unlogged => "unknown",
        }
    }

    /// The value that is spelled like this in our own data, if any.
    pub fn from_data(text: &[u8]) -> Option<Self> {
        Self::SHOWN.into_iter().chain([Self::Unlogged]).find(|tls| tls.data().as_bytes() == text)
    }

    /// Reads the many spellings of a protocol version that servers and exports use: `TLSv1` (1.0), `TLSv1.2`,
    /// `TLS1.3`, `TLS1` (Exim since 4.94), `TLS-1.0`, `TLS1.2-PKIX` (GnuTLS), `SSL 3.0`, `SSLv3`, `TLSv1_2`,
    /// `TLS 1.2`, `1.2`, and Schannel's `SP_PROT_TLS1_2_SERVER`. `None` for anything else, also for `TLSv1/SSLv3`,
    /// which old Sendmail prints for the cipher's family and which is not a version.
    pub fn from_protocol(text: &[u8]) -> Option<Self> {
        match text {
            // Nearly always, and on every other line of a log.
            b"TLSv1.3" | b"TLS1.3" | b"1.3" => Some(Self::V1_3),
            b"TLSv1.2" | b"TLS1.2" | b"1.2" => Some(Self::V1_2),
            _ => Self::from_spelling(text),
        }
    }

    fn from_spelling(text: &[u8]) -> Option<Self> {
        let mut kept = [0_u8; 12];
        let mut len = 0_usize;
        let text = text.strip_suffix(b"-PKIX").unwrap_or(text);
        let text = text.strip_prefix(b"SP_PROT_").map_or(text, |t| t.strip_suffix(b"_SERVER").unwrap_or(t));
        for byte in text.iter().filter(|b| !matches!(b, b' ' | b'-' | b'.' | b'_')) {
            *kept.get_mut(len)? = byte.to_ascii_lowercase();
            len = len.saturating_add(1);
        }
        match kept.get(..len)? {
            b"ssl3" | b"sslv3" | b"ssl30" | b"sslv30" => Some(Self::Ssl3),
            b"tls1" | b"tlsv1" | b"tls10" | b"tlsv10" | b"10" => Some(Self::V1_0),
            b"tls11" | b"tlsv11" | b"11" => Some(Self::V1_1),
            b"tls12" | b"tlsv12" | b"12" => Some(Self::V1_2),
            b"tls13" | b"tlsv13" | b"13" => Some(Self::V1_3),
            _ => None,
        }
    }

    /// Whether this names a protocol version.
    pub fn is_version(self) -> bool {
        self <= Self::V1_3
    }
}

/// What stands for the server of all that Exchange Online exports: its own servers are many, and are not the tenant's.
pub const EXCHANGE_ONLINE: &[u8] = b"Exchange Online";

/// How far the input proves that a record is an SMTP AUTH submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Basis {
    /// The log says that the client authenticated.
    #[default]
    Proven,
    /// The documentation of the export makes it likely.
    Likely,
    /// A trace that does not say which messages used SMTP AUTH.
    Unmarked,
    /// Counted by somebody else.
    Report,
}

impl Basis {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Proven, Self::Likely, Self::Unmarked, Self::Report];

    /// The spelling in data.
    pub fn data(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
            Self::Unmarked => "unmarked",
            Self::Report => "report",
        }
    }

    /// The value that is spelled like this in our own data, if any.
    pub fn from_data(text: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.data().as_bytes() == text)
    }
}

/// The class of a login, as the switch-off of Basic authentication sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Auth {
    /// The client sends or proves a password: PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, SCRAM-*.
    Basic,
    /// The client presents a token: XOAUTH2, OAUTHBEARER (RFC 7628).
    Modern,
    /// The domain vouches: NTLM, GSSAPI, SPNEGO, Kerberos.
    Integrated,
    /// Logged, and none of these: EXTERNAL, XCLIENT, a site's own name.
    Other,
    /// Not logged.
    Unknown,
}

impl Auth {
    /// Every value, in the order of tables.
    pub const ALL: [Self; 5] = [Self::Basic, Self::Modern, Self::Integrated, Self::Other, Self::Unknown];

    /// The spelling in data.
    pub fn data(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Modern => "modern",
            Self::Integrated => "integrated",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// The spelling in tables.
    pub fn label(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            other => other.data(),
        }
    }

    /// The class of a SASL mechanism (the IANA registry's names, upper case); no mechanism is [`Auth::Unknown`].
    pub fn of(mechanism: Option<&[u8]>) -> Self {
        match mechanism {
            None | Some(b"") => Self::Unknown,
            Some(b"PLAIN" | b"LOGIN" | b"CRAM-MD5" | b"DIGEST-MD5" | b"APOP" | b"BASIC") => Self::Basic,
            Some(name) if name.starts_with(b"SCRAM-") => Self::Basic,
            Some(b"XOAUTH2" | b"OAUTHBEARER" | b"XOAUTH" | b"OAUTH" | b"OAUTH2" | b"MODERN") => Self::Modern,
            Some(b"NTLM" | b"GSSAPI" | b"GSS-SPNEGO" | b"KERBEROS_V4" | b"NEGOTIATE") => Self::Integrated,
            Some(name) if name.starts_with(b"GS2-") => Self::Integrated,
            Some(_) => Self::Other,
        }
    }
}

/// What a record adds up to. Adding saturates; a sum of 2^64 is a sum of nothing that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Messages that the server accepted.
    pub messages: u64,
    /// Connections on which a login succeeded.
    pub sessions: u64,
    /// Logins that the server refused.
    pub failed_logins: u64,
    /// Envelope recipients of the messages, where the log has their number.
    pub recipients: u64,
    /// Size of the messages in bytes, where the log has it.
    pub bytes: u64,
    /// First and last moment, seconds since 1970 (UTC); `None` where the input has no time.
    pub seen: Option<(i64, i64)>,
    /// The hours of the day that were used, bit 0 for 00:00 to 00:59 in `--timezone`.
    pub hours: u32,
}

impl Counts {
    /// Nothing counted.
    pub const ZERO: Self =
        Self { messages: 0, sessions: 0, failed_logins: 0, recipients: 0, bytes: 0, seen: None, hours: 0 };

    /// One message.
    pub fn message(recipients: u64, bytes: u64) -> Self {
        Self { messages: 1, recipients, bytes, ..Self::ZERO }
    }

    /// One session on which a login succeeded.
    pub fn session() -> Self {
        Self { sessions: 1, ..Self::ZERO }
    }

    /// Adds another count: commutative and associative.
    pub fn add(&mut self, other: &Self) {
        self.messages = self.messages.saturating_add(other.messages);
        self.sessions = self.sessions.saturating_add(other.sessions);
        self.failed_logins = self.failed_logins.saturating_add(other.failed_logins);
        self.recipients = self.recipients.saturating_add(other.recipients);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.hours |= other.hours;
        self.seen = match (self.seen, other.seen) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (seen, None) | (None, seen) => seen,
        };
    }
}

/// Where a record stands: which input, and the byte at which its line begins (counted after decompression).
///
/// The order of places is the order of single messages in `export --rows messages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The rank of the input: inputs are ordered by the time of their first line, then by name.
    pub input: u32,
    /// The byte in it.
    pub offset: u64,
}

/// One record of a log that counts: a message, a session or a failed login. Text is borrowed and untrusted.
#[derive(Clone, Debug, Default)]
pub struct Submission<'a> {
    /// Seconds since 1970 (UTC); `None` for input that was counted without days.
    pub time: Option<i64>,
    /// Where it stands.
    pub place: Place,
    /// The server that logged it.
    pub server: Option<&'a [u8]>,
    /// The service of that server (`postfix/submission`, a connector).
    pub service: Option<&'a [u8]>,
    /// Envelope sender; empty is the null sender of RFC 5321, `None` is not logged.
    pub sender: Option<&'a [u8]>,
    /// The user name that authenticated.
    pub login: Option<&'a [u8]>,
    /// Address of the client.
    pub client: Option<&'a [u8]>,
    /// Host name of the client, as the server looked it up.
    pub client_name: Option<&'a [u8]>,
    /// What the client called itself in EHLO or HELO.
    pub helo: Option<&'a [u8]>,
    /// TLS of the client's connection.
    pub tls: Option<Tls>,
    /// The cipher suite, as the server spells it.
    pub cipher: Option<&'a [u8]>,
    /// SASL mechanism, upper case as SMTP spells it.
    pub mechanism: Option<Cow<'a, [u8]>>,
    /// How sure it is that this used SMTP AUTH.
    pub basis: Basis,
    /// The Message-ID header field.
    pub message_id: Option<&'a [u8]>,
    /// The queue id on that server.
    pub queue_id: Option<&'a [u8]>,
    /// What it adds up to.
    pub counts: Option<Counts>,
}

impl Submission<'_> {
    /// TLS as far as known.
    pub fn tls(&self) -> Tls {
        self.tls.unwrap_or(Tls::Unknown)
    }

    /// What it adds up to, nothing if nobody said.
    pub fn counts(&self) -> Counts {
        *self.counted()
    }

    /// The same, where it stands.
    pub fn counted(&self) -> &Counts {
        self.counts.as_ref().unwrap_or(&Counts::ZERO)
    }
}

/// Who is told what the input says: the tally, or the writer of single messages.
pub trait Sink {
    /// A message, a session or a failed login.
    fn submission(&mut self, submission: &Submission<'_>);

    /// A service of a server logged a line about TLS at this instant: it logs TLS around that day.
    fn tls_logged(&mut self, server: &[u8], service: &[u8], at: i64);

    /// A client goes by this name too. Only exported cells say it apart from a submission.
    fn client_name(&mut self, client: &[u8], name: ClientName<'_>);

    /// What is known beside the submissions that are told. Only exported cells say it: those that it follows from may have
    /// been left out by a filter, or be the half of something.
    fn fact(&mut self, _server: &[u8], _fact: Fact) {}
}

/// What exported cells say of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It spoke TLS 1.2 or newer with somebody at this instant.
    NewerTls(i64),
    /// Its logs hold messages.
    Messages,
    /// So many sessions were handed over to a hub whose log was not read.
    WithoutHub(u64),
    /// So many messages came from a front end whose log was not read.
    WithoutFront(u64),
    /// So many messages are told by message tracking only.
    OnlyTracked(u64),
}

/// A name of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientName<'a> {
    /// By reverse lookup.
    Host(&'a [u8]),
    /// By EHLO.
    Helo(&'a [u8]),
    /// There are more host names than are kept.
    MoreHosts,
    /// There are more EHLO names than are kept.
    MoreHelos,
}

/// The part of an address behind its last `@`; nothing for the null sender and for local names.
pub fn domain_of(address: &[u8]) -> Option<&[u8]> {
    let at = memchr::memrchr(b'@', address)?;
    address.get(at.saturating_add(1)..).filter(|domain| !domain.is_empty())
}

/// The canonical spelling of a SASL mechanism: ASCII upper case.
pub fn mechanism(name: &[u8]) -> Cow<'_, [u8]> {
    if name.iter().any(u8::is_ascii_lowercase) {
        Cow::Owned(name.to_ascii_uppercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocol_spellings() {
        let same = [
            (Tls::V1_0, "TLSv1 TLSv1.0 TLS1 TLS1.0 TLS-1.0 TLS1.0-PKIX SP_PROT_TLS1_0_SERVER 1.0"),
            (Tls::V1_1, "TLSv1.1 TLS1.1 TLSv1_1"),
            (Tls::V1_2, "TLSv1.2 TLS1.2 TLS1.2-PKIX TLSv1_2 1.2 SP_PROT_TLS1_2_SERVER"),
            (Tls::V1_3, "TLSv1.3 TLS1.3 TLSv1_3"),
            (Tls::Ssl3, "SSLv3 SSL3 SSL3.0"),
        ];
        for (version, spellings) in same {
            for spelling in spellings.split(' ') {
                assert_eq!(Tls::from_protocol(spelling.as_bytes()), Some(version), "{spelling}");
            }
        }
        for usual in ["TLSv1.3", "TLS1.3", "1.3", "TLSv1.2", "TLS1.2", "1.2"] {
            assert_eq!(Tls::from_protocol(usual.as_bytes()), Tls::from_spelling(usual.as_bytes()), "{usual}");
        }
        assert_eq!(Tls::from_protocol(b"SSL 3.0"), Some(Tls::Ssl3));
        assert_eq!(Tls::from_protocol(b"TLS 1.2"), Some(Tls::V1_2));
        for other in ["TLSv1/SSLv3", "", "TLSv1.4", "TLS1.2TLS1.2TLS1.2", "unknown", "2.1"] {
            assert_eq!(Tls::from_protocol(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn data_spellings_come_back() {
        for tls in Tls::SHOWN {
            assert_eq!(Tls::from_data(tls.data().as_bytes()), Some(tls));
        }
        for basis in Basis::ALL {
            assert_eq!(Basis::from_data(basis.data().as_bytes()), Some(basis));
        }
    }

    #[test]
    fn domains() {
        assert_eq!(domain_of(b"a@b.example"), Some(&b"b.example"[..]));
        assert_eq!(domain_of(b"\"a@x\"@b.example"), Some(&b"b.example"[..]));
        assert_eq!(domain_of(b""), None);
        assert_eq!(domain_of(b"root"), None);
        assert_eq!(domain_of(b"root@"), None);
    }
}

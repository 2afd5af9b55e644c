//! Which submissions are counted at all: filters act before counting, so percentages are of what is kept.
//!
//! Options that are given together all have to keep a submission; of the values of one, any. What only the whole input tells
//! is decided behind the last merge (`Table::filter_whole`): what a missing TLS line means, which of the logins that were
//! tried exist, and which sessions no message speaks for.

use super::pattern::{Clients, Pattern, Patterns};
use crate::submission::{Auth, EXCHANGE_ONLINE, Submission, Tls, domain_of};
use crate::time::window::Span;

/// What is kept.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these instants; open where the window counts back from the newest record.
    pub span: Span,
    /// Only these envelope senders; the null sender is `<>`.
    pub senders: Patterns,
    /// Only these logins.
    pub logins: Patterns,
    /// Only these clients.
    pub clients: Clients,
    /// One export of Exchange Online lends another its clients: which client a cell of these is of is known behind the last
    /// merge only (`Table::keeps_client_of`).
    pub lends: bool,
    /// Only these servers.
    pub servers: Patterns,
    /// Only senders of these domains.
    pub domains: Patterns,
    /// Only these versions; any, if there are none.
    pub tls: Vec<Tls>,
    /// Only these kinds of login; any, if there are none.
    pub auth: Vec<LoginWith>,
}

/// A kind of login.
#[derive(Clone, Debug)]
pub enum LoginWith {
    /// A class of mechanisms.
    Class(Auth),
    /// A mechanism.
    Mechanism(Pattern),
}

impl LoginWith {
    fn fits(&self, mechanism: Option<&[u8]>) -> bool {
        match self {
            Self::Class(class) => Auth::of(mechanism) == *class,
            Self::Mechanism(pattern) => mechanism.is_some_and(|name| pattern.fits(name)),
        }
    }
}

impl Filter {
    /// Whether a submission is counted, as far as it tells itself. `is_named`: its client is kept by a name that was told
    /// beside it.
    pub fn keeps(&self, submission: &Submission<'_>, is_named: bool) -> bool {
        submission.time.is_none_or(|time| self.span.contains(time))
            && (self.is_open() || self.keeps_whose(submission, is_named))
    }

    /// Whether nothing is asked but a time, as nearly always.
    fn is_open(&self) -> bool {
        let names = [&self.senders, &self.logins, &self.servers, &self.domains];
        self.tls.is_empty()
            && self.auth.is_empty()
            && self.clients.0.is_empty()
            && !names.iter().any(|names| names.is_asked())
    }

    fn keeps_whose(&self, submission: &Submission<'_>, is_named: bool) -> bool {
        // A session has no sender: who logged in stands for it.
        let stands_for = submission.login.filter(|_| submission.counted().messages == 0);
        let sender = submission.sender.or(stands_for);
        // Exports of Exchange Online that count messages know the account by its address only.
        let address = submission.sender.filter(|_| submission.server == Some(EXCHANGE_ONLINE));
        let shown = sender.map(|sender| if sender.is_empty() { b"<>" } else { sender });
        self.may_keep_tls(submission.tls())
            && self.senders.keep(shown)
            && self.domains.keep(sender.and_then(domain_of))
            && self.logins.keep(submission.login.or(address))
            && self.servers.keep(submission.server)
            && self.keeps_auth(submission.mechanism.as_deref())
            && (self.is_lent(submission.server) || self.clients.keep(submission, is_named))
    }

    /// Whether it is known later of which client something of this server is.
    pub fn is_lent(&self, server: Option<&[u8]>) -> bool {
        self.lends && server == Some(EXCHANGE_ONLINE)
    }

    /// Whether a version is kept that is settled.
    pub fn keeps_tls(&self, tls: Tls) -> bool {
        self.tls.is_empty() || self.tls.contains(&tls)
    }

    /// The same while it is not known what a missing TLS line means.
    fn may_keep_tls(&self, tls: Tls) -> bool {
        let is_open = tls == Tls::Unlogged;
        self.keeps_tls(tls) || (is_open && (self.keeps_tls(Tls::None) || self.keeps_tls(Tls::Unknown)))
    }

    fn keeps_auth(&self, mechanism: Option<&[u8]>) -> bool {
        self.auth.is_empty() || self.auth.iter().any(|kind| kind.fits(mechanism))
    }

    /// Whether it matters who sent something, so that the login of a session stands for its sender.
    pub fn asks_for_sender(&self) -> bool {
        self.senders.is_asked() || self.domains.is_asked()
    }

    /// Whether it matters who logged in.
    pub fn asks_for_login(&self) -> bool {
        self.logins.is_asked() || self.asks_for_sender()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::Counts;

    fn domain(pattern: &str) -> Filter {
        Filter { domains: Patterns(vec![Pattern::new(pattern)]), ..Filter::default() }
    }

    fn message(sender: &[u8]) -> Submission<'_> {
        Submission { sender: Some(sender), counts: Some(Counts::message(1, 1)), ..Submission::default() }
    }

    #[test]
    fn domains() {
        let keeps = |pattern: &str, sender: &[u8]| domain(pattern).keeps(&message(sender), false);
        assert!(keeps("contoso.com", b"a@Contoso.com"));
        assert!(!keeps("contoso.com", b"a@x.contoso.com"));
        assert!(keeps("*.contoso.com", b"a@x.contoso.com"));
        assert!(!keeps("c?ntoso.com", b"a@contoso.com"));
        assert!(!keeps("*", b"") && !keeps("*", b"root"));
    }

    #[test]
    fn the_null_sender_is_asked_for_as_it_is_shown() {
        let keeps = |pattern: &str, sender: &[u8]| {
            let filter = Filter { senders: Patterns(vec![Pattern::new(pattern)]), ..Filter::default() };
            filter.keeps(&message(sender), false)
        };
        assert!(keeps("<>", b"") && keeps("*", b"") && !keeps("<>", b"a@contoso.com"));
    }

    #[test]
    fn the_login_of_a_session_stands_for_its_sender_but_not_that_of_a_message() {
        let session = Submission {
            login: Some(b"scan@contoso.com"),
            counts: Some(Counts::session()),
            ..Submission::default()
        };
        assert!(domain("contoso.com").keeps(&session, false));
        let message = Submission { login: Some(b"scan@contoso.com"), ..message(b"a@fabrikam.example") };
        assert!(!domain("contoso.com").keeps(&message, false));
    }

    #[test]
    fn a_missing_tls_line_is_kept_until_it_is_known_what_it_means() {
        let keeps = |tls: &[Tls], of: Tls| {
            let filter = Filter { tls: tls.to_vec(), ..Filter::default() };
            filter.keeps(&Submission { tls: Some(of), ..Submission::default() }, false)
        };
        assert!(keeps(&[Tls::None], Tls::Unlogged) && keeps(&[Tls::Unknown], Tls::Unlogged));
        assert!(!keeps(&[Tls::V1_0], Tls::Unlogged) && !keeps(&[Tls::None], Tls::Unknown));
    }
}

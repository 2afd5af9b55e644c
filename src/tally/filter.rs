//! Which submissions are counted at all: filters act before counting, so percentages are of what is kept.

use crate::submission::{Submission, domain_of};
use crate::time::window::Span;

/// What is kept.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these instants; open where the window counts back from the newest record.
    pub span: Span,
    /// Only these sender domains.
    pub domain: Option<DomainFilter>,
}

/// A sender domain, `*` standing for any text.
#[derive(Clone, Debug)]
pub struct DomainFilter {
    matcher: globset::GlobMatcher,
}

impl DomainFilter {
    /// Reads a pattern; only `*` is special.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let escaped: Vec<_> = pattern.to_ascii_lowercase().split('*').map(globset::escape).collect();
        let glob = globset::GlobBuilder::new(&escaped.join("*")).build();
        glob.map(|glob| Self { matcher: glob.compile_matcher() }).map_err(|error| error.to_string())
    }

    /// Whether an envelope sender is of this domain. A session has no sender and no domain.
    fn keeps(&self, sender: Option<&[u8]>) -> bool {
        let Some(domain) = sender.and_then(domain_of) else { return false };
        std::str::from_utf8(&domain.to_ascii_lowercase()).is_ok_and(|domain| self.matcher.is_match(domain))
    }
}

impl Filter {
    /// Whether a submission is counted.
    pub fn keeps(&self, submission: &Submission<'_>) -> bool {
        let in_time = submission.time.is_none_or(|time| self.span.contains(time));
        in_time && self.domain.as_ref().is_none_or(|domain| domain.keeps(submission.sender))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        let keeps = |pattern: &str, sender: &[u8]| DomainFilter::new(pattern).unwrap().keeps(Some(sender));
        assert!(keeps("contoso.com", b"a@Contoso.com"));
        assert!(!keeps("contoso.com", b"a@x.contoso.com"));
        assert!(keeps("*.contoso.com", b"a@x.contoso.com"));
        assert!(!keeps("c?ntoso.com", b"a@contoso.com"));
        assert!(!keeps("*", b""));
    }
}

//! Which certificates are trusted, and what is wrong with one that is not.

use super::Failure;
use crate::error::name;
use crate::render::escape::terminal;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// TLS 1.2 or 1.3, and a certificate that somebody vouches for whom the system trusts, or the one who runs this.
pub(super) fn config(ca: Option<&Path>) -> Result<Arc<ClientConfig>, Failure> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if let Some(path) = ca {
        add(&mut roots, path)?;
    }
    if roots.is_empty() {
        let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
        return Err(Failure::Trust(format!(
            "this system trusts no certificates at all{why}: install its ca-certificates, or name a file with --smtp-ca"
        )));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::Trust(error.to_string()))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// Adds what stands in a file.
fn add(roots: &mut RootCertStore, path: &Path) -> Result<(), Failure> {
    let wrong = |why: String| Failure::Trust(format!("--smtp-ca {}: {why}", name(path)));
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut count = 0_usize;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Err(wrong("no certificate in it; take a PEM file (BEGIN CERTIFICATE)".to_owned()));
    }
    Ok(())
}

/// What is wrong, in words.
pub(super) fn about(error: &Error) -> String {
    use CertificateError as C;
    match error {
        Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => {
            "its certificate has expired".to_owned()
        }
        Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => {
            "its certificate is not valid yet (or this clock is wrong)".to_owned()
        }
        Error::InvalidCertificate(C::NotValidForName) => "its certificate is for another name".to_owned(),
        Error::InvalidCertificate(C::NotValidForNameContext { presented, .. }) => {
            let names: Vec<_> = presented.iter().take(4).map(|name| terminal(name.as_bytes())).collect();
            format!("its certificate is for another name: {}", names.join(", "))
        }
        Error::InvalidCertificate(C::UnknownIssuer | C::BadSignature) => {
            "nobody whom this system trusts vouches for its certificate (it may be self-signed)".to_owned()
        }
        Error::InvalidMessage(_) => "it does not speak TLS on this port".to_owned(),
        other => terminal(other.to_string().as_bytes()),
    }
}

/// What can be done.
pub(super) fn advice(error: &Error) -> &'static str {
    use CertificateError as C;
    match error {
        Error::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            "Name the server in --smtp-url as its certificate does"
        }
        Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => {
            "The server needs a new certificate"
        }
        Error::InvalidCertificate(C::UnknownIssuer | C::BadSignature) => {
            "If it is your own authority's, --smtp-ca FILE names the certificate of that authority"
        }
        Error::InvalidMessage(_) => "A port that begins without TLS (587) is written smtp:// in --smtp-url",
        Error::PeerIncompatible(_) | Error::AlertReceived(_) => "The server must speak TLS 1.2 or 1.3",
        _ => "Nothing was said to the server, and no password was sent",
    }
}

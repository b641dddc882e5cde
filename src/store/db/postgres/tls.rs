//! TLS to the server: the certificate must be valid for the host's name (libpq's `sslmode=verify-full`), always.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::Error;

/// Trusts the certificates of the PEM file `roots`, or the system's.
pub(super) fn connector(roots: Option<&Path>) -> Result<MakeRustlsConnect, Error> {
    let roots = match roots {
        Some(path) => from_file(path)?,
        None => from_system()?,
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| Error::Bug(format!("TLS does not start: {error}")))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn from_file(path: &Path) -> Result<RootCertStore, Error> {
    let unusable = |what: String| Error::Unavailable(format!("sslrootcert {}: {what}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(error.to_string()))? {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unusable("the file has no certificate".into()));
    }
    Ok(roots)
}

fn from_system() -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 {
        let why =
            "this system has no certificates to check the server's with; install them, or name a file with sslrootcert";
        return Err(Error::Unavailable(why.into()));
    }
    Ok(roots)
}

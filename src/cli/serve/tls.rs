//! TLS with a certificate that may be replaced while the server runs: the two files are looked at every few seconds. A pair that
//! cannot be used is logged, and the one before it stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::listen::Stream;
use crate::cli::Failure;
use crate::config::TlsFiles;

const LOOK: Duration = Duration::from_secs(2);

/// The certificate in use.
pub struct Tls {
    cert: PathBuf,
    key: PathBuf,
    in_use: RwLock<InUse>,
}

struct InUse {
    acceptor: TlsAcceptor,
    /// The files as they were read last, usable or not.
    read: Pair,
}

/// What the two files hold.
#[derive(PartialEq, Eq)]
struct Pair {
    cert: Vec<u8>,
    key: zeroize::Zeroizing<Vec<u8>>,
}

impl Tls {
    /// Reads the certificate and its key.
    ///
    /// # Errors
    /// A sentence: a file cannot be read, holds no certificate or key, or the two do not belong together.
    pub fn load(files: TlsFiles<'_>) -> Result<Self, Failure> {
        let read = Pair::read(files.cert, files.key)?;
        let acceptor = read.acceptor(files.cert, files.key)?;
        let in_use = RwLock::new(InUse { acceptor, read });
        Ok(Self { cert: files.cert.to_owned(), key: files.key.to_owned(), in_use })
    }

    /// Shakes hands.
    pub(super) async fn accept(&self, stream: Stream) -> io::Result<Stream> {
        let acceptor = self.in_use.read().unwrap_or_else(PoisonError::into_inner).acceptor.clone();
        Ok(Box::new(acceptor.accept(stream).await?))
    }

    /// Looks at the files until told to stop.
    pub(super) async fn watch(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut told = Vec::new();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            match self.renew() {
                Ok(renewed) => {
                    told.clear();
                    if renewed {
                        tracing::info!(file = %self.cert.display(), "the new certificate is in use");
                    }
                }
                Err(failure) if failure.sentences() == told => {}
                Err(failure) => {
                    told = failure.sentences().to_vec();
                    let why = told.join(" ");
                    tracing::error!(why, "the certificate has changed and cannot be used; the one before it stays");
                }
            }
        }
    }

    /// Whether there was a new pair. One that cannot be used is told once.
    fn renew(&self) -> Result<bool, Failure> {
        let read = Pair::read(&self.cert, &self.key)?;
        let mut in_use = self.in_use.write().unwrap_or_else(PoisonError::into_inner);
        if in_use.read == read {
            return Ok(false);
        }
        let acceptor = read.acceptor(&self.cert, &self.key);
        in_use.read = read;
        in_use.acceptor = acceptor?;
        Ok(true)
    }
}

impl Pair {
    fn read(cert: &Path, key: &Path) -> Result<Self, Failure> {
        let read = |path: &Path, setting: &str| {
            fs::read(path).map_err(|error| {
                Failure::new(format!(
                    "{} cannot be read: {error}. Set {setting} to a file that the user who runs Vestibule can read.",
                    path.display()
                ))
            })
        };
        Ok(Self { cert: read(cert, "listen.tls_cert_file")?, key: read(key, "listen.tls_key_file")?.into() })
    }

    fn acceptor(&self, cert: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.cert).collect::<Result<_, _>>().unwrap_or_default();
        if chain.is_empty() {
            let shown = cert.display();
            return Err(Failure::new(format!(
                "{shown} holds no certificate in PEM form. Set listen.tls_cert_file to one."
            )));
        }
        let secret = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| {
            Failure::new(format!("{} holds no private key in PEM form. Set listen.tls_key_file to one.", key.display()))
        })?;
        let unusable = |error: rustls::Error| {
            Failure::new(format!(
                "{} and {} cannot be used: {error}. The key must be the one that the certificate was made for.",
                cert.display(),
                key.display()
            ))
        };
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?.with_no_client_auth();
        let mut config = builder.with_single_cert(chain, secret).map_err(unusable)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

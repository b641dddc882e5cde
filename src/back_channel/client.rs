//! The one request that a notice is: a POST over HTTP/1.1 and TLS. No redirects, no proxies, no cookies, no connection that is
//! kept; of the answer nothing is read but the status line and the headers, and those are bounded.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long it may take until there is a connection, and then until there is an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// What an answer's headers may take.
const HEADERS: usize = 16 * 1024;

/// What a product said to a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The session is ended there (200 or 204).
    Taken,
    /// The product will not take it, now or later (400).
    Refused,
    /// Worth another try; the text is for the log.
    Failed(String),
}

/// What posts. Clones share it.
#[derive(Clone)]
pub struct Client {
    tls: TlsConnector,
}

impl Client {
    /// Trusts the certificates of the system. Without any, only products on plain HTTP can be told.
    ///
    /// # Errors
    /// A sentence, when TLS does not start.
    pub fn new() -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(roots)
    }

    /// Trusts these certificates.
    pub(super) fn trusting(roots: RootCertStore) -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| format!("TLS does not start: {error}"))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Posts a form.
    pub(super) async fn post(&self, uri: &str, form: &str) -> Answer {
        match self.status(uri, form).await {
            Ok(StatusCode::OK | StatusCode::NO_CONTENT) => Answer::Taken,
            Ok(StatusCode::BAD_REQUEST) => Answer::Refused,
            Ok(status) => Answer::Failed(format!("the answer was {}", status.as_u16())),
            Err(reason) => Answer::Failed(reason),
        }
    }

    async fn status(&self, uri: &str, form: &str) -> Result<StatusCode, String> {
        let uri: Uri = uri.parse().map_err(|_| "its address is none".to_owned())?;
        let host = uri.host().ok_or("its address has no host")?.trim_matches(['[', ']']);
        let is_tls = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let request = request(&uri, form)?;
        let stream = timeout(PATIENCE, self.connect(host, port, is_tls))
            .await
            .map_err(|_| "no connection in time".to_owned())??;
        let answer =
            timeout(PATIENCE, exchange(stream, request)).await.map_err(|_| "no answer in time".to_owned())??;
        Ok(answer.status())
    }

    async fn connect(&self, host: &str, port: u16, is_tls: bool) -> Result<Box<dyn Stream>, String> {
        let stream = TcpStream::connect((host, port)).await.map_err(|error| format!("no connection: {error}"))?;
        if !is_tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| "its host has no name".to_owned())?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| format!("no TLS: {error}"))?;
        Ok(Box::new(stream))
    }
}

/// A connection with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

fn request(uri: &Uri, form: &str) -> Result<Request<String>, String> {
    let authority = uri.authority().map(|authority| authority.as_str()).unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Request::post(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, host)
        .header(USER_AGENT, "vestibule")
        .header(ACCEPT, "*/*")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.to_owned())
        .map_err(|_| "its address cannot be asked for".to_owned())
}

/// Sends the request and waits for the answer's headers. The connection goes with this call.
async fn exchange(stream: Box<dyn Stream>, request: Request<String>) -> Result<Response<Incoming>, String> {
    let failed = |error: hyper::Error| format!("no answer: {error}");
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEADERS);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(failed)?;
    tokio::pin!(connection);
    let answer = sender.send_request(request);
    tokio::pin!(answer);
    tokio::select! {
        answered = &mut answer => answered.map_err(failed),
        ended = &mut connection => {
            ended.map_err(failed)?;
            answer.await.map_err(failed)
        }
    }
}

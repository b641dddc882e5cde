//! `vestibule healthcheck`: `GET /health/ready` where the settings say that the server listens.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned};

use super::{Failure, installation, output};
use crate::config::{ListenSettings, Settings};

/// For each step.
const PATIENCE: Duration = Duration::from_secs(5);
/// More of the answer is not read.
const MOST: u64 = 16 * 1024;

trait Conversation: Read + Write {}
impl<T: Read + Write> Conversation for T {}

pub(super) fn command(config: Option<&Path>) -> Result<(), Failure> {
    let settings = installation::settings(config)?;
    let place = place(&settings.listen);
    let answer = ask(&settings).map_err(|error| {
        Failure::new(format!("The server does not answer at {place}: {error}. Is `vestibule serve` running?"))
    })?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split(' ').nth(1) {
        Some("200") => output::line(format_args!("The server at {place} is ready.")),
        Some(status) => Err(Failure::new(format!(
            "The server at {place} is not ready (status {status}): {}. `vestibule doctor` says what is wrong.",
            body.trim().trim_end_matches('.')
        ))),
        None => Err(Failure::new(format!("What listens at {place} does not speak HTTP."))),
    }
}

fn ask(settings: &Settings) -> io::Result<String> {
    let mut connection = connect(&settings.listen)?;
    let host = settings.public_url.host();
    write!(connection, "GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    connection.flush()?;
    let mut answer = String::new();
    match connection.take(MOST).read_to_string(&mut answer) {
        // A server that closes without TLS's own goodbye has answered all the same.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof || answer.is_empty() => Err(error),
        _ => Ok(answer),
    }
}

fn connect(listen: &ListenSettings) -> io::Result<Box<dyn Conversation>> {
    if let Some(path) = &listen.unix_socket {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        return encrypted(stream, listen);
    }
    let stream = TcpStream::connect_timeout(&reachable(listen.address), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    encrypted(stream, listen)
}

fn encrypted(stream: impl Conversation + 'static, listen: &ListenSettings) -> io::Result<Box<dyn Conversation>> {
    if listen.tls().is_none() {
        return Ok(Box::new(stream));
    }
    let provider = Arc::new(default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    let name = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST).into());
    let connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}

/// The question holds nothing secret, and whether the certificate convinces browsers is the doctor's affair.
#[derive(Debug)]
struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// The address to connect to where the server listens on all of this machine's.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn place(listen: &ListenSettings) -> String {
    match &listen.unix_socket {
        Some(path) => path.display().to_string(),
        None => reachable(listen.address).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_asked_on_loopback() {
        for (listens, asked) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("192.0.2.1:80", "192.0.2.1:80")]
        {
            assert_eq!(reachable(listens.parse().unwrap()).to_string(), asked);
        }
    }
}

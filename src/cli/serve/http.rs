//! HTTP/1.1 on one listener. A client that is slow holds a connection, but not for long: every step has its time.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tower::ServiceExt;

use super::listen::{Listener, Stream};
use super::tls::Tls;
use crate::config::Cidr;
use crate::web::live::stream::Stopping;

/// Connections at once; more wait in the system's queue.
const CONNECTIONS: usize = 4096;
/// For the handshake of TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// For a request's head, and for the next request on a kept connection.
const HEAD: Duration = Duration::from_secs(10);
/// The same for a proxy of ours, which keeps connections and must not find one closed: longer than proxies keep them.
const HEAD_OF_PROXY: Duration = Duration::from_secs(180);
/// For a request's body and its answer.
const REQUEST: Duration = Duration::from_secs(30);
/// Bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;
/// Before the next try, where the system gives no more connections.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until told to stop; then closes the listener and waits until every request that has begun is answered.
/// `proxies` are the networks of the proxies in front; whoever comes over a socket file is one too.
pub async fn serve(
    listener: Listener,
    tls: Option<Arc<Tls>>,
    router: Router,
    proxies: Vec<Cidr>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            next = next => next,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let is_proxy = peer.is_none_or(|peer| proxies.iter().any(|proxy| proxy.contains(peer.ip().to_canonical())));
        let connection = http(if is_proxy { HEAD_OF_PROXY } else { HEAD });
        let (tls, router, watcher) = (tls.clone(), router.clone(), graceful.watcher());
        let stopping = Stopping(stop.clone());
        tokio::spawn(async move {
            if let Some(stream) = encrypted(stream, tls.as_deref()).await {
                let service = service_fn(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(stopping.clone());
                    answer(router.clone(), peer, REQUEST, request)
                });
                converse(watcher.watch(connection.serve_connection(TokioIo::new(stream), service))).await;
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn encrypted(stream: Stream, tls: Option<&Tls>) -> Option<Stream> {
    match tls {
        None => Some(stream),
        Some(tls) => timeout(HANDSHAKE, tls.accept(stream)).await.ok()?.ok(),
    }
}

fn http(patience: Duration) -> http1::Builder {
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(patience);
    connection.max_header_size(HEAD_BYTES);
    connection
}

/// A client that breaks off or sends no HTTP is its own affair.
async fn converse(connection: impl Future<Output = Result<(), hyper::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The router's answer to `request`, if its body and that answer come within `patience`.
async fn answer(
    router: Router,
    peer: Option<SocketAddr>,
    patience: Duration,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(Body::new);
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    match timeout(patience, router.oneshot(request)).await {
        Ok(answer) => answer,
        Err(_) => Ok(too_slow()),
    }
}

/// 408, after which the connection ends (RFC 9110 section 15.5.9).
fn too_slow() -> Response<Body> {
    tracing::warn!("a request was broken off: its body or its answer took too long");
    let mut response = Response::new(Body::from("This took too long. Try again.\n"));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    /// A client of a server with this patience, whose one page says how long the body was.
    fn client(patience: Duration) -> DuplexStream {
        let (client, server) = duplex(64 * 1024);
        let router = Router::new().route("/", post(async |body: Bytes| body.len().to_string()));
        let service = service_fn(move |request| answer(router.clone(), None, patience, request));
        tokio::spawn(converse(http(HEAD).serve_connection(TokioIo::new(server), service)));
        client
    }

    async fn said(client: &mut DuplexStream) -> String {
        let mut answer = String::new();
        timeout(REQUEST, client.read_to_string(&mut answer)).await.expect("an answer").unwrap();
        answer
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_answered_408_and_the_connection_ends() {
        let mut client = client(Duration::from_millis(10));
        client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nusern").await.unwrap();
        let answer = said(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close\r\n"), "{answer}");
    }

    #[tokio::test]
    async fn a_body_that_comes_in_time_is_read_whole_however_many_pieces_it_has() {
        let mut client = client(REQUEST);
        client
            .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n")
            .await
            .unwrap();
        for _ in 0..10 {
            client.write_all(b"x").await.unwrap();
            tokio::task::yield_now().await;
        }
        let answer = said(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n10"), "{answer}");
    }
}

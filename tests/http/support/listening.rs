//! A stream of events as it arrives.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use hyper::body::Body as HttpBody;
use tokio::time::timeout;

/// Shorter than a stream waits before it looks without being woken.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longer than that.
const MUCH_PATIENCE: Duration = Duration::from_secs(25);

/// Dropped, it has gone away.
pub struct Listening {
    pub status: StatusCode,
    pub kind: String,
    body: Body,
    arrived: String,
    patience: Duration,
}

impl Listening {
    pub fn new(response: Response) -> Self {
        let header = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let kind = header.unwrap_or_default().to_owned();
        Self { status: response.status(), kind, body: response.into_body(), arrived: String::new(), patience: PATIENCE }
    }

    /// It may be silent for longer than a heartbeat takes.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.patience = MUCH_PATIENCE;
        self
    }

    /// The next event that is none of the connection's own, as its lines; `None` at the end.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let event = self.piece().await?;
            if !event.starts_with("retry:") && !event.starts_with(':') {
                return Some(event);
            }
        }
    }

    /// Waits for the next comment, which keeps a connection open on which nothing is said.
    pub async fn comment(&mut self) {
        while !self.piece().await.expect("a comment").starts_with(':') {}
    }

    async fn piece(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.arrived.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.arrived = rest;
                return Some(event);
            }
            let frame = timeout(self.patience, poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)));
            let piece = frame.await.expect("an event")?.unwrap().into_data().unwrap();
            self.arrived.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    /// The next message: its data.
    pub async fn message(&mut self) -> serde_json::Value {
        let event = self.next().await.expect("a message");
        let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(data).unwrap_or_else(|_| panic!("{event}"))
    }

    /// Whether nothing more comes; what comes instead is told.
    pub async fn is_over(&mut self) -> bool {
        match self.next().await {
            None => true,
            Some(event) => event.starts_with("event: over") && self.next().await.is_none(),
        }
    }
}

//! One stream of events, from the first answer to its end.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Frame};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::{HEARTBEAT, Seat};
use crate::flow::act::{Act, Origin};
use crate::flow::support::conversation::Talk;
use crate::flow::support::live::{self, Listener, News};
use crate::model::support_case::State;
use crate::web::browser::Browser;
use crate::web::case::conversation::meaning;
use crate::web::error::Failure;
use crate::web::reply::Answer;
use crate::web::site::Site;
use crate::web::support::said;

/// Pieces that wait for a slow browser.
const WAITING: usize = 16;
/// A browser that takes nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// The browser comes again after so many milliseconds.
const RETRY: &str = "retry: 3000\n\n";
const HEARTBEAT_LINE: &str = ":\n\n";
/// The last event of a stream that must not be opened again.
const OVER: &str = "event: over\ndata: {}\n\n";

/// Told when the server stops; the server puts it into each request.
#[derive(Clone, Debug)]
pub struct Stopping(pub watch::Receiver<bool>);

/// Answers with the stream of what this listener may hear after message `after`, or what its browser says that it had last.
pub async fn answer(
    site: &Site,
    browser: &Browser,
    listener: Listener,
    (after, headers): (i64, &HeaderMap),
    stopping: Option<Stopping>,
) -> Answer {
    // Cookies of ours go with what a page at a product's site asks for; it could read nothing, but would take up seats.
    if headers.get("sec-fetch-site").is_some_and(|from| from != "same-origin") {
        return Err(Failure::ForeignOrigin);
    }
    let after = last(headers).unwrap_or(after);
    let mut stream =
        Stream { site: site.clone(), origin: browser.origin(), listener, after, heard: after, state: None };
    let Some(news) = stream.news().await? else { return Ok(StatusCode::GONE.into_response()) };
    stream.begin().await?;
    if news.talk.state == State::Closed {
        // What is over needs no seat: it is told, with what was said last.
        let text = RETRY.to_owned() + &stream.events(news.talk) + OVER;
        stream.note_heard().await;
        return Ok(begun(Body::from(text)));
    }
    let seat = Seat::take(site, news.holder, news.case)?;
    stream.state = Some(news.talk.state);
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(stream.run(news.talk, seat, sender, stopping));
    Ok(begun(Body::new(Events(receiver))))
}

fn last(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

fn begun(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// What a stream knows of itself.
struct Stream {
    site: Site,
    origin: Origin,
    listener: Listener,
    /// The newest message that was sent.
    after: i64,
    /// The newest message that was noted as heard.
    heard: i64,
    /// The state that was told last.
    state: Option<State>,
}

impl Stream {
    async fn run(mut self, first: Talk, mut seat: Seat, sender: mpsc::Sender<Bytes>, stopping: Option<Stopping>) {
        let stops = async move {
            match stopping {
                Some(Stopping(mut stop)) => drop(stop.wait_for(|stop| *stop).await),
                None => std::future::pending().await,
            }
        };
        tokio::pin!(stops);
        let mut text = RETRY.to_owned() + &self.events(first);
        loop {
            if !say(&sender, text).await {
                return;
            }
            self.note_heard().await;
            if self.state == Some(State::Closed) {
                say(&sender, OVER.to_owned()).await;
                return;
            }
            tokio::select! {
                woken = seat.woken() => if !woken {
                    say(&sender, OVER.to_owned()).await;
                    return;
                },
                () = sleep(HEARTBEAT) => {}
                () = sender.closed() => return,
                () = &mut stops => return,
            }
            // A database that is away ends the stream; the browser comes again.
            let Ok(news) = self.news().await else { return };
            text = match news {
                Some(news) => self.events(news.talk),
                None => {
                    say(&sender, OVER.to_owned()).await;
                    return;
                }
            };
            if text.is_empty() {
                text = HEARTBEAT_LINE.to_owned();
            }
        }
    }

    fn act(&self) -> Act {
        self.site.app.act_at(self.site.app.clock.now(), self.origin.clone())
    }

    /// What is new, if there is still a right to it.
    async fn news(&self) -> Result<Option<News>, Failure> {
        let (act, listener, after) = (self.act(), self.listener.clone(), self.after);
        self.site.read(move |tx| live::news(tx, &act, &listener, after)).await
    }

    /// Before anything is heard: an analyst's look stands in the owner's trail.
    async fn begin(&self) -> Result<(), Failure> {
        if matches!(self.listener, Listener::Person(_)) {
            return Ok(());
        }
        let (act, listener) = (self.act(), self.listener.clone());
        self.site.write(move |tx| live::begun(tx, &act, &listener)).await
    }

    /// What was sent is as good as read: the script listens only while its page can be seen.
    async fn note_heard(&mut self) {
        if self.heard < self.after {
            let (act, listener, seq) = (self.act(), self.listener.clone(), self.after);
            if self.site.write(move |tx| live::heard(tx, &act, &listener, seq)).await.is_ok() {
                self.heard = self.after;
            }
        }
    }

    fn is_analyst(&self) -> bool {
        matches!(self.listener, Listener::Analyst(..))
    }

    /// Where the case stands, and for the person what that means.
    fn state_data(&self, state: State) -> Value {
        if self.is_analyst() {
            return json!({"words": state.words()});
        }
        json!({"words": state.words(), "meaning": meaning(state)})
    }

    fn events(&mut self, talk: Talk) -> String {
        let is_analyst = self.is_analyst();
        let mut text = String::new();
        for message in talk.messages {
            let said = said::words(&self.site, &message, (message.seq, is_analyst));
            let data = json!({"id": said.id, "author": said.author, "own": said.own, "at": said.at, "text": said.text});
            text += &format!("id: {}\ndata: {data}\n\n", message.seq);
        }
        self.after = self.after.max(talk.newest);
        if self.state != Some(talk.state) {
            self.state = Some(talk.state);
            text += &format!("event: state\ndata: {}\n\n", self.state_data(talk.state));
        }
        text
    }
}

/// Whether it arrived.
async fn say(sender: &mpsc::Sender<Bytes>, text: String) -> bool {
    matches!(timeout(PATIENCE, sender.send(Bytes::from(text))).await, Ok(Ok(())))
}

/// The answer's body: what comes through the channel, until its other end is dropped.
struct Events(mpsc::Receiver<Bytes>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

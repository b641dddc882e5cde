//! The router behind the program's own server, and connections on which requests follow each other without waiting.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::sync::watch;
use vestibule::cli::serve::{Listener, serve_pages};

use super::{Browser, Page, TestApp};

/// It listens on a port of this machine until it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Must be called inside a runtime.
    pub fn start(app: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let listener = Listener::Tcp(tokio::net::TcpListener::from_std(listener).unwrap());
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(serve_pages(listener, None, app.router.clone(), Vec::new(), stopped));
        Self { address, stop }
    }

    pub fn connect(&self) -> Connection {
        Connection(BufReader::new(TcpStream::connect(self.address).unwrap()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// One TCP connection. It blocks the thread that uses it.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Writes all requests in one piece, while the answers are read: HTTP/1.1 pipelining (RFC 9112 section 9.3.2).
    pub fn pipeline(&mut self, requests: &[String]) -> Vec<Page> {
        let all = requests.concat();
        let mut out = self.0.get_ref().try_clone().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || out.write_all(all.as_bytes()).unwrap());
            requests.iter().map(|_| self.answer()).collect()
        })
    }

    fn answer(&mut self) -> Page {
        let status = self.line();
        let status = StatusCode::from_bytes(status.split(' ').nth(1).unwrap().as_bytes()).unwrap();
        let mut headers = HeaderMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let length = headers["content-length"].to_str().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Page { path: String::new(), status, headers, body: String::from_utf8(body).unwrap() }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Browser {
    /// The request that [`Browser::submit_once`] would send, as it goes over the wire.
    pub fn request_of(&self, page: &Page, button: &str, values: &[(&str, &str)]) -> String {
        let form = page.form(button);
        let body = Self::encoded(&form.filled(values));
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            form.action,
            self.host,
            cookies.join("; "),
            body.len()
        )
    }
}

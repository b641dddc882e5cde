//! The demo's ports: a first one, and others at fixed distances from it. What a browser opens is on both loopback addresses, since
//! `localhost` may mean either.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::cli::Failure;
use crate::cli::serve::Listener;

/// From the first port to those of the browser products, in the order of [`KNOWN`](super::product::KNOWN).
const TO_PRODUCTS: [u16; 2] = [1, 2];
/// From the first port to the mailbox's.
const TO_MAILBOX: u16 = 3;
/// From the first port to that of the metrics, which is the last.
const TO_METRICS: u16 = 4;
/// The highest first port.
pub const HIGHEST: u16 = u16::MAX - TO_METRICS;

/// The ports of one demo.
#[derive(Clone, Copy, Debug)]
pub struct Ports(u16);

/// All of them, taken.
pub struct Taken {
    /// Vestibule.
    pub front: Listener,
    /// The browser products.
    pub products: [Listener; 2],
    /// The mailbox.
    pub mailbox: Listener,
    /// The metrics.
    pub metrics: Listener,
}

impl Ports {
    /// The ports that begin at `first`, which is at most [`HIGHEST`].
    pub fn from(first: u16) -> Self {
        Self(first.min(HIGHEST))
    }

    /// Vestibule's address on this machine.
    pub fn front(self) -> SocketAddr {
        at(self.0)
    }

    /// The browser products' addresses.
    pub fn products(self) -> [SocketAddr; 2] {
        TO_PRODUCTS.map(|distance| at(self.0 + distance))
    }

    /// The mailbox's address.
    pub fn mailbox(self) -> SocketAddr {
        at(self.0 + TO_MAILBOX)
    }

    /// The address of the metrics.
    pub fn metrics(self) -> SocketAddr {
        at(self.0 + TO_METRICS)
    }

    /// Vestibule as a browser reaches it.
    pub fn front_url(self) -> String {
        url(self.front())
    }

    /// The browser products as a browser reaches them.
    pub fn product_urls(self) -> [String; 2] {
        self.products().map(url)
    }

    /// The mailbox as a browser reaches it.
    pub fn mailbox_url(self) -> String {
        url(self.mailbox())
    }

    /// Takes them all. Must be called inside a runtime.
    ///
    /// # Errors
    /// A sentence that names the port which cannot be had.
    pub fn take(self) -> Result<Taken, Failure> {
        let [first, second] = self.products();
        Ok(Taken {
            front: self.listen_twice(self.front())?,
            products: [self.listen_twice(first)?, self.listen_twice(second)?],
            mailbox: self.listen_twice(self.mailbox())?,
            metrics: self.listen(self.metrics()).map(Listener::Tcp)?,
        })
    }

    /// At the loopback address of IPv4 and, where this machine has it, at that of IPv6.
    fn listen_twice(self, address: SocketAddr) -> Result<Listener, Failure> {
        let four = self.listen(address)?;
        match open(SocketAddr::from((Ipv6Addr::LOCALHOST, address.port()))) {
            Ok(six) => Ok(Listener::Loopback(four, six)),
            // Whoever has it there would get what people type into the demo.
            Err(error) if error.kind() == ErrorKind::AddrInUse => Err(self.refused(address.port(), &error)),
            Err(_) => Ok(Listener::Tcp(four)),
        }
    }

    fn listen(self, address: SocketAddr) -> Result<TcpListener, Failure> {
        open(address).map_err(|error| self.refused(address.port(), &error))
    }

    fn refused(self, port: u16, error: &io::Error) -> Failure {
        let why = match error.kind() {
            ErrorKind::AddrInUse => "is taken by another program (perhaps another demo)".to_owned(),
            ErrorKind::PermissionDenied => "may not be used: ports below 1024 need a privilege".to_owned(),
            _ => format!("cannot be had: {error}"),
        };
        let last = self.metrics().port();
        Failure::new(format!(
            "Port {port} {why}. The demo uses ports {} to {last}; choose others with --port, for example --port {}.",
            self.0,
            if self.0 < 30_000 { self.0 + 1_000 } else { 8_080 },
        ))
    }
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

fn at(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn url(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_way_out() {
        let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = other.local_addr().unwrap().port();
        let Some(first) = port.checked_sub(TO_MAILBOX).filter(|first| *first <= HIGHEST) else { return };
        let failure = Ports::from(first).listen(at(port)).err().unwrap();
        let sentence = &failure.sentences()[0];
        assert!(sentence.starts_with(&format!("Port {port} is taken by another program")), "{sentence}");
        assert!(sentence.contains("--port"), "{sentence}");
    }

    #[test]
    fn the_ports_are_where_the_documents_say() {
        let ports = Ports::from(8080);
        assert_eq!(ports.front_url(), "http://localhost:8080");
        assert_eq!(ports.product_urls(), ["http://localhost:8081", "http://localhost:8082"]);
        assert_eq!(ports.mailbox_url(), "http://localhost:8083");
        assert_eq!(ports.metrics().to_string(), "127.0.0.1:8084");
        assert_eq!(Ports::from(u16::MAX).metrics().port(), u16::MAX);
    }
}

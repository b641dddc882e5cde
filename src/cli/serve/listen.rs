//! Where connections come from: a TCP address, a socket file, or a socket that systemd opened.

use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use listenfd::ListenFd;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener};

use crate::cli::Failure;
use crate::config::ListenSettings;

/// Whoever is in the socket file's group may connect: the proxy.
const SOCKET_MODE: u32 = 0o660;

/// Both directions of a connection, encrypted or not.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection.
pub(super) type Stream = Box<dyn Duplex>;

/// An address that is taken and waits for connections.
pub enum Listener {
    /// Of the network.
    Tcp(TcpListener),
    /// Both loopback addresses, of IPv4 and of IPv6, at the same port.
    Loopback(TcpListener, TcpListener),
    /// Of this machine. The file, where it is ours, goes with the listener.
    Unix(UnixListener, Option<SocketFile>),
}

impl Listener {
    /// The listener of the settings; a socket of systemd (`LISTEN_FDS`) goes before them.
    ///
    /// # Errors
    /// A sentence that says why the address cannot be had.
    pub fn of(settings: &ListenSettings) -> Result<Self, Failure> {
        if let Some(inherited) = inherited()? {
            return Ok(inherited);
        }
        match &settings.unix_socket {
            Some(path) => Self::unix(path),
            None => Self::tcp(settings.address, "listen.address"),
        }
    }

    /// Takes an address; `key` is the setting that it came from.
    ///
    /// # Errors
    /// A sentence that says why it cannot be had, and names `key`.
    pub fn tcp(address: SocketAddr, key: &str) -> Result<Self, Failure> {
        let open = || {
            let listener = std::net::TcpListener::bind(address)?;
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        };
        open().map(Self::Tcp).map_err(|error| {
            Failure::new(match error.kind() {
                ErrorKind::AddrInUse => format!(
                    "{address} is taken by another program (perhaps another Vestibule). Stop that, or set {key} to a free port."
                ),
                ErrorKind::PermissionDenied => format!(
                    "{address} may not be used: ports below 1024 need a privilege. Set {key} to a higher port, or give the \
                     process CAP_NET_BIND_SERVICE."
                ),
                ErrorKind::AddrNotAvailable => {
                    format!("{address} is no address of this machine. Set {key} to one, or to 0.0.0.0 or [::] for all.")
                }
                _ => format!("{address} cannot be listened on: {error}. It comes from {key}."),
            })
        })
    }

    fn unix(path: &Path) -> Result<Self, Failure> {
        remove_stale(path)?;
        let open = || {
            let listener = UnixListener::bind(path)?;
            let file = SocketFile(path.to_owned());
            fs::set_permissions(path, Permissions::from_mode(SOCKET_MODE))?;
            Ok((listener, file))
        };
        let (listener, file) = open().map_err(|error: io::Error| {
            Failure::new(format!(
                "The socket {} cannot be made: {error}. Set listen.unix_socket to a file in a folder that the user who runs \
                 Vestibule may write to.",
                path.display()
            ))
        })?;
        Ok(Self::Unix(listener, Some(file)))
    }

    /// The next connection, and the peer's address where it has one.
    pub(super) async fn accept(&self) -> io::Result<(Stream, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => of_network(listener.accept().await?),
            Self::Loopback(four, six) => tokio::select! {
                accepted = four.accept() => of_network(accepted?),
                accepted = six.accept() => of_network(accepted?),
            },
            Self::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Box::new(stream), None))
            }
        }
    }
}

fn of_network((stream, peer): (TcpStream, SocketAddr)) -> io::Result<(Stream, Option<SocketAddr>)> {
    stream.set_nodelay(true)?;
    Ok((Box::new(stream), Some(peer)))
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(listener) | Self::Loopback(listener, _) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(_) => f.write_str("an address"),
            },
            Self::Unix(_, Some(file)) => file.0.display().fmt(f),
            Self::Unix(_, None) => f.write_str("a socket of systemd"),
        }
    }
}

/// A socket file that is removed with its listener.
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Where it cannot be removed, the next start removes it or says so.
        let _ = fs::remove_file(&self.0);
    }
}

/// Removes a socket file on which nobody listens any more.
fn remove_stale(path: &Path) -> Result<(), Failure> {
    let Ok(facts) = fs::symlink_metadata(path) else { return Ok(()) };
    let shown = path.display();
    if !facts.file_type().is_socket() {
        return Err(Failure::new(format!(
            "{shown} is there and is no socket. Set listen.unix_socket to another name."
        )));
    }
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        return Err(Failure::new(format!(
            "Another program (perhaps another Vestibule) listens on {shown}. Stop that, or set listen.unix_socket to another name."
        )));
    }
    fs::remove_file(path).map_err(|error| {
        Failure::new(format!(
            "The socket {shown} is left from an earlier run and cannot be removed: {error}. Remove it, or make its folder \
             writable for the user who runs Vestibule."
        ))
    })
}

/// The first socket that systemd handed over (`sd_listen_fds`).
fn inherited() -> Result<Option<Listener>, Failure> {
    let mut given = ListenFd::from_env();
    if given.len() == 0 {
        return Ok(None);
    }
    take(&mut given).map_err(|error| {
        Failure::new(format!(
            "The socket of systemd cannot be used: {error}. Its unit needs ListenStream= and nothing else."
        ))
    })
}

fn take(given: &mut ListenFd) -> io::Result<Option<Listener>> {
    if let Ok(Some(listener)) = given.take_unix_listener(0) {
        listener.set_nonblocking(true)?;
        return Ok(Some(Listener::Unix(UnixListener::from_std(listener)?, None)));
    }
    let Some(listener) = given.take_tcp_listener(0)? else { return Ok(None) };
    listener.set_nonblocking(true)?;
    Ok(Some(Listener::Tcp(TcpListener::from_std(listener)?)))
}

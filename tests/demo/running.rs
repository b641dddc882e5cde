//! A running demo, and the little of HTTP that is needed to ask it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);
/// Below the ports that the system gives to clients, and above those of the tests with a browser.
const FIRST_PORT: u16 = 12_000;
const APART: u16 = 5;

/// A demo; it ends with this value.
pub struct Demo {
    process: Child,
    pub port: u16,
    folder: PathBuf,
    /// What it printed up to the line that says that it is ready.
    pub said: String,
}

impl Demo {
    /// Starts it on its data in `folder`.
    pub fn start(folder: &Path) -> Self {
        Self::start_at(folder, free_ports())
    }

    /// The same at this port.
    pub fn start_at(folder: &Path, port: u16) -> Self {
        let mut process = command()
            .args(["demo", "--port", &port.to_string(), "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("Vestibule demo ready at ") {
                return Self { process, port, folder: folder.to_owned(), said };
            }
        }
        let mut why = String::new();
        process.stderr.take().unwrap().read_to_string(&mut why).unwrap();
        process.wait().unwrap();
        panic!("the demo did not start: {why}");
    }

    /// What a command prints that works on the demo's installation.
    pub fn run(&self, arguments: &[&str]) -> String {
        let config = self.folder.join("vestibule.toml");
        let done = command().arg("--config").arg(config).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// What the mailbox answers, as JSON.
    pub fn mailbox(&self, path: &str) -> Value {
        let answer = ask(self.port + 3, &format!("GET {path}"), "").body;
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{path} is no JSON ({error}): {answer}"))
    }

    /// The newest mail to an address, once there is one.
    pub fn mail(&self, address: &str) -> Value {
        let mut mail = None;
        until(&format!("a mail to {address}"), || {
            mail = self.mailbox(&format!("/api/messages?to={address}")).get(0).cloned();
            mail.is_some()
        });
        mail.unwrap()
    }

    /// Ends it as a service manager does.
    pub fn stop(mut self) -> ExitStatus {
        let told = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(told.success());
        self.process.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program, with nothing of the environment in which the tests run.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.env_clear().stdin(Stdio::null());
    command
}

/// A first port whose neighbours are free too.
pub fn free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 800).unwrap() * APART;
    loop {
        let port = FIRST_PORT + start + NEXT.fetch_add(APART, Ordering::Relaxed);
        if (port..port + APART).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return port;
        }
    }
}

/// Waits for something that is about to be so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Asks once; `headers` are lines that each end with a line's end.
pub fn ask(port: u16, what: &str, headers: &str) -> Answer {
    ask_at((Ipv4Addr::LOCALHOST, port).into(), what, headers)
}

/// The same at either of this machine's own addresses.
pub fn ask_at(address: SocketAddr, what: &str, headers: &str) -> Answer {
    let port = address.port();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let host = if headers.contains("Host: ") { String::new() } else { format!("Host: localhost:{port}\r\n") };
    write!(stream, "{what} HTTP/1.1\r\n{host}Connection: close\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

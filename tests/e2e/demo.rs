//! The demo as a child process, its mailbox and its accounts.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use super::tools::{request, until};

/// The demo listens on its base port and the four after it.
const PORTS: u16 = 5;
/// Below the ports that the system gives to clients.
const FIRST_PORT: u16 = 18_000;
const LAST_PORT: u16 = 32_000;

/// A demo of one's own, with its own data.
pub struct Demo {
    process: Child,
    port: u16,
    data: TempDir,
}

impl Demo {
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let port = free_ports();
        let mut process = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .args(["demo", "--port", &port.to_string(), "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let ready = lines.find(|line| line.starts_with("Vestibule demo ready at "));
        assert!(ready.is_some(), "the demo ended before it was ready");
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, port, data }
    }

    /// An address of Vestibule.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// An address of the mailbox.
    pub fn mailbox_url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.mailbox_port())
    }

    /// What the mailbox tells of an account.
    pub fn account(&self, username: &str) -> Value {
        let accounts = self.mailbox("/api/accounts");
        let mut found = accounts.as_array().unwrap().iter().filter(|account| account["username"] == username);
        found.next().unwrap_or_else(|| panic!("the demo has no {username}")).clone()
    }

    /// The newest mail to an account whose subject contains these words, once it is there.
    pub async fn mail(&self, username: &str, subject: &str) -> Mail {
        until(&format!("the mail “{subject}” to {username}"), async || {
            let mails = self.mailbox(&format!("/api/messages?to={username}@example.org"));
            let is_it = |mail: &&Value| mail["subject"].as_str().unwrap().contains(subject);
            mails.as_array().unwrap().iter().find(is_it).map(|mail| Mail(mail.clone()))
        })
        .await
    }

    /// What a command prints that runs beside the demo.
    pub fn command(&self, arguments: &[&str]) -> String {
        let done = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .arg("--config")
            .arg(self.settings())
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    fn settings(&self) -> PathBuf {
        self.data.path().join("vestibule.toml")
    }

    fn mailbox(&self, path: &str) -> Value {
        serde_json::from_str(&request("GET", self.mailbox_port(), path).unwrap()).unwrap()
    }

    fn mailbox_port(&self) -> u16 {
        self.port + 3
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A mail as the mailbox tells it.
pub struct Mail(Value);

impl Mail {
    /// The link of the mail that leads to such a path of Vestibule.
    pub fn link(&self, path: &str) -> String {
        let mut words = self.text().split_whitespace().map(|word| word.trim_matches(['<', '>', '(', ')']));
        words.find(|word| word.contains(path)).unwrap_or_else(|| panic!("no {path} in {}", self.text())).to_owned()
    }

    /// The six digits that it carries.
    pub fn passcode(&self) -> String {
        let mut lines = self.text().lines().map(|line| line.replace([' ', '-'], ""));
        lines.find(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit())).expect("six digits")
    }

    /// Its page in the mailbox.
    pub fn page(&self) -> String {
        format!("/messages/{}", self.0["id"].as_str().map_or_else(|| self.0["id"].to_string(), str::to_owned))
    }

    /// As a mail program shows it.
    pub fn html(&self) -> &str {
        self.0["html"].as_str().unwrap()
    }

    fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }
}

/// The first of five ports in a row that are free, and that no other test of this run takes.
fn free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 1000).unwrap() * PORTS;
    loop {
        let base = FIRST_PORT + offset + NEXT.fetch_add(PORTS, Ordering::Relaxed);
        assert!(base < LAST_PORT, "no five free ports in a row");
        if (base..base + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return base;
        }
    }
}

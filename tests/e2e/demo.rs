//! The demo as a child process, its mailbox and its accounts.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::mail::Mail;
use super::program::{Installation, Running, vestibule};
use super::tools::{request, until};

/// From Vestibule's port to the mailbox's.
const TO_MAILBOX: u16 = 3;

/// A demo of one's own, with its own data.
pub struct Demo {
    installation: Installation,
    /// Kept until the demo goes.
    _running: Running,
}

impl Demo {
    pub fn start() -> Self {
        Self::on(Installation::planned())
    }

    /// A demo with settings of its own: lines of TOML, each with its whole key.
    pub fn with(settings: &str) -> Self {
        let (installation, _) = Installation::made(settings);
        // By this file the demo knows the folder for one of its own.
        std::fs::write(installation.folder().join("demo-mailbox.jsonl"), "").unwrap();
        Self::on(installation)
    }

    fn on(installation: Installation) -> Self {
        let process = vestibule()
            .args(["demo", "--port", &installation.port.to_string(), "--data"])
            .arg(installation.folder())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Running(process);
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        let ready = lines.find(|line| line.starts_with("Vestibule demo ready at "));
        assert!(ready.is_some(), "the demo ended before it was ready");
        std::thread::spawn(move || lines.for_each(drop));
        Self { installation, _running: running }
    }

    /// The folder and the ports.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// An address of Vestibule.
    pub fn url(&self, path: &str) -> String {
        self.installation.url(path)
    }

    /// An address of the product that stands so many ports after Vestibule.
    pub fn product_url(&self, product: u16, path: &str) -> String {
        format!("http://localhost:{}{path}", self.installation.port + product)
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
        self.newest_mail(username, subject, 1).await
    }

    /// The same, once there are so many.
    pub async fn newest_mail(&self, username: &str, subject: &str, count: usize) -> Mail {
        until(&format!("mail {count} “{subject}” to {username}"), async || {
            let mails = self.mailbox(&format!("/api/messages?to={username}@example.org"));
            let is_it = |mail: &&Value| mail["subject"].as_str().unwrap().contains(subject);
            let found: Vec<&Value> = mails.as_array().unwrap().iter().filter(is_it).collect();
            found.first().filter(|_| found.len() >= count).map(|mail| Mail((*mail).clone()))
        })
        .await
    }

    fn mailbox(&self, path: &str) -> Value {
        serde_json::from_str(&request("GET", self.mailbox_port(), path).unwrap()).unwrap()
    }

    fn mailbox_port(&self) -> u16 {
        self.installation.port + TO_MAILBOX
    }
}

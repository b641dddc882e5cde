//! The SMTP server as a child process, and what it tells.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How the server protects its connections.
#[derive(Clone, Copy)]
pub enum Kind {
    StartTls,
    Tls,
    /// Neither TLS nor STARTTLS nor AUTH.
    Clear,
}

/// A self-signed certificate for `localhost`.
pub struct Certificate {
    folder: TempDir,
}

impl Certificate {
    pub fn new() -> Self {
        let certificate = Self { folder: tempfile::tempdir().unwrap() };
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-config", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/certificate.cnf")])
            .arg("-keyout")
            .arg(certificate.key())
            .arg("-out")
            .arg(certificate.path())
            .output()
            .expect("openssl is needed: apt-get install openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        certificate
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }
}

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    events: UnboundedReceiver<Value>,
    pub port: u16,
}

impl Server {
    pub async fn start(kind: Kind, certificate: &Certificate) -> Self {
        Self::start_at(0, kind, certificate).await
    }

    /// Starts it at a port that was free a moment ago.
    pub async fn start_at(port: u16, kind: Kind, certificate: &Certificate) -> Self {
        let kind = match kind {
            Kind::StartTls => "starttls",
            Kind::Tls => "tls",
            Kind::Clear => "clear",
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp/server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .args([kind, &port.to_string()])
            .args([certificate.path(), certificate.key()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed: apt-get install python3-aiosmtpd");
        let (tell, events) = unbounded_channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut server = Self { child, events, port };
        let ready = server.event("ready").await;
        server.port = u16::try_from(ready["port"].as_u64().unwrap()).unwrap();
        server
    }

    /// The next event of this name; those before it are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("no {name} in time"));
            let event = event.expect("the server has ended: is python3-aiosmtpd installed?");
            if event["event"] == name {
                return event;
            }
        }
    }

    /// Ends the server; everything else that has happened.
    pub async fn end(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        let mut events = Vec::new();
        while let Some(event) = self.events.recv().await {
            events.push(event);
        }
        events
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port where nothing listens.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

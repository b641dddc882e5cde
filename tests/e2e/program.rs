//! The built program as a child process, and the folder of an installation in which it runs.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use rusqlite::Connection;
use tempfile::TempDir;

/// A demo listens on its base port and the four after it.
const PORTS: u16 = 5;
/// Below the ports that the system gives to clients.
const FIRST_PORT: u16 = 18_000;
const LAST_PORT: u16 = 32_000;

/// The program, with nothing of the environment in which the tests run.
pub fn vestibule() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.env_clear().stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// A program that runs until this value goes.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended by itself cannot be killed, and need not be.
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// A folder of one's own, and ports that go with it.
pub struct Installation {
    around: TempDir,
    pub port: u16,
}

impl Installation {
    /// A folder that does not exist yet.
    pub fn planned() -> Self {
        Self { around: tempfile::tempdir().unwrap(), port: free_ports() }
    }

    /// What `init` makes, with these settings: lines of TOML, each with its whole key. Besides, the first administrator's link.
    pub fn made(settings: &str) -> (Self, String) {
        let installation = Self::planned();
        let (folder, site) = (installation.folder(), installation.url(""));
        let made = vestibule().arg("init").arg(&folder).args(["--public-url", &site]).output().unwrap();
        let told = String::from_utf8(made.stdout).unwrap();
        let link =
            told.lines().find(|line| line.contains("/invitation/link/")).expect("the first administrator's link");
        let text = format!(
            "public_url = \"{site}\"\nlisten.address = \"127.0.0.1:{}\"\nmetrics.address = \"127.0.0.1:{}\"\n\
             database.url = \"sqlite:data/vestibule.db\"\nkeyring.file = \"keyring.toml\"\n{settings}\n",
            installation.port,
            installation.port + 4
        );
        std::fs::write(installation.settings(), text).unwrap();
        (installation, link.trim().to_owned())
    }

    pub fn folder(&self) -> PathBuf {
        self.around.path().join("v")
    }

    pub fn settings(&self) -> PathBuf {
        self.folder().join("vestibule.toml")
    }

    /// An address of Vestibule.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// What a command prints that runs beside the server.
    pub fn command(&self, arguments: &[&str]) -> String {
        let done =
            vestibule().arg("--config").arg(self.settings()).args(arguments).stderr(Stdio::piped()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Its database, opened beside the server's own.
    pub fn database(&self) -> Connection {
        Connection::open(self.folder().join("data/vestibule.db")).unwrap()
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

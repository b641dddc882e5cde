//! The program as a child process that ends with the test.

use std::io::{BufRead, BufReader, Lines, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Ports that a demo takes.
const PORTS: u16 = 5;
/// Below the ports that the system gives to clients.
const FIRST_PORT: u16 = 24_000;
const LAST_PORT: u16 = 32_000;

/// The program with nothing of the environment in which the tests run; temporary files go to `temporary`.
pub fn vestibule(temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.env_clear().env("TMPDIR", temporary).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A program that runs; killed with this value.
pub struct Running {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    log: Option<JoinHandle<String>>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut err = child.stderr.take().unwrap();
        let log = thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, out, log: Some(log) }
    }

    /// The first line on standard output that begins so.
    pub fn line(&mut self, beginning: &str) -> String {
        let found = self.out.by_ref().map_while(Result::ok).find(|line| line.starts_with(beginning));
        found.unwrap_or_else(|| panic!("it ended without “{beginning}”: {}", self.log.take().unwrap().join().unwrap()))
    }

    /// Ends it as a service manager does, in order; what it wrote to standard output since, and the whole log.
    pub fn stop(mut self) -> (Vec<String>, String) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        let status = until("the program ends", || self.child.try_wait().unwrap());
        assert_eq!(status.code(), Some(0));
        (self.out.by_ref().map_while(Result::ok).collect(), self.log.take().unwrap().join().unwrap())
    }

    /// Ends it at once, with SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer.
#[track_caller]
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "it does not come about that {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The first of five ports in a row that are free, and that no other test of this run takes.
pub fn free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 1_000).unwrap() * PORTS;
    loop {
        let first = FIRST_PORT + offset + NEXT.fetch_add(PORTS, Ordering::Relaxed);
        assert!(first < LAST_PORT, "no five free ports in a row");
        if (first..first + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return first;
        }
    }
}

//! A PostgreSQL server of the test's own that may be killed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::until;

/// A whole server of the test's own; gone with the value.
pub struct Server(String);

impl Server {
    pub fn start() -> Self {
        Self(run(&["start"]).trim_end().to_owned())
    }

    pub fn url(&self) -> &str {
        &self.0
    }

    /// Ends every process of the server at once: nothing is finished, and the next start recovers.
    pub fn crash(&self) {
        let file = self.pid_file();
        let pid = std::fs::read_to_string(&file).unwrap();
        let killed = Command::new("kill").args(["-QUIT", pid.lines().next().unwrap()]).status().unwrap();
        assert!(killed.success());
        until("PostgreSQL is gone", || (!file.exists()).then_some(()));
    }

    /// Starts it again.
    pub fn start_again(&self) {
        run(&["again", &self.0]);
    }

    fn pid_file(&self) -> PathBuf {
        let folder = self.0.split_once('@').unwrap().1.split_once(':').unwrap().0.replace("%2F", "/");
        Path::new(&folder).join("data/postmaster.pid")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = script().args(["stop", &self.0]).status();
    }
}

fn script() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres.sh"))
}

fn run(arguments: &[&str]) -> String {
    let said = script().args(arguments).output().unwrap();
    assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

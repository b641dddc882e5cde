//! An installation in a folder that goes with it, and a server that ends with the test.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take before the test gives up. Nothing is waited for that long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The binary, with nothing of this process's own settings.
pub fn vestibule() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VESTIBULE_")) {
        command.env_remove(name);
    }
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// What it printed, when it worked and complained of nothing.
    #[track_caller]
    pub fn fine(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.fine()).unwrap()
    }

    /// Why it did not work: sentences without anything that only programmers read.
    #[track_caller]
    pub fn sentence(self) -> String {
        assert_eq!(self.status, 1, "{} {}", self.out, self.err);
        let sentence = self.err.trim_end();
        for unread in ["Error {", "Os {", "kind:", "panicked", "unwrap", "Some(", "Err(", "os error 2)\""] {
            assert!(!sentence.contains(unread), "{sentence}");
        }
        assert!(sentence.ends_with(['.', '?']), "{sentence}");
        sentence.to_owned()
    }
}

/// A fresh installation. Its address is free, its metrics are off.
pub struct Installation {
    pub folder: TempDir,
    pub port: u16,
    pub first_address: String,
    settings: Vec<(String, String)>,
    postgres: Option<String>,
}

impl Installation {
    pub fn new() -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let url = format!("http://localhost:{port}");
        let said = vestibule().arg("init").arg(folder.path().join("v")).args(["--public-url", &url]).output().unwrap();
        let said = Said::of(&said).fine();
        let first_address = said.lines().map(str::trim).find(|line| line.starts_with(&url)).unwrap().to_owned();
        let settings = Vec::new();
        let new = Self { folder, port, first_address, settings, postgres: None };
        new.set("LISTEN__ADDRESS", format!("127.0.0.1:{port}")).set("METRICS__ADDRESS", String::new())
    }

    /// Sets `VESTIBULE_{name}` for every command from now on.
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.push((format!("VESTIBULE_{name}"), value.into()));
        self
    }

    /// The same with its tables on a PostgreSQL.
    pub fn on_postgres(self, url: String) -> Self {
        Self { postgres: Some(url.clone()), ..self.set("DATABASE__URL", url) }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("v").join(name)
    }

    /// A command on this installation.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = vestibule();
        command.args(arguments).arg("--config").arg(self.file("vestibule.toml"));
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// The same with something to read.
    pub fn run_reading(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that refuses its arguments does not read.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Said::of(&child.wait_with_output().unwrap())
    }

    pub fn add(&self, username: &str) -> Value {
        let email = format!("{username}@example.org");
        let arguments = ["account", "add", username, "--email", &email, "--password-stdin", "--json"];
        self.run_reading(&arguments, "correct horse battery staple\n").json()
    }

    /// A server that is ready.
    pub fn serve(&self) -> Server {
        let server = Server::start(self.command(&["serve"]).stdin(Stdio::null()));
        server.wait_for("\"listening\"");
        server
    }

    /// A connection of the test's own to the database.
    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file("data/vestibule.db")).unwrap()
    }

    /// Changes the database past the program, on whichever engine.
    pub fn execute(&self, sql: &str) {
        match &self.postgres {
            Some(url) => postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap(),
            None => self.database().execute_batch(sql).unwrap(),
        }
    }

    /// The first column of what a query finds.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        if let Some(url) = &self.postgres {
            let rows = postgres::Client::connect(url, postgres::NoTls).unwrap().query(sql, &[]).unwrap();
            return rows.iter().map(|row| row.get(0)).collect();
        }
        let database = self.database();
        let mut query = database.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Writes a line into the configuration file's top.
    pub fn write_setting(&self, line: &str) {
        let file = self.file("vestibule.toml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{line}\n{text}")).unwrap();
    }
}

/// A running server; killed when the test ends before it.
pub struct Server {
    process: Child,
    log: Receiver<String>,
}

impl Server {
    pub fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let (sender, log) = mpsc::channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, log }
    }

    /// The next line of the log that contains `words`.
    #[track_caller]
    pub fn wait_for(&self, words: &str) -> String {
        self.next_line(words, PATIENCE).unwrap_or_else(|seen| panic!("the log does not say {words}: {seen:#?}"))
    }

    /// Whether the log says it in so much time.
    pub fn says_within(&self, words: &str, time: Duration) -> bool {
        self.next_line(words, time).is_ok()
    }

    fn next_line(&self, words: &str, time: Duration) -> Result<String, Vec<String>> {
        let (end, mut seen) = (Instant::now() + time, Vec::new());
        while let Ok(line) = self.log.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(words) {
                return Ok(line);
            }
            seen.push(line);
        }
        Err(seen)
    }

    pub fn terminate(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    #[track_caller]
    pub fn wait(mut self) -> ExitStatus {
        until("the server ends", || self.process.try_wait().unwrap())
    }

    /// Tells it to stop; it must end in order.
    #[track_caller]
    pub fn stop(self) {
        self.terminate();
        assert_eq!(self.wait().code(), Some(0));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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

/// Sends `request` and reads until the other side closes, in order or not.
pub fn exchange(mut connection: impl Read + Write, request: &str) -> String {
    let _ = connection.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

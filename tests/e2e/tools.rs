//! The programs of others, and the waiting for what they cause.

use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How long anything may take before a test fails; longer than a step of 30 seconds.
const PATIENCE: Duration = Duration::from_secs(45);
const PAUSE: Duration = Duration::from_millis(50);

/// What a program of a Debian package prints.
pub fn run(program: &str, package: &str, arguments: &[&str]) -> String {
    let done = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program} does not run ({error}); install Debian's package {package}"));
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// The passcode that an authenticator app shows now for a manual entry code.
pub fn passcode(code: &str) -> String {
    run("oathtool", "oathtool", &["--totp", "--base32", code])
}

/// The passcode that it showed before that: a sign-in that has just begun takes it, and another one after it.
pub fn earlier_passcode(code: &str) -> String {
    run("oathtool", "oathtool", &["--totp", "--base32", "--now", "-30 seconds", code])
}

/// The passcode that it shows next, once it does.
pub async fn next_passcode(code: &str, after: &str) -> String {
    until("the next passcode", async || Some(passcode(code)).filter(|now| now != after)).await
}

/// Six digits that the app does not show about now.
pub fn wrong_passcode(code: &str) -> String {
    let near: Vec<String> = ["-90 seconds", "-60 seconds", "-30 seconds", "now", "30 seconds", "60 seconds"]
        .iter()
        .map(|when| run("oathtool", "oathtool", &["--totp", "--base32", "--now", when, code]))
        .collect();
    (0..).map(|number| format!("{number:06}")).find(|digits| !near.contains(digits)).unwrap()
}

/// What the camera of a phone reads in a picture.
pub fn read_qr_code(picture: &Path) -> String {
    run("zbarimg", "zbar-tools", &["--quiet", "--raw", picture.to_str().unwrap()])
}

/// The script that finds what keeps people out of a page.
pub fn axe_core() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(file).expect("axe-core is missing; run scripts/install.sh, or npm ci in tests/e2e")
}

/// Where the pictures of all pages go.
pub fn screens() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Asks until there is an answer.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// An answer of a server on this machine.
pub struct Answer {
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    pub body: String,
}

/// The body of an answer, whatever its status.
pub fn request(method: &str, port: u16, path: &str) -> std::io::Result<String> {
    ask(port, &format!("{method} {path}"), "", "").map(|answer| answer.body)
}

/// Asks a server on this machine, which must give its answer's length: the driver keeps its connections. `headers` are lines that
/// each end with a line's end; `form` is the body.
pub fn ask(port: u16, what: &str, headers: &str, form: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{what} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n{headers}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )?;
    let mut answer = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        answer.read_line(&mut line)?;
        head.push_str(&line);
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            _ => (),
        }
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok(Answer { status, head, body: String::from_utf8(body).unwrap() })
}

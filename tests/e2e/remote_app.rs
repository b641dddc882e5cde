//! The demo's remote app in a terminal, from the setup email to the tokens.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use data_encoding::BASE64;
use serde_json::Value;

use super::demo::Demo;
use super::program::vestibule;
use super::tools::{next_passcode, passcode, read_qr_code};

const NEW_USER: &str = "new-user-3";

/// The program, and the person at its keyboard.
struct Terminal {
    process: Child,
    keyboard: ChildStdin,
    screen: BufReader<ChildStdout>,
    /// All that it has shown.
    shown: String,
}

impl Terminal {
    fn open(demo: &Demo) -> Self {
        let mut process = vestibule()
            .args(["demo", "remote-app", "--server", &demo.url("")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (keyboard, screen) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, keyboard, screen, shown: String::new() }
    }

    /// Waits for the words, then types.
    fn answer(&mut self, words: &str, typed: &str) {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(words) {
            let mut byte = [0];
            assert_eq!(self.screen.read(&mut byte).unwrap(), 1, "it ended before “{words}”: {}", self.shown);
            seen.push(byte[0]);
            self.shown.push(char::from(byte[0]));
        }
        writeln!(self.keyboard, "{typed}").unwrap();
    }

    fn give(&mut self, password: &str) {
        self.answer("Username:", NEW_USER);
        self.answer("Password:", password);
    }

    /// What it shows after a whole sign-in: the claims of its tokens.
    fn claims(mut self) -> Value {
        let mut lines = (&mut self.screen).lines().map_while(Result::ok);
        let signed_in = format!("Signed in as {NEW_USER}");
        lines.find(|line| line.contains(&signed_in)).unwrap_or_else(|| panic!("not signed in: {}", self.shown));
        let claims = lines.collect::<Vec<_>>().join("\n");
        assert!(self.process.wait().unwrap().success());
        serde_json::from_str(&claims).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s4_2_the_mail_of_a_remote_app_carries_its_key_and_the_first_passcode_signs_in() {
    let demo = Demo::start();
    let password = demo.account(NEW_USER)["password"].as_str().unwrap().to_owned();
    let mut terminal = Terminal::open(&demo);
    terminal.give(&password);
    terminal.answer("1) Send me a setup email", "1");
    let mail = demo.mail(NEW_USER, "Remote Ledger").await;
    let code = manual_code(&mail.0);
    let read = qr_code(&mail.0);
    assert!(read.starts_with("otpauth://totp/"), "{read}");
    assert!(read.split(['?', '&']).any(|part| part == format!("secret={code}")), "{read} against {code}");
    let first = passcode(&code);
    terminal.answer("Passcode:", &first);
    assert_eq!(terminal.claims()["id_token"]["acr"], "urn:vestibule:acr:mfa-email");
    // Signing in again asks for a passcode again.
    let mut terminal = Terminal::open(&demo);
    terminal.give(&password);
    terminal.answer("Passcode:", &first);
    terminal.answer("already used", "");
    terminal.answer("Passcode:", &next_passcode(&code, &first).await);
    assert_eq!(terminal.claims()["access_token"]["client_id"], "remote-ledger");
}

fn manual_code(mail: &Value) -> String {
    let after = mail["text"].as_str().unwrap().split("Authenticator Manual Code:").nth(1).expect("the manual code");
    after.trim_start().lines().next().unwrap().replace(' ', "")
}

/// What a camera reads in the picture that the HTML shows by its content id.
fn qr_code(mail: &Value) -> String {
    let picture = &mail["attachments"][0];
    assert!(mail["html"].as_str().unwrap().contains(&format!("cid:{}", picture["content_id"].as_str().unwrap())));
    let file = tempfile::NamedTempFile::with_suffix(".png").unwrap();
    std::fs::write(file.path(), BASE64.decode(picture["base64"].as_str().unwrap().as_bytes()).unwrap()).unwrap();
    read_qr_code(file.path())
}

#[tokio::test(flavor = "multi_thread")]
async fn s4_4_the_terminal_asks_for_the_link_to_set_up_a_new_device() {
    let demo = Demo::start();
    let password = demo.account("ready-user")["password"].as_str().unwrap().to_owned();
    let mut terminal = Terminal::open(&demo);
    terminal.answer("Username:", "ready-user");
    terminal.answer("Password:", &password);
    terminal.answer("3) Set up a new device", "3");
    terminal.answer("A link is on its way to your mailbox.", "");
    let mail = demo.mail("ready-user", "Set up a new device").await;
    assert!(mail.link("/new-device/link/").contains("vst_l_"));
}

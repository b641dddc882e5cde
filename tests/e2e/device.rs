//! A program without a browser, written with a library that is not ours, and its person in front of Chromium.

use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Command, Stdio};

use super::browser::Script;
use super::program::Running;
use super::tools::{earlier_passcode, passcode};
use super::visit::Visit;

const READY_USER: &str = "ready-user";
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/clients/device.mjs");

/// The program, and what it shows.
struct Terminal {
    screen: BufReader<ChildStdout>,
    _running: Running,
}

impl Terminal {
    fn open(visit: &Visit) -> Self {
        let mut program = Command::new("node");
        program.arg(PROGRAM).env("ISSUER", visit.demo.url("")).env("CLIENT_ID", "command-line").stdout(Stdio::piped());
        let mut process = program.spawn().unwrap();
        Self { screen: BufReader::new(process.stdout.take().unwrap()), _running: Running(process) }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.screen.read_line(&mut line).unwrap(), 0, "the program ended");
        line.trim_end().to_owned()
    }
}

/// A demo with the product that docs/products/device.md registers.
async fn visit(script: Script) -> Visit {
    let visit = Visit::begin(script).await;
    let page = include_str!("../../docs/products/device.md");
    let line = page.lines().find_map(|line| line.trim().strip_prefix("vestibule ")).expect("a command");
    let arguments: Vec<_> = line
        .replace("\"Command Line\"", "Command\u{a0}Line")
        .split(' ')
        .map(|word| word.replace('\u{a0}', " "))
        .collect();
    visit.demo.installation().command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    visit
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_11_a_program_in_a_terminal_is_let_in_by_its_person_in_a_browser() {
    let visit = visit(Script::On).await;
    let page = &visit.browser;
    let mut terminal = Terminal::open(&visit);
    let told = terminal.line();
    let code = told.rsplit(' ').next().unwrap().to_owned();
    assert_eq!(told, format!("Open {} in a browser and type {code}", visit.demo.url("/oauth2/device")));
    visit.open("/oauth2/device").await;
    visit.sign_in(READY_USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&earlier_passcode(&visit.code(READY_USER))).await;
    page.heading("Sign in on a device").await;
    page.look("device-code").await;
    page.fill("Code", "BCDF-GHJK").await;
    page.press("Continue").await;
    page.says("No device shows this code now").await;
    page.look("device-code-wrong").await;
    page.fill("Code", &code.to_lowercase()).await;
    page.press("Continue").await;
    page.heading("Is this your device?").await;
    page.says("localhost").await;
    page.look("device-approve").await;
    page.press("Approve").await;
    page.heading("Enter your passcode").await;
    page.look("device-passcode").await;
    visit.verify(&passcode(&visit.code(READY_USER))).await;
    page.heading("Your device is signed in").await;
    page.look("device-approved").await;
    assert_eq!(terminal.line(), format!("Signed in as {READY_USER}"));
    assert_eq!(terminal.line(), "Goes on for 600 seconds at a time");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_11_a_device_is_refused_without_script() {
    let visit = visit(Script::Off).await;
    let page = &visit.browser;
    let mut terminal = Terminal::open(&visit);
    let code = terminal.line().rsplit(' ').next().unwrap().to_owned();
    visit.open("/").await;
    visit.sign_in(READY_USER).await;
    visit.verify(&passcode(&visit.code(READY_USER))).await;
    page.says("You are signed in as ready-user").await;
    visit.open("/oauth2/device").await;
    page.fill("Code", &code).await;
    page.press("Continue").await;
    page.press("Deny").await;
    page.heading("The device was not signed in").await;
    page.look("no-script-device-denied").await;
}

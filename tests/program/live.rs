//! The live conversation and the end of the server.

use std::thread;
use std::time::{Duration, Instant};

use super::browser::{Browser, Stream};
use super::demo::{json, passcode};
use super::process::{Running, free_ports, vestibule};

/// Requests that are under way may take 20 seconds at the end; a stream would take them all.
const AT_ONCE: Duration = Duration::from_secs(5);
const ANALYST: usize = 5;

#[test]
fn who_listens_does_not_keep_the_server_from_stopping() {
    let temporary = tempfile::tempdir().unwrap();
    let port = free_ports();
    let mut demo = Running::start(vestibule(temporary.path()).args(["demo", "--port", &port.to_string()]));
    demo.line("Vestibule demo ready at ");
    let accounts = json(port + 3, "/api/accounts");
    let [username, password, secret] =
        ["username", "password", "totp_secret"].map(|field| accounts[ANALYST][field].as_str().unwrap());
    let mut browser = Browser::new(port);
    let page = browser.open("/sign-in");
    let page = browser.send(&page, "/sign-in", &[("username", username), ("password", password)]);
    browser.send(&page, "/sign-in/passcode", &[("passcode", &passcode(secret))]);
    let page = browser.open("/support/open");
    let case = browser.send(&page, "/support/open", &[("who", "ready-user")]);
    let path = case.path.split('?').next().unwrap();
    let mut streams: Vec<Stream> = (0..3).map(|_| browser.listen(&format!("{path}/live?after=0"))).collect();
    assert!(streams.iter_mut().all(|stream| stream.line() == "retry: 3000"), "they are open");

    let readers: Vec<_> = streams.into_iter().map(|stream| thread::spawn(|| stream.rest())).collect();
    let told = Instant::now();
    demo.stop();
    assert!(told.elapsed() < AT_ONCE, "it took {:?}", told.elapsed());
    for reader in readers {
        let rest = reader.join().unwrap();
        assert!(!rest.contains("event: over"), "the browser comes again: {rest}");
    }
}

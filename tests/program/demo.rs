//! `vestibule demo` as someone meets it who tries Vestibule out.

use std::path::Path;

use serde_json::Value;
use vestibule::app::Clock;
use vestibule::model::totp::{Secret, Step, code_at};

use super::browser::{Browser, body};
use super::process::{Running, free_ports, until, vestibule};

const EVERYONE: [&str; 8] =
    ["new-user", "new-user-2", "new-user-3", "ready-user", "mail-user", "analyst", "analyst-2", "administrator"];
const READY_USER: usize = 3;

pub fn json(port: u16, path: &str) -> Value {
    serde_json::from_str(&body(port, path)).unwrap()
}

/// What an authenticator app shows now.
pub fn passcode(base32: &str) -> String {
    let secret = Secret::from_bytes(&data_encoding::BASE32_NOPAD.decode(base32.as_bytes()).unwrap()).unwrap();
    code_at(&secret, Step::at(Clock::system().now())).digits().to_owned()
}

#[test]
fn a_whole_sign_in_opens_the_portal_and_tells_of_the_new_browser() {
    let temporary = tempfile::tempdir().unwrap();
    let port = free_ports();
    let mut demo = Running::start(vestibule(temporary.path()).args(["demo", "--port", &port.to_string()]));
    let ready = demo.line("Vestibule demo ready at ");
    let data = ready.rsplit_once("(data in ").unwrap().1.trim_end_matches(')');
    assert!(Path::new(data).starts_with(temporary.path()), "{ready}");

    let accounts = json(port + 3, "/api/accounts");
    let names: Vec<_> =
        accounts.as_array().unwrap().iter().map(|account| account["username"].as_str().unwrap()).collect();
    assert_eq!(names, EVERYONE);
    let [username, password, secret] =
        ["username", "password", "totp_secret"].map(|field| accounts[READY_USER][field].as_str().unwrap());
    let mut browser = Browser::new(port);
    let page = browser.open("/");
    assert_eq!(page.path, "/sign-in");
    let wrong = browser.send(&page, "/sign-in", &[("username", username), ("password", "not this one")]);
    assert_eq!(wrong.status, 422);
    let page = browser.send(&wrong, "/sign-in", &[("username", username), ("password", password)]);
    assert_eq!((page.path.as_str(), page.heading()), ("/sign-in/passcode", "Enter your passcode"));
    let portal = browser.send(&page, "/sign-in/passcode", &[("passcode", &passcode(secret))]);
    assert_eq!((portal.status, portal.path.as_str(), portal.heading()), (200, "/", "Welcome"));

    let mail = until("the mail about the new browser comes", || {
        json(port + 3, "/api/messages?to=ready-user@example.org").get(0).cloned()
    });
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("signed in to from a browser") && text.contains("/not-me/link/"), "{text}");
    assert!(text.contains("The sign-in happened at "), "{text}");
    let signed_out = browser.send(&portal, "/sign-out", &[]);
    assert_eq!(signed_out.path, "/signed-out");

    let (after, _) = demo.stop();
    assert!(after.is_empty(), "the ready line is the last one: {after:?}");
    assert!(!Path::new(data).exists(), "the temporary folder goes with the demo");
}

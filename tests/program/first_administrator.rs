//! The address that `init` prints.

use std::net::TcpListener;

use serde_json::Value;

use super::browser::{Browser, body};
use super::process::{Running, until, vestibule};

const PASSWORD: &str = "seven purple umbrellas dance";
const FORM: &str = "/invitation/password";

#[test]
fn it_makes_the_administrator_once_leads_into_set_up_and_is_in_no_log() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (site, installation) = (format!("http://localhost:{port}"), folder.path().join("v"));
    let run = || {
        let mut command = vestibule(folder.path());
        command.env("VESTIBULE_LISTEN__ADDRESS", format!("127.0.0.1:{port}")).env("VESTIBULE_METRICS__ADDRESS", "");
        command.env("VESTIBULE_CONFIG", installation.join("vestibule.toml"));
        command
    };
    let made = vestibule(folder.path()).arg("init").arg(&installation).args(["--public-url", &site]).output().unwrap();
    assert_eq!((made.status.code(), made.stderr.as_slice()), (Some(0), &b""[..]));
    let told = String::from_utf8(made.stdout).unwrap();
    let link = told.lines().find_map(|line| line.trim().strip_prefix(&site)).unwrap();

    let server = Running::start(run().arg("serve"));
    until("the server is ready", || run().arg("healthcheck").output().unwrap().status.success().then_some(()));
    assert!(body(port, "/help").contains("</html>"));
    let mut browser = Browser::new(port);
    let page = browser.open(link);
    assert_eq!((page.path.as_str(), page.heading()), ("/invitation", "Make the first administrator"));
    let choose = |password| {
        [
            ("username", "nora"),
            ("email", "nora@example.org"),
            ("new_password", password),
            ("repeat_new_password", password),
        ]
    };
    let page = browser.send(&page, FORM, &choose("password1"));
    assert_eq!((page.status, page.path.as_str()), (422, FORM));
    let page = browser.send(&page, FORM, &choose(PASSWORD));
    assert_eq!((page.status, page.path.as_str(), page.heading()), (200, "/set-up/questions", "Security questions"));

    let again = Browser::new(port).open(link);
    assert_eq!(again.status, 410, "it works once");
    let listed = run().args(["account", "list", "--json"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!((&listed[0]["username"], &listed[0]["role"]), (&"nora".into(), &"administrator".into()));

    let (_, log) = server.stop();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["path"] == "/invitation/link"), "{log}");
    let token = link.rsplit('/').next().unwrap();
    assert!(!log.contains(token) && !log.contains(PASSWORD) && !log.contains("password1"), "{log}");
}

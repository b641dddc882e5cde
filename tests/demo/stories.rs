//! What the demo does, told by what one sees of it.

use std::net::{Ipv6Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::running::{Demo, ask, ask_at, command, free_ports};

const NORA: &str = "nora@example.org";

fn invite(demo: &Demo) -> Value {
    demo.run(&["account", "add", "nora", "--email", NORA, "--invite"]);
    demo.mail(NORA)
}

/// The path of a mail's link.
fn link(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    let (_, rest) = text.split_once("/invitation/link/").unwrap();
    format!("/invitation/link/{}", rest.split_whitespace().next().unwrap())
}

fn machine_speaks_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[test]
fn a_second_start_takes_everything_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let mail = invite(&demo);
    let (accounts, listed) = (demo.mailbox("/api/accounts"), demo.run(&["account", "list", "--json"]));
    assert!(demo.stop().success());

    let demo = Demo::start(folder.path());
    assert_eq!(demo.mail(NORA), mail);
    assert_eq!(demo.mailbox("/api/accounts"), accounts);
    assert_eq!(demo.run(&["account", "list", "--json"]), listed);
    assert!(demo.run(&["audit", "verify"]).starts_with("Checked: "));
    assert_eq!(ask(demo.port, &format!("GET {}", link(&mail)), "").status, 303);
}

#[test]
fn an_invitation_shows_whom_it_invites() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let opened = ask(demo.port, &format!("GET {}", link(&invite(&demo))), "");
    let cookie = opened.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let page = ask(demo.port, "GET /invitation", &format!("Cookie: {cookie}\r\n"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&format!("value=\"{NORA}\"")), "{}", page.body);
}

#[test]
fn it_tells_what_is_needed_to_try_it() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let ready = format!("Vestibule demo ready at http://localhost:{} (data in {})", demo.port, folder.path().display());
    assert_eq!(demo.said.lines().last().unwrap(), ready);
    assert!(demo.said.contains(&format!("http://localhost:{}", demo.port + 3)), "{}", demo.said);
    for account in demo.mailbox("/api/accounts").as_array().unwrap() {
        for secret in ["username", "password", "totp_secret", "recovery_code"] {
            let secret = account[secret].as_str().unwrap_or_default();
            assert!(demo.said.contains(secret), "{secret} is not in:\n{}", demo.said);
        }
    }
    assert_eq!(ask(demo.port, "GET /health/ready", "").status, 200);
    assert!(ask(demo.port + 4, "GET /metrics", "").body.contains("http_requests_total"));
}

#[test]
fn the_mailbox_can_be_emptied_and_answers_under_its_own_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let mail = invite(&demo);
    let mailbox = demo.port + 3;
    for path in ["/", "/api/messages", "/api/accounts"] {
        assert_eq!(ask(mailbox, &format!("GET {path}"), "Host: elsewhere.example\r\n").status, 421);
    }
    let html = ask(mailbox, &format!("GET /messages/{}/html", mail["id"].as_str().unwrap()), "");
    assert!(html.body.contains("<base target=\"_top\">"), "{}", html.body);
    assert!(html.head.contains("content-security-policy: default-src 'none'"), "{}", html.head);
    assert_eq!(ask(mailbox, "DELETE /api/messages", "").status, 204);
    assert_eq!(demo.mailbox("/api/messages"), Value::Array(Vec::new()));
    assert_eq!(ask(mailbox, &format!("GET /messages/{}", mail["id"].as_str().unwrap()), "").status, 404);
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let port = free_ports();
    let _other = TcpListener::bind(("127.0.0.1", port + 3)).unwrap();
    let ended = command().args(["demo", "--port", &port.to_string()]).output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(told.starts_with(&format!("Port {} is taken", port + 3)) && told.contains("--port"), "{told}");
    assert!(ended.stdout.is_empty());
}

/// `localhost` means the one or the other, as the machine and the browser will have it.
#[test]
fn it_answers_at_both_loopback_addresses() {
    if !machine_speaks_ipv6() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    for (port, path) in [(demo.port, "/sign-in"), (demo.port + 1, "/"), (demo.port + 2, "/"), (demo.port + 3, "/")] {
        let over_four = ask(port, &format!("GET {path}"), "");
        let over_six = ask_at((Ipv6Addr::LOCALHOST, port).into(), &format!("GET {path}"), "");
        assert_eq!((over_four.status, over_six.status), (200, 200), "{path}");
    }
}

#[test]
fn a_port_that_is_taken_at_one_loopback_address_is_not_shared() {
    if !machine_speaks_ipv6() {
        return;
    }
    let port = free_ports();
    let _other = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).unwrap();
    let ended = command().args(["demo", "--port", &port.to_string()]).output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(told.starts_with(&format!("Port {port} is taken")), "{told}");
}

#[test]
fn two_demos_do_not_share_their_data() {
    let folder = tempfile::tempdir().unwrap();
    let _demo = Demo::start(folder.path());
    let port = free_ports().to_string();
    let ended = command().args(["demo", "--port", &port, "--data"]).arg(folder.path()).output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(told.contains("belongs to a demo that is running"), "{told}");
}

#[test]
fn the_products_answer_beside_vestibule() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let mailbox = ask(demo.port + 3, "GET /", "").body;
    for (distance, name) in [(1, "MIP Modern"), (2, "Fund Accounting")] {
        let port = demo.port + distance;
        let url = format!("http://localhost:{port}");
        assert!(demo.said.lines().any(|line| line.contains(name) && line.ends_with(&url)), "{}", demo.said);
        assert!(mailbox.contains(&format!("href=\"{url}\"")), "{mailbox}");
        let page = ask(port, "GET /", "");
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains(&format!("<h1>{name}</h1>")) && page.body.contains("href=\"/sign-in\""),
            "{}",
            page.body
        );
        assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
        assert_eq!(ask(port, "GET /", "Host: elsewhere.example\r\n").status, 421);
        assert_eq!(ask(port, "GET /callback?code=a&state=b", "").status, 400);
    }
}

/// A restart registers nothing and gives no new secret; other ports do.
#[test]
fn the_products_registration_stays_and_follows_the_ports() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = || std::fs::read_to_string(folder.path().join("demo-products.json")).unwrap();
    let demo = Demo::start(folder.path());
    let kept = std::fs::metadata(folder.path().join("demo-products.json")).unwrap();
    assert_eq!(kept.permissions().mode() & 0o777, 0o600);
    let (registered, first) = (demo.run(&["product", "show", "mip-modern", "--json"]), secrets());
    assert!(registered.contains(&format!("http://localhost:{}/callback", demo.port + 1)), "{registered}");
    let (port, events) = (demo.port, demo.run(&["audit", "search", "--json"]));
    assert!(demo.stop().success());

    let demo = Demo::start_at(folder.path(), port);
    assert_eq!(demo.run(&["product", "show", "mip-modern", "--json"]), registered);
    assert_eq!((secrets(), demo.run(&["audit", "search", "--json"])), (first.clone(), events));
    assert!(demo.stop().success());

    let demo = Demo::start(folder.path());
    assert_ne!(demo.port, port);
    let moved = demo.run(&["product", "show", "mip-modern", "--json"]);
    assert!(moved.contains(&format!("http://localhost:{}/callback", demo.port + 1)), "{moved}");
    assert!(!moved.contains(&format!("localhost:{}/", port + 1)), "{moved}");
    assert_ne!(secrets(), first);
}

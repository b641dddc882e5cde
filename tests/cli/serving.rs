//! The server as a process: where it listens, how it stops, what it writes.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Installation, Server, exchange, free_port, until};

const READY: &str = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn a_request_that_has_begun_is_finished_before_the_server_ends() {
    let installation = Installation::new();
    let server = installation.serve();
    let mut connection = TcpStream::connect(("127.0.0.1", installation.port)).unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
        installation.port
    );
    connection.write_all(head.as_bytes()).unwrap();
    // The server asks for the body once it has the request in hand (RFC 9110 section 10.1.1).
    let mut asked = [0; 25];
    connection.read_exact(&mut asked).unwrap();
    assert_eq!(asked.as_slice(), b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(b"user").unwrap();
    server.terminate();
    server.wait_for("stopping");
    until("new connections are refused", || TcpStream::connect(("127.0.0.1", installation.port)).err());
    assert!(!server.says_within("\"stopped\"", Duration::from_millis(300)), "it does not wait for the request");

    connection.write_all(b"name=n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 ") && answer.contains("</html>"), "{answer}");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_client_that_sends_no_whole_head_is_let_go() {
    let installation = Installation::new();
    let _server = installation.serve();
    let mut connection = TcpStream::connect(("127.0.0.1", installation.port)).unwrap();
    connection.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
    connection.set_read_timeout(Some(crate::support::PATIENCE)).unwrap();
    let mut rest = Vec::new();
    connection.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{rest:?}");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let installation = Installation::new();
    let _server = installation.serve();
    let connection = TcpStream::connect(("127.0.0.1", installation.port)).unwrap();
    let answer =
        exchange(connection, &format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(40_000)));
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[test]
fn a_socket_file_in_place_of_an_address() {
    let installation = Installation::new();
    let socket = installation.file("vestibule.sock");
    // One that an earlier run has left behind.
    drop(UnixListener::bind(&socket).unwrap());
    let installation = installation.set("LISTEN__UNIX_SOCKET", socket.to_str().unwrap());
    let server = installation.serve();
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    let answer = exchange(UnixStream::connect(&socket).unwrap(), READY);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(installation.run(&["healthcheck"]).fine().contains("vestibule.sock is ready"));

    let second = installation.run(&["serve"]);
    assert!(second.err.contains("perhaps another Vestibule"), "{}", second.err);
    assert_eq!(second.status, 1);
    server.stop();
    assert!(!socket.exists());
}

/// As systemd does it: the socket is descriptor 3, and `LISTEN_PID` the process that it is for.
#[test]
fn a_socket_that_was_opened_before_goes_before_the_settings() {
    let installation = Installation::new();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let mut hand_over = Command::new("sh");
    hand_over.args(["-c", "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"", "sh"]);
    let serve = installation.command(&["serve"]);
    hand_over.arg(serve.get_program()).args(serve.get_args());
    hand_over.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let server = Server::start(hand_over.stdin(OwnedFd::from(socket)));
    assert!(server.wait_for("\"listening\"").contains(&address.to_string()));
    assert!(exchange(TcpStream::connect(address).unwrap(), READY).starts_with("HTTP/1.1 200"));
    assert!(TcpStream::connect(("127.0.0.1", installation.port)).is_err());
    server.stop();
}

#[test]
fn metrics_are_on_their_own_address_only() {
    let port = free_port();
    let installation = Installation::new().set("METRICS__ADDRESS", format!("127.0.0.1:{port}"));
    let _server = installation.serve();
    let get = |port: u16, path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        exchange(TcpStream::connect(("127.0.0.1", port)).unwrap(), &request)
    };
    assert!(get(installation.port, "/health/ready").starts_with("HTTP/1.1 200"));
    let page = get(port, "/metrics");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("http_requests_total{status=\"200\"} 1"), "{page}");
    assert!(get(port, "/").starts_with("HTTP/1.1 404"));
    assert!(get(installation.port, "/metrics").starts_with("HTTP/1.1 4"));
}

#[test]
fn the_log_is_json_lines_and_its_level_is_a_setting() {
    let installation = Installation::new();
    let server = installation.serve();
    installation.run(&["healthcheck"]).fine();
    let line: Value = serde_json::from_str(&server.wait_for("\"request\"")).unwrap();
    assert_eq!((&line["level"], &line["path"]), (&"INFO".into(), &"/health/ready".into()));
    assert!(line["request_id"].is_string() && line["timestamp"].is_string(), "{line}");
    server.stop();

    let loud = installation.command(&["migrate"]).env("VESTIBULE_LOG", "inof").output().unwrap();
    assert!(String::from_utf8_lossy(&loud.stderr).starts_with("VESTIBULE_LOG cannot be understood."));
}

#[test]
fn the_trail_is_chained_while_the_server_runs_and_the_checkpoint_logged() {
    let installation = Installation::new();
    let server = installation.serve();
    server.wait_for("\"audit checkpoint\"");
    installation.add("nora");
    let line: Value = serde_json::from_str(&server.wait_for("\"audit checkpoint\"")).unwrap();
    assert_eq!((&line["number"], &line["events"]), (&2.into(), &1.into()));
    let kept: Vec<u8> = installation
        .database()
        .query_row("SELECT mac FROM audit_checkpoint WHERE number = 2", [], |row| row.get(0))
        .unwrap();
    let logged: String = kept.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(line["mac"], logged);
    server.stop();
}

//! `mail test`, and a mail server that takes everything.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use crate::support::{Installation, PATIENCE, free_port};

/// Starts the server; its port, and the mails that it takes.
fn mail_server() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (taken, mails) = mpsc::channel();
    thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(|stream| converse(stream, &taken)));
    (port, mails)
}

/// SMTP (RFC 5321), as much as it takes.
fn converse(stream: TcpStream, taken: &Sender<String>) {
    let mut answer = stream.try_clone().unwrap();
    let mut say = |words: &str| drop(answer.write_all(format!("{words}\r\n").as_bytes()));
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    say("220 here");
    while let Some(line) = lines.next() {
        match line.split(' ').next().unwrap() {
            "DATA" => {
                say("354 go on");
                let mail: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                // Nobody takes it where only the connection is tried.
                let _ = taken.send(mail.join("\n"));
                say("250 taken");
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 yes"),
        }
    }
}

fn settings(installation: Installation, port: u16) -> Installation {
    installation
        .set("SMTP__HOST", "127.0.0.1")
        .set("SMTP__PORT", port.to_string())
        .set("SMTP__SECURITY", "none")
        .set("SMTP__FROM", "id@example.org")
}

/// The installation with a mail server.
pub fn with_mail(installation: Installation) -> Installation {
    settings(installation, mail_server().0)
}

#[test]
fn a_test_mail_is_sent_at_once_and_the_answer_told() {
    let (port, mails) = mail_server();
    let installation = settings(Installation::new(), port);
    let said = installation.run(&["mail", "test", "nora@example.org"]).fine();
    assert_eq!(said, format!("The mail server 127.0.0.1:{port} has taken the mail for nora@example.org.\n"));
    let mail = mails.recv_timeout(PATIENCE).unwrap();
    assert!(mail.contains("To: nora@example.org") && mail.contains("This is a test mail from"), "{mail}");
}

#[test]
fn a_server_sends_what_a_command_has_put_into_the_outbox() {
    let (port, mails) = mail_server();
    let installation = settings(Installation::new(), port);
    let server = installation.serve();
    installation.run(&["account", "add", "nick", "--email", "nick@example.org", "--invite"]).fine();
    assert!(mails.recv_timeout(PATIENCE).unwrap().contains("To: nick@example.org"));
    server.stop();
}

#[test]
fn without_a_mail_server_or_with_one_that_is_down_it_is_told() {
    let installation = Installation::new();
    assert!(installation.run(&["mail", "test", "nora@example.org"]).sentence().contains("set smtp.host"));
    let port = free_port();
    let sentence = settings(installation, port).run(&["mail", "test", "nora@example.org"]).sentence();
    let expected = format!("The mail server 127.0.0.1:{port} has not taken the mail: ");
    assert!(sentence.starts_with(&expected), "{sentence}");
}

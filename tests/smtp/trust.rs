//! Nothing leaves in clear, and nothing reaches a server that is not the one it claims to be.

use serde_json::Value;
use vestibule::mail::transport::Security;
use vestibule::model::secret::SecretText;

use crate::office::{Office, options};
use crate::server::{Certificate, Kind, Server};

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["event"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_from_the_first_byte_delivers() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::Tls, &certificate).await;
    let office = Office::open(options(server.port, Security::Tls, &certificate));
    office.work();
    office.mail_link("nora@example.org");
    assert_eq!(server.event("accepted").await["tls"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_on_this_machine_may_be_spoken_to_in_clear() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::Clear, &certificate).await;
    let mut plain = options(server.port, Security::None, &certificate);
    plain.sign_in = None;
    let office = Office::open(plain);
    office.work();
    office.mail_link("nora@example.org");
    assert_eq!(server.event("accepted").await["tls"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_gets_neither_password_nor_mail() {
    for (kind, security) in [(Kind::StartTls, Security::StartTls), (Kind::Tls, Security::Tls)] {
        let certificate = Certificate::new();
        let server = Server::start(kind, &certificate).await;
        let office = Office::open(options(server.port, security, &Certificate::new()));
        office.work();
        office.mail_link("nora@example.org");
        office.until("the failure is written", Office::delayed).await;
        assert_eq!((office.waiting(), names(&server.end().await)), (1, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_is_not_trusted() {
    let certificate = Certificate::new();
    let server = Server::start(Kind::StartTls, &certificate).await;
    let mut elsewhere = options(server.port, Security::StartTls, &certificate);
    elsewhere.host = "127.0.0.1".into();
    let office = Office::open(elsewhere);
    office.work();
    office.mail_link("nora@example.org");
    office.until("the failure is written", Office::delayed).await;
    assert_eq!((office.waiting(), names(&server.end().await)), (1, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hides_its_starttls_gets_nothing() {
    let certificate = Certificate::new();
    let server = Server::start(Kind::Clear, &certificate).await;
    let office = Office::open(options(server.port, Security::StartTls, &certificate));
    office.work();
    office.mail_link("nora@example.org");
    office.until("the failure is written", Office::delayed).await;
    assert_eq!((office.waiting(), names(&server.end().await)), (1, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_loses_no_mail() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let mut wrong = options(server.port, Security::StartTls, &certificate);
    wrong.sign_in = Some(("vestibule".into(), SecretText::new("of yesterday".into())));
    let office = Office::open(wrong);
    office.work();
    office.mail_link("nora@example.org");
    assert_eq!(server.event("sign_in").await["right"], false);
    office.until("the failure is written", Office::delayed).await;
    assert_eq!(office.waiting(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_a_password_we_do_not_have_loses_no_mail() {
    let certificate = Certificate::new();
    let server = Server::start(Kind::StartTls, &certificate).await;
    let mut without = options(server.port, Security::StartTls, &certificate);
    without.sign_in = None;
    let office = Office::open(without);
    office.work();
    office.mail_link("nora@example.org");
    office.until("the failure is written", Office::delayed).await;
    assert_eq!(office.waiting(), 1);
}

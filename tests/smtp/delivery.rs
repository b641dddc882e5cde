//! At least once, never lost, and without a crash exactly once.

use std::collections::BTreeSet;
use std::time::Duration;

use vestibule::mail::transport::{Security, SendError};

use crate::office::{LINK, Office, office_of, options};
use crate::server::{Certificate, Kind, PATIENCE, Server, free_port};

#[tokio::test(flavor = "multi_thread")]
async fn starttls_and_sign_in_deliver_text_and_html() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let office = office_of(&server, &certificate);
    office.work();
    let mail = office.mail_link("nora@example.org");
    let got = server.event("accepted").await;
    assert_eq!((&got["to"], &got["tls"]), (&"nora@example.org".into(), &true.into()));
    assert_eq!(got["message_id"], mail.message_id.as_str());
    assert!(mail.message_id.ends_with("@login.example.org>"));
    assert_eq!(got["subject"], "Your MFA setup email for Søns & Co");
    assert!(got["from"].as_str().unwrap().contains("Søns & Co"), "{got}");
    assert_eq!(got["auto_submitted"], "auto-generated");
    assert_eq!(got["kinds"], serde_json::json!(["multipart/alternative", "text/plain", "text/html"]));
    assert!(got["text"].as_str().unwrap().lines().any(|line| line == LINK), "{got}");
    assert!(got["html"].as_str().unwrap().contains("Start Setup"), "{got}");
    office.until("the outbox is empty", |office| office.waiting() == 0).await;
    assert!(!office.delayed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_put_off_comes_again_the_same_to_the_last_byte() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let office = office_of(&server, &certificate);
    office.work();
    office.mail_link("later@example.org");
    let first = server.event("put_off").await;
    office.until("the failure is written", Office::delayed).await;
    office.pass(5);
    let second = server.event("accepted").await;
    assert_eq!(first["message_id"], second["message_id"]);
    assert_eq!(first["raw"], second["raw"]);
    office.until("the outbox is empty", |office| office.waiting() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_refused_is_dropped() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let office = office_of(&server, &certificate);
    office.work();
    office.mail_link("refused@example.org");
    server.event("refused").await;
    office.until("the outbox is empty", |office| office.waiting() == 0).await;
    office.pass(86_400);
    office.mail_link("nora@example.org");
    server.event("accepted").await;
    assert!(server.end().await.iter().all(|event| event["event"] != "refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_down_mail_waits_and_is_then_delivered() {
    let certificate = Certificate::new();
    let port = free_port();
    let office = Office::open(options(port, Security::StartTls, &certificate));
    office.work();
    office.mail_link("nora@example.org");
    office.until("the failure is written", Office::delayed).await;
    let mut server = Server::start_at(port, Kind::StartTls, &certificate).await;
    office.pass(5);
    server.event("accepted").await;
    office.until("mail is prompt again", |office| office.waiting() == 0 && !office.delayed()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passcode_that_has_expired_is_never_sent() {
    let certificate = Certificate::new();
    let port = free_port();
    let office = Office::open(options(port, Security::StartTls, &certificate));
    office.work();
    office.mail_passcode("nora@example.org");
    office.until("the failure is written", Office::delayed).await;
    office.pass(600);
    office.until("the passcode is dropped", |office| office.waiting() == 0).await;
    let mut server = Server::start_at(port, Kind::StartTls, &certificate).await;
    office.mail_link("ada@example.org");
    office.pass(5);
    assert_eq!(server.event("accepted").await["to"], "ada@example.org");
    assert!(server.end().await.iter().all(|event| event["event"] != "accepted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_slow_with_one_mail_gets_the_others_meanwhile() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let mut patient = options(server.port, Security::StartTls, &certificate);
    patient.timeout = PATIENCE * 10;
    let office = Office::open(patient);
    office.work();
    office.mail_link("slow@example.org");
    server.event("slow").await;
    for number in 0..6 {
        office.mail_link(&format!("nora-{number}@example.org"));
    }
    for _ in 0..6 {
        server.event("accepted").await;
    }
    office.until("the slow one alone is under way", |office| office.waiting() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_in_time_is_tried_again_later() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let mut impatient = options(server.port, Security::StartTls, &certificate);
    impatient.timeout = Duration::from_secs(2);
    let office = Office::open(impatient);
    office.work();
    let slow = office.mail_link("slow@example.org");
    office.until("the failure is written", Office::delayed).await;
    office.pass(5);
    server.event("slow").await;
    assert_eq!(server.event("slow").await["message_id"], slow.message_id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_of_an_address_is_not_repeated() {
    let certificate = Certificate::new();
    let server = Server::start(Kind::StartTls, &certificate).await;
    let office = office_of(&server, &certificate);
    let verdict = office.send(&office.mail_link("refused@example.org")).await;
    assert_eq!(verdict, Err(SendError::Permanent("the mail server answered 550".into())));
    let verdict = office.send(&office.mail_link("later@example.org")).await;
    assert_eq!(verdict, Err(SendError::Temporary("the mail server answered 451".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_serves_one_mail_after_another() {
    let certificate = Certificate::new();
    let mut server = Server::start(Kind::StartTls, &certificate).await;
    let office = office_of(&server, &certificate);
    for number in 0..40 {
        office.mail_link(&format!("nora-{number}@example.org"));
    }
    office.work();
    let mut peers = BTreeSet::new();
    for _ in 0..40 {
        peers.insert(server.event("accepted").await["peer"].as_u64().unwrap());
    }
    assert!(peers.len() <= 4, "{peers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_on_one_database_send_one_copy_of_each() {
    let certificate = Certificate::new();
    let server = Server::start(Kind::StartTls, &certificate).await;
    let office = office_of(&server, &certificate);
    let workers = [office.work(), office.work()];
    for number in 0..60 {
        office.mail_link(&format!("nora-{number}@example.org"));
    }
    office.until("the outbox is empty", |office| office.waiting() == 0).await;
    office.stop();
    for worker in workers {
        tokio::time::timeout(PATIENCE, worker).await.unwrap().unwrap();
    }
    let mut accepted: Vec<String> = Vec::new();
    for event in server.end().await.into_iter().filter(|event| event["event"] == "accepted") {
        accepted.push(event["to"].as_str().unwrap().to_owned());
    }
    accepted.sort();
    let mut expected: Vec<_> = (0..60).map(|number| format!("nora-{number}@example.org")).collect();
    expected.sort();
    assert_eq!(accepted, expected);
}

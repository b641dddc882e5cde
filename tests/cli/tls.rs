//! TLS by the server itself, with a certificate that is replaced while it runs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Installation, until};

/// Makes a self-signed certificate that is good for so many days.
fn certificate(cert: &Path, key: &Path, days: &str) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost", "-days", days, "-keyout"])
        .arg(key)
        .arg("-out")
        .arg(cert)
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}

/// Whether the server shows a certificate that `trusted` vouches for.
fn shows(installation: &Installation, trusted: &Path) -> bool {
    Command::new("openssl")
        .args(["s_client", "-verify_return_error", "-servername", "localhost", "-connect"])
        .arg(format!("127.0.0.1:{}", installation.port))
        .arg("-CAfile")
        .arg(trusted)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

fn with_tls() -> Installation {
    let installation = Installation::new();
    let (cert, key) = (installation.file("cert.pem"), installation.file("key.pem"));
    certificate(&cert, &key, "1");
    let url = format!("https://localhost:{}", installation.port);
    installation
        .set("PUBLIC_URL", url)
        .set("LISTEN__TLS_CERT_FILE", cert.to_str().unwrap())
        .set("LISTEN__TLS_KEY_FILE", key.to_str().unwrap())
}

#[test]
fn a_new_certificate_is_taken_up_and_a_broken_one_is_not() {
    let installation = with_tls();
    let (cert, key) = (installation.file("cert.pem"), installation.file("key.pem"));
    let (first, second) = (installation.file("first.pem"), installation.file("second.pem"));
    fs::copy(&cert, &first).unwrap();
    let server = installation.serve();
    assert!(shows(&installation, &first));
    assert!(installation.run(&["healthcheck"]).fine().contains("is ready"));

    certificate(&second, &installation.file("second.key"), "1");
    fs::rename(installation.file("second.key"), &key).unwrap();
    fs::copy(&second, &cert).unwrap();
    until("the new certificate is shown", || shows(&installation, &second).then_some(()));
    assert!(!shows(&installation, &first));

    fs::write(&cert, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n").unwrap();
    let line = server.wait_for("the one before it stays");
    assert!(line.contains("cert.pem"), "{line}");
    assert!(shows(&installation, &second));
    server.stop();
}

#[test]
fn a_pair_that_does_not_fit_is_refused_at_the_start() {
    let installation = with_tls();
    certificate(&installation.file("other.pem"), &installation.file("key.pem"), "1");
    let said = installation.run(&["serve"]);
    assert!(said.err.contains("The key must be the one that the certificate was made for."), "{}", said.err);
    assert_eq!(said.status, 1);
    fs::remove_file(installation.file("key.pem")).unwrap();
    assert!(installation.run(&["serve"]).err.contains("Set listen.tls_key_file to a file"));
}

#[test]
fn the_doctor_says_when_a_certificate_ends_soon() {
    let installation = with_tls();
    let said = installation.run(&["doctor"]).out;
    assert!(said.contains("problem  certificate: ") && said.contains("Renew it now."), "{said}");
    certificate(&installation.file("cert.pem"), &installation.file("key.pem"), "90");
    let said = installation.run(&["doctor"]).out;
    assert!(said.contains("ok       certificate: ") && said.contains("is good until "), "{said}");
}

//! `vestibule serve` on an installation of its own, beside a real mail server: aiosmtpd, over STARTTLS and with AUTH.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

use super::mail::Mail;
use super::program::{Installation, Running, vestibule};
use super::tools::{request, run, until};

/// Where the mail server and the recipe of its certificate are.
const OFFICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp");

/// A server that nobody has used yet.
pub struct Server {
    pub installation: Installation,
    /// The address that `init` printed.
    pub first_administrator: String,
    pub office: PostOffice,
    _running: Running,
}

impl Server {
    pub async fn start() -> Self {
        let office = PostOffice::open();
        let (installation, first_administrator) = Installation::made(&office.settings());
        let process = vestibule().arg("--config").arg(installation.settings()).arg("serve").spawn().unwrap();
        let running = Running(process);
        until("the server", async || request("GET", installation.port, "/health/ready").ok()).await;
        Self { installation, first_administrator, office, _running: running }
    }
}

/// The mail server.
pub struct PostOffice {
    mails: Arc<Mutex<Vec<Value>>>,
    port: u64,
    certificate: TempDir,
    running: Running,
}

impl PostOffice {
    fn open() -> Self {
        let certificate = certificate();
        let file = |name: &str| certificate.path().join(name);
        let process = Command::new("/usr/bin/python3")
            .arg(Path::new(OFFICE).join("server.py"))
            .args(["starttls", "0"])
            .args([file("certificate.pem"), file("key.pem")])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 does not run; install Debian's package python3-aiosmtpd");
        let mut running = Running(process);
        let lines = BufReader::new(running.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut events = lines.map(|line| serde_json::from_str::<Value>(&line).unwrap());
        let ready = events.next().expect("the mail server ended; install Debian's package python3-aiosmtpd");
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        let accepted = |event: &Value| event["event"] == "accepted" && event["tls"] == true;
        std::thread::spawn(move || events.filter(accepted).for_each(|mail| kept.lock().unwrap().push(mail)));
        Self { mails, port: ready["port"].as_u64().unwrap(), certificate, running }
    }

    /// How Vestibule reaches it.
    fn settings(&self) -> String {
        format!(
            "smtp.host = \"localhost\"\nsmtp.port = {}\nsmtp.security = \"starttls\"\nsmtp.username = \"vestibule\"\n\
             smtp.password = \"between the servers\"\nsmtp.from = \"Example ID <id@example.org>\"\nsmtp.ca_file = \"{}\"\n",
            self.port,
            self.certificate.path().join("certificate.pem").display()
        )
    }

    /// The newest mail to an address whose subject contains these words, once it has come encrypted.
    pub async fn mail(&self, to: &str, subject: &str) -> Mail {
        until(&format!("the mail “{subject}” to {to}"), async || {
            let mails = self.mails.lock().unwrap();
            let is_it = |mail: &&Value| mail["to"] == to && mail["subject"].as_str().unwrap().contains(subject);
            mails.iter().rev().find(is_it).map(|mail| Mail(mail.clone()))
        })
        .await
    }

    /// From now on nobody takes mail.
    pub fn close(&mut self) {
        self.running.0.kill().unwrap();
        self.running.0.wait().unwrap();
    }
}

/// A self-signed certificate for `localhost`.
fn certificate() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let recipe = format!("{OFFICE}/certificate.cnf");
    let mut arguments = vec!["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let (key, certificate) = (file("key.pem"), file("certificate.pem"));
    arguments.extend(["-days", "2", "-config", &recipe, "-keyout", &key, "-out", &certificate]);
    run("openssl", "openssl", &arguments);
    folder
}

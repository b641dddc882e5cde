//! A database, keys, a clock in hand, and workers that send over SMTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use vestibule::keys::{Keyring, Keys};
use vestibule::mail::message::{Circumstances, Look, Message, Passcode, SetUpLink};
use vestibule::mail::outgoing::{Addressed, Outgoing};
use vestibule::mail::transport::{Security, SendError, Smtp, SmtpOptions, Transport};
use vestibule::mail::worker::Worker;
use vestibule::model::dice::Seed;
use vestibule::model::secret::SecretText;
use vestibule::model::time::Timestamp;
use vestibule::store::db::{Db, Options};
use vestibule::store::{migrate, outbox};

use crate::server::{Certificate, PATIENCE, Server};

pub const LINK: &str = "https://login.example.org/open/vst_l_mZ4k0T7hX2c9QpL1sD8wV5bN3rY6uJfEaGtHiKoMxCq";
const START: Timestamp = Timestamp::from_millis(1_795_534_920_000);

/// The options for `server` that deliver.
pub fn options(port: u16, security: Security, certificate: &Certificate) -> SmtpOptions {
    SmtpOptions {
        host: "localhost".into(),
        port,
        security,
        sign_in: Some(("vestibule".into(), SecretText::new("between the servers".into()))),
        from: "no-reply@example.org".into(),
        ca_file: Some(certificate.path()),
        timeout: Duration::from_secs(20),
    }
}

/// The office that a server with STARTTLS serves.
pub fn office_of(server: &Server, certificate: &Certificate) -> Office {
    Office::open(options(server.port, Security::StartTls, certificate))
}

/// Where mails are enqueued and workers run.
pub struct Office {
    db: Db,
    keys: Keys,
    transport: Transport,
    clock: Arc<AtomicI64>,
    drawn: AtomicU8,
    wake: Arc<Notify>,
    stop: watch::Sender<bool>,
    _folder: TempDir,
}

impl Office {
    pub fn open(options: SmtpOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("vestibule.db").display());
        let db = Db::open(&Options { url, ..Options::default() }).unwrap();
        migrate::run(&db, START).unwrap();
        Self {
            db,
            keys: Keys::new(&Keyring::generate(&[7; 32])),
            transport: Transport::Smtp(Arc::new(Smtp::new(options).unwrap())),
            clock: Arc::new(AtomicI64::new(START.millis())),
            drawn: AtomicU8::new(0),
            wake: Arc::new(Notify::new()),
            stop: watch::channel(false).0,
            _folder: folder,
        }
    }

    /// Starts a worker; several may run.
    pub fn work(&self) -> JoinHandle<()> {
        let clock = Arc::clone(&self.clock);
        let worker = Worker {
            db: self.db.clone(),
            keys: self.keys.clone(),
            transport: self.transport.clone(),
            clock: Arc::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst))),
            wake: Arc::clone(&self.wake),
            stop: self.stop.subscribe(),
        };
        tokio::spawn(worker.run())
    }

    /// Enqueues a setup email.
    pub fn mail_link(&self, to: &str) -> Outgoing {
        let link = SetUpLink { link: SecretText::new(LINK.into()), good_for: Duration::from_secs(3_600) };
        self.enqueue(to, &Message::SetUpLink(link))
    }

    /// Enqueues a passcode that is good for ten minutes.
    pub fn mail_passcode(&self, to: &str) -> Outgoing {
        let code = SecretText::new("493817".into());
        self.enqueue(
            to,
            &Message::Passcode(Passcode { code, name: "Example".into(), good_for: Duration::from_secs(600) }),
        )
    }

    fn enqueue(&self, to: &str, message: &Message) -> Outgoing {
        let mut dice = Seed::new([self.drawn.fetch_add(1, Ordering::SeqCst); 32]).dice();
        let look =
            Look { brand: "Søns & Co".into(), public_url: "https://login.example.org".into(), ..Look::default() };
        let circumstances =
            Circumstances { username: "nora".into(), when: "at noon UTC".into(), ..Circumstances::default() };
        let mail = Outgoing::new(
            &Addressed { to, message, look: &look, circumstances: &circumstances },
            self.now(),
            &mut dice,
        );
        let sealed = mail.seal(&self.keys, &mut dice);
        self.db.write(move |tx| outbox::enqueue(tx, &sealed)).unwrap();
        self.wake.notify_one();
        mail
    }

    /// Sends a mail past the outbox.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), SendError> {
        self.transport.send(mail).await
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }

    /// Moves the clock.
    pub fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
        self.wake.notify_one();
    }

    pub fn waiting(&self) -> i64 {
        self.db.read(outbox::backlog).unwrap().count
    }

    /// Whether pages should say that mail is delayed.
    pub fn delayed(&self) -> bool {
        let now = self.now();
        self.db.read(move |tx| outbox::oldest_waiting(tx, now)).unwrap().is_some()
    }

    /// Waits until `done`, or fails the test.
    pub async fn until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let looking = async {
            while !done(self) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("not in time: {what}"));
    }

    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}

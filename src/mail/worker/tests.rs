use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;

use tempfile::TempDir;

use super::*;
use crate::keys::Keyring;
use crate::mail::message::{Circumstances, Look, Message, Passcode};
use crate::mail::outgoing::{Addressed, Outgoing};
use crate::mail::transport::SendError;
use crate::model::dice::Seed;
use crate::model::secret::SecretText;
use crate::store::db::Options;
use crate::store::migrate;

const PATIENCE: Duration = Duration::from_secs(20);
const ADDRESS: &str = "nora@example.org";
const CODE: &str = "493817";

struct House {
    worker: Worker,
    clock: Arc<AtomicI64>,
    stop: watch::Sender<bool>,
    _folder: TempDir,
}

/// A worker whose mails go to `recipient`.
fn house(recipient: impl Fn(&Outgoing) -> Result<(), SendError> + Send + Sync + 'static) -> House {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("vestibule.db").display());
    let db = Db::open(&Options { url, ..Options::default() }).unwrap();
    migrate::run(&db, Timestamp::from_millis(0)).unwrap();
    let clock = Arc::new(AtomicI64::new(0));
    let (stop, stopped) = watch::channel(false);
    let told = Arc::clone(&clock);
    let worker = Worker {
        db,
        keys: Keys::new(&Keyring::generate(&[1; 32])),
        transport: Transport::Memory(Arc::new(recipient)),
        clock: Arc::new(move || Timestamp::from_millis(told.load(Ordering::SeqCst))),
        wake: Arc::new(Notify::new()),
        stop: stopped,
    };
    House { worker, clock, stop, _folder: folder }
}

impl House {
    /// Enqueues a passcode that is good for ten minutes.
    fn enqueue(&self) {
        let code = SecretText::new(CODE.into());
        let message = Message::Passcode(Passcode { code, name: "Example".into(), good_for: PATIENCE * 30 });
        let (look, circumstances) = (Look::default(), Circumstances::default());
        let addressed = Addressed { to: ADDRESS, message: &message, look: &look, circumstances: &circumstances };
        let mut dice = Seed::new([9; 32]).dice();
        let mail = Outgoing::new(&addressed, (self.worker.clock)(), &mut dice);
        self.put(mail.seal(&self.worker.keys, &mut dice));
    }

    fn put(&self, sealed: outbox::Sealed) {
        self.worker.db.write(move |tx| outbox::enqueue(tx, &sealed)).unwrap();
        self.worker.wake.notify_one();
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
        self.worker.wake.notify_one();
    }

    async fn until(&self, what: &str, done: impl Fn(Backlog) -> bool) {
        let looking = async {
            while !done(read(&self.worker.db, outbox::backlog).await.unwrap()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("not in time: {what}"));
    }
}

fn due_later(backlog: Backlog) -> bool {
    backlog.first_due == Some(Timestamp::from_millis(5_000))
}

/// Where the log of one thread goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_mails_by_id_and_kind_and_shows_nothing_else_of_them() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let answers = Mutex::new(VecDeque::from([
        Err(SendError::Temporary("the mail server answered 451".into())),
        Err(SendError::Permanent("the mail server answered 550".into())),
    ]));
    let house = house(move |_| answers.lock().unwrap().pop_front().unwrap());
    house.enqueue();
    tokio::spawn(house.worker.clone().run());
    house.until("the first failure is written", due_later).await;
    house.pass(5);
    house.until("the outbox is empty", |backlog| backlog.count == 0).await;
    let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in ["WARN", "answered 451", "ERROR", "answered 550", "kind=\"passcode\""] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(!told.contains(ADDRESS) && !told.contains("nora") && !told.contains(CODE), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_that_is_stopped_finishes_what_it_has_begun() {
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let house = house(move |_| {
        begun.send(()).unwrap();
        released.lock().unwrap().recv().unwrap();
        Ok(())
    });
    house.enqueue();
    let running = tokio::spawn(house.worker.clone().run());
    tokio::task::block_in_place(|| begins.recv_timeout(PATIENCE)).unwrap();
    house.stop.send_replace(true);
    assert_eq!(house.worker.db.read(outbox::backlog).unwrap().count, 1);
    release.send(()).unwrap();
    tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();
    assert_eq!(house.worker.db.read(outbox::backlog).unwrap().count, 0);
}

#[tokio::test]
async fn what_a_crash_left_behind_is_sent_when_its_lease_ends() {
    let (tell, told) = mpsc::channel();
    let first = Mutex::new(true);
    let house = house(move |mail| {
        let crash = std::mem::replace(&mut *first.lock().unwrap_or_else(|poisoned| poisoned.into_inner()), false);
        tell.send(mail.message_id.clone()).unwrap();
        assert!(!crash, "a crash of the test's own");
        Ok(())
    });
    house.enqueue();
    tokio::spawn(house.worker.clone().run());
    let lease = i64::try_from(house.worker.lease().as_millis()).unwrap();
    house.until("it is claimed", |backlog| backlog.first_due == Some(Timestamp::from_millis(lease))).await;
    house.pass(lease / 1_000);
    house.until("the outbox is empty", |backlog| backlog.count == 0).await;
    let ids: Vec<_> = told.try_iter().collect();
    assert!(matches!(ids.as_slice(), [one, two] if one == two), "{ids:?}");
}

#[tokio::test]
async fn a_mail_that_no_key_opens_is_kept_for_the_key_until_it_expires() {
    let house = house(|_| panic!("nothing can be sent"));
    let now = Timestamp::from_millis(0);
    house.put(outbox::Sealed {
        id: crate::model::id::MailId::new("altered".into()),
        kind: "passcode".into(),
        created_at: now,
        not_after: now.plus(PATIENCE * 30),
        body: vec![1; 80],
    });
    tokio::spawn(house.worker.clone().run());
    house.until("the failure is written", due_later).await;
    house.pass(600);
    house.until("it is dropped", |backlog| backlog.count == 0).await;
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_at_first_is_written_later() {
    let (tell, told) = mpsc::channel();
    let house = house(move |_| {
        tell.send(()).unwrap();
        Ok(())
    });
    house.enqueue();
    let claimed = house.worker.db.write(|tx| outbox::claim(tx, Timestamp::from_millis(0), PATIENCE, 1)).unwrap();
    house.worker.db.write(|tx| tx.execute("ALTER TABLE outbox RENAME TO hidden", &[])).unwrap();
    let delivery = tokio::spawn(settle::deliver(house.worker.clone(), claimed.into_iter().next().unwrap()));
    tokio::task::yield_now().await;
    while told.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    house.worker.db.write(|tx| tx.execute("ALTER TABLE hidden RENAME TO outbox", &[])).unwrap();
    tokio::time::timeout(PATIENCE, delivery).await.unwrap().unwrap();
    assert_eq!(house.worker.db.read(outbox::backlog).unwrap().count, 0);
    assert!(told.try_recv().is_err());
}

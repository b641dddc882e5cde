use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::app::Clock;
use crate::config::{DatabaseUrl, PublicUrl, Settings};
use crate::flow::signing_key;
use crate::keys::Keyring;
use crate::model::id::{AccountId, LogoutNoticeId, SessionId};
use crate::model::product::{Kind, Policy, Product};
use crate::model::redirect_uri::RedirectUri;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::oidc::claims::LOGOUT_TOKEN;
use crate::oidc::jose::{ExpectedType, verify};
use crate::store::logout_notice::{Backlog, Notice, Owed};
use crate::store::{migrate, product};

const PATIENCE: Duration = Duration::from_secs(20);
const START: i64 = 1_800_014_400_000;

/// What a product answers.
#[derive(Clone, Debug)]
enum Does {
    Says(u16),
    Leads(String),
    Hangs,
    Floods(&'static str),
}

/// A product's server, which notes each request as it came.
#[derive(Clone)]
struct Site {
    uri: String,
    heard: Arc<Mutex<Vec<String>>>,
    does: Arc<Mutex<VecDeque<Does>>>,
}

impl Site {
    async fn open(does: &[Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/logout?from=front-door", listener.local_addr().unwrap());
        let site = Self { uri, heard: Arc::default(), does: Arc::new(Mutex::new(does.iter().cloned().collect())) };
        let serving = site.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().answer(stream));
            }
        });
        site
    }

    async fn answer(self, mut stream: TcpStream) {
        let request = read_request(&mut stream).await;
        self.heard.lock().unwrap().push(request);
        let does = self.does.lock().unwrap().pop_front().unwrap_or(Does::Says(200));
        let head = match does {
            Does::Says(status) => format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n"),
            Does::Leads(to) => format!("HTTP/1.1 302 x\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"),
            Does::Hangs => return std::future::pending().await,
            Does::Floods(head) => head.to_owned(),
        };
        let _ = stream.write_all(head.as_bytes()).await;
        if head.contains("content-length") {
            return;
        }
        while stream.write_all(&[b'a'; 4_096]).await.is_ok() {}
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4_096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap_or(0);
        text.push_str(std::str::from_utf8(buffer.get(..count).unwrap()).unwrap());
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            body.len() == length.map_or(0, |length| length.parse().unwrap())
        });
        if whole || count == 0 {
            return text;
        }
    }
}

struct House {
    app: App,
    clock: Arc<AtomicI64>,
    stop: watch::Sender<bool>,
    _folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("vestibule.db").display());
        let mut settings = Settings::defaults(PublicUrl::parse("https://id.example.org").unwrap());
        settings.database.url = DatabaseUrl::parse(&url, folder.path()).unwrap();
        let clock = Arc::new(AtomicI64::new(START));
        let told = Arc::clone(&clock);
        let told = Clock::from_fn(move || Timestamp::from_millis(told.load(Ordering::SeqCst)));
        let app = App::open(settings, &Keyring::generate(&[1; 32]), told).unwrap();
        migrate::run(&app.db, app.clock.now()).unwrap();
        assert!(app.keys_belong_here().unwrap());
        Self { app, clock, stop: watch::Sender::new(false), _folder: folder }
    }

    fn start(&self) -> JoinHandle<()> {
        let client = Client::new().unwrap();
        tokio::spawn(Worker { app: self.app.clone(), client, stop: self.stop.subscribe() }.run())
    }

    /// Enqueues word to a product, which is registered with this address if it is not yet.
    fn enqueue(&self, id: &str, product: &str, uri: &str) {
        let registered = Product {
            id: ProductId::parse(product).unwrap(),
            name: product.to_owned(),
            kind: Kind::Web,
            policy: Policy::Inherit,
            start_url: None,
            host: None,
            is_public: false,
            forbids_email: false,
            device_grant: false,
            algorithm: SigningAlgorithm::Es256,
            key_set: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            back_channel_logout_uri: Some(RedirectUri::kept(uri.to_owned())),
        };
        let now = self.app.clock.now();
        let notice = Notice {
            id: LogoutNoticeId::new(id.to_owned()),
            owed: Owed {
                sid: SessionId::new("the-session".into()),
                product: registered.id.clone(),
                uri: uri.to_owned(),
            },
            subject: AccountId::new("nora".into()),
            created_at: now,
            not_after: now.plus(Duration::from_secs(86_400)),
        };
        let enqueue = move |tx: &mut Tx<'_>| {
            product::insert(tx, &registered, now)?;
            rows::enqueue(tx, &notice)
        };
        self.app.db.write(enqueue).unwrap();
        self.app.renew_signing_keys().unwrap();
        self.app.logout_wake.notify_one();
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
        self.app.logout_wake.notify_one();
    }

    fn backlog(&self) -> Backlog {
        self.app.db.read(rows::backlog).unwrap()
    }

    async fn until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let looking = async {
            while !done(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("not in time: {what}"));
    }

    /// Waits until the only notice is due again so many seconds from now.
    async fn until_due_in(&self, seconds: u64) {
        let due = self.app.clock.now().plus(Duration::from_secs(seconds));
        self.until("due again", |house| house.backlog().first_due == Some(due)).await;
    }

    async fn until_empty(&self) {
        self.until("the queue is empty", |house| house.backlog().count == 0).await;
    }
}

impl House {
    /// The claims of the request's token, as a product verifies it.
    fn claims(&self, request: &str) -> serde_json::Value {
        let token = request.rsplit_once("\r\n\r\nlogout_token=").unwrap().1;
        let keys = self.app.db.read(signing_key::published).unwrap();
        verify(token, &keys, ExpectedType::Is(LOGOUT_TOKEN)).unwrap()
    }
}

#[tokio::test]
async fn a_product_gets_a_logout_token_that_is_fresh_at_each_try_and_keeps_its_jti() {
    let site = Site::open(&[Does::Says(500), Does::Says(204)]).await;
    let house = House::new();
    house.enqueue("notice-1", "mip-modern", &site.uri);
    house.start();
    house.until_due_in(2).await;
    house.pass(2);
    house.until_empty().await;
    let heard = site.heard();
    assert_eq!(heard.len(), 2);
    for (request, iat) in heard.iter().zip([START / 1_000, START / 1_000 + 2]) {
        assert!(request.starts_with("POST /logout?from=front-door HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
        let claims = house.claims(request);
        let expected = ["https://id.example.org", "mip-modern", "nora", "the-session", "notice-1"];
        assert_eq!(["iss", "aud", "sub", "sid", "jti"].map(|name| claims[name].as_str().unwrap()), expected);
        assert_eq!(claims["iat"], iat);
        assert!(claims["exp"].as_i64().unwrap() > iat, "{claims}");
        assert_eq!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"], serde_json::json!({}));
        assert!(claims.get("nonce").is_none(), "{claims}");
    }
}

#[tokio::test]
async fn a_notice_that_is_refused_with_400_is_not_sent_again_and_one_that_fails_is() {
    let elsewhere = Site::open(&[]).await;
    let fails = [Does::Says(404), Does::Leads(elsewhere.uri.clone()), Does::Says(503), Does::Says(400)];
    let site = Site::open(&fails).await;
    let house = House::new();
    house.enqueue("notice-1", "mip-modern", &site.uri);
    house.start();
    for wait in [2, 10, 60] {
        house.until_due_in(wait).await;
        house.pass(i64::try_from(wait).unwrap());
    }
    house.until_empty().await;
    assert_eq!(site.heard().len(), 4);
    assert!(elsewhere.heard().is_empty(), "a redirect is not followed");
}

#[tokio::test]
async fn products_that_are_dead_or_hang_hold_up_no_other_and_no_stop() {
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead_uri = format!("http://{}/", dead.local_addr().unwrap());
    drop(dead);
    let (hangs, well) = (Site::open(&[Does::Hangs, Does::Hangs]).await, Site::open(&[]).await);
    let house = House::new();
    for number in 1..=3 {
        house.enqueue(&format!("dead-{number}"), "dead", &dead_uri);
        house.enqueue(&format!("hangs-{number}"), "hangs", &hangs.uri);
        house.enqueue(&format!("well-{number}"), "well", &well.uri);
    }
    let running = house.start();
    house.until("the well one has heard all", |_| well.heard().len() == 3).await;
    assert_eq!(hangs.heard().len(), 1, "one try a product at a time");
    house.stop.send_replace(true);
    tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();
    assert_eq!(house.backlog().count, 6);
}

#[tokio::test]
async fn a_worker_that_is_stopped_finishes_what_it_has_begun() {
    let site = Site::open(&[]).await;
    let house = House::new();
    house.enqueue("notice-1", "mip-modern", &site.uri);
    let running = house.start();
    house.until("the request has come", |_| !site.heard().is_empty()).await;
    house.stop.send_replace(true);
    tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();
    assert_eq!(house.backlog().count, 0);
}

#[tokio::test]
async fn a_notice_that_no_product_took_in_a_day_is_dropped() {
    let site = Site::open(&[Does::Says(500)]).await;
    let house = House::new();
    house.enqueue("notice-1", "mip-modern", &site.uri);
    house.start();
    house.until_due_in(2).await;
    house.pass(86_400);
    house.until_empty().await;
    assert_eq!(site.heard().len(), 1);
}

#[tokio::test]
async fn of_an_answer_without_end_nothing_is_read_but_its_beginning() {
    let site = Site::open(&[
        Does::Floods("HTTP/1.1 200 OK\r\n\r\n"),
        Does::Floods("HTTP/1.1 200 OK\r\nx-much: "),
        Does::Floods("no HTTP"),
    ])
    .await;
    let client = Client::new().unwrap();
    assert_eq!(client.post(&site.uri, "a=b").await, client::Answer::Taken);
    for _ in 0..2 {
        let answer = client.post(&site.uri, "a=b").await;
        assert!(matches!(answer, client::Answer::Failed(_)), "{answer:?}");
    }
    for address in ["", "/logout", "http://", "nothing at all"] {
        assert!(matches!(client.post(address, "a=b").await, client::Answer::Failed(_)), "{address}");
    }
}

//! What stops a request, as a person sees it: another address, another site, a page too old, a server in trouble.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::browser::{Browser, Script};
use super::tools::{Answer, ask, until};
use super::visit::Visit;

/// More than the tries of one account that are taken at once.
const CROWD: usize = 14;
/// The crowd comes from one address and knows no password.
const NO_LIMITS: &str = "limits.address_burst = 1000000\nlimits.password_burst = 1000000";

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_to_do() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/no-such-page").await;
    page.refused("There is no page at this address", "not-found").await;
    visit.open("/sign-out").await;
    page.refused("That can't be done here", "method-not-allowed").await;
    a_form_that_is_not_whole(&visit).await;
    a_form_from_elsewhere(&visit).await;
    a_page_that_is_too_old(&visit).await;
    page.open_page(&visit.demo.url("/help").replace("localhost", "127.0.0.1")).await;
    page.refused("This is not the address of this site", "misdirected").await;
    page.follow("Go to the sign-in page").await;
    page.heading("Sign in").await;
    assert_eq!(page.client.current_url().await.unwrap().host_str(), Some("localhost"), "it leads to the right address");
}

async fn a_form_that_is_not_whole(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/sign-in").await;
    page.client.execute("document.getElementById('username').remove()", Vec::new()).await.unwrap();
    page.press("Sign in").await;
    page.refused("That form did not arrive whole", "bad-form").await;
}

async fn a_form_from_elsewhere(visit: &Visit) {
    let page = &visit.browser;
    let form = format!("<form method=post action='{}'><button>Win</button></form>", visit.demo.url("/sign-in"));
    page.show(&format!("<title>Elsewhere</title><main><h1>You won</h1>{form}</main>")).await;
    page.element("button").await.click().await.unwrap();
    page.refused("That came from another site", "foreign-origin").await;
}

/// Two tabs: in the second one the sign-in begins anew, and the first one's form is of no use any more.
async fn a_page_that_is_too_old(visit: &Visit) {
    let page = &visit.browser;
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
    let first = page.client.window().await.unwrap();
    let second = page.client.new_window(true).await.unwrap().handle;
    page.client.switch_to_window(second).await.unwrap();
    visit.open("/sign-in").await;
    visit.sign_in("mail-user").await;
    page.heading("Enter your passcode").await;
    page.client.close_window().await.unwrap();
    page.client.switch_to_window(first).await.unwrap();
    visit.verify("123456").await;
    page.refused("This page is too old to be used", "stale-form").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_trouble_says_so_and_nothing_is_lost() {
    let visit = Visit::with(NO_LIMITS).await;
    let page = &visit.browser;
    let database = visit.demo.installation().database();
    visit.open("/sign-in").await;
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    visit.sign_in("ready-user").await;
    page.refused("We can't do that right now", "unavailable").await;
    too_many_at_once(&visit, &database).await;
    database
        .execute_batch(
            "CREATE TRIGGER broken BEFORE INSERT ON sign_in_attempt BEGIN SELECT RAISE(ABORT, 'broken'); END",
        )
        .unwrap();
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.refused("Something went wrong on our side", "defect").await;
    database.execute_batch("DROP TRIGGER broken").unwrap();
    visit.open("/sign-in").await;
    visit.sign_in("ready-user").await;
    page.heading("Enter your passcode").await;
}

/// The database takes nothing for a while, so that tries of one account wait in a row until the row is full.
async fn too_many_at_once(visit: &Visit, database: &Connection) {
    let page = &visit.browser;
    let port = visit.demo.installation().port;
    let crowd = Arc::new(Crowd::default());
    visit.open("/sign-in").await;
    let people: Vec<_> = (0..CROWD).map(|_| Arc::clone(&crowd).keep_trying(port)).collect();
    until("the row to be full", async || crowd.is_sent_away.load(Ordering::Relaxed).then_some(())).await;
    visit.sign_in("ready-user").await;
    page.heading("One moment, please").await;
    crowd.has_enough.store(true, Ordering::Relaxed);
    database.execute_batch("COMMIT").unwrap();
    let seen: BTreeSet<u16> = people.into_iter().flat_map(|one| one.join().unwrap()).collect();
    assert!(seen.is_subset(&BTreeSet::from([422, 429, 503])), "{seen:?}");
    page.refused("One moment, please", "busy").await;
}

#[derive(Default)]
struct Crowd {
    is_sent_away: AtomicBool,
    has_enough: AtomicBool,
}

impl Crowd {
    /// One of its people, and the statuses that it got.
    fn keep_trying(self: Arc<Self>, port: u16) -> JoinHandle<BTreeSet<u16>> {
        thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !self.has_enough.load(Ordering::Relaxed) {
                let status = try_once(port).status;
                self.is_sent_away.fetch_or(status == 429, Ordering::Relaxed);
                seen.insert(status);
            }
            seen
        })
    }
}

/// A try of someone who has no browser to speak of.
fn try_once(port: u16) -> Answer {
    let page = ask(port, "GET /sign-in", "", "").unwrap();
    let cookie = page.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let token = page.body.split_once("name=\"form_token\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let form = format!("form_token={token}&username=ready-user&password=not+this+one");
    ask(port, "POST /sign-in", &format!("Cookie: {}\r\n", cookie.split(';').next().unwrap()), &form).unwrap()
}

impl Browser {
    /// The page with this heading, which is looked at.
    async fn refused(&self, heading: &str, name: &str) {
        self.heading(heading).await;
        assert!(self.title().await.starts_with("Error: "), "{}", self.title().await);
        assert!(self.offers("Go to the sign-in page").await, "there is a next step");
        self.look(&format!("refused-{name}")).await;
    }
}

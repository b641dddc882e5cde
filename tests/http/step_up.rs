//! A passcode that one product asks for in a live session: it counts for that product alone, and is guessed no easier than any other.

use std::time::Duration;

use vestibule::model::product::Policy;

use crate::support::*;

fn product(app: &TestApp, id: &str, max_age: Duration) -> RelyingParty {
    RelyingParty::new(app, id, |product| {
        (product.name, product.policy) = (format!("Product {id}"), Policy::Separate(max_age));
    })
}

/// Somebody is signed in, and a product that asks for a passcode of its own each time.
async fn signed_in(app: &TestApp) -> (Person, Browser, RelyingParty) {
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let fund = product(app, "fund", Duration::ZERO);
    (nora, browser, fund)
}

const ASKS: &str = "Product fund asks for a passcode of its own";

#[tokio::test]
async fn s3_3_a_separate_product_asks_for_a_passcode_of_its_own_each_time() {
    for app in both_engines() {
        let (nora, mut browser, fund) = signed_in(&app).await;
        for _ in 0..2 {
            let request = fund.request();
            let page = fund.begin(&mut browser, &request).await;
            assert!(
                page.says(ASKS) && page.says("Signed in as nora") && page.offers("Send me a passcode"),
                "{}",
                page.text()
            );
            assert!(!page.body.contains("type=\"password\"") && page.link("Back to the User Portal") == "/");
            app.pass(seconds(30));
            let page = browser.give_passcode(&page, &nora.code(&app)).await;
            fund.code(&page, &request);
        }
        assert!(browser.is_signed_in().await);
        assert_eq!(sessions(&app), 1, "no other session begins");
    }
}

fn sessions(app: &TestApp) -> usize {
    app.app.db.read(|tx| tx.query("SELECT id FROM session", &[])).unwrap().len()
}

/// Who asks again within the product's max-age is not asked, and one product's passcode is nothing to another.
#[tokio::test]
async fn s3_3_a_passcode_counts_for_its_product_and_within_its_max_age() {
    let app = TestApp::new();
    let (nora, mut browser, fund) = signed_in(&app).await;
    let (hour, other) = (product(&app, "hour", hours(1)), product(&app, "other", hours(1)));
    let request = hour.request();
    let page = hour.begin(&mut browser, &request).await;
    app.pass(seconds(30));
    hour.code(&browser.give_passcode(&page, &nora.code(&app)).await, &request);
    app.pass(minutes(59));
    hour.code(&hour.begin(&mut browser, &request).await, &request);
    for asks in [&fund, &other] {
        assert!(asks.begin(&mut browser, &asks.request()).await.says("asks for a passcode of its own"));
    }
    app.pass(minutes(1));
    assert!(hour.begin(&mut browser, &request).await.says("Product hour asks for a passcode of its own"));
}

/// Two products in one 30-second step: the second one's passcode comes by email, and nothing is charged.
#[tokio::test]
async fn s3_3_two_products_in_one_step_have_the_email_beside_the_words() {
    let app = TestApp::new();
    let (nora, mut browser, fund) = signed_in(&app).await;
    let page = fund.begin(&mut browser, &fund.request()).await;
    let used = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!(used.status, 422);
    assert!(used.says("That passcode was already used. The next one comes in") && used.offers("Send me a passcode"));
    assert_eq!(app.account_row(&nora).rest.wrong_in_a_row, 0);
    app.mail();
    let page = browser.press(&used, "Send me a passcode").await;
    let code = app.newest_mail(&nora.email, "passcode").passcode();
    assert!(page.says(ASKS) && page.says("We emailed a passcode to"), "{}", page.text());
    let request = fund.request();
    let first = browser.give_passcode(&page, &code).await;
    assert!(first.status == 303 && first.header("location").starts_with(&fund.redirect_uri));
    // It worked once, for one request of one product.
    let page = fund.begin(&mut browser, &request).await;
    assert!(browser.give_passcode(&page, &code).await.says("That passcode isn't right."));
}

/// Regression 53 and the rule of section 2: every product's tries are charged to the one counter, and five wrong ones end the session.
#[tokio::test]
async fn r53_tries_at_two_products_are_charged_to_one_counter_and_five_end_the_session() {
    for app in both_engines() {
        let (nora, mut browser, fund) = signed_in(&app).await;
        let other = product(&app, "other", Duration::ZERO);
        let before = app.wrong_passcodes();
        for _ in 0..2 {
            let page = fund.begin(&mut browser, &fund.request()).await;
            assert!(browser.give_passcode(&page, &nora.wrong_code(&app)).await.says("That passcode isn't right."));
            let page = other.begin(&mut browser, &other.request()).await;
            assert!(browser.give_passcode(&page, &nora.wrong_code(&app)).await.says("That passcode isn't right."));
        }
        assert!(browser.is_signed_in().await);
        let page = other.begin(&mut browser, &other.request()).await;
        let page = browser.give_passcode(&page, &nora.wrong_code(&app)).await;
        assert_eq!(page.status, 429, "{}", page.text());
        assert!(page.says("Too many wrong passcodes."));
        assert_eq!((app.wrong_passcodes() - before, sessions(&app)), (5, 0));
        assert!(!browser.is_signed_in().await);
    }
}

/// The lock is looked at first: while it stands a right passcode is not compared.
#[tokio::test]
async fn r53_a_lock_holds_for_every_product() {
    let app = TestApp::new();
    let (nora, mut browser, fund) = signed_in(&app).await;
    let mut thief = app.browser().at("192.0.2.66");
    // Not a known browser: everything else's bucket.
    browser.cookies.retain(|name, _| !name.ends_with("vestibule-browser"));
    thief.give_wrong_passcodes(&nora, 5).await;
    app.pass(seconds(30));
    let request = fund.request();
    let page = fund.begin(&mut browser, &request).await;
    assert!(page.status == 429 && page.says("You can try again in"), "{}", page.text());
    app.pass(minutes(3));
    let page = fund.begin(&mut browser, &request).await;
    fund.code(&browser.give_passcode(&page, &nora.code(&app)).await, &request);
}

/// Fifty at once with one passcode, in the same session or in two: one is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r13_of_fifty_at_once_with_one_passcode_for_a_product_one_is_taken() {
    for app in both_engines() {
        let (nora, mut browser, fund) = signed_in(&app).await;
        let mut second = app.browser();
        second.sign_in(&nora).await;
        app.pass(seconds(30));
        let code = nora.code(&app);
        let mut forms = Vec::new();
        for number in 0..50 {
            let mut tab = if number % 2 == 0 { browser.clone() } else { second.clone() };
            let page = fund.begin(&mut tab, &fund.request()).await;
            assert!(page.says(ASKS));
            forms.push(Filled::passcode(tab, page, code.clone()));
        }
        // And the same form again and again.
        let page = fund.begin(&mut browser, &fund.request()).await;
        forms.extend((0..10).map(|_| Filled::passcode(browser.clone(), page.clone(), code.clone())));
        let answers = at_once(forms).await;
        let taken = count(&answers, |answer| answer.header("location").starts_with("/oauth2/continue"));
        // Where the form that was sent again and again has won, its sign-in is over for the others of it.
        let told = count(&answers, |answer| answer.status == 410 || answer.says("That passcode was already used."));
        assert_eq!((taken, told), (1, 59), "{:?}", answers.iter().map(|page| page.status).collect::<Vec<_>>());
        let kept = app.app.db.read(|tx| tx.query("SELECT way FROM product_passcode", &[])).unwrap();
        assert_eq!(kept.len(), 1);
    }
}

/// Regression 5: what is given for a product leads into no session, and nothing that is not of its session goes on with it.
#[tokio::test]
async fn r5_r25_a_products_passcode_signs_nobody_in() {
    for app in both_engines() {
        let (nora, mut browser, fund) = signed_in(&app).await;
        let page = fund.begin(&mut browser, &fund.request()).await;
        // The sign-in's cookie alone, as a thief has it.
        let mut thief = app.browser();
        let attempt = browser.cookies["__Host-vestibule-sign-in"].clone();
        thief.cookies.insert("__Host-vestibule-sign-in".into(), attempt);
        app.pass(seconds(30));
        let answer = thief.give_passcode(&page, &nora.code(&app)).await;
        assert_eq!(answer.status, 410, "{}", answer.text());
        assert!(!thief.is_signed_in().await && !thief.cookies.keys().any(|name| name.ends_with("-session")));
        // Another account's session beside it does no better.
        let oscar = app.with_mfa("oscar").await;
        let mut his = app.browser();
        his.sign_in(&oscar).await;
        let page = fund.begin(&mut browser, &fund.request()).await;
        his.cookies.insert("__Host-vestibule-sign-in".into(), browser.cookies["__Host-vestibule-sign-in"].clone());
        assert_eq!(his.give_passcode(&page, &nora.code(&app)).await.status, 410);
        // Signing out ends what the session asked for.
        let home = browser.open("/").await;
        let attempt = browser.cookies["__Host-vestibule-sign-in"].clone();
        browser.press(&home, "Sign out").await;
        browser.cookies.insert("__Host-vestibule-sign-in".into(), attempt.clone());
        assert_eq!(browser.give_passcode(&page, &nora.code(&app)).await.status, 410);
        let token = page.form("Verify").filled(&[]).remove(0);
        browser.cookies.insert("__Host-vestibule-sign-in".into(), attempt);
        assert_eq!(browser.post("/sign-in/send-passcode", &[token]).await.status, 410);
        assert_eq!(app.mail().iter().filter(|mail| mail.kind == "passcode").count(), 0);
    }
}

/// A passcode of one session opens for no other session of the same account.
#[tokio::test]
async fn r5_a_passcode_of_one_session_opens_for_no_other() {
    let app = TestApp::new();
    let (nora, mut browser, fund) = signed_in(&app).await;
    let mut second = app.browser();
    second.sign_in(&nora).await;
    let page = fund.begin(&mut browser, &fund.request()).await;
    app.pass(seconds(30));
    let form = page.form("Verify");
    let given = browser.post(&form.action, &form.filled(&[("Passcode", &nora.code(&app))])).await;
    let onward = given.header("location").to_owned();
    assert!(second.open(&onward).await.says(ASKS));
    assert_eq!(browser.open_once(&onward).await.header("location").split('?').next(), Some(&*fund.redirect_uri));
    assert_eq!(second.open(&onward).await.status, 410);
}

/// Where the product takes passcodes of an app only, none is mailed and none that was is taken, in a session or in a sign-in.
#[tokio::test]
async fn s3_9_where_email_is_forbidden_only_an_app_opens() {
    for app in both_engines() {
        let (nora, olga) = (app.with_mfa("nora").await, app.with_mail_mfa("olga").await);
        let vault =
            RelyingParty::new(&app, "vault", |product| (product.name, product.forbids_email) = ("Vault".into(), true));
        let mut browser = app.browser();
        let request = vault.request();
        let page = vault.begin(&mut browser, &request).await;
        let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
        assert!(
            page.says("Vault takes passcodes from an authenticator app only") && !page.offers("Send me a passcode")
        );
        let token = page.form("Verify").filled(&[]).remove(0);
        browser.post("/sign-in/send-passcode", &[token]).await;
        assert!(app.mail().iter().all(|mail| mail.kind != "passcode"));
        vault.code(&browser.give_passcode(&page, &nora.code(&app)).await, &request);
        // Signed in by email, and without an app.
        let mut browser = browser_with_mail(&app, &olga).await;
        let refused = vault.begin(&mut browser, &vault.request()).await;
        assert_eq!((refused.status.as_u16(), refused.says("Vault needs an authenticator app")), (403, true));
        let mut fresh = app.browser();
        let page = vault.begin(&mut fresh, &vault.request()).await;
        let page = fresh.submit(&page, "Sign in", &[("Username", "olga"), ("Password", &olga.password)]).await;
        assert!(
            page.says("An authenticator app is needed") && !page.offers("Verify") && !page.offers("Send me a passcode")
        );
        assert_eq!(page.link("Sign in without opening it"), "/sign-in");
    }
}

async fn browser_with_mail(app: &TestApp, person: &Person) -> Browser {
    let mut browser = app.browser();
    let page = browser.give_password(person).await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&person.email, "passcode").passcode();
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
    browser
}

/// A sign-in by email is asked for the app where the product wants one, and `acr_values` does the same for one request.
#[tokio::test]
async fn r38_s3_9_a_level_that_is_asked_for_is_given_or_refused() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mail_mfa("olga").await);
    let modern = RelyingParty::new(&app, "modern", |_| {});
    let request = modern.request().with("acr_values", "urn:vestibule:acr:mfa");
    let mut hers = browser_with_mail(&app, &nora).await;
    let page = modern.begin(&mut hers, &request).await;
    assert!(
        page.says("asks for a passcode of its own, from your authenticator app") && !page.offers("Send me a passcode")
    );
    app.pass(seconds(30));
    modern.code(&hers.give_passcode(&page, &nora.code(&app)).await, &request);
    let mut others = browser_with_mail(&app, &olga).await;
    let page = modern.begin(&mut others, &request).await;
    assert_eq!(modern.error(&page, &request), "unmet_authentication_requirements");
}

/// What an emailed passcode gave is refreshed no more once the product stops taking emailed passcodes; what an app's gave goes on.
#[tokio::test]
async fn s3_9_a_product_that_forbids_emailed_passcodes_meanwhile_refreshes_nothing_that_one_gave() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let modern = RelyingParty::new(&app, "modern", |_| {});
        let (mut by_mail, mut by_app) = (browser_with_mail(&app, &nora).await, app.browser());
        let mailed = modern.sign_in(&mut by_mail, &nora).await;
        by_app.sign_in(&nora).await;
        let shown = modern.sign_in(&mut by_app, &nora).await;
        let mailed = modern.taken(modern.refresh(mailed.refresh_token()).await);
        app.app.db.write(|tx| tx.execute("UPDATE product SET forbids_email = 1", &[])).unwrap();
        let page = modern.refresh(mailed.refresh_token()).await;
        assert_eq!((page.status.as_u16(), &page.json()["error"]), (400, &"invalid_grant".into()));
        modern.taken(modern.refresh(shown.refresh_token()).await);
    }
}

/// A passcode that a session asked for is nobody's once the session has ended, by its time or by a word from elsewhere.
#[tokio::test]
async fn r39_a_passcode_that_a_session_asks_for_ends_with_the_session() {
    for by_word in [false, true] {
        let app = TestApp::new();
        let (nora, mut browser, fund) = signed_in(&app).await;
        let mut elsewhere = app.browser();
        elsewhere.sign_in(&nora).await;
        for _ in 0..12 {
            app.pass(minutes(59));
            assert!(browser.is_signed_in().await && elsewhere.is_signed_in().await);
        }
        let page = fund.begin(&mut browser, &fund.request()).await;
        assert!(page.says(ASKS), "{}", page.text());
        app.pass(minutes(2));
        if by_word {
            let list = elsewhere.open("/account/sessions").await;
            elsewhere.press(&list, "Sign out everywhere else").await;
        } else {
            app.pass(minutes(10));
        }
        assert_eq!(browser.clone().open_once("/sign-in/passcode").await.status, 410);
        let answer = browser.give_passcode(&page, &nora.code(&app)).await;
        assert!(answer.status == 410 && answer.says("Sign in to open Product fund"), "{}", answer.text());
        assert_eq!(codes(&app), 0);
    }
}

fn codes(app: &TestApp) -> usize {
    app.app.db.read(|tx| tx.query("SELECT id FROM product_grant", &[])).unwrap().len()
}

/// Entry, its window and the life of an attempt are as in a sign-in.
#[tokio::test]
async fn r15_the_entry_window_of_a_product_is_that_of_a_sign_in() {
    let app = TestApp::new();
    let (nora, mut browser, fund) = signed_in(&app).await;
    let request = fund.request();
    app.pass(minutes(2));
    let page = fund.begin(&mut browser, &request).await;
    app.pass(minutes(2));
    let before_entry = browser.give_passcode(&page, &nora.code_of(&app, -6)).await;
    assert!(before_entry.says("That passcode isn't right."), "{}", before_entry.text());
    fund.code(&browser.give_passcode(&page, &nora.code_of(&app, -3)).await, &request);
    let page = fund.begin(&mut browser, &request).await;
    app.pass(minutes(15));
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert!(page.status == 410 && page.says("Sign in to open Product fund"), "{}", page.text());
}

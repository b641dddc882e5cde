//! Devices without a browser: what strangers, other products, other accounts and robots make of them.

use tokio::task::JoinSet;
use vestibule::flow::account::Change;
use vestibule::store::db::Tx;

use super::devices::{Device, television};
use super::given::*;
use crate::support::*;

fn is_refused(page: &Page) -> bool {
    refusal(page) == (400, "invalid_grant".to_owned())
}

fn execute(app: &TestApp, sql: &'static str) {
    app.app.db.write(move |tx: &mut Tx<'_>| tx.execute(sql, &[]).map(drop)).unwrap();
}

/// Regression 42: a device's code is good for the product that asked, whoever else presents it; a product without the grant has none.
#[tokio::test]
async fn r42_no_product_redeems_a_device_code_of_another() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let plain = RelyingParty::new(&app, "plain", |_| {});
        let mut products = vec![];
        for (id, is_public) in [("a", false), ("b", false), ("c", true), ("d", true)] {
            products.push(RelyingParty::new(&app, id, |product| {
                (product.is_public, product.device_grant) = (is_public, true);
            }));
        }
        for owner in &products {
            let device = Device::of(owner).await;
            let done = device.approved_by(&mut nora).await;
            assert!(done.says("Your device is signed in"), "{}", done.text());
            for thief in products.iter().filter(|other| other.id != owner.id) {
                assert!(is_refused(&device.ask_as(thief).await), "{} at {}", owner.id, thief.id);
            }
            assert_eq!(refusal(&device.ask_as(&plain).await), (400, "unauthorized_client".to_owned()));
            device.tokens().await;
        }
        let page = plain.post("/oauth2/device_authorization", &[]).await;
        assert_eq!(refusal(&page), (400, "unauthorized_client".to_owned()));
        let stranger = products[0].clone().with_secret("vst_k_no");
        assert_eq!(refusal(&stranger.post("/oauth2/device_authorization", &[]).await).0, 401);
    }
}

/// Of twenty questions at the same moment one gets the tokens; the others are second uses, so these are worth nothing at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r36_of_20_devices_with_one_code_one_gets_tokens_which_are_taken_back() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = television(&app);
        let device = std::sync::Arc::new(Device::of(&product).await);
        device.approved_by(&mut nora).await;
        let mut racers = JoinSet::new();
        for _ in 0..20 {
            let device = std::sync::Arc::clone(&device);
            racers.spawn(async move {
                loop {
                    let page = device.ask().await;
                    // Who finds the account's queue full comes again.
                    if page.status != 429 {
                        return page;
                    }
                    tokio::task::yield_now().await;
                }
            });
        }
        let (done, refused): (Vec<_>, Vec<_>) =
            racers.join_all().await.into_iter().partition(|page| page.status == 200);
        assert_eq!((done.len(), refused.iter().filter(|page| is_refused(page)).count()), (1, 19));
        let tokens = product.taken(done.into_iter().next().unwrap());
        assert_eq!(refusal(&product.userinfo(&tokens.access_token).await).1, "invalid_token");
        assert!(is_refused(&product.refresh(tokens.refresh_token()).await));
    }
}

/// Regressions 46 and 47: no part of a device's code is good, and none is none.
#[tokio::test]
async fn r46_r47_a_device_code_is_good_whole_or_not_at_all() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let device = Device::of(&television(&app)).await;
    device.approved_by(&mut nora).await;
    let whole = device.device_code.clone();
    let (body, last) = (whole.strip_prefix("vst_d_").unwrap(), whole.len() - 1);
    let flipped = format!("vst_d_{}{}", if body.starts_with('A') { 'B' } else { 'A' }, &body[1..]);
    let shorter = &whole[..last];
    for wrong in [shorter, &format!("{whole}A"), &flipped, &format!("vst_c_{body}"), body, "vst_d_", &device.user_code]
    {
        let other = Device { device_code: wrong.to_owned(), ..Device::of(&device.product).await };
        assert!(is_refused(&other.ask().await), "{wrong}");
    }
    let none = Device { device_code: String::new(), ..Device::of(&device.product).await };
    assert_eq!(none.error().await, "invalid_request");
    device.tokens().await;
}

/// Regression 39: whatever ends what the approval rests on ends the code before it is redeemed, and what it gave after.
#[tokio::test]
async fn r39_a_devices_code_and_its_tokens_end_with_what_they_rest_on() {
    for number in 0..4 {
        for app in both_engines() {
            let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
            let product = television(&app);
            let (early, late) = (Device::of(&product).await, Device::of(&product).await);
            early.approved_by(&mut nora).await;
            late.approved_by(&mut nora).await;
            let tokens = early.tokens().await;
            match number {
                0 => app.change(&nora.person, Change::Disable),
                1 => app.reset_mfa(&nora.person),
                2 => execute(&app, "DELETE FROM product_access"),
                _ => execute(&app, "UPDATE account SET epoch = epoch + 1"),
            }
            assert!(is_refused(&late.ask().await), "case {number}");
            assert!(is_refused(&product.refresh(tokens.refresh_token()).await), "case {number}");
            assert_eq!(refusal(&product.userinfo(&tokens.access_token).await).1, "invalid_token", "case {number}");
        }
    }
}

/// The policy is the one that stands when the tokens are asked for.
#[tokio::test]
async fn r38_a_product_that_forbids_email_meanwhile_gives_a_device_nothing_for_an_emailed_passcode() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let device = Device::of(&television(&app)).await;
    device.approved_by(&mut nora).await;
    execute(&app, "UPDATE product_grant SET passcode_way = 'email'");
    execute(&app, "UPDATE product SET forbids_email = 1");
    assert!(is_refused(&device.ask().await));
}

/// Neither the sign-in's own passcode nor one for another device counts, and one counts once.
#[tokio::test]
async fn r39_each_device_needs_a_passcode_of_its_own() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let product = television(&app);
    let (one, two) = (Device::of(&product).await, Device::of(&product).await);
    let page = one.typed_in(&mut nora.browser).await;
    // Where the passcode would lead.
    let to_approved = format!("{}/approved", page.path);
    assert!(nora.browser.open(&to_approved).await.offers("Approve"));
    assert_eq!(one.error().await, "authorization_pending");
    let approved = one.approved_by(&mut nora).await;
    assert!(approved.says("Your device is signed in"), "{}", approved.text());
    let page = two.typed_in(&mut nora.browser).await;
    let page = nora.browser.press(&page, "Approve").await;
    assert!(page.offers("Verify"), "{}", page.text());
    assert_eq!(two.error().await, "authorization_pending");
    // A passcode given for one device, and left unused, does nothing for another.
    app.pass(seconds(30));
    let given = nora.browser.submit_once(&page, "Verify", &[("Passcode", &nora.person.code(&app))]).await;
    assert!(given.header("location").ends_with("/approved"), "{}", given.status);
    let three = Device::of(&product).await;
    let page = three.typed_in(&mut nora.browser).await;
    assert!(nora.browser.open(&format!("{}/approved", page.path)).await.offers("Approve"));
    let page = nora.browser.press(&page, "Approve").await;
    assert!(page.offers("Verify"), "{}", page.text());
    assert_eq!(three.error().await, "authorization_pending");
    app.pass(seconds(5));
    assert_eq!(two.error().await, "authorization_pending");
}

/// A device belongs to the session in which its code was typed last, and what that person says is theirs alone.
#[tokio::test]
async fn r17_a_device_is_decided_on_where_its_code_was_typed_last_and_nowhere_else() {
    let app = TestApp::new();
    let (nora, milo) = (app.with_mfa("nora").await, app.with_mfa("milo").await);
    let (mut nora, mut milo) = (SignedIn::new(&app, &nora).await, SignedIn::new(&app, &milo).await);
    let device = Device::of(&television(&app)).await;
    let page = device.typed_in(&mut nora.browser).await;
    let (address, form) = (page.path.clone(), page.clone());
    // Its address alone is nothing to another.
    let stranger = milo.browser.open(&address).await;
    assert_eq!((stranger.status.as_u16(), stranger.says("nora") || stranger.says("television")), (410, false));
    // Nor is a form of another session.
    for action in ["approve", "deny"] {
        let own = milo.browser.open("/oauth2/device").await.form("Continue").filled(&[]);
        let token = own.into_iter().filter(|(name, _)| name == "form_token").collect::<Vec<_>>();
        let page = milo.browser.post(&format!("{address}/{action}"), &token).await;
        assert_eq!(page.header("location"), address);
        let stale = form.form("Approve").filled(&[]);
        assert_eq!(milo.browser.post(&format!("{address}/{action}"), &stale).await.status, 403);
    }
    assert_eq!(device.error().await, "authorization_pending");
    // Typed there it is there, and here no more.
    let done = device.approved_by(&mut milo).await;
    assert!(done.says("Your device is signed in"), "{}", done.text());
    let page = nora.browser.press(&form, "Approve").await;
    assert_eq!((page.status.as_u16(), page.says("milo")), (410, false), "{}", page.text());
    let claims = device.product.claims(device.tokens().await.id_token()).await;
    assert_eq!(claims["sub"], milo.person.id.as_str());
}

#[tokio::test]
async fn r17_who_may_not_open_the_product_cannot_approve_its_device() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let device = Device::of(&television(&app)).await;
    let page = device.typed_in(&mut nora.browser).await;
    let page = nora.browser.press(&page, "Approve").await;
    execute(&app, "DELETE FROM product_access");
    app.pass(seconds(30));
    let page = nora.browser.give_passcode(&page, &nora.person.code(&app)).await;
    assert_eq!(page.status, 403);
    assert!(page.says("You may not open"), "{}", page.text());
    assert_eq!(device.error().await, "authorization_pending");
}

/// Regression 20: an account without MFA is led to set-up; the device gets nothing meanwhile, and its page waits behind the sign-in.
#[tokio::test]
async fn r20_an_account_without_mfa_is_led_to_set_up_and_its_device_gets_nothing() {
    let app = TestApp::new();
    let nora = app.account("nora");
    let (device, mut browser) = (Device::of(&television(&app)).await, app.browser());
    let page = browser.open("/oauth2/device").await;
    let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
    assert!(page.offers("Send me a setup email"), "{}", page.text());
    assert!(browser.open("/oauth2/device").await.offers("Sign in"));
    let fields = [("form_token".to_owned(), "x".to_owned()), ("code".to_owned(), device.user_code.clone())];
    assert_eq!(browser.post("/oauth2/device", &fields).await.header("location"), "/sign-in");
    assert_eq!(device.error().await, "authorization_pending");
}

/// Regressions 3 and 4: guesses are counted for the account over all its sessions, and right ones between them give none back.
#[tokio::test]
async fn r03_r04_codes_that_no_device_shows_are_counted_for_each_account() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let mut tab = SignedIn::new(&app, &nora.person).await;
        let product = television(&app);
        let page = nora.browser.open("/oauth2/device").await;
        let guess = [("Code", "BCDF-GHJK")];
        for number in 0..5 {
            assert_eq!(nora.browser.submit(&page, "Continue", &guess).await.status, 422, "{number}");
            if number < 4 {
                assert!(Device::of(&product).await.typed_in(&mut tab.browser).await.offers("Approve"), "{number}");
            }
        }
        let device = Device::of(&product).await;
        let shut = device.typed_in(&mut tab.browser).await;
        assert_eq!((shut.status.as_u16(), shut.header("retry-after")), (429, "36"), "{}", shut.text());
        assert!(shut.says("You can try again in 36 seconds") && !shut.offers("Continue"), "{}", shut.text());
        app.pass(seconds(36));
        assert!(device.typed_in(&mut tab.browser).await.offers("Approve"));
    }
}

/// Whoever guesses from one address, and with however many accounts.
#[tokio::test]
async fn r03_codes_that_no_device_shows_are_counted_for_each_address() {
    let app = TestApp::with(|settings| settings.limits.address_burst = 8);
    let (nora, milo) = (app.with_mfa("nora").await, app.with_mfa("milo").await);
    let mut people = [SignedIn::new(&app, &nora).await, SignedIn::new(&app, &milo).await];
    let mut statuses = Vec::new();
    for person in &mut people {
        let page = person.browser.open("/oauth2/device").await;
        for _ in 0..5 {
            let page = person.browser.submit(&page, "Continue", &[("Code", "BCDF-GHJK")]).await;
            statuses.push(page.status.as_u16());
        }
    }
    assert_eq!((&statuses[..8], &statuses[8..]), (&[422; 8][..], &[429, 429][..]));
    let [_, milo] = &mut people;
    milo.browser = milo.browser.clone().at("203.0.113.99");
    let page = milo.browser.open("/oauth2/device").await;
    assert_eq!(milo.browser.submit(&page, "Continue", &[("Code", "BCDF-GHJK")]).await.status, 422);
}

#[tokio::test]
async fn r03_devices_that_ask_are_bounded_by_address_and_product() {
    let app = TestApp::with(|settings| settings.limits.address_burst = 1);
    let product = television(&app);
    let neighbour = RelyingParty::new(&app, "neighbour", |product| product.device_grant = true);
    for _ in 0..40 {
        Device::of(&product).await;
    }
    let page = product.post("/oauth2/device_authorization", &[]).await;
    assert_eq!((refusal(&page), page.header("retry-after")), ((429, "temporarily_unavailable".to_owned()), "1"));
    Device::of(&neighbour).await;
    app.pass(seconds(1));
    Device::of(&product).await;
}

/// Regressions 8 and 44: neither code is in the database, nor in an address or in the trail.
#[tokio::test]
async fn the_codes_of_a_device_are_kept_nowhere_and_the_trail_says_what_was_decided() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = television(&app);
        let (device, other) = (Device::of(&product).await, Device::of(&product).await);
        device.approved_by(&mut nora).await;
        device.tokens().await;
        let page = other.typed_in(&mut nora.browser).await;
        nora.browser.press(&page, "Deny").await;
        let bytes = app.database_bytes();
        let bare = device.user_code.replace('-', "");
        for kept in [&device.device_code, &device.user_code, &bare] {
            assert!(!bytes.windows(kept.len()).any(|window| window == kept.as_bytes()), "{kept}");
        }
        let events = app.app.db.read(|tx| vestibule::store::audit::page(tx, None, 10_000)).unwrap();
        let of = |act: &str| -> Vec<_> {
            let those = events.iter().filter(|event| event.act == act);
            those.map(|event| (event.outcome.clone(), event.detail.clone())).collect()
        };
        let mut decided = of("device");
        decided.sort();
        let row = |outcome: &str| (outcome.to_owned(), "television".to_owned());
        assert_eq!((decided, of("product-open")), (vec![row("denied"), row("done")], vec![row("done")]));
    }
}

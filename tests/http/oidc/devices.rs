//! Devices without a browser (RFC 8628): how a person lets one in, and how the device comes by its tokens.

use vestibule::model::product::Policy;

use super::given::*;
use crate::support::*;

/// A device that shows its person a code.
pub struct Device {
    pub product: RelyingParty,
    pub device_code: String,
    pub user_code: String,
}

impl Device {
    pub async fn of(product: &RelyingParty) -> Self {
        let scope = [("scope", "openid profile offline_access")];
        let page = product.post("/oauth2/device_authorization", &scope).await;
        assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"), "{}", page.body);
        let text = |name: &str| page.json()[name].as_str().unwrap().to_owned();
        Self { product: product.clone(), device_code: text("device_code"), user_code: text("user_code") }
    }

    /// Asks whether its person has decided.
    pub async fn ask(&self) -> Page {
        self.ask_as(&self.product).await
    }

    /// The same, as another product.
    pub async fn ask_as(&self, product: &RelyingParty) -> Page {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        product.post("/oauth2/token", &[("grant_type", grant), ("device_code", &self.device_code)]).await
    }

    /// The error that it is told.
    pub async fn error(&self) -> String {
        let (status, error) = refusal(&self.ask().await);
        assert_eq!(status, 400);
        error
    }

    pub async fn tokens(&self) -> Tokens {
        self.product.taken(self.ask().await)
    }

    /// Its person types its code: the page that asks.
    pub async fn typed_in(&self, browser: &mut Browser) -> Page {
        let page = browser.open("/oauth2/device").await;
        browser.submit(&page, "Continue", &[("Code", &self.user_code)]).await
    }

    /// Its person types its code and approves it with the next passcode: the last page.
    pub async fn approved_by(&self, nora: &mut SignedIn) -> Page {
        let page = self.typed_in(&mut nora.browser).await;
        let page = nora.browser.press(&page, "Approve").await;
        self.product.app.pass(seconds(30));
        nora.browser.give_passcode(&page, &nora.person.code(&self.product.app)).await
    }
}

/// A product whose people may sign in on devices.
pub fn television(app: &TestApp) -> RelyingParty {
    RelyingParty::new(app, "television", |product| (product.is_public, product.device_grant) = (true, true))
}

#[tokio::test]
async fn s3_11_a_device_shows_a_code_and_its_person_lets_it_in_with_a_passcode() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let confidential = RelyingParty::new(&app, "modern", |product| product.device_grant = true);
        for product in [television(&app), confidential] {
            let device = Device::of(&product).await;
            assert_eq!(device.error().await, "authorization_pending");
            let page = device.typed_in(&mut nora.browser).await;
            assert!(page.says(&format!("to be signed in to The product {} as nora", product.id)), "{}", page.text());
            assert!(
                page.says("198.51.100.0/24") && page.says("an unknown device") && page.says("UTC"),
                "{}",
                page.text()
            );
            let page = nora.browser.press(&page, "Approve").await;
            assert!(page.says("Enter a passcode to approve the sign-in of another device"), "{}", page.text());
            app.pass(seconds(30));
            assert_eq!(device.error().await, "authorization_pending");
            let page = nora.browser.give_passcode(&page, &nora.person.code(&app)).await;
            assert!(page.says("Your device is signed in"), "{} {}", page.status, page.text());
            let tokens = device.tokens().await;
            let claims = product.claims(tokens.id_token()).await;
            assert_eq!(
                (&claims["sub"], &claims["acr"]),
                (&nora.person.id.as_str().into(), &"urn:vestibule:acr:mfa".into())
            );
            assert!(claims.get("sid").is_none() && claims.get("nonce").is_none(), "{claims}");
            assert_eq!(product.userinfo(&tokens.access_token).await.status, 200);
            product.taken(product.refresh(tokens.refresh_token()).await);
        }
    }
}

#[tokio::test]
async fn s7_a_device_that_was_let_in_is_told_by_mail_once_an_hour_and_can_be_signed_out() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = television(&app);
        app.mail();
        let device = Device::of(&product).await;
        assert!(device.approved_by(&mut nora).await.says("Your device is signed in"));
        let tokens = device.tokens().await;
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("device_approved", nora.person.email.as_str()));
        let text = mail.text.replace('\n', " ");
        for says in
            ["signed in to The product television", "on the network 198.51.100.0/24", "Change your password at once"]
        {
            assert!(text.contains(says), "{says}: {text}");
        }
        let denied = Device::of(&product).await;
        let page = denied.typed_in(&mut nora.browser).await;
        nora.browser.press(&page, "Deny").await;
        Device::of(&product).await.approved_by(&mut nora).await;
        assert!(app.mail_of_kind("device_approved").is_empty(), "once an hour");
        let page = nora.browser.open("/account/sessions").await;
        assert!(page.says("Programs and devices The product television Signed in at"), "{}", page.text());
        nora.browser.press(&page, "Sign out everywhere else").await;
        assert_eq!(product.userinfo(&tokens.access_token).await.status, 401);
    }
}

#[tokio::test]
async fn s3_11_the_code_is_read_however_it_is_typed_and_what_is_none_is_told_at_the_field() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let device = Device::of(&television(&app)).await;
    let page = nora.browser.open("/oauth2/device").await;
    assert!(page.offers("Continue") && page.says("see the code in front of you"), "{}", page.text());
    for (typed, said) in
        [("", "eight letters"), ("ABCD-EFGH", "eight letters"), ("BCDF-GHJK", "No device shows this code now")]
    {
        let page = nora.browser.submit(&page, "Continue", &[("Code", typed)]).await;
        assert_eq!((page.status.as_u16(), page.title().starts_with("Error: ")), (422, true));
        assert!(page.says(said) && page.input("Code").contains(&format!("value=\"{typed}\"")), "{}", page.text());
    }
    let shown = device.user_code.to_lowercase().replace('-', " ");
    let page = nora.browser.submit(&page, "Continue", &[("Code", &shown)]).await;
    assert!(page.offers("Approve") && page.offers("Deny"), "{}", page.text());
}

#[tokio::test]
async fn s3_11_who_is_not_signed_in_signs_in_and_comes_back_to_the_code() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (device, mut browser) = (Device::of(&television(&app)).await, app.browser());
    let page = browser.open("/oauth2/device").await;
    assert!(page.offers("Sign in") && page.path == "/sign-in", "{}", page.path);
    let page = browser.submit(&page, "Sign in", &[("Username", "nora"), ("Password", &nora.password)]).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert_eq!(page.path, "/oauth2/device");
    let page = browser.submit(&page, "Continue", &[("Code", &device.user_code)]).await;
    assert!(page.offers("Approve"), "{}", page.text());
    assert!(browser.open("/").await.offers("Sign out"), "it leads there once");
}

#[tokio::test]
async fn s3_11_deny_tells_the_device_and_the_code_is_over() {
    let app = TestApp::new();
    let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
    let device = Device::of(&television(&app)).await;
    let page = device.typed_in(&mut nora.browser).await;
    let denied = nora.browser.press(&page, "Deny").await;
    assert!(denied.says("The device was not signed in"), "{}", denied.text());
    assert_eq!(device.error().await, "access_denied");
    let approve = nora.browser.press(&page, "Approve").await;
    assert!(approve.says("The device was not signed in"), "{}", approve.text());
    assert_eq!(device.typed_in(&mut nora.browser).await.status, 422);
    assert_eq!(device.error().await, "access_denied");
}

#[tokio::test]
async fn s3_11_a_device_waits_ten_minutes_and_slows_down_when_it_is_told() {
    for app in both_engines() {
        let mut nora = SignedIn::new(&app, &app.with_mfa("nora").await).await;
        let product = television(&app);
        let (device, other) = (Device::of(&product).await, Device::of(&product).await);
        for (wait, error) in [
            (0, "authorization_pending"),
            (5, "authorization_pending"),
            (3, "slow_down"),
            (8, "slow_down"),
            (15, "authorization_pending"),
            (15, "authorization_pending"),
        ] {
            app.pass(seconds(wait));
            assert_eq!(device.error().await, error, "after {wait} seconds");
        }
        let page = device.typed_in(&mut nora.browser).await;
        app.pass(minutes(10));
        assert_eq!((device.error().await, other.error().await), ("expired_token".into(), "expired_token".into()));
        let late = nora.browser.press(&page, "Approve").await;
        assert_eq!(late.status, 410, "{}", late.text());
        assert!(late.says("This device waits no longer") && late.offers("Type another code"), "{}", late.text());
        assert_eq!(device.typed_in(&mut nora.browser).await.status, 422);
        assert_eq!(device.error().await, "expired_token");
    }
}

/// What a device was given lasts as long as what a remote app was given, and no longer than the product lets its own passcode be.
#[tokio::test]
async fn s3_11_a_device_goes_on_after_the_browser_signs_out_and_twelve_hours_at_most() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for (id, policy, life) in [
        ("inherit", Policy::Inherit, Some(hours(12))),
        ("an-hour", Policy::Separate(hours(1)), Some(hours(1))),
        ("each-time", Policy::Separate(seconds(0)), None),
    ] {
        let mut nora = SignedIn::new(&app, &nora).await;
        let product = RelyingParty::new(&app, id, |product| (product.policy, product.device_grant) = (policy, true));
        let device = Device::of(&product).await;
        device.approved_by(&mut nora).await;
        let tokens = device.tokens().await;
        let home = nora.browser.open("/").await;
        nora.browser.press(&home, "Sign out").await;
        assert_eq!(product.introspect(&tokens.access_token).await["active"], true);
        let Some(life) = life else {
            assert!(tokens.body.get("refresh_token").is_none(), "{}", tokens.body);
            continue;
        };
        app.pass(life - seconds(5));
        let next = product.taken(product.refresh(tokens.refresh_token()).await);
        app.pass(seconds(5));
        assert_eq!(refusal(&product.refresh(next.refresh_token()).await), (400, "invalid_grant".to_owned()));
        assert_eq!(product.introspect(&next.access_token).await["active"], false);
    }
}

#[tokio::test]
async fn s3_11_an_emailed_passcode_approves_where_there_is_no_app_and_the_product_takes_it() {
    let app = TestApp::new();
    let milo = app.with_mail_mfa("milo").await;
    let mut browser = app.browser();
    let page = browser.give_password(&milo).await;
    let page = browser.press(&page, "Send me a passcode").await;
    browser.give_passcode(&page, &app.newest_mail(&milo.email, "passcode").passcode()).await;
    app.pass(minutes(11));
    let device = Device::of(&television(&app)).await;
    let page = device.typed_in(&mut browser).await;
    let page = browser.press(&page, "Approve").await;
    let page = browser.press(&page, "Send me a passcode").await;
    let code = app.newest_mail(&milo.email, "passcode").passcode();
    let page = browser.give_passcode(&page, &code).await;
    assert!(page.says("Your device is signed in"), "{}", page.text());
    let claims = device.product.claims(device.tokens().await.id_token()).await;
    assert_eq!(claims["acr"], "urn:vestibule:acr:mfa-email");
    let strict = RelyingParty::new(&app, "strict", |product| {
        (product.forbids_email, product.device_grant) = (true, true);
    });
    let page = Device::of(&strict).await.typed_in(&mut browser).await;
    assert_eq!((page.status.as_u16(), page.offers("Approve")), (403, false));
    assert!(page.says("needs an authenticator app"), "{}", page.text());
}

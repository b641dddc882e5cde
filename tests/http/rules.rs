//! What holds on every page: headers, cookies, hosts, origins, forms (interfaces.md, security section 5).

use crate::support::*;

#[tokio::test]
async fn pages_carry_the_security_headers() {
    let app = TestApp::new();
    for path in ["/sign-in", "/help", "/forgot-password", "/set-up", "/nowhere"] {
        let page = app.browser().open(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(page.header("strict-transport-security").starts_with("max-age="));
        assert!(!page.body.contains("<style") && !page.body.contains(" style=\""), "{path} has a style of its own");
    }
}

#[tokio::test]
async fn cookies_are_of_this_host_secure_and_out_of_reach_of_scripts() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let first = browser.open("/sign-in").await;
    let second = browser.submit_once(&first, "Sign in", &[("Username", &nora.username), ("Password", PASSWORD)]).await;
    let page = browser.open("/sign-in/passcode").await;
    let last = browser.submit_once(&page, "Verify", &[("Passcode", &nora.code(&app))]).await;
    let mut seen = 0;
    for page in [first, second, last] {
        for cookie in page.headers.get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            assert!(text.starts_with("__Host-vestibule-"), "{text}");
            assert!(text.contains("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{text}");
            assert!(!text.contains("Domain"), "{text}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "guest, sign-in, session, known browser");
    assert!(!browser.cookies.contains_key("__Host-vestibule-sign-in"), "the pending sign-in is gone");
}

/// Regression 27: what is pending is never a session.
#[tokio::test]
async fn r27_the_cookie_of_a_pending_sign_in_is_not_taken_for_a_session() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        browser.give_password(&nora).await;
        let pending = browser.cookies["__Host-vestibule-sign-in"].clone();
        for forged in [pending.clone(), pending.replacen("vst_a_", "vst_s_", 1)] {
            let mut thief = app.browser();
            thief.cookies.insert("__Host-vestibule-session".into(), forged);
            assert!(!thief.is_signed_in().await);
        }
    }
}

#[tokio::test]
async fn a_new_session_at_each_sign_in_and_the_old_one_ends() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    let mut old = browser.clone();
    browser.sign_in(&nora).await;
    assert_ne!(old.cookies["__Host-vestibule-session"], browser.cookies["__Host-vestibule-session"]);
    assert!(!old.is_signed_in().await && browser.is_signed_in().await);
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_a_request_and_after_12_hours_in_all() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    app.pass(minutes(59));
    assert!(browser.is_signed_in().await);
    app.pass(minutes(61));
    assert!(!browser.is_signed_in().await);
    browser.sign_in(&nora).await;
    for _ in 0..23 {
        app.pass(minutes(30));
        assert!(browser.is_signed_in().await);
    }
    app.pass(minutes(31));
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn another_host_is_answered_421_but_for_health_and_the_stylesheet() {
    let app = TestApp::with(|settings| settings.allowed_hosts = vec!["inside.example.org".into()]);
    for (host, path, status) in [
        ("id.example.org", "/sign-in", 200),
        ("id.example.org:443", "/sign-in", 200),
        ("inside.example.org", "/sign-in", 200),
        ("evil.example", "/sign-in", 421),
        ("id.example.org.evil.example", "/sign-in", 421),
        ("id.example.org@evil.example", "/sign-in", 421),
        ("", "/sign-in", 421),
        ("10.0.0.1", "/health", 200),
        ("10.0.0.1", "/health/ready", 200),
    ] {
        let mut browser = app.browser();
        browser.host = host.into();
        let page = browser.open_once(path).await;
        assert_eq!(page.status, status, "{host} {path}");
        if status == 421 {
            assert_eq!(page.link("Go to the sign-in page"), "https://id.example.org/sign-in", "there is a way on");
            let (_, rest) = page.body.split_once("<link rel=\"stylesheet\" href=\"").unwrap();
            assert_eq!(browser.open_once(rest.split_once('"').unwrap().0).await.status, 200);
        }
    }
}

/// Regression: links in mails are built from `public_url`, whatever the request says.
#[tokio::test]
async fn links_in_mails_come_from_the_settings_alone() {
    let app = TestApp::with(|settings| settings.allowed_hosts = vec!["inside.example.org".into()]);
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    browser.host = "inside.example.org".into();
    browser.extra = vec![("x-forwarded-host", "evil.example".into()), ("forwarded", "host=evil.example".into())];
    let link = nora.ask_for_set_up(&mut browser).await;
    assert!(link.starts_with("https://id.example.org/set-up/link/"), "{link}");
}

#[tokio::test]
async fn a_form_is_taken_from_our_own_pages_only() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    for (site, origin, status) in [
        (Some("same-origin"), None, 303),
        (Some("none"), Some("null"), 303),
        (Some("same-site"), Some("https://id.example.org"), 403),
        (Some("cross-site"), None, 403),
        (None, Some("https://id.example.org"), 303),
        (None, Some("https://evil.example"), 403),
        (None, Some("null"), 403),
        (None, None, 303),
    ] {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        (browser.fetch_site, browser.origin) = (site, origin);
        let values = [("Username", nora.username.as_str()), ("Password", PASSWORD)];
        let answer = browser.submit_once(&page, "Sign in", &values).await;
        assert_eq!(answer.status, status, "{site:?} {origin:?}");
        assert_eq!(answer.title().starts_with("Error: "), status == 403);
    }
}

#[tokio::test]
async fn a_form_without_its_token_or_with_another_browsers_does_nothing() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let (mut browser, mut other) = (app.browser(), app.browser());
    let page = browser.give_password(&nora).await;
    let foreign = other.give_password(&nora).await;
    let answer = browser.submit_once(&foreign, "Verify", &[("Passcode", &nora.code(&app))]).await;
    assert_eq!(answer.status, 403);
    let bare = [("passcode".to_owned(), nora.code(&app))];
    assert_eq!(browser.post("/sign-in/passcode", &bare).await.status, 400);
    assert!(!browser.is_signed_in().await);
    assert!(browser.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"), "the code was not used up");
}

#[tokio::test]
async fn an_unreadable_header_of_a_trusted_proxy_is_an_error_and_of_others_nothing() {
    let trusted = vec![vestibule::config::Cidr::parse("203.0.113.0/24").unwrap()];
    for (app, status) in [(TestApp::new(), 200), (TestApp::with(|settings| settings.trusted_proxies = trusted), 400)] {
        let mut browser = app.browser();
        browser.extra = vec![("x-forwarded-for", "garbage".into())];
        assert_eq!(browser.open("/sign-in").await.status, status);
    }
}

/// The same hashing for names that somebody has and names that nobody has.
#[tokio::test]
async fn known_and_unknown_names_cost_the_same_hashes() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let too_long = "x".repeat(1025);
    for (name, password) in [
        (nora.username.as_str(), PASSWORD),
        (&nora.username, "something else entirely"),
        ("nobody", "something else entirely"),
        ("", ""),
        ("inv\u{200b}isible", "x"),
        (&nora.username, &too_long),
        ("nobody", &too_long),
    ] {
        let before = app.app.hasher.hashes_done();
        app.browser().give(name, password).await;
        assert_eq!(app.app.hasher.hashes_done() - before, 1, "{name:?}");
    }
}

/// Passwords are slowed, never locked.
#[tokio::test]
async fn ten_wrong_passwords_slow_the_next_and_say_how_long() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut own = app.browser();
    own.sign_in(&nora).await;
    for name in [nora.username.as_str(), "nobody"] {
        for number in 0..10 {
            let mut guesser = app.browser().at(&format!("198.51.100.{number}"));
            assert_eq!(guesser.give(name, "something else entirely").await.status, 422, "{number}");
        }
        let hashes = app.app.hasher.hashes_done();
        let page = app.browser().at("198.51.100.9").give(name, "something else entirely").await;
        assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "30"), "{}", page.text());
        assert!(page.says("Too many tries. You can try again in 30 seconds."), "{}", page.text());
        assert_eq!(app.app.hasher.hashes_done(), hashes, "it is not checked");
    }
    assert_eq!(own.give_password(&nora).await.path, "/sign-in/passcode", "a known browser has a count of its own");
    let page = app.browser().at("192.0.2.77").give_password(&nora).await;
    assert_eq!(page.path, "/sign-in/passcode", "an address without failures has one try an hour");
}

//! The same by people who should not get in.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::wiki;
use crate::support::*;

const OF_NGINX: &str = "x-original-url";

fn cookies(app: &TestApp) -> usize {
    app.app.db.read(|tx| tx.query("SELECT mac FROM host_cookie", &[])).unwrap().len()
}

/// What the client itself says of who it is, and headers that cannot be read, open nothing.
#[tokio::test]
async fn forged_and_unreadable_headers_open_nothing() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    let claims = [(OF_NGINX, "https://wiki.example.net/"), ("remote-user", "nora"), ("remote-groups", "all")];
    let answer = wiki.ask_with(&window, "/forward-auth", &claims).await;
    assert_eq!((answer.status.as_u16(), answer.header("remote-user")), (401, ""));
    wiki.sign_in(&mut window, &nora, "/").await;
    let url = "https://wiki.example.net/";
    let other = "https://other.example.net/";
    let forwarded =
        |scheme, host, uri| vec![("x-forwarded-proto", scheme), ("x-forwarded-host", host), ("x-forwarded-uri", uri)];
    let refused: [(&str, Vec<(&'static str, &str)>); 20] = [
        ("/forward-auth", vec![]),
        ("/forward-auth", vec![(OF_NGINX, "")]),
        ("/forward-auth", vec![(OF_NGINX, other)]),
        ("/forward-auth", vec![(OF_NGINX, "https://id.example.org/")]),
        ("/forward-auth", vec![(OF_NGINX, "http://wiki.example.net/")]),
        ("/forward-auth", vec![(OF_NGINX, "wiki.example.net/")]),
        ("/forward-auth", vec![(OF_NGINX, "https://wiki.example.net:444/")]),
        ("/forward-auth", vec![(OF_NGINX, "https://wiki.example.net@other.example.net/")]),
        ("/forward-auth", vec![(OF_NGINX, "https://wiki.example.net\u{e4}/")]),
        ("/forward-auth", vec![(OF_NGINX, url), (OF_NGINX, url)]),
        ("/forward-auth", vec![(OF_NGINX, other), (OF_NGINX, url)]),
        ("/forward-auth", forwarded("https", "wiki.example.net", "/")),
        ("/forward-auth?redirect", vec![(OF_NGINX, url)]),
        ("/forward-auth?redirect", vec![("x-forwarded-proto", "https"), ("x-forwarded-host", "wiki.example.net")]),
        ("/forward-auth?redirect", forwarded("https", "wiki.example.net, wiki.example.net", "/")),
        ("/forward-auth?redirect", forwarded("https, http", "wiki.example.net", "/")),
        ("/forward-auth?redirect", forwarded("http", "wiki.example.net", "/")),
        ("/forward-auth?redirect", forwarded("https", "other.example.net/wiki.example.net", "/")),
        (
            "/forward-auth?redirect",
            [forwarded("https", "wiki.example.net", "/"), vec![("x-forwarded-host", "x.example")]].concat(),
        ),
        ("/forward-auth?redirect=1", forwarded("https", "wiki.example.net", "/")),
    ];
    for (address, headers) in &refused {
        let answer = wiki.ask_with(&window, address, headers).await;
        assert_eq!((answer.status.as_u16(), answer.header("remote-user")), (403, ""), "{address} {headers:?}");
    }
    assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"), "the cookie is still good");
}

/// Regression 27: a host's cookie is good at its own host only; the portal's and every other token is good at none, nor is a host's
/// cookie at the portal.
#[tokio::test]
async fn r27_a_hosts_cookie_is_good_at_its_host_only() {
    let app = TestApp::new();
    let (nora, wiki, sheets) = (app.with_mfa("nora").await, wiki(&app), Proxied::new(&app, "sheets", |_| {}));
    let mut window = wiki.window();
    let page = wiki.begin(&mut window, "/").await;
    let state = window.theirs.cookies["__Host-vestibule-host-state"].clone();
    let back = wiki.walk_in(&mut window, page, &nora).await;
    let callback = wiki.callback(&back);
    let code = callback.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    window.theirs.open_once(&callback).await;
    let cookie = window.theirs.cookies["__Host-vestibule-host"].clone();
    let mut elsewhere = Window { theirs: sheets.window().theirs, ..window.clone() };
    elsewhere.theirs.cookies = window.theirs.cookies.clone();
    assert_eq!(sheets.person(&elsewhere).await, None);
    let session = window.ours.cookies["__Host-vestibule-session"].clone();
    for token in [&session, &code, &state] {
        let body = token.split_at("vst_x_".len()).1;
        for worn in [token.clone(), format!("vst_w_{body}")] {
            let mut window = wiki.window();
            window.theirs.cookies.insert("__Host-vestibule-host".into(), worn.clone());
            window.theirs.cookies.insert("__Host-vestibule-session".into(), session.clone());
            assert_eq!(wiki.person(&window).await, None, "{worn}");
        }
    }
    let body = cookie.split_at("vst_w_".len()).1;
    for worn in [cookie.clone(), format!("vst_s_{body}")] {
        let mut browser = app.browser();
        browser.cookies.insert("__Host-vestibule-session".into(), worn.clone());
        browser.cookies.insert("__Host-vestibule-host".into(), cookie.clone());
        assert!(!browser.is_signed_in().await, "{worn}");
    }
    let stored = app.database_bytes();
    for secret in [&cookie, &code, &state] {
        assert!(!stored.windows(secret.len()).any(|window| window == secret.as_bytes()), "it is stored");
    }
}

/// At a product's host nothing of ours is served but three pages, and those are served nowhere else.
#[tokio::test]
async fn nothing_but_the_three_pages_is_served_at_a_products_host() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut window = wiki.window();
    window.ours.sign_in(&nora).await;
    window.theirs.cookies = window.ours.cookies.clone();
    for path in [
        "/",
        "/sign-in",
        "/help",
        "/oauth2/authorize",
        "/oauth2/continue",
        "/.well-known/openid-configuration",
        "/.vestibule/",
        "/.vestibule/sign-in",
        "/.vestibule/start/",
        "/.vestibule/..%2Fsign-in",
    ] {
        assert_eq!(window.theirs.open_once(path).await.status.as_u16(), 421, "{path}");
    }
    for host in
        ["id.example.org", "other.example.net", "wiki.example.net.", "wiki.example.net:444", "x@wiki.example.net", ""]
    {
        let mut browser = app.browser().before(host);
        for path in ["/.vestibule/start", "/.vestibule/callback", "/.vestibule/sign-out"] {
            assert_eq!(browser.open_once(path).await.status.as_u16(), 421, "{path} at {host}");
        }
    }
    let mut shouting = app.browser().before("WIKI.example.net:443");
    assert_eq!(shouting.open_once("/.vestibule/start").await.status.as_u16(), 303);
}

/// Where to come back to is a path of the host, whatever the address says.
#[tokio::test]
async fn a_wish_never_leads_to_another_host() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let mut ours = app.browser();
    ours.sign_in(&nora).await;
    for wish in [
        "https://evil.example/",
        "//evil.example/",
        "/%5Cevil.example",
        "%5C%5Cevil.example",
        "/%09/evil.example",
        "%09//evil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "javascript:alert(1)",
        "evil.example",
        "@evil.example",
        ".evil.example",
        ":80@evil.example",
        "/a%0D%0ALocation:%20https://evil.example",
        "/.vestibule/start",
        "/.vestibule/sign-out",
        "",
        "/a&to=//evil.example",
        "%ff",
    ] {
        let mut window = Window { ours: ours.clone(), ..wiki.window() };
        let begun = window.theirs.open_once(&format!("/.vestibule/start?to={wish}")).await;
        let location = begun.header("location").to_owned();
        assert!(location.starts_with("https://id.example.org/oauth2/continue?request=vst_q_"), "{wish}: {location}");
        let back = window.ours.open(&location).await;
        let done = window.theirs.open_once(&wiki.callback(&back)).await;
        assert_eq!(done.header("location"), "https://wiki.example.net/", "{wish}");
    }
}

/// A code is worth nothing without the state of the browser that began, at another host, or with another mark.
#[tokio::test]
async fn a_code_is_redeemed_by_its_browser_at_its_host_only() {
    for app in both_engines() {
        let (nora, wiki, sheets) = (app.with_mfa("nora").await, wiki(&app), Proxied::new(&app, "sheets", |_| {}));
        let mut window = wiki.window();
        window.ours.sign_in(&nora).await;
        let back = wiki.begin(&mut window, "/a").await;
        let callback = wiki.callback(&back);
        // Somebody else has the address, with no state or one of his own.
        let mut thief = wiki.window();
        assert_eq!(thief.theirs.open_once(&callback).await.status.as_u16(), 410);
        wiki.begin(&mut thief, "/a").await;
        let page = thief.theirs.open_once(&callback).await;
        assert_eq!(page.status.as_u16(), 410);
        assert!(page.body.contains("href=\"https://id.example.org/assets/") && page.offers("Open The site wiki"));
        assert!(page.header("content-security-policy").contains("style-src https://id.example.org;"));
        // The same browser at another host.
        let mut other = Window { theirs: sheets.window().theirs, ..window.clone() };
        other.theirs.cookies = window.theirs.cookies.clone();
        assert_eq!(other.theirs.open_once(&callback).await.status.as_u16(), 410);
        // Parts of other answers.
        let (front, mark) = callback.split_once("&state=").unwrap();
        let (mark, rest) = mark.split_once('&').unwrap();
        let (mac, to) = mark.split_once('.').unwrap();
        let another = wiki.callback(&wiki.begin(&mut window, "/b").await);
        let others_mark = another.split_once("&state=").unwrap().1.split('&').next().unwrap().to_owned();
        let evil = "https%3A%2F%2Fevil.example";
        for changed in [
            format!("{front}&{rest}"),
            format!("{front}&state=&{rest}"),
            format!("{front}&state={mac}.Lw&{rest}"),
            format!("{front}&state={mac}.&{rest}"),
            format!("{front}&state={to}&{rest}"),
            format!("{front}&state={}.{to}&{rest}", &mac[..mac.len() - 2]),
            format!("{front}&state={mark}"),
            format!("{front}&state={mark}&iss={evil}"),
            format!("{callback}&state={others_mark}"),
            format!("{}&state={mark}&{rest}", front.replace("vst_c_", "vst_r_")),
            format!("{}&state={mark}&{rest}", &front[..front.len() - 1]),
        ] {
            assert_eq!(window.theirs.open_once(&changed).await.status.as_u16(), 410, "{changed}");
        }
        assert_eq!(cookies(&app), 0);
    }
}

/// Of its own browser it is taken once, and what comes after that ends what it gave. It is good for a minute.
#[tokio::test]
async fn a_code_that_comes_twice_or_late_gives_nothing() {
    for app in both_engines() {
        let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
        let mut window = wiki.window();
        window.ours.sign_in(&nora).await;
        let callback = wiki.callback(&wiki.begin(&mut window, "/a").await);
        let mut copy = window.theirs.clone();
        assert_eq!(window.theirs.open_once(&callback).await.header("location"), "https://wiki.example.net/a");
        assert_eq!(wiki.person(&window).await.as_deref(), Some("nora"));
        assert_eq!(copy.open_once(&callback).await.status.as_u16(), 410);
        assert_eq!(wiki.person(&window).await, None, "whoever came first may have been a thief");
        let mut late = Window { ours: window.ours.clone(), ..wiki.window() };
        let back = wiki.begin(&mut late, "/").await;
        app.pass(seconds(60));
        assert_eq!(late.theirs.open_once(&wiki.callback(&back)).await.status.as_u16(), 410);
        assert_eq!(cookies(&app), 1);
    }
}

#[tokio::test]
async fn of_fifty_callbacks_at_once_one_gets_a_cookie() {
    for app in both_engines() {
        let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
        let mut window = wiki.window();
        window.ours.sign_in(&nora).await;
        let back = wiki.begin(&mut window, "/").await;
        let (callback, start) = (wiki.callback(&back), Arc::new(Barrier::new(50)));
        let mut running = JoinSet::new();
        for _ in 0..50 {
            let (mut browser, callback, start) = (window.theirs.clone(), callback.clone(), Arc::clone(&start));
            running.spawn(async move {
                start.wait().await;
                browser.open_once(&callback).await
            });
        }
        let answers = running.join_all().await;
        assert_eq!(
            answers.iter().filter(|page| page.header("set-cookie").contains("vestibule-host=vst_w_")).count(),
            1
        );
        assert_eq!(cookies(&app), 1);
    }
}

/// A proxied product is no client of the protocol: it can neither ask nor redeem there.
#[tokio::test]
async fn a_proxied_product_is_no_client() {
    let app = TestApp::new();
    let (nora, wiki) = (app.with_mfa("nora").await, wiki(&app));
    let product = RelyingParty::new(&app, "modern", |_| {});
    let request = product
        .request()
        .with("client_id", "wiki")
        .with("redirect_uri", "https://wiki.example.net/.vestibule/callback");
    let mut window = wiki.window();
    window.ours.sign_in(&nora).await;
    let page = window.ours.open_once(&request.path()).await;
    assert_eq!(page.status.as_u16(), 400, "{}", page.text());
    let state = { wiki.begin(&mut window, "/").await };
    let callback = wiki.callback(&state);
    let code = callback.split_once("code=").unwrap().1.split('&').next().unwrap();
    let verifier = window.theirs.cookies["__Host-vestibule-host-state"].clone();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://wiki.example.net/.vestibule/callback"),
        ("code_verifier", &verifier),
        ("client_id", "wiki"),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(app.browser().post("/oauth2/token", &fields).await.status.as_u16(), 401);
    assert_eq!(window.theirs.open_once(&callback).await.status.as_u16(), 303, "and it is still good where it belongs");
}

/// Sign-ins that nobody finishes are limited by the address, and what no window asked for begins none.
#[tokio::test]
async fn beginnings_are_limited_by_the_address() {
    let app = TestApp::new();
    let wiki = wiki(&app);
    let requests = || app.app.db.read(|tx| tx.query("SELECT id FROM authorization_request", &[])).unwrap().len();
    let mut window = wiki.window();
    window.theirs.extra = vec![("sec-fetch-mode", "no-cors".into())];
    for _ in 0..200 {
        assert_eq!(window.theirs.open_once("/.vestibule/start").await.status.as_u16(), 403);
    }
    assert_eq!(requests(), 0);
    window.theirs.extra = vec![("sec-fetch-mode", "navigate".into())];
    let mut last = window.theirs.open_once("/.vestibule/start").await;
    for _ in 0..1_000 {
        if last.status.as_u16() != 303 {
            break;
        }
        last = window.theirs.open_once("/.vestibule/start").await;
    }
    assert_eq!(last.status.as_u16(), 429, "{}", requests());
    assert!(!last.header("retry-after").is_empty());
    let mut neighbour = wiki.window();
    neighbour.theirs = neighbour.theirs.at("198.51.100.9");
    assert_eq!(neighbour.theirs.open_once("/.vestibule/start").await.status.as_u16(), 303);
}

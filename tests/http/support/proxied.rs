//! A product behind a proxy, and a browser before it: what the proxy asks, and the pages of Vestibule at the product's host.

use axum::http::StatusCode;
use vestibule::flow::product::{self, NewProduct};
use vestibule::model::product::{Kind, Policy, ProductId};

use super::app::PUBLIC_URL;
use super::{Browser, Page, Person, TestApp};

/// A proxied product.
#[derive(Clone)]
pub struct Proxied {
    app: TestApp,
    /// Its id.
    pub id: ProductId,
    /// Its host.
    pub host: String,
}

/// A browser with the cookies of both hosts, which it never mixes.
#[derive(Clone)]
pub struct Window {
    /// At Vestibule.
    pub ours: Browser,
    /// At the product's host.
    pub theirs: Browser,
}

impl Proxied {
    /// At `https://ID.example.net`, open to everybody.
    pub fn new(app: &TestApp, id: &str, change: impl FnOnce(&mut NewProduct)) -> Self {
        let (id, host) = (ProductId::parse(id).unwrap(), format!("{id}.example.net"));
        let name = format!("The site {id}");
        let mut new = NewProduct::new(id.clone(), &name, Kind::Proxied, Policy::Inherit);
        new.host = Some(host.clone());
        change(&mut new);
        let act = app.app.local_act();
        app.app.db.write(move |tx| product::register(tx, &act, &new)).unwrap().unwrap();
        Self { app: app.clone(), id, host }
    }

    /// A browser without cookies.
    pub fn window(&self) -> Window {
        let theirs = self.app.browser().before(&self.host);
        Window { ours: self.app.browser(), theirs }
    }

    /// What nginx is told of a request for this path with the browser's cookies.
    pub async fn ask(&self, window: &Window, path: &str) -> Page {
        self.ask_with(window, "/forward-auth", &[("x-original-url", &format!("https://{}{path}", self.host))]).await
    }

    /// What a proxy is told that sends these headers.
    pub async fn ask_with(&self, window: &Window, address: &str, headers: &[(&'static str, &str)]) -> Page {
        // It calls under a name that is nobody's business.
        let mut proxy = window.theirs.clone().before("vestibule:8080");
        proxy.extra = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        proxy.open_once(address).await
    }

    /// Who the product is told that is there.
    pub async fn person(&self, window: &Window) -> Option<String> {
        let answer = self.ask(window, "/").await;
        match answer.status {
            StatusCode::OK => Some(answer.header("remote-user").to_owned()),
            StatusCode::UNAUTHORIZED => None,
            other => panic!("{other}"),
        }
    }

    /// Goes to the sign-in for this path: the first page of ours, or the redirect back to the host.
    pub async fn begin(&self, window: &mut Window, path: &str) -> Page {
        let answer = self.ask(window, path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text());
        let begun = window.theirs.open_once(self.path_of(answer.header("location"))).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
        window.ours.open(begun.header("location")).await
    }

    /// The whole way to this path: the redirect that the callback answers.
    pub async fn sign_in(&self, window: &mut Window, person: &Person, path: &str) -> Page {
        let page = self.begin(window, path).await;
        let back = self.walk_in(window, page, person).await;
        window.theirs.open_once(&self.callback(&back)).await
    }

    /// Gives the pages what they ask for: the redirect back to the host.
    pub async fn walk_in(&self, window: &mut Window, mut page: Page, person: &Person) -> Page {
        for _ in 0..3 {
            if page.offers("Verify") {
                self.app.pass(super::seconds(30));
                page = window.ours.give_passcode(&page, &person.code(&self.app)).await;
            } else if page.offers("Sign in") && page.body.contains("type=\"password\"") {
                let pair = [("Username", person.username.as_str()), ("Password", &person.password)];
                page = window.ours.submit(&page, "Sign in", &pair).await;
            }
        }
        page
    }

    /// The callback's path with what the redirect carries.
    pub fn callback(&self, back: &Page) -> String {
        let location = back.header("location");
        assert!(
            location.contains("/.vestibule/callback?code=vst_c_"),
            "{} {}: {}",
            back.status,
            back.path,
            back.text()
        );
        assert!(location.contains("&iss=https%3A%2F%2Fid.example.org"), "{location} does not name {PUBLIC_URL}");
        self.path_of(location).to_owned()
    }

    /// The path of an address of the host.
    pub fn path_of<'a>(&self, location: &'a str) -> &'a str {
        location
            .strip_prefix("https://")
            .and_then(|rest| rest.strip_prefix(self.host.as_str()))
            .unwrap_or_else(|| panic!("{location} is not of {}", self.host))
    }
}

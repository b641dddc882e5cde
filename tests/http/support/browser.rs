//! A browser without script: cookies, redirects, forms.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceExt;

use super::app::PUBLIC_URL;
use super::{Listening, Page, Person, TestApp};

/// Clones go on with the same cookies, each on its own.
#[derive(Clone)]
pub struct Browser {
    app: TestApp,
    address: IpAddr,
    /// Its cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// Headers that it sends besides: `Sec-Fetch-Site` with unsafe requests, and what a test puts there.
    pub extra: Vec<(&'static str, String)>,
    /// Sent as `Host`.
    pub host: String,
    /// Sent with unsafe requests as `Sec-Fetch-Site`, where it is set.
    pub fetch_site: Option<&'static str>,
    /// Sent with unsafe requests as `Origin`, where it is set.
    pub origin: Option<&'static str>,
    /// The paths of the forms that it sent and that were taken.
    pub taken: BTreeSet<String>,
}

impl Browser {
    pub fn new(app: &TestApp, address: IpAddr) -> Self {
        Self {
            app: app.clone(),
            address,
            cookies: BTreeMap::new(),
            extra: Vec::new(),
            host: "id.example.org".to_owned(),
            fetch_site: Some("same-origin"),
            origin: None,
            taken: BTreeSet::new(),
        }
    }

    /// At another address.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        self.address = address.parse().unwrap();
        self
    }

    /// Before another host.
    #[must_use]
    pub fn before(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// An old or text browser: neither `Sec-Fetch-Site` nor `Origin`.
    #[must_use]
    pub fn old(mut self) -> Self {
        (self.fetch_site, self.origin) = (None, None);
        self
    }

    /// Opens a path, or an address of ours out of a mail, and follows where it leads; a redirect that leads elsewhere is the last
    /// page.
    pub async fn open(&mut self, address: &str) -> Page {
        let page = self.send(Method::GET, address, None).await;
        self.follow(page).await
    }

    /// Opens it without following.
    pub async fn open_once(&mut self, address: &str) -> Page {
        self.send(Method::GET, address, None).await
    }

    /// As mail scanners do.
    pub async fn head(&mut self, address: &str) -> Page {
        self.send(Method::HEAD, address, None).await
    }

    /// Fills in the form of the button, sends it, and follows where it leads.
    pub async fn submit(&mut self, page: &Page, button: &str, values: &[(&str, &str)]) -> Page {
        let page = self.submit_once(page, button, values).await;
        self.follow(page).await
    }

    /// The same without following.
    pub async fn submit_once(&mut self, page: &Page, button: &str, values: &[(&str, &str)]) -> Page {
        let form = page.form(button);
        assert_eq!(form.method, "post");
        self.post(&form.action, &form.filled(values)).await
    }

    /// Presses a button whose form has nothing to fill in.
    pub async fn press(&mut self, page: &Page, button: &str) -> Page {
        self.submit(page, button, &[]).await
    }

    /// Posts fields as they are, without following.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        let page = self.send(Method::POST, path, Some(Self::encoded(fields))).await;
        if page.status.is_success() || page.status.is_redirection() {
            self.taken.insert(path.to_owned());
        }
        page
    }

    /// As a form's body.
    pub fn encoded(fields: &[(String, String)]) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        pairs.join("&")
    }

    /// The sign-in page, filled in.
    pub async fn give_password(&mut self, person: &Person) -> Page {
        self.give(&person.username, &person.password).await
    }

    /// The sign-in page, filled in with this.
    pub async fn give(&mut self, username: &str, password: &str) -> Page {
        let page = self.open("/sign-in").await;
        self.submit(&page, "Sign in", &[("Username", username), ("Password", password)]).await
    }

    /// A whole sign-in with the app's next passcode: 30 seconds pass before it.
    pub async fn sign_in(&mut self, person: &Person) -> Page {
        self.app.pass(super::seconds(30));
        let page = self.give_password(person).await;
        let code = person.code(&self.app);
        self.submit(&page, "Verify", &[("Passcode", &code)]).await
    }

    /// Confirms that it is the person, with the app's next passcode: 30 seconds pass before it. The page that it leads to.
    pub async fn confirm(&mut self, person: &Person, path: &str) -> Page {
        self.app.pass(super::seconds(30));
        let page = self.give_password_again(person, path).await;
        let code = person.code(&self.app);
        self.give_passcode(&page, &code).await
    }

    /// The page of the confirmation that leads to `path`, filled in: the passcode is next.
    pub async fn give_password_again(&mut self, person: &Person, path: &str) -> Page {
        let to = utf8_percent_encode(path, NON_ALPHANUMERIC);
        let page = self.open(&format!("/account/confirm?to={to}")).await;
        self.submit(&page, "Continue", &[("Password", &person.password)]).await
    }

    /// The passcode page, filled in.
    pub async fn give_passcode(&mut self, page: &Page, code: &str) -> Page {
        self.submit(page, "Verify", &[("Passcode", code)]).await
    }

    /// After the right password so many wrong passcodes, which must all be compared: the last page.
    pub async fn give_wrong_passcodes(&mut self, person: &Person, count: usize) -> Page {
        let mut page = self.give_password(person).await;
        for _ in 0..count {
            page = self.give_passcode(&page, &person.wrong_code(&self.app)).await;
        }
        page
    }

    /// Whether it shows a whole session.
    pub async fn is_signed_in(&mut self) -> bool {
        self.open("/").await.offers("Sign out")
    }

    /// Listens to a stream of events, as the page's script does; `last` is the number of the newest event that it had before.
    pub async fn listen(&mut self, address: &str, last: Option<i64>) -> Listening {
        let mut request = self.request(Method::GET, address, None);
        if let Some(last) = last {
            request.headers_mut().insert("last-event-id", last.into());
        }
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        Listening::new(response)
    }

    /// The installation that it talks to.
    pub fn app(&self) -> &TestApp {
        &self.app
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return page;
            }
            let next = page.header("location").to_owned();
            if !next.starts_with('/') && !next.starts_with(PUBLIC_URL) {
                return page;
            }
            page = self.send(Method::GET, &next, None).await;
        }
        panic!("redirects without end at {}", page.path)
    }

    async fn send(&mut self, method: Method, address: &str, form: Option<String>) -> Page {
        let path = address.strip_prefix(PUBLIC_URL).unwrap_or(address).to_owned();
        assert!(path.starts_with('/'), "{path} is not ours");
        let request = self.request(method, &path, form);
        self.answer(path, request).await
    }

    /// Sends a body of another type than a form's.
    pub async fn send_body(&mut self, method: Method, path: &str, (kind, body): (&str, &str)) -> Page {
        let mut request = self.request(method, path, Some(body.to_owned()));
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        self.answer(path.to_owned(), request).await
    }

    async fn answer(&mut self, path: String, request: Request<Body>) -> Page {
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        let page = Page { path, status: parts.status, headers: parts.headers, body };
        self.keep_cookies(&page);
        page
    }

    fn request(&self, method: Method, path: &str, form: Option<String>) -> Request<Body> {
        let mut request = Request::builder().method(method.clone()).uri(path).header(header::HOST, &self.host);
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        if method == Method::POST {
            let site = self.fetch_site.map(|site| ("sec-fetch-site", site));
            let origin = self.origin.map(|origin| ("origin", origin));
            for (name, value) in site.into_iter().chain(origin) {
                request = request.header(name, value);
            }
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in &self.extra {
            request = request.header(*name, value);
        }
        let peer = ConnectInfo(SocketAddr::new(self.address, 50_000));
        request.extension(peer).body(form.map_or_else(Body::empty, Body::from)).unwrap()
    }

    fn keep_cookies(&mut self, page: &Page) {
        for value in page.headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("; Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

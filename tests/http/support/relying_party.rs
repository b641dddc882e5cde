//! A relying party as its makers would write it: it knows its id, its secret and the provider's address, and nothing of the
//! program. What it is given it verifies with a library of its own ([`id_token`]).
//!
//! ```text
//! let product = RelyingParty::new(&app, "modern", |product| product.policy = Policy::Separate(hour));
//! let request = product.request().with("prompt", "login");     // state, nonce and PKCE are in it
//! let page = product.begin(&mut browser, &request).await;      // a page of ours, or the redirect to the product
//! let page = product.walk_in(&mut browser, page, &nora).await; // gives what the pages ask for
//! let code = product.code(&page, &request);                    // state and issuer are compared
//! let tokens = product.tokens(&code, &request).await;          // redeemed at the token endpoint
//! let claims = product.claims(tokens.id_token()).await;        // verified against the published keys
//! ```

mod client_auth;
mod id_token;
mod request;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::Value;
use url::Url;
use vestibule::flow::product::{self, NewProduct};
use vestibule::model::product::{Kind, Policy, ProductId};

use super::app::PUBLIC_URL;
use super::{Browser, Page, Person, TestApp};
pub use client_auth::{ClientKey, Way};
pub use request::AuthorizationRequest;

/// A product and its server.
#[derive(Clone)]
pub struct RelyingParty {
    /// Where it is registered.
    pub app: TestApp,
    /// Its `client_id`.
    pub id: String,
    /// Its secret; nothing where it has none.
    pub secret: String,
    /// Where its codes go.
    pub redirect_uri: String,
    /// How it says who it is.
    pub way: Way,
}

/// What a token request gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The whole answer.
    pub body: Value,
    /// The access token.
    pub access_token: String,
}

impl Tokens {
    fn new(body: Value) -> Self {
        let access_token =
            body["access_token"].as_str().unwrap_or_else(|| panic!("no access token: {body}")).to_owned();
        Self { body, access_token }
    }

    /// The ID token, which must be there.
    pub fn id_token(&self) -> &str {
        self.body["id_token"].as_str().unwrap_or_else(|| panic!("no ID token: {}", self.body))
    }

    /// The refresh token, which must be there.
    pub fn refresh_token(&self) -> &str {
        self.body["refresh_token"].as_str().unwrap_or_else(|| panic!("no refresh token: {}", self.body))
    }
}

impl RelyingParty {
    /// A web product at `https://ID.example.com` that everybody may open, with a secret unless `change` makes it public.
    pub fn new(app: &TestApp, id: &str, change: impl FnOnce(&mut NewProduct)) -> Self {
        let uri = |path: &str| format!("https://{id}.example.com{path}");
        let name = format!("The product {id}");
        let mut new = NewProduct::new(ProductId::parse(id).unwrap(), &name, Kind::Web, Policy::Inherit);
        (new.redirect_uris, new.post_logout_redirect_uris) = (vec![uri("/callback")], vec![uri("/signed-out")]);
        change(&mut new);
        let (redirect_uri, is_public) = (new.redirect_uris[0].clone(), new.is_public);
        let act = app.app.local_act();
        let registered = app.app.db.write(move |tx| product::register(tx, &act, &new)).unwrap().unwrap();
        let secret = registered.secret.map(|secret| secret.expose().to_owned()).unwrap_or_default();
        let way = if is_public { Way::Nothing } else { Way::SecretBasic };
        Self { app: app.clone(), id: id.to_owned(), secret, redirect_uri, way }
    }

    /// One that proves itself with a key of its own (`private_key_jwt`).
    pub fn with_key(app: &TestApp, id: &str) -> Self {
        let key = ClientKey::new("of-the-product");
        let product = Self::new(app, id, |product| product.key_set = Some(key.set()));
        product.by(Way::Key(key))
    }

    /// The same, saying who it is in another way.
    #[must_use]
    pub fn by(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// The same with another secret.
    #[must_use]
    pub fn with_secret(self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self }
    }

    /// A request for a code, for everything that there is to ask.
    pub fn request(&self) -> AuthorizationRequest {
        AuthorizationRequest::new(&self.id, &self.redirect_uri)
    }

    /// Sends the browser to the provider and follows to the first page, or back to the product.
    pub async fn begin(&self, browser: &mut Browser, request: &AuthorizationRequest) -> Page {
        browser.open(&request.path()).await
    }

    /// Gives the pages what they ask for, until one asks for something else or the browser is back at the product.
    pub async fn walk_in(&self, browser: &mut Browser, mut page: Page, person: &Person) -> Page {
        for _ in 0..3 {
            if page.offers("Verify") {
                self.app.pass(super::seconds(30));
                page = browser.give_passcode(&page, &person.code(&self.app)).await;
            } else if page.offers("Sign in") && page.body.contains("type=\"password\"") {
                let pair = [("Username", person.username.as_str()), ("Password", &person.password)];
                page = browser.submit(&page, "Sign in", &pair).await;
            }
        }
        page
    }

    /// The whole way for a code and its tokens.
    pub async fn sign_in(&self, browser: &mut Browser, person: &Person) -> Tokens {
        let request = self.request();
        let page = self.begin(browser, &request).await;
        let page = self.walk_in(browser, page, person).await;
        self.tokens(&self.code(&page, &request), &request).await
    }

    /// What the redirect to this product's address says; none where the page is no such redirect.
    pub fn answer(&self, page: &Page) -> Option<BTreeMap<String, String>> {
        let location = page.status.is_redirection().then(|| page.header("location"))?;
        let (address, _) = location.split_once(if self.redirect_uri.contains('?') { '&' } else { '?' })?;
        assert_eq!(address, self.redirect_uri, "{location}");
        let pairs: Vec<_> = Url::parse(location).unwrap().query_pairs().into_owned().collect();
        let answer: BTreeMap<_, _> = pairs.iter().cloned().collect();
        assert_eq!(answer.len(), pairs.len(), "something stands there twice: {location}");
        Some(answer)
    }

    /// The same, where there must be one: it is an answer to this request, of this provider.
    pub fn answer_to(&self, page: &Page, request: &AuthorizationRequest) -> BTreeMap<String, String> {
        let answer = self.answer(page).unwrap_or_else(|| panic!("{} {}: {}", page.status, page.path, page.text()));
        assert_eq!(answer.get("state").map(String::as_str), request.get("state"), "{answer:?}");
        assert_eq!(answer.get("iss").map(String::as_str), Some(PUBLIC_URL), "{answer:?}");
        answer
    }

    /// The code that came back.
    pub fn code(&self, page: &Page, request: &AuthorizationRequest) -> String {
        let answer = self.answer_to(page, request);
        assert!(!answer.contains_key("error"), "{answer:?}");
        answer["code"].clone()
    }

    /// The error that came back instead of a code.
    pub fn error(&self, page: &Page, request: &AuthorizationRequest) -> String {
        let answer = self.answer_to(page, request);
        assert!(!answer.contains_key("code"), "{answer:?}");
        answer["error"].clone()
    }

    /// Redeems the code, which must do.
    pub async fn tokens(&self, code: &str, request: &AuthorizationRequest) -> Tokens {
        self.taken(self.redeem(code, request).await)
    }

    /// Redeems the code.
    pub async fn redeem(&self, code: &str, request: &AuthorizationRequest) -> Page {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &request.verifier),
        ];
        self.post("/oauth2/token", &fields).await
    }

    /// The answer to a token request that did.
    pub fn taken(&self, page: Page) -> Tokens {
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        Tokens::new(page.json())
    }

    /// Redeems a refresh token.
    pub async fn refresh(&self, token: &str) -> Page {
        self.post("/oauth2/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Asks about a token.
    pub async fn introspect(&self, token: &str) -> Value {
        let page = self.post("/oauth2/introspect", &[("token", token)]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page.json()
    }

    /// Gives a token back.
    pub async fn revoke(&self, token: &str) -> Page {
        self.post("/oauth2/revoke", &[("token", token)]).await
    }

    /// Asks for the person's claims.
    pub async fn userinfo(&self, access_token: &str) -> Page {
        let mut server = self.server();
        server.extra.push(("authorization", format!("Bearer {access_token}")));
        server.open_once("/oauth2/userinfo").await
    }

    /// The claims of an ID token that was verified with the provider's published keys, at the installation's time.
    pub async fn claims(&self, id_token: &str) -> Value {
        id_token::claims(self, id_token).await
    }

    /// What the provider says of itself.
    pub async fn discovery(&self) -> Value {
        let page = self.server().open_once("/.well-known/openid-configuration").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page.json()
    }

    /// Posts to an endpoint for servers, saying who it is.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut server = self.server();
        let own = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let (header, more) = self.way.presented(self, &format!("{PUBLIC_URL}{path}"));
        server.extra.extend(header.map(|header| ("authorization", header)));
        server.post(path, &own.chain(more).collect::<Vec<_>>()).await
    }

    /// Its server: no cookies, none of a browser's headers, an address of its own.
    pub fn server(&self) -> Browser {
        self.app.browser().at("198.51.100.200").old()
    }
}

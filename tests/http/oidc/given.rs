//! A person who is signed in, and the codes that products are given in that session.

use vestibule::flow::grant::{self, Issue};
use vestibule::model::id::SessionId;
use vestibule::model::opening::Basis;
use vestibule::model::product::ProductId;
use vestibule::model::token::{PlainToken, TokenKind};
use vestibule::oidc::authorize::AuthorizeRequest;
use vestibule::oidc::parameters::Parameters;
use vestibule::store::{account, product, session};

use crate::support::*;

const SESSION: &str = "__Host-vestibule-session";

/// A signed-in browser and whose it is.
pub struct SignedIn {
    pub person: Person,
    pub browser: Browser,
    app: TestApp,
}

impl SignedIn {
    /// Signs in with the app, or with an emailed passcode where there is none.
    pub async fn new(app: &TestApp, person: &Person) -> Self {
        let mut browser = app.browser();
        browser.sign_in(person).await;
        Self { person: person.clone(), browser, app: app.clone() }
    }

    /// The session, as its row has it.
    pub fn session(&self) -> session::Session {
        let token = PlainToken::parse(TokenKind::Session, &self.browser.cookies[SESSION]).unwrap();
        let macs = self.app.app.local_act().token_macs(&token);
        self.app.app.db.read(move |tx| session::find(tx, &macs)).unwrap().unwrap()
    }

    pub fn sid(&self) -> SessionId {
        self.session().id
    }

    /// A code of this session for the request, past what authorization would ask for.
    pub fn code(&self, product: &RelyingParty, request: &AuthorizationRequest) -> String {
        let (session, id) = (self.session(), ProductId::parse(&product.id).unwrap());
        let parameters = Parameters::parse(Browser::encoded(request.fields()).as_bytes()).unwrap();
        let act = self.app.app.local_act();
        let account = self.person.id.clone();
        let issue = move |tx: &mut vestibule::store::db::Tx<'_>| {
            let row = product::load(tx, &id)?.unwrap();
            let request = AuthorizeRequest::parse(&parameters, &row).unwrap();
            let basis = Basis { password: session.password, passcode: session.passcode };
            let issue = Issue { product: &row, session: Some(&session.id), request: &request, basis };
            account::with_lock(tx, &account, act.now, |tx, lock| {
                grant::issue_code(tx, (&act, &mut act.dice()), lock, issue)
            })
        };
        self.app.app.db.write(issue).unwrap().unwrap().expose().to_owned()
    }

    /// A code, and the tokens for it.
    pub async fn tokens(&self, product: &RelyingParty) -> Tokens {
        let request = product.request();
        product.tokens(&self.code(product, &request), &request).await
    }
}

/// The error's name in an answer that refuses, with its status.
pub fn refusal(page: &Page) -> (u16, String) {
    assert!(page.header("content-type").starts_with("application/json"), "{} {}", page.status, page.body);
    (page.status.as_u16(), page.json()["error"].as_str().unwrap().to_owned())
}

/// The claims of a compact token, which nobody verifies.
pub fn payload(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

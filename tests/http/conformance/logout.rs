//! RP-Initiated Logout OP (`AbstractOIDCCRpInitiatedLogout`): the requests that the provider follows, at once or after it has
//! asked. What it must not follow: [`super::logout_refused`].

use std::collections::BTreeMap;

use url::Url;

use super::Run;
use super::run::Flow;
use crate::support::*;

/// A sign-in of the client, and what its request to sign out is made of.
pub struct Logout {
    pub run: Run,
    pub flow: Flow,
    fields: Vec<(String, String)>,
}

impl Logout {
    /// CreateRandomEndSessionState, CreateEndSessionEndpointRequest: the hint, the registered address, a state of 128 characters.
    pub async fn new() -> Self {
        Self::of(Run::new().await).await
    }

    /// The same, after another setting-up.
    pub async fn of(mut run: Run) -> Self {
        let flow = run.flow(&run.request()).await;
        let fields = Vec::new();
        Self { run, fields, flow: Flow { ..flow } }
            .with("post_logout_redirect_uri", "https://suite.example.com/signed-out")
            .with("state", &"x".repeat(128))
            .with_hint()
    }

    fn with_hint(self) -> Self {
        let token = self.flow.tokens.id_token().to_owned();
        self.with("id_token_hint", &token)
    }

    /// With this parameter instead of the one of the same name.
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut logout = self.without(name);
        logout.fields.push((name.to_owned(), value.to_owned()));
        logout
    }

    /// Without this parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// BuildRedirectToEndSessionEndpoint: where the browser ends.
    pub async fn send(&mut self) -> Page {
        let address = format!("/oauth2/logout?{}", Browser::encoded(&self.fields));
        self.run.browser.open(&address).await
    }

    /// The second authorization, with `prompt=none`, which must fail: CheckErrorFromAuthorizationEndpointIsOneThatRequiredAUserInterface.
    pub async fn check_signed_out(&mut self) {
        let request = self.run.request().with("prompt", "none");
        let page = self.run.product.begin(&mut self.run.browser, &request).await;
        assert_eq!(self.run.error(&page, &request), "login_required");
        assert!(!self.run.browser.is_signed_in().await);
    }

    /// What the redirect to the registered address says: CheckPostLogoutState, CheckForUnexpectedParametersInPostLogoutRedirect.
    pub fn check_return(page: &Page, state: Option<&str>) {
        let location = page.header("location");
        let url = Url::parse(location).unwrap_or_else(|_| panic!("{} {}: {}", page.status, page.path, page.text()));
        assert!(page.status.is_redirection());
        assert_eq!(location.split('?').next(), Some("https://suite.example.com/signed-out"));
        let said: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let expected = state.map(|state| ("state".to_owned(), state.to_owned()));
        assert_eq!(said, expected.into_iter().collect());
    }
}

/// `OIDCCRpInitiatedLogout`.
#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let mut logout = Logout::new().await;
    let page = logout.send().await;
    Logout::check_return(&page, Some(&"x".repeat(128)));
    logout.check_signed_out().await;
    let userinfo = logout.run.product.userinfo(&logout.flow.tokens.access_token).await;
    assert!(userinfo.status.is_client_error(), "what the session gave is over: {}", userinfo.body);
}

/// `OIDCCRpInitiatedLogoutNoState`: RemoveStateFromEndSessionEndpointRequest, EnsureNoPostLogoutState.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let mut logout = Logout::new().await.without("state");
    let page = logout.send().await;
    Logout::check_return(&page, None);
    logout.check_signed_out().await;
}

/// `OIDCCRpInitiatedLogoutNoPostLogoutRedirectUri`: RemovePostLogoutRedirectUriFromEndSessionEndpointRequest,
/// ExpectSuccessfulLogoutPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let mut logout = Logout::new().await.without("post_logout_redirect_uri");
    let page = logout.send().await;
    assert!(page.status == 200 && page.says("You are signed out"), "{} {}", page.status, page.text());
    logout.check_signed_out().await;
}

/// A request that says nothing of a session: the person is asked, nothing happens before the answer, and then the page says that it
/// is done.
async fn asked_then_signed_out(mut logout: Logout) {
    let page = logout.send().await;
    assert!(page.status == 200 && page.says("Sign out?"), "{} {}", page.status, page.text());
    assert!(logout.run.browser.is_signed_in().await, "a page of any site can lead a browser here");
    let page = logout.run.browser.press(&page, "Sign out").await;
    assert!(page.status == 200 && page.says("You are signed out"), "{} {}", page.status, page.text());
    logout.check_signed_out().await;
}

/// `OIDCCRpInitiatedLogoutNoParams`: ExpectSuccessfulLogoutPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let logout = Logout::new().await;
    asked_then_signed_out(logout.without("id_token_hint").without("post_logout_redirect_uri").without("state")).await;
}

/// `OIDCCRpInitiatedLogoutOnlyState`: RemoveIdTokenHintFromEndSessionEndpointRequest,
/// RemovePostLogoutRedirectUriFromEndSessionEndpointRequest, ExpectSuccessfulLogoutPage.
#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    let logout = Logout::new().await;
    asked_then_signed_out(logout.without("id_token_hint").without("post_logout_redirect_uri")).await;
}

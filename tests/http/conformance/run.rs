//! What every class does: `AbstractOIDCCServerTest` of the suite, with a static client, discovery and the code flow.
//!
//! The one difference: every request here carries a code challenge (RFC 7636), since nothing is given without.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, decode_header};
use serde_json::Value;

use crate::support::*;

pub const ISSUER: &str = "https://id.example.org";

/// One class's run: an installation, a client, a person and a browser.
pub struct Run {
    pub app: TestApp,
    pub product: RelyingParty,
    pub person: Person,
    pub browser: Browser,
    /// What the provider says of itself.
    pub server: Value,
}

/// What one authorization gave.
pub struct Flow {
    pub code: String,
    pub tokens: Tokens,
    /// The ID token's.
    pub claims: Value,
}

impl Run {
    /// A client with a secret that it sends in the header.
    pub async fn new() -> Self {
        let app = TestApp::new();
        let product = RelyingParty::new(&app, "suite", |_| {});
        Self::of(app, product).await
    }

    /// `configure`: GetDynamicServerConfiguration, CheckServerConfiguration, and the keys.
    pub async fn of(app: TestApp, product: RelyingParty) -> Self {
        let person = app.with_mfa("nora").await;
        let (browser, server) = (app.browser(), product.discovery().await);
        assert_eq!(server["issuer"], ISSUER);
        for endpoint in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
            assert!(server[endpoint].as_str().unwrap().starts_with("https://id.example.org/"), "{endpoint}: {server}");
        }
        assert_contains(
            &server,
            "token_endpoint_auth_methods_supported",
            &["client_secret_basic", "client_secret_post"],
        );
        let run = Self { app, product, person, browser, server };
        check_keys(&run.keys().await);
        run
    }

    /// FetchServerKeys.
    pub async fn keys(&self) -> Value {
        let page = self.product.server().open_once(self.server["jwks_uri"].as_str().unwrap()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.json()
    }

    /// CreateAuthorizationRequestSteps: scope openid, a state, a nonce.
    pub fn request(&self) -> AuthorizationRequest {
        self.product.request().with("scope", "openid")
    }

    /// Sends the browser there and gives the pages what they ask for.
    pub async fn authorize(&mut self, request: &AuthorizationRequest) -> Page {
        let page = self.product.begin(&mut self.browser, request).await;
        self.walk_in(page).await
    }

    /// Gives the pages what they ask for.
    pub async fn walk_in(&mut self, page: Page) -> Page {
        self.product.walk_in(&mut self.browser, page, &self.person).await
    }

    /// One whole authorization.
    pub async fn flow(&mut self, request: &AuthorizationRequest) -> Flow {
        let page = self.authorize(request).await;
        self.finish(&page, request).await
    }

    /// One in which no page may be shown.
    pub async fn silent_flow(&mut self, request: &AuthorizationRequest) -> Flow {
        let page = self.product.begin(&mut self.browser, request).await;
        self.finish(&page, request).await
    }

    /// The callback, the token endpoint, the ID token, the protected resource.
    pub async fn finish(&mut self, page: &Page, request: &AuthorizationRequest) -> Flow {
        let code = self.code(page, request);
        let tokens = self.tokens(&code, request).await;
        let claims = self.product.claims(tokens.id_token()).await;
        self.check_id_token(&claims, request, &tokens);
        let page = self.product.userinfo(&tokens.access_token).await;
        assert_eq!(page.status, 200, "EnsureHttpStatusCodeIs200: {}", page.body);
        Flow { code, tokens, claims }
    }

    /// CheckMatchingCallbackParameters, ValidateIssIfPresentInAuthorizationResponse, CheckIfAuthorizationEndpointError,
    /// CheckStateInAuthorizationResponse, ExtractAuthorizationCodeFromAuthorizationResponse.
    pub fn code(&self, page: &Page, request: &AuthorizationRequest) -> String {
        let code = self.product.code(page, request);
        let names: BTreeSet<_> = self.product.answer(page).unwrap().into_keys().collect();
        let known = ["code", "iss", "session_state", "state"].map(str::to_owned);
        assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
        code
    }

    /// CallTokenEndpoint, CheckIfTokenEndpointResponseError, CheckForAccessTokenValue, ValidateExpiresIn,
    /// ExtractIdTokenFromTokenResponse.
    pub async fn tokens(&self, code: &str, request: &AuthorizationRequest) -> Tokens {
        let page = self.product.redeem(code, request).await;
        assert_is_uncached_json(&page);
        let tokens = self.product.taken(page);
        assert_eq!(tokens.body["token_type"], "Bearer");
        assert!(tokens.body["expires_in"].as_u64().is_some_and(|seconds| seconds > 0), "{}", tokens.body);
        tokens
    }

    /// PerformStandardIdTokenChecks: ValidateIdToken, ValidateIdTokenNonce, ValidateIdTokenACRClaimAgainstRequest,
    /// ValidateIdTokenSignature (by [`RelyingParty::claims`]), CheckForSubjectInIdToken; and ValidateAtHash.
    pub fn check_id_token(&self, claims: &Value, request: &AuthorizationRequest, tokens: &Tokens) {
        let now = self.app.now().seconds();
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["aud"], self.product.id.as_str(), "the client alone");
        assert!(claims.get("azp").is_none_or(|azp| azp == self.product.id.as_str()), "{claims}");
        assert!(claims["iat"].as_u64().is_some_and(|iat| iat <= now && now - iat < 300), "{now} {claims}");
        assert!(claims["exp"].as_u64().is_some_and(|exp| exp > now && exp < now + 86_400), "{now} {claims}");
        assert!(claims.get("nbf").is_none_or(|nbf| nbf.as_u64().unwrap() <= now), "{claims}");
        assert_eq!(claims.get("nonce").and_then(Value::as_str), request.get("nonce"), "{claims}");
        assert!(claims["sub"].as_str().is_some_and(|sub| (1..=255).contains(&sub.len()) && sub.is_ascii()), "{claims}");
        assert!(claims.get("auth_time").is_none_or(|time| time.as_u64().unwrap() <= now), "{claims}");
        if let Some(hash) = claims.get("at_hash") {
            let is_edwards = decode_header(tokens.id_token()).unwrap().alg == Algorithm::EdDSA;
            let whole = digest(if is_edwards { &SHA512 } else { &SHA256 }, tokens.access_token.as_bytes());
            let half = &whole.as_ref()[..whole.as_ref().len() / 2];
            assert_eq!(*hash, BASE64URL_NOPAD.encode(half), "ValidateAtHash");
        }
        check_standard_claims(claims);
    }

    /// `performGenericAuthorizationEndpointErrorResponseValidation`: CheckStateInAuthorizationResponse,
    /// ValidateIssIfPresentInAuthorizationResponse, EnsureErrorFromAuthorizationEndpointResponse,
    /// RejectAuthCodeInAuthorizationEndpointResponse, CheckForUnexpectedParametersInErrorResponseFromAuthorizationEndpoint,
    /// ValidateErrorDescriptionFromAuthorizationEndpointResponseError. Gives the error.
    pub fn error(&self, page: &Page, request: &AuthorizationRequest) -> String {
        let error = self.product.error(page, request);
        let answer = self.product.answer(page).unwrap();
        let known = ["error", "error_description", "error_uri", "iss", "state"];
        assert!(answer.keys().all(|name| known.contains(&name.as_str())), "{answer:?}");
        check_error_text(&error);
        answer.get("error_description").into_iter().for_each(|text| check_error_text(text));
        error
    }

    /// A request with this parameter besides, which must do.
    pub async fn succeeds_with(name: &str, value: &str) -> (Self, Flow) {
        let mut run = Self::new().await;
        let request = run.request().with(name, value);
        let flow = run.flow(&request).await;
        (run, flow)
    }
}

/// CheckServerKeysIsValid, ValidateServerJWKs, CheckForKeyIdInServerJWKs, CheckDistinctKeyIdValueInServerJWKs,
/// EnsureServerJwksDoesNotContainPrivateOrSymmetricKeys.
pub fn check_keys(set: &Value) {
    let keys = set["keys"].as_array().unwrap();
    assert!(!keys.is_empty(), "{set}");
    let mut kids = BTreeMap::new();
    for key in keys {
        let members = match key["kty"].as_str().unwrap() {
            "EC" => ["crv", "x", "y"].as_slice(),
            "RSA" => &["n", "e"],
            "OKP" => &["crv", "x"],
            other => panic!("{other}"),
        };
        for member in members.iter().filter(|member| **member != "crv") {
            let bytes = BASE64URL_NOPAD.decode(key[*member].as_str().unwrap().as_bytes()).unwrap();
            assert!(!bytes.is_empty(), "{key}");
        }
        for secret in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(secret).is_none(), "a private key is published");
        }
        assert_eq!(key["use"], "sig");
        assert!(kids.insert(key["kid"].as_str().unwrap(), ()).is_none(), "{set}");
    }
}

/// CheckErrorDescription…ContainsCRLFTAB and the character sets of RFC 6749 sections 4.1.2.1 and 5.2.
pub fn check_error_text(text: &str) {
    assert!(text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text:?}");
}

/// ValidateIdTokenStandardClaims, ValidateUserInfoStandardClaims, EnsureUserInfoUpdatedAtValid,
/// EnsureMemberValuesInClaimNameReferenceToMemberNamesInClaimSources: types as OpenID Connect Core section 5.1 has them.
pub fn check_standard_claims(claims: &Value) {
    for name in
        ["sub", "name", "preferred_username", "email", "given_name", "family_name", "picture", "zoneinfo", "locale"]
    {
        let value = claims.get(name);
        assert!(value.is_none_or(|value| value.as_str().is_some_and(|text| !text.is_empty())), "{name}: {claims}");
    }
    assert!(claims.get("email_verified").is_none_or(Value::is_boolean), "{claims}");
    assert!(claims.get("updated_at").is_none_or(Value::is_u64), "{claims}");
    assert!(claims.get("_claim_names").is_none() && claims.get("_claim_sources").is_none(), "{claims}");
}

/// CheckTokenEndpointReturnedJsonContentType, CheckTokenEndpointCacheHeaders.
pub fn assert_is_uncached_json(page: &Page) {
    assert!(page.header("content-type").starts_with("application/json"), "{}", page.header("content-type"));
    assert!(page.header("cache-control").contains("no-store"), "{}", page.header("cache-control"));
}

/// Whether the list of this name has all of these.
pub fn assert_contains(server: &Value, name: &str, all: &[&str]) {
    let list: Vec<_> = server[name].as_array().unwrap_or_else(|| panic!("{name}: {server}")).iter().collect();
    assert!(all.iter().all(|one| list.iter().any(|value| *value == one)), "{name}: {list:?}");
}

/// Whether the list of this name has this.
pub fn says(server: &Value, name: &str, what: &str) -> bool {
    server[name].as_array().is_some_and(|list| list.iter().any(|value| value == what))
}

//! What our tokens and answers say: ID tokens (OpenID Connect Core section 2), access tokens (RFC 9068), logout tokens (OpenID
//! Connect Back-Channel Logout section 2.4), user info, introspection (RFC 7662). Proofs go in, claims come out; a level is
//! nowhere written by hand.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::scope::{Scope, Scopes};
use super::seconds::Seconds;
use crate::model::opening::Basis;
use crate::model::product::ProductId;
use crate::model::signing_algorithm::SigningAlgorithm;
use crate::model::time::Timestamp;

/// The `typ` of an ID token.
pub const ID_TOKEN: &str = "JWT";
/// The `typ` of an access token (RFC 9068 section 2.1).
pub const ACCESS_TOKEN: &str = "at+jwt";
/// The `typ` of a logout token (OpenID Connect Back-Channel Logout section 2.4).
pub const LOGOUT_TOKEN: &str = "logout+jwt";
/// How long a logout token is good for.
const LOGOUT_LIFE: Duration = Duration::from_secs(120);

/// How a person proved who he is (RFC 8176). An emailed passcode is told apart by `acr`.
pub const AMR: [&str; 3] = ["pwd", "otp", "mfa"];

/// The person, as far as scopes let a product know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The account's id.
    pub sub: String,
    /// The username.
    pub username: String,
    /// The person's own name.
    pub name: Option<String>,
    /// The address.
    pub email: String,
    /// The groups.
    pub groups: Vec<String>,
}

impl Person {
    /// The claims that these scopes ask for (OpenID Connect Core section 5.4). An address that was never proved is no
    /// `email_verified`: `email_is_proved` says whether it was.
    pub fn claims(&self, scopes: &Scopes, email_is_proved: bool) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("sub".into(), json!(self.sub));
        if scopes.has(Scope::Profile) {
            claims.insert("preferred_username".into(), json!(self.username));
            if let Some(name) = &self.name {
                claims.insert("name".into(), json!(name));
            }
        }
        if scopes.has(Scope::Email) {
            claims.insert("email".into(), json!(self.email));
            claims.insert("email_verified".into(), json!(email_is_proved));
        }
        if scopes.has(Scope::Groups) {
            claims.insert("groups".into(), json!(self.groups));
        }
        claims
    }
}

/// What an ID token says.
#[derive(Clone, Debug, Serialize)]
pub struct IdTokenClaims {
    iss: String,
    aud: String,
    exp: Seconds,
    iat: Seconds,
    auth_time: Seconds,
    acr: &'static str,
    amr: [&'static str; 3],
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(flatten)]
    person: Map<String, Value>,
}

/// What a token rests on and how long it is good for.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// Who gives it.
    pub issuer: &'a str,
    /// To whom.
    pub client: &'a ProductId,
    /// What was proved.
    pub basis: Basis,
    /// When it is given.
    pub now: Timestamp,
    /// For how long.
    pub life: Duration,
}

impl IdTokenClaims {
    /// An ID token about `person` ([`Person::claims`]).
    pub fn new(issue: Issue<'_>, person: Map<String, Value>) -> Self {
        Self {
            iss: issue.issuer.to_owned(),
            aud: issue.client.as_str().to_owned(),
            exp: Seconds::of(issue.now.plus(issue.life)),
            iat: Seconds::of(issue.now),
            auth_time: Seconds::of(issue.basis.auth_time()),
            acr: issue.basis.level().acr(),
            amr: AMR,
            nonce: None,
            sid: None,
            at_hash: None,
            person,
        }
    }

    /// With the request's nonce.
    #[must_use]
    pub fn with_nonce(self, nonce: Option<String>) -> Self {
        Self { nonce, ..self }
    }

    /// With the session that it belongs to.
    #[must_use]
    pub fn with_sid(self, sid: Option<String>) -> Self {
        Self { sid, ..self }
    }

    /// With the left half of the access token's hash, by the hash that goes with the ID token's algorithm (OpenID Connect Core
    /// section 3.1.3.6; Ed25519 goes with SHA-512).
    #[must_use]
    pub fn with_at_hash(self, access_token: &str, algorithm: SigningAlgorithm) -> Self {
        let hash = match algorithm {
            SigningAlgorithm::Es256 | SigningAlgorithm::Rs256 => digest(&SHA256, access_token.as_bytes()),
            SigningAlgorithm::EdDsa => digest(&SHA512, access_token.as_bytes()),
        };
        let half =
            hash.as_ref().split_at_checked(hash.as_ref().len() / 2).map(|(left, _)| BASE64URL_NOPAD.encode(left));
        Self { at_hash: half, ..self }
    }
}

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Who gave it.
    pub iss: String,
    /// The account's id.
    pub sub: String,
    /// For whom it is: the issuer's own endpoints.
    pub aud: String,
    /// To whom it was given.
    pub client_id: String,
    /// Until when it is good.
    pub exp: Seconds,
    /// When it was given.
    pub iat: Seconds,
    /// Its id.
    pub jti: String,
    /// What it is good for.
    pub scope: Scopes,
    /// When the person proved who he is (RFC 9470 section 5).
    pub auth_time: Seconds,
    /// What that is worth.
    pub acr: String,
    /// How it was proved.
    pub amr: Vec<String>,
    /// What it was given for: when that ends, so does the token.
    pub vst_grant: String,
}

impl AccessTokenClaims {
    /// An access token of the account `sub` under a grant.
    pub fn new(issue: Issue<'_>, sub: &str, (jti, grant): (&str, &str), scope: Scopes) -> Self {
        Self {
            iss: issue.issuer.to_owned(),
            sub: sub.to_owned(),
            aud: issue.issuer.to_owned(),
            client_id: issue.client.as_str().to_owned(),
            exp: Seconds::of(issue.now.plus(issue.life)),
            iat: Seconds::of(issue.now),
            jti: jti.to_owned(),
            scope,
            auth_time: Seconds::of(issue.basis.auth_time()),
            acr: issue.basis.level().acr().to_owned(),
            amr: AMR.map(str::to_owned).to_vec(),
            vst_grant: grant.to_owned(),
        }
    }
}

/// What introspection answers about a token that is good (RFC 7662 section 2.2). About any other it says no more than that.
#[derive(Clone, Debug, Serialize)]
pub struct Introspection {
    active: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    token: Option<AccessTokenClaims>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
}

impl Introspection {
    /// Nothing is said about it.
    pub const INACTIVE: Self = Self { active: false, token: None, token_type: None, username: None };

    /// A good token, and whose it is.
    pub fn active(token: AccessTokenClaims, username: String) -> Self {
        Self { active: true, token: Some(token), token_type: Some("Bearer"), username: Some(username) }
    }
}

/// What a logout token is about.
#[derive(Clone, Copy, Debug)]
pub struct LoggedOut<'a> {
    /// Which product is told.
    pub client: &'a str,
    /// The account's id.
    pub sub: &'a str,
    /// The session that ended.
    pub sid: &'a str,
    /// The notice's id, the same each time that it is sent.
    pub jti: &'a str,
}

/// What a logout token says. It never has a nonce.
#[derive(Clone, Debug, Serialize)]
pub struct LogoutTokenClaims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    iat: Seconds,
    exp: Seconds,
    events: Value,
}

impl LogoutTokenClaims {
    /// A logout token.
    pub fn new(issuer: &str, about: LoggedOut<'_>, now: Timestamp) -> Self {
        Self {
            iss: issuer.to_owned(),
            aud: about.client.to_owned(),
            sub: about.sub.to_owned(),
            sid: about.sid.to_owned(),
            jti: about.jti.to_owned(),
            iat: Seconds::of(now),
            exp: Seconds::of(now.plus(LOGOUT_LIFE)),
            events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::proof::{PasscodeProof, PasswordProof, Way};

    fn issue(client: &ProductId, way: Way) -> Issue<'_> {
        let basis = Basis {
            password: PasswordProof::kept(Timestamp::from_millis(1_000)),
            passcode: PasscodeProof::kept(way, Timestamp::from_millis(2_000)),
        };
        let now = Timestamp::from_millis(9_000);
        Issue { issuer: "https://id.example.org", client, basis, now, life: Duration::from_secs(600) }
    }

    fn person() -> Person {
        Person {
            sub: "7".into(),
            username: "nora".into(),
            name: None,
            email: "nora@example.org".into(),
            groups: vec!["funds".into()],
        }
    }

    #[test]
    fn an_id_token_says_what_was_proved_and_for_whom() {
        let client = ProductId::parse("ledger").unwrap();
        let scopes = Scopes::parse("openid email").unwrap();
        let claims = IdTokenClaims::new(issue(&client, Way::App), person().claims(&scopes, true))
            .with_nonce(Some("n".into()))
            .with_sid(Some("s".into()));
        let expected = json!({
            "iss": "https://id.example.org", "sub": "7", "aud": "ledger", "exp": 609, "iat": 9, "auth_time": 1,
            "acr": "urn:vestibule:acr:mfa", "amr": ["pwd", "otp", "mfa"], "nonce": "n", "sid": "s",
            "email": "nora@example.org", "email_verified": true,
        });
        assert_eq!(serde_json::to_value(&claims).unwrap(), expected);
        let by_mail = IdTokenClaims::new(issue(&client, Way::Email), Map::new());
        assert_eq!(serde_json::to_value(&by_mail).unwrap()["acr"], "urn:vestibule:acr:mfa-email");
    }

    /// OpenID Connect Core, appendix A.3.
    #[test]
    fn at_hash_is_the_left_half_of_the_hash() {
        let client = ProductId::parse("ledger").unwrap();
        let access = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        let claims =
            IdTokenClaims::new(issue(&client, Way::App), Map::new()).with_at_hash(access, SigningAlgorithm::Rs256);
        assert_eq!(serde_json::to_value(&claims).unwrap()["at_hash"], "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn scopes_decide_what_is_told_of_the_person() {
        let told = |scopes: &str| {
            person().claims(&Scopes::parse(scopes).unwrap(), false).keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told("openid"), "sub");
        assert_eq!(told("openid profile"), "preferred_username sub");
        assert_eq!(told("openid email groups"), "email email_verified groups sub");
    }

    #[test]
    fn a_logout_token_has_its_event_and_no_nonce() {
        let about = LoggedOut { client: "ledger", sub: "7", sid: "s", jti: "j" };
        let claims = LogoutTokenClaims::new("https://id.example.org", about, Timestamp::from_millis(9_000));
        let expected = json!({
            "iss": "https://id.example.org", "aud": "ledger", "sub": "7", "sid": "s", "jti": "j", "iat": 9, "exp": 129,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        assert_eq!(serde_json::to_value(&claims).unwrap(), expected);
    }

    #[test]
    fn of_a_token_that_is_not_good_nothing_is_said() {
        assert_eq!(serde_json::to_value(Introspection::INACTIVE).unwrap(), json!({ "active": false }));
        let client = ProductId::parse("ledger").unwrap();
        let scope = Scopes::parse("openid").unwrap();
        let token = AccessTokenClaims::new(issue(&client, Way::App), "7", ("j", "g"), scope);
        let said = serde_json::to_value(Introspection::active(token, "nora".into())).unwrap();
        assert_eq!(
            (&said["active"], &said["client_id"], &said["username"]),
            (&json!(true), &json!("ledger"), &json!("nora"))
        );
    }
}

//! Back-Channel Logout OP: the provider tells the client over a connection of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

use jsonwebtoken::decode_header;
use serde_json::json;
use tokio::sync::watch;
use vestibule::back_channel::{Client, Worker};

use super::Run;
use super::logout::Logout;
use super::run::ISSUER;
use crate::support::*;

/// Takes one request: its first line, its headers in small letters, its body. Answers with 200 and `no-store`.
fn take(listener: &TcpListener) -> (String, Vec<String>, String) {
    let mut stream = BufReader::new(listener.accept().unwrap().0);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let first = lines.remove(0);
    let headers: Vec<_> = lines.iter().map(|line| line.to_lowercase()).collect();
    let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let answer = "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n";
    stream.get_mut().write_all(answer.as_bytes()).unwrap();
    (first, headers, String::from_utf8(body).unwrap())
}

/// `OIDCCBackChannelRpInitiatedLogout`: ExtractLogoutTokenFromBackchannelLogoutRequest,
/// CheckForUnexpectedParametersInBackchannelLogoutRequest, ValidateLogoutTokenSignature, ValidateLogoutTokenClaims,
/// CheckIdTokenSubMatchesLogoutToken, CheckIdTokenSidMatchesLogoutToken, CheckLogoutTokenNoNonce, CheckLogoutTokenHasSubOrSid,
/// CheckPostLogoutState, CheckForUnexpectedParametersInPostLogoutRedirect. (EnsureIncomingTls12WithSecureCipherOrTls13 is a test of
/// the client that posts.)
#[tokio::test(flavor = "multi_thread")]
async fn oidcc_backchannel_rp_initiated_logout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/backchannel_logout", listener.local_addr().unwrap());
    let app = TestApp::new();
    let product = RelyingParty::new(&app, "suite", |new| new.back_channel_logout_uri = Some(uri));
    let mut logout = Logout::of(Run::of(app.clone(), product).await).await;
    let page = logout.send().await;
    Logout::check_return(&page, Some(&"x".repeat(128)));
    let (stop, stopped) = watch::channel(false);
    let worker = Worker { app: app.app.clone(), client: Client::new().unwrap(), stop: stopped };
    let worker = tokio::spawn(worker.run());
    let (first, headers, body) = tokio::task::spawn_blocking(move || take(&listener)).await.unwrap();
    stop.send_replace(true);
    worker.await.unwrap();
    assert_eq!(first, "POST /backchannel_logout HTTP/1.1");
    assert!(headers.contains(&"content-type: application/x-www-form-urlencoded".to_owned()), "{headers:?}");
    check_token(&logout, body.strip_prefix("logout_token=").unwrap()).await;
    logout.check_signed_out().await;
}

/// OpenID Connect Back-Channel Logout 1.0 section 2.4. The token is verified like an ID token, by the published keys.
async fn check_token(logout: &Logout, token: &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    assert!(token.chars().all(is_token), "nothing stands beside it: {token}");
    assert_eq!(decode_header(token).unwrap().typ.as_deref(), Some("logout+jwt"));
    let claims = logout.run.product.claims(token).await;
    let id_token = &logout.flow.claims;
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ISSUER), &json!(logout.run.product.id)));
    assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert!(claims["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
    let (now, until) = (logout.run.app.now().seconds(), claims["exp"].as_u64().unwrap());
    assert!(claims["iat"].as_u64().unwrap() <= now && until <= now + 120, "{now} {claims}");
    assert!(id_token["sid"].is_string(), "{id_token}");
    assert_eq!((&claims["sub"], &claims["sid"]), (&id_token["sub"], &id_token["sid"]));
    assert!(claims.get("nonce").is_none());
}

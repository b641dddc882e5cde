//! Basic OP: claims that are asked for by name.

use super::Run;
use super::run::check_standard_claims;

/// `OIDCCClaimsEssential`: AddUserInfoEssentialNameClaimToAuthorizationEndpointRequest, EnsureIdTokenDoesNotContainName.
/// EnsureUserInfoContainsName is a warning in the suite, and not met: the parameter is not supported, and a request that wants the
/// name asks for the scope `profile`.
#[tokio::test]
async fn oidcc_claims_essential() {
    let (run, flow) = Run::succeeds_with("claims", r#"{"userinfo":{"name":{"essential":true}}}"#).await;
    assert!(flow.claims.get("name").is_none(), "{}", flow.claims);
    let claims = run.product.userinfo(&flow.tokens.access_token).await.json();
    check_standard_claims(&claims);
    assert_eq!(claims["sub"], flow.claims["sub"]);
    assert_eq!(run.server["claims_parameter_supported"], false);
}

//! Signing out.

use crate::support::*;

#[tokio::test]
async fn s3_16_sign_out_ends_the_session_and_says_so() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let portal = browser.sign_in(&nora).await;
        assert_eq!(browser.open("/signed-out").await.path, "/", "not true yet");
        let mut copy = browser.clone();
        let page = browser.press(&portal, "Sign out").await;
        assert_eq!((page.path.as_str(), page.status.as_u16()), ("/signed-out", 200));
        assert_eq!(page.title(), "You are signed out · Vestibule");
        assert_eq!(page.link("Sign in"), "/sign-in");
        assert!(!browser.cookies.keys().any(|name| name.ends_with("-session")), "{:?}", browser.cookies);
        assert!(!copy.is_signed_in().await, "the session is gone, not only this browser's cookie");
        let again = copy.press(&portal, "Sign out").await;
        assert_eq!(again.path, "/signed-out", "once more does no harm");
    }
}

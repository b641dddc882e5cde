use crate::support::*;

#[tokio::test]
async fn smoke() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.sign_in(&nora).await;
    assert!(page.offers("Sign out"), "{}", page.text());
    assert!(browser.is_signed_in().await);
}
#[tokio::test]
async fn smoke_mail() {
    let app = TestApp::new();
    app.with_mail_mfa("nora").await;
}
#[tokio::test]
async fn smoke_strict() {
    let app = TestApp::strict();
    app.with_mfa("nora").await;
}
#[tokio::test]
async fn smoke_pg() {
    let app = TestApp::on_postgres(|_| {});
    let nora = app.with_mfa("nora").await;
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}

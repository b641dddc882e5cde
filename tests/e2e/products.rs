//! Section 3 of the story: the demo's two products, opened from the portal and directly, and the end of it all.

use super::browser::Script;
use super::tools::{earlier_passcode, passcode};
use super::visit::Visit;

const READY_USER: &str = "ready-user";
const MAIL_USER: &str = "mail-user";
const NEW_USER: &str = "new-user";
/// From Vestibule's port to a product's.
const MODERN: u16 = 1;
const ACCOUNTING: u16 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn s3_3_the_tiles_open_each_product_by_its_own_policy_and_signing_out_ends_them_all() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/").await;
    visit.sign_in(READY_USER).await;
    page.heading("Enter your passcode").await;
    visit.verify(&earlier_passcode(&visit.code(READY_USER))).await;
    page.says("You are signed in as ready-user").await;
    page.look("portal-products").await;
    page.open_tile("MIP Modern").await;
    page.heading("MIP Modern").await;
    page.says("Signed in as ready-user").await;
    page.look("demo-product-signed-in").await;
    visit.open("/").await;
    page.open_tile("Fund Accounting").await;
    page.heading("Enter your passcode").await;
    page.says("Fund Accounting asks for a passcode of its own").await;
    page.look("passcode-for-a-product").await;
    visit.verify(&passcode(&visit.code(READY_USER))).await;
    page.heading("Fund Accounting").await;
    page.says("Signed in as ready-user").await;
    visit.asks_again().await;
    visit.portal_ends_all().await;
    page.look("demo-product").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_3_emailed_passcodes_open_each_product_by_its_own_policy() {
    let visit = Visit::begin(Script::Off).await;
    let page = &visit.browser;
    visit.open("/").await;
    visit.sign_in(MAIL_USER).await;
    visit.verify_by_mail(&visit.browser, MAIL_USER, 1).await;
    page.says("You are signed in as mail-user").await;
    page.open_tile("MIP Modern").await;
    page.heading("MIP Modern").await;
    page.says("Signed in as mail-user").await;
    page.look("no-script-demo-product-signed-in").await;
    visit.open("/").await;
    page.open_tile("Fund Accounting").await;
    page.heading("Enter your passcode").await;
    page.says("Fund Accounting asks for a passcode of its own").await;
    page.look("no-script-passcode-for-a-product").await;
    visit.verify_by_mail(&visit.browser, MAIL_USER, 2).await;
    page.heading("Fund Accounting").await;
    page.says("Signed in as mail-user").await;
    visit.asks_again().await;
    visit.portal_ends_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_2_a_product_that_is_opened_directly_can_sign_out_everywhere() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open_product(ACCOUNTING, "/").await;
    page.follow("Sign in").await;
    page.heading("Sign in to open Fund Accounting").await;
    page.look("sign-in-to-open-a-product").await;
    visit.sign_in_to("Fund Accounting", READY_USER).await;
    page.heading("Enter your passcode").await;
    page.says("Fund Accounting").await;
    visit.verify(&earlier_passcode(&visit.code(READY_USER))).await;
    page.heading("Fund Accounting").await;
    page.says("Signed in as ready-user").await;
    visit.open("/").await;
    page.says("You are signed in as ready-user").await;
    visit.open_product(MODERN, "/sign-in").await;
    page.heading("MIP Modern").await;
    page.says("Signed in as ready-user").await;
    visit.asks_again().await;
    visit.open_product(MODERN, "/").await;
    page.press("Sign out").await;
    page.heading("MIP Modern").await;
    assert!(page.offers("Sign in").await);
    visit.is_out(ACCOUNTING).await;
    visit.open("/").await;
    page.heading("Sign in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_4_who_has_no_mfa_yet_sets_it_up_on_the_way_to_the_product() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open_product(MODERN, "/sign-in").await;
    visit.sign_in_to("MIP Modern", NEW_USER).await;
    page.heading("MFA is required").await;
    page.press("Send me a setup email").await;
    page.says("We sent the setup email to").await;
    page.open_page(&visit.demo.mail(NEW_USER, "MFA setup email").await.link("/set-up/link/")).await;
    page.heading("Security questions").await;
    page.answer_questions().await;
    page.press("Save and continue").await;
    page.heading("Authenticator app").await;
    page.press("I don't have a mobile device").await;
    page.heading("Recovery code").await;
    page.tick("I have saved my recovery code").await;
    page.press("Finish").await;
    page.heading("You're set up").await;
    page.look("set-up-done-on-the-way-to-a-product").await;
    page.follow("Go on to MIP Modern").await;
    visit.sign_in_to("MIP Modern", NEW_USER).await;
    visit.verify_by_mail(&visit.browser, NEW_USER, 1).await;
    page.heading("MIP Modern").await;
    page.says("Signed in as new-user").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_sent_somebody_elses_answer_says_what_to_do() {
    let visit = Visit::begin(Script::On).await;
    visit.open_product(MODERN, "/callback?code=a&state=b").await;
    visit.browser.heading("This sign-in leads nowhere").await;
    visit.browser.look("demo-product-trouble").await;
    visit.browser.follow("Try again").await;
    visit.browser.heading("Sign in to open MIP Modern").await;
}

impl Visit {
    async fn open_product(&self, product: u16, path: &str) {
        self.browser.open_page(&self.demo.product_url(product, path)).await;
    }

    /// Fund Accounting wants another passcode whenever it is opened.
    async fn asks_again(&self) {
        self.open("/").await;
        self.browser.open_tile("Fund Accounting").await;
        self.browser.heading("Enter your passcode").await;
        self.browser.says("Fund Accounting asks for a passcode of its own").await;
    }

    async fn portal_ends_all(&self) {
        self.open("/").await;
        self.browser.press("Sign out").await;
        self.browser.heading("You are signed out").await;
        for product in [MODERN, ACCOUNTING] {
            self.is_out(product).await;
        }
        self.open("/").await;
        self.browser.heading("Sign in").await;
        self.open_product(MODERN, "/").await;
    }

    /// The product, which is told beside the person's own way, knows nobody any more.
    async fn is_out(&self, product: u16) {
        self.open_product(product, "/").await;
        self.browser.reload_until_it_says("Vestibule says who you are").await;
        assert!(self.browser.offers("Sign in").await);
    }
}

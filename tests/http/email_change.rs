//! Changing one's email address, and undoing it.

mod asked;
mod undone;
mod undone_apps;

use crate::support::*;

const NEW: &str = "nora@new.example";

/// Asks for a new address in a browser where changes are confirmed.
async fn ask(browser: &mut Browser, email: &str) -> Page {
    let page = browser.open("/account/email").await;
    browser.submit(&page, "Send confirmation", &[("New email", email)]).await
}

/// The same, and it is told that a link is on its way.
async fn ask_rightly(browser: &mut Browser, email: &str) {
    let page = ask(browser, email).await;
    assert!(page.says("We are sending an email to") && page.says("Open it within an hour"), "{}", page.text());
}

/// A browser in which the person has signed in and confirmed changes; the mail of it is taken out.
async fn confirmed(app: &TestApp, person: &Person) -> Browser {
    let mut browser = app.browser();
    assert!(browser.sign_in(person).await.offers("Sign out"));
    browser.confirm(person, "/account").await;
    app.mail();
    browser
}

/// Asks for a new address: the link that it was mailed.
async fn asked(app: &TestApp, person: &Person, email: &str) -> (Browser, String) {
    let mut browser = confirmed(app, person).await;
    ask_rightly(&mut browser, email).await;
    let link = app.newest_mail(email, "email_confirm").link("Confirm");
    (browser, link)
}

/// Changes the address: the browser whose session asked for it, and the link that undoes it.
async fn changed(app: &TestApp, person: &Person, email: &str) -> (Browser, String) {
    let (browser, link) = asked(app, person, email).await;
    let mut mailbox = app.browser();
    let page = mailbox.open(&link).await;
    let page = mailbox.press(&page, "Confirm").await;
    assert!(page.says("Your email address is changed"), "{}", page.text());
    (browser, app.newest_mail(&person.email, "email_changed").link("Undo this change"))
}

/// The kinds of mails that went to an address, and all of them are taken out.
fn kinds_to(mails: &[Mail], address: &str) -> Vec<String> {
    mails.iter().filter(|mail| mail.to == address).map(|mail| mail.kind.clone()).collect()
}

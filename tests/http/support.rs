//! What every story needs. A test reads like this:
//!
//! ```text
//! let app = TestApp::new();                                  // or with(|settings| …), strict(), on_postgres(|settings| …)
//! for app in both_engines() { … }                            // where the engine matters
//! let nora = app.with_mfa("nora").await;                     // or account("nora"), with_mail_mfa("nora")
//! let mut browser = app.browser();                           // cookies of its own; .at("198.51.100.7") for another address
//! let page = browser.give_password(&nora).await;             // the passcode page
//! let page = browser.submit(&page, "Verify", &[("Passcode", &nora.code(&app))]).await;
//! app.pass(minutes(3));                                      // the clock moves only when told
//! let mail = app.mail_to(&nora.email);                       // takes the mail out of the outbox
//! let product = RelyingParty::new(&app, "modern", |_| {});   // a registered product; change its policy in the closure
//! let tokens = product.sign_in(&mut browser, &nora).await;   // the whole way; or step by step: request, begin, code, tokens
//! ```

mod app;
mod browser;
mod listening;
mod mailbox;
mod page;
mod person;
mod postgres;
mod proxied;
mod relying_party;
mod server;
mod volley;

use std::time::Duration;

pub use app::{TestApp, both_engines, both_engines_with};
pub use browser::Browser;
pub use listening::Listening;
pub use mailbox::Mail;
pub use page::Page;
pub use person::{PASSWORD, Person, Phone, RIGHT_ANSWERS};
pub use proxied::{Proxied, Window};
pub use relying_party::{AuthorizationRequest, ClientKey, RelyingParty, Tokens, Way};
pub use server::Server;
pub use volley::{Filled, at_once, count};

pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub const fn minutes(count: u64) -> Duration {
    seconds(count * 60)
}

pub const fn hours(count: u64) -> Duration {
    minutes(count * 60)
}

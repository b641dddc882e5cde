//! The way back to a product, and the pages where there is none.

use askama::Template;
use axum::http::StatusCode;

use super::address::source;
use crate::flow::authorize::decide::WhyNot;
use crate::oidc::authorize::NoReturn;
use crate::oidc::response;
use crate::web::browser::Browser;
use crate::web::message::MessagePage;
use crate::web::page::{Action, Frame};
use crate::web::reply::{self, Reply};
use crate::web::site::Site;

/// The form that carries an answer to a product (OAuth 2.0 Form Post Response Mode).
#[derive(Template)]
#[template(path = "oidc/form_post.html")]
pub struct FormPostPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Its hidden fields.
    pub fields: Vec<(&'static str, String)>,
}

/// Sends the browser back to the product.
pub fn answer(site: &Site, browser: &Browser, to_product: response::Answer) -> reply::Answer {
    match to_product {
        response::Answer::Redirect(address) => Reply::away(&address)?.done(),
        response::Answer::FormPost { action, fields } => {
            let sources = source(&action).unwrap_or_else(|| "'none'".into());
            let page = FormPostPage { frame: site.frame("One more step", browser), action, fields };
            Reply::page(StatusCode::OK, &page)?.forms_to(&sources).done()
        }
    }
}

/// A request that must not be answered to anyone but the person.
pub fn not_possible(site: &Site, browser: &Browser, why: NoReturn) -> reply::Answer {
    let paragraphs = vec![
        "The product that sent you here asked for something that we can't do, so we didn't send you anywhere.".into(),
        "Open the product again from its own address or from the User Portal. If this happens again, tell the people who run the \
         product what stands below."
            .into(),
        why.to_string(),
    ];
    message(site, browser, StatusCode::BAD_REQUEST, ("That did not work", paragraphs))
}

/// A product that does not open for this account.
pub fn refused(site: &Site, browser: &Browser, why: WhyNot, product: &str) -> reply::Answer {
    match why {
        WhyNot::MayNotOpen => {
            let words = "Your account is not among those that may open it. If you need it, ask the person who gave you your \
                         account, or support.";
            let heading = format!("You may not open {product}");
            message(site, browser, StatusCode::FORBIDDEN, (&heading, vec![words.into()]))
        }
        WhyNot::NeedsApp => {
            let paragraphs = vec![
                format!(
                    "{product} takes passcodes from an authenticator app only, and your account has none: your passcodes come by email."
                ),
                "Ask support to have MFA set up anew for your account, this time with an app.".into(),
            ];
            let heading = format!("{product} needs an authenticator app");
            message(site, browser, StatusCode::FORBIDDEN, (&heading, paragraphs))
        }
    }
}

/// A request that is over, or never was.
pub fn over(site: &Site, browser: &Browser) -> reply::Answer {
    let words = "It was answered already, or it has waited too long. Nothing is lost: open the product again, from the User Portal or \
                 from its own address.";
    message(site, browser, StatusCode::GONE, ("This step is over", vec![words.into()]))
}

fn message(
    site: &Site,
    browser: &Browser,
    status: StatusCode,
    (heading, paragraphs): (&str, Vec<String>),
) -> reply::Answer {
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.into(),
        paragraphs,
        action: Some(Action { label: "Go to the User Portal".into(), href: "/".into() }),
    };
    Reply::page(status, &page)?.done()
}

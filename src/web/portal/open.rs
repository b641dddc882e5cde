//! A tile's address: it leads to the product's own start, from which the product begins its request.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::live;
use crate::flow::product::portal::{self, Start};
use crate::model::product::ProductId;
use crate::web::browser::Browser;
use crate::web::error::Failure;
use crate::web::message::MessagePage;
use crate::web::page::Action;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

/// Opens a product.
pub async fn get(State(site): State<Site>, Path(product): Path<String>, browser: Browser) -> Answer {
    let Some(live) = live(&site, &browser).await? else { return Reply::to("/sign-in").done() };
    let id = ProductId::parse(&product).ok_or(Failure::NotFound)?;
    let account = live.session.account;
    match site.read(move |tx| portal::start(tx, &account, &id)).await? {
        Start::Unknown => Err(Failure::NotFound),
        Start::Forbidden => forbidden(&site, &browser),
        Start::At(address) => Reply::away(&address)?.done(),
    }
}

fn forbidden(site: &Site, browser: &Browser) -> Answer {
    let heading = "You can't open this product";
    let page = MessagePage {
        frame: site.frame(heading, browser).failed(),
        heading: heading.to_owned(),
        paragraphs: vec![
            "Your account has no access to it. If you need it, ask the person who gave you this account, or support."
                .to_owned(),
        ],
        action: Some(Action { label: "Go to your products".to_owned(), href: "/".to_owned() }),
    };
    Reply::page(StatusCode::FORBIDDEN, &page)?.done()
}

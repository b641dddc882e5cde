//! A product's two pages. They say plainly that it is a demo's product.

use askama::Template;

/// The product's own page.
#[derive(Template)]
#[template(path = "demo/product.html")]
pub struct ProductPage {
    /// Address of the stylesheet.
    pub css: String,
    /// The product.
    pub name: &'static str,
    /// Address of its picture.
    pub picture: Option<String>,
    /// What it would be for.
    pub purpose: &'static str,
    /// What it asks of people.
    pub asks: &'static str,
    /// Address of the User Portal.
    pub portal_url: String,
    /// Who is signed in.
    pub person: Option<Person>,
}

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The username.
    pub username: String,
    /// What Vestibule said, as JSON with a line for each thing.
    pub claims: String,
    /// Binds the form to the session.
    pub form_token: String,
}

/// Why nobody is signed in, and what to do.
#[derive(Template)]
#[template(path = "demo/product_trouble.html")]
pub struct TroublePage {
    /// Address of the stylesheet.
    pub css: String,
    /// The product.
    pub name: &'static str,
    /// Address of its picture.
    pub picture: Option<String>,
    /// Address of the User Portal.
    pub portal_url: String,
    /// What happened, in a few words.
    pub heading: String,
    /// What to do.
    pub advice: String,
    /// What whoever builds a product needs to know.
    pub detail: String,
}

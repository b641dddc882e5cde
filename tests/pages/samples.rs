//! Every page with data such as handlers give it, in each state that it knows.

mod account;
mod apps;
mod case;
mod email_change;
mod new_device;
mod other;
mod set_up;
mod sign_in;
mod support;

use askama::Template;
use vestibule::web::assets::Assets;
use vestibule::web::page::{Field, Frame, Wait};

/// A name that must reach the page as text.
pub const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
pub const FORM_TOKEN: &str = "hZ2b-form";

/// A page to look at and to hold to the rules.
pub struct Sample {
    /// `surface-page-state`.
    pub name: String,
    /// Whether the page tells of a problem.
    pub error: bool,
    pub html: String,
}

pub fn all() -> Vec<Sample> {
    [
        sign_in::all(),
        set_up::all(),
        new_device::all(),
        account::all(),
        apps::all(),
        email_change::all(),
        case::all(),
        support::all(),
        other::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn assets() -> Assets {
    Assets::new("#1d5c63", None)
}

fn frame(title: &str) -> Frame {
    let assets = assets();
    let blank = Frame {
        brand: "Northwind Cloud".to_owned(),
        css: assets.css().to_owned(),
        script: assets.script().to_owned(),
        icon: assets.icon().to_owned(),
        support_phone: Some("+1 555 010 9999".to_owned()),
        support_chat_url: Some("https://chat.example.org/".to_owned()),
        ..Frame::default()
    };
    blank.titled(title, "0197b2c4-5e4f-7a31-9c0d-8a6b2f1e3d57")
}

fn failed(title: &str) -> Frame {
    frame(title).failed()
}

fn token() -> String {
    FORM_TOKEN.to_owned()
}

fn some(words: &str) -> Option<String> {
    Some(words.to_owned())
}

fn wait() -> Option<Wait> {
    Some(Wait { until_words: "at 3:42 PM UTC".to_owned(), left_words: "2 minutes 40 seconds".to_owned(), seconds: 160 })
}

fn wrong(error: &str) -> Field {
    Field::wrong("", error)
}

fn sample(name: &str, page: impl Template) -> Sample {
    Sample { name: name.to_owned(), error: false, html: page.render().unwrap() }
}

/// As [`sample`], for a page whose handler made it with [`failed`].
fn failed_sample(name: &str, page: impl Template) -> Sample {
    Sample { error: true, ..sample(name, page) }
}

//! Help for people who sign in and set up: no sign-in is needed to read it.

mod pictures;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use crate::config::Profile;
use crate::web::browser::Browser;
use crate::web::page::Frame;
use crate::web::reply::{Answer, Reply};
use crate::web::site::Site;

pub use pictures::{EMBEDDED, Embedded};

/// The help page's step that is about the security questions.
const QUESTIONS_STEP: u8 = 4;

/// Picture of one of our own screens.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Number of the help page's step at which it stands.
    pub step: u8,
    /// Its address.
    pub src: String,
    /// What is to be seen, in words.
    pub alt: String,
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
}

/// The help page.
#[derive(Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whether set-up asks security questions and offers emailed passcodes (`profile = "standard"`).
    pub standard: bool,
    /// Pictures, in any order; the page reads well without.
    pub help_pictures: Vec<Picture>,
}

impl HelpPage {
    /// The pictures that stand at a step.
    fn pictures_at(&self, step: u8) -> impl Iterator<Item = &Picture> {
        self.help_pictures.iter().filter(move |picture| picture.step == step)
    }
}

/// Shows it.
pub async fn get(State(site): State<Site>, browser: Browser) -> Answer {
    let standard = site.app.settings.profile == Profile::Standard;
    // Without security questions there is nothing to be seen of them.
    let seen = |picture: &&Picture| standard || picture.step != QUESTIONS_STEP;
    let help_pictures = site.assets.help_pictures().iter().filter(seen).cloned().collect();
    let page = HelpPage { frame: site.frame("Help", &browser), standard, help_pictures };
    Reply::page(StatusCode::OK, &page)?.done()
}

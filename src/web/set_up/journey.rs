//! The two journeys that share the steps of set-up, by their addresses and cookies.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::config::Profile;
use crate::flow::set_up::standing::{Journey, Step};
use crate::web::cookies::Cookie;
use crate::web::reply::LinkWords;
use crate::web::site::Site;

const OF_SET_UP: LinkWords = LinkWords {
    next: "To set up MFA, sign in with your password and choose Send me a setup email. If you have finished set-up, just sign in.",
    label: "Go to the sign-in page",
    href: "/sign-in",
};

const OF_NEW_DEVICE: LinkWords = LinkWords {
    next: "To set up a new device, sign in with your password and choose Set up a new device. If you have finished, just sign in.",
    label: "Go to the sign-in page",
    href: "/sign-in",
};

impl FromRequestParts<Site> for Journey {
    type Rejection = Infallible;

    /// The address says which one it is.
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        let is_new_device = parts.uri.path().starts_with("/new-device");
        Ok(if is_new_device { Self::NewDevice } else { Self::SetUp })
    }
}

impl Journey {
    /// What every address of it begins with.
    pub const fn base(self) -> &'static str {
        match self {
            Self::SetUp => "/set-up",
            Self::NewDevice => "/new-device",
        }
    }

    /// The cookie of its link.
    pub const fn link_cookie(self) -> Cookie {
        match self {
            Self::SetUp => Cookie::SetUpLink,
            Self::NewDevice => Cookie::NewDeviceLink,
        }
    }

    /// The cookie of this browser's progress behind it.
    pub const fn visit_cookie(self) -> Cookie {
        match self {
            Self::SetUp => Cookie::SetUpVisit,
            Self::NewDevice => Cookie::NewDeviceVisit,
        }
    }

    /// What to do when its link leads nowhere.
    pub const fn words(self) -> LinkWords {
        match self {
            Self::SetUp => OF_SET_UP,
            Self::NewDevice => OF_NEW_DEVICE,
        }
    }

    /// The address of the step that comes next.
    pub fn path(self, site: &Site, step: Step) -> &'static str {
        match (self, step) {
            (Self::SetUp, Step::Begin) if site.app.settings.profile == Profile::Strict => "/set-up/start",
            (Self::SetUp, Step::Begin) => "/set-up/questions",
            (Self::SetUp, Step::App) => "/set-up/app",
            (Self::SetUp, Step::RecoveryCode) => "/set-up/recovery-code",
            (Self::NewDevice, Step::Begin) => "/new-device",
            (Self::NewDevice, Step::App) => "/new-device/app",
            // The address without "new" takes the code that there is.
            (Self::NewDevice, Step::RecoveryCode) => "/new-device/new-recovery-code",
        }
    }

    /// The address of the last page.
    pub const fn done(self) -> &'static str {
        match self {
            Self::SetUp => "/set-up/done",
            Self::NewDevice => "/new-device/done",
        }
    }

    /// Which step this is, of how many. The first set-up of profile strict asks no questions.
    pub fn numbered(self, site: &Site, step: u8) -> (u8, u8) {
        match (self, site.app.settings.profile) {
            (Self::SetUp, Profile::Strict) => (step - 1, 2),
            _ => (step, 3),
        }
    }
}

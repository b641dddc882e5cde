//! A support case as the person sees it: the conversation, joining from another browser, and **This wasn't me**.

pub mod conversation;
pub mod join;
pub mod live;
pub mod not_me;
pub mod not_me_done;

use super::reply::LinkWords;

/// Where a browser is led that takes part in no case.
const WORDS: LinkWords = LinkWords {
    next: "If you need support, sign in with your password, choose Set up a new device, and then Contact Support.",
    label: "Go to the sign-in page",
    href: "/sign-in",
};

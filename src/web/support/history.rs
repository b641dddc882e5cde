//! The trail's words as an analyst reads them.

use crate::flow::support::view::Event;

/// What happened, in a few words.
pub fn words(event: &Event) -> String {
    let what = match (event.act.as_str(), event.outcome.as_str()) {
        ("password", "done") => "Right password",
        ("password", "wrong") => "Wrong password",
        ("password", _) => "Right password, which must be set anew by email first",
        ("passcode", "done") => "Right passcode",
        ("passcode", "wrong") => "Wrong passcode",
        ("passcode", _) => "Passcode that was used before",
        ("lock", "closed") => "Passcodes closed after too many wrong ones",
        ("lock", _) => "Passcodes locked after wrong ones",
        ("sign-in", _) => "Signed in",
        ("set-up", _) => "MFA set up",
        ("password-reset", _) => "Password set by an emailed link",
        ("password-change", _) => "Password changed",
        ("account-reset-mfa", _) => "MFA set-up ended",
        ("case-open", _) => "Case opened",
        ("case-join", _) => "A browser of the person joined",
        ("case-info", _) => "Information received",
        ("case-view", _) => "Looked at the case",
        ("case-message", _) => "The person wrote",
        ("case-answer", _) => "Support wrote",
        ("case-check", _) => "Checked the identity",
        ("case-approve", "first-of-two") => "Approved a reset, the first of two",
        ("case-approve", _) => "Approved: the account was reset",
        ("case-decline", _) => "Declined",
        ("case-close", _) => "Closed",
        (other, _) => other,
    };
    match event.detail.as_str() {
        "app" if event.act != "account-reset-mfa" => format!("{what}, from an app"),
        "email" => format!("{what}, by email"),
        _ => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;

    #[test]
    fn an_event_is_read_as_a_sentence_says_it() {
        let event = |act: &str, outcome: &str, detail: &str| Event {
            at: Timestamp::from_millis(0),
            act: act.to_owned(),
            outcome: outcome.to_owned(),
            detail: detail.to_owned(),
            actor: "owner".to_owned(),
            network: String::new(),
            browser: String::new(),
        };
        assert_eq!(words(&event("passcode", "done", "app")), "Right passcode, from an app");
        assert_eq!(words(&event("sign-in", "done", "email")), "Signed in, by email");
        assert_eq!(words(&event("case-approve", "first-of-two", "V-7K3M9Q")), "Approved a reset, the first of two");
        assert_eq!(words(&event("something-new", "done", "")), "something-new");
    }
}

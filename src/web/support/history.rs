//! The trail's words as an analyst reads them.

use crate::flow::support::view::Event;

/// What happened, in a few words.
pub fn words(event: &Event) -> String {
    let what = if event.act.starts_with("case-") { of_case(event) } else { of_account(event) };
    let with = match (event.act.as_str(), event.detail.as_str()) {
        ("account-reset-mfa", _) => "",
        ("set-up" | "new-device", "app") => ", with an app",
        (_, "app") => ", from an app",
        (_, "email") => ", by email",
        ("identity", "answers") => ", with answers",
        ("identity", "recovery-code") => ", with a recovery code",
        _ => "",
    };
    match event.earlier {
        0 => format!("{what}{with}"),
        1 => format!("{what}{with} (and once before)"),
        times => format!("{what}{with} (and {times} times before)"),
    }
}

/// What was done in a case.
fn of_case(event: &Event) -> &str {
    match (event.act.as_str(), event.outcome.as_str()) {
        ("case-open", _) => "Case opened",
        ("case-join", _) => "A browser of the person joined",
        ("case-info", _) => "Information received",
        ("case-view", _) => "Looked at the case",
        ("case-message", _) => "The person wrote",
        ("case-answer", _) => "Support wrote",
        ("case-check", _) => "Checked the identity",
        ("case-approve", "first-of-two") => "Approved a reset, the first of two",
        ("case-approve", _) => "Approved: the account was reset",
        ("case-decline", _) => "Case declined",
        ("case-close", _) if event.detail.ends_with(" not-me") => "Case closed by the owner: this wasn't me",
        ("case-close", _) => "Case closed",
        (other, _) => other,
    }
}

/// What else happened to the account.
fn of_account(event: &Event) -> &str {
    match (event.act.as_str(), event.outcome.as_str()) {
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
        ("new-device", _) => "New device set up",
        ("identity", "wrong") => "Wrong proof of who it is",
        ("identity", "locked") => "Proofs of who it is locked after wrong ones",
        ("identity", _) => "Showed who it is",
        ("email-change", _) => "Email address changed",
        ("email-undo", _) => "Change of the email address undone",
        ("app-add", _) => "App added",
        ("app-remove", _) => "App removed",
        ("questions-change", _) => "Security questions replaced",
        ("recovery-code-change", _) => "Recovery code replaced",
        ("recovery-unlock", _) => "Ways back opened again",
        ("not-me", _) => "A sign-in reported as not the owner's",
        ("invitation-accept", _) => "Password set behind an invitation",
        ("account-unlock", _) => "Locks lifted by an administrator",
        ("password-reset", _) => "Password set by an emailed link",
        ("password-change", _) => "Password changed",
        ("account-reset-mfa", _) => "MFA set-up ended",
        (other, _) => other,
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
            earlier: 0,
        };
        assert_eq!(words(&event("passcode", "done", "app")), "Right passcode, from an app");
        assert_eq!(words(&event("sign-in", "done", "email")), "Signed in, by email");
        assert_eq!(words(&event("case-approve", "first-of-two", "V-7K3M9Q")), "Approved a reset, the first of two");
        assert_eq!(words(&event("something-new", "done", "")), "something-new");
        assert_eq!(words(&event("account-reset-mfa", "done", "app")), "MFA set-up ended");
        assert_eq!(words(&event("new-device", "done", "app")), "New device set up, with an app");
        assert_eq!(words(&event("identity", "wrong", "answers")), "Wrong proof of who it is, with answers");
        assert_eq!(words(&event("case-close", "done", "V-7K3M9Q not-me")), "Case closed by the owner: this wasn't me");
        let of_many = |earlier| Event { earlier, ..event("password", "done", "") };
        assert_eq!(words(&of_many(22)), "Right password (and 22 times before)");
        assert_eq!(words(&of_many(1)), "Right password (and once before)");
    }
}

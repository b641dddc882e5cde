//! What the audit trail's events are in words for the account's owner: one table, the first row that fits counts. The trail holds no
//! secret; what is left out here is what only those who run the installation need to know, such as the names of groups.

/// An act, an outcome and a detail (empty: any), and the sentence; `{}` stands for the product.
const SENTENCES: [(&str, &str, &str, &str); 69] = [
    ("sign-in", "", "app", "Signed in, with a passcode from an authenticator app"),
    ("sign-in", "", "", "Signed in, with an emailed passcode"),
    ("sign-out", "", "", "Signed out"),
    ("session-end", "", "others", "Signed out everywhere else"),
    ("session-end", "", "", "One of the other sign-ins was ended"),
    ("password", "wrong", "", "A wrong password was given"),
    ("password", "blocked", "", "The right password was given, but it must be changed first"),
    ("password", "", "", "The right password was given"),
    ("passcode", "wrong", "", "A wrong passcode was given"),
    ("passcode", "used-before", "", "A passcode was given that had been used before"),
    ("passcode", "", "app", "A right passcode from an authenticator app was given"),
    ("passcode", "", "", "A right emailed passcode was given"),
    ("lock", "locked", "", "Passcodes were locked for a while, after too many wrong ones"),
    ("lock", "", "", "Passcodes were closed, after too many wrong ones"),
    ("passcode-mail", "", "", "A passcode was emailed"),
    ("set-up-mail", "", "", "A setup email was sent"),
    ("set-up", "", "app", "MFA was set up, with an authenticator app"),
    ("set-up", "", "", "MFA was set up, with emailed passcodes"),
    ("password-reset-mail", "", "", "A link to a new password was emailed"),
    ("password-reset", "", "", "A new password was set through an emailed link"),
    ("password-change", "", "", "The password was changed"),
    ("questions-change", "", "", "The security questions were changed"),
    ("recovery-code-change", "", "", "A new recovery code was made"),
    ("email-change-mail", "", "", "A change of the email address was asked for"),
    ("email-change", "", "", "The email address was changed"),
    ("email-undo", "", "", "A change of the email address was undone"),
    ("app-add", "", "", "An authenticator app was added"),
    ("app-rename", "", "", "An authenticator app was given another name"),
    ("app-remove", "", "", "An authenticator app was removed"),
    ("not-me", "", "", "A sign-in was reported as not yours, and everything was signed out"),
    ("confirm", "", "changes", "Changes of the account were confirmed with password and passcode"),
    ("confirm", "", "", "Something was confirmed with a passcode"),
    ("recovery-unlock", "", "", "Ways back into the account were opened again"),
    ("account-add", "", "", "The account was made"),
    ("invitation", "", "", "An invitation was sent"),
    ("invitation-accept", "", "", "The invitation was accepted"),
    ("account-disable", "", "", "The account was switched off"),
    ("account-enable", "", "", "The account was switched on again"),
    ("account-set-role", "", "", "The account's role was set"),
    ("account-unlock", "", "", "Locks were lifted"),
    ("account-reset-mfa", "", "", "MFA was reset, to be set up again"),
    ("account-set-groups", "", "", "What the account may open was changed"),
    ("product-open", "", "", "{} was opened"),
    ("product-leave", "", "", "Signed out of {}"),
    ("product-tokens", "used-before", "", "{} was signed out: something that it had been given came twice"),
    ("product-tokens", "", "", "{} signed itself out"),
    ("new-device-mail", "", "", "A link to set up a new device was emailed"),
    ("new-device", "", "", "A new device was set up"),
    ("identity", "wrong", "answers", "The security questions were answered wrongly"),
    ("identity", "wrong", "", "A wrong recovery code was given"),
    ("identity", "locked", "answers", "Answers were locked for a while, after too many wrong ones"),
    ("identity", "locked", "", "Recovery codes were locked for a while, after too many wrong ones"),
    ("identity", "used-before", "", "The recovery code was given once more"),
    ("identity", "", "answers", "The security questions were answered rightly"),
    ("identity", "", "", "The recovery code was given, and is used up"),
    ("case-open", "", "", "A support case was opened"),
    ("case-join", "", "", "A browser joined a support case"),
    ("case-info", "", "", "Support was sent information"),
    ("case-view", "", "", "A support case was looked at"),
    ("case-message", "", "", "A message was written to support"),
    ("case-answer", "", "", "Support answered"),
    ("case-check", "", "", "Support noted how the identity was checked"),
    ("case-approve", "first-of-two", "", "A reset was approved by the first of two"),
    ("case-approve", "", "", "A reset was approved"),
    ("case-decline", "", "", "A reset was declined"),
    ("case-close", "", "", "A support case was closed"),
    ("device", "denied", "", "The sign-in of a device to {} was refused"),
    ("device", "", "", "The sign-in of a device to {} was approved"),
    ("device-code", "", "", "A wrong code of a device was given"),
];

/// What an event is, in words. One that has no row is told by its act.
pub fn sentence(act: &str, outcome: &str, detail: &str, product: Option<&str>) -> String {
    let fits = |pattern: &str, text: &str| pattern.is_empty() || pattern == text;
    let row = SENTENCES.iter().find(|row| row.0 == act && fits(row.1, outcome) && fits(row.2, detail));
    match row {
        Some((.., sentence)) => sentence.replace("{}", product.unwrap_or("A product that is gone")),
        None => format!("Something was noted: {}", act.replace('-', " ")),
    }
}

/// Who did it. What needs no passcode may be anyone's, and is said to be; of who works for the installation no name is told.
pub fn who(act: &str, outcome: &str, actor: &str) -> &'static str {
    match (actor.split(' ').next().unwrap_or_default(), act) {
        ("owner", "password") if outcome == "wrong" => "Someone who knew your username",
        ("owner", "password-reset-mail") => "Someone who knew your email address",
        ("owner", "password" | "passcode-mail" | "lock" | "new-device-mail" | "set-up-mail") => {
            "Someone who knew your password"
        }
        ("owner", "passcode") if outcome != "done" => "Someone who knew your password",
        ("owner", "identity" | "new-device" | "set-up" | "password-reset" | "invitation-accept") => BY_LINK,
        ("owner", "email-change" | "email-undo" | "not-me") => BY_LINK,
        ("owner", act) if act.starts_with("case-") => BY_LINK,
        ("owner", _) => "You",
        ("support" | "analyst", _) => "Support",
        ("administrator", _) => "An administrator",
        ("command", _) => "An administrator, on the server",
        _ => "The system",
    }
}

const BY_LINK: &str = "Someone with a link that we emailed";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::audit::Event;
    use crate::model::product::ProductId;
    use crate::model::proof::Way;
    use crate::model::support_case::{CaseNumber, Happening};

    fn told(event: &Event, product: Option<&str>) -> String {
        sentence(event.act(), event.outcome(), &event.detail(), product)
    }

    #[test]
    fn an_event_is_told_in_words() {
        let product = ProductId::parse("ledger").unwrap();
        let number = CaseNumber::parse("V-7K3M9Q").unwrap();
        for (event, words) in [
            (Event::SignedIn(Way::App), "Signed in, with a passcode from an authenticator app"),
            (Event::SignedIn(Way::Email), "Signed in, with an emailed passcode"),
            (Event::Case(Happening::Joined, number), "A browser joined a support case"),
            (Event::PasswordWrong, "A wrong password was given"),
            (Event::PasswordReplaced, "The password was changed"),
            (Event::GroupsSet(Vec::new()), "What the account may open was changed"),
            (Event::ProductOpened(product.clone()), "Ledger was opened"),
            (Event::DeviceApproved(product.clone()), "The sign-in of a device to Ledger was approved"),
            (Event::DeviceDenied(product.clone()), "The sign-in of a device to Ledger was refused"),
            (Event::TokensReused(product), "Ledger was signed out: something that it had been given came twice"),
        ] {
            assert_eq!(told(&event, Some("Ledger")), words);
        }
        assert_eq!(
            told(&Event::ProductLeft(ProductId::parse("x").unwrap()), None),
            "Signed out of A product that is gone"
        );
        assert_eq!(sentence("new-thing", "done", "", None), "Something was noted: new thing");
    }

    /// Whether another account has the address must not be read off here.
    #[test]
    fn r51_an_address_that_is_taken_is_told_as_any_other() {
        let told =
            |outcome| (sentence("email-change-mail", outcome, "", None), who("email-change-mail", outcome, "owner"));
        assert_eq!(told("taken"), told("done"));
    }

    #[test]
    fn what_anyone_can_cause_is_not_said_to_be_the_owners() {
        assert_eq!(who("password", "wrong", "owner"), "Someone who knew your username");
        assert_eq!(who("passcode", "wrong", "owner"), "Someone who knew your password");
        assert_eq!(who("passcode", "done", "owner"), "You");
        assert_eq!(who("identity", "done", "owner"), "Someone with a link that we emailed");
        assert_eq!(who("account-unlock", "done", "command line"), "An administrator, on the server");
        assert_eq!(who("case-answer", "done", "analyst ada"), "Support", "without a name");
    }
}

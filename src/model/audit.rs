//! What the audit trail can say. An event is one of a closed set, so that no code, password, answer, token or link can get in. The one
//! text that people write into it is the [`Reason`] of who takes another's MFA away: short, cleaned, and theirs to word.

use std::borrow::Cow;

use super::account::Role;
use super::confirmation::Subject;
use super::group_name::GroupName;
use super::product::ProductId;
use super::proof::Way;
use super::reason::Reason;
use super::rescue::Identity;
use super::signing_algorithm::SigningAlgorithm;
use super::support_case::{CaseNumber, Happening};

/// An act and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The right password opened a sign-in attempt.
    PasswordRight,
    /// A wrong password.
    PasswordWrong,
    /// The right password of an account whose password must be set anew through an email.
    PasswordBlocked,
    /// A right passcode.
    PasscodeRight(Way),
    /// A wrong passcode.
    PasscodeWrong,
    /// An app's passcode that was used before.
    PasscodeUsedBefore,
    /// Passcodes are locked after too many wrong ones.
    PasscodesLocked,
    /// The budget of wrong passcodes is spent.
    PasscodesClosed,
    /// A passcode was mailed.
    PasscodeMailed,
    /// A whole sign-in.
    SignedIn(Way),
    /// Signed out.
    SignedOut,
    /// A setup email was sent.
    SetUpMailed,
    /// MFA was set up.
    SetUpFinished {
        /// With an authenticator app, or by email only.
        with_app: bool,
    },
    /// A link to set up a new device was mailed.
    NewDeviceMailed,
    /// Who held that link proved who they are.
    IdentityRight(Identity),
    /// The recovery code that was spent behind that link was taken once more.
    IdentityRightAgain,
    /// A wrong recovery code, or a set of answers that was not all right.
    IdentityWrong(Identity),
    /// Recovery codes, or answers, are locked after too many wrong ones.
    IdentityLocked(Identity),
    /// A new device took the place of the old one.
    NewDeviceFinished {
        /// With an authenticator app, or by email only.
        with_app: bool,
    },
    /// A link to set a new password was mailed.
    ResetMailed,
    /// The password was set through an emailed link.
    PasswordReset,
    /// The password was changed because too many wrong passcodes had been tried.
    PasswordReplaced,
    /// The person changed the password in a session.
    PasswordChanged,
    /// The person replaced the security questions.
    QuestionsChanged,
    /// The person replaced the recovery code.
    RecoveryCodeChanged,
    /// The person ended another session, or what a program was given.
    SessionEnded,
    /// The person ended all sessions but one.
    OtherSessionsEnded,
    /// The owner said that a sign-in was not theirs.
    NotMe,
    /// A passcode confirmed something in a session.
    Confirmed(Subject),
    /// Ways back into the account are open again.
    RecoveryUnlocked,
    /// A link that confirms a new email address was mailed.
    EmailChangeMailed,
    /// A new email address was asked for that another account has.
    EmailTaken,
    /// The email address was changed.
    EmailChanged,
    /// A change of the email address was undone.
    EmailUndone,
    /// An authenticator app was added.
    AppAdded,
    /// An authenticator app was given another name.
    AppRenamed,
    /// An authenticator app was removed.
    AppRemoved,
    /// The account was made.
    AccountMade(Role),
    /// An invitation was sent.
    Invited,
    /// An invitation was accepted.
    InvitationAccepted,
    /// The account may not sign in any more.
    Disabled,
    /// The account may sign in again.
    Enabled,
    /// The role was set.
    RoleSet(Role),
    /// Locks and the budget were lifted.
    Unlocked,
    /// MFA was taken away, to be set up again, for this reason.
    MfaReset(Reason),
    /// The account's groups were set.
    GroupsSet(Vec<GroupName>),
    /// A product was registered.
    ProductAdded(ProductId),
    /// A product got a new secret.
    ProductSecretRotated(ProductId),
    /// A product was removed.
    ProductRemoved(ProductId),
    /// A link for the first administrator was made.
    FirstAdministratorInvited,
    /// A product was opened: it got a code.
    ProductOpened(ProductId),
    /// Signed out of a proxied product alone.
    ProductLeft(ProductId),
    /// A code that no device shows was typed.
    DeviceCodeWrong,
    /// A device was signed in to a product.
    DeviceApproved(ProductId),
    /// A device was not signed in to a product.
    DeviceDenied(ProductId),
    /// A product gave its tokens back.
    TokensRevoked(ProductId),
    /// A code or a refresh token came a second time, which took back what the first had given.
    TokensReused(ProductId),
    /// The trail was checked.
    TrailVerified,
    /// Something happened in a support case.
    Case(Happening, CaseNumber),
    /// A key to sign tokens with was made.
    SigningKeyMade(SigningAlgorithm),
}

impl Event {
    /// The act of what people do to their own account; [`Event::act`] says which that is.
    const fn own_act(&self) -> &'static str {
        match self {
            Self::PasswordReplaced | Self::PasswordChanged => "password-change",
            Self::QuestionsChanged => "questions-change",
            Self::RecoveryCodeChanged => "recovery-code-change",
            Self::SessionEnded | Self::OtherSessionsEnded => "session-end",
            Self::EmailChangeMailed | Self::EmailTaken => "email-change-mail",
            Self::EmailChanged => "email-change",
            Self::EmailUndone => "email-undo",
            Self::AppAdded => "app-add",
            Self::AppRenamed => "app-rename",
            Self::AppRemoved => "app-remove",
            _ => "account",
        }
    }

    /// The act's name, as searches use it.
    #[expect(clippy::too_many_lines, reason = "one row an event")]
    pub const fn act(&self) -> &'static str {
        match self {
            Self::PasswordRight | Self::PasswordWrong | Self::PasswordBlocked => "password",
            Self::PasscodeRight(_) | Self::PasscodeWrong | Self::PasscodeUsedBefore => "passcode",
            Self::PasscodesLocked | Self::PasscodesClosed => "lock",
            Self::PasscodeMailed => "passcode-mail",
            Self::SignedIn(_) => "sign-in",
            Self::SignedOut => "sign-out",
            Self::SetUpMailed => "set-up-mail",
            Self::SetUpFinished { .. } => "set-up",
            Self::NewDeviceMailed => "new-device-mail",
            Self::IdentityRight(_) | Self::IdentityRightAgain | Self::IdentityWrong(_) | Self::IdentityLocked(_) => {
                "identity"
            }
            Self::NewDeviceFinished { .. } => "new-device",
            Self::ResetMailed => "password-reset-mail",
            Self::PasswordReset => "password-reset",
            Self::NotMe => "not-me",
            Self::Confirmed(_) => "confirm",
            Self::RecoveryUnlocked => "recovery-unlock",
            Self::AccountMade(_) => "account-add",
            Self::Invited | Self::FirstAdministratorInvited => "invitation",
            Self::InvitationAccepted => "invitation-accept",
            Self::Disabled => "account-disable",
            Self::Enabled => "account-enable",
            Self::RoleSet(_) => "account-set-role",
            Self::Unlocked => "account-unlock",
            Self::MfaReset(_) => "account-reset-mfa",
            Self::GroupsSet(_) => "account-set-groups",
            Self::ProductAdded(_) => "product-add",
            Self::ProductSecretRotated(_) => "product-rotate-secret",
            Self::ProductRemoved(_) => "product-remove",
            Self::ProductOpened(_) => "product-open",
            Self::ProductLeft(_) => "product-leave",
            Self::DeviceCodeWrong => "device-code",
            Self::DeviceApproved(_) | Self::DeviceDenied(_) => "device",
            Self::TokensRevoked(_) | Self::TokensReused(_) => "product-tokens",
            Self::TrailVerified => "audit-verify",
            Self::Case(what, _) => case_act(*what),
            Self::SigningKeyMade(_) => "signing-key",
            Self::PasswordReplaced
            | Self::PasswordChanged
            | Self::QuestionsChanged
            | Self::RecoveryCodeChanged
            | Self::SessionEnded
            | Self::OtherSessionsEnded
            | Self::EmailChangeMailed
            | Self::EmailTaken
            | Self::EmailChanged
            | Self::EmailUndone
            | Self::AppAdded
            | Self::AppRenamed
            | Self::AppRemoved => self.own_act(),
        }
    }

    /// How it ended.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::PasswordWrong | Self::PasscodeWrong | Self::DeviceCodeWrong | Self::IdentityWrong(_) => "wrong",
            Self::DeviceDenied(_) => "denied",
            Self::PasswordBlocked => "blocked",
            Self::EmailTaken => "taken",
            Self::PasscodeUsedBefore | Self::TokensReused(_) | Self::IdentityRightAgain => "used-before",
            Self::PasscodesLocked | Self::IdentityLocked(_) => "locked",
            Self::PasscodesClosed => "closed",
            Self::Case(Happening::FirstApproved, _) => "first-of-two",
            _ => "done",
        }
    }

    /// What else there is to say of it.
    pub fn detail(&self) -> Cow<'_, str> {
        match self {
            Self::PasscodeRight(way) | Self::SignedIn(way) => way.as_str().into(),
            Self::MfaReset(reason) => reason.as_str().into(),
            Self::Confirmed(subject) => subject.to_text().into(),
            Self::PasswordReplaced => "demanded".into(),
            Self::OtherSessionsEnded => "others".into(),
            Self::IdentityRight(identity) | Self::IdentityWrong(identity) | Self::IdentityLocked(identity) => {
                identity.as_str().into()
            }
            Self::IdentityRightAgain => Identity::RecoveryCode.as_str().into(),
            Self::SetUpFinished { with_app: true } | Self::NewDeviceFinished { with_app: true } => "app".into(),
            Self::SetUpFinished { with_app: false } | Self::NewDeviceFinished { with_app: false } => "email".into(),
            Self::AccountMade(role) | Self::RoleSet(role) => role.as_str().into(),
            Self::GroupsSet(names) => names.iter().map(GroupName::as_str).collect::<Vec<_>>().join(", ").into(),
            Self::ProductAdded(id)
            | Self::ProductSecretRotated(id)
            | Self::ProductRemoved(id)
            | Self::ProductOpened(id)
            | Self::ProductLeft(id)
            | Self::DeviceApproved(id)
            | Self::DeviceDenied(id)
            | Self::TokensRevoked(id)
            | Self::TokensReused(id) => id.as_str().into(),
            Self::FirstAdministratorInvited => "first administrator".into(),
            Self::Case(Happening::Closed(how), number) => format!("{number} {}", how.as_str()).into(),
            Self::Case(Happening::Checked(check), number) => format!("{number} {}", check.as_str()).into(),
            Self::Case(_, number) => number.as_str().into(),
            Self::SigningKeyMade(algorithm) => algorithm.as_str().into(),
            _ => Cow::default(),
        }
    }
}

const fn case_act(what: Happening) -> &'static str {
    match what {
        Happening::Opened => "case-open",
        Happening::Joined => "case-join",
        Happening::Info => "case-info",
        Happening::Viewed => "case-view",
        Happening::PersonWrote => "case-message",
        Happening::AnalystWrote => "case-answer",
        Happening::Checked(_) => "case-check",
        Happening::FirstApproved | Happening::Approved => "case-approve",
        Happening::Declined => "case-decline",
        Happening::Closed(_) => "case-close",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::support_case::{Check, Closing};

    /// The trail is searched by these words for as long as it is kept.
    #[test]
    fn an_event_keeps_its_words() {
        let group = |name| GroupName::parse(name).unwrap();
        for (event, words) in [
            (Event::PasswordRight, ["password", "done", ""]),
            (Event::PasswordWrong, ["password", "wrong", ""]),
            (Event::PasswordBlocked, ["password", "blocked", ""]),
            (Event::PasscodeRight(Way::App), ["passcode", "done", "app"]),
            (Event::PasscodeWrong, ["passcode", "wrong", ""]),
            (Event::PasscodeUsedBefore, ["passcode", "used-before", ""]),
            (Event::PasscodesLocked, ["lock", "locked", ""]),
            (Event::PasscodesClosed, ["lock", "closed", ""]),
            (Event::SignedIn(Way::Email), ["sign-in", "done", "email"]),
            (Event::SetUpFinished { with_app: true }, ["set-up", "done", "app"]),
            (Event::SetUpFinished { with_app: false }, ["set-up", "done", "email"]),
            (Event::Confirmed(Subject::Reset("V-7K3M9Q".into())), ["confirm", "done", "reset V-7K3M9Q"]),
            (
                Event::MfaReset(Reason::parse("lost telephone").unwrap()),
                ["account-reset-mfa", "done", "lost telephone"],
            ),
            (Event::RecoveryUnlocked, ["recovery-unlock", "done", ""]),
            (Event::NewDeviceMailed, ["new-device-mail", "done", ""]),
            (Event::IdentityRight(Identity::Answers), ["identity", "done", "answers"]),
            (Event::IdentityRightAgain, ["identity", "used-before", "recovery-code"]),
            (Event::IdentityWrong(Identity::RecoveryCode), ["identity", "wrong", "recovery-code"]),
            (Event::IdentityLocked(Identity::Answers), ["identity", "locked", "answers"]),
            (Event::NewDeviceFinished { with_app: true }, ["new-device", "done", "app"]),
            (Event::NewDeviceFinished { with_app: false }, ["new-device", "done", "email"]),
            (Event::RoleSet(Role::Analyst), ["account-set-role", "done", "analyst"]),
            (Event::GroupsSet(vec![group("finance"), group("hr")]), ["account-set-groups", "done", "finance, hr"]),
            (Event::SigningKeyMade(SigningAlgorithm::Es256), ["signing-key", "done", "ES256"]),
            (Event::FirstAdministratorInvited, ["invitation", "done", "first administrator"]),
        ] {
            assert_eq!([event.act(), event.outcome(), &event.detail()], words);
        }
    }

    #[test]
    fn an_event_of_a_product_keeps_its_words() {
        let product = || ProductId::parse("ledger").unwrap();
        for (event, words) in [
            (Event::ProductAdded(product()), ["product-add", "done", "ledger"]),
            (Event::ProductSecretRotated(product()), ["product-rotate-secret", "done", "ledger"]),
            (Event::ProductRemoved(product()), ["product-remove", "done", "ledger"]),
            (Event::ProductOpened(product()), ["product-open", "done", "ledger"]),
            (Event::ProductLeft(product()), ["product-leave", "done", "ledger"]),
            (Event::DeviceCodeWrong, ["device-code", "wrong", ""]),
            (Event::DeviceApproved(product()), ["device", "done", "ledger"]),
            (Event::DeviceDenied(product()), ["device", "denied", "ledger"]),
            (Event::TokensRevoked(product()), ["product-tokens", "done", "ledger"]),
            (Event::TokensReused(product()), ["product-tokens", "used-before", "ledger"]),
        ] {
            assert_eq!([event.act(), event.outcome(), &event.detail()], words);
        }
    }

    #[test]
    fn what_happens_in_a_case_keeps_its_words() {
        let number = || CaseNumber::parse("V-7K3M9Q").unwrap();
        for (event, words) in [
            (Event::Case(Happening::Opened, number()), ["case-open", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::Joined, number()), ["case-join", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::Info, number()), ["case-info", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::Viewed, number()), ["case-view", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::PersonWrote, number()), ["case-message", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::AnalystWrote, number()), ["case-answer", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::Checked(Check::Document), number()), ["case-check", "done", "V-7K3M9Q document"]),
            (Event::Case(Happening::FirstApproved, number()), ["case-approve", "first-of-two", "V-7K3M9Q"]),
            (Event::Case(Happening::Approved, number()), ["case-approve", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::Declined, number()), ["case-decline", "done", "V-7K3M9Q"]),
            (Event::Case(Happening::Closed(Closing::NotMe), number()), ["case-close", "done", "V-7K3M9Q not-me"]),
        ] {
            assert_eq!([event.act(), event.outcome(), &event.detail()], words);
        }
    }

    #[test]
    fn what_people_do_to_their_own_account_keeps_its_words() {
        for (event, words) in [
            (Event::PasswordReplaced, ["password-change", "done", "demanded"]),
            (Event::PasswordChanged, ["password-change", "done", ""]),
            (Event::QuestionsChanged, ["questions-change", "done", ""]),
            (Event::RecoveryCodeChanged, ["recovery-code-change", "done", ""]),
            (Event::SessionEnded, ["session-end", "done", ""]),
            (Event::OtherSessionsEnded, ["session-end", "done", "others"]),
            (Event::EmailChangeMailed, ["email-change-mail", "done", ""]),
            (Event::EmailTaken, ["email-change-mail", "taken", ""]),
            (Event::EmailChanged, ["email-change", "done", ""]),
            (Event::EmailUndone, ["email-undo", "done", ""]),
            (Event::AppAdded, ["app-add", "done", ""]),
            (Event::AppRenamed, ["app-rename", "done", ""]),
            (Event::AppRemoved, ["app-remove", "done", ""]),
        ] {
            assert_eq!([event.act(), event.outcome(), &event.detail()], words);
        }
    }
}

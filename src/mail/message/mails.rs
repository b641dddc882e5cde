//! One struct a mail: what it says besides its sender and its circumstances. Links and passcodes are [`SecretText`], so that no
//! log shows them.

use std::time::Duration;

use crate::model::recovery_lock::RecoveryLock;
use crate::model::secret::{SecretBytes, SecretText};

/// The MFA setup email, asked for after the right password; its button is **Start Setup**.
#[derive(Clone, Debug)]
pub struct SetUpLink {
    /// The whole address of the single-use link.
    pub link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// The email of **Set up a new device**, asked for after the right password; its button is **Set up my new device**.
#[derive(Clone, Debug)]
pub struct NewDeviceLink {
    /// The whole address of the link.
    pub link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// A new device took the place of the old one.
#[derive(Clone, Debug)]
pub struct NewDeviceDone {
    /// Whether it has an authenticator app; otherwise passcodes come by email.
    pub with_app: bool,
}

/// The MFA setup email that a remote app asks for: the key itself, as a picture and in characters, and the link to the rest.
#[derive(Clone, Debug)]
pub struct RemoteSetUp {
    /// The product's name.
    pub product: String,
    /// The key in groups of four characters.
    pub code: SecretText,
    /// Its QR code, a PNG.
    pub qr_code: SecretBytes,
    /// How long the key waits for its first passcode.
    pub code_good_for: Duration,
    /// The whole address of the single-use link to the rest of set-up.
    pub link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// An emailed passcode for one sign-in.
#[derive(Clone, Debug)]
pub struct Passcode {
    /// The six digits.
    pub code: SecretText,
    /// The product, or the portal, that is being signed in to.
    pub name: String,
    /// How long the passcode lives from now on.
    pub good_for: Duration,
}

/// The link of **Forgot password?**; its button is **Change password**.
#[derive(Clone, Debug)]
pub struct ResetLink {
    /// The whole address of the single-use link.
    pub link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// The password was changed.
#[derive(Clone, Debug)]
pub struct PasswordChanged;

/// The security questions were replaced.
#[derive(Clone, Debug)]
pub struct QuestionsChanged;

/// A new recovery code took the place of the old one.
#[derive(Clone, Debug)]
pub struct RecoveryCodeChanged;

/// MFA set-up was finished.
#[derive(Clone, Debug)]
pub struct SetUpDone {
    /// Whether an authenticator app was set up; otherwise passcodes come by email.
    pub with_app: bool,
}

/// The first sign-in of a browser that this account has not been used with; its button is **This wasn't me**.
#[derive(Clone, Debug)]
pub struct NewBrowser {
    /// The whole address of the link behind which the sign-in can be undone.
    pub not_me_link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// Someone gave the right password and many wrong passcodes.
#[derive(Clone, Debug)]
pub struct PasswordKnown {
    /// How many passcodes were wrong.
    pub wrong_tries: u32,
}

/// To a new email address, before anything changes; its button is **Confirm**.
#[derive(Clone, Debug)]
pub struct EmailConfirm {
    /// The whole address of the single-use link.
    pub link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// To the owner of an address that another account asked to be changed to.
#[derive(Clone, Debug)]
pub struct EmailTaken;

/// To the address before a change; its button is **Undo this change**.
#[derive(Clone, Debug)]
pub struct EmailChanged {
    /// The whole address of the link behind which the change is undone.
    pub undo_link: SecretText,
    /// The address from now on.
    pub new_email: String,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// To the new address, after the change.
#[derive(Clone, Debug)]
pub struct EmailInUse {
    /// Until when everything is told at the old address too: "on 27 November 2026 at 3:42 PM UTC".
    pub until: String,
}

/// A change of the email address was undone: to both.
#[derive(Clone, Debug)]
pub struct EmailUndone;

/// An authenticator app was added.
#[derive(Clone, Debug)]
pub struct AppAdded {
    /// What the person calls it.
    pub app: String,
}

/// An authenticator app was given another name.
#[derive(Clone, Debug)]
pub struct AppRenamed {
    /// What the person called it.
    pub before: String,
    /// What it is called now.
    pub app: String,
}

/// A device without a browser was signed in to a product.
#[derive(Clone, Debug)]
pub struct DeviceApproved {
    /// The product's name.
    pub product: String,
    /// The device in words.
    pub device: String,
    /// The network that the device asked from; empty where that is not known.
    pub network: String,
}

/// An authenticator app was removed.
#[derive(Clone, Debug)]
pub struct AppRemoved {
    /// What the person called it.
    pub app: String,
    /// Whether it was the last one, so that passcodes come by email from now on.
    pub was_last: bool,
}

/// The account's MFA set-up was ended by support or an administrator.
#[derive(Clone, Debug)]
pub struct AccountReset;

/// A lock was lifted by support or an administrator.
#[derive(Clone, Debug)]
pub struct AccountUnlocked {
    /// What the owner had stopped, and is open again; where nothing was, it is the lock after wrong passcodes.
    pub ways_back: Option<RecoveryLock>,
}

/// How the owner's account came into a support case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseBegun {
    /// The person asked for it.
    ByPerson,
    /// The support team opened it for somebody.
    BySupport,
    /// The person sent their information in a case that was open, from another browser perhaps.
    Joined,
}

/// Somebody asks support for a new start of the account; its button is **This wasn't me**.
#[derive(Clone, Debug)]
pub struct CaseOpened {
    /// The case's number.
    pub number: String,
    /// How it began.
    pub begun: CaseBegun,
    /// The whole address of the link behind which it can be stopped.
    pub not_me_link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// Support has answered in a case; its button is **Read the answer**. The answer itself stays where it was written.
#[derive(Clone, Debug)]
pub struct CaseAnswer {
    /// The case's number.
    pub number: String,
    /// The whole address of the link to the case.
    pub link: SecretText,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// Support has declined to reset the account.
#[derive(Clone, Debug)]
pub struct CaseDeclined {
    /// The case's number.
    pub number: String,
    /// What the analyst says to the owner.
    pub words: Option<String>,
}

/// The owner said that a case was not theirs, and what that has stopped.
#[derive(Clone, Debug)]
pub struct CaseStopped {
    /// The case's number.
    pub number: String,
    /// MFA is not set up and cannot be until an administrator allows it.
    pub set_up_stopped: bool,
}

/// An invitation to a new account; its button is **Accept invitation**.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The whole address of the single-use link.
    pub link: SecretText,
    /// Who invites, as the invited person knows them.
    pub by: String,
    /// How long the link lives from now on.
    pub good_for: Duration,
}

/// Sent by `mail test`, to see that mail arrives.
#[derive(Clone, Debug)]
pub struct Test;

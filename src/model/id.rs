//! Ids: UUIDv7 text, one type for each kind of row, so that one cannot stand where another belongs.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The id of a row of kind `Kind`.
pub struct Id<Kind>(String, PhantomData<fn() -> Kind>);

impl<Kind> Id<Kind> {
    /// Takes the text over, as it came from a column or from [`super::dice::Dice::id`].
    pub fn new(text: String) -> Self {
        Self(text, PhantomData)
    }

    /// The text, for a column or an audit line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<Kind> Clone for Id<Kind> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl<Kind> PartialEq for Id<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<Kind> Eq for Id<Kind> {}

impl<Kind> Hash for Id<Kind> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Marks the id of an account.
pub enum Account {}
/// Marks the id of a sign-in attempt.
pub enum Attempt {}
/// Marks the id of a session.
pub enum Session {}
/// Marks the id of a known browser (a device cookie's row).
pub enum KnownBrowser {}
/// Marks the id of an emailed link.
pub enum Link {}
/// Marks the id of one browser's progress behind a link.
pub enum Visit {}
/// Marks the id of an authenticator app.
pub enum App {}
/// Marks the id of a mail in the outbox.
pub enum Mail {}
/// Marks the id of a product's authorization request.
pub enum Request {}
/// Marks the id of what a sign-in gave a product.
pub enum Grant {}
/// Marks the id of a device's sign-in.
pub enum DeviceAuthorization {}
/// Marks the id of word to a product that a session has ended.
pub enum LogoutNotice {}
/// Marks the id of a support case.
pub enum Case {}
/// Marks the id of a browser that joined a support case.
pub enum Participant {}

pub type AccountId = Id<Account>;
pub type AttemptId = Id<Attempt>;
pub type SessionId = Id<Session>;
pub type KnownBrowserId = Id<KnownBrowser>;
pub type LinkId = Id<Link>;
pub type VisitId = Id<Visit>;
pub type AppId = Id<App>;
pub type MailId = Id<Mail>;
pub type RequestId = Id<Request>;
pub type GrantId = Id<Grant>;
pub type DeviceAuthorizationId = Id<DeviceAuthorization>;
pub type LogoutNoticeId = Id<LogoutNotice>;
pub type CaseId = Id<Case>;
pub type ParticipantId = Id<Participant>;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_id_is_its_text() {
        let (one, two) = (AccountId::new("one".into()), AccountId::new("two".into()));
        assert!(one == one.clone() && one != two);
        assert_eq!(format!("{one} {two:?} {}", two.as_str()), "one two two");
        assert_eq!([one.clone(), one, two].into_iter().collect::<HashSet<_>>().len(), 2);
    }
}

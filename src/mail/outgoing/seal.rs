//! Sealing a mail for its row of the outbox, and opening it again. A body moved to another row does not open.

use zeroize::Zeroizing;

use super::Outgoing;
use crate::keys::{Keys, Purpose};
use crate::model::dice::Dice;
use crate::model::id::MailId;
use crate::store::outbox::Sealed;

/// A row of the outbox that does not open: altered, moved, or sealed under a key that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl Outgoing {
    /// The mail as a row of the outbox.
    #[expect(clippy::expect_used, reason = "strings, numbers and bytes always become JSON")]
    pub fn seal(&self, keys: &Keys, dice: &mut Dice) -> Sealed {
        let plain = Zeroizing::new(serde_json::to_vec(self).expect("a mail has only JSON's own types"));
        Sealed {
            id: self.id.clone(),
            kind: self.kind.clone(),
            created_at: self.created_at,
            not_after: self.not_after,
            body: keys.seal(Purpose::Outbox, &row(&self.id), &plain, dice),
        }
    }

    /// The mail that [`Self::seal`] made of row `id`.
    ///
    /// # Errors
    /// [`Unreadable`] when the body was not sealed for this row under a living key.
    pub fn open(keys: &Keys, id: &MailId, body: &[u8]) -> Result<Self, Unreadable> {
        let plain = keys.open(Purpose::Outbox, &row(id), body).map_err(|_| Unreadable)?;
        serde_json::from_slice(plain.expose()).map_err(|_| Unreadable)
    }
}

/// What the seal is bound to.
fn row(id: &MailId) -> String {
    format!("outbox/body/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keyring;
    use crate::mail::message::{Circumstances, Look, Message, Passcode};
    use crate::mail::outgoing::{Addressed, Attachment};
    use crate::model::dice::Seed;
    use crate::model::secret::{SecretBytes, SecretText};
    use crate::model::time::Timestamp;

    fn mail(dice: &mut Dice) -> Outgoing {
        let message = Message::Passcode(Passcode {
            code: SecretText::new("493817".into()),
            name: "Example".into(),
            good_for: std::time::Duration::from_secs(600),
        });
        let (look, circumstances) = (Look::default(), Circumstances::default());
        let addressed =
            Addressed { to: "nora@example.org", message: &message, look: &look, circumstances: &circumstances };
        let mut mail = Outgoing::new(&addressed, Timestamp::from_millis(5_000), dice);
        mail.attachments.push(Attachment {
            name: "qr.png".into(),
            content_type: "image/png".into(),
            content_id: "qr".into(),
            bytes: SecretBytes::new(vec![0, 137, 255]),
        });
        mail
    }

    #[test]
    fn what_was_sealed_opens_whole_in_its_own_row_and_in_no_other() {
        let (keys, mut dice) = (Keys::new(&Keyring::generate(&[1; 32])), Seed::new([2; 32]).dice());
        let mail = mail(&mut dice);
        let sealed = mail.seal(&keys, &mut dice);
        assert_eq!((&sealed.id, sealed.kind.as_str()), (&mail.id, "passcode"));
        assert_eq!((sealed.created_at.millis(), sealed.not_after.millis()), (5_000, 605_000));
        let opened = Outgoing::open(&keys, &sealed.id, &sealed.body).unwrap();
        assert_eq!(serde_json::to_string(&opened).unwrap(), serde_json::to_string(&mail).unwrap());

        let other = MailId::new("another row".into());
        assert_eq!(Outgoing::open(&keys, &other, &sealed.body).err(), Some(Unreadable));
        let strangers = Keys::new(&Keyring::generate(&[3; 32]));
        assert_eq!(Outgoing::open(&strangers, &sealed.id, &sealed.body).err(), Some(Unreadable));
    }

    #[test]
    fn a_sealed_mail_shows_neither_passcode_nor_address() {
        let (keys, mut dice) = (Keys::new(&Keyring::generate(&[1; 32])), Seed::new([2; 32]).dice());
        let body = mail(&mut dice).seal(&keys, &mut dice).body;
        for hidden in [b"493817".as_slice(), b"nora"] {
            assert!(!body.windows(hidden.len()).any(|window| window == hidden));
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_content() {
        let printed = format!("{:?}", mail(&mut Seed::new([2; 32]).dice()));
        assert!(!printed.contains("493817") && !printed.contains("137, 255"), "{printed}");
    }
}

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

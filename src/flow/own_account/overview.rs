//! What stands now, for the first page of **Account security**. Nothing in it is a secret.

use crate::model::account::Account;
use crate::model::id::AccountId;
use crate::model::time::Timestamp;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::totp_app::ListedApp;
use crate::store::{audit, security_answer, session, totp_app};

/// Acts by which a password came to be.
const PASSWORD_ACTS: [&str; 3] = ["password-change", "password-reset", "invitation-accept"];
/// Acts by which a recovery code came to be.
const RECOVERY_CODE_ACTS: [&str; 3] = ["recovery-code-change", "new-device", "set-up"];

/// It.
#[derive(Debug)]
pub struct Overview {
    /// When the password was set, if the trail has it.
    pub password_set_at: Option<Timestamp>,
    /// The security questions, without their answers.
    pub questions: Vec<String>,
    /// The authenticator apps.
    pub apps: Vec<ListedApp>,
    /// When the recovery code was made; none where there is none.
    pub recovery_code_at: Option<Timestamp>,
    /// How many sessions there are, this one among them.
    pub sessions: usize,
}

/// What stands for the account.
pub fn of(tx: &mut Tx<'_>, id: &AccountId, account: &Account) -> Result<Overview, Error> {
    let recovery_code_at = match &account.recovery_code {
        Some(_) => audit::last_of(tx, id, RECOVERY_CODE_ACTS)?.or(account.mfa_set_up_at),
        None => None,
    };
    Ok(Overview {
        password_set_at: audit::last_of(tx, id, PASSWORD_ACTS)?,
        questions: security_answer::questions(tx, id)?,
        apps: totp_app::list(tx, id)?,
        recovery_code_at,
        sessions: session::of_epoch(tx, id, account.epoch)?.len(),
    })
}

//! What an attempt that goes on is for: the portal, a product's request, or in a live session one product's passcode or a confirmation.

use super::finish::Browser;
use crate::flow::act::Act;
use crate::flow::authorize::pending::{self, Pending};
use crate::flow::session;
use crate::model::confirmation::Confirmation;
use crate::model::id::SessionId;
use crate::model::sign_in::Attempt;
use crate::model::token::PlainToken;
use crate::store::account::{self, AccountLock};
use crate::store::attempt;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session as sessions;
use crate::store::totp_app;

/// It.
#[derive(Debug)]
pub struct Aim {
    /// The product's request, while it waits.
    pub pending: Option<Pending>,
    /// What the session has confirmed.
    pub confirms: Option<Confirmation>,
    session: Option<SessionId>,
    has_app: bool,
}

/// What the locked account's attempt is for; `None` where it is over. One of a live session goes with its session and its request.
pub fn of(tx: &mut Tx<'_>, act: &Act, lock: &AccountLock, attempt: &Attempt) -> Result<Option<Aim>, Error> {
    if !attempt.is_live(lock.account.epoch, lock.now()) || lock.account.disabled_at.is_some() {
        return Ok(None);
    }
    let pending = match &attempt.request {
        Some(request) => pending::load(tx, act, request)?,
        None => None,
    };
    if let Some(id) = &attempt.session {
        let session = sessions::load(tx, id)?.filter(|session| session.account == *lock.id());
        if pending.is_none() && attempt.confirms.is_none()
            || !session.is_some_and(|session| session::is_good(act, &session, &lock.account))
        {
            return Ok(None);
        }
    }
    // Confirmed is with the strongest that the account has; a key that was mailed is none of it.
    let has_app = attempt.confirms.is_some() && totp_app::of(tx, lock.id())?.iter().any(|app| !app.mailed);
    Ok(Some(Aim { pending, confirms: attempt.confirms.clone(), session: attempt.session.clone(), has_app }))
}

/// The token of the request that the attempt behind `token` was for, while it waits: for a page that begins again.
pub fn request_of(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<PlainToken>, Error> {
    let Some(request) = attempt::find(tx, &act.token_macs(token))?.and_then(|attempt| attempt.request) else {
        return Ok(None);
    };
    Ok(pending::load(tx, act, &request)?.map(|pending| pending.token))
}

/// What the attempt behind `token` was to confirm, while its session is good: for a page that begins again.
pub fn confirmation_of(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Confirmation>, Error> {
    let Some(attempt) = attempt::find(tx, &act.token_macs(token))? else { return Ok(None) };
    let Some((id, confirms)) = attempt.session.zip(attempt.confirms) else { return Ok(None) };
    let Some(session) = sessions::load(tx, &id)? else { return Ok(None) };
    let account = account::load(tx, &session.account)?;
    Ok(account.filter(|account| session::is_good(act, &session, account)).map(|_| confirms))
}

impl Aim {
    /// Whether an emailed passcode does not do.
    pub fn is_app_only(&self) -> bool {
        self.has_app || self.pending.as_ref().is_some_and(Pending::is_app_only)
    }

    /// The remote app's request that it is for, if one asks.
    pub fn remote(&self) -> Option<&Pending> {
        self.pending.as_ref().filter(|pending| pending.is_remote())
    }

    /// Whether this browser may go on with it: what a session asks for is answered in that session.
    pub fn is_of(&self, tx: &mut Tx<'_>, act: &Act, browser: &Browser) -> Result<bool, Error> {
        let Some(asked_in) = &self.session else { return Ok(true) };
        let Some(token) = &browser.session else { return Ok(false) };
        Ok(sessions::find(tx, &act.token_macs(token))?.is_some_and(|session| session.id == *asked_in))
    }
}

//! A new recovery code. It is made and kept sealed beside its session; only when the person says that it is saved does it take the place
//! of the old one, which works until then.

use super::change;
use crate::flow::act::Act;
use crate::flow::session::Live;
use crate::flow::set_up::install::recovery_code_mac;
use crate::flow::{audit, post};
use crate::keys::Purpose as Key;
use crate::mail::message::{Message, RecoveryCodeChanged};
use crate::model::audit::Event;
use crate::model::id::{AccountId, SessionId};
use crate::model::link::Purpose;
use crate::model::recovery_code::RecoveryCode;
use crate::model::token::PlainToken;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{link, recovery_code_draft as drafts};

/// Makes one, in the place of one that was made before in this session. `None` where changes are not confirmed any more.
pub fn make(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<()>, Error> {
    change(tx, act, token, |tx, lock, session| {
        let mut dice = act.dice();
        let code = RecoveryCode::new(&mut dice);
        let aad = aad(lock.id(), &session.id);
        let sealed = act.keys.seal(Key::RecoveryCode, &aad, code.canonical().as_bytes(), &mut dice);
        drafts::put(tx, lock, &session.id, sealed)
    })
}

/// The one that was made in this session and is not saved yet.
pub fn made(tx: &mut Tx<'_>, act: &Act, live: &Live) -> Result<Option<RecoveryCode>, Error> {
    let session = &live.session;
    let Some(sealed) = drafts::of(tx, &session.id)? else { return Ok(None) };
    let plain = act.keys.open(Key::RecoveryCode, &aad(&session.account, &session.id), &sealed);
    let text = plain.ok().and_then(|plain| String::from_utf8(plain.expose().to_vec()).ok());
    let code = text.and_then(|text| RecoveryCode::parse(&text));
    code.map(Some).ok_or_else(|| Error::Bug(format!("the new recovery code of session {} does not open", session.id)))
}

/// Puts it in the place of the old one; `false` where none was made. What was begun with the old one behind a link is over.
pub fn save(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<bool>, Error> {
    change(tx, act, token, |tx, lock, session| {
        let live = Live { account: lock.account.clone(), session, wants_touch: false };
        let Some(code) = made(tx, act, &live)? else { return Ok(false) };
        drafts::delete(tx, lock, &live.session.id)?;
        lock.account.recovery_code = Some(recovery_code_mac(act, lock.id(), &code));
        link::replace(tx, lock, Purpose::NewDevice, false)?;
        audit::record(tx, act, lock, Event::RecoveryCodeChanged)?;
        let mut dice = act.dice();
        post::tell(tx, (act, &mut dice), lock, &Message::RecoveryCodeChanged(RecoveryCodeChanged))?;
        Ok(true)
    })
}

fn aad(account: &AccountId, session: &SessionId) -> String {
    format!("recovery_code_draft.code {account} {session}")
}

//! A person's authenticator apps: adding one, another name, removing one. A new one is the account's only once its first passcode has
//! proved that it holds the key; until then the key lies sealed beside the session. Whoever else was signed in is out after an app
//! came or went.

use super::change;
use crate::config::Profile;
use crate::flow::act::Act;
use crate::flow::new_password::end_everything;
use crate::flow::session::Live;
use crate::flow::sign_in::finish::{self, Browser, SignedIn};
use crate::flow::sign_in::passcode::secret_aad;
use crate::flow::{audit, post};
use crate::keys::Purpose as Key;
use crate::mail::message::{AppAdded, AppRemoved, AppRenamed, Message};
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::id::{AccountId, AppId};
use crate::model::own_app::{AppName, MOST, may_remove};
use crate::model::passcode::Passcode;
use crate::model::token::PlainToken;
use crate::model::totp::{self, Secret, Window};
use crate::store::app_draft::{self as drafts, AppDraft};
use crate::store::db::Tx;
use crate::store::error::Error;
pub use crate::store::totp_app::ListedApp;
use crate::store::totp_app::{self, SealedApp};
use crate::store::{mailed_key, removed_app};

/// The account's apps, the oldest first.
pub fn list(tx: &mut Tx<'_>, account: &AccountId) -> Result<Vec<ListedApp>, Error> {
    totp_app::list(tx, account)
}

/// How beginning to add an app, or giving one another name, ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Named {
    /// It has its name.
    Done,
    /// The account has as many as it may have.
    TooMany,
    /// Another app of the account has this name.
    NameTaken,
    /// There is no such app.
    Gone,
}

/// Begins to add an app of this name, and draws its key; one that was begun in this session goes on with its key. `None` where changes
/// are not confirmed any more, as in all that follows.
pub fn begin(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, name: &AppName) -> Result<Option<Named>, Error> {
    change(tx, act, token, |tx, lock, session| {
        let apps = totp_app::list(tx, lock.id())?;
        if apps.len() >= MOST {
            return Ok(Named::TooMany);
        }
        if apps.iter().any(|app| name.is_like(&app.name)) {
            return Ok(Named::NameTaken);
        }
        if drafts::of(tx, &session.id)?.is_some() {
            drafts::rename(tx, &session.id, name)?;
            return Ok(Named::Done);
        }
        let mut dice = act.dice();
        let id = AppId::new(dice.id(lock.now()));
        let secret = Secret::new(&mut dice);
        let aad = secret_aad(lock.id().as_str(), id.as_str());
        let sealed = act.keys.seal(Key::TotpSeal, &aad, secret.bytes(), &mut dice);
        drafts::insert(tx, lock, &session.id, (&id, name, sealed))?;
        Ok(Named::Done)
    })
}

/// The app that is being added in this session: its name and its key.
pub fn begun(tx: &mut Tx<'_>, act: &Act, live: &Live) -> Result<Option<(String, Secret)>, Error> {
    let Some(draft) = drafts::of(tx, &live.session.id)? else { return Ok(None) };
    let secret = open(act, &live.session.account, &draft)?;
    Ok(Some((draft.name, secret)))
}

fn open(act: &Act, account: &AccountId, draft: &AppDraft) -> Result<Secret, Error> {
    let plain = act.keys.open(Key::TotpSeal, &secret_aad(account.as_str(), draft.id.as_str()), &draft.secret);
    let secret = plain.ok().and_then(|plain| Secret::from_bytes(plain.expose()));
    secret.ok_or_else(|| Error::Bug(format!("the key of the app {} that is being added does not open", draft.id)))
}

/// How adding an app ended.
#[derive(Debug)]
pub enum Added {
    /// It is the account's, and this browser stays signed in with this.
    Done(SignedIn),
    /// The passcode is not of its key.
    WrongPasscode,
    /// None is being added, or there are too many by now.
    NotNow,
}

/// Adds the app whose first passcode this is; it is used up. Guessing it is pointless, since the page shows the key, so it is not counted
/// as a try.
pub fn add(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    typed: &Passcode,
    browser: &Browser,
) -> Result<Option<Added>, Error> {
    change(tx, act, token, |tx, lock, session| {
        if lock.clock_is_behind() {
            return Err(Error::ClockBehind);
        }
        let Some(draft) = drafts::of(tx, &session.id)? else { return Ok(Added::NotNow) };
        if totp_app::list(tx, lock.id())?.len() >= MOST {
            return Ok(Added::NotNow);
        }
        let secret = open(act, lock.id(), &draft)?;
        let Some(last_step) = totp::matching(&secret, typed, Window::around(lock.now())) else {
            return Ok(Added::WrongPasscode);
        };
        let app = SealedApp {
            id: draft.id,
            name: draft.name,
            secret: draft.secret,
            last_step,
            last_used_at: lock.now(),
            mailed: false,
        };
        totp_app::insert(tx, lock, &app)?;
        mailed_key::delete(tx, lock)?;
        let mut dice = act.dice();
        end_everything(tx, &mut dice, lock)?;
        audit::record(tx, act, lock, Event::AppAdded)?;
        post::tell(tx, (act, &mut dice), lock, &Message::AppAdded(AppAdded { app: app.name }))?;
        finish::keep_session(tx, (act, &mut dice), lock, session, browser).map(Added::Done)
    })
}

/// Gives an app of the account another name. Its owner hears of it, at most once an hour: it changes nothing but a word.
pub fn rename(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    (id, name): (&AppId, &AppName),
) -> Result<Option<Named>, Error> {
    change(tx, act, token, |tx, lock, _| {
        let apps = totp_app::list(tx, lock.id())?;
        if apps.iter().any(|app| app.id != *id && name.is_like(&app.name)) {
            return Ok(Named::NameTaken);
        }
        let Some(before) = apps.into_iter().find(|app| app.id == *id).map(|app| app.name) else {
            return Ok(Named::Gone);
        };
        if before == name.as_str() {
            return Ok(Named::Done);
        }
        if !totp_app::rename(tx, lock, id, name)? {
            return Err(Error::Bug("an app went under its account's lock".into()));
        }
        audit::record(tx, act, lock, Event::AppRenamed)?;
        let mail = AppRenamed { before, app: name.as_str().to_owned() };
        post::notify(tx, (act, &mut act.dice()), lock, &Message::AppRenamed(mail))?;
        Ok(Named::Done)
    })
}

/// What removing an app means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Others give passcodes too.
    OfSeveral,
    /// It is the last: passcodes come by email from then on.
    LeavesEmail,
    /// It is the only way in, and stays.
    Refused,
}

/// What removing this app of the account means; `None` where it has no such app.
pub fn removal(act: &Act, account: &Account, apps: &[ListedApp], id: &AppId) -> Option<Removal> {
    apps.iter().find(|app| app.id == *id)?;
    let others = apps.iter().filter(|app| app.id != *id && !app.mailed).count();
    let email_does = act.settings.profile == Profile::Standard && !account.mail_paused;
    Some(match may_remove(others, email_does) {
        false => Removal::Refused,
        true if others > 0 => Removal::OfSeveral,
        true => Removal::LeavesEmail,
    })
}

/// How removing an app ended.
#[derive(Debug)]
pub enum Removed {
    /// It is gone, and this browser stays signed in with this.
    Done(SignedIn),
    /// It is the only way in, and stays.
    Refused,
    /// There is no such app.
    Gone,
}

/// Removes an app of the account.
pub fn remove(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    id: &AppId,
    browser: &Browser,
) -> Result<Option<Removed>, Error> {
    change(tx, act, token, |tx, lock, session| {
        let apps = totp_app::list(tx, lock.id())?;
        let was_last = match removal(act, &lock.account, &apps, id) {
            None => return Ok(Removed::Gone),
            Some(Removal::Refused) => return Ok(Removed::Refused),
            Some(removal) => removal == Removal::LeavesEmail,
        };
        if !removed_app::remove(tx, lock, id)? {
            return Err(Error::Bug("an app went under its account's lock".into()));
        }
        let mut dice = act.dice();
        end_everything(tx, &mut dice, lock)?;
        audit::record(tx, act, lock, Event::AppRemoved)?;
        let app = apps.into_iter().find(|app| app.id == *id).map(|app| app.name).unwrap_or_default();
        post::tell(tx, (act, &mut dice), lock, &Message::AppRemoved(AppRemoved { app, was_last }))?;
        finish::keep_session(tx, (act, &mut dice), lock, session, browser).map(Removed::Done)
    })
}

//! Deletes what has lost its meaning: dead attempts and links, counts of the past.

use std::time::Duration;

use super::act::Act;
use super::{signing_key, support};
use crate::model::email_change::{REMOVED_APP_LIFE, UNDO_LIFE};
use crate::model::rescue::WINDOW;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{
    attempt, authorization_request, client_assertion, device_authorization, email_change, grant, known_browser, link,
    mail_count, mailed_key, outbox, password_throttle, product_passcode, removed_app, rescue,
};

const DAY: Duration = Duration::from_secs(86_400);

/// One sweep. Ended things stay a day longer than they are good, so that a page can say why they lead nowhere.
pub fn sweep(tx: &mut Tx<'_>, act: &Act) -> Result<u64, Error> {
    let yesterday = act.now.minus(DAY);
    Ok(attempt::prune(tx, yesterday)?
        + authorization_request::prune(tx, act.now)?
        + device_authorization::prune(tx, yesterday)?
        + device_authorization::prune_guesses(tx, act.now)?
        + product_passcode::prune(tx, act.now.minus(act.settings.sessions.absolute))?
        + link::prune(tx, act.now.minus(DAY * 7))?
        + email_change::prune(tx, act.now.minus(UNDO_LIFE))?
        + removed_app::prune(tx, act.now.minus(REMOVED_APP_LIFE))?
        + known_browser::prune(tx, act.now)?
        + mailed_key::prune(tx, yesterday)?
        + rescue::prune(tx, act.now.minus(WINDOW))?
        + mail_count::prune(tx, act.now.minus(DAY * 2))?
        + password_throttle::prune(tx, act.now, act.now.minus(DAY * 30))?
        + outbox::drop_expired(tx, act.now)?
        + client_assertion::prune(tx, act.now)?
        + grant::prune(tx, yesterday.minus(act.settings.sessions.absolute))?
        + support::upkeep::sweep(tx, act)?
        + signing_key::sweep(tx, act)?)
}

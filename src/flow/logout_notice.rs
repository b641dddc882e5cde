//! What a notice of logout says: a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4), signed with the product's
//! algorithm, anew for each try.

use std::sync::Arc;
use std::time::Duration;

use super::act::Act;
use super::signing_key;
use crate::config::Settings;
use crate::model::product::ProductId;
use crate::model::time::Timestamp;
use crate::oidc::claims::{LOGOUT_TOKEN, LoggedOut, LogoutTokenClaims};
use crate::oidc::jose::PrivateKey;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::logout_notice::{self, Claimed};
use crate::store::product;

/// A notice that this worker is to send, and what signs it.
#[derive(Clone)]
pub struct Due {
    /// The notice.
    pub claimed: Claimed,
    key: Option<Arc<PrivateKey>>,
}

/// Claims notices for the time of `lease`, of at most so many products, and none of those that are busy.
pub fn claim(
    tx: &mut Tx<'_>,
    act: &Act,
    lease: Duration,
    (busy, most): (&[ProductId], usize),
) -> Result<Vec<Due>, Error> {
    let mut due = Vec::new();
    for claimed in logout_notice::claim(tx, (act.now, lease), busy, most)? {
        let Some(product) = product::load(tx, &claimed.notice.owed.product)? else { continue };
        let key = signing_key::current(tx, act, product.algorithm)?.map(Arc::new);
        due.push(Due { claimed, key });
    }
    Ok(due)
}

/// The logout token of a try at `now`.
///
/// # Errors
/// A sentence for the log.
pub fn token(settings: &Settings, due: &Due, now: Timestamp) -> Result<String, String> {
    let notice = &due.claimed.notice;
    let owed = &notice.owed;
    let about = LoggedOut {
        client: owed.product.as_str(),
        sub: notice.subject.as_str(),
        sid: owed.sid.as_str(),
        jti: notice.id.as_str(),
    };
    let claims = LogoutTokenClaims::new(settings.public_url.origin(), about, now);
    let key = due.key.as_ref().ok_or("there is no key to sign with yet")?;
    key.sign(LOGOUT_TOKEN, &claims).map_err(|error| error.to_string())
}

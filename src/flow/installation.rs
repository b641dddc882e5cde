//! The check that the keyring belongs to this database.

use super::act::Act;
use crate::keys::Purpose;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::installation;

const AAD: &str = "installation.key_check";
const KNOWN: &[u8] = b"this keyring belongs to this database";

/// Whether the keyring opens what it sealed at the first start; the first start seals it. Call it after migrating.
pub fn keys_belong_here(tx: &mut Tx<'_>, act: &Act) -> Result<bool, Error> {
    if let Some(sealed) = installation::key_check(tx)? {
        return Ok(act.keys.open(Purpose::KeyCheck, AAD, &sealed).is_ok_and(|plain| plain.expose() == KNOWN));
    }
    let sealed = act.keys.seal(Purpose::KeyCheck, AAD, KNOWN, &mut act.dice());
    if installation::begin(tx, &sealed, act.now)? {
        return Ok(true);
    }
    Err(Error::Unavailable("another node started at the same moment; start again".into()))
}

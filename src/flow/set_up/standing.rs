//! Where a set-up stands in this browser: the first one, or one with a new device.

use crate::config::Profile;
use crate::flow::act::Act;
use crate::flow::link::{self, Gone};
use crate::keys::Purpose as Key;
use crate::model::account::Account;
use crate::model::id::AccountId;
use crate::model::link::Purpose;
use crate::model::recovery_code::RecoveryCode;
use crate::model::token::PlainToken;
use crate::model::totp::Secret;
use crate::store::account;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link::Link;
use crate::store::set_up_visit::{self, SetUpVisit};

/// Which set-up it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// The first: the person chooses what will prove them.
    SetUp,
    /// With a new device: the person proves who they are, and the old device's app is replaced.
    NewDevice,
}

impl Journey {
    /// The link that leads to it.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::SetUp => Purpose::SetUp,
            Self::NewDevice => Purpose::NewDevice,
        }
    }
}

/// What the browser holds: the link's token, and its own progress behind it.
#[derive(Clone, Debug)]
pub struct Holder {
    /// What the link is for.
    pub journey: Journey,
    /// From the link.
    pub link: PlainToken,
    /// From its first done step.
    pub visit: Option<PlainToken>,
}

/// The step that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The security questions; in profile strict, the button that begins. With a new device: the proof of who it is.
    Begin,
    /// The authenticator app.
    App,
    /// The recovery code.
    RecoveryCode,
}

/// A set-up that can go on here.
#[derive(Debug)]
pub struct Standing {
    /// Whose.
    pub username: String,
    /// The account.
    pub account: AccountId,
    /// The account's own row, as it was read.
    pub row: Account,
    /// The link.
    pub link: Link,
    /// This browser's progress; none before its first done step.
    pub visit: Option<SetUpVisit>,
    /// What comes next.
    pub step: Step,
}

/// Where the set-up stands, or why the link leads nowhere. Reads only.
pub fn of(tx: &mut Tx<'_>, act: &Act, holder: &Holder) -> Result<Result<Standing, Gone>, Error> {
    let link = match link::find(tx, act, holder.journey.purpose(), &holder.link)? {
        Ok(link) => link,
        Err(gone) => return Ok(Err(gone)),
    };
    let Some(account) = &link.account else { return Ok(Err(Gone::Unknown)) };
    let Some(row) = account::load(tx, account)? else { return Ok(Err(Gone::Unknown)) };
    if row.epoch != link.epoch || row.disabled_at.is_some() {
        return Ok(Err(Gone::Unknown));
    }
    if holder.journey == Journey::SetUp && row.set_up_is_stopped() {
        return Ok(Err(Gone::Stopped));
    }
    match (holder.journey, row.has_mfa()) {
        (Journey::SetUp, true) => return Ok(Err(Gone::Used)),
        (Journey::NewDevice, false) => return Ok(Err(Gone::Unknown)),
        (Journey::SetUp, false) | (Journey::NewDevice, true) => {}
    }
    let visit = match &holder.visit {
        Some(token) => set_up_visit::find(tx, &act.token_macs(token))?,
        None => None,
    };
    // The link's row names the one visit that may go on behind it, which none of another link ever is.
    if visit.as_ref().is_some_and(|visit| link.visit.as_ref() != Some(&visit.id)) {
        return Ok(Err(Gone::Elsewhere));
    }
    let step = step(act, holder.journey, visit.as_ref());
    Ok(Ok(Standing { username: row.username.clone(), account: account.clone(), row, link, visit, step }))
}

fn step(act: &Act, journey: Journey, visit: Option<&SetUpVisit>) -> Step {
    let Some(visit) = visit else { return Step::Begin };
    let has_begun = match journey {
        Journey::SetUp => act.settings.profile == Profile::Strict || visit.answers.is_some(),
        Journey::NewDevice => visit.identity.is_some(),
    };
    if !has_begun {
        return Step::Begin;
    }
    if visit.confirmed_step.is_some() || visit.without_app { Step::RecoveryCode } else { Step::App }
}

/// The app's key of a visit.
pub fn secret(act: &Act, visit: &SetUpVisit) -> Result<Secret, Error> {
    let sealed = visit.secret.as_deref().unwrap_or_default();
    let plain = act.keys.open(Key::TotpSeal, &aad("secret", visit), sealed);
    let secret = plain.ok().and_then(|plain| Secret::from_bytes(plain.expose()));
    secret.ok_or_else(|| Error::Bug(format!("the key of set-up {} does not open", visit.id)))
}

/// The recovery code of a visit that stands at [`Step::RecoveryCode`].
pub fn recovery_code(act: &Act, visit: &SetUpVisit) -> Result<RecoveryCode, Error> {
    let sealed = visit.recovery_code.as_deref().unwrap_or_default();
    let plain = act.keys.open(Key::RecoveryCode, &aad("recovery_code", visit), sealed);
    let text = plain.ok().and_then(|plain| String::from_utf8(plain.expose().to_vec()).ok());
    let code = text.and_then(|text| RecoveryCode::parse(&text));
    code.ok_or_else(|| Error::Bug(format!("the recovery code of set-up {} does not open", visit.id)))
}

/// What a sealed column of a visit is bound to.
pub fn aad(column: &str, visit: &SetUpVisit) -> String {
    format!("set_up_visit.{column} {}", visit.id)
}

//! The password's step. An account is never locked by wrong passwords, only slowed: a lock would hand it to any stranger.
//! A name that no account has costs the same work and gets the same answers.

use std::time::Duration;

use super::throttle::is_known;
use crate::flow::act::Act;
use crate::flow::address_limit::prefix;
use crate::flow::audit;
use crate::flow::authorize::pending;
use crate::keys::Purpose;
use crate::model::allowance::Allowance;
use crate::model::audit::Event;
use crate::model::confirmation::Confirmation;
use crate::model::dice::Dice;
use crate::model::id::{AccountId, AttemptId, KnownBrowserId, RequestId, SessionId};
use crate::model::proof::PasswordProof;
use crate::model::secret::SecretText;
use crate::model::sign_in::{Attempt, Stage};
use crate::model::time::Timestamp;
use crate::model::token::{Mac, PlainToken, TokenKind};
use crate::store::account::{AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{account_name, attempt, known_browser, password_throttle};

const OWN_TRY_INTERVAL: Duration = Duration::from_secs(3_600);

/// What the person typed, made canonical, and the known browsers that the browser says it is.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The canonical username or email address; none when it can match nothing.
    pub name: Option<String>,
    /// The tokens of its cookie.
    pub known_browsers: Vec<PlainToken>,
    /// The token of the product's request that the sign-in is for.
    pub request: Option<PlainToken>,
    /// The live session in which something is confirmed, for which the password comes first.
    pub within: Option<Box<(SessionId, Confirmation)>>,
}

/// What a try led to.
#[derive(Debug)]
pub enum Begun {
    /// Compare the password with this.
    Check(Check),
    /// Nothing is compared until then.
    Wait(Timestamp),
}

/// A try that was taken, and what it relied on.
#[derive(Clone, Debug)]
pub struct Check {
    /// The hash to compare with; none stands for the dummy.
    pub hash: Option<SecretText>,
    subject: Subject,
    took: Took,
    request: Option<PlainToken>,
    within: Option<Box<(SessionId, Confirmation)>>,
}

#[derive(Clone, Debug)]
enum Subject {
    Account { id: AccountId, epoch: i64, sealed: Option<Vec<u8>>, known_browser: Option<KnownBrowserId> },
    Unknown(Mac),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Took {
    Allowance,
    OwnTry,
}

/// How the comparison ended.
#[derive(Debug)]
pub enum Settled {
    /// The pair is wrong.
    Wrong,
    /// The pair is right, but the password must be set anew through an email.
    Blocked,
    /// The pair is right: the attempt's token, and whether MFA is set up.
    Right(PlainToken, bool),
}

/// The allowance of a subject's password tries.
fn allowance(act: &Act) -> Allowance {
    let limits = &act.settings.limits;
    Allowance { burst: limits.password_burst, interval: limits.password_interval }
}

/// The account that a canonical name names, so that its load can be bounded before anything is written.
pub fn account_of(tx: &mut Tx<'_>, name: Option<&str>) -> Result<Option<AccountId>, Error> {
    name.map_or(Ok(None), |name| account_name::find(tx, name))
}

/// Takes a try.
pub fn begin(tx: &mut Tx<'_>, act: &Act, typed: &Typed) -> Result<Begun, Error> {
    let name = typed.name.as_deref().unwrap_or_default();
    let account = if name.is_empty() { None } else { account_name::find(tx, name)? };
    let begun = match account {
        Some(id) => with_lock(tx, &id, act.now, |tx, lock| begin_known(tx, act, lock, typed))?,
        None => None,
    };
    begun.map_or_else(|| begin_unknown(tx, act, name), Ok)
}

fn begin_known(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock, typed: &Typed) -> Result<Begun, Error> {
    let known_browser = known_browser_of(tx, act, lock, &typed.known_browsers)?;
    let state = match known_browser {
        Some(_) => lock.account.password_known_tat,
        None => lock.account.password_tat,
    };
    let subject = lock.id().as_str().to_owned();
    let took = match take(tx, act, &subject, state)? {
        Ok((state, took)) => {
            match known_browser {
                Some(_) => lock.account.password_known_tat = state,
                None => lock.account.password_tat = state,
            }
            took
        }
        Err(wait) => return Ok(Begun::Wait(wait)),
    };
    let sealed = lock.account.password_hash.clone().filter(|_| lock.account.disabled_at.is_none());
    let hash = sealed.as_deref().map(|sealed| open_hash(act, lock.id(), sealed)).transpose()?;
    let subject = Subject::Account { id: lock.id().clone(), epoch: lock.account.epoch, sealed, known_browser };
    Ok(Begun::Check(Check { hash, subject, took, request: typed.request.clone(), within: typed.within.clone() }))
}

fn begin_unknown(tx: &mut Tx<'_>, act: &Act, name: &str) -> Result<Begun, Error> {
    let key = act.keys.mac(Purpose::Name, &[name.as_bytes()]);
    let state = password_throttle::unknown_name(tx, &key)?;
    match take(tx, act, &key_text(&key), state)? {
        Err(wait) => Ok(Begun::Wait(wait)),
        Ok((state, took)) => {
            if let Some(state) = state {
                password_throttle::set_unknown_name(tx, &key, state)?;
            }
            Ok(Begun::Check(Check { hash: None, subject: Subject::Unknown(key), took, request: None, within: None }))
        }
    }
}

type Taken = Result<(Option<Timestamp>, Took), Timestamp>;

/// Takes from the subject's allowance, or else the one try an hour that an address without failures has of its own.
fn take(tx: &mut Tx<'_>, act: &Act, subject: &str, state: Option<Timestamp>) -> Result<Taken, Error> {
    let wait = match allowance(act).take(state, act.now) {
        Ok(taken) => return Ok(Ok((Some(taken), Took::Allowance))),
        Err(wait) => wait,
    };
    let Some(address) = act.origin.address else { return Ok(Err(wait)) };
    let address = prefix(address).to_string();
    let own_try = match password_throttle::tried(tx, subject, &address)? {
        None => true,
        Some(tried) => tried.failed_at.is_none() && act.now.since(tried.tried_at) >= OWN_TRY_INTERVAL,
    };
    if !own_try {
        return Ok(Err(wait));
    }
    password_throttle::take_own_try(tx, subject, &address, act.now)?;
    Ok(Ok((state, Took::OwnTry)))
}

/// The known browser of the locked account among those that the browser says it is.
pub fn known_browser_of(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &AccountLock,
    tokens: &[PlainToken],
) -> Result<Option<KnownBrowserId>, Error> {
    for token in tokens {
        let found = known_browser::find(tx, &act.token_macs(token))?;
        if let Some(browser) = found.filter(|browser| is_known(browser, act, lock)) {
            return Ok(Some(browser.id));
        }
    }
    Ok(None)
}

/// Settles the try that `check` took. `verdict` is the comparison's; `rehashed` replaces a hash of older parameters.
pub fn settle(
    tx: &mut Tx<'_>,
    act: &Act,
    check: &Check,
    verdict: Option<PasswordProof>,
    rehashed: Option<&SecretText>,
) -> Result<Settled, Error> {
    match &check.subject {
        Subject::Unknown(key) => {
            note_failure(tx, act, &key_text(key), act.now)?;
            Ok(Settled::Wrong)
        }
        Subject::Account { id, .. } => {
            let settled = with_lock(tx, id, act.now, |tx, lock| settle_known(tx, act, lock, check, verdict, rehashed))?;
            Ok(settled.unwrap_or(Settled::Wrong))
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the act, its lock, and the three results that it settles")]
fn settle_known(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    check: &Check,
    verdict: Option<PasswordProof>,
    rehashed: Option<&SecretText>,
) -> Result<Settled, Error> {
    let Subject::Account { epoch, sealed, known_browser, .. } = &check.subject else { return Ok(Settled::Wrong) };
    let unchanged = lock.account.epoch == *epoch
        && lock.account.password_hash == *sealed
        && sealed.is_some()
        && lock.account.disabled_at.is_none();
    if verdict.is_none() || !unchanged {
        note_failure(tx, act, lock.id().as_str(), lock.now())?;
        audit::record(tx, act, lock, Event::PasswordWrong)?;
        return Ok(Settled::Wrong);
    }
    give_back(act, lock, check.took, known_browser.is_some());
    if lock.account.password_blocked {
        audit::record(tx, act, lock, Event::PasswordBlocked)?;
        return Ok(Settled::Blocked);
    }
    let mut dice = act.dice();
    if let Some(phc) = rehashed {
        lock.account.password_hash = Some(seal_hash(act, lock.id(), phc, &mut dice));
    }
    audit::record(tx, act, lock, Event::PasswordRight)?;
    let pending = check.request.as_ref().map(|token| pending::find_any(tx, act, token)).transpose()?.flatten();
    let aim = match check.within.clone() {
        Some(within) => Opened::to_confirm(within.0, within.1),
        None => Opened { request: pending.map(|pending| pending.row.id), ..Opened::default() },
    };
    let token = open_attempt(tx, (act, &mut dice), lock, known_browser.clone(), aim)?;
    Ok(Settled::Right(token, lock.account.has_mfa()))
}

fn give_back(act: &Act, lock: &mut AccountLock, took: Took, known: bool) {
    if took == Took::OwnTry {
        return;
    }
    let state = if known { &mut lock.account.password_known_tat } else { &mut lock.account.password_tat };
    *state = state.map(|state| allowance(act).give_back(state));
}

/// What a new attempt is for.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The product's request.
    pub request: Option<RequestId>,
    /// The live session that asks for a passcode.
    pub session: Option<SessionId>,
    /// What for, where it is not for a product.
    pub confirms: Option<Confirmation>,
}

impl Opened {
    /// One in which something is confirmed in a live session.
    pub fn to_confirm(session: SessionId, confirms: Confirmation) -> Self {
        Self { request: None, session: Some(session), confirms: Some(confirms) }
    }
}

/// Opens an attempt of the locked account: its token.
pub fn open_attempt(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    lock: &AccountLock,
    known_browser: Option<KnownBrowserId>,
    aim: Opened,
) -> Result<PlainToken, Error> {
    let token = PlainToken::new(TokenKind::Attempt, dice);
    let attempt = Attempt {
        id: AttemptId::new(dice.id(lock.now())),
        account: lock.id().clone(),
        epoch: lock.account.epoch,
        created_at: lock.now(),
        expires_at: lock.now().plus(act.settings.limits.attempt_life),
        known_browser,
        entry_began_at: None,
        wrong_tries: 0,
        emailed: None,
        session: aim.session,
        request: aim.request,
        confirms: aim.confirms,
        stage: Stage::Passcode,
    };
    attempt::insert(tx, lock, &attempt, &act.token_mac(&token))?;
    Ok(token)
}

fn note_failure(tx: &mut Tx<'_>, act: &Act, subject: &str, now: Timestamp) -> Result<(), Error> {
    let address = act.origin.address.map(|address| prefix(address).to_string()).unwrap_or_default();
    password_throttle::note_failure(tx, subject, &address, now)
}

fn key_text(key: &Mac) -> String {
    format!("{}{}", password_throttle::UNKNOWN, data_encoding::HEXLOWER.encode(key.as_bytes()))
}

/// Seals a hash for the account's row.
pub fn seal_hash(act: &Act, account: &AccountId, phc: &SecretText, dice: &mut Dice) -> Vec<u8> {
    act.keys.seal(Purpose::Pepper, &hash_aad(account), phc.expose().as_bytes(), dice)
}

fn open_hash(act: &Act, account: &AccountId, sealed: &[u8]) -> Result<SecretText, Error> {
    let plain = act.keys.open(Purpose::Pepper, &hash_aad(account), sealed);
    let plain = plain.map_err(|_| Error::Bug(format!("the password hash of account {account} does not open")))?;
    let text = String::from_utf8(plain.expose().to_vec());
    text.map(SecretText::new).map_err(|_| Error::Bug(format!("the password hash of account {account} is not text")))
}

fn hash_aad(account: &AccountId) -> String {
    format!("account.password_hash {account}")
}

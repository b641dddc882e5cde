//! The passcode's step.

use std::time::Duration;

use super::aim::{self, Aim};
use super::confirm;
use super::finish::{self, Browser, SignedIn};
use super::throttle::{Bucket, Charge};
use crate::config::Profile;
use crate::flow::act::Act;
use crate::flow::audit;
use crate::flow::authorize::step_up;
use crate::flow::new_device::request::may_ask;
use crate::flow::remote_app;
use crate::keys::Purpose;
use crate::model::account::Account;
use crate::model::audit::Event;
use crate::model::confirmation::Confirmation;
use crate::model::email_address::EmailAddress;
use crate::model::passcode::Passcode;
use crate::model::proof::{PasscodeProof, Way};
use crate::model::return_path::ReturnPath;
use crate::model::second_step::{self, Entry, HeldApp, Used, Verdict};
use crate::model::sign_in::{Accepted, Attempt, Ending, Stage};
use crate::model::throttle::Gate;
use crate::model::token::{Mac, PlainToken};
use crate::model::totp::Secret;
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::totp_app::SealedApp;
use crate::store::{attempt, totp_app};

/// Where a sign-in stands that is not whole.
#[derive(Debug)]
pub enum Standing {
    /// It is over, or never was: the password again.
    Over,
    /// MFA is to be set up first.
    SetUp(Box<View>),
    /// The passcode.
    Passcode(Box<View>),
    /// A new password, before the sign-in goes on.
    NewPassword(Box<View>),
}

/// What the passcode page needs to know.
#[derive(Debug)]
pub struct View {
    /// Who signs in.
    pub username: String,
    /// An app is set up.
    pub has_app: bool,
    /// Passcodes can be mailed to this account now.
    pub can_email: bool,
    /// They wait until something other than the mailbox has proved the person.
    pub email_paused: bool,
    /// The address, masked, that a passcode was mailed to in this attempt.
    pub emailed_to: Option<String>,
    /// Whether **Set up a new device** is offered; a lock does not matter.
    pub new_device: bool,
    /// MFA is not set up and cannot be until an administrator allows it.
    pub set_up_stopped: bool,
    /// Whether tries are compared.
    pub gate: Gate,
    /// The product that it is for.
    pub product: Option<ForProduct>,
    /// What it confirms in a live session.
    pub confirms: Option<Confirmation>,
    /// An emailed passcode does not do.
    pub app_only: bool,
}

/// The product that a sign-in is for.
#[derive(Debug)]
pub struct ForProduct {
    /// As people know it.
    pub name: String,
    /// It asks in a live session for a passcode of its own.
    pub in_session: bool,
    /// It takes passcodes of an app only.
    pub app_only: bool,
    /// Where the browser goes once the passcode is right.
    pub redirect_uri: String,
    /// The request's token.
    pub request: PlainToken,
}

/// Whether there is a sign-in behind `token` to go on with, or a lock to be shown. Reads only, so entry does not begin.
pub fn is_pending(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<bool, Error> {
    let Some(found) = attempt::find(tx, &act.token_macs(token))? else { return Ok(false) };
    let Some(account) = account::load(tx, &found.account)? else { return Ok(false) };
    let shows_lock = found.stage == Stage::Ended(Ending::Locked) && found.epoch == account.epoch;
    Ok(account.disabled_at.is_none()
        && found.session.is_none()
        && (shows_lock || found.is_live(account.epoch, act.now)))
}

/// Where the sign-in behind `token` stands. The passcode page's first showing begins entry, so this writes.
pub fn view(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Standing, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Standing::Over) };
    let standing = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(found) = attempt::find(tx, &macs)? else { return Ok(Standing::Over) };
        let bucket = Bucket::of(tx, act, lock, &found)?;
        let gate = bucket.gate(act, lock);
        let shows_lock = found.stage == Stage::Ended(Ending::Locked) && gate != Gate::Open;
        let aim = aim::of(tx, act, lock, &found)?;
        if aim.is_none() && !(shows_lock && found.epoch == lock.account.epoch) {
            return Ok(Standing::Over);
        }
        let app_only = aim.as_ref().is_some_and(Aim::is_app_only);
        let has_app = totp_app::of(tx, lock.id())?.iter().any(|app| !(app_only && app.mailed));
        let view = Box::new(view_of(act, (&lock.account, has_app), (&found, aim), gate));
        if let Stage::NewPassword(_) = found.stage {
            return Ok(Standing::NewPassword(view));
        }
        if !lock.account.has_mfa() {
            return Ok(Standing::SetUp(view));
        }
        attempt::begin_entry(tx, lock, &found.id)?;
        Ok(Standing::Passcode(view))
    })?;
    Ok(standing.unwrap_or(Standing::Over))
}

fn view_of(
    act: &Act,
    (account, has_app): (&Account, bool),
    (attempt, aim): (&Attempt, Option<Aim>),
    gate: Gate,
) -> View {
    let app_only = aim.as_ref().is_some_and(Aim::is_app_only);
    let in_session = attempt.session.is_some();
    let (pending, confirms) = aim.map(|aim| (aim.pending, aim.confirms)).unwrap_or_default();
    let product = pending.map(|pending| ForProduct {
        redirect_uri: pending.request.return_to.redirect_uri().to_owned(),
        name: pending.product.name,
        in_session,
        app_only,
        request: pending.token,
    });
    let masked = || EmailAddress::parse(&account.email).map(|email| email.masked()).ok();
    View {
        username: account.username.clone(),
        has_app,
        can_email: email_is_allowed(act, has_app) && !account.mail_paused && !app_only,
        email_paused: email_is_allowed(act, has_app) && account.mail_paused,
        new_device: may_ask(account, attempt, act.now),
        emailed_to: attempt.emailed.as_ref().filter(|emailed| emailed.until > act.now).and_then(|_| masked()),
        set_up_stopped: account.set_up_is_stopped(),
        gate,
        product,
        confirms,
        app_only,
    }
}

/// Profile strict has no emailed passcodes once an app is set up.
pub fn email_is_allowed(act: &Act, has_app: bool) -> bool {
    !(act.settings.profile == Profile::Strict && has_app)
}

/// What a submitted passcode led to.
#[derive(Debug)]
pub enum Submitted {
    /// The sign-in is whole.
    SignedIn(SignedIn),
    /// The sign-in of a remote app is whole: its code, and what this device is known by from now on; no code where the account may
    /// not open the product.
    Remote(Option<PlainToken>, PlainToken),
    /// Right, for the product's request with this token, in the session that it was asked for in.
    Given(PlainToken),
    /// Right: something is confirmed in the session, this page is next, and the session has this token from now on.
    Confirmed(ReturnPath, PlainToken),
    /// Right, but the password must change first.
    NewPasswordFirst,
    /// Wrong; the attempt goes on.
    Wrong,
    /// Wrong, and the attempt has ended by its own count.
    WrongAndOver,
    /// An app's passcode that was used before; the next comes in so long.
    AlreadyUsed(Duration),
    /// Nothing is compared now.
    Shut(Gate),
    /// The attempt is over: the password again.
    Over,
}

/// Takes a typed passcode.
pub fn submit(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    typed: &Passcode,
    browser: &Browser,
) -> Result<Submitted, Error> {
    let macs = act.token_macs(token);
    let Some(found) = attempt::find(tx, &macs)? else { return Ok(Submitted::Over) };
    let submitted = with_lock(tx, &found.account, act.now, |tx, lock| {
        let Some(attempt) = attempt::find(tx, &macs)? else { return Ok(Submitted::Over) };
        if lock.clock_is_behind() {
            return Err(Error::ClockBehind);
        }
        let bucket = Bucket::of(tx, act, lock, &attempt)?;
        let gate = bucket.gate(act, lock);
        if gate != Gate::Open && attempt.epoch == lock.account.epoch {
            return Ok(Submitted::Shut(gate));
        }
        let Some(aim) = aim::of(tx, act, lock, &attempt)? else { return Ok(Submitted::Over) };
        if attempt.stage != Stage::Passcode || !aim.is_of(tx, act, browser)? || !is_proved_by(tx, lock, &aim)? {
            return Ok(Submitted::Over);
        }
        let charge = bucket.charge(tx, act, lock, &attempt)?;
        compare(tx, act, lock, (attempt, charge, aim), (typed, browser))
    })?;
    Ok(submitted.unwrap_or(Submitted::Over))
}

/// Whether the account has something that passcodes come from: a set-up, or for a remote app the key that it was mailed.
fn is_proved_by(tx: &mut Tx<'_>, lock: &AccountLock, aim: &Aim) -> Result<bool, Error> {
    Ok(lock.account.has_mfa() || aim.remote().is_some() && remote_app::has_key(tx, lock)?)
}

fn compare(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (attempt, charge, aim): (Attempt, Charge, Aim),
    (typed, browser): (&Passcode, &Browser),
) -> Result<Submitted, Error> {
    let mut held = totp_app::of(tx, lock.id())?;
    if aim.remote().is_some() && !lock.account.has_mfa() {
        held.extend(remote_app::unproved_app(tx, lock)?);
    }
    let mut apps = held_apps(act, held, lock)?;
    // A key that was mailed is refused where a mailed passcode is, and confirms nothing.
    apps.retain(|app| !((aim.is_app_only() || aim.confirms.is_some()) && app.mailed));
    let emailed_matches = emailed_matches(act, lock, &attempt, typed, !apps.is_empty()) && !aim.is_app_only();
    let window =
        if act.settings.profile == Profile::Strict { Duration::ZERO } else { act.settings.limits.entry_window };
    let entry = Entry { began: attempt.entry_began_at.unwrap_or(lock.now()), now: lock.now(), window };
    match second_step::judge(typed, &apps, emailed_matches, entry) {
        Verdict::Right(proof, used) => {
            charge.was_right(tx, lock, &attempt)?;
            right(tx, act, lock, (attempt, aim), (proof, used, browser))
        }
        Verdict::AlreadyUsed(next) => {
            charge.was_none(tx, lock, &attempt)?;
            audit::record(tx, act, lock, Event::PasscodeUsedBefore)?;
            Ok(Submitted::AlreadyUsed(next))
        }
        Verdict::Wrong => wrong(tx, act, lock, &attempt, &charge),
    }
}

fn wrong(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    attempt: &Attempt,
    charge: &Charge,
) -> Result<Submitted, Error> {
    let mut dice = act.dice();
    let gate = charge.was_wrong(tx, (act, &mut dice), lock, attempt)?;
    let mut over = attempt.wrong_tries + 1 >= act.rules().tries;
    if let Some(session) = &attempt.session {
        over |= step_up::heed_wrong(tx, (act, &mut dice), lock, attempt, session)?;
    }
    Ok(match gate {
        Gate::Open if over => Submitted::WrongAndOver,
        Gate::Open => Submitted::Wrong,
        shut => Submitted::Shut(shut),
    })
}

fn right(
    tx: &mut Tx<'_>,
    act: &Act,
    lock: &mut AccountLock,
    (attempt, aim): (Attempt, Aim),
    (proof, used, browser): (PasscodeProof, Used, &Browser),
) -> Result<Submitted, Error> {
    if let Used::App(app, _) = &used {
        remote_app::prove(tx, lock, app)?;
    }
    if !use_up(tx, lock, &attempt, &used)? {
        return Err(Error::Bug("a passcode was used up under the account's lock".into()));
    }
    if proof.way() == Way::App {
        lock.account.mail_paused = false;
        lift_recovery_lock(tx, act, lock)?;
    }
    if matches!(used, Used::Emailed) {
        finish::count_emailed_as_used(tx, lock, &attempt)?;
    }
    audit::record(tx, act, lock, Event::PasscodeRight(proof.way()))?;
    let must_change = lock.account.password_due;
    let (id, known, request) = (attempt.id.clone(), attempt.known_browser.clone(), attempt.request.clone());
    let confirms = attempt.confirms.clone();
    let mut dice = act.dice();
    match attempt.accept(proof, must_change) {
        Accepted::Whole(proved) if aim.remote().is_some() => {
            remote_app::finish(tx, (act, &mut dice), lock, (&proved, known), aim)
        }
        Accepted::Whole(proved) => {
            finish::start_session(tx, (act, &mut dice), lock, (&proved, known), browser).map(Submitted::SignedIn)
        }
        Accepted::InSession(session) if confirms.is_some() => {
            confirm::give(tx, act, lock, (&id, confirms), (&session, proof))
        }
        Accepted::InSession(session) => {
            let given = step_up::give(tx, act, lock, (&id, request.as_ref()), (&session, proof))?;
            Ok(given.map_or(Submitted::Over, Submitted::Given))
        }
        Accepted::NewPasswordFirst(proof) => {
            attempt::await_new_password(tx, lock, &id, proof)?;
            Ok(Submitted::NewPasswordFirst)
        }
    }
}

/// An app has proved the person: ways back into the account are open again.
fn lift_recovery_lock(tx: &mut Tx<'_>, act: &Act, lock: &mut AccountLock) -> Result<(), Error> {
    match lock.account.recovery_lock.take() {
        Some(_) => audit::record(tx, act, lock, Event::RecoveryUnlocked),
        None => Ok(()),
    }
}

fn use_up(tx: &mut Tx<'_>, lock: &AccountLock, attempt: &Attempt, used: &Used) -> Result<bool, Error> {
    match used {
        Used::App(app, step) => totp_app::use_step(tx, lock, app, *step),
        Used::Emailed => match &attempt.emailed {
            Some(emailed) => attempt::use_emailed(tx, lock, &attempt.id, &emailed.mac),
            None => Ok(false),
        },
    }
}

fn emailed_matches(act: &Act, lock: &AccountLock, attempt: &Attempt, typed: &Passcode, has_app: bool) -> bool {
    let Some(emailed) = &attempt.emailed else { return false };
    let parts: [&[u8]; 2] = [attempt.id.as_str().as_bytes(), typed.digits().as_bytes()];
    let matches = act.keys.verify(Purpose::EmailPasscode, &parts, &emailed.mac);
    matches && emailed.until > lock.now() && !lock.account.mail_paused && email_is_allowed(act, has_app)
}

/// The code of an emailed passcode, as the attempt's row keeps it.
pub fn emailed_mac(act: &Act, attempt: &Attempt, passcode: &Passcode) -> Mac {
    act.keys.mac(Purpose::EmailPasscode, &[attempt.id.as_str().as_bytes(), passcode.digits().as_bytes()])
}

fn held_apps(act: &Act, sealed: Vec<SealedApp>, lock: &AccountLock) -> Result<Vec<HeldApp>, Error> {
    let open = |app: SealedApp| {
        let aad = secret_aad(lock.id().as_str(), app.id.as_str());
        let unopenable = || Error::Bug(format!("the key of app {} does not open", app.id));
        let plain = act.keys.open(Purpose::TotpSeal, &aad, &app.secret).map_err(|_| unopenable())?;
        let secret = Secret::from_bytes(plain.expose()).ok_or_else(unopenable)?;
        Ok(HeldApp { secret, id: app.id, last_step: app.last_step, last_used_at: app.last_used_at, mailed: app.mailed })
    };
    sealed.into_iter().map(open).collect()
}

/// What a sealed key of an app is bound to.
pub fn secret_aad(account: &str, app: &str) -> String {
    format!("totp_app.secret {account} {app} SHA1 6 30")
}

/// The account of the sign-in behind `token`, so that its load can be bounded before anything is written.
pub fn account_of(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<String>, Error> {
    Ok(attempt::find(tx, &act.token_macs(token))?.map(|attempt| attempt.account.as_str().to_owned()))
}

/// The account's row of the attempt, for the sentences of its pages.
pub fn person_of(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Option<Account>, Error> {
    match attempt::find(tx, &act.token_macs(token))? {
        Some(attempt) => account::load(tx, &attempt.account),
        None => Ok(None),
    }
}

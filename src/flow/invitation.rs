//! Invitations, and the first administrator's one-time address. Behind either a person sets the first password and goes straight
//! on to set-up, in the same browser.

use super::account::{self as accounts, Added, FirstPassword, NewAccount};
use super::act::Act;
use super::link::{self as links, Gone, Older};
use super::new_password::end_everything;
use super::sign_in::password::seal_hash;
use super::{audit, post};
use crate::mail::message::{Invitation, Message, PasswordChanged};
use crate::model::account::Role;
use crate::model::account_name::Username;
use crate::model::audit::Event;
use crate::model::dice::Dice;
use crate::model::email_address::EmailAddress;
use crate::model::id::{AccountId, LinkId};
use crate::model::link::{Ending, Purpose};
use crate::model::secret::SecretText;
use crate::model::token::{PlainToken, TokenKind};
use crate::store::account::{self, AccountLock, with_lock};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::link;

/// Mails the locked account an invitation; the older one ends.
pub fn send(tx: &mut Tx<'_>, (act, dice): (&Act, &mut Dice), lock: &mut AccountLock) -> Result<(), Error> {
    let life = act.settings.limits.invitation;
    let token = links::make(tx, (act, dice), lock, (Purpose::Invitation, life), Older::End)?;
    let message = Message::Invitation(Invitation {
        link: links::address(act, Purpose::Invitation, &token),
        by: act.settings.branding.name.clone(),
        good_for: life,
    });
    post::send_recovery(tx, (act, dice), lock, &message)?;
    audit::record(tx, act, lock, Event::Invited)
}

/// The address behind which the first administrator is made. `None` when there is an administrator already.
pub fn first_administrator(tx: &mut Tx<'_>, act: &Act) -> Result<Option<SecretText>, Error> {
    if account::has_role(tx, Role::Administrator)? {
        return Ok(None);
    }
    link::end_without_account(tx, Purpose::FirstAdministrator)?;
    let mut dice = act.dice();
    let token = PlainToken::new(TokenKind::Link, &mut dice);
    let life = act.settings.limits.first_administrator;
    let made = links::fresh(LinkId::new(dice.id(act.now)), 0, (act.now, life));
    link::insert_without_account(tx, &made, Purpose::FirstAdministrator, &act.token_mac(&token))?;
    audit::record_of_installation(tx, act, Event::FirstAdministratorInvited)?;
    Ok(Some(links::address(act, Purpose::FirstAdministrator, &token)))
}

/// Whom a link invites.
#[derive(Debug)]
pub enum Standing {
    /// This account's person.
    Account {
        /// Its id.
        id: AccountId,
        /// Its username.
        username: String,
        /// Its email address.
        email: String,
        /// Its person's name.
        name: Option<String>,
    },
    /// Whoever runs the installation.
    FirstAdministrator,
}

/// Whom the link behind `token` invites, or why it leads nowhere. Reads only.
pub fn standing(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<Standing, Gone>, Error> {
    Ok(find(tx, act, token)?.map(|(_, standing)| standing))
}

fn find(tx: &mut Tx<'_>, act: &Act, token: &PlainToken) -> Result<Result<(link::Link, Standing), Gone>, Error> {
    match links::find(tx, act, Purpose::FirstAdministrator, token)? {
        Ok(_) if account::has_role(tx, Role::Administrator)? => return Ok(Err(Gone::Used)),
        Ok(found) => return Ok(Ok((found, Standing::FirstAdministrator))),
        Err(Gone::Unknown) => {}
        Err(gone) => return Ok(Err(gone)),
    }
    let found = links::with_account(tx, act, Purpose::Invitation, token)?;
    Ok(found.map(|(found, id, row)| {
        (found, Standing::Account { id, username: row.username, email: row.email, name: row.name })
    }))
}

/// How accepting an invitation ended.
#[derive(Debug)]
pub enum Accepted {
    /// The password is set; this setup link's token goes on to set-up.
    SetUp(PlainToken),
    /// The password is set, and MFA was set up before: sign in.
    SignIn,
    /// Another account has this username.
    UsernameTaken,
    /// Another account has this email address.
    EmailTaken,
    /// The link leads nowhere any more.
    Gone(Gone),
}

/// Sets an invited account's first password.
pub fn accept(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, phc: &SecretText) -> Result<Accepted, Error> {
    let id = match standing(tx, act, token)? {
        Ok(Standing::Account { id, .. }) => id,
        Ok(Standing::FirstAdministrator) => return Ok(Accepted::Gone(Gone::Unknown)),
        Err(gone) => return Ok(Accepted::Gone(gone)),
    };
    let accepted = with_lock(tx, &id, act.now, |tx, lock| {
        let found = match find(tx, act, token)? {
            Ok((found, _)) => found,
            Err(gone) => return Ok(Accepted::Gone(gone)),
        };
        if !link::end(tx, &found.id, Ending::Used)? {
            return Ok(Accepted::Gone(Gone::Used));
        }
        let mut dice = act.dice();
        lock.account.password_hash = Some(seal_hash(act, lock.id(), phc, &mut dice));
        lock.account.password_blocked = false;
        lock.account.password_due = false;
        lock.account.mail_paused = lock.account.has_mfa();
        end_everything(tx, &mut dice, lock)?;
        if lock.account.has_mfa() {
            post::notify(tx, (act, &mut dice), lock, &Message::PasswordChanged(PasswordChanged))?;
        }
        audit::record(tx, act, lock, Event::InvitationAccepted)?;
        go_on(tx, (act, &mut dice), lock)
    })?;
    Ok(accepted.unwrap_or(Accepted::Gone(Gone::Unknown)))
}

/// Makes the first administrator's account.
pub fn make_first_administrator(
    tx: &mut Tx<'_>,
    act: &Act,
    token: &PlainToken,
    (username, email): (&Username, &EmailAddress),
    phc: &SecretText,
) -> Result<Accepted, Error> {
    let found = match find(tx, act, token)? {
        Ok((found, Standing::FirstAdministrator)) => found,
        Ok(_) => return Ok(Accepted::Gone(Gone::Unknown)),
        Err(gone) => return Ok(Accepted::Gone(gone)),
    };
    // There is no account yet whose lock would keep others waiting: the link's row does.
    if !link::open(tx, &found.id, None, act.now)? {
        return Ok(Accepted::Gone(Gone::Used));
    }
    let new = NewAccount {
        username: username.clone(),
        email: email.clone(),
        name: None,
        organization: None,
        role: Role::Administrator,
        groups: Vec::new(),
    };
    let mut dice = act.dice();
    let id = match accounts::add(tx, (act, &mut dice), &new, &FirstPassword::Hash(phc.clone()))? {
        Added::Done(id) => id,
        Added::UsernameTaken => return Ok(Accepted::UsernameTaken),
        Added::EmailTaken => return Ok(Accepted::EmailTaken),
    };
    if !link::end(tx, &found.id, Ending::Used)? {
        return Err(Error::Bug("the first administrator's link ended under its lock".into()));
    }
    let accepted = with_lock(tx, &id, act.now, |tx, lock| go_on(tx, (act, &mut dice), lock))?;
    Ok(accepted.unwrap_or(Accepted::Gone(Gone::Unknown)))
}

fn go_on(tx: &mut Tx<'_>, (act, dice): (&Act, &mut Dice), lock: &AccountLock) -> Result<Accepted, Error> {
    if lock.account.has_mfa() {
        return Ok(Accepted::SignIn);
    }
    let life = act.settings.limits.setup_link;
    links::make(tx, (act, dice), lock, (Purpose::SetUp, life), Older::End).map(Accepted::SetUp)
}

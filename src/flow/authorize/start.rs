//! A request arrives (OpenID Connect Core section 3.1.2.2).

use super::advance::{self, Visitor};
use super::decide::{self, Decided};
use super::pending::{self, Pending};
use super::{LIFE, ahead, hint};
use crate::flow::act::Act;
use crate::flow::session;
use crate::model::dice::Dice;
use crate::model::id::{AccountId, RequestId};
use crate::model::product::{Kind, Product};
use crate::model::token::PlainToken;
use crate::oidc::authorize::{AuthorizeRequest, NoReturn, Refused, client_of, pushed};
use crate::oidc::error::ErrorCode;
use crate::oidc::parameters::Parameters;
use crate::oidc::response::Answer;
use crate::store::account::with_lock;
use crate::store::authorization_request::{self, AuthorizationRequest};
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::product;
use crate::store::session as sessions;

/// What a request that arrives leads to.
#[derive(Debug)]
pub enum Started {
    /// It goes nowhere; the person is told why.
    Shown(NoReturn),
    /// Back to the product at once.
    Answered(Answer),
    /// It waits under this token.
    Waiting(PlainToken),
}

/// What is asked, and of whom.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: AuthorizeRequest,
    pub(super) subject: Option<AccountId>,
}

impl Asked {
    /// Of a request of `product`: an ID token in it is not for keeping; whom it names is.
    pub(super) fn new(
        tx: &mut Tx<'_>,
        act: &Act,
        product: &Product,
        mut request: AuthorizeRequest,
    ) -> Result<Result<Self, Refused>, Error> {
        let hint = request.id_token_hint.take();
        let subject = match &hint {
            Some(token) => hint::subject(tx, act, product, token)?,
            None => None,
        };
        if request.silent && hint.is_some() && subject.is_none() {
            let error = ErrorCode::LoginRequired.because("The id_token_hint names nobody who is known here.");
            return Ok(Err(Refused::Sent(Box::new(request.return_to), error)));
        }
        Ok(Ok(Self { request, subject }))
    }
}

/// Takes a request. Without a visitor, whose cookies a POST from another site does not carry, it waits in any case.
pub fn start(tx: &mut Tx<'_>, act: &Act, parameters: &Parameters, visitor: Option<&Visitor>) -> Result<Started, Error> {
    let product = match client_of(parameters) {
        Ok(id) => product::load(tx, &id)?.filter(|product| product.kind == Kind::Web),
        Err(why) => return Ok(Started::Shown(why)),
    };
    let Some(product) = product else { return Ok(Started::Shown(NoReturn::UnknownClient)) };
    let asked = match pushed(parameters) {
        Some(token) => ahead::take(tx, act, &product, token)?,
        None => match AuthorizeRequest::parse(parameters, &product) {
            Ok(request) => Asked::new(tx, act, &product, request)?,
            Err(refused) => Err(refused),
        },
    };
    let Asked { request, subject } = match asked {
        Ok(asked) => asked,
        Err(Refused::Shown(why)) => return Ok(Started::Shown(why)),
        Err(Refused::Sent(to, error)) => {
            return Ok(Started::Answered(to.with_error(act.settings.public_url.as_str(), error)));
        }
    };
    let mut dice = act.dice();
    let pending = arrived((act, &mut dice), product, request, subject)?;
    if let Some(visitor) = visitor
        && let Some(answer) = at_once(tx, (act, &mut dice), &pending, visitor)?
    {
        return Ok(Started::Answered(answer));
    }
    authorization_request::insert(tx, &pending.row)?;
    Ok(Started::Waiting(pending.token))
}

fn arrived(
    (act, dice): (&Act, &mut Dice),
    product: Product,
    request: AuthorizeRequest,
    subject: Option<AccountId>,
) -> Result<Pending, Error> {
    let id = RequestId::new(dice.id(act.now));
    let token = pending::new_token(act, &id);
    let text = serde_json::to_string(&request).map_err(|error| Error::Bug(error.to_string()))?;
    let row = AuthorizationRequest {
        id,
        token: act.token_mac(&token),
        product: product.id.clone(),
        pushed: false,
        request: text,
        subject,
        created_at: act.now,
        expires_at: act.now.plus(LIFE),
        passcode: None,
        ended_at: None,
    };
    Ok(Pending { row, token, product, request })
}

/// The answer that needs nothing of the person.
fn at_once(
    tx: &mut Tx<'_>,
    (act, dice): (&Act, &mut Dice),
    pending: &Pending,
    visitor: &Visitor,
) -> Result<Option<Answer>, Error> {
    let tell = |decided: &Decided| match decided {
        Decided::Tell(error) => Some(pending.request.return_to.with_error(act.settings.public_url.as_str(), *error)),
        _ => None,
    };
    let Some(found) = advance::session_of(tx, act, visitor)? else {
        return Ok(tell(&decide::without_session(pending)));
    };
    let answer = with_lock(tx, &found.account, act.now, |tx, lock| {
        let session = sessions::load(tx, &found.id)?.filter(|session| session::is_good(act, session, &lock.account));
        let Some(session) = session else { return Ok(tell(&decide::without_session(pending))) };
        sessions::touch(tx, &session.id, act.now)?;
        match decide::in_session(tx, lock, &session, pending)? {
            Decided::Open(basis) => advance::code(tx, (act, dice), lock, &session, (pending, basis)).map(Some),
            decided => Ok(tell(&decided)),
        }
    })?;
    Ok(answer.flatten())
}

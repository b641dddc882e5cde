//! What a waiting request comes to in a live session: who may open the product, what it asks, what was proved. Writes nothing.

use super::pending::Pending;
use crate::model::opening::{self, Basis, Opening, Proved};
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::store::account::AccountLock;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::session::Session;
use crate::store::{product_access, product_passcode, totp_app};

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub enum Decided {
    /// A code.
    Open(Basis),
    /// The whole sign-in.
    SignIn,
    /// A passcode for this product.
    Passcode,
    /// The product is told why there is none.
    Tell(ProtocolError),
    /// The person is told why there is none.
    Show(WhyNot),
}

/// Why a product does not open for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// It is not among those who may open it.
    MayNotOpen,
    /// It takes passcodes of an app only, and there is none.
    NeedsApp,
}

/// Nobody is signed in.
pub fn without_session(pending: &Pending) -> Decided {
    or_tell(pending, Decided::SignIn, ErrorCode::LoginRequired.because("Nobody is signed in."))
}

/// For the locked account in its live session.
pub fn in_session(tx: &mut Tx<'_>, lock: &AccountLock, session: &Session, pending: &Pending) -> Result<Decided, Error> {
    let (row, product, demands) = (&pending.row, &pending.product, pending.request.demands());
    if row.subject.as_ref().is_some_and(|expected| expected != lock.id()) {
        let error = ErrorCode::LoginRequired.because("Another person is signed in than the one expected.");
        let is_fresh = session.created_at >= row.created_at;
        return Ok(if is_fresh { Decided::Tell(error) } else { or_tell(pending, Decided::SignIn, error) });
    }
    if !product_access::may_open(tx, &product.id, lock.id())? {
        let error = ErrorCode::AccessDenied.because("This account may not open the product.");
        return Ok(or_tell(pending, Decided::Show(WhyNot::MayNotOpen), error));
    }
    let proved = Proved {
        password: session.password,
        passcode: session.passcode,
        for_request: row.passcode.as_ref().filter(|(given_in, _)| *given_in == session.id).map(|(_, proof)| *proof),
        for_product: product_passcode::newest(tx, &session.id, &product.id)?,
    };
    let has_app = totp_app::of(tx, lock.id())?.iter().any(|app| !app.mailed);
    Ok(match opening::decide(product, demands, &proved, (row.created_at, lock.now()), has_app) {
        Opening::Open(basis) => Decided::Open(basis),
        Opening::SignIn => {
            let error = ErrorCode::LoginRequired.because("The person must sign in again.");
            or_tell(pending, Decided::SignIn, error)
        }
        Opening::Passcode { .. } => {
            let error = ErrorCode::InteractionRequired.because("The product asks for a passcode of its own.");
            or_tell(pending, Decided::Passcode, error)
        }
        Opening::OutOfReach if demands.level.is_some() => Decided::Tell(
            ErrorCode::UnmetAuthenticationRequirements.because("The account cannot reach the acr that is asked for."),
        ),
        Opening::OutOfReach => {
            let error = ErrorCode::InteractionRequired.because("The product needs an authenticator app.");
            or_tell(pending, Decided::Show(WhyNot::NeedsApp), error)
        }
    })
}

/// Where no page may be shown the product is told instead.
fn or_tell(pending: &Pending, decided: Decided, error: ProtocolError) -> Decided {
    if pending.request.silent { Decided::Tell(error) } else { decided }
}

//! What somebody who listens to a conversation may hear now. The right to it is checked each time: an analyst's session and role, a
//! browser's part in the case. Reads only, but for what was heard and by
//! whom.

use std::time::Duration;

use super::analyst::Analyst;
use super::conversation::{Reader, Talk, messages, read_by_analyst, since_for_analyst};
use super::person::{self, present};
use super::{note, with_case};
use crate::flow::act::Act;
use crate::flow::session;
use crate::model::id::{AccountId, CaseId, ParticipantId, SessionId};
use crate::model::support_case::{CaseNumber, Happening, State};
use crate::model::time::Timestamp;
use crate::model::token::PlainToken;
use crate::store::account::AccountLock;
use crate::store::audit;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::support_case::{self, Case};

/// How long a look at a case covers what is heard of it.
const LOOK: Duration = Duration::from_secs(15 * 60);

/// Who listens.
#[derive(Clone, Debug)]
pub enum Listener {
    /// An analyst, in the session with this id: its token may change while the session goes on.
    Analyst(SessionId, CaseNumber),
    /// The browser of the person that joined with this token.
    Person(PlainToken),
}

/// Whose streams count together: an analyst's, and on the person's side those of one browser, so that none ends another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// An analyst.
    Analyst(AccountId),
    /// A browser that joined a case of this account.
    Browser(ParticipantId, AccountId),
}

/// What there is to hear.
#[derive(Debug)]
pub struct News {
    /// Of which case.
    pub case: CaseId,
    /// Whose stream it is.
    pub holder: Holder,
    /// What was said after the message that was asked for.
    pub talk: Talk,
}

/// What was said after message `after`; `None` where this listener has no right to it any more.
pub fn news(tx: &mut Tx<'_>, act: &Act, listener: &Listener, after: i64) -> Result<Option<News>, Error> {
    match listener {
        Listener::Analyst(session, number) => {
            let Some(analyst) = still_analyst(tx, act, session)? else { return Ok(None) };
            let Some(case) = support_case::by_number(tx, number)? else { return Ok(None) };
            let talk = since_for_analyst(tx, act, &analyst, number, after)?;
            Ok(talk.map(|talk| News { case: case.id, holder: Holder::Analyst(analyst.account), talk }))
        }
        Listener::Person(token) => {
            let Some(present) = present(tx, act, token)? else { return Ok(None) };
            let messages = messages(tx, act, &present.case, (&Reader::Person(&present.participant), after))?;
            let talk = Talk { state: present.case.state, messages, newest: present.case.last_seq };
            let holder = Holder::Browser(present.participant.id, present.case.account);
            Ok(Some(News { case: present.case.id, holder, talk }))
        }
    }
}

/// Notes in the owner's trail that an analyst listens from now on, which is a look at the case. Where the same analyst's last look is
/// younger than a quarter of an hour, as when the stream belongs to a page that was shown just now, that one says so already.
pub fn begun(tx: &mut Tx<'_>, act: &Act, listener: &Listener) -> Result<(), Error> {
    let Listener::Analyst(session, number) = listener else { return Ok(()) };
    let Some(analyst) = still_analyst(tx, act, session)? else { return Ok(()) };
    let Some(case) = support_case::by_number(tx, number)? else { return Ok(()) };
    if case.account == analyst.account || has_looked(tx, act, &analyst, &case)? {
        return Ok(());
    }
    let viewed = |tx: &mut Tx<'_>, lock: &mut AccountLock, case| {
        note(tx, &analyst.acting(act), lock, (&case, Happening::Viewed))
    };
    with_case(tx, act, number, viewed).map(drop)
}

fn has_looked(tx: &mut Tx<'_>, act: &Act, analyst: &Analyst, case: &Case) -> Result<bool, Error> {
    let actor = analyst.actor();
    audit::has(tx, &case.account, ("case-view", &actor, case.number.as_str()), act.now.minus(LOOK))
}

/// Notes that the listener has heard everything up to message `seq`.
pub fn heard(tx: &mut Tx<'_>, act: &Act, listener: &Listener, seq: i64) -> Result<(), Error> {
    match listener {
        Listener::Analyst(session, number) => match still_analyst(tx, act, session)? {
            Some(analyst) => read_by_analyst(tx, act, &analyst, (number, seq)),
            None => Ok(()),
        },
        Listener::Person(token) => person::read(tx, act, token, seq),
    }
}

fn still_analyst(tx: &mut Tx<'_>, act: &Act, session: &SessionId) -> Result<Option<Analyst>, Error> {
    Ok(session::live_by_id(tx, act, session)?.as_ref().and_then(Analyst::of))
}

/// A case in which something happened lately.
#[derive(Clone, Debug)]
pub struct Changed {
    /// It.
    pub id: CaseId,
    /// Its newest message.
    pub last_seq: i64,
    /// Where it stands.
    pub state: State,
}

/// The cases in which something was said or done since `then`.
pub fn changed(tx: &mut Tx<'_>, then: Timestamp) -> Result<Vec<Changed>, Error> {
    let cases = support_case::changed_since(tx, then)?;
    Ok(cases.into_iter().map(|(id, last_seq, state)| Changed { id, last_seq, state }).collect())
}

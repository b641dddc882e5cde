//! New security questions: all three at once, in the place of the old ones.

use super::change;
use crate::config::Profile;
use crate::flow::act::Act;
use crate::flow::set_up::install::put_answers;
use crate::flow::set_up::steps::Answered;
use crate::flow::{audit, post};
use crate::mail::message::{Message, QuestionsChanged};
use crate::model::audit::Event;
use crate::model::link::Purpose;
use crate::model::token::PlainToken;
use crate::store::db::Tx;
use crate::store::error::Error;
use crate::store::{link, security_answer};

/// Puts them in the place of the old ones. What was begun with the old ones behind a link is over. `None` where changes are not confirmed
/// any more.
pub fn set(tx: &mut Tx<'_>, act: &Act, token: &PlainToken, answers: &[Answered]) -> Result<Option<()>, Error> {
    if act.settings.profile == Profile::Strict || answers.len() != 3 {
        return Err(Error::Bug("security questions were set without three answers, or in profile strict".into()));
    }
    change(tx, act, token, |tx, lock, _| {
        let mut dice = act.dice();
        security_answer::delete_all(tx, lock)?;
        put_answers(tx, (act, &mut dice), lock, answers)?;
        link::replace(tx, lock, Purpose::NewDevice, false)?;
        audit::record(tx, act, lock, Event::QuestionsChanged)?;
        post::tell(tx, (act, &mut dice), lock, &Message::QuestionsChanged(QuestionsChanged))
    })
}

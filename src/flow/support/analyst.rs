//! Who works in a case: an analyst, or an administrator who helps out, in a live session.

use crate::flow::act::Act;
use crate::flow::session::Live;
use crate::model::id::{AccountId, SessionId};
use crate::model::support_case::works_support;

/// An analyst.
#[derive(Clone, Debug)]
pub struct Analyst {
    /// The analyst's account.
    pub account: AccountId,
    /// Its name.
    pub username: String,
    /// The session.
    pub session: SessionId,
}

impl Analyst {
    /// The analyst whose session it is; `None` where it is no analyst's.
    pub fn of(live: &Live) -> Option<Self> {
        works_support(live.account.role).then(|| Self {
            account: live.session.account.clone(),
            username: live.account.username.clone(),
            session: live.session.id.clone(),
        })
    }

    /// The act as the trail of somebody else's account names it.
    pub(super) fn acting(&self, act: &Act) -> Act {
        let mut act = act.clone();
        act.origin.actor = Some(self.actor().into());
        act
    }

    /// As the trail of somebody else's account names the analyst.
    pub(super) fn actor(&self) -> String {
        format!("analyst {}", self.username)
    }

    /// The act as mails to the owner tell of it: without the analyst's browser and network, which are nobody else's business.
    pub(super) fn unseen(act: &Act) -> Act {
        let mut act = act.clone();
        act.origin.address = None;
        act
    }
}

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
        Self::actor_of(&self.username)
    }

    /// As it names the analyst with this username.
    pub(super) fn actor_of(username: &str) -> String {
        format!("analyst {username}")
    }

    /// The act as one of the analyst with this username, who is not here: without browser and network.
    pub(super) fn absent(act: &Act, username: &str) -> Act {
        let mut act = Self::unseen(act);
        act.origin.user_agent = String::new();
        act.origin.actor = Some(Self::actor_of(username).into());
        act
    }

    /// The act as mails to the owner tell of it: without the analyst's browser and network, which are nobody else's business.
    pub(super) fn unseen(act: &Act) -> Act {
        let mut act = act.clone();
        act.origin.address = None;
        act
    }
}

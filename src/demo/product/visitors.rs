//! Who is here: for each browser what it began and who is signed in there. In memory, and bounded; a restart forgets it, and
//! Vestibule knows the person still.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::cookie::fresh;
use super::tokens::{IdToken, LogoutToken};
use crate::model::time::Timestamp;

/// The oldest goes when another one comes.
const MOST_VISITORS: usize = 1_000;
const MOST_FLOWS: usize = 8;
const MOST_REMEMBERED: usize = 1_000;
/// As long as a person may take at Vestibule, set-up included.
const LONGEST_FLOW: Duration = Duration::from_secs(3_600);

/// A sign-in that was begun here and has not come back.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Comes back with the answer (RFC 6749 section 4.1.1).
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// What the code is redeemed with (RFC 7636).
    pub verifier: String,
    /// When it was begun.
    pub began: Timestamp,
}

impl Flow {
    /// A new one.
    pub fn begin(now: Timestamp) -> Self {
        Self { state: fresh(), nonce: fresh(), verifier: fresh(), began: now }
    }
}

/// Someone who is signed in here.
#[derive(Clone, Debug)]
pub struct Session {
    /// Under which name.
    pub username: String,
    /// What Vestibule said.
    pub id_token: IdToken,
    /// Binds the forms of this session's pages.
    pub form_token: String,
}

#[derive(Debug)]
struct Visitor {
    cookie: String,
    flows: VecDeque<Flow>,
    session: Option<Session>,
}

/// Every browser that was here.
#[derive(Debug, Default)]
pub struct Visitors(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Oldest first.
    visitors: VecDeque<Visitor>,
    /// Sessions that ended, and when: an ID token from before must begin none.
    ended: VecDeque<LogoutToken>,
}

/// How a sign-out went.
#[derive(Debug)]
pub enum SignedOut {
    /// The session that was ended.
    Done(Session),
    /// There was none.
    Nobody,
    /// The form is of another session.
    StaleForm,
}

impl Visitors {
    /// Who is signed in in this browser.
    pub fn session(&self, cookie: Option<&str>) -> Option<Session> {
        self.kept().visitor(cookie)?.session.clone()
    }

    /// Keeps a sign-in that begins now, and gives the cookie under which it is kept.
    pub fn begin(&self, cookie: Option<&str>, flow: Flow) -> String {
        let mut kept = self.kept();
        if let Some(visitor) = kept.visitor(cookie) {
            push(&mut visitor.flows, flow, MOST_FLOWS);
            return visitor.cookie.clone();
        }
        let cookie = fresh();
        let visitor = Visitor { cookie: cookie.clone(), flows: VecDeque::from([flow]), session: None };
        push(&mut kept.visitors, visitor, MOST_VISITORS);
        cookie
    }

    /// Takes the sign-in that this browser began with this state; it is there once.
    pub fn take(&self, cookie: Option<&str>, state: &str, now: Timestamp) -> Option<Flow> {
        let mut kept = self.kept();
        let flows = &mut kept.visitor(cookie)?.flows;
        let at = flows.iter().position(|flow| flow.state == state)?;
        flows.remove(at).filter(|flow| now < flow.began.plus(LONGEST_FLOW))
    }

    /// Signs someone in under a new cookie, so that whoever knew the one before has nothing; none where that session has ended.
    pub fn sign_in(&self, cookie: Option<&str>, username: String, id_token: IdToken) -> Option<String> {
        let mut kept = self.kept();
        if kept.ended.iter().any(|ended| ended.ends(&id_token) && id_token.made_at() <= ended.made_at) {
            return None;
        }
        let before = cookie.and_then(|cookie| kept.visitors.iter().position(|visitor| visitor.cookie == cookie));
        let flows = before.and_then(|at| kept.visitors.remove(at)).map(|visitor| visitor.flows).unwrap_or_default();
        let cookie = fresh();
        let session = Some(Session { username, id_token, form_token: fresh() });
        push(&mut kept.visitors, Visitor { cookie: cookie.clone(), flows, session }, MOST_VISITORS);
        Some(cookie)
    }

    /// Ends this browser's session, if the form is one of its pages'.
    pub fn sign_out(&self, cookie: Option<&str>, form_token: &str) -> SignedOut {
        let mut kept = self.kept();
        let Some(visitor) = kept.visitor(cookie) else { return SignedOut::Nobody };
        match visitor.session.take() {
            None => SignedOut::Nobody,
            Some(session) if verify_slices_are_equal(session.form_token.as_bytes(), form_token.as_bytes()).is_ok() => {
                SignedOut::Done(session)
            }
            session => {
                visitor.session = session;
                SignedOut::StaleForm
            }
        }
    }

    /// Ends the sessions that a logout token names; `false` where that token came before.
    pub fn end(&self, logout: LogoutToken) -> bool {
        let mut kept = self.kept();
        if kept.ended.iter().any(|known| known.id == logout.id) {
            return false;
        }
        for visitor in &mut kept.visitors {
            visitor.session.take_if(|session| logout.ends(&session.id_token));
        }
        push(&mut kept.ended, logout, MOST_REMEMBERED);
        true
    }

    /// Nothing is left half done where a thread broke off.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn visitor(&mut self, cookie: Option<&str>) -> Option<&mut Visitor> {
        let cookie = cookie?;
        self.visitors.iter_mut().find(|visitor| visitor.cookie == cookie)
    }
}

impl LogoutToken {
    /// Whether the session that the ID token belongs to is one of those that ended: the one that is named, or else all of the
    /// person's.
    fn ends(&self, id_token: &IdToken) -> bool {
        match &self.sid {
            Some(sid) => id_token.get("sid") == Some(sid),
            None => self.sub.is_some() && id_token.get("sub") == self.sub.as_deref(),
        }
    }
}

fn push<T>(all: &mut VecDeque<T>, one: T, most: usize) {
    if all.len() >= most {
        all.pop_front();
    }
    all.push_back(one);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn token(sid: &str, made_at: i64) -> IdToken {
        let claims = json!({ "sub": "nora", "sid": sid, "iat": made_at });
        IdToken { text: "text".into(), claims: claims.as_object().unwrap().clone() }
    }

    fn logout(id: &str, sid: Option<&str>) -> LogoutToken {
        LogoutToken { id: id.into(), sid: sid.map(str::to_owned), sub: Some("nora".into()), made_at: 100 }
    }

    fn is_in(visitors: &Visitors, cookie: &str) -> bool {
        visitors.session(Some(cookie)).is_some()
    }

    #[test]
    fn a_flow_comes_back_once_in_its_own_browser_and_in_time() {
        let visitors = Visitors::default();
        let (flow, late) = (Flow::begin(at(0)), Flow::begin(at(0)));
        let (state, late_state) = (flow.state.clone(), late.state.clone());
        let cookie = visitors.begin(None, flow);
        assert_eq!(visitors.begin(Some(&cookie), late), cookie);
        let other = visitors.begin(Some("made up"), Flow::begin(at(0)));
        assert!(visitors.take(Some(&other), &state, at(1)).is_none());
        assert!(visitors.take(None, &state, at(1)).is_none());
        assert!(visitors.take(Some(&cookie), &state, at(1)).is_some());
        assert!(visitors.take(Some(&cookie), &state, at(1)).is_none());
        assert!(visitors.take(Some(&cookie), &late_state, at(3_600)).is_none());
    }

    #[test]
    fn a_sign_in_changes_the_cookie_and_keeps_what_else_was_begun() {
        let visitors = Visitors::default();
        let flow = Flow::begin(at(0));
        let state = flow.state.clone();
        let before = visitors.begin(None, flow);
        let after = visitors.sign_in(Some(&before), "nora".into(), token("1", 1)).unwrap();
        assert!(is_in(&visitors, &after) && !is_in(&visitors, &before));
        assert!(visitors.take(Some(&after), &state, at(1)).is_some());
    }

    #[test]
    fn only_a_form_of_the_session_signs_out() {
        let visitors = Visitors::default();
        let mine = visitors.sign_in(None, "nora".into(), token("1", 1)).unwrap();
        let other = visitors.sign_in(None, "eve".into(), token("2", 1)).unwrap();
        let theirs = visitors.session(Some(&other)).unwrap().form_token;
        assert!(matches!(visitors.sign_out(Some(&mine), &theirs), SignedOut::StaleForm));
        assert!(matches!(visitors.sign_out(Some(&mine), ""), SignedOut::StaleForm));
        assert!(is_in(&visitors, &mine));
        let own = visitors.session(Some(&mine)).unwrap().form_token;
        assert!(matches!(visitors.sign_out(Some(&mine), &own), SignedOut::Done(_)));
        assert!(matches!(visitors.sign_out(Some(&mine), &own), SignedOut::Nobody));
        assert!(is_in(&visitors, &other));
    }

    #[test]
    fn a_logout_token_ends_the_session_it_names_once() {
        let visitors = Visitors::default();
        let [one, two] = ["1", "2"].map(|sid| visitors.sign_in(None, "nora".into(), token(sid, 1)).unwrap());
        assert!(visitors.end(logout("a", Some("1"))));
        assert!(!is_in(&visitors, &one) && is_in(&visitors, &two));
        assert!(!visitors.end(logout("a", Some("2"))));
        assert!(is_in(&visitors, &two));
        assert!(visitors.end(logout("b", None)));
        assert!(!is_in(&visitors, &two));
    }

    /// The word of the end can come in before the sign-in that it ends is through.
    #[test]
    fn a_session_that_has_ended_is_not_begun_by_an_older_id_token() {
        let visitors = Visitors::default();
        assert!(visitors.end(logout("a", Some("1"))));
        assert!(visitors.sign_in(None, "nora".into(), token("1", 100)).is_none());
        assert!(visitors.sign_in(None, "nora".into(), token("1", 101)).is_some());
        assert!(visitors.sign_in(None, "nora".into(), token("2", 100)).is_some());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let visitors = Visitors::default();
        let first = visitors.sign_in(None, "nora".into(), token("1", 1)).unwrap();
        for _ in 0..MOST_VISITORS {
            visitors.begin(None, Flow::begin(at(0)));
        }
        assert!(!is_in(&visitors, &first));
        assert_eq!(visitors.kept().visitors.len(), MOST_VISITORS);
    }
}

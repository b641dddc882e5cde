//! A sign-in attempt: begun by a right password, ended by a session, by wrong tries, or by time. One that a live session began asks
//! for a passcode, for one product or to confirm something, and never ends in a session.
//!
//! `Passcode → (NewPassword →) Ended`. A step is taken by value; [`Authenticated`] comes out of a finished attempt only, and a
//! session can be started with nothing else.

use super::confirmation::Confirmation;
use super::id::{AccountId, AttemptId, KnownBrowserId, RequestId, SessionId};
use super::proof::{PasscodeProof, PasswordProof, Way};
use super::time::Timestamp;
use super::token::Mac;

/// A sign-in that the right password opened.
#[derive(Debug)]
pub struct Attempt {
    /// Its row.
    pub id: AttemptId,
    /// Whose sign-in it is.
    pub account: AccountId,
    /// The account's epoch when it began; it is worth nothing in another.
    pub epoch: i64,
    /// When the right password was given.
    pub created_at: Timestamp,
    /// When it dies of age.
    pub expires_at: Timestamp,
    /// The known browser it was begun in, whose bucket it charges.
    pub known_browser: Option<KnownBrowserId>,
    /// When the passcode page was first shown.
    pub entry_began_at: Option<Timestamp>,
    /// Wrong passcodes so far.
    pub wrong_tries: u32,
    /// The passcode that was emailed for it, if any.
    pub emailed: Option<Emailed>,
    /// The live session that began it; such an attempt is for a passcode of that session alone.
    pub session: Option<SessionId>,
    /// The product's request that it is for.
    pub request: Option<RequestId>,
    /// What the session asks for, where that is no product's passcode.
    pub confirms: Option<Confirmation>,
    /// Where it stands.
    pub stage: Stage,
}

/// An emailed passcode as stored.
#[derive(Clone, Debug)]
pub struct Emailed {
    /// Of the attempt and the code.
    pub mac: Mac,
    /// When it was asked for.
    pub sent_at: Timestamp,
    /// When it stops being good.
    pub until: Timestamp,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the passcode (or set-up) is next.
    Passcode,
    /// The passcode was right too, but the password must change before it goes on.
    NewPassword(PasscodeProof),
    /// Over.
    Ended(Ending),
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// In a session.
    SignedIn,
    /// By the passcode that was asked for in a session.
    Given,
    /// By too many wrong passcodes of its own.
    Wrong,
    /// By a lock of its bucket.
    Locked,
}

impl Ending {
    /// As the column keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::Given => "given",
            Self::Wrong => "wrong",
            Self::Locked => "locked",
        }
    }

    /// The reverse of [`Ending::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::SignedIn, Self::Given, Self::Wrong, Self::Locked].into_iter().find(|ending| ending.as_str() == text)
    }
}

/// What a right passcode leads to.
#[derive(Debug)]
pub enum Accepted {
    /// The sign-in is whole.
    Whole(Authenticated),
    /// It was asked for in this session, and leads to no other.
    InSession(SessionId),
    /// The password must change first.
    NewPasswordFirst(PasscodeProof),
}

/// A person who has proved both steps in one attempt.
#[derive(Debug)]
pub struct Authenticated {
    attempt: AttemptId,
    password: PasswordProof,
    passcode: PasscodeProof,
    request: Option<RequestId>,
}

impl Attempt {
    /// Whether it can still be used by `epoch`'s account at `now`.
    pub fn is_live(&self, epoch: i64, now: Timestamp) -> bool {
        self.epoch == epoch && now < self.expires_at && !matches!(self.stage, Stage::Ended(_))
    }

    /// Takes the right passcode.
    pub fn accept(self, passcode: PasscodeProof, password_must_change: bool) -> Accepted {
        if let Some(session) = self.session {
            return Accepted::InSession(session);
        }
        if password_must_change {
            return Accepted::NewPasswordFirst(passcode);
        }
        Accepted::Whole(self.whole(passcode))
    }

    /// Takes the new password that stage [`Stage::NewPassword`] waits for; `None` in any other stage.
    pub fn accept_new_password(self) -> Option<Authenticated> {
        match self.stage {
            Stage::NewPassword(passcode) if self.session.is_none() => Some(self.whole(passcode)),
            Stage::Passcode | Stage::NewPassword(_) | Stage::Ended(_) => None,
        }
    }

    fn whole(self, passcode: PasscodeProof) -> Authenticated {
        let password = PasswordProof::kept(self.created_at);
        Authenticated { attempt: self.id, password, passcode, request: self.request }
    }
}

impl Authenticated {
    /// The attempt that this came out of.
    pub fn attempt(&self) -> &AttemptId {
        &self.attempt
    }

    /// The password's proof.
    pub fn password(&self) -> PasswordProof {
        self.password
    }

    /// The passcode's proof.
    pub fn passcode(&self) -> PasscodeProof {
        self.passcode
    }

    /// The product's request that the sign-in was for.
    pub fn request(&self) -> Option<&RequestId> {
        self.request.as_ref()
    }

    /// Whether an app proved it, which opens a new budget with a new password.
    pub fn by_app(&self) -> bool {
        self.passcode.way() == Way::App
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn attempt(stage: Stage) -> Attempt {
        let now = Timestamp::from_millis(1_000);
        Attempt {
            id: AttemptId::new("a".into()),
            account: AccountId::new("b".into()),
            epoch: 3,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(900)),
            known_browser: None,
            entry_began_at: None,
            wrong_tries: 0,
            emailed: None,
            session: None,
            request: None,
            confirms: None,
            stage,
        }
    }

    #[test]
    fn an_attempt_lives_in_its_epoch_until_it_ends() {
        let now = Timestamp::from_millis(2_000);
        assert!(attempt(Stage::Passcode).is_live(3, now));
        assert!(!attempt(Stage::Passcode).is_live(4, now));
        assert!(!attempt(Stage::Passcode).is_live(3, Timestamp::from_millis(901_000)));
        assert!(!attempt(Stage::Ended(Ending::Wrong)).is_live(3, now));
    }

    #[test]
    fn r5_only_the_stage_that_waits_for_a_new_password_takes_one() {
        let proof = PasscodeProof::new(Way::App, Timestamp::from_millis(5));
        assert!(attempt(Stage::Passcode).accept_new_password().is_none());
        assert!(attempt(Stage::Ended(Ending::Locked)).accept_new_password().is_none());
        assert!(attempt(Stage::NewPassword(proof)).accept_new_password().is_some());
        assert!(matches!(attempt(Stage::Passcode).accept(proof, true), Accepted::NewPasswordFirst(_)));
    }

    /// Regression 5: what a session asks for one product is no sign-in, whatever comes together.
    #[test]
    fn r5_an_attempt_of_a_session_leads_to_no_other() {
        let proof = PasscodeProof::new(Way::App, Timestamp::from_millis(5));
        let of_session = |stage| Attempt { session: Some(SessionId::new("s".into())), ..attempt(stage) };
        for must_change in [false, true] {
            let accepted = of_session(Stage::Passcode).accept(proof, must_change);
            assert!(matches!(accepted, Accepted::InSession(session) if session.as_str() == "s"));
        }
        assert!(of_session(Stage::NewPassword(proof)).accept_new_password().is_none());
    }

    #[test]
    fn a_whole_sign_in_has_what_its_attempt_proved() {
        let by_app = PasscodeProof::new(Way::App, Timestamp::from_millis(5_000));
        let Accepted::Whole(whole) = attempt(Stage::Passcode).accept(by_app, false) else { panic!("it is not whole") };
        assert_eq!((whole.attempt().as_str(), whole.passcode(), whole.by_app()), ("a", by_app, true));
        assert_eq!(whole.password().at(), Timestamp::from_millis(1_000));
        let by_mail = PasscodeProof::new(Way::Email, Timestamp::from_millis(5_000));
        assert!(!attempt(Stage::NewPassword(by_mail)).accept_new_password().unwrap().by_app());
    }

    #[test]
    fn an_ending_is_read_from_its_word() {
        let words = [
            (Ending::SignedIn, "signed_in"),
            (Ending::Given, "given"),
            (Ending::Wrong, "wrong"),
            (Ending::Locked, "locked"),
        ];
        for (ending, word) in words {
            assert_eq!((ending.as_str(), Ending::parse(word)), (word, Some(ending)));
        }
        assert_eq!(Ending::parse("over"), None);
    }
}

//! The sign-in, and what it opens.

use vestibule::flow::authorize::advance::{Next, Visitor, advance};
use vestibule::flow::authorize::start::{Started, start};
use vestibule::flow::sign_in::emailed;
use vestibule::flow::sign_in::finish::{Browser, SignedIn};
use vestibule::flow::sign_in::new_password::{self, Changed};
use vestibule::flow::sign_in::passcode::{self, Submitted};
use vestibule::flow::sign_in::password::{self, Begun, Settled, Typed as TypedPassword};
use vestibule::model::passcode::Passcode;
use vestibule::model::proof::PasswordProof;
use vestibule::model::secret::SecretText;
use vestibule::oidc::parameters::Parameters;
use vestibule::oidc::response;

use super::people::{ATTACKER, OWNER, Profile};
use super::rules::{Aim, Answer, Request, Typed};
use super::walk::Walk;

type Who = (usize, usize);

impl Walk<'_> {
    pub fn browser(&self, (person, browser): Who) -> Browser {
        let web = &self.people[person].webs[browser];
        let known_browsers = web.known.iter().map(|&known| self.known[known].clone()).collect();
        Browser { session: web.session.as_ref().map(|(_, _, token)| token.clone()), known_browsers }
    }

    /// The session that the browser's token is of, while it is of one.
    pub fn session_of(&self, (person, browser): Who) -> Option<usize> {
        let (session, version, _) = self.people[person].webs[browser].session.as_ref()?;
        let row = &self.rules.sessions[*session];
        (!row.ended && row.token == *version).then_some(*session)
    }

    fn known_password(&mut self, (person, _): Who) -> usize {
        let known: Vec<_> = self.people[person].passwords.iter().copied().collect();
        let wrong = self.dice.below(12) == 0;
        self.one_of(known).filter(|_| !wrong).unwrap_or(9_999)
    }

    pub fn give_password(&mut self, who: Who) {
        let typed = self.known_password(who);
        let request = self.web(who).request;
        if let Some(attempt) = self.password(who, (typed, Aim::Portal), None) {
            self.rules.attempts[attempt].request = request;
        }
    }

    /// Types a password for the sign-in, or to confirm something in a session.
    pub fn password(
        &mut self,
        who: Who,
        (typed, aim): (usize, Aim),
        within: Option<Box<(vestibule::model::id::SessionId, vestibule::model::confirmation::Confirmation)>>,
    ) -> Option<usize> {
        let known_browsers = self.browser(who).known_browsers;
        let request = self.web(who).request.filter(|_| within.is_none()).map(|request| self.requests[request].clone());
        let given = TypedPassword { name: Some(self.username.clone()), known_browsers, request, within };
        let settled = self.act(move |tx, act| {
            let Begun::Check(check) = password::begin(tx, act, &given)? else { return Ok(None) };
            let matches = check.hash.as_ref().is_some_and(|hash| hash.expose() == typed.to_string());
            password::settle(tx, act, &check, PasswordProof::from_verdict(matches, act.now), None).map(Some)
        });
        self.note(who, &format!("password {typed} for {aim:?}: {settled:?}"));
        let allowed = self.rules.takes_password(typed);
        match settled {
            None => None,
            Some(Settled::Right(token, has_mfa)) => {
                assert!(allowed && has_mfa == self.rules.has_mfa, "{:#?}", self.last());
                let known = self.web(who).known.clone();
                let attempt = self.rules.open_attempt(&known, aim, None);
                self.attempts.push(token);
                self.web(who).attempt = Some(attempt);
                self.count("password right");
                Some(attempt)
            }
            Some(Settled::Blocked) => {
                assert!(self.rules.blocked && typed == self.rules.password, "{:#?}", self.last());
                None
            }
            Some(Settled::Wrong) => {
                assert!(!allowed, "the right password is wrong: {:#?}", self.last());
                None
            }
        }
    }

    pub fn show_passcode_page(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let token = self.attempts[attempt].clone();
        let standing = self.act(move |tx, act| passcode::view(tx, act, &token));
        self.note(
            who,
            &format!("passcode page of {attempt}: {}", format!("{standing:?}").split(['(', '{']).next().unwrap()),
        );
        self.rules.show(attempt);
    }

    pub fn mail_passcode(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let (token, allowed) = (self.attempts[attempt].clone(), self.rules.mails_passcode(attempt));
        let asked = self.act(move |tx, act| emailed::send(tx, act, &token));
        self.note(who, &format!("a passcode by mail for {attempt}: {asked:?}"));
        match asked {
            emailed::Asked::Sent => {
                assert!(allowed, "{:#?}", self.last());
                let mail = self.arrived.iter().find(|mail| mail.kind == "passcode").expect("a passcode in the mail");
                assert_eq!(mail.to, self.address(self.rules.email).as_str(), "{:#?}", self.last());
                let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
                let code = mail.text.expose().lines().map(str::trim).find(is_code).unwrap().to_owned();
                self.passcodes.push(Passcode::parse(&code).unwrap());
                self.rules.attempts[attempt].mailed = Some((self.passcodes.len() - 1, self.rules.now + 600));
                self.count("passcode mailed");
            }
            emailed::Asked::Wait(_) => assert!(allowed, "{:#?}", self.last()),
            _ => assert!(!allowed, "{:#?}", self.last()),
        }
    }

    fn choose_passcode(&mut self, (person, browser): Who) -> (Typed, Passcode) {
        let attempt = self.people[person].webs[browser].attempt;
        let holder = if self.ghost.phishing { OWNER } else { person };
        let apps: Vec<_> = self.people[holder].apps.iter().copied().collect();
        let now = self.rules.now / 30;
        if self.ghost.means_well && self.dice.below(8) > 0 {
            let own = attempt.and_then(|attempt| self.rules.attempts[attempt].mailed).map(|(number, _)| number);
            if let Some(app) = self.rules.apps.iter().map(|app| app.number).find(|app| apps.contains(app)) {
                return (Typed::App(app, now), self.code_of(app, now));
            }
            if let Some(number) = own.filter(|_| self.reads(person, &[self.rules.email].into())) {
                return (Typed::Mailed(number), self.passcodes[number].clone());
            }
        }
        let drawn = self.dice.below(10);
        // Without an app it is the mail that passcodes come by.
        let by_app = if self.with_app { 6 } else { 2 };
        if drawn < by_app
            && let Some(app) = self.one_of(apps)
        {
            let step = if self.dice.below(3) == 0 { now + 1 - u64::from(self.dice.below(10)) } else { now };
            return (Typed::App(app, step), self.code_of(app, step));
        }
        if drawn < 9 && self.reads(person, &[self.rules.email].into()) && !self.passcodes.is_empty() {
            let own = attempt.and_then(|attempt| self.rules.attempts[attempt].mailed).map(|(number, _)| number);
            let number = own.filter(|_| drawn < 8).unwrap_or(self.passcodes.len() - 1);
            return (Typed::Mailed(number), self.passcodes[number].clone());
        }
        (Typed::Wrong, self.wrong_code())
    }

    pub fn type_passcode(&mut self, who: Who) {
        let (typed, code) = self.choose_passcode(who);
        self.type_this(who, typed, code);
    }

    pub fn type_wrong_passcode(&mut self, who: Who) {
        let code = self.wrong_code();
        self.type_this(who, Typed::Wrong, code);
    }

    fn type_this(&mut self, who: Who, typed: Typed, code: Passcode) {
        let Some(attempt) = self.web(who).attempt else { return };
        let (token, browser) = (self.attempts[attempt].clone(), self.browser(who));
        let session = self.session_of(who);
        let answer = self.act(move |tx, act| passcode::submit(tx, act, &token, &code, &browser));
        self.note(who, &format!("{typed:?} in attempt {attempt} {:?}: {answer:?}", self.rules.attempts[attempt]));
        let expected = self.rules.submit(attempt, typed, session);
        let real = match &answer {
            Submitted::SignedIn(_) => Answer::SignedIn,
            Submitted::NewPasswordFirst => Answer::NewPasswordFirst,
            Submitted::Confirmed(..) => Answer::Confirmed,
            Submitted::Given(_) => Answer::Given,
            Submitted::Wrong => Answer::Wrong,
            Submitted::WrongAndOver => Answer::WrongAndOver,
            Submitted::AlreadyUsed(_) => Answer::Used,
            Submitted::Shut(_) => Answer::Shut,
            Submitted::Over => Answer::Over,
            Submitted::Remote(..) => panic!("no remote app is here"),
        };
        assert_eq!(real, expected, "{}: {:#?}", self.username, self.last());
        if let Typed::App(app, _) = typed
            && matches!(real, Answer::SignedIn | Answer::NewPasswordFirst | Answer::Confirmed | Answer::Given)
        {
            self.ghost.lifted_by = Some(self.secrets[app].1);
            self.ghost.breach |= self.ghost.phishing;
            self.ghost.breached |= self.ghost.phishing;
        }
        match answer {
            Submitted::SignedIn(signed_in) => {
                let by_app = matches!(typed, Typed::App(..));
                self.signed_in(who, (attempt, by_app), signed_in);
            }
            Submitted::Confirmed(_, token) => {
                let (session, version, _) = self.web(who).session.clone().unwrap();
                self.web(who).session = Some((session, version + 1, token));
                self.count("confirmed");
            }
            Submitted::Shut(_) => self.count("locked"),
            Submitted::Given(_) => self.count("passcode for a product"),
            Submitted::NewPasswordFirst => self.count("password due"),
            _ => {}
        }
    }

    pub fn signed_in(&mut self, who: Who, (attempt, by_app): (usize, bool), signed_in: SignedIn) {
        if let Some(old) = self.session_of(who) {
            self.rules.sessions[old].ended = true;
        }
        let tokens = self.web(who).known.clone();
        let (session, known) = self.rules.start_session(attempt, by_app);
        self.keep(who, (session, known), &tokens, signed_in);
        self.count("signed in");
    }

    /// What the browser has after a sign-in, or when its session goes on.
    pub fn keep(&mut self, who: Who, (session, known): (usize, usize), tokens: &[usize], signed_in: SignedIn) {
        let mut kept = vec![known];
        kept.extend(self.rules.still_known(tokens));
        assert_eq!(kept.len(), signed_in.known_browsers.len(), "{:#?}", self.last());
        self.known.push(signed_in.known_browsers[0].clone());
        let version = self.rules.sessions[session].token;
        let web = self.web(who);
        (web.session, web.known, web.request) = (Some((session, version, signed_in.session)), kept, None);
    }

    pub fn set_password_after_passcode(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let new = self.passwords + 1;
        let (token, browser, phc) =
            (self.attempts[attempt].clone(), self.browser(who), SecretText::new(new.to_string()));
        let changed = self.act(move |tx, act| new_password::change(tx, act, &token, &phc, &browser));
        self.note(who, &format!("password {new} after the passcode of {attempt}: {changed:?}"));
        match (changed, self.rules.takes_new_password(attempt)) {
            (Changed::SignedIn(signed_in), Some(by_app)) => {
                let tokens = self.web(who).known.clone();
                self.new_password(who, new);
                if by_app {
                    self.rules.spent = 0;
                }
                let (session, known) = self.rules.start_session(attempt, by_app);
                self.keep(who, (session, known), &tokens, signed_in);
                self.count("password after the passcode");
            }
            (Changed::Over, None) => {}
            (changed, allowed) => panic!("{changed:?}, {allowed:?}: {:#?}", self.last()),
        }
    }

    pub fn new_password(&mut self, (person, _): Who, new: usize) {
        self.passwords = new;
        self.rules.set_password(new);
        self.people[person].passwords.insert(new);
        // Where the attacker learned one password, the next is often learned too.
        if self.profile.has_password() && self.dice.below(4) > 0 {
            self.people[ATTACKER].passwords.insert(new);
        }
    }

    /// A product sends the browser here.
    pub fn ask_for_product(&mut self, who: Who) {
        let separate = self.dice.below(2) == 0;
        let name = if separate { "separate" } else { "inherit" };
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let query = format!(
            "client_id={name}&response_type=code&scope=openid&redirect_uri=https%3A%2F%2F{name}.example%2Fback&state=s&nonce=n&\
             code_challenge={challenge}&code_challenge_method=S256"
        );
        let started = self.act(move |tx, act| start(tx, act, &Parameters::parse(query.as_bytes()).unwrap(), None));
        let Started::Waiting(token) = started else { panic!("{started:?}") };
        self.requests.push(token);
        self.rules.requests.push(Request { separate, until: self.rules.now + 1_800, ended: false, given: None });
        self.web(who).request = Some(self.requests.len() - 1);
    }

    pub fn open_product(&mut self, who: Who) {
        if self.web(who).request.is_none() {
            self.ask_for_product(who);
        }
        let request = self.web(who).request.unwrap();
        let attempt = self.web(who).attempt.map(|attempt| self.attempts[attempt].clone());
        let (visitor, token) = (Visitor { browser: self.browser(who), attempt }, self.requests[request].clone());
        let next = self.act(move |tx, act| advance(tx, act, &token, &visitor));
        self.note(who, &format!("request {request} {:?}: {next:?}", self.rules.requests[request]));
        let session = self.session_of(who).filter(|&session| self.rules.is_live(session));
        if !self.rules.is_waiting(request) {
            assert!(matches!(next, Next::Over), "{:#?}", self.last());
            self.web(who).request = None;
            return;
        }
        let Some(session) = session else {
            assert!(matches!(next, Next::SignIn(_)), "{:#?}", self.last());
            return;
        };
        self.rules.sessions[session].seen = self.rules.now;
        let id = self.rules.sessions[session].id;
        let Request { separate, given, .. } = self.rules.requests[request];
        match next {
            Next::Answer(response::Answer::Redirect(to)) => {
                assert!(to.contains("code="), "{to}");
                assert!(!separate || given == Some((session, id)), "a separate product opened: {:#?}", self.last());
                self.rules.requests[request].ended = true;
                self.web(who).request = None;
                self.count("product opened");
            }
            Next::Passcode(token) => {
                assert!(separate && given != Some((session, id)), "{:#?}", self.last());
                let again = self.attempts.iter().rposition(|own| *own == token);
                let attempt = again.unwrap_or_else(|| {
                    let known = self.people[who.0].webs[who.1].known.clone();
                    self.attempts.push(token);
                    self.rules.open_attempt(&known, Aim::Product(session, id, request), None)
                });
                self.web(who).attempt = Some(attempt);
            }
            other => panic!("{other:?}: {:#?}", self.last()),
        }
    }

    /// The attacker gets the owner's cookie.
    pub fn steal(&mut self, (person, browser): Who) {
        if self.profile != Profile::Cookie || person != ATTACKER {
            return;
        }
        let from = usize::try_from(self.dice.below(2)).unwrap();
        if self.session_of((OWNER, from)).is_some_and(|session| self.rules.is_confirmed(session)) {
            // For minutes it is good for changes of the account.
            (self.ghost.breach, self.ghost.breached) = (true, true);
        }
        self.people[ATTACKER].webs[browser].session = self.people[OWNER].webs[from].session.clone();
        self.note((person, browser), "steals the cookie");
        self.count("stolen");
    }
}

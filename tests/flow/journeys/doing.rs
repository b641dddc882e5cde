//! What the two can do, drawn at random; and the sign-in itself.

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

use super::rules::{Aim, Answer, Request, Typed};
use super::walk::{ATTACKER, OWNER, Profile, Walk};

type Who = (usize, usize);

impl Walk<'_> {
    pub fn do_something(&mut self, who: Who) {
        match self.dice.below(125) {
            0..14 => self.give_password(who),
            14..24 => self.show_passcode_page(who),
            24..44 => self.type_passcode(who),
            44..48 => self.mail_passcode(who),
            48..50 => self.forget_password(who),
            50..52 => self.set_password_by_mail(who),
            52..54 => self.set_password_after_passcode(who),
            54..58 => self.ask_for_new_device(who),
            58..59 => self.ask_for_set_up(who),
            59..64 => self.take_link(who),
            64..66 => self.begin_set_up(who),
            66..69 => self.prove_app(who),
            69..70 => self.go_without_app(who),
            70..74 => self.finish(who),
            74..78 => self.give_recovery_code(who),
            78..80 => self.give_answers(who),
            80..84 => self.begin_to_confirm(who),
            84..86 => self.set_password_in_session(who),
            86..88 => self.sign_out(who),
            88..89 => self.say_not_me(who),
            89..95 => self.open_product(who),
            95..96 => self.ask_for_product(who),
            96..97 => self.steal(who),
            97..98 => self.unlock(who),
            100..112 => self.in_order(who, &[Self::give_password, Self::show_passcode_page, Self::type_passcode]),
            112..118 => self.in_order(
                who,
                &[Self::begin_to_confirm, Self::show_passcode_page, Self::type_passcode, Self::set_password_in_session],
            ),
            118..122 => {
                let prove = if self.dice.below(2) == 0 { Self::give_recovery_code } else { Self::give_answers };
                let begin = [Self::give_password, Self::ask_for_new_device, Self::take_link];
                self.in_order(who, &[&begin[..], &[prove, Self::prove_app, Self::finish]].concat());
            }
            122..125 => self.in_order(who, &[Self::forget_password, Self::set_password_by_mail]),
            _ => self.look_at_portal(who),
        }
    }

    /// What belongs together, one after the other; now and then something is left out.
    fn in_order(&mut self, who: Who, acts: &[fn(&mut Self, Who)]) {
        for act in acts {
            if self.dice.below(10) > 0 {
                act(self, who);
                self.receive();
                self.rules.now += 31;
            }
        }
    }

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

    fn show_passcode_page(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let token = self.attempts[attempt].clone();
        let standing = self.act(move |tx, act| passcode::view(tx, act, &token));
        self.note(
            who,
            &format!("passcode page of {attempt}: {}", format!("{standing:?}").split(['(', '{']).next().unwrap()),
        );
        self.rules.show(attempt);
    }

    fn mail_passcode(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let (token, allowed) = (self.attempts[attempt].clone(), self.rules.mails_passcode(attempt));
        let asked = self.act(move |tx, act| emailed::send(tx, act, &token));
        self.note(who, &format!("a passcode by mail for {attempt}: {asked:?}"));
        match asked {
            emailed::Asked::Sent => {
                assert!(allowed, "{:#?}", self.last());
                let mail = self.arrived.iter().find(|mail| mail.kind == "passcode").expect("a passcode in the mail");
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
        let apps: Vec<_> = self.people[person].apps.iter().copied().collect();
        let now = self.rules.now / 30;
        let drawn = self.dice.below(10);
        if drawn < 6
            && let Some(app) = self.one_of(apps)
        {
            let step = if self.dice.below(3) == 0 { now + 1 - u64::from(self.dice.below(10)) } else { now };
            return (Typed::App(app, step), self.code_of(app, step));
        }
        if drawn < 9 && self.people[person].mailbox && !self.passcodes.is_empty() {
            let own = attempt.and_then(|attempt| self.rules.attempts[attempt].mailed).map(|(number, _)| number);
            let number = own.filter(|_| drawn < 8).unwrap_or(self.passcodes.len() - 1);
            return (Typed::Mailed(number), self.passcodes[number].clone());
        }
        (Typed::Wrong, self.wrong_code())
    }

    fn type_passcode(&mut self, who: Who) {
        let Some(attempt) = self.web(who).attempt else { return };
        let (typed, code) = self.choose_passcode(who);
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

    fn set_password_after_passcode(&mut self, who: Who) {
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
    }

    /// A product sends the browser here.
    fn ask_for_product(&mut self, who: Who) {
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

    fn open_product(&mut self, who: Who) {
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
    fn steal(&mut self, (person, browser): Who) {
        if self.profile != Profile::Cookie || person != ATTACKER {
            return;
        }
        let from = usize::try_from(self.dice.below(2)).unwrap();
        self.people[ATTACKER].webs[browser].session = self.people[OWNER].webs[from].session.clone();
        self.note((person, browser), "steals the cookie");
        self.count("stolen");
    }
}

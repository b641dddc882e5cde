//! The rules once more, written from the documents and not from the code: what each attempt, session, link and visit has proved, and
//! what may follow from that.

pub use super::state::*;

pub const TRIES: u32 = 5;
pub const CEILING: u32 = 50;
pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

impl Account {
    // Passwords.

    /// Everything of before is worth nothing.
    pub fn end_everything(&mut self) {
        self.epoch += 1;
        self.sessions.iter_mut().for_each(|session| session.ended = true);
        self.known.iter_mut().for_each(|known| known.gone = true);
    }

    pub fn set_password(&mut self, password: usize) {
        (self.password, self.due, self.blocked) = (password, false, false);
        self.end_everything();
    }

    pub fn takes_password(&self, password: usize) -> bool {
        password == self.password && !self.blocked
    }

    pub fn open_attempt(&mut self, tokens: &[usize], aim: Aim, request: Option<usize>) -> usize {
        let known = self.known_of(tokens);
        let (epoch, began) = (self.epoch, self.now);
        let stage = Stage::Open;
        self.attempts.push(Attempt { epoch, began, entry: None, wrong: 0, stage, known, aim, request, mailed: None });
        self.attempts.len() - 1
    }

    fn known_of(&self, tokens: &[usize]) -> Option<usize> {
        tokens.iter().copied().find(|&token| self.is_known(token))
    }

    fn is_known(&self, token: usize) -> bool {
        let known = &self.known[token];
        !known.gone && known.epoch == self.epoch && known.total < 10
    }

    // Sessions.

    pub fn is_live(&self, session: usize) -> bool {
        let Session { epoch, began, seen, ended, .. } = self.sessions[session];
        !ended && epoch == self.epoch && self.now - began < 12 * HOUR && self.now - seen < HOUR
    }

    pub fn is_confirmed(&self, session: usize) -> bool {
        self.sessions[session].confirmed.is_some_and(|(at, _)| self.now - at < 5 * MINUTE)
    }

    // The passcode page.

    fn is_going_on(&self, attempt: usize) -> bool {
        let Attempt { epoch, began, stage, aim, .. } = self.attempts[attempt];
        let live = epoch == self.epoch
            && self.now < began + 15 * MINUTE
            && matches!(stage, Stage::Open | Stage::AwaitsPassword(_));
        live && match aim {
            Aim::Portal => true,
            Aim::Changes(session, id) => self.sessions[session].id == id && self.is_live(session),
            Aim::Product(session, id, request) => {
                self.sessions[session].id == id && self.is_live(session) && self.is_waiting(request)
            }
        }
    }

    pub fn is_waiting(&self, request: usize) -> bool {
        !self.requests[request].ended && self.now < self.requests[request].until
    }

    fn is_shut(&self, attempt: usize) -> bool {
        match self.attempts[attempt].known.filter(|&known| self.is_known(known)) {
            Some(known) => {
                let known = &self.known[known];
                known.locked_until > self.now || known.charges && self.spent >= CEILING
            }
            None => self.spent >= CEILING || self.locked_until > self.now,
        }
    }

    fn app_only(&self, attempt: usize) -> bool {
        matches!(self.attempts[attempt].aim, Aim::Changes(..)) && !self.apps.is_empty()
    }

    /// Whether a passcode may be mailed, apart from how many were.
    pub fn mails_passcode(&self, attempt: usize) -> bool {
        self.is_going_on(attempt)
            && !(self.is_shut(attempt))
            && self.attempts[attempt].stage == Stage::Open
            && self.has_mfa
            && !self.paused
            && !self.app_only(attempt)
    }

    /// Entry begins when the page is first shown.
    pub fn show(&mut self, attempt: usize) {
        let shows = self.is_going_on(attempt) && self.attempts[attempt].stage == Stage::Open && self.has_mfa;
        if shows {
            let now = self.now;
            self.attempts[attempt].entry.get_or_insert(now);
        }
    }

    fn judge(&self, attempt: usize, typed: Typed) -> Option<Result<bool, ()>> {
        match typed {
            Typed::Wrong => None,
            Typed::Mailed(number) => {
                let is_it = self.attempts[attempt].mailed.is_some_and(|(own, until)| own == number && self.now < until);
                (is_it && !self.paused && !self.app_only(attempt)).then_some(Ok(false))
            }
            Typed::App(number, step) => {
                let newest = self.apps.iter().map(|app| app.used_at).max();
                let app = self.apps.iter().find(|app| app.number == number)?;
                let entry = self.attempts[attempt].entry.unwrap_or(self.now).max(self.now - 3 * MINUTE);
                let from = if Some(app.used_at) == newest { entry } else { self.now };
                let is_good = from / 30 - 1 <= step && step <= self.now / 30 + 1;
                is_good.then_some(if step > app.last_step { Ok(true) } else { Err(()) })
            }
        }
    }

    /// What a typed passcode leads to, in a browser with this session.
    pub fn submit(&mut self, attempt: usize, typed: Typed, session: Option<usize>) -> Answer {
        if self.is_shut(attempt) && self.attempts[attempt].epoch == self.epoch {
            return Answer::Shut;
        }
        let asked_in = match self.attempts[attempt].aim {
            Aim::Portal => None,
            Aim::Changes(session, _) | Aim::Product(session, ..) => Some(session),
        };
        let is_of = asked_in.is_none() || asked_in == session;
        if !self.is_going_on(attempt) || self.attempts[attempt].stage != Stage::Open || !is_of || !self.has_mfa {
            return Answer::Over;
        }
        let known = self.attempts[attempt].known.filter(|&known| self.is_known(known));
        match self.judge(attempt, typed) {
            None => self.wrong(attempt, known),
            Some(Err(())) => Answer::Used,
            Some(Ok(by_app)) => {
                match known {
                    Some(known) => self.known[known].row = 0,
                    None => self.row = 0,
                }
                if let Typed::App(number, step) = typed {
                    let now = self.now;
                    let app = self.apps.iter_mut().find(|app| app.number == number).unwrap();
                    (app.last_step, app.used_at) = (step, now);
                    (self.paused, self.not_me, self.undone) = (false, false, false);
                }
                self.attempts[attempt].mailed.take_if(|_| !by_app);
                self.right(attempt, by_app)
            }
        }
    }

    fn right(&mut self, attempt: usize, by_app: bool) -> Answer {
        let now = self.now;
        match self.attempts[attempt].aim {
            Aim::Portal if self.due => {
                self.attempts[attempt].stage = Stage::AwaitsPassword(by_app);
                Answer::NewPasswordFirst
            }
            Aim::Portal => Answer::SignedIn,
            Aim::Changes(session, _) => {
                self.attempts[attempt].stage = Stage::Given;
                let session = &mut self.sessions[session];
                (session.confirmed, session.token) = (Some((now, by_app)), session.token + 1);
                Answer::Confirmed
            }
            Aim::Product(session, id, request) => {
                self.attempts[attempt].stage = Stage::Given;
                self.requests[request].given = Some((session, id));
                Answer::Given
            }
        }
    }

    fn wrong(&mut self, attempt: usize, known: Option<usize>) -> Answer {
        let now = self.now;
        self.attempts[attempt].wrong += 1;
        let shut = match known {
            Some(number) => {
                let charges = self.known[number].charges;
                self.spend(u32::from(charges));
                let known = &mut self.known[number];
                (known.row, known.total) = (known.row + 1, known.total + 1);
                if known.row == TRIES {
                    (known.row, known.locked_until) = (0, now + 3 * MINUTE);
                }
                self.known[number].locked_until > now || charges && self.spent >= CEILING
            }
            None => {
                self.spend(1);
                self.row += 1;
                if self.row == TRIES {
                    self.lock();
                }
                self.spent >= CEILING || self.locked_until > now
            }
        };
        if shut {
            self.attempts[attempt].stage = Stage::Locked;
            for other in &mut self.attempts {
                if other.stage == Stage::Open && other.known == known {
                    other.stage = Stage::Locked;
                }
            }
        }
        let mut over = self.attempts[attempt].wrong >= TRIES;
        if let Aim::Changes(session, id) | Aim::Product(session, id, _) = self.attempts[attempt].aim
            && self.wrong_in(session, id) >= TRIES
        {
            over = true;
            self.sessions[session].ended = true;
        }
        match (shut, over) {
            (true, _) => Answer::Shut,
            (false, true) => {
                self.attempts[attempt].stage = Stage::Over;
                Answer::WrongAndOver
            }
            (false, false) => Answer::Wrong,
        }
    }

    /// Wrong ones in a session since the last right one in it.
    fn wrong_in(&self, session: usize, id: u32) -> u32 {
        let own = |attempt: &&Attempt| match attempt.aim {
            Aim::Portal => false,
            Aim::Changes(own, own_id) | Aim::Product(own, own_id, _) => (own, own_id) == (session, id),
        };
        let given = |attempt: &&Attempt| attempt.stage == Stage::Given;
        let since = self.attempts.iter().filter(own).filter(given).map(|attempt| attempt.began).max().unwrap_or(0);
        let counted = self.attempts.iter().filter(own).filter(|attempt| !given(attempt) && attempt.began >= since);
        counted.map(|attempt| attempt.wrong).sum()
    }

    pub fn spend(&mut self, tries: u32) {
        let before = self.spent;
        self.spent += tries;
        self.due |= before * 2 < CEILING && self.spent * 2 >= CEILING;
    }

    fn lock(&mut self) {
        if self.first_lock.is_none_or(|first| self.now - first >= DAY) {
            (self.first_lock, self.locks) = (Some(self.now), 0);
        }
        self.locks += 1;
        let minutes = match self.locks {
            1..=3 => 3,
            4 => 15,
            5 => 60,
            6 => 240,
            _ => 1_440,
        };
        (self.row, self.locked_until) = (0, self.now + minutes * MINUTE);
    }

    /// What `account unlock` does.
    pub fn unlock(&mut self) {
        (self.not_me, self.undone, self.reset_by_support) = (false, false, None);
        (self.row, self.spent, self.locked_until, self.locks, self.first_lock) = (0, 0, 0, 0, None);
        (self.rescue, self.wrong_answers) = (Default::default(), Vec::new());
        for known in &mut self.known {
            (known.row, known.locked_until) = (0, 0);
        }
    }

    // Whole sign-ins.

    /// The session that a right passcode, or the new password after it, starts: its number, and that of the browser's known row.
    pub fn start_session(&mut self, attempt: usize, by_app: bool) -> (usize, usize) {
        self.attempts[attempt].stage = Stage::Over;
        if let Some(known) = self.attempts[attempt].known {
            self.known[known].gone = true;
        }
        let (epoch, now) = (self.epoch, self.now);
        let (ended, id, token, confirmed) = (false, 0, 0, None);
        self.sessions.push(Session { epoch, began: now, seen: now, ended, by_app, id, token, confirmed });
        let session = self.sessions.len() - 1;
        if let Some(request) = self.attempts[attempt].request.filter(|&request| self.is_waiting(request)) {
            self.requests[request].given = Some((session, 0));
        }
        (session, self.make_known(false))
    }

    /// A session that goes on when everything else of before ends: the number of its browser's known row.
    pub fn keep_session(&mut self, session: usize) -> usize {
        let (epoch, now) = (self.epoch, self.now);
        let kept = &mut self.sessions[session];
        (kept.ended, kept.epoch, kept.seen, kept.id, kept.token) = (false, epoch, now, kept.id + 1, kept.token + 1);
        self.make_known(false)
    }

    pub fn make_known(&mut self, charges: bool) -> usize {
        self.known.push(Known { epoch: self.epoch, charges, ..Known::default() });
        let living: Vec<_> = (0..self.known.len()).rev().filter(|&known| !self.known[known].gone).skip(10).collect();
        living.into_iter().for_each(|known| self.known[known].gone = true);
        self.known.len() - 1
    }

    pub fn still_known(&self, tokens: &[usize]) -> Vec<usize> {
        tokens.iter().take(3).copied().filter(|&token| !self.known[token].gone).collect()
    }

    /// Whether a new password after the passcode is taken; by an app or not.
    pub fn takes_new_password(&self, attempt: usize) -> Option<bool> {
        let Attempt { epoch, began, stage, .. } = self.attempts[attempt];
        match stage {
            Stage::AwaitsPassword(by_app) if epoch == self.epoch && self.now < began + 15 * MINUTE => Some(by_app),
            _ => None,
        }
    }
}

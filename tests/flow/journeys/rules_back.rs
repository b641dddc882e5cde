//! The rules of the ways back: links, proofs behind them, a finished set-up, a changed address.

use std::collections::BTreeSet;

use super::rules::*;

impl Account {
    // Where mail goes.

    /// The newest change of the address, while it can be undone.
    pub fn pending(&self) -> Option<&EmailChange> {
        self.change.as_ref().filter(|change| self.now < change.at + 72 * HOUR)
    }

    /// Where everything goes that leads back into the account.
    pub fn recovery_address(&self) -> usize {
        self.pending().map_or(self.email, |change| change.before)
    }

    /// Where a mail of this kind goes; none where it is the one who asks that says so.
    pub fn mailed_to(&self, purpose: Purpose) -> Option<BTreeSet<usize>> {
        match purpose {
            Purpose::EmailConfirm => None,
            Purpose::NotMe => {
                Some([self.email].into_iter().chain(self.pending().map(|change| change.before)).collect())
            }
            _ => Some([self.recovery_address()].into()),
        }
    }

    // Links.

    pub fn mailed(&mut self, purpose: Purpose, to: BTreeSet<usize>) -> usize {
        for link in &mut self.links {
            let spared = match purpose {
                Purpose::NotMe | Purpose::CaseNotMe | Purpose::EmailUndo => true,
                Purpose::SetUp | Purpose::EmailConfirm | Purpose::Case => false,
                Purpose::NewDevice | Purpose::Reset => link.opened,
            };
            link.ended |= link.purpose == purpose && !spared;
        }
        let life = match purpose {
            Purpose::Reset => 30 * MINUTE,
            Purpose::SetUp | Purpose::NewDevice | Purpose::EmailConfirm => HOUR,
            Purpose::NotMe | Purpose::CaseNotMe | Purpose::Case | Purpose::EmailUndo => 72 * HOUR,
        };
        let (epoch, made) = (self.epoch, self.now);
        let (ended, opened, visit, spent_code) = (false, false, None, None);
        self.links.push(Link { purpose, to, epoch, made, until: made + life, ended, opened, visit, spent_code });
        self.links.len() - 1
    }

    pub fn is_good(&self, link: usize) -> bool {
        let Link { purpose, epoch, made, until, ended, .. } = self.links[link];
        let fits = match purpose {
            // They outlive whatever a stranger changes.
            Purpose::NotMe | Purpose::CaseNotMe => true,
            Purpose::EmailUndo => self.pending().is_some_and(|change| change.at == made),
            Purpose::SetUp => epoch == self.epoch && self.may_set_up(),
            Purpose::NewDevice => epoch == self.epoch && self.has_mfa,
            Purpose::Reset | Purpose::Case => epoch == self.epoch,
            Purpose::EmailConfirm => epoch == self.epoch && self.pending().is_none(),
        };
        fits && !ended && self.now < until
    }

    /// Every link of these purposes is over.
    pub fn end_links(&mut self, purposes: &[Purpose]) {
        self.links.iter_mut().filter(|link| purposes.contains(&link.purpose)).for_each(|link| link.ended = true);
    }

    /// Whether a link to a new password may be mailed.
    pub fn mails_reset(&self) -> bool {
        !(self.not_me || self.undone) || self.blocked
    }

    /// Whether a link to a new device may be asked for.
    pub fn mails_new_device(&self, attempt: usize) -> bool {
        let Attempt { epoch, began, stage, aim, .. } = self.attempts[attempt];
        matches!(stage, Stage::Open | Stage::Locked)
            && aim == Aim::Portal
            && epoch == self.epoch
            && self.now < began + 15 * MINUTE
            && self.has_mfa
    }

    /// Whether a setup link may be asked for.
    pub fn mails_set_up(&self, attempt: usize) -> bool {
        let Attempt { epoch, began, stage, .. } = self.attempts[attempt];
        stage == Stage::Open && epoch == self.epoch && self.now < began + 15 * MINUTE && self.may_set_up()
    }

    /// Not where the owner has said no to the case by which MFA went.
    fn may_set_up(&self) -> bool {
        !self.has_mfa && !self.not_me
    }

    // Behind them.

    /// The visit that a browser still has.
    pub fn still(&self, visit: Option<usize>) -> Option<usize> {
        visit.filter(|&visit| !self.visits[visit].gone)
    }

    /// Whether this browser may go on behind the link.
    pub fn goes_on(&self, link: usize, visit: Option<usize>) -> bool {
        self.is_good(link) && self.still(visit).is_none_or(|visit| self.links[link].visit == Some(visit))
    }

    pub fn begin_visit(&mut self, link: usize, app: usize, proof: Option<Proof>) -> usize {
        let (step, without_app, code, answers) = (None, false, None, None);
        self.visits.push(Visit { link, proof, gone: false, app, step, without_app, code, answers });
        let visit = self.visits.len() - 1;
        (self.links[link].visit, self.links[link].opened) = (Some(visit), true);
        visit
    }

    /// Whether what proves a person is looked at behind this link at all.
    pub fn takes(&self, proof: Proof, link: usize) -> bool {
        match proof {
            Proof::Code => !self.undone && (self.code.is_some() || self.links[link].spent_code.is_some()),
            Proof::Answers => !(self.not_me || self.undone) && self.answers.is_some(),
        }
    }

    /// Whether tries of this kind are not compared now.
    pub fn is_rescue_shut(&self, proof: Proof) -> bool {
        let recent = self.wrong_answers.iter().filter(|at| self.now - **at < 30 * DAY).count();
        self.rescue[proof.place()].1 > self.now || proof == Proof::Answers && recent >= 10
    }

    pub fn rescue_was_wrong(&mut self, proof: Proof) {
        self.spend(1);
        if proof == Proof::Answers {
            self.wrong_answers.push(self.now);
        }
        let lock = &mut self.rescue[proof.place()];
        lock.0 += 1;
        if lock.0 == TRIES {
            *lock = (0, self.now + 3 * MINUTE);
        }
    }

    pub fn rescue_was_right(&mut self, proof: Proof) {
        self.rescue[proof.place()] = (0, 0);
        self.spent = 0;
    }

    /// What a finished visit makes of the account; whether it was a new device.
    pub fn finish(&mut self, visit: usize) -> bool {
        let Visit { link, app, step, code, answers, .. } = self.visits[visit];
        let now = self.now;
        let is_new_device = self.links[link].purpose == Purpose::NewDevice;
        self.links[link].ended = true;
        self.removed.clear();
        self.apps =
            step.map(|step| App { number: app, since: now, last_step: step, used_at: now }).into_iter().collect();
        (self.code, self.has_mfa) = (code, true);
        if is_new_device {
            self.paused &= !self.apps.is_empty();
        } else {
            self.answers = answers;
        }
        self.end_everything();
        if let Some(change) = &mut self.change {
            (change.code, change.answers, change.set_up_at) = (self.code, self.answers, Some(now));
        }
        for case in &mut self.cases {
            case.state = CaseState::Closed;
        }
        is_new_device
    }

    // The address.

    /// Makes this the address.
    pub fn change_email(&mut self, link: usize, email: usize) {
        self.links[link].ended = true;
        self.end_links(&[Purpose::SetUp, Purpose::NewDevice, Purpose::Reset, Purpose::EmailConfirm]);
        let (before, password, code, answers) = (self.email, self.password, self.code, self.answers);
        self.change = Some(EmailChange { before, at: self.now, password, code, answers, set_up_at: None });
        self.email = email;
        self.attempts.iter_mut().for_each(|attempt| attempt.mailed = None);
    }

    /// Undoes the change. What had been there before it, and not just before, is what stays.
    pub fn undo_email(&mut self) {
        let change = self.change.take().unwrap();
        let all: Vec<_> = self.apps.drain(..).chain(self.removed.iter().rev().cloned()).collect();
        let is_old = |app: &&App| app.since + 72 * HOUR < change.at;
        let mut staying: Vec<_> = match change.set_up_at {
            Some(at) => all.iter().filter(|app| app.since == at).cloned().collect(),
            None if all.iter().any(|app| is_old(&app)) => all.iter().filter(is_old).take(3).cloned().collect(),
            None => {
                let oldest = all.iter().filter(|app| app.since < change.at).min_by_key(|app| app.since);
                oldest.into_iter().cloned().collect()
            }
        };
        self.removed.retain(|app| !staying.iter().any(|one| one.number == app.number));
        staying.sort_by_key(|app| app.since);
        self.apps = staying;
        self.code = self.code.filter(|_| self.code == change.code);
        self.answers = self.answers.filter(|_| self.answers == change.answers);
        (self.email, self.password, self.blocked, self.due) = (change.before, change.password, false, true);
        for link in self.links.iter_mut().filter(|link| link.made >= change.at) {
            link.ended = true;
        }
        self.end_everything();
        (self.paused, self.undone) = (true, true);
    }
}

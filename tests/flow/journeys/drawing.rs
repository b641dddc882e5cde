//! What the two do, drawn at random: anything at any time, and now and then what belongs together.

use super::people::{ATTACKER, OWNER, Profile};
use super::rules::{Proof, Role};
use super::walk::Walk;

type Who = (usize, usize);
type Act<'a> = fn(&mut Walk<'a>, Who);

impl<'a> Walk<'a> {
    pub fn do_something(&mut self, who: Who) {
        match self.dice.below(6) {
            0..5 => self.do_one_thing(who),
            _ => self.do_what_belongs_together(who),
        }
    }

    fn do_one_thing(&mut self, who: Who) {
        match self.dice.below(124) {
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
            96..98 => self.steal(who),
            98..99 => self.unlock(who),
            99..101 => self.add_app(who),
            101..103 => self.remove_app(who),
            103..104 => self.change_answers(who),
            104..105 => self.change_recovery_code(who),
            105..106 => self.ask_for_email(who),
            106..108 => self.confirm_email(who),
            108..109 => self.undo_email(who),
            109..111 => self.send_info(who),
            111..112 => self.open_by_phone(who),
            112..113 => self.answer_case(who),
            113..115 => self.join_case(who),
            115..117 => self.look_at_case(who),
            // Mostly the owner knows well who has asked.
            117..118 if self.vouched.last() != Some(&true) || self.below(4) == 0 => self.disown_case(who),
            118..119 => self.approve(who),
            119..120 => self.reset(who),
            120..121 => self.decline_or_close(who),
            121..122 => self.decide_own(who),
            _ => self.look_at_portal(who),
        }
    }

    fn do_what_belongs_together(&mut self, who: Who) {
        let proofs: [Act<'a>; 2] = [Self::give_recovery_code, Self::give_answers];
        if who.0 == ATTACKER && self.dice.below(2) == 0 {
            match self.profile {
                Profile::Phisher => return self.phish(who),
                Profile::Cookie => self.steal(who),
                _ => {}
            }
        }
        match self.dice.below(34) {
            0..12 if who.0 == OWNER => self.do_what_helps(who),
            0..8 => self.in_order(who, &Self::ENTER),
            8..16 => self.change_something(who),
            16..20 => {
                let prove = proofs[self.below(proofs.len())];
                let between: &[Act<'a>] = if self.below(4) == 0 { &[Self::disown_case] } else { &[] };
                let begin: [Act<'a>; 4] = [Self::give_password, Self::ask_for_new_device, Self::take_link, prove];
                self.in_order(who, &[&begin[..], between, &[Self::prove_app, Self::finish]].concat());
            }
            20..21 => self.in_order(who, &[Self::forget_password, Self::set_password_by_mail]),
            21..22 => self.guess_for_long(who),
            31..33 => self.undo_and_try(who),
            22..28 => self.ask_support(who),
            28..31 => self.in_order(who, &[&Self::ENTER[..], &[Self::ask_for_product, Self::open_product]].concat()),
            _ => self.in_order(who, &[&Self::ENTER[..], &[Self::set_password_after_passcode]].concat()),
        }
    }

    const ENTER: [Act<'a>; 4] =
        [Self::give_password, Self::show_passcode_page, Self::mail_passcode, Self::type_passcode];

    fn change_something(&mut self, who: Who) {
        let confirm: [Act<'a>; 4] =
            [Self::begin_to_confirm, Self::show_passcode_page, Self::mail_passcode, Self::type_passcode];
        let changes: [Act<'a>; 8] = [
            Self::set_password_in_session,
            Self::add_app,
            Self::add_app,
            Self::remove_app,
            Self::change_answers,
            Self::change_recovery_code,
            Self::ask_for_email,
            Self::ask_for_email,
        ];
        if self.session_of(who).is_none_or(|session| !self.rules.is_live(session)) {
            self.in_order(who, &Self::ENTER);
        }
        let change = changes[self.below(changes.len())];
        self.in_order(who, &[&confirm[..], &[change, Self::confirm_email]].concat());
    }

    /// What an owner does whose sign-in does not go as it should, by what the pages say.
    fn do_what_helps(&mut self, who: Who) {
        let rules = &self.rules;
        let knows = self.people[OWNER].passwords.contains(&rules.password) && !rules.blocked;
        let has = rules.apps.iter().any(|app| self.people[OWNER].apps.contains(&app.number));
        let begin: [Act<'a>; 3] = [Self::give_password, Self::ask_for_new_device, Self::take_link];
        let acts: Vec<Act<'a>> = match () {
            () if !knows => [Self::forget_password, Self::set_password_by_mail].to_vec(),
            () if !rules.has_mfa => return self.set_up_by_the_owner(),
            () if rules.locked_until > rules.now && self.dice.below(2) == 0 => {
                vec![Self::give_password]
            }
            () if has || !rules.paused && rules.apps.is_empty() => {
                [&Self::ENTER[..], &[Self::set_password_after_passcode]].concat()
            }
            () if rules.takes(Proof::Answers, 0) => {
                [&begin[..], &[Self::give_answers, Self::prove_app, Self::finish]].concat()
            }
            () => [&begin[..], &[Self::send_info, Self::decide_together]].concat(),
        };
        let until = self.rules.locked_until;
        self.in_order(who, &acts);
        self.rules.now = self.rules.now.max(if self.dice.below(3) == 0 { until } else { 0 });
    }

    /// A change of the address is undone, and then the ways back are tried, which must be stopped.
    fn undo_and_try(&mut self, who: Who) {
        let prove: Act<'a> = if self.below(2) == 0 { Self::give_recovery_code } else { Self::give_answers };
        let begin: [Act<'a>; 4] = [Self::undo_email, Self::give_password, Self::ask_for_new_device, Self::take_link];
        let rest: [Act<'a>; 5] = [prove, Self::prove_app, Self::finish, Self::mail_passcode, Self::type_passcode];
        self.in_order(who, &[&begin[..], &rest].concat());
    }

    fn ask_support(&mut self, who: Who) {
        let ask: [Act<'a>; 4] = [Self::give_password, Self::ask_for_new_device, Self::take_link, Self::send_info];
        if self.rules.role != Role::User && self.below(2) == 0 {
            let own: [Act<'a>; 3] = [Self::decide_own, Self::answer_case, Self::decide_own];
            return self.in_order(who, &[&Self::ENTER[..], &ask, &own].concat());
        }
        match self.dice.below(8) {
            0..3 => self.in_order(who, &ask),
            3..6 => {
                self.in_order(who, &[&ask[..], &[Self::answer_case, Self::join_case, Self::decide_together]].concat())
            }
            6 => self.in_order(who, &[Self::answer_case, Self::join_case, Self::look_at_case]),
            _ if self.dice.below(2) == 0 => self.busy_day(who),
            _ => {
                self.open_by_phone(who);
                self.in_order(who, &[&ask[..], &[Self::decide_together]].concat());
            }
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.dice.below(u32::try_from(bound).unwrap())).unwrap()
    }

    /// One after the other, with what is right mostly; now and then something is left out.
    pub fn in_order(&mut self, who: Who, acts: &[Act<'a>]) {
        for act in acts {
            if self.dice.below(20) > 0 {
                self.ghost.means_well = true;
                act(self, who);
                self.ghost.means_well = false;
                self.settle(who);
                self.rules.now += 31;
            }
        }
    }

    /// Wrong passcodes through the locks, until half of the budget is spent.
    fn guess_for_long(&mut self, who: Who) {
        for _ in 0..self.dice.below(6) {
            self.in_order(who, &[Self::give_password, Self::show_passcode_page]);
            for _ in 0..5 {
                self.type_wrong_passcode(who);
                self.settle(who);
            }
            self.rules.now += 1 + self.rules.locked_until.saturating_sub(self.rules.now);
        }
    }
}

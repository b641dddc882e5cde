//! The pages of a new device, of cases, of the console, of one's own account and of a changed address in any order, by browsers at
//! every stage, with cookies of one beside those of another. What each stage may see and change is written down here anew.

mod stages;

use std::collections::BTreeMap;

use vestibule::model::dice::{Dice, Seed};
use vestibule::store::{account, case_participant, security_answer, support_case, totp_app};
use vestibule::web::router::{Access, routes};

use self::stages::{ADA, Held, MILO, NORA, Round, Stage, round, said};
use crate::regressions::routes::filled;
use crate::support::*;

const STEPS: u32 = 260;
const ENDS_EVERYTHING: [&str; 12] = [
    "/email/confirm",
    "/account/questions",
    "/account/recovery-code/new",
    "/account/password",
    "/account/apps/new",
    "/account/apps/remove",
    "/account/sessions/end-others",
    "/new-device/finish",
    "/email/undo",
    "/support/cases/{number}/reset",
    "/support/cases/{number}/close",
    "/sign-out",
];

/// What of an account may change only for who holds one of these.
fn may_change(what: &str) -> &'static [Held] {
    use Held::*;
    match what {
        "password" => &[Confirmed, EmailUndo],
        "apps" | "mfa" => &[Confirmed, Proved, EmailUndo],
        // It is spent behind the link.
        "code" => &[Confirmed, Proved, Link, EmailUndo],
        "answers" => &[Confirmed, EmailUndo],
        "email" => &[EmailConfirm, EmailUndo],
        // Set by two, lifted by the app's passcode.
        "lock" => &[CaseNotMe, EmailUndo, Attempt, Session],
        "case" => &[Link, Proved, CaseLink, CaseNotMe],
        other => panic!("{other}"),
    }
}

/// What an analyst may change of somebody else's account; all but the case only with a passcode for that.
fn is_support(stage: &Stage, what: &str) -> bool {
    match what {
        "case" => stage.has(Held::Session, ADA),
        "apps" | "mfa" | "code" | "answers" | "lock" => stage.has(Held::Confirmed, ADA),
        _ => false,
    }
}

/// Who may see a page; none for those that anybody may.
fn may_see(path: &str) -> Option<&'static [Held]> {
    use Held::*;
    const OF_A_SESSION: [&str; 5] =
        ["/account", "/account/apps", "/account/confirm", "/account/sessions", "/account/history"];
    Some(match path {
        "/new-device" | "/new-device/questions" | "/new-device/recovery-code" | "/new-device/support" => &[Link],
        path if path.starts_with("/new-device/") && !path.ends_with("/done") => &[Proved],
        "/case" => &[Seat],
        "/case/join" => &[CaseLink],
        "/case/not-me" => &[CaseNotMe],
        "/email/confirm" => &[EmailConfirm],
        "/email/undo" => &[EmailUndo],
        path if OF_A_SESSION.contains(&path) => &[Session],
        path if path.starts_with("/account/") => &[Confirmed],
        "/sign-in/passcode" | "/sign-in/new-device" => &[Attempt, Session],
        _ => return None,
    })
}

struct Walk {
    app: TestApp,
    number: usize,
    round: Round,
    dice: Dice,
    steps: u32,
    seen: BTreeMap<String, u32>,
    changed: BTreeMap<&'static str, u32>,
}

impl Walk {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.dice.below(u32::try_from(bound).unwrap())).unwrap()
    }

    async fn step(&mut self) {
        self.steps += 1;
        let chosen = self.below(self.round.stages.len());
        let mut stage = self.round.stages[chosen].clone();
        // A cookie of another stage lies beside its own, for this once.
        let is_mixed = self.below(4) == 0;
        if is_mixed {
            self.take_a_cookie(&mut stage);
        }
        let Some((route, method)) = self.choose(&stage) else { return };
        let number = match self.below(5) {
            0 => "V-7K3M9Q".to_owned(),
            1 => self.round.cases[MILO].to_string(),
            _ => self.round.cases[NORA].to_string(),
        };
        let path = route.replace("{number}", &number).replace("{link}", "vst_l_no").replace("{product}", "ledger");
        let before = [self.standing(NORA), self.standing(MILO)];
        let address = format!("198.18.{}.{}", self.below(250), self.below(250));
        stage.browser = stage.browser.at(&address);
        let had = stage.clone();
        let page = match method {
            "GET" => stage.browser.open_once(&path).await,
            _ => self.send(&mut stage, (route, &path)).await,
        };
        assert!(!page.status.is_server_error(), "{method} {path}: {}", page.text());
        self.check_page(&had, &stage, (method, &path), &page);
        for who in [NORA, MILO] {
            self.check_changes(&stage, (who, &before[who]), (method, &path));
        }
        stage.keep_form_token(&page);
        if !is_mixed {
            self.round.stages[chosen] = stage;
        }
    }

    /// A page and what to do with it.
    fn choose(&mut self, stage: &Stage) -> Option<(&'static str, &'static str)> {
        let is_for = |path: &str| match path.starts_with("/support") {
            true => stage.has(Held::Session, ADA),
            false => may_see(path).is_none_or(|of| stage.has_any(of)),
        };
        let mut served: Vec<_> = routes().into_iter().filter(|route| is_walked(route.path, route.access)).collect();
        if self.below(2) == 0 {
            // What this stage is for, so that some get on.
            let own = |path: &str| is_for(path) && (may_see(path).is_some() || path.starts_with("/support"));
            let of_stage: Vec<_> = served.extract_if(.., |route| own(route.path)).collect();
            served = if of_stage.is_empty() { served } else { of_stage };
        }
        let route = served.swap_remove(self.below(served.len()));
        let methods: Vec<_> = route.methods.split(' ').collect();
        let method = methods[self.below(methods.len())];
        // What ends everything comes late where it may, so that there is something to be had until then.
        let ends = method == "POST" && ENDS_EVERYTHING.contains(&route.path) && is_for(route.path);
        (!ends || self.steps > STEPS / 2).then_some((route.path, method))
    }

    /// A cookie of another stage, with what lies in it.
    fn take_a_cookie(&mut self, stage: &mut Stage) {
        let from = self.below(self.round.stages.len());
        let cookies: Vec<_> = self.round.stages[from].browser.cookies.clone().into_iter().collect();
        if cookies.is_empty() {
            return;
        }
        let (name, value) = cookies[self.below(cookies.len())].clone();
        let given = self.round.stages[from].holds.iter().copied().filter(|(held, _)| held.cookie() == name);
        stage.holds.retain(|(held, _)| held.cookie() != name);
        stage.holds.extend(given);
        stage.browser.cookies.insert(name, value);
    }

    /// A form with what is right or wrong, and what it truly gives.
    async fn send(&mut self, stage: &mut Stage, (route, path): (&str, &str)) -> Page {
        // Mostly a form of the page itself, which was just shown.
        if self.below(4) > 0 {
            let page = stage.browser.open_once(path).await;
            let page = if page.status == 200 { page } else { stage.browser.open("/").await };
            stage.keep_form_token(&page);
        }
        let token = stage.form_tokens.last().cloned().unwrap_or_else(|| "x".to_owned());
        let (who, is_right) = (self.below(3), self.below(4) > 0);
        let own = stage.holds.iter().map(|(_, who)| *who).next();
        let who = own.filter(|_| who > 0).unwrap_or(who);
        let person = self.round.people[who].clone();
        if route == "/sign-in/passcode" && self.below(5) == 0 {
            self.app.pass(seconds(30));
        }
        let fill = |(name, value): (String, String)| {
            let right = match name.as_str() {
                "username" => person.username.clone(),
                "password" => person.password.clone(),
                "passcode" => person.code(&self.app),
                "answer_1" => RIGHT_ANSWERS[0].to_owned(),
                "answer_2" => RIGHT_ANSWERS[1].to_owned(),
                "answer_3" => RIGHT_ANSWERS[2].to_owned(),
                "recovery_code" => person.recovery_code.clone().unwrap(),
                "to" => "/account".to_owned(),
                _ => value.clone(),
            };
            (name, if is_right { right } else { value })
        };
        let mut fields: Vec<_> = filled(route, &token).into_iter().map(fill).collect();
        if matches!(route, "/support/cases/{number}/reset" | "/new-device/finish") {
            fields.push(("checked".to_owned(), "yes".to_owned()));
        }
        if is_right {
            self.give(stage, route, who);
        }
        stage.browser.post(path, &fields).await
    }

    /// What the right answer of this person gives a browser here.
    fn give(&self, stage: &mut Stage, route: &str, who: usize) {
        let given = match route {
            "/sign-in" => Some(Held::Attempt),
            "/sign-in/passcode" if stage.has(Held::Attempt, who) => Some(Held::Session),
            "/sign-in/passcode" if stage.has(Held::Session, who) && (who == ADA || stage.again == Some(who)) => {
                Some(Held::Confirmed)
            }
            "/new-device/questions" | "/new-device/recovery-code" if stage.has(Held::Link, who) => Some(Held::Proved),
            _ => None,
        };
        stage.holds.extend(given.map(|held| (held, who)));
        if route == "/account/confirm" && stage.has(Held::Session, who) {
            stage.again = Some(who);
        }
        for (from, to, on) in
            [(Held::Link, Held::Seat, "/new-device/support"), (Held::CaseLink, Held::Seat, "/case/join")]
        {
            let owners: Vec<_> = (0..3).filter(|who| route == on && stage.has(from, *who)).collect();
            stage.holds.extend(owners.into_iter().map(|who| (to, who)));
        }
    }

    /// A page that the stage may see, with nothing of another.
    fn check_page(&mut self, had: &Stage, has: &Stage, (method, path): (&str, &str), page: &Page) {
        let told = || format!("{method} {path} with {:?}: {} {}", has.holds, page.status, page.text());
        if page.status == 200 && method == "GET" {
            let may = may_see(path).is_none_or(|of| has.has_any(of));
            assert!(may && (!path.starts_with("/support") || has.has(Held::Session, ADA)), "{}", told());
            // Whatever the case's number.
            let page: Vec<_> = path.split('/').filter(|part| !part.starts_with("V-")).collect();
            *self.seen.entry(page.join("/")).or_default() += 1;
        }
        let session = Held::Session.cookie();
        let is_new = has.browser.cookies.get(session).is_some_and(|now| had.browser.cookies.get(session) != Some(now));
        assert!(!is_new || has.has_any(&[Held::Session]), "a session: {}", told());
        let shows_key = page.body.contains("id=\"manual-code\"") || page.body.contains("id=\"recovery-code\"");
        assert!(!shows_key || has.has_any(&[Held::Proved, Held::Confirmed]), "{}", told());
        for who in [NORA, MILO] {
            let is_own = has.holds.iter().any(|(_, other)| *other == who);
            assert!(is_own || !page.body.contains(&self.round.people[who].email), "an address: {}", told());
            let hears = has.has(Held::Seat, who) || has.has(Held::Session, ADA);
            assert!(hears || !page.body.contains(&said(who, self.number)), "a conversation: {}", told());
        }
    }

    fn check_changes(&mut self, stage: &Stage, (who, before): (usize, &Standing), (method, path): (&str, &str)) {
        for (what, now) in self.standing(who) {
            if before[what] == now {
                continue;
            }
            let may = may_change(what).iter().any(|held| stage.has(*held, who)) || is_support(stage, what);
            assert!(may, "{method} {path} with {:?} changes {what} of {who}: {} to {now}", stage.holds, before[what]);
            *self.changed.entry(what).or_default() += 1;
        }
    }

    /// What an account is made of, as it stands.
    fn standing(&self, who: usize) -> Standing {
        let id = self.round.people[who].id.clone();
        let read = self.app.app.db.read(move |tx| {
            let row = account::load(tx, &id)?.expect("an account");
            let case = support_case::newest_of(tx, &id)?.expect("a case");
            let apps: Vec<_> = totp_app::list(tx, &id)?.into_iter().map(|app| app.id).collect();
            let joined = case_participant::of(tx, &case.id)?.len();
            Ok(BTreeMap::from([
                ("password", format!("{:?} {}", row.password_hash, row.password_blocked)),
                ("apps", format!("{apps:?}")),
                ("mfa", format!("{:?}", row.mfa_set_up_at)),
                ("code", format!("{:?}", row.recovery_code)),
                ("answers", format!("{:?}", security_answer::mark(tx, &id)?)),
                ("email", row.email),
                ("lock", format!("{:?}", row.recovery_lock)),
                ("case", format!("{} {:?} {joined}", case.number, case.state)),
            ]))
        });
        read.unwrap()
    }
}

type Standing = BTreeMap<&'static str, String>;

/// The pages of these flows; a stream has no end, and what products call has tests of its own.
fn is_walked(path: &str, access: Access) -> bool {
    let of_flows =
        ["/", "/sign-in", "/sign-out", "/new-device", "/case", "/support", "/account", "/email", "/set-up", "/portal"];
    let is_one = of_flows.iter().any(|prefix| path == *prefix || path.starts_with(&format!("{prefix}/")));
    is_one
        && !path.ends_with("/live")
        && !path.contains("{picture}")
        && !matches!(access, Access::Client | Access::ProductHost)
}

/// Regression 21: whatever is opened and sent in whatever order, nobody sees or changes what their stage does not allow.
#[tokio::test]
async fn r21_r24_no_order_of_pages_shows_or_changes_more_than_the_stage_allows() {
    let app = TestApp::new();
    let (mut seen, mut changed) = (BTreeMap::new(), BTreeMap::new());
    let rounds = if std::env::var_os("VESTIBULE_TEST_LONG").is_some() { 60 } else { 10 };
    for number in 0..rounds {
        let round = round(&app, number).await;
        let dice = Seed::new([u8::try_from(number).unwrap(); 32]).dice();
        let mut walk = Walk { app: app.clone(), number, round, dice, steps: 0, seen, changed };
        for _ in 0..STEPS {
            walk.step().await;
        }
        (seen, changed) = (walk.seen, walk.changed);
    }
    println!("{} pages, {changed:?}", seen.values().sum::<u32>());
    for path in ["/new-device", "/new-device/app", "/case", "/account", "/account/email", "/email/undo", "/support"] {
        assert!(seen.contains_key(path), "{path}: {seen:?}");
    }
    for what in ["email", "lock", "case"] {
        assert!(changed.contains_key(what), "{what}: {changed:?}");
    }
}

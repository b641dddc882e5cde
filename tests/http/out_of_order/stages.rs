//! Browsers that have come to different stages of the flows, each by its own way, and what each has truly been given.

use std::collections::BTreeSet;

use vestibule::model::account::Role;
use vestibule::model::support_case::CaseNumber;

use crate::console::{Joined, confirm_reset, send_info, with_role};
use crate::support::*;

pub const NORA: usize = 0;
pub const MILO: usize = 1;
pub const ADA: usize = 2;

/// What a browser has been given, for somebody's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// The right password.
    Attempt,
    /// The link to a new device was opened.
    Link,
    /// Answers or recovery code behind it were right.
    Proved,
    /// It takes part in the case.
    Seat,
    /// Links of mails were opened.
    CaseLink,
    CaseNotMe,
    EmailConfirm,
    EmailUndo,
    /// A whole session, and one in which a passcode was given to confirm something.
    Session,
    Confirmed,
}

impl Held {
    /// The cookie that it lies in.
    pub fn cookie(self) -> &'static str {
        match self {
            Self::Attempt => "__Host-vestibule-sign-in",
            Self::Link => "__Host-vestibule-new-device-link",
            Self::Proved => "__Host-vestibule-new-device",
            Self::Seat => "__Host-vestibule-case",
            Self::CaseLink => "__Host-vestibule-case-link",
            Self::CaseNotMe => "__Host-vestibule-case-not-me-link",
            Self::EmailConfirm => "__Host-vestibule-email-link",
            Self::EmailUndo => "__Host-vestibule-undo-link",
            Self::Session | Self::Confirmed => "__Host-vestibule-session",
        }
    }
}

/// A browser and what it holds.
#[derive(Clone)]
pub struct Stage {
    pub browser: Browser,
    pub holds: BTreeSet<(Held, usize)>,
    /// The hidden fields of pages that it was shown.
    pub form_tokens: Vec<String>,
    /// Whose password was given once more in a session.
    pub again: Option<usize>,
}

impl Stage {
    fn new(browser: Browser, holds: &[(Held, usize)]) -> Self {
        Self { browser, holds: holds.iter().copied().collect(), form_tokens: Vec::new(), again: None }
    }

    /// Keeps the hidden field of a page's form.
    pub fn keep_form_token(&mut self, page: &Page) {
        if let Some((_, rest)) = page.body.split_once("name=\"form_token\" value=\"") {
            self.form_tokens.push(rest.split('"').next().unwrap().to_owned());
            self.form_tokens.drain(..self.form_tokens.len().saturating_sub(3));
        }
    }

    pub fn has(&self, held: Held, who: usize) -> bool {
        self.holds.contains(&(held, who))
    }

    /// Whether it has any of these, of whomever.
    pub fn has_any(&self, of: &[Held]) -> bool {
        self.holds.iter().any(|(held, _)| of.contains(held))
    }
}

/// The people of one round, the browsers, and the case of each of the two.
pub struct Round {
    pub people: [Person; 3],
    pub cases: [CaseNumber; 2],
    pub stages: Vec<Stage>,
}

/// What each of the two says to support.
pub fn said(who: usize, round: usize) -> String {
    format!("{} dropped the telephone in round {round}", ["Nora", "Milo"][who])
}

pub async fn round(app: &TestApp, round: usize) -> Round {
    let nora = app.with_mfa(&format!("nora{round}")).await;
    let milo = app.with_mfa(&format!("milo{round}")).await;
    let ada = with_role(app, &format!("ada{round}"), Role::Analyst).await;
    let mut stages = vec![Stage::new(app.browser(), &[])];
    let proved = {
        let mut browser = app.browser();
        nora.prove_with_recovery_code(&mut browser).await;
        Stage::new(browser, &[(Held::Attempt, NORA), (Held::Link, NORA), (Held::Proved, NORA)])
    };
    let (one, other) = (send_info(app, &nora).await, send_info(app, &milo).await);
    let not_me = app.mail_to(&milo.email).into_iter().find(|mail| mail.kind == "case_opened").expect("a mail");
    one.say(&said(NORA, round)).await;
    other.say(&said(MILO, round)).await;
    for (who, joined) in [(NORA, &one), (MILO, &other)] {
        let holds = [(Held::Attempt, who), (Held::Link, who), (Held::Seat, who)];
        stages.push(Stage::new(joined.browser.clone(), &holds));
    }
    stages.push(opened(app, &not_me.link("This wasn't me"), (Held::CaseNotMe, MILO)).await);
    stages.extend(in_sessions(app, [&nora, &milo, &ada], &one).await);
    stages.push(proved);
    let mut browser = app.browser();
    nora.open_new_device(&mut browser).await;
    stages.push(Stage::new(browser, &[(Held::Attempt, NORA), (Held::Link, NORA)]));
    for (who, person) in [(NORA, &nora), (MILO, &milo)] {
        let mut browser = app.browser();
        browser.give_password(person).await;
        stages.push(Stage::new(browser, &[(Held::Attempt, who)]));
    }
    Round { people: [nora, milo, ada], cases: [one.number, other.number], stages }
}

async fn opened(app: &TestApp, link: &str, holds: (Held, usize)) -> Stage {
    let mut browser = app.browser();
    browser.open(link).await;
    Stage::new(browser, &[holds])
}

/// Sessions, confirmed ones, and the links that are asked for in them.
async fn in_sessions(app: &TestApp, [nora, milo, ada]: [&Person; 3], case: &Joined) -> Vec<Stage> {
    let mut stages = Vec::new();
    for (who, person) in [(NORA, nora), (MILO, milo), (ADA, ada)] {
        let mut browser = app.browser();
        assert!(browser.sign_in(person).await.offers("Sign out"));
        stages.push(Stage::new(browser, &[(Held::Session, who)]));
    }
    // An answer's link, and a reset that is confirmed.
    let mut desk = stages[2].browser.clone();
    let page = desk.open(&case.path()).await;
    desk.submit(&page, "Send message", &[("Message", "Which product did you open last?")]).await;
    let answer = app.newest_mail(&nora.email, "case_answer").link("Read the answer");
    stages.push(opened(app, &answer, (Held::CaseLink, NORA)).await);
    // Milo's address is changed, and can be changed back.
    let mut browser = stages[1].browser.clone();
    browser.confirm(milo, "/account").await;
    let link = ask_for_address(&mut browser, milo).await;
    let mut mailbox = app.browser();
    let page = mailbox.open(&link).await;
    mailbox.press(&page, "Confirm").await;
    let undo = app.newest_mail(&milo.email, "email_changed").link("Undo this change");
    stages.push(opened(app, &undo, (Held::EmailUndo, MILO)).await);
    stages[1].browser = browser.clone();
    stages[1].holds.insert((Held::Confirmed, MILO));
    // Nora's is asked for.
    let mut browser = app.browser();
    assert!(browser.sign_in(nora).await.offers("Sign out"));
    browser.confirm(nora, "/account").await;
    let link = ask_for_address(&mut browser, nora).await;
    stages.push(opened(app, &link, (Held::EmailConfirm, NORA)).await);
    stages.push(Stage::new(browser, &[(Held::Session, NORA), (Held::Confirmed, NORA)]));
    let mut desk = app.browser();
    assert!(desk.sign_in(ada).await.offers("Sign out"));
    confirm_reset(&mut desk, ada, &case.path()).await;
    stages.push(Stage::new(desk, &[(Held::Session, ADA), (Held::Confirmed, ADA)]));
    stages
}

/// The link that a new address was mailed.
async fn ask_for_address(browser: &mut Browser, person: &Person) -> String {
    let (page, new) = (browser.open("/account/email").await, format!("{}@new.example", person.username));
    browser.submit(&page, "Send confirmation", &[("New email", &new)]).await;
    browser.app().newest_mail(&new, "email_confirm").link("Confirm")
}

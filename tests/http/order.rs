//! The steps of products' flows in any order: a person, a stranger with a name and password of his own, two tabs, pages that were left
//! open. Beside them stands what may come of it, written down anew: who has proved what in this browser, and how often.

use std::collections::BTreeMap;
use std::time::Duration;

use vestibule::model::dice::{Dice, Seed};
use vestibule::model::product::Policy;

use crate::support::*;

const STEPS: u32 = 150;

/// One browser, and what was truly given in it.
struct Walk {
    app: TestApp,
    people: [Person; 2],
    products: [RelyingParty; 2],
    browser: Browser,
    /// Pages and requests that were left open.
    pages: Vec<Page>,
    requests: Vec<(usize, AuthorizationRequest)>,
    /// Whose right password was given last.
    password: Option<usize>,
    /// Right passcodes of each person, after a right password of the same.
    passcodes: [u32; 2],
    /// Whether a right one came since the product that asks each time opened last, for each person.
    fresh: [bool; 2],
    codes: u32,
    /// Those of the product that asks each time.
    opened: u32,
    /// The step of the passcode that each person used last.
    used: BTreeMap<usize, u64>,
    dice: Dice,
}

impl Walk {
    async fn new(seed: u8) -> Self {
        let app = TestApp::new();
        let people = [app.with_mfa("nora").await, app.with_mfa("milo").await];
        let products = [
            RelyingParty::new(&app, "inherit", |_| {}),
            RelyingParty::new(&app, "each-time", |product| product.policy = Policy::Separate(Duration::ZERO)),
        ];
        let (browser, dice) = (app.browser(), Seed::new([seed; 32]).dice());
        Self {
            app,
            people,
            products,
            browser,
            pages: Vec::new(),
            requests: Vec::new(),
            password: None,
            passcodes: [0; 2],
            fresh: [false; 2],
            codes: 0,
            opened: 0,
            used: BTreeMap::new(),
            dice,
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.dice.below(u32::try_from(bound).unwrap())).unwrap()
    }

    async fn step(&mut self) {
        match self.below(12) {
            0 | 1 => self.begin().await,
            2 => self.open("/sign-in/passcode").await,
            3 => self.open("/").await,
            4 => self.go_on().await,
            5 | 6 => self.give_password().await,
            7..=9 => self.give_passcode().await,
            10 => self.press_an_old_button().await,
            _ => self.app.pass(seconds(30)),
        }
        self.pages.drain(..self.pages.len().saturating_sub(6));
        self.requests.drain(..self.requests.len().saturating_sub(4));
    }

    async fn open(&mut self, path: &str) {
        let page = self.browser.open(path).await;
        self.look(page).await;
    }

    /// A product sends the browser here.
    async fn begin(&mut self) {
        let number = self.below(2);
        let mut request = self.products[number].request();
        if self.below(4) == 0 {
            request = request.with("prompt", "login");
        }
        let page = self.products[number].begin(&mut self.browser, &request).await;
        self.requests.push((number, request));
        self.look(page).await;
    }

    /// A form of a page that was left open, sent with what is right or wrong, of whomever.
    async fn give_password(&mut self) {
        let Some(page) = self.left_open("Sign in") else { return self.open("/sign-in").await };
        let (who, is_right) = (self.below(2), self.below(5) > 0);
        let password = if is_right { self.people[who].password.clone() } else { "not the password".to_owned() };
        let username = self.people[who].username.clone();
        let page = self.browser.submit(&page, "Sign in", &[("Username", &username), ("Password", &password)]).await;
        if is_right && (page.offers("Verify") || page.offers("Sign out") || page.status.is_redirection()) {
            self.password = Some(who);
        }
        self.look(page).await;
    }

    async fn give_passcode(&mut self) {
        let Some(page) = self.left_open("Verify") else { return self.open("/sign-in/passcode").await };
        // Wrong ones are few: this walk is about order, not about locks.
        let (anyone, is_anyone) = (self.below(2), self.below(6) == 0);
        let who = self.password.filter(|_| !is_anyone).unwrap_or(anyone);
        if self.below(4) == 0 {
            self.app.pass(seconds(30));
        }
        let step = self.app.now().seconds() / 30;
        if self.used.get(&who).is_some_and(|used| *used >= step) {
            self.app.pass(minutes(1));
        }
        let code = self.people[who].code(&self.app);
        // Before what comes of it is looked at: it may be a code at once.
        let before = self.fresh[who];
        (self.passcodes[who], self.fresh[who]) = (self.passcodes[who] + 1, true);
        let page = self.browser.submit_once(&page, "Verify", &[("Passcode", &code)]).await;
        if page.status.is_redirection() {
            self.used.insert(who, self.app.now().seconds() / 30);
        } else {
            (self.passcodes[who], self.fresh[who]) = (self.passcodes[who] - 1, before);
        }
        self.follow(page).await;
    }

    async fn follow(&mut self, page: Page) {
        let place = page.header("location").to_owned();
        match page.status.is_redirection() && place.starts_with('/') {
            true => self.open(&place).await,
            false => self.look(page).await,
        }
    }

    async fn press_an_old_button(&mut self) {
        for button in ["Sign out", "Send me a passcode"] {
            if let Some(page) = self.left_open(button) {
                let page = self.browser.press(&page, button).await;
                return self.look(page).await;
            }
        }
    }

    /// Where the newest sign-in page of a request says that it is for one, its request goes on, whatever was proved.
    async fn go_on(&mut self) {
        let open = self.pages.iter().rev().find_map(|page| page.body.split("request=").nth(1));
        let Some(rest) = open else { return };
        let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        self.open(&format!("/oauth2/continue?request={token}")).await;
    }

    fn left_open(&mut self, button: &str) -> Option<Page> {
        let pages: Vec<_> =
            self.pages.iter().filter(|page| page.body.contains(&format!(">{button}</button>"))).cloned().collect();
        if pages.is_empty() {
            return None;
        }
        let chosen = self.below(pages.len());
        pages.into_iter().nth(chosen)
    }

    /// A code that came of it is worth what was proved, and no more.
    async fn look(&mut self, page: Page) {
        let place = page.header("location");
        let number = (0..2).find(|number| place.starts_with(&self.products[*number].redirect_uri));
        let Some(number) = number.filter(|_| page.status.is_redirection()) else { return self.pages.push(page) };
        let answer = self.products[number].answer(&page).expect("an answer");
        let Some(code) = answer.get("code") else { return };
        let known =
            self.requests.iter().find(|(_, request)| request.get("state") == answer.get("state").map(String::as_str));
        let Some((_, request)) = known.cloned() else { return };
        let tokens = self.products[number].tokens(code, &request).await;
        let subject = self.products[number].claims(tokens.id_token()).await["sub"].clone();
        let who = (0..2).find(|who| subject == self.people[*who].id.as_str()).expect("one of the two");
        assert!(self.passcodes[who] > 0, "a code for {} without a passcode", self.people[who].username);
        self.codes += 1;
        if number == 1 {
            assert!(self.fresh[who], "a passcode opened the product twice");
            self.fresh[who] = false;
            self.opened += 1;
        }
    }
}

/// Regression 21: whatever comes in whatever order, a code is for who gave password and passcode here, and the product that asks each
/// time opens once for each passcode.
#[tokio::test]
async fn r21_no_order_of_steps_gives_a_code_that_nobody_proved() {
    let (mut codes, mut opened) = (0, 0);
    for seed in 0..6 {
        let mut walk = Walk::new(seed).await;
        for _ in 0..STEPS {
            walk.step().await;
        }
        println!("{} codes, {} of them asked for, passcodes {:?}", walk.codes, walk.opened, walk.passcodes);
        (codes, opened) = (codes + walk.codes, opened + walk.opened);
    }
    assert!(codes > 30 && opened > 8, "the walks came to {codes} codes, {opened} of them asked for");
}

//! The set-up with the keyboard alone.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};

use super::browser::{Browser, Script};
use super::tools::passcode;
use super::visit::Visit;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const SPACE: char = ' ';
/// In a list it chooses the last, which is to write one's own question.
const END: char = '\u{e010}';
/// More than the longest page has places to stop.
const MOST_STOPS: usize = 40;
/// What a person hears of the element that has the focus: its label, or its own words.
const FOCUSED: &str = "
    const at = document.activeElement;
    return (at.labels && at.labels.length ? at.labels[0].textContent : at.textContent).trim();";

#[tokio::test(flavor = "multi_thread")]
async fn set_up_needs_a_keyboard_only() {
    let visit = Visit::begin(Script::On).await;
    let page = &visit.browser;
    visit.open("/").await;
    page.heading("Sign in").await;
    page.type_at("Username", "new-user-3").await;
    page.type_at("Password", visit.demo.account("new-user-3")["password"].as_str().unwrap()).await;
    page.key(ENTER).await;
    page.heading("MFA is required").await;
    page.press_at("Send me a setup email", ENTER).await;
    page.says("We sent the setup email to").await;
    page.open_page(&visit.demo.mail("new-user-3", "MFA setup email").await.link("/set-up/link/")).await;
    answer_the_questions(page).await;
    page.heading("Authenticator app").await;
    page.type_at("Passcode", &passcode(&visit.manual_code().await)).await;
    page.press_at("Verify and continue", SPACE).await;
    page.heading("Recovery code").await;
    page.press_at("I have saved my recovery code", SPACE).await;
    page.press_at("Finish", SPACE).await;
    page.heading("You're set up").await;
    page.press_at("Sign in", ENTER).await;
    page.heading("Sign in").await;
}

async fn answer_the_questions(page: &Browser) {
    page.heading("Security questions").await;
    for (number, answer) in [(1, "red"), (2, "blue"), (3, "green")] {
        page.tab_to(&format!("Question {number}")).await;
        page.key(END).await;
        page.type_at(&format!("Own question {number}"), &format!("Colour of door {number}?")).await;
        page.type_at(&format!("Answer {number}"), answer).await;
    }
    page.key(ENTER).await;
}

impl Browser {
    async fn key(&self, key: char) {
        let strokes = KeyActions::new("keyboard".to_owned());
        let strokes = strokes.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        self.client.perform_actions(strokes).await.unwrap();
    }

    /// Goes on until the focus is there.
    async fn tab_to(&self, words: &str) {
        for _stop in 0..MOST_STOPS {
            if self.client.execute(FOCUSED, Vec::new()).await.unwrap().as_str() == Some(words) {
                return;
            }
            self.key(TAB).await;
        }
        panic!("the keyboard does not reach “{words}”");
    }

    async fn type_at(&self, label: &str, text: &str) {
        self.tab_to(label).await;
        for letter in text.chars() {
            self.key(letter).await;
        }
    }

    async fn press_at(&self, words: &str, key: char) {
        self.tab_to(words).await;
        self.key(key).await;
    }
}

//! A person in front of the demo, and the parts of the story that several tests walk.

use serde_json::json;

use super::browser::{Browser, Script};
use super::demo::Demo;
use super::mail::Mail;
use super::tools::{earlier_passcode, passcode, until, wrong_passcode};

/// A demo and a browser of one's own.
pub struct Visit {
    pub demo: Demo,
    pub browser: Browser,
}

impl Visit {
    pub async fn begin(script: Script) -> Self {
        Self { demo: Demo::start(), browser: Browser::open(script).await }
    }

    /// A demo with settings of its own: lines of TOML, each with its whole key.
    pub async fn with(settings: &str) -> Self {
        Self { demo: Demo::with(settings), browser: Browser::open(Script::On).await }
    }

    pub async fn open(&self, path: &str) {
        self.browser.open_page(&self.demo.url(path)).await;
    }

    /// Signs in with the password as far as the page that follows.
    pub async fn sign_in(&self, username: &str) {
        let password = self.demo.account(username)["password"].as_str().unwrap().to_owned();
        self.sign_in_with(username, &password).await;
    }

    /// The same on the way to a product.
    pub async fn sign_in_to(&self, product: &str, username: &str) {
        self.browser.heading(&format!("Sign in to open {product}")).await;
        let password = self.demo.account(username)["password"].as_str().unwrap().to_owned();
        self.browser.fill_in(username, &password).await;
    }

    pub async fn sign_in_with(&self, username: &str, password: &str) {
        self.browser.give(username, password).await;
    }

    pub async fn verify(&self, passcode: &str) {
        self.browser.verify(passcode).await;
    }

    /// Signs in, and confirms with password and passcode what leads to a page below `/account`: the passcode that was used last.
    pub async fn confirm(&self, username: &str, path: &str) -> String {
        let (page, code) = (&self.browser, self.code(username));
        let password = self.demo.account(username)["password"].as_str().unwrap().to_owned();
        self.open("/sign-in").await;
        self.sign_in(username).await;
        page.heading("Enter your passcode").await;
        self.verify(&earlier_passcode(&code)).await;
        page.says(&format!("You are signed in as {username}")).await;
        self.open(path).await;
        page.heading("Confirm that it's you").await;
        page.fill("Password", &password).await;
        page.press("Continue").await;
        page.heading("Enter your passcode").await;
        let second = passcode(&code);
        self.verify(&second).await;
        second
    }

    /// From the passcode page: with the newest passcode, once so many were mailed.
    pub async fn verify_by_mail(&self, browser: &Browser, username: &str, count: usize) {
        browser.heading("Enter your passcode").await;
        browser.press("Send me a passcode").await;
        browser.says("We emailed a passcode to").await;
        browser.verify(&self.demo.newest_mail(username, "Your passcode", count).await.passcode()).await;
    }

    /// From the sign-in page to the page that says that a link was mailed: that mail.
    pub async fn ask_for_new_device(&self, username: &str) -> Mail {
        let page = &self.browser;
        self.open("/sign-in").await;
        self.sign_in(username).await;
        page.heading("Enter your passcode").await;
        page.press("Set up a new device").await;
        page.says("We emailed a link to").await;
        self.demo.mail(username, "Set up a new device").await
    }

    /// Types so many wrong passcodes.
    pub async fn guess(&self, username: &str, times: usize) {
        let wrong = wrong_passcode(&self.code(username));
        for _ in 0..times {
            self.browser.heading("Enter your passcode").await;
            self.verify(&wrong).await;
        }
    }

    /// The manual entry code of an account that the demo has set up.
    pub fn code(&self, username: &str) -> String {
        self.demo.account(username)["totp_secret"].as_str().expect("an account with an app").to_owned()
    }
}

impl Browser {
    /// Gives username and password on the sign-in page.
    pub async fn give(&self, username: &str, password: &str) {
        self.heading("Sign in").await;
        self.fill_in(username, password).await;
    }

    async fn fill_in(&self, username: &str, password: &str) {
        self.fill("Username", username).await;
        self.fill("Password", password).await;
        self.press("Sign in").await;
    }

    pub async fn verify(&self, passcode: &str) {
        self.fill("Passcode", passcode).await;
        self.press("Verify").await;
    }

    /// Types a new password twice.
    pub async fn choose_password(&self, password: &str, button: &str) {
        self.fill("New password", password).await;
        self.fill("Repeat new password", password).await;
        self.press(button).await;
    }

    /// Three questions of one's own.
    pub async fn answer_questions(&self) {
        for (number, answer) in [(1, "red"), (2, "blue"), (3, "green")] {
            self.choose(&format!("Question {number}"), "Write my own question").await;
            self.fill(&format!("Own question {number}"), &format!("Colour of door {number}?")).await;
            self.fill(&format!("Answer {number}"), answer).await;
        }
    }

    /// The manual entry code of the page as it is selected by hand.
    pub async fn manual_code(&self) -> String {
        self.element("#manual-code").await.text().await.unwrap().split_whitespace().collect()
    }

    /// What **Download** gives.
    pub async fn download(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        let parameters = json!({"behavior": "allow", "downloadPath": folder.path()});
        self.devtools("Browser.setDownloadBehavior", parameters).await;
        self.follow("Download").await;
        let file = until("the downloaded file", async || {
            let mut files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
            files.find(|file| file.extension().is_some_and(|extension| extension == "txt"))
        })
        .await;
        std::fs::read_to_string(file).unwrap()
    }

    /// The recovery code as the page shows it.
    pub async fn recovery_code(&self) -> String {
        self.element("#recovery-code").await.text().await.unwrap().split_whitespace().collect()
    }
}

//! The steps of a support case that several tests walk: the person's, and the analyst's in the console.

use super::browser::Browser;
use super::demo::Demo;
use super::tools::{earlier_passcode, passcode};
use super::visit::Visit;

pub const USER: &str = "ready-user";
pub const ANALYST: &str = "analyst";

impl Visit {
    /// From the sign-in page to the page that offers the ways back: the link in the mail is opened.
    pub async fn lose_the_device(&self, username: &str) {
        let mail = self.ask_for_new_device(username).await;
        self.browser.open_page(&mail.link("/new-device/link/")).await;
        self.browser.heading("Verify your identity").await;
    }

    /// From there to the case: its number.
    pub async fn ask_support(&self) -> String {
        let page = &self.browser;
        page.follow("Contact Support").await;
        page.heading("Contact Support").await;
        page.press("Send My Info Now").await;
        page.says("You'll get an email once your account is reset.").await;
        page.case_number().await
    }
}

impl Browser {
    /// The number of the case on whose page this browser is.
    pub async fn case_number(&self) -> String {
        let words = self.words().await;
        let mut words = words.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        words.find(|word| word.len() == 8 && word.starts_with("V-")).expect("the number of a case").to_owned()
    }

    /// Signs in somebody of the support team, who goes to the console. The passcode that the app shows now is still good.
    pub async fn sign_in_to_console(&self, demo: &Demo, username: &str) {
        let account = demo.account(username);
        self.open_page(&demo.url("/sign-in")).await;
        self.give(username, account["password"].as_str().unwrap()).await;
        self.heading("Enter your passcode").await;
        self.verify(&earlier_passcode(account["totp_secret"].as_str().unwrap())).await;
        self.says(&format!("You are signed in as {username}")).await;
        self.follow("Support console").await;
        self.heading("Support console").await;
    }

    /// Says something in the case on whose page this browser is.
    pub async fn send(&self, words: &str) {
        self.fill("Message", words).await;
        self.press("Send message").await;
        self.says(words).await;
    }

    /// From the queue to the case.
    pub async fn open_case(&self, number: &str) {
        self.follow(number).await;
        self.heading(&format!("Case {number}")).await;
    }

    /// From the case's page to that of the reset, with the passcode that the app shows now.
    pub async fn confirm_reset(&self, demo: &Demo, username: &str) {
        self.follow("Reset account").await;
        self.heading("Enter your passcode").await;
        self.says("Enter a passcode to reset").await;
        self.verify(&passcode(demo.account(username)["totp_secret"].as_str().unwrap())).await;
        self.heading("Reset account").await;
    }
}

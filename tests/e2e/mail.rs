//! A mail, as the demo's mailbox or a mail server tells it.

use serde_json::Value;

/// Its subject, text and HTML.
pub struct Mail(pub Value);

impl Mail {
    /// The link of the mail that leads to such a path of Vestibule.
    pub fn link(&self, path: &str) -> String {
        let mut words = self.text().split_whitespace().map(|word| word.trim_matches(['<', '>', '(', ')']));
        words.find(|word| word.contains(path)).unwrap_or_else(|| panic!("no {path} in {}", self.text())).to_owned()
    }

    /// The six digits that it carries.
    pub fn passcode(&self) -> String {
        let mut lines = self.text().lines().map(|line| line.replace([' ', '-'], ""));
        lines.find(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit())).expect("six digits")
    }

    /// Its page in the demo's mailbox.
    pub fn page(&self) -> String {
        format!("/messages/{}", self.0["id"].as_str().map_or_else(|| self.0["id"].to_string(), str::to_owned))
    }

    /// As a mail program shows it.
    pub fn html(&self) -> &str {
        self.0["html"].as_str().unwrap()
    }

    fn text(&self) -> &str {
        self.0["text"].as_str().unwrap()
    }
}

//! Many forms at the same moment.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{Browser, Page};

/// A form of one browser, filled in and not yet sent.
pub struct Filled {
    pub browser: Browser,
    pub page: Page,
    pub button: &'static str,
    pub values: Vec<(&'static str, String)>,
}

impl Filled {
    /// The passcode page's.
    pub fn passcode(browser: Browser, page: Page, code: String) -> Self {
        Self { browser, page, button: "Verify", values: vec![("Passcode", code)] }
    }
}

/// Sends all of them at the same moment: the answers in the order of the forms, without following them. Who finds the account's
/// queue full tries again, as a robot would.
pub async fn at_once(forms: Vec<Filled>) -> Vec<Page> {
    let start = Arc::new(Barrier::new(forms.len()));
    let mut running = JoinSet::new();
    for (number, form) in forms.into_iter().enumerate() {
        let start = Arc::clone(&start);
        running.spawn(async move {
            start.wait().await;
            (number, until_taken(form).await)
        });
    }
    let mut answers = running.join_all().await;
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

async fn until_taken(mut form: Filled) -> Page {
    let values: Vec<_> = form.values.iter().map(|(label, value)| (*label, value.as_str())).collect();
    loop {
        let answer = form.browser.submit_once(&form.page, form.button, &values).await;
        if !answer.is_sent_away() {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

impl Page {
    /// Whether there was no room for the request, and nothing was done.
    pub fn is_sent_away(&self) -> bool {
        let sent_away = self.body.contains("One moment, please");
        assert!(!sent_away || [429, 503].contains(&self.status.as_u16()) && !self.header("retry-after").is_empty());
        sent_away
    }
}

/// How many of the answers are such.
pub fn count(answers: &[Page], is: impl Fn(&Page) -> bool) -> usize {
    answers.iter().filter(|answer| is(answer)).count()
}

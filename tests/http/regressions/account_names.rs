//! One account has one name, however it is spelt: one counter, one second step.

use crate::support::*;

/// Spellings of the account "nora" with the address "nora@example.org": case, width, spaces, composed and not.
const SPELLINGS: [&str; 12] = [
    "nora",
    "NORA",
    "Nora",
    " nora",
    "nora ",
    "\u{3000}nora\t",
    "ｎｏｒａ",
    "ＮＯＲＡ",
    "nora@example.org",
    "NORA@EXAMPLE.ORG",
    " Nora@Example.Org ",
    "ｎｏｒａ@example.org",
];

/// Regressions 10 and 12: every spelling, and the address beside the username, is charged to one counter.
#[tokio::test]
async fn r10_r12_every_spelling_is_charged_to_one_counter() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        for (number, spelling) in SPELLINGS.iter().enumerate().take(10) {
            let page = app.browser().give(spelling, &format!("wrong {number}")).await;
            assert_eq!(page.status, 422, "{spelling:?}");
        }
        for spelling in SPELLINGS {
            assert_eq!(app.browser().give(spelling, "wrong").await.status, 429, "{spelling:?}");
            assert_eq!(app.browser().give(spelling, &nora.password).await.status, 429, "{spelling:?}");
        }
    }
}

/// Regression 12: the passcodes of every spelling are one account's too.
#[tokio::test]
async fn r12_wrong_passcodes_of_every_spelling_lock_together() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        for (number, spelling) in SPELLINGS.iter().rev().take(5).enumerate() {
            let mut browser = app.browser();
            let page = browser.give(spelling, &nora.password).await;
            let page = browser.submit(&page, "Verify", &[("Passcode", &nora.wrong_code(&app))]).await;
            assert_eq!(page.status, if number < 4 { 422 } else { 429 }, "{spelling:?}: {}", page.text());
        }
        for spelling in SPELLINGS {
            let mut browser = app.browser();
            assert_eq!(browser.give(spelling, &nora.password).await.status, 429, "{spelling:?}");
        }
    }
}

/// Regression 11: no spelling of the name skips the second step.
#[tokio::test]
async fn r11_every_spelling_is_asked_for_the_passcode() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        for spelling in SPELLINGS {
            let mut browser = app.browser();
            let page = browser.give(spelling, &nora.password).await;
            assert!(page.offers("Verify"), "{spelling:?}: {}", page.text());
            assert!(!browser.is_signed_in().await, "{spelling:?}");
        }
    }
}

/// Regression 10: what only looks like the name, or hides something in it, is another name or none.
#[tokio::test]
async fn r10_names_that_only_look_the_same_are_not_the_account() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let others =
            ["nоra", "no\u{200b}ra", "nora\u{0}", "no ra", "nora@example.org.", "nora@", "n%6fra", "nora\\", "*", "%"];
        for other in others {
            let page = app.browser().give(other, &nora.password).await;
            assert_eq!(page.status, 422, "{other:?}: {}", page.text());
        }
    }
}

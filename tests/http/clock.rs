//! A clock that is set back, or jumps ahead and back: second steps are judged by a clock that is right, or not at all. No jump
//! gives tries back, makes a passcode good twice, or shuts anyone out for longer than the jump.

use crate::support::*;

#[track_caller]
fn assert_refused(answer: &Page) {
    assert_eq!((answer.status.as_u16(), answer.header("retry-after").is_empty()), (503, false), "{}", answer.text());
    assert!(answer.title().starts_with("Error: We can't do that right now"));
}

/// Regression 50: no second step is judged, nothing is charged, and everything goes on once the clock is right.
#[tokio::test]
async fn r50_while_the_clock_is_behind_second_steps_are_503() {
    let app = TestApp::new();
    let (nora, mut olga) = (app.with_mfa("nora").await, app.account("olga"));
    let (mut browser, mut set_up) = (app.browser(), app.browser());
    let page = browser.give_password(&nora).await;
    let questions = olga.open_set_up(&mut set_up).await;
    let phone_page = olga.answer_questions(&mut set_up, &questions).await;
    let (right_time, code) = (app.now(), nora.code(&app));
    let phone = Phone::from_manual_entry_code(&phone_page);
    app.set_clock(right_time.minus(seconds(61)));
    assert_refused(&browser.give_passcode(&page, &code).await);
    assert_refused(&browser.give_passcode(&page, &nora.code(&app)).await);
    assert_refused(&browser.give_passcode(&page, &nora.wrong_code(&app)).await);
    assert_refused(&browser.press(&page, "Send me a passcode").await);
    assert_refused(&set_up.submit(&phone_page, "Verify and continue", &[("Passcode", &phone.code(&app))]).await);
    assert!(!browser.is_signed_in().await);
    assert_eq!((app.account_row(&nora).rest.spent, app.mail_to(&nora.email).len()), (0, 0));

    app.set_clock(right_time);
    assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
    assert!(olga.confirm_app(&mut set_up, &phone_page).await.says("Recovery code"));
}

/// Up to a minute behind, the account's last write is taken for the time: what was used stays used, and what is older is too late.
#[tokio::test]
async fn r13_a_clock_that_is_set_back_a_little_makes_no_passcode_good_again() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let used = nora.code_of(&app, 1);
    app.browser().sign_in(&nora).await;
    app.set_clock(app.now().minus(seconds(60)));
    let mut browser = app.browser().at("198.51.100.7");
    let page = browser.give_password(&nora).await;
    for (code, said) in [
        (used, "That passcode was already used."),
        (nora.code_of(&app, 1), "That passcode was already used."),
        (nora.code(&app), "That passcode isn't right."),
    ] {
        let answer = browser.give_passcode(&page, &code).await;
        assert!(answer.status == 422 && answer.says(said), "{}", answer.text());
    }
    let next = nora.code_of(&app, 3);
    assert!(browser.give_passcode(&page, &next).await.offers("Sign out"), "judged by the last write, not by the clock");
}

/// Regression 50: who signed in meanwhile waits with the passcode for the clock; passwords and everyone else do not.
#[tokio::test]
async fn r50_a_clock_that_jumped_ahead_and_back_lets_nobody_in_twice_and_shuts_nobody_else_out() {
    let app = TestApp::new();
    let (nora, olga) = (app.with_mfa("nora").await, app.with_mfa("olga").await);
    let right_time = app.now();
    app.pass(hours(5));
    let ahead = nora.code_of(&app, 1);
    app.browser().sign_in(&nora).await;
    app.browser().give("nobody", "something else entirely").await;
    app.set_clock(right_time);

    assert!(app.browser().sign_in(&olga).await.offers("Sign out"), "from the same address");
    assert_eq!(app.browser().give("nobody", "something else entirely").await.status, 422);
    let mut browser = app.browser().at("198.51.100.7");
    let page = browser.give_password(&nora).await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/sign-in/passcode", 200), "{}", page.text());
    for code in [ahead, nora.code(&app)] {
        assert_refused(&browser.give_passcode(&page, &code).await);
    }
    assert!(!browser.is_signed_in().await);
    app.set_clock(right_time.plus(hours(5)).plus(minutes(1)));
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}

/// Regression 7: what was spent stays spent, and a lock that the clock ran past is no way to new tries when it comes back.
#[tokio::test]
async fn r07_no_jump_of_the_clock_gives_tries_back() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let right_time = app.now();
    let mut locked = app.browser();
    locked.give_wrong_passcodes(&nora, 5).await;
    app.set_clock(right_time.minus(hours(1)));
    let page = app.browser().give_password(&nora).await;
    assert_eq!(page.status, 429, "{}", page.text());
    assert!(!page.offers("Verify"), "still locked");

    app.set_clock(right_time.plus(hours(5)));
    let page = app.browser().give_wrong_passcodes(&nora, 5).await;
    assert_eq!((page.status.as_u16(), app.account_row(&nora).rest.spent), (429, 10));
    app.set_clock(right_time.plus(minutes(4)));
    let page = app.browser().give_password(&nora).await;
    assert_eq!((page.status.as_u16(), page.offers("Verify")), (429, false), "the newer lock stands");
    assert_eq!(app.account_row(&nora).rest.spent, 10);
    app.set_clock(right_time.plus(hours(5)).plus(minutes(4)));
    assert!(app.browser().sign_in(&nora).await.offers("Sign out"));
}

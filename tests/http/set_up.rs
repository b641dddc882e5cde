//! Product section 2: set-up, once.

use crate::support::*;

#[tokio::test]
async fn s2_1_the_mails_button_leads_to_the_first_step_and_opening_it_changes_nothing() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let link = nora.ask_for_set_up(&mut app.browser()).await;
    for _ in 0..3 {
        let mut scanner = app.browser().at("198.51.100.9");
        assert!(scanner.head(&link).await.status.is_redirection());
        assert_eq!(scanner.open(&link).await.status, 200);
    }
    let mut browser = app.browser();
    let page = browser.open_once(&link).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/set-up"), "the link leaves the address");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let page = browser.open("/set-up").await;
    assert_eq!((page.path.as_str(), page.status.as_u16()), ("/set-up/questions", 200));
    assert!(page.says("Step 1 of 3"), "{}", page.text());
    assert!(!app.account_row(&nora).has_mfa());
}

#[tokio::test]
async fn s2_1_the_mail_has_the_button_start_setup_and_says_who_asked() {
    let app = TestApp::new();
    let nora = app.account("nora");
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    browser.press(&page, "Send me a setup email").await;
    let mail = app.only_mail();
    let link = mail.link("Start Setup");
    assert!(mail.html.contains(&link) && mail.html.contains("Start Setup"));
    assert!(mail.text.contains("203.0.113.0/24"), "{}", mail.text);
    assert!(mail.attachments.is_empty());
}

#[tokio::test]
async fn s2_2_three_questions_with_their_labels() {
    let app = TestApp::new();
    let page = app.account("nora").open_set_up(&mut app.browser()).await;
    for label in ["Question 1", "Own question 1", "Answer 1", "Question 3", "Own question 3", "Answer 3"] {
        page.input(label);
    }
    assert!(page.says("Write my own question") && page.offers("Save and continue"));
}

#[tokio::test]
async fn s2_2_questions_and_answers_that_are_no_good_are_told_at_their_fields_and_answers_are_not_printed_back() {
    let app = TestApp::new();
    let mut browser = app.browser();
    let page = app.account("nora").open_set_up(&mut browser).await;
    let provided = app.app.settings.questions.provided.clone();
    let own = "Write my own question";
    let cases = [
        ([&provided[0], &provided[0], &provided[2]], "", ["alpha", "bravo", "charlie"], "three different questions"),
        ([&provided[0], &provided[1], &provided[2]], "", ["al", "bravo", "charlie"], "at least 3 letters"),
        ([&provided[0], &provided[1], &provided[2]], "", ["alpha", "Alpha ", "charlie"], "three different answers"),
        (
            [&own.to_owned(), &provided[1], &provided[2]],
            "My blue bicycle?",
            ["bicycle", "bravo", "charlie"],
            "contains this answer",
        ),
        ([&own.to_owned(), &provided[1], &provided[2]], "", ["alpha", "bravo", "charlie"], "Choose a question"),
    ];
    for (questions, written, answers, said) in cases {
        let values = [
            ("Question 1", questions[0].as_str()),
            ("Own question 1", written),
            ("Answer 1", answers[0]),
            ("Question 2", questions[1]),
            ("Answer 2", answers[1]),
            ("Question 3", questions[2]),
            ("Answer 3", answers[2]),
        ];
        let answer = browser.submit(&page, "Save and continue", &values).await;
        assert_eq!((answer.status.as_u16(), answer.title().starts_with("Error: ")), (422, true), "{said}");
        assert!(answer.says(said), "{said}: {}", answer.text());
        assert!(!answer.body.contains("charlie"), "answers are not printed back");
        assert!(answer.body.contains("aria-invalid=\"true\""));
    }
}

#[tokio::test]
async fn s2_2_ones_own_question_is_taken() {
    let app = TestApp::new();
    let mut browser = app.browser();
    let page = app.account("nora").open_set_up(&mut browser).await;
    let provided = app.app.settings.questions.provided.clone();
    let values = [
        ("Question 1", "Write my own question"),
        ("Own question 1", "Which was my first bicycle?"),
        ("Answer 1", "The red one"),
        ("Question 2", provided[0].as_str()),
        ("Answer 2", "bravo"),
        ("Question 3", &provided[1]),
        ("Answer 3", "charlie"),
    ];
    assert_eq!(browser.submit(&page, "Save and continue", &values).await.path, "/set-up/app");
}

#[tokio::test]
async fn s2_3_the_page_shows_a_code_in_groups_and_the_names_of_the_apps() {
    let app = TestApp::new();
    let nora = app.account("nora");
    let mut browser = app.browser();
    let page = nora.clone().open_set_up(&mut browser).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    assert!(page.says("Step 2 of 3") && page.says("Authenticator Manual Entry Code"));
    for name in
        ["Google Authenticator", "Microsoft Authenticator", "LastPass Authenticator", "Okta Verify", "Duo Mobile"]
    {
        assert!(page.says(name), "{name}");
    }
    let code = page.element("manual-code");
    assert_eq!(code.len(), 32, "160 bits in base32, groups without characters between them: {code}");
    assert!(page.body.contains(&format!("data-copy=\"{code}\"")), "Copy gives the bare code");
    assert!(page.body.contains("<svg"));
    assert!(!page.body.contains("otpauth:"), "the picture is drawn here, not fetched");
}

#[tokio::test]
async fn s2_3_the_first_passcode_proves_that_the_app_holds_the_key() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let page = nora.open_set_up(&mut browser).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    let wrong = Phone::from_manual_entry_code(&page).wrong_code(&app);
    let refused = browser.submit(&page, "Verify and continue", &[("Passcode", &wrong)]).await;
    assert_eq!((refused.status.as_u16(), refused.title().starts_with("Error: ")), (422, true));
    assert_eq!(refused.element("manual-code"), page.element("manual-code"), "the same key");
    let page = browser.open("/set-up/recovery-code").await;
    assert_eq!(page.path, "/set-up/app", "no step is skipped");
    assert_eq!(nora.confirm_app(&mut browser, &page).await.path, "/set-up/recovery-code");
}

#[tokio::test]
async fn s2_4_without_a_mobile_device_passcodes_come_by_email() {
    let app = TestApp::new();
    let nora = app.with_mail_mfa("nora").await;
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    assert!(page.says("Your passcodes come by email.") && page.offers("Send me a passcode"));
    let page = browser.press(&page, "Send me a passcode").await;
    assert!(browser.give_passcode(&page, &app.only_mail().passcode()).await.offers("Sign out"));
}

#[tokio::test]
async fn s2_4_strict_asks_no_questions_and_needs_an_app() {
    let app = TestApp::strict();
    let nora = app.account("nora");
    let mut browser = app.browser();
    let page = nora.clone().open_set_up(&mut browser).await;
    assert_eq!(page.path, "/set-up/start");
    let page = browser.press(&page, "Start Setup").await;
    assert!(page.says("Step 1 of 2") && !page.offers("I don't have a mobile device"), "{}", page.text());
    let form: Vec<_> =
        page.form("Verify and continue").filled(&[]).into_iter().filter(|(name, _)| name == "form_token").collect();
    let answer = browser.post("/set-up/no-device", &form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/set-up/app"));
    assert_eq!(browser.open("/set-up/questions").await.path, "/set-up/app");
}

#[tokio::test]
async fn s2_5_the_recovery_code_can_be_downloaded_and_must_be_ticked_as_saved() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let page = nora.open_set_up(&mut browser).await;
    let page = nora.answer_questions(&mut browser, &page).await;
    let page = nora.confirm_app(&mut browser, &page).await;
    let code = page.element("recovery-code");
    assert_eq!(code.replace('-', "").len(), 26, "{code}");
    let file = browser.open(&page.link("Download")).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"recovery-code.txt\"");
    assert!(file.body.contains(&code) && file.body.contains("nora"));
    let refused = browser.press(&page, "Finish").await;
    assert_eq!((refused.status.as_u16(), refused.element("recovery-code")), (422, code));
    assert!(refused.title().starts_with("Error: ") && !app.account_row(&nora).has_mfa());
    let done = nora.keep_recovery_code(&mut browser, &refused).await;
    assert!(done.says("You're set up"));
    assert_eq!(done.link("Sign in"), "/sign-in");
    let mail = app.only_mail();
    assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("set_up_done", nora.email.as_str()));
    assert!(browser.open("/set-up/recovery-code").await.status != 200, "shown once");
}

#[tokio::test]
async fn s2_8_nothing_behind_the_link_signs_anyone_in_or_asks_for_the_password() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let link = nora.ask_for_set_up(&mut app.browser()).await;
    let mut elsewhere = app.browser().at("198.51.100.9");
    let page = elsewhere.open(&link).await;
    assert!(!page.body.contains("type=\"password\""));
    let page = nora.answer_questions(&mut elsewhere, &page).await;
    let page = nora.confirm_app(&mut elsewhere, &page).await;
    assert!(nora.keep_recovery_code(&mut elsewhere, &page).await.says("You're set up"));
    assert!(!elsewhere.is_signed_in().await);
    assert!(!elsewhere.cookies.keys().any(|name| name.contains("session") || name.contains("vestibule-browser")));
}

#[tokio::test]
async fn s2_9_no_page_of_sign_in_and_set_up_needs_script() {
    let app = TestApp::new();
    let mut nora = app.account("nora");
    let mut browser = app.browser();
    let mut pages = vec![browser.open("/sign-in").await, browser.give_password(&nora).await];
    pages.push(nora.open_set_up(&mut browser).await);
    pages.push(nora.answer_questions(&mut browser, &pages[2]).await);
    pages.push(nora.confirm_app(&mut browser, &pages[3]).await);
    pages.push(nora.keep_recovery_code(&mut browser, &pages[4]).await);
    for page in pages {
        assert_eq!(page.status, 200);
        assert!(!page.body.contains(" onclick=") && !page.body.contains("javascript:"), "{}", page.path);
        assert_eq!(page.body.matches("<script").count(), 1, "one script of our own, which nothing waits for");
        assert!(page.body.contains("<a href=\"/help\">Help</a>"), "{}", page.path);
        assert!(!page.body.contains("http://") || page.body.contains("http://www.w3.org"), "{}", page.path);
    }
}

#[tokio::test]
async fn s2_10_help_opens_without_signing_in() {
    let app = TestApp::new();
    let page = app.browser().open("/help").await;
    assert_eq!(page.status, 200);
    for step in 1..=8 {
        page.element(&format!("step-{step}"));
    }
    for id in ["no-mobile-device", "trouble", "new-device", "without-my-device", "does-it-change", "passcode-refused"] {
        page.element(id);
    }
}

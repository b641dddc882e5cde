//! **Account security**: security questions and the recovery code.

use crate::support::*;

async fn signed_in(app: &TestApp) -> (Person, Browser) {
    let nora = app.with_mfa("nora").await;
    let mut browser = app.browser();
    browser.sign_in(&nora).await;
    app.mail();
    (nora, browser)
}

/// The stored answers, as they lie in the database.
fn answers(app: &TestApp, person: &Person) -> Vec<(String, Vec<u8>)> {
    const SQL: &str = "SELECT question, answer_hash FROM security_answer WHERE account_id = $1 ORDER BY position";
    let id = person.id.clone();
    let rows = app.app.db.read(move |tx| tx.query(SQL, &[(&id).into()])).unwrap();
    rows.iter().map(|row| (row.text(0).unwrap(), row.bytes(1).unwrap())).collect()
}

const OWN: [(&str, &str); 9] = [
    ("Question 1", "Write my own question"),
    ("Own question 1", "Who taught me to swim?"),
    ("Answer 1", "Aunt Petra"),
    ("Question 2", "Write my own question"),
    ("Own question 2", "What stood on the piano?"),
    ("Answer 2", "a brass owl"),
    ("Question 3", "Write my own question"),
    ("Own question 3", "Which song did we sing?"),
    ("Answer 3", "the long one"),
];

#[tokio::test]
async fn s7_new_security_questions_take_the_place_of_all_three_and_the_owner_is_told() {
    for app in both_engines() {
        let (nora, mut browser) = signed_in(&app).await;
        let before = answers(&app, &nora);
        let page = browser.confirm(&nora, "/account/questions").await;
        let page = browser.submit(&page, "Change security questions", &OWN).await;
        assert!(page.says("Your security questions are changed."), "{}", page.text());
        assert!(page.says("Who taught me to swim?") && page.says("Which song did we sing?"));
        assert!(!page.says("Petra") && !page.says("owl") && !page.says(&before[0].0));
        let after = answers(&app, &nora);
        assert_eq!((before.len(), after.len()), (3, 3));
        assert!(after.iter().all(|(_, hash)| before.iter().all(|(_, old)| old != hash)));
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("questions_changed", nora.email.as_str()));
        assert!(!mail.text.contains("swim"), "the mail does not say which");
        assert!(browser.open("/account/history").await.says("The security questions were changed You"));
        assert!(browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn s7_security_questions_that_are_no_good_are_told_at_their_fields() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let before = answers(&app, &nora);
    let page = browser.confirm(&nora, "/account/questions").await;
    let mut tried = OWN;
    tried[2].1 = "ab";
    tried[4].1 = "Who taught me to swim?";
    let page = browser.submit(&page, "Change security questions", &tried).await;
    assert!(page.status == 422 && page.title().starts_with("Error: "));
    assert!(page.says("That answer is too short") && page.says("This question stands above already"));
    assert!(page.input("Own question 3").contains("Which song did we sing?"), "what was typed stays");
    assert!(!page.body.contains("brass owl"), "but no answer");
    assert_eq!(answers(&app, &nora), before);
}

/// The questions that were chosen come back behind the confirmation; answers do not.
#[tokio::test]
async fn s7_questions_that_were_chosen_too_late_are_kept_through_the_confirmation() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let page = browser.confirm(&nora, "/account/questions").await;
    app.pass(minutes(5));
    let mut late = OWN;
    let provided = app.app.settings.questions.provided[4].clone();
    late[6].1 = &provided;
    late[7].1 = "";
    let page = browser.submit(&page, "Change security questions", &late).await;
    assert!(page.says("Confirm that it's you") && !page.path.contains("Petra"), "{}", page.path);
    let page = browser.submit(&page, "Continue", &[("Password", PASSWORD)]).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert!(page.path.starts_with("/account/questions?"), "{}", page.path);
    assert!(page.input("Own question 1").contains("value=\"Who taught me to swim?\""), "{}", page.body);
    assert!(!page.body.contains("Petra") && !page.body.contains("brass owl"));
    let filled = [("Answer 1", "Aunt Petra"), ("Answer 2", "a brass owl"), ("Answer 3", "the long one")];
    let page = browser.submit(&page, "Change security questions", &filled).await;
    assert!(page.says("Your security questions are changed."), "{}", page.text());
    assert_eq!(answers(&app, &nora)[2].0, provided);
}

#[tokio::test]
async fn s7_profile_strict_has_no_security_questions() {
    let app = TestApp::strict();
    let (nora, mut browser) = signed_in(&app).await;
    assert!(!browser.open("/account").await.says("Security questions"));
    assert_eq!(browser.confirm(&nora, "/account/questions").await.path, "/account");
    let guard = browser.open("/").await.form("Sign out").filled(&[]);
    let mut form = guard.clone();
    for number in 1..=3 {
        form.push((format!("question_{number}"), "own".into()));
        form.push((format!("own_question_{number}"), format!("What is it, number {number}?")));
        form.push((format!("answer_{number}"), format!("something {number}")));
    }
    let page = browser.post("/account/questions", &form).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/account"));
    assert!(answers(&app, &nora).is_empty());
}

/// The old code works until the person says that the new one is saved.
#[tokio::test]
async fn s7_a_new_recovery_code_counts_once_it_is_saved_and_the_old_one_until_then() {
    for app in both_engines() {
        let (mut nora, mut browser) = signed_in(&app).await;
        let old = app.account_row(&nora).recovery_code;
        let page = browser.confirm(&nora, "/account/recovery-code").await;
        let page = browser.press(&page, "Make a new recovery code").await;
        assert_eq!(page.path, "/account/recovery-code/new");
        let code = page.element("recovery-code");
        assert_eq!(code.replace('-', "").len(), 26);
        let file = browser.open(&page.link("Download")).await;
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"recovery-code.txt\"");
        assert!(file.body.contains(&code) && file.header("cache-control").contains("no-store"));
        let refused = browser.press(&page, "Use this recovery code").await;
        assert!(refused.status == 422 && refused.says("Save the recovery code first"), "{}", refused.text());
        assert_eq!(refused.element("recovery-code"), code);
        assert_eq!(app.account_row(&nora).recovery_code, old, "the old one still works");
        assert!(app.mail().is_empty());
        let done =
            browser.submit(&refused, "Use this recovery code", &[("I have saved my recovery code", "yes")]).await;
        assert!(done.says("Your new recovery code is in place."), "{}", done.text());
        assert_ne!(app.account_row(&nora).recovery_code, old);
        let mail = app.only_mail();
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("recovery_code_changed", nora.email.as_str()));
        assert!(!mail.text.contains(&code[..5]));
        assert_eq!(browser.open("/account/recovery-code/new").await.path, "/account/recovery-code", "it is shown once");
        assert_eq!(browser.open("/account/recovery-code/download").await.path, "/account/recovery-code");
        let mut lost = app.browser();
        assert!(nora.prove_with_recovery_code(&mut lost).await.says("That recovery code isn't right"), "the old one");
        nora.recovery_code = Some(code);
        assert_eq!(nora.prove_with_recovery_code(&mut lost).await.path, "/new-device/app");
    }
}

/// Each is another, and is nothing but to the session that made it.
#[tokio::test]
async fn s7_a_recovery_code_that_is_made_is_shown_to_its_session_alone() {
    let app = TestApp::new();
    let (nora, mut browser) = signed_in(&app).await;
    let page = browser.confirm(&nora, "/account/recovery-code").await;
    let first = browser.press(&page, "Make a new recovery code").await.element("recovery-code");
    let second = browser.press(&page, "Make a new recovery code").await.element("recovery-code");
    assert_ne!(first, second);
    let mut other = app.browser();
    other.sign_in(&nora).await;
    other.confirm(&nora, "/account/recovery-code").await;
    assert_eq!(other.open("/account/recovery-code/new").await.path, "/account/recovery-code");
    app.pass(minutes(5));
    assert!(
        browser.open("/account/recovery-code/new").await.says("Confirm that it's you"),
        "nor without a confirmation"
    );
    assert!(browser.open("/account/recovery-code/download").await.says("Confirm that it's you"));
    let bytes = app.database_bytes();
    for code in [&first, &second] {
        let bare = code.replace('-', "");
        assert!(!bytes.windows(26).any(|window| window == bare.as_bytes()), "it lies open in the database");
        assert!(!bytes.windows(code.len()).any(|window| window == code.as_bytes()));
    }
    browser.press(&browser.clone().open("/").await, "Sign out").await;
    let left = app.app.db.read(|tx| tx.query("SELECT session_id FROM recovery_code_draft", &[])).unwrap();
    assert!(left.is_empty(), "it goes with its session");
}

/// What someone has begun behind a mailed link with the old code, or the old answers, ends when the owner replaces them.
#[tokio::test]
async fn r55_a_new_recovery_code_or_new_questions_end_what_the_old_ones_began() {
    for change in ["code", "questions"] {
        let app = TestApp::new();
        let (nora, mut browser) = signed_in(&app).await;
        let mut thief = app.browser().at("198.51.100.77");
        assert_eq!(nora.prove_with_recovery_code(&mut thief).await.path, "/new-device/app");
        let page = browser.confirm(&nora, "/account").await;
        assert!(page.says("You have none at the moment."), "the code is spent: {}", page.text());
        if change == "code" {
            let page = browser.open("/account/recovery-code").await;
            let page = browser.press(&page, "Make a new recovery code").await;
            browser.submit(&page, "Use this recovery code", &[("I have saved my recovery code", "yes")]).await;
        } else {
            let page = browser.open("/account/questions").await;
            browser.submit(&page, "Change security questions", &OWN).await;
        }
        assert_eq!(thief.open("/new-device/app").await.status, 410, "{change}");
        assert!(browser.is_signed_in().await);
    }
}

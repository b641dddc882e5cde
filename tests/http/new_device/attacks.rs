//! What an attacker would make of the way back: races, replays, steps left out, other people's links, faults.

use std::time::Duration;

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use vestibule::flow::account::Change;
use vestibule::web::router::routes;

use super::events;
use crate::faults::{break_writes, mend};
use crate::support::*;

const LINK: &str = "__Host-vestibule-new-device-link";
const VISIT: &str = "__Host-vestibule-new-device";

/// A browser at the page that asks for the recovery code.
async fn before_code(app: &TestApp, link: &str) -> (Browser, Page) {
    let mut browser = app.browser();
    browser.open(link).await;
    let page = browser.open("/new-device/recovery-code").await;
    (browser, page)
}

async fn code_forms(app: &TestApp, link: &str, code: &str, count: usize) -> Vec<Filled> {
    let mut forms = Vec::new();
    for _ in 0..count {
        let (browser, page) = before_code(app, link).await;
        let values = vec![("Recovery code", code.to_owned())];
        forms.push(Filled { browser, page, button: "Verify recovery code", values });
    }
    forms
}

/// Regression 14: a hundred uses of one recovery code at once spend it once, and one browser goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r14_of_100_uses_of_one_recovery_code_at_once_one_goes_on() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let link = nora.ask_for_new_device(&mut app.browser()).await;
        let forms = code_forms(&app, &link, nora.recovery_code.as_ref().unwrap(), 100).await;
        let browsers: Vec<_> = forms.iter().map(|form| form.browser.clone()).collect();
        let answers = at_once(forms).await;
        assert_eq!(events(&app, "identity", "done"), 1, "it is spent once");
        let mut going_on = 0;
        for (mut browser, answer) in browsers.into_iter().zip(answers) {
            assert_eq!(answer.header("location"), "/new-device/app", "{}", answer.text());
            let set = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
            let visit = set.filter_map(|text| text.split(';').next()?.split_once('=')).find(|(name, _)| *name == VISIT);
            browser.cookies.insert(VISIT.to_owned(), visit.unwrap().1.to_owned());
            let page = browser.open("/new-device/app").await;
            assert!(page.status == 200 || page.says("You went on in another browser"), "{}", page.text());
            going_on += usize::from(page.status == 200);
        }
        assert_eq!(going_on, 1, "taken again behind its link, each time from the start: the last one goes on");
        assert_eq!(app.account_row(&nora).rest.spent, 0);
    }
}

/// Regressions 1 and 14: of wrong ones five are compared, and then not even the right one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r01_r14_of_100_wrong_recovery_codes_at_once_five_are_compared() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let link = nora.ask_for_new_device(&mut app.browser()).await;
        let (mut waiting, page) = before_code(&app, &link).await;
        at_once(code_forms(&app, &link, &"0".repeat(26), 100).await).await;
        assert_eq!(events(&app, "identity", "wrong"), 5);
        assert_eq!(app.account_row(&nora).rest.spent, 5);
        let code = nora.recovery_code.clone().unwrap();
        let right = waiting.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await;
        assert_eq!(right.status, 429, "{}", right.text());
        assert!(app.account_row(&nora).recovery_code.is_some());
    }
}

/// Regressions 18 and 36: twenty that finish at once behind one link are one; the link is then over for everybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r18_r36_a_new_device_link_sets_up_once() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let link = nora.ask_for_new_device(&mut browser).await;
        let page = browser.open(&link).await;
        let page = nora.give_recovery_code(&mut browser, &page).await;
        let page = nora.confirm_app(&mut browser, &page).await;
        let form = || Filled {
            browser: browser.clone(),
            page: page.clone(),
            button: "Finish",
            values: vec![("I have saved my recovery code", "yes".to_owned())],
        };
        let epoch = app.account_row(&nora).epoch;
        let answers = at_once((0..20).map(|_| form()).collect()).await;
        assert_eq!(count(&answers, |answer| answer.header("location") == "/new-device/done"), 1);
        assert_eq!(count(&answers, |answer| answer.status == 410), 19);
        assert_eq!((app.account_row(&nora).epoch, events(&app, "new-device", "done")), (epoch + 1, 1));
        for path in ["/new-device", "/new-device/questions", "/new-device/recovery-code", "/new-device/app"] {
            assert_eq!(browser.open(path).await.status, 410, "{path}");
        }
        assert_eq!(app.mail_of_kind("new_device_done").len(), 1);
    }
}

/// Regressions 5, 17 and 21: who holds the link and has proved nothing gets to no step, by no address and no form.
#[tokio::test]
async fn r05_r21_behind_the_link_no_step_can_be_left_out() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut browser, page) = before_code(&app, &nora.ask_for_new_device(&mut app.browser()).await).await;
        let token =
            page.form("Verify recovery code").filled(&[]).into_iter().find(|(name, _)| name == "form_token").unwrap();
        let before = format!("{:?}", app.account_row(&nora));
        for path in ["app", "new-recovery-code", "new-recovery-code/download"] {
            let answer = browser.open_once(&format!("/new-device/{path}")).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/new-device"), "{path}");
        }
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        for (path, more) in [
            ("app", vec![field("passcode", &nora.code(&app))]),
            ("no-device", vec![]),
            ("finish", vec![field("saved", "yes")]),
        ] {
            let fields: Vec<_> = [token.clone()].into_iter().chain(more).collect();
            let answer = browser.post(&format!("/new-device/{path}"), &fields).await;
            assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/new-device"), "{path}");
        }
        assert_eq!(browser.open("/new-device/done").await.path, "/new-device");
        assert!(!browser.cookies.contains_key(VISIT) && !browser.is_signed_in().await);
        assert_eq!(before, format!("{:?}", app.account_row(&nora)));
        // After the proof the first passcode cannot be left out either.
        let code = nora.recovery_code.clone().unwrap();
        browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await;
        let finish = [token.clone(), field("saved", "yes")];
        assert_eq!(browser.post("/new-device/finish", &finish).await.header("location"), "/new-device/app");
        assert_eq!(browser.open("/new-device/new-recovery-code").await.path, "/new-device/app");
    }
}

/// Regressions 18 and 31: a link is good for what it was sent for, and for nobody else's account, form or progress.
#[tokio::test]
async fn r18_r31_a_link_is_good_for_its_purpose_and_its_account_at_every_step() {
    let app = TestApp::new();
    let (nora, otto) = (app.with_mfa("nora").await, app.with_mfa("otto").await);
    let set_up = app.account("sam").ask_for_set_up(&mut app.browser()).await;
    let new_device = nora.ask_for_new_device(&mut app.browser()).await;
    let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    for (cookie, link, path) in [
        (LINK, &set_up, "/new-device"),
        ("__Host-vestibule-set-up-link", &new_device, "/set-up"),
        ("__Host-vestibule-reset-link", &new_device, "/forgot-password/new-password"),
    ] {
        let mut browser = app.browser();
        browser.cookies.insert(cookie.to_owned(), token(link));
        assert_eq!(browser.open(path).await.status, 410, "{path}");
    }
    // Another's recovery code behind one's own link is wrong.
    let (mut browser, page) = before_code(&app, &new_device).await;
    let code = otto.recovery_code.clone().unwrap();
    assert_eq!(browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await.status, 422);
    // Another's progress behind one's own link is none.
    let mut others = app.browser();
    otto.prove_with_recovery_code(&mut others).await;
    browser.cookies.insert(VISIT.to_owned(), others.cookies[VISIT].clone());
    for path in ["/new-device", "/new-device/app", "/new-device/new-recovery-code"] {
        assert_eq!(browser.open(path).await.status, 410, "{path}");
    }
    // A form that was shown to another is not taken.
    let form = others.open("/new-device/app").await.form("I don't have a mobile device").filled(&[]);
    browser.cookies.remove(VISIT);
    assert_eq!(browser.post("/new-device/no-device", &form).await.status, 403);
    for person in [&nora, &otto] {
        assert!(app.browser().sign_in(person).await.offers("Sign out"), "both are as they were");
    }
}

/// Regressions 19 and 55: sessions, products' tokens, known browsers, open sign-ins and the old app die with the last step.
#[tokio::test]
async fn r19_r55_everything_of_the_old_device_dies_at_the_end_and_not_before() {
    for app in both_engines() {
        let mut nora = app.with_mfa("nora").await;
        let old = nora.clone();
        let product = RelyingParty::new(&app, "ledger", |_| {});
        let mut signed_in = app.browser();
        let tokens = product.sign_in(&mut signed_in, &old).await;
        let mut waiting = app.browser();
        let open = waiting.give_password(&old).await;
        let mut browser = app.browser();
        let page = nora.prove_with_recovery_code(&mut browser).await;
        let page = nora.confirm_app(&mut browser, &page).await;
        let refreshed = product.refresh(tokens.refresh_token()).await;
        assert_eq!(refreshed.status, 200, "not before: {}", refreshed.body);
        assert!(signed_in.is_signed_in().await);
        let newest = refreshed.json()["refresh_token"].as_str().unwrap().to_owned();
        let known = signed_in.cookies["__Host-vestibule-browser"].clone();
        nora.keep_recovery_code(&mut browser, &page).await;
        assert!(!signed_in.is_signed_in().await);
        assert_eq!(product.refresh(&newest).await.status, 400);
        app.pass(seconds(60));
        let late = waiting.give_passcode(&open, &old.code(&app)).await;
        assert!([403, 410].contains(&late.status.as_u16()), "{}", late.text());
        assert_eq!(signed_in.cookies["__Host-vestibule-browser"], known);
        let rows = app.app.db.read(|tx| tx.query("SELECT id FROM known_browser", &[])).unwrap();
        assert_eq!(rows.len(), 1, "the one that set the device up, and no older one");
    }
}

/// Regression 30: between the steps no byte of the database is a key, a code or an answer.
#[tokio::test]
async fn r30_between_the_steps_to_a_new_device_nothing_lies_open_in_the_database() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut browser = app.browser();
        let link = nora.ask_for_new_device(&mut browser).await;
        let page = browser.open(&link).await;
        nora.give_answers(&mut browser, &page, ["wrong-answer-1", "wrong-answer-2", "wrong-answer-3"]).await;
        let page = browser.open("/new-device").await;
        let page = nora.give_recovery_code(&mut browser, &page).await;
        let key = page.element("manual-code");
        let page = nora.clone().confirm_app(&mut browser, &page).await;
        let raw = BASE32_NOPAD.decode(key.as_bytes()).unwrap();
        let (old, new) = (nora.recovery_code.clone().unwrap(), page.element("recovery-code"));
        let secrets = [
            raw.clone(),
            HEXLOWER.encode(&raw).into_bytes(),
            BASE64.encode(&raw).into_bytes(),
            key.into_bytes(),
            old.replace('-', "").into_bytes(),
            old.into_bytes(),
            new.replace('-', "").into_bytes(),
            new.into_bytes(),
            b"wrong-answer-1".to_vec(),
            b"wronganswer2".to_vec(),
            link.rsplit("vst_l_").next().unwrap().as_bytes().to_vec(),
            browser.cookies[VISIT].clone().into_bytes(),
        ];
        let all = app.database_bytes();
        for (number, secret) in secrets.iter().enumerate() {
            assert!(!all.windows(secret.len()).any(|window| window == secret), "secret {number}");
        }
    }
}

/// Regression 50: what was begun before a reset or while the account was disabled leads nowhere.
#[tokio::test]
async fn r50_a_new_device_link_from_before_a_reset_or_of_a_disabled_account_is_over() {
    for what in ["reset", "disabled", "password"] {
        let app = TestApp::new();
        let nora = app.with_mfa("nora").await;
        let (mut browser, page) = before_code(&app, &nora.ask_for_new_device(&mut app.browser()).await).await;
        match what {
            "reset" => app.reset_mfa(&nora),
            "disabled" => app.change(&nora, Change::Disable),
            _ => {
                let mut other = app.browser();
                let page = other.open("/forgot-password").await;
                other.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
                let page = other.open(&app.newest_mail(&nora.email, "reset_link").link("Change password")).await;
                let new = "seven orange kettles hum";
                let values = [("New password", new), ("Repeat new password", new)];
                other.submit(&page, "Change password", &values).await;
            }
        }
        let code = nora.recovery_code.clone().unwrap();
        let answer = browser.submit(&page, "Verify recovery code", &[("Recovery code", &code)]).await;
        assert_eq!(answer.status, 410, "{what}: {}", answer.text());
        assert_eq!(browser.open("/new-device").await.status, 410, "{what}");
    }
}

/// Regression 8: an error after the charge takes nothing back, and spends nothing.
#[tokio::test]
async fn r08_a_try_to_prove_who_one_is_stays_charged_although_the_request_fails() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut browser, page) = before_code(&app, &nora.ask_for_new_device(&mut app.browser()).await).await;
        let code = nora.recovery_code.clone().unwrap();
        let submit = async |browser: &mut Browser, code: &str| {
            browser.submit(&page, "Verify recovery code", &[("Recovery code", code)]).await
        };
        break_writes(&app, "INSERT ON audit_event");
        assert_eq!(submit(&mut browser, &"0".repeat(26)).await.status, 500);
        mend(&app);
        break_writes(&app, "INSERT ON set_up_visit");
        assert_eq!(submit(&mut browser, &code).await.status, 500);
        mend(&app);
        let row = app.account_row(&nora);
        assert_eq!((row.rest.spent, row.recovery_code.is_some()), (2, true), "two are charged, and the code is there");
        break_writes(&app, "INSERT ON audit_event");
        let open = browser.open("/new-device").await;
        assert_eq!(nora.give_answers(&mut browser, &open, RIGHT_ANSWERS).await.status, 500);
        mend(&app);
        assert_eq!(app.account_row(&nora).rest.spent, 3);
        for _ in 0..3 {
            submit(&mut browser, &"0".repeat(26)).await;
        }
        assert_eq!(submit(&mut browser, &code).await.status, 429, "what was charged counts towards the lock");
    }
}

/// Passcodes and proofs share one budget; it stops passcodes only, and a proof opens a new one. The ladder of locks stands.
#[tokio::test]
async fn s5_6_the_budget_is_shared_and_a_proof_opens_a_new_one() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let (mut browser, page) = before_code(&app, &nora.ask_for_new_device(&mut app.browser()).await).await;
        app.mail();
        for _ in 0..5 {
            browser.submit(&page, "Verify recovery code", &[("Recovery code", &"0".repeat(26))]).await;
        }
        let open = browser.open("/new-device").await;
        for _ in 0..4 {
            nora.give_answers(&mut browser, &open, ["one", "two", "three"]).await;
        }
        assert!(app.mail_of_kind("password_known").is_empty(), "nine");
        nora.give_answers(&mut browser, &open, ["one", "two", "three"]).await;
        assert_eq!(app.mail_of_kind("password_known").len(), 1, "the tenth is told to the owner");
        for _ in 0..8 {
            app.browser().give_wrong_passcodes(&nora, 5).await;
            app.pass(hours(25));
        }
        let row = app.account_row(&nora);
        assert_eq!((row.rest.spent, row.password_due), (50, true));
        let closed = app.browser().give_password(&nora).await;
        assert!(closed.says("passcodes are closed") && closed.offers("Set up a new device"), "{}", closed.text());
        // A try more than the budget is compared all the same, and the right one is taken.
        let (mut browser, page) = before_code(&app, &nora.ask_for_new_device(&mut app.browser()).await).await;
        assert_eq!(
            browser.submit(&page, "Verify recovery code", &[("Recovery code", &"0".repeat(26))]).await.status,
            422
        );
        assert_eq!(app.account_row(&nora).rest.spent, 51);
        let page = browser.open("/new-device").await;
        assert_eq!(nora.give_recovery_code(&mut browser, &page).await.path, "/new-device/app");
        let after = app.account_row(&nora).rest;
        assert_eq!((after.spent, after.ladder, after.ladder_began_at), (0, row.rest.ladder, row.rest.ladder_began_at));
    }
}

/// The mailbox alone is never enough: whoever has it sets a password, asks for a link to a new device, and leaves it to the owner to
/// prove who they are behind it. That opens nothing for him, before the owner has finished or after.
#[tokio::test]
async fn s5_6_the_owners_proof_behind_a_strangers_link_opens_no_emailed_passcodes() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut thiefs = Person { password: "seven orange kettles hum".to_owned(), ..nora.clone() };
        let mut thief = app.browser().at("198.51.100.66");
        let page = thief.open("/forgot-password").await;
        thief.submit(&page, "Send me a link", &[("Email", &nora.email)]).await;
        let page = thief.open(&app.newest_mail(&nora.email, "reset_link").link("Change password")).await;
        let new = [("New password", thiefs.password.as_str()), ("Repeat new password", &thiefs.password)];
        thief.submit(&page, "Change password", &new).await;
        let link = thiefs.ask_for_new_device(&mut thief).await;
        let mut browser = app.browser();
        browser.open(&link).await;
        let page = browser.open("/new-device").await;
        let page = nora.give_recovery_code(&mut browser, &page).await;
        assert_eq!(page.path, "/new-device/app");
        assert!(thief.give_password(&thiefs).await.says("Emailed passcodes are paused"), "the owner has begun");
        let page = thiefs.confirm_app(&mut browser, &page).await;
        assert_eq!(thiefs.keep_recovery_code(&mut browser, &page).await.status, 200);
        let page = app.browser().at("198.51.100.66").give_password(&thiefs).await;
        assert!(page.says("Emailed passcodes are paused") && !page.offers("Send me a passcode"), "{}", page.text());
        app.pass(seconds(60));
        assert!(app.browser().sign_in(&thiefs).await.offers("Sign out"), "with the new app");
        assert!(app.browser().give_password(&thiefs).await.offers("Send me a passcode"), "it has proved the person");
    }
}

/// Who has no app, and proves who they are, gets passcodes by email again.
#[tokio::test]
async fn s5_6_a_proof_lets_emailed_passcodes_count_again() {
    for with_answers in [true, false] {
        let app = TestApp::new();
        let mut olga = Person { password: "seven orange kettles hum".to_owned(), ..app.with_mail_mfa("olga").await };
        let mut browser = app.browser();
        let page = browser.open("/forgot-password").await;
        browser.submit(&page, "Send me a link", &[("Email", &olga.email)]).await;
        let page = browser.open(&app.newest_mail(&olga.email, "reset_link").link("Change password")).await;
        let new = [("New password", olga.password.as_str()), ("Repeat new password", &olga.password)];
        browser.submit(&page, "Change password", &new).await;
        let page = browser.give_password(&olga).await;
        assert!(page.says("Emailed passcodes are paused") && page.offers("Set up a new device"), "{}", page.text());
        let page = olga.open_new_device(&mut browser).await;
        let page = match with_answers {
            true => olga.give_answers(&mut browser, &page, RIGHT_ANSWERS).await,
            false => olga.give_recovery_code(&mut browser, &page).await,
        };
        assert_eq!(page.path, "/new-device/app");
        assert!(app.account_row(&olga).mail_paused, "nothing is set up yet");
        let page = browser.press(&page, "I don't have a mobile device").await;
        olga.keep_recovery_code(&mut browser, &page).await;
        let page = app.browser().give_password(&olga).await;
        assert!(page.offers("Send me a passcode"));
    }
}

/// Keeps passcodes locked, as somebody does who knows the password and not more.
async fn hold_the_lock(app: &TestApp, person: &Person) {
    for _ in 0..3 {
        let page = app.browser().at("198.51.100.66").give_wrong_passcodes(person, 5).await;
        if let Ok(wait) = page.header("retry-after").parse() {
            app.pass(Duration::from_secs(wait));
        }
    }
    app.browser().at("198.51.100.66").give_wrong_passcodes(person, 5).await;
    assert_eq!(app.browser().give_password(person).await.status, 429, "locked for everybody else");
}

/// The owner gets in while an attacker holds the lock: from a known browser at once, from a new one by mail, with the device and without.
#[tokio::test]
async fn s5_6_the_owners_way_back_while_an_attacker_holds_the_lock() {
    let app = TestApp::new();
    let mut nora = app.with_mfa("nora").await;
    let mut known = app.browser();
    known.sign_in(&nora).await;
    hold_the_lock(&app, &nora).await;
    let page = known.give_password(&nora).await;
    app.pass(seconds(30));
    assert!(known.give_passcode(&page, &nora.code(&app)).await.offers("Sign out"));
    println!("known browser, device at hand: 2 pages (password, passcode)");
    // The device is lost, and the browser is new.
    let mut steps = vec!["password"];
    let mut browser = app.browser();
    let page = browser.give_password(&nora).await;
    steps.push("Set up a new device");
    assert!(page.offers("Set up a new device"));
    let page = nora.open_new_device(&mut browser).await;
    steps.extend(["the link in the email", "recovery code"]);
    let page = nora.give_recovery_code(&mut browser, &page).await;
    steps.push("the new app's first passcode");
    let page = nora.confirm_app(&mut browser, &page).await;
    steps.push("the new recovery code");
    assert!(nora.keep_recovery_code(&mut browser, &page).await.says("Your new device is set up"));
    steps.extend(["password", "passcode"]);
    let others = app.browser().give_password(&nora).await;
    assert_eq!(others.status, 429, "the attacker's lock still stands for everybody else");
    app.pass(seconds(30));
    let page = browser.give_password(&nora).await;
    let page = browser.give_passcode(&page, &nora.code(&app)).await;
    assert!(page.offers("Sign out"), "{}", page.text());
    println!("new browser, device lost: {} steps ({})", steps.len(), steps.join(", "));
}

/// Regression 17: what stands behind the link, with the proof given, is worth nothing at any other address.
#[tokio::test]
async fn r17_who_holds_a_new_device_link_reaches_nothing_else() {
    let app = TestApp::new();
    let nora = app.with_mfa("nora").await;
    let mut holder = app.browser();
    let page = nora.prove_with_recovery_code(&mut holder).await;
    holder.cookies.retain(|name, _| [LINK, VISIT].contains(&name.as_str()));
    let token: Vec<_> = page.form("I don't have a mobile device").filled(&[]);
    for route in routes().iter().filter(|route| !route.path.starts_with("/new-device")) {
        let path = route.path.replace(['{', '}'], "x");
        for method in route.methods.split(' ') {
            let (mut nobody, mut holder) = (app.browser(), holder.clone());
            let answers = match method {
                "GET" => [nobody.open_once(&path).await, holder.open_once(&path).await],
                _ => [nobody.post(&path, &token).await, holder.post(&path, &token).await],
            };
            let [nobody, holder] = answers.map(|answer| (answer.status, answer.header("location").to_owned()));
            assert_eq!(nobody, holder, "{method} {path}");
        }
    }
    assert!(holder.open("/new-device/app").await.status == 200);
}

//! Two processes on one database, each with a router, a hasher and queues of its own: what is counted is counted once.

use crate::support::*;

/// Two nodes on each engine. On SQLite the second one is what the first becomes at a restart, while it still runs.
fn nodes() -> [[TestApp; 2]; 2] {
    let several = both_engines_with(|settings| settings.limits.address_burst = 1_000);
    several.map(|node| [node.restarted(), node])
}

fn hashes(nodes: &[TestApp]) -> u64 {
    nodes.iter().map(|node| node.app.hasher.hashes_done()).sum()
}

/// Regression 2: after one wrong password, 499 at once over two nodes: nine more are compared, and the count is exact.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r02_of_500_wrong_passwords_over_two_nodes_ten_are_compared() {
    for nodes in nodes() {
        let nora = nodes[0].with_mfa("nora").await;
        let before = hashes(&nodes);
        // From now on the address has failed, so that it has no try of its own.
        assert_eq!(nodes[0].browser().give("nora", "wrong").await.status, 422);
        let mut forms = Vec::new();
        for number in 1..500 {
            let mut browser = nodes[number % 2].browser();
            let page = browser.open("/sign-in").await;
            let values = vec![("Username", nora.username.clone()), ("Password", format!("wrong {number}"))];
            forms.push(Filled { browser, page, button: "Sign in", values });
        }
        let answers = at_once(forms).await;
        assert_eq!(count(&answers, |answer| answer.status == 422), 9);
        assert_eq!(count(&answers, |answer| answer.status == 429 && answer.says("Too many tries.")), 490);
        assert_eq!(hashes(&nodes) - before, 10);
        assert_eq!(
            nodes[1].account_row(&nora).password_tat,
            Some(nodes[0].now().plus(minutes(5))),
            "ten times 30 seconds"
        );
        for node in &nodes {
            assert_eq!(node.browser().give_password(&nora).await.status, 429, "the right one too");
        }
        nodes[0].pass(seconds(30));
        assert_eq!(nodes[1].browser().give("nora", "wrong").await.status, 422, "one more");
        assert_eq!(nodes[0].browser().give_password(&nora).await.status, 429, "on the two together");
    }
}

/// Regressions 1, 2 and 6: the passcodes' count is one too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r02_of_500_wrong_passcodes_over_two_nodes_five_are_compared() {
    for nodes in nodes() {
        let nora = nodes[0].with_mfa("nora").await;
        let wrong = nora.wrong_code(&nodes[0]);
        let mut forms = Vec::new();
        for number in 0..50 {
            let (mut begun, mut other) = (nodes[number % 2].browser(), nodes[(number + 1) % 2].browser());
            let page = begun.give_password(&nora).await;
            // Each sign-in goes on at both nodes.
            other.cookies.clone_from(&begun.cookies);
            for browser in [begun, other] {
                let form = || Filled::passcode(browser.clone(), page.clone(), wrong.clone());
                forms.extend(std::iter::repeat_with(form).take(5));
            }
        }
        let answers = at_once(forms).await;
        let told_wrong = count(&answers, |answer| answer.says("That passcode isn't right."));
        let told_locked = count(&answers, |answer| answer.says("Too many wrong passcodes."));
        assert_eq!(told_wrong + told_locked, 500);
        assert!(told_wrong <= 4, "{told_wrong} were told that they were wrong");
        assert_eq!((nodes[1].account_row(&nora).rest.spent, nodes[0].wrong_passcodes()), (5, 5));
    }
}

/// Regression 13: a passcode in a hundred sign-ins over two nodes opens one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r13_of_100_sign_ins_with_the_same_passcode_over_two_nodes_one_is_whole() {
    for nodes in nodes() {
        let nora = nodes[0].with_mfa("nora").await;
        let code = nora.code(&nodes[0]);
        let mut forms = Vec::new();
        for number in 0..100 {
            let mut browser = nodes[number % 2].browser();
            let page = browser.give_password(&nora).await;
            forms.push(Filled::passcode(browser, page, code.clone()));
        }
        let answers = at_once(forms).await;
        assert_eq!(count(&answers, |answer| answer.status == 303 && answer.header("location") == "/"), 1);
        assert_eq!(count(&answers, |answer| answer.says("That passcode was already used.")), 99);
        assert_eq!(nodes[1].account_row(&nora).rest.spent, 0);
    }
}

/// Regression 13, one after the other: what was used on one node is used on another and after a restart, and so is every
/// passcode before it, which nobody has used.
#[tokio::test]
async fn r13_a_used_passcode_and_the_one_before_it_open_nothing_on_another_node_or_after_a_restart() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let mut early = app.browser();
        let held = early.give_password(&nora).await;
        app.pass(seconds(30));
        let mut browser = app.browser();
        let page = browser.give_password(&nora).await;
        let code = nora.code(&app);
        assert!(browser.give_passcode(&page, &code).await.offers("Sign out"));
        for node in [app.clone(), app.restarted(), app.restarted().restarted()] {
            for code in [&code, &nora.code_of(&app, -1)] {
                let mut fresh = node.browser();
                let page = fresh.give_password(&nora).await;
                let mut waiting = node.browser();
                waiting.cookies.clone_from(&early.cookies);
                for (browser, page) in [(&mut fresh, &page), (&mut waiting, &held)] {
                    let refused = browser.give_passcode(page, code).await;
                    assert!(refused.says("That passcode was already used."), "{}", refused.text());
                    assert!(!browser.is_signed_in().await);
                }
            }
        }
        assert_eq!(app.account_row(&nora).rest.spent, 0);
        app.pass(seconds(30));
        assert!(early.give_passcode(&held, &nora.code(&app)).await.offers("Sign out"), "the next one does");
    }
}

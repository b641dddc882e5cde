//! Many at the same moment, over connections to a listening server, on both engines.

use std::sync::{Arc, Barrier};

use tokio::task::JoinSet;

use crate::support::*;

/// So many sign-ins whose password was right, each in a browser of its own.
async fn sign_ins(app: &TestApp, person: &Person, count: usize) -> Vec<(Browser, Page)> {
    let mut opened = Vec::new();
    for _ in 0..count {
        let mut browser = app.browser();
        let page = browser.give_password(person).await;
        opened.push((browser, page));
    }
    opened
}

/// At most four answers say that the passcode is wrong, the others that passcodes are locked, or that there was no room for them.
/// Who gave a wrong one may be told of the lock already, if it came before the page was made.
fn assert_five_at_most(answers: &[Page]) {
    let told_wrong = count(answers, |answer| answer.says("That passcode isn't right."));
    let told_locked = count(answers, |answer| answer.says("Too many wrong passcodes."));
    let sent_away = count(answers, Page::is_sent_away);
    assert_eq!(told_wrong + told_locked + sent_away, 500);
    assert!(told_wrong <= 4, "{told_wrong} were told that they were wrong");
}

/// Sends requests over so many connections at once, on each all of its own in one piece.
async fn over_connections(server: &Server, connections: usize, requests: &[String]) -> Vec<Page> {
    let start = Arc::new(Barrier::new(connections));
    let mut running = JoinSet::new();
    for own in requests.chunks(requests.len() / connections) {
        let (mut connection, own, start) = (server.connect(), own.to_vec(), Arc::clone(&start));
        running.spawn_blocking(move || {
            start.wait();
            connection.pipeline(&own)
        });
    }
    running.join_all().await.concat()
}

/// Regressions 1 and 6 over TCP: 500 wrong passcodes in one packet after the other on one connection, or on fifty, of one sign-in
/// or of a hundred. Five are compared; five more after the lock, and then the owner is told, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r01_r06_of_500_wrong_passcodes_over_1_connection_and_over_50_five_are_compared() {
    for (connections, sign_in_count) in [(1, 1), (50, 1), (50, 100)] {
        for app in both_engines() {
            let nora = app.with_mfa("nora").await;
            let server = Server::start(&app);
            for volley in 1..=2 {
                let opened = sign_ins(&app, &nora, sign_in_count).await;
                let wrong = nora.wrong_code(&app);
                let request =
                    |(browser, page): &(Browser, Page)| browser.request_of(page, "Verify", &[("Passcode", &wrong)]);
                let requests: Vec<_> = opened.iter().cycle().take(500).map(request).collect();
                let answers = over_connections(&server, connections, &requests).await;
                assert_five_at_most(&answers);
                assert_eq!(app.wrong_passcodes(), 5 * volley);
                assert_eq!(usize::try_from(app.account_row(&nora).rest.spent).unwrap(), 5 * volley);
                let told: Vec<_> = app.mail().into_iter().map(|mail| (mail.kind, mail.to)).collect();
                let known = [("password_known".to_owned(), nora.email.clone())];
                assert_eq!(told, known[..volley - 1], "a fifth of the budget is used up");
                app.pass(minutes(3));
            }
        }
    }
}

/// Regression 2 over TCP: after one wrong password, 500 in one packet after the other on one connection, or on fifty: nine more
/// are compared, and the count is exact.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r02_of_500_wrong_passwords_over_1_connection_and_over_50_ten_are_compared() {
    for connections in [1, 50] {
        for app in both_engines_with(|settings| settings.limits.address_burst = 1_000) {
            let nora = app.with_mfa("nora").await;
            let server = Server::start(&app);
            let before = app.app.hasher.hashes_done();
            let mut browser = app.browser().at("127.0.0.1");
            // From now on the address has failed, so that it has no try of its own.
            let page = browser.give("nora", "wrong").await;
            let request = |number: usize| {
                let values = [("Username", "nora"), ("Password", &*format!("wrong {number}"))];
                browser.request_of(&page, "Sign in", &values)
            };
            let requests: Vec<_> = (0..500).map(request).collect();
            let answers = over_connections(&server, connections, &requests).await;
            let sent_away = count(&answers, Page::is_sent_away);
            assert_eq!(count(&answers, |answer| answer.status == 422), 9);
            assert_eq!(count(&answers, |answer| answer.says("Too many tries.")), 491 - sent_away);
            assert_eq!(app.app.hasher.hashes_done() - before, 10);
            assert_eq!(app.account_row(&nora).password_tat, Some(app.now().plus(minutes(5))), "ten times 30 seconds");
        }
    }
}

/// Regression 13: a passcode in a hundred sign-ins at once opens one of them, and costs the others nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r13_of_100_sign_ins_with_the_same_passcode_one_is_whole() {
    for app in both_engines() {
        let nora = app.with_mfa("nora").await;
        let opened = sign_ins(&app, &nora, 100).await;
        let code = nora.code(&app);
        let filled = |(browser, page)| Filled::passcode(browser, page, code.clone());
        let answers = at_once(opened.into_iter().map(filled).collect()).await;
        assert_eq!(count(&answers, |answer| answer.status == 303 && answer.header("location") == "/"), 1);
        assert_eq!(count(&answers, |answer| answer.says("That passcode was already used.")), 99);
        assert_eq!(app.account_row(&nora).rest.spent, 0);
    }
}

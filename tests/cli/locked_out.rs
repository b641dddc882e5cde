//! What an administrator does for people who are locked out: `account show`, `unlock` and `reset-mfa`, on both engines.

use serde_json::{Value, json};

use crate::postgres::on_each_engine;
use crate::support::Installation;

const FAR: &str = "9000000000000";

/// An account with every kind of lock on it.
fn locked_out(installation: &Installation) {
    let id = installation.add("nora")["id"].as_str().unwrap().to_owned();
    installation.execute(&format!(
        "UPDATE account SET wrong_in_a_row = 3, locked_until = {FAR}, ladder_began_at = 1, ladder = 4, budget_spent = 50, \
         mail_paused = 1, recovery_lock = 'undone', mfa_set_up_at = 1 WHERE id = '{id}'"
    ));
    installation.execute(&format!(
        "INSERT INTO known_browser (id, account_id, token_mac, epoch, created_at, expires_at, wrong_in_a_row, wrong_total, \
         locked_until, charges_budget) SELECT 'browser', id, password_hash, epoch, 1, {FAR}, 2, 7, {FAR}, 0 FROM account"
    ));
    for kind in ["answers", "recovery-code"] {
        installation.execute(&format!("INSERT INTO rescue_throttle SELECT id, '{kind}', 3, {FAR} FROM account"));
    }
    installation.execute("DELETE FROM outbox");
}

fn show(installation: &Installation) -> Value {
    installation.run(&["account", "show", "nora", "--json"]).json()
}

fn assert_shows(installation: &Installation, expected: &Value) {
    let shown = show(installation);
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(shown.get(field), Some(value), "{field} of {shown}");
    }
}

/// The newest event of this act: who did it, and what else it says.
fn newest(installation: &Installation, act: &str) -> Value {
    let found = installation.run(&["audit", "search", "--account", "nora", "--act", act, "--json"]).json();
    json!([found[0]["actor"], found[0]["outcome"], found[0]["detail"]])
}

#[test]
fn show_tells_what_keeps_a_person_out_and_unlock_lifts_it() {
    on_each_engine(|installation| {
        locked_out(installation);
        let far = "2255-03-14T16:00:00Z";
        assert_shows(
            installation,
            &json!({
                "locked_until": far, "known_browsers_locked_until": far, "recovery_codes_locked_until": far,
                "answers_locked_until": far, "wrong_passcodes": 50, "wrong_passcodes_left": 0,
                "passcodes_closed": true, "emailed_passcodes_wait": true, "ways_back_stopped_by": "undone",
            }),
        );
        let words = installation.run(&["account", "show", "nora"]).fine();
        assert!(words.contains("ways back stopped by         undone\n"), "{words}");
        assert!(words.contains("wrong passcodes left         0\n"), "{words}");

        assert_eq!(installation.run(&["account", "unlock", "nora"]).fine(), "nora is unlocked.\n");
        assert_shows(
            installation,
            &json!({
                "locked_until": null, "known_browsers_locked_until": null, "recovery_codes_locked_until": null,
                "answers_locked_until": null, "wrong_passcodes": 0, "wrong_passcodes_left": 50,
                "passcodes_closed": false, "emailed_passcodes_wait": true, "ways_back_stopped_by": null,
            }),
        );
        assert_eq!(installation.texts("SELECT kind FROM outbox"), ["account_unlocked"]);
        assert_eq!(newest(installation, "account-unlock"), json!(["command line", "done", ""]));
        assert_eq!(
            installation.texts("SELECT CAST(wrong_total AS TEXT) FROM known_browser"),
            ["7"],
            "its life goes on"
        );
    });
}

#[test]
fn show_tells_the_support_case_that_is_not_closed() {
    on_each_engine(|installation| {
        let id = installation.add("nora")["id"].as_str().unwrap().to_owned();
        let none = json!({ "support_case": null, "support_case_state": null, "support_case_opened_at": null });
        assert_shows(installation, &none);
        for (number, state, at) in
            [("V-AAAAAA", "closed", 1_700_000_009_000_i64), ("V-7K3M9Q", "info_received", 1_700_000_000_000)]
        {
            installation.execute(&format!(
                "INSERT INTO support_case (id, number, account_id, state, opened_at, changed_at, info_at, address, browser, \
                 last_seq, mailed_seq) VALUES ('{number}', '{number}', '{id}', '{state}', {at}, {at}, {at}, '', '', 0, 0)"
            ));
        }
        let opened = "2023-11-14T22:13:20Z";
        let case = json!({ "support_case": "V-7K3M9Q", "support_case_state": "info received", "support_case_opened_at": opened });
        assert_shows(installation, &case);
        let words = installation.run(&["account", "show", "nora"]).fine();
        for line in ["support case                 V-7K3M9Q\n", "support case state           info received\n", opened]
        {
            assert!(words.contains(line), "{words}");
        }
        installation.execute("UPDATE support_case SET state = 'closed'");
        assert_shows(installation, &none);
    });
}

#[test]
fn a_reset_takes_mfa_away_and_keeps_its_reason_in_the_trail() {
    on_each_engine(|installation| {
        locked_out(installation);
        let before = show(installation);
        assert!(before["mfa"].as_bool().unwrap());
        let reset = ["account", "reset-mfa", "nora", "--reason", " lost \u{202e}telephone,\nticket 17"];
        let said = installation.run(&reset).fine();
        assert_eq!(said, "nora sets MFA up anew at the next sign-in; its sessions have ended.\n");
        assert_shows(
            installation,
            &json!({
                "mfa": false, "wrong_passcodes": 0, "emailed_passcodes_wait": false, "ways_back_stopped_by": null,
                "locked_until": before["locked_until"], "authenticator_apps": 0, "has_recovery_code": false,
            }),
        );
        assert_eq!(installation.texts("SELECT kind FROM outbox"), ["account_reset"]);
        let event = newest(installation, "account-reset-mfa");
        assert_eq!(event, json!(["command line", "done", "lost telephone, ticket 17"]));
        assert!(installation.texts("SELECT id FROM known_browser").is_empty());
    });
}

#[test]
fn a_reset_without_a_reason_is_none() {
    let installation = Installation::new();
    installation.add("nora");
    let long = "a".repeat(201);
    let arguments: [&[&str]; 3] = [&[], &["--reason", " \n"], &["--reason", &long]];
    for more in arguments {
        let said = installation.run(&[&["account", "reset-mfa", "nora"], more].concat());
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{}", said.err);
    }
    assert_eq!(newest(&installation, "account-reset-mfa"), json!([null, null, null]));
}

//! `audit …`: the trail shows when it was changed past Vestibule.

use serde_json::Value;

use crate::support::Installation;

/// An installation with three accounts whose trail a server has chained.
fn chained() -> Installation {
    let installation = Installation::new();
    for username in ["nora", "nick", "nina"] {
        installation.add(username);
    }
    installation.serve().stop();
    installation
}

#[test]
fn a_trail_that_nobody_touched_is_whole() {
    let installation = chained();
    let verdict = installation.run(&["audit", "verify", "--json"]).json();
    assert_eq!(verdict["events"], 4, "the first administrator's invitation and three accounts");
    assert_eq!(verdict["problems"], Value::Array(Vec::new()));
    let newest = installation.run(&["audit", "search", "--limit", "1", "--json"]).json();
    assert_eq!(newest[0]["act"], "audit-verify", "the check is an event itself");
}

#[test]
fn a_changed_event_shows() {
    let installation = chained();
    installation.database().execute("UPDATE audit_event SET actor = 'owner' WHERE account_id <> ''", []).unwrap();
    let said = installation.run(&["audit", "verify"]);
    assert!(said.out.contains("checkpoint 1 does not fit its events"), "{}", said.out);
    assert!(said.sentence().starts_with("The audit trail is not whole"));
}

#[test]
fn a_deleted_event_shows() {
    let installation = chained();
    let sql = "DELETE FROM audit_event WHERE account_id = (SELECT id FROM account WHERE username = 'nick')";
    installation.database().execute(sql, []).unwrap();
    let said = installation.run(&["audit", "verify"]);
    assert!(said.out.contains("checkpoint 1 does not fit its events"), "{}", said.out);
    assert!(said.out.contains("are missing"), "{}", said.out);
    assert_eq!(said.status, 1);
}

#[test]
fn the_export_is_a_json_object_a_line_oldest_first() {
    let installation = chained();
    let exported = installation.run(&["audit", "export"]).fine();
    let events: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let times: Vec<&str> = events.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert_eq!(events.len(), 4);
    assert!(times.is_sorted(), "{times:?}");

    let file = installation.file("trail.jsonl");
    let to_file = ["audit", "export", "--output", file.to_str().unwrap()];
    assert!(installation.run(&to_file).fine().starts_with("4 events were written to "));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), exported);
    assert!(installation.run(&to_file).sentence().contains("is not overwritten"));
}

#[test]
fn a_search_finds_by_account_act_and_time() {
    let installation = chained();
    let search = |arguments: &[&str]| {
        let found = installation.run(&[&["audit", "search", "--json"], arguments].concat()).json();
        found.as_array().unwrap().len()
    };
    assert_eq!(search(&[]), 4);
    assert_eq!(search(&["--account", "nora"]), 1);
    assert_eq!(search(&["--act", "account-add", "--since", "1 hour"]), 3);
    assert_eq!(search(&["--act", "sign-in"]), 0);
    let table = installation.run(&["audit", "search", "--account", "nora"]).fine();
    assert!(table.contains("nora") && table.contains("account-add"), "{table}");
    assert_eq!(installation.run(&["audit", "search", "--since", "soon"]).status, 2);
}

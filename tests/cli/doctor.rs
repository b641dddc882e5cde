//! `doctor`: a line for each thing, and what to do about what is wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::mail::with_mail;
use crate::support::Installation;

#[test]
fn a_healthy_installation_has_no_problem() {
    let installation = with_mail(Installation::new());
    let said = installation.run(&["doctor"]).fine();
    assert_eq!(said.lines().filter(|line| line.starts_with("ok  ")).count(), said.lines().count(), "{said}");
    for about in ["settings", "keyring", "database", "keys", "clock", "mail", "public address"] {
        assert!(said.contains(&format!(" {about}: ")), "{about}");
    }
}

#[test]
fn each_problem_is_a_line_and_the_status_tells() {
    let installation = Installation::new().set("PUBLIC_URL", "https://id.example.org");
    fs::set_permissions(installation.file("keyring.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    let said = installation.run(&["doctor"]);
    for problem in ["problem  keyring: ", "problem  mail: ", "problem  public address: Nobody speaks TLS"] {
        assert!(said.out.contains(problem), "{}", said.out);
    }
    assert!(said.out.contains("ok       database: "), "{}", said.out);
    assert_eq!(said.sentence(), "There are 3 problems.");
}

#[test]
fn a_clock_behind_the_last_entry_is_a_problem() {
    let installation = with_mail(Installation::new());
    installation.database().execute("UPDATE audit_event SET at = at + 3600000", []).unwrap();
    let said = installation.run(&["doctor", "--json"]);
    assert_eq!(said.status, 1);
    let findings: Value = serde_json::from_str(&said.out).unwrap();
    let clock = findings.as_array().unwrap().iter().find(|finding| finding["about"] == "clock").unwrap();
    let says = clock["says"].as_str().unwrap();
    assert!(clock["ok"] == false && says.contains("behind the database's last entry"), "{says}");
}

#[test]
fn a_look_makes_no_database() {
    let installation = with_mail(Installation::new());
    fs::remove_file(installation.file("data/vestibule.db")).unwrap();
    let said = installation.run(&["doctor"]);
    assert!(said.out.contains("problem  database: There is no database at "), "{}", said.out);
    assert!(!installation.file("data/vestibule.db").exists());
}

#[test]
fn a_database_of_places_must_be_whole() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/places/countries.mmdb");
    let installation = with_mail(Installation::new()).set("SESSIONS__PLACE_DB_FILE", ours);
    let said = installation.run(&["doctor"]).fine();
    assert!(said.contains("ok       places: ") && said.contains("Vestibule-Test-Country"), "{said}");
    drop(installation.serve());

    let half = installation.file("half.mmdb");
    let bytes = fs::read(ours).unwrap();
    fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    for (file, why) in [(half.to_str().unwrap(), "is damaged, or not in"), ("/nowhere/x.mmdb", "cannot be read: ")] {
        let installation = with_mail(Installation::new()).set("SESSIONS__PLACE_DB_FILE", file);
        let said = installation.run(&["doctor"]);
        let problem = format!("problem  places: The database of places {file} {why}");
        assert!(said.out.contains(&problem) && said.sentence() == "There is one problem.");
        let sentence = installation.run(&["serve"]).sentence();
        assert!(sentence.contains(why) && sentence.contains("Set sessions.place_db_file to"), "{sentence}");
        installation.run(&["account", "list"]).fine();
    }
}

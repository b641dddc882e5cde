//! What an operator can get wrong, and the sentence for it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Installation, Said, vestibule};

#[test]
fn a_configuration_that_is_not_there() {
    let said = vestibule().args(["config", "check", "--config", "/nowhere/vestibule.toml"]).output().unwrap();
    let sentence = Said::of(&said).sentence();
    assert!(sentence.contains("/nowhere/vestibule.toml"), "{sentence}");
}

#[test]
fn an_unknown_key_names_the_nearest_and_every_problem_is_told_at_once() {
    let installation = Installation::new();
    installation.write_setting("publc_url = \"x\"\nprofile = \"lax\"");
    for arguments in [&["serve"][..], &["config", "check"], &["account", "list"]] {
        let sentence = installation.run(arguments).sentence();
        assert!(sentence.contains("there is no key publc_url. Did you mean public_url?"), "{sentence}");
        assert!(sentence.contains("profile is \"lax\""), "{sentence}");
    }
}

#[test]
fn a_keyring_that_others_can_read() {
    let installation = Installation::new();
    fs::set_permissions(installation.file("keyring.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    for arguments in [&["serve"][..], &["account", "list"], &["key", "list"]] {
        let sentence = installation.run(arguments).sentence();
        assert!(sentence.contains("mode 0644") && sentence.contains("Run: chmod 0400"), "{sentence}");
    }
}

#[test]
fn a_keyring_that_is_not_there_or_is_none() {
    let installation = Installation::new().set("KEYRING__FILE", "/nowhere/keyring.toml");
    assert!(installation.run(&["serve"]).sentence().starts_with("The keyring /nowhere/keyring.toml cannot be read"));
    let garbled = Installation::new();
    let keyring = garbled.file("keyring.toml");
    fs::remove_file(&keyring).unwrap();
    fs::write(&keyring, "key = hunter2").unwrap();
    fs::set_permissions(&keyring, fs::Permissions::from_mode(0o400)).unwrap();
    let sentence = garbled.run(&["serve"]).sentence();
    assert!(sentence.contains("keyring cannot be read") && !sentence.contains("hunter2"), "{sentence}");
}

#[test]
fn the_keyring_of_another_database() {
    let (installation, other) = (Installation::new(), Installation::new());
    let keyring = other.file("keyring.toml");
    let installation = installation.set("KEYRING__FILE", keyring.to_str().unwrap());
    for arguments in [&["serve"][..], &["account", "list"]] {
        let sentence = installation.run(arguments).sentence();
        assert!(sentence.contains("does not belong to the database"), "{sentence}");
    }
    assert!(installation.run(&["doctor"]).out.contains("problem  keys: The keyring is that of another database."));
}

#[test]
fn a_keyring_among_the_data() {
    let installation = Installation::new();
    let inside = installation.file("data/keyring.toml");
    fs::rename(installation.file("keyring.toml"), &inside).unwrap();
    let installation = installation.set("KEYRING__FILE", inside.to_str().unwrap());
    let sentence = installation.run(&["serve"]).sentence();
    assert!(sentence.contains("lies in the data folder"), "{sentence}");
}

#[test]
fn a_taken_port() {
    let installation = Installation::new();
    let _taken = TcpListener::bind(("127.0.0.1", installation.port)).unwrap();
    let said = installation.run(&["serve"]);
    let expected = format!("127.0.0.1:{} is taken by another program", installation.port);
    assert!(said.err.contains(&expected) && said.err.contains("set listen.address"), "{}", said.err);
    assert_eq!(said.status, 1);
    let metrics = Installation::new().set("METRICS__ADDRESS", format!("127.0.0.1:{}", installation.port));
    assert!(metrics.run(&["serve"]).err.contains("set metrics.address to a free port"));
}

#[test]
fn an_address_of_another_machine() {
    let installation = Installation::new().set("LISTEN__ADDRESS", "192.0.2.1:8080");
    let said = installation.run(&["serve"]);
    assert!(said.err.contains("192.0.2.1:8080 is no address of this machine."), "{}", said.err);
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    // Nobody, not even root, makes files there.
    let read_only = Installation::new().set("DATABASE__URL", "sqlite:/proc/vestibule.db");
    let sentence = read_only.run(&["serve"]).sentence();
    assert!(
        sentence.starts_with("The database cannot be used: ") && sentence.contains("/proc/vestibule.db"),
        "{sentence}"
    );
    let init =
        vestibule().args(["init", "/proc/vestibule", "--public-url", "https://id.example.org"]).output().unwrap();
    let sentence = Said::of(&init).sentence();
    assert!(sentence.starts_with("Cannot make the folder /proc/vestibule: "), "{sentence}");
}

#[test]
fn a_database_that_is_not_there() {
    let installation = Installation::new().set("DATABASE__URL", "sqlite:nowhere/vestibule.db");
    let sentence = installation.run(&["serve"]).sentence();
    assert!(sentence.contains("does not exist; create it"), "{sentence}");
    let sentence = installation.run(&["account", "list"]).sentence();
    assert!(sentence.starts_with("There is no database at "), "{sentence}");
    let postgres = Installation::new().set("DATABASE__URL", "postgres://v:hunter2@127.0.0.1:1/v");
    let sentence = postgres.run(&["account", "list"]).sentence();
    assert!(sentence.starts_with("The database cannot be used: ") && !sentence.contains("hunter2"), "{sentence}");
}

#[test]
fn a_database_that_is_another_file() {
    let installation = Installation::new();
    fs::write(installation.file("data/vestibule.db"), "no database at all, but long enough to be read as a page")
        .unwrap();
    let sentence = installation.run(&["serve"]).sentence();
    assert!(sentence.contains("is no SQLite database"), "{sentence}");
}

#[test]
fn http_for_other_machines() {
    let said = vestibule().args(["init", "/nowhere", "--public-url", "http://id.example.org"]).output().unwrap();
    let said = Said::of(&said);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("http is for this machine only"), "{}", said.err);
    let installation = Installation::new().set("PUBLIC_URL", "http://id.example.org");
    assert!(installation.run(&["serve"]).sentence().contains("http is for this machine only"));
}

//! From nothing to a running installation.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Installation, Said, vestibule};

#[test]
fn from_init_to_a_server_that_is_ready() {
    let installation = Installation::new();
    assert!(installation.first_address.contains("/vst_l_"), "{}", installation.first_address);
    assert!(installation.run(&["config", "check"]).fine().ends_with("vestibule.toml is in order.\n"));
    assert_eq!(installation.add("nora")["username"], "nora");
    let listed = installation.run(&["account", "list", "--json"]).json();
    assert_eq!(listed[0]["email"], "nora@example.org");

    let down = installation.run(&["healthcheck"]).sentence();
    assert!(down.contains("does not answer at 127.0.0.1:") && down.contains("vestibule serve"), "{down}");
    let server = installation.serve();
    assert!(installation.run(&["healthcheck"]).fine().contains("is ready"));
    server.stop();
}

#[test]
fn what_init_makes_is_closed_to_others() {
    let installation = Installation::new();
    for (name, mode) in
        [("keyring.toml", 0o400), ("vestibule.toml", 0o600), ("data", 0o700), ("data/vestibule.db", 0o600)]
    {
        let facts = fs::metadata(installation.file(name)).unwrap();
        assert_eq!(facts.permissions().mode() & 0o777, mode, "{name}");
    }
}

#[test]
fn init_overwrites_nothing() {
    let installation = Installation::new();
    let before = fs::read(installation.file("keyring.toml")).unwrap();
    let folder = installation.folder.path().join("v");
    let again = vestibule().arg("init").arg(folder).args(["--public-url", "https://id.example.org"]).output().unwrap();
    let sentence = Said::of(&again).sentence();
    assert!(sentence.contains("overwrites nothing"), "{sentence}");
    assert_eq!(fs::read(installation.file("keyring.toml")).unwrap(), before);
}

#[test]
fn migrate_says_what_it_did() {
    let installation = Installation::new();
    assert_eq!(installation.run(&["migrate"]).fine(), "The database is up to date.\n");
    fs::remove_file(installation.file("data/vestibule.db")).unwrap();
    assert!(installation.run(&["migrate"]).fine().contains("applied; the database is up to date."));
}

#[test]
fn settings_are_printed_without_secrets_and_the_reference_whole() {
    let installation = Installation::new().set("SMTP__USERNAME", "us").set("SMTP__PASSWORD", "hunter2");
    let printed = installation.run(&["config", "print"]).fine();
    assert!(printed.contains("[smtp]") && !printed.contains("hunter2"), "{printed}");
    let reference = Said::of(&vestibule().args(["config", "reference"]).output().unwrap()).fine();
    assert_eq!(reference, vestibule::config::reference());
}

#[test]
fn the_configuration_is_found_by_name_by_environment_or_here() {
    let installation = Installation::new();
    let mut by_environment = vestibule();
    by_environment.args(["key", "list", "--json"]).env("VESTIBULE_CONFIG", installation.file("vestibule.toml"));
    let mut here = vestibule();
    here.args(["key", "list", "--json"]).current_dir(installation.folder.path().join("v"));
    for command in [&mut by_environment, &mut here, &mut installation.command(&["key", "list", "--json"])] {
        assert_eq!(Said::of(&command.output().unwrap()).fine(), "[{\"kid\":1,\"state\":\"active\"}]\n");
    }
}

#[test]
fn every_command_has_help_and_a_misspelt_one_is_a_usage_error() {
    let whole = Said::of(&vestibule().arg("--help").output().unwrap()).fine();
    for command in ["init", "serve", "migrate", "config", "doctor", "healthcheck", "account", "key", "audit", "mail"] {
        assert!(whole.contains(&format!("\n  {command} ")), "{command}");
        let help = Said::of(&vestibule().args([command, "--help"]).output().unwrap()).fine();
        assert!(help.contains("Usage: vestibule"), "{help}");
    }
    let misspelt = Said::of(&vestibule().arg("serv").output().unwrap());
    assert_eq!(misspelt.status, 2);
    assert!(misspelt.err.contains("'serve'"), "{}", misspelt.err);
}

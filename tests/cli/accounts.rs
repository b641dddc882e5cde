//! `account …`, beside a server that runs.

use std::fs;

use crate::support::Installation;

const PASSWORD: &str = "correct horse battery staple";

#[test]
fn an_account_through_its_life() {
    let installation = Installation::new();
    let server = installation.serve();
    let id = installation.add("nora")["id"].as_str().unwrap().to_owned();
    let show = |field: &str| installation.run(&["account", "show", "NORA", "--json"]).json()[field].clone();
    assert_eq!(show("id"), id);
    assert_eq!((show("state"), show("mfa"), show("role")), ("active".into(), false.into(), "user".into()));

    assert!(installation.run(&["account", "disable", "nora"]).fine().contains("may not sign in"));
    assert_eq!(show("state"), "disabled");
    installation.run(&["account", "enable", "nora@example.org"]).fine();
    assert_eq!(show("state"), "active");
    installation.run(&["account", "set-role", "nora", "analyst"]).fine();
    assert_eq!(show("role"), "analyst");
    installation.run(&["account", "unlock", "nora"]).fine();
    installation.run(&["account", "invite", "nora"]).fine();

    let shown = installation.run(&["account", "show", "nora"]).fine();
    assert!(shown.contains("authenticator apps           0\n"), "{shown}");
    let listed = installation.run(&["account", "list"]).fine();
    assert!(listed.starts_with("USERNAME  EMAIL"), "{listed}");
    server.stop();
}

#[test]
fn a_password_comes_from_a_file_or_is_set_behind_an_invitation() {
    let installation = Installation::new();
    let file = installation.file("password");
    fs::write(&file, format!("{PASSWORD}\nsecond line\n")).unwrap();
    let path = file.to_str().unwrap();
    let added =
        installation.run(&["account", "add", "nora", "--email", "nora@example.org", "--password-file", path]).fine();
    assert_eq!(added, "The account nora is made.\n");
    let invited = ["account", "add", "nick", "--email", "nick@example.org", "--invite", "--organization", "Example"];
    assert!(installation.run(&invited).fine().contains("an invitation goes to nick@example.org"));
    let listed = installation.run(&["account", "list", "--json"]).json();
    assert_eq!((&listed[0]["state"], &listed[0]["organization"]), (&"invited".into(), &"Example".into()));
}

#[test]
fn what_cannot_be_an_account_is_told() {
    let installation = Installation::new();
    installation.add("nora");
    let add = |username: &str, email: &str, password: &str| {
        installation.run_reading(&["account", "add", username, "--email", email, "--password-stdin"], password)
    };
    assert!(add("NORA", "other@example.org", PASSWORD).sentence().contains("with the username \"NORA\" already"));
    assert!(add("nick", "nora@example.org", PASSWORD).sentence().contains("nora@example.org already"));
    assert!(add("nick", "nick@example.org", "short").sentence().contains("8 characters"));
    assert!(add("nick", "nick@example.org", "password1").sentence().contains("Choose another"));
    assert!(add("nick", "nick@example.org", "").sentence().contains("the first line is empty"));
    for (username, email, why) in [
        ("a@b", "nick@example.org", "an @"),
        ("nick smith", "nick@example.org", "a space"),
        ("nick", "nick", "like name@example.org"),
    ] {
        let said = add(username, email, PASSWORD);
        assert_eq!(said.status, 2);
        assert!(said.err.contains(why), "{}", said.err);
    }
    assert_eq!(installation.run(&["account", "add", "nick", "--email", "nick@example.org"]).status, 2);
    assert_eq!(installation.run(&["account", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn an_unknown_account_is_told() {
    let installation = Installation::new();
    for arguments in [
        &["account", "show", "nobody"][..],
        &["account", "disable", "nobody"],
        &["account", "set-role", "nobody", "analyst"],
        &["audit", "search", "--account", "nobody"],
    ] {
        let sentence = installation.run(arguments).sentence();
        assert!(sentence.starts_with("There is no account \"nobody\"."), "{sentence}");
    }
}

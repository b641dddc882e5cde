//! The same commands on PostgreSQL, whose tables change only when an operator says so.

use crate::database::Database;
use crate::support::Installation;

/// The same story on both engines.
pub fn on_each_engine(story: impl Fn(&Installation)) {
    story(&Installation::new());
    let database = Database::new("cli");
    let installation = Installation::new().on_postgres(database.url());
    installation.run(&["migrate"]).fine();
    story(&installation);
}

#[test]
fn an_installation_on_postgresql_is_migrated_by_hand_and_then_served() {
    let database = Database::new("cli");
    let installation = Installation::new().set("DATABASE__URL", database.url());
    for arguments in [&["serve"][..], &["account", "list"]] {
        let sentence = installation.run(arguments).sentence();
        assert!(sentence.contains("Run `vestibule migrate`"), "{sentence}");
    }
    assert!(installation.run(&["doctor"]).out.contains("problem  database: It is that of an older Vestibule."));
    assert!(installation.run(&["migrate"]).fine().ends_with("the database is up to date.\n"));

    installation.add("nora");
    let server = installation.serve();
    assert!(installation.run(&["healthcheck"]).fine().contains("is ready"));
    installation.run(&["account", "disable", "nora"]).fine();
    server.stop();
    let verdict = installation.run(&["audit", "verify", "--json"]).json();
    assert_eq!((&verdict["events"], verdict["problems"].as_array().unwrap().len()), (&2.into(), 0));
}

//! The same commands on PostgreSQL, whose tables change only when an operator says so.

use std::sync::atomic::{AtomicUsize, Ordering};

use postgres::{Client, NoTls};

use crate::support::Installation;

/// A database of its own on the test server; dropped with the value.
struct Database(String);

impl Database {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("cli_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        server().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self(name)
    }

    fn url(&self) -> String {
        format!("{}/{}", server_url().rsplit_once('/').unwrap().0, self.0)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = server().batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.0));
    }
}

fn server_url() -> String {
    std::env::var("VESTIBULE_TEST_POSTGRES")
        .expect("set VESTIBULE_TEST_POSTGRES to the URL that `scripts/postgres.sh start` prints")
}

fn server() -> Client {
    Client::connect(&server_url(), NoTls).unwrap()
}

/// The same story on both engines.
pub fn on_each_engine(story: impl Fn(&Installation)) {
    story(&Installation::new());
    let database = Database::new();
    let installation = Installation::new().on_postgres(database.url());
    installation.run(&["migrate"]).fine();
    story(&installation);
}

#[test]
fn an_installation_on_postgresql_is_migrated_by_hand_and_then_served() {
    let database = Database::new();
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

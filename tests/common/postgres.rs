//! A database of a test's own on the PostgreSQL server of `VESTIBULE_TEST_POSTGRES`; several kinds of tests include this file.

use std::sync::atomic::{AtomicUsize, Ordering};

use postgres::{Client, NoTls};

/// It is dropped with the value.
pub struct Database {
    pub name: String,
}

impl Database {
    /// Makes one; `kind` says in its name which tests it is for.
    pub fn new(kind: &str) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{kind}_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut server = server();
        server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        server.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self { name }
    }

    pub fn url(&self) -> String {
        let url = server_url();
        format!("{}/{}", url.rsplit_once('/').unwrap().0, self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The driver refuses to run on a thread of a test's runtime. What stays behind is dropped before it is made again.
        let _ = std::thread::spawn(move || server().batch_execute(&sql)).join();
    }
}

pub fn server_url() -> String {
    std::env::var("VESTIBULE_TEST_POSTGRES")
        .expect("set VESTIBULE_TEST_POSTGRES to the URL that `scripts/postgres.sh start` prints")
}

/// A connection to the server, not to the database.
pub fn server() -> Client {
    Client::connect(&server_url(), NoTls).unwrap()
}

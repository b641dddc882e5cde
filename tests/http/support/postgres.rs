//! A fresh PostgreSQL database.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};

use postgres::{Client, NoTls};

/// It goes with the value.
pub struct PostgresDatabase {
    name: String,
}

impl PostgresDatabase {
    pub fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("http_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut server = server();
        server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        server.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self { name }
    }

    pub fn url(&self) -> String {
        let url = server_url();
        format!("{}/{}", url.rsplit_once('/').unwrap().0, self.name)
    }

    /// All rows of all tables, as the server sends them: texts and bytes are what was stored.
    pub fn bytes(&self) -> Vec<u8> {
        // The driver refuses to run on a thread of the test's runtime.
        std::thread::scope(|scope| scope.spawn(|| copy_of(&self.url())).join().unwrap())
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The driver refuses to run on a thread of the test's runtime. What stays behind is dropped before it is made again.
        let _ = std::thread::spawn(move || server().batch_execute(&sql)).join();
    }
}

fn copy_of(url: &str) -> Vec<u8> {
    let mut client = Client::connect(url, NoTls).unwrap();
    let tables = client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", &[]).unwrap();
    let mut all = Vec::new();
    for table in tables {
        let name: String = table.get(0);
        client.copy_out(&format!("COPY {name} TO STDOUT BINARY")).unwrap().read_to_end(&mut all).unwrap();
    }
    all
}

fn server_url() -> String {
    std::env::var("VESTIBULE_TEST_POSTGRES")
        .expect("set VESTIBULE_TEST_POSTGRES to the URL that `scripts/postgres.sh start` prints")
}

fn server() -> Client {
    Client::connect(&server_url(), NoTls).unwrap()
}

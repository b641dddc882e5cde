//! What a database of PostgreSQL holds.

use std::io::Read;

use postgres::{Client, NoTls};

use crate::database::Database;

/// All rows of all tables, as the server sends them: texts and bytes are what was stored.
pub fn bytes(database: &Database) -> Vec<u8> {
    // The driver refuses to run on a thread of the test's runtime.
    std::thread::scope(|scope| scope.spawn(|| copy_of(&database.url())).join().unwrap())
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

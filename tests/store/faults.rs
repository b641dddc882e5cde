//! Disks that are full, files that are not there, connections that are cut.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use vestibule::store::Error;
use vestibule::store::db::{Db, Options};

use crate::database::server_url;
use crate::support::{PostgresDatabase, SqliteFile, create_items, ids, insert, start};

fn why_not(url: String) -> String {
    match Db::open(&Options { url, ..Options::default() }) {
        Err(Error::Unavailable(why)) => why,
        other => panic!("{:?}", other.map(|_| "opened")),
    }
}

#[test]
fn the_files_are_their_owners_only() {
    let file = SqliteFile::new();
    let db = Db::open(&file.options()).unwrap();
    create_items(&db);
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", file.path().display());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
    }
}

#[test]
fn a_file_that_cannot_be_used_says_what_to_do() {
    let file = SqliteFile::new();
    assert!(why_not(format!("sqlite:{}/nowhere/a.db", file.path().display())).contains("create it"));
    assert!(why_not("sqlite:/".into()).contains("name a file in it"));
    std::fs::write(file.path(), "This is a letter and no database. ".repeat(100)).unwrap();
    assert!(why_not(format!("sqlite:{}", file.path().display())).contains("no SQLite database"));
    assert!(why_not("mysql://here".into()).contains("sqlite: or postgres://"));
}

/// Nothing acknowledged is lost, nothing unacknowledged is kept, and the store works again once there is room.
#[test]
fn a_full_disk_is_unavailable_until_there_is_room() {
    let file = SqliteFile::new();
    let db = Db::open(&file.options()).unwrap();
    create_items(&db);
    db.write(|tx| tx.query("PRAGMA max_page_count = 40", &[]).map(drop)).unwrap();
    let long = "x".repeat(1000);
    let writes: Vec<_> = (0..400)
        .map(|number| {
            let id = format!("{number:03}");
            let text = format!("{id}{long}");
            (id, start(&db, move |tx| insert(tx, &text)))
        })
        .collect();
    let mut kept = Vec::new();
    for (id, write) in writes {
        match write.recv().unwrap() {
            Ok(()) => kept.push(id),
            Err(error) => assert!(matches!(error, Error::Unavailable(_)), "{error:?}"),
        }
    }
    assert!(kept.len() < 400, "the disk was not full");
    let found: Vec<_> = ids(&db).iter().map(|text| text.trim_end_matches('x').to_owned()).collect();
    assert_eq!(found, kept);
    db.write(|tx| tx.query("PRAGMA max_page_count = 4000", &[]).map(drop)).unwrap();
    db.write(|tx| insert(tx, "later")).unwrap();
}

#[test]
fn a_connection_cut_while_idle_is_not_noticed() {
    let database = PostgresDatabase::new();
    let db = Db::open(&Options { postgres_connections: 2, ..database.options() }).unwrap();
    create_items(&db);
    for round in 0..3 {
        database.disconnect_all();
        db.write(move |tx| insert(tx, &round.to_string())).unwrap();
    }
    assert_eq!(ids(&db), ["0", "1", "2"]);
}

#[test]
fn a_connection_cut_before_commit_is_tried_again_and_then_unavailable() {
    let database = PostgresDatabase::new();
    let db = Db::open(&database.options()).unwrap();
    create_items(&db);
    let runs = Arc::new(AtomicUsize::new(0));
    let cut = |runs: Arc<AtomicUsize>, cuts: usize| {
        db.write(move |tx| {
            insert(tx, "cut")?;
            if runs.fetch_add(1, Ordering::SeqCst) < cuts {
                tx.query("SELECT pg_terminate_backend(pg_backend_pid())", &[])?;
            }
            Ok(())
        })
    };
    let outcome = cut(Arc::clone(&runs), usize::MAX);
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!((runs.swap(0, Ordering::SeqCst), ids(&db)), (5, vec![]));
    cut(Arc::clone(&runs), 1).unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), ids(&db)), (2, vec!["cut".to_owned()]));
}

/// Nobody knows what a lost answer to COMMIT would have said: the closure must not be run again.
#[test]
fn a_connection_cut_in_commit_is_unavailable_and_not_run_again() {
    let database = PostgresDatabase::new();
    let db = Db::open(&database.options()).unwrap();
    create_items(&db);
    let trigger = "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()";
    database.client().batch_execute(trigger).unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let outcome = db.write(move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        insert(tx, "a")
    });
    assert!(matches!(&outcome, Err(Error::Unavailable(why)) if why.contains("COMMIT")), "{outcome:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert!(ids(&db).is_empty());
}

#[test]
fn an_outage_is_unavailable_and_ends_by_itself() {
    let database = PostgresDatabase::new();
    let db = Db::open(&Options { postgres_connections: 2, ..database.options() }).unwrap();
    create_items(&db);
    database.allow_connections(false);
    database.disconnect_all();
    for _ in 0..20 {
        let outcome = db.write(|tx| insert(tx, "outage"));
        assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    }
    database.allow_connections(true);
    let until = Instant::now() + Duration::from_secs(30);
    while db.write(|tx| insert(tx, "after")).is_err() {
        assert!(Instant::now() < until, "the pool does not come back");
    }
    assert_eq!(ids(&db), ["after"]);
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let why = why_not("postgres://vestibule@127.0.0.1:1/vestibule".into());
    assert!(why.contains("no connection to PostgreSQL"), "{why}");
}

#[test]
fn several_hosts_without_a_synchronous_standby_are_refused_unless_allowed() {
    let database = PostgresDatabase::new();
    let url = database.url();
    let host = url.split_once('@').unwrap().1.split_once('/').unwrap().0;
    let url = url.replacen(host, &format!("127.0.0.1:1,{host}"), 1);
    assert!(why_not(url.clone()).contains("synchronous_standby_names"));
    let db = Db::open(&Options { url, allow_lossy_failover: true, ..Options::default() }).unwrap();
    create_items(&db);
}

#[test]
fn tls_demands_a_certificate_of_a_known_authority_for_the_hosts_name() {
    let database = PostgresDatabase::new();
    let url = server_url();
    let (folder, port) = url.split_once('@').unwrap().1.split_once('/').unwrap().0.split_once(':').unwrap();
    let name = database.url().rsplit_once('/').unwrap().1.to_owned();
    let over_tls =
        |host: &str, roots: &str| format!("postgres://vestibule@{host}:{port}/{name}?sslmode=verify-full{roots}");
    let roots = format!("&sslrootcert={folder}%2Fauthority.pem");

    let db = Db::open(&Options { url: over_tls("localhost", &roots), ..Options::default() }).unwrap();
    let encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(db.read(move |tx| tx.query_opt(encrypted, &[])).unwrap().unwrap().flag(0), Ok(true));
    assert!(why_not(over_tls("127.0.0.1", &roots)).contains("certificate"));
    assert!(why_not(over_tls("localhost", "")).contains("certificate"));
}

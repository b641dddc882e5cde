//! Migrations on both engines.

use vestibule::model::time::Timestamp;
use vestibule::store::Error;
use vestibule::store::db::{Db, Engine};
use vestibule::store::migrate::{self, Migration, TREE, apply};

use crate::support::{each_engine, each_engine_with, ids};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

const ITEMS: Migration = Migration {
    version: 1,
    name: "0001_items.sql",
    sql: "-- Items.\nCREATE TABLE item (\n    id TEXT PRIMARY KEY\n);\nINSERT INTO item (id) VALUES ('1');\n",
    postgres: None,
};
const BY_ENGINE: Migration = Migration {
    version: 2,
    name: "0002_engine.sql",
    sql: "INSERT INTO item (id) VALUES ('sqlite');\n",
    postgres: Some("INSERT INTO item (id) VALUES ('postgres');\n"),
};
const BROKEN: Migration = Migration {
    version: 3,
    name: "0003_broken.sql",
    sql: "INSERT INTO item (id) VALUES ('3');\nINSERT INTO nowhere (id) VALUES ('3');\n",
    postgres: None,
};

#[test]
fn the_embedded_tree_applies_once() {
    each_engine(|db| {
        let all = u32::try_from(TREE.len()).unwrap();
        assert_eq!(migrate::pending(&db), Ok(all));
        assert_eq!(migrate::run(&db, NOW), Ok(all));
        assert_eq!((migrate::pending(&db), migrate::run(&db, NOW)), (Ok(0), Ok(0)));
        let row = db.read(|tx| tx.query_opt("SELECT applied_at FROM schema_migration WHERE version = 1", &[])).unwrap();
        assert_eq!(row.unwrap().time(0), Ok(NOW));
    });
}

#[test]
fn each_migration_is_whole_or_not_there() {
    each_engine(|db| {
        assert!(matches!(apply(&db, &[ITEMS, BY_ENGINE, BROKEN], NOW), Err(Error::Bug(_))));
        let own = if db.engine() == Engine::Postgres { "postgres" } else { "sqlite" };
        assert_eq!(ids(&db), ["1", own]);
        assert_eq!(apply(&db, &[ITEMS, BY_ENGINE, Migration { sql: "DELETE FROM item;\n", ..BROKEN }], NOW), Ok(1));
        assert!(ids(&db).is_empty());
    });
}

#[test]
fn nodes_that_start_together_migrate_together() {
    for _ in 0..5 {
        each_engine_with(|options| {
            let nodes: Vec<_> = (0..4)
                .map(|_| {
                    let options = options.clone();
                    std::thread::spawn(move || apply(&Db::open(&options).unwrap(), &[ITEMS, BY_ENGINE], NOW).unwrap())
                })
                .collect();
            let applied: u32 = nodes.into_iter().map(|node| node.join().unwrap()).sum();
            assert_eq!(applied, 2);
            assert_eq!(ids(&Db::open(&options).unwrap()).len(), 2);
        });
    }
}

#[test]
fn a_newer_database_is_refused() {
    each_engine(|db| {
        apply(&db, &[ITEMS, Migration { version: 9999, ..BY_ENGINE }], NOW).unwrap();
        for refusal in [migrate::run(&db, NOW), migrate::pending(&db)] {
            assert!(matches!(&refusal, Err(Error::Unavailable(why)) if why.contains("9999")), "{refusal:?}");
        }
    });
}

//! Many at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use vestibule::store::Error;
use vestibule::store::db::{Db, Tx};

use crate::support::{PostgresDatabase, SqliteFile, create_items, each_engine, ids, insert, start};

const TAKE: &str = "UPDATE item SET taken_by = $1 WHERE id = 'a' AND taken_by IS NULL";
const COUNT: &str = "UPDATE item SET count = count + 1 WHERE id = $1";

fn count_of(db: &Db, id: &'static str) -> i64 {
    let row = db.read(move |tx| tx.query_opt("SELECT count FROM item WHERE id = $1", &[id.into()])).unwrap();
    row.unwrap().int(0).unwrap()
}

#[test]
fn of_five_hundred_conditional_writes_one_wins() {
    each_engine(|db| {
        create_items(&db);
        db.write(|tx| insert(tx, "a")).unwrap();
        let racers: Vec<_> =
            (0..500).map(|racer| start(&db, move |tx| tx.execute(TAKE, &[format!("racer {racer}").into()]))).collect();
        let counts: Vec<_> = racers.into_iter().map(|racer| racer.recv().unwrap().unwrap()).collect();
        let winners: Vec<_> =
            counts.iter().enumerate().filter(|(_, count)| **count == 1).map(|(racer, _)| racer).collect();
        assert_eq!((winners.len(), counts.iter().sum::<u64>()), (1, 1));
        let taken_by = db.read(|tx| tx.query_opt("SELECT taken_by FROM item WHERE id = 'a'", &[])).unwrap().unwrap();
        assert_eq!(taken_by.text(0).unwrap(), format!("racer {}", winners[0]));
    });
}

#[test]
fn five_hundred_increments_are_all_counted() {
    each_engine(|db| {
        create_items(&db);
        db.write(|tx| insert(tx, "a")).unwrap();
        let racers: Vec<_> = (0..500).map(|_| start(&db, |tx| tx.execute(COUNT, &["a".into()]))).collect();
        racers.into_iter().for_each(|racer| assert_eq!(racer.recv().unwrap(), Ok(1)));
        assert_eq!(count_of(&db, "a"), 500);
    });
}

/// The command line beside a running server.
#[test]
fn two_processes_write_to_one_sqlite_file() {
    let file = SqliteFile::new();
    let nodes = [Db::open(&file.options()).unwrap(), Db::open(&file.options()).unwrap()];
    create_items(&nodes[0]);
    let writes: Vec<_> =
        (0..400).map(|number| start(&nodes[number % 2], move |tx| insert(tx, &number.to_string()))).collect();
    writes.into_iter().for_each(|write| write.recv().unwrap().unwrap());
    assert_eq!(ids(&nodes[0]).len(), 400);
}

/// What one of two closures does: which of the two it is, and how it waits until the other has come as far.
type Side = fn(&mut Tx<'_>, usize, &dyn Fn()) -> Result<(), Error>;

/// Runs `closure` twice at once on PostgreSQL; both must succeed. How often it was run in all.
fn run_two(database: &PostgresDatabase, closure: Side) -> usize {
    let db = Db::open(&database.options()).unwrap();
    create_items(&db);
    db.write(|tx| insert(tx, "a").and_then(|()| insert(tx, "b"))).unwrap();
    let (runs, barrier) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
    let both: Vec<_> = (0..2)
        .map(|side| {
            let (runs, barrier) = (Arc::clone(&runs), Arc::clone(&barrier));
            start(&db, move |tx| {
                let first_run = runs.fetch_add(1, Ordering::SeqCst) < 2;
                // Both are in the middle of their first run when either goes on.
                closure(tx, side, &|| {
                    if first_run {
                        barrier.wait();
                    }
                })
            })
        })
        .collect();
    both.into_iter().for_each(|outcome| outcome.recv().unwrap().unwrap());
    assert_eq!((count_of(&db, "a"), count_of(&db, "b")), (2, 2));
    runs.load(Ordering::SeqCst)
}

#[test]
fn a_deadlock_is_run_again() {
    let runs = run_two(&PostgresDatabase::new(), |tx, side, meet| {
        let ids = if side == 0 { ["a", "b"] } else { ["b", "a"] };
        tx.execute(COUNT, &[ids[0].into()])?;
        meet();
        tx.execute(COUNT, &[ids[1].into()])?;
        Ok(())
    });
    // The one that comes back may overtake the other and meet it again.
    assert!(runs >= 3, "{runs}");
}

#[test]
fn a_serialization_failure_is_run_again() {
    let runs = run_two(&PostgresDatabase::new(), |tx, _, meet| {
        tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", &[])?;
        tx.query("SELECT count FROM item", &[])?;
        meet();
        tx.execute(COUNT, &["a".into()])?;
        tx.execute(COUNT, &["b".into()])?;
        Ok(())
    });
    assert_eq!(runs, 3);
}

#[test]
fn conflicts_without_end_are_given_up_and_the_charge_is_kept_once() {
    let database = PostgresDatabase::new();
    let db = Db::open(&database.options()).unwrap();
    create_items(&db);
    db.write(|tx| insert(tx, "a")).unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let outcome = db.write(move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        tx.execute(COUNT, &["a".into()])?;
        tx.charged()?;
        tx.execute("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$", &[])
    });
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!((runs.load(Ordering::SeqCst), count_of(&db, "a")), (5, 1));
}

//! What a transaction promises.

use std::time::Duration;

use vestibule::model::id::{Account, Id};
use vestibule::model::time::Timestamp;
use vestibule::model::token::Mac;
use vestibule::store::Error;
use vestibule::store::db::{Db, Options, Value};

use crate::support::{create_items, each_engine, each_engine_with, ids, insert, occupy, start};

#[test]
fn readers_see_what_is_committed() {
    each_engine(|db| {
        create_items(&db);
        let release = occupy(&db);
        let written = start(&db, |tx| insert(tx, "a"));
        drop(release);
        written.recv().unwrap().unwrap();
        assert_eq!(ids(&db), ["a"]);
    });
}

#[test]
fn every_type_comes_back_as_it_went_in() {
    each_engine(|db| {
        db.write(|tx| tx.execute("CREATE TABLE kind (n BIGINT PRIMARY KEY, t TEXT, i BIGINT, b BYTEA)", &[])).unwrap();
        let id: Id<Account> = Id::new("id".into());
        let mac = Mac::new(vec![0, 255]);
        let row_of = |number: i64, values: [Value; 3]| {
            let [text, int, bytes] = values;
            let params = [number.into(), text, int, bytes];
            db.write(move |tx| tx.execute("INSERT INTO kind (b, i, t, n) VALUES ($4, $3, $2, $1)", &params)).unwrap();
            let select = "SELECT t, i, b FROM kind WHERE n = $1";
            db.read(move |tx| tx.query_opt(select, &[number.into()])).unwrap().unwrap()
        };
        let row = row_of(1, ["ä\u{1F600}".into(), i64::MIN.into(), vec![0, 1, 255].into()]);
        assert_eq!(
            (row.text(0).unwrap().as_str(), row.int(1), row.bytes(2)),
            ("ä\u{1F600}", Ok(i64::MIN), Ok(vec![0, 1, 255]))
        );
        let row = row_of(2, [(&id).into(), Timestamp::from_millis(7).into(), (&mac).into()]);
        assert_eq!((row.text(0).as_deref(), row.time(1)), (Ok("id"), Ok(Timestamp::from_millis(7))));
        let row = row_of(3, [Value::NullText, None::<Timestamp>.into(), None::<&Mac>.into()]);
        assert_eq!((row.opt_text(0), row.opt_time(1), row.opt_bytes(2)), (Ok(None), Ok(None), Ok(None)));
        let row = row_of(4, ["".into(), true.into(), Vec::new().into()]);
        assert_eq!((row.text(0).as_deref(), row.flag(1), row.bytes(2)), (Ok(""), Ok(true), Ok(Vec::new())));
    });
}

#[test]
fn a_read_that_writes_is_a_bug_and_the_next_one_works() {
    each_engine(|db| {
        create_items(&db);
        assert!(matches!(db.read(|tx| insert(tx, "a")), Err(Error::Bug(_))));
        assert!(ids(&db).is_empty());
    });
}

#[test]
fn a_broken_constraint_or_a_second_row_is_a_bug() {
    each_engine(|db| {
        create_items(&db);
        db.write(|tx| insert(tx, "a")).unwrap();
        assert!(matches!(db.write(|tx| insert(tx, "a")), Err(Error::Bug(_))));
        db.write(|tx| insert(tx, "b")).unwrap();
        assert!(matches!(db.read(|tx| tx.query_opt("SELECT id FROM item", &[])), Err(Error::Bug(_))));
        let wrong_count =
            |params: Vec<Value>| db.read(move |tx| tx.query("SELECT id FROM item WHERE id = $1", &params));
        assert!(matches!(wrong_count(vec![]), Err(Error::Bug(_))));
    });
}

/// Where a closure hides that a statement failed, the engines would disagree about what is left: so nothing is.
#[test]
fn a_hidden_failure_rolls_back_all_the_same() {
    each_engine(|db| {
        create_items(&db);
        let outcome = db.write(|tx| {
            insert(tx, "a")?;
            let _ = insert(tx, "a");
            let _ = insert(tx, "b");
            Ok(())
        });
        assert!(matches!(outcome, Err(Error::Bug(_))), "{outcome:?}");
        assert!(ids(&db).is_empty());
    });
}

#[test]
fn an_error_or_a_panic_touches_no_other_closure_of_its_group() {
    each_engine(|db| {
        create_items(&db);
        let release = occupy(&db);
        let started: Vec<_> = (0..60)
            .map(|number| {
                start(&db, move |tx| {
                    insert(tx, &format!("{number:02}"))?;
                    match number % 3 {
                        0 => Ok(number),
                        1 => Err(Error::ClockBehind),
                        _ => panic!("closure {number}"),
                    }
                })
            })
            .collect();
        drop(release);
        for (number, outcome) in started.into_iter().enumerate() {
            match (number % 3, outcome.recv().unwrap()) {
                (0, Ok(answered)) => assert_eq!(answered, number),
                (1, Err(Error::ClockBehind)) => {}
                (2, Err(Error::Bug(what))) => assert!(what.contains(&format!("closure {number}")), "{what}"),
                (_, outcome) => panic!("{number}: {outcome:?}"),
            }
        }
        let kept: Vec<_> = (0..60).step_by(3).map(|number| format!("{number:02}")).collect();
        assert_eq!(ids(&db), kept);
    });
}

#[test]
fn a_charge_outlives_an_error_a_panic_and_a_failed_statement() {
    each_engine(|db| {
        create_items(&db);
        let release = occupy(&db);
        let started: Vec<_> = ["error", "panic", "statement", "success"]
            .map(|end| {
                start(&db, move |tx| {
                    insert(tx, &format!("{end} charged"))?;
                    tx.charged()?;
                    insert(tx, &format!("{end} after"))?;
                    match end {
                        "error" => Err(Error::ClockBehind),
                        "panic" => panic!("after the charge"),
                        "statement" => insert(tx, "statement after"),
                        _ => Ok(()),
                    }
                })
            })
            .into_iter()
            .collect();
        drop(release);
        let outcomes: Vec<_> = started.into_iter().map(|outcome| outcome.recv().unwrap()).collect();
        assert_eq!((&outcomes[0], &outcomes[3]), (&Err(Error::ClockBehind), &Ok(())));
        assert!(matches!(outcomes[1..3], [Err(Error::Bug(_)), Err(Error::Bug(_))]), "{outcomes:?}");
        assert_eq!(
            ids(&db),
            ["error charged", "panic charged", "statement charged", "success after", "success charged"]
        );
    });
}

#[test]
fn a_second_charge_moves_the_point() {
    each_engine(|db| {
        create_items(&db);
        let outcome: Result<(), _> = db.write(|tx| {
            for id in ["a", "b"] {
                insert(tx, id)?;
                tx.charged()?;
            }
            insert(tx, "c")?;
            Err(Error::ClockBehind)
        });
        assert_eq!(outcome, Err(Error::ClockBehind));
        assert_eq!(ids(&db), ["a", "b"]);
    });
}

#[test]
fn a_full_queue_refuses_at_once_and_keeps_what_it_took() {
    each_engine_with(|options| {
        let db = Db::open(&Options { queue: 4, postgres_connections: 1, ..options }).unwrap();
        create_items(&db);
        let release = occupy(&db);
        let accepted: Vec<_> = (0..4).map(|number| start(&db, move |tx| insert(tx, &number.to_string()))).collect();
        let refused = start(&db, |tx| insert(tx, "refused"));
        assert_eq!(refused.recv().unwrap(), Err(Error::Overloaded));
        drop(release);
        accepted.into_iter().for_each(|outcome| outcome.recv().unwrap().unwrap());
        assert_eq!(ids(&db), ["0", "1", "2", "3"]);
    });
}

#[test]
fn closing_finishes_what_was_accepted() {
    each_engine_with(|options| {
        let options = Options { postgres_connections: 1, ..options };
        let db = Db::open(&options).unwrap();
        create_items(&db);
        let release = occupy(&db);
        let accepted: Vec<_> = (0..20).map(|number| start(&db, move |tx| insert(tx, &number.to_string()))).collect();
        let clone = db.clone();
        let closing = std::thread::spawn(move || db.close());
        // The close is under way once a write is refused; one that is not is accepted work like the others.
        let mut late = 0;
        while start(&clone, |_| Ok(())).recv_timeout(Duration::from_millis(1)).is_err() {
            late += 1;
            assert!(late < 1000, "the store does not close");
        }
        drop(release);
        closing.join().unwrap();
        for outcome in accepted {
            outcome.try_recv().unwrap().unwrap();
        }
        assert!(matches!(clone.read(|_| Ok(())), Err(Error::Unavailable(_))));
        assert_eq!(ids(&Db::open(&options).unwrap()).len(), 20);
    });
}

/// A thread of the store that panicked would answer nobody any more.
#[test]
fn a_panic_in_what_waits_does_not_stop_the_store() {
    each_engine_with(|options| {
        let db = Db::open(&Options { postgres_connections: 1, ..options }).unwrap();
        db.write_then(|_| Ok(()), |_| panic!("the answer's handler"));
        assert_eq!(db.write(|_| Ok(1)), Ok(1));
    });
}

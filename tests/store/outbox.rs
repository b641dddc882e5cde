//! The outbox: what is enqueued is claimed by one worker at a time, and never lost.

use std::collections::BTreeMap;
use std::time::Duration;

use vestibule::model::id::MailId;
use vestibule::model::time::Timestamp;
use vestibule::store::db::Db;
use vestibule::store::migrate;
use vestibule::store::outbox::{self, Claimed, Sealed};

use crate::support::each_engine;

const START: Timestamp = Timestamp::from_millis(1_795_534_920_000);
const LEASE: Duration = Duration::from_secs(60);

fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

/// A database with `count` mails, enqueued at `START`, that live for an hour.
fn with_mails(db: &Db, count: usize) {
    migrate::run(db, START).unwrap();
    db.write(move |tx| {
        for number in 0..count {
            let mail = Sealed {
                id: MailId::new(format!("mail-{number}")),
                kind: "test".into(),
                created_at: START,
                not_after: after(3_600),
                body: vec![1, 2, 3],
            };
            outbox::enqueue(tx, &mail)?;
        }
        Ok(())
    })
    .unwrap();
}

fn claim(db: &Db, now: Timestamp, most: u32) -> Vec<Claimed> {
    db.write(move |tx| outbox::claim(tx, now, LEASE, most)).unwrap()
}

fn failed(db: &Db, claimed: &Claimed, next: Timestamp) -> bool {
    let claimed = claimed.clone();
    db.write(move |tx| outbox::failed(tx, &claimed, next)).unwrap()
}

#[test]
fn a_claimed_mail_is_nobody_elses_until_its_lease_ends() {
    each_engine(|db| {
        with_mails(&db, 3);
        let first = claim(&db, after(1), 2);
        assert_eq!(first.len(), 2);
        assert_eq!(
            (first[0].mail.body.as_slice(), first[0].mail.not_after, first[0].tries),
            (&[1, 2, 3][..], after(3_600), 0)
        );
        assert_eq!(claim(&db, after(2), 9).len(), 1);
        assert_eq!(claim(&db, after(60), 9).len(), 0);
        assert_eq!(claim(&db, after(61), 9).len(), 2);
    });
}

#[test]
fn a_failed_mail_is_due_again_later_and_a_removed_one_never() {
    each_engine(|db| {
        with_mails(&db, 2);
        let claimed = claim(&db, START, 9);
        let (again, done) = (&claimed[0], claimed[1].mail.id.clone());
        assert!(failed(&db, again, after(30)));
        db.write(move |tx| outbox::remove(tx, &done)).unwrap();
        assert!(claim(&db, after(29), 9).is_empty());
        let later = claim(&db, after(30), 9);
        assert_eq!(
            later.iter().map(|claimed| (&claimed.mail.id, claimed.tries)).collect::<Vec<_>>(),
            [(&again.mail.id, 1)]
        );
    });
}

#[test]
fn a_lease_that_passed_to_another_worker_cannot_be_ended_by_the_first() {
    each_engine(|db| {
        with_mails(&db, 1);
        let slow = claim(&db, START, 1).remove(0);
        let other = claim(&db, after(61), 1).remove(0);
        assert!(!failed(&db, &slow, after(62)));
        assert!(claim(&db, after(62), 1).is_empty());
        assert!(failed(&db, &other, after(63)));
    });
}

#[test]
fn what_has_expired_is_neither_claimed_nor_kept() {
    each_engine(|db| {
        with_mails(&db, 2);
        assert!(claim(&db, after(3_600), 9).is_empty());
        assert_eq!(db.write(|tx| outbox::drop_expired(tx, after(3_599))).unwrap(), 0);
        assert_eq!(db.write(|tx| outbox::drop_expired(tx, after(3_600))).unwrap(), 2);
        assert_eq!(db.read(outbox::backlog).unwrap().count, 0);
    });
}

#[test]
fn mail_counts_as_delayed_once_it_failed_or_waits_for_more_than_half_a_minute() {
    each_engine(|db| {
        with_mails(&db, 1);
        let oldest = |now| db.read(move |tx| outbox::oldest_waiting(tx, now)).unwrap();
        assert_eq!(oldest(after(30)), None);
        assert_eq!(oldest(after(31)), Some(START));
        failed(&db, &claim(&db, after(1), 1)[0], after(6));
        assert_eq!(oldest(after(2)), Some(START));
        assert_eq!(oldest(after(3_600)), None);
    });
}

#[test]
fn the_backlog_tells_when_something_is_to_be_done() {
    each_engine(|db| {
        with_mails(&db, 0);
        let empty = db.read(outbox::backlog).unwrap();
        assert_eq!((empty.count, empty.first_due, empty.first_expiry), (0, None, None));
        with_mails(&db, 2);
        let full = db.read(outbox::backlog).unwrap();
        assert_eq!((full.count, full.first_due, full.first_expiry), (2, Some(START), Some(after(3_600))));
    });
}

#[test]
fn workers_that_race_share_the_mails_without_overlap() {
    each_engine(|db| {
        with_mails(&db, 200);
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let db = db.clone();
                std::thread::spawn(move || {
                    let mut mine = Vec::new();
                    loop {
                        let claimed = claim(&db, after(1), 3);
                        if claimed.is_empty() {
                            return mine;
                        }
                        mine.extend(claimed.into_iter().map(|claimed| claimed.mail.id.to_string()));
                    }
                })
            })
            .collect();
        let mut copies = BTreeMap::new();
        for id in workers.into_iter().flat_map(|worker| worker.join().unwrap()) {
            *copies.entry(id).or_insert(0) += 1;
        }
        assert_eq!(copies.len(), 200);
        assert!(copies.values().all(|&count| count == 1), "{copies:?}");
    });
}

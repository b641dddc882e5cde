//! Notices of logout: whom a session's end is owed, and that one worker at a time has each.

use std::time::Duration;

use vestibule::model::id::{AccountId, LogoutNoticeId, SessionId};
use vestibule::model::product::ProductId;
use vestibule::model::time::Timestamp;
use vestibule::store::account::with_lock;
use vestibule::store::db::{Db, Tx};
use vestibule::store::logout_notice::{self, Backlog, Claimed, Notice, Owed};
use vestibule::store::{Error, migrate, session};

use crate::support::each_engine;

const START: Timestamp = Timestamp::from_millis(1_795_534_920_000);
const LEASE: Duration = Duration::from_secs(60);

fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

/// Two accounts with two sessions each, and three products: `b` has no address for notices.
fn with_rows(db: &Db) {
    migrate::run(db, START).unwrap();
    db.write(|tx| {
        for account in ["nora", "omar"] {
            add_account(tx, account)?;
        }
        for product in ["a", "b", "c"] {
            tx.execute(
                "INSERT INTO product (id, name, kind, policy, max_age, is_public, forbids_email, device_grant, algorithm, \
                 created_at) VALUES ($1, $1, 'web', 'inherit', 0, 0, 0, 0, 'ES256', 0)",
                &[product.into()],
            )?;
        }
        for (product, kind) in [("a", "back_channel"), ("a", "redirect"), ("b", "redirect"), ("c", "back_channel")] {
            let uri = format!("https://{product}.example/{kind}");
            tx.execute(
                "INSERT INTO product_uri (product_id, kind, uri) VALUES ($1, $2, $3)",
                &[product.into(), kind.into(), uri.as_str().into()],
            )?;
        }
        Ok(())
    })
    .unwrap();
}

fn add_account(tx: &mut Tx<'_>, account: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO account (id, username, email, role, epoch, audit_seq, password_due, password_blocked, mail_paused, \
         wrong_in_a_row, ladder, budget_spent, written_at, created_at, lock_seq) \
         VALUES ($1, $1, $1, 'user', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
        &[account.into()],
    )?;
    for number in [1_u8, 2] {
        let sid = format!("{account}-{number}");
        tx.execute(
            "INSERT INTO session (id, token_mac, account_id, epoch, created_at, last_seen_at, password_at, passcode_way, \
             passcode_at, address, browser) VALUES ($1, $2, $3, 1, $4, $5, 0, 'app', 0, '', '')",
            &[
                sid.as_str().into(),
                sid.as_bytes().into(),
                account.into(),
                after(u64::from(number)).into(),
                after(10 * u64::from(number)).into(),
            ],
        )?;
    }
    Ok(())
}

fn grant(db: &Db, number: usize, account: &'static str, product: &'static str, session: Option<&'static str>) {
    db.write(move |tx| {
        let id = format!("grant-{number}");
        tx.execute(
            "INSERT INTO product_grant (id, account_id, epoch, product_id, session_id, scope, password_at, passcode_way, \
             passcode_at, created_at, expires_at) VALUES ($1, $2, 1, $3, $4, 'openid', 0, 'app', 0, 0, 0)",
            &[id.as_str().into(), account.into(), product.into(), session.into()],
        )
    })
    .unwrap();
}

fn owed(session: &str, product: &str) -> Owed {
    Owed {
        sid: SessionId::new(session.into()),
        product: id(product),
        uri: format!("https://{product}.example/back_channel"),
    }
}

fn enqueue(db: &Db, name: &str, product: &str, at: Timestamp) {
    let notice = Notice {
        id: LogoutNoticeId::new(name.into()),
        owed: owed("nora-1", product),
        subject: AccountId::new("nora".into()),
        created_at: at,
        not_after: at.plus(Duration::from_secs(3_600)),
    };
    db.write(move |tx| logout_notice::enqueue(tx, &notice)).unwrap();
}

fn claim(db: &Db, now: Timestamp, busy: &[&str], most: usize) -> Vec<Claimed> {
    let busy: Vec<_> = busy.iter().map(|product| id(product)).collect();
    db.write(move |tx| logout_notice::claim(tx, (now, LEASE), &busy, most)).unwrap()
}

fn names(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.notice.id.as_str()).collect()
}

#[test]
fn each_product_that_opened_in_a_session_is_owed_one_notice_of_it() {
    each_engine(|db| {
        with_rows(&db);
        grant(&db, 1, "nora", "a", Some("nora-1"));
        grant(&db, 2, "nora", "a", Some("nora-1"));
        grant(&db, 3, "nora", "b", Some("nora-1"));
        grant(&db, 4, "nora", "c", Some("nora-2"));
        grant(&db, 5, "nora", "c", None);
        grant(&db, 6, "nora", "c", Some("ended-long-ago"));
        grant(&db, 7, "omar", "c", Some("omar-1"));
        let (one, mut all) = db
            .write(|tx| {
                let both = |tx: &mut Tx<'_>, lock: &mut _| {
                    let one = logout_notice::owed_for(tx, lock, &SessionId::new("nora-1".into()))?;
                    Ok((one, logout_notice::owed_for_all(tx, lock)?))
                };
                with_lock(tx, &AccountId::new("nora".into()), START, both)
            })
            .unwrap()
            .unwrap();
        all.sort_by(|a, b| a.sid.as_str().cmp(b.sid.as_str()));
        assert_eq!(one, [owed("nora-1", "a")]);
        assert_eq!(all, [owed("nora-1", "a"), owed("nora-2", "c")]);
    });
}

#[test]
fn a_session_whose_time_has_passed_is_found_by_either_limit_and_when_it_is_made_to_pass() {
    each_engine(|db| {
        with_rows(&db);
        let expired = |began, seen, most| {
            let found = db.read(move |tx| session::expired(tx, (began, seen), most)).unwrap();
            found.into_iter().map(|(account, id)| format!("{account} {id}")).collect::<Vec<_>>()
        };
        assert!(expired(after(0), after(9), 9).is_empty());
        assert_eq!(expired(after(1), after(9), 9), ["nora nora-1", "omar omar-1"]);
        assert_eq!(expired(after(0), after(10), 1), ["nora nora-1"]);
        db.write(|tx| session::expire(tx, &SessionId::new("omar-2".into()))).unwrap();
        db.write(|tx| session::touch(tx, &SessionId::new("omar-2".into()), after(999))).unwrap();
        assert_eq!(expired(after(0), after(9), 9), ["omar omar-2"], "nobody brings it back");
    });
}

#[test]
fn a_product_has_one_notice_under_way_and_holds_up_no_other() {
    each_engine(|db| {
        with_rows(&db);
        for (name, product) in [("1", "a"), ("2", "a"), ("3", "c"), ("4", "b")] {
            enqueue(&db, name, product, after(name.parse().unwrap()));
        }
        assert!(claim(&db, START, &[], 9).is_empty(), "none is due");
        let first = claim(&db, after(9), &["b"], 1);
        assert_eq!((names(&first), first[0].tries, first[0].leased_until), (vec!["1"], 0, after(69)));
        assert_eq!(first[0].notice.owed, owed("nora-1", "a"));
        assert_eq!(names(&claim(&db, after(9), &["a", "b"], 9)), ["3"]);
        assert_eq!(names(&claim(&db, after(9), &["b"], 9)), ["2"]);
        assert_eq!(names(&claim(&db, after(68), &["b"], 9)), Vec::<&str>::new());
        assert_eq!(names(&claim(&db, after(69), &["b"], 9)), ["1", "3"], "the leases have ended");
    });
}

#[test]
fn a_failed_notice_is_due_again_later_and_a_removed_or_expired_one_never() {
    each_engine(|db| {
        with_rows(&db);
        enqueue(&db, "1", "a", START);
        let slow = claim(&db, START, &[], 9).remove(0);
        let other = claim(&db, after(60), &[], 9).remove(0);
        let fail = |claimed: &Claimed, next| {
            let claimed = claimed.clone();
            db.write(move |tx| logout_notice::failed(tx, &claimed, next)).unwrap()
        };
        assert!(!fail(&slow, after(61)), "its lease had passed to another");
        assert!(fail(&other, after(90)));
        assert!(claim(&db, after(89), &[], 9).is_empty());
        let again = claim(&db, after(90), &[], 9).remove(0);
        assert_eq!(again.tries, 1);
        db.write(move |tx| logout_notice::remove(tx, &again.notice.id)).unwrap();
        enqueue(&db, "2", "a", START);
        let backlog = Backlog { count: 1, first_due: Some(START), first_expiry: Some(after(3_600)) };
        assert_eq!(db.read(logout_notice::backlog).unwrap(), backlog);
        assert!(claim(&db, after(3_600), &[], 9).is_empty());
        assert_eq!(db.write(|tx| logout_notice::drop_expired(tx, after(3_600))).unwrap(), 1);
        assert_eq!(db.read(logout_notice::backlog).unwrap(), Backlog::default());
    });
}

#[test]
fn workers_that_race_share_the_notices_without_overlap() {
    each_engine(|db| {
        with_rows(&db);
        for number in 0..60 {
            enqueue(&db, &number.to_string(), ["a", "b", "c"][number % 3], START);
        }
        let work = |db: Db| {
            let mut mine = Vec::new();
            // A race lost for one product is no end of the work.
            while db.read(logout_notice::backlog).unwrap().first_due == Some(START) {
                mine.extend(names(&claim(&db, after(1), &[], 3)).iter().map(|name| (*name).to_owned()));
            }
            mine
        };
        let workers: Vec<_> = (0..6)
            .map(|_| {
                std::thread::spawn({
                    let db = db.clone();
                    move || work(db)
                })
            })
            .collect();
        let mut all: Vec<_> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
        all.sort();
        let copies = all.len();
        all.dedup();
        assert_eq!((all.len(), copies), (60, 60));
    });
}

//! Grants, their refresh tokens, used assertions and signing keys.

use std::time::Duration;

use vestibule::model::id::{AccountId, GrantId, SessionId};
use vestibule::model::product::ProductId;
use vestibule::model::proof::{PasscodeProof, PasswordProof, Way};
use vestibule::model::signing_algorithm::SigningAlgorithm;
use vestibule::model::time::Timestamp;
use vestibule::model::token::Mac;
use vestibule::store::account::{AccountLock, with_lock};
use vestibule::store::db::{Db, Tx};
use vestibule::store::grant::{self, Grant};
use vestibule::store::signing_key::{self, SigningKey};
use vestibule::store::{Error, client_assertion, migrate, refresh_token};

use crate::support::{each_engine, start};

const START: Timestamp = Timestamp::from_millis(1_795_534_920_000);

fn after(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

fn mac(number: u8) -> Mac {
    Mac::new(vec![number; 33])
}

fn product() -> ProductId {
    ProductId::parse("ledger").unwrap()
}

fn sample(id: &str) -> Grant {
    Grant {
        id: GrantId::new(id.into()),
        account: AccountId::new("nora".into()),
        epoch: 1,
        product: product(),
        session: Some(SessionId::new("session".into())),
        scope: "openid email".into(),
        nonce: Some("n".into()),
        redirect_uri: Some("https://ledger.example/callback".into()),
        code_challenge: Some("challenge".into()),
        password: PasswordProof::kept(after(1)),
        passcode: PasscodeProof::kept(Way::Email, after(2)),
        created_at: after(3),
        expires_at: after(100),
        code_expires_at: Some(after(63)),
        code_used_at: None,
        revoked_at: None,
    }
}

/// An account, a product, and a grant whose code is number 1.
fn with_rows(db: &Db) {
    migrate::run(db, START).unwrap();
    db.write(|tx| {
        tx.execute(
            "INSERT INTO account (id, username, email, role, epoch, audit_seq, password_due, password_blocked, \
             mail_paused, wrong_in_a_row, ladder, budget_spent, written_at, created_at, lock_seq) \
             VALUES ('nora', 'nora', 'nora', 'user', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
            &[],
        )?;
        tx.execute(
            "INSERT INTO product (id, name, kind, policy, max_age, is_public, forbids_email, device_grant, algorithm, \
             created_at) VALUES ('ledger', 'Ledger', 'web', 'inherit', 0, 0, 0, 0, 'ES256', 0)",
            &[],
        )
    })
    .unwrap();
    locked(db, after(3), |tx, lock| grant::insert(tx, lock, &sample("g1"), Some(&mac(1))));
}

fn locked<T: Send + 'static>(
    db: &Db,
    now: Timestamp,
    act: impl Fn(&mut Tx<'_>, &AccountLock) -> Result<T, Error> + Send + 'static,
) -> T {
    let outcome =
        db.write(move |tx| with_lock(tx, &AccountId::new("nora".into()), now, |tx, lock| act(tx, lock))).unwrap();
    outcome.unwrap()
}

fn id() -> GrantId {
    GrantId::new("g1".into())
}

#[test]
fn a_grant_is_read_as_it_was_written() {
    each_engine(|db| {
        with_rows(&db);
        let (by_id, by_code, none) = db
            .read(|tx| {
                let macs = [mac(9), mac(1)];
                Ok((grant::load(tx, &id())?, grant::by_code(tx, &macs)?, grant::by_code(tx, &[mac(9)])?))
            })
            .unwrap();
        let expected = format!("{:?}", sample("g1"));
        assert_eq!((format!("{:?}", by_id.unwrap()), format!("{:?}", by_code.unwrap())), (expected.clone(), expected));
        assert!(none.is_none());
    });
}

#[test]
fn of_many_uses_of_a_code_one_succeeds_and_none_of_a_revoked_grant() {
    each_engine(|db| {
        with_rows(&db);
        let racers: Vec<_> = (0..50)
            .map(|_| {
                start(&db, |tx| {
                    let nora = AccountId::new("nora".into());
                    with_lock(tx, &nora, after(4), |tx, lock| grant::use_code(tx, lock, &id()))
                })
            })
            .collect();
        let won = racers.into_iter().filter(|racer| racer.recv().unwrap().unwrap() == Some(true)).count();
        assert_eq!(won, 1);
        locked(&db, after(5), |tx, lock| grant::insert(tx, lock, &sample("g2"), Some(&mac(2))));
        let used = locked(&db, after(6), |tx, lock| {
            let other = GrantId::new("g2".into());
            Ok((grant::revoke(tx, lock, &other)?, grant::revoke(tx, lock, &other)?, grant::use_code(tx, lock, &other)?))
        });
        assert_eq!(used, (true, false, false));
    });
}

#[test]
fn a_refresh_token_is_used_once_and_given_up_only_while_unused() {
    each_engine(|db| {
        with_rows(&db);
        let outcome = locked(&db, after(5), |tx, lock| {
            refresh_token::insert(tx, lock, &id(), (&mac(10), None))?;
            refresh_token::insert(tx, lock, &id(), (&mac(11), Some(&mac(10))))?;
            let once = [refresh_token::use_up(tx, lock, &mac(10))?, refresh_token::use_up(tx, lock, &mac(10))?];
            let given_up = refresh_token::give_up_successors(tx, lock, &mac(10))?;
            refresh_token::insert(tx, lock, &id(), (&mac(12), Some(&mac(10))))?;
            let lost = refresh_token::use_up(tx, lock, &mac(11))?;
            let other = refresh_token::use_up(tx, lock, &mac(12))?;
            Ok((once, given_up, lost, other, refresh_token::give_up_successors(tx, lock, &mac(10))?))
        });
        assert_eq!(outcome, ([true, false], true, false, true, false));
        let found = db.read(|tx| refresh_token::find(tx, &[mac(9), mac(11)])).unwrap().unwrap();
        assert_eq!((found.grant, found.used_at, found.lost_at), (id(), None, Some(after(5))));
    });
}

#[test]
fn expired_grants_go_with_their_tokens() {
    each_engine(|db| {
        with_rows(&db);
        locked(&db, after(5), |tx, lock| refresh_token::insert(tx, lock, &id(), (&mac(10), None)));
        assert_eq!(db.write(|tx| grant::prune(tx, after(100))).unwrap(), 0);
        assert_eq!(db.write(|tx| grant::prune(tx, after(101))).unwrap(), 1);
        assert_eq!(db.read(|tx| refresh_token::find(tx, &[mac(10)])).unwrap(), None);
    });
}

#[test]
fn an_assertion_is_good_once_for_each_product_until_it_is_forgotten() {
    each_engine(|db| {
        with_rows(&db);
        let use_up =
            |jti: &'static str| db.write(move |tx| client_assertion::use_up(tx, &product(), jti, after(60))).unwrap();
        assert_eq!([use_up("a"), use_up("a"), use_up("b")], [true, false, true]);
        assert_eq!(db.write(|tx| client_assertion::prune(tx, after(60))).unwrap(), 0);
        assert!(!use_up("a"));
        assert_eq!(db.write(|tx| client_assertion::prune(tx, after(61))).unwrap(), 2);
    });
}

#[test]
fn signing_keys_are_listed_from_the_oldest_to_the_newest() {
    each_engine(|db| {
        migrate::run(&db, START).unwrap();
        let key = |kid: &str, algorithm, first_use_at| SigningKey {
            kid: kid.into(),
            algorithm,
            public_jwk: "{}".into(),
            private_key: vec![1],
            created_at: START,
            first_use_at,
        };
        let (new, old) = (key("a", SigningAlgorithm::Es256, after(9)), key("b", SigningAlgorithm::Es256, after(1)));
        let all = vec![old.clone(), new.clone()];
        let listed = db
            .write(move |tx| {
                assert!(signing_key::insert(tx, &new)? && signing_key::insert(tx, &old)?);
                assert!(!signing_key::insert(tx, &old)?);
                signing_key::list(tx)
            })
            .unwrap();
        assert_eq!(listed, all);
        assert!(db.write(|tx| signing_key::remove(tx, "b")).unwrap());
        assert!(!db.write(|tx| signing_key::remove(tx, "b")).unwrap());
    });
}

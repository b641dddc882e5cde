//! Products: kept whole, opened by those who may, removed with everything that hangs on them.

use std::time::Duration;

use vestibule::model::group_name::GroupName;
use vestibule::model::id::AccountId;
use vestibule::model::picture::Picture;
use vestibule::model::product::{Access, Kind, Policy, Product, ProductId};
use vestibule::model::redirect_uri::RedirectUri;
use vestibule::model::signing_algorithm::SigningAlgorithm;
use vestibule::model::time::Timestamp;
use vestibule::model::token::Mac;
use vestibule::store::account::with_lock;
use vestibule::store::db::Db;
use vestibule::store::{account_group, migrate, product, product_access, product_secret};

use crate::support::{each_engine, start};

const NOW: Timestamp = Timestamp::from_millis(1_795_534_920_000);

fn id(text: &str) -> ProductId {
    ProductId::parse(text).unwrap()
}

fn account(name: &str) -> AccountId {
    AccountId::new(name.to_owned())
}

fn ledger() -> Product {
    let uri = |text: &str| RedirectUri::kept(text.to_owned());
    Product {
        id: id("ledger"),
        name: "Ledger".into(),
        kind: Kind::Web,
        policy: Policy::Separate(Duration::from_secs(8 * 3_600)),
        start_url: Some("https://ledger.example/".into()),
        host: None,
        is_public: false,
        forbids_email: true,
        device_grant: true,
        algorithm: SigningAlgorithm::EdDsa,
        key_set: Some("{}".into()),
        redirect_uris: vec![uri("https://ledger.example/a"), uri("https://ledger.example/b")],
        post_logout_redirect_uris: vec![uri("https://ledger.example/bye")],
        back_channel_logout_uri: Some(uri("https://ledger.example/back")),
    }
}

fn wiki() -> Product {
    Product {
        id: id("wiki"),
        name: "A wiki".into(),
        kind: Kind::Proxied,
        policy: Policy::Inherit,
        start_url: None,
        host: Some("wiki.example".into()),
        is_public: false,
        forbids_email: false,
        device_grant: false,
        algorithm: SigningAlgorithm::Es256,
        key_set: None,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        back_channel_logout_uri: None,
    }
}

fn prepare(db: &Db) {
    migrate::run(db, NOW).unwrap();
    db.write(|tx| {
        for name in ["nora", "omar"] {
            tx.execute(
                "INSERT INTO account (id, username, email, role, epoch, audit_seq, password_due, password_blocked, \
                 mail_paused, wrong_in_a_row, ladder, budget_spent, written_at, created_at, lock_seq) \
                 VALUES ($1, $1, $1, 'user', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                &[name.into()],
            )?;
        }
        assert!(product::insert(tx, &ledger(), NOW)? && product::insert(tx, &wiki(), NOW)?);
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_product_is_read_as_it_was_written() {
    each_engine(|db| {
        prepare(&db);
        let load = |name: &'static str| db.read(move |tx| product::load(tx, &id(name))).unwrap();
        assert_eq!((load("ledger"), load("wiki"), load("other")), (Some(ledger()), Some(wiki()), None));
        assert_eq!(db.read(|tx| product::by_host(tx, "wiki.example")).unwrap(), Some(wiki()));
        assert_eq!(db.read(|tx| product::by_host(tx, "")).unwrap(), None);
        assert_eq!(db.read(product::list).unwrap(), [wiki(), ledger()]);
    });
}

#[test]
fn ids_names_and_hosts_are_taken_once() {
    each_engine(|db| {
        prepare(&db);
        let twice = [
            Product { name: "B".into(), host: None, ..ledger() },
            Product { id: id("b"), ..ledger() },
            Product { id: id("b"), name: "B".into(), ..wiki() },
        ];
        for product in twice {
            assert!(!db.write(move |tx| product::insert(tx, &product, NOW)).unwrap());
        }
        assert_eq!(db.read(product::list).unwrap(), [wiki(), ledger()]);
    });
}

#[test]
fn a_picture_is_kept_with_what_it_is() {
    each_engine(|db| {
        prepare(&db);
        let picture = Picture::parse(b"\xff\xd8\xffpicture".to_vec()).unwrap();
        let given = picture.clone();
        db.write(move |tx| product::set_picture(tx, &id("wiki"), &given)).unwrap();
        assert_eq!(db.read(|tx| product::picture(tx, &id("wiki"))).unwrap(), Some(picture));
        assert_eq!(db.read(|tx| product::picture(tx, &id("ledger"))).unwrap(), None);
        assert_eq!(db.read(product::with_picture).unwrap(), [id("wiki")]);
    });
}

fn let_open(db: &Db, product: &'static str, access: Access) {
    db.write(move |tx| product_access::add(tx, &id(product), &access)).unwrap();
}

fn set_groups(db: &Db, name: &'static str, groups: &'static [&'static str]) {
    db.write(move |tx| {
        let names: Vec<_> = groups.iter().map(|name| GroupName::parse(name).unwrap()).collect();
        with_lock(tx, &account(name), NOW, |tx, lock| account_group::set(tx, lock, &names))
    })
    .unwrap()
    .unwrap();
}

/// Who may open what: N(ora) and O(mar), L(edger) and W(iki).
#[track_caller]
fn openings(db: &Db) -> [Vec<String>; 2] {
    ["nora", "omar"].map(|name| {
        let all = db.read(move |tx| product_access::products_of(tx, &account(name))).unwrap();
        for product in ["ledger", "wiki", "other"] {
            let may = db.read(move |tx| product_access::may_open(tx, &id(product), &account(name))).unwrap();
            assert_eq!(may, all.contains(&id(product)), "{name} {product}: both questions have one answer");
        }
        all.iter().map(ToString::to_string).collect()
    })
}

#[test]
fn a_product_opens_for_those_who_may_and_nobody_else() {
    each_engine(|db| {
        prepare(&db);
        let nobody: [Vec<String>; 2] = [vec![], vec![]];
        let only = |nora: &[&str], omar: &[&str]| {
            [nora, omar].map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(openings(&db), nobody, "closed by default");
        let_open(&db, "ledger", Access::Account(account("nora")));
        assert_eq!(openings(&db), only(&["ledger"], &[]));
        let_open(&db, "wiki", Access::Group(GroupName::parse("nora").unwrap()));
        let_open(&db, "wiki", Access::Group(GroupName::parse("editors").unwrap()));
        assert_eq!(openings(&db), only(&["ledger"], &[]), "a group's name is no account's");
        set_groups(&db, "omar", &["editors", "Nora"]);
        assert_eq!(openings(&db), only(&["ledger"], &["wiki"]));
        set_groups(&db, "omar", &["Editors"]);
        assert_eq!(openings(&db), only(&["ledger"], &[]));
        let_open(&db, "wiki", Access::All);
        let_open(&db, "wiki", Access::All);
        assert_eq!(openings(&db), only(&["ledger", "wiki"], &["wiki"]));
        let kept = db.read(|tx| product_access::of(tx, &id("wiki"))).unwrap();
        assert_eq!((kept.len(), &kept[0]), (3, &Access::All));
    });
}

#[test]
fn groups_are_set_as_a_whole() {
    each_engine(|db| {
        prepare(&db);
        let of = |name: &'static str| db.read(move |tx| account_group::of(tx, &account(name))).unwrap();
        set_groups(&db, "nora", &["b", "a", "b"]);
        set_groups(&db, "omar", &["c"]);
        assert_eq!((of("nora"), of("omar")), (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]));
        assert_eq!(db.read(account_group::all).unwrap().len(), 3);
        set_groups(&db, "nora", &[]);
        assert_eq!((of("nora").len(), of("omar").len()), (0, 1));
    });
}

#[test]
fn two_secrets_live_at_most_and_the_older_one_ends_in_time() {
    each_engine(|db| {
        prepare(&db);
        let insert = |number: u8, until: Option<Timestamp>| {
            db.write(move |tx| {
                product_secret::supersede(tx, &id("ledger"), until)?;
                product_secret::insert(tx, &number.to_string(), &id("ledger"), &Mac::new(vec![number]), NOW)
            })
            .unwrap();
        };
        let living = |now: Timestamp| -> Vec<u8> {
            let macs = db.read(move |tx| product_secret::living(tx, &id("ledger"), now)).unwrap();
            macs.iter().map(|mac| mac.as_bytes()[0]).collect()
        };
        let until = NOW.plus(Duration::from_secs(60));
        insert(1, None);
        insert(2, Some(until));
        assert_eq!((living(NOW), living(until)), (vec![2, 1], vec![2]));
        insert(3, Some(until));
        assert_eq!(living(NOW), [3, 2]);
        insert(4, None);
        assert_eq!(living(NOW), [4]);
        assert!(db.read(|tx| product_secret::living(tx, &id("wiki"), NOW)).unwrap().is_empty());
    });
}

const HANGING: [&str; 8] = [
    "INSERT INTO product_secret (id, product_id, mac, created_at) VALUES ('1', $1, $2, 0)",
    "INSERT INTO client_assertion (product_id, jti, until) VALUES ($1, 'a', 0)",
    "INSERT INTO authorization_request (id, token_mac, product_id, pushed, request, created_at, expires_at) \
     VALUES ('1', $2, $1, 0, '', 0, 0)",
    "INSERT INTO product_grant (id, account_id, epoch, product_id, scope, password_at, passcode_way, passcode_at, \
     created_at, expires_at, code_mac) VALUES ('1', 'nora', 1, $1, '', 0, 'app', 0, 0, 0, $2)",
    "INSERT INTO product_passcode (session_id, product_id, account_id, way, at) VALUES ('1', $1, 'nora', 'app', 0)",
    "INSERT INTO logout_notice (id, product_id, uri, subject, sid, created_at, not_after, due_at, tries) \
     VALUES ('1', $1, '', '', '', 0, 0, 0, 0)",
    "INSERT INTO product_access (product_id, kind, subject) VALUES ($1, 'all', '')",
    "INSERT INTO refresh_token (mac, grant_id, made_at) SELECT $2, id, 0 FROM product_grant WHERE product_id = $1",
];

const LEFT: [&str; 10] = [
    "SELECT 1 FROM product_secret",
    "SELECT 1 FROM client_assertion",
    "SELECT 1 FROM authorization_request",
    "SELECT 1 FROM product_grant",
    "SELECT 1 FROM product_passcode",
    "SELECT 1 FROM logout_notice",
    "SELECT 1 FROM product_access",
    "SELECT 1 FROM refresh_token",
    "SELECT 1 FROM product_uri",
    "SELECT 1 FROM product",
];

#[test]
fn a_removed_product_leaves_nothing() {
    each_engine(|db| {
        prepare(&db);
        db.write(|tx| {
            for sql in HANGING {
                // Statements take as many values as they have places.
                let both = ["ledger".into(), b"mac".as_slice().into()];
                let values = if sql.contains("$2") { &both[..] } else { &both[..1] };
                assert_eq!(tx.execute(sql, values)?, 1, "{sql}");
            }
            Ok(())
        })
        .unwrap();
        assert!(db.write(|tx| product::remove(tx, &id("ledger"))).unwrap());
        assert!(!db.write(|tx| product::remove(tx, &id("ledger"))).unwrap());
        assert_eq!(db.read(product::list).unwrap(), [wiki()], "the others stay");
        assert!(db.write(|tx| product::remove(tx, &id("wiki"))).unwrap());
        for sql in LEFT {
            assert!(db.read(move |tx| tx.query(sql, &[])).unwrap().is_empty(), "{sql}");
        }
    });
}

/// A secret, a grant or a request that is written at the moment of the removal is gone too, or is refused.
#[test]
fn nothing_can_be_added_to_a_product_while_it_is_removed() {
    each_engine(|db| {
        prepare(&db);
        let add = |numbers: std::ops::Range<u8>| -> Vec<_> {
            let add_one = |number: u8| {
                let mac = Mac::new(vec![number]);
                start(&db, move |tx| product_secret::insert(tx, &number.to_string(), &id("ledger"), &mac, NOW))
            };
            numbers.map(add_one).collect()
        };
        let before = add(0..40);
        let removed = start(&db, |tx| product::remove(tx, &id("ledger")));
        let after = add(40..80);
        assert_eq!(removed.recv().unwrap(), Ok(true));
        for racer in before.into_iter().chain(after) {
            let _ = racer.recv().unwrap();
        }
        assert!(db.read(|tx| tx.query("SELECT 1 FROM product_secret", &[])).unwrap().is_empty());
        assert!(!db.write(|tx| product::lock(tx, &id("ledger"))).unwrap());
    });
}
